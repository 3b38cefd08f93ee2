# SPDX-License-Identifier: Apache-2.0
# report_embed(OUT file.css name): a C source OUT in which `name` is the text of a file beside this one.
function(report_embed OUT FILE NAME)
	set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${FILE})
	file(READ ${CMAKE_CURRENT_SOURCE_DIR}/${FILE} bytes HEX)
	string(REGEX REPLACE "(..)" "0x\\1, " bytes "${bytes}")
	file(CONFIGURE OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/${NAME}.c CONTENT
		"/* Made from ${FILE}. */\n#include \"reports/html.h\"\n\nconst char ${NAME}[] = {${bytes}0};\n")
	set(${OUT} ${CMAKE_CURRENT_BINARY_DIR}/${NAME}.c PARENT_SCOPE)
endfunction()
