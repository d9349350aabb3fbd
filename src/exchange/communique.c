/* SPDX-License-Identifier: Apache-2.0 */
/*
 * communique.c - one text of the figures, signed by each party, and the report that it becomes.
 */
#include "exchange/communique.h"

#include <inttypes.h>

#include "base/time.h"
#include "base/uuid.h"
#include "crypto/hash.h"
#include "exchange/audit.h"
#include "exchange/communique_int.h"

/* Every figure by its name: read, written and compared by this table. */
static const struct {
	const char *name;
	size_t offset;
} figures[] = {
	{ "tips", offsetof(struct ent_figures, tips) },
	{ "requests", offsetof(struct ent_figures, requests) },
	{ "answers", offsetof(struct ent_figures, answers) },
	{ "declined", offsetof(struct ent_figures, declined) },
	{ "median_minutes", offsetof(struct ent_figures, median_minutes) },
	{ "outcomes", offsetof(struct ent_figures, outcomes) },
	{ "prevented", offsetof(struct ent_figures, prevented) },
};
#define FIGURES (sizeof(figures) / sizeof(figures[0]))

static int64_t *
figure(struct ent_figures *f, size_t i)
{
	return (int64_t *)(void *)((char *)f + figures[i].offset);
}

/* ---- the text ---- */

/* Names in the order of their ids, so that every node writes the same. */
static struct ent_str
names(struct ent_arena *a, const struct ent_agreement *g)
{
	struct ent_str s = ENT_STR(""), last = { NULL, 0 };

	for (size_t n = 0; s.p && n < g->parties; n++) {
		const struct ent_party *next = NULL;

		for (size_t i = 0; i < g->parties; i++)
			if ((!last.p || ent_str_cmp(g->party[i].id, last) > 0) &&
			    (!next || ent_str_cmp(g->party[i].id, next->id) < 0))
				next = &g->party[i];
		if (!next)
			break;
		last = next->id;
		s = ent_arena_printf(a, "%.*s%s%.*s", ENT_FMT(s),
		                     n == 0                ? ""
		                     : n + 1 == g->parties ? " and "
		                                           : ", ",
		                     ENT_FMT(next->name));
	}
	return s;
}

static struct ent_str
text_of(struct ent_arena *a, const struct ent_agreement *g, const struct ent_period *p,
        const struct ent_figures *f)
{
	struct ent_str who = names(a, g), from = ent_time_dup(a, p->from, 0),
		       until = ent_time_dup(a, p->until, 0), median = ENT_STR("");

	if (f->median_minutes >= 0)
		median =
		    ent_arena_printf(a, ", half of them within %" PRId64 " h %" PRId64 " min",
		                     f->median_minutes / 60, f->median_minutes % 60);
	if (!who.p || !from.p || !until.p || !median.p)
		return (struct ent_str){ NULL, 0 };
	return ent_arena_printf(
	    a,
	    "Under the agreement \"%.*s\", from %.*s to %.*s, %.*s exchanged %" PRId64
	    " tip(s) and %" PRId64 " request(s). %" PRId64
	    " answer(s) were given%.*s, and %" PRId64 " request(s) were declined. %" PRId64
	    " outcome(s) were reported; in %" PRId64 " case(s) an attack was prevented.",
	    ENT_FMT(g->title), ENT_FMT(from), ENT_FMT(until), ENT_FMT(who), f->tips,
	    f->requests, f->answers, ENT_FMT(median), f->declined, f->outcomes, f->prevented);
}

int
ent_communique(struct ent_exchange *x, struct ent_arena *a, const struct ent_agreement *g,
               const struct ent_period *p, struct ent_communique *out, struct ent_err *err)
{
	int rc = p->from < p->until
	             ? ent_figures(x, a, g, p, &out->figures, err)
	             : ent_fail(err, ENT_EINVAL, "the period ends before it begins");

	if (rc)
		return rc;
	out->text = text_of(a, g, p, &out->figures);
	out->sha256 = out->text.p ? ent_sha256_hex(a, out->text) : out->text;
	return out->sha256.p ? 0 : ent_x_nomem(err);
}

/* ---- signed ---- */

int
ent_communique_read(const struct ent_dispatch *d, struct ent_period *p,
                    struct ent_communique_part *out, struct ent_err *err)
{
	static const char *const members[] = { "from", "until", "figures", "text" };
	const struct ent_json *f = ent_json_getc(d->body, "figures");
	int rc = ent_dispatch_members(d, members, sizeof(members) / sizeof(members[0]), err);

