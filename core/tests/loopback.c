/* SPDX-License-Identifier: Apache-2.0 */
/* loopback.c - see loopback.h. */
#include "loopback.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <fcntl.h>
#include <net/if.h>
#include <net/route.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

static struct gs_message message; /* of the last expectation */

#define MOST_SOCKETS 256
static struct gs_socket *ours[MOST_SOCKETS];

static struct gs_socket *keep(struct gs_socket *s)
{
	for (size_t i = 0; i < MOST_SOCKETS; i++) {
		if (ours[i])
			continue;
		ours[i] = s;
		return s;
	}
	ck_abort_msg("more than %d sockets in one test", MOST_SOCKETS);
	return NULL;
}

void release(struct gs_socket *s)
{
	for (size_t i = 0; i < MOST_SOCKETS; i++)
		if (ours[i] == s)
			ours[i] = NULL;
	gs_free(s);
}

void release_all(void)
{
	for (size_t i = 0; i < MOST_SOCKETS; i++) {
		gs_free(ours[i]);
		ours[i] = NULL;
	}
	gs_message_release(&message);
}

struct gs_socket *peel(struct gs_socket *s, int32_t assoc_id)
{
	struct gs_socket *child = NULL;

	expect_ok(gs_peeloff(s, assoc_id, &child));
	return keep(child);
}

union gs_addr addr_of(const char *text, uint16_t port)
{
	union gs_addr addr;

	expect_ok(gs_addr_parse(text, port, &addr));
	return addr;
}

union gs_addr localhost(uint16_t port)
{
	return addr_of("127.0.0.1", port);
}

struct gs_socket *open_with(const struct gs_open_options *options)
{
	struct gs_socket *s = NULL;

	expect_ok(gs_open(options, &s));
	return keep(s);
}

struct gs_socket *open_on(const char *address)
{
	const union gs_addr addr = addr_of(address, 0);

	return open_with(&(struct gs_open_options){ .addrs = &addr, .n_addrs = 1 });
}

struct gs_socket *listener(void)
{
	struct gs_socket *s = open_on("127.0.0.1");

	expect_ok(gs_listen(s, GS_LISTEN));
	return s;
}

uint16_t port_of(struct gs_socket *s)
{
	uint16_t port;

	expect_ok(gs_port(s, &port));
	return port;
}

struct pair associate_between(struct gs_socket *from, struct gs_socket *to)
{
	struct pair p = { .client = from, .server = to };

	p.client_addr = localhost(port_of(from));
	p.server_addr = localhost(port_of(to));
	expect_ok(gs_connect(from, &p.server_addr, NULL, SOON, &p.client_up));
	p.at_client = p.client_up.assoc_id;
	p.server_up = *expect_change(to, GS_COMM_UP);
	p.at_server = p.server_up.assoc_id;
	return p;
}

struct pair associate_with(const struct gs_options *client, const struct gs_options *server)
{
	const union gs_addr addr = localhost(0);
	struct gs_open_options from = { .addrs = &addr, .n_addrs = 1 };
	struct gs_open_options to = from;
	struct gs_socket *s;

	if (client)
		from.options = *client;
	if (server)
		to.options = *server;
	s = open_with(&to);
	expect_ok(gs_listen(s, GS_LISTEN));
	return associate_between(open_with(&from), s);
}

struct pair associate(void)
{
	return associate_with(NULL, NULL);
}

const struct gs_message *expect_event(struct gs_socket *s, uint32_t type)
{
	const int status = gs_recv(s, SOON, &message);

	ck_assert_msg(status == GS_OK || status == GS_ERROR_EVENT, "expected %s, but recv is %d (%s)",
		gs_event_name(type), status, gs_status_name(status));
	ck_assert_msg(message.event.type == type, "expected %s, got %s (association %d, %s)", gs_event_name(type),
		gs_event_name(message.event.type), gs_event_assoc_id(&message.event),
		message.event.type == GS_ASSOC_CHANGE ? gs_assoc_change_name(message.event.assoc_change.state) : "");
	ck_assert_int_eq(status, gs_event_is_error(&message.event) ? GS_ERROR_EVENT : GS_OK);
	return &message;
}

const struct gs_assoc_change *expect_change(struct gs_socket *s, uint32_t state)
{
	const struct gs_assoc_change *c = &expect_event(s, GS_ASSOC_CHANGE)->event.assoc_change;

	ck_assert_msg(
		c->state == state, "expected %s, got %s", gs_assoc_change_name(state), gs_assoc_change_name(c->state));
	return c;
}

