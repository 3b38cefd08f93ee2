/* SPDX-License-Identifier: Apache-2.0 */
/*
 * case.h - the case writer's API: everything that a file in cases/ includes.
 *
 * A case is metadata and a body that reads from top to bottom: set up an association, break something,
 * say what must be seen and when. The world is closed: an event that the body does not expect fails the
 * case. Nothing sleeps: a case waits for what it expects, or lets time pass by expecting silence. There is
 * no cleaning up: the guest (or the namespaces) are gone after the case.
 *
 *	CASE(failover, "primary-loss-both-idle",
 *	     .title = "An idle primary path that loses everything is reported unreachable at both ends",
 *	     .requirements = IDS(R_9260_8_2_03), .topology = &topology_two_paths)
 *	{
 *		struct pair p = settled(t);
 *		vtime lost = inject(t, all_lost(0));
 *
 *		expect_at_both(t, p, within(after(lost, idle_unreachable(t)), addr_unreachable(EACH, 0)));
 *	}
 *
 * Any verb that finds something wrong ends the body at once, with an explanation. The same body can be
 * rehearsed without a kernel (`sctpspec show`): the verbs then print themselves, and everything goes as
 * expected.
 *
 * This is also the head of engine/, the room that runs a body:
 *
 *	opening, association, flow, faults, the verbs
 *	expect
 *	notifications, sending, sockets,    more of them, each with a header that this one includes
 *	reading (reading.c, received.c), waiting, addresses
 *	options, option_table, sysctls      those for socket options (options.h) and for sysctls
 *	family.h, registry.c                cases from a table, and all cases
 *	trial.c, pump.c                     one run of a case; pump() is the only place where guest time passes
 *	observe.c, matcher.c                events become observations, which expectations are matched with
 *	timing.c, settings.c                windows from the protocol's formulas and the settings in force (formulas.h)
 *	ask.c, question.c                   what a body asks of the packets; the host answers (verdict/questions.h)
 *	payload.c                           the octets of messages, by which they are known
 *	evidence.c                          verdict, story and log lines
 *	rehearse.c, tamper.c                a body without a kernel; a body that is made to fail
 *
 * The agent calls it to run a case; the host calls it to rehearse one (run/, `show`), and for the list of cases. It
 * stands on core/, netns/ and protocol/, and knows nothing of QEMU, caches or reports.
 *
 * Threads and processes: a body runs on one thread, in a child of the agent. What its parent needs afterwards is in
 * `struct evidence`, in memory that both share; log lines go into the box at once. A rehearsal runs in the calling
 * process and opens no socket. Windows and the matcher are pure functions; a trial owns its sockets and flows.
 *
 * What may go wrong: what a case expected and did not see is `fail`; what the engine could not do is `error`; a crash
 * of the body is for its parent to judge.
 *
 * Weaknesses: the numbers of sockets, flows, observations and expectations have fixed limits. A verb ends the body
 * by Check's abort or, in a rehearsal, by longjmp, so a body cannot clean up.
 */
#ifndef SCTPSPEC_RUNNER_ENGINE_CASE_H
#define SCTPSPEC_RUNNER_ENGINE_CASE_H

#include "netns/netns.h"
#include "netns/packet.h"
#include "runner/engine/faults.h"
#include "runner/engine/formulas.h"
#include "runner/engine/matcher.h"
#include "runner/engine/settings.h"
#include "runner/engine/vtime.h"

struct trial; /* one run of a case */

struct test_case {
	const char *id, *area;
	const char *title;               /* one sentence, for people */
	const char *const *requirements; /* ids of the catalogue, NULL-ended */
	const char *const *etsi;         /* test purposes of ETSI TS 102 369 that it carries out; as tags */
	const char *const *tags;         /* NULL-ended, or NULL */
	const struct topology *topology;
	struct settings settings;   /* what differs from the kernel's defaults, at both ends */
	struct settings at_a, at_b; /* and at one of them */
	void (*body)(struct trial *t);
	void (*of_row)(struct trial *t, const void *row); /* of a family (family.h): the body, and what it gets */
	const void *row;
	const char *file;
	int line;
};

