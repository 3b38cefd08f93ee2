/* SPDX-License-Identifier: Apache-2.0 */
/* device_state.h - makes a saved guest one that starts by itself. */
#ifndef SCTPSPEC_RUNNER_QEMU_DEVICE_STATE_H
#define SCTPSPEC_RUNNER_QEMU_DEVICE_STATE_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Changes the stream that qmp_save wrote, in place; *length becomes smaller. 0, or -EINVAL and what
 * is not as expected (another QEMU may write it in another way).
 */
int device_state_prepare(unsigned char *stream, size_t *length, char **error);

/*
 * Whether the guest stands where it always stands. When it stops, QEMU still moves its virtual clock to the next
 * timer; it may or may not get round to that timer's work before the guest is saved. True when it has not, which is
 * the usual, and also for a guest without a virtual clock.
 */
bool device_state_is_exact(const unsigned char *stream, size_t length);

/*
 * Adds to a stream that was prepared the pages in which the guest's memory, of `size` bytes, differs from what it was
 * before: whoever restores it has the memory of before, and gets the pages from the stream. *stream is malloc'd, and
 * replaced. 0, -ENOMEM, or -EINVAL as above.
 */
int device_state_add_changes(unsigned char **stream, size_t *length, const unsigned char *before,
	const unsigned char *now, size_t size, char **error);

/*
 * The same the other way round. pages[i], of size / 4096 that are all NULL, becomes the contents of a page that is in
 * the stream, which are in the stream itself; *rest is the stream without them, malloc'd. 0, -ENOMEM, -EINVAL as above.
 */
int device_state_split(const unsigned char *stream, size_t length, size_t size, const unsigned char **pages,
	unsigned char **rest, size_t *rest_length, char **error);

/*
 * The section that record mode adds to the devices' state, out of anything that has such a state in it, copied. How
 * long it is; 0: there is none, or no room for it.
 */
size_t device_state_copy_recorder(const unsigned char *data, size_t length, unsigned char *out, size_t room);

/*
 * Changes a stream without such pages, in place, into one that a QEMU process that has run a guest goes back with, and
 * keeps its translated code. `recorder`: as copied from a QEMU that had run nothing. *stream is malloc'd, and replaced.
 * 0, -ENOMEM, or -EINVAL as above.
 */
int device_state_make_rewindable(
	unsigned char **stream, size_t *length, const unsigned char *recorder, size_t recorder_length, char **error);

#endif
