/* SPDX-License-Identifier: Apache-2.0 */
/* lineup.c - the kernels that a run tests. */
#include "runner/run/lineup.h"

#include <ctype.h>
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "runner/guest/agent_path.h"
#include "runner/host/stop.h"
#include "runner/protocol/kernel_facts.h"
#include "runner/protocol/order.h"
#include "runner/qemu/stable.h"
#include "runner/run/durations.h"
#include "sentence.h"

/* ---- Finding them ---- */

static int describe_running_kernel(struct kernel *kernel, char **error)
{
	struct utsname names;
	if (uname(&names) < 0)
		return sentence(error, -errno, "cannot ask for the running kernel's name: %m");
	*kernel = (struct kernel){
		.name = strdup("running"),
		.release = strdup(names.release),
		.version = strdup(names.version),
		.origin = strdup("this machine"),
		.sha256 = strdup(""),
	};
	return 0;
}

static int find(const struct kernel_choice *choice, struct progress *progress, struct kernel *out, char **error)
{
	struct kernel_request request = kernel_choice_request(choice);
	request.progress = progress_step;
	request.context = progress;
	return kernel_resolve(&request, out, error);
}

static bool is_taken(const struct lineup *lineup, size_t before, const char *name)
{
	for (size_t i = 0; i < before; i++)
		if (strcmp(lineup->subjects[i].kernel.name, name) == 0)
			return true;
	return false;
}

/* A kernel and the same one with another module share the name that they were asked for by. */
static int make_name_unique(struct lineup *lineup, size_t i, const char *module, char **error)
{
	struct kernel *kernel = &lineup->subjects[i].kernel;
	char *name = NULL;
	int length = module ? asprintf(&name, "%s with %s", kernel->name, module) : asprintf(&name, "%s", kernel->name);
	for (unsigned n = 2; length >= 0 && is_taken(lineup, i, name); n++) {
		char *base = name;
		length = asprintf(&name, "%s~%u", kernel->name, n);
		free(base);
	}
	if (length < 0)
		return no_memory(error);
	free(kernel->name);
	kernel->name = name;
	return 0;
}

/* One kernel needs no folder of its own. Several: "1-debian-bookworm". */
static int name_folder(const struct lineup *lineup, size_t i, char **error)
{
	struct subject *subject = &lineup->subjects[i];
	int length = lineup->n == 1 ? asprintf(&subject->folder, "%s", "")
				    : asprintf(&subject->folder, "%zu-%.100s", i + 1, subject->kernel.name);
	if (length < 0) {
		subject->folder = NULL;
		return no_memory(error);
	}
	for (char *c = subject->folder; *c; c++)
		if (!isascii(*c) || (!isalnum(*c) && !strchr("._-", *c)))
			*c = '-';
	return 0;
}

int lineup_find(struct lineup *lineup, const struct run_options *options, struct progress *progress, char **error)
{
	const struct kernel_choices *choices = &options->kernels;
	int status = 0;
	lineup->n = choices->n;
	lineup->subjects = calloc(lineup->n, sizeof(*lineup->subjects));
	if (!lineup->subjects)
		return no_memory(error);
	for (size_t i = 0; status == 0 && i < lineup->n; i++) {
		struct subject *subject = &lineup->subjects[i];
		const struct kernel_choice *choice = &choices->kernels[i];
		status = options->on_host ? describe_running_kernel(&subject->kernel, error)
					  : find(choice, progress, &subject->kernel, error);
		if (status == 0)
			status = make_name_unique(lineup, i, choice->module, error);
		if (status == 0)
			status = name_folder(lineup, i, error);
		subject->repeat = run_repeat_command(options, choice);
		if (status == 0 && !subject->repeat)
			status = no_memory(error);
		if (status == 0)
			subject->durations = durations_recall(subject->kernel.release, options->clock);
	}
	return status;
}

/* ---- On all cores ---- */

struct thread_job {
	void (*work)(void *context);
	void *context;
};

static void *run_thread_job(void *job)
{
	((const struct thread_job *)job)->work(((const struct thread_job *)job)->context);
	return NULL;
}

/* `work` until it has nothing left to do, on as many threads as there are `jobs` and things to do. This thread works
 * too, so it does not matter how many others there can be. */
static int on_threads(void (*work)(void *context), void *context, size_t jobs, size_t things)
{
	struct thread_job job = { work, context };
	pthread_t *others = calloc(jobs, sizeof(*others));
	size_t n = 0;
	if (!others)
		return -ENOMEM;
	while (n + 1 < jobs && n + 1 < things && pthread_create(&others[n], NULL, run_thread_job, &job) == 0)
		n++;
	work(context);
	while (n > 0)
		pthread_join(others[--n], NULL);
	free(others);
	return 0;
}

/* ---- Booting them ---- */

static int cannot_start(void *context, const char *order, void **job, char **error)
{
	(void)order;
	*job = NULL;
	return sentence(error, -EHOSTDOWN, "%s", (const char *)context);
}

static struct target target_none(char *failure)
{
	return (struct target){ .program = "QEMU", .context = failure, .start = cannot_start };
}

