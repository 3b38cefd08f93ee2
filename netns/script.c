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
		"# Needs ip (iproute2), sysctl (procps) and ethtool.\n\n"
		"up()\n{\n\tset -e\n",
		topology->name, topology->title);
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
		fprintf(out, "a  %-13s ----[ switch %u ]---- %13s  b\n", a, path, b);
		return;
	}
	address_text(router_prefix(ENDPOINT_A, path, family), left);
	address_text(router_prefix(ENDPOINT_B, path, family), right);
	fprintf(out, "a  %-13s ---- %13s [ router r%u ] %-13s ---- %13s  b\n", a, left, path, right, b);
}

void topology_print_drawing(const struct topology *topology, FILE *out)
{
	for (unsigned path = 0; path < topology->paths; path++) {
		for (enum ip_family family = IPV4; family <= IPV6; family++) {
			if (path_has(topology, path, family))
				draw(topology, path, family, out);
		}
	}
}