	*out = (struct ent_communique_part){ .party = d->by,
		                             .at = d->at,
		                             .when = d->when,
		                             .sha256 = d->sha256,
		                             .text_sha256 = ent_json_getstr(d->body, "text") };
	if (rc)
		return rc;
	if (ent_time_parse(ent_json_getstr(d->body, "from"), &p->from, NULL) ||
	    ent_time_parse(ent_json_getstr(d->body, "until"), &p->until, NULL) ||
	    p->until <= p->from || out->text_sha256.n != 64 || ent_json_count(f) != FIGURES)
		return ent_fail(err, ENT_EUNUSABLE,
		                "communique: its period, its text or its figures are missing");
	for (size_t i = 0; i < FIGURES; i++)
		if (!ent_json_int(ent_json_getc(f, figures[i].name),
		                  figure(&out->figures, i)) ||
		    *figure(&out->figures, i) < -1)
			return ent_fail(err, ENT_EUNUSABLE, "communique: \"%s\" is no figure",
			                figures[i].name);
	return 0;
}

int
ent_communique_check(struct ent_exchange *x, struct ent_arena *a, const struct ent_agreement *g,
                     const struct ent_dispatch *d, struct ent_err *err)
{
	struct ent_communique_part part;
	struct ent_period p;

	(void)x;
	(void)a;
	(void)g;
	return ent_communique_read(d, &p, &part, err);
}

struct draft {
	struct ent_str from, until;
	struct ent_communique *c;
};

static void
write_part(struct ent_jw *w, const void *self)
{
	const struct draft *d = self;

	ent_jw_kstr(w, "from", d->from);
	ent_jw_kstr(w, "until", d->until);
	ent_jw_key(w, "figures");
	ent_jw_object(w);
	for (size_t i = 0; i < FIGURES; i++)
		ent_jw_kint(w, figures[i].name, *figure(&d->c->figures, i));
	ent_jw_end_object(w);
	ent_jw_kstr(w, "text", d->c->sha256);
}

struct choosing {
	const struct ent_agreement *g;
	const struct ent_period *p;
	struct ent_communique_part *part;
};

/* The last word of each party on the period. */
static int
choose(void *self, const struct ent_dispatch *d, struct ent_err *err)
{
	struct choosing *c = self;
	struct ent_communique_part one, *to;
	int at = ent_agreement_party(c->g, d->by), rc;
	struct ent_period p;

	rc = ent_communique_read(d, &p, &one, err);
	if (rc || at < 0 || p.from != c->p->from || p.until != c->p->until)
		return rc;
	to = &c->part[at];
	if (!to->at.p || one.when > to->when ||
	    (one.when == to->when && ent_str_cmp(one.sha256, to->sha256) > 0)) {
		one.party = to->party;
		*to = one;
	}
	return 0;
}

int
ent_communique_parts(struct ent_exchange *x, struct ent_arena *a, const struct ent_agreement *g,
                     const struct ent_period *p,
                     struct ent_communique_part part[ENT_PARTIES_MAX], bool *agreed,
                     struct ent_err *err)
{
	struct choosing c = { g, p, part };
	int rc;

	for (size_t i = 0; i < g->parties; i++)
		part[i] = (struct ent_communique_part){ .party = g->party[i].id };
	rc = ent_dispatches_each(x, a, g->id, ENT_DISPATCH_COMMUNIQUE, choose, &c, err);
	*agreed = rc == 0;
	for (size_t i = 0; rc == 0 && i < g->parties; i++)
		*agreed &= part[i].at.p && ent_str_eq(part[i].text_sha256, part[0].text_sha256);
	return rc;
}

static int
sign(struct ent_exchange *x, struct ent_arena *a, const struct ent_agreement *g,
     const struct ent_period *p, struct ent_err *err)
{
	struct ent_communique_part *part = ent_arena_array(a, ENT_PARTIES_MAX, sizeof(*part));
	struct ent_communique c;
	struct draft d = { ent_time_dup(a, p->from, 0), ent_time_dup(a, p->until, 0), &c };
	struct ent_dispatch dispatch;
	struct ent_str detail;
	bool agreed;
	int rc = part && d.from.p && d.until.p ? ent_communique(x, a, g, p, &c, err)
	                                       : ent_x_nomem(err);

	if (rc == 0)
		rc = ent_communique_parts(x, a, g, p, part, &agreed, err);
	if (rc == 0 && part[g->self].at.p && ent_str_eq(part[g->self].text_sha256, c.sha256))
		rc = ent_fail(err, ENT_EEXIST, "this node signed the same text on %.*s",
		              ENT_FMT(part[g->self].at));
	if (rc == 0)
		rc = ent_dispatch_make(x, a, g, ENT_DISPATCH_COMMUNIQUE, write_part, &d,
		                       &dispatch, err);
	if (rc)
		return rc;
	detail = ent_arena_printf(a, "{\"of\":\"%.*s\",\"text\":\"%.*s\"}", ENT_FMT(g->id),
	                          ENT_FMT(c.sha256));
	return detail.p ? ent_audit_note(x, a, "communique", detail, err) : ent_x_nomem(err);
}

