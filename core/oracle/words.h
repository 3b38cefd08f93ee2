/* SPDX-License-Identifier: Apache-2.0 */
/*
 * words.h - libgen_sctp's values as the scripts and transcripts write them, in gen_sctp's words.
 *
 * Numbers that no two runs have in common have a mark in front: #3 an association, @2006 a port,
 * %3:17 a TSN of association 3. The director gives them names.
 */
#ifndef GEN_SCTP_ORACLE_WORDS_H
#define GEN_SCTP_ORACLE_WORDS_H

#include "gen_sctp.h"
#include "term.h"

#include <stdbool.h>
#include <stdio.h>

/* "127.0.0.1:@2006", "[::1]:@2006" */
void write_address(FILE *out, const union gs_addr *addr);
/* "sctp_assoc_change{state=comm_up, ...}" */
void write_assoc_change(FILE *out, const struct gs_assoc_change *change);
/* "127.0.0.1:@2006 sctp_sndrcvinfo{...} "text"", or an event instead of what follows the address */
void write_message(FILE *out, const struct gs_message *message);
/* "ok", "badarg", "error einval", "error field 3" */
void write_status(FILE *out, int status);
/* "einval" */
void write_errno(FILE *out, int status);

/* "name=value" of an option that was read */
void write_option(FILE *out, const struct gs_option *option);
/* From `name=value`, or from a bare name to be read. What is wrong, or NULL. */
const char *read_option(const struct term *term, struct gs_option *out);

bool read_address(const struct term *term, uint16_t port, union gs_addr *out);
/* The id in a number or in assoc(N). */
int32_t read_assoc(const struct term *term);
/* A text, bytes(N), or a list of those: malloc'd. */
struct octets {
	unsigned char *bytes;
	size_t length;
};
struct octets read_octets(const struct term *term);
/* {stream=3, ...} */
const char *read_sndrcvinfo(const struct term *term, struct gs_sndrcvinfo *out);

#endif
