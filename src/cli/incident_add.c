/* SPDX-License-Identifier: Apache-2.0 */
/*
 * incident_add.c - `entente incident add`, `claim` and `link`: what a person knows of an
 * attack.
 */
#include <stdlib.h>

#include "base/limits.h"
#include "base/time.h"
#include "base/utf8.h"
#include "base/uuid.h"
#include "cli/commands.h"
#include "cli/incident.h"

/* clang-format off */
static const struct ent_option options[] = {
	{ "name", "TEXT", "what it is called; else made of type, place and date", 0, false },
	{ "description", "TEXT", "what happened", 0, false },
	{ "phase", "PHASE", "plotted, attempted, executed (the default) or thwarted", 0, false },
	{ "date", "DATE", "YYYY, YYYY-MM or YYYY-MM-DD, as much as is known", 0, false },
	{ "end-date", "DATE", "the last day of what went on", 0, false },
	{ "approximate", NULL, "the date is near, not sure", 0, false },
	{ "time", "TIME", "local: HH or HH:MM", 0, false },
	{ "zone", "ZONE", "of the time: Z, +02:00, Europe/Berlin", 0, false },
	{ "attack-type", "CODE", "number or word of a code; up to 4", 0, true },
	{ "target-type", "CODE", "the same of the target", 0, true },
	{ "weapon-type", "CODE", "the same of the weapon", 0, true },
	{ "suicide", NULL, "a perpetrator meant to die", 0, false },
	{ "country", "NAME", "where", 0, false },
	{ "region", "CODE", "number or word of the database's region", 0, false },
	{ "province", "NAME", "province or state", 0, false },
	{ "city", "NAME", "town", 0, false },
	{ "detail", "TEXT", "more of the place", 0, false },
	{ "at", "LAT,LON", "degrees, south and west below 0", 0, false },
	{ "specificity", "N", "of these: 1 the place itself ... 5 not known", 0, false },
	{ "group", "NAME", "who did it: a name, or the id of an object; up to 4", 0, true },
	{ "uncertain", NULL, "that the group did it is not sure", 0, false },
	{ "claimed", "MODE", "the group claimed it: letter, video, ..., unknown", 0, false },
	{ "claim", "CLAIM", "a figure, as `incident claim` has it", 0, true },
	{ "reference", "SOURCE:ID", "its number elsewhere", 0, false },
	{ "tlp", "LEVEL", "mark what is made: clear, green, amber, amber+strict, red", 0, false },
	{ 0 },
};
/* clang-format on */

/* ---- claims ---- */

/* Cuts a number off *s. */
static bool
cut_number(struct ent_str *s, int64_t *out)
{
	struct ent_str digits = { s->p, 0 };
	uint64_t n;

	while (digits.n < s->n && s->p[digits.n] >= '0' && s->p[digits.n] <= '9')
		digits.n++;
	if (ent_str_u64(digits, (uint64_t)ENT_ATTACK_FIGURE, &n))
		return false;
	*out = (int64_t)n;
	*s = ent_str_from(*s, digits.n);
	return true;
}

/* 12, 12-15, 12+, >12, ~12 */
static int
claim_value(struct ent_str s, struct ent_attack_claim *out, struct ent_err *err)
{
	struct ent_str all = s;
	bool ok;

	if (s.n && (s.p[0] == '>' || s.p[0] == '~')) {
		out->bound = s.p[0] == '>' ? "more-than" : "about";
		s = ent_str_from(s, 1);
	}
	ok = cut_number(&s, &out->value);
	if (ok && !out->bound && ent_str_is(s, "+")) {
		out->bound = "at-least";
		s.n = 0;
	} else if (ok && s.n && s.p[0] == '-') {
		s = ent_str_from(s, 1);
		ok = cut_number(&s, &out->highest) && out->highest >= out->value;
	}
	if (ok && !s.n)
		return 0;
	return ent_fail(err, ENT_EINVAL,
	                "\"%.*s\" is no figure: 12, 12-15 (a range), 12+ (at least), >12 (more "
	                "than) or ~12 (about), up to %lld",
	                ENT_FMT(ent_utf8_cut(all, 40)), (long long)ENT_ATTACK_FIGURE);
}

