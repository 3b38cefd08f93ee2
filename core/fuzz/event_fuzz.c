/* SPDX-License-Identifier: Apache-2.0 */
/*
 * event_fuzz.c - what the kernel hands out, made up. The first octet of the input chooses the
 * parser. With libFuzzer (SCTPSPEC_FUZZ) this is a fuzz target; with corpus.c it runs the corpus as
 * a test.
 *
 * Beyond "no crash": whatever is accepted points into the input and nowhere else.
 */
#include "core/src/event.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_range(const uint8_t *at, size_t length, const uint8_t *input, size_t input_length)
{
	if (length == 0)
		return;
	if (at < input || length > input_length || at + length > input + input_length)
		abort();
}

static void read_event(const uint8_t *data, size_t size)
{
	struct gs_event e;

	if (gs_event_read(data, size, &e) != GS_OK)
		return;
	if (e.type == GS_ASSOC_CHANGE)
		check_range(e.assoc_change.info, e.assoc_change.info_length, data, size);
	if (e.type == GS_SEND_FAILED)
		check_range(e.send_failed.bytes, e.send_failed.length, data, size);
	if (e.type == GS_SEND_FAILED_EVENT)
		check_range(e.send_failed_event.bytes, e.send_failed_event.length, data, size);
	if (e.type == GS_STREAM_RESET_EVENT)
		check_range(e.stream_reset_event.streams, 2 * e.stream_reset_event.n_streams, data, size);
	if (e.type == GS_REMOTE_ERROR)
		check_range(e.remote_error.bytes, e.remote_error.length, data, size);
	if (e.type == GS_PADDR_CHANGE) {
		char text[GS_ADDR_TEXT];

		gs_addr_format(&e.paddr_change.addr, text);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct gs_sndrcvinfo info;

	if (size == 0)
		return 0;
	if (data[0] & 1)
		gs_sndrcvinfo_find(data + 1, size - 1, &info);
	else
		read_event(data + 1, size - 1);
	return 0;
}
