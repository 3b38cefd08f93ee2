/* SPDX-License-Identifier: Apache-2.0 */
/* option_query.c - see option_query.h. */
#include "runner/engine/option_query.h"

#include <arpa/inet.h>
#include <string.h>

/* ------------------------------------------------------------------ numbers in octets */

static void put_number(unsigned char *at, const struct option_member *member, int64_t value)
{
	const uint16_t two = (uint16_t)value, two_swapped = htons(two);
	const uint32_t four = (uint32_t)value, four_swapped = htonl(four);
	const bool swapped = member->kind == MEMBER_BIG_ENDIAN;

	if (member->width == 1)
		*at = (unsigned char)value;
	else if (member->width == 2)
		memcpy(at, swapped ? &two_swapped : &two, 2);
	else if (member->width == 4)
		memcpy(at, swapped ? &four_swapped : &four, 4);
	else
		memcpy(at, &value, 8);
}

static int64_t take_number(const unsigned char *at, const struct option_member *member)
{
	const bool swapped = member->kind == MEMBER_BIG_ENDIAN;
	uint16_t two;
	uint32_t four;
	int64_t eight;

	memcpy(&two, at, 2);
	memcpy(&four, at, 4);
	memcpy(&eight, at, 8);
	if (member->width == 1)
		return *at;
	if (member->width == 2)
		return swapped ? ntohs(two) : two;
	if (member->width == 4 && member->kind == MEMBER_SIGNED)
		return (int32_t)four;
	if (member->width == 4)
		return swapped ? ntohl(four) : four;
	return eight;
}

static const struct option_member *of_kind(const struct socket_option *option, enum member_kind kind)
{
	for (const struct option_member *member = option->members; member->name != NULL; member++)
		if (member->kind == kind)
			return member;
	return NULL;
}

const struct option_member *query_member(const struct query *query, const char *name)
{
	const struct option_member *member = option_member_of(query->option, name);

	if (member == NULL)
		trial_error(query->t, "%s has no member %s", query->option->name, name);
	return member;
}

/* ------------------------------------------------------------------ sentences */

static const char *const scope_words[] = {
	[OF_FUTURE] = " of future associations",
	[OF_CURRENT] = " of its current associations",
	[OF_ALL] = " of its current and future associations",
	[OF_ASSOCIATION] = " of its association",
};

static void print_subject(const struct query *query, FILE *out)
{
	const struct option_scope *scope = &query->scope;

	fputs(query->option->name, out);
	if (scope->address == OF_PATH)
		fprintf(out, " of path %u", scope->path);
	if (scope->address == OF_WRONG_END)
		fprintf(out, " of the wrong end's address on path %u", scope->path);
	if (scope->of == OF_ID)
		fprintf(out, " of an association %u", scope->id);
	else if (scope->of != (scope->address == ANY_ADDRESS ? OF_FUTURE : OF_ASSOCIATION))
		fputs(scope_words[scope->of], out);
}

static void print_number(const struct option_member *member, int64_t value, int64_t up_to, FILE *out)
{
	fprintf(out, "%s %lld", member->name, (long long)value);
	if (up_to != 0)
		fprintf(out, " .. %lld", (long long)up_to);
	if (member->unit != NULL)
		fprintf(out, " %s", member->unit);
}

static void print_value(const struct query *query, const struct option_value *value, FILE *out)
{
	const struct option_member *member = query_member(query, value->member);

	if (value->text != NULL)
		fprintf(out, "%s \"%s\"", member->name, value->text);
	else
		print_number(member, value->value, value->up_to, out);
}

static void print_values(const struct query *query, const struct option_value *values, FILE *out)
{
	for (const struct option_value *value = values; value->member != NULL; value++) {
		fputs(value == values ? ": " : ", ", out);
		print_value(query, value, out);
	}
}

void query_describe(const struct query *query, const char *before, const struct option_value *values, const char *after,
	char text[STORY_TEXT_MAX])
{
	FILE *out = trial_text(query->t, text, STORY_TEXT_MAX);

	fprintf(out, "%s%s", query->peer->name, before);
	print_subject(query, out);
	if (values != NULL)
		print_values(query, values, out);
	fputs(after, out);
	fclose(out);
}

/* ------------------------------------------------------------------ what the kernel gets */

uint32_t query_id(const struct query *query)
{
	switch (query->scope.of) {
	case OF_FUTURE:
		return SCTP_FUTURE_ASSOC;
	case OF_CURRENT:
		return SCTP_CURRENT_ASSOC;
	case OF_ALL:
		return SCTP_ALL_ASSOC;
	case OF_ASSOCIATION:
		return query->peer->assoc_id;
	case OF_ID:
		break;
	}
	return query->scope.id;
}

static bool is_inet6(const struct peer *peer)
{
	for (size_t i = 0; i < peer->address_count; i++)
		if (peer->addresses[i].ss_family == AF_INET6)
			return true;
	return false;
}

static union gs_addr address_of(const struct query *query)
{
	const bool own = (query->option->takes & TAKES_OWN_ADDRESS) != 0;
	const struct peer *end = query->peer;