static int
claim_rest(struct ent_cli *c, struct ent_str key, struct ent_str value,
           struct ent_attack_claim *out, struct ent_err *err)
{
	const struct {
		const char *key;
		struct ent_str *to;
		bool date;
	} rows[] = {
		{ "source", &out->source, false }, { "url", &out->url, false },
		{ "text", &out->text, false },     { "date", &out->date, true },
		{ "as-of", &out->as_of, true },
	};

	if (ent_str_is(key, "perpetrators")) {
		out->includes = ent_str_is(value, "included")   ? ENT_IS
		                : ent_str_is(value, "excluded") ? ENT_IS_NOT
		                                                : ENT_MAYBE;
		return out->includes
		           ? 0
		           : ent_fail(err, ENT_EINVAL, "perpetrators=: included or excluded");
	}
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (!ent_str_is(key, rows[i].key))
			continue;
		if (!value.n || !ent_attack_text_ok(value) ||
		    (rows[i].date && !ent_attack_date_ok(value)))
			return ent_fail(err, ENT_EINVAL, "%s=\"%.*s\": that is no %s",
			                rows[i].key, ENT_FMT(value),
			                rows[i].date ? "date like 2001-09-11, 2001-09 or 2001"
			                             : "text");
		*rows[i].to = value;
		return 0;
	}
	(void)c;
	return ent_fail(err, ENT_EINVAL,
	                "\"%.*s\": a claim knows source=, url=, text=, date=, as-of= and "
	                "perpetrators=",
	                ENT_FMT(key));
}

/* killed=2977;source=NAME;perpetrators=excluded */
int
ent_incident_claim(struct ent_cli *c, struct ent_str text, struct ent_attack_claim *out,
                   struct ent_err *err)
{
	struct ent_str rest = text, part;
	int rc = 0;

	*out = (struct ent_attack_claim){ .highest = -1 };
	while (rc == 0 && ent_str_next(&rest, ';', &part)) {
		size_t is = ent_str_find(part, '=');
		struct ent_str key = ent_str_trim((struct ent_str){ part.p, is });
		struct ent_str value = ent_str_trim(ent_str_from(part, is + 1));

		if (is == part.n) {
			rc = ent_fail(err, ENT_EINVAL, "\"%.*s\" is not KEY=VALUE",
			              ENT_FMT(part));
		} else if (out->quantity) {
			rc = claim_rest(c, key, value, out, err);
		} else {
			out->quantity = ent_arena_dup(c->arena, key).p;
			rc = out->quantity ? claim_value(value, out, err) : ent_cli_nomem(err);
		}
	}
	if (rc == 0 && !out->quantity)
		rc =
		    ent_fail(err, ENT_EINVAL, "a claim begins with what is counted: killed=12");
	if (rc == 0 && !out->source.n)
		rc = ent_fail(err, ENT_EINVAL, "a claim has a source: source=NAME");
	return rc ? ent_within(err, rc, "claim \"%.*s\"", ENT_FMT(ent_utf8_cut(text, 80))) : 0;
}

/* ---- add ---- */

struct adding {
	struct ent_cli *c;
	struct ent_attack x;
};

static int
text_option(struct ent_cli *c, const char *name, struct ent_str *out, struct ent_err *err)
{
	struct ent_str s = ent_cli_value(c, name);

	if (!s.p)
		return 0;
	*out = ent_str_trim(s);
	if (!out->n || out->n > ENT_ATTACK_TEXT || !ent_attack_text_ok(*out))
		return ent_fail(err, ENT_EINVAL,
		                "--%s: empty, too long, or with control characters", name);
	return 0;
}

