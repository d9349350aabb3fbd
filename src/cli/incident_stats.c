/* SPDX-License-Identifier: Apache-2.0 */
/*
 * incident_stats.c - `entente incident stats`: incidents counted, claims added up as ranges.
 */
#include <stdlib.h>

#include "base/file.h"
#include "base/map.h"
#include "cli/commands.h"
#include "cli/incident.h"

static const struct ent_option options[] = {
	{ "by", "WHAT", "year (the default), place, region, type, target, weapon, phase, group",
	  0, false },
	{ "svg", "FILE", "draw it too", 0, false },
	{ 0 },
};

#define NOT_KNOWN "not known"
#define SUM_MAX                                                                                \
	(INT64_MAX / 4096) /* what hostile figures add up to at most; sums of rows add up too  \
	                    */

enum by {
	BY_YEAR,
	BY_PLACE,
	BY_REGION,
	BY_TYPE,
	BY_TARGET,
	BY_WEAPON,
	BY_PHASE,
	BY_GROUP,
	BYS
};
/* clang-format off */
static const char *const by_names[BYS] = {
	"year", "place", "region", "type", "target", "weapon", "phase", "group",
};
static const char *const by_lists[BYS] = {
	[BY_TYPE] = "attack_types", [BY_TARGET] = "target_types", [BY_WEAPON] = "weapon_types",
	[BY_GROUP] = "perpetrators",
};
static const enum ent_attack_codes by_codes[BYS] = {
	[BY_REGION] = ENT_CODES_REGION, [BY_TYPE] = ENT_CODES_ATTACK,
	[BY_TARGET] = ENT_CODES_TARGET, [BY_WEAPON] = ENT_CODES_WEAPON,
};
/* clang-format on */

struct counting {
	struct ent_cli *c;
	enum by by;
	struct ent_arena *a;
	struct ent_map *map; /* key: struct ent_incident_bar */
	struct ent_incident_bar **bars;
	size_t n, room, incidents;
};

static void
sum(struct ent_incident_sum *s, const struct ent_json *record, const char *quantity)
{
	struct ent_attack_range r = ent_attack_range(record, quantity);

	if (!r.claims) {
		s->unknown++;
		return;
	}
	s->low += r.low < SUM_MAX - s->low ? r.low : SUM_MAX - s->low;
	s->high += r.high < SUM_MAX - s->high ? r.high : SUM_MAX - s->high;
	s->open |= r.open;
}

static int
count(struct counting *m, struct ent_str key, const struct ent_json *record,
      struct ent_err *err)
{
	struct ent_incident_bar *b;

	if (!key.n)
		key = ENT_STR(NOT_KNOWN);
	b = ent_map_get(m->map, key);
	if (!b) {
		b = ent_arena_alloc(m->a, sizeof(*b));
		if (b)
			b->key = ent_arena_dup(m->a, key);
		if (m->n == m->room) {
			size_t room = m->room ? 2 * m->room : 64;
			struct ent_incident_bar **more =
			    ent_arena_array(m->a, room, sizeof(struct ent_incident_bar *));

			if (!more)
				return ent_cli_nomem(err);
			for (size_t i = 0; i < m->n; i++)
				more[i] = m->bars[i];
			m->bars = more;
			m->room = room;
		}
		if (!b || !b->key.p || ent_map_put(m->map, b->key, b))
			return ent_cli_nomem(err);
		m->bars[m->n++] = b;
	}
	b->incidents++;
	sum(&b->killed, record, "killed");
	sum(&b->injured, record, "injured");
	return 0;
}

static struct ent_str
key_of(struct counting *m, struct ent_arena *a, const struct ent_json *record, size_t i)
{
	const struct ent_json *place = ent_json_at(ent_json_getc(record, "places"), 0);
	struct ent_str s = ent_json_getstr(record, "date");
	const struct ent_attack_code *k;

	switch (m->by) {
	case BY_YEAR:
		return (struct ent_str){ s.p, s.n < 4 ? s.n : 4 };
	case BY_PHASE:
		return ent_json_getstr(record, "phase");
	case BY_PLACE:
		s = ent_json_getstr(place, "country");
		return s.n ? s : ent_incident_place(m->c, a, place);
	case BY_GROUP:
		return ent_incident_actor(
		    m->c, a, ent_json_at(ent_json_getc(record, "perpetrators"), i));
	case BY_REGION:
		s = ent_json_getstr(place, "region");
		break;
	default:
		s = ent_json_str(ent_json_at(ent_json_getc(record, by_lists[m->by]), i));
		break;
	}
	k = ent_attack_code_find(by_codes[m->by], s);
	return k ? ent_str_c(k->name) : s;
}

/* An incident of several types counts under each. */
static int
see(void *self, struct ent_arena *a, const struct ent_held *held,
    const struct ent_json *incident, struct ent_err *err)
{
	struct counting *m = self;
	const struct ent_json *record = ent_attack_record(incident);
	size_t n = by_lists[m->by] ? ent_json_count(ent_json_getc(record, by_lists[m->by])) : 1;
	int rc = 0;

	(void)held;
	m->incidents++;
	if (!n)
		return count(m, (struct ent_str){ NULL, 0 }, record, err);
	for (size_t i = 0; rc == 0 && i < n; i++)
		rc = count(m, key_of(m, a, record, i), record, err);
	return rc;
}

