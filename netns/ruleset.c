/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ruleset.c - see ruleset.h. Each is told to the kernel as nft(8) would tell it the words that are printed, in one
 * batch: all of it, or nothing.
 */
#include "netns/ruleset.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <linux/netlink.h>
#include <netinet/ip_icmp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define CT_STATE_INVALID 1U

static const struct form {
	const char *table, *chain, *type, *hook;
	uint32_t hook_number;
	int32_t priority;
} forms[] = {
	[RULESET_FIREWALL] = { "firewall", "forward", "filter", "forward", NF_INET_FORWARD, 0 },
	[RULESET_NAT] = { "nat", "postrouting", "nat", "postrouting", NF_INET_POST_ROUTING, 100 },
	[RULESET_REJECT] = { "refusals", "forward", "filter", "forward", NF_INET_FORWARD, -10 },
};

/* ------------------------------------------------------------------ words */

static const char *code_name(uint8_t code)
{
	switch (code) {
	case ICMP_NET_UNREACH:
		return "net-unreachable";
	case ICMP_PROT_UNREACH:
		return "prot-unreachable";
	case ICMP_PORT_UNREACH:
		return "port-unreachable";
	case ICMP_PKT_FILTERED:
		return "admin-prohibited";
	default:
		return "host-unreachable";
	}
}

void ruleset_print(const struct ruleset *ruleset, bool removed, FILE *out)
{
	const struct form *form = &forms[ruleset->kind];

	if (removed) {
		fprintf(out, "delete table ip %s", form->table);
		return;
	}
	fprintf(out, "add table ip %s; add chain ip %s %s { type %s hook %s priority %d; }; add rule ip %s %s ",
		form->table, form->table, form->chain, form->type, form->hook, form->priority, form->table,
		form->chain);
	switch (ruleset->kind) {
	case RULESET_FIREWALL:
		fputs("ct state invalid drop", out);
		break;
	case RULESET_NAT:
		fprintf(out, "oifname %s masquerade", ruleset->device);
		break;
	case RULESET_REJECT:
		fprintf(out, "oifname %s meta l4proto sctp reject with icmp type %s", ruleset->device,
			code_name(ruleset->code));
		break;
	}
}

/* ------------------------------------------------------------------ messages */

struct batch {
	uint8_t bytes[4096];
	size_t length;
	struct nlmsghdr *message;
	uint32_t sequence;
};

static void *grow(struct batch *batch, size_t length)
{
	uint8_t *at = batch->bytes + batch->length;

	memset(at, 0, NLMSG_ALIGN(length));
	batch->length += NLMSG_ALIGN(length);
	if (batch->message)
		batch->message->nlmsg_len = (uint32_t)(batch->bytes + batch->length - (uint8_t *)batch->message);
	return at;
}

static void begin(struct batch *batch, uint16_t type, uint16_t flags, uint8_t family, uint16_t resource)
{
	struct nfgenmsg *fixed;

	batch->message = NULL;
	batch->message = grow(batch, sizeof(struct nlmsghdr));
	fixed = grow(batch, sizeof(*fixed));
	batch->message->nlmsg_type = type;
	batch->message->nlmsg_flags = (uint16_t)(NLM_F_REQUEST | flags);
	batch->message->nlmsg_seq = ++batch->sequence;
	fixed->nfgen_family = family;
	fixed->version = NFNETLINK_V0;
	fixed->res_id = htons(resource);
}

static void begin_table_message(struct batch *batch, uint16_t type, uint16_t flags)
{
	begin(batch, (uint16_t)(NFNL_SUBSYS_NFTABLES << 8 | type), (uint16_t)(NLM_F_ACK | flags), NFPROTO_IPV4, 0);
}

static struct nlattr *nest(struct batch *batch, uint16_t type)
{
	struct nlattr *attribute = grow(batch, sizeof(*attribute));

	attribute->nla_type = type | NLA_F_NESTED;
	return attribute;
}

static void end(struct batch *batch, struct nlattr *attribute)
{
	attribute->nla_len = (uint16_t)(batch->bytes + batch->length - (uint8_t *)attribute);
}

static void put(struct batch *batch, uint16_t type, const void *bytes, size_t length)
{
	struct nlattr *attribute = grow(batch, sizeof(*attribute) + length);

	attribute->nla_type = type;
	attribute->nla_len = (uint16_t)(sizeof(*attribute) + length);
	memcpy(attribute + 1, bytes, length);
}

