# SPDX-License-Identifier: Apache-2.0
# straykey_portable: the same objects as straykey, for packages that work on any Linux whose
# glibc is not older. A library that Debian has as an archive is linked into it; one that it
# has not (oneTBB, tomlplusplus, the C++ runtime) is carried beside it in ../lib/straykey;
# of the system it needs glibc alone. Only `./run package` builds it. sbom.py reads the
# linker's map: what stands there is what was linked.
set(archives git2 mbedtls mbedx509 mbedcrypto http_parser ssh2 pcre2-8 archive nettle
  lzma zstd lz4 bz2 z sqlite3 hs re2 deflate yaml-cpp crypto)
set(portable_missing "")
set(portable_libraries "")
foreach(name ${archives})
  find_library(archive_${name} NAMES lib${name}.a)
  mark_as_advanced(archive_${name})
  if(archive_${name})
    list(APPEND portable_libraries ${archive_${name}})
  else()
    list(APPEND portable_missing lib${name}.a)
  endif()
endforeach()

if(portable_missing)
  list(JOIN portable_missing ", " portable_missing)
  add_custom_target(straykey_portable
    COMMAND ${CMAKE_COMMAND} -E echo "A program to carry along cannot be linked: there is no ${portable_missing}; ./run package installs these on Debian 12."
    COMMAND ${CMAKE_COMMAND} -E false
    VERBATIM)
  return()
endif()

# Files and not targets, for a target brings its shared libraries along.
get_property(targets DIRECTORY ${CMAKE_SOURCE_DIR} PROPERTY BUILDSYSTEM_TARGETS)
set(rooms "")
foreach(target ${targets})
  get_target_property(type ${target} TYPE)
  if(type STREQUAL STATIC_LIBRARY)
    list(APPEND rooms ${target})
  endif()
endforeach()
list(TRANSFORM rooms REPLACE "(.+)" "$<TARGET_FILE:\\1>" OUTPUT_VARIABLE room_files)

add_executable(straykey_portable EXCLUDE_FROM_ALL
  scanner/main.cc integrations/packaging/left_out.cc)
add_dependencies(straykey_portable ${rooms})
target_include_directories(straykey_portable PRIVATE ${CMAKE_SOURCE_DIR})
target_link_libraries(straykey_portable PRIVATE
  -Wl,--start-group ${room_files} ${portable_libraries} -Wl,--end-group
  TBB::tbb ${TOMLPLUSPLUS_LINK_LIBRARIES} ${CMAKE_DL_LIBS} Threads::Threads)
target_link_options(straykey_portable PRIVATE
  -Wl,--gc-sections -Wl,--as-needed -Wl,--exclude-libs,ALL
  -Wl,--disable-new-dtags  # not LD_LIBRARY_PATH, but what is carried, comes first
  -Wl,-Map,${CMAKE_BINARY_DIR}/straykey_portable.map)
set_target_properties(straykey_portable PROPERTIES
  LINK_DEPENDS "${portable_libraries}"
  BUILD_WITH_INSTALL_RPATH ON INSTALL_RPATH "$ORIGIN/../lib/straykey")
