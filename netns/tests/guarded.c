/* SPDX-License-Identifier: Apache-2.0 */
#include "netns/tests/guarded.h"

#include <check.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

struct guarded guard(const uint8_t *bytes, size_t length)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	size_t room = (length + page - 1) / page * page;
	struct guarded guarded = { .map_size = room + page };

	guarded.map = mmap(NULL, guarded.map_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	ck_assert_ptr_ne(guarded.map, MAP_FAILED);
	if (length)
		memcpy(guarded.map + room - length, bytes, length);
	ck_assert_int_eq(mprotect(guarded.map + room, page, PROT_NONE), 0);
	guarded.bytes = guarded.map + room - length;
	return guarded;
}

void unguard(struct guarded *guarded)
{
	munmap(guarded->map, guarded->map_size);
}
