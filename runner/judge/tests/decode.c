/* SPDX-License-Identifier: Apache-2.0 */
/* decode.c - what our decoder sees in a capture, a line for each packet with SCTP, as tshark -T fields prints it: to
 * compare the two. */
#include <arpa/inet.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>

#include "netns/packet.h"
#include "runner/judge/capture_file.h"

static void put_list(const struct packet *packet, uint32_t number(const struct chunk *chunk), bool has(uint8_t type))
{
	bool first = true;
	putchar(' ');
	for (unsigned i = 0; i < packet->chunk_count; i++) {
		if (!has(packet->chunks[i].type))
			continue;
		printf("%s%" PRIu32, first ? "" : ",", number(&packet->chunks[i]));
		first = false;
	}
}

static uint32_t type_of(const struct chunk *chunk)
{
	return chunk->type;
}

static uint32_t tsn_of(const struct chunk *chunk)
{
	return chunk->data.tsn;
}

static uint32_t ack_of(const struct chunk *chunk)
{
	return chunk->sack.cum_tsn_ack;
}

static bool is_any(uint8_t type)
{
	(void)type;
	return true;
}

static bool is_data(uint8_t type)
{
	return type == CHUNK_DATA || type == CHUNK_I_DATA;
}

static bool is_sack(uint8_t type)
{
	return type == CHUNK_SACK;
}

int main(int argc, char **argv)
{
	struct capture_file file;
	struct captured captured;
	struct packet packet;
	char *error = NULL;
	if (argc != 2 || capture_file_open(argv[1], &file, &error) != 0) {
		fprintf(stderr, "%s\n", error ? error : "usage: judge_decode FILE");
		free(error);
		return 1;
	}
	while (capture_file_next(&file, &captured)) {
		if (packet_decode_udp(captured.bytes, captured.captured, captured.link, PACKET_UDP_PORT, &packet) !=
			PACKET_OK)
			continue;
		printf("%u %u %u 0x%08" PRIx32, captured.number,
			ntohs(((const struct sockaddr_in *)&packet.source)->sin_port),
			ntohs(((const struct sockaddr_in *)&packet.destination)->sin_port), packet.verification_tag);
		put_list(&packet, type_of, is_any);
		put_list(&packet, tsn_of, is_data);
		put_list(&packet, ack_of, is_sack);
		putchar('\n');
	}
	capture_file_close(&file);
	return 0;
}
