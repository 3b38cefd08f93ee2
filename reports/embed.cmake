# SPDX-License-Identifier: Apache-2.0
# report_embed(OUT file.css name): a C source OUT in which `name` is the text of a file beside this one, and
# `name`_sha256 its digest.
function(report_embed OUT FILE NAME)
	set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${FILE})
	file(READ ${CMAKE_CURRENT_SOURCE_DIR}/${FILE} bytes HEX)
	string(REGEX REPLACE "(..)" "0x\\1, " bytes "${bytes}")
	file(SHA256 ${CMAKE_CURRENT_SOURCE_DIR}/${FILE} digest)
	string(REGEX REPLACE "(..)" "0x\\1, " digest "${digest}")
	string(CONCAT source "/* Made from ${FILE}. */\n#include \"reports/html.h\"\n\n"
		"const char ${NAME}[] = {${bytes}0};\n"
		"const unsigned char ${NAME}_sha256[REPORT_SHA256_BYTES] = {${digest}};\n")
	file(CONFIGURE OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/${NAME}.c CONTENT "${source}")
	set(${OUT} ${CMAKE_CURRENT_BINARY_DIR}/${NAME}.c PARENT_SCOPE)
endfunction()
