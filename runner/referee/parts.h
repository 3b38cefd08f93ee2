/* SPDX-License-Identifier: Apache-2.0 */
/* parts.h - what the files of the referee share. */
#ifndef SCTPSPEC_RUNNER_REFEREE_PARTS_H
#define SCTPSPEC_RUNNER_REFEREE_PARTS_H

#include "runner/referee/referee.h"
#include "runner/referee/roll.h"

enum { BUCKETS = 4096, TAGS = 1 << 14, SOCKETS = 16 };

/* What the call that opened it says of a socket. */
struct open_socket {
	uint16_t port;
	const struct bound *where;
	bool nagle, is_changed; /* is_changed: by an option */
	unsigned bound;
};

/* Packets, also those of no association. */
struct passed {
	uint64_t in, out;
	uint64_t bunched; /* of `out`: DATA in the same moment as the packet with DATA before */
	int64_t data_ns;  /* when DATA left last */
};

/* Of a socket that an option was set on. */
enum { PORTS_MAX = 16 };
struct port_parameters {
	int end;
	uint16_t port;
	const struct bound *bound;
	struct parameters parameters;
};

struct referee {
	unsigned exact, told;     /* bit i: end i has a capture; its events are told */
	bool leaves_out_messages; /* events of messages are told up to some number only */
	bool tells_calls;         /* each call is told */
	unsigned testers;         /* bit i: end i is a tester */
	struct open_socket sockets[2][SOCKETS];
	unsigned n_sockets[2]; /* of each end */
	struct parameters parameters[2];
	struct port_parameters by_port[PORTS_MAX]; /* what sockets were told beside that */
	unsigned n_by_port;
	const struct address *addresses[2]; /* that each end may have; NULL: nobody knows */
	unsigned n_addresses[2];
	int64_t backlog_ns;      /* 0: BACKLOG_NS */
	unsigned blind[2];       /* bit i: what end i sends on path i may leave unseen */
	uint16_t connects[2];    /* by how many addresses at once the last call of end i connects; 0: none did */
	struct passed passed[2]; /* in the capture of end i */
	struct asker askers[ASKERS_MAX];
	unsigned n_askers;
	int64_t seen_ns;                      /* when the last packet came */
	struct association *buckets[BUCKETS]; /* by ports; the newest first */
	struct association *by_tag[TAGS];     /* those that packets with a tag were for lately */
	struct association *all, *last;       /* as they were met */
	struct roll alive, over;
	unsigned n, followed, most;
	size_t sent_chunks; /* that there is room for, of all ends */
	referee_watcher *see;
	referee_farewell *farewell;
	void *watcher, *mourner; /* their contexts */
	const struct rule *const *rules;
	size_t n_rules;
	uint64_t *applied; /* for each rule */
	struct finding *findings;
	size_t n_findings, room;
	uint64_t left_out;
	uint64_t strays;
	int status; /* -ENOMEM: sticks */
};

/* Shows a step to the watcher and to the rules that look at such steps. */
void referee_judge(struct step *step, enum rule_moment moment);
/* What an end is told at the beginning of an association. */
const struct parameters *referee_parameters(const struct referee *referee, const struct end *self, int end);
/* What should have happened by now at the ends of the association. */
void referee_settle(struct referee *referee, struct association *association, int64_t now_ns);

/* What is known of the socket of an end that is met. */
void referee_know_socket(const struct referee *referee, struct end *self, unsigned end);

#endif
