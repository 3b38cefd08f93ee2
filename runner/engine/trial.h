/* SPDX-License-Identifier: Apache-2.0 */
/*
 * trial.h - one run of a case, as the engine's own files see it.
 *
 * A trial owns its sockets (peers) and flows. Everything happens in one thread: pump() is the only place
 * where time passes; it takes what the sockets have and sends what the flows are due to send.
 * In a rehearsal (`rehearsal` is set) there is no network and no socket: every verb prints itself and time
 * jumps to the end of each window.
 */
#ifndef SCTPSPEC_RUNNER_ENGINE_TRIAL_H
#define SCTPSPEC_RUNNER_ENGINE_TRIAL_H

#include <setjmp.h>

#include "gen_sctp.h"
#include "runner/engine/evidence.h"
#include "runner/engine/tamper.h"

#define PEERS_MAX 128
#define KNOWN_ASSOCIATIONS_MAX 128
#define WAITING_MAX 8
#define NEVERS_MAX 16
#define ADDRESSES_MAX (2 * NET_PATHS_MAX)

/* One that the socket has been told of. */
struct known_association {
	uint32_t id;
	int with; /* index of a peer; -1: not known */
};

/* "a" */
static inline const char *endpoint_name(enum endpoint endpoint)
{
	static const char *const names[HOSTS_MAX] = { "a", "b", "c" };

	return names[endpoint];
}

struct peer {
	struct trial *trial;
	unsigned index;
	char name[16];
	enum endpoint endpoint;
	struct gs_socket *socket; /* NULL once closed, and in a rehearsal */
	bool closed;
	uint16_t port;
	uint32_t assoc_id;              /* the newest association seen coming up; 0: none */
	uint32_t assoc_with[PEERS_MAX]; /* by which data came from that peer; 0: none came yet */
	bool one_to_one, listens;
	short watched;       /* pump() returns when poll(2) says that of the socket */
	bool stopped;        /* nobody reads */
	bool ended;          /* there is nothing to read any more, but events may come */
	int late;            /* epoll(7): readable when something has come after that; 0: none */
	bool comings_untold; /* it has not had all assoc_changes: what associations it has is not known */
	bool branched_off;   /* accepted, or peeled off: `associations` has one at most */
	unsigned association_count;
	struct known_association associations[KNOWN_ASSOCIATIONS_MAX];
	size_t address_count;
	struct sockaddr_storage addresses[ADDRESSES_MAX];
};

/* A call in a thread of its own (waiting.h). */
struct waiting;

/*
 * Somebody beside the sockets who takes part in a trial (runner/tester/). `serve` takes what has come on its
 * descriptors, and does what is due; true: something was observed.
 */
struct outsider {
	void *self;
	unsigned (*fds)(const void *self, int *fds); /* at most OUTSIDER_FDS_MAX */
	vtime (*due)(const void *self);              /* when it does something by itself */
	bool (*serve)(void *self);
	void (*leave)(void *self); /* the body is over: nobody is to wait for it */
	void (*free)(void *self);
};
#define OUTSIDERS_MAX 2
#define OUTSIDER_FDS_MAX NET_PATHS_MAX

struct message {
	vtime sent;     /* -1: not yet */
	vtime received; /* -1: not yet */
	int8_t path;    /* of the peer's address that it came from; -1: none */
	uint8_t form;   /* enum address_form: how that was told */
};

struct flow {
	struct trial *trial;
	unsigned index;
	struct peer *from, *to;
	struct traffic traffic;
	vtime started;
	unsigned next;            /* the next message to send */
	vtime blocked_since;      /* there is no room for it; -1: nothing is known of that */
	uint32_t assoc_id;        /* of `from`, when it began */
	unsigned *last_in_stream; /* number + 1 of the last message received of each stream */
	struct message *messages;
	const struct flow *copies; /* the flow whose message the same call has sent here, too; NULL: none */
	unsigned char *begun;      /* what has been read of a message in part; NULL: of none */
	unsigned begun_message;
	size_t begun_length;
	struct gs_sndrcvinfo begun_info; /* as the first part told it */
	bool parts_differ; /* a part has told another ppid or SSN than the message has, or the first part */
	bool judged;       /* the body has said what must become of it */
	bool undelivered;
};

