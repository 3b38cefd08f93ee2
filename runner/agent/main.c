/* SPDX-License-Identifier: Apache-2.0 */
/*
 * main.c - sctpspec-agent.
 *
 * As process 1 of a guest it makes the guest ready, stops at the point where the snapshot is taken,
 * and carries out the one order that it finds in the box after that. With `--box FILE` it carries
 * out the order in that file, on the running kernel.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "runner/agent/agent.h"
#include "runner/agent/facts.h"

/*
 * The snapshot is taken when the first instruction of this function is about to run, which is the
 * same instant of guest time in every boot. It has a section of its own for its fixed address.
 */
__attribute__((noinline, section(AGENT_SNAPSHOT_SECTION))) void agent_snapshot_point(void)
{
	__asm__ volatile("nop" ::: "memory");
}

__attribute__((noinline, section(AGENT_STAGE_SECTION))) void agent_stage_point(void)
{
	__asm__ volatile("nop" ::: "memory");
}

__attribute__((noinline, section(AGENT_LOADED_SECTION))) void agent_loaded_point(void)
{
	__asm__ volatile("nop" ::: "memory");
}

/* A guest whose QEMU is wanted for the next guest does not end: it is stopped wherever it is. */
static void stay(struct box *box)
{
	fflush(NULL);
	while (box_stays(box))
		__asm__ volatile("pause" ::: "memory");
}

static int as_init(void)
{
	struct box box;
	int status = agent_boot();

	if (status < 0)
		agent_end_guest(AGENT_EXIT_BOOT);
	status = box_map_physical(BOX_GUEST_ADDRESS, &box);
	if (status < 0) {
		fprintf(stderr, "sctpspec-agent: no box at 0x%llx: %s%s\n", BOX_GUEST_ADDRESS, strerror(-status),
			status == -ENOENT ? " (a kernel without CONFIG_DEVMEM)" : "");
		agent_end_guest(AGENT_EXIT_BOOT);
	}
	status = facts_of_kernel(&box);
	if (status < 0) {
		fprintf(stderr, "sctpspec-agent: the kernel's facts: %s\n", strerror(-status));
		agent_end_guest(AGENT_EXIT_BOOT);
	}
	agent_snapshot_point();
	status = agent_run_order(&box);
	if (status == 0)
		stay(&box);
	agent_end_guest(status < 0 ? AGENT_EXIT_BOOT : AGENT_EXIT_DONE);
}

static int as_program(const char *path)
{
	struct box box;
	int status = box_map_file(path, &box);

	if (status < 0) {
		fprintf(stderr, "sctpspec-agent: %s is no box: %s\n", path, strerror(-status));
		return 3;
	}
	status = agent_run_order(&box);
	box_unmap(&box);
	return status < 0 ? 3 : 0;
}

int main(int argc, char **argv)
{
	/* First: in a PID namespace a program can be process 1 too, and is no guest's init. */
	if (argc == 3 && strcmp(argv[1], "--box") == 0)
		return as_program(argv[2]);
	if (getpid() == 1)
		return as_init();
	/* as the kernel calls it */
	if (argc == 4 && strcmp(argv[1], "-q") == 0 && strcmp(argv[2], "--") == 0)
		return agent_demand(argv[3]);
	fprintf(stderr,
		"usage: sctpspec-agent --box FILE\n"
		"It is started by sctpspec; a person does not need it.\n");
	return 2;
}
