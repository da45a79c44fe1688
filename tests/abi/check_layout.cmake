# layout_1_0.c compiles against the headers in HEADERS and finds every text as it was.
execute_process(COMMAND mktemp -d OUTPUT_VARIABLE scratch OUTPUT_STRIP_TRAILING_WHITESPACE
  COMMAND_ERROR_IS_FATAL ANY)
execute_process(
  COMMAND ${COMPILER} -std=c11 -Wall -Wextra -Wpedantic -Werror -I${HEADERS}
          ${CMAKE_CURRENT_LIST_DIR}/layout_1_0.c -o ${scratch}/layout
  RESULT_VARIABLE failed ERROR_VARIABLE said)
if(NOT failed)
  execute_process(COMMAND ${scratch}/layout RESULT_VARIABLE failed OUTPUT_VARIABLE said)
endif()
file(REMOVE_RECURSE ${scratch})
if(failed)
  message(FATAL_ERROR "${said}\n"
    "The headers break ABI 1.0. While 1.0 is a draft: run tests/abi/make_layout.py and commit what it "
    "makes. After that nothing of it may change: append, or add a new id; see core/abi/VERSIONING.md.")
endif()
