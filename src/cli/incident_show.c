/* SPDX-License-Identifier: Apache-2.0 */
/*
 * incident_show.c - `entente incident list`, `show` and `claims`.
 */
#include "cli/commands.h"
#include "cli/incident.h"

#define NAME_WIDTH 48

/* ---- list ---- */

static const struct ent_option list_options[] = {
	{ "year", "YEAR", "only of this year", 0, false },
	{ "phase", "PHASE", "only plotted, attempted, executed or thwarted ones", 0, false },
	{ "group", "TEXT", "only where a group's name has this in it", 0, false },
	{ 0 },
};

static const struct ent_column list_columns[] = {
	{ "date", "DATE", false },      { "phase", "PHASE", false },
	{ "name", "NAME", false },      { "place", NULL, false },
	{ "group", NULL, false },       { "killed", "KILLED", true },
	{ "injured", "INJURED", true }, { "claims", "CLAIMS", true },
	{ "id", "ID", false },
};

struct listing {
	struct ent_cli *c;
	struct ent_str year, phase, group;
};

static bool
has(struct ent_str s, struct ent_str part)
{
	for (size_t i = 0; i + part.n <= s.n; i++)
		if (ent_str_eq((struct ent_str){ s.p + i, part.n }, part))
			return true;
	return false;
}

static struct ent_str
range(struct ent_arena *a, const struct ent_json *record, const char *quantity)
{
	struct ent_attack_range r = ent_attack_range(record, quantity);

	return r.claims ? ent_attack_range_text(a, &r) : (struct ent_str){ NULL, 0 };
}

static int
list_one(void *self, struct ent_arena *a, const struct ent_held *held,
         const struct ent_json *incident, struct ent_err *err)
{
	struct listing *l = self;
	struct ent_out *o = &l->c->out;
	const struct ent_json *record = ent_attack_record(incident);
	struct ent_str date = ent_json_getstr(record, "date"),
		       name = ent_json_getstr(incident, "name");
	struct ent_str group = ent_incident_actors(l->c, a, record);

	(void)err;
	if ((l->year.p &&
	     !(date.n >= 4 && ent_str_eq((struct ent_str){ date.p, 4 }, l->year))) ||
	    (l->phase.p && !ent_str_eq(l->phase, ent_json_getstr(record, "phase"))) ||
	    (l->group.p && !has(group, l->group)))
		return 0;
	ent_cell(o, date);
	ent_cell(o, ent_json_getstr(record, "phase"));
	ent_cell(o, o->json ? name : ent_cli_cut(l->c, name, NAME_WIDTH));
	ent_cell(o,
	         ent_incident_place(l->c, a, ent_json_at(ent_json_getc(record, "places"), 0)));
	ent_cell(o, group);
	ent_cell(o, range(a, record, "killed"));
	ent_cell(o, range(a, record, "injured"));
	ent_cell_int(o, (int64_t)ent_json_count(ent_json_getc(record, "claims")));
	ent_cell(o, held->id);
	return 0;
}

static int
list(struct ent_cli *c, struct ent_err *err)
{
	struct listing l = { c, ent_cli_value(c, "year"), ent_cli_value(c, "phase"),
		             ent_cli_value(c, "group") };
	int rc;

	ent_out_list(&c->out, "incidents", ENT_COLUMNS(list_columns));
	rc = ent_incident_each(c, list_one, &l, err);
	ent_out_list_end(&c->out, "No incident. `entente incident add` enters one, `entente "
	                          "incident import` a table of them.");
	return rc;
}

const struct ent_command ent_cmd_incident_list = {
	.name = "incident list",
	.help = "list attacks, attempts and plots",
	.operands = "",
	.node = true,
	.json = true,
	.options = list_options,
	.text = "Killed and injured are the range of the claims; blank: nobody has said it,\n"
		"which is not 0.",
	.run = list,
};

/* ---- claims ---- */

static const struct ent_column claim_columns[] = {
	{ "quantity", "WHAT", false },  { "figure", "FIGURE", true },
	{ "value", NULL, true },        { "highest", NULL, true },
	{ "bound", NULL, false },       { "perpetrators", "PERPETRATORS", false },
	{ "as_of", "AS OF", false },    { "source", "SOURCE", false },
	{ "source_text", NULL, false }, { "source_date", "DATED", false },
	{ "url", NULL, false },
};

