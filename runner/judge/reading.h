/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reading.h - the packets of several captures, merged by time: each file is read on its own, front to back, and only
 * the next packet of each is in memory.
 *
 * Time never goes back in what comes out. Where it does in a file, by less than a second, packets were captured out of
 * order, and one that is late gets the time of the one before; by more, the clock was set, and all that follows is
 * moved by as much, so that intervals stay what they were. Both are counted and told.
 */
#ifndef SCTPSPEC_RUNNER_JUDGE_READING_H
#define SCTPSPEC_RUNNER_JUDGE_READING_H

#include "netns/packet.h"
#include "runner/judge/capture_file.h"
#include "runner/judge/standpoint.h"

enum { PACKET_STATUSES = PACKET_MALFORMED + 1 };

struct source {
	const char *name;
	bool from;       /* it was taken at an end, and at which one is known */
	bool asked_from; /* the user says that it was */
	struct standpoint standpoint;
	struct capture_file file;
	bool is_open, was_open;
	char *trouble; /* why not all of it was read; or NULL */

	/* The next packet. `at_ns` of it is moved as above. */
	struct captured head;
	struct packet packet;
	enum packet_status status;
	int place; /* SEEN_LEAVING, ... */

	uint64_t packets, by_status[PACKET_STATUSES], cut_short, twice, unsummed;
	int64_t first_ns, last_ns;
	int64_t moved_ns, moved_before_ns; /* by how much; and before the clock was set last */
	uint64_t late, set; /* packets with a time before the one before; times that the clock was set back */
	int64_t latest_ns;  /* by how much one was late at most */
	unsigned first_late;
	uint64_t strange; /* packets of a link type that nobody here knows: */
	int strange_link; /* the first such */
};

struct reading {
	struct source *sources;
	size_t n;
	size_t *heap; /* of those that have a next packet, the earliest first */
	size_t n_heap;
	bool is_given; /* the first of them, to the caller */
	uint16_t udp_port;
};

/* What is to be read. */
struct source_name {
	const char *name;
	bool from;
	const struct address *own; /* of the machine where it was taken; NULL: to be found out */
	size_t n_own;
};

/* Opens all. A file that cannot be read is a source with `trouble` and without packets. 0 or -ENOMEM. */
int reading_open(struct reading *reading, const struct source_name *names, size_t n, uint16_t udp_port);
/* The source that has the earliest packet, in `head`, or NULL: there are no more. The packet stays until the next
 * call. */
struct source *reading_next(struct reading *reading);
void reading_close(struct reading *reading);

#endif
