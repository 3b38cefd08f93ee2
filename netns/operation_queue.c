/* SPDX-License-Identifier: Apache-2.0 */
/* operation_queue.c - what waits, gets lost or is looked at where packets leave by a device: requests to tc's side of
 * the kernel. */
#include "netns/operation_queue.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/pkt_cls.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <time.h>

#include "netns/chunk_object.h"

#define QUEUE_HANDLE 0x10000U /* 1: */
#define STEP_NS 20000
#define STEPS 100000 /* two seconds */

/* The kernel's probabilities are fractions of 2^32 - 1. */
static uint32_t probability(double percent)
{
	return (uint32_t)(percent / 100.0 * UINT32_MAX + 0.5);
}

/* Its old unit of delay is 64 ns; the newer attributes beside it hold nanoseconds and count. */
static uint32_t ticks(uint32_t microseconds)
{
	uint64_t number = (uint64_t)microseconds * 1000 >> 6;

	return number > UINT32_MAX ? UINT32_MAX : (uint32_t)number;
}

static void add_time(struct netlink_request *out, uint16_t type, uint32_t microseconds)
{
	int64_t nanoseconds = (int64_t)microseconds * 1000;

	if (microseconds)
		netlink_add(out, type, &nanoseconds, sizeof(nanoseconds));
}

static void add_netem(const struct netem *netem, struct netlink_request *out)
{
	const struct tc_netem_qopt options = {
		.latency = ticks(netem->delay_us),
		.limit = netem->limit ? netem->limit : NETEM_LIMIT,
		.loss = probability(netem->loss),
		.gap = netem->reorder > 0,
		.duplicate = probability(netem->duplicate),
		.jitter = ticks(netem->jitter_us),
	};
	const struct tc_netem_reorder reorder = { .probability = probability(netem->reorder) };
	const struct tc_netem_corrupt corrupt = { .probability = probability(netem->corrupt) };
	const struct tc_netem_rate rate = { .rate = netem->rate_kbit * 125 }; /* octets a second */

	netlink_add_raw(out, &options, sizeof(options));
	add_time(out, TCA_NETEM_LATENCY64, netem->delay_us);
	add_time(out, TCA_NETEM_JITTER64, netem->jitter_us);
	if (reorder.probability)
		netlink_add(out, TCA_NETEM_REORDER, &reorder, sizeof(reorder));
	if (corrupt.probability)
		netlink_add(out, TCA_NETEM_CORRUPT, &corrupt, sizeof(corrupt));
	if (netem->rate_kbit)
		netlink_add(out, TCA_NETEM_RATE, &rate, sizeof(rate));
}

#define LIMIT_RATE 1250000000U /* bytes a second, 10 Gbit/s: as good as none */
#define LIMIT_QUEUE 10000000U

static void add_size_limit(uint32_t frame_size, struct netlink_request *out)
{
	const struct tc_tbf_qopt options = {
		.rate = { .rate = LIMIT_RATE, .linklayer = TC_LINKLAYER_ETHERNET },
		.limit = LIMIT_QUEUE,
		/* how long a burst takes at that rate, in ticks of 64 ns */
		.buffer = (uint32_t)((uint64_t)frame_size * 1000000000 / LIMIT_RATE >> 6),
	};

	netlink_add(out, TCA_TBF_PARMS, &options, sizeof(options));
	netlink_add32(out, TCA_TBF_BURST, frame_size);
}

void request_queue(const struct operation *op, int index, struct netlink_request *out)
{
	const char *kind = op->kind == OP_NETEM ? "netem" : "tbf";
	struct tcmsg *queue = netlink_begin(out, op->removed ? RTM_DELQDISC : RTM_NEWQDISC,
		op->removed ? 0 : NLM_F_CREATE | NLM_F_EXCL, sizeof(*queue));
	struct nlattr *options;

	queue->tcm_ifindex = index;
	queue->tcm_handle = QUEUE_HANDLE;
	queue->tcm_parent = TC_H_ROOT;
	if (op->kind == OP_NETEM && op->netem.band) {
		queue->tcm_handle = 2 * QUEUE_HANDLE;
		queue->tcm_parent = QUEUE_HANDLE | op->netem.band;
	}
	if (op->removed)
		return;
	netlink_add(out, TCA_KIND, kind, strlen(kind) + 1);
	options = netlink_nest(out, TCA_OPTIONS);
	if (op->kind == OP_NETEM)
		add_netem(&op->netem, out);
	else
		add_size_limit(op->frame_size, out);
	netlink_end_nest(out, options);
}

