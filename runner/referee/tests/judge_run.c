/* SPDX-License-Identifier: Apache-2.0 */
/*
 * judge_run.c DIR - judges the captures of a run that has kept them all (--pcap always), case by case, and says what
 * it found and how often each rule was applied; then falsifies them, for each rule, until it finds something. Ends with
 * 1 when a true trace breaks a MUST, or a rule does not find what was falsified.
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "netns/netns.h"
#include "runner/referee/referee.h"
#include "runner/referee/tests/falsify.h"

enum { PACKETS_MAX = 1 << 20 };

struct captured {
	struct pcap_record record;
	int link, path, vantage;
	unsigned number;
};

struct pile {
	struct captured *all;
	size_t n;
};

static uint64_t *applied;

static uint8_t *read_file(const char *path, size_t *length)
{
	FILE *file = fopen(path, "re");
	uint8_t *bytes = NULL;
	if (!file)
		return NULL;
	fseek(file, 0, SEEK_END);
	*length = (size_t)ftell(file);
	rewind(file);
	bytes = malloc(*length + 1);
	if (!bytes || fread(bytes, 1, *length, file) != *length)
		*length = 0;
	fclose(file);
	return bytes;
}

/* The bytes stay for as long as the program runs. */
static void add_file(struct pile *pile, const char *folder, const char *name)
{
	char path[1024];
	size_t length = 0;
	struct pcap_reader reader;
	struct captured one = { .path = atoi(name + strlen("a-path")), .vantage = name[0] == 'b' };
	snprintf(path, sizeof(path), "%s/%s", folder, name);
	uint8_t *bytes = read_file(path, &length);
	if (!bytes || pcap_open_memory(bytes, length, &reader) != 0)
		return;
	for (one.link = reader.link; pcap_next_record(&reader, &one.record) == 1 && pile->n < PACKETS_MAX;) {
		one.number++;
		pile->all[pile->n++] = one;
	}
}

static int by_time(const void *left, const void *right)
{
	const struct captured *a = left, *b = right;
	if (a->record.time_ns != b->record.time_ns)
		return a->record.time_ns < b->record.time_ns ? -1 : 1;
	if (a->vantage != b->vantage)
		return a->vantage - b->vantage;
	return a->path != b->path ? a->path - b->path : (int)a->number - (int)b->number;
}

static int sender_of(const struct packet *packet)
{
	size_t n;
	const struct topology *const *topologies = topology_all(&n);
	enum endpoint endpoint;
	for (size_t i = 0; i < n; i++)
		if (topology_locate(topologies[i], (const struct sockaddr *)&packet->source, &endpoint) >= 0)
			return endpoint == ENDPOINT_B;
	return -1;
}

static void say(const char *case_id, const struct finding *finding)
{
	printf("%s: %s: %s: packet %u of %c-path%d at %.6f s: expected %s, got %s (%llu times)\n", case_id,
		finding->rule->id, finding->rule->level == LEVEL_MUST ? "MUST" : "SHOULD", finding->number,
		"ab"[finding->end], finding -> path, (double)finding -> at_ns / 1e9, finding -> expected,
		finding -> got, (unsigned long long)finding -> times);
}

/* The falsification is applied as it says; *done counts the packets of its kind. */
static void falsify(const struct falsification *how, struct seen *seen, struct packet *packet, unsigned *done)
{
	const bool arriving = seen->vantage != seen->sender;
	if (!how || arriving != how->arriving || (*done > 0 && how->which == THE_FIRST))
		return;
	struct seen changed_seen = *seen;
	struct packet changed = *packet;
	if (!how->apply(&changed_seen, &changed))
		return;
	++*done;
	if (how->which == EACH_SECOND && *done % 2 == 1)
		return;
	*packet = changed;
	*seen = changed_seen;
	seen->packet = packet;
}

static struct referee *referee_of(struct pile *pile, const struct falsification *how)
{
	struct referee *referee = referee_new(3);
	struct packet packet;
	unsigned done = 0;
	qsort(pile->all, pile->n, sizeof(*pile->all), by_time);
	for (size_t i = 0; i < pile->n; i++) {
		const struct captured *one = &pile->all[i];
		if (packet_decode(one->record.bytes, one->record.captured, one->link, &packet) != PACKET_OK)
			continue;
		struct seen seen = {
			.at_ns = one->record.time_ns - pile->all[0].record.time_ns,
			.number = one->number,
			.path = one->path,
			.vantage = one->vantage,
			.sender = sender_of(&packet),
			.packet = &packet,
		};
		falsify(how, &seen, &packet, &done);
		if (referee_see(referee, &seen) != 0)
			abort();
	}
	return referee;
}

