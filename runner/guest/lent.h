/* SPDX-License-Identifier: Apache-2.0 */
/* lent.h - the memory of a snapshot in a cache that this user can only read. */
#ifndef SCTPSPEC_RUNNER_GUEST_LENT_H
#define SCTPSPEC_RUNNER_GUEST_LENT_H

/*
 * Makes *ram the path of a file that QEMU can open: it is left as it is, and *copy is -1, where the file can be opened
 * for writing; otherwise it becomes that of a copy in memory, which is there until *copy is closed. 0, or -errno and a
 * sentence.
 */
int lent_memory(char **ram, int *copy, char **error);

#endif
