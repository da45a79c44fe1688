# The library PLUGIN exports its entry and nothing else. Anything else could be found by, or take the
# place of, a symbol of another plugin; GNU unique symbols even do so between RTLD_LOCAL libraries.
execute_process(COMMAND ${NM} -D --defined-only ${PLUGIN}
  OUTPUT_VARIABLE exported OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
if(NOT exported MATCHES "^[0-9a-f]+ T ebra_plugin_v1$")
  message(FATAL_ERROR "${PLUGIN} exports more than ebra_plugin_v1, or not that:\n${exported}\n"
    "Make the target with ebra_plugin() of plugins/plugin.cmake.")
endif()