/* How many MUSTs were broken. */
static size_t judge(const char *case_id, struct pile *pile)
{
	struct referee *referee = referee_of(pile, NULL);
	const struct finding *findings;
	const struct rule *const *rules;
	size_t broken = 0, n_rules;
	const size_t n = referee_findings(referee, &findings);
	for (size_t i = 0; i < n; i++) {
		say(case_id, &findings[i]);
		broken += findings[i].rule->level == LEVEL_MUST;
	}
	rules = rule_all(&n_rules);
	for (size_t i = 0; i < n_rules; i++)
		applied[i] += referee_applied(referee, rules[i]);
	referee_free(referee);
	return broken;
}

/* Whether the rule finds what was falsified. */
static bool finds(struct pile *pile, const struct falsification *how)
{
	struct referee *referee = referee_of(pile, how);
	const struct finding *findings;
	const size_t n = referee_findings(referee, &findings);
	bool found = false;
	for (size_t i = 0; i < n; i++)
		found |= strcmp(findings[i].rule->id, how->rule) == 0;
	referee_free(referee);
	return found;
}

/* The captures of a case, its bytes new: a falsification may have changed them. */
static void read_case(struct pile *pile, const char *folder, const char *name)
{
	char path[700];
	struct dirent **files;
	snprintf(path, sizeof(path), "%s/%s", folder, name);
	const int n = scandir(path, &files, NULL, alphasort);
	pile->n = 0;
	for (int i = 0; i < n; i++) {
		if (strncmp(files[i]->d_name + 1, "-path", 5) == 0)
			add_file(pile, path, files[i]->d_name);
		free(files[i]);
	}
	if (n >= 0)
		free(files);
}

/* How many rules were not shown failing. */
static size_t falsify_all(struct pile *pile, const char *folder, struct dirent **cases, int n_cases)
{
	size_t missing = 0, n_rules, shown = 0;
	rule_all(&n_rules);
	for (const struct falsification *how = falsifications; how->rule; how++) {
		bool found = false;
		for (int i = 0; i < n_cases && !found; i++) {
			if (cases[i]->d_name[0] == '.')
				continue;
			read_case(pile, folder, cases[i]->d_name);
			found = pile->n > 0 && finds(pile, how);
		}
		if (!found)
			printf("%s does not find what was falsified\n", how->rule);
		missing += !found;
		shown += found;
	}
	printf("%zu of %zu rules were shown failing\n", shown, n_rules);
	return missing + (n_rules - shown - missing);
}

int main(int argc, char **argv)
{
	char folder[400];
	size_t broken = 0, idle = 0, n_rules, n_cases = 0, n_packets = 0;
	const struct rule *const *rules = rule_all(&n_rules);
	struct pile pile = { .all = calloc(PACKETS_MAX, sizeof(*pile.all)) };
	struct dirent **cases;
	applied = calloc(n_rules + 1, sizeof(*applied));
	snprintf(folder, sizeof(folder), "%s/evidence", argc == 2 ? argv[1] : "");
	const int n = scandir(folder, &cases, NULL, alphasort);
	if (n < 0 || !pile.all || !applied) {
		fprintf(stderr, "usage: judge_run DIR (of a run with --pcap always)\n");
		return 2;
	}
	for (int i = 0; i < n; i++) {
		if (cases[i]->d_name[0] == '.')
			continue;
		read_case(&pile, folder, cases[i]->d_name);
		n_cases += pile.n > 0;
		n_packets += pile.n;
		if (pile.n > 0)
			broken += judge(cases[i]->d_name, &pile);
	}
	for (size_t i = 0; i < n_rules; i++) {
		printf("%-36s %9llu\n", rules[i]->id, (unsigned long long)applied[i]);
		idle += applied[i] == 0;
	}
	printf("%zu cases, %zu packets, %zu rules; %zu findings of a MUST, %zu rules never applied\n", n_cases,
		n_packets, n_rules, broken, idle);
	return n_cases == 0 || broken > 0 || falsify_all(&pile, folder, cases, n) > 0;
}
