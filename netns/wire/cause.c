/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cause.c - the names of error causes, as the RFCs that define them write them.
 */
#include "netns/packet.h"

static const struct {
	uint16_t code;
	const char *name;
} causes[] = {
	/* RFC 9260, section 3.3.10 */
	{ 1, "Invalid Stream Identifier" },
	{ 2, "Missing Mandatory Parameter" },
	{ 3, "Stale Cookie" },
	{ 4, "Out of Resource" },
	{ 5, "Unresolvable Address" },
	{ 6, "Unrecognized Chunk Type" },
	{ 7, "Invalid Mandatory Parameter" },
	{ 8, "Unrecognized Parameters" },
	{ 9, "No User Data" },
	{ 10, "Cookie Received While Shutting Down" },
	{ 11, "Restart of an Association with New Addresses" },
	{ 12, "User-Initiated Abort" },
	{ 13, "Protocol Violation" },
	/* RFC 5061, section 4.3 */
	{ 0x00a0, "Request to Delete Last Remaining IP Address" },
	{ 0x00a1, "Operation Refused Due to Resource Shortage" },
	{ 0x00a2, "Request to Delete Source IP Address" },
	{ 0x00a3, "Association Aborted Due to Illegal ASCONF-ACK" },
	{ 0x00a4, "Request Refused - No Authorization" },
	/* RFC 4895, section 4.3 */
	{ 0x0105, "Unsupported HMAC Identifier" },
};

const char *cause_name(uint16_t cause)
{
	for (size_t i = 0; i < sizeof(causes) / sizeof(*causes); i++) {
		if (causes[i].code == cause)
			return causes[i].name;
	}
	return NULL;
}
