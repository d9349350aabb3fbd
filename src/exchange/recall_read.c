/* SPDX-License-Identifier: Apache-2.0 */
/*
 * recall_read.c - recalls and purges as dispatches say them, and what all parties said to each.
 */
#include "base/map.h"
#include "exchange/recall_int.h"

static const char *const grounds[] = { "withdrawn", "handling", "origin", "retention" };
static const char *const purge_states[] = { "purged", "kept", "not-held" };

const char *
ent_recall_ground_name(enum ent_recall_ground g)
{
	return grounds[g];
}

const char *
ent_purge_state_name(enum ent_purge_state s)
{
	return purge_states[s];
}

static int
bad(struct ent_err *err, const char *what)
{
	return ent_fail(err, ENT_EUNUSABLE, "%s", what);
}

static int
which(struct ent_str s, const char *const *names, int n)
{
	for (int i = 0; i < n; i++)
		if (ent_str_is(s, names[i]))
			return i;
	return -1;
}

int
ent_recall_read(const struct ent_dispatch *d, struct ent_recall *out, struct ent_err *err)
{
	static const char *const members[] = { "object", "version", "reason", "ground" };
	int ground = which(ent_json_getstr(d->body, "ground"), grounds, ENT_RECALL_GROUNDS);
	struct ent_str type;
	uint8_t uuid[16];
	int rc = ent_dispatch_members(d, members, sizeof(members) / sizeof(members[0]), err);

	*out = (struct ent_recall){
		.sha256 = d->sha256,
		.agreement = ent_json_getstr(d->body, "agreement"),
		.by = d->by,
		.at = d->at,
		.object = ent_json_getstr(d->body, "object"),
		.version = ent_json_getstr(d->body, "version"),
		.reason = ent_json_getstr(d->body, "reason"),
	};
	if (rc)
		return rc;
	if (ent_stix_id_parse(out->object, &type, uuid))
		return bad(err, "recall: what it names is no STIX identifier");
	if (ent_json_getc(d->body, "version") && ent_time_parse(out->version, NULL, NULL))
		return bad(err, "recall: its version is no timestamp");
	if (ground < 0 || ground == ENT_RECALL_RETENTION)
		return bad(err, "recall: its ground is none of withdrawn, handling, origin");
	if (out->reason.n == 0 || out->reason.n > ENT_REASON_BYTES)
		return bad(err, "recall: its reason is missing or too long");
	out->ground = (enum ent_recall_ground)ground;
	return 0;
}

int
ent_purge_read(const struct ent_dispatch *d, struct ent_purge *out, struct ent_err *err)
{
	static const char *const members[] = { "recall", "until", "state", "versions" };
	int state = which(ent_json_getstr(d->body, "state"), purge_states, ENT_PURGE_STATES);
	int rc = ent_dispatch_members(d, members, sizeof(members) / sizeof(members[0]), err);

	*out = (struct ent_purge){ .recall = ent_json_getstr(d->body, "recall"),
		                   .until = ent_json_getstr(d->body, "until") };
	if (rc)
		return rc;
	if (!out->recall.n == !out->until.n || (out->recall.n && out->recall.n != 64) ||
	    (out->until.n && ent_time_parse(out->until, NULL, NULL)))
		return bad(err, "purge: it names no recall, and no time of retention");
	if (state < 0 || !ent_json_int(ent_json_getc(d->body, "versions"), &out->versions) ||
	    out->versions < 0)
		return bad(err, "purge: it does not say what was done");
	out->state = (enum ent_purge_state)state;
	return 0;
}

void
ent_purge_write(struct ent_jw *w, const void *purge)
{
	const struct ent_purge *p = purge;

	if (p->recall.n)
		ent_jw_kstr(w, "recall", p->recall);
	if (p->until.n)
		ent_jw_kstr(w, "until", p->until);
	ent_jw_kc(w, "state", purge_states[p->state]);
	ent_jw_kint(w, "versions", p->versions);
}

int
ent_recall_check(struct ent_exchange *x, struct ent_arena *a, const struct ent_agreement *g,
                 const struct ent_dispatch *d, struct ent_err *err)
{
	struct ent_recall r;

	(void)x;
	(void)a;
	(void)g;
	return ent_recall_read(d, &r, err);
}

int
ent_purge_check(struct ent_exchange *x, struct ent_arena *a, const struct ent_agreement *g,
                const struct ent_dispatch *d, struct ent_err *err)
{
	struct ent_purge p;

	(void)x;
	(void)a;
	(void)g;
	return ent_purge_read(d, &p, err);
}

/* ---- recalls with their answers ---- */

struct looking {
	const struct ent_agreement *g;
	struct ent_map *answers; /* "recall/party": struct ent_recall_answer */
	struct ent_arena *a;
	int (*see)(void *self, const struct ent_recall *r,
	           const struct ent_recall_answer *answers, size_t n, struct ent_err *err);
	void *self;
};

static struct ent_str
answer_key(struct ent_arena *a, struct ent_str recall, struct ent_str party)
{
	return ent_arena_printf(a, "%.*s/%.*s", ENT_FMT(recall), ENT_FMT(party));
}

/* The first word of a party counts. */
static int
note_answer(void *self, const struct ent_dispatch *d, struct ent_err *err)
{
	struct looking *l = self;
	struct ent_recall_answer *answer = ent_arena_alloc(l->a, sizeof(*answer));
	struct ent_purge p;
	struct ent_str key;
	int rc = answer ? ent_purge_read(d, &p, err) : ent_x_nomem(err);

	if (rc || !p.recall.n)
		return rc;
	*answer = (struct ent_recall_answer){ .party = d->by, .at = d->at, .state = p.state };
	key = answer_key(l->a, p.recall, d->by);
	if (!key.p)
		return ent_x_nomem(err);
	if (ent_map_get(l->answers, key))
		return 0;
	return ent_map_put(l->answers, key, answer) ? ent_x_nomem(err) : 0;
}

static int
show_recall(void *self, const struct ent_dispatch *d, struct ent_err *err)
{
	struct looking *l = self;
	struct ent_recall_answer answers[ENT_PARTIES_MAX];
	struct ent_recall r;
	size_t n = 0;
	int rc = ent_recall_read(d, &r, err);

	for (size_t p = 0; rc == 0 && p < l->g->parties; p++) {
		struct ent_str key = answer_key(l->a, r.sha256, l->g->party[p].id);
		const struct ent_recall_answer *one =
		    key.p ? ent_map_get(l->answers, key) : NULL;

		if (!key.p)
			return ent_x_nomem(err);
		if (ent_str_eq(l->g->party[p].id, r.by))
			continue;
		answers[n++] =
		    one ? *one : (struct ent_recall_answer){ .party = l->g->party[p].id };
	}
	return rc ? rc : l->see(l->self, &r, answers, n, err);
}

int
ent_recalls_each(struct ent_exchange *x, struct ent_arena *a, const struct ent_agreement *g,
                 int (*see)(void *self, const struct ent_recall *r,
                            const struct ent_recall_answer *answers, size_t n,
                            struct ent_err *err),
                 void *self, struct ent_err *err)
{
	struct looking l = { g, ent_map_new(a), a, see, self };
	int rc = l.answers ? ent_dispatches_each(x, a, g->id, ENT_DISPATCH_PURGE, note_answer,
	                                         &l, err)
	                   : ent_x_nomem(err);

	return rc ? rc
	          : ent_dispatches_each(x, a, g->id, ENT_DISPATCH_RECALL, show_recall, &l, err);
}
