# ebra_plugin(NAME SOURCES... [LIBRARIES...]): a loadable plugin.
#
# It links the ABI headers and its own libraries, nothing of the engine, and exports exactly one
# symbol: hidden visibility, no GNU unique symbols and a version script, because any two of the
# three still leak symbols of C++ libraries into the process (seen with nlohmann/json).
set(EBRA_PLUGIN_EXPORTS ${CMAKE_CURRENT_LIST_DIR}/plugin.exports)

function(ebra_plugin name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LIBRARIES" ${ARGN})
  add_library(${name} MODULE ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE ebra_abi ebra_warnings ${ARG_LIBRARIES})
  set_target_properties(${name} PROPERTIES
    PREFIX ""
    C_VISIBILITY_PRESET hidden
    CXX_VISIBILITY_PRESET hidden
    VISIBILITY_INLINES_HIDDEN ON
    LINK_DEPENDS ${EBRA_PLUGIN_EXPORTS}
    LIBRARY_OUTPUT_DIRECTORY ${EBRA_PLUGIN_OUTPUT_DIRECTORY})
  target_compile_options(${name} PRIVATE $<$<COMPILE_LANG_AND_ID:CXX,GNU>:-fno-gnu-unique>)
  target_link_options(${name} PRIVATE
    -Wl,--version-script=${EBRA_PLUGIN_EXPORTS} -Wl,--no-undefined -Wl,-z,nodelete)
  install(TARGETS ${name} LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}/ebra/plugins)
endfunction()
