/* SPDX-License-Identifier: Apache-2.0 */
/*
 * random.c - makes scripts: three sockets that associate, talk, and end in any order.
 *
 * It leaves out what is known to be answered differently: connect, which in Erlang takes whatever
 * comes first for its outcome (connect_init is there); recv where the one association is over (what
 * was peeled off is read in an active mode); what a peeled-off socket inherits; and who is told the
 * error that a local abort leaves behind there.
 */
#include "random.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST 32

struct writer {
	uint64_t state;
	FILE *out;
	bool active;           /* sockets may be in an active mode */
	char sockets[MOST][8]; /* "S", "C", "T", then those that were peeled off: "P1" */
	size_t n_sockets;
	struct {
		char name[8];
		size_t socket;
	} assocs[MOST];
	size_t n_assocs;
	int line;
};

/* splitmix64 */
static uint64_t draw(struct writer *w)
{
	uint64_t z = w->state += 0x9e3779b97f4a7c15U;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9U;
	z = (z ^ z >> 27) * 0x94d049bb133111ebU;
	return z ^ z >> 31;
}

static size_t below(struct writer *w, size_t n)
{
	return (size_t)(draw(w) % n);
}

static bool chance(struct writer *w, size_t percent)
{
	return below(w, 100) < percent;
}

#define ONE_OF(w, ...) \
	((const char *const[]){ __VA_ARGS__ }[below(w, sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(char *))])

static void write_open(struct writer *w, const char *name, const char *side)
{
	strcpy(w->sockets[w->n_sockets++], name);
	fprintf(w->out, "%s = open(%s, [ip=127.0.0.1, recbuf=100000, sndbuf=100000", name, side);
	if (chance(w, 30))
		fputs(", sctp_nodelay=true", w->out);
	if (chance(w, 20))
		fprintf(w->out, ", sctp_events={%s=%s}",
			ONE_OF(w, "shutdown_event", "data_io_event", "send_failure_event", "adaptation_layer_event",
				"association_event"),
			ONE_OF(w, "true", "false"));
	if (chance(w, 20))
		fprintf(w->out, ", sctp_initmsg={num_ostreams=%s, max_instreams=%s}", ONE_OF(w, "1", "2", "5"),
			ONE_OF(w, "1", "2", "5"));
	if (w->active && chance(w, 60))
		fprintf(w->out, ", active=%s", ONE_OF(w, "true", "once", "1", "2", "5", "0"));
	fputs("])\n", w->out);
}

static bool is_peeled(const struct writer *w, size_t socket)
{
	return w->sockets[socket][0] == 'P';
}

/* What arrives may be named, as the association that it is about. */
static void write_read(struct writer *w, size_t socket)
{
	const bool message = is_peeled(w, socket) || (w->active && chance(w, 50));

	if (w->n_assocs < MOST && chance(w, 50)) {
		snprintf(w->assocs[w->n_assocs].name, sizeof(w->assocs[0].name), "x%zu", w->n_assocs);
		fprintf(w->out, "%s = ", w->assocs[w->n_assocs].name);
		w->assocs[w->n_assocs++].socket = socket;
	}
	fprintf(w->out, "%s(%s, 700)\n", message ? "message" : "recv", w->sockets[socket]);
}

/* Mostly one of the socket's own, and of those the first, which surely were. */
static const char *some_assoc(struct writer *w, size_t socket)
{
	size_t i = below(w, w->n_assocs);

	if (chance(w, 10))
		return w->assocs[i].name;
	for (i = 0; i + 1 < w->n_assocs; i++) {
		if (w->assocs[i].socket == socket && chance(w, 70))
			break;
	}
	return w->assocs[i].name;
}

/* What was peeled off may never have been. */
static size_t some_socket(struct writer *w)
{
	return chance(w, 75) ? below(w, 3) : below(w, w->n_sockets);
}

static void name_assoc(struct writer *w, const char *name, size_t socket)
{
	strcpy(w->assocs[w->n_assocs].name, name);
	w->assocs[w->n_assocs++].socket = socket;
}

static void write_peeloff(struct writer *w, size_t socket, const char *assoc)
{
	char *name = w->sockets[w->n_sockets];

	if (w->n_sockets == 6)
		return;
	snprintf(name, sizeof(w->sockets[0]), "P%zu", w->n_sockets++ - 2);
	fprintf(w->out, "%s = peeloff(%s, %s)\nsetopts(%s, [active=false])\n", name, w->sockets[socket], assoc, name);
	fprintf(w->out, "setopts(%s, [active=true])\n", name);
}

