/* SPDX-License-Identifier: Apache-2.0 */
/* wire_matrix.c - a cell of the matrix of states and events: what must be seen, and what the state is then. */
#include <stdlib.h>

#include "cases/wire_matrix.h"

/* A cell that is carried out. */
struct play {
	struct trial *t;
	struct tester *b;
	struct peer *kernel;
	const struct cell *cell;
	enum association_state state;
	struct stimulus_packet packet;
	uint32_t tag, kernel_tag; /* of the packet; of the association */
	vtime began, sent;        /* when the timer of the state began; the packet left */
	enum reaction came;
};

static const char *const reaction_words[] = {
	"nothing",
	"SACK",
	"INIT ACK with a new tag",
	"INIT ACK with the own tag",
	"ABORT for the INIT",
	"COOKIE ECHO",
	"HEARTBEAT ACK",
	"ABORT",
	"ABORT with the T bit",
	"ERROR: unrecognized chunk",
	"ERROR",
	"the end",
	"SHUTDOWN",
	"SHUTDOWN ACK",
	"SHUTDOWN COMPLETE",
	"SHUTDOWN COMPLETE with the T bit",
	"CWR",
	"the user is told",
	"INIT",
	"the association is up",
	"the end of the shutdown",
};

/* Under this tag, with this chunk and no other. */
static struct item under(const struct play *play, uint32_t tag, struct wire_chunk chunk)
{
	return soon(play->t, arrives_with(play->b, 0, HEADER(.verification_tag = SET(tag)), chunk));
}

static struct item answer_to_init(const struct play *play, enum reaction reaction)
{
	const struct field *stated = &play->packet.chunks[0].initiate_tag;
	const uint32_t tag = stated->set ? stated->value : tag_of(play->b);

	if (reaction == INIT_REFUSED)
		return under(play, tag, an_abort(.flags = SET(0)));
	if (reaction == INIT_ACK_OF_OWN)
		return under(play, tag,
			an_init_ack(.initiate_tag = SET(play->kernel_tag), .initial_tsn = SET(kernel_tsn(play->b, 0))));
	return under(play, tag, an_init_ack());
}

static struct item item_of_reaction(const struct play *play, enum reaction reaction)
{
	const uint32_t own = tag_of(play->b), reflected = play->tag;
	const struct tlv *unrecognized = &play->packet.unrecognized;

	switch (reaction) {
	case SACK_COMES:
		return under(play, own, a_sack(.cum_tsn_ack = SET(sent_tsn(play->b, 0)), .gaps = NO_GAPS));
	case INIT_ACK_COMES:
	case INIT_ACK_OF_OWN:
	case INIT_REFUSED:
		return answer_to_init(play, reaction);
	case COOKIE_ECHO_COMES:
		return under(play, own, a_cookie_echo(.cookie = BYTES("the tester's cookie")));
	case ANSWERED:
		return under(play, own, a_heartbeat_ack(.information = ASKED));
	case ABORTED:
		return under(play, own, an_abort(.flags = SET(0)));
	case REFLECTED:
		return under(play, reflected, an_abort(.flags = SET(FLAG_T)));
	case REPORTED:
		return under(play, own, an_error(.causes = { true, unrecognized, 1 }));
	case COMPLAINED:
		return under(play, own, an_error());
	case ENDED:
		return soon(play->t,
			play->state < ESTABLISHED ? cant_assoc(play->kernel, ANY)
						  : comm_lost(play->kernel, USER_INITIATED_ABORT));
	case SHUTDOWN_COMES:
		return under(play, own, a_shutdown(.cum_tsn_ack = SET(sent_tsn(play->b, 0))));
	case SHUTDOWN_ACK_COMES:
		return under(play, own, a_shutdown_ack());
	case COMPLETED:
		return under(play, own, a_shutdown_complete(.flags = SET(0)));
	case COMPLETE_REFLECTED:
		return under(play, reflected, a_shutdown_complete(.flags = SET(FLAG_T)));
	case CWR_COMES:
		return under(play, own, a_cwr());
	case TOLD:
		return soon(play->t, remote_error(play->kernel, OUT_OF_RESOURCE));
	case INIT_COMES:
		return under(play, 0, an_init());
	case UP:
		return soon(play->t, comm_up(play->kernel));
	case FINISHED:
		return soon(play->t, shutdown_comp(play->kernel));
	default:
		break;
	}
	abort(); /* nothing is no item */
}

/* The association is over, told by an event; and so is the message that was outstanding. */
static void expect_end_of_it(const struct play *play, struct item over)
{
	const struct flow *flow = outstanding(play->b);

	if (flow != NULL)
		expect_all(play->t, over, soon(play->t, send_failed(play->kernel, flow, 0, DATA_SENT)));
	else
		expect(play->t, over);
}

/* Which of those that may come did. */
static enum reaction expect_reaction(const struct play *play)
{
	const unsigned may = play->cell->reactions;
	enum reaction of_item[32];
	struct item items[32];
	size_t count = 0, which = 0;

