/* SPDX-License-Identifier: Apache-2.0 */
/*
 * agreement_diff.c - the holdings before two documents of an agreement.
 */
#include "exchange/agreement_diff.h"

#include <inttypes.h>

#include "exchange/agreement_int.h"
#include "exchange/exchange_int.h"
#include "exchange/survey.h"

/* What the first document says of each object, by its number in the store. */
struct verdicts {
	uint8_t *bits;
	size_t room; /* bytes */
};

struct comparing {
	struct ent_exchange *x;
	struct ent_arena *a;
	const struct ent_agreement *from;
	struct verdicts first;
	struct ent_agreement_diff *out;
	bool second, nomem;
};

static bool
passes(const struct ent_decision *d)
{
	for (int r = 0; r < ENT_RULES; r++)
		if (r != ENT_RULE_AGREEMENT && d->rule[r].result == ENT_DENY)
			return false;
	return true;
}

static struct ent_str
why_not(struct ent_arena *a, const struct ent_decision *d)
{
	for (int r = 0; r < ENT_RULES; r++)
		if (r != ENT_RULE_AGREEMENT && d->rule[r].result == ENT_DENY)
			return ent_arena_dup(a, d->rule[r].reason);
	return ENT_STR("");
}

static bool
remember(struct verdicts *v, uint64_t oid)
{
	size_t at = (size_t)(oid / 8), room = v->room ? v->room : 1024;
	uint8_t *bits;

	while (room <= at)
		room *= 2;
	if (room > v->room) {
		bits = realloc(v->bits, room);
		if (!bits)
			return false;
		memset(bits + v->room, 0, room - v->room);
		v->bits = bits;
		v->room = room;
	}
	v->bits[at] |= (uint8_t)(1u << (oid % 8));
	return true;
}

static bool
passed(const struct verdicts *v, uint64_t oid)
{
	return oid / 8 < v->room && (v->bits[oid / 8] >> (oid % 8) & 1);
}

/* What the first document said against one that the second shows. */
static struct ent_str
said_before(struct comparing *c, const struct ent_held *h, const struct ent_json *json)
{
	struct ent_decision d;

	if (!json || ent_gate(c->x, c->a, c->from, h, json, NULL, &d, NULL))
		return ENT_STR("");
	return why_not(c->a, &d);
}

static void
note(struct comparing *c, struct ent_diff_side *side, const struct ent_held *h,
     const struct ent_decision *d)
{
	struct ent_diff_object *to = &side->example[side->examples];
	const struct ent_json *json = NULL;
	struct ent_str bytes;

	side->count++;
	if (side->examples == ENT_DIFF_EXAMPLES)
		return;
	bytes = ent_arena_dup(c->a, h->bytes);
	if (!bytes.p || ent_json_parse(c->a, bytes, ENT_JSON_DEPTH, &json, NULL))
		json = NULL;
	to->id = ent_arena_dup(c->a, h->id);
	to->name = ent_json_getstr(json, "name");
	to->why = d ? why_not(c->a, d) : said_before(c, h, json);
	c->nomem |= !to->id.p;
	side->examples++;
}

static void
see(void *self, const struct ent_held *h, const struct ent_decision *d)
{
	struct comparing *c = self;
	bool now = d && passes(d), before;

	if (!c->second) {
		if (now && !remember(&c->first, h->oid))
			c->nomem = true;
		return;
	}
	before = passed(&c->first, h->oid);
	c->out->same += before && now;
	if (now && !before)
		note(c, &c->out->shown, h, NULL);
	else if (before && !now)
		note(c, &c->out->hidden, h, d);
}

static int
walk(struct comparing *c, const struct ent_agreement *g, struct ent_err *err)
{
	struct ent_survey_options o = { .of = ENT_SURVEY_HOLDINGS,
		                        .again = true,
		                        .threads = 1, /* the others would read the agreement
		                                         as it stands */
		                        .each = see,
		                        .self = c };
	struct ent_survey *s = ent_arena_alloc(c->a, sizeof(*s));
	int rc = s ? ent_survey(c->x, g, &o, s, err) : ent_x_nomem(err);

	if (rc == 0 && c->nomem)
		rc = ent_x_nomem(err);
	if (rc == 0)
		c->out->objects = s->objects;
	return rc;
}

int
ent_agreement_compare(struct ent_exchange *x, struct ent_arena *a,
                      const struct ent_agreement *from, const struct ent_agreement *to,
                      struct ent_agreement_diff *out, struct ent_err *err)
{
	struct comparing c = { .x = x, .a = a, .from = from, .out = out };
	int rc;

	*out = (struct ent_agreement_diff){ 0 };
	rc = walk(&c, from, err);
	c.second = true;
	if (rc == 0)
		rc = walk(&c, to, err);
	free(c.first.bits);
	return rc;
}

int
ent_agreement_version(struct ent_exchange *x, struct ent_arena *a, struct ent_str id,
                      int64_t version, struct ent_agreement *out, struct ent_err *err)
{
	const struct ent_stored *hit = NULL;
	struct ent_stored *docs;
	size_t n;
	int rc = ent_stored_all(x, a, ENT_SPACE_DOCUMENT, id, &docs, &n, err);

	for (size_t i = 0; rc == 0 && i < n; i++) {
		int64_t v = 0;

		if (!ent_json_int(ent_json_getc(docs[i].body, "version"), &v) || v != version)
			continue;
		if (hit)
			rc = ent_fail(err, ENT_EINVAL,
			              "several documents have version %" PRId64
			              ": name one by the start of its hash",
			              version);
		hit = &docs[i];
	}
	if (rc)
		return rc;
	if (!hit)
		return ent_fail(err, ENT_ENOENT, "agreement %.*s has no version %" PRId64,
		                ENT_FMT(id), version);
	return ent_agreement_document(x, a, id, hit->sha256, out, err);
}
