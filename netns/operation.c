/* SPDX-License-Identifier: Apache-2.0 */
/*
 * operation.c - operations in iproute2's words.
 */
#include "netns/operation.h"
#include "netns/chunk_object.h"

#include <arpa/inet.h>
#include <assert.h>
#include <inttypes.h>
#include <string.h>

struct operation *operations_add(
	struct operations *operations, enum operation_kind kind, unsigned space, const char *device)
{
	struct operation *operation = &operations->list[operations->count];

	assert(operations->count < OPERATIONS_MAX);
	operations->count++;
	*operation = (struct operation){ .kind = kind, .space = space };
	assert(strlen(device) < sizeof(operation->device));
	strcpy(operation->device, device);
	return operation;
}

static void prefix_print(const struct prefix *prefix, bool with_length, FILE *out)
{
	char text[INET6_ADDRSTRLEN] = "?";

	inet_ntop(prefix->family == IPV6 ? AF_INET6 : AF_INET, prefix->bytes, text, sizeof(text));
	fputs(text, out);
	if (with_length)
		fprintf(out, "/%u", prefix->length);
}

static void print_mac(const struct mac *mac, FILE *out)
{
	for (int i = 0; i < 6; i++)
		fprintf(out, "%s%02x", i ? ":" : "", mac->bytes[i]);
}

typedef void print_function(const struct operation *op, const char *const *names, FILE *out);

static void print_sysctl(const struct operation *op, const char *const *names, FILE *out)
{
	(void)names;
	fprintf(out, "-q%sw %s=%s", op->sysctl.if_there ? "e" : "", op->sysctl.name, op->sysctl.value);
}

static void print_veth(const struct operation *op, const char *const *names, FILE *out)
{
	fprintf(out, "link add name %s index %u address ", op->device, op->veth.index);
	print_mac(&op->veth.mac, out);
	fprintf(out, " type veth peer name %s address ", op->veth.peer);
	print_mac(&op->veth.peer_mac, out);
	fprintf(out, " netns %s", names[op->veth.peer_space]);
}

static void print_bridge(const struct operation *op, const char *const *names, FILE *out)
{
	(void)names;
	fprintf(out, "link add name %s type bridge stp_state 0 forward_delay 0 mcast_snooping 0", op->device);
}

static void print_vlan(const struct operation *op, const char *const *names, FILE *out)
{
	(void)names;
	fprintf(out, "link add link %s name %s address ", op->vlan.cable, op->device);
	print_mac(&op->vlan.mac, out);
	fprintf(out, " type vlan id %u", op->vlan.id);
}

static void print_bond(const struct operation *op, const char *const *names, FILE *out)
{
	(void)names;
	fprintf(out, "link add name %s address ", op->device);
	print_mac(&op->bond, out);
	fprintf(out, " type bond mode active-backup miimon %d", BOND_MIIMON);
}

static void print_vrf(const struct operation *op, const char *const *names, FILE *out)
{
	(void)names;
	fprintf(out, "link add name %s address ", op->device);
	print_mac(&op->vrf.mac, out);
	fprintf(out, " type vrf table %u", op->vrf.table);
}

static void print_port(const struct operation *op, const char *const *names, FILE *out)
{
	(void)names;
	fprintf(out, "link set dev %s master %s", op->device, op->bridge);
}

static void print_forward(const struct operation *op, const char *const *names, FILE *out)
{
	(void)names;
	fprintf(out, "link set dev %s type bridge_slave learning off", op->device);
}

static void print_link(const struct operation *op, const char *const *names, FILE *out)
{
	(void)names;
	fprintf(out, "link set dev %s %s", op->device, op->removed ? "down" : "up");
}

static void print_offload(const struct operation *op, const char *const *names, FILE *out)
{
	(void)names;
	fprintf(out, "-K %s tx off sg off tso off gso off", op->device);
}

static void print_address(const struct operation *op, const char *const *names, FILE *out)
{
	(void)names;
	fprintf(out, "address %s ", op->removed ? "delete" : "replace");
	prefix_print(&op->address, true, out);
	fprintf(out, " dev %s", op->device);
	if (op->address.family == IPV6 && !op->removed)
		fputs(" nodad", out);
}

static void print_route(const struct operation *op, const char *const *names, FILE *out)
{
	const struct route *route = &op->route;

	(void)names;
	fprintf(out, "route %s %s", op->removed ? "delete" : "replace", route->unreachable ? "unreachable " : "");
	prefix_print(&route->to, true, out);
	if (route->has_gateway) {
		fputs(" via ", out);
		prefix_print(&route->gateway, false, out);
	}
	if (!route->unreachable)
		fprintf(out, " dev %s", op->device);
	if (route->table)
		fprintf(out, " table %u", route->table);
	if (route->metric)
		fprintf(out, " metric %" PRIu32, route->metric);
	if (route->has_source && !op->removed) {
		fputs(" src ", out);
		prefix_print(&route->source, false, out);
	}
	if (route->mtu && !op->removed)
		fprintf(out, " mtu lock %" PRIu32, route->mtu);
}

