/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wire.h - a news agency's report as plain text, read: dateline, quotations and who said them,
 * names, dates, figures, rulings; and the STIX report that is made of it.
 *
 * Rules and tables, no model: the same text gives the same items and the same identifiers.
 * Time is linear in the text.  Nothing is decided for a person who has to check it: each item
 * has its place in the text.
 */
#ifndef ENT_INTAKE_WIRE_H
#define ENT_INTAKE_WIRE_H
#include "base/buf.h"

/* Bytes of the text, from the first to before the end; both 0: there is none. */
struct ent_wire_span {
	uint32_t from, to;
};

/* A civil date as far as it is known: month and day are 0 where they aren't; all 0: no date. */
struct ent_wire_date {
	int16_t year;
	uint8_t month, day;
};

enum ent_wire_kind {
	ENT_WIRE_DATELINE,
	ENT_WIRE_QUOTATION,
	ENT_WIRE_STATEMENT, /* what somebody said, in the reporter's words */
	ENT_WIRE_PERSON,
	ENT_WIRE_ORGANISATION,
	ENT_WIRE_PLACE,
	ENT_WIRE_NAME, /* of what isn't known */
	ENT_WIRE_DESIGNATED,
	ENT_WIRE_DATE,
	ENT_WIRE_FIGURE,
	ENT_WIRE_RULING,
	ENT_WIRE_INCIDENT,
	ENT_WIRE_KINDS
};

/* How a date came by the parts that the text doesn't say. */
enum ent_wire_basis {
	ENT_BASIS_STATED,
	ENT_BASIS_GIVEN,       /* by the caller */
	ENT_BASIS_ANNIVERSARY, /* "the 20th anniversary of ..." */
	ENT_BASIS_WEEKDAY,  /* the only year near those of the text in which the weekday fits */
	ENT_BASIS_DATELINE, /* counted from the dateline */
	ENT_BASIS_YEARS,    /* the latest year that the text names */
	ENT_BASIS_UNKNOWN
};

enum ent_wire_bound {
	ENT_BOUND_EXACT,
	ENT_BOUND_MORE,
	ENT_BOUND_LEAST,
	ENT_BOUND_ABOUT,
	ENT_BOUND_NEARLY,
	ENT_BOUND_MOST,
	ENT_BOUND_LESS,
	ENT_BOUND_RANGE
};

/* Somebody or something that the text names; several mentions are one. */
struct ent_wire_thing {
	enum ent_wire_kind kind; /* person, organisation, place, name or designated */
	struct ent_str name, office, country;
	struct ent_str notice, notice_country; /* the first that stands beside it */
	struct ent_str class_;                 /* of an identity; absent if not known */
	uint32_t mentions;
	bool is_country;
	bool speaks; /* something is attributed to it */
};

/* Numbers of things, incidents and rulings count from 1; 0 means none. */
struct ent_wire_item {
	enum ent_wire_kind kind;
	struct ent_wire_span at;
	uint32_t thing; /* names: what is named; quotations and statements: who speaks; figures:
	                   who is said to have said so */
	struct ent_wire_span subject,
	    verb;                    /* quotations and statements: how they are attributed */
	struct ent_wire_span notice; /* designated names */
	struct ent_str notice_country;
	uint32_t incident, ruling;
	struct ent_wire_date date, until;
	enum ent_wire_basis basis;
	enum ent_wire_bound bound;
	int64_t value, most;  /* figures; most: of a range */
	const char *quantity; /* figures: "killed", ...; NULL: nothing that is known */
	bool carried;         /* attributed by what stands before: a continued quotation */
	bool open; /* a quotation whose end is missing, or stands in the next paragraph */
	bool part; /* figures: a part of another, "two of the planes" */
	char unit; /* dates that are counted from the dateline: 'd'ay, 'w'eek, 'm'onth, 'y'ear,
	              'W'eekday; 'A': an anniversary; value says how far */
};

