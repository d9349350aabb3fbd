/* SPDX-License-Identifier: Apache-2.0 */
/*
 * life.c - tips about threats to life as dispatches: their bounds, the answers, the clocks.
 */
#include "base/map.h"
#include "base/time.h"
#include "exchange/audit.h"
#include "exchange/life_int.h"

#define MINUTE (INT64_C(60) * 1000000)
#define HOUR   (60 * MINUTE)

const char *const ent_life_kinds[] = { "attack",   "bombing",   "shooting",   "stabbing",
	                               "vehicle",  "hijacking", "kidnapping", "poison",
	                               "sabotage", "other",     NULL };

static int
bad(struct ent_err *err, const char *what)
{
	return ent_fail(err, ENT_EUNUSABLE, "threat to life: %s", what);
}

/* ---- the tip ---- */

void
ent_life_tip_write(struct ent_jw *w, const struct ent_life_tip *tip)
{
	ent_jw_kstr(w, "place", tip->place);
	ent_jw_kstr(w, "from", tip->from);
	ent_jw_kstr(w, "until", tip->until);
	ent_jw_kstr(w, "what", tip->what);
	ent_jw_kint(w, "confidence", tip->confidence);
	ent_jw_kstr(w, "contact", tip->contact);
}

static void
write_tip(struct ent_jw *w, const void *tip)
{
	ent_life_tip_write(w, tip);
}

int
ent_life_tip_read(const struct ent_json *v, struct ent_life_tip *out, struct ent_err *err)
{
	int64_t from, until;
	size_t kind = 0;

	*out = (struct ent_life_tip){
		.place = ent_json_getstr(v, "place"),
		.from = ent_json_getstr(v, "from"),
		.until = ent_json_getstr(v, "until"),
		.what = ent_json_getstr(v, "what"),
		.contact = ent_json_getstr(v, "contact"),
	};
	if (!out->place.n || out->place.n > ENT_LIFE_TEXT || !out->contact.n ||
	    out->contact.n > ENT_LIFE_TEXT)
		return bad(err, "its place or its contact is missing or too long");
	if (ent_time_parse(out->from, &from, NULL) ||
	    ent_time_parse(out->until, &until, NULL) || until < from)
		return bad(err, "its time window is not two timestamps in order");
	while (ent_life_kinds[kind] && !ent_str_is(out->what, ent_life_kinds[kind]))
		kind++;
	if (!ent_life_kinds[kind])
		return bad(err, "its kind is none of those that there are");
	if (!ent_json_int(ent_json_getc(v, "confidence"), &out->confidence) ||
	    out->confidence < 0 || out->confidence > 100)
		return bad(err, "its confidence is no number from 0 to 100");
	return 0;
}

/* Whether the lane is open: the document provides for it, and it has not ended. */
int
ent_life_lane(const struct ent_agreement *g, struct ent_err *err)
{
	if (!g->life_ack_minutes)
		return ent_fail(err, ENT_ESTATE,
		                "the agreement does not provide for threats to life "
		                "(agreement propose --life-ack-minutes)");
	if (!ent_agreement_applies(g) && g->state != ENT_SUSPENDED)
		return ent_fail(err, ENT_ESTATE, "the agreement is %s: nothing passes",
		                ent_state_name(g->state));
	return 0;
}

int
ent_life_check(struct ent_exchange *x, struct ent_arena *a, const struct ent_agreement *g,
               const struct ent_dispatch *d, struct ent_err *err)
{
	static const char *const members[] = { "place", "from",       "until",
		                               "what",  "confidence", "contact" };
	struct ent_life_tip tip;
	int rc = ent_dispatch_members(d, members, sizeof(members) / sizeof(members[0]), err);

	(void)x;
	(void)a;
	if (rc == 0)
		rc = ent_life_tip_read(d->body, &tip, err);
	if (rc == 0 && ent_life_lane(g, err))
		rc = ENT_EUNUSABLE;
	return rc;
}

