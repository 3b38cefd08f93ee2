/* SPDX-License-Identifier: Apache-2.0 */
/*
 * player.c - makes the calls of a script on libgen_sctp and writes what came of them.
 *
 * A call is a row in `calls`: a function that gets its arguments and writes the answer. What a script
 * can say and C cannot (a value of the wrong type) is answered with "no call: ..." and is a fault of
 * the script.
 */
#include "player.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "gen_sctp.h"
#include "owner.h"
#include "term.h"
#include "words.h"

#define SOON 5000 /* what recv and connect wait when the script does not say */
#define MOST_THINGS 64
#define MOST_OPTIONS 16
#define MOST_ADDRESSES 16

/* A call in a thread of its own. */
struct errand {
	pthread_t thread;
	const struct term *call;
	struct statement statement; /* that the call is in */
	char *answer;
	pid_t tid;
	int ended;
};

/* What a script has a name for. */
struct thing {
	char *name;
	struct gs_socket *socket;
	struct errand *errand;
	struct owner *owner;
};

static struct thing things[MOST_THINGS];
static size_t n_things;
static struct owner *first_owner; /* whose the sockets are at first */

/* One call while it is made. */
struct making {
	const struct term *call;
	const char *bind; /* what its result will be called, or NULL */
	FILE *out;
	struct owner *self; /* who makes it */
};

static void make_call(const struct making *m);

static struct thing *find(const struct term *name)
{
	for (size_t i = n_things; name && i-- > 0;) {
		if (strcmp(things[i].name, name->text) == 0)
			return &things[i];
	}
	return NULL;
}

static const struct term *argument(const struct making *m, size_t n)
{
	return term_at(m->call, n);
}

static struct gs_socket *the_socket(const struct making *m)
{
	const struct thing *thing = find(argument(m, 0));

	return thing ? thing->socket : NULL;
}

static int64_t number_or(const struct term *term, int64_t otherwise)
{
	return term ? term->number : otherwise;
}

static void refuse(const struct making *m, const char *why)
{
	fprintf(m->out, "no call: %s", why);
}

/* ---- Options */

struct option_list {
	struct gs_option items[MOST_OPTIONS];
	struct gs_options options;
	const char *trouble;
};

static void add_option(struct option_list *list, const struct term *term)
{
	if (list->options.count == MOST_OPTIONS)
		list->trouble = "too many options";
	else
		list->trouble = read_option(term, &list->items[list->options.count++]);
}

/* NULL for none. */
static const struct gs_options *read_options(struct option_list *list, const struct term *term)
{
	list->trouble = NULL;
	list->options =
		(struct gs_options){.items = list->items, .size = sizeof(struct gs_option)};
	for (const struct term *item = term ? term->items : NULL; item && !list->trouble;
		item = item->next)
		add_option(list, item);
	return term ? &list->options : NULL;
}

/* ---- Open and its kind */

static void opened(const struct making *m, int status, struct gs_socket *socket)
{
	uint16_t port = 0;

	if (status != GS_OK) {
		write_status(m->out, status);
		return;
	}
	if (!m->bind || n_things == MOST_THINGS) {
		gs_free(socket);
		refuse(m, "a socket needs a name");
		return;
	}
	things[n_things++] = (struct thing){.name = strdup(m->bind), .socket = socket};
	status = gs_port(socket, &port);
	write_status(m->out, status);
	if (status == GS_OK)
		fprintf(m->out, " @%u", port);
}

struct opening {
	struct gs_open_options open;
	union gs_addr addrs[MOST_ADDRESSES];
	struct option_list list;
};