static int
by_key(const void *a, const void *b)
{
	const struct ent_incident_bar *const *x = a, *const *y = b;

	return ent_str_cmp((*x)->key, (*y)->key);
}

static int
by_count(const void *a, const void *b)
{
	const struct ent_incident_bar *const *x = a, *const *y = b;

	if ((*x)->incidents != (*y)->incidents)
		return (*x)->incidents < (*y)->incidents ? 1 : -1;
	return by_key(a, b);
}

struct ent_str
ent_incident_sum_text(struct ent_arena *a, const struct ent_incident_sum *s, size_t incidents)
{
	struct ent_attack_range r = { incidents - s->unknown, s->low, s->high, s->open };
	struct ent_str text = ent_attack_range_text(a, &r);

	if (!s->unknown || s->unknown == incidents || !text.p)
		return text;
	return ent_arena_printf(a, "%.*s; not known of %zu", ENT_FMT(text), s->unknown);
}

static const struct ent_column columns[] = {
	{ "key", "WHAT", false },         { "incidents", "INCIDENTS", true },
	{ NULL, "KILLED", false },        { "killed_low", NULL, true },
	{ "killed_high", NULL, true },    { "killed_open", NULL, false },
	{ "killed_unknown", NULL, true }, { NULL, "INJURED", false },
	{ "injured_low", NULL, true },    { "injured_high", NULL, true },
	{ "injured_open", NULL, false },  { "injured_unknown", NULL, true },
};

static void
sum_cells(struct counting *m, const struct ent_incident_sum *s, size_t incidents)
{
	struct ent_out *o = &m->c->out;

	ent_cell(o, ent_incident_sum_text(m->a, s, incidents));
	ent_cell_int(o, s->low);
	ent_cell_int(o, s->high);
	ent_cell_bool(o, s->open);
	ent_cell_int(o, (int64_t)s->unknown);
}

static void
table(struct counting *m)
{
	struct ent_out *o = &m->c->out;

	ent_out_c(o, "by", NULL, by_names[m->by]);
	ent_out_int(o, "incidents", NULL, (int64_t)m->incidents);
	ent_out_list(o, "rows", ENT_COLUMNS(columns));
	for (size_t i = 0; i < m->n; i++) {
		const struct ent_incident_bar *b = m->bars[i];

		ent_cell(o, o->json ? b->key : ent_cli_cut(m->c, b->key, 48));
		ent_cell_int(o, (int64_t)b->incidents);
		sum_cells(m, &b->killed, b->incidents);
		sum_cells(m, &b->injured, b->incidents);
	}
	ent_out_list_end(o, "No incident.");
	if (m->n)
		ent_out_line(o,
		             "\n%zu incident%s.  Killed and injured are the sums of the lowest "
		             "and of the highest claims.%s",
		             m->incidents, ent_cli_s(m->incidents),
		             by_lists[m->by] ? "\nAn incident with several counts in each row."
		                             : "");
}

static int
draw(struct counting *m, struct ent_err *err)
{
	struct ent_incident_bar *flat = ent_arena_array(m->a, m->n, sizeof(*flat));
	struct ent_buf b;
	int rc;

	if (!flat)
		return ent_cli_nomem(err);
	for (size_t i = 0; i < m->n; i++)
		flat[i] = *m->bars[i];
	ent_buf_init(&b, (size_t)16 << 20);
	ent_incident_svg(&b, m->a, by_names[m->by], flat, m->n, m->incidents);
	rc = ent_buf_ok(&b) ? ent_file_write(ent_given_value(&m->c->given, "svg"),
	                                     ent_buf_view(&b), 0644, err)
	                    : ent_cli_nomem(err);
	ent_buf_release(&b);
	return rc;
}

static int
stats(struct ent_cli *c, struct ent_err *err)
{
	struct counting m = { .c = c, .by = BYS };
	struct ent_str by = ent_cli_value(c, "by");
	int rc;

	for (size_t i = 0; i < BYS; i++)
		if (ent_str_is(by.p ? by : ENT_STR("year"), by_names[i]))
			m.by = (enum by)i;
	if (m.by == BYS)
		return ent_fail(err, ENT_EINVAL,
		                "--by: \"%.*s\" is none of year, place, region, type, target, "
		                "weapon, phase, group",
		                ENT_FMT(by));
	m.a = ent_arena_new((size_t)256 << 20);
	m.map = m.a ? ent_map_new(m.a) : NULL;
	rc = m.map ? ent_incident_each(c, see, &m, err) : ent_cli_nomem(err);
	if (rc == 0 && m.n)
		qsort(m.bars, m.n, sizeof(struct ent_incident_bar *),
		      m.by == BY_YEAR ? by_key : by_count);
	if (rc == 0)
		table(&m);
	if (rc == 0 && ent_cli_flag(c, "svg"))
		rc = draw(&m, err);
	ent_arena_free(m.a);
	return rc;
}

const struct ent_command ent_cmd_incident_stats = {
	.name = "incident stats",
	.help = "count incidents by year, place, type, phase or group",
	.operands = "",
	.node = true,
	.json = true,
	.options = options,
	.text =
	    "Sums of killed and injured are ranges, from the lowest claims to the highest;\n"
	    "incidents of which nobody has claimed a figure are counted, not taken for 0.\n"
	    "--svg draws the counts, with their numbers beside the bars.",
	.run = stats,
};
