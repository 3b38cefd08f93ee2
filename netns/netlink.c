/* SPDX-License-Identifier: Apache-2.0 */
#include "netns/netlink.h"

#include <assert.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int netlink_open(void)
{
	int one = 1;
	int sock = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);

	if (sock < 0)
		return -errno;
	/* Short answers, with the kernel's own explanation. Both are niceties. */
	setsockopt(sock, SOL_NETLINK, NETLINK_CAP_ACK, &one, sizeof(one));
	setsockopt(sock, SOL_NETLINK, NETLINK_EXT_ACK, &one, sizeof(one));
	return sock;
}

static void *grow(struct netlink_request *request, size_t length)
{
	size_t at = request->header.nlmsg_len, aligned = NLMSG_ALIGN(length);

	assert(at + aligned <= sizeof(request->bytes));
	memset(request->bytes + at, 0, aligned);
	request->header.nlmsg_len += (uint32_t)aligned;
	return request->bytes + at;
}

void *netlink_begin(struct netlink_request *request, uint16_t type, uint16_t flags, size_t fixed)
{
	request->header = (struct nlmsghdr){
		.nlmsg_len = NLMSG_HDRLEN,
		.nlmsg_type = type,
		.nlmsg_flags = (uint16_t)(NLM_F_REQUEST | NLM_F_ACK | flags),
	};
	return grow(request, fixed);
}

void netlink_add_raw(struct netlink_request *request, const void *data, size_t length)
{
	memcpy(grow(request, length), data, length);
}

struct nlattr *netlink_nest(struct netlink_request *request, uint16_t type)
{
	struct nlattr *attribute = grow(request, sizeof(*attribute));

	attribute->nla_type = type;
	return attribute;
}

void netlink_end_nest(struct netlink_request *request, struct nlattr *nest)
{
	const uint8_t *end = request->bytes + request->header.nlmsg_len;

	nest->nla_len = (uint16_t)(end - (const uint8_t *)nest);
}

void netlink_add(struct netlink_request *request, uint16_t type, const void *data, size_t length)
{
	struct nlattr *attribute = netlink_nest(request, type);

	netlink_add_raw(request, data, length);
	attribute->nla_len = (uint16_t)(sizeof(*attribute) + length);
}

void netlink_add32(struct netlink_request *request, uint16_t type, uint32_t number)
{
	netlink_add(request, type, &number, sizeof(number));
}

/* The text that the kernel may append to an error (NLMSGERR_ATTR_MSG). */
static void find_reason(const uint8_t *bytes, size_t length, char reason[static 128])
{
	while (length >= sizeof(struct nlattr)) {
		struct nlattr attribute;
		size_t step;

		memcpy(&attribute, bytes, sizeof(attribute));
		if (attribute.nla_len < sizeof(attribute) || attribute.nla_len > length)
			return;
		if ((attribute.nla_type & NLA_TYPE_MASK) == NLMSGERR_ATTR_MSG) {
			snprintf(reason, 128, "%.*s", (int)(attribute.nla_len - sizeof(attribute)),
				(const char *)bytes + sizeof(attribute));
			return;
		}
		step = NLMSG_ALIGN((size_t)attribute.nla_len);
		if (step > length)
			return;
		bytes += step;
		length -= step;
	}
}

/* One answer. True: it was for this request, and *status is it. */
static bool read_answer(const uint8_t *bytes, size_t length, uint32_t sequence, int *status, char reason[static 128])
{
	struct nlmsghdr header;
	struct nlmsgerr answer;
	size_t fixed = NLMSG_HDRLEN + sizeof(answer);

	if (length < fixed)
		return false;
	memcpy(&header, bytes, sizeof(header));
	memcpy(&answer, bytes + NLMSG_HDRLEN, sizeof(answer));
	if (header.nlmsg_type != NLMSG_ERROR || header.nlmsg_seq != sequence)
		return false;
	*status = answer.error;
	/* only a capped answer has its attributes right behind it */
	if ((header.nlmsg_flags & NLM_F_ACK_TLVS) && (header.nlmsg_flags & NLM_F_CAPPED))
		find_reason(bytes + fixed, length - fixed, reason);
	return true;
}

static bool is_reply(const struct netlink_reply *reply, ssize_t length, uint32_t sequence)
{
	return length >= (ssize_t)NLMSG_HDRLEN && reply->header.nlmsg_seq == sequence &&
		reply->header.nlmsg_type != NLMSG_ERROR;
}

/* Sends, and reads until the answer has come. *kept: the message before it, if there is one. */
static int converse(int sock, struct netlink_request *request, struct netlink_reply *kept, char reason[static 128])
{
	static uint32_t last_sequence;
	uint32_t sequence = ++last_sequence;
	struct netlink_reply received;
	int status;

	reason[0] = '\0';
	request->header.nlmsg_seq = sequence;
	if (send(sock, request->bytes, request->header.nlmsg_len, 0) < 0)
		return -errno;
	for (;;) {
		ssize_t length = recv(sock, received.bytes, sizeof(received.bytes), 0);

		if (length < 0 && errno == EINTR)
			continue;
		if (length < 0)
			return -errno;
		if (read_answer(received.bytes, (size_t)length, sequence, &status, reason))
			return status;
		if (kept && is_reply(&received, length, sequence)) {
			*kept = received;
			kept->length = (size_t)length;
		}
	}
}

int netlink_ask(int sock, struct netlink_request *request, char reason[static 128])
{
	return converse(sock, request, NULL, reason);
}

int netlink_ask_for(int sock, struct netlink_request *request, struct netlink_reply *reply)
{
	char reason[128];

	reply->length = 0;
	return converse(sock, request, reply, reason);
}

const void *netlink_find(const struct netlink_reply *reply, size_t fixed, uint16_t type, size_t length)
{
	size_t at = NLMSG_HDRLEN + NLMSG_ALIGN(fixed);

	while (at + sizeof(struct nlattr) <= reply->length) {
		struct nlattr attribute;

		memcpy(&attribute, reply->bytes + at, sizeof(attribute));
		if (attribute.nla_len < sizeof(attribute) || attribute.nla_len > reply->length - at)
			return NULL;
		if ((attribute.nla_type & NLA_TYPE_MASK) == type && attribute.nla_len >= sizeof(attribute) + length)
			return reply->bytes + at + sizeof(attribute);
		at += NLMSG_ALIGN((size_t)attribute.nla_len);
	}
	return NULL;
}
