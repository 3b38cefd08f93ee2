/* SPDX-License-Identifier: Apache-2.0 */
/*
 * judge_test.c - captures made by hand, judged: every kind of file, from every place, damaged ones; what is told of an
 * association, and of a path that fails.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/tests/suite.h"
#include "runner/judge/anatomy.h"
#include "runner/judge/judge.h"
#include "runner/judge/tests/synthesis.h"
#include "runner/judge/words.h"

#define MS INT64_C(1000000)
#define SECOND (1000 * MS)

enum { FILES = 4 };

static char folder[] = "/tmp/judge_test.XXXXXX";
static char names[FILES][64];
static struct source_name sources[FILES];
static struct judge_options options;
static struct judgement *judgement;

static void set_up(void)
{
	strcpy(folder + strlen(folder) - 6, "XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	for (unsigned i = 0; i < FILES; i++) {
		snprintf(names[i], sizeof(names[i]), "%s/%c.pcap", folder, "abcd"[i]);
		sources[i] = (struct source_name){ .name = names[i] };
	}
	options = (struct judge_options){
		.files = sources, .n_files = 1, .settings = settings_default(), .associations = 100
	};
	judgement = NULL;
}

static void tear_down(void)
{
	judgement_free(judgement);
	for (unsigned i = 0; i < FILES; i++)
		unlink(names[i]);
	rmdir(folder);
}

static FILE *file(unsigned i)
{
	FILE *out = fopen(names[i], "we");
	ck_assert_ptr_nonnull(out);
	return out;
}

static void judge(void)
{
	char *error = NULL;
	judgement_free(judgement);
	judgement = NULL;
	ck_assert_msg(judge_captures(&options, &judgement, &error) == 0, "%s", error);
}

static char *text_of(void)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	ck_assert_int_eq(write_text(judgement, out, (struct write_style){ .rules = true }), 0);
	fclose(out);
	return text;
}

static void says(const char *words)
{
	char *text = text_of();
	ck_assert_msg(strstr(text, words) != NULL, "no \"%s\" in:\n%.2000s", words, text);
	free(text);
}

/* ------------------------------------------------------------------ kinds of files */

/* Set-up, ten messages one way and one the other way, heartbeats, an end. */
static void conversation(struct synthesis *to)
{
	struct bond bond = bond_of(0);
	put_setup(to, &bond);
	for (unsigned i = 0; i < 10; i++) {
		to->at_ns += 10 * MS;
		put_data(to, &bond, 0, 100 + i);
		to->at_ns += 2 * MS;
		put_sack(to, &bond, 1);
	}
	to->at_ns += 10 * MS;
	put_data(to, &bond, 1, 7);
	to->at_ns += 1 * MS;
	put_sack(to, &bond, 0);
	for (unsigned path = 0; path < 2; path++) {
		bond.path = path;
		to->at_ns += SECOND;
		put_heartbeat(to, &bond, 0, path);
		to->at_ns += 3 * MS;
		put_heartbeat_ack(to, &bond, 1, path);
	}
	to->at_ns += SECOND;
	bond.path = 0;
	put_shutdown(to, &bond);
}

/* What is in the conversation is told, whatever carries it. */
static void is_the_conversation(void)
{
	ck_assert_uint_eq(judgement->sctp, 33);
	ck_assert_uint_eq(judgement->n_associations, 1);
	ck_assert_uint_eq(judgement->broken + judgement->deviations, 0);
	const struct account *account = judgement->accounts;
	ck_assert(account->from_the_start);
	ck_assert_int_eq(account->ending, ENDING_SHUTDOWN);
	ck_assert(account->is_ended);
	ck_assert_uint_eq(account->end[0].port, 1024);
	ck_assert_uint_eq(account->end[0].n_addresses, 2);
	ck_assert_uint_eq(account->end[0].packets, 17);
	ck_assert_uint_eq(account->end[1].packets, 16);
	ck_assert_uint_eq(account->end[0].messages, 10);
	ck_assert_uint_eq(account->end[0].user_octets, 1045);
	ck_assert_uint_eq(account->end[1].user_octets, 7);
	ck_assert_uint_eq(account->end[0].t3 + account->end[0].fast + account->end[0].needless, 0);
	ck_assert_uint_eq(account->n_failures, 0);
	for (unsigned path = 0; path < 2; path++) {
		const struct route *route = &account->end[0].routes[path];
		ck_assert_uint_eq(route->heartbeats, 1);
		ck_assert_uint_eq(route->heartbeats_answered, 1);
		ck_assert_int_eq(rtts_median(&route->heartbeat_rtts), 3 * MS);
	}
	ck_assert_uint_eq(account->end[0].routes[0].data_rtts.n, 10);
	ck_assert_int_eq(account->end[0].routes[0].data_rtts.most_ns, 2 * MS);
}