/* What gs_open() takes apart from options. */
static bool read_open_option(struct opening *o, const struct term *term)
{
	const char *word = term->key ? term->key : term->text;

	if (term_is_word(term, "inet") || term_is_word(term, "inet6")) {
		if (!o->open.family)
			o->open.family = word[4] ? AF_INET6 : AF_INET;
	} else if (strcmp(word, "ip") == 0 && o->open.n_addrs < MOST_ADDRESSES) {
		if (!read_address(term, 0, &o->addrs[o->open.n_addrs++]))
			o->list.trouble = "no address";
	} else if (strcmp(word, "port") == 0) {
		o->open.port = (int32_t)term->number;
	} else if (strcmp(word, "type") == 0) {
		o->open.type = term_is_word(term, "seqpacket") ? SOCK_SEQPACKET
			       : term_is_word(term, "stream")  ? SOCK_STREAM
							       : SOCK_RAW;
	} else if (strcmp(word, "netns") == 0) {
		o->open.netns = term->text;
	} else {
		return false;
	}
	return true;
}

static void call_open(const struct making *m)
{
	const struct term *list = argument(m, 1);
	struct opening o = {0};
	struct gs_socket *socket = NULL;
	int status;

	read_options(&o.list, NULL);
	for (const struct term *item = list ? list->items : NULL; item && !o.list.trouble;
		item = item->next) {
		if (!read_open_option(&o, item))
			add_option(&o.list, item);
	}
	if (o.list.trouble) {
		refuse(m, o.list.trouble);
		return;
	}
	o.open.addrs = o.addrs;
	o.open.options = o.list.options;
	o.open.owner = first_owner->mailbox;
	status = gs_open(&o.open, &socket);
	opened(m, status, socket);
}

static void call_peeloff(const struct making *m)
{
	struct gs_socket *socket = NULL;

	const int status = gs_peeloff(the_socket(m), read_assoc(argument(m, 1)), &socket);

	opened(m, status, socket);
}

static void call_close(const struct making *m)
{
	write_status(m->out, gs_close(the_socket(m)));
}

static void call_listen(const struct making *m)
{
	const struct term *how = argument(m, 1);
	int backlog = (int)number_or(how, 0);

	if (term_is_word(how, "true"))
		backlog = GS_LISTEN;
	write_status(m->out, gs_listen(the_socket(m), backlog));
}

/* ---- Associate */

/* "connect(S, ADDRESS, PORT, OPTIONS, TIMEOUT)" */
struct connecting {
	union gs_addr peer;
	struct option_list list;
	const struct gs_options *options;
};

static bool read_connecting(const struct making *m, struct connecting *c)
{
	c->options = read_options(&c->list, argument(m, 3));
	if (!read_address(argument(m, 1), (uint16_t)number_or(argument(m, 2), 0), &c->peer))
		c->list.trouble = "no address";
	if (c->list.trouble)
		refuse(m, c->list.trouble);
	return !c->list.trouble;
}

static void call_connect(const struct making *m)
{
	struct connecting c;
	struct gs_assoc_change change;
	int status;

	if (!read_connecting(m, &c))
		return;
	status = gs_connect(
		the_socket(m), &c.peer, c.options, number_or(argument(m, 4), SOON), &change);
	if (status == GS_OK || status == GS_ERROR_EVENT) {
		fputs(status == GS_OK ? "ok " : "error ", m->out);
		write_assoc_change(m->out, &change);
	} else {
		write_status(m->out, status);
	}
}

static void call_connect_init(const struct making *m)
{
	struct connecting c;

	if (read_connecting(m, &c))
		write_status(m->out, gs_connect_init(the_socket(m), &c.peer, c.options));
}

static void call_connectx_init(const struct making *m)
{
	union gs_addr addrs[MOST_ADDRESSES];
	struct option_list list;
	const struct gs_options *options = read_options(&list, argument(m, 3));
	const struct term *item = argument(m, 1);
	const uint16_t port = (uint16_t)number_or(argument(m, 2), 0);
	int32_t assoc_id = 0;
	size_t n = 0;
	int status;

	for (item = item ? item->items : NULL; item && n < MOST_ADDRESSES; item = item->next) {
		/* ADDRESS, or [ADDRESS, PORT] */
		if (!(item->kind == TERM_LIST
				    ? read_address(term_at(item, 0),
					      (uint16_t)number_or(term_at(item, 1), 0), &addrs[n++])
				    : read_address(item, port, &addrs[n++])))
			list.trouble = "no address";
	}
	if (list.trouble) {
		refuse(m, list.trouble);
		return;
	}
	status = gs_connectx_init(the_socket(m), addrs, n, options, &assoc_id);
	write_status(m->out, status);
	if (status == GS_OK)
		fprintf(m->out, " #%d", assoc_id);
}

