# Writes one header with the text of every preset, so that the plugin needs no files beside it.
# Usage: cmake -D SOURCE=<this folder> -D OUTPUT=<header> -P embed_presets.cmake
file(GLOB presets ${SOURCE}/presets/*.toml)
list(SORT presets)
set(entries "")
foreach(file IN LISTS presets)
  get_filename_component(name ${file} NAME_WE)
  file(READ ${file} text)
  string(APPEND entries "    {\"${name}\", R\"toml(${text})toml\"},\n")
endforeach()
file(WRITE ${OUTPUT} "// Made from presets/*.toml by embed_presets.cmake; change those.
#pragma once

namespace ebra::provider_http {

struct EmbeddedPreset {
    const char* name;
    const char* text;
};

inline constexpr EmbeddedPreset kEmbeddedPresets[] = {
${entries}};

}  // namespace ebra::provider_http
")
