# SPDX-License-Identifier: MIT
# Which compiler builds eddy, and with which flags.

# Debian 12's `c++` miscompiles coroutines, so the default is clang 19 where it is installed.
function(eddy_prefer_clang)
  if(DEFINED CMAKE_PROJECT_NAME OR DEFINED CMAKE_TOOLCHAIN_FILE)
    return() # part of another project: its compiler is not ours to choose
  endif()
  if(NOT DEFINED CMAKE_CXX_COMPILER AND NOT DEFINED ENV{CXX})
    find_program(EDDY_CLANGXX clang++-19)
    if(EDDY_CLANGXX)
      set(CMAKE_CXX_COMPILER "${EDDY_CLANGXX}" CACHE FILEPATH "C++ compiler")
    endif()
  endif()
  if(NOT DEFINED CMAKE_C_COMPILER AND NOT DEFINED ENV{CC})
    find_program(EDDY_CLANG clang-19)
    if(EDDY_CLANG)
      set(CMAKE_C_COMPILER "${EDDY_CLANG}" CACHE FILEPATH "C compiler")
    endif()
  endif()
endfunction()

function(eddy_check_compiler)
  set(name "${CMAKE_CXX_COMPILER_ID} ${CMAKE_CXX_COMPILER_VERSION} (${CMAKE_CXX_COMPILER})")
  if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang" AND CMAKE_CXX_COMPILER_VERSION VERSION_GREATER_EQUAL 19)
    return()
  elseif(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    if(CMAKE_CXX_COMPILER_VERSION VERSION_GREATER_EQUAL 14)
      return()
    endif()
    set(reason "GCC before 14 miscompiles coroutines: it destroys objects twice, without a warning")
  else()
    set(reason "eddy is written for clang 19 or newer (or GCC 14 or newer)")
  endif()
  message(FATAL_ERROR
    "eddy cannot be built with ${name}.\n"
    "${reason}.\n"
    "On Debian 12:\n"
    "  apt install clang-19 libclang-rt-19-dev lld-19\n"
    "  cmake -S . -B build -DCMAKE_C_COMPILER=clang-19 -DCMAKE_CXX_COMPILER=clang++-19\n"
    "(in a fresh build folder), or use a preset: cmake --preset dev")
endfunction()

# Flags for everything in this build: only for a build of eddy itself, never for a parent project.
macro(eddy_set_build_flags)
  set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
  if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
    set(CMAKE_BUILD_TYPE Release)
  endif()
  find_program(EDDY_LLD ld.lld-19)
  if(EDDY_LLD AND CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    add_link_options(-fuse-ld=lld)
  endif()
  if(EDDY_SANITIZE)
    string(REPLACE ";" "," eddy_sanitizers "${EDDY_SANITIZE}")
    add_compile_options(
      -fsanitize=${eddy_sanitizers} -fno-sanitize-recover=all -fno-omit-frame-pointer)
    add_link_options(-fsanitize=${eddy_sanitizers})
  endif()
  if(EDDY_BUILD_FUZZ)
    add_compile_options(-fsanitize=fuzzer-no-link)
  endif()
endmacro()

function(eddy_enable_warnings target)
  target_compile_options(${target} PRIVATE
    -Wall -Wextra -Wpedantic -Wshadow
    $<$<COMPILE_LANG_AND_ID:CXX,Clang>:-Wextra-semi -Wimplicit-fallthrough>)
endfunction()
