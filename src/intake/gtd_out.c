/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gtd_out.c - incidents as rows of a table in the form of the Global Terrorism Database.
 *
 * A table has one figure where a record has claims: it is written where all claims say the
 * same, and left empty where they differ.
 */
#include <string.h>

#include "intake/gtd.h"

#define COUNT(t) (sizeof(t) / sizeof((t)[0]))

/* clang-format off */
static const char *const before[] = {
	"eventid", "iyear", "imonth", "iday", "extended", "resolution",
	"country_txt", "region", "region_txt", "provstate", "city", "latitude", "longitude",
	"specificity", "vicinity", "location", "summary", "success", "suicide",
	"attacktype1", "attacktype1_txt", "attacktype2", "attacktype2_txt", "attacktype3", "attacktype3_txt",
	"targtype1", "targtype1_txt", "targtype2", "targtype2_txt", "targtype3", "targtype3_txt",
	"gname", "gsubname", "guncertain1", "claimed", "claimmode", "claimmode_txt",
	"gname2", "gsubname2", "guncertain2", "claim2", "claimmode2", "claimmode2_txt",
	"gname3", "gsubname3", "guncertain3", "claim3", "claimmode3", "claimmode3_txt",
	"weaptype1", "weaptype1_txt", "weaptype2", "weaptype2_txt",
	"weaptype3", "weaptype3_txt", "weaptype4", "weaptype4_txt",
};
/* clang-format on */

static void
sep(struct ent_buf *to)
{
	if (to->n && to->p[to->n - 1] != '\n')
		ent_buf_ch(to, ',');
}

/* What would end a field is quoted. */
static void
field(struct ent_buf *to, bool first, struct ent_str s)
{
	bool quoted = false;

	if (!first)
		ent_buf_ch(to, ',');
	for (size_t i = 0; i < s.n && !quoted; i++)
		quoted = strchr(",\"\r\n", s.p[i]) && s.p[i];
	if (!quoted) {
		ent_buf_str(to, s.p ? s : ENT_STR(""));
		return;
	}
	ent_buf_ch(to, '"');
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '"')
			ent_buf_ch(to, '"');
		ent_buf_ch(to, s.p[i]);
	}
	ent_buf_ch(to, '"');
}

void
ent_gtd_put_header(struct ent_buf *to)
{
	for (size_t i = 0; i < COUNT(before); i++) {
		sep(to);
		ent_buf_c(to, before[i]);
	}
	for (size_t i = 0; ent_gtd_figure_at(i); i++) {
		ent_buf_ch(to, ',');
		ent_buf_c(to, ent_gtd_figure_at(i)->column);
	}
	ent_buf_c(to, "\r\n");
}

static void
int_field(struct ent_buf *to, const struct ent_json *v)
{
	int64_t n;

	ent_buf_ch(to, ',');
	if (ent_json_int(v, &n))
		ent_json_put_int(to, n);
}

static void
bool_field(struct ent_buf *to, const struct ent_json *v)
{
	bool b = false;

	ent_buf_c(to, !ent_json_bool(v, &b) ? ",-9" : b ? ",1" : ",0");
}

static void
double_field(struct ent_buf *to, const struct ent_json *v)
{
	struct ent_jw w;
	double d;

	ent_buf_ch(to, ',');
	ent_jw_init(&w, to);
	if (ent_json_double(v, &d))
		ent_jw_double(&w, d);
}

/* A code as number and name. */
static void
code_fields(struct ent_buf *to, enum ent_attack_codes t, struct ent_str word)
{
	const struct ent_attack_code *c = word.n ? ent_attack_code_find(t, word) : NULL;

	ent_buf_ch(to, ',');
	if (c)
		ent_json_put_int(to, c->number);
	field(to, false, c ? ent_str_c(c->name) : ENT_STR(""));
}

static void
date_fields(struct ent_buf *to, const struct ent_json *record, struct ent_gtd_left *left)
{
	struct ent_str rest = ent_json_getstr(record, "date"), part;
	struct ent_str end = ent_json_getstr(record, "end_date");

	left->no_date += !rest.n;
	for (size_t i = 0; i < 3; i++) {
		uint64_t n = 0;

		if (ent_str_next(&rest, '-', &part))
			(void)ent_str_u64(part, 9999, &n);
		ent_buf_printf(to, ",%u", (unsigned)n);
	}
	ent_buf_c(to, end.n ? ",1" : ",0");
	field(to, false, end);
}

