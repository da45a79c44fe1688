# Writes embedded_sql.hpp, which names every statement after its file, and embedded_sql.cpp with their texts and
# those of the migrations: a changed text compiles one file, and a test may link other texts.
# Usage: cmake -D SOURCE=<folder of sql/ and schema/> -D OUTPUT=<folder> -D NAMESPACE=<sqlite, postgres> -P embed_sql.cmake
file(GLOB statements ${SOURCE}/sql/*.sql)
file(GLOB migrations ${SOURCE}/schema/*.sql)
list(SORT statements)
list(SORT migrations)

set(names "")
set(texts "")
foreach(file IN LISTS statements)
  get_filename_component(stem ${file} NAME_WE)
  string(REPLACE "_" ";" words ${stem})
  set(name "k")
  foreach(word IN LISTS words)
    string(SUBSTRING ${word} 0 1 first)
    string(SUBSTRING ${word} 1 -1 rest)
    string(TOUPPER ${first} first)
    string(APPEND name "${first}${rest}")
  endforeach()
  file(READ ${file} text)
  string(APPEND names "    ${name},\n")
  string(APPEND texts "    R\"sql(${text})sql\",\n")
endforeach()

set(steps "")
foreach(file IN LISTS migrations)
  get_filename_component(stem ${file} NAME_WE)
  file(READ ${file} text)
  string(SHA256 digest "${text}")
  string(APPEND steps "    {\"${stem}\", R\"sql(${text})sql\",\n     \"${digest}\"},\n")
endforeach()

list(LENGTH migrations step_count)
set(made "// Made from sql/*.sql and schema/*.sql by embed_sql.cmake; change those.")

set(header "${made}
#pragma once

#include <cstddef>

namespace ebra::${NAMESPACE} {

struct SchemaStep {
    const char* name;
    const char* sql;
    const char* digest;  // SHA-256 of sql, in hexadecimal digits.
};

enum class Sql : std::size_t {
${names}    kCount,
};

extern const char* const kStatements[static_cast<std::size_t>(Sql::kCount)];
extern const SchemaStep kSchemaSteps[${step_count}];

}  // namespace ebra::${NAMESPACE}
")
set(source "${made}
#include \"embedded_sql.hpp\"

namespace ebra::${NAMESPACE} {

const char* const kStatements[] = {
${texts}};

const SchemaStep kSchemaSteps[] = {
${steps}};

}  // namespace ebra::${NAMESPACE}
")
# The header as it was stays as it is: much includes it.
set(known "")
if(EXISTS ${OUTPUT}/embedded_sql.hpp)
  file(READ ${OUTPUT}/embedded_sql.hpp known)
endif()
if(NOT known STREQUAL header)
  file(WRITE ${OUTPUT}/embedded_sql.hpp "${header}")
endif()
file(WRITE ${OUTPUT}/embedded_sql.cpp "${source}")
