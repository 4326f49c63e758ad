# What an installation holds. The components are the Debian packages' parts: runtime, dev and tool.
get_filename_component(CMAKE_INSTALL_PREFIX "${CMAKE_INSTALL_PREFIX}" ABSOLUTE)
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)
set(CMAKE_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
  OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(robofy_package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/robofy")

install(TARGETS robofy_shared
  LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}" COMPONENT runtime NAMELINK_COMPONENT dev)
install(FILES "${robofy_archive}" DESTINATION "${CMAKE_INSTALL_LIBDIR}" COMPONENT dev)
install(DIRECTORY include/ DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}" COMPONENT dev
  FILES_MATCHING PATTERN "*.h" PATTERN "*.hpp")
install(FILES LICENSE-APACHE LICENSE-LMDB LICENSE-MIT DESTINATION "${CMAKE_INSTALL_DOCDIR}" COMPONENT licenses)

# The prefix is filled in at installation, because only then `cmake --install --prefix` has said it.
string(JOIN " " robofy_libs_private ${robofy_system_libraries})
foreach(part IN ITEMS LIBDIR INCLUDEDIR)
  set(robofy_pc_${part} "\${prefix}/${CMAKE_INSTALL_${part}}")
  if(IS_ABSOLUTE "${CMAKE_INSTALL_${part}}")
    set(robofy_pc_${part} "${CMAKE_INSTALL_${part}}")
  endif()
endforeach()
set(robofy_pc_prefix "@CMAKE_INSTALL_PREFIX@")
configure_file(cmake/robofy.pc.in robofy.pc.in @ONLY)
install(CODE "configure_file(\"${CMAKE_CURRENT_BINARY_DIR}/robofy.pc.in\" \"${CMAKE_CURRENT_BINARY_DIR}/robofy.pc\" @ONLY)"
  COMPONENT dev)
install(FILES "${CMAKE_CURRENT_BINARY_DIR}/robofy.pc" DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig" COMPONENT dev)

configure_package_config_file(cmake/robofyConfig.cmake.in robofyConfig.cmake
  INSTALL_DESTINATION "${robofy_package_dir}"
  PATH_VARS CMAKE_INSTALL_LIBDIR CMAKE_INSTALL_INCLUDEDIR)
write_basic_package_version_file("${CMAKE_CURRENT_BINARY_DIR}/robofyConfigVersion.cmake" COMPATIBILITY SameMajorVersion)
install(FILES "${CMAKE_CURRENT_BINARY_DIR}/robofyConfig.cmake" "${CMAKE_CURRENT_BINARY_DIR}/robofyConfigVersion.cmake"
  DESTINATION "${robofy_package_dir}" COMPONENT dev)

include(cmake/manual.cmake)
include(cmake/tool.cmake)

install(CODE "
  set(robofy_docdir \"${CMAKE_INSTALL_DOCDIR}\")
  set(robofy_binary_dir \"${CMAKE_CURRENT_BINARY_DIR}\")" COMPONENT list)
install(SCRIPT cmake/installed-files.cmake COMPONENT list)
