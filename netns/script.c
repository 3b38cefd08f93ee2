/* SPDX-License-Identifier: Apache-2.0 */
/*
 * script.c - a topology for people: as a shell script, and as a drawing.
 */
#include "netns/script.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "netns/addressing.h"
#include "netns/topology_plan.h"

void script_names(const struct topology *topology, struct script_names *out)
{
	for (unsigned space = 0; space < space_count(topology); space++) {
		char name[8];

		space_print(topology, space, name);
		snprintf(out->text[space], sizeof(out->text[space]), "sctpspec-%s", name);
		out->names[space] = out->text[space];
	}
}

static void print_space_commands(const struct topology *topology, const struct script_names *names, const char *verb,
	const char *suffix, FILE *out)
{
	for (unsigned space = 0; space < space_count(topology); space++)
		if (space_exists(topology, space))
			fprintf(out, "\tip netns %s %s%s\n", verb, names->names[space], suffix);
}

void topology_print_script(const struct topology *topology, FILE *out)
{
	struct operations *operations = malloc(sizeof(*operations));
	struct script_names names;

	if (!operations)
		return;
	topology_plan(topology, operations);
	script_names(topology, &names);
	fprintf(out,
		"#!/bin/sh\n"
		"# %s: %s.\n"
		"# As root: \"sh THIS up\" builds it, \"sh THIS down\" removes it.\n"
		"# Needs ip (iproute2), sysctl (procps) and ethtool%s.\n\n"
		"up()\n{\n\tset -e\n",
		topology->name, topology->title, topology->border ? "; nft (nftables)" : "");
	print_space_commands(topology, &names, "add", "", out);
	for (unsigned i = 0; i < operations->count; i++) {
		fputc('\t', out);
		operation_print_command(&operations->list[i], names.names, out);
	}
	fprintf(out, "}\n\ndown()\n{\n");
	print_space_commands(topology, &names, "delete", "", out);
	fprintf(out,
		"}\n\n"
		"case \"$1\" in\n"
		"up|down) \"$1\" ;;\n"
		"*) echo \"usage: $0 up|down\" >&2; exit 2 ;;\n"
		"esac\n");
	free(operations);
}

static void address_text(struct prefix prefix, char out[INET6_ADDRSTRLEN])
{
	inet_ntop(prefix.family == IPV4 ? AF_INET : AF_INET6, prefix.bytes, out, INET6_ADDRSTRLEN);
}

/* "[ switch 0 ]", "[ switch 0 ]=== 50 ms, 1000 kbit/s ===[ switch ]" */
static void draw_switch(const struct topology *topology, unsigned path, FILE *out)
{
	const struct line *line = &topology->line[path];

	fprintf(out, "[ switch %u ]", topology_link(topology, ENDPOINT_A, path));
	if (!line_is_long(line))
		return;
	fputs("===", out);
	if (line->delay_us)
		fprintf(out, " %g ms", line->delay_us / 1000.0);
	if (line->jitter_us)
		fprintf(out, " +- %g ms", line->jitter_us / 1000.0);
	if (line->rate_kbit)
		fprintf(out, " %u kbit/s", line->rate_kbit);
	if (line->queue)
		fprintf(out, " queue %u", line->queue);
	fputs(" ===[ ]", out);
}

static void draw(const struct topology *topology, unsigned path, enum ip_family family, FILE *out)
{
	char a[INET6_ADDRSTRLEN], b[INET6_ADDRSTRLEN], left[INET6_ADDRSTRLEN], right[INET6_ADDRSTRLEN];
	bool first = family == IPV4 || !path_has(topology, path, IPV4);

	address_text(endpoint_prefix(topology, ENDPOINT_A, path, family), a);
	address_text(endpoint_prefix(topology, ENDPOINT_B, path, family), b);
	if (first)
		fprintf(out, "path %u  ", path);
	else
		fprintf(out, "        ");
	if (topology->medium == MEDIUM_SWITCHED) {
		fprintf(out, "a  %-13s ----", a);
		draw_switch(topology, path, out);
		fprintf(out, "---- %13s  b\n", b);
		return;
	}
	address_text(router_prefix(topology, ENDPOINT_A, path, family), left);
	address_text(router_prefix(topology, ENDPOINT_B, path, family), right);
	fprintf(out, "a  %-13s ---- %13s [ router r%u ] %-13s ---- %13s  b\n", a, left, path, right, b);
}

/* Who else is there, and how what has no place in a line is made. */
static void draw_others(const struct topology *topology, FILE *out)
{
	static const char *const attachments[] = {
		[ATTACHED_BY_VLAN] = "all paths are VLANs of one cable for each host",
		[ATTACHED_BY_BOND] = "each link is a bond of two cables",
		[ATTACHED_IN_VRF] = "the interfaces of the hosts are in a VRF, vrf0",
	};
	char text[INET6_ADDRSTRLEN], last[INET6_ADDRSTRLEN];

	for (unsigned path = 0; topology->third_host && path < topology->paths; path++) {
		address_text(
			endpoint_prefix(topology, ENDPOINT_C, path, topology->family[path] & IPV4 ? IPV4 : IPV6), text);
		fprintf(out, "        c  %-13s ----[ switch %u ]\n", text, path);
	}
	if (topology->clients) {
		address_text(client_prefix(0), text);
		address_text(client_prefix(topology->clients - 1), last);
		fprintf(out, "        a  %s to %s ----[ switch 0 ]\n", text, last);
	}
	if (topology->crossed)
		fputs("        what b sends to an address of path 0 takes path 1, and the other way round\n", out);
	if (topology->border == BORDER_FIREWALL)
		fputs("        the routers drop what conntrack calls invalid\n", out);
	if (topology->border == BORDER_NAT)
		fputs("        to b all that comes from a has the router's address\n", out);
	if (topology->attachment)
		fprintf(out, "        %s\n", attachments[topology->attachment]);
}

void topology_print_drawing(const struct topology *topology, FILE *out)
{
	for (unsigned path = 0; path < topology->paths; path++) {
		for (enum ip_family family = IPV4; family <= IPV6; family++) {
			if (path_has(topology, path, family))
				draw(topology, path, family, out);
		}
	}
	draw_others(topology, out);
}
