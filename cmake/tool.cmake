# The command-line tool with its man pages and completions, where they were built before. Cargo linked it to the library in
# its own folder, whose name has no version; an installed one asks for the versioned name.
set(ROBOFY_TOOL "${robofy_release_dir}/robofy" CACHE FILEPATH "The command-line tool, if it was built")
if(NOT EXISTS "${ROBOFY_TOOL}")
  return()
endif()

find_program(ROBOFY_PATCHELF patchelf)
mark_as_advanced(ROBOFY_PATCHELF)
if(ROBOFY_PATCHELF)
  set(robofy_rpath --remove-rpath)
  if(NOT ROBOFY_DEBIAN)
    file(RELATIVE_PATH robofy_libraries "${CMAKE_INSTALL_FULL_BINDIR}" "${CMAKE_INSTALL_FULL_LIBDIR}")
    set(robofy_rpath --set-rpath "$ORIGIN/${robofy_libraries}")
  endif()
  set(robofy_installed_tool "${CMAKE_CURRENT_BINARY_DIR}/tool/robofy")
  add_custom_command(OUTPUT "${robofy_installed_tool}" DEPENDS "${ROBOFY_TOOL}"
    COMMAND "${CMAKE_COMMAND}" -E copy "${ROBOFY_TOOL}" "${robofy_installed_tool}"
    # Each by itself: both at once leave a wrong rpath behind (patchelf 0.14).
    COMMAND "${ROBOFY_PATCHELF}" ${robofy_rpath} "${robofy_installed_tool}"
    COMMAND "${ROBOFY_PATCHELF}" --replace-needed librobofy.so librobofy.so.${PROJECT_VERSION_MAJOR}
      "${robofy_installed_tool}"
    VERBATIM)
  add_custom_target(robofy_tool ALL DEPENDS "${robofy_installed_tool}")
elseif(NOT ROBOFY_DEBIAN AND CMAKE_INSTALL_LIBDIR STREQUAL "lib")
  # As it was linked it finds the library's development name in ../lib.
  set(robofy_installed_tool "${ROBOFY_TOOL}")
else()
  message(FATAL_ERROR "robofy: the tool has to be told where the library is: apt-get install patchelf")
endif()

get_filename_component(robofy_tool_dir "${ROBOFY_TOOL}" DIRECTORY)
install(PROGRAMS "${robofy_installed_tool}" DESTINATION "${CMAKE_INSTALL_BINDIR}" COMPONENT tool)
if(EXISTS "${robofy_tool_dir}/share")
  install(DIRECTORY "${robofy_tool_dir}/share/" DESTINATION "${CMAKE_INSTALL_DATAROOTDIR}" COMPONENT tool)
endif()
