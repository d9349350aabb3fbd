/* SPDX-License-Identifier: Apache-2.0 */
/*
 * list.h - lists of designated persons and organisations as their authorities publish them, one
 * record at a time.
 *
 * What a file is, its content tells: the UN Security Council's consolidated list; OFAC's lists
 * as CSV (several files, joined here), XML and ENHANCED_XML; Canada's consolidated list; the
 * BIS denied persons list; flattened names of the EU's and Australia's lists; and plain text, a
 * name a line.  gzip and zstd are unpacked.  Nothing is fetched, and a file that declares a
 * document type or an entity is refused.
 *
 * A file that is broken, truncated or mis-encoded is an error that names the line; what was
 * given out before it is then worth nothing, so that who stores records reads a file to its end
 * first. What can't be used of a sound file (a name without letters, a date that no calendar
 * has) is counted and its line told.
 */
#ifndef ENT_INTAKE_LIST_H
#define ENT_INTAKE_LIST_H
#include <entente/reader.h>

/* A list: whose it is, and what standing on it means.  A table, list_kinds.c. */
struct ent_list {
	const char
	    *id; /* "un-sc", "us-ofac-sdn"; goes into the ids of objects, never changes */
	const char *title; /* the instrument: "Consolidated List" */
	const char
	    *authority; /* "United Nations Security Council"; "" where a file says none */
	const char *authority_kind; /* of docs/extensions: "council", "ministry", ... */
	const char *jurisdiction;   /* "UN", "US" */
	const char *effects; /* "asset-freeze travel-ban" where the regime doesn't say more */
};
/* NULL if there is none; index from 0 for all of them. */
const struct ent_list *ent_list_find(struct ent_str id);
const struct ent_list *ent_list_at(size_t index);

enum ent_listed_kind {
	ENT_LISTED_UNKNOWN, /* the file doesn't say */
	ENT_LISTED_PERSON,
	ENT_LISTED_ORGANISATION,
	ENT_LISTED_VESSEL,
	ENT_LISTED_AIRCRAFT
};
const char *ent_listed_kind_name(enum ent_listed_kind k); /* "person" */

enum ent_listed_quality {
	ENT_NAME_PRIMARY, /* the name under which the entry stands; one a record, the first */
	ENT_NAME_STRONG,  /* an alias to search by: UN "Good", OFAC aka/fka/nka */
	ENT_NAME_WEAK     /* one that can only corroborate: UN "Low", OFAC weak */
};
const char *ent_listed_quality_name(enum ent_listed_quality q); /* "primary" */

/*
 * All text is valid UTF-8, without blanks at its ends, with single ones inside, and without the
 * marks that only turn writing around (U+200E, U+202A...).  Absent texts have n 0.
 */
struct ent_listed_name {
	struct ent_str text; /* with last_first "LAST, First": the comma divides them */
	struct ent_str note;
	enum ent_listed_quality quality;
	bool original;   /* not in Latin letters */
	bool last_first; /* a person's last name comes first, a comma behind it */
	bool former;     /* f.k.a. */
};

/* A day of which parts may be unknown: 0. */
struct ent_listed_day {
	short year;
	unsigned char month, day;
};
/* "1957", "1957-03", "1957-03-10"; "" if the year isn't known.  Returns out. */
const char *ent_listed_day_text(struct ent_listed_day d, char out[16]);

enum ent_listed_certainty { ENT_DATE_EXACT, ENT_DATE_ABOUT, ENT_DATE_BETWEEN };
struct ent_listed_birth {
	enum ent_listed_certainty type;
	struct ent_listed_day from, to; /* to: of BETWEEN; else the same as from */
	struct ent_str note;            /* and what of it is no date */
};

struct ent_listed_place { /* of birth, or an address */
	struct ent_str street, city, province, postal, country, note;
};

struct ent_listed_document {
	struct ent_str type, number, country, note; /* note: issued, expires */
};