/* "12", "12 to 15", "at least 12" */
static struct ent_str
figure(struct ent_arena *a, const struct ent_json *claim)
{
	static const char *const words[][2] = { { "at-least", "at least " },
		                                { "more-than", "more than " },
		                                { "about", "about " } };
	struct ent_attack_range r = { .claims = 1 };
	const char *word = "";

	(void)ent_json_int(ent_json_getc(claim, "value"), &r.low);
	r.high = r.low;
	(void)ent_json_int(ent_json_getc(claim, "highest"), &r.high);
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (ent_str_is(ent_json_getstr(claim, "bound"), words[i][0]))
			word = words[i][1];
	return ent_arena_printf(a, "%s%.*s", word, ENT_FMT(ent_attack_range_text(a, &r)));
}

static void
int_cell(struct ent_out *o, const struct ent_json *v)
{
	int64_t n;

	if (ent_json_int(v, &n))
		ent_cell_int(o, n);
	else
		ent_cell(o, (struct ent_str){ NULL, 0 });
}

static void
claim_row(struct ent_cli *c, const struct ent_json *claim)
{
	const struct ent_json *source = ent_json_getc(claim, "source");
	struct ent_out *o = &c->out;
	bool in = false,
	     said = ent_json_bool(ent_json_getc(claim, "includes_perpetrators"), &in);

	ent_cell(o, ent_json_getstr(claim, "quantity"));
	ent_cell(o, figure(c->arena, claim));
	int_cell(o, ent_json_getc(claim, "value"));
	int_cell(o, ent_json_getc(claim, "highest"));
	ent_cell(o, ent_json_getstr(claim, "bound"));
	ent_cell_c(o, !said ? "not said" : in ? "included" : "excluded");
	ent_cell(o, ent_json_getstr(claim, "as_of"));
	ent_cell(o, ent_json_getstr(source, "name"));
	ent_cell(o, ent_json_getstr(source, "text"));
	ent_cell(o, ent_json_getstr(source, "date"));
	ent_cell(o, ent_json_getstr(source, "url"));
}

/* Whether this is the first claim of its quantity. */
static bool
first_of(const struct ent_json *claims, size_t i, struct ent_str quantity)
{
	for (size_t k = 0; k < i; k++)
		if (ent_str_eq(ent_json_getstr(ent_json_at(claims, k), "quantity"), quantity))
			return false;
	return true;
}

/* Claims of one quantity stand together, as they were made. */
static void
claim_table(struct ent_cli *c, const struct ent_json *claims)
{
	ent_out_list(&c->out, "claims", ENT_COLUMNS(claim_columns));
	for (size_t i = 0; i < ent_json_count(claims); i++) {
		struct ent_str q = ent_json_getstr(ent_json_at(claims, i), "quantity");

		for (size_t k = i; first_of(claims, i, q) && k < ent_json_count(claims); k++)
			if (ent_str_eq(ent_json_getstr(ent_json_at(claims, k), "quantity"), q))
				claim_row(c, ent_json_at(claims, k));
	}
	ent_out_list_end(&c->out, "Nobody has claimed a figure: nothing is known, not 0.");
}

static const struct ent_column conflict_columns[] = {
	{ "quantity", NULL, false }, { "low", NULL, true },    { "high", NULL, true },
	{ "open", NULL, false },     { "claims", NULL, true },
};

/* Where sources differ, it is said; which of them is right isn't for a program to say. */
static void
conflicts(struct ent_cli *c, const struct ent_json *record)
{
	const struct ent_json *claims = ent_json_getc(record, "claims");
	size_t n = 0;

	ent_out_list(&c->out, "conflicts", ENT_COLUMNS(conflict_columns));
	for (size_t i = 0; i < ent_json_count(claims); i++) {
		struct ent_str q = ent_json_getstr(ent_json_at(claims, i), "quantity");
		struct ent_str copy = ent_arena_dup(c->arena, q);
		struct ent_attack_range r;

		if (!copy.p || !first_of(claims, i, q))
			continue;
		r = ent_attack_range(record, copy.p);
		if (r.claims < 2 || r.low == r.high)
			continue;
		if (c->json) {
			ent_cell(&c->out, q);
			ent_cell_int(&c->out, r.low);
			ent_cell_int(&c->out, r.high);
			ent_cell_bool(&c->out, r.open);
			ent_cell_int(&c->out, (int64_t)r.claims);
		} else {
			ent_out_line(&c->out, "%s%.*s: %zu claims, from %.*s.", n ? "" : "\n",
			             ENT_FMT(q), r.claims,
			             ENT_FMT(ent_attack_range_text(c->arena, &r)));
		}
		n++;
	}
	if (c->json)
		ent_out_list_end(&c->out, NULL);
}

