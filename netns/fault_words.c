/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fault_words.c - faults for people: one sentence, and iproute2's commands.
 */
#include "netns/fault_plan.h"
#include "netns/packet.h"
#include "netns/script.h"

#include <inttypes.h>
#include <stdlib.h>

const char *fault_kind_name(enum fault_kind kind)
{
	static const char *const names[FAULT_KINDS] = {
		[FAULT_LINK_DOWN] = "link-down",
		[FAULT_LOSS] = "loss",
		[FAULT_DELAY] = "delay",
		[FAULT_NARROW] = "narrow",
		[FAULT_REORDER] = "reorder",
		[FAULT_DUPLICATE] = "duplicate",
		[FAULT_CORRUPT] = "corrupt",
		[FAULT_MTU] = "mtu",
		[FAULT_ADDRESS_REMOVED] = "address-removed",
		[FAULT_UNREACHABLE] = "unreachable",
		[FAULT_REJECT] = "reject",
		[FAULT_STATE_FORGOTTEN] = "state-forgotten",
		[FAULT_ROUTER_DOWN] = "router-down",
		[FAULT_CARRIER] = "carrier",
		[FAULT_NEIGHBOUR] = "neighbour",
		[FAULT_ADDRESS_TAKEN] = "address-taken",
		[FAULT_HOST_DOWN] = "host-down",
		[FAULT_HOST_PAUSED] = "host-paused",
		[FAULT_CHUNKS_LOST] = "chunks-lost",
		[FAULT_CHUNKS_DOUBLED] = "chunks-doubled",
		[FAULT_CHUNKS_DELAYED] = "chunks-delayed",
		[FAULT_CHUNKS_CORRUPTED] = "chunks-corrupted",
		[FAULT_CHUNKS_MARKED] = "chunks-marked",
	};

	return names[kind];
}

static const char *const ways[] = {
	[BOTH_WAYS] = "in both directions",
	[A_TO_B] = "from a to b",
	[B_TO_A] = "from b to a",
};

static const char *end_name(const struct fault *fault)
{
	return fault->at == AT_A ? "a" : "b";
}

static void say_link_down(const struct fault *fault, FILE *out)
{
	if (fault->at != AT_MIDDLE)
		fprintf(out, "the link of %s is down%s", end_name(fault),
			fault->addresses_lost ? ", and its IPv6 address is lost" : "");
	else if (fault->direction == BOTH_WAYS)
		fprintf(out, "the link in the middle is down");
	else
		fprintf(out, "the link in the middle towards %s is down", fault->direction == A_TO_B ? "b" : "a");
}

static void say_loss(const struct fault *fault, FILE *out)
{
	if (fault->percent >= 100)
		fprintf(out, "all packets %s are lost in the middle", ways[fault->direction]);
	else
		fprintf(out, "%.10g %% of the packets %s are lost in the middle", fault->percent,
			ways[fault->direction]);
}

static void print_ms(uint32_t microseconds, FILE *out)
{
	fprintf(out, "%.10g ms", microseconds / 1000.0);
}

static void say_delay(const struct fault *fault, FILE *out)
{
	fprintf(out, "packets %s are delayed by ", ways[fault->direction]);
	print_ms(fault->delay_us, out);
	if (fault->jitter_us) {
		fputs(", give or take ", out);
		print_ms(fault->jitter_us, out);
	}
}

static void say_narrow(const struct fault *fault, FILE *out)
{
	fprintf(out, "%" PRIu32 " kbit/s have to do for the packets %s", fault->rate_kbit, ways[fault->direction]);
	if (fault->queue)
		fprintf(out, ", of which %" PRIu32 " may wait", fault->queue);
	if (fault->mark_from)
		fprintf(out, ", which are marked when %" PRIu32 " octets wait", fault->mark_from);
}

static void say_reorder(const struct fault *fault, FILE *out)
{
	fprintf(out, "packets %s are delayed by ", ways[fault->direction]);
	print_ms(fault->delay_us, out);
	fprintf(out, ", except %.10g %% of them, which overtake the others", fault->percent);
}