	for (unsigned bits = may & ~(unsigned)NOTHING; bits != 0; bits &= bits - 1) {
		of_item[count] = (enum reaction)(bits & -bits);
		items[count] = item_of_reaction(play, of_item[count]);
		count++;
	}
	if (count == 0)
		return NOTHING;
	if (count == 1 && (may & NOTHING) == 0) {
		if (may == ENDED)
			expect_end_of_it(play, items[0]);
		else
			expect(play->t, items[0]);
		return of_item[0];
	}
	which = (may & NOTHING) != 0 ? expect_one_or_none(play->t, items, count, ms(500))
				     : expect_one_of_items(play->t, items, count);
	const enum reaction came = which < count ? of_item[which] : NOTHING;
	observe(play->t, "the choice: %s", reaction_words[__builtin_ctz(came)]);
	return came;
}

/* ------------------------------------------------------------------ what comes of DATA in SHUTDOWN-SENT */

/* SHUTDOWN at once, and SACK if the kernel likes: in one packet or in two. */
static void expect_shutdown_and_sack(const struct play *play)
{
	struct trial *t = play->t;
	struct tester *b = play->b;
	const struct wire_chunk shutdown = a_shutdown(.cum_tsn_ack = SET(sent_tsn(b, 0)));
	const struct wire_chunk sack = a_sack(.cum_tsn_ack = SET(sent_tsn(b, 0)));
	const struct item first[] = {
		soon(t, arrives_alone(b, 0, shutdown)),
		soon(t, arrives_alone(b, 0, sack)),
		soon(t, arrives_alone(b, 0, shutdown, sack)),
		soon(t, arrives_alone(b, 0, sack, shutdown)),
	};
	const size_t which = expect_one_of_items(t, first, 4);

	if (which == 0)
		expect_one_or_none(t, &first[1], 1, ms(500));
	else if (which == 1)
		expect(t, first[0]);
}

/* ------------------------------------------------------------------ what the state is then */

static enum association_state state_after(const struct play *play, enum reaction came)
{
	switch (came) {
	case ABORTED:
	case ENDED:
	case COMPLETED:
	case FINISHED:
		return CLOSED;
	case SHUTDOWN_ACK_COMES:
		return SHUTDOWN_ACK_SENT;
	case COOKIE_ECHO_COMES:
		return COOKIE_ECHOED;
	case INIT_COMES:
		return COOKIE_WAIT;
	case UP:
		return ESTABLISHED;
	default: /* the others change nothing by themselves */
		return play->cell->then != CLOSED ? play->cell->then : play->state;
	}
}

/* What the user is told besides. */
static void expect_events(const struct play *play, enum reaction came)
{
	struct trial *t = play->t;
	const bool is_good = play->cell->tag == TAG_RIGHT && play->cell->length == LENGTH_RIGHT;
	const bool is_news = is_good && (play->state == ESTABLISHED || play->state == SHUTDOWN_PENDING);

	if (came == ABORTED)
		expect_end_of_it(play,
			soon(t,
				play->state < ESTABLISHED ? cant_assoc(play->kernel, ANY)
							  : comm_lost(play->kernel, ANY)));
	else if (came == COMPLETED)
		expect(t, soon(t, shutdown_comp(play->kernel)));
	else if (came == SACK_COMES)
		expect(t, soon(t, reads(play->kernel, 0, "data")));
	else if (play->cell->stimulus == S_SHUTDOWN && is_news)
		expect(t, soon(t, shutdown_event(play->kernel)));
}

/* The timer of the state expires when it would have done; or counted from the packet, if that has set it anew. */
static void expect_timer(const struct play *play, bool anew, bool as_it_was, struct item item)
{
	const struct window length = timer_window(duration(in_force(play->t)->rto_initial));
	/* A packet's way, and the work on what it brings. */
	const struct window kept = allowing(ms(1), after(play->began, length)),
			    set = allowing(ms(1), after(play->sent, length));

	if (anew && as_it_was)
		expect_one_of(play->t, within(kept, item), within(set, item));
	else
		expect(play->t, within(anew ? set : kept, item));
}

static void expect_up(const struct play *play)
{
	expect(play->t, soon(play->t, comm_up(play->kernel)));
	expect_alive(play->t, play->b);
}

static void expect_setup_goes_on(const struct play *play, enum association_state state)
{
	struct trial *t = play->t;
	struct tester *b = play->b;
	const bool moved = state != play->state;

	if (state == COOKIE_WAIT) {
		expect_timer(play, moved, !moved, arrives_with(b, 0, HEADER(.verification_tag = SET(0)), an_init()));
		transmit(t, b, an_init_ack());
		expect(t, soon(t, arrives(b, 0, a_cookie_echo())));
		transmit(t, b, a_cookie_ack());
	} else {
		expect_timer(play, moved, !moved,
			arrives_with(b, 0, HEADER(.verification_tag = SET(tag_of(b))), a_cookie_echo()));
		transmit(t, b, a_cookie_ack());
	}
	expect_up(play);
}

