/* SPDX-License-Identifier: Apache-2.0 */
/*
 * list_ofac.c - OFAC's lists as CSV: a main file, and beside it aliases, addresses and the rest
 * of remarks that were too long for the main file.
 *
 * The files have no header; "-0- " is null.  They are joined by the entry's number: what stands
 * beside the main file is read first, and held.
 */
#include <inttypes.h>

#include "base/limits.h"
#include "intake/list_int.h"

#define SIDE_FIELDS 4

/* The rows of a file beside the main one, by number. */
struct side {
	struct row {
		uint64_t number;
		uint64_t line;
		struct ent_str field[SIDE_FIELDS]; /* behind the numbers */
	} * rows;
	size_t n, at; /* at: of the next that wasn't asked for */
	bool sorted, used;
};

struct sides {
	struct ent_arena *a;
	struct side alt, add, comments;
};

/* A field, "" where it is null. */
static struct ent_str
value(const struct ent_csv_row *row, size_t i)
{
	struct ent_str s = i < row->n ? ent_str_trim(row->field[i]) : ENT_STR("");

	return ent_str_is(s, "-0-") ? ENT_STR("") : s;
}

static bool
numeric(const struct ent_csv_row *row, size_t i)
{
	uint64_t n;

	return i < row->n && ent_str_u64(ent_str_trim(row->field[i]), UINT64_MAX, &n) == 0;
}

bool
ent_list_ofac_is_main(const struct ent_csv_row *first)
{
	return first->n == 12 && numeric(first, 0) && !numeric(first, 1);
}

bool
ent_list_ofac_is_alt(const struct ent_csv_row *first)
{
	struct ent_str type = value(first, 2);

	return first->n == 5 && numeric(first, 0) && numeric(first, 1) &&
	       (ent_str_is(type, "aka") || ent_str_is(type, "fka") || ent_str_is(type, "nka"));
}

bool
ent_list_ofac_is_add(const struct ent_csv_row *first)
{
	return first->n == 6 && numeric(first, 0) && numeric(first, 1);
}

/* ---- the files beside ---- */

static int
by_number(const void *x, const void *y)
{
	const struct row *a = x, *b = y;

	if (a->number != b->number)
		return a->number < b->number ? -1 : 1;
	return a->line < b->line ? -1 : a->line > b->line;
}

static int
side_row(struct sides *s, struct side *side, size_t *room, const struct ent_csv_row *row,
         size_t skip, struct ent_err *err)
{
	struct row *to;

	if (side->n == *room) {
		struct row *more =
		    ent_arena_array(s->a, *room ? *room * 2 : 1024, sizeof(*more));

		if (!more)
			return ent_fail(err, ENT_ELIMIT, "line %" PRIu64 ": more rows than fit",
			                row->line);
		if (side->n)
			memcpy(more, side->rows, side->n * sizeof(*more));
		*room = *room ? *room * 2 : 1024;
		side->rows = more;
	}
	to = &side->rows[side->n++];
	*to = (struct row){ .line = row->line };
	if (ent_str_u64(ent_str_trim(row->field[0]), UINT64_MAX, &to->number))
		return ent_fail(err, ENT_EPARSE, "line %" PRIu64 ": \"%.*s\" is no number",
		                row->line, ENT_FMT(row->field[0]));
	for (size_t i = 0; i < SIDE_FIELDS; i++) {
		to->field[i] = ent_arena_dup(s->a, value(row, skip + i));
		if (!to->field[i].p)
			return ent_fail(err, ENT_ELIMIT, "line %" PRIu64 ": more than fits",
			                row->line);
	}
	return 0;
}

/* Reads rows of `fields` fields, of which `skip` are numbers. */
static int
side_read(struct sides *s, struct side *side, struct ent_feed *f, size_t fields, size_t skip,
          struct ent_err *err)
{
	struct ent_csv_row row;
	struct ent_csv *c;
	size_t room = 0;
	int rc = ent_csv_new(ent_feed_read, f, ',', &c, err);

	if (rc)
		return rc;
	while ((rc = ent_csv_next(c, &row, err)) == 1) {
		if (row.n != fields) {
			rc = ent_fail(err, ENT_EPARSE,
			              "line %" PRIu64 ": %zu fields where %zu belong", row.line,
			              row.n, fields);
			break;
		}
		rc = side_row(s, side, &room, &row, skip, err);
		if (rc)
			break;
	}
	ent_csv_free(c);
	if (rc == 0 && side->n)
		qsort(side->rows, side->n, sizeof(*side->rows), by_number);
	side->used = rc == 0;
	return rc;
}

/* The file beside the main one that has the rows; without it there are none, and that is told.
 */
static int
side_file(struct ent_lister *l, struct sides *s, struct side *side, const char *name,
          size_t fields, size_t skip, struct ent_err *err)
{
	struct ent_err why = { 0 };
	struct ent_feed f;
	int rc = ent_lister_open(l, name, &f, &why);

	if (rc == ENT_ENOENT) {
		if (fields > 2) {
			ent_lister_tell(l, 0, "%s isn't beside it: nothing of it is known",
			                name);
			l->about->partial = true;
		}
		return 0;
	}
	if (rc)
		return ent_fail(err, rc, "%s", why.msg);
	rc = side_read(s, side, &f, fields, skip, err);
	rc = ent_lister_close(l, &f, name, rc, err);
	return rc ? ent_within(err, rc, "%s", name) : 0;
}

