/* SPDX-License-Identifier: Apache-2.0 */
/* reading.c - see reading.h. */
#include "runner/judge/reading.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "runner/referee/referee.h"

#define CLOCK_SET_NS INT64_C(1000000000)

/* ------------------------------------------------------------------ time */

static int64_t moved_by(int64_t at_ns, int64_t by_ns)
{
	int64_t sum;
	return __builtin_add_overflow(at_ns, by_ns, &sum) ? INT64_MAX / 2 : sum;
}

static void note_late(struct source *source, int64_t late_ns)
{
	if (source->late++ == 0)
		source->first_late = source->head.number;
	if (late_ns > source->latest_ns)
		source->latest_ns = late_ns;
}

static void put_in_order(struct source *source)
{
	const int64_t before_ns = moved_by(source->head.at_ns, source->moved_before_ns);
	int64_t at_ns = moved_by(source->head.at_ns, source->moved_ns);
	if (source->packets == 0) {
		source->first_ns = source->last_ns = at_ns;
	} else if (source->moved_before_ns != source->moved_ns && before_ns >= source->last_ns) {
		/* It was a single packet with a wrong time, and the clock is what it was. */
		source->moved_ns = source->moved_before_ns;
		at_ns = before_ns;
	} else if (at_ns < source->last_ns && source->last_ns - at_ns < CLOCK_SET_NS) {
		note_late(source, source->last_ns - at_ns);
		at_ns = source->last_ns;
	} else if (at_ns < source->last_ns) {
		source->set++;
		source->moved_before_ns = source->moved_ns;
		source->moved_ns = moved_by(source->moved_ns, source->last_ns - at_ns);
		at_ns = source->last_ns;
	}
	source->last_ns = source->head.at_ns = at_ns;
	source->packets++;
}

/* ------------------------------------------------------------------ the next packet of a file */

static void decode(struct source *source, uint16_t udp_port)
{
	const struct captured *head = &source->head;
	struct packet *packet = &source->packet;
	source->status = packet_decode_udp(head->bytes, head->captured, head->link, udp_port, packet);
	source->by_status[source->status]++;
	if (source->status == PACKET_NOT_IP && !packet_link_is_known(head->link) && source->strange++ == 0)
		source->strange_link = head->link;
	source->place = SEEN_BETWEEN;
	if (source->status != PACKET_OK)
		return;
	source->cut_short += packet->truncated;
	/* The network card fills it in, behind the place where packets are captured. */
	packet->unsummed = packet->checksum == 0;
	source->unsummed += packet->unsummed;
	if (!source->from)
		return;
	const struct address from = address_of(&packet->source), to = address_of(&packet->destination);
	source->place = standpoint_of(&source->standpoint, head, &from, &to);
}

static bool take_next(struct source *source, uint16_t udp_port)
{
	if (!source->is_open)
		return false;
	if (capture_file_next(&source->file, &source->head)) {
		put_in_order(source);
		decode(source, udp_port);
		return true;
	}
	source->trouble = source->file.trouble;
	source->file.trouble = NULL;
	capture_file_close(&source->file);
	source->is_open = false;
	return false;
}

/* ------------------------------------------------------------------ the heap */

/* At the same time, what leaves comes before what arrives. */
static bool is_before(const struct reading *reading, size_t left, size_t right)
{
	const struct source *a = &reading->sources[left], *b = &reading->sources[right];
	if (a->head.at_ns != b->head.at_ns)
		return a->head.at_ns < b->head.at_ns;
	if ((a->place == SEEN_ARRIVING) != (b->place == SEEN_ARRIVING))
		return b->place == SEEN_ARRIVING;
	return left < right;
}

static void sink(struct reading *reading, size_t at)
{
	size_t *heap = reading->heap;
	for (size_t child; (child = 2 * at + 1) < reading->n_heap; at = child) {
		if (child + 1 < reading->n_heap && is_before(reading, heap[child + 1], heap[child]))
			child++;
		if (!is_before(reading, heap[child], heap[at]))
			return;
		const size_t swapped = heap[at];
		heap[at] = heap[child];
		heap[child] = swapped;
	}
}

/* ------------------------------------------------------------------ all of it */

static int begin(struct source *source, const struct source_name *name)
{
	*source = (struct source){ .name = name->name, .from = name->from, .asked_from = name->from };
	const int status = capture_file_open(name->name, &source->file, &source->trouble);
	if (status != 0)
		return status == -ENOMEM ? status : 0;
	source->is_open = source->was_open = true;
	for (size_t i = 0; i < name->n_own; i++)
		if (addresses_add(&source->standpoint.own, &name->own[i]) != 0)
			return -ENOMEM;
	if (name->n_own > 0)
		source->standpoint.how = "as you say";
	return 0;
}

/* At which ends they were taken. One of which nobody can tell is as any other. */
static int find_standpoints(struct reading *reading)
{
	struct standpoint **standpoints = calloc(reading->n + 1, sizeof(struct standpoint *));
	struct look **looks = calloc(reading->n + 1, sizeof(struct look *));
	int status = standpoints && looks ? 0 : -ENOMEM;
	size_t n = 0;
	for (size_t i = 0; status == 0 && i < reading->n; i++) {
		struct source *source = &reading->sources[i];
		if (!source->from || !source->is_open)
			continue;
		standpoints[n] = &source->standpoint;
		looks[n] = look_at(&source->file, reading->udp_port);
		status = looks[n++] ? 0 : -ENOMEM;
	}
	if (status == 0)
		status = standpoints_decide(standpoints, looks, n);
	for (size_t i = 0; i < n; i++)
		look_free(looks[i]);
	free(looks);
	free(standpoints);
	for (size_t i = 0; i < reading->n; i++) {
		struct source *source = &reading->sources[i];
		source->from = source->standpoint.how != NULL;
		source->moved_ns = source->moved_before_ns = -source->standpoint.ahead_ns;
	}
	return status;
}

int reading_open(struct reading *reading, const struct source_name *names, size_t n, uint16_t udp_port)
{
	int status = 0;
	*reading = (struct reading){
		.sources = calloc(n + 1, sizeof(*reading->sources)),
		.heap = calloc(n + 1, sizeof(*reading->heap)),
		.udp_port = udp_port,
	};
	if (!reading->sources || !reading->heap)
		status = -ENOMEM;
	for (; status == 0 && reading->n < n; reading->n++)
		status = begin(&reading->sources[reading->n], &names[reading->n]);
	if (status == 0)
		status = find_standpoints(reading);
	for (size_t i = 0; status == 0 && i < n; i++)
		if (take_next(&reading->sources[i], udp_port))
			reading->heap[reading->n_heap++] = i;
	for (size_t i = reading->n_heap / 2; i-- > 0;)
		sink(reading, i);
	if (status != 0)
		reading_close(reading);
	return status;
}

struct source *reading_next(struct reading *reading)
{
	if (reading->is_given) {
		if (!take_next(&reading->sources[reading->heap[0]], reading->udp_port))
			reading->heap[0] = reading->heap[--reading->n_heap];
		sink(reading, 0);
	}
	reading->is_given = reading->n_heap > 0;
	return reading->is_given ? &reading->sources[reading->heap[0]] : NULL;
}

void reading_close(struct reading *reading)
{
	for (size_t i = 0; i < reading->n; i++) {
		struct source *source = &reading->sources[i];
		if (source->is_open)
			capture_file_close(&source->file);
		addresses_free(&source->standpoint.own);
		free(source->trouble);
	}
	free(reading->sources);
	free(reading->heap);
	*reading = (struct reading){ 0 };
}
