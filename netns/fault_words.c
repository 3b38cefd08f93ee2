/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fault_words.c - faults for people: one sentence, and iproute2's commands.
 */
#include "netns/fault_plan.h"
#include "netns/script.h"

#include <inttypes.h>
#include <stdlib.h>

const char *fault_kind_name(enum fault_kind kind)
{
	static const char *const names[FAULT_KINDS] = {
		[FAULT_LINK_DOWN] = "link-down",
		[FAULT_LOSS] = "loss",
		[FAULT_DELAY] = "delay",
		[FAULT_REORDER] = "reorder",
		[FAULT_DUPLICATE] = "duplicate",
		[FAULT_CORRUPT] = "corrupt",
		[FAULT_MTU] = "mtu",
		[FAULT_ADDRESS_REMOVED] = "address-removed",
		[FAULT_UNREACHABLE] = "unreachable",
		[FAULT_ROUTER_DOWN] = "router-down",
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
		fprintf(out, "the link of %s is down", end_name(fault));
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

static void say_router_down(const struct fault *fault, FILE *out)
{
	(void)fault;
	fputs("the router is down, with both its links", out);
}

static void (*const sayings[FAULT_KINDS])(const struct fault *fault, FILE *out) = {
	[FAULT_LINK_DOWN] = say_link_down,
	[FAULT_LOSS] = say_loss,
	[FAULT_DELAY] = say_delay,
	[FAULT_REORDER] = say_reorder,
	[FAULT_DUPLICATE] = say_duplicate,
	[FAULT_CORRUPT] = say_corrupt,
	[FAULT_MTU] = say_mtu,
	[FAULT_ADDRESS_REMOVED] = say_address_removed,
	[FAULT_UNREACHABLE] = say_unreachable,
	[FAULT_ROUTER_DOWN] = say_router_down,
};

char *fault_describe(const struct fault *fault)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return NULL;
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
	struct script_names names;

	if (!operations)
		return;
	script_names(topology, &names);
	if (mend)
		fault_undo_plan(topology, fault, (struct remaining_faults){ NULL, 0 }, operations);
	else
		fault_plan(topology, fault, operations);
	for (unsigned i = 0; i < operations->count; i++)
		operation_print_command(&operations->list[i], names.names, out);
	free(operations);
}
