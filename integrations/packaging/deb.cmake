# SPDX-License-Identifier: Apache-2.0
# The Debian package, for `cpack -G DEB`. What depends on the release that it is built on (the
# libraries, the end of the version) is asked there. deb_files.cmake does what Debian
# wants of the files.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME straykey)
set(CPACK_PACKAGE_VENDOR straykey)
set(CPACK_PACKAGE_CONTACT "straykey maintainers <maintainers@example.org>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "finds credentials in git history and files")
set(CPACK_PACKAGE_DESCRIPTION
"straykey scans the whole history of git repositories, folders, files, archives
and streams for credentials, and says for each one what it is, whose it is and
what it means: the identity that it belongs to, the owner, the risks and
controls that it touches, and what was decided about it.

It runs as a hook before commits and pushes, as a hook of a server, in CI, and
over all repositories of an organisation. It uses no network and stores no
secret.")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_PACKAGE_CHECKSUM SHA256)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION vcs)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS git)
set(CPACK_DEBIAN_PACKAGE_SUGGESTS libpq5)  # a store in PostgreSQL loads it
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)
set(CPACK_PRE_BUILD_SCRIPTS ${CMAKE_CURRENT_LIST_DIR}/deb_files.cmake)

# 1~deb12, 1~deb13: a newer release replaces the package of the older one.
cmake_host_system_information(RESULT distribution QUERY DISTRIB_INFO)
set(CPACK_DEBIAN_PACKAGE_RELEASE "1~${distribution_ID}${distribution_VERSION_ID}")
