/* SPDX-License-Identifier: Apache-2.0 */
/*
 * judge_run.c DIR - judges the traces of a run that has kept all captures (--pcap always), case by case, and says what
 * was found and how often each rule was applied; then falsifies them, for each rule, until it finds something. Ends
 * with 1 when a true trace breaks a MUST, or a rule does not find what was falsified.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runner/engine/case.h"
#include "runner/verdict/packets_around.h"
#include "runner/verdict/tests/falsify.h"
#include "runner/verdict/tests/run_cases.h"
#include "runner/verdict/tests/stage.h"

static struct run_case *cases;
static size_t n_cases;
static uint64_t *applied;

/* ---- Falsifying ---- */

struct falsifying {
	const struct falsification *how; /* or NULL */
	unsigned done;                   /* packets and occurrences of its kind */
};

/* Whether this one of the kind is to be changed. */
static bool is_its_turn(struct falsifying *falsifying)
{
	const struct falsification *how = falsifying->how;
	const unsigned n = falsifying->done++;
	return how->which == EVERY || (how->which == THE_FIRST && n == 0) || (how->which == EVERY_SECOND && n % 2 == 1);
}

static void falsify_packet(struct falsifying *falsifying, struct seen *seen, struct packet *packet)
{
	const struct falsification *how = falsifying->how;
	const bool arriving = seen->vantage != seen->sender;
	struct seen changed_seen = *seen;
	struct packet changed = *packet;
	if (!how || !how->apply || (how->where != ANYWHERE && arriving != (how->where == ARRIVING)) ||
		!how->apply(&changed_seen, &changed) || !is_its_turn(falsifying))
		return;
	*packet = changed;
	*seen = changed_seen;
	seen->packet = packet;
}

static void tell(struct falsifying *falsifying, const struct told *told, struct referee *referee)
{
	const struct falsification *how = falsifying->how;
	struct told changed = *told;
	enum falsified what = how && how->tell ? how->tell(&changed) : NOT_OF_THE_KIND;
	if (what != NOT_OF_THE_KIND && !is_its_turn(falsifying))
		what = NOT_OF_THE_KIND;
	if (what == NOT_OF_THE_KIND)
		changed = *told;
	for (int times = what == DROPPED ? 0 : what == DOUBLED ? 2 : 1; times > 0; times--)
		trace_tell(&changed, referee);
}

static void see(struct falsifying *falsifying, const struct captured_packet *captured, struct referee *referee)
{
	struct packet packet;
	if (captured->sender < 0 || captured_packet_decode(captured, &packet) != PACKET_OK)
		return;
	struct seen seen = {
		.at_ns = captured->at_ns,
		.number = captured->number,
		.path = captured->path,
		.vantage = captured->end,
		.sender = captured->sender,
		.packet = &packet,
	};
	falsify_packet(falsifying, &seen, &packet);
	if (referee_see(referee, &seen) != 0)
		abort();
}

/* As trace_show() does it, with something falsified. */
static struct referee *referee_of(const struct run_case *judged, const struct falsification *how)
{
	struct trace trace;
	if (trace_make(judged->test_case->topology, judged->lines, judged->files, judged->n_files, judged->ended_ns,
		    &trace) != 0)
		abort();
	struct referee *referee = referee_new(trace.exact);
	struct parameters parameters[2];
	struct falsifying falsifying = { .how = how };
	const struct told *next = trace.told, *end = trace.told + trace.n_told;
	for (enum endpoint at = ENDPOINT_A; at <= ENDPOINT_B; at++) {
		const struct settings in_force = case_in_force(judged->test_case, at);
		parameters[at] = trace_parameters(&in_force);
		if (how && how->believe)
			how->believe(&parameters[at]);
	}
	trace_expect(&trace, parameters, referee);
	for (size_t i = 0; i < trace.n_packets; i++) {
		for (; next < end && next->at_ns <= trace.packets[i].at_ns; next++)
			tell(&falsifying, next, referee);
		trace_hush(&trace, i, referee);
		see(&falsifying, &trace.packets[i], referee);
	}
	for (; next < end; next++)
		tell(&falsifying, next, referee);
	referee_end(referee, trace.ended_ns);
	trace_free(&trace);
	return referee;
}

/* ---- Judging ---- */

static void print_finding(const char *case_id, const struct finding *finding)
{
	static const char *const levels[] = { "MUST", "SHOULD", "LINUX" };
	printf("%s: %s: %s%s: packet %u of %c-path%d at %.6f s: expected %s, got %s (%llu times)\n", case_id,
		finding->rule->id, levels[finding->rule->level], finding->deviation ? ", known" : "", finding->number,
		finding->end ? 'b' : 'a', finding->path, (double)finding->at_ns / 1e9, finding->expected, finding->got,
		(unsigned long long)finding->times);
}