struct ent_listed {
	const struct ent_list *list;
	struct ent_str ref; /* its number on the list */
	bool ref_made; /* the list has none: it is a hash of what tells the entry from others */
	enum ent_listed_kind kind;
	struct ent_listed_name *names; /* at least one */
	size_t n_names;
	struct ent_listed_birth *births;
	size_t n_births;
	struct ent_listed_place *birth_places;
	size_t n_birth_places;
	struct ent_str
	    *nationalities; /* and citizenships; flags of vessels; in the list's words */
	size_t n_nationalities;
	struct ent_listed_document *documents; /* and other numbers that tell who it is */
	size_t n_documents;
	struct ent_listed_place *addresses;
	size_t n_addresses;
	struct ent_str *programmes; /* regimes: "Al-Qaida", "SDGT" */
	size_t n_programmes;
	struct ent_str *positions; /* titles, functions */
	size_t n_positions;
	struct ent_str gender;  /* "male", "female" or absent */
	struct ent_str remarks; /* what has no place above */
	struct ent_str basis;   /* the legal basis where the record names one */
	struct ent_listed_day listed_on, updated_on, expires_on;
	uint64_t line; /* where the record begins */
};

/* Gets a record, which lasts until it returns.  Other than 0 ends the file and is returned. */
typedef int ent_list_each(void *self, const struct ent_listed *r, struct ent_err *err);

#define ENT_LIST_TOLD  8 /* of what couldn't be used */
#define ENT_LIST_FILES 4

struct ent_list_about {
	const struct ent_list *list; /* of most of its records */
	const char *format;          /* "UN XML"; static */
	struct ent_listed_day date;  /* of the list, if it says one */
	bool partial; /* the file is only a part of the list, by its own words or for want of
	                 others */
	uint64_t records;
	uint64_t names;    /* of all records, primary ones included */
	uint64_t weak;     /* those of them that are weak */
	uint64_t blank;    /* aliases without a letter or digit: left out */
	uint64_t dates;    /* dates that no calendar has: kept as words */
	uint64_t orphans;  /* aliases, addresses and comments of entries that aren't there */
	uint64_t nameless; /* records without a name: left out */
	struct {
		uint64_t line;
		char why[120];
	} told[ENT_LIST_TOLD];
	size_t n_told;
	struct ent_list_file {
		char name[256];
		uint8_t sha256[32]; /* unpacked */
		uint64_t bytes;
	} files[ENT_LIST_FILES]; /* that were read, the main one first */
	size_t n_files;
};

struct ent_list_options {
	const struct ent_list *list; /* NULL: as the content, and OFAC's file names, tell */
	/* May be NULL; done and total are bytes, total 0 if not known. */
	void (*progress)(void *self, uint64_t done, uint64_t total);
	void *progress_self;
};

/*
 * Reads a list: a file ("-": standard input), or one of OFAC's CSV files (sdn.csv,
 * cons_prim.csv), or a folder with such.  The files beside the main one are found by its name.
 * o may be NULL; about is filled as far as it went, also where the file is broken.  ENT_EPARSE
 * with the line, ENT_ELIMIT, ENT_ENOENT, ENT_ENOMEM, or what each returned.
 */
int ent_list_read(const char *path, const struct ent_list_options *o, ent_list_each *each,
                  void *self, struct ent_list_about *about, struct ent_err *err);
/* The same of a text in memory; name is what it would be called as a file. */
int ent_list_text(struct ent_str text, const char *name, const struct ent_list_options *o,
                  ent_list_each *each, void *self, struct ent_list_about *about,
                  struct ent_err *err);

/*
 * Writes a record behind what is in b as a designation of docs/extensions (one of
 * "designations"), without "source" and "first_seen_on", which whoever stores it knows.
 * ENT_ENOMEM, ENT_ELIMIT.
 */
struct ent_buf;
int ent_listed_write(const struct ent_listed *r, struct ent_arena *a, struct ent_buf *b,
                     struct ent_err *err);

#endif
