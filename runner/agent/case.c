/* SPDX-License-Identifier: Apache-2.0 */
/*
 * case.c - carries out the order to run a case: builds the network, captures, runs the body in a process of
 * its own, and puts the evidence into the box.
 *
 * The parent owns what must outlive a body that crashes: network, captures, evidence.
 */
#include "runner/agent/agent.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "runner/agent/check_body.h"
#include "runner/agent/clock_watch.h"
#include "runner/agent/prepared_network.h"
#include "runner/engine/captures.h"
#include "runner/engine/chunk_count.h"
#include "runner/engine/trial.h"
#include "sentence.h"

/* ------------------------------------------------------------------ set-up */

static void cannot(struct trial *t, const char *what, char *error)
{
	char reason[REASON_MAX];

	snprintf(reason, sizeof(reason), "%s: %s", what, error != NULL ? error : "out of memory");
	free(error);
	evidence_decide(t->evidence, t->test_case, VERDICT_ERROR, reason, NULL, NULL);
}

static int tell_kernel(struct trial *t, const char *sysctl, uint32_t number, char **error)
{
	char name[64], value[16];
	int status = 0;

	snprintf(name, sizeof(name), "net.sctp.%s", sysctl);
	snprintf(value, sizeof(value), "%u", number);
	for (enum endpoint at = ENDPOINT_A; status == 0 && at <= ENDPOINT_B; at++)
		status = net_set_sysctl(t->net, at, name, value, error);
	return status;
}

static int falsify_setting(struct trial *t, char **error)
{
	uint32_t believed;

	if (!settings_believed(&t->in_force, t->tamper.name, &believed))
		return sentence(error, -ENOENT, "no case believes anything of net.sctp.%s", t->tamper.name);
	return tell_kernel(t, t->tamper.name, tamper_setting(&t->tamper, believed), error);
}

static int apply_settings(struct trial *t, bool *set, char **error)
{
	struct sysctl sysctls[SETTINGS_SYSCTLS_MAX];
	const size_t count = settings_sysctls(&t->test_case->settings, sysctls);
	int status = 0;

	for (size_t i = 0; status == 0 && i < count; i++)
		status = tell_kernel(t, sysctls[i].name, sysctls[i].value, error);
	if (status == 0 && t->tamper.what == TAMPER_SETTING)
		status = falsify_setting(t, error);
	*set = count > 0 || t->tamper.what == TAMPER_SETTING;
	return status;
}

static bool set_up(struct trial *t, struct prepared_network *prepared, enum guest_clock clock)
{
	const struct topology *topology = t->test_case->topology;
	char *error = NULL;
	bool set,
		ready = prepared->topology == topology || prepared_network_make(prepared, topology, clock, &error) == 0;

	t->net = prepared->net;
	if (!ready) {
		cannot(t, "not set up", error);
		return false;
	}
	if (apply_settings(t, &set, &error) != 0) {
		cannot(t, "the settings", error);
		return false;
	}
	facts_of_case(&prepared->facts, t, set);
	return true;
}

/* ------------------------------------------------------------------ the evidence */

static void deliver_capture(struct trial *t, const char *directory, const struct capture *capture,
	enum endpoint endpoint, unsigned path, int64_t began_ns)
{
	const char letter = endpoint == ENDPOINT_A ? 'a' : 'b';
	char file_name[256];

	if (!capture->there)
		return;
	snprintf(file_name, sizeof(file_name), "%s/%s", directory, capture->name);
	unlink(file_name);
	evidence_log(t->box, t->test_case->id, "capture",
		json_pack("{s:s#, s:i, s:s, s:i, s:I, s:I, s:o}", "endpoint", &letter, 1, "path", (int)path, "file",
			capture->name, "packets", (int)capture->packets, "bytes", (json_int_t)capture->length,
			"began_ns", (json_int_t)began_ns, "chunks",
			chunk_count(capture, t->evidence->ended + began_ns)));
	if (capture->length > 0)
		box_append2(
			t->box, BOX_FILE, capture->name, strlen(capture->name) + 1, capture->bytes, capture->length);
}

/* All captures go to the host, which judges them; it keeps what the run's policy says. */
static void deliver(
	struct trial *t, const char *directory, const struct captures *captures, int64_t realtime_minus_start)
{
	const struct evidence *evidence = t->evidence;

