/* SPDX-License-Identifier: Apache-2.0 */
/* options_status.c - socket options that say how an association is (RFC 6458 sections 8.1.2 and 8.2, RFC 7496). */
#include <errno.h>

#include "cases/requirements.h"
#include "runner/engine/case.h"

CASE(options, "assoc-ids",
	.title = "SCTP_GET_ASSOC_NUMBER counts the associations of a socket, and SCTP_GET_ASSOC_ID_LIST names them",
	.requirements = IDS(R_6458_8_2_5_01, R_6458_8_2_6_01), .topology = &topology_one_path)
{
	const struct pair p = associated(t);
	struct peer *other = open_peer(t, A, "other", NULL);

	expect_option(t, p.server, SCTP_GET_ASSOC_NUMBER, FUTURE, IS(value, 1));
	expect_option(t, p.server, SCTP_GET_ASSOC_ID_LIST, FUTURE, IS(gaids_number_of_ids, 1));
	expect_get_length_refused(t, p.server, SCTP_GET_ASSOC_ID_LIST, 2 * sizeof(uint32_t) - 1, EINVAL);
	start_connect(t, other, p.server, 0);
	expect_all(t, soon(t, comm_up(other)), soon(t, of_association_with(other, comm_up(p.server))));
	expect_option(t, p.server, SCTP_GET_ASSOC_NUMBER, FUTURE, IS(value, 2));
	expect_option(t, p.server, SCTP_GET_ASSOC_ID_LIST, FUTURE, IS(gaids_number_of_ids, 2));
	abort_association(t, other);
	expect_all(t, soon(t, comm_lost(other, USER_INITIATED_ABORT)),
		soon(t, of_association_with(other, comm_lost(p.server, USER_INITIATED_ABORT))));
	expect_option(t, p.server, SCTP_GET_ASSOC_NUMBER, FUTURE, IS(value, 1));
}

CASE(options, "status-at-rest",
	.title = "SCTP_STATUS of an idle association: established, nothing outstanding, its streams and its primary",
	.requirements = IDS(R_6458_8_2_1_01, R_6458_8_2_1_02, R_6458_8_2_1_03, R_6458_8_2_1_05),
	.topology = &topology_two_paths)
{
	const struct pair p = settled(t);

	expect_quiet(t, s(1));
	expect_option(t, p.client, SCTP_STATUS, ASSOCIATION, IS(sstat_state, SCTP_ESTABLISHED), IS(sstat_unackdata, 0),
		IS(sstat_penddata, 0), IS(sstat_instrms, 10), IS(sstat_outstrms, 10),
		IS(sstat_fragmentation_point, 1452), IS(sstat_primary.spinfo_state, SCTP_ACTIVE),
		IS(sstat_primary.spinfo_rto, 1000), IS(sstat_primary.spinfo_mtu, 1500));
	expect_primary_at_both(t, p, 0);
}

CASE(options, "status-in-flight",
	.title = "While data is not acknowledged sstat_unackdata counts its chunks, and the peer's window is smaller "
		 "by it",
	.requirements = IDS(R_6458_8_2_1_02, R_6458_8_1_2_03), .topology = &topology_one_path)
{
	const struct pair p = settled(t);
	const int64_t window = ask_option(t, p.client, SCTP_ASSOCINFO, ASSOCIATION, "sasoc_peer_rwnd");
	const bool rehearsed = window == 1;

	inject(t, all_lost(0));
	struct flow *data = send_messages(t, p.client, p.server, &(struct traffic){ .count = 3, .size = 300 });
	const int64_t left = ask_option(t, p.client, SCTP_ASSOCINFO, ASSOCIATION, "sasoc_peer_rwnd");
	expect_option(t, p.client, SCTP_STATUS, ASSOCIATION, IS(sstat_unackdata, 3));
	expect_that(t, rehearsed || window - left == 900, "the peer's window is smaller by 900 octets");
	mend(t, all_lost(0));
	expect_delivered(t, data, t3_rtx(t, doubled(0)));
	expect_quiet(t, s(1));
	expect_option(t, p.client, SCTP_STATUS, ASSOCIATION, IS(sstat_unackdata, 0));
}

