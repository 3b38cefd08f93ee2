/* SPDX-License-Identifier: Apache-2.0 */
/* gen_sctp/events.h - messages and events. Part of gen_sctp.h. */
#ifndef GEN_SCTP_EVENTS_H
#define GEN_SCTP_EVENTS_H

#ifndef GEN_SCTP_H
#error "include gen_sctp.h, which includes this"
#endif

/* sctp_sndrcvinfo. To be sent: stream, flags, ppid, context, timetolive and assoc_id count, absent
 * ones are 0, and the others must be 0. Received: flags are 0 or GS_UNORDERED, context is the local
 * default, cumtsn is 0 unless unordered. */
struct gs_sndrcvinfo {
	uint32_t stream; /* 0..65535 */
	uint32_t ssn;    /* received: counts from 0 for each stream */
	uint32_t flags;
	uint32_t ppid; /* host order; network order on the wire */
	uint32_t context;
	uint32_t timetolive; /* ms after which an unsent message is given up; 0 never */
	uint32_t tsn;
	uint32_t cumtsn;
	int32_t assoc_id;
};

enum {
	GS_UNORDERED = 1,
	GS_ADDR_OVER = 2, /* always -EINVAL: no destination can be given */
	GS_ABORT = 4,
	GS_EOF = 0x200,
};

/* Event types: the kernel's notification types; GS_DATA is a message from a peer. */
enum {
	GS_DATA = 0,
	GS_ASSOC_CHANGE = 0x8001,
	GS_PADDR_CHANGE = 0x8002,
	GS_SEND_FAILED = 0x8003,
	GS_REMOTE_ERROR = 0x8004,
	GS_SHUTDOWN_EVENT = 0x8005,
	GS_PDAPI_EVENT = 0x8006,
	GS_ADAPTATION_EVENT = 0x8007,

	/* RFC 6458 and 6525, not in gen_sctp: they come when GS_OPT_EVENT asks for them */
	GS_AUTHENTICATION_EVENT = 0x8008,
	GS_SENDER_DRY_EVENT = 0x8009,
	GS_STREAM_RESET_EVENT = 0x800a,
	GS_ASSOC_RESET_EVENT = 0x800b,
	GS_STREAM_CHANGE_EVENT = 0x800c,
	GS_SEND_FAILED_EVENT = 0x800d,
};

struct gs_data {
	const uint8_t *bytes; /* the whole message, whatever the buffer size */
	size_t length;
	uint32_t has_info; /* 0 if the data_io subscription is off; info is zeroed then */
	uint32_t reserved;
	struct gs_sndrcvinfo info;
};

/* RFC 6458, 6.1.1 */
struct gs_assoc_change {
	uint32_t state;            /* enum GS_COMM_* ... */
	uint16_t error;            /* cause code in host order, for gs_error_string(); 0 for time-outs */
	uint16_t error_raw;        /* as Linux gives it, in network order: cause 12 is mostly 3072 */
	uint16_t outbound_streams; /* negotiated; 0 unless comm_up or restart */
	uint16_t inbound_streams;
	int32_t assoc_id;
	const uint8_t *info; /* Linux, comm_lost: the causes of the ABORT received, or NULL */
	size_t info_length;
};

enum {
	GS_COMM_UP = 0,
	GS_COMM_LOST = 1,
	GS_RESTART = 2,
	GS_SHUTDOWN_COMP = 3,
	GS_CANT_ASSOC = 4,
};

/* RFC 6458, 6.1.2 */
struct gs_paddr_change {
	union gs_addr addr;
	uint32_t state; /* enum GS_ADDR_* */
	uint32_t error; /* Linux: 0 threshold, 1 SACK, 2 heartbeat; not a cause code */
	int32_t assoc_id;
};

enum {
	GS_ADDR_AVAILABLE = 0,
	GS_ADDR_UNREACHABLE = 1,
	GS_ADDR_REMOVED = 2,
	GS_ADDR_ADDED = 3,
	GS_ADDR_MADE_PRIM = 4,
	GS_ADDR_CONFIRMED = 5,
	GS_ADDR_POTENTIALLY_FAILED = 6, /* Linux, if GS_OPT_EXPOSE_PF says so; not in gen_sctp */
};

/* RFC 6458, 6.1.4. One event for each chunk, so a fragmented message gives several. */
struct gs_send_failed {
	uint32_t sent;  /* 1: it may have reached the peer; 0: it was never sent */
	uint16_t error; /* host order; 0 for time-outs and expired messages */
	uint16_t reserved;
	uint32_t error_raw; /* as Linux gives it */
	int32_t assoc_id;
	struct gs_sndrcvinfo info; /* stream, ppid, context, timetolive as sent; flags are the
				    * chunk's bits, not those of the send; tsn 0 */
	const uint8_t *bytes;
	size_t length;
};

/* RFC 6458, 6.1.3. Deviation: gen_sctp makes a list of numbers out of the data, and on Linux
 * misreads it; here they are the octets that the kernel gives. */
struct gs_remote_error {
	uint16_t error; /* cause code in host order */
	uint16_t error_raw;
	int32_t assoc_id;
	const uint8_t *bytes;
	size_t length;
};