/* The rows of a number: *n of them. */
static const struct row *
side_of(struct side *side, uint64_t number, size_t *n)
{
	size_t low = 0, high = side->n;

	*n = 0;
	if (!high)
		return NULL;
	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (side->rows[mid].number < number)
			low = mid + 1;
		else
			high = mid;
	}
	while (low + *n < side->n && side->rows[low + *n].number == number)
		++*n;
	side->at += *n; /* each number is asked for once */
	return side->rows + low;
}

static void
count_orphans(struct ent_lister *l, const struct side *side, const char *what)
{
	uint64_t left = side->n - side->at;

	if (!left)
		return;
	l->about->orphans += left;
	ent_lister_tell(l, 0, "%" PRIu64 " %s of entries that aren't there", left, what);
}

/* ---- entries ---- */

static void
name(struct ent_lister *l, struct ent_str s, enum ent_listed_quality q, bool former)
{
	struct ent_listed_name *n = ent_lister_name(l, s, q);

	if (!n)
		return;
	n->former = former;
	n->last_first =
	    l->r.kind == ENT_LISTED_PERSON && ent_str_find(n->text, ',') < n->text.n;
}

static void
aliases(struct ent_lister *l, struct side *alt, uint64_t number)
{
	size_t n;
	const struct row *row = side_of(alt, number, &n);

	for (size_t i = 0; i < n; i++) {
		name(l, row[i].field[1], ENT_NAME_STRONG, ent_str_is(row[i].field[0], "fka"));
		ent_lister_remark(l, row[i].field[2]);
	}
}

static void
addresses(struct ent_lister *l, struct side *add, uint64_t number)
{
	size_t n;
	const struct row *row = side_of(add, number, &n);

	for (size_t i = 0; i < n; i++) {
		struct ent_listed_place p = { .street = row[i].field[0],
			                      .city = row[i].field[1],
			                      .country = row[i].field[2],
			                      .note = row[i].field[3] };

		ent_lister_address(l, &p);
	}
}

/* Remarks, which the comments go on with in the middle of a word. */
static struct ent_str
remarks(struct ent_lister *l, struct side *comments, uint64_t number, struct ent_str first)
{
	size_t n;
	const struct row *row = side_of(comments, number, &n);

	for (size_t i = 0; i < n; i++) {
		const struct ent_str parts[] = { first, row[i].field[0] };

		first = ent_lister_join(l, "", parts, 2);
	}
	return first;
}

/* "SDGT] [SYRIA" */
static void
programmes(struct ent_lister *l, struct ent_str s)
{
	struct ent_str part;

	while (ent_str_next(&s, ']', &part)) {
		part = ent_str_trim(part);
		if (part.n && part.p[0] == '[')
			part = ent_str_from(part, 1);
		ent_lister_programme(l, part);
	}
}

static enum ent_listed_kind
kind_of(struct ent_str s)
{
	return ent_str_is(s, "individual") ? ENT_LISTED_PERSON
	       : ent_str_is(s, "vessel")   ? ENT_LISTED_VESSEL
	       : ent_str_is(s, "aircraft") ? ENT_LISTED_AIRCRAFT
	                                   : ENT_LISTED_ORGANISATION;
}

static int
entry(struct ent_lister *l, struct sides *s, const struct ent_list *list,
      const struct ent_csv_row *row, struct ent_err *err)
{
	uint64_t number;

	if (row->n != 12 || !numeric(row, 0))
		return ent_fail(err, ENT_EPARSE,
		                "line %" PRIu64
		                ": %zu fields where 12 belong, the first a number",
		                row->line, row->n);
	(void)ent_str_u64(ent_str_trim(row->field[0]), UINT64_MAX, &number);
	ent_arena_reset(l->a);
	l->failed = false;
	ent_lister_begin(l, list, row->line);
	ent_lister_ref(l, row->field[0]);
	l->r.kind = kind_of(value(row, 2));
	name(l, value(row, 1), ENT_NAME_PRIMARY, false);
	programmes(l, value(row, 3));
	ent_lister_position(l, value(row, 4));
	ent_lister_document(l, ENT_STR("Call Sign"), value(row, 5), ENT_STR(""), ENT_STR(""));
	ent_lister_position(l, value(row, 6)); /* a vessel's type */
	ent_lister_nationality(l, value(row, 9));
	if (value(row, 10).n) {
		const struct ent_str owner[] = { ENT_STR("Vessel Owner"), value(row, 10) };

		ent_lister_remark(l, ent_lister_join(l, " ", owner, 2));
	}
	aliases(l, &s->alt, number);
	addresses(l, &s->add, number);
	ent_lister_details(l, remarks(l, &s->comments, number, value(row, 11)));
	return ent_lister_end(l, err);
}