#define ENT_WIRE_LINKS 8

struct ent_wire_incident {
	struct ent_wire_date date;
	const char *phase; /* of the attack record */
	const char *types[ENT_WIRE_LINKS], *weapons[ENT_WIRE_LINKS];
	uint32_t places[ENT_WIRE_LINKS]; /* things */
	const char *roles[ENT_WIRE_LINKS];
	uint32_t groups[ENT_WIRE_LINKS];
	bool sure[ENT_WIRE_LINKS]; /* of the groups: the sentence speaks of perpetrators */
	size_t n_types, n_weapons, n_places, n_groups;
	struct ent_wire_span at; /* the sentence that speaks of it first */
	size_t claims;
	int64_t perpetrators; /* -1: not said */
};

struct ent_wire_ruling {
	struct ent_wire_span at;
	uint32_t entity, authority; /* things */
	struct ent_wire_span verb;
	struct ent_wire_date date;
	struct ent_str jurisdiction;
	const char *authority_kind;
	const char *effects[ENT_WIRE_LINKS];
	size_t n_effects;
	bool effects_stated; /* false: they follow from the act itself */
};

struct ent_wire_dateline {
	bool found;
	struct ent_wire_span at, place, agency;
	uint32_t place_thing;
	struct ent_str agency_name; /* as it is known; absent if the text names none */
	struct ent_wire_date date;
	enum ent_wire_basis basis;
};

struct ent_wire_options {
	struct ent_wire_date date; /* of publication, or its year, where the text doesn't say */
	struct ent_str source;     /* the agency, where the text doesn't say */
};

struct ent_wire_report {
	struct ent_str text;
	struct ent_wire_dateline dateline;
	const struct ent_wire_item *items;   /* in the order of the text */
	size_t n_items, dropped;             /* dropped: beyond ENT_WIRE_ITEMS */
	const struct ent_wire_thing *things; /* [0] is none */
	size_t n_things;
	const struct ent_wire_incident *incidents; /* [0] is none */
	size_t n_incidents;
	const struct ent_wire_ruling *rulings; /* [0] is none */
	size_t n_rulings;
	struct ent_str headline; /* absent if there is none */
};

/*
 * Reads text, which must live as long as a.  ENT_EPARSE where it isn't UTF-8, with line, column
 * and byte; ENT_ELIMIT above ENT_WIRE_MAX; ENT_ENOMEM.
 */
int ent_wire_read(struct ent_arena *a, struct ent_str text, const struct ent_wire_options *o,
                  struct ent_wire_report *out, struct ent_err *err);

/* Places in a text as people and programs count them. */
struct ent_wire_places;
struct ent_wire_places *ent_wire_places_new(struct ent_arena *a, struct ent_str text);
/* Characters (Unicode code points) before a byte. */
uint64_t ent_wire_characters(const struct ent_wire_places *p, uint32_t at);
/* Line and column, both from 1, columns in characters. */
void ent_wire_line(const struct ent_wire_places *p, uint32_t at, uint64_t *line,
                   uint64_t *column);

/* The STIX bundle of a report. */
int ent_wire_bundle(const struct ent_wire_report *r, struct ent_arena *a, struct ent_buf *to,
                    struct ent_err *err);
/* One document: source, bundle, items with their ranges. */
int ent_wire_json(const struct ent_wire_report *r, struct ent_arena *a, struct ent_buf *to,
                  struct ent_err *err);
/* A line for people about one item, without its place; absent if the arena is full. */
struct ent_str ent_wire_line_of(const struct ent_wire_report *r, struct ent_arena *a,
                                const struct ent_wire_item *i);
/* "quotation", "designated-name", ...; and a date as ISO 8601 has it. */
const char *ent_wire_kind_name(enum ent_wire_kind kind);
struct ent_str ent_wire_date_text(struct ent_arena *a, struct ent_wire_date d);

#endif