static void call_eof(const struct making *m)
{
	write_status(m->out, gs_eof(the_socket(m), read_assoc(argument(m, 1))));
}

static void call_abort(const struct making *m)
{
	write_status(m->out, gs_abort(the_socket(m), read_assoc(argument(m, 1))));
}

/* ---- Send and receive */

static void call_send(const struct making *m)
{
	const struct term *info = argument(m, 1), *data = argument(m, 2);
	struct gs_sndrcvinfo parsed;
	struct octets octets;
	const char *trouble = NULL;

	if (!info || info->kind != TERM_RECORD) { /* send/4 */
		octets = read_octets(argument(m, 3));
		write_status(m->out,
			gs_send(the_socket(m), read_assoc(info), (uint32_t)number_or(data, 0),
				octets.bytes, octets.length));
	} else {
		octets = read_octets(data);
		trouble = read_sndrcvinfo(info, &parsed);
		if (trouble)
			refuse(m, trouble);
		else
			write_status(m->out,
				gs_send_info(the_socket(m), &parsed, octets.bytes, octets.length));
	}
	free(octets.bytes);
}

/* Sends until it cannot; how often is the kernel's business, and not said. */
static void call_send_all(const struct making *m)
{
	struct octets octets = read_octets(argument(m, 3));
	struct gs_socket *socket = the_socket(m);
	const int32_t assoc_id = read_assoc(argument(m, 1));
	const uint32_t stream = (uint32_t)number_or(argument(m, 2), 0);
	int status = GS_OK;

	for (int i = 0; i < 10000 && status == GS_OK; i++)
		status = gs_send(socket, assoc_id, stream, octets.bytes, octets.length);
	write_status(m->out, status);
	if (status == GS_OK)
		fputs(" for ever", m->out);
	free(octets.bytes);
}

static void call_recv(const struct making *m)
{
	struct gs_message message = {0};
	const int status = gs_recv(the_socket(m), number_or(argument(m, 1), SOON), &message);

	if (status == GS_OK || status == GS_ERROR_EVENT) {
		fputs(status == GS_OK ? "ok " : "error ", m->out);
		write_message(m->out, &message);
	} else {
		write_status(m->out, status);
	}
	gs_message_release(&message);
}

/* ---- Options and names */

static void call_setopts(const struct making *m)
{
	struct option_list list;
	const struct gs_options *options = read_options(&list, argument(m, 1));

	if (list.trouble)
		refuse(m, list.trouble);
	else
		write_status(m->out, gs_setopts(the_socket(m), options));
}

static void call_getopts(const struct making *m)
{
	struct option_list list;
	const char *comma = "";
	size_t n;
	int status;

	read_options(&list, argument(m, 1));
	if (list.trouble) {
		refuse(m, list.trouble);
		return;
	}
	n = list.options.count;
	status = gs_getopts(the_socket(m), list.items, &n);
	write_status(m->out, status);
	if (status != GS_OK)
		return;
	fputs(" [", m->out);
	for (size_t i = 0; i < n; i++) {
		/* one that was never set */
		if (list.items[i].name == GS_OPT_NETNS && !list.items[i].text)
			continue;
		fputs(comma, m->out);
		write_option(m->out, &list.items[i]);
		comma = ", ";
	}
	fputc(']', m->out);
}

static void call_port(const struct making *m)
{
	uint16_t port = 0;
	const int status = gs_port(the_socket(m), &port);

	write_status(m->out, status);
	if (status == GS_OK)
		fprintf(m->out, " @%u", port);
}

