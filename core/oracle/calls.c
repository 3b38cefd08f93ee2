/* SPDX-License-Identifier: Apache-2.0 */
/* calls.c - the calls of a script that are one call of libgen_sctp each. */
#include "calls.h"

#include <stdlib.h>
#include <string.h>

#include "words.h"

#define MOST_OPTIONS 16
#define MOST_ADDRESSES 16

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
	list->options = (struct gs_options){ .items = list->items, .size = sizeof(struct gs_option) };
	for (const struct term *item = term ? term->items : NULL; item && !list->trouble; item = item->next)
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
	if (!name_thing(m, (struct thing){ .socket = socket })) {
		gs_free(socket);
		return;
	}
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
			: term_is_word(term, "stream")         ? SOCK_STREAM
							       : SOCK_RAW;
	} else if (strcmp(word, "netns") == 0) {
		o->open.netns = term->text;
	} else {
		return false;
	}
	return true;
}

void call_open(const struct making *m)
{
	const struct term *list = argument(m, 1);
	struct opening o = { 0 };
	struct gs_socket *socket = NULL;
	int status;

	read_options(&o.list, NULL);
	for (const struct term *item = list ? list->items : NULL; item && !o.list.trouble; item = item->next) {
		if (!read_open_option(&o, item))
			add_option(&o.list, item);
	}
	if (o.list.trouble) {
		refuse(m, o.list.trouble);
		return;
	}
	o.open.addrs = o.addrs;
	o.open.options = o.list.options;
	o.open.owner = m->self->mailbox;
	status = gs_open(&o.open, &socket);
	opened(m, status, socket);
}

void call_peeloff(const struct making *m)
{
	struct gs_socket *socket = NULL;

	const int status = gs_peeloff(the_socket(m), read_assoc(argument(m, 1)), &socket);

	opened(m, status, socket);
}

void call_close(const struct making *m)
{
	write_status(m->out, gs_close(the_socket(m)));
}

void call_listen(const struct making *m)
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

void call_connect(const struct making *m)
{
	struct connecting c;
	struct gs_assoc_change change;
	int status;

	if (!read_connecting(m, &c))
		return;
	status = gs_connect(the_socket(m), &c.peer, c.options, number_or(argument(m, 4), SOON), &change);
	if (status == GS_OK || status == GS_ERROR_EVENT) {
		fputs(status == GS_OK ? "ok " : "error ", m->out);
		write_assoc_change(m->out, &change);
	} else {
		write_status(m->out, status);
	}
}

void call_connect_init(const struct making *m)
{
	struct connecting c;

	if (read_connecting(m, &c))
		write_status(m->out, gs_connect_init(the_socket(m), &c.peer, c.options));
}

void call_connectx_init(const struct making *m)
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
		if (!(item->kind == TERM_LIST ? read_address(term_at(item, 0), (uint16_t)number_or(term_at(item, 1), 0),
							&addrs[n++])
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

void call_eof(const struct making *m)
{
	write_status(m->out, gs_eof(the_socket(m), read_assoc(argument(m, 1))));
}

void call_abort(const struct making *m)
{
	write_status(m->out, gs_abort(the_socket(m), read_assoc(argument(m, 1))));
}

/* ---- Send and receive */

void call_send(const struct making *m)
{
	const struct term *info = argument(m, 1), *data = argument(m, 2);
	struct gs_sndrcvinfo parsed;
	struct octets octets;
	const char *trouble = NULL;

	if (!info || info->kind != TERM_RECORD) { /* send/4 */
		octets = read_octets(argument(m, 3));
		write_status(m->out,
			gs_send(the_socket(m), read_assoc(info), (uint32_t)number_or(data, 0), octets.bytes,
				octets.length));
	} else {
		octets = read_octets(data);
		trouble = read_sndrcvinfo(info, &parsed);
		if (trouble)
			refuse(m, trouble);
		else
			write_status(m->out, gs_send_info(the_socket(m), &parsed, octets.bytes, octets.length));
	}
	free(octets.bytes);
}

/* Sends until it cannot; how often is the kernel's business, and not said. */
void call_send_all(const struct making *m)
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

void call_recv(const struct making *m)
{
	struct gs_message message = { 0 };
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

void call_setopts(const struct making *m)
{
	struct option_list list;
	const struct gs_options *options = read_options(&list, argument(m, 1));

	if (list.trouble)
		refuse(m, list.trouble);
	else
		write_status(m->out, gs_setopts(the_socket(m), options));
}

void call_getopts(const struct making *m)
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

static void write_count(FILE *out, const char *name, const struct gs_stat *stat)
{
	const struct {
		const char *name;
		uint64_t value;
	} counters[] = { { "recv_cnt", stat->recv_cnt }, { "recv_oct", stat->recv_oct }, { "recv_max", stat->recv_max },
		{ "recv_avg", stat->recv_avg }, { "recv_dvi", stat->recv_dvi }, { "send_cnt", stat->send_cnt },
		{ "send_oct", stat->send_oct }, { "send_max", stat->send_max }, { "send_avg", stat->send_avg },
		{ "send_pend", stat->send_pend } };

	for (size_t i = 0; i < sizeof(counters) / sizeof(*counters); i++) {
		if (strcmp(counters[i].name, name) == 0)
			fprintf(out, "%s=%llu", name, (unsigned long long)counters[i].value);
	}
}

void call_getstat(const struct making *m)
{
	const struct term *list = argument(m, 1);
	struct gs_stat stat;
	const int status = gs_getstat(the_socket(m), &stat);
	const char *comma = "";

	write_status(m->out, status);
	if (status != GS_OK)
		return;
	fputs(" [", m->out);
	for (const struct term *item = list ? list->items : NULL; item; item = item->next) {
		fputs(comma, m->out);
		write_count(m->out, item->text, &stat);
		comma = ", ";
	}
	fputc(']', m->out);
}

void call_port(const struct making *m)
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

void call_sockname(const struct making *m)
{
	union gs_addr addr;

	write_name(m, gs_sockname(the_socket(m), &addr), &addr);
}

void call_peername(const struct making *m)
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

void call_socknames(const struct making *m)
{
	union gs_addr *addrs = NULL;
	size_t n = 0;
	const int status = gs_socknames(the_socket(m), read_assoc(argument(m, 1)), &addrs, &n);

	write_names(m, status, addrs, n);
}

void call_peernames(const struct making *m)
{
	union gs_addr *addrs = NULL;
	size_t n = 0;
	const int status = gs_peernames(the_socket(m), read_assoc(argument(m, 1)), &addrs, &n);

	write_names(m, status, addrs, n);
}

void call_error_string(const struct making *m)
{
	const char *text = gs_error_string((int32_t)number_or(argument(m, 0), 0));
	const bool is_word = strcmp(text, "ok") == 0 || strcmp(text, "unknown_error") == 0;

	fprintf(m->out, is_word ? "%s" : "\"%s\"", text);
}
