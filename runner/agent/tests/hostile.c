/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hostile.c - an agent that lies: in place of case.c it is linked into a sctpspec-agent of its own. What a kernel that
 * is out of order, or a guest that wants to be green, could leave in the box: --tamper drop:N chooses which.
 * hostile_test.bash knows what has to come of each.
 */
#include "runner/agent/agent.h"
#include "runner/agent/prepared_network.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/reboot.h>
#include <unistd.h>

static void line(struct box *box, const char *text)
{
	box_append(box, BOX_LOG, text, strlen(text));
}

static void say_pass(struct box *box)
{
	line(box, "{\"type\":\"verdict\",\"t_ns\":1,\"verdict\":\"pass\",\"reason\":\"\",\"explanation\":\"\"}");
}

static void send_file(struct box *box, const char *name)
{
	box_append2(box, BOX_FILE, name, strlen(name) + 1, "x", 1);
}

static void end(struct box *box)
{
	const int32_t status = 0;

	box_append(box, BOX_END, &status, sizeof(status));
}

/* As if all were well, but for what it has written before. */
static int finish_well(struct box *box)
{
	say_pass(box);
	end(box);
	return 0;
}

static void repeat(struct box *box, unsigned times, const char *text)
{
	while (times-- > 0)
		line(box, text);
}

static int nest(struct box *box)
{
	enum { DEPTH = 100000 };
	char *deep = malloc(2 * DEPTH + 64);
	int n = sprintf(deep, "{\"type\":\"action\",\"t_ns\":1,\"text\":");

	memset(deep + n, '[', DEPTH);
	memset(deep + n + DEPTH, ']', DEPTH);
	strcpy(deep + n + 2 * DEPTH, "}");
	line(box, deep);
	free(deep);
	return finish_well(box);
}

static int fill_the_box(struct box *box)
{
	enum { MEGABYTE = 1 << 20 };
	char *much = malloc(MEGABYTE);

	memset(much, 'a', MEGABYTE);
	while (box_append(box, BOX_LOG, much, MEGABYTE) == 0)
		;
	free(much);
	return finish_well(box);
}

/* A record that says to be longer than all that was committed. */
static int lie_about_a_length(struct box *box)
{
	struct box_header *header = (void *)box->base;

	finish_well(box);
	((struct box_record *)(box->base + header->results_offset))->length = UINT32_MAX;
	return 0;
}

static int commit_more_than_there_is(struct box *box)
{
	struct box_header *header = (void *)box->base;

	finish_well(box);
	header->committed = UINT64_MAX - 4096;
	return 0;
}

static int move_the_results(struct box *box)
{
	struct box_header *header = (void *)box->base;

	finish_well(box);
	header->results_offset = UINT64_MAX;
	return 0;
}

static int panic_after_pass(struct box *box)
{
	const int file = open("/proc/sysrq-trigger", O_WRONLY);

	finish_well(box);
	return write(file, "c", 1) < 0 ? -errno : 0;
}

static _Noreturn void spin(struct box *box)
{
	say_pass(box);
	for (volatile unsigned n __attribute__((unused)) = 0;; n++)
		;
}

static _Noreturn void sleep_for_good(struct box *box)
{
	say_pass(box);
	for (;;)
		pause();
}

static int power_off(struct box *box)
{
	say_pass(box);
	reboot(RB_POWER_OFF);
	return 0;
}

static _Noreturn void die(struct box *box)
{
	say_pass(box);
	abort();
}

#define A_QUESTION                                                                                        \
	"{\"type\":\"question\",\"t_ns\":1,\"kind\":\"never\",\"endpoint\":\"a\",\"chunk\":0,\"path\":0," \
	"\"count\":0,\"window\":[0,9]}"

