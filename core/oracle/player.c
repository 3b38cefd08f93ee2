/* SPDX-License-Identifier: Apache-2.0 */
/*
 * player.c - plays on libgen_sctp: what has a name, processes and calls under way, and the table of all
 * calls.
 */
#include "player.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "calls.h"
#include "words.h"

#define MOST_THINGS 128

/* A call in a thread of its own. */
struct errand {
	pthread_t thread;
	const struct term *call;
	struct statement statement; /* that the call is in */
	char *answer;
	pid_t tid;
	int ended;
};

static struct thing things[MOST_THINGS];
static size_t n_things;
static struct owner *first_owner; /* whose the sockets are at first */

static void make_call(const struct making *m);

/* What has the name. */
static struct thing *find_thing(const struct term *name)
{
	for (size_t i = n_things; name && i-- > 0;) {
		if (strcmp(things[i].name, name->text) == 0)
			return &things[i];
	}
	return NULL;
}

bool name_thing(const struct making *m, struct thing thing)
{
	if (!m->bind || n_things == MOST_THINGS) {
		refuse(m, m->bind ? "too many names" : "the result needs a name");
		return false;
	}
	thing.name = strdup(m->bind);
	things[n_things++] = thing;
	return true;
}

const struct term *argument(const struct making *m, size_t n)
{
	return term_at(m->call, n);
}

struct gs_socket *the_socket(const struct making *m)
{
	const struct thing *thing = find_thing(argument(m, 0));

	return thing ? thing->socket : NULL;
}

int64_t number_or(const struct term *term, int64_t otherwise)
{
	return term ? term->number : otherwise;
}

void refuse(const struct making *m, const char *why)
{
	fprintf(m->out, "no call: %s", why);
}

/* ---- Owners */

static void call_message(const struct making *m)
{
	owner_read(m->self, the_socket(m), number_or(argument(m, 1), SOON), m->out);
}

static void call_process(const struct making *m)
{
	struct owner *owner = owner_new();

	if (!owner)
		refuse(m, "no mailbox");
	else if (name_thing(m, (struct thing){ .owner = owner }))
		fputs("ok", m->out);
}

static struct owner *the_owner(const struct term *name)
{
	const struct thing *thing = find_thing(name);

	return thing ? thing->owner : NULL;
}

/* "by(p, CALL)": the call, made by another process */
static void call_by(const struct making *m)
{
	struct making other = *m;

	other.self = the_owner(argument(m, 0));
	other.call = argument(m, 1);
	if (!other.self || !other.call || other.call->kind != TERM_CALL)
		refuse(m, "by(PROCESS, CALL)");
	else
		make_call(&other);
}

static void call_exit(const struct making *m)
{
	struct owner *owner = the_owner(argument(m, 0));

	if (owner)
		write_status(m->out, gs_mailbox_close(owner->mailbox));
	else
		refuse(m, "exit(PROCESS)");
}

static void call_controlling_process(const struct making *m)
{
	const struct owner *to = the_owner(argument(m, 1));

	if (to)
		write_status(m->out, gs_controlling_process(the_socket(m), m->self->mailbox, to->mailbox));
	else
		refuse(m, "controlling_process(SOCKET, PROCESS)");
}

/* ---- Calls that are under way while others are made */

static char *answer_of(const struct term *call, const char *bind)
{
	char *text = NULL;
	size_t length;
	struct making m = { .call = call, .bind = bind, .self = first_owner, .out = open_memstream(&text, &length) };

	if (!m.out)
		abort();
	make_call(&m);
	fclose(m.out);
	return text;
}

static void *run_errand(void *argument)
{
	struct errand *errand = argument;

	__atomic_store_n(&errand->tid, gettid(), __ATOMIC_RELEASE);
	errand->answer = answer_of(errand->call, NULL);
	__atomic_store_n(&errand->ended, 1, __ATOMIC_RELEASE);
	return NULL;
}

/* Whether it waits in the kernel for something to happen. */
static bool is_asleep(pid_t tid)
{
	char path[64], line[512] = "", *state;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/self/task/%d/stat", tid);
	file = fopen(path, "re");
	if (!file)
		return false;
	if (!fgets(line, sizeof(line), file))
		*line = '\0';
	fclose(file);
	state = strrchr(line, ')');
	return state && state[1] == ' ' && state[2] == 'S';
}

