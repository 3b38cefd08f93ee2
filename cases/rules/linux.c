/* SPDX-License-Identifier: Apache-2.0 */
/* linux.c - see linux.h. */
#include "cases/rules/linux.h"

/* sctp_transport_init() leaves last_time_sent at 0, which sctp_generate_heartbeat_event() subtracts from jiffies. These
 * begin five minutes before their lower 32 bits wrap. */
DEVIATION(linux_heartbeats_held_back, .rule = "timers.heartbeats-come", .kernels = ">= 5.10",
	.what = "Five minutes after boot, HEARTBEATs to a path that has never carried DATA are held back by up to "
		"HB.interval + RTO / 2, once");

/* sctp_assoc_control_transport() of these kernels leaves the heartbeat timer of the path as it was set before. */
DEVIATION(linux_pf_heartbeats_wait, .rule = "timers.heartbeats-come", .kernels = "5.10",
	.what = "A path that T3-rtx makes potentially failed gets its first HEARTBEAT when the timer expires that was "
		"set "
		"while it was active");

/* sctp_cmd_setup_t2() chooses a path by turns, which sctp_sf_t2_timer_expire() strikes. What is for a path that is not
 * active sctp_outq_select_transport() sends to the primary one. */
DEVIATION(linux_shutdown_errors_by_turns, .rule = "events.unreachable", .kernels = ">= 5.10",
	.what = "The errors of T2-shutdown are counted by turns for all paths, while SHUTDOWN is sent again to one of "
		"them, which so fails late or not at all");

/* sctp_make_sack() has room for SCTP_MAX_GABS. */
DEVIATION(linux_few_gap_blocks, .rule = "sacks.gaps-complete", .kernels = ">= 5.10",
	.what = "A SACK has 16 gap blocks at the most, however many more would fit into the packet");

/* sctp_gen_sack() sends a SACK at once while TSNs are missing; when none is, the packet is the first one after a SACK,
 * like any other. RFC 5681 section 4.2, to which RFC 9260 section 6.2 refers, has it acknowledged at once. */
DEVIATION(linux_filled_gap_not_told, .rule = "sacks.filled-at-once", .kernels = ">= 5.10",
	.what = "A packet that fills the last gap is acknowledged after SACK.Delay, or with the next one");

/* sctp_getsockopt_peer_addr_info() copies transport->srtt, which is in jiffies, and converts rto only. */
DEVIATION(linux_srtt_in_ticks, .rule = "numbers.srtt", .kernels = ">= 5.10",
	.what = "SCTP_GET_PEER_ADDR_INFO tells the SRTT in ticks of the kernel's clock (4 ms at 250 Hz)");

/* sctp_outq_flush_ctrl() counts what it puts into a packet with others, and nothing of what goes alone. */
DEVIATION(linux_inits_not_counted, .rule = "numbers.control-chunks", .kernels = "5.10 .. 5.17",
	.what = "SCTP_GET_ASSOC_STATS leaves INITs out of the control chunks that were sent");

/* sctp_sf_sendbeat_8_3() lowers the cwnd of an idle path to max(cwnd / 2, 4 * MTU), also where DATA is outstanding and
 * T3-rtx has made it one MTU, which that raises. */
DEVIATION(linux_heartbeat_raises_cwnd, .rule = "congestion.window", .kernels = ">= 5.10",
	.what = "A HEARTBEAT makes the cwnd of its path four MTUs at least, even after T3-rtx has expired and before "
		"anything is acknowledged: several packets leave for a dead path");

/* sctp_transport_burst_limited() takes whole MTUs, of which some octets are headers. */
DEVIATION(linux_burst_of_five, .rule = "congestion.burst", .kernels = ">= 5.10",
	.what = "Five packets leave at once, as Max.Burst is taken for so many MTUs of user data, and a packet has "
		"less");

/* Each transport has a heartbeat timer of its own. */
DEVIATION(linux_heartbeat_bursts, .rule = "heartbeats.max-burst", .kernels = ">= 5.10",
	.what = "Each unconfirmed address is probed by a timer of its own, whenever the others are (there is no "
		"HB.Max.Burst)");

/* sctp_chunk_assign_mid() counts the fragments without the B bit only. */
DEVIATION(linux_fsn_from_zero, .rule = "interleaving.fsn", .kernels = ">= 5.10",
	.what = "The second fragment of a message in I-DATA has FSN 0, as if the first one, which has none, had not "
		"been "
		"counted");

/* sctp_make_init() and sctp_make_init_ack() list SCTP_CID_I_DATA only. */
DEVIATION(linux_i_forward_tsn_not_listed, .rule = "partial.agreed", .kernels = ">= 5.10",
	.what = "I-FORWARD-TSN is used when both ends have offered I-DATA and FORWARD TSN, though neither has listed "
		"it "
		"among the extensions that it supports");

/* sctp_unpack_cookie() gives the association of a server its initial TSN, and leaves last_cwr_tsn as the discarded one
 * had it: where that is ahead, ECNE lowers no cwnd, and CWR has that TSN. */
DEVIATION(linux_cwr_of_the_discarded, .rule = "ecn.same-tsn", .kernels = ">= 5.10",
	.what = "A server's CWR has a TSN of the association that it discarded with INIT ACK, if that is ahead");

/* sctp_sf_do_dupcook_b() tells COMM_UP in whatever state the association is. */
DEVIATION(linux_comm_up_again, .rule = "events.comm-up", .kernels = ">= 5.10",
	.what = "A COOKIE ECHO with another tag of the peer (action B of RFC 9260 section 5.2.4) tells COMM_UP, though "
		"the "
		"association is up");

/* sctp_sf_do_reconfig() asks neither whether the peer has listed RE-CONFIG nor for reconf_enable; the requests in it
 * are denied. */
DEVIATION(linux_re_config_answers_anybody, .rule = "reconfig.agreed", .kernels = ">= 5.10",
	.what = "A RE-CONFIG that was not agreed on is answered by RE-CONFIG, where it is to be passed over");

/* sctp_sf_do_ecne() sends CWR from COOKIE-ECHOED on, whether ECN was agreed on or not. */
DEVIATION(linux_cwr_in_cookie_echoed, .rule = "setup.nothing-before-cookie-ack", .kernels = ">= 5.10",
	.what = "ECNE in COOKIE-ECHOED is answered by CWR");

/* sctp_outq_flush_data() asks once whether COOKIE ECHO is in the packet, and then fills packet after packet. */
DEVIATION(linux_fragments_before_cookie_ack, .rule = "setup.nothing-before-cookie-ack", .kernels = ">= 5.10",
	.what = "The fragments of a message that sets an association up leave before COOKIE ACK has come");

DEVIATION(linux_fragments_in_cookie_echoed, .rule = "data.while-established", .kernels = ">= 5.10",
	.what = "The fragments of a message that sets an association up leave before it is up");

DEVIATION(linux_cwr_not_agreed, .rule = "ecn.agreed", .kernels = ">= 5.10",
	.what = "ECNE is answered by CWR also where ECN was not offered by both ends");