static void write_send(struct writer *w, size_t socket, const char *assoc)
{
	const char *s = w->sockets[socket];

	if (chance(w, 60))
		fprintf(w->out, "send(%s, %s, %s, \"m%d\")\n", s, assoc, ONE_OF(w, "0", "0", "1", "4"), w->line);
	else
		fprintf(w->out, "send(%s, {assoc_id=%s, stream=%s, ppid=%d, context=%d, flags=[%s]}, %s)\n", s, assoc,
			ONE_OF(w, "0", "1", "3", "12"), w->line, w->line,
			ONE_OF(w, "", "", "unordered", "eof", is_peeled(w, socket) ? "eof" : "abort"),
			ONE_OF(w, "\"data\"", "\"\"", "bytes(3000)"));
}

static void write_setting(struct writer *w, size_t socket, const char *assoc)
{
	const char *s = w->sockets[socket];

	if (w->active && !is_peeled(w, socket) && chance(w, 60))
		fprintf(w->out, "setopts(%s, [active=%s])\n", s,
			ONE_OF(w, "true", "false", "once", "1", "3", "-1", "0"));
	else if (chance(w, 50))
		fprintf(w->out,
			"setopts(%s, [sctp_default_send_param={assoc_id=%s, ppid=%d, "
			"flags=[%s]}])\n",
			s, assoc, w->line, ONE_OF(w, "", "unordered"));
	else
		fprintf(w->out, "getopts(%s, [sctp_initmsg, sctp_nodelay, active])\n", s);
}

static void write_line(struct writer *w)
{
	const size_t socket = some_socket(w);
	const char *s = w->sockets[socket], *assoc = some_assoc(w, socket);
	const size_t what = below(w, 100);

	w->line++;
	if (what < 30)
		write_read(w, socket);
	else if (what < 57)
		write_send(w, socket, assoc);
	else if (what < 68)
		fprintf(w->out, "%s(%s, %s)\n", what < 63 || is_peeled(w, socket) ? "eof" : "abort", s, assoc);
	else if (what < 77)
		fprintf(w->out, "connect_init(%s, 127.0.0.1, %s.port)\n", s, ONE_OF(w, "S", "T", "C"));
	else if (what < 82)
		write_peeloff(w, socket, assoc);
	else if (what < 85)
		fprintf(w->out, "close(%s)\n", s);
	else if (what < 87)
		fprintf(w->out, "listen(%s, %s)\n", s, ONE_OF(w, "true", "false"));
	else if (what < 90)
		fprintf(w->out, "%s(%s, %s)\n", ONE_OF(w, "peernames", "socknames"), s, assoc);
	else if (what < 97)
		write_setting(w, socket, assoc);
	else
		fprintf(w->out, "network(%s)\n", ONE_OF(w, "lost", "whole"));
}

/* "a" and "b" are both ends of an association of C and S, "c" and "d" of one of C and T, if T listens. */
static void write_beginning(struct writer *w)
{
	write_open(w, "S", "server");
	write_open(w, "C", "client");
	write_open(w, "T", "server");
	fputs("listen(S, true)\n"
	      "a = connectx_init(C, [127.0.0.1], S.port)\n",
		w->out);
	name_assoc(w, "a", 1);
	fprintf(w->out, "b = %s(S, 700)\n", w->active ? "message" : "recv");
	name_assoc(w, "b", 0);
	if (chance(w, 70)) {
		fputs("listen(T, true)\n"
		      "c = connectx_init(C, [127.0.0.1], T.port)\n",
			w->out);
		name_assoc(w, "c", 1);
		fprintf(w->out, "d = %s(T, 700)\n", w->active ? "message" : "recv");
		name_assoc(w, "d", 2);
	}
}

char *random_script(uint64_t seed)
{
	char *text = NULL;
	size_t length;
	struct writer w = { .state = seed, .out = open_memstream(&text, &length) };
	size_t lines;

	if (!w.out)
		abort();
	w.active = chance(&w, 40);
	write_beginning(&w);
	lines = 10 + below(&w, 25);
	while (lines-- > 0)
		write_line(&w);
	for (size_t i = 0; i < w.n_sockets; i++) {
		write_read(&w, i);
		write_read(&w, i);
	}
	fclose(w.out);
	return text;
}
