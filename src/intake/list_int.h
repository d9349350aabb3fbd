/* SPDX-License-Identifier: Apache-2.0 */
/*
 * list_int.h - what the readers of lists share: where bytes come from, a record that is built,
 * trees of XML.
 */
#ifndef ENT_INTAKE_LIST_INT_H
#define ENT_INTAKE_LIST_INT_H
#include "base/map.h"
#include "intake/csv.h"
#include "intake/list.h"

/* ---- a file that is read (list.c) ---- */

struct ent_hasher;

/* An ent_read_fn's self: gives the bytes of a file, and counts and hashes them on the way. */
struct ent_feed {
	ent_read_fn *read;
	void *self;
	struct ent_source *source; /* behind read; NULL for a text */
	struct ent_hasher *hasher;
	struct ent_buf *head; /* looked at before; given first */
	size_t given;         /* of head */
	uint64_t bytes;
	const struct ent_list_options *o;
};
ptrdiff_t ent_feed_read(void *self, void *to, size_t n, struct ent_err *err);

struct ent_text { /* a text in memory as an ent_read_fn's self */
	struct ent_str rest;
};

struct ent_lister {
	const struct ent_list_options *o;
	struct ent_list_about *about;
	ent_list_each *each;
	void *self;
	struct ent_arena *a;    /* of one record */
	struct ent_arena *kept; /* of the file */
	struct ent_map *refs;   /* of the file's records, to where they stand */
	uint64_t claimed;       /* records that the file says it has; 0: it doesn't */
	struct ent_listed r;
	bool failed;      /* the arena was full */
	const char *path; /* absent for a text */
	char folder[512]; /* of it, with its slash */
	char name[256];   /* without it */
};

/* Opens a file beside the first one and notes it in about; ENT_ENOENT. */
int ent_lister_open(struct ent_lister *l, const char *name, struct ent_feed *out,
                    struct ent_err *err);
/* Reads the rest of a feed, notes its hash and closes it. */
int ent_lister_close(struct ent_lister *l, struct ent_feed *f, const char *name, int rc,
                     struct ent_err *err);

/* ---- a record (list_record.c) ---- */

void ent_lister_tell(struct ent_lister *l, uint64_t line, const char *fmt, ...)
    ENT_PRINTF(3, 4);
void ent_lister_begin(struct ent_lister *l, const struct ent_list *list, uint64_t line);
/* Text as list.h promises it; "" where nothing is left. */
struct ent_str ent_lister_clean(struct ent_lister *l, struct ent_str s);
struct ent_str ent_lister_join(struct ent_lister *l, const char *between,
                               const struct ent_str *s, size_t n);
/* These take text as it stands and clean it; what is blank isn't added. */
struct ent_listed_name *ent_lister_name(struct ent_lister *l, struct ent_str text,
                                        enum ent_listed_quality q);
void ent_lister_birth(struct ent_lister *l, struct ent_str text, struct ent_str note);
void ent_lister_birth_days(struct ent_lister *l, const struct ent_listed_birth *b);
void ent_lister_birth_place(struct ent_lister *l, const struct ent_listed_place *p);
void ent_lister_nationality(struct ent_lister *l, struct ent_str s);
void ent_lister_programme(struct ent_lister *l, struct ent_str s);
void ent_lister_position(struct ent_lister *l, struct ent_str s);
void ent_lister_document(struct ent_lister *l, struct ent_str type, struct ent_str number,
                         struct ent_str country, struct ent_str note);
void ent_lister_address(struct ent_lister *l, const struct ent_listed_place *p);
void ent_lister_gender(struct ent_lister *l, struct ent_str s);
void ent_lister_remark(struct ent_lister *l, struct ent_str s); /* behind "; " */
/* A number that is the list's own, or a key that one is made of. */
void ent_lister_ref(struct ent_lister *l, struct ent_str ref);
void ent_lister_key(struct ent_lister *l, const struct ent_str *part, size_t parts);
/* Gives the record out, unless it has no name. */
int ent_lister_end(struct ent_lister *l, struct ent_err *err);
/* Letters that aren't Latin outnumber those that are. */
bool ent_listed_foreign(struct ent_str s);