static void put_text(struct batch *batch, uint16_t type, const char *text)
{
	put(batch, type, text, strlen(text) + 1);
}

static void put32(struct batch *batch, uint16_t type, uint32_t number)
{
	number = htonl(number);
	put(batch, type, &number, sizeof(number));
}

/* ------------------------------------------------------------------ expressions */

struct expression {
	struct nlattr *element, *data;
};

static struct expression begin_expression(struct batch *batch, const char *name)
{
	struct expression expression = { .element = nest(batch, NFTA_LIST_ELEM) };

	put_text(batch, NFTA_EXPR_NAME, name);
	expression.data = nest(batch, NFTA_EXPR_DATA);
	return expression;
}

static void end_expression(struct batch *batch, struct expression expression)
{
	end(batch, expression.data);
	end(batch, expression.element);
}

static void put_value(struct batch *batch, uint16_t type, const void *bytes, size_t length)
{
	struct nlattr *data = nest(batch, type);

	put(batch, NFTA_DATA_VALUE, bytes, length);
	end(batch, data);
}

static void compare(struct batch *batch, enum nft_cmp_ops how, const void *bytes, size_t length)
{
	struct expression expression = begin_expression(batch, "cmp");

	put32(batch, NFTA_CMP_SREG, NFT_REG_1);
	put32(batch, NFTA_CMP_OP, how);
	put_value(batch, NFTA_CMP_DATA, bytes, length);
	end_expression(batch, expression);
}

static void must_be(struct batch *batch, enum nft_meta_keys key, const void *bytes, size_t length)
{
	struct expression expression = begin_expression(batch, "meta");

	put32(batch, NFTA_META_DREG, NFT_REG_1);
	put32(batch, NFTA_META_KEY, key);
	end_expression(batch, expression);
	compare(batch, NFT_CMP_EQ, bytes, length);
}

static void must_leave_by(struct batch *batch, const char *device)
{
	char name[IFNAMSIZ] = "";

	memcpy(name, device, strnlen(device, sizeof(name) - 1));
	must_be(batch, NFT_META_OIFNAME, name, sizeof(name));
}

static void must_be_invalid(struct batch *batch)
{
	const uint32_t invalid = CT_STATE_INVALID, none = 0;
	struct expression expression = begin_expression(batch, "ct");

	put32(batch, NFTA_CT_DREG, NFT_REG_1);
	put32(batch, NFTA_CT_KEY, NFT_CT_STATE);
	end_expression(batch, expression);
	expression = begin_expression(batch, "bitwise");
	put32(batch, NFTA_BITWISE_SREG, NFT_REG_1);
	put32(batch, NFTA_BITWISE_DREG, NFT_REG_1);
	put32(batch, NFTA_BITWISE_LEN, sizeof(invalid));
	put_value(batch, NFTA_BITWISE_MASK, &invalid, sizeof(invalid));
	put_value(batch, NFTA_BITWISE_XOR, &none, sizeof(none));
	end_expression(batch, expression);
	compare(batch, NFT_CMP_NEQ, &none, sizeof(none));
}

static void drop(struct batch *batch)
{
	struct expression expression = begin_expression(batch, "immediate");
	struct nlattr *data, *verdict;

	put32(batch, NFTA_IMMEDIATE_DREG, NFT_REG_VERDICT);
	data = nest(batch, NFTA_IMMEDIATE_DATA);
	verdict = nest(batch, NFTA_DATA_VERDICT);
	put32(batch, NFTA_VERDICT_CODE, NF_DROP);
	end(batch, verdict);
	end(batch, data);
	end_expression(batch, expression);
}

static void reject(struct batch *batch, uint8_t code)
{
	struct expression expression = begin_expression(batch, "reject");

	put32(batch, NFTA_REJECT_TYPE, NFT_REJECT_ICMP_UNREACH);
	put(batch, NFTA_REJECT_ICMP_CODE, &code, sizeof(code));
	end_expression(batch, expression);
}

static void masquerade(struct batch *batch)
{
	end_expression(batch, begin_expression(batch, "masq"));
}

/* ------------------------------------------------------------------ the whole */

