/* SPDX-License-Identifier: Apache-2.0 */
/* health.c - see health.h. */
#include "runner/agent/health.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

static const char no_complaint[] = "the kernel does not complain";
static const char no_leak[] = "the kernel's SCTP objects are back where they were";

int health_begin(struct health *health, bool own_kernel, bool counts)
{
	*health = (struct health){ .own_kernel = own_kernel, .counts = counts };
	health->words = open_memstream(&health->text, &health->length);
	if (counts && own_kernel)
		census_take(CENSUS_KERNEL, &health->kernel);
	return kernel_log_begin(&health->log, !own_kernel);
}

void health_know_network(struct health *health, const struct net *net)
{
	health->knows_network = health->counts && census_take_at(net, ENDPOINT_A, &health->at[ENDPOINT_A]) == 0 &&
		census_take_at(net, ENDPOINT_B, &health->at[ENDPOINT_B]) == 0;
	if (health->words != NULL)
		kernel_log_take(&health->log, health->words);
}

/* ------------------------------------------------------------------ verdict */

static void find(struct trial *t, vtime at, const char *wanted, const char *got)
{
	struct evidence *evidence = t->evidence;
	char reason[REASON_MAX];

	evidence_log(t->box, t->test_case->id, "check",
		json_pack("{s:I, s:s, s:b, s:n, s:s}", "t_ns", (json_int_t)at, "text", wanted, "ok", 0, "window", "got",
			got));
	evidence_tell(evidence, at, "the kernel: %s", got);
	if (evidence->verdict != VERDICT_NONE && !verdict_is_expected(evidence->verdict))
		return;
	evidence->verdict = VERDICT_NONE; /* of a skip */
	if (wanted == no_leak)            /* the first place will do */
		snprintf(reason, sizeof(reason), "the kernel leaks: %.*s", (int)strcspn(got, ";"), got);
	else
		snprintf(reason, sizeof(reason), "the kernel complained: %s", got);
	evidence_decide(evidence, t->test_case, VERDICT_FAIL, reason, wanted, got);
}

static void find_nothing(struct trial *t, const char *wanted)
{
	evidence_log(t->box, t->test_case->id, "check",
		json_pack("{s:I, s:s, s:b, s:n}", "t_ns", (json_int_t)t->evidence->ended, "text", wanted, "ok", 1,
			"window"));
}

/* ------------------------------------------------------------------ objects */

/*
 * How long the associations of a closed socket may last. One that is shutting down is ended by the guard
 * timer, 5 times RTO.Max (net/sctp/associola.c); one whose last data is not acknowledged by
 * association_max_retrans retransmissions, each at most RTO.Max after the last.
 */
static vtime longest_death(const struct settings *in_force)
{
	const unsigned turns = in_force->association_max_retrans + 1;

	return duration(in_force->rto_max) * (turns > 5 ? turns : 5) + duration(in_force->rto_max);
}

/*
 * A namespace ends in a work queue, after grace periods; one that a device of it cannot leave, because
 * somebody keeps a reference, is complained of every 10 s. So the first look is after that.
 */
enum { END_OF_NAMESPACE_S = 11, PATIENCE_S = 30 };

/* Grows, so that a long wait is a few looks. */
static bool pause_until(const struct trial *t, vtime *step, vtime end)
{
	const vtime left = end - trial_clock(t);
	const vtime pause = *step < left ? *step : left;
	const struct timespec wait = { .tv_sec = pause / s(1), .tv_nsec = pause % s(1) };

	if (left <= 0)
		return false;
	nanosleep(&wait, NULL);
	*step *= 2;
	return true;
}

static bool wait_for_endpoint(
	struct health *health, const struct trial *t, enum endpoint endpoint, vtime end, struct census *now)
{
	vtime step = ms(1);

	do {
		if (census_take_at(t->net, endpoint, now) != 0)
			return true; /* a namespace that cannot be entered tells nothing */
		if (!census_grew(CENSUS_NAMESPACE, &health->at[endpoint], now))
			return true;
	} while (pause_until(t, &step, end));
	return false;
}

static bool wait_for_kernel(const struct health *health, const struct trial *t, struct census *now)
{
	const vtime end = trial_clock(t) + s(PATIENCE_S);
	vtime step = s(END_OF_NAMESPACE_S);

	pause_until(t, &step, end);
	do {
		census_take(CENSUS_KERNEL, now);
		if (!census_grew(CENSUS_KERNEL, &health->kernel, now))
			return true;
	} while (pause_until(t, &step, end));
	return false;
}

/* What is left, as a sentence; NULL: nothing. Takes the network away. */
static char *find_leaks(struct health *health, struct trial *t)
{
	const vtime at_a = longest_death(&t->in_force[ENDPOINT_A]), at_b = longest_death(&t->in_force[ENDPOINT_B]);
	const vtime end = trial_clock(t) + (at_a > at_b ? at_a : at_b);
	const char *between = "";
	struct census now;
	size_t length = 0;
	char *words = NULL;
	FILE *out = open_memstream(&words, &length);

	if (out == NULL)
		return NULL;
	for (enum endpoint at = ENDPOINT_A; health->knows_network && at <= ENDPOINT_B; at++) {
		if (wait_for_endpoint(health, t, at, end, &now))
			continue;
		fprintf(out, "%sat %c: ", between, at == ENDPOINT_A ? 'a' : 'b');
		census_print_growth(CENSUS_NAMESPACE, &health->at[at], &now, out);
		between = "; ";
	}
	net_destroy(t->net);
	t->net = NULL;
	if (health->own_kernel && !wait_for_kernel(health, t, &now)) {
		fprintf(out, "%sin all: ", between);
		census_print_growth(CENSUS_KERNEL, &health->kernel, &now, out);
	}
	if (fclose(out) == 0 && length > 0)
		return words;
	free(words);
	return NULL;
}

static void judge_objects(struct health *health, struct trial *t)
{
	char *leaks = find_leaks(health, t);

	if (leaks != NULL)
		find(t, trial_clock(t), no_leak, leaks);
	else
		find_nothing(t, no_leak);
	free(leaks);
}

/* ------------------------------------------------------------------ words */

static void judge_words(struct health *health, struct trial *t)
{
	if (health->words == NULL)
		return;
	kernel_log_read(&health->log, health->words);
	fclose(health->words);
	for (unsigned i = 0; i < health->log.count && i < COMPLAINTS_MAX; i++) {
		const struct complaint *complaint = &health->log.complaints[i];

		find(t, complaint->at_ns < 0 ? trial_clock(t) : complaint->at_ns - t->started, no_complaint,
			complaint->text);
	}
	if (health->log.count == 0 && health->log.messages >= 0)
		find_nothing(t, no_complaint);
	if (health->length > 0)
		evidence_log(t->box, t->test_case->id, "console", json_pack("{s:s}", "text", health->text));
	free(health->text);
	health->words = NULL;
}

void health_end(struct health *health, struct trial *t)
{
	if (health->counts)
		judge_objects(health, t);
	net_destroy(t->net);
	t->net = NULL;
	judge_words(health, t);
	kernel_log_end(&health->log);
}