static int
claims(struct ent_cli *c, struct ent_err *err)
{
	const struct ent_json *v;
	struct ent_held held;
	int rc = ent_incident_find(c, ent_cli_operand(c, 0), &held, &v, err);

	if (rc)
		return rc;
	ent_out_str(&c->out, "id", "incident", held.id);
	ent_out_str(&c->out, "name", "name", ent_json_getstr(v, "name"));
	ent_out_str(&c->out, "version", "version", held.version);
	ent_out_line(&c->out, "%s", "");
	claim_table(c, ent_json_getc(ent_attack_record(v), "claims"));
	conflicts(c, ent_attack_record(v));
	return 0;
}

const struct ent_command ent_cmd_incident_claims = {
	.name = "incident claims",
	.help = "show what each source says of killed, injured and others, side by side",
	.operands = "ID",
	.min = 1,
	.max = 1,
	.node = true,
	.json = true,
	.text = "ID is an id, a number in another register, or the name.  Claims are never\n"
		"averaged: where they differ, the range is told.",
	.run = claims,
};

/* ---- show ---- */

static struct ent_str
words(struct ent_arena *a, const struct ent_json *list, enum ent_attack_codes t)
{
	struct ent_str all = { NULL, 0 };

	for (size_t i = 0; i < ent_json_count(list); i++) {
		struct ent_str s = ent_json_str(ent_json_at(list, i));
		const struct ent_attack_code *k = ent_attack_code_find(t, s);

		all = ent_arena_printf(a, "%.*s%s%.*s", ENT_FMT(all), all.n ? "; " : "",
		                       ENT_FMT(k ? ent_str_c(k->name) : s));
	}
	return all;
}

static struct ent_str
when(struct ent_arena *a, const struct ent_json *record)
{
	struct ent_str date = ent_json_getstr(record, "date"),
		       end = ent_json_getstr(record, "end_date");
	struct ent_str time = ent_json_getstr(record, "time"),
		       zone = ent_json_getstr(record, "zone");
	bool near = false;

	(void)ent_json_bool(ent_json_getc(record, "approximate"), &near);
	if (!date.n)
		return ENT_STR("not known");
	return ent_arena_printf(a, "%s%.*s%s%.*s%s%s%.*s%s%.*s (known to the %s)",
	                        near ? "about " : "", ENT_FMT(date), time.n ? ", " : "",
	                        ENT_FMT(time), time.n == 2 ? " hours" : "", zone.n ? " " : "",
	                        ENT_FMT(zone), end.n ? " until " : "", ENT_FMT(end),
	                        time.n == 5   ? "minute"
	                        : time.n      ? "hour"
	                        : date.n == 4 ? "year"
	                        : date.n == 7 ? "month"
	                                      : "day");
}

static void
show_places(struct ent_cli *c, const struct ent_json *list)
{
	for (size_t i = 0; i < ent_json_count(list); i++) {
		const struct ent_json *p = ent_json_at(list, i);
		struct ent_str at = ENT_STR("");
		double latitude, longitude;
		int64_t specificity = 0;

		(void)ent_json_int(ent_json_getc(p, "specificity"), &specificity);
		if (ent_json_double(ent_json_getc(p, "latitude"), &latitude) &&
		    ent_json_double(ent_json_getc(p, "longitude"), &longitude))
			at = ent_arena_printf(
			    c->arena, " at %.4f,%.4f%s", latitude, longitude,
			    specificity > 1 ? " (the centre of an area around it)" : "");
		ent_out_line(&c->out, "place: %.*s (%.*s)%.*s%s%.*s",
		             ENT_FMT(ent_incident_place(c, c->arena, p)),
		             ENT_FMT(ent_json_getstr(p, "role")), ENT_FMT(at),
		             ent_json_getstr(p, "detail").n ? "; " : "",
		             ENT_FMT(ent_json_getstr(p, "detail")));
	}
}