static int
texts(struct ent_cli *c, struct ent_attack *x, struct ent_err *err)
{
	const struct {
		const char *option;
		struct ent_str *to;
		bool (*ok)(struct ent_str s);
		const char *what;
	} rows[] = {
		{ "name", &x->name, NULL, NULL },
		{ "description", &x->description, NULL, NULL },
		{ "date", &x->date, ent_attack_date_ok,
		  "a day that the calendar has: 2001-09-11, 2001-09 or 2001" },
		{ "end-date", &x->end_date, ent_attack_date_ok,
		  "a day that the calendar has: 2001-09-11, 2001-09 or 2001" },
		{ "time", &x->time, ent_attack_time_ok, "an hour or a time: 08 or 08:46" },
		{ "zone", &x->zone, ent_attack_zone_ok, "Z, +02:00 or Europe/Berlin" },
		{ "country", &x->place.country, NULL, NULL },
		{ "province", &x->place.province, NULL, NULL },
		{ "city", &x->place.city, NULL, NULL },
		{ "detail", &x->place.detail, NULL, NULL },
	};
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < sizeof(rows) / sizeof(rows[0]); i++) {
		rc = text_option(c, rows[i].option, rows[i].to, err);
		if (rc == 0 && rows[i].ok && rows[i].to->p && !rows[i].ok(*rows[i].to))
			rc = ent_fail(err, ENT_EINVAL, "--%s: \"%.*s\" is not %s",
			              rows[i].option, ENT_FMT(*rows[i].to), rows[i].what);
	}
	if (rc == 0 && x->time.p && !x->date.p)
		rc = ent_fail(err, ENT_EINVAL, "--time needs --date");
	if (rc == 0 && x->zone.p && !x->time.p)
		rc = ent_fail(err, ENT_EINVAL, "--zone needs --time");
	if (rc == 0 && x->end_date.p && ent_str_cmp(x->end_date, x->date) < 0)
		rc = ent_fail(err, ENT_EINVAL, "--end-date is before --date");
	return rc;
}

static int
code_option(const char *option, enum ent_attack_codes t, struct ent_str s,
            const struct ent_attack_code **out, struct ent_err *err)
{
	struct ent_buf all;
	int rc = 0;

	*out = ent_attack_code_find(t, s);
	if (*out)
		return 0;
	ent_buf_init(&all, 4096);
	for (size_t i = 0; ent_attack_code_at(t, i); i++)
		ent_buf_printf(&all, "%s%d %s", i ? ", " : "", ent_attack_code_at(t, i)->number,
		               ent_attack_code_at(t, i)->word);
	rc = ent_fail(err, ENT_EINVAL, "--%s: \"%.*s\" is no %s: %.*s", option, ENT_FMT(s),
	              ent_attack_codes_name(t), ENT_FMT(ent_buf_view(&all)));
	ent_buf_release(&all);
	return rc;
}

static int
codes(struct ent_cli *c, struct ent_attack *x, struct ent_err *err)
{
	const struct {
		const char *option;
		enum ent_attack_codes table;
		const struct ent_attack_code **to;
		size_t most;
	} rows[] = {
		{ "attack-type", ENT_CODES_ATTACK, x->attacks, ENT_ATTACK_MANY },
		{ "target-type", ENT_CODES_TARGET, x->targets, ENT_ATTACK_MANY },
		{ "weapon-type", ENT_CODES_WEAPON, x->weapons, ENT_ATTACK_MANY },
	};
	const struct ent_attack_code *phase = ent_attack_code(ENT_CODES_PHASE, 3);
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct ent_str *list;
		size_t n = 0;

		rc = ent_given_all(&c->given, c->arena, rows[i].option, &list, &n, err);
		if (rc == 0 && n > rows[i].most)
			rc = ent_fail(err, ENT_EINVAL, "--%s: at most %zu", rows[i].option,
			              rows[i].most);
		for (size_t k = 0; rc == 0 && k < n; k++)
			rc = code_option(rows[i].option, rows[i].table, list[k], &rows[i].to[k],
			                 err);
	}
	if (rc == 0 && ent_cli_flag(c, "phase"))
		rc = code_option("phase", ENT_CODES_PHASE, ent_cli_value(c, "phase"), &phase,
		                 err);
	if (rc == 0 && ent_cli_flag(c, "region"))
		rc = code_option("region", ENT_CODES_REGION, ent_cli_value(c, "region"),
		                 &x->place.region, err);
	x->phase = phase ? phase->word : NULL;
	x->approximate = ent_cli_flag(c, "approximate");
	x->suicide = ent_cli_flag(c, "suicide") ? ENT_IS : ENT_MAYBE;
	return rc;
}

