/* SPDX-License-Identifier: Apache-2.0 */
/* Everything at once: threads that do to the same sockets and mailboxes whatever comes to their
 * mind, until these are closed under them. Each call gives a status that its entry in the header
 * names; nothing crashes, hangs or is left behind. Of most use with a sanitizer. */
#include "owner.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>

#define SOCKETS 3
#define BOXES 2
#define THREADS 6
#define CALLS 1500

static struct gs_socket *sockets[SOCKETS];
static int32_t ids[SOCKETS]; /* an association of each */
static struct gs_mailbox *boxes[BOXES];
static union gs_addr far;
static atomic_int calls;

struct whim {
	unsigned seed;
	struct gs_message message;
	struct gs_notice notice;
	const char *last; /* call, whose status was not to be had */
	int status;
};

static unsigned pick(struct whim *w, unsigned n)
{
	return (unsigned)rand_r(&w->seed) % n;
}

static struct gs_socket *any_socket(struct whim *w)
{
	return sockets[pick(w, SOCKETS)];
}

static struct gs_mailbox *any_box(struct whim *w)
{
	return boxes[pick(w, BOXES)];
}

static int receive(struct whim *w)
{
	return gs_recv(any_socket(w), pick(w, 3), &w->message);
}

static int take(struct whim *w)
{
	return gs_mailbox_take(any_box(w), pick(w, 3), &w->notice);
}

static int set_mode(struct whim *w)
{
	return gs_set_active(any_socket(w), pick(w, 4), (int32_t)pick(w, 9) - 2);
}

static int get_mode(struct whim *w)
{
	struct gs_option o = { .name = GS_OPT_ACTIVE };

	return gs_getopt(any_socket(w), &o);
}

static int give_away(struct whim *w)
{
	struct gs_socket *s = any_socket(w);

	return gs_controlling_process(s, any_box(w), any_box(w));
}

static int send_some(struct whim *w)
{
	static const char kilobytes[4000];
	const unsigned i = pick(w, SOCKETS);

	return gs_send(sockets[i], ids[i], pick(w, 2), kilobytes, 1 + pick(w, sizeof(kilobytes)));
}

static int connect_somewhere(struct whim *w)
{
	return gs_connect(any_socket(w), &far, NULL, pick(w, 4), NULL);
}

static int peel_off(struct whim *w)
{
	const unsigned i = pick(w, SOCKETS);
	struct gs_socket *child = NULL;
	const int status = gs_peeloff(sockets[i], pick(w, 8) ? 99999 : ids[i], &child);

	gs_free(child);
	return status;
}

static int ask(struct whim *w)
{
	struct gs_stat stat;
	struct gs_info info;
	const int status = gs_get_info(any_socket(w), &info);

	return status == GS_OK ? gs_getstat(any_socket(w), &stat) : status;
}

static const struct deed {
	const char *name;
	int (*call)(struct whim *w);
	int statuses[9]; /* besides GS_OK, which ends them */
} deeds[] = {
	{ "recv", receive, { GS_ERROR_EVENT, GS_TIMEOUT, GS_CLOSED, -EINVAL, -EALREADY } },
	{ "take", take, { GS_TIMEOUT, GS_CLOSED, -EALREADY } },
	{ "take", take, { GS_TIMEOUT, GS_CLOSED, -EALREADY } },
	{ "set_active", set_mode, { -EINVAL } },
	{ "getopt", get_mode, { -EINVAL } },
	{ "controlling_process", give_away, { GS_NOT_OWNER, GS_CLOSED, GS_BADARG } },
	{ "send", send_some, { GS_CLOSED, -EAGAIN, -EPIPE } },
	{ "send", send_some, { GS_CLOSED, -EAGAIN, -EPIPE } },
	{ "connect", connect_somewhere, { GS_ERROR_EVENT, GS_TIMEOUT, GS_CLOSED, -EALREADY, -EISCONN, -ENOBUFS } },
	{ "peeloff", peel_off, { GS_CLOSED, -EINVAL } },
	{ "getstat", ask, { -EINVAL } },
};

static bool is_named(const struct deed *d, int status)
{
	for (size_t i = 0; status != GS_OK && d->statuses[i] != status; i++)
		if (d->statuses[i] == GS_OK)
			return false;
	return true;
}

/* The status that was not to be had, or GS_OK. */
static int follow(void *whim)
{
	struct whim *w = whim;

	w->status = GS_OK;
	for (int i = 0; i < CALLS && w->status == GS_OK; i++) {
		const struct deed *d = &deeds[pick(w, sizeof(deeds) / sizeof(deeds[0]))];
		const int status = d->call(w);

		atomic_fetch_add(&calls, 1);
		if (!is_named(d, status)) {
			w->last = d->name;
			w->status = status;
		}
	}
	gs_message_release(&w->message);
	gs_notice_release(&w->notice);
	return w->status;
}

/* Two sockets of the first mailbox, one of the second, each with an association. */
static void set_up(void)
{
	struct owned o[SOCKETS];

	boxes[0] = mailbox();
	boxes[1] = mailbox();
	far = localhost(port_of(listener()));
	atomic_store(&calls, 0);
	for (int i = 0; i < SOCKETS; i++) {
		o[i] = own_too(boxes[i / 2], GS_PASSIVE, 0);
		ids[i] = expect_change(o[i].s, GS_COMM_UP)->assoc_id;
		sockets[i] = o[i].s;
		setopt_int(o[i].s, GS_OPT_NON_BLOCK_SEND, 1);
		/* so that there is something to deliver */
		fill(o[i].peer, o[i].at_peer);
	}
}

/* What happens to them in the middle of it. */
static void close_sockets(void)
{
	for (int i = 0; i < SOCKETS; i++)
		expect_ok(gs_close(sockets[i]));
}

static void close_mailboxes(void)
{
	for (int i = 0; i < BOXES; i++)
		expect_ok(gs_mailbox_close(boxes[i]));
}

static void nothing(void)
{
}

static void (*const ends[])(void) = { nothing, close_sockets, close_mailboxes };

/* One for each way to end and each of four seeds. */
START_TEST(whatever_comes_to_their_mind)
{
	static struct whim whims[THREADS];
	struct errand errands[THREADS];

	set_up();
	for (unsigned i = 0; i < THREADS; i++) {
		whims[i] = (struct whim){ .seed = (unsigned)_i * THREADS + i + 1 };
		errand_start(&errands[i], follow, &whims[i]);
	}
	while (atomic_load(&calls) < THREADS * CALLS / 2)
		pause_ms(1);
	ends[_i % 3]();
	for (int i = 0; i < THREADS; i++) {
		const int status = errand_finish(&errands[i]);

		ck_assert_msg(status == GS_OK, "%s is %d (%s)", whims[i].last, status, gs_status_name(status));
	}
	ck_assert_int_eq(atomic_load(&calls), THREADS * CALLS);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("storm");
	TCase *cases = tcase_create("storm");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_checked_fixture(cases, NULL, release_owners);
	tcase_add_loop_test(cases, whatever_comes_to_their_mind, 0, 12);
	tcase_set_timeout(cases, 60);
	suite_add_tcase(suite, cases);
	srunner_set_tap(runner, "-");
	srunner_run_all(runner, CK_SILENT);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