static const struct {
	uint32_t magic, link;
	bool pcapng, swapped;
	uint8_t digits;
} kinds[] = {
	{ 0xa1b23c4d, 1, false, false, 0 },
	{ 0xa1b23c4d, 1, false, true, 0 },
	{ 0xa1b2c3d4, 1, false, false, 0 },
	{ 0xa1b2c3d4, 1, false, true, 0 },
	{ 0xa1b2c3d4, 101, false, false, 0 },
	{ 0xa1b2c3d4, 228, false, true, 0 },
	{ 0, 1, true, false, 9 },
	{ 0, 1, true, true, 9 },
	{ 0, 101, true, false, 6 },
	{ 0, 101, true, true, 6 },
};

START_TEST(every_kind_of_file)
{
	struct synthesis to;
	FILE *out = file(0);
	if (kinds[_i].pcapng) {
		pcapng_begin(&to, out, kinds[_i].swapped);
		pcapng_interface(&to, (uint16_t)kinds[_i].link, kinds[_i].digits);
	} else {
		pcap_begin_as(&to, out, kinds[_i].magic, kinds[_i].swapped, kinds[_i].link);
	}
	to.drop_link = kinds[_i].link == 1 ? 0 : 14;
	conversation(&to);
	fclose(out);
	judge();
	is_the_conversation();
	ck_assert_ptr_null(judgement->reading.sources[0].trouble);
}
END_TEST

START_TEST(interfaces_of_several_link_types)
{
	struct synthesis to;
	struct bond bond = bond_of(0);
	FILE *out = file(0);
	pcapng_begin(&to, out, false);
	pcapng_interface(&to, 1, 9);
	pcapng_interface(&to, 101, 6);
	put_setup(&to, &bond);
	to.interface = 1;
	to.drop_link = 14;
	to.at_ns += MS;
	put_data(&to, &bond, 0, 10);
	to.interface = 0;
	to.drop_link = 0;
	to.at_ns += MS;
	put_sack(&to, &bond, 1);
	fclose(out);
	judge();
	ck_assert_uint_eq(judgement->sctp, 6);
	ck_assert_uint_eq(judgement->n_associations, 1);
	ck_assert_uint_eq(judgement->accounts->end[0].routes[0].data_rtts.n, 1);
}
END_TEST

START_TEST(each_way_in_a_file_of_its_own)
{
	struct synthesis both, to[2];
	FILE *whole = tmpfile(), *out[2] = { file(0), file(1) };
	pcap_begin(&both, whole);
	conversation(&both);
	rewind(whole);
	for (unsigned i = 0; i < 2; i++)
		pcap_begin(&to[i], out[i]);
	char header[24];
	uint32_t record[4];
	uint8_t frame[9000];
	ck_assert_uint_eq(fread(header, sizeof(header), 1, whole), 1);
	while (fread(record, sizeof(record), 1, whole) == 1) {
		ck_assert_uint_eq(fread(frame, record[2], 1, whole), 1);
		FILE *into = out[frame[11] == 2]; /* by the sender's hardware address */
		fwrite(record, sizeof(record), 1, into);
		fwrite(frame, record[2], 1, into);
	}
	fclose(whole);
	fclose(out[0]);
	fclose(out[1]);
	options.n_files = 2;
	judge();
	is_the_conversation();
	says("packet 1 of a.pcap"); /* packets are told with their file */
}
END_TEST

/* ------------------------------------------------------------------ damage */

