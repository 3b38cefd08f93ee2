/* SPDX-License-Identifier: Apache-2.0 */
/* fake_sctp.c - see fake_sctp.h. */
#include "runner/engine/tests/fake_sctp.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

#define SOCKETS_MAX 8
#define QUEUE_MAX 128
#define MESSAGES_MAX 64

/* Of nobody: the engine only waits for them, in the ppoll() below. */
#define FIRST_DESCRIPTOR 1000

struct gs_socket {
	int fd;
	uint16_t port;
	bool listening;
	struct gs_socket *peer;
	unsigned count;
	struct {
		int64_t due_ns;
		struct gs_event event;
	} queue[QUEUE_MAX];
};

static struct gs_socket *sockets[SOCKETS_MAX];
static unsigned socket_count, message_count;
static int open_status, option_status, refusal;
static unsigned refused_from;
static enum fake_fate fates[MESSAGES_MAX];
static struct {
	struct gs_sndrcvinfo info;
	unsigned char *bytes;
	size_t length;
} sent[MESSAGES_MAX];

/* ------------------------------------------------------------------ time */

/* Stands still while the engine works, and jumps when it waits. */
static int64_t clock_ns;

int __wrap_clock_gettime(clockid_t clock, struct timespec *at);
int __wrap_ppoll(struct pollfd *fds, nfds_t n, const struct timespec *wait, const sigset_t *mask);

int __wrap_clock_gettime(clockid_t clock, struct timespec *at)
{
	(void)clock;
	*at = (struct timespec){ clock_ns / 1000000000, clock_ns % 1000000000 };
	return 0;
}

static bool is_due(int fd, int64_t instant)
{
	const struct gs_socket *s = sockets[fd - FIRST_DESCRIPTOR];

	return s->count > 0 && s->queue[0].due_ns <= instant;
}

int __wrap_ppoll(struct pollfd *fds, nfds_t n, const struct timespec *wait, const sigset_t *mask)
{
	int64_t until = clock_ns + (int64_t)wait->tv_sec * 1000000000 + wait->tv_nsec;
	int ready = 0;

	(void)mask;
	for (nfds_t i = 0; i < n; i++)
		if (is_due(fds[i].fd, until))
			until = sockets[fds[i].fd - FIRST_DESCRIPTOR]->queue[0].due_ns;
	if (until > clock_ns)
		clock_ns = until;
	for (nfds_t i = 0; i < n; i++) {
		fds[i].revents = is_due(fds[i].fd, clock_ns) ? POLLIN : 0;
		ready += fds[i].revents != 0;
	}
	return ready;
}

void fake_reset(void)
{
	for (unsigned i = 0; i < message_count; i++)
		free(sent[i].bytes);
	memset(sent, 0, sizeof(sent));
	memset(fates, 0, sizeof(fates));
	socket_count = message_count = 0;
	open_status = option_status = refusal = GS_OK;
}

void fake_send_status(unsigned message, int status)
{
	refused_from = message;
	refusal = status;
}

void fake_option_status(int status)
{
	option_status = status;
}

void fake_open_status(int status)
{
	open_status = status;
}

void fake_fate_of(unsigned message, enum fake_fate fate)
{
	fates[message] = fate;
}

const void *fake_sent(unsigned message, size_t *length)
{
	if (message >= message_count)
		return NULL;
	*length = sent[message].length;
	return sent[message].bytes;
}

/* ------------------------------------------------------------------ the queue */

static void push(struct gs_socket *s, unsigned after_ms, const struct gs_event *event)
{
	const int64_t due_ns = clock_ns + (int64_t)after_ms * 1000000;
	unsigned at = s->count++;

	if (s->count > QUEUE_MAX)
		abort();
	for (; at > 0 && s->queue[at - 1].due_ns > due_ns; at--)
		s->queue[at] = s->queue[at - 1];
	s->queue[at].due_ns = due_ns;
	s->queue[at].event = *event;
}

void fake_event(unsigned socket, unsigned after_ms, struct gs_event event)
{
	if (socket < socket_count && sockets[socket] != NULL)
		push(sockets[socket], after_ms, &event);
}

struct gs_event fake_paddr_change(
	const struct topology *topology, enum endpoint endpoint, unsigned path, uint32_t state)
{
	const struct sockaddr_storage address = topology_address(topology, endpoint, path, IPV4);
	struct gs_event event = { .type = GS_PADDR_CHANGE };

	memcpy(&event.paddr_change.addr, &address, sizeof(event.paddr_change.addr));
	event.paddr_change.state = state;
	event.paddr_change.assoc_id = 1;
	return event;
}

