# SPDX-License-Identifier: MIT
# One library target for each folder of src/, with its install rules.

include(eddy_find_dependency)

# What find_package finds must be seen by every folder, not only by the one that asked first.
set(CMAKE_FIND_PACKAGE_TARGETS_GLOBAL ON)

# Stops with the package to install where a library is not there.
function(eddy_require)
  foreach(target IN LISTS ARGN)
    if(target MATCHES "^eddy::")
      continue()
    endif()
    eddy_find_dependency(${target} missing)
    if(missing)
      message(FATAL_ERROR "${CMAKE_CURRENT_SOURCE_DIR} needs ${missing}\n"
        "tools/setup installs everything that the build needs.")
    endif()
  endforeach()
endfunction()

# eddy_add_library(name SOURCES … [PUBLIC_DEPS …] [PRIVATE_DEPS …] [BUILD_DEPS …])
#
# Makes eddy::<name> from sources in the calling folder and the headers in include/eddy/<name>.
# PUBLIC_DEPS are seen in its headers; PRIVATE_DEPS are linked but not seen; BUILD_DEPS are header-only
# libraries used in sources alone, which someone who uses the installed library does not need.
function(eddy_add_library name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;PUBLIC_DEPS;PRIVATE_DEPS;BUILD_DEPS")
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "eddy_add_library(${name}): what is `${arg_UNPARSED_ARGUMENTS}`?")
  endif()
  eddy_require(${arg_PUBLIC_DEPS} ${arg_PRIVATE_DEPS} ${arg_BUILD_DEPS})

  set(target eddy_${name})
  add_library(${target} ${arg_SOURCES})
  add_library(eddy::${name} ALIAS ${target})
  set_property(GLOBAL APPEND PROPERTY EDDY_COMPONENTS ${name})

  target_compile_features(${target} PUBLIC cxx_std_23)
  # Without it clang misaligns over-aligned locals in coroutine frames; a user's coroutines need it too.
  target_compile_options(${target} PUBLIC
    $<$<COMPILE_LANG_AND_ID:CXX,Clang>:-fcoro-aligned-allocation>)
  eddy_enable_warnings(${target})
  target_include_directories(${target}
    PUBLIC $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>
           $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>
    PRIVATE ${PROJECT_SOURCE_DIR}/src)
  target_link_libraries(${target} PUBLIC ${arg_PUBLIC_DEPS} PRIVATE ${arg_PRIVATE_DEPS})
  foreach(dependency IN LISTS arg_BUILD_DEPS)
    target_link_libraries(${target} PRIVATE $<BUILD_INTERFACE:${dependency}>)
  endforeach()
  set_target_properties(${target} PROPERTIES
    EXPORT_NAME ${name}
    CXX_EXTENSIONS OFF
    VERSION ${PROJECT_VERSION}
    SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR})

  if(EDDY_INSTALL)
    eddy_install_library(${name} "${arg_PUBLIC_DEPS}" "${arg_PRIVATE_DEPS}")
  endif()
endfunction()

function(eddy_install_library name public_deps private_deps)
  set(package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/eddy")
  install(TARGETS eddy_${name} EXPORT eddy_${name})
  install(EXPORT eddy_${name} FILE eddy_${name}.cmake NAMESPACE eddy:: DESTINATION ${package_dir})
  install(DIRECTORY "${PROJECT_SOURCE_DIR}/include/eddy/${name}"
    DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/eddy")

  set(dependencies ${public_deps} ${private_deps})
  list(REMOVE_DUPLICATES dependencies)
  set(components ${dependencies})
  list(FILTER components INCLUDE REGEX "^eddy::")
  list(TRANSFORM components REPLACE "^eddy::" "")
  list(FILTER dependencies EXCLUDE REGEX "^eddy::")
  string(CONFIGURE [[
set(eddy_@name@_components @components@)
set(eddy_@name@_dependencies @dependencies@)
]] needs @ONLY)
  file(WRITE "${PROJECT_BINARY_DIR}/package/eddy_${name}_needs.cmake" "${needs}")
  install(FILES "${PROJECT_BINARY_DIR}/package/eddy_${name}_needs.cmake"
    DESTINATION ${package_dir})
  eddy_install_pkg_config(${name} "${components}" "${dependencies}")
endfunction()

function(eddy_install_pkg_config name components dependencies)
  set(requires ${components})
  list(TRANSFORM requires PREPEND "eddy-")
  # A static library does not carry the libraries it uses; a shared one does.
  set(libs "")
  get_target_property(type eddy_${name} TYPE)
  if(type STREQUAL "STATIC_LIBRARY")
    foreach(dependency IN LISTS dependencies)
      eddy_pkg_config_name(${dependency} module flags)
      list(APPEND requires ${module})
      list(APPEND libs ${flags})
    endforeach()
  endif()
  list(JOIN requires ", " EDDY_REQUIRES)
  list(JOIN libs " " EDDY_LIBS)
  set(EDDY_COMPONENT ${name})
  # Relative, so that an install tree may be moved.
  set(package_dir "${CMAKE_INSTALL_LIBDIR}/pkgconfig")
  cmake_path(RELATIVE_PATH CMAKE_INSTALL_INCLUDEDIR BASE_DIRECTORY "${package_dir}"
    OUTPUT_VARIABLE EDDY_INCLUDEDIR)
  configure_file("${PROJECT_SOURCE_DIR}/cmake/eddy.pc.in"
    "${PROJECT_BINARY_DIR}/package/eddy-${name}.pc" @ONLY)
  install(FILES "${PROJECT_BINARY_DIR}/package/eddy-${name}.pc"
    DESTINATION "${package_dir}")
endfunction()

# eddy::eddy, and the files that find_package(eddy) reads. Call it after the last library.
function(eddy_finish_libraries)
  get_property(components GLOBAL PROPERTY EDDY_COMPONENTS)
  # eddy::testing needs GoogleTest: who wants it asks for it.
  list(REMOVE_ITEM components testing)
  add_library(eddy_all INTERFACE)
  add_library(eddy::eddy ALIAS eddy_all)
  foreach(component IN LISTS components)
    target_link_libraries(eddy_all INTERFACE eddy::${component})
  endforeach()
  if(NOT EDDY_INSTALL)
    return()
  endif()

  include(CMakePackageConfigHelpers)
  set(package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/eddy")
  set(EDDY_DEFAULT_COMPONENTS ${components})
  configure_package_config_file("${PROJECT_SOURCE_DIR}/cmake/eddyConfig.cmake.in"
    "${PROJECT_BINARY_DIR}/package/eddyConfig.cmake" INSTALL_DESTINATION ${package_dir})
  # Before 1.0 a minor version may break: SameMinorVersion says so to find_package.
  write_basic_package_version_file("${PROJECT_BINARY_DIR}/package/eddyConfigVersion.cmake"
    COMPATIBILITY SameMinorVersion)
  install(FILES
    "${PROJECT_BINARY_DIR}/package/eddyConfig.cmake"
    "${PROJECT_BINARY_DIR}/package/eddyConfigVersion.cmake"
    "${PROJECT_SOURCE_DIR}/cmake/eddy_find_dependency.cmake"
    DESTINATION ${package_dir})
  install(FILES "${PROJECT_SOURCE_DIR}/LICENSE" DESTINATION "${CMAKE_INSTALL_DOCDIR}")
endfunction()