static void
place_fields(struct ent_buf *to, const struct ent_json *record)
{
	const struct ent_json *p = ent_json_at(ent_json_getc(record, "places"), 0);

	field(to, false, ent_json_getstr(p, "country"));
	code_fields(to, ENT_CODES_REGION, ent_json_getstr(p, "region"));
	field(to, false, ent_json_getstr(p, "province"));
	field(to, false, ent_json_getstr(p, "city"));
	double_field(to, ent_json_getc(p, "latitude"));
	double_field(to, ent_json_getc(p, "longitude"));
	int_field(to, ent_json_getc(p, "specificity"));
	bool_field(to, ent_json_getc(p, "vicinity"));
	field(to, false, ent_json_getstr(p, "detail"));
}

static void
codes(struct ent_buf *to, const struct ent_json *list, enum ent_attack_codes t, size_t n)
{
	for (size_t i = 0; i < n; i++)
		code_fields(to, t, ent_json_str(ent_json_at(list, i)));
}

static void
group_fields(struct ent_buf *to, const struct ent_json *g, bool first,
             struct ent_str (*name)(void *self, struct ent_str actor), void *self)
{
	struct ent_str s = ent_json_getstr(g, "name");

	if (!s.n && g && name)
		s = name(self, ent_json_getstr(g, "actor_ref"));
	field(to, false, s.n || !first ? s : ENT_STR("Unknown"));
	field(to, false, ent_json_getstr(g, "subgroup"));
	if (!g) {
		ent_buf_c(to, ",,,,");
		return;
	}
	bool_field(to, ent_json_getc(g, "uncertain"));
	bool_field(to, ent_json_getc(g, "claimed"));
	code_fields(to, ENT_CODES_CLAIM_MODE, ent_json_getstr(g, "claim_mode"));
}

static void
figure(struct ent_buf *to, const struct ent_json *record, const char *quantity,
       struct ent_gtd_left *left)
{
	struct ent_attack_range r = ent_attack_range(record, quantity);

	ent_buf_ch(to, ',');
	if (r.claims && r.low == r.high && !r.open)
		ent_json_put_int(to, r.low);
	else if (r.claims > 1)
		left->conflicts++;
	else if (r.claims)
		left->ranges++;
}

static struct ent_str
eventid(const struct ent_json *incident)
{
	const struct ent_json *refs = ent_json_getc(incident, "external_references");
	uint64_t n;

	for (size_t i = 0; i < ent_json_count(refs); i++) {
		struct ent_str id = ent_json_getstr(ent_json_at(refs, i), "external_id");

		if (id.n == 12 && !ent_str_u64(id, UINT64_MAX, &n))
			return id;
	}
	return (struct ent_str){ NULL, 0 };
}

void
ent_gtd_put_row(struct ent_buf *to, const struct ent_json *incident,
                struct ent_str (*name)(void *self, struct ent_str actor), void *self,
                struct ent_gtd_left *left)
{
	const struct ent_json *record = ent_attack_record(incident);
	const struct ent_json *groups = ent_json_getc(record, "perpetrators");
	struct ent_str id = eventid(incident), phase = ent_json_getstr(record, "phase");

	if (!id.p) {
		left->no_eventid++;
		return;
	}
	left->rows++;
	left->places += ent_json_count(ent_json_getc(record, "places")) > 1;
	left->phases += ent_str_is(phase, "plotted") || ent_str_is(phase, "thwarted");
	left->types += ent_json_count(ent_json_getc(record, "attack_types")) > 3 ||
	               ent_json_count(ent_json_getc(record, "target_types")) > 3 ||
	               ent_json_count(ent_json_getc(record, "weapon_types")) > 4;
	left->groups += ent_json_count(groups) > 3;
	left->times += ent_json_getstr(record, "time").n > 0;
	left->links += ent_json_count(ent_json_getc(record, "links")) > 0;
	field(to, true, id);
	date_fields(to, record, left);
	place_fields(to, record);
	field(to, false, ent_json_getstr(incident, "description"));
	ent_buf_c(to, ent_str_is(phase, "executed") ? ",1" : ",0");
	bool_field(to, ent_json_getc(record, "suicide"));
	codes(to, ent_json_getc(record, "attack_types"), ENT_CODES_ATTACK, 3);
	codes(to, ent_json_getc(record, "target_types"), ENT_CODES_TARGET, 3);
	for (size_t i = 0; i < 3; i++)
		group_fields(to, ent_json_at(groups, i), i == 0, name, self);
	codes(to, ent_json_getc(record, "weapon_types"), ENT_CODES_WEAPON, 4);
	for (size_t i = 0; ent_gtd_figure_at(i); i++)
		figure(to, record, ent_gtd_figure_at(i)->quantity, left);
	ent_buf_c(to, "\r\n");
}