/* How many MUSTs were broken, in a way that is not known. */
static size_t judge(const struct run_case *judged)
{
	struct referee *referee = referee_of(judged, NULL);
	const struct finding *findings;
	size_t broken = 0, n_rules;
	const size_t n = referee_findings(referee, &findings);
	for (size_t i = 0; i < n; i++) {
		print_finding(judged->test_case->id, &findings[i]);
		broken += findings[i].rule->level != LEVEL_SHOULD && !findings[i].deviation;
	}
	const struct rule *const *rules = rule_all(&n_rules);
	for (size_t i = 0; i < n_rules; i++)
		applied[i] += referee_applied(referee, rules[i]);
	referee_free(referee);
	return broken;
}

/* Whether the rule finds what was falsified. Falsifications change the bytes of the captures, and put them back. */
static bool finds(const struct run_case *judged, const struct falsification *how)
{
	struct run_case copy = *judged;
	for (size_t i = 0; i < copy.n_files; i++) {
		uint8_t *bytes = malloc(copy.files[i].length + 1);
		memcpy(bytes, copy.files[i].data, copy.files[i].length);
		copy.files[i].data = bytes;
	}
	struct referee *referee = referee_of(&copy, how);
	const struct finding *findings;
	const size_t n = referee_findings(referee, &findings);
	bool found = false;
	for (size_t i = 0; i < n; i++)
		found |= strcmp(findings[i].rule->id, how->rule) == 0 && !findings[i].deviation;
	referee_free(referee);
	for (size_t i = 0; i < copy.n_files; i++)
		free((uint8_t *)(uintptr_t)copy.files[i].data);
	return found;
}

static const struct falsification *const falsifications[] = { falsify_packets, falsify_losses, falsify_events,
	falsify_numbers, falsify_beliefs, falsify_plays, falsify_extensions };

enum { KINDS = sizeof(falsifications) / sizeof(falsifications[0]) };

static bool is_falsified(const struct rule *rule)
{
	for (unsigned kind = 0; kind < KINDS; kind++)
		for (const struct falsification *how = falsifications[kind]; how->rule; how++)
			if (strcmp(how->rule, rule->id) == 0)
				return true;
	printf("%s: nobody has falsified anything for it\n", rule->id);
	return false;
}

/* The play breaks its rule when it is to do so; when not, it breaks none, and its rule was applied. */
static bool is_played(const struct falsification *how, bool is_false)
{
	struct stage stage;
	const struct finding *findings;
	bool found = false;
	uint64_t times = 0;
	size_t n_rules;
	const struct rule *const *rules = rule_all(&n_rules);
	stage_open(&stage, is_false ? how->rule : NULL);
	how->play(&stage);
	stage_close(&stage);
	const size_t n = referee_findings(stage.referee, &findings);
	for (size_t i = 0; i < n; i++) {
		found |= strcmp(findings[i].rule->id, how->rule) == 0 && !findings[i].deviation;
		if (!is_false)
			print_finding(how->rule, &findings[i]);
	}
	for (size_t i = 0; i < n_rules; i++)
		times += strcmp(rules[i]->id, how->rule) == 0 ? referee_applied(stage.referee, rules[i]) : 0;
	referee_free(stage.referee);
	return is_false ? found : n == 0 && times > 0;
}

static bool is_found(const struct falsification *how)
{
	if (how->play && !is_played(how, false)) {
		printf("%s: the play that should be true is not\n", how->rule);
		return false;
	}
	if (how->play && is_played(how, true))
		return true;
	for (size_t i = 0; i < n_cases && !how->play; i++)
		if (cases[i].n_files > 0 && finds(&cases[i], how))
			return true;
	printf("%s does not find what was falsified\n", how->rule);
	return false;
}

/* How many rules were not shown failing. */
static size_t falsify_all(void)
{
	size_t missing = 0, n_rules;
	const struct rule *const *rules = rule_all(&n_rules);
	for (unsigned kind = 0; kind < KINDS; kind++)
		for (const struct falsification *how = falsifications[kind]; how->rule; how++)
			missing += !is_found(how);
	for (size_t i = 0; i < n_rules; i++)
		missing += !is_falsified(rules[i]);
	printf("%zu rules, %zu were not shown failing\n", n_rules, missing);
	return missing;
}

int main(int argc, char **argv)
{
	size_t broken = 0, idle = 0, n_rules, with_packets = 0;
	const struct rule *const *rules = rule_all(&n_rules);
	applied = calloc(n_rules + 1, sizeof(*applied));
	if (argc == 2 && applied)
		n_cases = run_cases_read(argv[1], &cases);
	if (n_cases == 0) {
		fprintf(stderr, "usage: judge_run DIR (of a run with --pcap always)\n");
		return 2;
	}
	for (size_t i = 0; i < n_cases; i++) {
		with_packets += cases[i].n_files > 0;
		if (cases[i].n_files > 0)
			broken += judge(&cases[i]);
	}
	for (size_t i = 0; i < n_rules; i++) {
		printf("%-36s %9llu\n", rules[i]->id, (unsigned long long)applied[i]);
		idle += applied[i] == 0;
	}
	printf("%zu cases, %zu rules; %zu findings of a MUST, %zu rules never applied\n", with_packets, n_rules, broken,
		idle);
	return with_packets == 0 || broken > 0 || falsify_all() > 0;
}
