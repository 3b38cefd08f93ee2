/* SPDX-License-Identifier: Apache-2.0 */
/*
 * payload.h - the octets of a case's messages. The first of them say which message it is, so that it is known at the
 * receiver, in a send_failed event and in a capture, which may have cut it short. Pure.
 */
#ifndef SCTPSPEC_RUNNER_ENGINE_PAYLOAD_H
#define SCTPSPEC_RUNNER_ENGINE_PAYLOAD_H

#include <stdbool.h>
#include <stddef.h>

#define PAYLOAD_HEAD 16

struct payload {
	unsigned flow, stream, message;
	size_t size; /* below PAYLOAD_HEAD: the octets do not say which message they are of */
};

void payload_write(const struct payload *payload, unsigned char *out);
/* False: these are the octets of no message of a case. */
bool payload_parse(const void *data, size_t length, struct payload *out);
/* Whether all of them are as they were written. */
bool payload_is_intact(const struct payload *payload, const void *data, size_t length);

#endif