int
ent_life_ack_check(struct ent_exchange *x, struct ent_arena *a, const struct ent_agreement *g,
                   const struct ent_dispatch *d, struct ent_err *err)
{
	static const char *const members[] = { "tip" };
	int rc = ent_dispatch_members(d, members, 1, err);

	(void)x;
	(void)a;
	(void)g;
	if (rc == 0 && ent_json_getstr(d->body, "tip").n != 64)
		rc = bad(err, "an acknowledgement names no tip");
	return rc;
}

int
ent_life_report_check(struct ent_exchange *x, struct ent_arena *a,
                      const struct ent_agreement *g, const struct ent_dispatch *d,
                      struct ent_err *err)
{
	static const char *const members[] = { "tip", "text" };
	struct ent_str text = ent_json_getstr(d->body, "text");
	int rc = ent_dispatch_members(d, members, 2, err);

	(void)x;
	(void)a;
	(void)g;
	if (rc == 0 &&
	    (ent_json_getstr(d->body, "tip").n != 64 || !text.n || text.n > ENT_REASON_BYTES))
		rc = bad(err, "a report names no tip, or says nothing or too much");
	return rc;
}

int
ent_life_apply(struct ent_exchange *x, struct ent_arena *a, const struct ent_agreement *g,
               const struct ent_dispatch *d, struct ent_err *err)
{
	(void)a;
	(void)err;
	if (!ent_str_is(d->by, x->c.party))
		ent_log_about(x->c.log, ENT_LOG_ERROR, d->by, g->id,
		              "THREAT TO LIFE: `entente life show %.12s`, to be acknowledged "
		              "within %lld minutes of %.*s",
		              d->sha256.p, (long long)g->life_ack_minutes, ENT_FMT(d->at));
	return 0;
}

/* ---- tips with their answers ---- */

struct looking {
	struct ent_exchange *x;
	struct ent_arena *a;
	const struct ent_agreement *g;
	struct ent_map *acks, *reports; /* "tip/party": struct ent_dispatch */
	int (*see)(void *self, const struct ent_life *l, struct ent_err *err);
	void *self;
};

static struct ent_str
answer_key(struct ent_arena *a, struct ent_str tip, struct ent_str party)
{
	return ent_arena_printf(a, "%.*s/%.*s", ENT_FMT(tip), ENT_FMT(party));
}

/* The first of a party counts. */
static int
note_in(struct looking *l, struct ent_map *map, const struct ent_dispatch *d,
        struct ent_err *err)
{
	struct ent_str key = answer_key(l->a, ent_json_getstr(d->body, "tip"), d->by);
	struct ent_dispatch *copy = ent_arena_alloc(l->a, sizeof(*copy));

	if (!key.p || !copy)
		return ent_x_nomem(err);
	*copy = *d;
	if (ent_map_get(map, key))
		return 0;
	return ent_map_put(map, key, copy) ? ent_x_nomem(err) : 0;
}

static int
note_ack(void *self, const struct ent_dispatch *d, struct ent_err *err)
{
	struct looking *l = self;

	return note_in(l, l->acks, d, err);
}

static int
note_report(void *self, const struct ent_dispatch *d, struct ent_err *err)
{
	struct looking *l = self;

	return note_in(l, l->reports, d, err);
}

static int
find_answer(struct looking *l, const struct ent_life *life, struct ent_str party,
            struct ent_life_answer *out, struct ent_err *err)
{
	struct ent_str key = answer_key(l->a, life->sha256, party);
	const struct ent_dispatch *ack, *report;
	int64_t now = ent_x_now(l->x);

	if (!key.p)
		return ent_x_nomem(err);
	ack = ent_map_get(l->acks, key);
	report = ent_map_get(l->reports, key);
	*out = (struct ent_life_answer){ .party = ent_arena_dup(l->a, party) };
	if (!out->party.p)
		return ent_x_nomem(err);
	out->ack_late = (ack ? ack->when : now) > life->ack_due;
	out->report_late = (report ? report->when : now) > life->report_due;
	if (ack)
		out->acked_at = ack->at;
	if (report) {
		out->reported_at = report->at;
		out->report = ent_json_getstr(report->body, "text");
	}
	return 0;
}