static void write_name(const struct making *m, int status, const union gs_addr *addr)
{
	write_status(m->out, status);
	if (status == GS_OK) {
		fputc(' ', m->out);
		write_address(m->out, addr);
	}
}

static void call_sockname(const struct making *m)
{
	union gs_addr addr;

	write_name(m, gs_sockname(the_socket(m), &addr), &addr);
}

static void call_peername(const struct making *m)
{
	union gs_addr addr;

	write_name(m, gs_peername(the_socket(m), &addr), &addr);
}

static void write_names(const struct making *m, int status, union gs_addr *addrs, size_t n)
{
	write_status(m->out, status);
	if (status != GS_OK)
		return;
	fputs(" [", m->out);
	for (size_t i = 0; i < n; i++) {
		fputs(i ? ", " : "", m->out);
		write_address(m->out, &addrs[i]);
	}
	fputc(']', m->out);
	gs_addrs_free(addrs);
}

static void call_socknames(const struct making *m)
{
	union gs_addr *addrs = NULL;
	size_t n = 0;
	const int status = gs_socknames(the_socket(m), read_assoc(argument(m, 1)), &addrs, &n);

	write_names(m, status, addrs, n);
}

static void call_peernames(const struct making *m)
{
	union gs_addr *addrs = NULL;
	size_t n = 0;
	const int status = gs_peernames(the_socket(m), read_assoc(argument(m, 1)), &addrs, &n);

	write_names(m, status, addrs, n);
}

static void call_error_string(const struct making *m)
{
	const char *text = gs_error_string((int32_t)number_or(argument(m, 0), 0));
	const bool is_word = strcmp(text, "ok") == 0 || strcmp(text, "unknown_error") == 0;

	fprintf(m->out, is_word ? "%s" : "\"%s\"", text);
}

/* ---- Owners */

static void call_message(const struct making *m)
{
	owner_read(m->self, the_socket(m), number_or(argument(m, 1), SOON), m->out);
}

static void call_process(const struct making *m)
{
	struct owner *owner = owner_new();

	if (!owner || !m->bind || n_things == MOST_THINGS) {
		refuse(m, "a process needs a name");
		return;
	}
	things[n_things++] = (struct thing){.name = strdup(m->bind), .owner = owner};
	fputs("ok", m->out);
}

static struct owner *the_owner(const struct term *name)
{
	const struct thing *thing = find(name);

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
		write_status(m->out,
			gs_controlling_process(the_socket(m), m->self->mailbox, to->mailbox));
	else
		refuse(m, "controlling_process(SOCKET, PROCESS)");
}

/* ---- Calls that are under way while others are made */

static char *answer_of(const struct term *call, const char *bind)
{
	char *text = NULL;
	size_t length;
	struct making m = {.call = call,
		.bind = bind,
		.self = first_owner,
		.out = open_memstream(&text, &length)};

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
	*statement = (struct statement){0};
	things[n_things++] =
		(struct thing){.name = strdup(errand->statement.name), .errand = errand};
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
	struct thing *thing = find(argument(m, 0));

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
	{"abort", call_abort},
	{"by", call_by},
	{"close", call_close},
	{"connect", call_connect},
	{"connect_init", call_connect_init},
	{"connectx_init", call_connectx_init},
	{"controlling_process", call_controlling_process},
	{"eof", call_eof},
	{"error_string", call_error_string},
	{"exit", call_exit},
	{"finish", call_finish},
	{"getopts", call_getopts},
	{"listen", call_listen},
	{"message", call_message},
	{"open", call_open},
	{"peeloff", call_peeloff},
	{"peername", call_peername},
	{"peernames", call_peernames},
	{"port", call_port},
	{"process", call_process},
	{"recv", call_recv},
	{"send", call_send},
	{"send_all", call_send_all},
	{"setopts", call_setopts},
	{"sockname", call_sockname},
	{"socknames", call_socknames},
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
	} else if (strcmp(statement.call->text, "start") == 0 && statement.name &&
		statement.call->items) {
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
