/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gen_sctp.h - Erlang's gen_sctp for C, over the SCTP sockets of the Linux kernel.
 *
 * A socket carries any number of associations (type seqpacket) or one (type stream, or peeled off).
 * What happens on it - messages from peers, associations that come and go, paths that fail -
 * arrives in one queue, in the kernel's order, and is taken from there by gs_recv(); or, in an active
 * mode, is delivered to the socket's owner: a mailbox with a descriptor to poll (gen_sctp/mailbox.h).
 *
 *	struct gs_open_options server = {.port = 2006, .addrs = addrs, .n_addrs = 2};
 *	struct gs_socket *s;
 *	struct gs_message m = {0};
 *
 *	if (gs_open(&server, &s) == GS_OK && gs_listen(s, GS_LISTEN) == GS_OK)
 *		while (gs_recv(s, GS_FOREVER, &m) == GS_OK)
 *			if (m.event.type == GS_DATA)
 *				echo(s, &m.event.data); // gs_send() and what to do if it fails
 *	gs_message_release(&m);
 *	gs_free(s);
 *
 * Rules that hold for every call, said once:
 *
 * - The result is an int: GS_OK, or negative. See "Statuses". Out parameters are written only when
 *   the entry says so. There is no global state, and errno means nothing after a call.
 * - Every pointer to a socket or an out parameter must be given; NULL is GS_BADARG.
 * - Times are milliseconds on CLOCK_MONOTONIC. No call raises a signal, SIGPIPE included.
 * - Any thread may use a socket. One thread at a time receives; sends run side by side; gs_close()
 *   wakes whoever waits. Only gs_free() must be the last call.
 * - Structs that are passed alone grow at their end only. The inline functions pass the size that
 *   the program was compiled with (the *_sized functions are what the library exports), so older
 *   programs keep working.
 * - Where gen_sctp's document and its code differ, the code is followed; the places where this
 *   library differs from both are marked "Deviation".
 */
#ifndef GEN_SCTP_H
#define GEN_SCTP_H

#include <netinet/in.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/uio.h>

