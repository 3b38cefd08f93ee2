/* SPDX-License-Identifier: Apache-2.0 */
/* What is put by, or delivered, keeps what it points to: the octets of every type of event. */
#include "core/src/event.h"
#include "core/src/letter.h"
#include "suite.h"

#include <linux/sctp.h>
#include <stdlib.h>
#include <string.h>

enum {
	LENGTH = 160,    /* more than the longest notification, paddr_change, has: the others have a tail */
	CAPACITY = 1000, /* much more than it needs: it is given back */
};

/* The places of an event that point into its storage. The library is not asked which they are: it is what is tested. */
static size_t pointers_into(const struct gs_message *m, size_t at[2])
{
	const uintptr_t begin = (uintptr_t)m->storage, end = begin + LENGTH;
	size_t n = 0;

	if (!m->storage)
		return 0;
	for (size_t i = 0; i + sizeof(void *) <= sizeof(m->event); i += sizeof(void *)) {
		uintptr_t value;

		memcpy(&value, (const uint8_t *)&m->event + i, sizeof(value));
		if (value >= begin && value < end && n < 2)
			at[n++] = i;
	}
	return n;
}

static struct gs_letter *letter_with(uint16_t type)
{
	struct gs_letter *letter = gs_letter_new();
	struct gs_message *m = &letter->notice.message;
	const uint32_t length = LENGTH;
	uint8_t *octets = malloc(CAPACITY);

	for (size_t i = 0; i < LENGTH; i++)
		octets[i] = (uint8_t)i;
	memcpy(octets, &type, sizeof(type));
	memcpy(octets + 4, &length, sizeof(length));
	m->storage = octets;
	m->capacity = CAPACITY;
	ck_assert_int_eq(gs_event_read(octets, LENGTH, &m->event), GS_OK);
	return letter;
}

static void check(uint16_t type)
{
	struct gs_letters letters;
	struct gs_notice out = { 0 };
	struct gs_letter *letter = letter_with(type);
	const struct gs_message *m = &letter->notice.message;
	size_t before[2], after[2], length;
	const size_t n = pointers_into(m, before);
	const uint8_t *octets, **payload;
	uint8_t first = 0;

	ck_assert_uint_le(n, 1);
	if (n == 1) {
		memcpy(&octets, (const uint8_t *)&m->event + before[0], sizeof(octets));
		first = *octets;
	}
	gs_letters_init(&letters);
	gs_letters_append(&letters, letter);
	ck_assert_uint_eq(letters.octets, m->capacity + sizeof(*letter));
	ck_assert(gs_letters_take(&letters, &out));
	payload = gs_event_payload(&out.message.event, &length);
	ck_assert_uint_eq(out.message.capacity, length);
	ck_assert_uint_eq(pointers_into(&out.message, after), n);
	ck_assert_int_eq(payload != NULL, n == 1);
	if (n == 1) {
		ck_assert_uint_eq(after[0], before[0]);
		ck_assert_ptr_eq(*payload, (const uint8_t *)out.message.storage);
	}
	for (size_t i = 0; i < length; i++)
		ck_assert_uint_eq((*payload)[i], (uint8_t)(first + i));
	gs_notice_release(&out);
}

START_TEST(an_event_that_is_put_by_keeps_its_octets)
{
	for (int type = SCTP_ASSOC_CHANGE; type <= SCTP_SEND_FAILED_EVENT; type++)
		check((uint16_t)type);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = { an_event_that_is_put_by_keeps_its_octets };

	return RUN_SUITE("gen_sctp letters", tests, NULL);
}
