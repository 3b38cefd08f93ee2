/* SPDX-License-Identifier: Apache-2.0 */
/*
 * option.c - setting and reading options by the table in row.c.
 *
 * The rules of gen_sctp that live here: lists are applied last to first; a record's missing fields
 * become defaults, or what is there already if a connect function sets them; a failing option is
 * -EINVAL without a reason.
 */
#include "option.h"

#include "deliver.h"

#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <netinet/sctp.h>
#include <stdalign.h>
#include <string.h>

/* ---- the library's own options ---- */

static int set_device(struct gs_socket *s, const struct gs_option *option)
{
	const size_t length = strnlen(option->device, sizeof(option->device));

	if (length >= IFNAMSIZ)
		return -EINVAL;
	return setsockopt(s->fd, SOL_SOCKET, SO_BINDTODEVICE, option->device, (socklen_t)length) < 0 ? -errno : GS_OK;
}

static int get_device(struct gs_socket *s, struct gs_option *option)
{
	char name[IFNAMSIZ] = "";
	socklen_t size = sizeof(name);

	if (getsockopt(s->fd, SOL_SOCKET, SO_BINDTODEVICE, name, &size) < 0)
		return -errno;
	memcpy(option->device, name, sizeof(name));
	return GS_OK;
}

/* How many are left depends on how many have been delivered. */
static int set_active(struct gs_socket *s, const struct gs_option *option)
{
	int status;

	pthread_mutex_lock(&s->reading);
	gs_deliver_arrived(s);
	status = gs_mode_change(s, &option->active);
	pthread_mutex_unlock(&s->reading);
	return status;
}

static int get_active(struct gs_socket *s, struct gs_option *option)
{
	pthread_mutex_lock(&s->reading);
	if (s->mode.mode != GS_ACTIVE)
		gs_deliver_arrived(s);
	option->active = s->mode;
	pthread_mutex_unlock(&s->reading);
	return GS_OK;
}

static int set_driver(struct gs_socket *s, const struct gs_option *option)
{
	switch (option->name) {
	case GS_OPT_BUFFER:
		if (option->value < 1)
			return -EINVAL;
		s->buffer = (size_t)option->value;
		return GS_OK;
	case GS_OPT_NON_BLOCK_SEND:
		s->non_block_send = option->value != 0;
		return GS_OK;
	case GS_OPT_EXCLUSIVEADDRUSE: /* another system's */
		return GS_OK;
	case GS_OPT_BIND_TO_DEVICE:
		return set_device(s, option);
	case GS_OPT_ACTIVE:
		return set_active(s, option);
	}
	return -EINVAL;
}

static int get_driver(struct gs_socket *s, struct gs_option *option)
{
	switch (option->name) {
	case GS_OPT_BUFFER:
		option->value = (int64_t)s->buffer;
		return GS_OK;
	case GS_OPT_NON_BLOCK_SEND:
		option->value = s->non_block_send;
		return GS_OK;
	case GS_OPT_EXCLUSIVEADDRUSE:
		return -EOPNOTSUPP;
	case GS_OPT_BIND_TO_DEVICE:
		return get_device(s, option);
	case GS_OPT_NETNS:
		option->text = s->netns;
		return GS_OK;
	case GS_OPT_ACTIVE:
		return get_active(s, option);
	}
	return -EINVAL;
}

/* ---- the kernel's ---- */

static int encode_int(const struct row *row, int64_t value, uint32_t *kernel)
{
	/* int and u32 options share the width; negative ones are ints */
	if (value < INT32_MIN || value > UINT32_MAX)
		return -EINVAL;
	*kernel = (uint32_t)value;
	if (row->access & SWAPPED)
		*kernel = htonl(*kernel);
	return GS_OK;
}

/* To Linux a TOS is a priority as well; in gen_sctp, which puts the priority back, it is not. */
static int set_tos(struct gs_socket *s, uint32_t tos)
{
	int priority;
	socklen_t size = sizeof(priority);

	if (getsockopt(s->fd, SOL_SOCKET, SO_PRIORITY, &priority, &size) < 0 ||
		setsockopt(s->fd, IPPROTO_IP, IP_TOS, &tos, sizeof(tos)) < 0 ||
		setsockopt(s->fd, SOL_SOCKET, SO_PRIORITY, &priority, size) < 0)
		return -errno;
	return GS_OK;
}

