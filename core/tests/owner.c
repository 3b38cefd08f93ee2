/* SPDX-License-Identifier: Apache-2.0 */
/* owner.c - see owner.h. */
#include "owner.h"

#include <stdarg.h>
#include <stdio.h>

#define MOST_MAILBOXES 16
#define WHILE 100 /* ms in which nothing happens */

static struct gs_mailbox *ours[MOST_MAILBOXES];
static struct gs_notice notice; /* of the last expectation */

struct gs_mailbox *mailbox(void)
{
	for (size_t i = 0; i < MOST_MAILBOXES; i++) {
		if (ours[i])
			continue;
		expect_ok(gs_mailbox_new(&ours[i]));
		return ours[i];
	}
	ck_abort_msg("more than %d mailboxes in one test", MOST_MAILBOXES);
	return NULL;
}

void release_mailbox(struct gs_mailbox *m)
{
	for (size_t i = 0; i < MOST_MAILBOXES; i++)
		if (ours[i] == m)
			ours[i] = NULL;
	gs_mailbox_free(m);
}

void release_owners(void)
{
	release_all();
	for (size_t i = 0; i < MOST_MAILBOXES; i++)
		release_mailbox(ours[i]);
	gs_notice_release(&notice);
}

static struct gs_socket *open_owned(struct gs_mailbox *m, const struct gs_option *option)
{
	const union gs_addr here = localhost(0);

	return open_with(&(struct gs_open_options){ .owner = m,
		.addrs = &here,
		.n_addrs = 1,
		.options = { .items = option, .count = option != NULL, .size = sizeof(*option) } });
}

struct owned own_alone_with(const struct gs_option *option)
{
	struct owned o = { .mailbox = mailbox() };

	o.s = open_owned(o.mailbox, option);
	return o;
}

struct owned own_alone(void)
{
	return own_alone_with(NULL);
}

struct owned own_too(struct gs_mailbox *m, uint32_t mode, int32_t n)
{
	const struct gs_option active = { .name = GS_OPT_ACTIVE, .active = { .mode = mode, .n = n } };
	struct owned o = { .mailbox = m, .s = open_owned(m, &active), .peer = open_on("127.0.0.1") };
	const union gs_addr addr = localhost(port_of(o.s));
	struct gs_assoc_change up;

	expect_ok(gs_listen(o.s, GS_LISTEN));
	expect_ok(gs_connect(o.peer, &addr, NULL, SOON, &up));
	o.at_peer = up.assoc_id;
	wait_until_readable(o.s);
	return o;
}

struct owned own(uint32_t mode, int32_t n)
{
	return own_too(mailbox(), mode, n);
}

static const char *words(const struct gs_notice *n)
{
	static char text[128];
	const struct gs_event *e = &n->message.event;

	snprintf(text, sizeof(text), "%s: %s %s (status %s)", gs_notice_name(n->type), gs_event_name(e->type),
		e->type == GS_ASSOC_CHANGE ? gs_assoc_change_name(e->assoc_change.state) : "",
		gs_status_name(n->status));
	return text;
}

const struct gs_notice *next_notice(struct owned *o)
{
	expect_ok(gs_mailbox_take(o->mailbox, SOON, &notice));
	return &notice;
}

const struct gs_message *expect_notice(struct owned *o, uint32_t type)
{
	const struct gs_notice *n = next_notice(o);
	const int error = gs_event_is_error(&n->message.event);

	ck_assert_msg(n->message.event.type == type && n->type == (error ? GS_SCTP_ERROR : GS_SCTP),
		"expected %s, got %s", gs_event_name(type), words(n));
	ck_assert_ptr_eq(n->socket, o->s);
	ck_assert_int_eq(n->status, error ? GS_ERROR_EVENT : GS_OK);
	return &n->message;
}

const struct gs_assoc_change *expect_notice_change(struct owned *o, uint32_t state)
{
	const struct gs_assoc_change *c = &expect_notice(o, GS_ASSOC_CHANGE)->event.assoc_change;

	ck_assert_msg(c->state == state, "expected %s, got %s", gs_assoc_change_name(state), words(&notice));
	return c;
}

void expect_notice_text(struct owned *o, const char *format, ...)
{
	const struct gs_data *d = &expect_notice(o, GS_DATA)->event.data;
	char text[64];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	ck_assert_msg(d->length == strlen(text) && memcmp(d->bytes, text, d->length) == 0,
		"expected \"%s\", got \"%.*s\"", text, (int)d->length, d->bytes);
}

void expect_passive_notice(struct owned *o)
{
	const struct gs_notice *n = next_notice(o);

	ck_assert_msg(n->type == GS_SCTP_PASSIVE, "expected sctp_passive, got %s", words(n));
	ck_assert_ptr_eq(n->socket, o->s);
	ck_assert_int_eq(n->status, GS_OK);
}

static void expect_none(struct owned *o, int64_t ms)
{
	const int status = gs_mailbox_take(o->mailbox, ms, &notice);

	ck_assert_msg(status == GS_TIMEOUT, "expected nothing, got %s (%s)", gs_status_name(status),
		status == GS_OK ? words(&notice) : "");
}

void expect_no_notice(struct owned *o)
{
	expect_none(o, WHILE);
}

void expect_no_notice_now(struct owned *o)
{
	expect_none(o, 0);
}

void expect_mode(struct gs_socket *s, uint32_t mode, int32_t n)
{
	struct gs_option o = { .name = GS_OPT_ACTIVE };

	expect_ok(gs_getopt(s, &o));
	ck_assert_uint_eq(o.active.mode, mode);
	ck_assert_int_eq(o.active.n, n);
}

void say(struct gs_socket *s, int32_t assoc_id, const char *format, ...)
{
	char text[64];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	expect_ok(gs_send(s, assoc_id, 0, text, strlen(text)));
}

int fill(struct gs_socket *s, int32_t assoc_id)
{
	static char kilobyte[1000];
	int n = 0, status;

	setopt_int(s, GS_OPT_NON_BLOCK_SEND, 1);
	for (;;) {
		memcpy(kilobyte, &n, sizeof(n));
		status = gs_send(s, assoc_id, 0, kilobyte, sizeof(kilobyte));
		if (status != GS_OK)
			break;
		n++;
	}
	expect_status(status, -EAGAIN);
	return n;
}

void wait_until_received(struct gs_socket *s)
{
	struct gs_message m = { 0 };
	int status;

	/* until the other thread is in, this one would be the receiver, and gets nothing */
	while ((status = gs_recv(s, 0, &m)) == GS_TIMEOUT)
		pause_ms(1);
	expect_status(status, -EALREADY);
}
