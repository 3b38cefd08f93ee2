/* SPDX-License-Identifier: Apache-2.0 */
/* logged.h - how much of a case its log keeps. */
#ifndef SCTPSPEC_RUNNER_ENGINE_LOGGED_H
#define SCTPSPEC_RUNNER_ENGINE_LOGGED_H

/* So many messages, sent and received each. */
#define MESSAGES_LOGGED_MAX 200

#endif
