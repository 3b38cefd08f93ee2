/* SPDX-License-Identifier: Apache-2.0 */
/* peeloff.c - an association gets a socket of its own, and what it inherits. */
#include "deliver.h"
#include "owner.h"
#include "option.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/sctp.h>
#include <unistd.h>

/* What the kernel does not copy. An option that cannot be read or set is left as it is. */
static void inherit(struct gs_socket *from, struct gs_socket *to)
{
	static const uint32_t v4[] = { GS_OPT_TOS, GS_OPT_TTL, GS_OPT_RECVTOS, GS_OPT_RECVTTL, GS_OPT_NODELAY,
		GS_OPT_LINGER, GS_OPT_PRIORITY, GS_OPT_REUSEADDR, GS_OPT_NON_BLOCK_SEND, GS_OPT_BUFFER };
	static const uint32_t v6[] = { GS_OPT_TCLASS, GS_OPT_RECVTCLASS, GS_OPT_NODELAY, GS_OPT_LINGER, GS_OPT_PRIORITY,
		GS_OPT_REUSEADDR, GS_OPT_NON_BLOCK_SEND, GS_OPT_BUFFER };
	const bool is_v4 = from->family == AF_INET;
	const uint32_t *names = is_v4 ? v4 : v6;
	const size_t n = is_v4 ? sizeof(v4) / sizeof(v4[0]) : sizeof(v6) / sizeof(v6[0]);

	for (size_t i = 0; i < n; i++) {
		struct gs_option option = { .name = names[i] };

		if (gs_option_get(from, &option) == GS_OK)
			(void)!gs_option_set(to, &option);
	}
}

/* Linux peels off first, and if it then finds no descriptor it ends the association. So ask for one
 * beforehand. (Another thread may still snatch it.) */
static int descriptor_is_to_be_had(int fd)
{
	const int probe = fcntl(fd, F_DUPFD_CLOEXEC, 0);

	if (probe < 0)
		return -errno;
	close(probe);
	return GS_OK;
}

/* What has been read for the association, and nobody has seen yet: whole, and the beginning of a
 * message whose rest will come by the new socket. */
static void move_read(struct gs_socket *from, struct gs_socket *to, int32_t assoc_id)
{
	struct gs_letter **at = &from->put_by.first;

	if (from->data.length && from->data_of == assoc_id) {
		to->data = from->data;
		to->data_of = assoc_id;
		from->data = (struct gs_bytes){ 0 };
	}
	while (*at) {
		if (gs_event_assoc_id(&(*at)->notice.message.event) == assoc_id)
			gs_letters_append(&to->put_by, gs_letters_remove(&from->put_by, at));
		else
			at = &(*at)->next;
	}
}

/* Nothing may fail any more here: a socket that cannot be watched becomes passive, and reports it. */
static void inherit_mode(struct gs_socket *from, struct gs_socket *to)
{
	const struct gs_active passive = { .mode = GS_ACTIVE_N, .n = 0 };

	if (gs_mode_change(to, &from->mode) != GS_OK)
		(void)!gs_mode_change(to, &passive);
}

/* Everything that can fail and takes nothing from the association. */
static int prepare(struct gs_socket *s, struct gs_socket **out)
{
	int status = gs_socket_new(s->family, s->type, out);

	if (status != GS_OK)
		return status;
	status = descriptor_is_to_be_had(s->fd);
	/* an owner that is closed is about to close us */
	if (status == GS_OK && s->owner && gs_mailbox_add(s->owner, *out) != GS_OK)
		status = GS_CLOSED;
	if (status == GS_OK && gs_is_active(s)) {
		(*out)->last_word = gs_letter_new();
		if (!(*out)->last_word)
			status = -ENOMEM;
	}
	if (status != GS_OK)
		gs_free(*out);
	return status;
}

/* With s->reading held. */
static int peel(struct gs_socket *s, int32_t assoc_id, struct gs_socket **out)
{
	/* not sctp_peeloff_flags(): libsctp's header has it, but its shared library does not hand it out */
	sctp_peeloff_flags_arg_t request = {
		.p_arg = { .associd = assoc_id },
		.flags = SOCK_NONBLOCK | SOCK_CLOEXEC,
	};
	socklen_t size = sizeof(request);
	struct gs_socket *peeled;
	int status = prepare(s, &peeled);

	if (status != GS_OK)
		return status;
	if (getsockopt(s->fd, IPPROTO_SCTP, SCTP_SOCKOPT_PEELOFF_FLAGS, &request, &size) < 0) {
		status = -errno;
		gs_free(peeled);
		return status;
	}
	peeled->fd = request.p_arg.sd;
	peeled->peeled = true;
	peeled->has_send_defaults = s->has_send_defaults;
	inherit(s, peeled);
	move_read(s, peeled, assoc_id);
	if (gs_is_active(s))
		inherit_mode(s, peeled);
	*out = peeled;
	return GS_OK;
}

int gs_peeloff(struct gs_socket *s, int32_t assoc_id, struct gs_socket **out)
{
	int status;

	if (!s || !out)
		return GS_BADARG;
	status = gs_enter(s);
	if (status != GS_OK)
		return status;
	pthread_mutex_lock(&s->reading);
	gs_deliver_arrived(s);
	status = peel(s, assoc_id, out);
	pthread_mutex_unlock(&s->reading);
	gs_leave(s);
	return status;
}