/* ---- dates (list_date.c) ---- */

/* 1957, 1957-03, 1957-03-10 (a zone behind it is dropped), 10 Mar 1957, Mar 1957, 03/10/1957; a
 * full stop behind it is fine.  False where it is none of them or no calendar has it. */
bool ent_listed_day(struct ent_str s, struct ent_listed_day *out);
/* One of those, "circa" before it, or two with "to" or "-" between them. */
bool ent_listed_birth_read(struct ent_str s, struct ent_listed_birth *out);

/* ---- details by their names (list_detail.c) ---- */

/*
 * A detail whose name is known: a birth, a place, a nationality, a gender, a number.  False
 * where the name isn't known; nothing was then done with it.
 */
bool ent_lister_detail(struct ent_lister *l, struct ent_str name, struct ent_str value,
                       struct ent_str country);
/* OFAC's remarks, in which "; " divides such details; what isn't known stays a remark. */
void ent_lister_details(struct ent_lister *l, struct ent_str remarks);

/* ---- XML (list_xml.c) ---- */

struct ent_element {
	struct ent_str name, text; /* of one without elements inside */
	struct ent_element *first, *last, *next, *parent;
	struct { /* those that readers ask for */
		struct ent_str name, value;
	} attribute[3];
	uint64_t line;
};
/* Inside e; NULL (also for e NULL) if there is none. */
const struct ent_element *ent_element_get(const struct ent_element *e, const char *name);
/* The next one of the same name behind e. */
const struct ent_element *ent_element_next(const struct ent_element *e);
/* Its text, "" if there is none. */
struct ent_str ent_element_text(const struct ent_element *e, const char *name);
struct ent_str ent_element_attribute(const struct ent_element *e, const char *name);

/* A format of XML. */
struct ent_list_xml {
	const char *root, *format, *list;
	const char *const *records; /* names of the elements that are one, NULL at the end */
	/* What stands outside of records: elements by their path below the root, and the
	 * attributes of the root as "@name". */
	int (*about)(struct ent_lister *l, struct ent_str name, struct ent_str text,
	             struct ent_err *err);
	int (*record)(struct ent_lister *l, const struct ent_element *e, struct ent_err *err);
	int (*end)(struct ent_lister *l, struct ent_err *err); /* may be NULL */
};
extern const struct ent_list_xml ent_list_un, ent_list_ofac_xml, ent_list_ofac_enhanced,
    ent_list_canada;
int ent_list_xml_read(struct ent_lister *l, struct ent_feed *f, struct ent_err *err);

/* ---- CSV (list_ofac.c, list_names.c) ---- */

/* The first record of a file, and what it makes the file. */
struct ent_list_table {
	const char *format, *list;
	char separator;
	bool (*is)(const struct ent_csv_row *first);
	int (*read)(struct ent_lister *l, const struct ent_list_table *t, struct ent_feed *f,
	            struct ent_err *err);
};
extern const struct ent_list_table ent_list_tables[]; /* format NULL at the end */
bool ent_list_ofac_is_main(const struct ent_csv_row *first);
bool ent_list_ofac_is_alt(const struct ent_csv_row *first);
bool ent_list_ofac_is_add(const struct ent_csv_row *first);
int ent_list_ofac_main(struct ent_lister *l, const struct ent_list_table *t, struct ent_feed *f,
                       struct ent_err *err);
int ent_list_ofac_alt(struct ent_lister *l, const struct ent_list_table *t, struct ent_feed *f,
                      struct ent_err *err);
int ent_list_ofac_add(struct ent_lister *l, const struct ent_list_table *t, struct ent_feed *f,
                      struct ent_err *err);
/* Aliases in one text, divided by semicolons and commas. */
void ent_list_joined(struct ent_lister *l, struct ent_str s);
int ent_list_plain(struct ent_lister *l, struct ent_feed *f, struct ent_err *err);

#endif