#ifdef __cplusplus
extern "C" {
#endif

#define GS_API __attribute__((visibility("default"), warn_unused_result))
#define GS_API_VOID __attribute__((visibility("default")))

struct gs_socket;  /* opaque */
struct gs_mailbox; /* opaque; see gen_sctp/mailbox.h */

/* ------------------------------------------------------------------------------------------------
 * Statuses
 *
 * gen_sctp fails in several ways that C callers must be able to tell apart:
 *
 *	GS_OK            done
 *	-errno           the kernel, or a check that stands for it, refused: -EINVAL, -EPIPE, ...
 *	GS_BADARG        an argument of the wrong shape: the caller's bug
 *	GS_CLOSED        the socket is closed; or it had one association only, and that is over
 *	GS_TIMEOUT       the time that the caller gave has passed; nothing is undone or lost
 *	GS_ERROR_EVENT   an event that stands for an error was received; it is in the out parameter
 *	GS_NOT_OWNER     only its owner can give a socket away
 *	GS_FIELD - n     field n (from 1, in the record's order) holds what it cannot hold
 */
enum {
	GS_OK = 0,
	GS_BADARG = -10001,
	GS_CLOSED = -10002,
	GS_TIMEOUT = -10003,
	GS_ERROR_EVENT = -10004,
	GS_NOT_OWNER = -10005,
	GS_FIELD = -11000, /* minus the field's number */
};

/* The number of the field that a status complains about, or 0 if it is of another kind. */
static inline int gs_field_of(int status)
{
	return status < GS_FIELD && status > GS_FIELD - 100 ? GS_FIELD - status : 0;
}

/**
 * gs_status_name() - a word for a status
 * @status:  what a call returned
 *
 * "ok", "badarg", "closed", "timeout", "error_event", "not_owner", "field", the symbol of an errno
 * ("EPIPE"), or "unknown". Never NULL, never to be freed, safe in any thread.
 */
GS_API const char *gs_status_name(int status);

/**
 * gs_error_string() - the RFC 9260 name of an error cause
 * @error:  cause code in host order: the `error` (not `error_raw`) field of an event
 *
 * "ok" for 0, gen_sctp's wording for 1..13, "unknown_error" for anything else. Never NULL, never to
 * be freed, safe in any thread.
 *
 * gen_sctp:error_string/1
 */
GS_API const char *gs_error_string(int32_t error);

/* ------------------------------------------------------------------------------------------------
 * Addresses
 *
 * A sockaddr with its port; family 0 (a zeroed union) means "no address". IPv4 peers of an inet6
 * socket are shown as mapped addresses, ::ffff:a.b.c.d, and must be named so in calls.
 */
union gs_addr {
	struct sockaddr sa;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

#define GS_ADDR_TEXT 64 /* room for what gs_addr_format() writes */

/**
 * gs_addr_parse() - an address from its text
 * @text:  "10.0.0.1", "2001:db8::1", "fe80::1%eth0"; no names, nothing is looked up
 * @port:  in host order
 * @out:   written on GS_OK
 *
 * GS_OK, or GS_BADARG if the text is no address.
 */
GS_API int gs_addr_parse(const char *text, uint16_t port, union gs_addr *out);

/* The port of an address in host order; 0 if it has none. */
GS_API uint16_t gs_addr_port(const union gs_addr *addr);

/* Writes "10.0.0.1:2006" or "[2001:db8::1]:2006" ("-" for no address) and returns `text`. */
GS_API_VOID char *gs_addr_format(const union gs_addr *addr, char text[GS_ADDR_TEXT]);

/* Whether two addresses are the same address, and (gs_addr_equal) port. An IPv4 address and its
 * mapped form are the same. */
GS_API int gs_addr_equal(const union gs_addr *a, const union gs_addr *b);
GS_API int gs_addr_same_host(const union gs_addr *a, const union gs_addr *b);

/* ------------------------------------------------------------------------------------------------
 * Values that can be absent
 *
 * Fields of type struct gs_maybe distinguish "not given" from 0. A zeroed field is not given:
 *
 *	struct gs_initmsg i = {.max_attempts = GS_SET(2)};
 *
 * When read (gs_getopt) every field that the kernel filled in is given, with the value in `.value`.
 */
struct gs_maybe {
	int64_t value;
	uint32_t given;
	uint32_t reserved;
};

#define GS_SET(x) {(x), 1, 0}

/* ------------------------------------------------------------------------------------------------
 * Options
 *
 * One struct gs_option is one option with its value. gs_open(), gs_connect() and gs_setopts() take
 * a list:
 *
 *	.options = GS_OPTIONS({.name = GS_OPT_NODELAY, .value = 1},
 *		{.name = GS_OPT_INITMSG, .initmsg = {.max_attempts = GS_SET(2)}})
 *
 * (a list made by hand needs .size = sizeof(struct gs_option)).
 *
 * The lists follow gen_sctp: the last option is applied first, and the first one that fails stops
 * the rest, while those applied before it stay. A field of a record that is not given
 *   - is written as gen_sctp's default by gs_open(), gs_setopt() and gs_setopts(): 0, which the
 *     kernel reads as "leave" in rtoinfo, associnfo, initmsg and peer_addr_params; in `events` the
 *     default subscription;
 *   - keeps its present value when set by the connect functions, which read it first.
 *
 * Of gen_sctp's options, these do not apply to C: mode, binary and list (octets are octets),
 * sctp_module and debug.
 *
 * Who may be asked about what is the kernel's business: assoc_id 0 is the socket (what future
 * associations begin with), and an address of family 0 is "all addresses".
 */
enum {
	GS_OPT_NONE = 0,

	/* .value: an int, or 0/1 where marked (bool) */
	GS_OPT_SNDBUF = 1,        /* octets; the kernel doubles it */
	GS_OPT_RECBUF,            /* octets; raises GS_OPT_BUFFER to itself, except at open */
	GS_OPT_BUFFER,            /* octets of one read, default 65536; messages may be larger */
	GS_OPT_REUSEADDR,         /* (bool) */
	GS_OPT_DONTROUTE,         /* (bool) */
	GS_OPT_PRIORITY,          /* SO_PRIORITY */
	GS_OPT_TOS,               /* IP_TOS; the kernel adds ECT bits; leaves the priority alone */
	GS_OPT_TTL,               /* IP_TTL */
	GS_OPT_TCLASS,            /* IPV6_TCLASS */
	GS_OPT_IPV6_V6ONLY,       /* (bool) */
	GS_OPT_NON_BLOCK_SEND,    /* (bool) a send that would wait is -EAGAIN instead */
	GS_OPT_NODELAY,           /* (bool) 1 switches Nagle's bundling off */
	GS_OPT_AUTOCLOSE,         /* seconds of idleness that end an association; 0 never */
	GS_OPT_DISABLE_FRAGMENTS, /* (bool) a message that does not fit a packet is refused */
	GS_OPT_MAPPED_V4_ADDR,    /* (bool) sctp_i_want_mapped_v4_addr */
	GS_OPT_MAXSEG,            /* octets of user data in a chunk; 0 as the path allows */
	GS_OPT_ADAPTATION_LAYER,  /* u32 told to the peer at set-up; as gen_sctp does it, which
				   * swaps its octets on little endian, at both ends */
	GS_OPT_AUTO_ASCONF,       /* (bool) Linux: follow changes of the host's addresses; only
				   * when bound to the wildcard, so not at open */
	GS_OPT_REUSEPORT,         /* (bool) SO_REUSEPORT */
	GS_OPT_REUSEPORT_LB,      /* (bool) the same on Linux */
	GS_OPT_EXCLUSIVEADDRUSE,  /* (bool) accepted, without effect; cannot be read */
	GS_OPT_RECVTOS,           /* (bool) these three are kept by the kernel, but its SCTP ... */
	GS_OPT_RECVTTL,           /* (bool) ... tells neither tos ... */
	GS_OPT_RECVTCLASS,        /* (bool) ... nor ttl nor tclass with a message */
	GS_OPT_HIGH_MSGQ_WATERMARK, /* this and the next are refused, as by gen_sctp */
	GS_OPT_LOW_MSGQ_WATERMARK,

	GS_OPT_LINGER = 100,          /* .linger */
	GS_OPT_BIND_TO_DEVICE,        /* .device */
	GS_OPT_NETNS,                 /* .text; read only: the path given to gs_open(), or NULL */
	GS_OPT_RTOINFO,               /* .rtoinfo */
	GS_OPT_ASSOCINFO,             /* .associnfo */
	GS_OPT_INITMSG,               /* .initmsg */
	GS_OPT_PRIMARY_ADDR,          /* .address: the peer's address to send to */
	GS_OPT_SET_PEER_PRIMARY_ADDR, /* .address: ours that the peer should send to; set only */
	GS_OPT_PEER_ADDR_PARAMS,      /* .peer_addr_params */
	GS_OPT_DEFAULT_SEND_PARAM,    /* .default_send_param */
	GS_OPT_EVENTS,                /* .events */
	GS_OPT_STATUS,                /* .status; read only */
	GS_OPT_GET_PEER_ADDR_INFO,    /* .peer_addr_info; read only */
	GS_OPT_DELAYED_ACK_TIME,      /* .delayed_ack */
	GS_OPT_ACTIVE,                /* .active; see gs_set_active() */

	/* Linux, not in gen_sctp */
	GS_OPT_PEER_ADDR_THLDS = 200, /* .peer_addr_thlds */
	GS_OPT_EXPOSE_PF,             /* .assoc_value: GS_PF_*; is potentially_failed told? */
	GS_OPT_ASSOC_STATS,           /* .assoc_stats; read only */
};

/* To whom what happens is delivered. Setting n adds to it; reading gives what is left. */
struct gs_active {
	uint32_t mode; /* enum GS_PASSIVE ... */
	int32_t n;     /* GS_ACTIVE_N only */
};

enum {
	GS_PASSIVE = 0, /* gen_sctp's false: to gs_recv() */
	GS_ACTIVE = 1,  /* true: to the owner */
	GS_ACTIVE_ONCE = 2,
	GS_ACTIVE_N = 3,
};

/* SO_LINGER. {on 1, seconds 0} makes gs_close() abort every association. */
struct gs_linger {
	uint32_t on;
	uint32_t seconds;
};

/* sctp_rtoinfo (RFC 6458, 8.1.1), milliseconds. Defaults of the kernel: 3000, 60000, 1000. */
struct gs_rtoinfo {
	int32_t assoc_id;
	struct gs_maybe initial;
	struct gs_maybe max;
	struct gs_maybe min;
};

/* sctp_assocparams (RFC 6458, 8.1.2). Only the first and the last value can be set. */
struct gs_associnfo {
	int32_t assoc_id;
	struct gs_maybe asocmaxrxt;               /* u16: Association.Max.Retrans */
	struct gs_maybe number_peer_destinations; /* u16 */
	struct gs_maybe peer_rwnd;                /* octets */
	struct gs_maybe local_rwnd;               /* octets */
	struct gs_maybe cookie_life;              /* ms */
};

/* sctp_initmsg (RFC 6458, 8.1.3), all u16. Defaults of the kernel: 10, 65535, 8, 60000. */
struct gs_initmsg {
	struct gs_maybe num_ostreams;
	struct gs_maybe max_instreams;
	struct gs_maybe max_attempts;   /* retransmissions of INIT, and of COOKIE ECHO */
	struct gs_maybe max_init_timeo; /* ms */
};

/* sctp_prim, sctp_setpeerprim (RFC 6458, 8.1.9, 8.3.1) */
struct gs_address_option {
	int32_t assoc_id;
	union gs_addr addr;
};

/* sctp_paddrparams (RFC 6458, 8.1.12). Both bits of a pair in flags: -EINVAL. */
struct gs_peer_addr_params {
	int32_t assoc_id;
	union gs_addr address;
	struct gs_maybe hbinterval; /* ms; the kernel wants GS_HB_ENABLE with it */
	struct gs_maybe pathmaxrxt; /* u16: Path.Max.Retrans */
	struct gs_maybe pathmtu;    /* octets; the kernel wants GS_PMTUD_DISABLE with it */
	struct gs_maybe sackdelay;  /* ms, at most 500 */
	struct gs_maybe flags;      /* enum GS_HB_* ... */
};

enum {
	GS_HB_ENABLE = 1,
	GS_HB_DISABLE = 2,
	GS_HB_DEMAND = 4, /* one heartbeat now */
	GS_PMTUD_ENABLE = 8,
	GS_PMTUD_DISABLE = 16,
	GS_SACKDELAY_ENABLE = 32,
	GS_SACKDELAY_DISABLE = 64,
};

/* The settable half of sctp_sndrcvinfo (RFC 6458, 8.1.13): what gs_send() sends with. */
struct gs_default_send_param {
	int32_t assoc_id;
	struct gs_maybe stream;     /* u16; gs_send() names its own instead */
	struct gs_maybe flags;      /* enum GS_UNORDERED ... */
	struct gs_maybe ppid;       /* u32, host order */
	struct gs_maybe context;    /* u32, comes back in send_failed */
	struct gs_maybe timetolive; /* ms, 0 for ever */
};

/* sctp_event_subscribe (RFC 6458, 6.2.1): each 0 or 1; not given is 1, except for the last two, which
 * are 0. `authentication` stays 0, whatever is given. Without `association` no connect can learn its outcome, and ends in GS_TIMEOUT. */
struct gs_events {
	struct gs_maybe data_io; /* sndrcvinfo with data */
	struct gs_maybe association;
	struct gs_maybe address;
	struct gs_maybe send_failure;
	struct gs_maybe peer_error;
	struct gs_maybe shutdown;
	struct gs_maybe partial_delivery;
	struct gs_maybe adaptation_layer;
	struct gs_maybe authentication;
};

/* What the status and peer_addr_info options say about one peer address: sctp_paddrinfo (RFC 6458,
 * 8.2.2). */
struct gs_peer_addr_info {
	int32_t assoc_id;       /* key; 0 on a seqpacket socket: found by the address */
	union gs_addr address;  /* key */
	int32_t state;          /* enum GS_PATH_* */
	uint32_t cwnd;          /* octets */
	uint32_t srtt;          /* as Linux gives it: clock ticks, not ms */
	uint32_t rto;           /* ms */
	uint32_t mtu;           /* octets */
};

enum {
	GS_PATH_INACTIVE = 0,
	GS_PATH_POTENTIALLY_FAILED = 1,
	GS_PATH_ACTIVE = 2,
	GS_PATH_UNCONFIRMED = 3,
};

/* sctp_status (RFC 6458, 8.2.1). Only assoc_id is read. */
struct gs_assoc_status {
	int32_t assoc_id;
	int32_t state; /* enum GS_STATE_* */
	uint32_t rwnd;
	uint16_t unackdata; /* chunks sent and not acknowledged */
	uint16_t penddata;  /* chunks received and not in order */
	uint16_t instrms;
	uint16_t outstrms;
	uint32_t fragmentation_point;
	struct gs_peer_addr_info primary;
};

enum {
	GS_STATE_EMPTY = 0,
	GS_STATE_CLOSED = 1,
	GS_STATE_COOKIE_WAIT = 2,
	GS_STATE_COOKIE_ECHOED = 3,
	GS_STATE_ESTABLISHED = 4,
	GS_STATE_SHUTDOWN_PENDING = 5,
	GS_STATE_SHUTDOWN_SENT = 6,
	GS_STATE_SHUTDOWN_RECEIVED = 7,
	GS_STATE_SHUTDOWN_ACK_SENT = 8,
};

/* SCTP_DELAYED_SACK (RFC 6458, 8.1.19). The frequency is not in gen_sctp. Deviation: the common builds
 * of gen_sctp refuse this option. */
struct gs_delayed_ack {
	int32_t assoc_id;
	struct gs_maybe delay;     /* ms, at most 500 */
	struct gs_maybe frequency; /* packets; 1 acknowledges at once */
};

/* SCTP_PEER_ADDR_THLDS(_V2) (RFC 7829, 7.2). The kernel writes pf_threshold always, so that a set
 * without it is read-modify-write here. */
struct gs_peer_addr_thlds {
	int32_t assoc_id;
	union gs_addr address;
	struct gs_maybe path_max_retrans;
	struct gs_maybe pf_threshold;      /* errors after which a path is potentially failed */
	struct gs_maybe primary_switchover; /* errors after which another path becomes primary */
};

struct gs_assoc_value {
	int32_t assoc_id;
	uint32_t value;
};

enum { GS_PF_UNSET = 0, GS_PF_HIDE = 1, GS_PF_EXPOSE = 2 };

/* SCTP_GET_ASSOC_STATS (Linux). Counters since set-up; max_rto since it was read last. */
struct gs_assoc_stats {
	int32_t assoc_id;
	union gs_addr max_rto_addr;
	uint64_t max_rto; /* ms; 0 if no new maximum */
	uint64_t in_sacks, out_sacks;
	uint64_t out_packets, in_packets;
	uint64_t retransmitted_chunks;
	uint64_t gap_acks_received;
	uint64_t duplicate_chunks;
	uint64_t out_of_sequence_tsns;
	uint64_t out_ordered_chunks, in_ordered_chunks;
	uint64_t out_unordered_chunks, in_unordered_chunks;
	uint64_t out_control_chunks, in_control_chunks;
};

struct gs_option {
	uint32_t name; /* enum GS_OPT_* */
	uint32_t reserved;
	union {
		int64_t value;
		const char *text;
		char device[16];
		struct gs_active active;
		struct gs_linger linger;
		struct gs_rtoinfo rtoinfo;
		struct gs_associnfo associnfo;
		struct gs_initmsg initmsg;
		struct gs_address_option address;
		struct gs_peer_addr_params peer_addr_params;
		struct gs_default_send_param default_send_param;
		struct gs_events events;
		struct gs_assoc_status status;
		struct gs_peer_addr_info peer_addr_info;
		struct gs_delayed_ack delayed_ack;
		struct gs_peer_addr_thlds peer_addr_thlds;
		struct gs_assoc_value assoc_value;
		struct gs_assoc_stats assoc_stats;
	};
};

struct gs_options {
	const struct gs_option *items;
	size_t count;
	size_t size; /* sizeof(struct gs_option) */
};

#define GS_OPTIONS(...)                                                                            \
	{                                                                                          \
		(const struct gs_option[]){__VA_ARGS__},                                           \
			sizeof((const struct gs_option[]){__VA_ARGS__}) /                          \
				sizeof(struct gs_option),                                          \
			sizeof(struct gs_option)                                                   \
	}

/* ------------------------------------------------------------------------------------------------
 * Messages and events
 */

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
	uint32_t state; /* enum GS_COMM_* ... */
	uint16_t error; /* cause code in host order, for gs_error_string(); 0 for time-outs */
	uint16_t error_raw; /* as Linux gives it, in network order: cause 12 is mostly 3072 */
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
	uint32_t sent;      /* 1: it may have reached the peer; 0: it was never sent */
	uint16_t error;     /* host order; 0 for time-outs and expired messages */
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

/* Whether it is one of the error class: send_failed, remote_error, pdapi_event. */
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

/* ------------------------------------------------------------------------------------------------
 * Open, close, listen
 */
struct gs_open_options {
	uint32_t family; /* AF_INET or AF_INET6; 0: as the last of addrs, or AF_INET */
	uint32_t type;   /* SOCK_SEQPACKET or SOCK_STREAM; 0: seqpacket */
	int32_t port;    /* 0..65535; 0: that of addrs[0], or one of the kernel's choice */
	uint32_t reserved;
	const union gs_addr *addrs; /* all bound to the same port; none: the wildcard. IPv4 on an
				     * inet6 socket is bound as its mapped address */
	size_t n_addrs;
	const char *netns; /* path of the network namespace to be in; NULL: the caller's */
	struct gs_options options;
	struct gs_mailbox *owner; /* NULL: nobody's, and passive for ever (or until
				   * gs_controlling_process()) */
};

/**
 * gs_open() - a new socket, bound, and passive unless GS_OPT_ACTIVE is among its options
 * @options:  NULL for the defaults: seqpacket, IPv4, wildcard address, a port that the kernel
 *            chooses
 * @out:      the socket, on GS_OK; end it with gs_free()
 *
 * All events are subscribed but adaptation (and authentication). The descriptor is non-blocking and
 * close-on-exec. The first address is bound, then each further one added on its own. On failure
 * nothing stays open. The namespace is entered by a thread of its own; the caller's threads stay
 * where they are.
 *
 * GS_OK; GS_BADARG for a wrong argument, an unknown or read-only option, a wrong value, *or any
 * option that the kernel refuses* (gen_sctp does not tell them apart); -EADDRINUSE, -EADDRNOTAVAIL,
 * -EACCES from binding; -ENOENT, -EINVAL, -EPERM for the namespace; -ESOCKTNOSUPPORT (seqpacket) or
 * -EPROTONOSUPPORT (stream) without SCTP in the kernel; -EMFILE, -ENOMEM.
 *
 * Does not wait. gen_sctp:open/2
 */
GS_API int gs_open_sized(
	const struct gs_open_options *options, size_t size, struct gs_socket **out);
static inline int gs_open(const struct gs_open_options *options, struct gs_socket **out)
{
	return gs_open_sized(options, sizeof(*options), out);
}

/**
 * gs_close() - end every association and close
 * @s:  the socket; NULL is GS_BADARG
 *
 * What was sent goes out first, and each association is shut down, in the background; with linger
 * {1, 0} they are aborted instead. Calls that wait in other threads return GS_CLOSED. Afterwards
 * every call gives GS_CLOSED - those that read or write options and names -EINVAL - except
 * gs_close(), which is GS_OK again.
 *
 * Does not wait for the peers, whatever linger says. gen_sctp:close/1
 */
GS_API_VOID int gs_close(struct gs_socket *s);

/**
 * gs_free() - close, and give the memory back
 * @s:  the socket; NULL does nothing. No other thread may be using it, or use it afterwards.
 */
GS_API_VOID void gs_free(struct gs_socket *s);

/**
 * gs_listen() - accept associations, or stop
 * @s:        the socket
 * @backlog:  GS_LISTEN for gen_sctp's `true`, 0 for `false`; other numbers are passed on, cut to 16
 *            bits
 *
 * There is no accept: on a seqpacket socket associations appear as comm_up events. After 0 new ones
 * are refused, and those there are live on.
 *
 * GS_OK, GS_CLOSED; -EINVAL for 0 on a socket that is not listening and for a peeled-off one;
 * -ENOSYS if the kernel lacks its cookie HMAC. Does not wait. gen_sctp:listen/2
 */
#define GS_LISTEN 5
GS_API int gs_listen(struct gs_socket *s, int backlog);

/* ------------------------------------------------------------------------------------------------
 * Associate
 */
#define GS_FOREVER (-1)

/**
 * gs_connect() - set up an association and wait for the outcome
 * @s:        the socket
 * @peer:     an address of the peer, with its port; of the socket's family
 * @options:  set before, and staying set whatever happens; NULL for none
 * @timeout:  ms, 0 to ask once, or GS_FOREVER
 * @out:      written on GS_OK (comm_up) and GS_ERROR_EVENT; `info` is never set. May be NULL
 *
 * GS_OK. GS_ERROR_EVENT: the peer refused or never answered; @out says cant_assoc, with assoc_id 0
 * and no streams (or comm_lost). GS_TIMEOUT: the attempt goes on in the kernel, and its outcome
 * comes by gs_recv(). -EISCONN, -EALREADY (an attempt at this peer, or another receiver, is under way), -ENETUNREACH,
 * -EAFNOSUPPORT, ... from the kernel; -EINVAL also for any refused option; GS_FIELD - n for a field
 * of an option; GS_CLOSED; GS_BADARG for a wrong timeout.
 *
 * In an active mode the outcome counts as delivered: GS_ACTIVE_N is one less afterwards, and after
 * 1 passive, with a notice; GS_ACTIVE_ONCE is set once more. A timeout of 0 is then GS_TIMEOUT.
 *
 * Deviation: gen_sctp takes whatever is first in the queue for the outcome, and loses it if it was
 * something else; in the active modes it takes any assoc_change from that address. Here the event of
 * the new association is waited for, by its id; everything else that arrives meanwhile is delivered
 * if the mode says so, and kept otherwise, in order, for gs_recv() (see gs_queued()) or a later
 * delivery. If that grows beyond 16 MiB the wait ends like a timeout, but with -ENOBUFS.
 *
 * Waits. gen_sctp:connect/5
 */
GS_API int gs_connect_sized(struct gs_socket *s, const union gs_addr *peer,
	const struct gs_options *options, int64_t timeout, struct gs_assoc_change *out,
	size_t size);
static inline int gs_connect(struct gs_socket *s, const union gs_addr *peer,
	const struct gs_options *options, int64_t timeout, struct gs_assoc_change *out)
{
	return gs_connect_sized(s, peer, options, timeout, out, sizeof(*out));
}

/**
 * gs_connect_init() - begin to set up an association
 *
 * As gs_connect(), but returns when the attempt has begun. The outcome, cant_assoc as well, is an
 * assoc_change by gs_recv(). Does not wait. gen_sctp:connect_init/5
 */
GS_API int gs_connect_init(
	struct gs_socket *s, const union gs_addr *peer, const struct gs_options *options);

/**
 * gs_connectx_init() - begin to set up an association with a peer of several addresses
 * @s:        the socket
 * @addrs:    addresses of the one peer, given to the kernel in this order; the last port that is
 *            not 0 counts for all
 * @n_addrs:  how many
 * @options:  as in gs_connect()
 * @assoc_id: on GS_OK the id that the later event carries, cant_assoc as well
 *
 * GS_OK; -EINVAL for no address, GS_BADARG for no port; otherwise as gs_connect_init(). Does not wait.
 *
 * Deviation: an address of another family is -EAFNOSUPPORT, as in gs_connect(); in gen_sctp it is
 * badarg, -EINVAL, or even accepted, as it was given.
 *
 * gen_sctp:connectx_init/5
 */
GS_API int gs_connectx_init(struct gs_socket *s, const union gs_addr *addrs, size_t n_addrs,
	const struct gs_options *options, int32_t *assoc_id);

/**
 * gs_peeloff() - give an association a socket of its own
 * @s:         a seqpacket socket
 * @assoc_id:  the association
 * @out:       its socket, on GS_OK; end it with gs_free()
 *
 * What is queued for that association moves along. The new socket has the owner and the mode of the
 * old one (what is left of GS_ACTIVE_N, too, which the old one keeps), and inherits the buffer size,
 * non_block_send, nodelay, linger, priority, reuseaddr, tos and ttl (inet) or tclass
 * (inet6). Association id 0 in a send on it means its one association.
 *
 * GS_OK, GS_CLOSED; -EINVAL for an unknown association, one peeled off already, and for sockets
 * that are not one-to-many; -EMFILE, -ENOMEM. Does not wait. gen_sctp:peeloff/2
 */
GS_API int gs_peeloff(struct gs_socket *s, int32_t assoc_id, struct gs_socket **out);

/**
 * gs_eof() - shut an association down when everything sent has arrived
 * gs_abort() - end it at once
 * @s:         the socket
 * @assoc_id:  the association
 *
 * Only asks for it: events tell the end (shutdown_comp; comm_lost). The socket stays usable.
 *
 * Deviation: gen_sctp wants the assoc_change of the association, and calls its id a badarg.
 *
 * GS_OK, GS_CLOSED; -EPIPE for an unknown or dead association and for 0 on a seqpacket socket;
 * -EINVAL on a stream socket that was connected (a limit of Linux: close it). Does not wait.
 * gen_sctp:eof/2, abort/2
 */
GS_API int gs_eof(struct gs_socket *s, int32_t assoc_id);
GS_API int gs_abort(struct gs_socket *s, int32_t assoc_id);

/* ------------------------------------------------------------------------------------------------
 * Send and receive
 */

/**
 * gs_send() - send a message on a stream
 * @s:         the socket
 * @assoc_id:  the association; 0 if the socket has only one
 * @stream:    below the negotiated number of outbound streams
 * @data:      the message; sent whole or not at all
 * @length:    octets, at least 1
 *
 * Flags, ppid, context and time to live are those of GS_OPT_DEFAULT_SEND_PARAM. While the send
 * buffer is full it waits for room, for ever, unless GS_OPT_NON_BLOCK_SEND is set.
 *
 * GS_OK; GS_CLOSED, also when closed while waiting; -EAGAIN (non_block_send); -EPIPE: unknown,
 * ending or dead association; -EINVAL: stream out of range, empty message; -EMSGSIZE: larger than
 * the send buffer, or than a packet with GS_OPT_DISABLE_FRAGMENTS; GS_FIELD - 1: stream above
 * 65535.
 *
 * gen_sctp:send/4
 */
GS_API int gs_send(
	struct gs_socket *s, int32_t assoc_id, uint32_t stream, const void *data, size_t length);

/**
 * gs_send_info() - send a message with everything said
 * @info:  what is sent with; nothing is taken from GS_OPT_DEFAULT_SEND_PARAM
 *
 * With GS_EOF or GS_ABORT in flags the message may be empty. GS_EOF with data is -EINVAL. Otherwise
 * as gs_send(), and GS_FIELD - n for an unknown flag and for fields that cannot be sent (ssn, tsn,
 * cumtsn). gen_sctp:send/3
 */
GS_API int gs_send_info_sized(struct gs_socket *s, const struct gs_sndrcvinfo *info, size_t size,
	const struct iovec *parts, size_t n_parts);
static inline int gs_send_info(
	struct gs_socket *s, const struct gs_sndrcvinfo *info, const void *data, size_t length)
{
	struct iovec part;

	part.iov_base = (void *)(uintptr_t)data;
	part.iov_len = length;
	return gs_send_info_sized(s, info, sizeof(*info), &part, 1);
}

/* gs_send_parts() - gs_send_info() of a message in pieces, which are joined (gen_sctp's iolist).
 * More than the kernel's IOV_MAX (1024) pieces: -EMSGSIZE. */
static inline int gs_send_parts(struct gs_socket *s, const struct gs_sndrcvinfo *info,
	const struct iovec *parts, size_t n_parts)
{
	return gs_send_info_sized(s, info, sizeof(*info), parts, n_parts);
}

/**
 * gs_recv() - take the next message or event
 * @s:        the socket
 * @timeout:  ms up to 2^32-2, 0 to take what is there, or GS_FOREVER
 * @out:      written on GS_OK and GS_ERROR_EVENT, left alone otherwise
 *
 * A message is whole or not there, whatever its size and GS_OPT_BUFFER. Notifications of a kind
 * that gen_sctp does not know are skipped.
 *
 * GS_OK; GS_ERROR_EVENT: an event of the error class; GS_TIMEOUT; GS_CLOSED, also when closed while
 * waiting; -EINVAL for a wrong timeout, and in an active mode; -EALREADY while another thread
 * receives; other errno values
 * from the kernel (-ENOTCONN on a stream socket without association, -ECONNABORTED, -ENOMEM, ...).
 *
 * Deviation: when the one association of a stream or peeled-off socket is over this is GS_CLOSED
 * (gen_sctp polls until the timeout, at full load).
 *
 * Waits. gen_sctp:recv/2
 */
GS_API int gs_recv_sized(
	struct gs_socket *s, int64_t timeout, struct gs_message *out, size_t size);
static inline int gs_recv(struct gs_socket *s, int64_t timeout, struct gs_message *out)
{
	return gs_recv_sized(s, timeout, out, sizeof(*out));
}

/**
 * gs_fd() - the kernel's descriptor, for poll(2) and epoll(7)
 * @s:  the socket
 *
 * Readable: gs_recv() with timeout 0 may find something; it says GS_TIMEOUT if not. What a
 * gs_connect() has put by does not show in the descriptor: ask gs_queued(). The descriptor stays
 * the library's.
 *
 * The descriptor (>= 0), or GS_CLOSED.
 */
GS_API int gs_fd(struct gs_socket *s);

/* How many messages a gs_connect() has put by for gs_recv(). */
GS_API size_t gs_queued(struct gs_socket *s);

/* ------------------------------------------------------------------------------------------------
 * Options and names of an open socket
 */

/**
 * gs_setopts() - set options as inet:setopts/2 does
 * @s:        the socket
 * @options:  last one first, up to the first that fails
 *
 * GS_OK; -EINVAL: unknown, read-only or wrong option, any refusal of the kernel, or closed;
 * GS_FIELD - n: a field of a record holds what it cannot hold.
 */
GS_API int gs_setopts(struct gs_socket *s, const struct gs_options *options);

/**
 * gs_setopt() - set one option, and learn why not
 *
 * As gs_setopts() with one option, except that a refusal of the kernel is given as it is: -EPERM,
 * -EOPNOTSUPP, ... (gen_sctp hides it).
 */
GS_API int gs_setopt_sized(struct gs_socket *s, const struct gs_option *option, size_t size);
static inline int gs_setopt(struct gs_socket *s, const struct gs_option *option)
{
	return gs_setopt_sized(s, option, sizeof(*option));
}

/**
 * gs_getopt() - read one option
 * @s:       the socket
 * @option:  with its name, and in records assoc_id and address, which say what is asked; the rest
 *           is written on GS_OK
 *
 * GS_OK; -EINVAL: unknown option, one that can only be set, or closed; the kernel's errno if it
 * refuses (gen_sctp leaves the option out of its answer).
 *
 * inet:getopts/2
 */
GS_API int gs_getopt_sized(struct gs_socket *s, struct gs_option *option, size_t size);
static inline int gs_getopt(struct gs_socket *s, struct gs_option *option)
{
	return gs_getopt_sized(s, option, sizeof(*option));
}

/**
 * gs_getopts() - read several options as inet:getopts/2 does
 * @s:        the socket
 * @options:  each as for gs_getopt(). On GS_OK those that could be read are in front, in their order;
 *            the rest is undefined
 * @count:    how many; on GS_OK, how many could be read
 *
 * GS_OK, also if the kernel refuses some, which are left out; -EINVAL: unknown option, or closed.
 *
 * inet:getopts/2
 */
GS_API int gs_getopts_sized(
	struct gs_socket *s, struct gs_option *options, size_t *count, size_t size);
static inline int gs_getopts(struct gs_socket *s, struct gs_option *options, size_t *count)
{
	return gs_getopts_sized(s, options, count, sizeof(*options));
}

/**
 * gs_port() - the local port, in host order
 * gs_sockname() - the first local address; the wildcard if that is bound
 * gs_peername() - the peer of a stream or peeled-off socket; -ENOTCONN on others
 *
 * GS_OK, or -errno; -EINVAL when closed. inet:port/1, sockname/1, peername/1
 */
GS_API int gs_port(struct gs_socket *s, uint16_t *port);
GS_API int gs_sockname(struct gs_socket *s, union gs_addr *addr);
GS_API int gs_peername(struct gs_socket *s, union gs_addr *addr);

/**
 * gs_socknames() - the local addresses of the socket (assoc_id 0) or of an association
 * gs_peernames() - the peer's addresses of an association
 * @s:         the socket
 * @assoc_id:  the association
 * @addrs:     on GS_OK an array; end it with gs_addrs_free()
 * @n_addrs:   its length
 *
 * GS_OK; -EINVAL: unknown association, 0 for gs_peernames() on a seqpacket socket, or closed;
 * -ENOMEM. inet:socknames/2, peernames/2
 */
GS_API int gs_socknames(
	struct gs_socket *s, int32_t assoc_id, union gs_addr **addrs, size_t *n_addrs);
GS_API int gs_peernames(
	struct gs_socket *s, int32_t assoc_id, union gs_addr **addrs, size_t *n_addrs);
GS_API_VOID void gs_addrs_free(union gs_addr *addrs);

#include "gen_sctp/info.h"
#include "gen_sctp/mailbox.h"

#ifdef __cplusplus
}
#endif

#endif
