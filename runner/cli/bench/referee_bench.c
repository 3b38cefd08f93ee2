/* SPDX-License-Identifier: Apache-2.0 */
/*
 * referee_bench.c - what judging costs: the milliseconds that the referee takes for a case of a run, and how many
 * packets of a capture `judge` reads, decodes and judges in a second on one core, and in how much memory. Without a
 * CAPTURE it makes two: a bulk transfer, and a hundred thousand short associations. Built with the tests, run by a
 * person:
 *
 *	sctpspec run --pcap always --out DIR
 *	referee_bench --run DIR [CAPTURE...]
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runner/cli/bench/case_bench.h"
#include "runner/judge/judge.h"
#include "runner/judge/tests/synthesis.h"

enum { OCTETS = 1440, ROUND = 32, PACKETS = 2000000, ASSOCIATIONS = 100000 };

static FILE *file_for(const char *path)
{
	FILE *out = fopen(path, "we");
	if (!out) {
		perror(path);
		exit(1);
	}
	return out;
}

/* End 0 sends as fast as it may; a SACK for each second packet with DATA; a pause when the window is full. */
static void write_bulk(const char *path, unsigned packets)
{
	struct synthesis synthesis;
	struct bond bond = bond_of(0);
	FILE *out = file_for(path);
	pcap_begin(&synthesis, out);
	put_setup(&synthesis, &bond);
	while (synthesis.n < packets) {
		for (unsigned i = 0; i < ROUND; i++) {
			synthesis.at_ns += 1000;
			put_data(&synthesis, &bond, 0, OCTETS);
			if (i % 2 == 1)
				put_sack(&synthesis, &bond, 1);
		}
		synthesis.at_ns += 100000;
	}
	put_shutdown(&synthesis, &bond);
	fclose(out);
}

/* Every second one goes on for ever, without a packet more. */
static void write_many(const char *path, unsigned associations)
{
	struct synthesis synthesis;
	FILE *out = file_for(path);
	pcap_begin(&synthesis, out);
	for (unsigned n = 0; n < associations; n++) {
		struct bond bond = bond_of(n);
		synthesis.at_ns += 100000;
		put_setup(&synthesis, &bond);
		put_data(&synthesis, &bond, 0, 100);
		put_sack(&synthesis, &bond, 1);
		if (n % 2 == 0)
			put_shutdown(&synthesis, &bond);
	}
	fclose(out);
}

static double seconds(const struct timeval *time)
{
	return (double)time->tv_sec + (double)time->tv_usec / 1e6;
}

static void judge_and_tell(const char *name, const char *path)
{
	const struct source_name file = { .name = path };
	const struct judge_options options = {
		.files = &file,
		.n_files = 1,
		.settings = settings_default(),
		.udp_port = 9899,
		.associations = 10000,
	};
	struct judgement *judgement = NULL;
	char *error = NULL;
	struct rusage usage;
	if (judge_captures(&options, &judgement, &error) != 0) {
		fprintf(stderr, "%s\n", error ? error : "?");
		_exit(1);
	}
	getrusage(RUSAGE_SELF, &usage);
	const double took = seconds(&usage.ru_utime) + seconds(&usage.ru_stime);
	printf("%s: %llu packets, %llu associations, %llu findings, in %.2f s of processor time: %.2f million packets "
	       "a second; %ld MiB at most\n",
		name, (unsigned long long)judgement->packets, (unsigned long long)judgement->n_associations,
		(unsigned long long)judgement->broken + (unsigned long long)judgement->deviations, took,
		(double)judgement->packets / took / 1e6, usage.ru_maxrss / 1024);
	fflush(stdout);
	_exit(0);
}

/* In a process of its own, so that its time and memory are its own. */
static void bench(const char *name, const char *path)
{
	int status = 0;
	fflush(stdout);
	const pid_t child = fork();
	if (child == 0)
		judge_and_tell(name, path);
	waitpid(child, &status, 0);
	if (status != 0)
		fprintf(stderr, "%s: it failed\n", name);
}

static int bench_synthesis(void)
{
	char path[] = "/tmp/referee_bench.XXXXXX";
	const int file = mkstemp(path);
	if (file < 0) {
		perror(path);
		return 1;
	}
	close(file);
	write_bulk(path, PACKETS);
	bench("bulk transfer", path);
	write_many(path, ASSOCIATIONS);
	bench("many associations", path);
	unlink(path);
	return 0;
}

int main(int argc, char **argv)
{
	int first = 1;
	if (argc > 2 && strcmp(argv[1], "--run") == 0) {
		if (case_bench(argv[2]) != 0)
			return 1;
		first = 3;
	}
	for (int i = first; i < argc; i++)
		bench(argv[i], argv[i]);
	return first == argc ? bench_synthesis() : 0;
}
