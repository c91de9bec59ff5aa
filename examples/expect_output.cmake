# SPDX-License-Identifier: MIT
# cmake -DPROGRAM= -DEXPECTED= -P expect_output.cmake
execute_process(COMMAND "${PROGRAM}" RESULT_VARIABLE status OUTPUT_VARIABLE output)
file(READ "${EXPECTED}" expected)
if(NOT status EQUAL 0)
  message(FATAL_ERROR "${PROGRAM} ended with ${status}, having printed:\n${output}")
elseif(NOT output STREQUAL expected)
  message(FATAL_ERROR "${PROGRAM} printed:\n${output}\nand not what is in ${EXPECTED}:\n${expected}")
endif()
