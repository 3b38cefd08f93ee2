/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gen_sctp/options.h - socket options. Part of gen_sctp.h.
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
#ifndef GEN_SCTP_OPTIONS_H
#define GEN_SCTP_OPTIONS_H

#ifndef GEN_SCTP_H
#error "include gen_sctp.h, which includes this"
#endif

/* Values that can be absent. Fields of type struct gs_maybe distinguish "not given" from 0. A
 * zeroed field is not given:
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

#define GS_SET(x)         \
	{                 \
		(x), 1, 0 \
	}

enum {
	GS_OPT_NONE = 0,

	/* .value: an int, or 0/1 where marked (bool) */
	GS_OPT_SNDBUF = 1,          /* octets; the kernel doubles it */
	GS_OPT_RECBUF,              /* octets; raises GS_OPT_BUFFER to itself, except at open */
	GS_OPT_BUFFER,              /* octets of one read, default 65536; messages may be larger */
	GS_OPT_REUSEADDR,           /* (bool) */
	GS_OPT_DONTROUTE,           /* (bool) */
	GS_OPT_PRIORITY,            /* SO_PRIORITY */
	GS_OPT_TOS,                 /* IP_TOS; the kernel adds ECT bits; leaves the priority alone */
	GS_OPT_TTL,                 /* IP_TTL */
	GS_OPT_TCLASS,              /* IPV6_TCLASS */
	GS_OPT_IPV6_V6ONLY,         /* (bool) */
	GS_OPT_NON_BLOCK_SEND,      /* (bool) a send that would wait is -EAGAIN instead */
	GS_OPT_NODELAY,             /* (bool) 1 switches Nagle's bundling off */
	GS_OPT_AUTOCLOSE,           /* seconds of idleness that end an association; 0 never */
	GS_OPT_DISABLE_FRAGMENTS,   /* (bool) a message that does not fit a packet is refused */
	GS_OPT_MAPPED_V4_ADDR,      /* (bool) sctp_i_want_mapped_v4_addr */
	GS_OPT_MAXSEG,              /* octets of user data in a chunk; 0 as the path allows */
	GS_OPT_ADAPTATION_LAYER,    /* u32 told to the peer at set-up; as gen_sctp does it, which
				   * swaps its octets on little endian, at both ends */
	GS_OPT_AUTO_ASCONF,         /* (bool) Linux: follow changes of the host's addresses; only
				   * when bound to the wildcard, so not at open */
	GS_OPT_REUSEPORT,           /* (bool) SO_REUSEPORT */
	GS_OPT_REUSEPORT_LB,        /* (bool) the same on Linux */
	GS_OPT_EXCLUSIVEADDRUSE,    /* (bool) accepted, without effect; cannot be read */
	GS_OPT_RECVTOS,             /* (bool) these three are kept by the kernel, but its SCTP ... */
	GS_OPT_RECVTTL,             /* (bool) ... tells neither tos ... */
	GS_OPT_RECVTCLASS,          /* (bool) ... nor ttl nor tclass with a message */
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
	GS_OPT_EVENT,                 /* .event: one kind of event on or off, for one association or more */
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

/* sctp_event_subscribe (RFC 6458, 6.2.1): each 0 or 1; not given is 1, except for the last two,
 * which are 0. `authentication` stays 0, whatever is given. Without `association` no connect can
 * learn its outcome, and ends in GS_TIMEOUT. */
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
	int32_t assoc_id;      /* key; 0 on a seqpacket socket: found by the address */
	union gs_addr address; /* key */
	int32_t state;         /* enum GS_PATH_* */
	uint32_t cwnd;         /* octets */
	uint32_t srtt;         /* as Linux gives it: clock ticks, not ms */
	uint32_t rto;          /* ms */
	uint32_t mtu;          /* octets */
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

/* SCTP_DELAYED_SACK (RFC 6458, 8.1.19). The frequency is not in gen_sctp. Deviation: the common
 * builds of gen_sctp refuse this option. */
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
	struct gs_maybe pf_threshold;       /* errors after which a path is potentially failed */
	struct gs_maybe primary_switchover; /* errors after which another path becomes primary */
};

struct gs_assoc_value {
	int32_t assoc_id;
	uint32_t value;
};

/* In place of the id of an association, where an option says so. */
enum { GS_FUTURE_ASSOC = 0, GS_CURRENT_ASSOC = 1, GS_ALL_ASSOC = 2 };

/* SCTP_EVENT (RFC 6458, 6.2.2). GS_OPT_EVENTS leaves the kinds alone that it does not know, but gives all associations
 * what the socket has. */
struct gs_event_option {
	int32_t assoc_id; /* key; GS_FUTURE_ASSOC .. GS_ALL_ASSOC too, when set */
	uint16_t type;    /* key; GS_ASSOC_CHANGE ... */
	uint8_t on;       /* 0 or 1 */
	uint8_t reserved;
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
		struct gs_event_option event;
	};
};

struct gs_options {
	const struct gs_option *items;
	size_t count;
	size_t size; /* sizeof(struct gs_option) */
};

#define GS_OPTIONS(...)                                                                               \
	{                                                                                             \
		(const struct gs_option[]){ __VA_ARGS__ },                                            \
			sizeof((const struct gs_option[]){ __VA_ARGS__ }) / sizeof(struct gs_option), \
			sizeof(struct gs_option)                                                      \
	}

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
 * @options:  each as for gs_getopt(). On GS_OK those that could be read are in front, in their
 *            order; the rest is undefined
 * @count:    how many; on GS_OK, how many could be read
 *
 * GS_OK, also if the kernel refuses some, which are left out; -EINVAL: unknown option, or closed.
 *
 * inet:getopts/2
 */
GS_API int gs_getopts_sized(struct gs_socket *s, struct gs_option *options, size_t *count, size_t size);
static inline int gs_getopts(struct gs_socket *s, struct gs_option *options, size_t *count)
{
	return gs_getopts_sized(s, options, count, sizeof(*options));
}

#endif
