/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model.h - what is known of an association from its packets: the transmission control block of RFC 9260 section 14,
 * once for each end.
 *
 * What an end knows depends on where one looks. An end with a capture of its own is `exact`: its packets are seen as
 * they leave, those for it as they arrive. Of an end without one, only what it sends can be known, and later than it
 * happened. A capture that begins in the middle leaves things unknown (`known`, `tag_known`, STATE_UNKNOWN) until the
 * packets tell them; a rule that needs them waits.
 */
#ifndef SCTPSPEC_RUNNER_REFEREE_MODEL_H
#define SCTPSPEC_RUNNER_REFEREE_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include "netns/packet.h"
#include "runner/referee/answers.h"
#include "runner/referee/asking.h"
#include "runner/referee/bound.h"
#include "runner/referee/user.h"
#include "runner/referee/buffer.h"
#include "runner/referee/delivery.h"
#include "runner/referee/destination.h"
#include "runner/referee/extensions.h"
#include "runner/referee/no_room.h"
#include "runner/referee/received.h"
#include "runner/referee/sent.h"
#include "runner/referee/counts.h"

/* RFC 9260 section 4. */
enum state {
	STATE_UNKNOWN,
	STATE_CLOSED,
	STATE_COOKIE_WAIT,
	STATE_COOKIE_ECHOED,
	STATE_ESTABLISHED,
	STATE_SHUTDOWN_PENDING,
	STATE_SHUTDOWN_SENT,
	STATE_SHUTDOWN_RECEIVED,
	STATE_SHUTDOWN_ACK_SENT,
	STATES
};

const char *state_name(enum state state);

enum { ADDRESSES_MAX = 32, DUPLICATES_MAX = 64, RECENT_MAX = 256, EARLIER_TAGS_MAX = 8, COOKIES_MAX = 8 };

/* What is due because of DATA that has arrived. */
struct acknowledgement {
	unsigned packets;               /* with DATA, since the last SACK */
	int64_t since_ns;               /* arrival of the first of them */
	bool had_gaps;                  /* before the packet that arrives, */
	unsigned n_new;                 /* of whose TSNs so many are new */
	unsigned n_chunks;              /* and so many have come */
	bool forwarded;                 /* a FORWARD TSN has come, */
	int64_t forwarded_ns;           /* the first one then */
	bool lags;                      /* the SACK before knew less than had come */
	uint32_t sources;               /* of the packets: bits for destinations by their numbers */
	uint32_t again[DUPLICATES_MAX]; /* TSNs that came once more */
	unsigned n_again;
	unsigned n_again_before; /* up to the SACK before, which may have left them out */
};

/* The numbers of I-DATA in a stream, for ordered or unordered messages (RFC 8260 section 2.1). */
struct mids {
	uint32_t next; /* MID */
	uint32_t fsn;  /* the next FSN of the message that has begun */
	bool known, open;
};

struct stream {
	uint32_t next; /* SSN */
	uint16_t number;
	bool is_taken, known;
	bool resets;         /* its user has asked for numbers from 0 on again (RFC 6525) */
	struct mids mids[2]; /* [1]: unordered */
};

/* A TSN that has arrived: the stack may not have taken it up yet. */
struct recent {
	uint32_t tsn, ppid;
	int64_t at_ns;
	uint16_t octets; /* of user data */
	uint16_t stream, ssn;
	uint8_t flags; /* of the chunk */
	bool again;
};

/* A chunk that is sent again and again until it is answered: INIT, COOKIE ECHO, SHUTDOWN. */
struct attempts {
	unsigned count;
	int64_t first_ns, last_ns;
	int destination; /* of the last one; -1: none yet */
};

/* A State Cookie that an end has given away, by INIT ACK. */
struct cookie {
	uint32_t digest, length;
	uint32_t own_tag, peers_tag; /* of the INIT ACK: its initiate tag, and its verification tag, */
	uint32_t initial_tsn;        /* and its initial TSN */
	int64_t at_ns;
};

/* What a COOKIE ECHO that comes finds: no association, or which row of RFC 9260's table 12 (section 5.2.4); ROW_NONE:
 * nobody knows, or none of them. */
enum cookie_row { ROW_NONE, ROW_NEW, ROW_A, ROW_B, ROW_C, ROW_D };

struct end {
	struct association *association;
	struct end *peer;
	bool exact;
	enum state state;
	int64_t state_ns; /* since when */

	uint32_t tag; /* that packets to it carry */
	bool tag_known;
	uint32_t earlier_tags[EARLIER_TAGS_MAX]; /* of INIT ACKs before the last: any may be echoed */
	unsigned n_earlier_tags;
	uint16_t port;
	struct address met;        /* its own, in the packet by which the association was met */
	struct address *addresses; /* all of them, as it has told them: of INIT or INIT ACK, and that they came from */
	unsigned n_addresses;

