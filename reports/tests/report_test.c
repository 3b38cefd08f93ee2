/* SPDX-License-Identifier: Apache-2.0 */
/*
 * report_test.c - the reports: golden files, and what their readers make of them.
 *
 * The golden files are compared byte for byte. To take what is made now as golden, set
 * SCTPSPEC_UPDATE_GOLDEN=1 for this program, and look at the difference before it is committed. Pages are golden as
 * they are unpacked: another zlib may pack them in other bytes.
 */
#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <libxml/HTMLparser.h>
#include <libxml/xmlschemas.h>
#include <libxml/xpath.h>

#include "core/tests/suite.h"
#include "reports/conformance.h"
#include "reports/formats.h"
#include "reports/shortfall.h"
#include "reports/tests/few_requirements.h"
#include "reports/tests/golden.h"
#include "reports/tests/page.h"

static struct report_run *read_golden(const char *log)
{
	char *path = golden_path(log, RESULT_LOG_FILE), *error = NULL;
	struct report_run *run = NULL;
	size_t length;
	char *bytes = golden_read(path, &length);

	ck_assert_msg(report_read_memory(path, bytes, length, &run, &error) == 0, "%s", error);
	free(bytes);
	free(path);
	return run;
}

static char *make(const struct report_format *format, const struct report_run *run, size_t *length)
{
	char *bytes = NULL;
	FILE *out = open_memstream(&bytes, length);

	ck_assert_ptr_nonnull(out);
	ck_assert_int_eq(format->write(run, out), 0);
	ck_assert_int_eq(fclose(out), 0);
	return bytes;
}

/* The page with all that is packed in it; of the cases that pass that is what happened in them. */
static char *make_unpacked(const struct report_run *run, size_t *length)
{
	char *page = make(&report_html, run, length), *unpacked;
	size_t parts, passed = 0;

	for (size_t i = 0; i < run->n_cases; i++)
		passed += run->cases[i].verdict == REPORT_PASS && run->cases[i].n_entries;
	passed += run->catalogue != NULL; /* and what nothing judges */
	unpacked = page_unpacked(page, length, &parts);
	ck_assert_uint_eq(parts, passed);
	free(page);
	return unpacked;
}

static const struct report_style plain;

static char *make_summary(const struct report_run *run, struct report_style style, size_t *length)
{
	char *bytes = NULL;
	FILE *out = open_memstream(&bytes, length);

	ck_assert_ptr_nonnull(out);
	report_summary(run, out, style);
	ck_assert_int_eq(fclose(out), 0);
	return bytes;
}

/* ---- Golden files ---- */

/* Takes the element's contents out of a page, which have to be the file: the golden pages are about what is said. */
static void cut_out(char *page, size_t *length, const char *element, const char *file)
{
	char *path = golden_path("../..", file), tag[16];
	size_t of_file;
	char *source = golden_read(path, &of_file);

	snprintf(tag, sizeof(tag), "<%s>", element);
	char *begin = memmem(page, *length, tag, strlen(tag));
	ck_assert_msg(begin, "there is no %s in the page", tag);
	begin += strlen(tag);
	char *const behind = begin + of_file, *const end = page + *length;
	ck_assert_msg(
		(size_t)(end - begin) > of_file && memcmp(begin, source, of_file) == 0 && strncmp(behind, "</", 2) == 0,
		"%s is not what %s has", tag, path);
	memmove(begin, behind, (size_t)(end - behind));
	*length -= of_file;
	free(source);
	free(path);
}

static void compare(const char *log, const char *file, const char *made, size_t length)
{
	char *path = golden_path(log, file), *bytes = malloc(length + 1);

	memcpy(bytes, made, length);
	bytes[length] = '\0';
	if (strcmp(file + strlen(file) - 5, ".html") == 0) {
		cut_out(bytes, &length, "style", "report.css");
		cut_out(bytes, &length, "script", "report.js");
	}

	if (getenv("SCTPSPEC_UPDATE_GOLDEN")) {
		FILE *out = fopen(path, "we");

		ck_assert_msg(
			out && fwrite(bytes, 1, length, out) == length && fclose(out) == 0, "cannot write %s", path);
		free(bytes);
		free(path);
		return;
	}

	size_t golden_length, same = 0;
	char *golden = golden_read(path, &golden_length);
	while (same < length && same < golden_length && bytes[same] == golden[same])
		same++;

	size_t line = 1;
	for (size_t i = 0; i < same; i++)
		line += golden[i] == '\n';
	ck_assert_msg(same == length && same == golden_length, "%s:%zu differs from what is made now:\n%.200s\n", path,
		line, bytes + same);
	free(golden);
	free(bytes);
	free(path);
}