static void add_table(struct batch *batch, const struct form *form)
{
	begin_table_message(batch, NFT_MSG_NEWTABLE, NLM_F_CREATE);
	put_text(batch, NFTA_TABLE_NAME, form->table);
}

static void add_chain(struct batch *batch, const struct form *form)
{
	struct nlattr *hook;

	begin_table_message(batch, NFT_MSG_NEWCHAIN, NLM_F_CREATE);
	put_text(batch, NFTA_CHAIN_TABLE, form->table);
	put_text(batch, NFTA_CHAIN_NAME, form->chain);
	put_text(batch, NFTA_CHAIN_TYPE, form->type);
	hook = nest(batch, NFTA_CHAIN_HOOK);
	put32(batch, NFTA_HOOK_HOOKNUM, form->hook_number);
	put32(batch, NFTA_HOOK_PRIORITY, (uint32_t)form->priority);
	end(batch, hook);
}

static void add_rule(struct batch *batch, const struct form *form, const struct ruleset *ruleset)
{
	const uint8_t sctp = IPPROTO_SCTP;
	struct nlattr *expressions;

	begin_table_message(batch, NFT_MSG_NEWRULE, NLM_F_CREATE | NLM_F_APPEND);
	put_text(batch, NFTA_RULE_TABLE, form->table);
	put_text(batch, NFTA_RULE_CHAIN, form->chain);
	expressions = nest(batch, NFTA_RULE_EXPRESSIONS);
	switch (ruleset->kind) {
	case RULESET_FIREWALL:
		must_be_invalid(batch);
		drop(batch);
		break;
	case RULESET_NAT:
		must_leave_by(batch, ruleset->device);
		masquerade(batch);
		break;
	case RULESET_REJECT:
		must_leave_by(batch, ruleset->device);
		must_be(batch, NFT_META_L4PROTO, &sctp, sizeof(sctp));
		reject(batch, ruleset->code);
		break;
	}
	end(batch, expressions);
}

/* Waits for so many answers. The first that is a refusal. */
static int await_answers(int sock, unsigned count)
{
	union {
		struct nlmsghdr header;
		uint8_t bytes[8192];
	} answer;
	int first = 0;

	while (count > 0) {
		ssize_t length = recv(sock, answer.bytes, sizeof(answer.bytes), 0);
		struct nlmsghdr *message = &answer.header;

		if (length < 0 && errno == EINTR)
			continue;
		if (length < 0)
			return -errno;
		for (; NLMSG_OK(message, (size_t)length); message = NLMSG_NEXT(message, length)) {
			if (message->nlmsg_type != NLMSG_ERROR)
				continue;
			const struct nlmsgerr *said = NLMSG_DATA(message);

			if (said->error != 0 && first == 0)
				first = said->error;
			/* a batch that is refused is not answered to its end */
			if (said->error != 0 || count-- == 1)
				return first;
		}
	}
	return first;
}

static int send_batch(const struct batch *batch, unsigned answers)
{
	int sock = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_NETFILTER), status;

	if (sock < 0)
		return -errno;
	status = send(sock, batch->bytes, batch->length, 0) < 0 ? -errno : await_answers(sock, answers);
	close(sock);
	return status;
}

int ruleset_apply(const struct ruleset *ruleset, bool removed)
{
	const struct form *form = &forms[ruleset->kind];
	struct batch batch = { .length = 0 };

	begin(&batch, NFNL_MSG_BATCH_BEGIN, 0, AF_UNSPEC, NFNL_SUBSYS_NFTABLES);
	if (removed) {
		begin_table_message(&batch, NFT_MSG_DELTABLE, 0);
		put_text(&batch, NFTA_TABLE_NAME, form->table);
	} else {
		add_table(&batch, form);
		add_chain(&batch, form);
		add_rule(&batch, form, ruleset);
	}
	begin(&batch, NFNL_MSG_BATCH_END, 0, AF_UNSPEC, NFNL_SUBSYS_NFTABLES);
	return send_batch(&batch, removed ? 1 : 3);
}

int conntrack_flush(void)
{
	struct batch batch = { .length = 0 };

	begin(&batch, NFNL_SUBSYS_CTNETLINK << 8 | IPCTNL_MSG_CT_DELETE, NLM_F_ACK, AF_UNSPEC, 0);
	return send_batch(&batch, 1);
}