/* Settings of many cases: an RTO of half a second, which doubles three times. */
#define QUICK_RTO .rto_initial = MS(500), .rto_min = MS(500), .rto_max = MS(4000)

#define IDS(...) ((const char *const[]){ __VA_ARGS__, NULL })
#define TAGS(...) ((const char *const[]){ __VA_ARGS__, NULL })

#define CASE_JOIN_(a, b) a##b
#define CASE_JOIN(a, b) CASE_JOIN_(a, b)
#define CASE(area_, name_, ...)                                                                 \
	static void CASE_JOIN(case_body_, __LINE__)(struct trial * t);                          \
	static const struct test_case CASE_JOIN(case_, __LINE__) = { .id = #area_ "." name_,    \
		.area = #area_,                                                                 \
		.file = __FILE__,                                                               \
		.line = __LINE__,                                                               \
		.body = CASE_JOIN(case_body_, __LINE__),                                        \
		__VA_ARGS__ };                                                                  \
	static const struct test_case *const CASE_JOIN(case_entry_, __LINE__)                   \
		__attribute__((used, section("sctpspec_cases"))) = &CASE_JOIN(case_, __LINE__); \
	static void CASE_JOIN(case_body_, __LINE__)(struct trial * t)

/*
 * Cases that differ in little are variants of one family. A family is a macro that says once what they share, and each
 * variant is a line with its own id and what is particular to it:
 *
 *	#define IDLE(name, that, fault, kind)                                                                      \
 *		VARIANT(failover, name, idle_path_fails(t, fault),                                                 \
 *			.title = "An idle path " that " is reported unreachable", .requirements = IDS(R_9260_8_2_03), \
 *			.tags = TAGS("idle", #kind), .topology = &TOPOLOGY_FOR_##kind)
 *
 *	IDLE("primary-loss-both-idle", "that loses everything", all_lost(0), loss)
 *	IDLE("primary-router-idle", "whose router is down", router_down(0), router)
 */
#define VARIANT(area_, name_, call, ...) \
	CASE(area_, name_, __VA_ARGS__)  \
	{                                \
		call;                    \
	}

/* The topology for each kind of fault: only a network with a router has one that can go down. */
#define TOPOLOGY_FOR_loss topology_two_paths
#define TOPOLOGY_FOR_link topology_two_paths
#define TOPOLOGY_FOR_router topology_two_paths_routed

/* The registry: every case that is linked in, sorted by id. */
const struct test_case *const *case_all(size_t *count);
const struct test_case *case_by_id(const char *id); /* NULL if there is none */
/* What the case states of an end, and what is in force there. */
struct settings case_stated(const struct test_case *test_case, enum endpoint endpoint);
struct settings case_in_force(const struct test_case *test_case, enum endpoint endpoint);
/* Prints the body's steps, with their windows computed, without a kernel. *longest_ns: the guest time after
 * which it is over whatever happens. 0, or -EINVAL with the reason printed: the case is not well formed. */
int case_rehearse(const struct test_case *test_case, FILE *out, int64_t *longest_ns);

vtime now(struct trial *t);
/* Ends the case with the verdict `skip`: the kernel does not have what the case tests. */
void skip(struct trial *t, const char *format, ...) __attribute__((format(printf, 2, 3), noreturn));

/* ------------------------------------------------------------------ sockets and associations */

/* The two ends of each path, as the captures and all that is printed name them. */
static const enum endpoint A = ENDPOINT_A, B = ENDPOINT_B;
/* The third host, where a topology has one. It talks to b, from a port that no socket of a has: to the referee both are
 * one end, and what they say to each other is left out. */
#define C ENDPOINT_C

struct peer; /* one socket at one endpoint, one-to-many unless said otherwise */

struct pair {
	struct peer *client, *server;
};

