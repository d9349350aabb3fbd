/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log_int.h - what the readers of logs share: the table of fields, and a record that is being
 * made into an observation.
 */
#ifndef ENT_INTAKE_LOG_INT_H
#define ENT_INTAKE_LOG_INT_H
#include "base/buf.h"
#include "base/limits.h"
#include "intake/log.h"

/* ---- the table (log_table.c) ---- */

/* An object of an observation, or what else a field is for. */
enum ent_logs_slot {
	ENT_SLOT_NONE, /* known, and nothing becomes of it */
	ENT_SLOT_TIME, /* when; "last" until when; "duration" for how long, in seconds */
	ENT_SLOT_LINK, /* parts of a URL that is put together at the end: host, path, port */
	ENT_SLOT_SRC,
	ENT_SLOT_DST,
	ENT_SLOT_TRAFFIC,
	ENT_SLOT_NAME,
	ENT_SLOT_ANSWER,
	ENT_SLOT_URL,
	ENT_SLOT_FILE,
	ENT_SLOT_CERT,
	ENT_SLOT_MAIL,
	ENT_SLOT_FROM,
	ENT_SLOT_TO,
	ENT_SLOT_CC,
	ENT_SLOT_IPV4,
	ENT_SLOT_IPV6,
	ENT_SLOT_MAC,
	ENT_SLOT_USER,
	ENT_SLOT_SOFTWARE,
	ENT_SLOT_PROCESS,
	ENT_SLOT_KEY,
	ENT_SLOT_MUTEX,
	ENT_SLOT_DIRECTORY,
	ENT_SLOT_AS,
	ENT_SLOTS
};

/* What becomes of a value. */
enum ent_logs_conv {
	ENT_CONV_TEXT,
	ENT_CONV_LOWER,    /* names of protocols, hashes */
	ENT_CONV_DOMAIN,   /* lower case, without the last dot; not an address */
	ENT_CONV_ADDRESS,  /* an IPv4 or IPv6 address, which makes the type */
	ENT_CONV_ANSWER,   /* an address, or else a domain name */
	ENT_CONV_INT,      /* a whole number from 0 */
	ENT_CONV_HEX,      /* lower case, without colons */
	ENT_CONV_MAIL,     /* an address out of "Name <a@b>" */
	ENT_CONV_BASENAME, /* what is behind the last slash */
	ENT_CONV_INSTANT,  /* a time as a timestamp */
	ENT_CONV_BOOL
};

struct ent_logs_slot_row {
	const char *type; /* NULL: its value says whether ipv4-addr, ipv6-addr or domain-name */
	bool many;        /* each value of the first path makes a new object */
	const char *word; /* in mappings, before the colon, beside the type; NULL: none */
};
extern const struct ent_logs_slot_row ent_logs_slots[ENT_SLOTS];

/* From an object to others of the same record. */
struct ent_logs_link {
	enum ent_logs_slot from;
	const char *property;
	enum ent_logs_slot to;
	bool list;
};
extern const struct ent_logs_link ent_logs_links[];
extern const size_t ent_logs_links_n;

struct ent_logs_row {
	const char *kind;  /* of the record; NULL: any */
	const char *field; /* names inside each other with dots; lists are gone through */
	enum ent_logs_slot slot;
	const char *path; /* in the object, with dots; "[]" behind it appends to a list */
	enum ent_logs_conv conv;
};
extern const struct ent_logs_row ent_logs_eve_rows[], ent_logs_zeek_rows[];
extern const size_t ent_logs_eve_rows_n, ent_logs_zeek_rows_n;
/* Kinds of records that are read, NULL at the end. */
extern const char *const ent_logs_eve_kinds[], *const ent_logs_zeek_kinds[];

/* A field that only records of one kind have, where the record doesn't say its kind. */
struct ent_logs_mark {
	const char *field, *kind;
};
extern const struct ent_logs_mark ent_logs_zeek_marks[];
extern const size_t ent_logs_zeek_marks_n;

/* ---- rows made ready (log_index.c) ---- */

#define ENT_LOGS_STEPS 4 /* of a path */

struct ent_logs_way {
	enum ent_logs_slot slot;
	enum ent_logs_conv conv;
	struct ent_str step[ENT_LOGS_STEPS]; /* each with 16 readable bytes */
	unsigned n;
	bool append;
	const struct ent_logs_way *next; /* of the same field */
};

/* A field by name: ways is NULL where only fields inside it have rows. */
struct ent_logs_field {
	struct ent_str name;
	const struct ent_logs_way *ways;
	uint32_t hash;
	bool outer;
};

struct ent_logs_index; /* the fields of one kind */

/* Of rows whose kind is NULL or kind.  NULL if the arena is full. */
struct ent_logs_index *ent_logs_index_new(struct ent_arena *a, const struct ent_logs_row *rows,
                                          size_t n, const char *kind);
