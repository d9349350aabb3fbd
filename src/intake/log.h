/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log.h - what sensors write, line by line, as observations that patterns can be held against.
 *
 * One line at a time: JSON lines of STIX (an SCO, an observed-data with its objects in the
 * deprecated form, a bundle), Suricata's EVE, Zeek's logs (TSV and JSON), CSV with a mapping.
 * What a field becomes is said by the table in log_table.c alone.  A field without a row is
 * ignored and counted; a line that can't be read is counted and its number told; neither ends
 * anything.
 *
 * Memory is that of one line: the observation and all in it last until the next call, and the
 * line must live as long.  A reader belongs to one thread at a time.
 */
#ifndef ENT_INTAKE_LOG_H
#define ENT_INTAKE_LOG_H
#include <entente/json.h>

enum ent_logs_format {
	ENT_LOGS_AUTO, /* told by the first line that isn't empty */
	ENT_LOGS_STIX,
	ENT_LOGS_EVE,
	ENT_LOGS_ZEEK, /* TSV if there is a header, else JSON */
	ENT_LOGS_CSV   /* needs a mapping */
};

/* By its name: "auto", "stix", "eve", "zeek", "csv"; ENT_EINVAL. */
int ent_logs_format(struct ent_str name, enum ent_logs_format *out, struct ent_err *err);
const char *ent_logs_format_name(enum ent_logs_format f);

struct ent_logs_options {
	enum ent_logs_format format;
	/* Of Zeek's logs: which one it is ("conn", "dns", ...) where the lines don't say; a
	 * path as
	 * "/var/log/conn.log" will do.  Absent: told by the fields. */
	struct ent_str kind;
	/* Of CSV: lines "COLUMN TYPE:PATH", as in "dst network-traffic:dst_ref.value", and
	 * "COLUMN time"; a COLUMN is a name of the first line, or a number from 1.  "separator
	 * ;" and "header no" change what CSV is.  "#" begins a comment. */
	struct ent_str mapping;
};

#define ENT_LOGS_TOLD  5  /* broken lines whose numbers are kept */
#define ENT_LOGS_NAMES 64 /* ignored fields that are kept by name */

struct ent_logs_counts {
	uint64_t lines, observations;
	uint64_t skipped; /* records of a kind that has no row: statistics of the sensor */
	uint64_t ignored; /* fields without a row */
	uint64_t values;  /* values that aren't what their row says: no address, no number */
	uint64_t broken;  /* lines that can't be read */
	uint64_t jumps;   /* times before the one before, by more than ENT_LOGS_JUMP */
	struct {
		uint64_t line;
		char why[120];
	} told[ENT_LOGS_TOLD];
	size_t n_told;
	struct {
		char name[64];
		uint64_t count;
	} names[ENT_LOGS_NAMES];
	size_t n_names;
};

struct ent_logs;

/* Text of the options is copied.  ENT_EINVAL where the mapping or kind is none; ENT_ENOMEM. */
int ent_logs_new(const struct ent_logs_options *o, struct ent_logs **out, struct ent_err *err);
void ent_logs_free(struct ent_logs *l); /* NULL is fine */

/* What was seen. */
struct ent_logs_seen {
	int64_t first, last; /* microseconds since 1970, first <= last */
	uint64_t count;      /* how often, above 0 */
	/* An object whose members are the SCOs; references in them are names of members. */
	const struct ent_json *objects;
};

/* Gets an observation that was read.  Other than 0 ends the line and is returned. */
typedef int ent_logs_each(void *self, const struct ent_logs_seen *seen, struct ent_err *err);

/*
 * Reads a line (without its line feed), behind which ENT_JSON_PADDING more bytes are readable.
 * 0, also where it is broken; ENT_ENOMEM, ENT_ELIMIT where memory or the machine is at its end;
 * ENT_EINVAL where the format can't be told; or what each returned.
 */
int ent_logs_line(struct ent_logs *l, struct ent_str line, ent_logs_each *each, void *self,
                  struct ent_err *err);
/*
 * Reads a whole document of STIX, a bundle or an object over many lines, behind which
 * ENT_JSON_PADDING bytes are readable too.  As ent_logs_line.
 */
int ent_logs_document(struct ent_logs *l, struct ent_str text, ent_logs_each *each, void *self,
                      struct ent_err *err);
/* Counts a line as broken that is too long to be given. */
void ent_logs_too_long(struct ent_logs *l);
/* Begins a new file: what its header will say isn't known; format and counts stay. */
void ent_logs_restart(struct ent_logs *l);
const struct ent_logs_counts *ent_logs_counts(const struct ent_logs *l);
/* Goes on behind so many lines of a file whose header was this. */
int ent_logs_resume(struct ent_logs *l, struct ent_str header, uint64_t lines,
                    struct ent_err *err);
/* The number of the last line in its file. */
uint64_t ent_logs_at(const struct ent_logs *l);
/* The header lines in force, each with its line feed: who goes on in the middle of a file gives
 * them first.  Borrowed until the next call. */
struct ent_str ent_logs_header(const struct ent_logs *l);

#endif