static json_t *read_facts(const struct snapshot *snapshot)
{
	char *path;
	if (asprintf(&path, "%s/facts.json", snapshot->directory) < 0)
		return NULL;
	json_t *facts = json_load_file(path, JSON_REJECT_DUPLICATES, NULL);
	free(path);
	return facts;
}

static int boot_host(struct lineup *lineup, char **error)
{
	struct subject *subject = &lineup->subjects[0];
	int status = agent_path(&lineup->agent, error);
	subject->facts = kernel_facts();
	return status == 0 ? target_host(lineup->agent, &subject->target, error) : status;
}

/* The sentence has the kernel's release, which several may share. */
static void tell_failure(struct progress *progress, const struct subject *subject)
{
	char *words;
	if (asprintf(&words, "%s: %s", subject->kernel.name, subject->failure) < 0)
		return;
	progress_step(progress, words);
	free(words);
}

/* One for each worker and kernel, as long as they take less than half of the memory that is left. */
static size_t room_for_machines(const struct lineup *lineup, const struct run_options *options)
{
	enum { MACHINE_MB = 100 };
	long pages = sysconf(_SC_AVPHYS_PAGES), page = sysconf(_SC_PAGESIZE);
	size_t most = pages > 0 && page > 0 ? (size_t)pages / 2 * (size_t)page / (MACHINE_MB << 20) : 0;
	size_t wanted = options->jobs * lineup->n;
	return wanted < most ? wanted : most > options->jobs ? most : options->jobs;
}

/* Kernels that several threads boot, each the next one. */
struct booting {
	struct lineup *lineup;
	const struct run_options *options;
	struct progress *progress;
	pthread_mutex_t telling;
	atomic_size_t next;
	int *status; /* of each */
};

static void tell_step(void *context, const char *words)
{
	struct booting *booting = context;
	pthread_mutex_lock(&booting->telling);
	progress_step(booting->progress, words);
	pthread_mutex_unlock(&booting->telling);
}

static int boot(struct booting *booting, struct subject *subject)
{
	struct guest_options guest = { .clock = booting->options->clock, .accel = booting->options->accel };
	int status =
		snapshot_ensure(&subject->kernel, &guest, tell_step, booting, &subject->snapshot, &subject->failure);
	subject->booted = status == 0;
	if (subject->booted) {
		subject->snapshot.stable = booting->lineup->stable;
		subject->target = target_guest(&subject->snapshot);
		subject->facts = read_facts(&subject->snapshot);
	}
	return status;
}

static void boot_next(void *context)
{
	struct booting *booting = context;
	size_t i;
	while (!stop_was_noted() && (i = atomic_fetch_add(&booting->next, 1)) < booting->lineup->n)
		booting->status[i] = boot(booting, &booting->lineup->subjects[i]);
}

/* What came of them; *n_booted: how many are up. The first one's status that is not, or 0. */
static int settle_boots(struct booting *booting, size_t *n_booted)
{
	int failed = 0;
	*n_booted = 0;
	for (size_t i = 0; i < booting->lineup->n; i++) {
		struct subject *subject = &booting->lineup->subjects[i];
		int status = booting->status[i];
		if (status == 0) {
			++*n_booted;
			continue;
		}
		failed = failed ? failed : status;
		if (!subject->failure && !(subject->failure = strdup(strerror(-status))))
			return -ENOMEM;
		subject->target = target_none(subject->failure);
		if (booting->lineup->n > 1)
			tell_failure(booting->progress, subject);
	}
	return failed;
}

static int boot_all(struct booting *booting, char **error)
{
	struct lineup *lineup = booting->lineup;
	size_t n_booted;
	if (on_threads(boot_next, booting, booting->options->jobs, lineup->n) != 0)
		return no_memory(error);
	if (stop_was_noted())
		return sentence(error, -EINTR, "interrupted");
	int failed = settle_boots(booting, &n_booted);
	if (failed == -ENOMEM)
		return no_memory(error);
	if (n_booted > 0)
		return 0;
	if (lineup->n == 1)
		return sentence(error, failed, "%s", lineup->subjects[0].failure);
	return sentence(error, failed, "none of the %zu kernels comes up; the first: %s", lineup->n,
		lineup->subjects[0].failure);
}

int lineup_boot(struct lineup *lineup, const struct run_options *options, struct progress *progress, char **error)
{
	if (options->on_host)
		return boot_host(lineup, error);
	if (!options->fresh_qemu && options->clock == CLOCK_VIRTUAL_TIME && options->accel == ACCEL_TCG &&
		!(lineup->stable = stable_open(room_for_machines(lineup, options))))
		return no_memory(error);
	struct booting booting = {
		.lineup = lineup,
		.options = options,
		.progress = progress,
		.telling = PTHREAD_MUTEX_INITIALIZER,
		.status = calloc(lineup->n, sizeof(int)),
	};
	int status = booting.status ? boot_all(&booting, error) : no_memory(error);
	free(booting.status);
	return status;
}

/* ---- Their topologies ---- */