START_TEST(reports_are_as_golden)
{
	struct report_run *run = read_golden(golden_logs[_i]);
	size_t count, length;
	const struct report_format *const *formats = report_formats(&count);
	char *bytes;

	for (size_t i = 0; i < count; i++) {
		bytes = formats[i] == &report_html ? make_unpacked(run, &length) : make(formats[i], run, &length);
		compare(golden_logs[_i], formats[i]->file, bytes, length);
		free(bytes);
	}
	bytes = make_summary(run, plain, &length);
	compare(golden_logs[_i], "summary.txt", bytes, length);
	free(bytes);
	bytes = make_summary(run, (struct report_style){ .colour = true }, &length);
	compare(golden_logs[_i], "summary-colour.txt", bytes, length);
	free(bytes);
	if (run->n_kernels > 1) {
		bytes = make_summary(run, (struct report_style){ .every_case = true }, &length);
		compare(golden_logs[_i], "summary-verbose.txt", bytes, length);
		free(bytes);
	}
	report_free(run);
}
END_TEST

/* Twice the same bytes, from two readings. */
START_TEST(the_same_log_gives_the_same_bytes)
{
	struct report_run *first = read_golden(golden_logs[_i]), *second = read_golden(golden_logs[_i]);
	size_t count;
	const struct report_format *const *formats = report_formats(&count);

	for (size_t i = 0; i < count; i++) {
		size_t length, again;
		char *bytes = make(formats[i], first, &length), *twin = make(formats[i], second, &again);

		ck_assert_uint_eq(length, again);
		ck_assert_mem_eq(bytes, twin, length);
		free(bytes);
		free(twin);
	}
	report_free(first);
	report_free(second);
}
END_TEST

/* ---- JUnit's readers ---- */

static xmlDocPtr parse_junit(const struct report_run *run)
{
	size_t length;
	char *bytes = make(&report_junit, run, &length);
	xmlDocPtr document = xmlReadMemory(bytes, (int)length, "junit.xml", NULL, XML_PARSE_NONET);

	ck_assert_ptr_nonnull(document);
	free(bytes);
	return document;
}

static void validate(xmlDocPtr document)
{
	xmlSchemaParserCtxtPtr parser = xmlSchemaNewParserCtxt(JUNIT_SCHEMA);
	xmlSchemaPtr schema = xmlSchemaParse(parser);
	xmlSchemaValidCtxtPtr validator;

	ck_assert_ptr_nonnull(schema);
	validator = xmlSchemaNewValidCtxt(schema);
	ck_assert_ptr_nonnull(validator);
	ck_assert_int_eq(xmlSchemaValidateDoc(validator, document), 0);
	xmlSchemaFreeValidCtxt(validator);
	xmlSchemaFree(schema);
	xmlSchemaFreeParserCtxt(parser);
}

static double number(xmlXPathContextPtr context, const char *expression)
{
	xmlXPathObjectPtr found = xmlXPathEvalExpression(BAD_CAST expression, context);
	double value;

	ck_assert_ptr_nonnull(found);
	value = xmlXPathCastToNumber(found);
	xmlXPathFreeObject(found);
	return value;
}

START_TEST(junit_is_what_its_readers_accept)
{
	struct report_run *run = read_golden(golden_logs[_i]);
	xmlDocPtr document = parse_junit(run);
	xmlXPathContextPtr context = xmlXPathNewContext(document);

	/* What is wrong with the run as a whole stands as a case of its own. */
	const double cases = (double)run->n_cases + (*run_shortfall(run).text ? 1 : 0);

	validate(document);
	/* What is counted is there. */
	ck_assert_double_eq(number(context, "count(//testcase)"), cases);
	ck_assert_double_eq(number(context, "number(/testsuites/@tests)"), cases);
	ck_assert_double_eq(number(context, "sum(//testsuite/@tests)"), cases);
	ck_assert_double_eq(
		number(context, "sum(//testsuite/@failures)"), number(context, "count(//testcase/failure)"));
	ck_assert_double_eq(number(context, "sum(//testsuite/@errors)"), number(context, "count(//testcase/error)"));
	ck_assert_double_eq(number(context, "sum(//testsuite/@skipped)"), number(context, "count(//testcase/skipped)"));
	ck_assert_double_eq(
		number(context, "number(/testsuites/@failures)"), number(context, "count(//testcase/failure)"));
	ck_assert_double_eq(number(context, "number(/testsuites/@errors)"), number(context, "count(//testcase/error)"));
	ck_assert_double_eq(
		number(context, "count(//testcase/failure[@type='fail'])"), (double)run->counts[REPORT_FAIL]);
	ck_assert_double_eq(
		number(context, "count(//testcase/failure[@type='crash'])"), (double)run->counts[REPORT_CRASH]);
	ck_assert_double_eq(
		number(context, "count(//testcase/failure[@type='timeout'])"), (double)run->counts[REPORT_TIMEOUT]);
	ck_assert_double_eq(
		number(context, "count(//testcase/failure[@type='xpass'])"), (double)run->counts[REPORT_XPASS]);
	ck_assert_double_eq(
		number(context, "count(//testcase/failure[@type='flaky'])"), (double)run->counts[REPORT_FLAKY]);
	ck_assert_double_eq(
		number(context, "count(//testcase[not(failure|error|skipped)])"), (double)run->counts[REPORT_PASS]);
	/* Each broken rule and each deviation is a property of its case. */
	size_t findings = 0, deviations = 0;
	for (size_t i = 0; i < run->n_cases; i++)
		for (size_t k = 0; k < run->cases[i].n_findings; k++) {
			const bool deviation = report_is_deviation(&run->cases[i].findings[k]);

			deviations += deviation;
			findings += !deviation;
		}
	ck_assert_double_eq(number(context, "count(//testcase//property[@name='finding'])"), (double)findings);
	ck_assert_double_eq(number(context, "count(//testcase//property[@name='deviation'])"), (double)deviations);
	xmlXPathFreeContext(context);
	xmlFreeDoc(document);
	report_free(run);
}
END_TEST