	for (enum endpoint at = ENDPOINT_A; at <= ENDPOINT_B; at++)
		for (unsigned path = 0; path < t->test_case->topology->paths; path++)
			deliver_capture(t, directory, &captures->at[at][path], at, path, realtime_minus_start);
	evidence_log(t->box, t->test_case->id, "verdict",
		json_pack("{s:I, s:s, s:s, s:s}", "t_ns", (json_int_t)evidence->ended, "verdict",
			verdict_name(evidence->verdict), "reason", evidence->reason, "explanation",
			evidence->explanation));
}

/* ------------------------------------------------------------------ the order */

/* What ends a case waits for grace periods of the kernel, some thirty, each for ticks of a guest that has nothing else
 * to do. From here on nothing depends on when they end. */
static void expedite_grace_periods(void)
{
	const int file = open("/sys/kernel/rcu_expedited", O_WRONLY | O_CLOEXEC);

	if (file < 0)
		return;
	if (write(file, "1", 1) < 0)
		fprintf(stderr, "sctpspec-agent: grace periods stay as they are: %s\n", strerror(errno));
	close(file);
}

static int64_t clock_ns(clockid_t clock)
{
	struct timespec at;

	clock_gettime(clock, &at);
	return s(at.tv_sec) + at.tv_nsec;
}

/* Packets whose times are wrong prove nothing, here or to the host. */
static void check_clock(struct trial *t, const struct prepared_network *prepared, struct captures *captures)
{
	if (prepared->topology == NULL || prepared->clock_watch < 0 || !clock_watch_end(prepared->clock_watch))
		return;
	captures_forget(captures);
	evidence_decide(t->evidence, t->test_case, VERDICT_ERROR,
		"somebody set this machine's clock during the case, so the times of its packets are wrong", NULL, NULL);
}

/* Gives what turns an instant of the case into one of the captures. */
static int64_t run_trial(
	struct trial *t, struct prepared_network *prepared, enum guest_clock clock, struct captures *captures)
{
	char *error = NULL;
	int64_t realtime_minus_start;

	if (set_up(t, prepared, clock)) {
		box_enter(t->box, BOX_CASE);
		check_body_run(t);
		if (t->evidence->ended == 0)
			t->evidence->ended = trial_clock(t);
	}
	box_enter(t->box, BOX_EVIDENCE);
	if (prepared->health.own_kernel)
		expedite_grace_periods();
	if (t->net != NULL && net_capture_stop(t->net, &error) != 0)
		cannot(t, "the captures", error);
	realtime_minus_start = clock_ns(CLOCK_REALTIME) - clock_ns(CLOCK_MONOTONIC) + t->started;
	captures_read(t->test_case->topology, prepared->directory, captures);
	check_clock(t, prepared, captures);
	if (t->evidence->verdict == VERDICT_NONE)
		wire_judge(t, captures, realtime_minus_start);
	health_end(&prepared->health, t);
	evidence_decide(t->evidence, t->test_case, VERDICT_PASS, "", NULL, NULL);
	return realtime_minus_start;
}

static int choose_case(const struct order_case *order, struct trial *t)
{
	t->test_case = case_by_id(order->id);
	if (t->test_case == NULL) {
		fprintf(stderr, "sctpspec-agent: there is no case %s\n", order->id);
		return -ENOENT;
	}
	if (order->tamper != NULL && !tamper_parse(order->tamper, &t->tamper)) {
		fprintf(stderr, "sctpspec-agent: cannot tamper with \"%s\"\n", order->tamper);
		return -EINVAL;
	}
	t->in_force = settings_in_force(&t->test_case->settings);
	return 0;
}

int agent_run_case(struct box *box, const struct order_case *order, struct prepared_network *prepared)
{
	struct trial *t = calloc(1, sizeof(*t));
	struct evidence *evidence = evidence_new();
	const int32_t result = 0;
	int status = t != NULL && evidence != NULL ? 0 : -ENOMEM;

	if (status == 0)
		status = choose_case(order, t);
	if (status == 0) {
		t->box = box;
		t->evidence = evidence;
		t->fault_at = -1;
		struct captures captures;
		const int64_t realtime_minus_start = run_trial(t, prepared, order->clock, &captures);

		deliver(t, prepared->directory, &captures, realtime_minus_start);
		captures_free(&captures);
		facts_free(&prepared->facts);
		rmdir(prepared->directory);
		status = box_append(box, BOX_END, &result, sizeof(result));
	}
	evidence_free(evidence);
	free(t);
	return status;
}
