/* SPDX-License-Identifier: Apache-2.0 */
/* catalogue_files.h - the CSV files that the build put into the program; the table is generated. */
#ifndef SCTPSPEC_RUNNER_CATALOGUE_CATALOGUE_FILES_H
#define SCTPSPEC_RUNNER_CATALOGUE_CATALOGUE_FILES_H

struct catalogue_file {
	const char *name;
	const char *begin, *end;
};

extern const struct catalogue_file catalogue_files[];  /* the last one has no name */
extern const struct catalogue_file catalogue_purposes; /* etsi.csv */

#endif