static int set_row(struct gs_socket *s, const struct row *row, const struct gs_option *option)
{
	alignas(8) char kernel[RECORD_SIZE];
	uint32_t number = 0;
	int status = row->fields ? gs_record_encode(row, option, kernel) : encode_int(row, option->value, &number);

	if (status != GS_OK)
		return status;
	if (option->name == GS_OPT_TOS)
		return set_tos(s, number);
	if (option->name == GS_OPT_DEFAULT_SEND_PARAM)
		s->has_send_defaults = true;
	if (setsockopt(s->fd, row->level, row->optname, row->fields ? (const void *)kernel : &number, row->size) < 0)
		return -errno;
	if (option->name == GS_OPT_RECBUF && option->value > (int64_t)s->buffer)
		s->buffer = (size_t)option->value;
	return GS_OK;
}

/* Those that sctp_opt_info() knows. It writes the association's id to the front of the struct, which is right for all
 * of these, and wrong for SCTP_DEFAULT_SEND_PARAM; newer options it refuses. */
static bool is_for_opt_info(const struct row *row)
{
	if (row->level != IPPROTO_SCTP)
		return false;
	switch (row->optname) {
	case SCTP_RTOINFO:
	case SCTP_ASSOCINFO:
	case SCTP_PRIMARY_ADDR:
	case SCTP_PEER_ADDR_PARAMS:
	case SCTP_MAXSEG:
	case SCTP_STATUS:
	case SCTP_GET_PEER_ADDR_INFO:
	case SCTP_INITMSG:
	case SCTP_NODELAY:
	case SCTP_AUTOCLOSE:
	case SCTP_DISABLE_FRAGMENTS:
	case SCTP_EVENTS:
	case SCTP_I_WANT_MAPPED_V4_ADDR:
		return true;
	}
	return false;
}

static int ask_kernel(const struct gs_socket *s, const struct row *row, void *kernel, socklen_t *size)
{
	sctp_assoc_t assoc_id;

	if (!is_for_opt_info(row))
		return getsockopt(s->fd, row->level, row->optname, kernel, size);
	memcpy(&assoc_id, kernel, sizeof(assoc_id)); /* where there is none, what is there is not asked for */
	return sctp_opt_info(s->fd, assoc_id, row->optname, kernel, size);
}

static int get_row(struct gs_socket *s, const struct row *row, struct gs_option *option)
{
	alignas(8) char kernel[RECORD_SIZE];
	uint32_t number = 0;
	socklen_t size = row->size;

	if (row->fields)
		gs_record_encode_keys(row, option, kernel);
	if (ask_kernel(s, row, row->fields ? (void *)kernel : &number, &size) < 0)
		return -errno;
	if (row->fields) {
		gs_record_decode(row, kernel, option);
		return GS_OK;
	}
	if (row->access & SWAPPED)
		number = ntohl(number);
	/* what is unsigned in the kernel; everything else is an int */
	option->value =
		row->access & SWAPPED || row->name == GS_OPT_AUTOCLOSE ? (int64_t)number : (int64_t)(int32_t)number;
	return GS_OK;
}

static bool is_wrong(const struct row *row, const struct gs_option *option)
{
	return (row->access & BOOLEAN) && option->value != 0 && option->value != 1;
}

static int set_one(struct gs_socket *s, const struct gs_option *option, unsigned needs)
{
	const struct row *row = gs_row_find(option->name);
	struct gs_option present, whole;
	int status;

	if (!row || (row->access & needs) != needs || is_wrong(row, option))
		return -EINVAL;
	if (row->access & DRIVER)
		return set_driver(s, option);
	if (!(row->access & KEEPS_REST) || !gs_record_has_gaps(row, option))
		return set_row(s, row, option);
	present = *option;
	whole = *option;
	status = get_row(s, row, &present);
	if (status != GS_OK)
		return status;
	gs_record_fill_gaps(row, &present, &whole);
	return set_row(s, row, &whole);
}

int gs_option_set(struct gs_socket *s, const struct gs_option *option)
{
	return set_one(s, option, CAN_SET);
}

int gs_option_get(struct gs_socket *s, struct gs_option *option)
{
	const struct row *row = gs_row_find(option->name);

	if (!row || !(row->access & CAN_GET))
		return -EINVAL;
	return row->access & DRIVER ? get_driver(s, option) : get_row(s, row, option);
}

/* ---- lists ---- */

static int item(const struct gs_options *options, size_t i, struct gs_option *out)
{
	return gs_copy_in(out, sizeof(*out), (const char *)options->items + i * options->size, options->size);
}