struct peer_options {
	uint16_t port;         /* 0: the kernel's choice */
	unsigned paths;        /* bit i: bind the address of path i; 0: all of them */
	enum ip_family family; /* 0: all that the paths have */
	uint16_t streams;      /* outbound; 0: the kernel's default (10) */
	uint32_t autoclose_s;  /* 0: off */
	bool nagle;            /* small messages may wait for acknowledgements; default: they do not */
	bool one_to_one;       /* SOCK_STREAM */
	/* octets, as for SO_SNDBUF and SO_RCVBUF; 0: the kernel's default */
	unsigned send_buffer, receive_buffer;
	bool reuse_address, reuse_port; /* SO_REUSEADDR, SCTP_REUSE_PORT: before it is bound */
	bool wildcard;                  /* bound to no single address: it has those of all paths */
	const char *device;             /* SO_BINDTODEVICE */
	bool mapped_off;                /* SCTP_I_WANT_MAPPED_V4_ADDR off before all else; an IPv6 socket */
	bool unasked;                   /* nobody asks for events */
	bool unbound;    /* nobody calls bind: it has a port, and all addresses, as soon as it has an association */
	unsigned client; /* from 1: bind the address of a's client with that number, where a topology has them */
};

#define SERVER_PORT 5000

struct peer *open_peer(struct trial *t, enum endpoint endpoint, const char *name,
	const struct peer_options *options); /* options may be NULL */
/* To open one is refused. */
void expect_open_refused(
	struct trial *t, enum endpoint endpoint, const char *name, const struct peer_options *options, int error);
void listen_on(struct trial *t, struct peer *peer);
/* Starts to associate with the address of `to` on that path, and returns; an event has the result. */
void start_connect(struct trial *t, struct peer *from, const struct peer *to, unsigned path);
/* The same with several addresses at once, in this order (sctp_connectx). Messages that are sent then wait for the
 * association, as its id is known. */
void start_connect_several(
	struct trial *t, struct peer *from, const struct peer *to, const unsigned *paths, size_t count);
/* Ends: eof (SHUTDOWN after the data), abort, and close of the socket. */
void shut_down(struct trial *t, struct peer *peer);
void abort_association(struct trial *t, struct peer *peer);
enum close_how { CLOSE_GRACEFULLY, CLOSE_LINGER_0 };
void close_peer(struct trial *t, struct peer *peer, enum close_how how);

/* A server that listens at b, and a client at a. */
struct pair strangers(struct trial *t);
struct pair strangers_with(struct trial *t, const struct peer_options *client, const struct peer_options *server);
/* A pair whose client has connected over path 0; both have seen comm_up. */
struct pair associated(struct trial *t);
struct pair associated_with(struct trial *t, const struct peer_options *client, const struct peer_options *server);
/* Waits until both ends have confirmed all other addresses. */
void confirm_addresses(struct trial *t, struct pair pair);
/* A pair that is associated and confirmed; every path's round trip was measured, so its RTO is RTO.Min. */
struct pair settled(struct trial *t);
struct pair settled_with(struct trial *t, const struct peer_options *client, const struct peer_options *server);
void settle(struct trial *t, struct pair pair);

/* What the kernel says of a peer's address (sctp_get_peer_addr_info). */
enum path_state { PATH_INACTIVE, PATH_POTENTIALLY_FAILED, PATH_ACTIVE, PATH_UNCONFIRMED };
void expect_path_state(struct trial *t, struct peer *peer, unsigned path, enum path_state state);
void expect_path_state_at_both(struct trial *t, struct pair pair, unsigned path, enum path_state state);
/* Every path is active, at both ends. */
void expect_paths_active(struct trial *t, struct pair pair);
/* Makes the peer's address on that path the primary; expect_primary_refused when it must be EINVAL. */
void set_primary(struct trial *t, struct peer *peer, unsigned path);
void expect_primary_refused(struct trial *t, struct peer *peer, const struct sockaddr *address);
/* Which path is the primary according to sctp_status? */
void expect_primary(struct trial *t, struct peer *peer, unsigned path);
void expect_primary_at_both(struct trial *t, struct pair pair, unsigned path);
/* The association is in the state ESTABLISHED, according to sctp_status. */
void expect_established(struct trial *t, struct peer *peer);
void expect_established_at_both(struct trial *t, struct pair pair);
/* There is no association on this socket any more. */
void expect_no_association(struct trial *t, struct peer *peer);
void expect_no_association_at_both(struct trial *t, struct pair pair);