START_TEST(junit_names_stay_unique_when_cases_repeat)
{
	static const char log[] = "{\"type\":\"run\",\"version\":1}\n"
				  "{\"type\":\"case_start\",\"case\":\"a.b\",\"kernel\":\"k\"}\n"
				  "{\"type\":\"verdict\",\"case\":\"a.b\",\"verdict\":\"fail\"}\n"
				  "{\"type\":\"case_start\",\"case\":\"a.b\",\"kernel\":\"k\"}\n"
				  "{\"type\":\"verdict\",\"case\":\"a.b\",\"verdict\":\"pass\"}\n"
				  "{\"type\":\"case_start\",\"case\":\"a.b\",\"kernel\":\"other kernel\"}\n";
	struct report_run *run = NULL;
	xmlDocPtr document;
	xmlXPathContextPtr context;

	ck_assert_int_eq(report_read_memory("log", log, strlen(log), &run, NULL), 0);
	document = parse_junit(run);
	validate(document);
	context = xmlXPathNewContext(document);
	ck_assert_double_eq(number(context, "count(//testcase[@classname='sctpspec.k.a'][@name='a.b']/failure)"), 1);
	ck_assert_double_eq(number(context, "count(//testcase[@classname='sctpspec.k.a'][@name='a.b #2'])"), 1);
	ck_assert_double_eq(number(context, "count(//testcase[@classname='sctpspec.other_kernel.a']/error)"), 1);
	xmlXPathFreeContext(context);
	xmlFreeDoc(document);
	report_free(run);
}
END_TEST

/* ---- The page's readers ---- */

static xmlDocPtr parse_page(const char *bytes, size_t length)
{
	htmlParserCtxtPtr parser = htmlNewParserCtxt();
	const xmlError *error;
	xmlDocPtr document;

	ck_assert_ptr_nonnull(parser);
	document = htmlCtxtReadMemory(parser, bytes, (int)length, "report.html", NULL,
		HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING | HTML_PARSE_NONET);
	ck_assert_ptr_nonnull(document);
	/* libxml2 knows HTML 4: newer elements are the only thing that it may wonder at. */
	error = xmlCtxtGetLastError(parser);
	if (error && error->code != XML_HTML_UNKNOWN_TAG)
		ck_abort_msg("line %d: %s", error->line, error->message);
	htmlFreeParserCtxt(parser);
	return document;
}

static size_t errors_other_than_unknown_tags;

#if LIBXML_VERSION >= 21200
typedef const xmlError *reported_error;
#else
typedef xmlError *reported_error;
#endif

static void count_error(void *context, reported_error error)
{
	(void)context;
	if (error->code != XML_HTML_UNKNOWN_TAG)
		errors_other_than_unknown_tags++;
}

static void expect_no_errors(char *page, size_t length)
{
	xmlSetStructuredErrorFunc(NULL, count_error);
	errors_other_than_unknown_tags = 0;
	xmlFreeDoc(htmlReadMemory(page, (int)length, "report.html", NULL, HTML_PARSE_NONET));
	xmlSetStructuredErrorFunc(NULL, NULL);
	ck_assert_uint_eq(errors_other_than_unknown_tags, 0);
	free(page);
}

START_TEST(the_page_has_no_errors)
{
	struct report_run *run = read_golden(golden_logs[_i]);
	size_t length;
	char *page = make(&report_html, run, &length);

	expect_no_errors(page, length);
	page = make_unpacked(run, &length);
	expect_no_errors(page, length);
	report_free(run);
}
END_TEST

