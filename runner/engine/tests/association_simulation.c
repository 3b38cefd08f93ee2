/* SPDX-License-Identifier: Apache-2.0 */
/* association_simulation.c - see association_simulation.h. */
#include "runner/engine/tests/association_simulation.h"

enum path_condition { DOWN, SUSPECT, UP }; /* the order in which paths are preferred */

struct simulated_path {
	enum path_condition condition;
	unsigned errors;
	vtime rto;
	vtime heartbeat_timer, t3_timer; /* VTIME_FOREVER: not running */
	vtime data_sent, heard;
	bool awaits_heartbeat_ack;
};

struct run {
	const struct simulation *what;
	const struct settings *settings;
	uint64_t random;
	vtime now;
	unsigned errors; /* the association's */
	unsigned active, retransmission;
	bool over;
	vtime tick_phase;
	vtime next_message;
	struct simulated_path paths[SIMULATED_PATHS_MAX];
	struct simulated result;
};

/* splitmix64 */
static uint64_t draw(struct run *run)
{
	uint64_t z = run->random += 0x9e3779b97f4a7c15;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
	return z ^ (z >> 31);
}

static vtime below(struct run *run, vtime limit)
{
	return (vtime)(draw(run) % (uint64_t)limit);
}

/* When a timer expires that is set to go off this much later. The wheel's levels hold 63 slots, each eight
 * times as long as those of the level below, and a timer waits for the end of its slot. */
static vtime expiry(struct run *run, vtime later)
{
	vtime slot = run->what->tick;

	if (slot == 0)
		return run->now + later + below(run, us(1));
	for (vtime reach = 63 * slot; later >= reach; reach *= 8)
		slot *= 8;
	const vtime instant = run->now + later + run->tick_phase;
	return (instant / slot + 1) * slot - run->tick_phase;
}

static bool works(const struct run *run, unsigned path)
{
	return path >= run->what->dead || (path == 0 && run->what->mended != 0 && run->now >= run->what->mended);
}

/* ------------------------------------------------------------------ which path */

static bool better(const struct simulated_path *a, const struct simulated_path *than)
{
	if (a->condition != than->condition)
		return a->condition > than->condition;
	if (a->errors != than->errors)
		return a->errors < than->errors;
	return a->heard > than->heard;
}

/* After a change of state: the primary (path 0) if it is up, else the one heard from last; the next best for
 * retransmissions. */
static void select_paths(struct run *run)
{
	int first = -1, second = -1, suspect = -1;

	for (unsigned i = 0; i < run->what->paths; i++) {
		const struct simulated_path *path = &run->paths[i];

		if (path->condition == SUSPECT && (suspect < 0 || better(path, &run->paths[suspect])))
			suspect = (int)i;
		if (path->condition != UP)
			continue;
		if (first < 0 || path->heard > run->paths[first].heard) {
			second = first;
			first = (int)i;
		} else if (second < 0 || path->heard > run->paths[second].heard) {
			second = (int)i;
		}
	}
	if (run->paths[0].condition == UP && first != 0) {
		second = first;
		first = 0;
	}
	if (first < 0) {
		first = (int)run->active;
		if (suspect >= 0 && better(&run->paths[suspect], &run->paths[first]))
			first = suspect;
	}
	run->active = (unsigned)first;
	run->retransmission = (unsigned)(second < 0 ? first : second);
}

/* T3-rtx went off on the retransmission path: the best of the others and itself, in turn. */
static void turn_retransmission_path(struct run *run)
{
	const unsigned paths = run->what->paths, old = run->retransmission;
	unsigned best = (old + 1) % paths;

	if (run->active == old && run->paths[old].condition == UP)
		return;
	for (unsigned step = 1; step <= paths; step++) {
		const unsigned path = (old + step) % paths;

		if (better(&run->paths[path], &run->paths[best]))
			best = path;
		if (run->paths[best].condition == UP)
			break;
	}
	run->retransmission = best;
}

/* ------------------------------------------------------------------ heartbeats and strikes */

static vtime heartbeat_base(const struct run *run, const struct simulated_path *path)
{
	vtime base = path->rto / 2;

	if (path->condition != SUSPECT)
		base += duration(run->settings->hb_interval);
	return base < ms(200) ? ms(200) : base;
}

static void restart_heartbeat_timer(struct run *run, struct simulated_path *path)
{
	path->heartbeat_timer = expiry(run, heartbeat_base(run, path) + below(run, path->rto));
}

static void note(const struct run *run, const struct simulated_path *path, vtime *of_path_0)
{
	if (path == run->paths && *of_path_0 == NEVER_HAPPENED)
		*of_path_0 = run->now;
}

static void go_down(struct run *run, struct simulated_path *path)
{
	path->condition = DOWN;
	select_paths(run);
	note(run, path, &run->result.unreachable);
	for (unsigned i = 0; i < run->what->dead; i++)
		if (run->paths[i].condition != DOWN)
			return;
	if (run->result.last_unreachable == NEVER_HAPPENED)
		run->result.last_unreachable = run->now;
}

