/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_judge.c - `sctpspec judge`: captures of anybody's SCTP, judged by the rules of the RFCs. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "runner/cli/command.h"
#include "runner/cli/options.h"
#include "runner/judge/judge.h"
#include "sentence.h"

enum { FILES_MOST = 4096, OWN_MOST = 64, ASSOCIATIONS = 10000, UDP_PORT = 9899 };

/* Captures that were taken at an end, with its addresses, if they are said. */
struct taken {
	struct source_name files[FILES_MOST];
	struct address *own[FILES_MOST];
	size_t n;
};

struct arguments {
	struct option_words files;
	struct taken from;
	struct settings settings;
	unsigned udp_port, associations;
	bool no_checksums, links_up, strict, rules, json;
	const char *html;
	enum colour colour;
};

/* Addresses by commas. 0: that is none. */
static size_t read_addresses(char *list, struct address own[OWN_MOST])
{
	size_t n = 0;
	for (char *word; (word = strsep(&list, ",")); n++)
		if (n == OWN_MOST || !address_parse(word, &own[n]))
			return 0;
	return n;
}

/* FILE or FILE@ADDRESS[,ADDRESS...]: a file's name may have an @, too. */
static int read_from(char *word, void *member, char **error)
{
	struct taken *from = member;
	struct address own[OWN_MOST];
	char *at = strrchr(word, '@'), *list = at ? strdup(at + 1) : NULL;
	const size_t n = list ? read_addresses(list, own) : 0;
	free(list);
	if (*word == '\0' || at == word)
		return sentence(error, -EINVAL, "--from needs the name of a file");
	if (from->n == FILES_MOST)
		return sentence(error, -EINVAL, "no more than %d files", FILES_MOST);
	if (n > 0) {
		*at = '\0';
		from->own[from->n] = malloc(n * sizeof(own[0]));
		if (!from->own[from->n])
			return no_memory(error);
		memcpy(from->own[from->n], own, n * sizeof(own[0]));
	}
	from->files[from->n] =
		(struct source_name){ .name = word, .from = true, .own = from->own[from->n], .n_own = n };
	from->n++;
	return 0;
}

static int read_setting(char *word, void *member, char **error)
{
	return settings_set(member, word, error);
}

static const struct option_row rows[] = {
	{ NULL, 0, NULL, "What is read", .kind = OPTION_HEADING },
	{ "from", 0, "FILE[@ADDRESS]",
		"A capture that was taken at an end, and has all that this end sent and got: it is judged by what it "
		"knew. Several of one end go together. Which end follows from the file (packets marked as sent, hop "
		"limits, who answers sooner), or ADDRESS, several by commas, says it",
		READ_AT(struct arguments, from, read_from) },
	{ "udp-port", 0, "PORT", "SCTP in UDP packets from or to PORT (RFC 6951). Default: 9899; 0: none",
		COUNT_AT(struct arguments, udp_port, 0, 65535) },
	{ "no-checksums", 0, NULL,
		"Judge no checksum: the capture was taken where they are not filled in yet. A checksum of 0 is taken "
		"as that in any case",
		FLAG_AT(struct arguments, no_checksums) },
	{ NULL, 0, NULL, "How it is judged", .kind = OPTION_HEADING },
	{ "set", 0, "NAME=NUMBER",
		"A setting that no packet tells, named and in the unit of the sysctl net.sctp.NAME: rto_initial, "
		"rto_min, rto_max, hb_interval, sack_timeout, path_max_retrans, pf_retrans, association_max_retrans, "
		"max_init_retransmits, valid_cookie_life, pf_enable. Those not named are Linux's defaults; `--set "
		"defaults' says that all are. Without it timers and counts are not judged, and the defaults tell when "
		"a path was given up",
		READ_AT(struct arguments, settings, read_setting) },
	{ "links-up", 0, NULL,
		"No end with a capture was ever without a link or a route: what should have been sent and is in no "
		"capture was not sent. Without it, it may have been",
		FLAG_AT(struct arguments, links_up) },
	{ "associations", 0, "N", "Follow N associations at a time, and tell N one by one. Default: 10000",
		COUNT_AT(struct arguments, associations, 1, 10000000) },
	{ "strict", 0, NULL, "Deviations from a SHOULD count, too, in the exit status",
		FLAG_AT(struct arguments, strict) },
	{ NULL, 0, NULL, "What is told", .kind = OPTION_HEADING },
	{ "rules", 0, NULL, "Also each rule, and how often it was applied", FLAG_AT(struct arguments, rules) },
	{ "json", 0, NULL, "For programs: reports/JUDGE.md has the members", FLAG_AT(struct arguments, json) },
	{ "html", 0, "FILE", "Also a page, with a ladder of each failure of a path", PATH_AT(struct arguments, html) },
	COLOUR_ROW(struct arguments, colour),
	{ 0 },
};

/* The files of --from, then the others. */
static struct source_name *all_files(const struct arguments *arguments, size_t *n)
{
	struct source_name *files = calloc(arguments->from.n + arguments->files.n + 1, sizeof(*files));
	*n = 0;
	for (size_t i = 0; files && i < arguments->from.n; i++)
		files[(*n)++] = arguments->from.files[i];
	for (size_t i = 0; files && i < arguments->files.n; i++)
		files[(*n)++] = (struct source_name){ .name = arguments->files.list[i] };
	return files;
}