static struct stage *find_stage(const struct subject *subject, const struct topology *topology)
{
	for (size_t i = 0; i < subject->n_stages; i++)
		if (subject->stages[i].topology == topology)
			return &subject->stages[i];
	return NULL;
}

static char *stage_order(const struct topology *topology, enum guest_clock clock)
{
	return order_write(&(struct order){ .kind = ORDER_STAGE, .stage = { topology->name, clock } }, NULL);
}

/* 0 also when it cannot be made: that is a result. */
static int make_stage(struct subject *subject, struct stage *stage, const struct run_options *options)
{
	char *order = stage_order(stage->topology, options->clock), *failure = NULL;
	int status = order ? snapshot_stage(&subject->snapshot, order, &stage->snapshot, &failure) : -ENOMEM;
	free(order);
	stage->made = status == 0;
	if (stage->made) {
		stage->snapshot.stable = subject->snapshot.stable;
		stage->target = target_guest(&stage->snapshot);
		stage->alone = target_guest_alone(&stage->snapshot);
		return 0;
	}
	sentence(&stage->failure, status, "topology %s on %s: %s", stage->topology->name, subject->kernel.name,
		failure ? failure : strerror(-status));
	free(failure);
	stage->target = stage->alone = target_none(stage->failure);
	return stage->failure ? 0 : -ENOMEM;
}

/* The topologies of the cases, each once. */
static int list_stages(struct subject *subject, const struct test_case *const *cases, size_t n_cases)
{
	subject->stages = calloc(n_cases, sizeof(*subject->stages));
	if (!subject->stages)
		return -ENOMEM;
	for (size_t c = 0; c < n_cases; c++) {
		if (!find_stage(subject, cases[c]->topology))
			subject->stages[subject->n_stages++].topology = cases[c]->topology;
	}
	return 0;
}

static bool all_stages_are_there(const struct subject *subject, enum guest_clock clock)
{
	bool there = true;
	for (size_t i = 0; there && i < subject->n_stages; i++) {
		char *order = stage_order(subject->stages[i].topology, clock);
		there = order && snapshot_has_stage(&subject->snapshot, order);
		free(order);
	}
	return there;
}

/* Stages that several threads make, each the next one. */
struct staging {
	struct subject *subject;
	const struct run_options *options;
	atomic_size_t next;
	atomic_int status;
};

static void make_stages(void *context)
{
	struct staging *staging = context;
	size_t i;
	while (!stop_was_noted() && staging->status == 0 &&
		(i = atomic_fetch_add(&staging->next, 1)) < staging->subject->n_stages) {
		int status = make_stage(staging->subject, &staging->subject->stages[i], staging->options);
		if (status != 0)
			staging->status = status;
	}
}

static int make_all_stages(struct subject *subject, const struct run_options *options)
{
	struct staging staging = { .subject = subject, .options = options };
	int status = on_threads(make_stages, &staging, options->jobs, subject->n_stages);
	return status == 0 ? staging.status : status;
}

int lineup_stage(struct lineup *lineup, const struct test_case *const *cases, size_t n_cases,
	const struct run_options *options, struct progress *progress, char **error)
{
	for (size_t i = 0; i < lineup->n; i++) {
		struct subject *subject = &lineup->subjects[i];
		if (!subject->booted)
			continue;
		if (list_stages(subject, cases, n_cases) != 0)
			return no_memory(error);
		if (!all_stages_are_there(subject, options->clock))
			progress_step(progress, "building the networks once");
		if (make_all_stages(subject, options) != 0)
			return no_memory(error);
		if (stop_was_noted())
			return sentence(error, -EINTR, "interrupted");
	}
	return 0;
}

const struct target *subject_target(const struct subject *subject, const struct topology *topology, bool alone)
{
	const struct stage *stage = find_stage(subject, topology);
	return !stage ? &subject->target : alone ? &stage->alone : &stage->target;
}

const char *subject_failure(const struct subject *subject, const struct topology *topology)
{
	const struct stage *stage = find_stage(subject, topology);
	return stage ? stage->failure : subject->failure;
}

void lineup_remember(const struct lineup *lineup, const struct run_options *options)
{
	for (size_t i = 0; i < lineup->n; i++) {
		const struct subject *subject = &lineup->subjects[i];
		if (subject->durations && json_object_size(subject->durations))
			durations_remember(subject->kernel.release, options->clock, subject->durations);
	}
}

void lineup_free(struct lineup *lineup)
{
	for (size_t i = 0; lineup->subjects && i < lineup->n; i++) {
		struct subject *subject = &lineup->subjects[i];
		for (size_t s = 0; s < subject->n_stages; s++) {
			if (subject->stages[s].made)
				snapshot_free(&subject->stages[s].snapshot);
			free(subject->stages[s].failure);
		}
		free(subject->stages);
		if (subject->booted)
			snapshot_free(&subject->snapshot);
		kernel_free(&subject->kernel);
		free(subject->failure);
		free(subject->repeat);
		free(subject->folder);
		json_decref(subject->durations);
		json_decref(subject->facts);
	}
	stable_close(lineup->stable);
	free(lineup->subjects);
	free(lineup->agent);
	*lineup = (struct lineup){ 0 };
}