static void strike(struct run *run, struct simulated_path *path, bool by_heartbeat)
{
	const struct settings *settings = run->settings;

	if (by_heartbeat && !path->awaits_heartbeat_ack)
		return;
	run->errors++;
	if (path->condition != DOWN)
		path->errors++;
	if (settings->pf_enable == ON && path->condition == UP && path->errors > settings->pf_retrans &&
		path->errors < settings->path_max_retrans) {
		path->condition = SUSPECT;
		select_paths(run);
		note(run, path, &run->result.potentially_failed);
		restart_heartbeat_timer(run, path);
	}
	if (path->condition != DOWN && path->errors > settings->path_max_retrans)
		go_down(run, path);
	path->rto *= 2;
	if (path->rto > duration(settings->rto_max))
		path->rto = duration(settings->rto_max);
}

static bool gives_up(struct run *run)
{
	if (run->errors < run->settings->association_max_retrans)
		return false;
	run->result.comm_lost = run->now;
	return run->over = true;
}

static void heartbeat_answered(struct run *run, struct simulated_path *path)
{
	if (path->condition == DOWN)
		note(run, path, &run->result.available);
	path->errors = run->errors = 0;
	path->awaits_heartbeat_ack = false;
	path->heard = run->now;
	path->rto = duration(run->settings->rto_min);
	if (path->condition != UP) {
		path->condition = UP;
		select_paths(run);
	}
	restart_heartbeat_timer(run, path);
}

static void heartbeat_timer(struct run *run, unsigned index)
{
	struct simulated_path *path = &run->paths[index];
	const vtime base = heartbeat_base(run, path);

	if (path->data_sent >= 0 && run->now - path->data_sent < base) {
		path->heartbeat_timer = expiry(run, path->data_sent + base - run->now);
		return;
	}
	if (gives_up(run))
		return;
	strike(run, path, true);
	path->awaits_heartbeat_ack = true;
	restart_heartbeat_timer(run, path);
	if (works(run, index))
		heartbeat_answered(run, path);
}

/* ------------------------------------------------------------------ data */

static void send_data(struct run *run, unsigned index)
{
	struct simulated_path *path = &run->paths[index];

	path->data_sent = run->now;
	if (!works(run, index)) {
		if (path->t3_timer == VTIME_FOREVER)
			path->t3_timer = expiry(run, path->rto);
		return;
	}
	path->errors = run->errors = 0;
	path->heard = run->now;
	if (run->result.rerouted == NEVER_HAPPENED)
		run->result.rerouted = run->now;
}

static void t3_timer(struct run *run, unsigned index)
{
	run->paths[index].t3_timer = VTIME_FOREVER;
	if (gives_up(run))
		return;
	strike(run, &run->paths[index], false);
	if (index == run->retransmission)
		turn_retransmission_path(run);
	send_data(run, run->retransmission);
}

/* ------------------------------------------------------------------ the run */

/* The timer that is running at 0: one of many, or still the first one, which was set before there was a round
 * trip. At which point of its period does the fault come? */
static void set_running_heartbeat_timer(struct run *run, struct simulated_path *path)
{
	const bool first = draw(run) % 2 == 0;

	path->rto = duration(first ? run->settings->rto_initial : run->settings->rto_min);
	restart_heartbeat_timer(run, path);
	path->heartbeat_timer = below(run, path->heartbeat_timer);
	path->rto = duration(run->settings->rto_min);
}

static void begin(struct run *run)
{
	run->tick_phase = below(run, s(1000));
	run->result = (struct simulated){ NEVER_HAPPENED, NEVER_HAPPENED, NEVER_HAPPENED, NEVER_HAPPENED,
		NEVER_HAPPENED, NEVER_HAPPENED };
	for (unsigned i = 0; i < run->what->paths; i++) {
		run->paths[i] = (struct simulated_path){
			.condition = UP, .t3_timer = VTIME_FOREVER, .data_sent = -1, .heard = -1 - below(run, s(1))
		};
		set_running_heartbeat_timer(run, &run->paths[i]);
	}
	select_paths(run);
	run->next_message = VTIME_FOREVER;
	if (run->what->data)
		send_data(run, 0);
	if (run->what->data && run->what->again != 0)
		run->next_message = run->what->again;
}

static vtime next_instant(const struct run *run)
{
	vtime next = run->next_message;

	for (unsigned i = 0; i < run->what->paths; i++) {
		if (run->paths[i].heartbeat_timer < next)
			next = run->paths[i].heartbeat_timer;
		if (run->paths[i].t3_timer < next)
			next = run->paths[i].t3_timer;
	}
	return next;
}

struct simulated simulate(const struct simulation *simulation, uint64_t seed)
{
	struct run run = { .what = simulation, .settings = &simulation->settings, .random = seed };

	begin(&run);
	while (!run.over && (run.now = next_instant(&run)) <= simulation->until) {
		if (run.next_message == run.now) {
			run.next_message += simulation->again;
			send_data(&run, run.active);
			continue;
		}
		for (unsigned i = 0; i < simulation->paths && !run.over; i++) {
			if (run.paths[i].t3_timer == run.now)
				t3_timer(&run, i);
			if (!run.over && run.paths[i].heartbeat_timer == run.now)
				heartbeat_timer(&run, i);
		}
	}
	return run.result;
}
