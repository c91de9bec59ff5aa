# SPDX-License-Identifier: MIT
# Executables: programs, examples, benchmarks.

# eddy_add_executable(target SOURCES … [DEPS …])
function(eddy_add_executable target)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;DEPS")
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "${target}: what is `${arg_UNPARSED_ARGUMENTS}`?")
  endif()
  eddy_require(${arg_DEPS})
  add_executable(${target} ${arg_SOURCES})
  target_link_libraries(${target} PRIVATE ${arg_DEPS})
  target_compile_features(${target} PRIVATE cxx_std_23)
  set_target_properties(${target} PROPERTIES CXX_EXTENSIONS OFF)
  eddy_enable_warnings(${target})
endfunction()

# eddy_add_program(name SOURCES … [DEPS …]): a program that is installed, built as bin/<name>.
function(eddy_add_program name)
  eddy_add_executable(${name} ${ARGN})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/bin")
  if(EDDY_INSTALL)
    install(TARGETS ${name})
  endif()
endfunction()

# eddy_add_bench(name SOURCES … [DEPS …]): one google-benchmark program, built by the target `bench`.
function(eddy_add_bench name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;DEPS")
  eddy_add_executable(${name}_bench
    SOURCES ${arg_SOURCES} DEPS ${arg_DEPS} benchmark::benchmark_main benchmark::benchmark)
  target_include_directories(${name}_bench PRIVATE "${PROJECT_SOURCE_DIR}/bench")
  add_dependencies(bench ${name}_bench)
endfunction()