static int
coordinates(struct ent_cli *c, struct ent_attack_place *p, struct ent_err *err)
{
	struct ent_str s = ent_cli_value(c, "at");
	int64_t specificity = 0;
	char *end;
	int rc = ent_cli_number(c, "specificity", 1, 5, &specificity, err);

	p->specificity = (int)specificity;
	if (rc || !s.p)
		return rc;
	s = ent_arena_dup(c->arena, s);
	if (!s.p)
		return ent_cli_nomem(err);
	p->latitude = strtod(s.p, &end);
	p->located = end != s.p && *end == ',';
	if (p->located) {
		const char *second = end + 1;

		p->longitude = strtod(second, &end);
		p->located = end != second && !*end;
	}
	if (!p->located || !(p->latitude >= -90 && p->latitude <= 90) ||
	    !(p->longitude >= -180 && p->longitude <= 180))
		return ent_fail(err, ENT_EINVAL,
		                "--at: \"%.*s\" is not LATITUDE,LONGITUDE in degrees, like "
		                "40.71,-74.01",
		                ENT_FMT(s));
	return 0;
}

static int
groups(struct ent_cli *c, struct ent_attack *x, struct ent_err *err)
{
	const struct ent_attack_code *mode = NULL;
	struct ent_str *list;
	size_t n = 0;
	int rc = ent_given_all(&c->given, c->arena, "group", &list, &n, err);

	if (rc == 0 && ent_cli_flag(c, "claimed"))
		rc = code_option("claimed", ENT_CODES_CLAIM_MODE, ent_cli_value(c, "claimed"),
		                 &mode, err);
	if (rc == 0 && n > ENT_ATTACK_MANY)
		rc = ent_fail(err, ENT_EINVAL, "--group: at most %d", ENT_ATTACK_MANY);
	if (rc == 0 && !n && (mode || ent_cli_flag(c, "uncertain")))
		rc = ent_fail(err, ENT_EINVAL, "--claimed and --uncertain need --group");
	for (size_t i = 0; rc == 0 && i < n; i++) {
		bool id = ent_str_starts(list[i], "intrusion-set--") ||
		          ent_str_starts(list[i], "threat-actor--") ||
		          ent_str_starts(list[i], "identity--");

		if (!list[i].n || !ent_attack_text_ok(list[i]))
			return ent_fail(err, ENT_EINVAL,
			                "--group: empty or with control characters");
		x->groups[x->n_groups++] = (struct ent_attack_group){
			.actor = id ? list[i] : (struct ent_str){ NULL, 0 },
			.name = id ? (struct ent_str){ NULL, 0 } : list[i],
			.count = -1,
			.uncertain = ent_cli_flag(c, "uncertain") ? ENT_IS : ENT_MAYBE,
			.claimed = mode ? ENT_IS : ENT_MAYBE,
			.mode = mode,
		};
	}
	return rc;
}