static void
show_groups(struct ent_cli *c, const struct ent_json *list)
{
	for (size_t i = 0; i < ent_json_count(list); i++) {
		const struct ent_json *g = ent_json_at(list, i);
		struct ent_str mode = ent_json_getstr(g, "claim_mode");
		bool uncertain = false, claimed = false;
		int64_t n = -1;

		(void)ent_json_bool(ent_json_getc(g, "uncertain"), &uncertain);
		(void)ent_json_bool(ent_json_getc(g, "claimed"), &claimed);
		(void)ent_json_int(ent_json_getc(g, "count"), &n);
		ent_out_line(
		    &c->out, "perpetrator: %.*s%s%.*s%.*s%s%s%.*s",
		    ENT_FMT(ent_incident_actor(c, c->arena, g)),
		    ent_json_getstr(g, "subgroup").n ? ", " : "",
		    ENT_FMT(ent_json_getstr(g, "subgroup")),
		    ENT_FMT(n >= 0 ? ent_arena_printf(c->arena, ", %lld persons", (long long)n)
		                   : ENT_STR("")),
		    uncertain ? ", not sure" : "", claimed ? ", has claimed it by " : "",
		    ENT_FMT(claimed ? mode.n ? mode : ENT_STR("unknown means") : ENT_STR("")));
	}
}

static void
show_links(struct ent_cli *c, const struct ent_json *list)
{
	for (size_t i = 0; i < ent_json_count(list); i++) {
		const struct ent_json *l = ent_json_at(list, i);
		struct ent_str to = ent_json_getstr(l, "object_ref");

		ent_out_line(&c->out, "%.*s: %.*s", ENT_FMT(ent_json_getstr(l, "role")),
		             ENT_FMT(to.n ? to : ent_json_getstr(l, "thread")));
	}
}

static int
show(struct ent_cli *c, struct ent_err *err)
{
	const struct ent_json *v, *record;
	struct ent_out *o = &c->out;
	struct ent_held held;
	int rc = ent_incident_find(c, ent_cli_operand(c, 0), &held, &v, err);

	if (rc)
		return rc;
	record = ent_attack_record(v);
	ent_out_str(o, "id", "incident", held.id);
	ent_out_str(o, "version", "version", held.version);
	ent_out_str(o, "name", "name", ent_json_getstr(v, "name"));
	ent_out_str(o, NULL, "what happened", ent_json_getstr(v, "description"));
	ent_out_value(o, "object", v);
	if (!record) {
		ent_out_line(o, "It has no attack record (docs/extensions).");
		return 0;
	}
	ent_out_str(o, NULL, "phase", ent_json_getstr(record, "phase"));
	ent_out_str(
	    o, NULL, "determination",
	    ent_json_getstr(ent_json_getc(ent_json_getc(v, "extensions"), ENT_INCIDENT_CORE),
	                    "determination"));
	ent_out_str(o, NULL, "date", when(c->arena, record));
	ent_out_str(o, NULL, "attack",
	            words(c->arena, ent_json_getc(record, "attack_types"), ENT_CODES_ATTACK));
	ent_out_str(o, NULL, "target",
	            words(c->arena, ent_json_getc(record, "target_types"), ENT_CODES_TARGET));
	ent_out_str(o, NULL, "weapon",
	            words(c->arena, ent_json_getc(record, "weapon_types"), ENT_CODES_WEAPON));
	show_places(c, ent_json_getc(record, "places"));
	show_groups(c, ent_json_getc(record, "perpetrators"));
	show_links(c, ent_json_getc(record, "links"));
	if (!c->json) {
		ent_out_line(o, "%s", "");
		claim_table(c, ent_json_getc(record, "claims"));
		conflicts(c, record);
	}
	return 0;
}

const struct ent_command ent_cmd_incident_show = {
	.name = "incident show",
	.help = "show an incident with all that is claimed of it",
	.operands = "ID",
	.min = 1,
	.max = 1,
	.node = true,
	.json = true,
	.text = "ID is an id, a number in another register, or the name.",
	.run = show,
};