static int
show_tip(void *self, const struct ent_dispatch *d, struct ent_err *err)
{
	struct looking *l = self;
	struct ent_life life = {
		.sha256 = d->sha256,
		.agreement = l->g->id,
		.by = d->by,
		.at = d->at,
		.ours = ent_str_is(d->by, l->x->c.party),
		.ack_due = d->when + l->g->life_ack_minutes * MINUTE,
		.report_due = d->when + l->g->life_report_hours * HOUR,
	};
	int rc = ent_life_tip_read(d->body, &life.tip, err);

	for (size_t p = 0; rc == 0 && p < l->g->parties; p++)
		if (!ent_str_eq(l->g->party[p].id, d->by))
			rc = find_answer(l, &life, l->g->party[p].id,
			                 &life.answer[life.answers++], err);
	return rc ? rc : l->see(l->self, &life, err);
}

int
ent_life_each(struct ent_exchange *x, struct ent_arena *a, const struct ent_agreement *g,
              int (*see)(void *self, const struct ent_life *l, struct ent_err *err), void *self,
              struct ent_err *err)
{
	struct looking l = { x, a, g, ent_map_new(a), ent_map_new(a), see, self };
	int rc = l.acks && l.reports ? 0 : ent_x_nomem(err);

	if (rc == 0)
		rc = ent_dispatches_each(x, a, g->id, ENT_DISPATCH_LIFE_ACK, note_ack, &l, err);
	if (rc == 0)
		rc = ent_dispatches_each(x, a, g->id, ENT_DISPATCH_LIFE_REPORT, note_report, &l,
		                         err);
	return rc ? rc : ent_dispatches_each(x, a, g->id, ENT_DISPATCH_LIFE, show_tip, &l, err);
}

/* ---- under all agreements ---- */

struct everywhere {
	struct ent_exchange *x;
	struct ent_arena *a;
	struct ent_str id;
	struct ent_life *found;
	size_t matches;
	struct ent_life_alarms *alarms;
	struct ent_err *err;
};

static int
match(void *self, const struct ent_life *l, struct ent_err *err)
{
	struct everywhere *e = self;

	(void)err;
	if (l->sha256.n >= e->id.n && memcmp(l->sha256.p, e->id.p, e->id.n) == 0) {
		*e->found = *l;
		e->found->agreement = ent_arena_dup(e->a, l->agreement);
		e->matches++;
	}
	return 0;
}

static int
count(void *self, const struct ent_life *l, struct ent_err *err)
{
	struct everywhere *e = self;

	(void)err;
	for (size_t i = 0; i < l->answers; i++) {
		const struct ent_life_answer *one = &l->answer[i];
		bool mine = !l->ours && ent_str_is(one->party, e->x->c.party);

		e->alarms->unacknowledged += mine && !one->acked_at.p;
		e->alarms->unreported += mine && !one->reported_at.p && one->report_late;
		e->alarms->unanswered += l->ours && !one->acked_at.p && one->ack_late;
	}
	return 0;
}

static int
look_there(void *self, struct ent_str id, const struct ent_agreement *g,
           const struct ent_err *why)
{
	struct everywhere *e = self;

	(void)id;
	(void)why; /* one that can't be read has nothing that could be shown */
	if (!g || !g->life_ack_minutes)
		return 0;
	return ent_life_each(e->x, e->a, g, e->alarms ? count : match, e, e->err);
}

int
ent_life_find(struct ent_exchange *x, struct ent_arena *a, struct ent_str id,
              struct ent_life *out, struct ent_err *err)
{
	struct everywhere e = { .x = x, .a = a, .id = id, .found = out, .err = err };
	int rc = id.n >= 4 ? ent_agreement_each(x, look_there, &e, err)
	                   : ent_fail(err, ENT_EINVAL,
	                              "a tip is named by 4 to 64 digits: `entente life list` "
	                              "shows them");

	if (rc == 0 && e.matches == 0)
		rc = ent_fail(err, ENT_ENOENT, "no tip about a threat to life begins with %.*s",
		              ENT_FMT(id));
	if (rc == 0 && e.matches > 1)
		rc = ent_fail(err, ENT_EINVAL, "several tips begin with %.*s", ENT_FMT(id));
	return rc;
}

