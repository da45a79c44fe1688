# MODE=check: the debug information of the ABI's structs equals baseline.abi. MODE=write: makes it.
# HEADERS is the folder of the ABI's headers. It notices any change but can grade none: append, insert
# and retype look alike to it, so the layout lock says what broke and this says that something changed.
set(folder ${CMAKE_CURRENT_LIST_DIR})
set(baseline ${folder}/baseline.abi)
find_program(ABIDW abidw REQUIRED)
find_program(ABIDIFF abidiff REQUIRED)
if(NOT COMPILER)
  set(COMPILER cc)
endif()

execute_process(COMMAND mktemp -d OUTPUT_VARIABLE scratch OUTPUT_STRIP_TRAILING_WHITESPACE
  COMMAND_ERROR_IS_FATAL ANY)
execute_process(
  COMMAND ${COMPILER} -std=c11 -g -O0 -shared -fPIC -I${HEADERS} probe.c -o ${scratch}/probe.so
  WORKING_DIRECTORY ${folder}
  COMMAND_ERROR_IS_FATAL ANY)
# Paths and lines would tie the baseline to one machine and to the comments.
execute_process(
  COMMAND ${ABIDW} --no-corpus-path --no-comp-dir-path --no-show-locs --type-id-style hash
          --out-file ${scratch}/now.abi ${scratch}/probe.so
  COMMAND_ERROR_IS_FATAL ANY)

if(MODE STREQUAL "write")
  file(COPY_FILE ${scratch}/now.abi ${baseline})
  set(difference 0)
else()
  execute_process(COMMAND ${ABIDIFF} --no-show-locs ${baseline} ${scratch}/now.abi
    RESULT_VARIABLE difference OUTPUT_VARIABLE report ERROR_VARIABLE report)
endif()
file(REMOVE_RECURSE ${scratch})
if(NOT difference EQUAL 0)
  message(FATAL_ERROR "${report}\n"
    "The ABI is not the one in baseline.abi. While 1.0 is a draft: run tests/abi/make_layout.py and "
    "commit what it makes. After that: see core/abi/VERSIONING.md.")
endif()
