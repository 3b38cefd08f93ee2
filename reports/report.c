/* SPDX-License-Identifier: Apache-2.0 */
/* report.c - the table of formats, and reports as files beside their log. */
#include "reports/report.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "reports/formats.h"
#include "sentence.h"

static const struct report_format *const formats[] = {
	&report_junit,
	&report_tap,
	&report_html,

};

#define FORMATS (sizeof(formats) / sizeof(formats[0]))

const struct report_format *const *report_formats(size_t *count)
{
	*count = FORMATS;
	return formats;
}

const struct report_format *report_format_by_name(const char *name)
{
	for (size_t i = 0; i < FORMATS; i++)
		if (strcmp(formats[i]->name, name) == 0)
			return formats[i];
	return NULL;
}

/* Under another name first: a report is there whole or not at all. */
static int save(const char *path, const char *bytes, size_t length, char **error)
{
	char *fresh = NULL;
	FILE *file;
	int status = 0;

	if (asprintf(&fresh, "%s.new", path) < 0)
		return sentence(error, -ENOMEM, "no memory for %s", path);
	file = fopen(fresh, "we");
	if (!file || fwrite(bytes, 1, length, file) < length || fflush(file) != 0)
		status = -errno;
	if (file && fclose(file) != 0 && status == 0)
		status = -errno;
	if (status == 0 && rename(fresh, path) < 0)
		status = -errno;
	if (status < 0) {
		sentence(error, status, "cannot write %s: %s", path, strerror(-status));
		if (file)
			unlink(fresh);
	}
	free(fresh);
	return status;
}

static int make_one(const struct report_run *run, const struct report_format *format, const char *dir, char **error)
{
	char *bytes = NULL, *path = NULL;
	size_t length = 0;
	FILE *memory = open_memstream(&bytes, &length);
	int status = memory ? format->write(run, memory) : -ENOMEM;

	if (memory && fclose(memory) != 0)
		status = -ENOMEM;
	if (status == 0 && asprintf(&path, "%s/%s", dir, format->file) < 0)
		status = -ENOMEM;
	if (status < 0)
		sentence(error, status, "no memory for the report %s", format->file);
	else
		status = save(path, bytes, length, error);
	free(path);
	free(bytes);
	return status;
}

static bool wanted(const char *const *names, const struct report_format *format)
{
	for (; names && *names; names++)
		if (strcmp(*names, format->name) == 0)
			return true;
	return !names;
}

static int know_names(const char *const *names, char **error)
{
	for (; names && *names; names++)
		if (!report_format_by_name(*names))
			return sentence(error, -EINVAL, "no report format \"%s\"", *names);
	return 0;
}

int report_make(const char *dir, const char *const *names, FILE *summary, struct report_style style, char **error)
{
	struct report_run *run = NULL;
	int status = know_names(names, error);

	if (status == 0)
		status = report_read(dir, &run, error);
	if (status == 0)
		run->catalogue = style.catalogue;
	for (size_t i = 0; status == 0 && i < FORMATS; i++)
		if (wanted(names, formats[i]))
			status = make_one(run, formats[i], dir, error);
	if (status == 0 && summary)
		report_summary(run, summary, style);
	report_free(run);
	return status;
}

void report_forget(const char *dir)
{
	for (size_t i = 0; i < FORMATS; i++) {
		char *path;

		if (asprintf(&path, "%s/%s", dir, formats[i]->file) < 0)
			continue;
		unlink(path);
		free(path);
	}
}
