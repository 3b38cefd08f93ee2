/* SPDX-License-Identifier: Apache-2.0 */
/*
 * seed.c - the kernel's random numbers as a function of the order's seed.
 *
 * A restored guest has the same generator every time, so verification tags, initial TSNs and
 * heartbeat jitter repeat. Mixing the seed in makes them differ between seeds and still repeat for
 * one.
 */
#include "runner/agent/agent.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/random.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define SEED_WORDS 8

/* Stafford's mix of a counter: neighbouring seeds give unlike words. */
static uint64_t mix(uint64_t x)
{
	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
	x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
	return x ^ (x >> 31);
}

int agent_seed(uint64_t seed)
{
	struct {
		int entropy_count, buf_size;
		uint64_t words[SEED_WORDS];
	} pool = { .entropy_count = SEED_WORDS * 64, .buf_size = SEED_WORDS * 8 };
	int fd = open("/dev/urandom", O_WRONLY | O_CLOEXEC);
	int status = 0;

	if (fd < 0)
		return -errno;
	for (size_t i = 0; i < SEED_WORDS; i++)
		pool.words[i] = mix(seed + (i + 1) * 0x9e3779b97f4a7c15ULL);
	/* Credited, because a guest without any source of entropy may not have started its
	 * generator, and one that has not started refuses to be seeded again. */
	if (ioctl(fd, RNDADDENTROPY, &pool) < 0 || ioctl(fd, RNDRESEEDCRNG) < 0)
		status = -errno;
	close(fd);
	return status;
}