CASE(options, "associnfo-destinations", .title = "sasoc_number_peer_destinations is the number of the peer's addresses",
	.requirements = IDS(R_6458_8_1_2_02), .topology = &topology_three_paths)
{
	const struct pair p = associated_with(t, &(struct peer_options){ .paths = 3 }, NULL);

	expect_option(t, p.client, SCTP_ASSOCINFO, ASSOCIATION, IS(sasoc_number_peer_destinations, 3));
	expect_option(t, p.server, SCTP_ASSOCINFO, ASSOCIATION, IS(sasoc_number_peer_destinations, 2));
}

CASE(options, "rcvbuf-window", .title = "The window that an end advertises follows its SO_RCVBUF",
	.requirements = IDS(R_6458_8_1_6_01, R_6458_8_1_2_04), .topology = &topology_one_path)
{
	const struct pair p = strangers_with(t, NULL, &(struct peer_options){ .receive_buffer = 20000 });
	const int64_t buffer = ask_option(t, p.server, AT_SOCKET_LEVEL(SO_RCVBUF), FUTURE, "value");

	start_connect(t, p.client, p.server, 0);
	expect_at_both(t, p, soon(t, comm_up(EACH)));
	expect_option(t, p.server, SCTP_ASSOCINFO, ASSOCIATION, BETWEEN(sasoc_local_rwnd, buffer / 2 - 1, buffer / 2));
	expect_option(t, p.client, SCTP_ASSOCINFO, ASSOCIATION, BETWEEN(sasoc_peer_rwnd, buffer / 2 - 1, buffer / 2));
}

CASE(options, "peer-addr-info-finds-association",
	.title = "SCTP_GET_PEER_ADDR_INFO finds the association of an address, and refuses one of another association",
	.requirements = IDS(R_6458_8_2_2_03, R_6458_8_2_2_04), .topology = &topology_one_path)
{
	const struct option_scope address_only = { .of = OF_FUTURE, .address = OF_PATH, .path = 0 };
	const struct pair p = associated(t);
	const int64_t first = ask_option(t, p.client, SCTP_GET_ASSOC_ID_LIST, FUTURE, "gaids_assoc_id");
	struct peer *late = open_peer(t, B, "late", &(struct peer_options){ .port = SERVER_PORT + 1 });

	expect_option(t, p.client, SCTP_GET_PEER_ADDR_INFO, address_only, IS(spinfo_assoc_id, first));
	listen_on(t, late);
	start_connect(t, p.client, late, 0);
	expect_all(t, soon(t, comm_up(p.client)), soon(t, comm_up(late)));
	/* The address is the server's, the id that of the newest association. */
	expect_option(t, p.client, SCTP_GET_PEER_ADDR_INFO, address_only, IS(spinfo_assoc_id, first));
	expect_option_unreadable(t, p.client, SCTP_GET_PEER_ADDR_INFO, ADDRESS_ON(0), EINVAL);
}

CASE(options, "peer-primary",
	.title = "SCTP_SET_PEER_PRIMARY_ADDR makes the peer take that address for its primary, and send there",
	.requirements = IDS(R_6458_8_3_1_01, R_5061_5_4_04), .topology = &topology_two_paths,
	.settings = { .addip = ON, .auth = ON })
{
	const struct pair p = settled(t);

	expect_over(t, p.server, p.client, 0);
	set_option(t, p.client, SCTP_SET_PEER_PRIMARY_ADDR, ADDRESS_ON(1));
	expect(t, soon(t, addr_made_prim(p.server, 1)));
	expect_primary(t, p.server, 1);
	expect_primary(t, p.client, 0);
	expect_over(t, p.server, p.client, 1);
}

CASE(options, "partial-delivery-point-whole",
	.title = "A message of fragments up to SCTP_PARTIAL_DELIVERY_POINT comes in one piece",
	.requirements = IDS(R_6458_8_1_21_03), .topology = &topology_one_path)
{
	const struct pair p = settled(t);

	set_option(t, p.server, SCTP_PARTIAL_DELIVERY_POINT, FUTURE, IS(value, 4000));
	stop_reading(t, p.server);
	struct flow *data = send_messages(t, p.client, p.server, &(struct traffic){ .size = 4000 });
	expect_in_pieces(t, p.server, data, 0, 5000);
	go_on_reading(t, p.server);
	expect_delivered(t, data, promptly());
}