/* Takes over the statement that the call is in. */
static char *start_errand(struct statement *statement)
{
	struct errand *errand = calloc(1, sizeof(*errand));

	if (!errand || n_things == MOST_THINGS)
		abort();
	errand->statement = *statement;
	errand->call = statement->call->items;
	*statement = (struct statement){ 0 };
	things[n_things++] = (struct thing){ .name = strdup(errand->statement.name), .errand = errand };
	if (pthread_create(&errand->thread, NULL, run_errand, errand) != 0)
		abort();
	while (!__atomic_load_n(&errand->ended, __ATOMIC_ACQUIRE)) {
		const pid_t tid = __atomic_load_n(&errand->tid, __ATOMIC_ACQUIRE);

		if (tid && is_asleep(tid))
			break;
		sched_yield();
	}
	return strdup("ok");
}

static void call_finish(const struct making *m)
{
	struct thing *thing = find_thing(argument(m, 0));

	if (!thing || !thing->errand || !thing->errand->thread) {
		refuse(m, "nothing was started under this name");
		return;
	}
	pthread_join(thing->errand->thread, NULL);
	thing->errand->thread = 0;
	fputs(thing->errand->answer, m->out);
}

/* ---- All calls */

static const struct {
	const char *name;
	void (*make)(const struct making *m);
} calls[] = {
	{ "abort", call_abort },
	{ "by", call_by },
	{ "close", call_close },
	{ "connect", call_connect },
	{ "connect_init", call_connect_init },
	{ "connectx_init", call_connectx_init },
	{ "controlling_process", call_controlling_process },
	{ "eof", call_eof },
	{ "error_string", call_error_string },
	{ "exit", call_exit },
	{ "finish", call_finish },
	{ "getopts", call_getopts },
	{ "getstat", call_getstat },
	{ "listen", call_listen },
	{ "message", call_message },
	{ "open", call_open },
	{ "peeloff", call_peeloff },
	{ "peername", call_peername },
	{ "peernames", call_peernames },
	{ "port", call_port },
	{ "process", call_process },
	{ "recv", call_recv },
	{ "send", call_send },
	{ "send_all", call_send_all },
	{ "setopts", call_setopts },
	{ "sockname", call_sockname },
	{ "socknames", call_socknames },
};

#define N_CALLS (sizeof(calls) / sizeof(*calls))

int player_knows(const char *function)
{
	for (size_t i = 0; i < N_CALLS; i++) {
		if (strcmp(calls[i].name, function) == 0)
			return 1;
	}
	return strcmp(function, "start") == 0;
}

static void make_call(const struct making *m)
{
	for (size_t i = 0; i < N_CALLS; i++) {
		if (strcmp(calls[i].name, m->call->text) == 0) {
			calls[i].make(m);
			return;
		}
	}
	refuse(m, "an unknown function");
}

static char *play(const char *line)
{
	struct statement statement;
	const char *trouble = statement_parse(line, &statement);
	char *answer = NULL;

	if (trouble) {
		if (asprintf(&answer, "no call: %s", trouble) < 0)
			abort();
	} else if (strcmp(statement.call->text, "start") == 0 && statement.name && statement.call->items) {
		answer = start_errand(&statement);
	} else {
		answer = answer_of(statement.call, statement.name);
	}
	statement_free(&statement);
	return answer;
}

/* The director makes a new player for each play: the end of this one closes what it has open. */
_Noreturn void player_run(int from, int to)
{
	FILE *in = fdopen(from, "r"), *out = fdopen(to, "w");
	char *line = NULL;
	size_t room = 0;
	ssize_t n;

	first_owner = owner_new();
	if (!in || !out || !first_owner)
		_exit(3);
	while ((n = getline(&line, &room, in)) > 0) {
		char *answer;

		line[n - 1] = '\0';
		answer = play(line);
		fprintf(out, "%s\n", answer);
		fflush(out);
		free(answer);
	}
	_exit(0);
}