static void print_rule(const struct operation *op, const char *const *names, FILE *out)
{
	(void)names;
	fprintf(out, "%srule %s pref %d iif %s lookup %u", op->rule.family == IPV6 ? "-6 " : "",
		op->removed ? "delete" : "add", RULE_PRIORITY, op->device, op->rule.table);
}

static void print_neighbour(const struct operation *op, const char *const *names, FILE *out)
{
	(void)names;
	fprintf(out, "neighbour %s ", op->removed ? "delete" : "replace");
	prefix_print(&op->neighbour.address, false, out);
	if (op->removed) {
		fprintf(out, " dev %s", op->device);
		return;
	}
	fputs(" lladdr ", out);
	print_mac(&op->neighbour.mac, out);
	fprintf(out, " dev %s nud permanent", op->device);
}

static void print_percent(const char *word, double percent, FILE *out)
{
	if (percent > 0)
		fprintf(out, " %s %.10g%%", word, percent);
}

static void print_netem(const struct operation *op, const char *const *names, FILE *out)
{
	const struct netem *netem = &op->netem;

	(void)names;
	fprintf(out, "qdisc %s dev %s ", op->removed ? "delete" : "add", op->device);
	if (netem->band)
		fprintf(out, "parent 1:%u handle 2:", netem->band);
	else
		fputs("root handle 1:", out);
	if (op->removed)
		return;
	fprintf(out, " netem limit %" PRIu32, netem->limit ? netem->limit : NETEM_LIMIT);
	if (netem->delay_us)
		fprintf(out, " delay %" PRIu32 "us", netem->delay_us);
	if (netem->jitter_us)
		fprintf(out, " %" PRIu32 "us", netem->jitter_us);
	print_percent("reorder", netem->reorder, out);
	print_percent("loss random", netem->loss, out);
	print_percent("duplicate", netem->duplicate, out);
	print_percent("corrupt", netem->corrupt, out);
	if (netem->rate_kbit)
		fprintf(out, " rate %" PRIu32 "kbit", netem->rate_kbit);
}

static void print_size_limit(const struct operation *op, const char *const *names, FILE *out)
{
	(void)names;
	if (op->removed)
		fprintf(out, "qdisc delete dev %s root handle 1:", op->device);
	else
		fprintf(out, "qdisc add dev %s root handle 1: tbf rate 10gbit burst %" PRIu32 " limit 10000000",
			op->device, op->frame_size);
}

static void print_rate(const struct operation *op, const char *const *names, FILE *out)
{
	(void)names;
	fprintf(out, "qdisc %s dev %s root handle 1:", op->removed ? "delete" : "add", op->device);
	if (!op->removed)
		fprintf(out, " tbf rate %" PRIu32 "kbit burst %d limit %d", op->marking.rate_kbit, RATE_BURST,
			MARKING_LIMIT);
}

static void print_marking(const struct operation *op, const char *const *names, FILE *out)
{
	const uint32_t from = op->marking.from;

	(void)names;
	fprintf(out, "qdisc %s dev %s parent 1:1 handle 2:", op->removed ? "delete" : "add", op->device);
	if (!op->removed)
		fprintf(out,
			" red limit %d min %" PRIu32 " max %" PRIu32 " avpkt 1000 burst %" PRIu32
			" bandwidth 10mbit ecn",
			MARKING_LIMIT, from, from + 1, from / 1000);
}

static void print_bands(const struct operation *op, const char *const *names, FILE *out)
{
	(void)names;
	fprintf(out, "qdisc %s dev %s root handle 1:", op->removed ? "delete" : "add", op->device);
	if (!op->removed)
		fputs(" prio bands 2 priomap 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0", out);
}

static void print_hook(const struct operation *op, const char *const *names, FILE *out)
{
	(void)names;
	fprintf(out, "qdisc %s dev %s clsact", op->removed ? "delete" : "replace", op->device);
}

static void print_program(const struct operation *op, const char *const *names, FILE *out)
{
	(void)names;
	fprintf(out, "filter %s dev %s egress pref %u", op->removed ? "delete" : "add", op->device, op->program->place);
	if (!op->removed)
		fputs(" protocol all bpf direct-action object-file " CHUNK_OBJECT_FILE " section classifier", out);
}

static void print_plug(const struct operation *op, const char *const *names, FILE *out)
{
	(void)names;
	fprintf(out, "qdisc %s dev %s root handle 1:", op->removed ? "delete" : "add", op->device);
	if (!op->removed)
		fputs(" plug block", out);
}