static void say_duplicate(const struct fault *fault, FILE *out)
{
	fprintf(out, "%.10g %% of the packets %s arrive twice", fault->percent, ways[fault->direction]);
}

static void say_corrupt(const struct fault *fault, FILE *out)
{
	fprintf(out, "%.10g %% of the packets %s have one bit flipped", fault->percent, ways[fault->direction]);
}

static void say_mtu(const struct fault *fault, FILE *out)
{
	fprintf(out, "packets %s that are larger than %" PRIu32 " bytes ", ways[fault->direction], fault->mtu);
	fputs(fault->icmp ? "are refused by the router with ICMP" : "vanish in the middle", out);
}

static void say_address_removed(const struct fault *fault, FILE *out)
{
	fprintf(out, "the %saddress of %s is removed",
		fault->family == IPV4           ? "IPv4 "
			: fault->family == IPV6 ? "IPv6 "
						: "",
		end_name(fault));
}

static void say_unreachable(const struct fault *fault, FILE *out)
{
	fprintf(out, "the router answers packets %s with ICMP host unreachable", ways[fault->direction]);
}

static void say_reject(const struct fault *fault, FILE *out)
{
	static const char *const codes[] = { "net", "host", "protocol", "port" };

	fprintf(out, "the router answers packets %s with ICMP ", ways[fault->direction]);
	if (fault->icmp_code < sizeof(codes) / sizeof(*codes))
		fprintf(out, "%s unreachable", codes[fault->icmp_code]);
	else
		fprintf(out, "destination unreachable, code %u", fault->icmp_code);
}

static void say_state_forgotten(const struct fault *fault, FILE *out)
{
	(void)fault;
	fputs("the router's firewall forgets which associations there are", out);
}

static void say_router_down(const struct fault *fault, FILE *out)
{
	(void)fault;
	fputs("the router is down, with both its links", out);
}

static void say_carrier(const struct fault *fault, FILE *out)
{
	fprintf(out, "the link of %s has no carrier", end_name(fault));
}

static void say_neighbour(const struct fault *fault, FILE *out)
{
	fprintf(out, "%s has forgotten who its neighbour is", end_name(fault));
}

static void say_address_taken(const struct fault *fault, FILE *out)
{
	(void)fault;
	fputs("c has the address of b, and a takes it for b", out);
}

static void say_host_down(const struct fault *fault, FILE *out)
{
	fprintf(out, "the links of %s are down", end_name(fault));
}

static void say_host_paused(const struct fault *fault, FILE *out)
{
	fprintf(out, "%s is paused: what is sent to it waits, what it sends is lost", end_name(fault));
}

static const char *ordinal(unsigned n)
{
	const unsigned digit = n % 100 / 10 == 1 ? 0 : n % 10;

	return digit == 1 ? "st" : digit == 2 ? "nd" : digit == 3 ? "rd" : "th";
}

/* "each packet with a ", "the packets with the 1st, 2nd " */
static void say_which(const struct chunks *chunks, FILE *out)
{
	const int count = __builtin_popcountll(chunks->which);
	const char *between = "";

	fputs(count ? "the " : "each ", out);
	if (chunks->type != ANY_PACKET)
		fprintf(out, "packet%s with %s ", count > 1 ? "s" : "", count ? "the" : "a");
	for (unsigned n = 1; n <= 64; n++) {
		if (!(chunks->which >> (n - 1) & 1))
			continue;
		fprintf(out, "%s%u%s", between, n, ordinal(n));
		between = ", ";
	}
	fputs(count ? " " : "", out);
}

