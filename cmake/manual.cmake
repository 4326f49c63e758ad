# The functions' manual pages, made with Doxygen where the PATH has it.
unset(ROBOFY_DOXYGEN CACHE)
unset(ROBOFY_PYTHON CACHE)
find_program(ROBOFY_DOXYGEN doxygen NO_CMAKE_SYSTEM_PATH)
find_program(ROBOFY_PYTHON python3 NO_CMAKE_SYSTEM_PATH)
mark_as_advanced(ROBOFY_DOXYGEN ROBOFY_PYTHON)
if(NOT ROBOFY_DOXYGEN OR NOT ROBOFY_PYTHON)
  set(robofy_without "robofy: no manual pages of the functions: doxygen or python3 is missing (apt-get install doxygen)")
  if(ROBOFY_DEBIAN)
    message(FATAL_ERROR "${robofy_without}")
  endif()
  message(NOTICE "${robofy_without}")
  return()
endif()

set(robofy_manual "${CMAKE_CURRENT_BINARY_DIR}/manual")
set(robofy_reference "${PROJECT_SOURCE_DIR}/docs/reference")
add_custom_command(OUTPUT "${robofy_manual}/man3/robofy.3"
  DEPENDS include/robofy.h packaging/manual
    "${robofy_reference}/Doxyfile" "${robofy_reference}/themes.py" "${robofy_reference}/manpages.py"
  COMMAND "${PROJECT_SOURCE_DIR}/packaging/manual" "${robofy_manual}"
  COMMENT "Making the manual pages of the functions"
  VERBATIM)
add_custom_target(robofy_manual ALL DEPENDS "${robofy_manual}/man3/robofy.3")
install(DIRECTORY "${robofy_manual}/man3" DESTINATION "${CMAKE_INSTALL_MANDIR}" COMPONENT dev)
