# Writes one header with every statement and every migration as a constant, named after its file.
# Usage: cmake -D SOURCE=<folder of sql/ and schema/> -D OUTPUT=<header> -D NAMESPACE=<sqlite, postgres> -P embed_sql.cmake
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

set(header "// Made from sql/*.sql and schema/*.sql by embed_sql.cmake; change those.
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

inline constexpr const char* kStatements[] = {
${texts}};

inline constexpr SchemaStep kSchemaSteps[] = {
${steps}};

}  // namespace ebra::${NAMESPACE}
")
file(WRITE ${OUTPUT} "${header}")