START_TEST(a_file_that_is_cut_anywhere)
{
	struct synthesis to;
	FILE *out = file(0);
	if (_i)
		pcapng_begin(&to, out, false);
	else
		pcap_begin(&to, out);
	if (_i)
		pcapng_interface(&to, 1, 9);
	conversation(&to);
	const long length = ftell(out);
	fclose(out);
	unsigned before = to.n;
	for (long end = length - 1; end >= 0; end -= end > 300 ? 7 : 1) {
		ck_assert_int_eq(truncate(names[0], end), 0);
		judge();
		ck_assert_uint_le(judgement->packets, before);
		before = (unsigned)judgement->packets;
		if (judgement->packets == 0)
			ck_assert(judgement->unreadable);
	}
	ck_assert_uint_eq(before, 0);
	ck_assert_ptr_nonnull(strstr(judgement->reading.sources[0].trouble, "is empty"));
}
END_TEST

START_TEST(any_octet_changed)
{
	struct synthesis to;
	uint8_t bytes[16384];
	FILE *out = file(0);
	if (_i % 2)
		pcapng_begin(&to, out, _i / 2);
	else
		pcap_begin_as(&to, out, 0xa1b2c3d4, _i / 2, 1);
	if (_i % 2)
		pcapng_interface(&to, 1, 6);
	conversation(&to);
	fclose(out);
	FILE *in = fopen(names[0], "re");
	const size_t length = fread(bytes, 1, sizeof(bytes), in);
	fclose(in);
	unsigned random = 1;
	for (unsigned round = 0; round < 300; round++) {
		random = random * 1103515245 + 12345;
		const size_t at = (random >> 8) % length;
		const uint8_t was = bytes[at];
		bytes[at] = (uint8_t)(random >> 24);
		out = file(0);
		fwrite(bytes, 1, length, out);
		fclose(out);
		judge();
		free(text_of());
		bytes[at] = was;
	}
}
END_TEST