const struct gs_data *expect_data(struct gs_socket *s, const void *bytes, size_t length)
{
	const struct gs_data *d = &expect_event(s, GS_DATA)->event.data;

	ck_assert_uint_eq(d->length, length);
	ck_assert_mem_eq(d->bytes, bytes, length);
	return d;
}

void wait_until_readable(struct gs_socket *s)
{
	struct pollfd fd = { .fd = gs_fd(s), .events = POLLIN };

	ck_assert_int_eq(poll(&fd, 1, SOON), 1);
}

void expect_quiet(struct gs_socket *s, int64_t ms)
{
	const int status = gs_recv(s, ms, &message);

	ck_assert_msg(status == GS_TIMEOUT, "expected nothing, got %s (status %s)", gs_event_name(message.event.type),
		gs_status_name(status));
}

int getopt_int(struct gs_socket *s, uint32_t name)
{
	struct gs_option o = { .name = name };

	expect_ok(gs_getopt(s, &o));
	return (int)o.value;
}

void setopt_int(struct gs_socket *s, uint32_t name, int64_t value)
{
	expect_ok(gs_setopt(s, &(struct gs_option){ .name = name, .value = value }));
}

static double clock_seconds(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

double seconds_now(void)
{
	return clock_seconds(CLOCK_MONOTONIC);
}

double cpu_seconds_now(void)
{
	return clock_seconds(CLOCK_PROCESS_CPUTIME_ID);
}

int count_descriptors(void)
{
	DIR *dir = opendir("/proc/self/fd");
	int n = 0;

	ck_assert_ptr_nonnull(dir);
	while (readdir(dir))
		n++;
	closedir(dir);
	return n;
}

void limit_descriptors(int room)
{
	struct rlimit limit;
	int lowest;

	ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &limit), 0);
	limit.rlim_cur = limit.rlim_max;
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
	lowest = dup(0); /* the next that the kernel would give out */
	ck_assert_int_ge(lowest, 0);
	close(lowest);
	limit.rlim_cur = (rlim_t)lowest + (rlim_t)room;
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
}

static void net_ioctl(unsigned long request, void *argument)
{
	int s = socket(AF_INET, SOCK_DGRAM, 0);

	ck_assert_msg(ioctl(s, request, argument) == 0, "ioctl %#lx: %s", request, strerror(errno));
	close(s);
}

static void set_lo(unsigned long request, const char *name, const char *address)
{
	struct ifreq r = { 0 };

	strcpy(r.ifr_name, name);
	((struct sockaddr_in *)&r.ifr_addr)->sin_family = AF_INET;
	inet_pton(AF_INET, address, &((struct sockaddr_in *)&r.ifr_addr)->sin_addr);
	net_ioctl(request, &r);
}

void enter_private_network(void)
{
	char device[] = "lo";
	struct ifreq up = { .ifr_name = "lo", .ifr_flags = IFF_UP };
	struct rtentry route = { .rt_flags = RTF_UP, .rt_dev = device };
	union gs_addr net = addr_of("198.51.100.0", 0), mask = addr_of("255.255.255.0", 0);

	ck_assert_msg(unshare(CLONE_NEWNET) == 0, "unshare: %s", strerror(errno));
	net_ioctl(SIOCSIFFLAGS, &up);
	set_lo(SIOCSIFADDR, "lo:1", "192.0.2.2");
	set_lo(SIOCSIFNETMASK, "lo:1", "255.255.255.255");
	memcpy(&route.rt_dst, &net.v4, sizeof(net.v4));
	memcpy(&route.rt_genmask, &mask.v4, sizeof(mask.v4));
	net_ioctl(SIOCADDRT, &route);
}

union gs_addr silent_peer(void)
{
	return addr_of("198.51.100.1", 7);
}

static void *errand_body(void *argument)
{
	struct errand *e = argument;
	const double start = seconds_now();

	e->result = e->run(e->argument);
	e->took = seconds_now() - start;
	return NULL;
}

void errand_start(struct errand *e, int (*run)(void *), void *argument)
{
	e->run = run;
	e->argument = argument;
	ck_assert_int_eq(pthread_create(&e->thread, NULL, errand_body, e), 0);
}

int errand_finish(struct errand *e)
{
	ck_assert_int_eq(pthread_join(e->thread, NULL), 0);
	return e->result;
}

void pause_ms(int ms)
{
	const struct timespec t = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000L };

	nanosleep(&t, NULL);
}