/* With a catalogue, all of its requirements and rules are on the page. */
START_TEST(the_page_has_every_requirement)
{
	struct report_run *run = read_golden("judged");
	size_t length, other_length;
	char *page = make(&report_html, run, &length);

	ck_assert_ptr_null(strstr(page, "6458-1-01"));
	free(page);
	run->catalogue = &few_requirements;
	char *summary = make_summary(run, (struct report_style){ .every_case = true }, &length);
	ck_assert_ptr_nonnull(strstr(summary, "rules that were never put to the test\n    setup.cookie: Another\n"));
	free(summary);
	page = make_unpacked(run, &length);
	compare("judged", "report-coverage.html", page, length);

	xmlDocPtr document = parse_page(page, length);
	xmlXPathContextPtr context = xmlXPathNewContext(document);
	ck_assert_double_eq(
		number(context, "count(//a[starts-with(@href, '#')][not(//@id = substring(@href, 2))])"), 0);
	ck_assert_double_eq(number(context, "count(//@id[. = ../following::*/@id])"), 0);
	for (size_t i = 0; i < few_requirements.n_requirements; i++)
		ck_assert_ptr_nonnull(strstr(page, few_requirements.requirements[i].id));
	ck_assert_double_eq(number(context, "count(//tr[@class = 'rule idle'])"), 1);
	ck_assert_double_eq(number(context, "count(//*[@class = 'judged']//tr)"), 3);
	ck_assert_double_eq(number(context, "count(//*[@class = 'packs']//tr)"), 4);
	xmlXPathFreeContext(context);
	xmlFreeDoc(document);
	free(page);
	page = make_unpacked(run, &other_length);
	expect_no_errors(page, other_length);
	report_free(run);
}
END_TEST

/* What each kernel's column says, from top to bottom. */
static void expect_verdicts(xmlXPathContextPtr context, const char *kernel, const char *const *verdicts)
{
	for (size_t i = 0; i < few_requirements.n_purposes; i++) {
		char path[200];

		snprintf(path, sizeof(path), "count(//tr[@id = '%s']/td[@data-kernel = '%s'][b = '%s'])",
			few_requirements.purposes[i].id, kernel, verdicts[i]);
		ck_assert_msg(number(context, path) == 1, "%s is not there", path);
	}
}

START_TEST(the_conformance_page_has_each_purpose_with_its_verdicts)
{
	struct report_run *run = read_golden("conformance");
	size_t length;
	char *page = make_unpacked(run, &length);

	ck_assert_ptr_null(strstr(page, "TS 102 369"));
	free(page);
	run->catalogue = &few_requirements;
	page = make_unpacked(run, &length);
	compare("conformance", "report-conformance.html", page, length);

	xmlDocPtr document = parse_page(page, length);
	xmlXPathContextPtr context = xmlXPathNewContext(document);
	ck_assert_double_eq(
		number(context, "count(//a[starts-with(@href, '#')][not(//@id = substring(@href, 2))])"), 0);
	ck_assert_double_eq(number(context, "count(//@id[. = ../following::*/@id])"), 0);
	expect_verdicts(context, "5.10.0-46-cloud-amd64",
		(const char *const[]){ "pass", "not run", "fail", "pass", "inconclusive", "inconclusive", "no case" });
	expect_verdicts(context, "6.1.0-31-cloud-amd64",
		(const char *const[]){ "pass", "not run", "fail", "fail", "pass", "inconclusive", "no case" });
	/* and each case that ran is a link, on each kernel */
	ck_assert_double_eq(number(context, "count(//td[@data-kernel]//a)"), 12);
	ck_assert_double_eq(number(context, "count(//*[@class = 'evidence']/a)"), 6);
	xmlXPathFreeContext(context);
	xmlFreeDoc(document);
	expect_no_errors(page, length);
	report_free(run);
}
END_TEST

START_TEST(junit_has_the_test_purposes_of_a_case)
{
	struct report_run *run = read_golden("conformance");
	size_t length;
	char *bytes = make(&report_junit, run, &length);
	xmlDocPtr document = xmlReadMemory(bytes, (int)length, "junit.xml", NULL, XML_PARSE_NONET);
	xmlXPathContextPtr context = xmlXPathNewContext(document);

	ck_assert_double_eq(number(context, "count(//property[@name = 'etsi'])"), 12);
	ck_assert_double_eq(
		number(context, "count(//testcase[@name = 'ends.crossing']//property[@value = 'sctp-dm-o-4-6-3'])"), 2);
	ck_assert_double_eq(number(context, "count(//testcase[@name = 'ends.other']//property[@name = 'etsi'])"), 0);
	xmlXPathFreeContext(context);
	xmlFreeDoc(document);
	free(bytes);
	report_free(run);
}
END_TEST

/* Nobody who has asked for something else is told of what he has not asked for. */
START_TEST(a_run_without_test_purposes_has_no_conformance_page)
{
	struct report_run *run = read_golden("judged");
	size_t length;

	run->catalogue = &few_requirements;
	char *page = make_unpacked(run, &length);
	ck_assert_ptr_null(strstr(page, "TS 102 369"));
	free(page);
	report_free(run);
}
END_TEST

