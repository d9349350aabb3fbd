/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log.h - lines about what happens, as logfmt or JSON, one write(2) a line; any thread may log.
 *
 * A line about a peer begins with the peer and the agreement (ent_log_about).
 */
#ifndef ENT_BASE_LOG_H
#define ENT_BASE_LOG_H
#include <entente/str.h>

enum ent_level { ENT_LOG_DEBUG, ENT_LOG_INFO, ENT_LOG_WARN, ENT_LOG_ERROR };

struct ent_log;

/* Writes to fd, which stays the caller's.  NULL if memory ran out. */
struct ent_log *ent_log_new(int fd, enum ent_level least, bool json);
void ent_log_free(struct ent_log *l); /* NULL is fine */
/* l may be NULL: nothing is logged then. */
void ent_log(struct ent_log *l, enum ent_level level, const char *fmt, ...) ENT_PRINTF(3, 4);
/* As ent_log, with the peer and agreement (either may be absent) as the first fields. */
void ent_log_about(struct ent_log *l, enum ent_level level, struct ent_str peer,
                   struct ent_str agreement, const char *fmt, ...) ENT_PRINTF(5, 6);
/* A line of fields instead of a sentence; a value that is absent is left out. */
struct ent_field {
	const char *name;
	struct ent_str value;
	bool number; /* its value is one, and stands without quotes */
};
void ent_log_fields(struct ent_log *l, enum ent_level level, const struct ent_field *f,
                    size_t n);
/* From now on; at any time. */
void ent_log_set_level(struct ent_log *l, enum ent_level least);
/* "debug", "info", "warn" or "error"; ENT_EINVAL if it is none. */
int ent_level_parse(struct ent_str s, enum ent_level *out);

#endif
