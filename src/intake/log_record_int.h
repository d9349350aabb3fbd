/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log_record_int.h - the parts of a record, for the files that fill it and that make it an
 * observation.
 */
#ifndef ENT_INTAKE_LOG_RECORD_INT_H
#define ENT_INTAKE_LOG_RECORD_INT_H
#include "intake/log_int.h"

/* Room for a number as a text with ENT_JSON_MADE_AHEAD readable bytes. */
#define ENT_LOGS_KEY 24

enum ent_logs_what {
	ENT_PART_GROUP,
	ENT_PART_LIST,
	ENT_PART_STRING,
	ENT_PART_INT,
	ENT_PART_DOUBLE,
	ENT_PART_BOOL
};

/* Names that the code itself gives to members. */
enum ent_logs_word {
	ENT_WORD_TYPE,
	ENT_WORD_VALUE,
	ENT_WORD_PROTOCOLS,
	ENT_WORD_IPV4,
	ENT_WORD_IPV6,
	ENT_WORD_MULTIPART,
	ENT_WORDS
};
/* An object's type is that of its slot. */
#define ENT_ANY_TYPE ((struct ent_str){ NULL, 0 })

struct ent_logs_part {
	enum ent_logs_what what;
	struct ent_str key, s;
	int64_t i;
	double d;
	unsigned short next, first, last; /* 0: none */
	unsigned short n;                 /* children */
};

struct ent_logs_item {
	enum ent_logs_slot slot;
	struct ent_str type;
	unsigned short root;
	struct ent_str key;
};

struct ent_logs_record {
	struct ent_arena *a;
	struct ent_logs_part parts[ENT_LOGS_VALUES]; /* 0 isn't used */
	size_t n_parts;
	struct ent_logs_item items[ENT_LOGS_OBJECTS];
	size_t n_items;
	unsigned short first[ENT_SLOTS], last[ENT_SLOTS]; /* item + 1 */
	struct ent_str host, path;
	int64_t port;
	int64_t time, until, duration;
	bool timed, ends, lasts;
	int family; /* of the addresses: 4, 6 */
	char keys[ENT_LOGS_OBJECTS][ENT_LOGS_KEY];
	/* with readable bytes behind */
	char type_text[ENT_SLOTS][48], word_text[ENT_WORDS][48];
	struct ent_str types[ENT_SLOTS], words[ENT_WORDS];
};

/* A new value at the end of a way; NULL if there is no room, or one already: *twice. */
struct ent_logs_part *ent_logs_leaf(struct ent_logs_record *r, const struct ent_logs_way *w,
                                    struct ent_str type, enum ent_logs_what what,
                                    struct ent_str s, bool *twice);

#endif
