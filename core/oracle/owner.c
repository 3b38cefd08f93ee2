/* SPDX-License-Identifier: Apache-2.0 */
/* owner.c - see owner.h. Erlang's receive takes the first message that fits; so does this. */
#include "owner.h"

#include <stdlib.h>

#include "words.h"

/* A notice that nobody has asked for yet, as it will be written. */
struct letter {
	const struct gs_socket *socket;
	char *text;
	struct letter *next;
};

struct owner *owner_new(void)
{
	struct owner *owner = calloc(1, sizeof(*owner));

	if (owner && gs_mailbox_new(&owner->mailbox) == GS_OK)
		return owner;
	free(owner);
	return NULL;
}

static char *text_of(const struct gs_notice *notice)
{
	char *text = NULL;
	size_t length;
	FILE *out = open_memstream(&text, &length);

	if (!out)
		abort();
	fputs(gs_notice_name(notice->type), out);
	if (notice->type == GS_SCTP || (notice->type == GS_SCTP_ERROR && notice->status == GS_ERROR_EVENT)) {
		fputc(' ', out);
		write_message(out, &notice->message);
	} else if (notice->type == GS_SCTP_ERROR) {
		fputc(' ', out);
		write_errno(out, notice->status);
	}
	fclose(out);
	return text;
}

/* The first that is about the socket, taken out of the list; or NULL. */
static struct letter *find_letter(struct owner *owner, const struct gs_socket *s)
{
	struct letter **at = &owner->letters, *found;

	while (*at && (*at)->socket != s)
		at = &(*at)->next;
	found = *at;
	if (found)
		*at = found->next;
	return found;
}

static void keep(struct owner *owner, const struct gs_notice *notice)
{
	struct letter **at = &owner->letters;

	while (*at)
		at = &(*at)->next;
	*at = calloc(1, sizeof(**at));
	if (!*at)
		abort();
	(*at)->socket = notice->socket;
	(*at)->text = text_of(notice);
}

void owner_read(struct owner *owner, const struct gs_socket *s, int64_t timeout, FILE *out)
{
	struct letter *letter = find_letter(owner, s);
	struct gs_notice notice = { 0 };
	int status = GS_OK;

	while (!letter && (status = gs_mailbox_take(owner->mailbox, timeout, &notice)) == GS_OK) {
		keep(owner, &notice);
		letter = find_letter(owner, s);
	}
	gs_notice_release(&notice);
	if (letter) {
		fputs(letter->text, out);
		free(letter->text);
		free(letter);
	} else if (status == GS_TIMEOUT) {
		fputs("nothing", out);
	} else {
		write_status(out, status);
	}
}
