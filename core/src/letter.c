/* SPDX-License-Identifier: Apache-2.0 */
/* letter.c - see letter.h. */
#include "letter.h"

#include "event.h"

#include <stdlib.h>
#include <string.h>

void gs_letters_init(struct gs_letters *letters)
{
	*letters = (struct gs_letters){ .end = &letters->first };
}

struct gs_letter *gs_letter_new(void)
{
	return calloc(1, sizeof(struct gs_letter));
}

void gs_letter_free(struct gs_letter *letter)
{
	if (!letter)
		return;
	gs_message_release(&letter->notice.message);
	free(letter);
}

static void trim(struct gs_message *message)
{
	size_t length;
	const uint8_t **payload = gs_event_payload(&message->event, &length);
	void *storage;

	if (length == 0) {
		if (payload)
			*payload = NULL;
		free(message->storage);
		message->storage = NULL;
		message->capacity = 0;
		return;
	}
	memmove(message->storage, *payload, length);
	storage = realloc(message->storage, length);
	if (storage) {
		message->storage = storage;
		message->capacity = length;
	}
	*payload = message->storage;
}

static size_t octets(const struct gs_letter *letter)
{
	return letter->notice.message.capacity + sizeof(*letter);
}

void gs_letters_append(struct gs_letters *letters, struct gs_letter *letter)
{
	trim(&letter->notice.message);
	letter->next = NULL;
	*letters->end = letter;
	letters->end = &letter->next;
	letters->count++;
	letters->octets += octets(letter);
}

struct gs_letter *gs_letters_remove(struct gs_letters *letters, struct gs_letter **at)
{
	struct gs_letter *letter = *at;

	*at = letter->next;
	if (!*at)
		letters->end = at;
	letters->count--;
	letters->octets -= octets(letter);
	return letter;
}

bool gs_letters_take(struct gs_letters *letters, struct gs_notice *out)
{
	struct gs_letter *letter;

	if (!letters->first)
		return false;
	letter = gs_letters_remove(letters, &letters->first);
	free(out->message.storage);
	*out = letter->notice;
	free(letter);
	return true;
}

void gs_letters_move(struct gs_letters *from, struct gs_letters *to, const struct gs_socket *s)
{
	struct gs_letter **at = &from->first;

	while (*at) {
		if (s && (*at)->notice.socket != s)
			at = &(*at)->next;
		else if (to)
			gs_letters_append(to, gs_letters_remove(from, at));
		else
			gs_letter_free(gs_letters_remove(from, at));
	}
}