/* RFC 6458, 6.1.5: the peer will send no more. */
struct gs_shutdown_event {
	int32_t assoc_id;
};

/* RFC 6458, 6.1.7. Indication 0, partial_delivery_aborted, is the only one there is. */
struct gs_pdapi_event {
	uint32_t indication;
	uint32_t stream;
	uint32_t seq;
	int32_t assoc_id;
};

/* RFC 6458, 6.1.6. What the peer set as GS_OPT_ADAPTATION_LAYER. */
struct gs_adaptation_event {
	uint32_t adaptation_ind;
	int32_t assoc_id;
};

/* RFC 6458, 6.1.8 */
struct gs_authentication_event {
	uint32_t indication; /* enum GS_AUTH_* */
	uint16_t key;
	uint16_t reserved;
	int32_t assoc_id;
};

enum {
	GS_AUTH_NEW_KEY = 0,  /* the peer has begun to use the key */
	GS_AUTH_FREE_KEY = 1, /* a key that was deactivated is used no more */
	GS_AUTH_NO_AUTH = 2,  /* the peer cannot authenticate */
};

/* RFC 6458, 6.1.9: nothing is left to be sent or to be acknowledged. */
struct gs_sender_dry_event {
	int32_t assoc_id;
};

/* What became of a request of RFC 6525, in the flags of the next three. Neither: it was carried out. */
enum {
	GS_RESET_INCOMING = 1, /* stream_reset: streams of the peer's */
	GS_RESET_OUTGOING = 2, /* stream_reset: streams of ours */
	GS_RESET_DENIED = 4,
	GS_RESET_FAILED = 8,
};

/* RFC 6525, 6.1.1 */
struct gs_stream_reset_event {
	uint32_t flags;
	int32_t assoc_id;
	const uint8_t *streams; /* two octets each, in the host's order, maybe not aligned; none: all of them */
	size_t n_streams;
};

/* RFC 6525, 6.1.2 */
struct gs_assoc_reset_event {
	uint32_t flags;
	int32_t assoc_id;
	uint32_t local_tsn;  /* the next one of ours, */
	uint32_t remote_tsn; /* and of the peer's */
};

/* RFC 6525, 6.1.3 */
struct gs_stream_change_event {
	uint32_t flags;
	int32_t assoc_id;
	uint16_t inbound_streams; /* how many there are now */
	uint16_t outbound_streams;
};

/* RFC 6458, 6.1.11: what takes the place of send_failed, of which Linux tells as well if both are asked for. */
struct gs_send_failed_event {
	uint32_t sent;  /* 1: it may have reached the peer; 0: it was never sent */
	uint16_t error; /* host order; 0 for time-outs and expired messages */
	uint16_t reserved;
	uint32_t error_raw; /* as Linux gives it */
	int32_t assoc_id;
	uint32_t stream;
	uint32_t flags; /* Linux: the chunk's bits, not those of the send */
	uint32_t ppid;  /* host order */
	uint32_t context;
	const uint8_t *bytes;
	size_t length;
};

struct gs_event {
	uint32_t type; /* GS_DATA, GS_ASSOC_CHANGE, ...: which member counts */
	uint32_t reserved;
	union {
		struct gs_data data;
		struct gs_assoc_change assoc_change;
		struct gs_paddr_change paddr_change;
		struct gs_send_failed send_failed;
		struct gs_remote_error remote_error;
		struct gs_shutdown_event shutdown_event;
		struct gs_pdapi_event pdapi_event;
		struct gs_adaptation_event adaptation_event;
		struct gs_authentication_event authentication_event;
		struct gs_sender_dry_event sender_dry_event;
		struct gs_stream_reset_event stream_reset_event;
		struct gs_assoc_reset_event assoc_reset_event;
		struct gs_stream_change_event stream_change_event;
		struct gs_send_failed_event send_failed_event;
		uint64_t room[16]; /* keeps the size when events are added */
	};
};

/* What gs_recv() fills in. Zero it before the first use; use it again for the next message (its
 * memory is used again, so what pointed into it is gone); release it once at the end. */
struct gs_message {
	union gs_addr from; /* of an event: the association's primary peer address */
	struct gs_event event;
	void *storage; /* the library's */
	size_t capacity;
};

/* The association an event is about: data without sndrcvinfo gives 0. */
GS_API int32_t gs_event_assoc_id(const struct gs_event *event);

/* Whether it is one of the error class: send_failed (and send_failed_event), remote_error, pdapi_event. */
GS_API int gs_event_is_error(const struct gs_event *event);

/* gen_sctp's words: "sctp_assoc_change"; "comm_up"; "addr_available" ("addr_potentially_failed" is
 * ours); "established"; "active". "unknown" for a number without a word. Never NULL, never to be
 * freed. */
GS_API const char *gs_event_name(uint32_t type);
GS_API const char *gs_assoc_change_name(uint32_t state);
GS_API const char *gs_paddr_change_name(uint32_t state);
GS_API const char *gs_assoc_status_name(int32_t state);
GS_API const char *gs_path_name(int32_t state);

/* Gives back what a message holds, and zeroes it. NULL and a zeroed message are fine. */
GS_API_VOID void gs_message_release(struct gs_message *message);

#endif
