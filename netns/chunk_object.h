/* SPDX-License-Identifier: Apache-2.0 */
/*
 * chunk_object.h - the program of chunk_program.h as a file that tc(8) can load, for people. Private to netns/.
 */
#ifndef SCTPSPEC_NETNS_CHUNK_OBJECT_H
#define SCTPSPEC_NETNS_CHUNK_OBJECT_H

#include "netns/netns.h"

#define CHUNK_OBJECT_FILE "/tmp/sctpspec-chunks.o"
#define CHUNK_PROGRAM_NAME "chunks"

/* Writes the object file; at most CHUNK_OBJECT_MAX octets. Gives its length. */
#define CHUNK_OBJECT_MAX 4096
size_t chunk_object_write(const struct fault *fault, uint8_t out[CHUNK_OBJECT_MAX]);
/* A command for a shell that makes the file. There is a program, with its count, for each device. */
void chunk_object_print_command(const struct fault *fault, FILE *out);

#endif
