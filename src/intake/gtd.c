/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gtd.c - tables in the form of the Global Terrorism Database, a row an attack.
 */
#include "intake/gtd.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/map.h"
#include "base/utf8.h"
#include "intake/csv.h"

#define READ_AT_ONCE 65536
#define COUNT(t)     (sizeof(t) / sizeof((t)[0]))

/* ---- columns ---- */

/* clang-format off */
enum column {
	C_EVENTID, C_YEAR, C_MONTH, C_DAY, C_APPROX, C_EXTENDED, C_RESOLUTION,
	C_COUNTRY, C_REGION, C_PROVINCE, C_CITY, C_LATITUDE, C_LONGITUDE, C_SPECIFICITY, C_VICINITY, C_DETAIL,
	C_SUMMARY, C_SUCCESS, C_SUICIDE,
	C_ATTACK, C_TARGET = C_ATTACK + 3, C_WEAPON = C_TARGET + 3, C_GROUP = C_WEAPON + 4,
	C_SUBGROUP = C_GROUP + 3, C_UNCERTAIN = C_SUBGROUP + 3, C_CLAIMED = C_UNCERTAIN + 3,
	C_MODE = C_CLAIMED + 3, C_FIGURES = C_MODE + 3
};
static const char *const names[] = {
	[C_EVENTID] = "eventid", [C_YEAR] = "iyear", [C_MONTH] = "imonth", [C_DAY] = "iday",
	[C_APPROX] = "approxdate", [C_EXTENDED] = "extended", [C_RESOLUTION] = "resolution",
	[C_COUNTRY] = "country_txt", [C_REGION] = "region", [C_PROVINCE] = "provstate", [C_CITY] = "city",
	[C_LATITUDE] = "latitude", [C_LONGITUDE] = "longitude", [C_SPECIFICITY] = "specificity",
	[C_VICINITY] = "vicinity", [C_DETAIL] = "location", [C_SUMMARY] = "summary",
	[C_SUCCESS] = "success", [C_SUICIDE] = "suicide",
	[C_ATTACK] = "attacktype1", "attacktype2", "attacktype3",
	[C_TARGET] = "targtype1", "targtype2", "targtype3",
	[C_WEAPON] = "weaptype1", "weaptype2", "weaptype3", "weaptype4",
	[C_GROUP] = "gname", "gname2", "gname3",
	[C_SUBGROUP] = "gsubname", "gsubname2", "gsubname3",
	[C_UNCERTAIN] = "guncertain1", "guncertain2", "guncertain3",
	[C_CLAIMED] = "claimed", "claim2", "claim3",
	[C_MODE] = "claimmode", "claimmode2", "claimmode3",
};
/* The perpetrators are counted where the database counts them. */
static const struct ent_gtd_figure figures[] = {
	{ "nkill", "killed", true },
	{ "nkillus", "us-citizens-killed", false },
	{ "nkillter", "perpetrators-killed", false },
	{ "nwound", "injured", true },
	{ "nwoundus", "us-citizens-injured", false },
	{ "nwoundte", "perpetrators-injured", false },
	{ "nperps", "perpetrators", false },
	{ "nperpcap", "perpetrators-captured", false },
	{ "nhostkid", "hostages", false },
	{ "nhostkidus", "us-citizens-hostages", false },
	{ "nreleased", "hostages-released", false },
};
#define COLUMNS (C_FIGURES + COUNT(figures))
/* Columns that only say in words what another one says as a code. */
static const char *const implied[] = {
	"region_txt", "attacktype1_txt", "attacktype2_txt", "attacktype3_txt",
	"targtype1_txt", "targtype2_txt", "targtype3_txt",
	"weaptype1_txt", "weaptype2_txt", "weaptype3_txt", "weaptype4_txt",
	"claimmode_txt", "claimmode2_txt", "claimmode3_txt",
};
/* clang-format on */

static const char not_carried[] = "is not part of the record";

struct head {
	struct ent_str name;
	int column; /* of enum column; -1: not carried; -2: implied */
	uint64_t lost, first;
	const char *why;
};