int
ent_communique_sign(struct ent_exchange *x, struct ent_arena *a, const struct ent_agreement *g,
                    const struct ent_period *p, struct ent_err *err)
{
	int rc = ent_x_begin(x, err);

	return rc ? rc : ent_x_end(x, sign(x, a, g, p, err), err);
}

/* ---- the report ---- */

static void
write_report(struct ent_jw *w, struct ent_arena *a, const struct ent_agreement *g,
             const struct ent_period *p, const struct ent_communique_part *part,
             struct ent_str text)
{
	struct ent_str at = part[0].at, id = ent_stix_id_new(a, "report"),
		       clear = ent_tlp_id(ENT_TLP_CLEAR);

	for (size_t i = 1; i < g->parties; i++) /* the last signature makes it */
		if (ent_str_cmp(part[i].at, at) > 0)
			at = part[i].at;
	ent_jw_object(w);
	ent_jw_kc(w, "type", "report");
	ent_jw_kc(w, "spec_version", "2.1");
	ent_jw_kstr(w, "id", id);
	ent_jw_kstr(w, "created", at);
	ent_jw_kstr(w, "modified", at);
	ent_jw_kstr(w, "name",
	            ent_arena_printf(a, "Joint communique: %.*s", ENT_FMT(g->title)));
	ent_jw_kstr(w, "description", text);
	ent_jw_kstr(w, "published", ent_time_dup(a, p->until, 3));
	ent_jw_key(w, "object_refs");
	ent_jw_array(w);
	for (size_t i = 0; i < g->parties; i++)
		ent_jw_str(w, g->party[i].id);
	ent_jw_end_array(w);
	ent_jw_key(w, "external_references");
	ent_jw_array(w);
	for (size_t i = 0; i < g->parties; i++) {
		ent_jw_object(w);
		ent_jw_kc(w, "source_name", "entente");
		ent_jw_kstr(w, "description",
		            ent_arena_printf(a, "signed by %.*s, %.*s",
		                             ENT_FMT(g->party[i].name), ENT_FMT(part[i].at)));
		ent_jw_kstr(w, "external_id", part[i].sha256);
		ent_jw_end_object(w);
	}
	ent_jw_end_array(w);
	ent_jw_key(w, "object_marking_refs");
	ent_jw_array(w);
	ent_jw_str(w, clear);
	ent_jw_end_array(w);
	ent_jw_end_object(w);
}

int
ent_communique_report(struct ent_exchange *x, struct ent_arena *a,
                      const struct ent_agreement *g, const struct ent_period *p,
                      struct ent_str *bundle, struct ent_err *err)
{
	struct ent_communique_part *part = ent_arena_array(a, ENT_PARTIES_MAX, sizeof(*part));
	struct ent_str text;
	bool agreed;
	struct ent_buf b;
	struct ent_jw w;
	int rc = part ? ent_communique_parts(x, a, g, p, part, &agreed, err) : ent_x_nomem(err);

	if (rc)
		return rc;
	if (!agreed)
		return ent_fail(
		    err, ENT_ESTATE,
		    "not all parties have signed one text for this period: `entente "
		    "communique` shows what each says");
	/* of what was signed, not of what is counted today */
	text = text_of(a, g, p, &part[g->self].figures);
	if (!text.p)
		return ent_x_nomem(err);
	ent_buf_init(&b, 1 << 20);
	ent_jw_init(&w, &b);
	ent_jw_object(&w);
	ent_jw_kc(&w, "type", "bundle");
	ent_jw_kstr(&w, "id", ent_stix_id_new(a, "bundle"));
	ent_jw_key(&w, "objects");
	ent_jw_array(&w);
	ent_jw_raw(&w, ent_tlp_object(ent_tlp_id(ENT_TLP_CLEAR)));
	write_report(&w, a, g, p, part, text);
	ent_jw_end_array(&w);
	ent_jw_end_object(&w);
	*bundle = ent_buf_done(&b, a);
	ent_buf_release(&b);
	return bundle->p ? 0 : ent_x_nomem(err);
}
