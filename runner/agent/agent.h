/* SPDX-License-Identifier: Apache-2.0 */
/*
 * agent.h - the parts of sctpspec-agent, which is the guest's /init and, with `--target host`, a
 * program like any other.
 */
#ifndef SCTPSPEC_RUNNER_AGENT_AGENT_H
#define SCTPSPEC_RUNNER_AGENT_AGENT_H

#include <stdint.h>

#include "runner/protocol/agent_contract.h"
#include "runner/protocol/box.h"
#include "runner/protocol/order.h"

/*
 * As process 1: file systems, modules, housekeeping off. 0, or -errno after a line on the console.
 */
int agent_boot(void);
/* A part of it: no thread of the kernel looks twice a second whether memory wants compaction. */
void agent_rest_compaction(void);
/* A module's file. 0, also when it is loaded already, or -errno after a line on the console. */
int agent_load_module(const char *path);
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
struct ground;
int agent_run_case(struct box *box, const struct order_case *order, struct ground *ground);

#endif