static void print_unplug(const struct operation *op, const char *const *names, FILE *out)
{
	(void)names;
	fprintf(out, "qdisc change dev %s root handle 1: plug release_indefinite", op->device);
}

static void print_ruleset(const struct operation *op, const char *const *names, FILE *out)
{
	(void)names;
	ruleset_print(&op->ruleset, op->removed, out);
}

static void print_forget(const struct operation *op, const char *const *names, FILE *out)
{
	(void)op;
	(void)names;
	fputs("-F", out);
}

static const struct {
	const char *program;
	print_function *print;
} words[OP_KINDS] = {
	[OP_SYSCTL] = { "sysctl", print_sysctl },
	[OP_VETH] = { "ip", print_veth },
	[OP_BRIDGE] = { "ip", print_bridge },
	[OP_VLAN] = { "ip", print_vlan },
	[OP_BOND] = { "ip", print_bond },
	[OP_VRF] = { "ip", print_vrf },
	[OP_PORT] = { "ip", print_port },
	[OP_FORWARD] = { "ip", print_forward },
	[OP_LINK] = { "ip", print_link },
	[OP_OFFLOAD] = { "ethtool", print_offload },
	[OP_ADDRESS] = { "ip", print_address },
	[OP_ROUTE] = { "ip", print_route },
	[OP_NEIGHBOUR] = { "ip", print_neighbour },
	[OP_RULE] = { "ip", print_rule },
	[OP_NETEM] = { "tc", print_netem },
	[OP_SIZE_LIMIT] = { "tc", print_size_limit },
	[OP_BANDS] = { "tc", print_bands },
	[OP_RATE] = { "tc", print_rate },
	[OP_MARKING] = { "tc", print_marking },
	[OP_HOOK] = { "tc", print_hook },
	[OP_PROGRAM] = { "tc", print_program },
	[OP_PLUG] = { "tc", print_plug },
	[OP_UNPLUG] = { "tc", print_unplug },
	[OP_RULESET] = { "nft", print_ruleset },
	[OP_FORGET] = { "conntrack", print_forget },
};

const char *operation_program(enum operation_kind kind)
{
	return words[kind].program;
}

void operation_print(const struct operation *operation, const char *const *names, FILE *out)
{
	words[operation->kind].print(operation, names, out);
}

void operation_print_command(const struct operation *operation, const char *const *names, FILE *out)
{
	const char *program = operation_program(operation->kind), *name = names[operation->space];
	bool is_iproute2 = !strcmp(program, "ip") || !strcmp(program, "tc");

	if (operation->kind == OP_PROGRAM && !operation->removed)
		chunk_object_print_command(operation->program, out);
	if (is_iproute2)
		fprintf(out, "%s -n %s ", program, name);
	else
		fprintf(out, "ip netns exec %s %s ", name, program);
	/* what nft reads is one argument */
	fputs(operation->kind == OP_RULESET ? "'" : "", out);
	operation_print(operation, names, out);
	fputs(operation->kind == OP_RULESET ? "'" : "", out);
	fputs(operation->kind == OP_OFFLOAD ? " >/dev/null\n" : "\n", out);
}

static bool is_queue(const struct operation *operation)
{
	return operation->kind == OP_NETEM || operation->kind == OP_SIZE_LIMIT || operation->kind == OP_BANDS ||
		operation->kind == OP_MARKING || operation->kind == OP_RATE || operation->kind == OP_PLUG;
}

static bool same_prefix(const struct prefix *one, const struct prefix *other)
{
	return one->family == other->family && one->length == other->length &&
		!memcmp(one->bytes, other->bytes, sizeof(one->bytes));
}

bool operation_same_target(const struct operation *one, const struct operation *other)
{
	if (one->space != other->space || strcmp(one->device, other->device) != 0)
		return false;
	if (is_queue(one) && is_queue(other))
		return true; /* a device has one queueing discipline at its root */
	if (one->kind != other->kind || one->kind == OP_HOOK)
		return false; /* a hook has room for many */
	if (one->kind == OP_PROGRAM)
		return one->program->place == other->program->place;
	if (one->kind == OP_ADDRESS)
		return same_prefix(&one->address, &other->address);
	if (one->kind == OP_RULESET)
		return one->ruleset.kind == other->ruleset.kind;
	if (one->kind == OP_NEIGHBOUR)
		return same_prefix(&one->neighbour.address, &other->neighbour.address);
	if (one->kind == OP_ROUTE)
		return same_prefix(&one->route.to, &other->route.to) && one->route.metric == other->route.metric &&
			one->route.table == other->route.table;
	if (one->kind == OP_RULE)
		return one->rule.family == other->rule.family;
	return true;
}
