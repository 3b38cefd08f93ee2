/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kernel_words.c - see kernel_words.h.
 *
 * Most complaints are known by how their message begins: elsewhere in a line the same words may be a
 * quotation. The words of a crash may come after the name of what crashed.
 */
#include "runner/protocol/kernel_words.h"

#include <stdbool.h>
#include <string.h>

static const char *const crash_marks[] = {
	"Kernel panic",
	"kernel BUG at",
	"Oops",
	"general protection",
	"Unable to handle kernel",
	"unable to handle kernel",
	"unable to handle page fault",
	"BUG: kernel NULL pointer",
	"BUG: stack guard page",
	"invalid opcode:",
	"divide error:",
	"stack segment:",
	"double fault",
};

static const char *const complaint_beginnings[] = {
	"WARNING: ",       /* WARN() and its kin; most of lockdep: "WARNING: possible circular locking" */
	"BUG: ",           /* KASAN, KFENCE, KMSAN, KCSAN, sleeping or scheduling where it must not, … */
	"BUG ",            /* the slab allocator: "BUG kmalloc-64 (Not tainted): Poison overwritten" */
	"watchdog: BUG: ", /* soft lockup */
	"INFO: task ",     /* "… blocked for more than 120 seconds" */
	"INFO: rcu",
	"rcu: INFO: ", /* stalls */
	"INFO: possible ",
	"INFO: inconsistent lock state",
	"INFO: suspicious RCU usage",
	"INFO: trying to register non-static key",
	"UBSAN: ",
	"refcount_t: ",
	"ODEBUG: ",
	"list_add corruption",
	"list_del corruption",
	"unregister_netdevice: waiting for ",
};

static const char *const complaint_marks[] = {
	"Attempt to release ", /* a socket that is alive: "IPv4: Attempt to release …" */
	"new suspected memory leaks",
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static bool has_any(const char *line, size_t length, const char *const *marks, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (memmem(line, length, marks[i], strlen(marks[i])))
			return true;
	}
	return false;
}

static bool begins_with_any(const char *line, size_t length, const char *const *marks, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const size_t own = strlen(marks[i]);

		if (length >= own && memcmp(line, marks[i], own) == 0)
			return true;
	}
	return false;
}

enum kernel_word kernel_word(const char *line, size_t length)
{
	if (memmem(line, length, "traps: ", 7)) /* a program's fault, not the kernel's */
		return KERNEL_IS_FINE;
	if (has_any(line, length, crash_marks, COUNT(crash_marks)))
		return KERNEL_CRASHES;
	if (begins_with_any(line, length, complaint_beginnings, COUNT(complaint_beginnings)) ||
		has_any(line, length, complaint_marks, COUNT(complaint_marks)))
		return KERNEL_COMPLAINS;
	return KERNEL_IS_FINE;
}
