/* SPDX-License-Identifier: Apache-2.0 */
/* device_state.h - edits the saved state of a guest's devices, so that the guest runs as soon as it is restored. */
#ifndef SCTPSPEC_RUNNER_QEMU_DEVICE_STATE_H
#define SCTPSPEC_RUNNER_QEMU_DEVICE_STATE_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Changes the stream that qmp_save wrote, in place; *length becomes smaller. 0, or -EINVAL and a sentence on what in
 * the stream is not as expected (another version of QEMU may write it in another way).
 */
int device_state_prepare(unsigned char *stream, size_t *length, char **error);

/*
 * Whether the guest was saved at the usual instant. When a guest stops, QEMU still moves the virtual clock to the next
 * timer. QEMU may or may not do that timer's work before the guest is saved. True when the work is not done, which is
 * the usual case, and for a guest without a virtual clock.
 */
bool device_state_is_exact(const unsigned char *stream, size_t length);

/*
 * Adds pages of memory to a prepared stream: those in which `now` differs from `before`, both of `size` bytes. A
 * restore starts with the memory `before` and takes these pages from the stream. *stream is malloc'd, and replaced. 0,
 * -ENOMEM, or -EINVAL as above.
 */
int device_state_add_changes(unsigned char **stream, size_t *length, const unsigned char *before,
	const unsigned char *now, size_t size, char **error);

/*
 * Undoes device_state_add_changes(). `pages` has size / 4096 entries, all NULL; for each page in the stream its entry
 * becomes a pointer into the stream. *rest is the stream without pages, malloc'd. 0, -ENOMEM, -EINVAL as above.
 */
int device_state_split(const unsigned char *stream, size_t length, size_t size, const unsigned char **pages,
	unsigned char **rest, size_t *rest_length, char **error);

/*
 * Copies the section that QEMU's record mode adds to the devices' state; `data` is anything that has such a state in
 * it. Gives the section's length; 0: `data` has no such section, or `room` is too small.
 */
size_t device_state_copy_recorder(const unsigned char *data, size_t length, unsigned char *out, size_t room);

/*
 * Changes a stream without pages of memory, so that a QEMU process that has run a guest can load it and keep its
 * translated code. `recorder` is the section copied from a QEMU that had run nothing. *stream is malloc'd, and
 * replaced. 0, -ENOMEM, or -EINVAL as above.
 */
int device_state_make_rewindable(
	unsigned char **stream, size_t *length, const unsigned char *recorder, size_t recorder_length, char **error);

#endif