START_TEST(the_page_fetches_nothing)
{
	static const char *const fetching[] = { "\"http:", "\"https:", "src=", "@import", "url(", "<link", "<iframe",
		"<object", "<embed", "<base", "<form", "javascript:" };
	struct report_run *run = read_golden(golden_logs[_i]);
	size_t length;
	char *bytes = make_unpacked(run, &length);
	xmlDocPtr document = parse_page(bytes, length);
	xmlXPathContextPtr context = xmlXPathNewContext(document);

	/* One script and one style sheet, ours; links within the page and to files beside it. */
	ck_assert_double_eq(number(context, "count(//script)"), 1);
	ck_assert_double_eq(number(context, "count(//style)"), 1);
	ck_assert_double_eq(number(context, "count(//@*[starts-with(name(), 'on')])"), 0);
	/* The policy knows these two by their digests, and allows no attribute to have a style. */
	ck_assert_double_eq(number(context,
				    "count(//head/meta[@http-equiv = 'Content-Security-Policy'][starts-with(@content, "
				    "\"default-src 'none'; style-src 'sha256-\")])"),
		1);
	ck_assert_double_eq(number(context, "count(//@style)"), 0);
	ck_assert_double_eq(number(context,
				    "count(//@href[contains(., ':') or starts-with(., '/') "
				    "or contains(., '..')])"),
		0);
	for (size_t i = 0; i < sizeof(fetching) / sizeof(fetching[0]); i++) {
		const char *found = strstr(bytes, fetching[i]);

		/* The ugly log names a file "javascript:..."; it has to stand as text. */
		ck_assert_msg(!found || (found[-1] == '>' && strcmp(fetching[i], "javascript:") == 0), "%.60s", found);
	}
	/* Every link within the page leads somewhere, and no two places have one name. */
	ck_assert_double_eq(
		number(context, "count(//a[starts-with(@href, '#')][not(//@id = substring(@href, 2))])"), 0);
	ck_assert_double_eq(number(context, "count(//@id[. = ../following::*/@id])"), 0);
	xmlXPathFreeContext(context);
	xmlFreeDoc(document);
	free(bytes);
	report_free(run);
}
END_TEST

static void expect_text(const char *page, const char *text, const char *what)
{
	/* Attributes and <pre> keep blanks, so the text is there as it is. */
	ck_assert_msg(strstr(page, text), "%s is not on the page: %s", what, text);
}

static void expect_case(const char *page, const struct report_case *test)
{
	expect_text(page, test->id, "an id");
	expect_text(page, test->title, "a title");
	expect_text(page, report_verdict_name(test->verdict), "a verdict");
	expect_text(page, test->reason, "a reason");
	expect_text(page, test->explanation, "an explanation");
	expect_text(page, test->console, "a console");
	expect_text(page, test->topology, "a topology");
	expect_text(page, test->drawing, "a drawing");
	expect_text(page, test->source, "a source");
	expect_text(page, test->repeat, "a command");
	for (size_t i = 0; i < test->tags.n; i++)
		expect_text(page, test->tags.items[i], "a tag");
	for (size_t i = 0; i < test->n_requirements; i++) {
		expect_text(page, test->requirements[i].id, "a requirement's id");
		expect_text(page, test->requirements[i].level, "a requirement's level");
		expect_text(page, test->requirements[i].section, "a requirement's section");
		expect_text(page, test->requirements[i].summary, "a requirement's text");
	}
	for (size_t i = 0; i < test->n_settings; i++) {
		expect_text(page, test->settings[i].name, "a setting");
		expect_text(page, test->settings[i].value, "a setting's value");
	}
	for (size_t i = 0; i < test->n_captures; i++)
		expect_text(page, test->captures[i].file, "a capture");
	for (size_t i = 0; i < test->n_findings; i++) {
		const struct report_finding *finding = &test->findings[i];

		expect_text(page, finding->rule, "a rule");
		expect_text(page, finding->title, "a rule's sentence");
		expect_text(page, finding->expected, "what a rule expected");
		expect_text(page, finding->got, "what a rule got");
		expect_text(page, finding->issue, "a known deviation");
		expect_text(page, finding->link, "a link");
		for (size_t k = 0; k < finding->requirements.n; k++)
			expect_text(page, finding->requirements.items[k], "a rule's requirement");
	}
	for (size_t i = 0; i < test->n_entries; i++) {
		const struct report_entry *entry = &test->entries[i];

		expect_text(page, entry->text, "what happened");
		expect_text(page, entry->socket, "a socket");
		expect_text(page, entry->event, "an event");
		expect_text(page, entry->commands, "a fault's commands");
		expect_text(page, entry->got, "what came instead");
		for (size_t k = 0; k < entry->n_fields; k++)
			expect_text(page, entry->fields[k].value, "a field");
	}
}