CASE(options, "assoc-stats", .title = "SCTP_GET_ASSOC_STATS counts messages, and chunks that were sent again",
	.topology = &topology_one_path)
{
	const struct pair p = associated(t);

	expect_delivered(t, send_messages(t, p.client, p.server, &(struct traffic){ .count = 5 }), promptly());
	expect_delivered(t, send_messages(t, p.client, p.server, &(struct traffic){ .count = 2, .unordered = true }),
		promptly());
	expect_quiet(t, s(1));
	expect_option(t, p.client, SCTP_GET_ASSOC_STATS, ASSOCIATION, IS(sas_oodchunks, 5), IS(sas_ouodchunks, 2),
		IS(sas_rtxchunks, 0), IS(sas_iodchunks, 0));
	expect_option(t, p.server, SCTP_GET_ASSOC_STATS, ASSOCIATION, IS(sas_iodchunks, 5), IS(sas_iuodchunks, 2),
		IS(sas_idupchunks, 0), IS(sas_oodchunks, 0));
	inject(t, all_lost(0));
	struct flow *data = say(t, p.client, p.server);
	mend(t, all_lost(0));
	expect_delivered(t, data, t3_rtx(t, doubled(0)));
	expect_option(t, p.client, SCTP_GET_ASSOC_STATS, ASSOCIATION, IS(sas_oodchunks, 6), IS(sas_rtxchunks, 1));
}

/* ------------------------------------------------------------------ what both ends have to support */

struct negotiated {
	struct row row;
	int option;
	unsigned client, server, both;
};

#define PR_IS(client_, server_, both_) \
	.option = SCTP_PR_SUPPORTED, .client = (client_), .server = (server_), .both = (both_)
#define RECONFIG_IS(client_, server_, both_) \
	.option = SCTP_RECONFIG_SUPPORTED, .client = (client_), .server = (server_), .both = (both_)

static const struct negotiated negotiated[] = {
	{ ROW("pr-supported-by-both", "With SCTP_PR_SUPPORTED at both ends the association has PR-SCTP", R_7496_4_04),
		PR_IS(1, 1, 1) },
	{ ROW("pr-supported-not-by-client", "Without SCTP_PR_SUPPORTED at the client there is no PR-SCTP", R_7496_4_04),
		PR_IS(0, 1, 0) },
	{ ROW("pr-supported-not-by-server", "Without SCTP_PR_SUPPORTED at the server there is no PR-SCTP", R_7496_4_04),
		PR_IS(1, 0, 0) },
	{ ROW("reconfig-supported-by-both", "With SCTP_RECONFIG_SUPPORTED at both ends the association has RE-CONFIG"),
		RECONFIG_IS(1, 1, 1) },
	{ ROW("reconfig-supported-not-by-server", "Without SCTP_RECONFIG_SUPPORTED at the server there is no RE-CONFIG",
		  R_6525_5_1_02),
		RECONFIG_IS(1, 0, 0) },
};

FAMILY(options, negotiated, .topology = &topology_one_path)
{
	const struct negotiated *it = row;
	const struct pair p = strangers(t);

	set_option(t, p.client, it->option, FUTURE, IS(assoc_value, it->client));
	set_option(t, p.server, it->option, FUTURE, IS(assoc_value, it->server));
	start_connect(t, p.client, p.server, 0);
	expect_at_both(t, p, soon(t, comm_up(EACH)));
	expect_option(t, p.client, it->option, ASSOCIATION, IS(assoc_value, it->both));
	expect_option(t, p.server, it->option, ASSOCIATION, IS(assoc_value, it->both));
	expect_option(t, p.client, it->option, FUTURE, IS(assoc_value, it->client));
}

/* ------------------------------------------------------------------ AUTH */

struct auth {
	struct row row;
	int option, error; /* 0: it succeeds, and the option reads so */
	struct option_value values[4];
};

