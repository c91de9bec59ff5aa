# SPDX-License-Identifier: MIT
# How each library that eddy uses is found, by the name of its CMake target. This file is also
# installed: an installed component looks for its libraries the way its build did.

# The libraries that only pkg-config knows: the module, its least version, Debian's package.
set(eddy_pkg_config_libraries
  liburing 2.3 liburing-dev
  libidn2 2.3 libidn2-dev
  libcares 1.18 libc-ares-dev
  libpsl 0.21 libpsl-dev
  libbrotlidec 1.0 libbrotli-dev
  libbrotlienc 1.0 libbrotli-dev
  libzstd 1.5 libzstd-dev)

# Makes PkgConfig::<module> exist if it can; sets <package> to what to ask for where it cannot.
function(eddy_find_by_pkg_config module global package)
  list(FIND eddy_pkg_config_libraries ${module} index)
  if(index EQUAL -1)
    message(FATAL_ERROR "eddy_find_dependency: nobody said which ${module} is wanted")
  endif()
  math(EXPR version_index "${index} + 1")
  math(EXPR debian_index "${index} + 2")
  list(GET eddy_pkg_config_libraries ${version_index} ${debian_index} wanted)
  list(POP_FRONT wanted version debian)
  set(${package} "${module} >= ${version} (and pkg-config): apt install ${debian} pkg-config" PARENT_SCOPE)
  find_package(PkgConfig QUIET)
  if(PKG_CONFIG_FOUND)
    pkg_check_modules(${module} QUIET IMPORTED_TARGET ${global} ${module}>=${version})
  endif()
endfunction()

# Makes the target exist. When it cannot, sets <missing> to a line that says what to install.
function(eddy_find_dependency target missing)
  set(${missing} "" PARENT_SCOPE)
  if(TARGET ${target})
    return()
  endif()
  set(global)
  if(CMAKE_FIND_PACKAGE_TARGETS_GLOBAL)
    set(global GLOBAL)
  endif()

  if(target STREQUAL "Threads::Threads")
    set(package "a C library with threads")
    find_package(Threads QUIET)
  elseif(target MATCHES "^PkgConfig::(.*)$")
    eddy_find_by_pkg_config("${CMAKE_MATCH_1}" "${global}" package)
  elseif(target STREQUAL "fmt::fmt")
    set(package "fmt >= 9: apt install libfmt-dev")
    find_package(fmt 9 QUIET CONFIG)
  elseif(target STREQUAL "Boost::headers")
    set(package "Boost >= 1.74 (headers): apt install libboost-dev")
    find_package(Boost 1.74 QUIET)
  elseif(target STREQUAL "ZLIB::ZLIB")
    set(package "zlib: apt install zlib1g-dev")
    find_package(ZLIB QUIET)
  elseif(target STREQUAL "OpenSSL::SSL")
    set(package "OpenSSL >= 3.0: apt install libssl-dev")
    find_package(OpenSSL 3.0 QUIET)
  elseif(target STREQUAL "simdjson::simdjson")
    set(package "simdjson >= 3.0: apt install libsimdjson-dev")
    find_package(simdjson 3.0 QUIET CONFIG)
  elseif(target STREQUAL "Modest::modest")
    set(package "Modest: apt install libmodest-dev")
    find_path(MODEST_INCLUDE_DIR modest/modest.h)
    find_library(MODEST_LIBRARY modest)
    mark_as_advanced(MODEST_INCLUDE_DIR MODEST_LIBRARY)
    if(MODEST_INCLUDE_DIR AND MODEST_LIBRARY)
      add_library(Modest::modest UNKNOWN IMPORTED ${global})
      set_target_properties(Modest::modest PROPERTIES
        IMPORTED_LOCATION "${MODEST_LIBRARY}"
        INTERFACE_INCLUDE_DIRECTORIES "${MODEST_INCLUDE_DIR}")
    endif()
  elseif(target STREQUAL "CLI11::CLI11")
    set(package "CLI11: apt install libcli11-dev")
    find_package(CLI11 QUIET CONFIG)
  elseif(target MATCHES "^GTest::")
    set(package "GoogleTest >= 1.12: apt install libgtest-dev")
    find_package(GTest 1.12 QUIET CONFIG)
  elseif(target MATCHES "^benchmark::")
    set(package "google-benchmark: apt install libbenchmark-dev")
    find_package(benchmark QUIET CONFIG)
  else()
    message(FATAL_ERROR
      "eddy_find_dependency: nobody said how to find ${target}; add it to ${CMAKE_CURRENT_FUNCTION_LIST_FILE}")
  endif()

  if(NOT TARGET ${target})
    set(${missing} "${package}" PARENT_SCOPE)
  endif()
endfunction()

# The same library in pkg-config's words: a module name, or linker flags where it has none.
function(eddy_pkg_config_name target modules libs)
  set(module "")
  set(flags "")
  if(target MATCHES "^PkgConfig::(.*)$")
    set(module "${CMAKE_MATCH_1}")
  elseif(target STREQUAL "Threads::Threads")
    set(flags "-pthread")
  elseif(target STREQUAL "fmt::fmt")
    set(module "fmt")
  elseif(target STREQUAL "ZLIB::ZLIB")
    set(module "zlib")
  elseif(target STREQUAL "OpenSSL::SSL")
    set(module "openssl")
  elseif(target STREQUAL "simdjson::simdjson")
    set(module "simdjson")
  elseif(target STREQUAL "Modest::modest")
    set(flags "-lmodest")
  elseif(target MATCHES "^GTest::(.*)$")
    set(module "${CMAKE_MATCH_1}")
  else()
    message(FATAL_ERROR "eddy_pkg_config_name: ${target} has no name in pkg-config yet; "
      "add it to ${CMAKE_CURRENT_FUNCTION_LIST_FILE}")
  endif()
  set(${modules} "${module}" PARENT_SCOPE)
  set(${libs} "${flags}" PARENT_SCOPE)
endfunction()
