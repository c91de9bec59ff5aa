# SPDX-License-Identifier: MIT
# Tests: GoogleTest programs, compilations that must fail, fuzz targets, scripts.

if(EDDY_BUILD_TESTS)
  include(GoogleTest)
endif()

# eddy_add_tests(name SOURCES … [TIMEOUT seconds] [DEPS …] [COMPILE_OPTIONS …] [LABELS …])
#
# One program <name>_test; ctest runs each TEST in its own process, under the name <name>.<suite>.<test>.
# It links eddy::<name> where that exists, and DEPS. Private headers are reached as <core/x.hpp>.
function(eddy_add_tests name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "TIMEOUT" "SOURCES;DEPS;COMPILE_OPTIONS;LABELS")
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "eddy_add_tests(${name}): what is `${arg_UNPARSED_ARGUMENTS}`?")
  endif()
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 120)
  endif()
  if(TARGET eddy::${name})
    list(PREPEND arg_DEPS eddy::${name})
  endif()
  set(target ${name}_test)
  eddy_add_executable(${target} SOURCES ${arg_SOURCES} DEPS ${arg_DEPS} GTest::gtest_main)
  target_include_directories(${target} PRIVATE
    "${PROJECT_SOURCE_DIR}/src" "${PROJECT_SOURCE_DIR}/tests")
  target_compile_options(${target} PRIVATE ${arg_COMPILE_OPTIONS})
  # PRE_TEST: a program that cannot start fails as a test, not as a build.
  gtest_discover_tests(${target}
    TEST_PREFIX "${name}." NO_PRETTY_VALUES DISCOVERY_MODE PRE_TEST DISCOVERY_TIMEOUT 60
    WORKING_DIRECTORY "${CMAKE_CURRENT_BINARY_DIR}"
    PROPERTIES TIMEOUT ${arg_TIMEOUT} LABELS "${name};${arg_LABELS}")
endfunction()

# eddy_add_compile_fail_test(file "message regex")
#
# The file, which includes public headers only, must not compile, and the compiler must say what the
# regex says: misuse gets one line that names the fix. Warnings count as errors.
function(eddy_add_compile_fail_test file message)
  cmake_path(GET file STEM name)
  add_test(NAME compile_fail.${name} COMMAND ${CMAKE_COMMAND}
    "-DCOMPILER=${CMAKE_CXX_COMPILER}"
    "-DINCLUDE_DIR=${PROJECT_SOURCE_DIR}/include"
    "-DFILE=${CMAKE_CURRENT_SOURCE_DIR}/${file}"
    "-DMESSAGE=${message}"
    -P "${PROJECT_SOURCE_DIR}/cmake/expect_compile_error.cmake")
  set_tests_properties(compile_fail.${name} PROPERTIES LABELS compile_fail TIMEOUT 120)
endfunction()

# eddy_add_fuzz(name SOURCES … [DEPS …] [SEEDS folder])
#
# A libFuzzer program <name>_fuzz, seeded from fuzz/corpus/<name>, or from fuzz/corpus/<SEEDS>. As a test it runs the seeds and then
# fuzzes for EDDY_FUZZ_SECONDS; what it finds goes to the build folder, never into the corpus.
function(eddy_add_fuzz name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "SEEDS" "SOURCES;DEPS")
  if(NOT arg_SEEDS)
    set(arg_SEEDS ${name})
  endif()
  eddy_add_executable(${name}_fuzz SOURCES ${arg_SOURCES} DEPS ${arg_DEPS})
  target_include_directories(${name}_fuzz PRIVATE
    "${PROJECT_SOURCE_DIR}/src" "${PROJECT_SOURCE_DIR}/tests")
  target_link_options(${name}_fuzz PRIVATE -fsanitize=fuzzer)
  set(found "${CMAKE_CURRENT_BINARY_DIR}/${name}.found")
  set(seeds "${PROJECT_SOURCE_DIR}/fuzz/corpus/${arg_SEEDS}")
  file(MAKE_DIRECTORY "${found}")
  if(NOT EXISTS "${seeds}")
    message(FATAL_ERROR "${name}_fuzz has no seeds: add some to ${seeds}")
  endif()
  set(EDDY_FUZZ_SECONDS 20 CACHE STRING "How long each fuzz test runs")
  add_test(NAME fuzz.${name} COMMAND ${name}_fuzz
    -max_total_time=${EDDY_FUZZ_SECONDS} -timeout=10 -rss_limit_mb=2048
    -artifact_prefix=${found}/ -print_final_stats=1 ${found} ${seeds})
  math(EXPR limit "${EDDY_FUZZ_SECONDS} + 120")
  set_tests_properties(fuzz.${name} PROPERTIES LABELS fuzz TIMEOUT ${limit})
endfunction()

# eddy_add_header_check(): an object library with one source for each public header that includes it and
# nothing else, so a header that does not compile alone breaks the build.
function(eddy_add_header_check)
  file(GLOB_RECURSE headers CONFIGURE_DEPENDS
    RELATIVE "${PROJECT_SOURCE_DIR}/include" "${PROJECT_SOURCE_DIR}/include/*.hpp")
  set(sources)
  foreach(header IN LISTS headers)
    set(source "${CMAKE_CURRENT_BINARY_DIR}/headers/${header}.cpp")
    file(CONFIGURE OUTPUT "${source}" CONTENT "#include <${header}>\n")
    list(APPEND sources "${source}")
  endforeach()
  add_library(eddy_headers OBJECT ${sources})
  target_link_libraries(eddy_headers PRIVATE eddy::eddy)
  if(TARGET eddy::testing)
    target_link_libraries(eddy_headers PRIVATE eddy::testing)
  endif()
  target_compile_options(eddy_headers PRIVATE -O0 -g0)
  eddy_enable_warnings(eddy_headers)
endfunction()
