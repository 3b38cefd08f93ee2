/* SPDX-License-Identifier: Apache-2.0 */
/* fault_check.c - does a fault make sense in a topology? */
#include "netns/fault_plan.h"

#include <errno.h>

#include "netns/addressing.h"
#include "netns/packet.h"
#include "sentence.h"

#define MTU_MAX 1500
#define MTU_MIN_IPV6 1280
#define MTU_MIN 68 /* RFC 791 */
static int check_address_removed(const struct topology *topology, const struct fault *fault, char **error)
{
	enum ip_family family = fault_removed_family(topology, fault);

	if (!topology_has_address(topology, fault_end(fault), fault->path))
		return sentence(error, -EINVAL, "on path %u of topology %s %s has no address of its own", fault->path,
			topology->name, fault->at == AT_A ? "a" : "b");
	if (family != IPV4 && family != IPV6)
		return sentence(error, -EINVAL,
			"path %u has addresses of both families: say which one is to be removed", fault->path);
	if (!path_has(topology, fault->path, family))
		return sentence(error, -EINVAL, "path %u of topology %s has no IPv%d address", fault->path,
			topology->name, family == IPV4 ? 4 : 6);
	return 0;
}

static int check_mtu(const struct topology *topology, const struct fault *fault, char **error)
{
	uint32_t lowest = path_has(topology, fault->path, IPV6) ? MTU_MIN_IPV6 : MTU_MIN;

	if (fault->mtu < lowest || fault->mtu > MTU_MAX)
		return sentence(error, -EINVAL, "an MTU of %u is not between %u and %u", fault->mtu, lowest, MTU_MAX);
	if (fault->icmp && topology->medium != MEDIUM_ROUTED)
		return sentence(
			error, -EINVAL, "topology %s has no routers, so nobody can answer with ICMP", topology->name);
	return 0;
}

static int check_chunks(const struct fault *fault, char **error)
{
	const struct chunks *chunks = &fault->chunks;
	const bool has_tsn = chunks->type == CHUNK_DATA || chunks->type == CHUNK_I_DATA;

	if (chunks->type > ANY_PACKET)
		return sentence(error, -EINVAL, "there is no chunk of type %u", chunks->type);
	if (chunks->sending != HOWEVER_SENT && (!has_tsn || fault->direction == BOTH_WAYS))
		return sentence(error, -EINVAL, "only DATA in one direction is told by whether it is sent again");
	if (chunks->by_ppid && chunks->type != CHUNK_DATA)
		return sentence(error, -EINVAL, "only DATA has a payload protocol identifier");
	return 0;
}

/* Has the network what the fault takes? */
static int check_network(const struct topology *topology, const struct fault *fault, unsigned needs, char **error)
{
	if ((needs & ROUTED_ONLY) && topology->medium != MEDIUM_ROUTED)
		return sentence(error, -EINVAL, "topology %s has no routers: %s is not possible", topology->name,
			fault_noun(fault->kind));
	if ((needs & THREE_HOSTS) && !topology->third_host)
		return sentence(error, -EINVAL, "topology %s has no third host: %s is not possible", topology->name,
			fault_noun(fault->kind));
	if ((needs & BORDER_ONLY) && !topology->border)
		return sentence(error, -EINVAL, "the routers of topology %s look into no packets: %s is not possible",
			topology->name, fault_noun(fault->kind));
	return 0;
}

static int check_strength(const struct fault *fault, unsigned needs, char **error)
{
	if ((needs & ONE_WAY) && fault->direction == BOTH_WAYS)
		return sentence(error, -EINVAL, "%s is in one direction", fault_noun(fault->kind));
	if ((needs & TAKES_PERCENT) && !(fault->percent > 0 && fault->percent <= 100))
		return sentence(error, -EINVAL, "%s of %g %% is not between 0 and 100 %%", fault_noun(fault->kind),
			fault->percent);
	if ((needs & TAKES_DELAY) && (!fault->delay_us || fault->jitter_us > fault->delay_us))
		return sentence(error, -EINVAL, "%s needs a delay that is not smaller than its jitter",
			fault_noun(fault->kind));
	if ((needs & TAKES_RATE) && !fault->rate_kbit)
		return sentence(error, -EINVAL, "%s needs a rate", fault_noun(fault->kind));
	if ((needs & AT_ENDPOINT) && fault->at != AT_A && fault->at != AT_B)
		return sentence(error, -EINVAL, "%s is at a or at b", fault_noun(fault->kind));
	return 0;
}

int fault_check(const struct topology *topology, const struct fault *fault, char **error)
{
	unsigned needs;
	int status;

	if (fault->kind >= FAULT_KINDS)
		return sentence(error, -EINVAL, "there is no fault of kind %d", (int)fault->kind);
	needs = fault_needs(fault->kind);
	if ((needs & OF_A_HOST) && fault->path != EVERY_PATH)
		return sentence(error, -EINVAL, "%s concerns every path", fault_noun(fault->kind));
	if (fault->path >= topology->paths && !((needs & (TAKES_EVERY_PATH | OF_A_HOST)) && fault->path == EVERY_PATH))
		return sentence(error, -EINVAL, "topology %s has no path %u: its last one is path %u", topology->name,
			fault->path, topology->paths - 1);
	status = check_network(topology, fault, needs, error);
	if (status == 0)
		status = check_strength(fault, needs, error);
	if (status < 0)
		return status;
	if (needs & TAKES_CHUNKS)
		return check_chunks(fault, error);
	if (needs & TAKES_MTU)
		return check_mtu(topology, fault, error);
	if (fault->kind == FAULT_ADDRESS_REMOVED)
		return check_address_removed(topology, fault, error);
	if (fault->addresses_lost && (fault->at == AT_MIDDLE || !path_has(topology, fault->path, IPV6)))
		return sentence(error, -EINVAL, "only a link of an endpoint with an IPv6 address can lose that");
	return 0;
}