static void expect_page(const char *html, size_t length, const struct report_run *run, bool packed)
{
	xmlDocPtr document = parse_page(html, length);
	xmlChar *page = xmlNodeGetContent(xmlDocGetRootElement(document));

	for (size_t i = 0; i < run->n_cases; i++)
		if (!packed || run->cases[i].verdict != REPORT_PASS)
			expect_case((const char *)page, &run->cases[i]);
	for (size_t i = 0; i < run->n_kernels; i++) {
		expect_text((const char *)page, run->kernels[i]->name, "a kernel's name");
		expect_text((const char *)page, run->kernels[i]->version, "a kernel's version");
		expect_text((const char *)page, run->kernels[i]->origin, "a kernel's origin");
		expect_text((const char *)page, run->kernels[i]->sha256, "a kernel's sum");
	}
	xmlFree(page);
	xmlFreeDoc(document);
}

START_TEST(all_of_the_log_is_on_the_page)
{
	struct report_run *run = read_golden(golden_logs[_i]);
	size_t length;
	char *page = make_unpacked(run, &length);

	expect_page(page, length, run, false);
	free(page);
	report_free(run);
}
END_TEST

/* Whoever looks for what went wrong needs no JavaScript. */
START_TEST(all_of_what_does_not_pass_is_on_the_page_as_it_is)
{
	struct report_run *run = read_golden(golden_logs[_i]);
	size_t length;
	char *page = make(&report_html, run, &length);

	expect_page(page, length, run, true);
	free(page);
	report_free(run);
}
END_TEST

/* ---- Many messages ---- */

/* A log of as many cases, in each of which as many messages arrive, a tenth of a second apart; halfway an event. */
static char *log_of_messages(int cases, int messages, const char *verdict)
{
	char *log = NULL;
	size_t length;
	FILE *out = open_memstream(&log, &length);

	ck_assert_ptr_nonnull(out);
	fputs("{\"type\":\"run\",\"version\":1}\n", out);
	for (int i = 0; i < cases; i++) {
		fprintf(out, "{\"type\":\"case_start\",\"case\":\"a.%d\"}\n", i);
		for (int k = 0; k < messages; k++) {
			/* what of the times is not decimal places of a tenth is as random as a kernel's */
			const long random = (i * 7919 + k * 104729) % 99991;

			if (k == messages / 2)
				fprintf(out,
					"{\"type\":\"event\",\"case\":\"a.%d\",\"t_ns\":%ld,\"endpoint\":\"a\","
					"\"socket\":\"client\",\"event\":\"paddr_change\",\"text\":\"unreachable\"}\n",
					i, k * 100000000L);
			fprintf(out,
				"{\"type\":\"event\",\"case\":\"a.%d\",\"t_ns\":%ld,\"endpoint\":\"b\","
				"\"socket\":\"server\",\"event\":\"message\",\"text\":\"message %d of 100 octets on "
				"stream 0, 0.%06ld s after its sending\",\"fields\":{\"flow\":0,\"message\":%d,"
				"\"stream\":0,\"ppid\":0,\"size\":100,\"delay_ns\":%ld}}\n",
				i, k * 100000000L + random * 10, k, random, k, random * 1000);
		}
		fprintf(out,
			"{\"type\":\"verdict\",\"case\":\"a.%d\",\"verdict\":\"%s\"}\n"
			"{\"type\":\"case_end\",\"case\":\"a.%d\",\"virtual_ns\":%ld}\n",
			i, verdict, i, messages * 100000000L);
	}
	ck_assert_int_eq(fclose(out), 0);
	return log;
}

static size_t occurrences(const char *text, const char *part)
{
	size_t n = 0;

	while ((text = strstr(text, part))) {
		n++;
		text++;
	}
	return n;
}

START_TEST(messages_one_after_the_other_are_one_line)
{
	char *log = log_of_messages(1, 20, "fail"), *page;
	struct report_run *run = NULL;
	size_t length;

	ck_assert_int_eq(report_read_memory("log", log, strlen(log), &run, NULL), 0);
	page = make(&report_html, run, &length);
	/* The event stands between two runs, each with a line; and in time nothing has another place. */
	ck_assert_uint_eq(occurrences(page, "<tr class=\"event at-b\">"), 2);
	ck_assert_uint_eq(occurrences(page, "<summary>and 9 more, the last at 0.9"), 1);
	ck_assert(strstr(page, "the last at 0.9") < strstr(page, "<tr class=\"event at-a\">"));
	ck_assert(strstr(page, "<tr class=\"event at-a\">") < strstr(page, "the last at 1.9"));
	expect_page(page, length, run, false);
	/* In the strip each has a dot: they are far apart. */
	ck_assert_uint_eq(occurrences(page, "<circle class=\"b\""), 20);
	free(page);
	report_free(run);
	free(log);

	/* Too few to fold. */
	log = log_of_messages(1, 6, "fail");
	ck_assert_int_eq(report_read_memory("log", log, strlen(log), &run, NULL), 0);
	page = make(&report_html, run, &length);
	ck_assert_uint_eq(occurrences(page, "<tr class=\"event at-b\">"), 6);
	ck_assert_uint_eq(occurrences(page, " more, the last at"), 0);
	free(page);
	report_free(run);
	free(log);
}
END_TEST

