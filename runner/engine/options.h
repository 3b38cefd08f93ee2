/* SPDX-License-Identifier: Apache-2.0 */
/*
 * options.h - socket options in a body, as RFC 6458 section 8 and Linux have them, and sysctls. Included by case.h.
 *
 * An option is named by its number (SCTP_RTOINFO; AT_SOCKET_LEVEL(SO_RCVBUF)), and the members of its struct by their
 * names there; an option that is an int has the member "value". The table of all of them is option_table.c.
 *
 *	set_option(t, p.client, SCTP_RTOINFO, ASSOCIATION, IS(srto_min, 200), IS(srto_max, 800));
 *	expect_option(t, p.client, SCTP_RTOINFO, ASSOCIATION, IS(srto_min, 200), IS(srto_initial, 3000));
 *	expect_option_refused(t, p.client, SCTP_RTOINFO, FUTURE, EINVAL, IS(srto_min, 2000), IS(srto_max, 1000));
 *
 * Members that are not said are 0 when an option is set, and not looked at when it is read. A list has its elements one
 * after the other under the same name; how many there are follows. The numbers are the kernel's, in host order.
 *
 * An option that the kernel does not know at all (ENOPROTOOPT) ends the case as skipped, if it is one that a kernel may
 * lack. What is set goes into the log, where the referee learns it (runner/verdict/trace_options.h).
 */
#ifndef SCTPSPEC_RUNNER_ENGINE_OPTIONS_H
#define SCTPSPEC_RUNNER_ENGINE_OPTIONS_H

/* linux/sctp.h needs these before it. */
#include <stdint.h>
#include <sys/socket.h>

#include <linux/sctp.h>

#include "runner/engine/case.h"

/* Numbers of the level SOL_SOCKET; those of the level IPPROTO_SCTP stand for themselves. */
#define AT_SOCKET_LEVEL(number) ((number) | 0x10000)

/* Of what an option is set or read. */
struct option_scope {
	enum { OF_FUTURE, OF_CURRENT, OF_ALL, OF_ASSOCIATION, OF_ID } of;
	uint32_t id; /* OF_ID */
	enum {
		ANY_ADDRESS,
		OF_PATH,
		OF_WRONG_END
	} address; /* of the peer; or, where it must be that, of the peer's peer */
	unsigned path;
};

/* The socket: what it has once, and what future associations get (SCTP_FUTURE_ASSOC). */
#define FUTURE ((struct option_scope){ .of = OF_FUTURE })
/* SCTP_CURRENT_ASSOC, SCTP_ALL_ASSOC: all associations that there are; these and future ones. */
#define CURRENT ((struct option_scope){ .of = OF_CURRENT })
#define FUTURE_AND_CURRENT ((struct option_scope){ .of = OF_ALL })
/* The newest association of the socket; and the peer's address on a path, of which the association follows from .of. */
#define ASSOCIATION ((struct option_scope){ .of = OF_ASSOCIATION })
#define ADDRESS_ON(path_) ((struct option_scope){ .of = OF_ASSOCIATION, .address = OF_PATH, .path = (path_) })
/* Any id, also one that nobody has; an address of the other end than the option is about. */
#define ASSOCIATION_ID(id_) ((struct option_scope){ .of = OF_ID, .id = (id_) })
#define WRONG_ADDRESS_ON(path_) \
	((struct option_scope){ .of = OF_ASSOCIATION, .address = OF_WRONG_END, .path = (path_) })

struct option_value {
	const char *member;
	int64_t value;
	int64_t up_to;    /* when it is read: from `value` up to this; 0: exactly `value` */
	const char *text; /* of a list of octets, in place of the value */
};

#define IS(member_, value_)                           \
	{                                             \
		.member = #member_, .value = (value_) \
	}
#define BETWEEN(member_, least, most)                                 \
	{                                                             \
		.member = #member_, .value = (least), .up_to = (most) \
	}
#define TEXT(member_, text_)                        \
	{                                           \
		.member = #member_, .text = (text_) \
	}

#define VALUES(...) ((const struct option_value[]){ __VA_ARGS__ __VA_OPT__(, ){ .member = NULL } })

/* Sets it; it must succeed. */
#define set_option(t, peer, option, scope, ...) set_option_to(t, peer, option, scope, VALUES(__VA_ARGS__))
/* The same with a value that a kernel may not know: what it refuses ends the case as skipped. */
#define set_option_or_skip(t, peer, option, scope, ...) \
	set_option_or_skip_to(t, peer, option, scope, VALUES(__VA_ARGS__))
/* The same as set_option() with the members that are not said as the kernel has them: read, modify, write. */
#define change_option(t, peer, option, scope, ...) change_option_to(t, peer, option, scope, VALUES(__VA_ARGS__))
/* Reads it: these members have these values. */
#define expect_option(t, peer, option, scope, ...) expect_option_is(t, peer, option, scope, VALUES(__VA_ARGS__))
/* It must be refused with this errno: to set it, to read it. */
#define expect_option_refused(t, peer, option, scope, error, ...) \
	expect_set_refused(t, peer, option, scope, error, VALUES(__VA_ARGS__))
#define expect_option_unreadable(t, peer, option, scope, error, ...) \
	expect_get_refused(t, peer, option, scope, error, VALUES(__VA_ARGS__))
/* The same of a row's values, which the first without a member ends. */
void set_option_to(
	struct trial *t, struct peer *peer, int option, struct option_scope scope, const struct option_value *values);
void set_option_or_skip_to(
	struct trial *t, struct peer *peer, int option, struct option_scope scope, const struct option_value *values);
void change_option_to(
	struct trial *t, struct peer *peer, int option, struct option_scope scope, const struct option_value *values);
void expect_option_is(
	struct trial *t, struct peer *peer, int option, struct option_scope scope, const struct option_value *values);
void expect_set_refused(struct trial *t, struct peer *peer, int option, struct option_scope scope, int error,
	const struct option_value *values);
void expect_get_refused(struct trial *t, struct peer *peer, int option, struct option_scope scope, int error,
	const struct option_value *values);
/* With another length than the struct has: to set it, or to read it, must be refused with this errno. */
void expect_set_length_refused(struct trial *t, struct peer *peer, int option, size_t length, int error);
void expect_get_length_refused(struct trial *t, struct peer *peer, int option, size_t length, int error);
/* What a member is now; 1 in a rehearsal. */
int64_t ask_option(struct trial *t, struct peer *peer, int option, struct option_scope scope, const char *member);

/* A sysctl ("net.ipv4.conf.all.rp_filter") of an endpoint, from now on. One that the kernel does not have ends the case
 * as skipped. What cases state as settings is stated there; a sysctl of SCTP that is set in a body holds for the
 * sockets that are opened after it, and rules do not judge by what it says. */
void set_sysctl(struct trial *t, enum endpoint endpoint, const char *name, const char *value);
/* It reads so; it must be refused with this errno, and stays what it was. */
void expect_sysctl(struct trial *t, enum endpoint endpoint, const char *name, const char *value);
void expect_sysctl_refused(struct trial *t, enum endpoint endpoint, const char *name, const char *value, int error);

#endif
