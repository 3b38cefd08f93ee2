/* SPDX-License-Identifier: Apache-2.0 */
/*
 * extensions.h - what an end offers beyond RFC 9260 in its INIT or INIT ACK, and how far it has come with it: AUTH (RFC
 * 4895), ASCONF (RFC 5061), PR-SCTP (RFC 3758), RE-CONFIG (RFC 6525) and I-DATA (RFC 8260).
 */
#ifndef SCTPSPEC_RUNNER_REFEREE_EXTENSIONS_H
#define SCTPSPEC_RUNNER_REFEREE_EXTENSIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "netns/packet.h"

struct end;

enum { HMACS_MAX = 8, KEY_VECTOR_MAX = 640, ECNES_MAX = 8 };

/* Parameters of RE-CONFIG (RFC 6525 section 4). */
enum {
	RE_CONFIG_OUTGOING = 13, /* Outgoing SSN Reset Request */
	RE_CONFIG_INCOMING,
	RE_CONFIG_TSN, /* SSN/TSN Reset Request */
	RE_CONFIG_RESPONSE,
	RE_CONFIG_ADD_OUTGOING,
	RE_CONFIG_ADD_INCOMING,
};

/* Requests that bear numbers which follow each other, and of which one is outstanding at a time: ASCONF, RE-CONFIG. */
struct requests {
	uint32_t next;     /* the number of the next one */
	unsigned open;     /* so many of the last chunk's are not answered */
	uint32_t first;    /* the number of the first of them */
	uint32_t digest;   /* of the last chunk, */
	unsigned to;       /* and the number of the destination that it went to */
	uint32_t came;     /* the number of the last one that has come from the peer */
	bool has_come;     /* one has */
	uint32_t reset;    /* of RE-CONFIG: the SSN/TSN Reset Request whose response has set the TSNs, */
	bool has_reset;    /* of which there is one */
	uint32_t result;   /* that the peer told last */
	uint16_t outgoing; /* of RE-CONFIG: the last chunk resets streams of its own, or all TSNs; 0: neither */
	uint16_t incoming; /* of RE-CONFIG: the last chunk asks the peer to add streams of its own, or to reset them */
};

struct extensions {
	bool forward_tsn, ecn, auth;
	uint64_t types[4];         /* of chunks that it understands, a bit each: Supported Extensions */
	uint64_t authenticated[4]; /* that it takes behind AUTH only: CHUNKS */
	uint16_t hmacs[HMACS_MAX]; /* that it understands, in the order of its liking */
	unsigned n_hmacs;
	uint8_t key_vector[KEY_VECTOR_MAX]; /* RFC 4895 section 6.1 */
	size_t key_vector_length;           /* 0: too long */
	bool key_is_empty;                  /* an HMAC that it sent has shown that its shared key 0 is the empty one */

	struct requests asconf, re_config;
	uint32_t forwarded;            /* the TSN of its last FORWARD TSN, */
	bool has_forwarded;            /* of which there is one */
	uint32_t ecne_tsns[ECNES_MAX]; /* of the last ECNEs that have come, a ring */
	unsigned n_ecnes;
};

/* Its INIT or INIT ACK leaves. */
void extensions_learn(struct end *self, const struct chunk *chunk);
/* Another INIT ACK of it is accepted than the last: its initial TSN is known, its random number is not. */
void extensions_accept(struct end *self);
void extensions_send(struct end *self, const struct packet *packet, const struct chunk *chunk, int64_t at_ns);
void extensions_receive(struct end *self, const struct packet *packet, const struct chunk *chunk);

/* Whether both ends have told of all that they understand. */
bool extensions_known(const struct end *self);
/* Whether both ends understand chunks of that type: AUTH, ASCONF, RE-CONFIG, FORWARD TSN, I-DATA, … */
bool extensions_agreed(const struct end *self, uint8_t type);
/* Whether an end takes chunks of that type behind AUTH only. */
bool extensions_authenticates(const struct end *self, uint8_t type);
/* Whether the chunk stands behind an AUTH in its packet. */
bool packet_authenticates(const struct packet *packet, const struct chunk *chunk);

enum hmac { HMAC_UNKNOWN, HMAC_RIGHT, HMAC_WRONG };
/* hmac.c: whether the HMAC of an AUTH that `self` sends is that of the empty key with the number 0. */
enum hmac hmac_judge(const struct end *self, const struct packet *packet, const struct chunk *auth);

#endif