/* ------------------------------------------------------------------ faults */

/* Injects the fault and gives the instant at which it took effect. */
vtime inject(struct trial *t, struct fault fault);
vtime mend(struct trial *t, struct fault fault);
/* So many packets were hit by now by a fault of chunks (faults.h) that is in force. */
void expect_hit(struct trial *t, struct fault fault, unsigned packets);

static inline struct fault all_lost(unsigned path)
{
	return (struct fault){ .kind = FAULT_LOSS, .path = path, .percent = 100 };
}

static inline struct fault lost_on_the_way(unsigned path, enum fault_direction direction)
{
	return (struct fault){ .kind = FAULT_LOSS, .path = path, .direction = direction, .percent = 100 };
}

static inline struct fault some_lost(unsigned path, double percent)
{
	return (struct fault){ .kind = FAULT_LOSS, .path = path, .percent = percent };
}

static inline struct fault link_down(unsigned path, enum fault_at at)
{
	return (struct fault){ .kind = FAULT_LINK_DOWN, .path = path, .at = at };
}

static inline struct fault router_down(unsigned path)
{
	return (struct fault){ .kind = FAULT_ROUTER_DOWN, .path = path };
}

/* ------------------------------------------------------------------ what must be seen */

/* In place of a peer: each end of a pair, for the verbs at both ends. */
#define EACH NULL

struct item comm_up(const struct peer *peer);
/* `error` is a cause, or 0, or ANY. */
struct item comm_lost(const struct peer *peer, int error);
struct item cant_assoc(const struct peer *peer, int error);
struct item restarted(const struct peer *peer);
struct item shutdown_comp(const struct peer *peer);
struct item shutdown_event(const struct peer *peer);
struct item addr_available(const struct peer *peer, unsigned path);
struct item addr_unreachable(const struct peer *peer, unsigned path);
struct item addr_confirmed(const struct peer *peer, unsigned path);
struct item addr_made_prim(const struct peer *peer, unsigned path);
struct item addr_potentially_failed(const struct peer *peer, unsigned path);
struct item addr_added(const struct peer *peer, unsigned path);
struct item addr_removed(const struct peer *peer, unsigned path);
struct item of_family(enum ip_family family, struct item item);

/* The item's window: from an instant on; one that is absolute already; or soon, that is a round trip on an idle
 * network after the body's last action at a socket. */
struct item within(struct window window, struct item item);
struct item soon(struct trial *t, struct item item);
struct window shortly_after(vtime instant);
/* The delay of a message on a network without delay: a round trip, and an acknowledgement that is delayed. */
static inline struct window promptly(void)
{
	return allowing(ms(500), between(0, ms(500)));
}

void expect_group(struct trial *t, enum arrangement order, const struct item *items, size_t count, vtime *instants,
	size_t *which);
#define ITEMS_(...) ((const struct item[]){ __VA_ARGS__ })
#define ITEM_COUNT_(...) (sizeof(ITEMS_(__VA_ARGS__)) / sizeof(struct item))
/* The next event of that socket must be this one; gives its instant. */
vtime expect(struct trial *t, struct item item);
/* All of these must come: in this order (also between sockets), or in any order. */
#define expect_in_order(t, ...) expect_group(t, IN_ORDER, ITEMS_(__VA_ARGS__), ITEM_COUNT_(__VA_ARGS__), NULL, NULL)
#define expect_all(t, ...) expect_group(t, IN_ANY_ORDER, ITEMS_(__VA_ARGS__), ITEM_COUNT_(__VA_ARGS__), NULL, NULL)
/* The same; gives the instant of each. */
#define expect_all_at(t, instants, ...) \
	expect_group(t, IN_ANY_ORDER, ITEMS_(__VA_ARGS__), ITEM_COUNT_(__VA_ARGS__), instants, NULL)
