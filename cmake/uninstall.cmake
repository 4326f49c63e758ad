# Removes from DESTDIR what an installation puts there: cmake -DBUILD_DIR=... -P uninstall.cmake
# The list is taken from an installation into an empty folder, so that it does not depend on which one was the last.
set(empty "${BUILD_DIR}/uninstall")
file(REMOVE_RECURSE "${empty}")
execute_process(
  COMMAND "${CMAKE_COMMAND}" -E env "DESTDIR=${empty}" "${CMAKE_COMMAND}" --install "${BUILD_DIR}"
  OUTPUT_QUIET RESULT_VARIABLE failed)
if(failed)
  message(FATAL_ERROR "uninstall: the list of files cannot be made; nothing was removed")
endif()

file(GLOB_RECURSE installed LIST_DIRECTORIES false RELATIVE "${empty}" "${empty}/*")
foreach(path IN LISTS installed)
  set(file "$ENV{DESTDIR}/${path}")
  if(EXISTS "${file}" OR IS_SYMLINK "${file}")
    message(STATUS "Removing: ${file}")
    file(REMOVE "${file}")
  endif()
endforeach()

# Folders that are the product's own.
foreach(path IN LISTS installed)
  get_filename_component(folder "$ENV{DESTDIR}/${path}" DIRECTORY)
  file(GLOB left "${folder}/*")
  if(folder MATCHES "/robofy$" AND NOT left)
    file(REMOVE_RECURSE "${folder}")
  endif()
endforeach()
file(REMOVE_RECURSE "${empty}")