int agent_run_case(struct box *box, const struct order_case *order, struct prepared_network *prepared)
{
	const int mode = order->tamper ? atoi(order->tamper + strlen("drop:")) : 0;

	(void)prepared;
	switch (mode) {
	case 1: /* says that the case passed, as the host would, and dies */
		line(box, "{\"type\":\"case_end\",\"verdict\":\"pass\",\"virtual_ns\":1}");
		return -EIO;
	case 2:
		line(box, "{\"type\":\"case_end\",\"verdict\":\"pass\",\"virtual_ns\":1}");
		return finish_well(box);
	case 3:
		line(box, "{\"type\":\"case_start\",\"repeat\":\"rm -rf .\",\"kernel\":\"another\",\"title\":\"x\"}");
		return finish_well(box);
	case 4:
		say_pass(box);
		return finish_well(box);
	case 5:
		line(box,
			"{\"type\":\"verdict\",\"t_ns\":1,\"verdict\":\"xfail\",\"reason\":\"\",\"explanation\":\"\"}");
		end(box);
		return 0;
	case 6:
		line(box, "{\"type\":\"run_end\",\"exit_status\":0,\"verdicts\":{\"pass\":1}}");
		return finish_well(box);
	case 7:
		line(box,
			"{\"type\":\"verdict\",\"case\":\"setup.two-paths\",\"t_ns\":1,\"verdict\":\"pass\","
			"\"reason\":\"\",\"explanation\":\"\"}");
		return finish_well(box);
	case 8:
		line(box, "\x01\x02 no JSON \xff");
		return finish_well(box);
	case 9:
		return nest(box);
	case 10:
		return fill_the_box(box);
	case 11:
		return lie_about_a_length(box);
	case 12:
		return commit_more_than_there_is(box);
	case 13:
		return move_the_results(box);
	case 14:
		send_file(box, "../../../escaped");
		return finish_well(box);
	case 15:
		send_file(box, "twice");
		send_file(box, "twice");
		return finish_well(box);
	case 16: /* a record of no type */
		box_append(box, (enum box_record_type)77, "x", 1);
		return finish_well(box);
	case 17: /* all was said but what came of it */
		end(box);
		return 0;
	case 18:
		return panic_after_pass(box);
	case 19:
		spin(box);
	case 20:
		sleep_for_good(box);
	case 21:
		return power_off(box);
	case 22:
		die(box);
	case 23:
		line(box, "{\"type\":\"action\",\"t_ns\":9223372036854775807,\"text\":\"late\"}");
		return finish_well(box);
	case 24:
		line(box,
			"{\"type\":\"event\",\"t_ns\":1,\"endpoint\":\"z\",\"socket\":\"s\",\"event\":\"message\","
			"\"text\":\"\",\"fields\":{}}");
		return finish_well(box);
	case 25: /* no lie: characters that could do harm where they are shown */
		line(box,
			"{\"type\":\"action\",\"t_ns\":1,\"text\":\"\\u001b[2J</script><script>alert(1)</"
			"script>\\u202e]]>\"}");
		return finish_well(box);
	case 26: /* nor this: as much as nobody reads */
		repeat(box, 100000, "{\"type\":\"action\",\"t_ns\":1,\"text\":\"again\"}");
		return finish_well(box);
	case 27: /* nobody can ask this */
		line(box,
			"{\"type\":\"question\",\"t_ns\":1,\"kind\":\"exchange\",\"exchange\":[[[1]]],\"window\":[1,2]"
			"}");
		return finish_well(box);
	case 28: /* this can be asked, but not of captures that are not there */
		line(box, A_QUESTION);
		return finish_well(box);
	case 29: /* nor so often */
		repeat(box, 100000, A_QUESTION);
		return finish_well(box);
	case 30: /* an answer of its own */
		line(box,
			"{\"type\":\"check\",\"t_ns\":1,\"text\":\"asked\",\"ok\":true,\"question\":{\"kind\":"
			"\"never\"}}");
		return finish_well(box);
	default:
		return finish_well(box);
	}
}
