/* SPDX-License-Identifier: Apache-2.0 */
/* few_requirements.h - a catalogue of a few requirements, cases and rules, that goes with the golden log "judged". */
#ifndef SCTPSPEC_REPORTS_TESTS_FEW_REQUIREMENTS_H
#define SCTPSPEC_REPORTS_TESTS_FEW_REQUIREMENTS_H

#include "reports/coverage.h"

extern const struct report_catalogue few_requirements;

#endif