static void expect_shutdown_goes_on(const struct play *play, enum association_state state)
{
	struct trial *t = play->t;
	struct tester *b = play->b;
	const bool moved = state != play->state, by_data = play->cell->stimulus == S_DATA;

	take_over(t, b, HAND(CHUNK_SHUTDOWN) | HAND(CHUNK_SHUTDOWN_ACK));
	if (state == SHUTDOWN_PENDING || state == SHUTDOWN_RECEIVED) {
		expect_timer(play, false, true, arrives_alone(b, 0, a_data(.tsn = SET(kernel_tsn(b, 0)))));
		transmit(t, b, a_sack(.cum_tsn_ack = SET(kernel_tsn(b, 0))));
		if (state == SHUTDOWN_RECEIVED)
			expect(t, soon(t, arrives_alone(b, 0, a_shutdown_ack())));
		else
			expect(t, soon(t, arrives_alone(b, 0, a_shutdown())));
	} else if (state == SHUTDOWN_SENT) {
		/* any packet may set T2 anew, DATA must (section 9.2) */
		expect_timer(play, true, !by_data, arrives_alone(b, 0, a_shutdown()));
	} else {
		expect_timer(
			play, moved || play->came == SHUTDOWN_ACK_COMES, !moved, arrives_alone(b, 0, a_shutdown_ack()));
	}
	if (state == SHUTDOWN_PENDING || state == SHUTDOWN_SENT) {
		transmit(t, b, a_shutdown_ack());
		expect(t, soon(t, arrives_alone(b, 0, a_shutdown_complete(.flags = SET(0)))));
	} else {
		transmit(t, b, a_shutdown_complete());
	}
	expect(t, soon(t, shutdown_comp(play->kernel)));
}

/* There is no association, and none has come about: the listener goes on. */
static void expect_listening(const struct play *play)
{
	struct trial *t = play->t;
	struct tester *b = play->b;

	transmit(t, b, an_init());
	expect(t, soon(t, arrives_with(b, 0, HEADER(.verification_tag = SET(tag_of(b))), an_init_ack())));
	expect_no_association(t, play->kernel);
}

static void expect_state(const struct play *play, enum association_state state)
{
	expect_quiet(play->t, ms(500));
	if (play->state == CLOSED)
		expect_listening(play);
	else if (state == CLOSED)
		expect_gone(play->t, play->b);
	else if (state < ESTABLISHED)
		expect_setup_goes_on(play, state);
	else if (state == ESTABLISHED)
		expect_alive(play->t, play->b);
	else
		expect_shutdown_goes_on(play, state);
}

/* ------------------------------------------------------------------ a cell */

enum { TAG_OF_NOBODY = 0x12345678 };

/* What is in the packet that is sent, and in the one after it. */
static void expect_answer(struct play *play)
{
	const struct cell *cell = play->cell;
	const struct wire_chunk error = an_error(.causes = { true, &play->packet.unrecognized, 1 });

	if (cell->reactions == SHUTDOWN_COMES) {
		expect_shutdown_and_sack(play);
		play->came = SHUTDOWN_COMES;
	} else if (cell->goes_on && cell->reactions == REPORTED) {
		expect_both(play->t, play->b, 0, error, a_heartbeat_ack(.information = ASKED));
		play->came = REPORTED;
	} else {
		play->came = expect_reaction(play);
		if (cell->goes_on)
			expect(play->t, item_of_reaction(play, ANSWERED));
	}
}

static uint32_t tag_of_packet(const struct play *play)
{
	if (play->packet.chunks[0].type == CHUNK_INIT)
		return 0;
	if (play->state == CLOSED)
		return TAG_OF_NOBODY;
	switch (play->cell->tag) {
	case TAG_OF_OTHERS:
		return play->kernel_tag ^ 1;
	case TAG_0:
		return 0;
	case TAG_OF_ITS_SENDER:
		return tag_of(play->b);
	case TAG_RIGHT:
		break;
	}
	return play->kernel_tag;
}

void matrix_cell(struct trial *t, const struct cell *cell, enum association_state state)
{
	static const struct tlv ecn = { .type = PARAMETER_ECN, .value = { .set = true } };
	const struct habits with_ecn = { .says = { true, &ecn, 1 } };
	struct play play = { .t = t, .cell = cell, .state = state };

	play.b = open_tester(t, ENDPOINT_B, cell->with_ecn ? &with_ecn : NULL);
	play.kernel = brought_to(t, play.b, state);
	play.began = arrived_at(play.b);
	if (state == COOKIE_WAIT || state == COOKIE_ECHOED)
		take_over(t, play.b, HAND(CHUNK_INIT) | HAND(CHUNK_COOKIE_ECHO));
	if (state != CLOSED && state != ESTABLISHED)
		expect_quiet(t, s(1)); /* so that a timer which is set anew is known from one that is not */
	play.kernel_tag = kernel_tag(play.b);
	stimulus_packet_make(&play.packet, play.b, cell);
	play.tag = tag_of_packet(&play);
	play.sent = transmit_chunks(
		t, play.b, &HEADER(.verification_tag = SET(play.tag)), play.packet.chunks, play.packet.count);
	expect_answer(&play);
	expect_events(&play, play.came);
	expect_state(&play, state_after(&play, play.came));
}