#define REFUSED(option_, error_, ...) .option = (option_), .error = (error_), .values = { __VA_ARGS__ }

static const struct auth auths[] = {
	{ ROW("hmac-ident", "SCTP_HMAC_IDENT gives the list in the order that was set", R_6458_8_1_17_01),
		REFUSED(SCTP_HMAC_IDENT, 0, IS(shmac_idents, 1), IS(shmac_idents, 3)) },
	{ ROW("hmac-ident-sha1-alone", "SCTP_HMAC_IDENT can be SHA-1 alone", R_6458_8_1_17_01, R_4895_3_3_04),
		REFUSED(SCTP_HMAC_IDENT, 0, IS(shmac_idents, 1)) },
	{ ROW("hmac-ident-no-sha1", "SCTP_HMAC_IDENT without SHA-1 is refused", R_6458_8_1_17_02),
		REFUSED(SCTP_HMAC_IDENT, EINVAL, IS(shmac_idents, 3)) },
	{ ROW("hmac-ident-unknown", "SCTP_HMAC_IDENT with an algorithm that nobody knows is refused", R_6458_8_1_17_02),
		REFUSED(SCTP_HMAC_IDENT, EOPNOTSUPP, IS(shmac_idents, 1), IS(shmac_idents, 77)) },
	{ ROW("auth-chunk-init", "SCTP_AUTH_CHUNK of INIT is refused", R_6458_8_3_2_02, R_4895_3_2_04),
		REFUSED(SCTP_AUTH_CHUNK, EINVAL, IS(sauth_chunk, INIT)) },
	{ ROW("auth-chunk-init-ack", "SCTP_AUTH_CHUNK of INIT ACK is refused", R_6458_8_3_2_02, R_4895_3_2_04),
		REFUSED(SCTP_AUTH_CHUNK, EINVAL, IS(sauth_chunk, INIT_ACK)) },
	{ ROW("auth-chunk-shutdown-complete", "SCTP_AUTH_CHUNK of SHUTDOWN COMPLETE is refused", R_6458_8_3_2_02,
		  R_4895_3_2_04),
		REFUSED(SCTP_AUTH_CHUNK, EINVAL, IS(sauth_chunk, SHUTDOWN_COMPLETE)) },
	{ ROW("auth-chunk-auth", "SCTP_AUTH_CHUNK of AUTH is refused", R_6458_8_3_2_02, R_4895_3_2_04),
		REFUSED(SCTP_AUTH_CHUNK, EINVAL, IS(sauth_chunk, 15)) },
	{ ROW("auth-active-key-unknown", "SCTP_AUTH_ACTIVE_KEY of a key that does not exist is refused",
		  R_6458_8_1_18_02),
		REFUSED(SCTP_AUTH_ACTIVE_KEY, EINVAL, IS(scact_keynumber, 9)) },
	{ ROW("auth-active-key-0", "SCTP_AUTH_ACTIVE_KEY is 0 at first", R_6458_8_1_18_01),
		REFUSED(SCTP_AUTH_ACTIVE_KEY, 0, IS(scact_keynumber, 0)) },
	{ ROW("auth-delete-key-active", "SCTP_AUTH_DELETE_KEY of the active key is refused", R_6458_8_3_5_01),
		REFUSED(SCTP_AUTH_DELETE_KEY, EINVAL, IS(scact_keynumber, 0)) },
	{ ROW("auth-delete-key-unknown", "SCTP_AUTH_DELETE_KEY of a key that does not exist is refused",
		  R_6458_8_3_5_01),
		REFUSED(SCTP_AUTH_DELETE_KEY, EINVAL, IS(scact_keynumber, 9)) },
	{ ROW("auth-deactivate-key-active", "SCTP_AUTH_DEACTIVATE_KEY of the active key is refused", R_6458_8_3_4_01),
		REFUSED(SCTP_AUTH_DEACTIVATE_KEY, EINVAL, IS(scact_keynumber, 0)) },
};

