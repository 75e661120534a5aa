# SPDX-License-Identifier: Apache-2.0
# Called by CPack between installing and packing: what Debian wants of the files of a package
# (its policy, chapter 12), and the same times and modes wherever it is built.
set(root ${CPACK_TEMPORARY_DIRECTORY}/usr)
set(doc ${root}/share/doc/straykey)
string(TIMESTAMP date "%a, %d %b %Y %H:%M:%S +0000" UTC)  # SOURCE_DATE_EPOCH, when it is set

file(WRITE ${doc}/changelog.Debian
"straykey (${CPACK_PACKAGE_VERSION}-${CPACK_DEBIAN_PACKAGE_RELEASE}) unstable; urgency=medium

  * Built from straykey ${CPACK_PACKAGE_VERSION}; what changed is in changelog.gz.

 -- ${CPACK_PACKAGE_CONTACT}  ${date}
")
file(RENAME ${doc}/CHANGELOG.md ${doc}/changelog)
file(REMOVE ${doc}/LICENSE)  # a Debian system has its text
file(WRITE ${doc}/copyright
"Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: straykey

Files: *
Copyright: 2026 the authors of straykey
License: Apache-2.0
 On Debian systems the text of the Apache License, version 2.0, is in
 /usr/share/common-licenses/Apache-2.0.
")
file(MAKE_DIRECTORY ${root}/share/zsh/vendor-completions)
file(RENAME ${root}/share/zsh/site-functions/_straykey ${root}/share/zsh/vendor-completions/_straykey)
file(REMOVE_RECURSE ${root}/share/zsh/site-functions)
execute_process(COMMAND gzip -9n changelog changelog.Debian
  WORKING_DIRECTORY ${doc} COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND gzip -9n ${root}/share/man/man1/straykey.1 COMMAND_ERROR_IS_FATAL ANY)
if(DEFINED ENV{STRAYKEY_SBOM})
  file(COPY_FILE $ENV{STRAYKEY_SBOM} ${doc}/sbom.cdx.json)
endif()

execute_process(COMMAND chmod -R u=rwX,go=rX . WORKING_DIRECTORY ${root} COMMAND_ERROR_IS_FATAL ANY)
if(DEFINED ENV{SOURCE_DATE_EPOCH})
  execute_process(COMMAND find .. -exec touch -h -d @$ENV{SOURCE_DATE_EPOCH} {} +
    WORKING_DIRECTORY ${root} COMMAND_ERROR_IS_FATAL ANY)
endif()
