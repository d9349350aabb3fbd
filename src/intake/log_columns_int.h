/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log_columns_int.h - the columns of a TSV or CSV.
 */
#ifndef ENT_INTAKE_LOG_COLUMNS_INT_H
#define ENT_INTAKE_LOG_COLUMNS_INT_H
#include "intake/log_int.h"

#define ENT_LOGS_MARKER 32 /* bytes of "(empty)" and its like */

struct ent_logs_column {
	const struct ent_logs_way *ways; /* NULL: ignored */
	uint32_t hash;
	bool many; /* a list */
	char name[64];
};

/* A row of a CSV's mapping. */
struct ent_logs_mapped {
	struct ent_str column;
	uint64_t number; /* of the column, from 1; 0: by name */
	struct ent_logs_way *way;
	bool used; /* by a way of a column */
};

struct ent_logs_columns {
	char separator, inner;
	char unset[ENT_LOGS_MARKER], empty[ENT_LOGS_MARKER], path_text[ENT_LOGS_MARKER];
	struct ent_str path;
	bool skip; /* of a kind that isn't read */
	struct ent_logs_column list[ENT_LOGS_COLUMNS];
	size_t n;
	/* of a CSV */
	struct ent_logs_mapped *mapped;
	size_t n_mapped;
	bool headed; /* its first line names the columns */
};

struct ent_logs_columns *ent_logs_columns_new(void);
/* The value of a hex digit, or -1. */
int ent_logs_hex(char c);

#endif
