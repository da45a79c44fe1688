# HEADER compiles alone, in INCLUDE, as C99, C11 and C++20, without a hole in any struct: with each of
# COMPILERS, a list of pairs "C compiler|C++ compiler".
execute_process(COMMAND mktemp -d OUTPUT_VARIABLE scratch OUTPUT_STRIP_TRAILING_WHITESPACE
  COMMAND_ERROR_IS_FATAL ANY)
file(WRITE ${scratch}/alone.c "#include \"${HEADER}\"\ntypedef int not_empty;\n")
file(COPY_FILE ${scratch}/alone.c ${scratch}/alone.cpp)

set(failures "")
function(compile compiler standard source)
  execute_process(
    COMMAND ${compiler} -std=${standard} -Wall -Wextra -Wpedantic -Wpadded -Werror -fsyntax-only
            -I${INCLUDE} ${source}
    RESULT_VARIABLE failed ERROR_VARIABLE said)
  if(failed)
    set(failures "${failures}${compiler} -std=${standard}:\n${said}\n" PARENT_SCOPE)
  endif()
endfunction()

string(REPLACE "," ";" COMPILERS "${COMPILERS}")
foreach(pair IN LISTS COMPILERS)
  string(REPLACE "|" ";" pair "${pair}")
  list(POP_FRONT pair c_compiler cxx_compiler)
  if(NOT HEADER MATCHES "\\.hpp$")
    compile(${c_compiler} c99 ${scratch}/alone.c)
    compile(${c_compiler} c11 ${scratch}/alone.c)
  endif()
  compile(${cxx_compiler} c++20 ${scratch}/alone.cpp)
endforeach()
file(REMOVE_RECURSE ${scratch})
if(failures)
  message(FATAL_ERROR "${HEADER} does not stand alone:\n${failures}")
endif()