/* What a namespace counts (numbers.h). */
enum counter {
	COUNTER_ESTABLISHED,
	COUNTER_ACTIVE,
	COUNTER_PASSIVE,
	COUNTER_PACKETS_OUT,
	COUNTER_PACKETS_IN,
	COUNTER_T3,
	COUNTERS
};

struct namespace_counters {
	int file;                /* 0: none is open */
	int64_t first[COUNTERS]; /* as the body began */
};

struct trial {
	const struct test_case *test_case;
	struct settings in_force[HOSTS_MAX];
	struct evidence *evidence;
	struct box *box;
	struct net *net;
	struct namespace_counters counters[HOSTS_MAX];
	struct tamper tamper;
	unsigned observed; /* observations before tampering */
	FILE *rehearsal;
	vtime rehearsed; /* the rehearsal's clock */
	jmp_buf escape;  /* where a rehearsal that fails goes */
	vtime fault_at;  /* the last fault or mending; windows are printed relative to it */
	vtime acted_at;  /* the body's last action at a socket */
	vtime started;   /* CLOCK_MONOTONIC at the start */
	unsigned peer_count, flow_count, never_count;
	unsigned messages_logged, sends_logged;
	unsigned turns;              /* of pump() */
	char asked_at[ASKED_AT_MAX]; /* the line of the body that asks of the captures */
	struct peer peers[PEERS_MAX];
	struct flow flows[FLOWS_MAX];
	struct item nevers[NEVERS_MAX];
	unsigned outsider_count;
	struct outsider outsiders[OUTSIDERS_MAX];
	unsigned waiting_count;
	struct waiting *waiting[WAITING_MAX];
};

/* trial.c */
/* Runs the body in this process, to its end or to the first thing that is wrong. */
void trial_run_body(struct trial *t);
/* The body of a case that is a row of a family. */
void trial_run_row(struct trial *t);
void trial_free(struct trial *t); /* what the trial owns; not its net, evidence or box */
/* Wrong: ends the body. `reason` is one line; expected and got may be NULL. */
void trial_fail(struct trial *t, enum verdict verdict, const char *reason, const char *expected, const char *got)
	__attribute__((noreturn));
