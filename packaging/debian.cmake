# The Debian packages, built by `make deb`: librobofy0 with the shared library, librobofy-dev with what a program is
# compiled with, and robofy, the command-line tool, where there is one.
set(robofy_maintainer "The robofy developers <developers@robofy.invalid>" CACHE STRING "Of the Debian packages")
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME robofy)
set(CPACK_PACKAGE_CONTACT "${robofy_maintainer}")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "WhatsApp messages to Robofy AI agents")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_HOMEPAGE "https://www.robofy.ai")
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS_PRIVATE_DIRS "${CMAKE_CURRENT_BINARY_DIR}")

set(robofy_product
"Sends a WhatsApp user's message to a Robofy AI agent and returns the agent's
complete answer, ready to be forwarded to the user. The interface is C.
")

set(robofy_runtime_package librobofy${PROJECT_VERSION_MAJOR})
set(CPACK_COMPONENTS_ALL runtime dev)
set(CPACK_DEBIAN_RUNTIME_PACKAGE_NAME ${robofy_runtime_package})
set(CPACK_DEBIAN_RUNTIME_PACKAGE_SECTION libs)
set(CPACK_DEBIAN_RUNTIME_PACKAGE_RECOMMENDS ca-certificates)
set(CPACK_DEBIAN_RUNTIME_PACKAGE_CONTROL_EXTRA "${PROJECT_SOURCE_DIR}/packaging/debian/triggers")
set(CPACK_DEBIAN_RUNTIME_DESCRIPTION "${robofy_product}\nThis package holds the shared library.")
# A program may use functions that an older library of the same name lacks.
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS ON)
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS_POLICY ">=")

set(CPACK_DEBIAN_DEV_PACKAGE_NAME librobofy-dev)
set(CPACK_DEBIAN_DEV_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_DEV_PACKAGE_SHLIBDEPS OFF)
set(CPACK_DEBIAN_DEV_PACKAGE_DEPENDS "${robofy_runtime_package} (= ${PROJECT_VERSION})")
set(CPACK_DEBIAN_DEV_PACKAGE_SUGGESTS "cmake, pkg-config")
set(CPACK_DEBIAN_DEV_DESCRIPTION "${robofy_product}\nThis package holds the header, the static library, the pkg-config file, the
CMake package, and the manual pages of the functions.")

if(EXISTS "${ROBOFY_TOOL}")
  list(APPEND CPACK_COMPONENTS_ALL tool)
  set(CPACK_DEBIAN_TOOL_PACKAGE_NAME robofy)
  set(CPACK_DEBIAN_TOOL_PACKAGE_SECTION utils)
  set(CPACK_DEBIAN_TOOL_PACKAGE_DEPENDS "${robofy_runtime_package} (>= ${PROJECT_VERSION})")
  set(CPACK_DEBIAN_TOOL_PACKAGE_RECOMMENDS ca-certificates)
  set(CPACK_DEBIAN_TOOL_DESCRIPTION "${robofy_product}\nThis package holds the command-line tool: a conversation in the terminal,
single messages, and a check of the connection to the service.")
endif()

# What every Debian package has in its folder of documentation; manual pages are compressed.
string(TIMESTAMP robofy_date "%a, %d %b %Y %H:%M:%S +0000" UTC)
configure_file(packaging/debian/changelog.in changelog @ONLY)
execute_process(COMMAND gzip -9nf "${CMAKE_CURRENT_BINARY_DIR}/changelog" COMMAND_ERROR_IS_FATAL ANY)
foreach(component IN LISTS CPACK_COMPONENTS_ALL)
  string(TOUPPER ${component} upper)
  install(FILES packaging/debian/copyright "${CMAKE_CURRENT_BINARY_DIR}/changelog.gz"
    DESTINATION "${CMAKE_INSTALL_DATAROOTDIR}/doc/${CPACK_DEBIAN_${upper}_PACKAGE_NAME}" COMPONENT ${component})
  install(CODE "
    file(GLOB_RECURSE pages \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_MANDIR}/*.[1-9]\")
    if(pages)
      execute_process(COMMAND gzip -9nf \${pages} COMMAND_ERROR_IS_FATAL ANY)
    endif()" COMPONENT ${component})
endforeach()
include(CPack)
