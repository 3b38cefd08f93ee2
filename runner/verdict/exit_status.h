/* SPDX-License-Identifier: Apache-2.0 */
/* exit_status.h - what the exit status of sctpspec means. */
#ifndef SCTPSPEC_RUNNER_VERDICT_EXIT_STATUS_H
#define SCTPSPEC_RUNNER_VERDICT_EXIT_STATUS_H

enum exit_status {
	STATUS_EXPECTED = 0,      /* nothing unexpected */
	STATUS_UNEXPECTED = 1,    /* a verdict that was not expected */
	STATUS_USAGE = 2,         /* wrong usage */
	STATUS_HARNESS = 3,       /* sctpspec could not do its work */
	STATUS_NOTHING = 4,       /* nothing ran, or everything was skipped */
	STATUS_INTERRUPTED = 130, /* partial results are kept and valid */
};

#endif