	if (query->scope.address == ANY_ADDRESS)
		return is_inet6(end) ? (union gs_addr){ .v6 = { .sin6_family = AF_INET6 } }
				     : (union gs_addr){ .v4 = { .sin_family = AF_INET } };
	if (own != (query->scope.address == OF_WRONG_END))
		return address_on(query->t, end, end, query->scope.path);
	return address_on(query->t, end, other_end(query->t, end), query->scope.path);
}

struct query query_about(struct trial *t, struct peer *peer, int number, struct option_scope scope)
{
	struct query query = { .t = t, .peer = peer, .option = option_by_number(number), .scope = scope };
	const struct socket_option *option = query.option;

	if (option == NULL)
		trial_error(t, "the table has no socket option of number %d", number);
	if (option->id < 0 && scope.of != OF_FUTURE)
		trial_error(t, "%s is of the socket, not of an association", option->name);
	if (option->address < 0 && scope.address != ANY_ADDRESS)
		trial_error(t, "%s has no address", option->name);
	if (option->id >= 0) {
		const uint32_t id = query_id(&query);

		memcpy(&query.octets[option->id], &id, sizeof(id));
	}
	if (option->address >= 0) {
		const union gs_addr address = address_of(&query);

		memcpy(&query.octets[option->address], &address, sizeof(address));
	}
	query.length = option->size;
	return query;
}

static void append(struct query *query, const struct option_member *list, int64_t number, unsigned *count)
{
	const size_t at = list->offset + (size_t)*count * list->width;

	if (at + list->width > LIST_ROOM - sizeof(int64_t))
		trial_error(query->t, "the list of %s is too long", query->option->name);
	put_number(&query->octets[at], list, number);
	query->length = (socklen_t)(at + list->width > query->option->size ? at + list->width : query->option->size);
	*count += 1;
}

void query_put(struct query *query, const struct option_value *values)
{
	const struct option_member *count_at = of_kind(query->option, MEMBER_COUNT);
	bool counted = false;
	unsigned count = 0;

	for (const struct option_value *value = values; value->member != NULL; value++) {
		const struct option_member *member = query_member(query, value->member);

		counted |= member == count_at;
		if (member->kind != MEMBER_LIST) {
			put_number(&query->octets[member->offset], member, value->value);
			continue;
		}
		for (const char *c = value->text; c != NULL && *c != '\0'; c++)
			append(query, member, (unsigned char)*c, &count);
		if (value->text == NULL)
			append(query, member, value->value, &count);
	}
	if (count_at != NULL && !counted)
		put_number(&query->octets[count_at->offset], count_at, count);
}

void query_put_inputs(struct query *query, const struct option_value *values)
{
	for (const struct option_value *value = values; value->member != NULL; value++) {
		const struct option_member *member = query_member(query, value->member);

		if (member->kind == MEMBER_INPUT)
			put_number(&query->octets[member->offset], member, value->value);
	}
}

/* ------------------------------------------------------------------ comparing */

static void print_list(const struct query *query, const struct option_member *list, FILE *out)
{
	const struct option_member *count_at = of_kind(query->option, MEMBER_COUNT);
	const int64_t count = take_number(&query->octets[count_at->offset], count_at);

	fprintf(out, "%s", list->name);
	for (int64_t i = 0; i < count && list->offset + (size_t)(i + 1) * list->width <= query->length; i++)
		fprintf(out, " %lld",
			(long long)take_number(&query->octets[list->offset + (size_t)i * list->width], list));
	if (count == 0)
		fputs(" empty", out);
}

static bool list_is(const struct query *query, const struct option_member *list, const struct option_value *values)
{
	const struct option_member *count_at = of_kind(query->option, MEMBER_COUNT);
	const int64_t count = take_number(&query->octets[count_at->offset], count_at);
	int64_t i = 0;

	for (const struct option_value *value = values; value->member != NULL; value++) {
		if (strcmp(value->member, list->name) != 0)
			continue;
		if (i >= count ||
			take_number(&query->octets[list->offset + (size_t)i * list->width], list) != value->value)
			return false;
		i++;
	}
	return i == count;
}

bool query_compare(const struct query *query, const struct option_value *values, FILE *out)
{
	const struct option_member *compared = NULL;
	bool same = true;

	for (const struct option_value *value = values; value->member != NULL; value++) {
		const struct option_member *member = query_member(query, value->member);
		const int64_t is = take_number(&query->octets[member->offset], member);
		const int64_t most = value->up_to != 0 ? value->up_to : value->value;

		if (member->kind == MEMBER_LIST) {
			if (member == compared || list_is(query, member, values))
				continue;
			compared = member;
		} else if (member->kind == MEMBER_INPUT || (is >= value->value && is <= most)) {
			continue;
		}
		if (!same)
			fputs(", ", out);
		same = false;
		if (member->kind == MEMBER_LIST)
			print_list(query, member, out);
		else
			print_number(member, is, 0, out);
	}
	return same;
}

int64_t query_number(const struct query *query, const struct option_member *member)
{
	return take_number(&query->octets[member->offset], member);
}

bool query_has_list(const struct query *query)
{
	return of_kind(query->option, MEMBER_LIST) != NULL;
}