struct gs_event fake_of_association(int32_t assoc_id, struct gs_event event)
{
	/* in each of the kinds that are used here */
	if (event.type == GS_PADDR_CHANGE)
		event.paddr_change.assoc_id = assoc_id;
	else if (event.type == GS_SEND_FAILED)
		event.send_failed.assoc_id = assoc_id;
	else
		event.shutdown_event.assoc_id = assoc_id;
	return event;
}

struct gs_event fake_send_failed(unsigned message, bool was_sent)
{
	struct gs_event event = { .type = GS_SEND_FAILED };

	if (message >= message_count)
		return event;
	event.send_failed.sent = was_sent;
	event.send_failed.info = sent[message].info;
	event.send_failed.bytes = sent[message].bytes;
	event.send_failed.length = sent[message].length;
	event.send_failed.assoc_id = 1;
	return event;
}

int gs_recv_sized(struct gs_socket *s, int64_t timeout, struct gs_message *out, size_t size)
{
	(void)timeout;
	(void)size;
	if (s->count == 0 || s->queue[0].due_ns > clock_ns)
		return GS_TIMEOUT;
	out->event = s->queue[0].event;
	s->count--;
	memmove(s->queue, s->queue + 1, s->count * sizeof(*s->queue));
	return out->event.type == GS_SEND_FAILED ? GS_ERROR_EVENT : GS_OK;
}

void gs_message_release(struct gs_message *message)
{
	memset(message, 0, sizeof(*message));
}

int gs_fd(struct gs_socket *s)
{
	return s->fd;
}

/* ------------------------------------------------------------------ sockets and associations */

int gs_open_sized(const struct gs_open_options *options, size_t size, struct gs_socket **out)
{
	struct gs_socket *s = calloc(1, sizeof(*s));

	(void)size;
	if (s == NULL || socket_count == SOCKETS_MAX)
		abort();
	if (open_status != GS_OK) {
		free(s);
		return open_status;
	}
	s->fd = FIRST_DESCRIPTOR + (int)socket_count;
	s->port = (uint16_t)(options->port != 0 ? options->port : 40000 + (int)socket_count);
	sockets[socket_count++] = *out = s;
	return GS_OK;
}

void gs_free(struct gs_socket *s)
{
	if (s == NULL)
		return;
	for (unsigned i = 0; i < socket_count; i++) {
		if (sockets[i] == s)
			sockets[i] = NULL;
		else if (sockets[i] != NULL && sockets[i]->peer == s)
			sockets[i]->peer = NULL;
	}
	free(s);
}

int gs_port(struct gs_socket *s, uint16_t *port)
{
	*port = s->port;
	return GS_OK;
}

int gs_listen(struct gs_socket *s, int backlog)
{
	s->listening = backlog != 0;
	return GS_OK;
}

static void push_assoc_change(struct gs_socket *s, uint32_t state)
{
	const struct gs_event event = { .type = GS_ASSOC_CHANGE, .assoc_change = { .state = state, .assoc_id = 1 } };

	push(s, 1, &event);
}

int gs_connect_init(struct gs_socket *s, const union gs_addr *peer, const struct gs_options *options)
{
	const uint16_t port = ntohs(peer->sa.sa_family == AF_INET ? peer->v4.sin_port : peer->v6.sin6_port);

	(void)options;
	for (unsigned i = 0; i < socket_count; i++)
		if (sockets[i] != NULL && sockets[i]->listening && sockets[i]->port == port) {
			s->peer = sockets[i];
			sockets[i]->peer = s;
			push_assoc_change(s, GS_COMM_UP);
			push_assoc_change(sockets[i], GS_COMM_UP);
			return GS_OK;
		}
	push_assoc_change(s, GS_CANT_ASSOC);
	return GS_OK;
}

int gs_connectx_init(struct gs_socket *s, const union gs_addr *addrs, size_t n_addrs, const struct gs_options *options,
	int32_t *assoc_id)
{
	(void)n_addrs;
	*assoc_id = 1;
	return gs_connect_init(s, &addrs[0], options);
}

int gs_peeloff(struct gs_socket *s, int32_t assoc_id, struct gs_socket **out)
{
	(void)s;
	(void)assoc_id;
	(void)out;
	return -EINVAL;
}

int gs_peername(struct gs_socket *s, union gs_addr *addr)
{
	(void)s;
	(void)addr;
	return -ENOTCONN;
}

int gs_socknames(struct gs_socket *s, int32_t assoc_id, union gs_addr **addrs, size_t *n_addrs)
{
	(void)s;
	(void)assoc_id;
	(void)addrs;
	(void)n_addrs;
	return -EINVAL;
}

int gs_adopt(int fd, struct gs_socket **out)
{
	(void)fd;
	(void)out;
	return -EBADF;
}