void request_bands(const struct operation *op, int index, struct netlink_request *out)
{
	struct tcmsg *queue = netlink_begin(out, op->removed ? RTM_DELQDISC : RTM_NEWQDISC,
		op->removed ? 0 : NLM_F_CREATE | NLM_F_EXCL, sizeof(*queue));
	const struct tc_prio_qopt options = { .bands = 2 };

	queue->tcm_ifindex = index;
	queue->tcm_handle = QUEUE_HANDLE;
	queue->tcm_parent = TC_H_ROOT;
	if (op->removed)
		return;
	netlink_add(out, TCA_KIND, "prio", sizeof("prio"));
	netlink_add(out, TCA_OPTIONS, &options, sizeof(options));
}

void request_rate(const struct operation *op, int index, struct netlink_request *out)
{
	struct tcmsg *queue = netlink_begin(out, op->removed ? RTM_DELQDISC : RTM_NEWQDISC,
		op->removed ? 0 : NLM_F_CREATE | NLM_F_EXCL, sizeof(*queue));
	const uint32_t rate = op->marking.rate_kbit * 125; /* octets a second */
	const struct tc_tbf_qopt options = {
		.rate = { .rate = rate, .linklayer = TC_LINKLAYER_ETHERNET },
		.limit = MARKING_LIMIT,
		.buffer = (uint32_t)((uint64_t)RATE_BURST * 1000000000 / rate >> 6),
	};
	struct nlattr *nest;

	queue->tcm_ifindex = index;
	queue->tcm_handle = QUEUE_HANDLE;
	queue->tcm_parent = TC_H_ROOT;
	if (op->removed)
		return;
	netlink_add(out, TCA_KIND, "tbf", sizeof("tbf"));
	nest = netlink_nest(out, TCA_OPTIONS);
	netlink_add(out, TCA_TBF_PARMS, &options, sizeof(options));
	netlink_add32(out, TCA_TBF_BURST, RATE_BURST);
	netlink_end_nest(out, nest);
}

/* How RED's average falls while nothing waits: by nothing, as it has no time to. */
#define IDLE_TABLE 256

/* The average is that of two or three packets (Wlog 1). Beyond max, which is just above min, each packet is marked. */
void request_marking(const struct operation *op, int index, struct netlink_request *out)
{
	struct tcmsg *queue = netlink_begin(out, op->removed ? RTM_DELQDISC : RTM_NEWQDISC,
		op->removed ? 0 : NLM_F_CREATE | NLM_F_EXCL, sizeof(*queue));
	const struct tc_red_qopt options = {
		.limit = MARKING_LIMIT,
		.qth_min = op->marking.from,
		.qth_max = op->marking.from + 1,
		.Wlog = 1,
		.Plog = 6,
		.Scell_log = 10,
		.flags = TC_RED_ECN,
	};
	static const uint8_t idle[IDLE_TABLE];
	struct nlattr *nest;

	queue->tcm_ifindex = index;
	queue->tcm_handle = 2 * QUEUE_HANDLE;
	queue->tcm_parent = QUEUE_HANDLE | 1;
	if (op->removed)
		return;
	netlink_add(out, TCA_KIND, "red", sizeof("red"));
	nest = netlink_nest(out, TCA_OPTIONS);
	netlink_add(out, TCA_RED_PARMS, &options, sizeof(options));
	netlink_add(out, TCA_RED_STAB, idle, sizeof(idle));
	netlink_end_nest(out, nest);
}