	bool has_init;                /* its INIT or INIT ACK was seen: what follows */
	uint32_t initial_tsn, a_rwnd; /* a_rwnd: as it told last, also by a SACK */
	uint32_t first_window;        /* a_rwnd as its INIT or INIT ACK told it */
	uint16_t outbound_streams, inbound_streams;
	struct cookie cookies[COOKIES_MAX]; /* that it has given away, a ring */
	unsigned n_cookies;
	const struct cookie *cookie; /* the one that has come back last; NULL: none, or none of these */
	enum cookie_row row;         /* what that found, */
	enum state row_state;        /* in which state of the association that was there */
	uint32_t peers_tag;          /* that it has accepted by INIT ACK or COOKIE ECHO; 0: none yet */
	bool shutdown_ack_came;
	bool wants_longer_life;        /* its INIT has a Cookie Preservative */
	struct extensions *extensions; /* that its INIT or INIT ACK offers; NULL: none, or nobody knows */

	struct parameters parameters; /* that it was told */
	int64_t backlog_ns;           /* for so long it may not know of what has arrived */
	int64_t established_ns;       /* since when; below 0: not yet */
	int64_t arrived_ns, sack_ns;  /* when the last packet and the last SACK came */
	struct attempts init, cookie_echo, shutdown;
	int init_ack_to;      /* the destination of its last INIT ACK; -1: there is none */
	struct span strikes;  /* errors of all paths since the last answer (section 8.1) */
	struct strike struck; /* by the chunk that is being judged; cause STRIKE_NONE: it is none */
	bool gives_up;        /* it has sent an ABORT that nobody asked it for: errors, or what it got, made it do so */
	unsigned blind;       /* bit i: what it sends on path i may leave unseen */
	/* Its events, if they are known: those of its socket, which is open. */
	bool is_told;
	struct asking asking; /* and those that it asks for */
	uint32_t assoc_id;
	bool id_known;
	struct due due_to_tell[EVENT_KINDS];
	bool is_told_over;         /* comm_lost, shutdown_comp or cant_assoc has come, */
	enum event_kind told_over; /* that one, */
	int64_t told_over_ns;      /* then */
	bool abort_came;
	uint16_t abort_cause;
	struct span to_fail;      /* as comm_lost came: messages that were sent and not acknowledged, */
	unsigned failed;          /* and send_failed of so many that were sent */
	struct delivery delivery; /* if its events are known, */
	bool has_all_messages;    /* and those of messages are all told */
	struct buffer buffer;

	struct counts counts;
	bool asked_to_end; /* its user has called for SHUTDOWN */
	struct user user;

	/* a_rwnd as the peer told it last, before, and when that became the last one */
	bool window_known;
	uint32_t window, window_before;
	int64_t window_ns;
	struct sent sent;
	int64_t resent_ns; /* when DATA was sent again last */
	/* Something is missing, or was sent again for another reason than T3-rtx: until what was sent by then is
	 * acknowledged, nobody sees which of its timers run. */
	bool recovers;
	uint32_t recovers_until;      /* TSN */
	int64_t recovered_ns;         /* when it had to last */
	uint32_t acknowledged_before; /* the ack point, before what arrived in the last moment moved it */
	int64_t acknowledged_ns;      /* when that moment began */
	struct received received;
	struct no_room no_room;
	struct acknowledgement due;
	uint32_t sources_before;  /* of the packets that the last SACK was for */
	unsigned data_packets;    /* that have arrived */
	struct address init_from; /* where the last INIT came from, */
	uint32_t init_tag;        /* and its initiate tag */
	struct owed owed[ANSWERS];
	unsigned owes;                    /* bits for `owed` */
	struct recent recent[RECENT_MAX]; /* a ring */
	unsigned n_recent;
	struct heartbeat asked[HEARTBEATS_MAX]; /* HEARTBEATs that have arrived, a ring */
	unsigned n_asked;
	int primary;                      /* the destination that new DATA goes to, by its number; -1: not known */
	int64_t primary_ns;               /* since when */
	struct destination *destinations; /* the peer's addresses, in the order in which they were met */
	unsigned n_destinations;
	struct stream *streams; /* outbound: those that were used, in a table by their numbers */
	unsigned n_streams, streams_room;
	bool streams_unknown; /* of those that were not used yet, what is next is not known either */
};