/* All of these at each end, in this order there; gives the instant of the last one at the client.
 *	expect_at_both(t, p, within(window, addr_unreachable(EACH, 0))); */
#define expect_at_both(t, p, ...) expect_items_at_both(t, p, ITEMS_(__VA_ARGS__), ITEM_COUNT_(__VA_ARGS__))
vtime expect_items_at_both(struct trial *t, struct pair pair, const struct item *items, size_t count);
/* One of these must come; gives its index. */
size_t expect_one_of_items(struct trial *t, const struct item *items, size_t count);
#define expect_one_of(t, ...) expect_one_of_items(t, ITEMS_(__VA_ARGS__), ITEM_COUNT_(__VA_ARGS__))
/* Where there is a choice: one of these comes next, or nothing at all for that long (guest time). Gives its index, or
 * `count` for nothing. */
size_t expect_one_or_none(struct trial *t, const struct item *items, size_t count, vtime duration);
/* No event at any socket for that long (data may flow). */
void expect_quiet(struct trial *t, vtime duration);
/* From here to the end of the case this event may not come at all, whatever else is expected. */
void never(struct trial *t, struct item item);
void never_at_both(struct trial *t, struct pair pair, struct item item);
/* Says what has happened, without a verdict: into the log and the reports, as an observation. */
void observe(struct trial *t, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* A condition that the body computes itself. */
void expect_that(struct trial *t, bool holds, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* ------------------------------------------------------------------ data */

struct flow; /* messages from one peer to another: which were sent, which have arrived */

enum pr_policy { PR_NONE, PR_TTL, PR_RTX, PR_PRIO }; /* RFC 3758, RFC 7496 */

/* Of a message that names an address, whether there is an association or not (RFC 6458 section 7.5). */
struct setup_by_message {
	bool implicit; /* it does; the association is made by the first message, where there is none */
	unsigned path; /* of the peer's address that msg_name has */
	/* what the first message has for the setup: SCTP_DSTADDRV4 and SCTP_DSTADDRV6 (bit i: the peer's address on
	 * path i), and SCTP_INIT with these values, where 0 is the socket's */
	unsigned further_paths;
	bool with_init;
	uint16_t streams, max_instreams, max_attempts, max_init_timeo_ms;
};

struct traffic {
	unsigned count;        /* messages; default 1 */
	vtime interval;        /* between two of them; 0: all at once, as the send buffer has room */
	vtime takes;           /* until it had room for all: so much longer the case may run before it hangs */
	size_t size;           /* octets of each; default 100 */
	uint16_t first_stream; /* they go round so many streams from this one on; */
	uint16_t streams;      /* default 1 */
	uint32_t ppid;         /* of the first; each next has one more */
	uint32_t timetolive_ms;
	bool unordered;
	bool sack_immediately; /* the I bit (RFC 7053) */
	bool by_default;       /* nothing is said with the message: stream and the rest are the socket's defaults, and
				* what is said here is what they have to be */
	int over;              /* OVER(path), see sending.h */
	enum pr_policy policy; /* and its value: milliseconds, retransmissions, or priority */
	uint32_t policy_value;
	unsigned infos; /* WITH_SNDINFO and others: exactly these control messages, see sending.h; 0: what is needed */
	int key;        /* KEY(number), see sending.h */
	bool to_all;    /* SCTP_SENDALL: send_to_all(); on a one-to-one socket it means nothing */
	struct setup_by_message setup;
};

/* Sends the first message now and the others in time, while the body goes on: on the association by which data
 * has come from `to`, or else on the newest one. */
struct flow *send_messages(struct trial *t, struct peer *from, struct peer *to, const struct traffic *traffic);
/* Sends one message. */
struct flow *say(struct trial *t, struct peer *from, struct peer *to);
/* Waits until every message has arrived: exactly once, in order in its stream, with its stream, ppid and
 * octets; each with a delay in this window, counted from its sending. */
void expect_delivered(struct trial *t, struct flow *flow, struct window delay);
/* The same for some of them, by number from 0; `last` is included. */
void expect_delivered_range(struct trial *t, struct flow *flow, unsigned first, unsigned last, struct window delay);
/* A message each way arrives promptly. */
void expect_delivered_both_ways(struct trial *t, struct pair pair);
/* No message of the flow arrives (judged at the end of the case). */
void expect_undelivered(struct trial *t, struct flow *flow);
unsigned flow_sent(const struct flow *flow);
vtime flow_sent_at(const struct flow *flow, unsigned message);
/* send_failed for one of its messages; flag DATA_SENT, DATA_UNSENT or ANY. */
struct item send_failed(const struct peer *peer, const struct flow *flow, unsigned message, int flag);
/* send_failed for each message that was given to the kernel and has not arrived, each once, in any order,
 * and `sent` exactly for those whose DATA chunk the sender's capture shows. */
void expect_send_failed_for_each(struct trial *t, struct flow *flow, struct window window);
/* Sending must be refused with this errno. */
void expect_send_refused(struct trial *t, struct peer *from, int error);

/* ------------------------------------------------------------------ packets */

/* What the captures show; each endpoint captures each path. The host judges it when the case is over, unless that has
 * failed before. */

/* Chunks, as a case names them. */
enum {
	DATA = CHUNK_DATA,
	INIT = CHUNK_INIT,
	INIT_ACK = CHUNK_INIT_ACK,
	SACK = CHUNK_SACK,
	HEARTBEAT = CHUNK_HEARTBEAT,
	HEARTBEAT_ACK = CHUNK_HEARTBEAT_ACK,
	ABORT = CHUNK_ABORT,
	SHUTDOWN = CHUNK_SHUTDOWN,
	SHUTDOWN_ACK = CHUNK_SHUTDOWN_ACK,
	ERROR = CHUNK_ERROR,
	COOKIE_ECHO = CHUNK_COOKIE_ECHO,
	COOKIE_ACK = CHUNK_COOKIE_ACK,
	SHUTDOWN_COMPLETE = CHUNK_SHUTDOWN_COMPLETE,
	ECNE = CHUNK_ECNE,
	CWR = CHUNK_CWR,
	AUTH = CHUNK_AUTH,
	I_DATA = CHUNK_I_DATA,
	ASCONF_ACK = CHUNK_ASCONF_ACK,
	RE_CONFIG = CHUNK_RE_CONFIG,
	PAD = CHUNK_PAD,
	FORWARD_TSN = CHUNK_FORWARD_TSN,
	ASCONF = CHUNK_ASCONF,
	I_FORWARD_TSN = CHUNK_I_FORWARD_TSN,
};

/* The causes of ABORT and ERROR (RFC 9260 section 3.3.10), which events tell of as well. */
enum cause {
	NO_CAUSE,
	INVALID_STREAM_IDENTIFIER,
	MISSING_MANDATORY_PARAMETER,
	STALE_COOKIE,
	OUT_OF_RESOURCE,
	UNRESOLVABLE_ADDRESS,
	UNRECOGNIZED_CHUNK_TYPE,
	INVALID_MANDATORY_PARAMETER,
	UNRECOGNIZED_PARAMETERS,
	NO_USER_DATA,
	COOKIE_RECEIVED_WHILE_SHUTTING_DOWN,
	RESTART_WITH_NEW_ADDRESSES,
	USER_INITIATED_ABORT,
	PROTOCOL_VIOLATION,
};

/* An ABORT or ERROR whose first cause is this one, or that has no cause. Without this any cause fits. */
static inline unsigned with_cause(unsigned chunk, enum cause cause)
{
	return chunk | (unsigned)(cause + 1) << 8;
}

/* From that instant until now. */
struct window since(struct trial *t, vtime instant);
/* The endpoint has sent such a chunk on that path: at least one, so many, none. */
void expect_sent(struct trial *t, enum endpoint from, unsigned path, unsigned chunk, struct window within);
void expect_sent_at_least(
	struct trial *t, unsigned count, enum endpoint from, unsigned path, unsigned chunk, struct window within);
void expect_sent_at_most(
	struct trial *t, unsigned count, enum endpoint from, unsigned path, unsigned chunk, struct window within);
void expect_sent_exactly(
	struct trial *t, unsigned count, enum endpoint from, unsigned path, unsigned chunk, struct window within);
void expect_not_sent(struct trial *t, enum endpoint from, unsigned path, unsigned chunk, struct window within);
/* Each end has sent such a chunk; neither has. */
void expect_sent_by_both(struct trial *t, unsigned path, unsigned chunk, struct window within);
void expect_not_sent_by_both(struct trial *t, unsigned path, unsigned chunk, struct window within);
/* A message arrives promptly, over this path and no other; the second verb: a message each way. */
void expect_over(struct trial *t, struct peer *from, struct peer *to, unsigned path);
void expect_served_over(struct trial *t, struct pair pair, unsigned path);
/* Such chunks were sent, all of them on the same path, no matter which. */
void expect_sent_on_one_path(struct trial *t, enum endpoint from, unsigned chunk, struct window within);

/* Since the body's last action (start_connect, shut_down, ...) exactly these chunks of their types were sent, by these
 * ends and in this order, on any paths. The captures of both ends must show that.
 *	expect_exchange(t, A, SHUTDOWN, B, SHUTDOWN_ACK, A, SHUTDOWN_COMPLETE); */
#define EXCHANGE_(...) ((const unsigned[]){ __VA_ARGS__ })
#define expect_exchange(t, ...) \
	expect_exchange_of(t, EXCHANGE_(__VA_ARGS__), sizeof(EXCHANGE_(__VA_ARGS__)) / sizeof(unsigned))
void expect_exchange_of(struct trial *t, const unsigned *words, size_t count);

/* Each question knows the line of the case that asks. The engine's own files call the verbs themselves. */
void asked_here(struct trial *t, const char *file, int line);
#ifndef SCTPSPEC_RUNNER_ENGINE_TRIAL_H
#define ASKED_(t, verb, ...) (asked_here(t, __FILE__, __LINE__), verb(t, __VA_ARGS__))
#define expect_sent(t, ...) ASKED_(t, expect_sent, __VA_ARGS__)
#define expect_sent_at_least(t, ...) ASKED_(t, expect_sent_at_least, __VA_ARGS__)
#define expect_sent_at_most(t, ...) ASKED_(t, expect_sent_at_most, __VA_ARGS__)
#define expect_sent_exactly(t, ...) ASKED_(t, expect_sent_exactly, __VA_ARGS__)
#define expect_not_sent(t, ...) ASKED_(t, expect_not_sent, __VA_ARGS__)
#define expect_sent_by_both(t, ...) ASKED_(t, expect_sent_by_both, __VA_ARGS__)
#define expect_not_sent_by_both(t, ...) ASKED_(t, expect_not_sent_by_both, __VA_ARGS__)
#define expect_over(t, ...) ASKED_(t, expect_over, __VA_ARGS__)
#define expect_served_over(t, ...) ASKED_(t, expect_served_over, __VA_ARGS__)
#define expect_sent_on_one_path(t, ...) ASKED_(t, expect_sent_on_one_path, __VA_ARGS__)
#define expect_exchange_of(t, ...) ASKED_(t, expect_exchange_of, __VA_ARGS__)
#define expect_send_failed_for_each(t, ...) ASKED_(t, expect_send_failed_for_each, __VA_ARGS__)
#endif

/* ------------------------------------------------------------------ what has files of its own */

#include "runner/engine/addresses.h"     /* what a socket says of addresses */
#include "runner/engine/family.h"        /* cases from a table */
#include "runner/engine/notifications.h" /* every kind of event */
#include "runner/engine/options.h"       /* socket options and sysctls in a body */
#include "runner/engine/reading.h"       /* readers that stop */
#include "runner/engine/sending.h"       /* what a message is sent with; a full buffer */
#include "runner/engine/sockets.h"       /* one-to-one sockets, accept, peeling off, addresses, halves */
#include "runner/engine/waiting.h"       /* calls that wait */

#endif
