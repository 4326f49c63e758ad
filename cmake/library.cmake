# robofy::robofy_static is cargo's archive, robofy::robofy_shared the same code linked under a versioned SONAME, and
# robofy::robofy one of the two.

# Where a build by hand puts it too, so that neither undoes the other's work; a checkout inside of another project is
# left as it is.
set(robofy_target_dir "${CMAKE_CURRENT_BINARY_DIR}/cargo")
if(robofy_is_top_level)
  set(robofy_target_dir "${PROJECT_SOURCE_DIR}/target")
  if(DEFINED ENV{CARGO_TARGET_DIR})
    get_filename_component(robofy_target_dir "$ENV{CARGO_TARGET_DIR}" ABSOLUTE)
  endif()
endif()
set(ROBOFY_TARGET_DIR "${robofy_target_dir}" CACHE PATH "Where cargo builds")
set(robofy_release_dir "${ROBOFY_TARGET_DIR}/release")
set(robofy_archive "${robofy_release_dir}/librobofy.a")

# Looked for anew each time: root, who installs what another user has built, often has no cargo.
unset(ROBOFY_CARGO CACHE)
find_program(ROBOFY_CARGO cargo DOC "Rust's cargo")
mark_as_advanced(ROBOFY_CARGO)
if(ROBOFY_CARGO)
  add_custom_target(robofy_cargo
    COMMAND "${CMAKE_COMMAND}" -E env --unset=CARGO_BUILD_TARGET
      "${ROBOFY_CARGO}" build --release --locked --package robofy --lib --target-dir "${ROBOFY_TARGET_DIR}"
    WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}"
    BYPRODUCTS "${robofy_archive}"
    USES_TERMINAL VERBATIM)
elseif(EXISTS "${robofy_archive}")
  message(STATUS "robofy: cargo is not on the PATH; taking ${robofy_archive} as it is")
  add_custom_target(robofy_cargo)
else()
  message(FATAL_ERROR "robofy: cargo is missing: install Rust (https://rustup.rs), or run `make build` as a user who has it")
endif()

# What `rustc --print native-static-libs` names, without libgcc_s and libc: every compiler adds those by itself, and in
# a program that is static as a whole libgcc_s must not be named.
set(robofy_system_libraries -lutil -lrt -lpthread -lm -ldl)

add_library(robofy_static STATIC IMPORTED GLOBAL)
add_dependencies(robofy_static robofy_cargo)
set_target_properties(robofy_static PROPERTIES
  IMPORTED_LOCATION "${robofy_archive}"
  IMPORTED_LINK_INTERFACE_LANGUAGES C
  INTERFACE_INCLUDE_DIRECTORIES "${PROJECT_SOURCE_DIR}/include"
  INTERFACE_LINK_LIBRARIES "${robofy_system_libraries}")

set(robofy_exports "${PROJECT_SOURCE_DIR}/cmake/exports.map")
add_library(robofy_shared SHARED "${PROJECT_SOURCE_DIR}/include/robofy.h")
add_dependencies(robofy_shared robofy_cargo)
set_target_properties(robofy_shared PROPERTIES
  OUTPUT_NAME robofy
  VERSION ${PROJECT_VERSION}
  SOVERSION ${PROJECT_VERSION_MAJOR}
  LINKER_LANGUAGE C
  LINK_DEPENDS "${robofy_archive};${robofy_exports}")
target_include_directories(robofy_shared INTERFACE "$<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>")
# As cargo links its own, `-z nodelete` included: build.rs says why.
target_link_options(robofy_shared PRIVATE
  "LINKER:--version-script=${robofy_exports}" LINKER:--gc-sections LINKER:-O1 LINKER:--strip-all
  LINKER:-z,nodelete LINKER:-z,relro LINKER:-z,now LINKER:-z,noexecstack LINKER:-z,defs)
target_link_libraries(robofy_shared PRIVATE
  -Wl,--whole-archive "${robofy_archive}" -Wl,--no-whole-archive -Wl,--as-needed ${robofy_system_libraries})

add_library(robofy::robofy_static ALIAS robofy_static)
add_library(robofy::robofy_shared ALIAS robofy_shared)
if(BUILD_SHARED_LIBS)
  add_library(robofy::robofy ALIAS robofy_shared)
else()
  add_library(robofy::robofy ALIAS robofy_static)
endif()