static void say_packets(const struct fault *fault, FILE *out)
{
	static const char *const sent[] = {
		[HOWEVER_SENT] = "", [FIRST_SENT] = "first-time ", [SENT_AGAIN] = "retransmitted "
	};
	const struct chunks *chunks = &fault->chunks;
	const char *name = chunks->type == ANY_PACKET ? "packet" : chunk_name((uint8_t)chunks->type);

	say_which(chunks, out);
	fputs(sent[chunks->sending], out);
	if (name)
		fputs(name, out);
	else
		fprintf(out, "chunk of type %u", chunks->type);
	if (chunks->by_ppid)
		fprintf(out, " of PPID %" PRIu32, chunks->ppid);
	fprintf(out, " %s %s", ways[fault->direction], __builtin_popcountll(chunks->which) > 1 ? "are" : "is");
}

static void say_chunks_lost(const struct fault *fault, FILE *out)
{
	say_packets(fault, out);
	fputs(" lost in the middle", out);
}

static void say_chunks_doubled(const struct fault *fault, FILE *out)
{
	say_packets(fault, out);
	fputs(" doubled in the middle", out);
}

static void say_chunks_delayed(const struct fault *fault, FILE *out)
{
	say_packets(fault, out);
	fputs(" delayed by ", out);
	print_ms(fault->delay_us, out);
}

static void say_chunks_corrupted(const struct fault *fault, FILE *out)
{
	say_packets(fault, out);
	fputs(" corrupted in the middle", out);
}

static void say_chunks_marked(const struct fault *fault, FILE *out)
{
	say_packets(fault, out);
	fputs(" marked in the middle: congestion experienced", out);
}

static void (*const sayings[FAULT_KINDS])(const struct fault *fault, FILE *out) = {
	[FAULT_LINK_DOWN] = say_link_down,
	[FAULT_LOSS] = say_loss,
	[FAULT_DELAY] = say_delay,
	[FAULT_NARROW] = say_narrow,
	[FAULT_REORDER] = say_reorder,
	[FAULT_DUPLICATE] = say_duplicate,
	[FAULT_CORRUPT] = say_corrupt,
	[FAULT_MTU] = say_mtu,
	[FAULT_ADDRESS_REMOVED] = say_address_removed,
	[FAULT_UNREACHABLE] = say_unreachable,
	[FAULT_REJECT] = say_reject,
	[FAULT_STATE_FORGOTTEN] = say_state_forgotten,
	[FAULT_ROUTER_DOWN] = say_router_down,
	[FAULT_CARRIER] = say_carrier,
	[FAULT_NEIGHBOUR] = say_neighbour,
	[FAULT_ADDRESS_TAKEN] = say_address_taken,
	[FAULT_HOST_DOWN] = say_host_down,
	[FAULT_HOST_PAUSED] = say_host_paused,
	[FAULT_CHUNKS_LOST] = say_chunks_lost,
	[FAULT_CHUNKS_DOUBLED] = say_chunks_doubled,
	[FAULT_CHUNKS_DELAYED] = say_chunks_delayed,
	[FAULT_CHUNKS_CORRUPTED] = say_chunks_corrupted,
	[FAULT_CHUNKS_MARKED] = say_chunks_marked,
};

char *fault_describe(const struct fault *fault)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return NULL;
	if (fault->path == EVERY_PATH)
		fputs("every path: ", out);
	else
		fprintf(out, "path %u: ", fault->path);
	sayings[fault->kind](fault, out);
	if (fclose(out) != 0) {
		free(text);
		return NULL;
	}
	return text;
}

void fault_print_script(const struct topology *topology, const struct fault *fault, bool mend, FILE *out)
{
	struct operations *operations = malloc(sizeof(*operations));
	struct fault placed = *fault;
	struct script_names names;

	if (!operations)
		return;
	script_names(topology, &names);
	if (fault_has_program(&placed) && !placed.place)
		placed.place = 1; /* it is the only one here */
	if (mend)
		fault_undo_plan(topology, &placed, (struct remaining_faults){ NULL, 0 }, operations);
	else
		fault_plan(topology, &placed, operations);
	for (unsigned i = 0; i < operations->count; i++)
		operation_print_command(&operations->list[i], names.names, out);
	free(operations);
}