static int write_page(const struct judgement *judgement, const char *name)
{
	FILE *out = fopen(name, "we");
	if (!out)
		return print_error(STATUS_HARNESS, "cannot write %s: %m", name);
	const int status = write_html(judgement, out);
	if (fclose(out) != 0 || status != 0)
		return print_error(
			STATUS_HARNESS, "cannot write %s: %s", name, strerror(status != 0 ? -status : errno));
	return STATUS_EXPECTED;
}

static int tell(const struct arguments *arguments, const struct judgement *judgement)
{
	const struct write_style style = {
		.colour = colour_wanted(arguments->colour, STDOUT_FILENO),
		.rules = arguments->rules,
	};
	const int status = arguments->json ? write_json(judgement, stdout) : write_text(judgement, stdout, style);
	if (status != 0)
		return print_error(STATUS_HARNESS, "cannot say what was found: %s", strerror(-status));
	if (arguments->html && write_page(judgement, arguments->html) != STATUS_EXPECTED)
		return STATUS_HARNESS;
	return judgement->broken > 0 || (arguments->strict && judgement->deviations > 0) ? STATUS_UNEXPECTED
											 : STATUS_EXPECTED;
}

static int say_nothing(const struct judgement *judgement)
{
	char link[80] = "";
	for (size_t i = 0; i < judgement->reading.n; i++)
		if (judgement->reading.sources[i].strange > 0 && link[0] == '\0')
			snprintf(link, sizeof(link), "; packets of link type %d are not read",
				judgement->reading.sources[i].strange_link);
	return print_error(STATUS_NOTHING, "there is no SCTP in %llu %s%s%s", (unsigned long long)judgement->packets,
		judgement->packets == 1 ? "packet" : "packets",
		judgement->fragments ? " but in IP fragments, which are not judged" : "", link);
}

static int status_of(const struct arguments *arguments, const struct judgement *judgement)
{
	for (size_t i = 0; i < judgement->reading.n; i++) {
		const struct source *source = &judgement->reading.sources[i];
		const bool is_input = strcmp(source->name, "-") == 0;
		if (source->trouble)
			print_error(0, "%s%s%s",
				!source->was_open  ? ""
					: is_input ? "the standard input"
						   : source->name,
				source->was_open ? " " : "", source->trouble);
	}
	if (judgement->unreadable)
		return judgement->trouble ? STATUS_HARNESS : print_error(STATUS_NOTHING, "there are no packets");
	if (judgement->sctp == 0)
		return say_nothing(judgement);
	return tell(arguments, judgement);
}

static int judge(const struct arguments *arguments)
{
	struct judge_options options = {
		.settings = arguments->settings,
		.udp_port = (uint16_t)arguments->udp_port,
		.no_checksums = arguments->no_checksums,
		.links_up = arguments->links_up,
		.associations = arguments->associations,
	};
	struct judgement *judgement = NULL;
	char *error = NULL;
	struct source_name *files = all_files(arguments, &options.n_files);
	options.files = files;
	if (options.n_files == 0) {
		free(files);
		return print_error(STATUS_USAGE, "which captures? FILE, or --from FILE; - is the standard input");
	}
	int status = files ? judge_captures(&options, &judgement, &error) : no_memory(&error);
	status = status == 0 ? status_of(arguments, judgement) : print_error_sentence(STATUS_HARNESS, error);
	judgement_free(judgement);
	free(files);
	return status;
}

int cmd_judge(int argc, char **argv)
{
	static const struct command_line line = {
		.arguments = "[FILE...]",
		.about = "Judges captures of anybody's SCTP (pcap, pcapng; - is the standard input) by the rules of "
			 "RFC 9260 and its extensions, and tells of each association how it went: round trips, "
			 "retransmissions, and each failure of a path, moment by moment: when it was last alive, each "
			 "timeout, when it was given up, where DATA went, when it was found again, and where the time "
			 "went.",
		.exit_status =
			"0 nothing found, 1 a MUST is broken (with --strict: or a SHOULD), 2 wrong usage, 3 nothing "
			"could be read, 4 there is no SCTP",
		.more = "Several files are merged by time. A packet that was captured at several places is judged "
			"once. A FILE may be taken anywhere between the ends; then only that is judged which does not "
			"depend on what an end knew at the time. For that, give captures of one end or of both by "
			"--from.\n\n"
			"  sctpspec judge trace.pcapng\n"
			"  sctpspec judge --from client.pcap --from server.pcap --html page.html\n"
			"  tcpdump -i any -w - sctp | sctpspec judge --from -\n"
			"  sctpspec judge --set path_max_retrans=2 --set hb_interval=5000 trace.pcap\n\n"
			"Damaged and cut files are judged as far as they go, and a line says so. reports/JUDGE.md says "
			"what all of it means.",
		.sets = { { .rows = rows } },
		.words_at = offsetof(struct arguments, files),
		.most = FILES_MOST,
		.too_many = "too many files",
	};
	struct arguments *arguments = calloc(1, sizeof(*arguments));
	if (!arguments)
		return print_error(STATUS_HARNESS, "no memory for the files' names");
	arguments->settings = settings_default();
	arguments->udp_port = UDP_PORT;
	arguments->associations = ASSOCIATIONS;
	int status = command_line_read(&line, argc, argv, arguments);
	if (status == STATUS_EXPECTED)
		status = judge(arguments);
	for (size_t i = 0; i < arguments->from.n; i++)
		free(arguments->from.own[i]);
	free(arguments);
	return status;
}