struct association {
	unsigned number; /* from 1, in the order in which they were met */
	struct end end[2];
	int64_t first_ns, last_ns;
	bool from_the_start;    /* its INIT was seen */
	bool has_crossed;       /* both ends have sent an INIT (section 5.2.1) */
	bool is_restart;        /* it began while another one between its ports was up (section 5.2), */
	enum state restarts;    /* which was in this state when the COOKIE ECHO came to the end that had it */
	bool readdressed;       /* by ASCONF: its addresses may be others */
	bool reconfigured;      /* by RE-CONFIG: streams and their order may be others */
	unsigned tried_at_once; /* addresses that were given to connect together; 0: not known */
	void *note;             /* a watcher's */
	/* The referee's: lists, and what each rule has found in it. */
	struct association *next, *before, *in_bucket, *older, *newer;
	uint16_t by_tag[8]; /* its places in a table; more than these: there may be any */
	unsigned n_by_tag;
	struct found *found;
	bool is_over;
};

/* Of a rule in an association. */
struct found {
	unsigned kept; /* findings of their own */
	size_t last;   /* the number of the last of them */
};

struct association *association_new(unsigned number, int64_t at_ns);
void association_free(struct association *association);

/* Nothing behind a chunk of such a type, which nobody knows, is looked at (RFC 9260 section 3.2). */
static inline bool chunk_ends_reading(const struct chunk *chunk)
{
	return (chunk->type & 0x80) == 0 && !chunk_name(chunk->type);
}
/* A length field that lies: the chunk is not understood, nor what is behind it. False of a packet that was captured
 * short. An ABORT with a format error counts for nothing (section 3.3.7). */
bool chunk_is_broken(const struct packet *packet, const struct chunk *chunk);
bool end_has_address(const struct end *end, const struct address *address);
/* Whether a packet with this verification tag is for this end. */
bool end_has_tag(const struct end *end, uint32_t tag);
/* The HEARTBEAT with the information of this HEARTBEAT ACK that has arrived lately, or NULL. */
const struct heartbeat *end_was_asked(const struct end *end, const struct chunk *chunk);
/* The HEARTBEAT that a HEARTBEAT ACK answers, and to which of the destinations it went; or NULL. */
const struct heartbeat *end_heartbeat_of(const struct end *end, const struct chunk *answer, unsigned *destination);
/* The State Cookie in a COOKIE ECHO, if it is one of those that the end has given away; or NULL. */
const struct cookie *end_cookie_of(const struct end *end, const struct chunk *chunk);
/* Both do nothing when it is there already, or when there is no room. */
void end_add_address(struct end *end, const struct address *address);
struct destination *end_destination(struct end *end, const struct address *address);
/* NULL: it was not met. */
struct destination *end_known_destination(const struct end *end, const struct address *address);
struct stream *end_stream(struct end *end, uint16_t stream);

/* A chunk leaves `self`: the model afterwards. `path`: of the capture, or -1. */
void end_sends(struct end *self, const struct packet *packet, const struct chunk *chunk, int path, int64_t at_ns);
/* A chunk arrives at `self`. */
void end_receives(struct end *self, const struct packet *packet, const struct chunk *chunk, int64_t at_ns);
/* The first and last TSN of a gap block of a SACK, the blocks in order. False: there are no more, or what follows is no
 * block that could stand there. */
bool sack_gap(const struct chunk *sack, unsigned block, uint32_t *first, uint32_t *last);
/* For this long what has arrived may be in the backlog of a busy socket, and unknown to whoever sends; unless more is
 * said (referee_tell_backlog). */
#define BACKLOG_NS 2000000
/* Whether that path is up for certain, and has been for a moment: nothing has gone unanswered. */
bool end_surely_uses(const struct end *self, const struct destination *destination, int64_t at_ns);
/* Whether T3-rtx may have expired for that chunk. */
bool end_may_have_expired(const struct end *self, const struct sent_chunk *chunk, int64_t at_ns);
/* Whether DATA is outstanding that was sent to that destination. */
bool end_waits_for(const struct end *self, unsigned destination);
/* The TSN that arrived as the nth before the last one, from 0 on, if that was not before then; or NULL. */
const struct recent *end_recent(const struct end *self, unsigned n, int64_t since_ns);
/* Whether more have arrived since then than are noted. */
bool end_recent_begins_after(const struct end *self, int64_t since_ns);
/* How many TSNs came once more since then, at the most. */
unsigned end_duplicates_since(const struct end *self, int64_t since_ns);
/* Whether that TSN has, or may have, arrived since then. */
bool end_has_just_received(const struct end *self, uint32_t tsn, int64_t since_ns);
/* Whether DATA has arrived since then. */
bool end_data_since(const struct end *self, int64_t since_ns);
/* A whole packet has left or arrived: what is due by packets, not by chunks. */
void end_sent_packet(struct end *self, const struct packet *packet, int64_t at_ns);
void end_received_packet(struct end *self, const struct packet *packet, int64_t at_ns);

#endif