FAMILY(options, auths, .topology = &topology_one_path, .settings = { .auth = ON })
{
	const struct auth *it = row;
	struct peer *socket = open_peer(t, A, "socket", NULL);

	if (it->error != 0)
		expect_set_refused(t, socket, it->option, FUTURE, it->error, it->values);
	else {
		set_option_to(t, socket, it->option, FUTURE, it->values);
		expect_option_is(t, socket, it->option, FUTURE, it->values);
	}
	expect_quiet(t, s(1));
}

CASE(options, "auth-chunks-listed",
	.title = "SCTP_LOCAL_AUTH_CHUNKS has what SCTP_AUTH_CHUNK added, and SCTP_PEER_AUTH_CHUNKS what the peer did",
	.requirements = IDS(R_6458_8_3_2_01, R_6458_8_2_3_01, R_6458_8_2_4_01), .topology = &topology_one_path,
	.settings = { .auth = ON })
{
	const struct pair p = strangers(t);

	set_option(t, p.server, SCTP_AUTH_CHUNK, FUTURE, IS(sauth_chunk, HEARTBEAT));
	set_option(t, p.server, SCTP_AUTH_CHUNK, FUTURE, IS(sauth_chunk, SHUTDOWN));
	start_connect(t, p.client, p.server, 0);
	expect_at_both(t, p, soon(t, comm_up(EACH)));
	expect_option(t, p.server, SCTP_LOCAL_AUTH_CHUNKS, ASSOCIATION, IS(gauth_chunks, HEARTBEAT),
		IS(gauth_chunks, SHUTDOWN));
	expect_option(t, p.client, SCTP_PEER_AUTH_CHUNKS, ASSOCIATION, IS(gauth_chunks, HEARTBEAT),
		IS(gauth_chunks, SHUTDOWN));
	expect_option(t, p.client, SCTP_LOCAL_AUTH_CHUNKS, ASSOCIATION, IS(gauth_number_of_chunks, 0));
}

CASE(options, "auth-chunks-short", .title = "A buffer too short for SCTP_LOCAL_AUTH_CHUNKS is ENOBUFS",
	.requirements = IDS(R_6458_8_2_4_01), .topology = &topology_one_path, .settings = { .auth = ON })
{
	struct peer *socket = open_peer(t, A, "socket", NULL);

	set_option(t, socket, SCTP_AUTH_CHUNK, FUTURE, IS(sauth_chunk, HEARTBEAT));
	expect_get_length_refused(t, socket, SCTP_LOCAL_AUTH_CHUNKS, sizeof(struct sctp_authchunks), ENOBUFS);
	expect_quiet(t, s(1));
}

CASE(options, "auth-keys", .title = "A key that SCTP_AUTH_KEY made can be activated, deactivated and deleted",
	.requirements = IDS(R_6458_8_1_18_01, R_6458_8_3_3_01, R_6458_8_3_4_01, R_6458_8_3_5_01),
	.topology = &topology_one_path, .settings = { .auth = ON })
{
	struct peer *socket = open_peer(t, A, "socket", NULL);

	set_option(t, socket, SCTP_AUTH_KEY, FUTURE, IS(sca_keynumber, 1), TEXT(sca_key, "secret"));
	set_option(t, socket, SCTP_AUTH_ACTIVE_KEY, FUTURE, IS(scact_keynumber, 1));
	expect_option(t, socket, SCTP_AUTH_ACTIVE_KEY, FUTURE, IS(scact_keynumber, 1));
	expect_option_refused(t, socket, SCTP_AUTH_DELETE_KEY, FUTURE, EINVAL, IS(scact_keynumber, 1));
	set_option(t, socket, SCTP_AUTH_ACTIVE_KEY, FUTURE, IS(scact_keynumber, 0));
	set_option(t, socket, SCTP_AUTH_DEACTIVATE_KEY, FUTURE, IS(scact_keynumber, 1));
	expect_option_refused(t, socket, SCTP_AUTH_ACTIVE_KEY, FUTURE, EINVAL, IS(scact_keynumber, 1));
	set_option(t, socket, SCTP_AUTH_DELETE_KEY, FUTURE, IS(scact_keynumber, 1));
	expect_option_refused(t, socket, SCTP_AUTH_DELETE_KEY, FUTURE, EINVAL, IS(scact_keynumber, 1));
	expect_quiet(t, s(1));
}