/* As the list of a connect function is meant: what a record leaves out is read from the socket. */
static int complete(struct gs_socket *s, struct gs_option *option)
{
	const struct row *row = gs_row_find(option->name);
	struct gs_option present = { .name = option->name };
	int status;

	if (!row || !gs_record_has_gaps(row, option))
		return GS_OK;
	status = gs_option_get(s, &present);
	if (status == GS_OK)
		gs_record_fill_gaps(row, &present, option);
	return status;
}

/* In the list of gs_open() the last of several options of one name is the one that counts. */
static bool is_superseded(const struct gs_options *options, size_t i, uint32_t name)
{
	struct gs_option later;

	while (++i < options->count)
		if (item(options, i, &later) == GS_OK && later.name == name)
			return true;
	return false;
}

static int apply_one(struct gs_socket *s, const struct gs_options *options, size_t i, enum option_mode mode)
{
	const unsigned needs = mode == MODE_OPEN ? CAN_SET | AT_OPEN_TOO : CAN_SET;
	struct gs_option option;
	int status = item(options, i, &option);

	if (status != GS_OK)
		return status;
	if (mode == MODE_OPEN && is_superseded(options, i, option.name))
		return GS_OK;
	if (mode == MODE_CONNECT) {
		status = complete(s, &option);
		if (status != GS_OK)
			return status;
	}
	status = set_one(s, &option, needs);
	return status < 0 && status >= -4095 ? -EINVAL : status;
}

int gs_options_apply(struct gs_socket *s, const struct gs_options *options, enum option_mode mode)
{
	int status = GS_OK;

	if (!options || options->count == 0)
		return GS_OK;
	if (!options->items || options->size == 0)
		return GS_BADARG;
	for (size_t i = options->count; i-- > 0 && status == GS_OK;)
		status = apply_one(s, options, i, mode);
	return mode == MODE_OPEN && status != GS_OK ? GS_BADARG : status;
}

/* ---- the calls ---- */

int gs_setopts(struct gs_socket *s, const struct gs_options *options)
{
	int status;

	if (!s || !options)
		return GS_BADARG;
	if (gs_enter(s) != GS_OK)
		return -EINVAL;
	status = gs_options_apply(s, options, MODE_SET);
	gs_leave(s);
	return status;
}

int gs_setopt_sized(struct gs_socket *s, const struct gs_option *option, size_t size)
{
	struct gs_option known;
	int status;

	if (!s || gs_copy_in(&known, sizeof(known), option, size) != GS_OK)
		return GS_BADARG;
	if (gs_enter(s) != GS_OK)
		return -EINVAL;
	status = gs_option_set(s, &known);
	gs_leave(s);
	return status;
}

int gs_getopt_sized(struct gs_socket *s, struct gs_option *option, size_t size)
{
	struct gs_option known;
	int status;

	if (!s || gs_copy_in(&known, sizeof(known), option, size) != GS_OK)
		return GS_BADARG;
	if (gs_enter(s) != GS_OK)
		return -EINVAL;
	status = gs_option_get(s, &known);
	gs_leave(s);
	if (status == GS_OK)
		memcpy(option, &known, size < sizeof(known) ? size : sizeof(known));
	return status;
}

/* The options that can be read move to the front. Inside gs_enter(). */
static int get_all(struct gs_socket *s, char *at, size_t *count, size_t size)
{
	char *end = at;
	size_t n = 0;
	struct gs_option known;

	for (size_t i = 0; i < *count; i++, at += size) {
		if (gs_copy_in(&known, sizeof(known), at, size) != GS_OK)
			return GS_BADARG;
		if (!gs_row_find(known.name))
			return -EINVAL;
		if (gs_option_get(s, &known) != GS_OK || (known.name == GS_OPT_NETNS && !known.text))
			continue;
		memmove(end, at, size);
		memcpy(end, &known, size < sizeof(known) ? size : sizeof(known));
		end += size;
		n++;
	}
	*count = n;
	return GS_OK;
}

int gs_getopts_sized(struct gs_socket *s, struct gs_option *options, size_t *count, size_t size)
{
	int status;

	if (!s || !count || size == 0 || (!options && *count))
		return GS_BADARG;
	if (gs_enter(s) != GS_OK)
		return -EINVAL;
	status = get_all(s, (char *)options, count, size);
	gs_leave(s);
	return status;
}
