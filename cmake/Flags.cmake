# SPDX-License-Identifier: Apache-2.0
# The flags that everything of ours is built with: link `sctpspec_flags`.
add_library(sctpspec_flags INTERFACE)
target_compile_options(sctpspec_flags INTERFACE
	-Wall -Wextra -Wconversion -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Werror
	-fno-common
	# a case's source is named as in the repository, wherever it was built
	-fmacro-prefix-map=${CMAKE_SOURCE_DIR}/=)
target_compile_definitions(sctpspec_flags INTERFACE _GNU_SOURCE SCTPSPEC_VERSION="${PROJECT_VERSION}")
target_include_directories(sctpspec_flags INTERFACE ${CMAKE_SOURCE_DIR})
if(SCTPSPEC_SANITIZE)
	target_compile_options(sctpspec_flags INTERFACE
		-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
	target_link_options(sctpspec_flags INTERFACE -fsanitize=address,undefined)
endif()