/* A hundred seconds are drawn with dots that are no nearer to each other than a quarter of one. */
START_TEST(dots_that_would_hide_each_other_are_one)
{
	char *log = log_of_messages(1, 1000, "fail"), *page;
	struct report_run *run = NULL;
	size_t length;

	ck_assert_int_eq(report_read_memory("log", log, strlen(log), &run, NULL), 0);
	page = make(&report_html, run, &length);
	/* Two runs of 500 messages, three to a dot. */
	ck_assert_uint_eq(occurrences(page, "<circle class=\"b\""), 2 * 167);
	ck_assert_uint_eq(occurrences(page, ", and 2 more</title>"), 2 * 166);
	ck_assert_uint_eq(occurrences(page, "<circle class=\"a\""), 1);
	expect_page(page, length, run, false);
	free(page);
	report_free(run);
	free(log);
}
END_TEST

/* ---- Size ---- */

START_TEST(a_huge_message_is_cut)
{
	const size_t huge = 1 << 20;
	char *text = malloc(huge + 1), *log = NULL;
	struct report_run *run = NULL;
	size_t count, length;
	const struct report_format *const *formats = report_formats(&count);

	ck_assert_ptr_nonnull(text);
	memset(text, '<', huge);
	text[huge] = '\0';
	ck_assert_int_ge(asprintf(&log,
				 "{\"type\":\"run\",\"version\":1}\n{\"type\":\"case_start\","
				 "\"case\":\"a.b\"}\n"
				 "{\"type\":\"action\",\"case\":\"a.b\",\"text\":\"%s\"}\n"
				 "{\"type\":\"verdict\",\"case\":\"a.b\",\"verdict\":\"fail\","
				 "\"reason\":\"%s\",\"explanation\":\"%s\"}\n",
				 text, text, text),
		0);
	ck_assert_int_eq(report_read_memory("log", log, strlen(log), &run, NULL), 0);
	for (size_t i = 0; i < count; i++) {
		char *bytes = make(formats[i], run, &length);

		ck_assert_uint_lt(length, 500000);
		ck_assert_ptr_nonnull(strstr(bytes, "[cut here: 1048576 bytes in all]"));
		free(bytes);
	}
	report_free(run);
	free(log);
	free(text);
}
END_TEST

/* Many open it from where a CI system keeps it. */
START_TEST(a_page_of_what_passes_is_small)
{
	char *log = log_of_messages(100, 100, "pass"), *page;
	struct report_run *run = NULL;
	size_t length;

	ck_assert_int_eq(report_read_memory("log", log, strlen(log), &run, NULL), 0);
	page = make(&report_html, run, &length);
	ck_assert_uint_lt(length, strlen(log) / 4);
	free(page);
	page = make_unpacked(run, &length);
	expect_page(page, length, run, false);
	free(page);
	report_free(run);
	free(log);
}
END_TEST

/* ---- Files ---- */

START_TEST(reports_are_made_again_from_a_folder)
{
	char *folder = golden_folder(), *path = NULL, *log_path = golden_path("full", RESULT_LOG_FILE), *error = NULL;
	char *expected_path = golden_path("full", "results.tap");
	static const char *const only_tap[] = { "tap", NULL }, *const unknown[] = { "tap", "morse", NULL };
	size_t length, made_length;
	char *log = golden_read(log_path, &length), *expected, *made;
	FILE *file;

	ck_assert_int_eq(report_make(folder, NULL, NULL, plain, &error), -ENOENT);
	free(error);
	error = NULL;
	ck_assert_int_ge(asprintf(&path, "%s/%s", folder, RESULT_LOG_FILE), 0);
	file = fopen(path, "we");
	ck_assert(file && fwrite(log, 1, length, file) == length && fclose(file) == 0);
	free(path);

	ck_assert_int_eq(report_make(folder, unknown, NULL, plain, &error), -EINVAL);
	ck_assert_str_eq(error, "no report format \"morse\"");
	free(error);
	error = NULL;
	ck_assert_msg(report_make(folder, only_tap, NULL, plain, &error) == 0, "%s", error);
	ck_assert_int_ge(asprintf(&path, "%s/junit.xml", folder), 0);
	ck_assert_int_ne(access(path, F_OK), 0);
	free(path);
	ck_assert_int_ge(asprintf(&path, "%s/results.tap", folder), 0);
	made = golden_read(path, &made_length);
	expected = golden_read(expected_path, &length);
	ck_assert_str_eq(made, expected);

	/* A folder in the way of a report: said, and nothing left behind. */
	ck_assert_int_eq(unlink(path), 0);
	ck_assert_int_eq(mkdir(path, 0700), 0);
	ck_assert_int_eq(report_make(folder, only_tap, NULL, plain, &error), -EISDIR);
	ck_assert_ptr_nonnull(strstr(error, "results.tap: Is a directory"));
	free(error);
	free(path);
	ck_assert_int_ge(asprintf(&path, "%s/results.tap.new", folder), 0);
	ck_assert_int_ne(access(path, F_OK), 0);
	free(path);
	free(made);
	free(expected);
	free(expected_path);
	free(log);
	free(log_path);
	golden_remove(folder);
}
END_TEST

