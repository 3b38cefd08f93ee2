/* SPDX-License-Identifier: Apache-2.0 */
/* stat.c - counts what goes through a socket, and reports the counts. */
#include "stat.h"

#include "deliver.h"

#include <errno.h>
#include <string.h>

/* The average and the mean deviation from it, as they would be after one more. */
void gs_count_received(struct gs_received *received, size_t octets)
{
	const double size = (double)octets;
	double distance;

	received->count++;
	received->octets += octets;
	if (octets > received->max)
		received->max = octets;
	received->average += (size - received->average) / (double)received->count;
	distance = size > received->average ? size - received->average : received->average - size;
	received->deviation += (distance - received->deviation) / (double)received->count;
}

void gs_count_sent(struct gs_sent *sent, size_t octets)
{
	uint64_t max = atomic_load_explicit(&sent->max, memory_order_relaxed);

	atomic_fetch_add_explicit(&sent->count, 1, memory_order_relaxed);
	atomic_fetch_add_explicit(&sent->octets, octets, memory_order_relaxed);
	while (octets > max && !atomic_compare_exchange_weak(&sent->max, &max, octets))
		;
}

int gs_getstat_sized(struct gs_socket *s, struct gs_stat *out, size_t size)
{
	struct gs_stat stat = { 0 };

	if (!s || !out)
		return GS_BADARG;
	if (gs_enter(s) != GS_OK)
		return -EINVAL;
	pthread_mutex_lock(&s->reading);
	stat.recv_cnt = s->received.count;
	stat.recv_oct = s->received.octets;
	stat.recv_max = s->received.max;
	stat.recv_avg = (uint64_t)s->received.average;
	stat.recv_dvi = (uint64_t)s->received.deviation;
	pthread_mutex_unlock(&s->reading);
	stat.send_cnt = s->sent.count;
	stat.send_oct = s->sent.octets;
	stat.send_max = s->sent.max;
	stat.send_avg = stat.send_cnt ? stat.send_oct / stat.send_cnt : 0;
	gs_leave(s);
	memcpy(out, &stat, size < sizeof(stat) ? size : sizeof(stat));
	return GS_OK;
}

int gs_get_info_sized(struct gs_socket *s, struct gs_info *out, size_t size)
{
	struct gs_info info = { 0 };

	if (!s || !out)
		return GS_BADARG;
	info.closed = gs_is_closed(s);
	pthread_mutex_lock(&s->reading);
	info.family = (uint32_t)s->family;
	info.type = (uint32_t)s->type;
	info.peeled = s->peeled;
	info.owner = info.closed ? NULL : s->owner; /* it may be gone */
	info.active = s->mode;
	info.queued = s->put_by.count;
	pthread_mutex_unlock(&s->reading);
	memcpy(out, &info, size < sizeof(info) ? size : sizeof(info));
	return GS_OK;
}

void gs_set_context(struct gs_socket *s, void *context)
{
	if (s)
		s->context = context;
}

void *gs_context(struct gs_socket *s)
{
	return s ? s->context : NULL;
}
