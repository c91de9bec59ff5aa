# SPDX-License-Identifier: MIT
# cmake -DCOMPILER= -DINCLUDE_DIR= -DFILE= -DMESSAGE= -P expect_compile_error.cmake
execute_process(
  COMMAND "${COMPILER}" -std=c++23 -fcoro-aligned-allocation -fsyntax-only -fno-color-diagnostics
    -Wall -Wextra -Werror "-I${INCLUDE_DIR}" "${FILE}"
  RESULT_VARIABLE status ERROR_VARIABLE output OUTPUT_VARIABLE output)
if(status EQUAL 0)
  message(FATAL_ERROR "${FILE} compiled; it must be refused with `${MESSAGE}`")
elseif(NOT output MATCHES "${MESSAGE}")
  message(FATAL_ERROR "${FILE} was refused, but not with `${MESSAGE}`:\n${output}")
endif()