/* What two cases break is one thing to look at, and stands once more. */
START_TEST(a_rule_that_several_cases_break_is_told)
{
#define BREAKS(id)                                                                                                     \
	"{\"type\":\"case_start\",\"case\":\"" id "\"}\n"                                                              \
	"{\"type\":\"finding\",\"case\":\"" id "\",\"rule\":\"r.s\",\"level\":\"MUST\",\"title\":\"T\",\"times\":3}\n" \
	"{\"type\":\"verdict\",\"case\":\"" id "\",\"verdict\":\"fail\",\"reason\":\"why\"}\n"
	static const char log[] = "{\"type\":\"run\",\"version\":1}\n" BREAKS("a.b") BREAKS("a.c");
	const size_t one = (size_t)(strstr(log, "{\"type\":\"case_start\",\"case\":\"a.c\"") - log);

	for (int i = 0; i < 2; i++) {
		struct report_run *run = NULL;
		size_t length;

		ck_assert_int_eq(report_read_memory("log", log, i ? strlen(log) : one, &run, NULL), 0);
		char *summary = make_summary(run, plain, &length), *page = make(&report_html, run, &length);
		ck_assert_int_eq(
			strstr(summary, "rules that several cases break\n    r.s (MUST): 6 times in 2 cases: T\n") !=
				NULL,
			i);
		ck_assert_ptr_nonnull(
			strstr(page, i ? "6 breaches of 1 rule in 2 cases" : "3 breaches of 1 rule in 1 case<"));
		free(summary);
		free(page);
		report_free(run);
	}
}
END_TEST

START_TEST(formats_are_found_by_name)
{
	size_t count;
	const struct report_format *const *formats = report_formats(&count);

	ck_assert_uint_eq(count, 3);
	for (size_t i = 0; i < count; i++) {
		ck_assert_ptr_eq(report_format_by_name(formats[i]->name), formats[i]);
		ck_assert_uint_gt(strlen(formats[i]->help), 0);
	}
	ck_assert_ptr_null(report_format_by_name("morse"));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("reports");
	TCase *tcase = tcase_create("all");

	suite_add_tcase(suite, tcase);
	tcase_set_timeout(tcase, 3600);
	tcase_add_loop_test(tcase, reports_are_as_golden, 0, GOLDEN_LOGS);
	tcase_add_loop_test(tcase, the_same_log_gives_the_same_bytes, 0, GOLDEN_LOGS);
	tcase_add_loop_test(tcase, junit_is_what_its_readers_accept, 0, GOLDEN_LOGS);
	tcase_add_test(tcase, junit_names_stay_unique_when_cases_repeat);
	tcase_add_loop_test(tcase, the_page_has_no_errors, 0, GOLDEN_LOGS);
	tcase_add_test(tcase, the_page_has_every_requirement);
	tcase_add_test(tcase, the_conformance_page_has_each_purpose_with_its_verdicts);
	tcase_add_test(tcase, a_run_without_test_purposes_has_no_conformance_page);
	tcase_add_test(tcase, junit_has_the_test_purposes_of_a_case);
	tcase_add_loop_test(tcase, the_page_fetches_nothing, 0, GOLDEN_LOGS);
	tcase_add_loop_test(tcase, all_of_the_log_is_on_the_page, 0, GOLDEN_LOGS);
	tcase_add_loop_test(tcase, all_of_what_does_not_pass_is_on_the_page_as_it_is, 0, GOLDEN_LOGS);
	tcase_add_test(tcase, messages_one_after_the_other_are_one_line);
	tcase_add_test(tcase, dots_that_would_hide_each_other_are_one);
	tcase_add_test(tcase, a_huge_message_is_cut);
	tcase_add_test(tcase, a_page_of_what_passes_is_small);
	tcase_add_test(tcase, reports_are_made_again_from_a_folder);
	tcase_add_test(tcase, a_rule_that_several_cases_break_is_told);
	tcase_add_test(tcase, formats_are_found_by_name);
	return run_tests(suite);
}
