/* SPDX-License-Identifier: Apache-2.0 */
/*
 * await_path.c - waiting until a path that has been built or mended carries packets.
 *
 * The kernel handles a carrier that comes back in a worker: until that has run, packets are dropped
 * at the interface, and a switch's port stays closed. The worker sets the interface's operational
 * state first, and holds the lock of all link changes until the rest is done.
 *
 * An IPv6 address cannot be used yet when the request that adds it has been answered: a worker makes
 * it known to routing, and until that has run, packets to it are dropped.
 */
#include "netns/addressing.h"
#include "netns/operation_apply.h"
#include "netns/fault_plan.h"
#include "netns/netlink.h"
#include "sentence.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <time.h>

#define STEP_NS 20000
#define STEPS 100000 /* two seconds */

/* An IF_OPER_ number of RFC 2863, or -errno. */
static int operational_state(const char *device, int sock)
{
	struct netlink_request request;
	struct netlink_reply reply;
	const uint8_t *state;
	int status;

	netlink_begin(&request, RTM_GETLINK, 0, sizeof(struct ifinfomsg));
	netlink_add(&request, IFLA_IFNAME, device, strlen(device) + 1);
	status = netlink_ask_for(sock, &request, &reply);
	if (status < 0)
		return status;
	state = netlink_find(&reply, sizeof(struct ifinfomsg), IFLA_OPERSTATE, sizeof(*state));
	return state ? *state : -ENODATA;
}

static bool some_link_is_down(const struct net *net, unsigned path)
{
	for (unsigned i = 0; i < net->fault_count; i++) {
		const struct fault *fault = &net->faults[i];

		if ((fault->path == path || fault->path == EVERY_PATH) && fault_takes_links(fault))
			return true;
	}
	return false;
}

static void give_way(void)
{
	nanosleep(&(struct timespec){ .tv_nsec = STEP_NS }, NULL);
}

/* One end of a wire. */
static int settle(struct net *net, unsigned space, const char *device, char **error)
{
	struct operation up = { .kind = OP_LINK, .space = space };
	int sock = net->spaces[space].socket, state = operational_state(device, sock);

	for (int i = 0; i < STEPS && state >= 0 && state != IF_OPER_UP; i++) {
		give_way();
		state = operational_state(device, sock);
	}
	if (state != IF_OPER_UP)
		return sentence(error, state < 0 ? state : -ETIMEDOUT, "interface %s in namespace %s does not come up",
			device, net->spaces[space].name);
	/* changes nothing, but waits for the lock */
	strcpy(up.device, device);
	return operation_apply(net, &up, error);
}

/* Does the namespace take packets to this address for its own? */
static int is_local(int sock, const struct prefix *address)
{
	struct netlink_request request;
	struct netlink_reply reply;
	struct rtmsg *route = netlink_begin(&request, RTM_GETROUTE, 0, sizeof(*route));
	int status;

	route->rtm_family = AF_INET6;
	route->rtm_dst_len = 128;
	netlink_add(&request, RTA_DST, address->bytes, sizeof(address->bytes));
	status = netlink_ask_for(sock, &request, &reply);
	if (status < 0)
		return status == -ENETUNREACH ? 0 : status;
	if (reply.length < NLMSG_LENGTH(sizeof(*route)))
		return -ENODATA;
	return ((const struct rtmsg *)NLMSG_DATA(&reply.header))->rtm_type == RTN_LOCAL;
}

static int settle_address(struct net *net, unsigned space, const struct prefix *address, char **error)
{
	int sock = net->spaces[space].socket, local = is_local(sock, address);
	char text[INET6_ADDRSTRLEN];

	for (int i = 0; i < STEPS && local == 0; i++) {
		give_way();
		local = is_local(sock, address);
	}
	if (local > 0)
		return 0;
	inet_ntop(AF_INET6, address->bytes, text, sizeof(text));
	return sentence(error, local < 0 ? local : -ETIMEDOUT, "address %s in namespace %s does not come up", text,
		net->spaces[space].name);
}

static int settle_addresses(struct net *net, unsigned path, enum endpoint endpoint, char **error)
{
	const struct remaining_faults faults = { net->faults, net->fault_count };
	struct prefix address;
	int status = 0;

	if (!path_has(net->topology, path, IPV6) || endpoint > ENDPOINT_B)
		return 0;
	if (remaining_families(net->topology, endpoint, path, faults) & IPV6) {
		address = endpoint_prefix(net->topology, endpoint, path, IPV6);
		status = settle_address(net, endpoint, &address, error);
	}
	if (status == 0 && net->topology->medium == MEDIUM_ROUTED) {
		address = router_prefix(net->topology, endpoint, path, IPV6);
		status = settle_address(net, middle_space(net->topology, path), &address, error);
	}
	return status;
}

/* What is between the ends of the path, when that is more than a switch or a router. */
static int settle_middle(struct net *net, unsigned path, char **error)
{
	const struct topology *topology = net->topology;
	char device[IFNAMSIZ];
	int status = 0;

	for (int end = 0; line_is_long(&topology->line[path]) && end < 2 && status == 0; end++) {
		snprintf(device, sizeof(device), "%c%u", end ? 'y' : 'x', path);
		status = settle(net, middle_space(topology, path), device, error);
	}
	for (enum endpoint e = ENDPOINT_A; topology->medium == MEDIUM_ROUTED && e <= ENDPOINT_B && status == 0; e++) {
		if (!link_is_shared(topology, e, path))
			continue;
		snprintf(device, sizeof(device), "r%c%u", 'a' + (char)e, path);
		status = settle(net, lan_space(topology), device, error);
	}
	return status;
}

int net_await_path(struct net *net, unsigned path, char **error)
{
	int status = 0;

	if (some_link_is_down(net, path))
		return 0;
	/* what an interface says before may be of yesterday, and the worker about to run */
	give_way();
	for (enum endpoint e = ENDPOINT_A; e < topology_hosts(net->topology) && status == 0; e++) {
		char device[IFNAMSIZ];

		endpoint_device(net->topology, e, path, device);
		status = settle(net, e, device, error);
		plug_device(net->topology, e, path, device);
		if (status == 0)
			status = settle(net, plug_space(net->topology, e, path), device, error);
		middle_device(net->topology, e, path, device);
		if (status == 0)
			status = settle(net, middle_space(net->topology, path), device, error);
		if (status == 0)
			status = settle_addresses(net, path, e, error);
	}
	return status == 0 ? settle_middle(net, path, error) : status;
}