/* Of the field `prefix.name`, or `name` where prefix is empty. */
uint32_t ent_logs_hash(struct ent_str prefix, struct ent_str name);
/* The field with that hash; NULL if it has no row. */
const struct ent_logs_field *ent_logs_index_find(const struct ent_logs_index *x, uint32_t hash,
                                                 struct ent_str prefix, struct ent_str name);
/* A way by itself; NULL if the arena is full or the path has too many steps. */
struct ent_logs_way *ent_logs_way_new(struct ent_arena *a, enum ent_logs_slot slot,
                                      const char *path, enum ent_logs_conv conv);
/* A copy with 16 readable bytes; absent if the arena is full. */
struct ent_str ent_logs_keep(struct ent_arena *a, struct ent_str s);

/* ---- a record (log_record.c) ---- */

struct ent_logs_record;

struct ent_logs_record *ent_logs_record_new(void);
void ent_logs_record_free(struct ent_logs_record *r);
/* Begins another; memory is a's from now on. */
void ent_logs_record_begin(struct ent_logs_record *r, struct ent_arena *a);
/* Text, which is valid UTF-8 with 16 readable bytes; false if it isn't what the way says or
 * doesn't fit. */
bool ent_logs_put(struct ent_logs_record *r, const struct ent_logs_way *w, struct ent_str s);
/* Numbers and truth values of JSON as well. */
bool ent_logs_put_json(struct ent_logs_record *r, const struct ent_logs_way *w,
                       const struct ent_json *v);
/* When it was; absent: before is what it gets. */
bool ent_logs_record_timed(const struct ent_logs_record *r);
/* Makes the observation: 1, 0 if there is no object in it, ENT_ENOMEM. */
int ent_logs_record_end(struct ent_logs_record *r, int64_t otherwise,
                        struct ent_logs_seen *out);

/* ---- values (log_value.c) ---- */

/* Seconds since 1970 with a fraction, or RFC 3339 with any offset, or none, which is UTC. */
bool ent_logs_time(struct ent_str s, int64_t *us);
bool ent_logs_seconds(struct ent_str s, int64_t *us);
/* 4, 6, or 0 if it is no address. */
int ent_logs_address(struct ent_str s);

/* ---- the readers ---- */

#define ENT_LOGS_SEEN 256 /* a power of two, four times ENT_LOGS_NAMES */

struct ent_logs {
	enum ent_logs_format format;
	bool lines_json; /* of Zeek's: JSON is what came first */
	struct ent_arena *rows, *arena;
	struct ent_json_parser *parser;
	struct ent_logs_record *record;
	struct ent_logs_counts counts;
	uint64_t line;                     /* in its file */
	unsigned char seen[ENT_LOGS_SEEN]; /* ignored names by their hash, from 1 */
	struct ent_buf header;
	int64_t last; /* time of the observation before */
	bool timed;   /* there was one */
	struct ent_str kind, mapping;
	struct ent_logs_index *index[16]; /* by kind */
	struct ent_logs_columns *columns; /* of a TSV or CSV */
};

void ent_logs_broken(struct ent_logs *l, const char *fmt, ...) ENT_PRINTF(2, 3);
/* Counts a field as ignored; hash is that of its name. */
void ent_logs_ignore(struct ent_logs *l, uint32_t hash, struct ent_str prefix,
                     struct ent_str name);
/* Ends the record and gives it to each. */
int ent_logs_give(struct ent_logs *l, ent_logs_each *each, void *self, struct ent_err *err);
/* Gives what is an observation already. */
int ent_logs_given(struct ent_logs *l, const struct ent_logs_seen *o, ent_logs_each *each,
                   void *self, struct ent_err *err);

/* A row of the index of a kind; -1 if kinds (NULL at the end) doesn't have it. */
int ent_logs_kind(const char *const *kinds, struct ent_str kind);

int ent_logs_json_line(struct ent_logs *l, struct ent_str line, ent_logs_each *each, void *self,
                       struct ent_err *err);
int ent_logs_stix_value(struct ent_logs *l, const struct ent_json *v, ent_logs_each *each,
                        void *self, struct ent_err *err);
int ent_logs_tsv_line(struct ent_logs *l, struct ent_str line, ent_logs_each *each, void *self,
                      struct ent_err *err);
int ent_logs_csv_line(struct ent_logs *l, struct ent_str line, ent_logs_each *each, void *self,
                      struct ent_err *err);
int ent_logs_csv_mapping(struct ent_logs *l, struct ent_err *err);
void ent_logs_columns_free(struct ent_logs_columns *c);
void ent_logs_columns_forget(struct ent_logs_columns *c);

#endif