struct ent_gtd {
	ent_read_fn *read;
	void *self;
	enum ent_gtd_encoding encoding;
	struct ent_str source;
	struct ent_csv *csv;
	struct ent_arena *a;
	struct ent_map *seen; /* eventid: not NULL */
	struct head *head;
	size_t n;
	int at[COLUMNS]; /* where a column stands; -1: it is not there */
	uint64_t rows;
	/* Windows-1252, half of a buffer as it is, unpacked on the way */
	unsigned char raw[READ_AT_ONCE / 4];
	uint64_t offset;
};

const struct ent_gtd_figure *
ent_gtd_figure_at(size_t i)
{
	return i < COUNT(figures) ? &figures[i] : NULL;
}

static const char *
name_of(size_t column)
{
	return column < C_FIGURES ? names[column] : figures[column - C_FIGURES].column;
}

/* ---- Windows-1252 ---- */

static size_t
put_utf8(char *to, unsigned c)
{
	if (c < 0x80) {
		to[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		to[0] = (char)(0xc0 | (c >> 6));
		to[1] = (char)(0x80 | (c & 0x3f));
		return 2;
	}
	to[0] = (char)(0xe0 | (c >> 12));
	to[1] = (char)(0x80 | ((c >> 6) & 0x3f));
	to[2] = (char)(0x80 | (c & 0x3f));
	return 3;
}

/* n has room for three times what is read. */
static ptrdiff_t
read_1252(struct ent_gtd *g, char *to, size_t n, struct ent_err *err)
{
	static const unsigned short high[32] = {
		0x20ac, 0,      0x201a, 0x192,  0x201e, 0x2026, 0x2020, 0x2021,
		0x2c6,  0x2030, 0x160,  0x2039, 0x152,  0,      0x17d,  0,
		0,      0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014,
		0x2dc,  0x2122, 0x161,  0x203a, 0x153,  0,      0x17e,  0x178,
	};
	size_t most = n / 3 < sizeof(g->raw) ? n / 3 : sizeof(g->raw), out = 0;
	ptrdiff_t got = g->read(g->self, g->raw, most, err);

	for (ptrdiff_t i = 0; i < got; i++) {
		unsigned c = g->raw[i];

		if (c >= 0x80 && c < 0xa0)
			c = high[c - 0x80];
		if (!c && g->raw[i])
			return ent_fail(err, ENT_EPARSE,
			                "byte %" PRIu64 " (0x%02x) is nothing in Windows-1252",
			                g->offset + (uint64_t)i + 1, g->raw[i]);
		out += put_utf8(to + out, c);
	}
	if (got <= 0)
		return got;
	g->offset += (uint64_t)got;
	return (ptrdiff_t)out;
}

static ptrdiff_t
read_any(void *self, void *to, size_t n, struct ent_err *err)
{
	struct ent_gtd *g = self;

	return g->encoding == ENT_GTD_WINDOWS_1252 ? read_1252(g, to, n, err)
	                                           : g->read(g->self, to, n, err);
}

/* ---- the header ---- */

static int
column_of(struct ent_str name)
{
	for (size_t i = 0; i < COLUMNS; i++)
		if (ent_str_caseis(name, name_of(i)))
			return (int)i;
	for (size_t i = 0; i < COUNT(implied); i++)
		if (ent_str_caseis(name, implied[i]))
			return -2;
	return -1;
}

static int
header(struct ent_gtd *g, struct ent_err *err)
{
	struct ent_csv_row row;
	int rc = ent_csv_next(g->csv, &row, err);

	if (rc == 0)
		return ent_fail(err, ENT_EPARSE,
		                "the table is empty: its first line names the columns");
	if (rc < 0)
		return rc;
	g->n = row.n;
	g->head = ent_arena_array(g->a, row.n, sizeof(*g->head));
	for (size_t i = 0; g->head && i < row.n; i++) {
		struct head *h = &g->head[i];

		h->name = ent_arena_dup(g->a, ent_str_trim(row.field[i]));
		h->column = column_of(h->name);
		if (!h->name.p)
			return ent_fail(err, ENT_ENOMEM, "no memory for a table");
		for (size_t k = 0; k < i; k++)
			if (h->name.n && ent_str_eq(g->head[k].name, h->name))
				return ent_fail(err, ENT_EPARSE,
				                "line %" PRIu64
				                ": the column %.*s is there twice",
				                row.line, ENT_FMT(h->name));
		if (h->column >= 0)
			g->at[h->column] = (int)i;
	}
	if (!g->head)
		return ent_fail(err, ENT_ENOMEM, "no memory for a table");
	if (g->at[C_EVENTID] < 0 || g->at[C_YEAR] < 0)
		return ent_fail(err, ENT_EPARSE,
		                "line %" PRIu64 ": there is no column %s; the first line names "
		                "the columns, with commas between them",
		                row.line, name_of(g->at[C_EVENTID] < 0 ? C_EVENTID : C_YEAR));
	return 0;
}

int
ent_gtd_open(ent_read_fn *read, void *self, enum ent_gtd_encoding encoding,
             struct ent_str source, struct ent_gtd **out, struct ent_err *err)
{
	struct ent_gtd *g = calloc(1, sizeof(*g));
	int rc = 0;

	if (!g)
		return ent_fail(err, ENT_ENOMEM, "no memory for a table");
	g->read = read;
	g->self = self;
	g->encoding = encoding;
	g->source = source;
	for (size_t i = 0; i < COLUMNS; i++)
		g->at[i] = -1;
	g->a = ent_arena_new(ENT_GTD_ARENA);
	g->seen = g->a ? ent_map_new(g->a) : NULL;
	if (!g->seen)
		rc = ent_fail(err, ENT_ENOMEM, "no memory for a table");
	if (rc == 0)
		rc = ent_csv_new(read_any, g, ',', &g->csv, err);
	if (rc == 0)
		rc = header(g, err);
	if (rc) {
		ent_gtd_close(g);
		return rc;
	}
	*out = g;
	return 0;
}

void
ent_gtd_close(struct ent_gtd *g)
{
	if (!g)
		return;
	ent_csv_free(g->csv);
	ent_arena_free(g->a);
	free(g);
}

uint64_t
ent_gtd_rows(const struct ent_gtd *g)
{
	return g->rows;
}

bool
ent_gtd_loss_at(const struct ent_gtd *g, size_t i, struct ent_gtd_loss *out)
{
	for (size_t k = 0; k < g->n; k++) {
		const struct head *h = &g->head[k];

		if (!h->lost || i--)
			continue;
		*out = (struct ent_gtd_loss){ h->name, h->lost, h->first,
			                      h->why ? h->why : not_carried };
		return true;
	}
	return false;
}

/* ---- fields ---- */

struct row {
	struct ent_gtd *g;
	struct ent_arena *a;
	const struct ent_csv_row *csv;
	struct ent_err *err;
	int rc; /* of the first field that is wrong; those behind it aren't looked at */
};

static bool
is_unknown(struct ent_str s)
{
	return !s.n || ent_str_is(s, "-9") || ent_str_is(s, "-99") || ent_str_is(s, "-9.0") ||
	       ent_str_is(s, "-99.0") || ent_str_is(s, ".");
}

static struct ent_str
raw(const struct row *r, size_t column)
{
	int at = r->g->at[column];

	return at < 0 ? ENT_STR("") : ent_str_trim(r->csv->field[at]);
}

static void
wrong(struct row *r, size_t column, const char *what)
{
	struct ent_str s = ent_utf8_cut(raw(r, column), 40);

	if (!r->rc)
		r->rc = ent_fail(r->err, ENT_EPARSE, "line %" PRIu64 ", column %s: \"%.*s\" %s",
		                 r->csv->line, name_of(column), ENT_FMT(s), what);
}

static void
lose(struct ent_gtd *g, size_t at, uint64_t line, const char *why)
{
	struct head *h = &g->head[at];

	h->why = h->why ? h->why : why;
	if (!h->lost++)
		h->first = line;
}

static void
lose_column(struct row *r, size_t column, const char *why)
{
	if (r->g->at[column] >= 0)
		lose(r->g, (size_t)r->g->at[column], r->csv->line, why);
}

/* A copy; absent where there is none or it says "unknown". */
static struct ent_str
text(struct row *r, size_t column)
{
	struct ent_str s = raw(r, column), none = { NULL, 0 };

	if (r->rc || is_unknown(s))
		return none;
	if (!ent_attack_text_ok(s)) {
		wrong(r, column, "has control characters");
		return none;
	}
	if (s.n > ENT_ATTACK_TEXT) {
		wrong(r, column, "... is too long");
		return none;
	}
	s = ent_arena_dup(r->a, s);
	if (!s.p)
		r->rc = ent_fail(r->err, ENT_ENOMEM, "no memory for a row");
	return s;
}

/* A whole number, which spreadsheets write with ".0" too; -1 where it isn't known. */
static int64_t
number(struct row *r, size_t column, int64_t max)
{
	struct ent_str s = raw(r, column);
	uint64_t n = 0;
	size_t dot;

	if (r->rc || is_unknown(s))
		return -1;
	dot = ent_str_find(s, '.');
	for (size_t i = dot + 1; i < s.n; i++)
		if (s.p[i] != '0')
			dot = s.n;
	if (ent_str_u64((struct ent_str){ s.p, dot }, UINT64_MAX, &n)) {
		wrong(r, column, "is not a whole number");
		return -1;
	}
	if (n > (uint64_t)max) {
		wrong(r, column, "is too large");
		return -1;
	}
	return (int64_t)n;
}

static bool
degrees(struct row *r, size_t column, double most, double *out)
{
	struct ent_str s = raw(r, column);
	char copy[40], *end;

	if (r->rc || is_unknown(s))
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (!strchr("0123456789.-+eE", s.p[i]) || s.n >= sizeof(copy)) {
			wrong(r, column, "is not a number of degrees");
			return false;
		}
	memcpy(copy, s.p, s.n);
	copy[s.n] = '\0';
	*out = strtod(copy, &end);
	if (*end || end == copy || !isfinite(*out) || fabs(*out) > most) {
		wrong(r, column, "is not a number of degrees");
		return false;
	}
	return true;
}

static enum ent_maybe
maybe(struct row *r, size_t column)
{
	int64_t n = number(r, column, 1);

	return n < 0 ? ENT_MAYBE : n ? ENT_IS : ENT_IS_NOT;
}

static const struct ent_attack_code *
code(struct row *r, size_t column, enum ent_attack_codes t)
{
	int64_t n = number(r, column, 1000);
	const struct ent_attack_code *c = n < 0 ? NULL : ent_attack_code(t, n);

	if (n >= 0 && !c)
		wrong(r, column, "is no code of this column");
	return c;
}

/* ---- rows ---- */

static void
event(struct row *r, struct ent_attack *x)
{
	struct ent_str id = raw(r, C_EVENTID);
	uint64_t n;

	if (ent_str_ends(id, ".0")) /* as a spreadsheet writes it */
		id.n -= 2;
	if (id.n != 12 || ent_str_u64(id, UINT64_MAX, &n)) {
		wrong(r, C_EVENTID, "is not a number of 12 digits");
		return;
	}
	if (ent_map_get(r->g->seen, id)) {
		wrong(r, C_EVENTID, "is there twice");
		return;
	}
	x->source_name = r->g->source;
	x->external_id = ent_arena_dup(r->a, id);
	id = ent_arena_dup(r->g->a, id);
	if (!id.p || !x->external_id.p || ent_map_put(r->g->seen, id, r->g))
		r->rc = ent_fail(r->err, ENT_ENOMEM, "no memory for the numbers of events");
}

/* "2001-09-12", or "9/12/2001" as spreadsheets have it. */
static struct ent_str
day_of(struct row *r, size_t column)
{
	struct ent_str s = raw(r, column), part, rest = s, none = { NULL, 0 };
	uint64_t n[3] = { 0 };
	size_t parts = 0;

	if (r->rc || is_unknown(s))
		return none;
	if (s.n == 10 && ent_attack_date_ok(s))
		return ent_arena_dup(r->a, s);
	while (parts < 3 && ent_str_next(&rest, '/', &part) && part.n <= 4 &&
	       !ent_str_u64(part, 9999, &n[parts]))
		parts++;
	s = ent_arena_printf(r->a, "%04" PRIu64 "-%02" PRIu64 "-%02" PRIu64, n[2], n[0], n[1]);
	if (parts == 3 && !rest.n && s.p && ent_attack_date_ok(s))
		return s;
	wrong(r, column, "is not a day like 2001-09-12 or 9/12/2001");
	return none;
}

static void
when(struct row *r, struct ent_attack *x)
{
	int64_t year = number(r, C_YEAR, 9999), month = number(r, C_MONTH, 12),
		day = number(r, C_DAY, 31);

	if (r->rc)
		return;
	if (year <= 0) {
		wrong(r, C_YEAR, "is no year");
		return;
	}
	if (month <= 0 && day > 0) {
		wrong(r, C_MONTH, "is no month, though there is a day");
		return;
	}
	x->date = month <= 0 ? ent_arena_printf(r->a, "%04d", (int)year)
	          : day <= 0 ? ent_arena_printf(r->a, "%04d-%02d", (int)year, (int)month)
	                     : ent_arena_printf(r->a, "%04d-%02d-%02d", (int)year, (int)month,
	                                        (int)day);
	if (!x->date.p)
		r->rc = ent_fail(r->err, ENT_ENOMEM, "no memory for a row");
	else if (!ent_attack_date_ok(x->date))
		wrong(r, C_DAY, "is no day of that month");
	if (text(r, C_APPROX).n) {
		x->approximate = true;
		lose_column(r, C_APPROX,
		            "its words; the record says that the date is approximate");
	}
	x->end_date = day_of(r, C_RESOLUTION);
	if (x->end_date.p && ent_str_cmp(x->end_date, x->date) < 0)
		wrong(r, C_RESOLUTION, "is before the day of the attack");
	if (number(r, C_EXTENDED, 1) == 1 && !x->end_date.p)
		lose_column(r, C_EXTENDED, "it went on, but its last day isn't said");
}

static void
where(struct row *r, struct ent_attack_place *p)
{
	bool latitude, longitude;

	p->country = text(r, C_COUNTRY);
	p->region = code(r, C_REGION, ENT_CODES_REGION);
	p->province = text(r, C_PROVINCE);
	p->city = text(r, C_CITY);
	p->detail = text(r, C_DETAIL);
	latitude = degrees(r, C_LATITUDE, 90, &p->latitude);
	longitude = degrees(r, C_LONGITUDE, 180, &p->longitude);
	if (latitude != longitude)
		wrong(r, latitude ? C_LONGITUDE : C_LATITUDE,
		      "is not known, though the other coordinate is");
	p->located = latitude && longitude;
	p->specificity = (int)number(r, C_SPECIFICITY, 5);
	p->specificity = p->specificity < 0 ? 0 : p->specificity;
	p->vicinity = maybe(r, C_VICINITY);
}

static void
who(struct row *r, struct ent_attack *x)
{
	static const char why[] = "of a group that has no name";

	for (size_t i = 0; i < 3; i++) {
		struct ent_str name = text(r, C_GROUP + i);
		struct ent_attack_group g = {
			.name = name,
			.subgroup = text(r, C_SUBGROUP + i),
			.count = -1,
			.uncertain = maybe(r, C_UNCERTAIN + i),
			.claimed = maybe(r, C_CLAIMED + i),
			.mode = code(r, C_MODE + i, ENT_CODES_CLAIM_MODE),
		};

		if (name.n && !ent_str_caseis(name, "unknown")) {
			x->groups[x->n_groups++] = g;
			continue;
		}
		if (g.subgroup.n)
			lose_column(r, C_SUBGROUP + i, why);
		if (g.uncertain == ENT_IS)
			lose_column(r, C_UNCERTAIN + i, why);
		if (g.claimed == ENT_IS)
			lose_column(r, C_CLAIMED + i, why);
		if (g.mode)
			lose_column(r, C_MODE + i, why);
	}
}

static void
how_many(struct row *r, struct ent_attack *x)
{
	for (size_t i = 0; i < COUNT(figures); i++) {
		int64_t n = number(r, C_FIGURES + i, ENT_ATTACK_FIGURE);

		if (n < 0)
			continue;
		x->claims[x->n_claims++] = (struct ent_attack_claim){
			.quantity = figures[i].quantity,
			.value = n,
			.highest = -1,
			.includes = figures[i].includes ? ENT_IS : ENT_MAYBE,
			.source = r->g->source,
			.text = ent_arena_printf(r->a, "event %.*s, %s",
			                         ENT_FMT(x->external_id), figures[i].column),
		};
	}
}

static struct ent_str
title(struct row *r, const struct ent_attack *x)
{
	const char *what = x->attacks[0] ? x->attacks[0]->name : "Attack";
	struct ent_str place = x->place.city.n ? x->place.city : x->place.province;
	struct ent_str s;

	if (x->attacks[0] && strcmp(x->attacks[0]->word, "unknown") == 0)
		what = "Attack";
	s = ent_arena_printf(r->a, "%s%s%.*s%s%.*s, %.*s", what, place.n ? ", " : "",
	                     ENT_FMT(place), x->place.country.n ? ", " : "",
	                     ENT_FMT(x->place.country), ENT_FMT(x->date));
	if (!s.p && !r->rc)
		r->rc = ent_fail(r->err, ENT_ENOMEM, "no memory for a row");
	return s;
}

static void
losses(struct row *r)
{
	for (size_t i = 0; !r->rc && i < r->g->n; i++)
		if (r->g->head[i].column == -1 && !is_unknown(ent_str_trim(r->csv->field[i])))
			lose(r->g, i, r->csv->line, NULL);
}

int
ent_gtd_next(struct ent_gtd *g, struct ent_arena *a, struct ent_attack *out,
             struct ent_err *err)
{
	struct ent_csv_row csv;
	struct row r = { .g = g, .a = a, .csv = &csv, .err = err };
	int rc = ent_csv_next(g->csv, &csv, err);

	if (rc == ENT_EPARSE && g->encoding == ENT_GTD_UTF8 && strstr(err->msg, "not UTF-8"))
		return ent_within(err, rc, "is the table in Windows-1252?");
	if (rc <= 0)
		return rc;
	if (csv.n != g->n)
		return ent_fail(err, ENT_EPARSE,
		                "line %" PRIu64
		                ": %zu fields, where the first line names %zu columns",
		                csv.line, csv.n, g->n);
	if (++g->rows > ENT_GTD_ROWS)
		return ent_fail(err, ENT_ELIMIT, "line %" PRIu64 ": more than %d rows",
		                csv.line, ENT_GTD_ROWS);
	*out = (struct ent_attack){ 0 };
	event(&r, out);
	when(&r, out);
	where(&r, &out->place);
	out->description = text(&r, C_SUMMARY);
	out->phase = maybe(&r, C_SUCCESS) == ENT_IS_NOT ? "attempted" : "executed";
	out->suicide = maybe(&r, C_SUICIDE);
	for (size_t i = 0; i < 4; i++) {
		if (i < 3) {
			out->attacks[i] = code(&r, C_ATTACK + i, ENT_CODES_ATTACK);
			out->targets[i] = code(&r, C_TARGET + i, ENT_CODES_TARGET);
		}
		out->weapons[i] = code(&r, C_WEAPON + i, ENT_CODES_WEAPON);
	}
	who(&r, out);
	how_many(&r, out);
	losses(&r);
	if (!r.rc)
		out->name = title(&r, out);
	return r.rc ? r.rc : 1;
}