static int
claims(struct ent_cli *c, struct ent_attack *x, struct ent_err *err)
{
	struct ent_str *list;
	size_t n = 0;
	int rc = ent_given_all(&c->given, c->arena, "claim", &list, &n, err);

	if (rc == 0 && n > ENT_ATTACK_CLAIMS)
		rc = ent_fail(err, ENT_EINVAL, "--claim: at most %d", ENT_ATTACK_CLAIMS);
	for (size_t i = 0; rc == 0 && i < n; i++)
		rc = ent_incident_claim(c, list[i], &x->claims[x->n_claims++], err);
	return rc;
}

static int
rest(struct ent_cli *c, struct ent_attack *x, struct ent_err *err)
{
	struct ent_str ref = ent_cli_value(c, "reference");
	size_t colon = ent_str_find(ref, ':');
	struct ent_str where = x->place.city.n ? x->place.city : x->place.country;

	if (ref.p && (!colon || colon + 1 >= ref.n || !ent_attack_text_ok(ref)))
		return ent_fail(err, ENT_EINVAL, "--reference: \"%.*s\" is not SOURCE:ID",
		                ENT_FMT(ref));
	if (ref.p) {
		x->source_name = (struct ent_str){ ref.p, colon };
		x->external_id = ent_str_from(ref, colon + 1);
	}
	if (!x->name.n)
		x->name = ent_arena_printf(c->arena, "%s%s%.*s%s%.*s",
		                           x->attacks[0] ? x->attacks[0]->name : "Attack",
		                           where.n ? ", " : "", ENT_FMT(where),
		                           x->date.n ? ", " : "", ENT_FMT(x->date));
	x->created_by = ent_str_c(ent_exchange_party(c->x));
	x->created = ent_time_dup(c->arena, ent_now_us(), 3);
	x->id = ent_stix_id_new(c->arena, "incident");
	if (!x->name.p || !x->created.p || !x->id.p)
		return ent_cli_nomem(err);
	return ent_incident_ids(c, c->arena, x, err);
}

static int
add_write(void *self, struct ent_err *err)
{
	struct adding *m = self;

	return ent_incident_put_new(m->c, m->c->arena, &m->x, err);
}

static const struct ent_column id_columns[] = { { "id", "MADE OR USED", false } };

static int
add(struct ent_cli *c, struct ent_err *err)
{
	struct adding m = { .c = c };
	struct ent_attack *x = &m.x;
	int rc = texts(c, x, err);

	if (rc == 0)
		rc = codes(c, x, err);
	if (rc == 0)
		rc = coordinates(c, &x->place, err);
	if (rc == 0)
		rc = groups(c, x, err);
	if (rc == 0)
		rc = claims(c, x, err);
	if (rc == 0)
		rc = ent_incident_tlp(c, &x->marking, err);
	if (rc == 0)
		rc = rest(c, x, err);
	if (rc == 0)
		rc = ent_holdings_write(c->x, add_write, &m, err);
	if (rc)
		return rc;
	ent_out_str(&c->out, "id", "incident", x->id);
	ent_out_str(&c->out, "name", "name", x->name);
	ent_out_list(&c->out, "objects", ENT_COLUMNS(id_columns));
	ent_cell(&c->out, x->id);
	if (x->place.location.p)
		ent_cell(&c->out, x->place.location);
	for (size_t i = 0; i < x->n_groups; i++)
		ent_cell(&c->out, x->groups[i].actor);
	ent_out_list_end(&c->out, NULL);
	return 0;
}

const struct ent_command ent_cmd_incident_add = {
	.name = "incident add",
	.help = "enter an attack, an attempt or a plot",
	.operands = "",
	.node = true,
	.json = true,
	.options = options,
	.text =
	    "What isn't given is not known: nothing is taken for 0.  Codes are those of the\n"
	    "Global Terrorism Database, by number or word; a wrong one lists them all.\n"
	    "A claim is killed=12;source=NAME, as `incident claim` explains.",
	.run = add,
};

/* ---- a claim more ---- */

