/* SPDX-License-Identifier: Apache-2.0 */
/* facts.c - see facts.h. */
#include "runner/agent/facts.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "runner/agent/census.h"
#include "runner/agent/run_in_namespace.h"
#include "runner/engine/option_table.h"
#include "runner/engine/options.h"
#include "runner/protocol/kernel_facts.h"

/* ENOPROTOOPT is what a kernel says of an option that it does not know; whatever else it says, it knows it. */
static bool is_known(int fd, const struct socket_option *option)
{
	const int level = option->number < AT_SOCKET_LEVEL(0) ? IPPROTO_SCTP : SOL_SOCKET,
		  number = option->number & 0xffff;
	unsigned char room[1024] = { 0 };
	socklen_t length = option->size <= sizeof(room) ? (socklen_t)option->size : sizeof(room);

	if ((option->access & OPTION_GET) != 0 &&
		(getsockopt(fd, level, number, room, &length) == 0 || errno != ENOPROTOOPT))
		return true;
	/* nothing is as short as this, so that nothing is set */
	return (option->access & OPTION_SET) != 0 &&
		(setsockopt(fd, level, number, room, 0) == 0 || errno != ENOPROTOOPT);
}

/* A socket that is closed is freed after a grace period of the kernel: until then it would be counted as one that was
 * there before any case, and hide one that a case leaks. */
static void await_freed(const struct census *before)
{
	enum { LOOKS = 10 }; /* a second in all, as pauses double */
	struct census now;
	struct timespec pause = { .tv_nsec = 1000000 };

	census_take(CENSUS_KERNEL, &now);
	for (int i = 0; i < LOOKS && census_grew(CENSUS_KERNEL, before, &now); i++) {
		nanosleep(&pause, NULL);
		pause.tv_nsec *= 2;
		census_take(CENSUS_KERNEL, &now);
	}
}

/* NULL: there is no SCTP here, or no memory. */
static json_t *known_options(void)
{
	struct census before;

	census_take(CENSUS_KERNEL, &before);
	const int fd = socket(AF_INET, SOCK_SEQPACKET, IPPROTO_SCTP);
	json_t *object = fd < 0 ? NULL : json_object();
	size_t count;
	const struct socket_option *options = option_all(&count);

	for (size_t i = 0; object != NULL && i < count; i++)
		json_object_set_new(
			object, options[i].name, json_string(is_known(fd, &options[i]) ? "known" : "unknown"));
	if (fd >= 0) {
		close(fd);
		await_freed(&before);
	}
	return object;
}

int facts_of_kernel(struct box *box)
{
	json_t *facts = kernel_facts(), *options = known_options();

	if (options != NULL)
		json_object_set_new(facts, KERNEL_FACTS_OPTIONS, options);
	char *text = facts ? json_dumps(facts, JSON_COMPACT) : NULL;
	int status = text ? box_append(box, BOX_LOG, text, strlen(text)) : -ENOMEM;

	free(text);
	json_decref(facts);
	return status;
}

static void read_there(void *context)
{
	json_t **place = context;
	json_t *before = *place;

	*place = before != NULL ? kernel_facts_sctp_again(before) : kernel_facts_sctp();
	json_decref(before);
}

void facts_know_network(struct facts *facts, const struct net *net)
{
	*facts = (struct facts){ .usual = kernel_facts_sctp() };
	for (enum endpoint at = ENDPOINT_A; at <= ENDPOINT_B; at++)
		if (run_in_namespace(net, at, read_there, &facts->at[at]) != 0)
			facts->at[at] = NULL;
}

/* NULL: nothing is known of one of them. */
static json_t *differences(const json_t *usual, json_t *all)
{
	json_t *object = all != NULL ? json_object() : NULL, *value;
	const char *name;

	json_object_foreach(all, name, value) {
		if (!json_equal(value, json_object_get(usual, name)))
			json_object_set(object, name, value);
	}
	return object;
}

void facts_of_case(struct facts *facts, const struct trial *t, bool set)
{
	for (enum endpoint at = ENDPOINT_A; set && at <= ENDPOINT_B; at++)
		if (facts->at[at] != NULL)
			run_in_namespace(t->net, at, read_there, &facts->at[at]);
	evidence_log(t->box, t->test_case->id, "case_start",
		json_pack("{s:{s:o*, s:o*}}", "sysctls", "a", differences(facts->usual, facts->at[ENDPOINT_A]), "b",
			differences(facts->usual, facts->at[ENDPOINT_B])));
}

void facts_free(struct facts *facts)
{
	json_decref(facts->usual);
	json_decref(facts->at[ENDPOINT_A]);
	json_decref(facts->at[ENDPOINT_B]);
	*facts = (struct facts){ 0 };
}
