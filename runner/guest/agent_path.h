/* SPDX-License-Identifier: Apache-2.0 */
/* agent_path.h - where sctpspec-agent is: beside this program, or in libexec where it is installed. */
#ifndef SCTPSPEC_RUNNER_GUEST_AGENT_PATH_H
#define SCTPSPEC_RUNNER_GUEST_AGENT_PATH_H

/* Absolute and malloc'd. 0 or -errno. */
int agent_path(char **path, char **error);

#endif