/* "cons_prim.csv" to "cons_alt.csv", "sdn.csv" to "alt.csv" and "sdn_comments.csv". */
static void
beside(const char *main, const char *what, char out[32])
{
	struct ent_str s = ent_str_c(main);
	bool upper = ent_str_ends(s, ".CSV"), cons = ent_str_find(s, '_') < s.n;
	bool comments = strcmp(what, "comments") == 0;

	(void)snprintf(out, 32, "%s%s.csv", cons ? "cons_" : comments ? "sdn_" : "", what);
	for (char *c = out; upper && *c; c++)
		if (*c >= 'a' && *c <= 'z')
			*c = (char)(*c - 'a' + 'A');
}

int
ent_list_ofac_main(struct ent_lister *l, const struct ent_list_table *t, struct ent_feed *f,
                   struct ent_err *err)
{
	struct sides s = { .a = ent_arena_new(ENT_LIST_SIDE) };
	struct ent_str main = ent_str_c(l->name);
	char alt[32], add[32], comments[32];
	struct ent_csv *c = NULL;
	struct ent_csv_row row;
	int rc;

	(void)t;
	if (ent_str_starts(main, "cons") || ent_str_starts(main, "CONS"))
		l->about->list = ent_list_find(ENT_STR("us-ofac-cons"));
	beside(l->name, "alt", alt);
	beside(l->name, "add", add);
	beside(l->name, "comments", comments);
	rc = s.a ? 0 : ent_fail(err, ENT_ENOMEM, "out of memory");
	rc = rc ? rc : ent_csv_new(ent_feed_read, f, ',', &c, err);
	if (rc == 0 && l->path) {
		rc = side_file(l, &s, &s.alt, alt, 5, 2, err);
		rc = rc ? rc : side_file(l, &s, &s.add, add, 6, 2, err);
		rc = rc ? rc : side_file(l, &s, &s.comments, comments, 2, 1, err);
	}
	while (rc == 0 && (rc = ent_csv_next(c, &row, err)) == 1)
		rc = entry(l, &s, l->about->list, &row, err);
	if (rc == 0) {
		count_orphans(l, &s.alt, "aliases");
		count_orphans(l, &s.add, "addresses");
		count_orphans(l, &s.comments, "comments");
	}
	ent_csv_free(c);
	ent_arena_free(s.a);
	return rc;
}

/* ---- aliases without the main file ---- */

/* What is known of an entry of which only aliases and addresses are there. */
static int
alias_entries(struct ent_lister *l, struct sides *s, struct ent_err *err)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < s->alt.n;) {
		const struct row *first = &s->alt.rows[i];
		char ref[24];

		ent_arena_reset(l->a);
		l->failed = false;
		ent_lister_begin(l, l->about->list, first->line);
		(void)snprintf(ref, sizeof(ref), "%" PRIu64, first->number);
		ent_lister_ref(l, ent_str_c(ref));
		aliases(l, &s->alt, first->number);
		for (size_t k = 0; k < l->r.n_names; k++) /* who has "X, Y" may be a person */
			l->r.names[k].last_first =
			    ent_str_find(l->r.names[k].text, ',') + 2 < l->r.names[k].text.n;
		addresses(l, &s->add, first->number);
		while (i < s->alt.n && s->alt.rows[i].number == first->number)
			i++;
		rc = ent_lister_end(l, err);
	}
	return rc;
}

int
ent_list_ofac_alt(struct ent_lister *l, const struct ent_list_table *t, struct ent_feed *f,
                  struct ent_err *err)
{
	struct sides s = { .a = ent_arena_new(ENT_LIST_SIDE) };
	struct ent_feed main = { 0 };
	char add[300];
	int rc = s.a ? 0 : ent_fail(err, ENT_ENOMEM, "out of memory");

	(void)t;
	if (rc == 0 && l->path && strcmp(l->name, "alt.csv") == 0 &&
	    ent_lister_open(l, "sdn.csv", &main, NULL) == 0) {
		(void)ent_lister_close(l, &main, "sdn.csv", ENT_EINVAL, NULL);
		rc = ent_fail(err, ENT_EINVAL,
		              "these are the aliases of sdn.csv beside it; name that");
	}
	l->about->partial = true;
	rc = rc ? rc : side_read(&s, &s.alt, f, 5, 2, err);
	if (rc == 0 && l->path && strncmp(l->name, "alt", 3) == 0) {
		(void)snprintf(add, sizeof(add), "add%s", l->name + 3);
		rc = side_file(l, &s, &s.add, add, 6, 2, err);
	}
	rc = rc ? rc : alias_entries(l, &s, err);
	if (rc == 0)
		count_orphans(l, &s.add, "addresses");
	ent_arena_free(s.a);
	return rc;
}

int
ent_list_ofac_add(struct ent_lister *l, const struct ent_list_table *t, struct ent_feed *f,
                  struct ent_err *err)
{
	(void)l;
	(void)t;
	(void)f;
	return ent_fail(
	    err, ENT_EINVAL,
	    "these are addresses of OFAC's entries, without a name; name the main file "
	    "(sdn.csv, cons_prim.csv), or the aliases");
}