static int
claim(struct ent_cli *c, struct ent_err *err)
{
	struct ent_attack_claim made;
	struct ent_attack_next n = { 0 };
	struct ent_held held;
	struct ent_str text;
	struct ent_buf b;
	struct ent_jw w;
	int rc = ent_incident_claim(c, ent_cli_operand(c, 1), &made, err);

	if (rc == 0)
		rc = ent_incident_find(c, ent_cli_operand(c, 0), &held, &n.was, err);
	if (rc == 0 && !ent_attack_record(n.was))
		rc = ent_fail(err, ENT_ESTATE, "%.*s has no attack record, so no claims",
		              ENT_FMT(held.id));
	if (rc)
		return rc;
	ent_buf_init(&b, 1 << 20);
	ent_jw_init(&w, &b);
	ent_attack_put_claim(&w, &made);
	rc = ent_buf_ok(&b)
	         ? ent_json_parse(c->arena, ent_buf_view(&b), ENT_JSON_DEPTH, &n.more, err)
	         : ent_cli_nomem(err);
	ent_buf_release(&b);
	n.now = n.was;
	if (rc == 0)
		rc = ent_incident_next(c, n.was, &n, &text, err);
	if (rc == ENT_EINVAL)
		return ent_fail(err, ENT_EEXIST, "the incident has that claim already");
	if (rc)
		return rc;
	ent_out_str(&c->out, "id", "incident", held.id);
	ent_out_line(&c->out,
	             "A claim more, in a new version.  The others stand as they were.");
	return 0;
}

const struct ent_command ent_cmd_incident_claim = {
	.name = "incident claim",
	.help = "add a figure to an incident, beside those that are there",
	.operands = "ID CLAIM",
	.min = 2,
	.max = 2,
	.node = true,
	.json = true,
	.text =
	    "CLAIM is what is counted, the figure, and what is known of it:\n"
	    "  \"killed=2977;perpetrators=excluded;source=NAME;as-of=2011-09-11\"\n"
	    "A figure is 12, 12-15 (a range), 12+ (at least), >12 (more than), ~12 (about).\n"
	    "source= is required; url=, text=, date= (of the source), as-of= (the day for\n"
	    "which it was said) and perpetrators=included or excluded are not.",
	.run = claim,
};

/* ---- a link ---- */

static const struct ent_option link_options[] = {
	{ "role", "WORD", "what it is to the incident: tip (the default), outcome, report, ...",
	  0, false },
	{ 0 },
};

static int
link_to(struct ent_cli *c, struct ent_err *err)
{
	struct ent_attack_link to = { ent_cli_operand(c, 1), ent_cli_value(c, "role") };
	struct ent_attack_next n = { .link = &to };
	struct ent_held held;
	struct ent_str text, type;
	uint8_t uuid[16];
	int rc = 0;

	if (!to.role.p)
		to.role = ENT_STR("tip");
	if (ent_uuid_parse(to.ref, uuid) && ent_stix_id_parse(to.ref, &type, uuid))
		rc = ent_fail(err, ENT_EINVAL,
		              "\"%.*s\" is neither the id of an object nor that of a thread",
		              ENT_FMT(to.ref));
	if (rc == 0)
		rc = ent_incident_find(c, ent_cli_operand(c, 0), &held, &n.was, err);
	if (rc == 0 && !ent_attack_record(n.was))
		rc = ent_fail(err, ENT_ESTATE, "%.*s has no attack record, so no links",
		              ENT_FMT(held.id));
	n.now = n.was;
	if (rc == 0)
		rc = ent_incident_next(c, n.was, &n, &text, err);
	if (rc == 0)
		ent_out_str(&c->out, "id", "incident", held.id);
	return rc;
}

const struct ent_command ent_cmd_incident_link = {
	.name = "incident link",
	.help = "tie an incident to a tip, an outcome or another object",
	.operands = "ID OBJECT|THREAD",
	.min = 2,
	.max = 2,
	.node = true,
	.json = true,
	.options = link_options,
	.run = link_to,
};
