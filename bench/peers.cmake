# SPDX-License-Identifier: MIT
# Programs on other libraries, built by the target `bench`. Those whose library is not installed are
# left out here, and said to be by the section that would run them. Nothing is downloaded.

# The target peer_asio.
find_path(EDDY_ASIO_INCLUDE_DIR asio.hpp)
if(EDDY_ASIO_INCLUDE_DIR)
  add_library(peer_asio INTERFACE)
  target_include_directories(peer_asio SYSTEM INTERFACE "${EDDY_ASIO_INCLUDE_DIR}")
  # Asio 1.22 does not notice that clang has coroutines by now.
  target_compile_definitions(peer_asio INTERFACE ASIO_HAS_CO_AWAIT ASIO_HAS_STD_COROUTINE)
  target_link_libraries(peer_asio INTERFACE Threads::Threads)
endif()

# eddy_add_go_peer(name): <name>.go of this folder.
find_program(EDDY_GO go)
function(eddy_add_go_peer name)
  if(NOT EDDY_GO)
    return()
  endif()
  add_custom_command(OUTPUT ${name}
    COMMAND ${CMAKE_COMMAND} -E env "GOCACHE=${CMAKE_BINARY_DIR}/go_cache" GOPROXY=off
      ${EDDY_GO} build -o ${name} "${CMAKE_CURRENT_SOURCE_DIR}/${name}.go"
    DEPENDS ${name}.go VERBATIM)
  add_custom_target(build_${name} DEPENDS ${name})
  add_dependencies(bench build_${name})
endfunction()

# eddy_add_tokio_peer(name): tokio/<name>.rs of this folder, with the Cargo.toml beside it. Cargo and
# the crates that belong together: Debian's.
set(EDDY_PEERS_DIR "${CMAKE_CURRENT_LIST_DIR}")
find_program(EDDY_CARGO cargo PATHS /usr/bin NO_DEFAULT_PATH)
file(GLOB EDDY_TOKIO_CRATE /usr/share/cargo/registry/tokio-1.*)
function(eddy_add_tokio_peer name)
  if(NOT EDDY_CARGO OR NOT EDDY_TOKIO_CRATE)
    return()
  endif()
  # Copied, because Cargo writes beside its manifest.
  configure_file(tokio/Cargo.toml tokio/Cargo.toml COPYONLY)
  configure_file("${EDDY_PEERS_DIR}/debian_crates.toml" tokio/.cargo/config.toml COPYONLY)
  add_custom_command(OUTPUT ${name}
    COMMAND ${CMAKE_COMMAND} -E copy "${CMAKE_CURRENT_SOURCE_DIR}/tokio/${name}.rs" tokio
    COMMAND ${CMAKE_COMMAND} -E env "CARGO_HOME=${CMAKE_CURRENT_BINARY_DIR}/tokio/home" RUSTC=/usr/bin/rustc
      ${CMAKE_COMMAND} -E chdir tokio ${EDDY_CARGO} build --quiet --offline --release
    COMMAND ${CMAKE_COMMAND} -E copy tokio/target/release/${name} ${name}
    DEPENDS tokio/${name}.rs tokio/Cargo.toml "${EDDY_PEERS_DIR}/debian_crates.toml" VERBATIM)
  add_custom_target(build_${name} DEPENDS ${name})
  add_dependencies(bench build_${name})
endfunction()
