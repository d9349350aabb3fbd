/* SPDX-License-Identifier: Apache-2.0 */
/*
 * list_names.c - lists that are tables of names with a header, and plain names a line.
 */
#include <inttypes.h>

#include "base/limits.h"
#include "intake/list_int.h"

/* Whether a row is this header. */
static bool
header(const struct ent_csv_row *row, const char *const *names, size_t n)
{
	if (row->n < n)
		return false;
	for (size_t i = 0; i < n; i++)
		if (!ent_str_is(row->field[i], names[i]))
			return false;
	return true;
}

/* Reads all rows behind the header, which have as many fields, into records. */
static int
rows(struct ent_lister *l, const struct ent_list_table *t, struct ent_feed *f,
     void (*record)(struct ent_lister *l, const struct ent_csv_row *row), struct ent_err *err)
{
	struct ent_csv_row row;
	struct ent_csv *c;
	size_t fields = 0;
	int rc = ent_csv_new(ent_feed_read, f, t->separator, &c, err);

	if (rc)
		return rc;
	while ((rc = ent_csv_next(c, &row, err)) == 1) {
		if (fields && row.n != fields) {
			rc = ent_fail(err, ENT_EPARSE,
			              "line %" PRIu64 ": %zu fields where the header has %zu",
			              row.line, row.n, fields);
			break;
		}
		if (fields) {
			ent_arena_reset(l->a);
			l->failed = false;
			ent_lister_begin(l, l->about->list, row.line);
			record(l, &row);
			rc = ent_lister_end(l, err);
			if (rc)
				break;
		}
		fields = row.n;
	}
	ent_csv_free(c);
	return rc;
}

/* ---- the BIS denied persons list ---- */

static const char *const dpl_header[] = { "Name",           "Street_Address", "City",
	                                  "State",          "Country",        "Postal_Code",
	                                  "Effective_Date", "Expiration_Date" };

static bool
is_dpl(const struct ent_csv_row *first)
{
	return header(first, dpl_header, 8) && first->n == 12;
}

static void
day(struct ent_lister *l, struct ent_str s, struct ent_listed_day *to)
{
	if (ent_str_trim(s).n && !ent_listed_day(s, to)) {
		l->about->dates++;
		ent_lister_tell(l, l->r.line, "\"%.*s\" is no date", ENT_FMT(s));
	}
}

static void
dpl_record(struct ent_lister *l, const struct ent_csv_row *row)
{
	const struct ent_str *v = row->field;
	struct ent_listed_place p = {
		.street = v[1], .city = v[2], .province = v[3], .country = v[4], .postal = v[5]
	};

	ent_lister_key(l, (const struct ent_str[]){ v[0], v[1], v[6] }, 3);
	(void)ent_lister_name(l, v[0], ENT_NAME_PRIMARY);
	ent_lister_address(l, &p);
	day(l, v[6], &l->r.listed_on);
	day(l, v[7], &l->r.expires_on);
	day(l, v[9], &l->r.updated_on);
	ent_lister_remark(l, v[10]);
	l->r.basis = ent_lister_clean(l, v[11]);
}

static int
dpl(struct ent_lister *l, const struct ent_list_table *t, struct ent_feed *f,
    struct ent_err *err)
{
	return rows(l, t, f, dpl_record, err);
}

/* ---- flattened names ---- */

static const char *const flat_header[] = { "Name",        "Alias",         "Nationality",
	                                   "Designation", "Sanction Type", "Source" };

static bool
is_flat(const struct ent_csv_row *first)
{
	return header(first, flat_header, 6) && first->n == 6;
}

/* What the one who flattened wrote where there was nothing. */
static struct ent_str
there(struct ent_str s)
{
	return ent_str_is(s, "None") || ent_str_is(s, "Unknown") ? ENT_STR("") : s;
}

static void
flat_record(struct ent_lister *l, const struct ent_csv_row *row)
{
	const struct ent_str *v = row->field;

	/* Whose list it is stands in each row; in Australia's, text spills over into the
	 * column. */
	l->r.list = l->o && l->o->list
	                ? l->o->list
	                : ent_list_find(ent_str_is(v[5], "Europe") ? ENT_STR("eu-names")
	                                                           : ENT_STR("au-names"));
	l->about->list = l->r.list;
	if (ent_str_is(v[3], "person"))
		l->r.kind = ENT_LISTED_PERSON;
	else if (ent_str_is(v[3], "enterprise"))
		l->r.kind = ENT_LISTED_ORGANISATION;
	else
		ent_lister_position(l, there(v[3]));
	ent_lister_key(l, (const struct ent_str[]){ v[0], v[2], v[4] }, 3);
	(void)ent_lister_name(l, v[0], ENT_NAME_PRIMARY);
	if (ent_str_is(v[5], "Europe"))
		ent_list_joined(l, ent_lister_clean(l, v[1]));
	else /* where there is something, it is a piece of the remarks */
		ent_lister_remark(l, there(v[1]));
	ent_lister_nationality(l, there(v[2]));
	ent_lister_programme(l, there(v[4]));
}

static int
flat(struct ent_lister *l, const struct ent_list_table *t, struct ent_feed *f,
     struct ent_err *err)
{
	return rows(l, t, f, flat_record, err);
}

const struct ent_list_table ent_list_tables[] = {
	{ "OFAC CSV", "us-ofac-sdn", ',', ent_list_ofac_is_main, ent_list_ofac_main },
	{ "OFAC aliases CSV", "us-ofac-aliases", ',', ent_list_ofac_is_alt, ent_list_ofac_alt },
	{ "OFAC addresses CSV", "us-ofac-sdn", ',', ent_list_ofac_is_add, ent_list_ofac_add },
	{ "BIS tab-separated", "us-bis-dpl", '\t', is_dpl, dpl },
	{ "flattened names CSV", "eu-names", ',', is_flat, flat },
	{ NULL, NULL, 0, NULL, NULL },
};

/* ---- a name a line ---- */

/* A separator beside a quotation mark, a tab, JSON: a format that isn't known is no list of
 * names. */
static bool
looks_like_a_table(struct ent_str s)
{
	if (s.p[0] == '{' || s.p[0] == '[' || memchr(s.p, '\t', s.n))
		return true;
	for (size_t i = 0; i + 1 < s.n; i++)
		if ((s.p[i] == '"' && (s.p[i + 1] == ',' || s.p[i + 1] == ';')) ||
		    ((s.p[i] == ',' || s.p[i] == ';') && s.p[i + 1] == '"'))
			return true;
	return false;
}

int
ent_list_plain(struct ent_lister *l, struct ent_feed *f, struct ent_err *err)
{
	struct ent_csv_row row;
	struct ent_csv *c;
	int rc = ent_csv_new(ent_feed_read, f, ENT_CSV_LINES, &c, err);

	l->about->format = "names";
	l->about->list = ent_list_find(ENT_STR("names"));
	while (rc == 0 && (rc = ent_csv_next(c, &row, err)) == 1) {
		if (looks_like_a_table(row.field[0])) {
			rc = ent_fail(
			    err, ENT_EPARSE,
			    "line %" PRIu64 ": a table of an unknown form; known are the "
			    "lists of the UN, OFAC, BIS, Canada, and plain names, one a line",
			    row.line);
			break;
		}
		ent_arena_reset(l->a);
		l->failed = false;
		ent_lister_begin(l, l->about->list, row.line);
		ent_lister_key(l, row.field, 1);
		(void)ent_lister_name(l, row.field[0], ENT_NAME_PRIMARY);
		rc = ent_lister_end(l, err);
	}
	ent_csv_free(c);
	return rc;
}
