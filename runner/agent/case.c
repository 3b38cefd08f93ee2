/* SPDX-License-Identifier: Apache-2.0 */
/*
 * case.c - carries out the order to run a case: builds the network, captures, runs the body in a process of
 * its own, and puts the evidence into the box: what the body has seen, what it asks of the packets, and the packets.
 *
 * The parent owns what must outlive a body that crashes: network, captures, evidence.
 */
#include "runner/agent/agent.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "runner/agent/check_body.h"
#include "runner/agent/clock_watch.h"
#include "runner/agent/prepared_network.h"
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

static int tell_kernel(struct trial *t, enum endpoint endpoint, const char *sysctl, uint32_t number, char **error)
{
	char name[64], value[16];

	snprintf(name, sizeof(name), "net.sctp.%s", sysctl);
	snprintf(value, sizeof(value), "%u", number);
	return net_set_sysctl(t->net, endpoint, name, value, error);
}

static int falsify_setting(struct trial *t, char **error)
{
	int status = 0;

	for (enum endpoint at = ENDPOINT_A; status == 0 && at < topology_hosts(t->test_case->topology); at++) {
		uint32_t believed;

		if (!settings_believed(&t->in_force[at], t->tamper.name, &believed))
			return sentence(error, -ENOENT, "no case believes anything of net.sctp.%s", t->tamper.name);
		status = tell_kernel(t, at, t->tamper.name, tamper_setting(&t->tamper, believed), error);
	}
	return status;
}

static void lacks(struct trial *t, const char *sysctl)
{
	char reason[REASON_MAX];

	snprintf(reason, sizeof(reason), "the kernel has no net.sctp.%s", sysctl);
	evidence_decide(t->evidence, t->test_case, VERDICT_SKIP, reason, NULL, NULL);
}

/* What the case states of that end. Gives how many sysctls that was, or -errno. */
static int apply_settings_at(struct trial *t, enum endpoint endpoint, char **error)
{
	const struct settings stated = case_stated(t->test_case, endpoint);
	struct sysctl sysctls[SETTINGS_SYSCTLS_MAX];
	const size_t count = settings_sysctls(&stated, sysctls);
	int status = 0;

	for (size_t i = 0; status == 0 && i < count; i++) {
		status = tell_kernel(t, endpoint, sysctls[i].name, sysctls[i].value, error);
		if (status != -ENOENT || !sysctls[i].may_lack)
			continue;
		lacks(t, sysctls[i].name);
		free(*error);
		*error = NULL;
		status = 0;
	}
	return status < 0 ? status : (int)count;
}

static int apply_settings(struct trial *t, bool *set, char **error)
{
	const int at_a = apply_settings_at(t, ENDPOINT_A, error);
	const int at_b = at_a < 0 ? at_a : apply_settings_at(t, ENDPOINT_B, error);
	const int at_c =
		at_b < 0 || !t->test_case->topology->third_host ? at_b : apply_settings_at(t, ENDPOINT_C, error);

	if (at_c < 0)
		return at_c;
	*set = at_a > 0 || at_b > 0 || t->tamper.what == TAMPER_SETTING;
	return t->tamper.what == TAMPER_SETTING ? falsify_setting(t, error) : 0;
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
	return t->evidence->verdict == VERDICT_NONE; /* else it is skipped */
}

/* ------------------------------------------------------------------ the evidence */

static void deliver_file(struct box *box, const char *name, const char *path)
{
	const int file = open(path, O_RDONLY | O_CLOEXEC);
	struct stat about;
	void *bytes = MAP_FAILED;

	if (file >= 0 && fstat(file, &about) == 0 && about.st_size > 0)
		bytes = mmap(NULL, (size_t)about.st_size, PROT_READ, MAP_PRIVATE, file, 0);
	if (bytes != MAP_FAILED) {
		box_append2(box, BOX_FILE, name, strlen(name) + 1, bytes, (size_t)about.st_size);
		munmap(bytes, (size_t)about.st_size);
	}
	if (file >= 0)
		close(file);
}

/* What turns an instant of the case into one of its captures; and whether that is known. */
struct capture_clock {
	int64_t began_ns;
	bool known;
};

static void deliver_capture(
	struct trial *t, const char *directory, enum endpoint endpoint, unsigned path, struct capture_clock clock)
{
	const char letter = *endpoint_name(endpoint);
	char name[32], file_name[256];

	snprintf(name, sizeof(name), "%c-path%u.pcap", letter, path);
	snprintf(file_name, sizeof(file_name), "%s/%s", directory, name);
	if (access(file_name, F_OK) != 0)
		return;
	evidence_log(t->box, t->test_case->id, "capture",
		json_pack("{s:s#, s:i, s:s, s:I}", "endpoint", &letter, 1, "path", (int)path, "file", name, "began_ns",
			(json_int_t)clock.began_ns));
	if (clock.known)
		deliver_file(t->box, name, file_name);
	unlink(file_name);
}

/* All captures go to the host, which judges them; it keeps what the run's policy says. */
static void deliver(struct trial *t, const char *directory, struct capture_clock clock)
{
	const struct evidence *evidence = t->evidence;

	for (enum endpoint at = ENDPOINT_A; at < topology_hosts(t->test_case->topology); at++)
		for (unsigned link = 0; link < topology_links(t->test_case->topology, at); link++)
			deliver_capture(t, directory, at, link, clock);
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

/* Packets whose times are wrong prove nothing. */
static struct capture_clock check_clock(struct trial *t, const struct prepared_network *prepared)
{
	struct capture_clock clock = { .began_ns = clock_ns(CLOCK_REALTIME) - clock_ns(CLOCK_MONOTONIC) + t->started,
		.known = true };

	if (prepared->topology == NULL || prepared->clock_watch < 0 || !clock_watch_end(prepared->clock_watch))
		return clock;
	clock.known = false;
	evidence_decide(t->evidence, t->test_case, VERDICT_ERROR,
		"somebody set this machine's clock during the case, so the times of its packets are wrong", NULL, NULL);
	return clock;
}

static struct capture_clock run_trial(struct trial *t, struct prepared_network *prepared, enum guest_clock clock)
{
	char *error = NULL;
	struct capture_clock of_captures;

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
	of_captures = check_clock(t, prepared);
	if (t->evidence->verdict == VERDICT_NONE)
		trial_log_questions(t);
	health_end(&prepared->health, t);
	evidence_decide(t->evidence, t->test_case, VERDICT_PASS, "", NULL, NULL);
	return of_captures;
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
	for (enum endpoint at = ENDPOINT_A; at <= ENDPOINT_C; at++)
		t->in_force[at] = case_in_force(t->test_case, at);
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
		const struct capture_clock clock = run_trial(t, prepared, order->clock);

		deliver(t, prepared->directory, clock);
		facts_free(&prepared->facts);
		rmdir(prepared->directory);
		status = box_append(box, BOX_END, &result, sizeof(result));
	}
	evidence_free(evidence);
	free(t);
	return status;
}
