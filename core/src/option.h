/* SPDX-License-Identifier: Apache-2.0 */
/*
 * option.h - what socket options look like here and in the kernel, as one table.
 *
 * A row is an option; a record option has a table of fields, each of which says where it is in
 * struct gs_option, where in the kernel's struct, how wide there, and of what kind. Encoding,
 * decoding, range checks and the reading of what was not given are then the same few lines for all
 * of them (record.c). A new option is a new row.
 */
#ifndef GEN_SCTP_SRC_OPTION_H
#define GEN_SCTP_SRC_OPTION_H

#include "socket.h"

enum field_kind {
	FIELD_END,
	FIELD_KEY,    /* of one width on both sides: says what is asked about; given to the kernel on reading too */
	FIELD_ADDR,   /* union gs_addr, sockaddr_storage in the kernel; a key as well */
	FIELD_MAYBE,  /* struct gs_maybe */
	FIELD_FLAGS,  /* struct gs_maybe of which only the bits in `limit` may be set */
	FIELD_NET,    /* struct gs_maybe, in network order in the kernel */
	FIELD_OFF,    /* struct gs_maybe, that the kernel never sees, and 0 when read */
	FIELD_VALUE,  /* the option's int64_t `value` */
	FIELD_PLAIN,  /* a number of the same width on both sides */
	FIELD_RESULT, /* like FIELD_PLAIN, and FIELD_RESULT_ADDR like FIELD_ADDR, but never written
		       */
	FIELD_RESULT_ADDR,
};

struct field {
	uint8_t kind;     /* enum field_kind */
	uint8_t width;    /* in the kernel: 1, 2, 4 or 8 */
	uint16_t here;    /* offset in struct gs_option */
	uint16_t there;   /* offset in the kernel's struct */
	uint16_t limit;   /* FIELD_FLAGS: the bits; otherwise the largest value, 0 if the width says
			     it */
	int16_t fallback; /* what is written when it is not given */
};

enum option_access {
	CAN_GET = 1,
	CAN_SET = 2,
	AT_OPEN_TOO = 4, /* accepted by gs_open() before there is an address */
	KEEPS_REST = 8,  /* the kernel writes every field: what is not given is read first, always */
	SWAPPED = 16,    /* int: in the byte order that gen_sctp makes of it */
	BOOLEAN = 32,    /* int: 0 or 1 */
	DRIVER = 64,     /* not the kernel's but the library's: option.c knows each */
};

#define EVERYWHERE (CAN_GET | CAN_SET | AT_OPEN_TOO)

struct row {
	uint32_t name; /* enum GS_OPT_* */
	int level;
	int optname;
	uint8_t access; /* enum option_access */
	uint16_t size;  /* of the kernel's struct; that of an int if there are no fields */
	const struct field *fields;
};

/* The row of an option, or NULL. */
const struct row *gs_row_find(uint32_t name);

#define RECORD_SIZE 512 /* more than any of the kernel's structs */

/* Ours to the kernel's: GS_OK, -EINVAL, or GS_FIELD - n. */
int gs_record_encode(const struct row *row, const struct gs_option *option, void *kernel);
/* Only what says what is asked about, the rest zero. */
void gs_record_encode_keys(const struct row *row, const struct gs_option *option, void *kernel);
/* The kernel's to ours. */
void gs_record_decode(const struct row *row, const void *kernel, struct gs_option *option);
/* Whether a field that could be given is not. */
bool gs_record_has_gaps(const struct row *row, const struct gs_option *option);
/* Fills the gaps of `option` with what `present` holds. */
void gs_record_fill_gaps(const struct row *row, const struct gs_option *present, struct gs_option *option);

enum option_mode {
	MODE_OPEN,    /* gs_open(): everything that fails is GS_BADARG */
	MODE_SET,     /* gs_setopts() */
	MODE_CONNECT, /* the connect functions: gaps are filled with what is there */
};

/* Sets a list, last to first. Inside gs_enter(), or before the socket is anyone else's. */
int gs_options_apply(struct gs_socket *s, const struct gs_options *options, enum option_mode mode);

/* One option, with the kernel's own errno. Inside gs_enter(). */
int gs_option_set(struct gs_socket *s, const struct gs_option *option);
int gs_option_get(struct gs_socket *s, struct gs_option *option);

#endif
