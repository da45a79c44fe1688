# Writes a header that holds a text file as a constant.
# Usage: cmake -D INPUT=<text file> -D NAME=<constant> -D OUTPUT=<header> -P embed_text.cmake
file(READ ${INPUT} text)
get_filename_component(file ${INPUT} NAME)
# Compilers cap one literal at 64 KiB, so that a text is put together from pieces.
string(LENGTH "${text}" length)
set(pieces "")
set(at 0)
while(at LESS length)
  string(SUBSTRING "${text}" ${at} 8000 piece)
  string(APPEND pieces "R\"text(${piece})text\"\n")
  math(EXPR at "${at} + 8000")
endwhile()
file(WRITE ${OUTPUT} "// Made from ${file} by embed_text.cmake; change that.
#pragma once

#include <string_view>

namespace ebra {

inline constexpr std::string_view ${NAME} =
${pieces};

}  // namespace ebra
")
