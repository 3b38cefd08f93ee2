/* SPDX-License-Identifier: Apache-2.0 */
/* tested_kernels.c - the kernels that a run tests. */
#include "runner/run/tested_kernels.h"

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
#include "runner/qemu/machine_pool.h"
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

static bool is_taken(const struct tested_kernels *kernels, size_t before, const char *name)
{
	for (size_t i = 0; i < before; i++)
		if (strcmp(kernels->all[i].kernel.name, name) == 0)
			return true;
	return false;
}

/* A kernel and the same one with another module share the name that they were asked for by. */
static int make_name_unique(struct tested_kernels *kernels, size_t i, const char *module, char **error)
{
	struct kernel *kernel = &kernels->all[i].kernel;
	char *name = NULL;
	int length = module ? asprintf(&name, "%s with %s", kernel->name, module) : asprintf(&name, "%s", kernel->name);
	for (unsigned n = 2; length >= 0 && is_taken(kernels, i, name); n++) {
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
static int name_folder(const struct tested_kernels *kernels, size_t i, char **error)
{
	struct tested_kernel *tested = &kernels->all[i];
	int length = kernels->n == 1 ? asprintf(&tested->folder, "%s", "")
				     : asprintf(&tested->folder, "%zu-%.100s", i + 1, tested->kernel.name);
	if (length < 0) {
		tested->folder = NULL;
		return no_memory(error);
	}
	for (char *c = tested->folder; *c; c++)
		if (!isascii(*c) || (!isalnum(*c) && !strchr("._-", *c)))
			*c = '-';
	return 0;
}

int tested_kernels_find(
	struct tested_kernels *kernels, const struct run_options *options, struct progress *progress, char **error)
{
	const struct kernel_choices *choices = &options->kernels;
	int status = 0;
	kernels->n = choices->n;
	kernels->all = calloc(kernels->n, sizeof(*kernels->all));
	if (!kernels->all)
		return no_memory(error);
	for (size_t i = 0; status == 0 && i < kernels->n; i++) {
		struct tested_kernel *tested = &kernels->all[i];
		const struct kernel_choice *choice = &choices->kernels[i];
		status = options->on_host ? describe_running_kernel(&tested->kernel, error)
					  : find(choice, progress, &tested->kernel, error);
		if (status == 0)
			status = make_name_unique(kernels, i, choice->module, error);
		if (status == 0)
			status = name_folder(kernels, i, error);
		tested->command_line = run_command_line(options, choice);
		if (status == 0 && !tested->command_line)
			status = no_memory(error);
		if (status == 0)
			tested->durations = durations_recall(tested->kernel.release, options->clock);
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
	json_t *told = json_load_file(path, JSON_REJECT_DUPLICATES, NULL);
	json_t *facts = kernel_facts_checked(told);
	json_decref(told);
	free(path);
	return facts;
}

static int boot_host(struct tested_kernels *kernels, char **error)
{
	struct tested_kernel *tested = &kernels->all[0];
	int status = agent_path(&kernels->agent, error);
	tested->facts = kernel_facts();
	return status == 0 ? target_host(kernels->agent, &tested->target, error) : status;
}

/* The sentence has the kernel's release, which several may share. */
static void tell_failure(struct progress *progress, const struct tested_kernel *tested)
{
	char *words;
	if (asprintf(&words, "%s: %s", tested->kernel.name, tested->failure) < 0)
		return;
	progress_step(progress, words);
	free(words);
}

/* One for each worker and kernel, as long as they take less than half of the memory that is left. */
static size_t room_for_machines(const struct tested_kernels *kernels, const struct run_options *options)
{
	enum { MACHINE_MB = 100 };
	long pages = sysconf(_SC_AVPHYS_PAGES), page = sysconf(_SC_PAGESIZE);
	size_t most = pages > 0 && page > 0 ? (size_t)pages / 2 * (size_t)page / (MACHINE_MB << 20) : 0;
	size_t wanted = options->jobs * kernels->n;
	return wanted < most ? wanted : most > options->jobs ? most : options->jobs;
}

/* Kernels that several threads boot, each the next one. */
struct booting {
	struct tested_kernels *kernels;
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

static int boot(struct booting *booting, struct tested_kernel *tested)
{
	struct guest_options guest = { .clock = booting->options->clock, .accel = booting->options->accel };
	int status = snapshot_ensure(&tested->kernel, &guest, tell_step, booting, &tested->snapshot, &tested->failure);
	tested->booted = status == 0;
	if (tested->booted) {
		tested->snapshot.pool = booting->kernels->pool;
		tested->target = target_guest(&tested->snapshot);
		tested->facts = read_facts(&tested->snapshot);
	}
	return status;
}

static void boot_next(void *context)
{
	struct booting *booting = context;
	size_t i;
	while (!stop_was_noted() && (i = atomic_fetch_add(&booting->next, 1)) < booting->kernels->n)
		booting->status[i] = boot(booting, &booting->kernels->all[i]);
}

/* What came of them; *n_booted: how many are up. The first one's status that is not, or 0. */
static int collect_boots(struct booting *booting, size_t *n_booted)
{
	int failed = 0;
	*n_booted = 0;
	for (size_t i = 0; i < booting->kernels->n; i++) {
		struct tested_kernel *tested = &booting->kernels->all[i];
		int status = booting->status[i];
		if (status == 0) {
			++*n_booted;
			continue;
		}
		failed = failed ? failed : status;
		if (!tested->failure && !(tested->failure = strdup(strerror(-status))))
			return -ENOMEM;
		tested->target = target_none(tested->failure);
		if (booting->kernels->n > 1)
			tell_failure(booting->progress, tested);
	}
	return failed;
}

static int boot_all(struct booting *booting, char **error)
{
	struct tested_kernels *kernels = booting->kernels;
	size_t n_booted;
	if (on_threads(boot_next, booting, booting->options->jobs, kernels->n) != 0)
		return no_memory(error);
	if (stop_was_noted())
		return sentence(error, -EINTR, "interrupted");
	int failed = collect_boots(booting, &n_booted);
	if (failed == -ENOMEM)
		return no_memory(error);
	if (n_booted > 0)
		return 0;
	if (kernels->n == 1)
		return sentence(error, failed, "%s", kernels->all[0].failure);
	return sentence(
		error, failed, "none of the %zu kernels comes up; the first: %s", kernels->n, kernels->all[0].failure);
}

int tested_kernels_boot(
	struct tested_kernels *kernels, const struct run_options *options, struct progress *progress, char **error)
{
	if (options->on_host)
		return boot_host(kernels, error);
	if (!options->fresh_qemu && options->clock == CLOCK_VIRTUAL_TIME && options->accel == ACCEL_TCG &&
		!(kernels->pool = machine_pool_open(room_for_machines(kernels, options))))
		return no_memory(error);
	struct booting booting = {
		.kernels = kernels,
		.options = options,
		.progress = progress,
		.telling = PTHREAD_MUTEX_INITIALIZER,
		.status = calloc(kernels->n, sizeof(int)),
	};
	int status = booting.status ? boot_all(&booting, error) : no_memory(error);
	free(booting.status);
	return status;
}

/* ---- Their topologies ---- */

static struct stage *find_stage(const struct tested_kernel *tested, const struct topology *topology)
{
	for (size_t i = 0; i < tested->n_stages; i++)
		if (tested->stages[i].topology == topology)
			return &tested->stages[i];
	return NULL;
}

static char *stage_order(const struct topology *topology, enum guest_clock clock)
{
	return order_write(&(struct order){ .kind = ORDER_STAGE, .stage = { topology->name, clock } }, NULL);
}

/* 0 also when it cannot be made: that is a result. */
static int make_stage(struct tested_kernel *tested, struct stage *stage, const struct run_options *options)
{
	char *order = stage_order(stage->topology, options->clock), *failure = NULL;
	int status = order ? snapshot_stage(&tested->snapshot, order, &stage->snapshot, &failure) : -ENOMEM;
	free(order);
	stage->made = status == 0;
	if (stage->made) {
		stage->snapshot.pool = tested->snapshot.pool;
		stage->target = target_guest(&stage->snapshot);
		stage->alone = target_guest_alone(&stage->snapshot);
		return 0;
	}
	sentence(&stage->failure, status, "topology %s on %s: %s", stage->topology->name, tested->kernel.name,
		failure ? failure : strerror(-status));
	free(failure);
	stage->target = stage->alone = target_none(stage->failure);
	return stage->failure ? 0 : -ENOMEM;
}

/* The topologies of the cases, each once. */
static int list_stages(struct tested_kernel *tested, const struct test_case *const *cases, size_t n_cases)
{
	tested->stages = calloc(n_cases, sizeof(*tested->stages));
	if (!tested->stages)
		return -ENOMEM;
	for (size_t c = 0; c < n_cases; c++) {
		if (!find_stage(tested, cases[c]->topology))
			tested->stages[tested->n_stages++].topology = cases[c]->topology;
	}
	return 0;
}

static bool all_stages_are_there(const struct tested_kernel *tested, enum guest_clock clock)
{
	bool there = true;
	for (size_t i = 0; there && i < tested->n_stages; i++) {
		char *order = stage_order(tested->stages[i].topology, clock);
		there = order && snapshot_has_stage(&tested->snapshot, order);
		free(order);
	}
	return there;
}

/* Stages that several threads make, each the next one. */
struct staging {
	struct tested_kernel *tested;
	const struct run_options *options;
	atomic_size_t next;
	atomic_int status;
};

static void make_stages(void *context)
{
	struct staging *staging = context;
	size_t i;
	while (!stop_was_noted() && staging->status == 0 &&
		(i = atomic_fetch_add(&staging->next, 1)) < staging->tested->n_stages) {
		int status = make_stage(staging->tested, &staging->tested->stages[i], staging->options);
		if (status != 0)
			staging->status = status;
	}
}

static int make_all_stages(struct tested_kernel *tested, const struct run_options *options)
{
	struct staging staging = { .tested = tested, .options = options };
	int status = on_threads(make_stages, &staging, options->jobs, tested->n_stages);
	return status == 0 ? staging.status : status;
}

int tested_kernels_stage(struct tested_kernels *kernels, const struct test_case *const *cases, size_t n_cases,
	const struct run_options *options, struct progress *progress, char **error)
{
	for (size_t i = 0; i < kernels->n; i++) {
		struct tested_kernel *tested = &kernels->all[i];
		if (!tested->booted)
			continue;
		if (list_stages(tested, cases, n_cases) != 0)
			return no_memory(error);
		if (!all_stages_are_there(tested, options->clock))
			progress_step(progress, "building the networks once");
		if (make_all_stages(tested, options) != 0)
			return no_memory(error);
		if (stop_was_noted())
			return sentence(error, -EINTR, "interrupted");
	}
	return 0;
}

const struct target *tested_kernel_target(
	const struct tested_kernel *tested, const struct topology *topology, bool alone)
{
	const struct stage *stage = find_stage(tested, topology);
	return !stage ? &tested->target : alone ? &stage->alone : &stage->target;
}

const char *tested_kernel_failure(const struct tested_kernel *tested, const struct topology *topology)
{
	const struct stage *stage = find_stage(tested, topology);
	return stage ? stage->failure : tested->failure;
}

void tested_kernels_remember(const struct tested_kernels *kernels, const struct run_options *options)
{
	for (size_t i = 0; i < kernels->n; i++) {
		const struct tested_kernel *tested = &kernels->all[i];
		if (tested->durations && json_object_size(tested->durations))
			durations_remember(tested->kernel.release, options->clock, tested->durations);
	}
}

void tested_kernels_free(struct tested_kernels *kernels)
{
	for (size_t i = 0; kernels->all && i < kernels->n; i++) {
		struct tested_kernel *tested = &kernels->all[i];
		for (size_t s = 0; s < tested->n_stages; s++) {
			if (tested->stages[s].made)
				snapshot_free(&tested->stages[s].snapshot);
			free(tested->stages[s].failure);
		}
		free(tested->stages);
		if (tested->booted)
			snapshot_free(&tested->snapshot);
		kernel_free(&tested->kernel);
		free(tested->failure);
		free(tested->command_line);
		free(tested->folder);
		json_decref(tested->durations);
		json_decref(tested->facts);
	}
	machine_pool_close(kernels->pool);
	free(kernels->all);
	free(kernels->agent);
	*kernels = (struct tested_kernels){ 0 };
}