/* The harness could not do something (verdict `error`). */
void trial_error(struct trial *t, const char *format, ...) __attribute__((format(printf, 2, 3), noreturn));
/* The body did something: into the story, the log and the rehearsal. */
void trial_action(struct trial *t, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* A stream that writes into `text`; to be closed. */
FILE *trial_text(struct trial *t, char *text, size_t size);
/* "client: addr_unreachable of path 0 (IPv4) at 5.012345 s" */
void trial_print_observation(const struct trial *t, const struct observation *observation, FILE *out);
void trial_describe(struct trial *t, const struct observation *observation, char *text, size_t size);
/* One that holds: what was expected came at that instant. */
void trial_check_met(struct trial *t, const char *expected, const struct window *window, vtime at);
/* One that holds: these messages of the flow came with such delays. */
void trial_check_delays(struct trial *t, const char *expected, const struct flow *flow, unsigned first, unsigned last,
	const struct window *delay);
/* One that does not hold, about what that end knows of an address of its peer. */
void trial_check_path(struct trial *t, const char *expected, const struct window *window, const char *got,
	enum endpoint endpoint, unsigned path);
void trial_check(struct trial *t, const char *expected, const struct window *window, bool ok, const char *got);

/* pump.c */
vtime trial_clock(const struct trial *t); /* without the rehearsal */
/* Reading has come to its end: from here on it is looked at only when something comes. */
void pump_ended(struct peer *peer);
/* Lets time pass until something was observed or received, or until then. */
void pump(struct trial *t, vtime until);
/* Lets time pass until poll(2) says one of these of the socket, or until then. False: it has not. */
bool pump_until(struct trial *t, struct peer *peer, short events, vtime until);

/* expect.c */
struct item item_of(const struct peer *peer, enum observed kind, int state);

/* observe.c */
/* Takes what a socket gave: an event becomes an observation, a message goes to its flow. */
void observe_message(struct trial *t, struct peer *peer, const struct gs_message *message);
void observe_error(struct trial *t, struct peer *peer, int status);
/* A tester has got this packet, which it keeps until the trial is freed. */
void observe_packet(struct trial *t, struct peer *tester, vtime at, struct wire_packet *packet, bool routine);

/* association.c */
/* A socket, or somebody in place of one, without a socket of the kernel; for the caller to complete. */
struct peer *peer_new(struct trial *t, enum endpoint endpoint, const char *name);
/* The address of `of` on a path, the first family that it has there, for use on the socket of `at`. */
union gs_addr address_on(struct trial *t, const struct peer *at, const struct peer *of, unsigned path);
/* addresses.c */
enum address_form form_of(const union gs_addr *address);
/* association.c */
/* A socket of the other endpoint. */
const struct peer *other_end(const struct trial *t, const struct peer *peer);
/* associations.c: which associations a socket has, by what it has been told. */
/* An event that tells of a new one, or of the end of one; before it is judged. */
void associations_learn(struct trial *t, struct peer *peer, const struct observation *observation, int with);
/* What is wrong with the association that the event names, as the end of a sentence; NULL: nothing. */
const char *associations_fault(struct trial *t, const struct peer *peer, const struct observation *observation);
/* The socket that has this address; the one of the association with that id, if it has it too. -1: nobody. */
int associations_peer(const struct trial *t, const struct peer *peer, uint32_t assoc_id, const union gs_addr *address);
/* The newest association with that socket; 0: none that is known. */
uint32_t association_with(const struct peer *peer, const struct peer *other);
/* False: that association is one with another socket, or none of this one's. */
bool association_may_be_with(const struct peer *peer, uint32_t assoc_id, const struct peer *other);
/* Association `id` goes to a socket of its own. */
void associations_move(struct peer *from, struct peer *to, uint32_t id);

/* flow.c */
/* There is room at that socket again, perhaps. */
void flows_unblock(struct trial *t, const struct peer *peer);
/* Does a flow wait for room at that socket? */
bool flows_wait_for(const struct trial *t, const struct peer *peer);
vtime flows_due(const struct trial *t); /* when the next message is to be sent */
void flows_send_due(struct trial *t);
/* Finds the message that these octets with this ppid are of; false: none of ours. */
bool flow_recognise(
	const struct trial *t, const void *data, size_t length, uint32_t ppid, unsigned *flow, unsigned *message);
/* The octets of a message; -ENOMEM. */
unsigned char *flow_octets(const struct flow *flow, unsigned message);
static inline uint16_t flow_stream(const struct flow *flow, unsigned message)
{
	return (uint16_t)(flow->traffic.first_stream + message % flow->traffic.streams);
}
/* A flow that has sent nothing yet. */
struct flow *flow_new(struct trial *t, struct peer *from, struct peer *to, const struct traffic *traffic);
/* Gives a message to the kernel, without waiting: GS_OK, or what the library says. */
int flow_send(struct flow *flow, unsigned message);
/* The message has arrived like this; the case fails if it must not, not so or not there. */
void flow_arrived(struct trial *t, struct peer *peer, const struct gs_data *data, const union gs_addr *from);
void flows_finish(struct trial *t); /* at the end of the body */
void flow_free(struct flow *flow);

/* waiting.c */
/* Readable when the call has come back; -1: it has, and that is known. */
int waiting_fd(const struct waiting *waiting);
void waiting_finish(struct trial *t); /* at the end of the body */
void waiting_free(struct waiting *waiting);

/* ask.c */
/* Keeps a question until the captures are complete. */
void trial_ask(struct trial *t, const struct question *question);
/* Passes the questions on, after a body with which nothing was wrong. */
void trial_log_questions(struct trial *t);

#endif