static int end(struct gs_socket *s, uint32_t state)
{
	push_assoc_change(s, state);
	if (s->peer != NULL)
		push_assoc_change(s->peer, state);
	return GS_OK;
}

int gs_eof(struct gs_socket *s, int32_t assoc_id)
{
	(void)assoc_id;
	return end(s, GS_SHUTDOWN_COMP);
}

int gs_abort(struct gs_socket *s, int32_t assoc_id)
{
	(void)assoc_id;
	return end(s, GS_COMM_LOST);
}

int gs_setopt_sized(struct gs_socket *s, const struct gs_option *option, size_t size)
{
	(void)s;
	(void)option;
	(void)size;
	return option_status;
}

int gs_getopt_sized(struct gs_socket *s, struct gs_option *option, size_t size)
{
	(void)size;
	if (s->peer == NULL)
		return -EINVAL;
	if (option->name == GS_OPT_STATUS)
		option->status.state = GS_STATE_ESTABLISHED;
	if (option->name == GS_OPT_GET_PEER_ADDR_INFO)
		option->peer_addr_info.state = GS_PATH_ACTIVE;
	return GS_OK;
}

int gs_peernames(struct gs_socket *s, int32_t assoc_id, union gs_addr **addrs, size_t *n_addrs)
{
	(void)s;
	(void)assoc_id;
	(void)addrs;
	(void)n_addrs;
	return -EINVAL;
}

/* ------------------------------------------------------------------ messages */

static void deliver(struct gs_socket *to, unsigned message, enum fake_fate fate)
{
	struct gs_event event = { .type = GS_DATA,
		.data = { .bytes = sent[message].bytes,
			.length = sent[message].length,
			.has_info = 1,
			.info = sent[message].info } };

	event.data.info.assoc_id = 1;
	if (fate == FAKE_CHANGE)
		sent[message].bytes[sent[message].length - 1] ^= 1;
	if (fate == FAKE_OTHER_STREAM)
		event.data.info.stream++;
	if (fate == FAKE_OTHER_PPID)
		event.data.info.ppid++;
	push(to, fate == FAKE_DELAY ? 101 : 1, &event);
	if (fate == FAKE_TWICE)
		push(to, 2, &event);
}

int gs_send_info_sized(
	struct gs_socket *s, const struct gs_sndrcvinfo *info, size_t size, const struct iovec *parts, size_t n_parts)
{
	const unsigned message = message_count;

	(void)size;
	if (s->peer == NULL)
		return -EPIPE;
	if (refusal != GS_OK && message >= refused_from)
		return refusal;
	if (n_parts != 1 || message == MESSAGES_MAX)
		abort();
	message_count++;
	sent[message].info = *info;
	sent[message].length = parts->iov_len;
	sent[message].bytes = malloc(parts->iov_len);
	if (sent[message].bytes == NULL)
		abort();
	memcpy(sent[message].bytes, parts->iov_base, parts->iov_len);
	if (fates[message] != FAKE_LOSE)
		deliver(s->peer, message, fates[message]);
	return GS_OK;
}

/* ------------------------------------------------------------------ the network */

static char sysctl_value[32]; /* of the only one */
static int sysctl_status;

const char *net_namespace(const struct net *net, enum endpoint endpoint)
{
	(void)net;
	return endpoint == ENDPOINT_A ? "a" : "b";
}

int net_open_file(const struct net *net, enum endpoint endpoint, const char *path)
{
	int file;

	(void)net;
	(void)endpoint;
	if (strncmp(path, "/proc/sys/", strlen("/proc/sys/")) != 0)
		return -ENOENT;
	file = memfd_create("sysctl", MFD_CLOEXEC);
	if (file < 0 || dprintf(file, "%s\n", sysctl_value) < 0 || lseek(file, 0, SEEK_SET) < 0)
		abort();
	return file;
}

void fake_sysctl_status(int status)
{
	sysctl_status = status;
}

int net_set_sysctl(struct net *net, enum endpoint endpoint, const char *name, const char *value, char **error)
{
	(void)net;
	(void)endpoint;
	(void)name;
	(void)error;
	if (sysctl_status == 0)
		snprintf(sysctl_value, sizeof(sysctl_value), "%s", value);
	return sysctl_status;
}

int net_inject(struct net *net, const struct fault *fault, char **error)
{
	(void)net;
	(void)fault;
	(void)error;
	return 0;
}

int net_mend(struct net *net, const struct fault *fault, char **error)
{
	return net_inject(net, fault, error);
}

int net_hits(const struct net *net, const struct fault *fault, uint64_t *hits)
{
	(void)net;
	(void)fault;
	*hits = 0;
	return 0;
}

int net_capture_drain(struct net *net, char **error)
{
	(void)net;
	(void)error;
	return 0;
}