static const struct {
	const char *bytes;
	size_t length;
	const char *says;
} none[] = {
	{ "", 0, "is empty" },
	{ "hello, world, this is a text and no capture", 43, "is no capture" },
	{ "\x1f\x8b\x08\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 26, "zcat" },
	{ "\x28\xb5\x2f\xfd\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 26, "zstdcat" },
	{ "\xd4\xc3\xb2\xa1\2\0\4\0\0\0\0\0\0\0\0\0\xff\xff\0\0", 20, "is no capture" },
	{ "\x0a\x0d\x0d\x0a\x1c\0\0\0\0\0\0\0\1\0\0\0\xff\xff\xff\xff\xff\xff\xff\xff\x1c\0\0\0", 28, "byte order" },
	{ "\x0a\x0d\x0d\x0a\x1c\0\0\0", 8, "is cut short before its first packet" },
};

START_TEST(no_capture)
{
	FILE *out = file(0);
	fwrite(none[_i].bytes, 1, none[_i].length, out);
	fclose(out);
	judge();
	ck_assert(judgement->unreadable && judgement->trouble);
	const char *trouble = judgement->reading.sources[0].trouble;
	ck_assert_msg(strstr(trouble, none[_i].says) != NULL, "%s", trouble);
}
END_TEST

START_TEST(one_file_that_cannot_be_read_does_not_stop_the_others)
{
	struct synthesis to;
	FILE *out = file(0);
	pcap_begin(&to, out);
	conversation(&to);
	fclose(out);
	sources[1].name = "/nowhere/none.pcap";
	options.n_files = 2;
	judge();
	is_the_conversation();
	ck_assert(judgement->trouble && !judgement->unreadable);
	says("cannot read /nowhere/none.pcap: No such file");
}
END_TEST

START_TEST(a_short_snapshot_length)
{
	struct synthesis to;
	FILE *out = file(0);
	pcap_begin(&to, out);
	to.cut = 14 + 20 + 12 + 16;
	conversation(&to);
	fclose(out);
	judge();
	ck_assert_uint_eq(judgement->sctp, 33);
	/* INIT and INIT ACK are too short to tell anything */
	const struct account *account = judgement->accounts;
	ck_assert(!account->from_the_start);
	ck_assert_uint_eq(account->end[0].user_octets + account->end[1].user_octets, 1052);
	ck_assert_uint_eq(judgement->broken, 0);
	ck_assert_uint_gt(judgement->reading.sources[0].cut_short, 10);
}
END_TEST

START_TEST(time_that_goes_back)
{
	struct synthesis to;
	struct bond bond = bond_of(0);
	FILE *out = file(0);
	pcap_begin(&to, out);
	put_setup(&to, &bond);
	to.at_ns += 10 * MS;
	put_data(&to, &bond, 0, 10);
	to.at_ns -= MS; /* a packet that is late */
	put_sack(&to, &bond, 1);
	to.at_ns += SECOND;
	put_heartbeat(&to, &bond, 0, 1);
	to.at_ns -= 3600 * SECOND; /* the clock is set */
	put_heartbeat_ack(&to, &bond, 1, 1);
	for (unsigned i = 2; i < 5; i++) {
		to.at_ns += 5 * SECOND;
		put_heartbeat(&to, &bond, 0, i);
		to.at_ns += 4 * MS;
		put_heartbeat_ack(&to, &bond, 1, i);
	}
	const int64_t now = to.at_ns;
	to.at_ns = 1; /* a single packet with a wrong time */
	put_heartbeat(&to, &bond, 0, 7);
	to.at_ns = now + 4 * MS;
	put_heartbeat_ack(&to, &bond, 1, 7);
	to.at_ns += SECOND;
	put_shutdown(&to, &bond);
	fclose(out);
	judge();
	const struct source *source = &judgement->reading.sources[0];
	ck_assert_uint_eq(source->late, 1);
	ck_assert_int_eq(source->latest_ns, MS);
	ck_assert_uint_eq(source->first_late, 6);
	ck_assert_uint_eq(source->set, 2);
	ck_assert_int_eq(judgement->accounts->end[0].routes[0].heartbeat_rtts.most_ns, 4 * MS);
	ck_assert_uint_eq(judgement->broken, 0);
	ck_assert_int_lt(judgement->last_ns, 20 * SECOND);
	says("1 out of order, from packet 6 on");
	says("time went back several times");
}
END_TEST

/* ------------------------------------------------------------------ where it was taken */

/* A packet that leaves one end then is in its capture; 5 ms later it is in the other one. */
static void in_both(struct synthesis to[2], const int64_t base_ns[2], unsigned from, int64_t at_ns)
{
	for (unsigned i = 0; i < 2; i++)
		to[i].at_ns = base_ns[i] + at_ns + (i == from ? 0 : 5 * MS);
}

/* A conversation as both ends see it; the second file's clock is ahead, and there are routers between them. */
static void two_ends(int64_t ahead_ns, uint8_t routers)
{
	struct synthesis to[2];
	FILE *out[2] = { file(0), file(1) };
	const struct bond bond = bond_of(0);
	for (unsigned i = 0; i < 2; i++)
		pcap_begin(&to[i], out[i]);
	const int64_t base_ns[2] = { to[0].at_ns, to[1].at_ns + ahead_ns };
	for (unsigned i = 0; i < 2; i++)
		to[i].hops[1 - i] = (uint8_t)(64 - routers);
	for (unsigned step = 0; step < 4; step++) {
		in_both(to, base_ns, step % 2, step * 5 * MS);
		for (unsigned i = 0; i < 2; i++)
			put_setup_step(&to[i], &bond, step);
	}
	for (unsigned k = 0; k < 40; k++) {
		in_both(to, base_ns, k % 2, SECOND + k * 500 * MS);
		for (unsigned i = 0; i < 2; i++)
			put_heartbeat(&to[i], &bond, k % 2, k);
		in_both(to, base_ns, 1 - k % 2, SECOND + k * 500 * MS + 5 * MS);
		for (unsigned i = 0; i < 2; i++)
			put_heartbeat_ack(&to[i], &bond, 1 - k % 2, k);
	}
	for (unsigned i = 0; i < 2; i++)
		fclose(out[i]);
}

static void are_both_ends(const char *how)
{
	ck_assert_uint_eq(judgement->n_associations, 1);
	ck_assert(judgement->accounts->end[0].exact && judgement->accounts->end[1].exact);
	for (unsigned i = 0; i < 2; i++) {
		const struct source *source = &judgement->reading.sources[i];
		const struct address own = { .bytes = { 10, 0, 0, (uint8_t)(i + 1) } };
		ck_assert(addresses_have(&source->standpoint.own, &own));
		ck_assert_uint_eq(source->standpoint.own.n, 2);
		ck_assert_msg(strstr(source->standpoint.how, how) != NULL, "%s", source->standpoint.how);
	}
	ck_assert_uint_eq(judgement->accounts->end[0].packets, 42);
	ck_assert_int_eq(judgement->accounts->end[0].routes[0].heartbeat_rtts.least_ns, 10 * MS);
	ck_assert_int_eq(judgement->accounts->end[1].routes[0].heartbeat_rtts.most_ns, 10 * MS);
	ck_assert_uint_eq(judgement->broken, 0);
}

START_TEST(who_answers_sooner)
{
	two_ends(0, 0);
	sources[0].from = sources[1].from = true;
	options.n_files = 2;
	judge();
	are_both_ends("earlier here than in another capture");
	ck_assert_int_eq(judgement->reading.sources[1].standpoint.ahead_ns, 0);
	/* on its own */
	options.n_files = 1;
	judge();
	ck_assert_ptr_nonnull(strstr(judgement->reading.sources[0].standpoint.how, "answers sooner"));
	ck_assert(judgement->accounts->end[0].exact && !judgement->accounts->end[1].exact);
}
END_TEST

START_TEST(hop_limits)
{
	two_ends(0, 3);
	sources[0].from = sources[1].from = true;
	options.n_files = 2;
	judge();
	are_both_ends("has not gone over a router");
}
END_TEST

START_TEST(clocks_that_differ)
{
	two_ends((_i ? -1 : 1) * 3600 * SECOND, 0);
	sources[0].from = sources[1].from = true;
	options.n_files = 2;
	judge();
	are_both_ends("earlier here than in another capture");
	ck_assert_int_eq(judgement->reading.sources[1].standpoint.ahead_ns, (_i ? -1 : 1) * 3600 * SECOND);
	ck_assert_int_lt(judgement->last_ns, 30 * SECOND);
}
END_TEST

START_TEST(as_the_user_says)
{
	static const struct address own = { .bytes = { 10, 0, 0, 1 } };
	two_ends(0, 0);
	sources[0].from = true;
	sources[0].own = &own;
	sources[0].n_own = 1;
	judge();
	ck_assert(judgement->accounts->end[0].exact && !judgement->accounts->end[1].exact);
	says("at A; of B only what arrived");
}
END_TEST

START_TEST(marks_in_the_file)
{
	struct synthesis to;
	struct bond bond = bond_of(0);
	FILE *out = file(0);
	pcapng_begin(&to, out, false);
	pcapng_interface(&to, 1, 9);
	to.way = 1; /* it comes in: this is end 1's */
	put_packet(&to, &bond, 0, "\x04\0\0\x08\0\x01\0\x04", 8);
	to.way = 2;
	to.at_ns += SECOND; /* much later than it would take to go there and back */
	put_packet(&to, &bond, 1, "\x05\0\0\x08\0\x01\0\x04", 8);
	fclose(out);
	sources[0].from = true;
	judge();
	ck_assert(!judgement->accounts->end[0].exact && judgement->accounts->end[1].exact);
	says("taken at 10.0.0.2: its packets are marked as sent and received");
}
END_TEST

START_TEST(nothing_tells_where)
{
	struct synthesis to;
	struct bond bond = bond_of(0);
	FILE *out = file(0);
	pcap_begin(&to, out);
	put_data(&to, &bond, 0, 10);
	fclose(out);
	sources[0].from = true;
	judge();
	ck_assert(!judgement->accounts->end[0].exact && !judgement->accounts->end[1].exact);
	says("nothing tells at which end it was taken");
}
END_TEST

START_TEST(a_packet_at_two_places)
{
	struct synthesis to;
	struct bond bond = bond_of(0);
	FILE *out = file(0);
	pcapng_begin(&to, out, false);
	pcapng_interface(&to, 1, 9);
	pcapng_interface(&to, 1, 9);
	put_setup(&to, &bond);
	for (unsigned i = 0; i < 5; i++) {
		struct bond same = bond;
		to.at_ns += 10 * MS;
		to.interface = 0;
		put_data(&to, &bond, 0, 10);
		to.at_ns += 20000;
		to.interface = 1;
		put_data(&to, &same, 0, 10);
	}
	fclose(out);
	judge();
	ck_assert_uint_eq(judgement->twice, 5);
	ck_assert_uint_eq(judgement->accounts->end[0].data, 5);
	ck_assert_uint_eq(judgement->accounts->end[0].fast + judgement->accounts->end[0].t3, 0);
}
END_TEST

/* ------------------------------------------------------------------ what is found, and what is not */

START_TEST(a_wrong_tag_and_a_wrong_checksum)
{
	struct synthesis to;
	struct bond bond = bond_of(0);
	static const struct address own = { .bytes = { 10, 0, 0, 1 } };
	FILE *out = file(0);
	pcap_begin(&to, out);
	put_setup(&to, &bond);
	to.at_ns += MS;
	put_tagged(&to, &bond, 0, 77, "\x04\0\0\x08\0\x01\0\x04", 8); /* packet 5 */
	to.at_ns += MS;
	to.no_checksum = true;
	put_heartbeat(&to, &bond, 0, 1); /* 0: as it is before a network card has filled it in */
	to.no_checksum = false;
	to.at_ns += MS;
	put_heartbeat(&to, &bond, 0, 2); /* packet 7 */
	const long end = ftell(out);
	fseek(out, end - 1, SEEK_SET);
	fputc(0x55, out); /* another octet than the one that was summed up */
	fclose(out);
	sources[0].from = true;
	sources[0].own = &own;
	sources[0].n_own = 1;
	judge();
	ck_assert_uint_eq(judgement->broken, 2);
	size_t at = 0;
	const struct finding *first = judgement_finding(judgement, judgement->accounts, &at);
	const struct finding *second = judgement_finding(judgement, judgement->accounts, &at);
	ck_assert_str_eq(first->rule->id, "packets.tag");
	ck_assert_uint_eq(first->number, 5);
	ck_assert_str_eq(second->rule->id, "packets.checksum");
	ck_assert_uint_eq(second->number, 7);
	ck_assert_ptr_null(judgement_finding(judgement, judgement->accounts, &at));
	ck_assert_uint_eq(judgement->reading.sources[0].unsummed, 1);
	says("MUST packets.tag: A at 0.001150 s in packet 5");
	says("RFC 9260 section 8.5");
	options.no_checksums = true;
	judge();
	ck_assert_uint_eq(judgement->broken, 1);
}
END_TEST

START_TEST(from_the_middle)
{
	struct synthesis to;
	struct bond bond = bond_of(0);
	FILE *out = file(0);
	pcap_begin(&to, out);
	for (unsigned i = 0; i < 5; i++) {
		to.at_ns += 10 * MS;
		put_data(&to, &bond, 0, 10);
		to.at_ns += MS;
		put_sack(&to, &bond, 1);
	}
	put_abort(&to, &bond, 1);
	fclose(out);
	judge();
	const struct account *account = judgement->accounts;
	ck_assert_uint_eq(judgement->n_associations, 1);
	ck_assert(!account->from_the_start);
	ck_assert_int_eq(account->ending, ENDING_ABORT);
	ck_assert_uint_eq(account->ender, 1);
	ck_assert_uint_eq(account->cause, 12);
	ck_assert_uint_eq(account->end[0].messages, 5);
	ck_assert_uint_eq(account->end[0].routes[0].data_rtts.n, 5);
	says("in the middle");
	says("cause 12 User-Initiated Abort");
}
END_TEST

START_TEST(a_restart)
{
	struct synthesis to;
	struct bond bond = bond_of(0);
	FILE *out = file(0);
	pcap_begin(&to, out);
	put_setup(&to, &bond);
	bond.tag[0]++;
	bond.tag[1]++;
	to.at_ns += SECOND;
	put_setup(&to, &bond);
	fclose(out);
	judge();
	ck_assert_uint_eq(judgement->n_associations, 2);
	ck_assert_uint_eq(judgement->accounts->restarted_as, 2);
	ck_assert_uint_eq(judgement->accounts->next->restart_of, 1);
	says("a restart of association 1");
}
END_TEST

START_TEST(more_associations_than_are_followed)
{
	enum { ALL = 500, FEW = 20 };
	struct synthesis to;
	FILE *out = file(0);
	pcap_begin(&to, out);
	for (unsigned n = 0; n < ALL; n++) {
		struct bond bond = bond_of(n);
		to.at_ns += MS;
		put_setup(&to, &bond);
		put_data(&to, &bond, 0, 10);
		if (n % 2)
			put_shutdown(&to, &bond);
	}
	fclose(out);
	options.associations = FEW;
	judge();
	ck_assert_uint_eq(judgement->n_associations, ALL);
	ck_assert_uint_eq(judgement->n_accounts, FEW);
	ck_assert_uint_eq(judgement->n_left_out, ALL - FEW);
	ck_assert_uint_gt(judgement->n_forgotten, 0);
	unsigned n = 0;
	for (const struct account *each = judgement->accounts; each; each = each->next)
		n++;
	ck_assert_uint_eq(n, FEW);
	says("480 associations more");
}
END_TEST

/* ------------------------------------------------------------------ a path that fails */

/* DATA to the first address is not answered; T3-rtx sends it to the second; HEARTBEATs to the first are not answered
 * until the last one is; DATA goes there again. */
static void failing_path(struct synthesis *to)
{
	struct bond bond = bond_of(0);
	put_setup(to, &bond);
	to->at_ns += SECOND;
	put_data(to, &bond, 0, 10);
	to->at_ns += MS;
	put_sack(to, &bond, 1); /* packet 6: the last sign of life */
	to->at_ns += 500 * MS;
	put_data(to, &bond, 0, 10); /* 7: the first that is not answered */
	to->at_ns += 1000 * MS;
	bond.path = 1;
	put_data_again(to, &bond, 0, bond.tsn[0] - 1, 10); /* 8: strike 1 */
	to->at_ns += MS;
	put_sack(to, &bond, 1);
	to->at_ns += 299 * MS;
	put_data(to, &bond, 0, 10); /* 10: it has moved */
	to->at_ns += MS;
	put_sack(to, &bond, 1);
	bond.path = 0;
	to->at_ns += 699 * MS;
	put_heartbeat(to, &bond, 0, 1); /* 12 */
	for (unsigned i = 2; i <= 4; i++) {
		to->at_ns += i * SECOND;
		put_heartbeat(to, &bond, 0, i); /* 13, 14, 15: strikes 2 to 4 */
	}
	to->at_ns += 7 * MS;
	put_heartbeat_ack(to, &bond, 1, 4); /* 16: found again */
	to->at_ns += 93 * MS;
	put_data(to, &bond, 0, 10); /* 17: back */
	to->at_ns += MS;
	put_sack(to, &bond, 1);
}

START_TEST(the_anatomy_of_a_failure)
{
	struct synthesis to;
	FILE *out = file(0);
	pcap_begin(&to, out);
	failing_path(&to);
	fclose(out);
	ck_assert_int_eq(settings_set(&options.settings, "path_max_retrans=2", NULL), 0);
	judge();
	const struct account *account = judgement->accounts;
	ck_assert_uint_eq(account->n_failures, 1);
	ck_assert_uint_eq(account->end[0].t3, 1);
	const struct failure *failure = &account->failures[0];
	ck_assert_uint_eq(failure->life.number, 6);
	ck_assert_uint_eq(failure->unanswered.number, 7);
	ck_assert_uint_eq(failure->n_strikes, 4);
	ck_assert_uint_eq(failure->strikes[0].spot.number, 8);
	ck_assert_int_eq(failure->strikes[0].after_ns, 1000 * MS);
	ck_assert_uint_eq(failure->suspect.number, 8);
	ck_assert_uint_eq(failure->moved.number, 10);
	ck_assert_uint_eq(failure->given_up.number, 14);
	ck_assert_uint_eq(failure->found.number, 16);
	ck_assert_uint_eq(failure->back.number, 17);
	char *sum = anatomy_sum(failure, UNTIL_MOVED);
	ck_assert_str_eq(sum,
		"1.800 s = 0.500 s in which nothing was sent there + 1.000 s of T3-rtx + 0.300 s until there was new "
		"DATA");
	free(sum);
	sum = anatomy_sum(failure, UNTIL_FOUND);
	ck_assert_str_eq(sum,
		"11.507 s = 0.500 s in which nothing was sent there + 1.000 s of T3-rtx + 3.000 + 3.000 + 4.000 s of "
		"HEARTBEATs + 0.007 s until the first answer");
	free(sum);
	for (unsigned until = 0; until < UNTILS; until++) {
		struct part parts[PARTS_MAX];
		int64_t total_ns, all_ns = 0;
		const unsigned n = anatomy_parts(failure, (enum until)until, parts, &total_ns);
		for (unsigned i = 0; i < n; i++)
			all_ns += parts[i].ns;
		ck_assert_int_eq(all_ns, total_ns);
	}
	says("strike 3 after 3.000 s: the HEARTBEAT before is not answered: given up (inactive) (packet 14)");
}
END_TEST

START_TEST(a_page_and_json_of_it)
{
	struct synthesis to;
	char *text = NULL;
	size_t size = 0;
	FILE *out = file(0);
	pcap_begin(&to, out);
	failing_path(&to);
	fclose(out);
	judge();
	out = open_memstream(&text, &size);
	ck_assert_int_eq(write_html(judgement, out), 0);
	fclose(out);
	ck_assert_ptr_nonnull(strstr(text, "default-src 'none'"));
	ck_assert_ptr_nonnull(strstr(text, "class=\"ladder\""));
	ck_assert_ptr_nonnull(strstr(text, "</html>"));
	free(text);
	out = open_memstream(&text, &size);
	ck_assert_int_eq(write_json(judgement, out), 0);
	fclose(out);
	ck_assert_ptr_nonnull(strstr(text, "\"total_ns\": 1800000000"));
	free(text);
}
END_TEST

START_TEST(settings_are_numbers_by_name)
{
	struct settings settings = settings_default();
	char *error = NULL;
	ck_assert_int_eq(settings_set(&settings, "rto_min=20", &error), 0);
	ck_assert_int_eq(settings_ns(&settings, SETTING_RTO_MIN), 20 * MS);
	ck_assert_int_eq(settings.from[SETTING_RTO_MIN], FROM_USER);
	for (unsigned i = 0; i < SETTINGS; i++)
		ck_assert(settings.value[i] > 0 || i == SETTING_PF_RETRANS);
	ck_assert_int_eq(settings_set(&settings, "defaults", &error), 0);
	static const char *const wrong[] = { "rto_min", "rto_min=", "rto_min=x", "rto_min=-1", "rto_mi=1", "=1", "",
		"rto_min=1234567890" };
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
		ck_assert_int_lt(settings_set(&settings, wrong[i], &error), 0);
	free(error);
}
END_TEST

START_TEST(what_did_not_come_is_in_no_packet)
{
	const struct judgement empty = { 0 };
	char *absent = words_of_packet(&empty, 0, 0), *third = words_of_packet(&empty, 3, 0);
	ck_assert_str_eq(absent, "no packet");
	ck_assert_str_eq(third, "packet 3");
	free(absent);
	free(third);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("judge");
	TCase *tests = tcase_create("judge");
	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_add_loop_test(tests, every_kind_of_file, 0, (int)(sizeof(kinds) / sizeof(*kinds)));
	tcase_add_test(tests, what_did_not_come_is_in_no_packet);
	tcase_add_test(tests, interfaces_of_several_link_types);
	tcase_add_test(tests, each_way_in_a_file_of_its_own);
	tcase_add_loop_test(tests, a_file_that_is_cut_anywhere, 0, 2);
	tcase_add_loop_test(tests, any_octet_changed, 0, 4);
	tcase_add_loop_test(tests, no_capture, 0, (int)(sizeof(none) / sizeof(*none)));
	tcase_add_test(tests, one_file_that_cannot_be_read_does_not_stop_the_others);
	tcase_add_test(tests, a_short_snapshot_length);
	tcase_add_test(tests, time_that_goes_back);
	tcase_add_test(tests, who_answers_sooner);
	tcase_add_test(tests, hop_limits);
	tcase_add_loop_test(tests, clocks_that_differ, 0, 2);
	tcase_add_test(tests, as_the_user_says);
	tcase_add_test(tests, marks_in_the_file);
	tcase_add_test(tests, nothing_tells_where);
	tcase_add_test(tests, a_packet_at_two_places);
	tcase_add_test(tests, a_wrong_tag_and_a_wrong_checksum);
	tcase_add_test(tests, from_the_middle);
	tcase_add_test(tests, a_restart);
	tcase_add_test(tests, more_associations_than_are_followed);
	tcase_add_test(tests, the_anatomy_of_a_failure);
	tcase_add_test(tests, a_page_and_json_of_it);
	tcase_add_test(tests, settings_are_numbers_by_name);
	suite_add_tcase(suite, tests);
	return run_tests(suite);
}
