/* SPDX-License-Identifier: Apache-2.0 */
/*
 * agent.h - the parts of sctpspec-agent, the program in the guest.
 *
 * In a guest it is /init: it mounts file systems, loads modules, switches the kernel's housekeeping off (boot,
 * compaction), and stops at a fixed address, where the host takes the snapshot. A restored agent finds an order in
 * its box, and does what the order says (order.c): a case, a stage, modules to load, a program, a shell. With
 * `--target host` it is a program like any other, and the box is a file.
 *
 *	case.c      runs a case: network, captures, body (check_body.c), evidence
 *	prepared_network.c    the network with its captures, and what was noted of the kernel; a stage holds it already
 *	health.c    is the kernel still well afterwards: its log (kernel_log), its SCTP objects (census), its taints
 *	facts.c     what is recorded about the kernel and its namespaces
 *
 * It is the program on top of engine/, netns/ and protocol/, and nothing includes it. The host starts it, and hears
 * from it through the box alone.
 *
 * Threads and processes: the agent has one thread. A case's body runs under Check in a child process, so that a
 * crash or a hang costs that case only. The parent owns what must outlive a crash: the network, the captures and
 * the evidence, which lies in memory that parent and child share. Both append to the box, never at the same time.
 *
 * What may go wrong: without file systems, modules or a box there can be no order; the agent says why on the console
 * and ends the guest with AGENT_EXIT_BOOT. A body that crashes or hangs is a verdict. What the agent itself cannot
 * do is the verdict `error`. When the agent dies, the host finds no BOX_END.
 *
 * Weaknesses: it is static, so each library that it uses must have a static form. As process 1 its death is a panic
 * of the kernel, which the host tells apart by the console's words. Check was made for tests of seconds
 * (check_body.c). Kernel log and SCTP objects are read when the body is over, so a complaint is assigned to the
 * case and not to an instruction of it.
 */
#ifndef SCTPSPEC_RUNNER_AGENT_AGENT_H
#define SCTPSPEC_RUNNER_AGENT_AGENT_H

#include <stdbool.h>
#include <stdint.h>

#include "runner/protocol/agent_contract.h"
#include "runner/protocol/box.h"
#include "runner/protocol/order.h"

/*
 * As process 1: file systems, modules, housekeeping off. 0, or -errno after a line on the console.
 */
int agent_boot(void);
/* A part of it: stops the thread of the kernel that looks twice a second whether memory needs compaction. */
void agent_rest_compaction(void);
/* A module's file. 0, also when it is loaded already, or -errno after a line on the console. */
int agent_load_module(const char *path);
/* demand.c: whether the kernel is given what it asks for from now on; gives it a module by a name (an exit status). */
void agent_load_on_demand(bool on);
int agent_demand(const char *wanted);
/* Ends the guest; does not return. */
_Noreturn void agent_end_guest(unsigned status);
void agent_snapshot_point(void);
void agent_stage_point(void);
void agent_loaded_point(void);

/* Carries out the order in the box, down to its BOX_END; after one that ends in a snapshot, the next. 0 or -errno. */
int agent_run_order(struct box *box);
/* Makes the kernel's random numbers a function of `seed`. 0 or -errno. */
int agent_seed(uint64_t seed);
/* The rest is what an order asks for, each down to its BOX_END. 0 or -errno. */
int agent_run_exec(struct box *box, const struct order_program *program);
int agent_run_shell(struct box *box, const struct order_shell *order);
struct prepared_network;
int agent_run_case(struct box *box, const struct order_case *order, struct prepared_network *prepared);

#endif