int
ent_life_cries(struct ent_exchange *x, struct ent_arena *a, struct ent_life_alarms *out,
               struct ent_err *err)
{
	struct everywhere e = { .x = x, .a = a, .alarms = out, .err = err };

	*out = (struct ent_life_alarms){ 0 };
	return ent_agreement_each(x, look_there, &e, err);
}

/* ---- answering ---- */

struct said {
	struct ent_str tip, text;
};

static void
write_said(struct ent_jw *w, const void *self)
{
	const struct said *s = self;

	ent_jw_kstr(w, "tip", s->tip);
	if (s->text.n)
		ent_jw_kstr(w, "text", s->text);
}

static int
answer(struct ent_exchange *x, struct ent_arena *a, const struct ent_life *l,
       enum ent_dispatch_kind kind, const struct said *said, struct ent_err *err)
{
	struct ent_agreement *g = ent_arena_alloc(a, sizeof(*g));
	struct ent_dispatch d;
	struct ent_str detail;
	int rc = g ? ent_agreement_load(x, a, l->agreement, g, err) : ent_x_nomem(err);

	if (rc == 0)
		rc = ent_dispatch_make(x, a, g, kind, write_said, said, &d, err);
	if (rc)
		return rc;
	detail = ent_arena_printf(a, "{\"tip\":\"%.*s\"}", ENT_FMT(l->sha256));
	return detail.p ? ent_audit_note(x, a, ent_dispatch_kind_name(kind), detail, err)
	                : ent_x_nomem(err);
}

/* Our own answer to a counterpart's tip. */
static int
own_answer(const struct ent_exchange *x, const struct ent_life *l,
           const struct ent_life_answer **out, struct ent_err *err)
{
	if (l->ours)
		return ent_fail(err, ENT_EINVAL, "this tip is ours: the others answer it");
	for (size_t i = 0; i < l->answers; i++)
		if (ent_str_is(l->answer[i].party, x->c.party))
			*out = &l->answer[i];
	return 0;
}

int
ent_life_ack(struct ent_exchange *x, struct ent_arena *a, const struct ent_life *l,
             struct ent_err *err)
{
	const struct said said = { .tip = l->sha256 };
	const struct ent_life_answer *own = NULL;
	int rc = own_answer(x, l, &own, err);

	if (rc == 0 && own && own->acked_at.p)
		rc = ent_fail(err, ENT_EEXIST, "it was acknowledged on %.*s",
		              ENT_FMT(own->acked_at));
	if (rc == 0)
		rc = ent_x_begin(x, err);
	return rc ? rc : ent_x_end(x, answer(x, a, l, ENT_DISPATCH_LIFE_ACK, &said, err), err);
}

int
ent_life_report(struct ent_exchange *x, struct ent_arena *a, const struct ent_life *l,
                struct ent_str text, struct ent_err *err)
{
	const struct said said = { .tip = l->sha256, .text = text };
	const struct ent_life_answer *own = NULL;
	int rc = own_answer(x, l, &own, err);

	if (rc == 0 && own && own->reported_at.p)
		rc = ent_fail(err, ENT_EEXIST, "it was reported on, %.*s",
		              ENT_FMT(own->reported_at));
	if (rc == 0)
		rc = ent_x_begin(x, err);
	return rc ? rc
	          : ent_x_end(x, answer(x, a, l, ENT_DISPATCH_LIFE_REPORT, &said, err), err);
}

/* ---- sending ---- */

int
ent_life_dispatch(struct ent_exchange *x, struct ent_arena *a, const struct ent_agreement *g,
                  const struct ent_life_tip *tip, struct ent_str *sha256, struct ent_err *err)
{
	struct ent_dispatch d;
	int rc = ent_life_lane(g, err);

	if (rc == 0)
		rc = ent_dispatch_make(x, a, g, ENT_DISPATCH_LIFE, write_tip, tip, &d, err);
	if (rc == 0)
		*sha256 = d.sha256;
	return rc;
}