void request_plug(const struct operation *op, int index, struct netlink_request *out)
{
	const bool unplug = op->kind == OP_UNPLUG;
	struct tcmsg *queue = netlink_begin(out, op->removed ? RTM_DELQDISC : RTM_NEWQDISC,
		op->removed || unplug ? 0 : NLM_F_CREATE | NLM_F_EXCL, sizeof(*queue));
	const struct tc_plug_qopt options = { .action = TCQ_PLUG_RELEASE_INDEFINITE };

	queue->tcm_ifindex = index;
	queue->tcm_handle = QUEUE_HANDLE;
	queue->tcm_parent = TC_H_ROOT;
	if (op->removed)
		return;
	netlink_add(out, TCA_KIND, "plug", sizeof("plug"));
	if (unplug)
		netlink_add(out, TCA_OPTIONS, &options, sizeof(options));
}

void request_hook(const struct operation *op, int index, struct netlink_request *out)
{
	struct tcmsg *hook = netlink_begin(out, op->removed ? RTM_DELQDISC : RTM_NEWQDISC,
		op->removed ? 0 : NLM_F_CREATE | NLM_F_REPLACE, sizeof(*hook));

	hook->tcm_ifindex = index;
	hook->tcm_handle = TC_H_MAKE(TC_H_CLSACT, 0);
	hook->tcm_parent = TC_H_CLSACT;
	if (!op->removed)
		netlink_add(out, TCA_KIND, "clsact", sizeof("clsact"));
}

int request_program(const struct net *net, const struct operation *op, int index, struct netlink_request *out)
{
	struct tcmsg *filter = netlink_begin(out, op->removed ? RTM_DELTFILTER : RTM_NEWTFILTER,
		op->removed ? 0 : NLM_F_CREATE | NLM_F_EXCL, sizeof(*filter));
	struct nlattr *options;

	filter->tcm_ifindex = index;
	filter->tcm_parent = TC_H_MAKE(TC_H_CLSACT, TC_H_MIN_EGRESS);
	filter->tcm_info = TC_H_MAKE((uint32_t)op->program->place << 16, htons(ETH_P_ALL));
	if (op->removed)
		return 0;
	if (net->machine.program < 0)
		return net->machine.program;
	netlink_add(out, TCA_KIND, "bpf", sizeof("bpf"));
	options = netlink_nest(out, TCA_OPTIONS);
	netlink_add32(out, TCA_BPF_CLASSID, op->program->place - 1U);
	netlink_add32(out, TCA_BPF_FD, (uint32_t)net->machine.program);
	netlink_add(out, TCA_BPF_NAME, CHUNK_PROGRAM_NAME, sizeof(CHUNK_PROGRAM_NAME));
	netlink_add32(out, TCA_BPF_FLAGS, TCA_BPF_FLAG_ACT_DIRECT);
	netlink_end_nest(out, options);
	return 0;
}

/* How many packets wait in the device's queue, or -errno. */
static int queue_length(int index, int sock)
{
	struct netlink_request request;
	struct netlink_reply reply;
	struct tcmsg *queue = netlink_begin(&request, RTM_GETQDISC, NLM_F_ECHO, sizeof(*queue));
	struct tc_stats stats;
	const void *found;
	int status;

	queue->tcm_ifindex = index;
	queue->tcm_parent = TC_H_ROOT;
	status = netlink_ask_for(sock, &request, &reply);
	if (status < 0)
		return status;
	found = netlink_find(&reply, sizeof(*queue), TCA_STATS, sizeof(stats));
	if (!found)
		return -ENODATA;
	memcpy(&stats, found, sizeof(stats));
	return (int)stats.qlen;
}

int queue_await_empty(int index, int sock)
{
	int length = queue_length(index, sock);

	for (int i = 0; i < STEPS && length > 0; i++) {
		nanosleep(&(struct timespec){ .tv_nsec = STEP_NS }, NULL);
		length = queue_length(index, sock);
	}
	return length > 0 ? -ETIMEDOUT : length;
}
