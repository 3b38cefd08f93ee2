/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tree.h - folders: make and remove them, and the files in them. All functions give 0 or -errno.
 *
 * This is the head of host/, the room that deals with the machine on which sctpspec runs: folders (tree), other
 * programs and their output (program), how long a process is waited for (patience), the libraries that a program
 * needs (closure), digests (sha256), signals (stop), the wall clock (wall_clock), words as a shell reads them
 * (shell_words), error sentences (sentence), and what is printed for the person at the terminal (say).
 *
 * It owns nothing but the handlers of SIGINT and SIGTERM. All rooms of the host's program call it (protocol/ only for
 * the clock), and it calls none of them. It knows nothing of kernels, guests or cases. The agent, engine/, netns/ and
 * reports/ do not use it.
 *
 * Errors in the host's program: a function gives 0 or -errno, and puts a malloc'd sentence with names and numbers
 * into `char **error`. Only cli/ and run/ print such a sentence. No function here ends the process.
 *
 * Threads and processes: the functions keep no state and may be called on any thread; stop.h is the exception, it
 * belongs to the main thread. program_run() forks, waits for the program, and asks the kernel to kill the program
 * when the thread that started it ends.
 *
 * What may go wrong: the disk is full, a folder may not be written, a program is not installed (the sentence names
 * the Debian package), a program fails (the sentence has its last line).
 *
 * Weaknesses: program_run() has no time limit. closure_add() runs the program's own loader with --list, as ldd
 * does, so it understands x86-64 programs for glibc only. A path list is declared in closure.h although others
 * use it too.
 */
#ifndef SCTPSPEC_RUNNER_HOST_TREE_H
#define SCTPSPEC_RUNNER_HOST_TREE_H

#include <stddef.h>
#include <sys/types.h>

/* The folder and those above it that are missing. */
int tree_make(const char *path);
/* The folders above a file that is going to be made. */
int tree_make_above(const char *file);
/* Everything at and under `path`; nothing there is fine. */
int tree_remove(const char *path);
/* What is at and under `path` is on the disk, and survives a crash of the machine. */
int tree_sync(const char *path);
/* The names in a folder are. */
int tree_sync_folder(const char *path);
int tree_copy_file(const char *from, const char *to);
/* A whole small file, malloc'd and NUL-ended; *length may be NULL. */
int tree_read_file(const char *path, char **text, size_t *length);
/* All of it; waits for a socket that was set not to block by who else has it. */
int tree_write(int fd, const void *data, size_t length);
int tree_write_file(const char *path, const void *data, size_t length);

#endif
