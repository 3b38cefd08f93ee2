/* SPDX-License-Identifier: Apache-2.0 */
/* agent_contract.h - where the host stops the agent, and how the agent ends its guest. */
#ifndef SCTPSPEC_RUNNER_PROTOCOL_AGENT_CONTRACT_H
#define SCTPSPEC_RUNNER_PROTOCOL_AGENT_CONTRACT_H

/*
 * Where the snapshot is taken: the host sets a breakpoint on this address, so a program of ours has
 * agent_snapshot_point() there, and nothing else is linked so low.
 */
#define AGENT_SNAPSHOT_ADDRESS 0x7000000UL
#define AGENT_SNAPSHOT_SECTION ".snapshot_point"
/* The same for a snapshot that holds the modules of a load order. */
#define AGENT_LOADED_ADDRESS 0x7002000UL
#define AGENT_LOADED_SECTION ".loaded_point"
/* The same for a snapshot that holds what a stage order has prepared. */
#define AGENT_STAGE_ADDRESS 0x7001000UL
#define AGENT_STAGE_SECTION ".stage_point"

/* The port of QEMU's isa-debug-exit: a write of N ends QEMU with the exit status 2 * N + 1. */
#define AGENT_EXIT_PORT 0x501
/* What the agent writes there: nothing that QEMU would end with for a reason of its own. */
#define AGENT_EXIT_DONE 21 /* the order was carried out: its BOX_END is in the box */
#define AGENT_EXIT_BOOT 22 /* the guest did not get ready; the console says why */

#endif
