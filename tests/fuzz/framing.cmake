# The framing of HTTP requests under arbitrary bytes. The corpus is replayed by every ctest run; with
# a clang build, -DEBRA_FUZZ=ON also makes framing_fuzz, a libFuzzer binary:
#   framing_fuzz -max_total_time=60 tests/fuzz/corpus/framing
add_executable(framing_replay framing_fuzz.cpp framing_replay.cpp)
target_link_libraries(framing_replay PRIVATE ebra_http ebra_warnings)
set_target_properties(framing_replay PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
add_test(NAME framing_replay
  COMMAND framing_replay ${CMAKE_CURRENT_SOURCE_DIR}/corpus/framing)
set_tests_properties(framing_replay PROPERTIES TIMEOUT 60 LABELS unit)

option(EBRA_FUZZ "Build the libFuzzer targets (clang only)" OFF)
if(EBRA_FUZZ)
  add_executable(framing_fuzz framing_fuzz.cpp
    ${PROJECT_SOURCE_DIR}/api/http/framing.cpp ${PROJECT_SOURCE_DIR}/api/http/request.cpp)
  target_include_directories(framing_fuzz PRIVATE
    ${PROJECT_SOURCE_DIR}/api ${PROJECT_SOURCE_DIR}/core/include)
  target_compile_options(framing_fuzz PRIVATE -O1 -g -fsanitize=fuzzer,address,undefined)
  target_link_options(framing_fuzz PRIVATE -fsanitize=fuzzer,address,undefined)
endif()
