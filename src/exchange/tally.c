/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tally.c - counting what the parties of an agreement have signed.
 */
#include "exchange/tally.h"

#include "base/map.h"
#include "exchange/exchange_int.h"

struct count {
	size_t documents, statements, suspensions;
};

/* A suspension, or one that a resume named before it came. */
struct pause {
	int by;           /* -1: it has not come */
	uint32_t resumed; /* a bit for each party */
};

struct ent_tally {
	struct ent_arena *a;
	const struct ent_agreement *g;
	struct count count[ENT_PARTIES_MAX];
	struct ent_map *countersigned; /* "document/approver" */
	struct ent_map *pause;         /* hash of the suspension: struct pause */
	size_t documents, statements;  /* what one party may sign */
};

_Static_assert(ENT_PARTIES_MAX <= 32, "a bit for each party");

static int
party_of(const struct ent_tally *t, struct ent_str by, struct ent_err *err)
{
	int p = ent_agreement_party(t->g, by);

	return p >= 0 ? p
	              : ent_fail(err, ENT_EUNUSABLE, "%.*s is not a party of the agreement",
	                         ENT_FMT(by));
}

static struct pause *
pause_of(struct ent_tally *t, struct ent_str sha256)
{
	struct pause *s = ent_map_get(t->pause, sha256);

	if (s)
		return s;
	s = ent_arena_alloc(t->a, sizeof(*s));
	if (!s || ent_map_put(t->pause, sha256, s))
		return NULL;
	s->by = -1;
	return s;
}

static bool
is_open(const struct ent_tally *t, const struct pause *s)
{
	return s->by >= 0 && s->resumed != (UINT32_C(1) << t->g->parties) - 1;
}

/* Counts it, whatever the bounds. */
static int
note(struct ent_tally *t, int by, const struct ent_statement *s)
{
	struct pause *p = NULL;
	bool was;

	t->count[by].statements++;
	if (s->act != ENT_ACT_SUSPEND && s->act != ENT_ACT_RESUME)
		return 0;
	p = pause_of(t, s->act == ENT_ACT_SUSPEND ? s->sha256 : s->suspension);
	if (!p)
		return ENT_ENOMEM;
	was = is_open(t, p);
	if (s->act == ENT_ACT_SUSPEND)
		p->by = by;
	else
		p->resumed |= UINT32_C(1) << by;
	if (p->by >= 0 && is_open(t, p) != was)
		t->count[p->by].suspensions += was ? (size_t)-1 : 1;
	return 0;
}

/* An approver's word on a document is taken once: it says no more the second time. */
static int
countersign(struct ent_tally *t, const struct ent_statement *s, struct ent_err *err)
{
	struct ent_str key =
	    ent_arena_printf(t->a, "%.*s/%.*s", ENT_FMT(s->document), ENT_FMT(s->by));

	if (!key.p)
		return ent_x_nomem(err);
	if (ent_map_get(t->countersigned, key))
		return ent_fail(err, ENT_ELIMIT, "the document has that countersignature");
	return ent_map_put(t->countersigned, key, t) ? ent_x_nomem(err) : 0;
}

/* Those of a document that waits sign too: what they may is counted as for the others. */
static int
note_parties(struct ent_tally *t, const struct ent_stored *docs, size_t n, struct ent_err *err)
{
	struct ent_agreement *all = ent_arena_alloc(t->a, sizeof(*all)),
			     *g = ent_arena_alloc(t->a, sizeof(*g));
	int rc = all && g ? 0 : ent_x_nomem(err);

	if (rc)
		return rc;
	*all = *t->g;
	for (size_t i = 0; rc == 0 && i < n; i++) {
		rc = ent_document_read(t->a, docs[i].body, g, err);
		for (size_t p = 0; rc == 0 && p < g->parties; p++)
			if (ent_agreement_party(all, g->party[p].id) < 0 &&
			    all->parties < ENT_PARTIES_MAX)
				all->party[all->parties++] = g->party[p];
	}
	t->g = all;
	return rc;
}

static int
count_stored(struct ent_tally *t, struct ent_exchange *x, struct ent_err *err)
{
	struct ent_stored *docs;
	struct ent_statement *s;
	size_t n;
	int rc = ent_stored_all(x, t->a, ENT_SPACE_DOCUMENT, t->g->id, &docs, &n, err), p;

	if (rc == 0)
		rc = note_parties(t, docs, n, err);
	for (size_t i = 0; rc == 0 && i < n; i++) {
		p = ent_agreement_party(t->g, ent_json_getstr(docs[i].body, "by"));
		if (p >= 0)
			t->count[p].documents++;
	}
	if (rc == 0)
		rc = ent_statements(x, t->a, t->g->id, &s, &n, err);
	for (size_t i = 0; rc == 0 && i < n; i++) {
		p = ent_agreement_party(t->g, s[i].by);
		if (s[i].act == ENT_ACT_COUNTERSIGN)
			(void)countersign(t, &s[i], NULL);
		else if (p >= 0 && note(t, p, &s[i]))
			rc = ent_x_nomem(err);
	}
	return rc;
}

int
ent_tally(struct ent_exchange *x, struct ent_arena *a, const struct ent_agreement *g,
          bool settled, struct ent_tally **out, struct ent_err *err)
{
	struct ent_tally *t = ent_arena_alloc(a, sizeof(*t));

	if (!t)
		return ent_x_nomem(err);
	t->a = a;
	t->g = g;
	t->pause = ent_map_new(a);
	t->countersigned = ent_map_new(a);
	if (!t->pause || !t->countersigned)
		return ent_x_nomem(err);
	t->documents = settled ? ENT_DOCUMENTS_ALL / g->parties : ENT_DOCUMENTS_PROPOSED;
	t->statements = settled ? ENT_STATEMENTS_ALL / g->parties : ENT_STATEMENTS_PROPOSED;
	*out = t;
	return count_stored(t, x, err);
}

int
ent_tally_document(struct ent_tally *t, struct ent_str by, struct ent_err *err)
{
	int p = party_of(t, by, err);

	if (p < 0)
		return p;
	if (t->count[p].documents >= t->documents)
		return ent_fail(err, ENT_ELIMIT,
		                "%.*s has signed %zu documents of this agreement: no more are "
		                "taken; propose a new one to go on",
		                ENT_FMT(t->g->party[p].name), t->count[p].documents);
	t->count[p].documents++;
	return 0;
}

int
ent_tally_statement(struct ent_tally *t, const struct ent_statement *s, struct ent_err *err)
{
	bool stops =
	    s->act == ENT_ACT_SUSPEND || s->act == ENT_ACT_TERMINATE || s->act == ENT_ACT_LEAVE;
	size_t room = stops ? t->statements : t->statements - t->statements / 8;
	int p;

	if (s->act == ENT_ACT_COUNTERSIGN)
		return countersign(t, s, err);
	p = party_of(t, s->by, err);
	if (p < 0)
		return p;
	if (t->count[p].statements >= room)
		return ent_fail(err, ENT_ELIMIT,
		                "%.*s has signed %zu statements under the agreement: %s; "
		                "propose a new one to go on",
		                ENT_FMT(t->g->party[p].name), t->count[p].statements,
		                stops ? "no more are taken"
		                      : "it may only suspend or terminate it now");
	if (s->act == ENT_ACT_SUSPEND && t->count[p].suspensions >= ENT_SUSPENSIONS_OPEN)
		return ent_fail(err, ENT_ELIMIT, "%.*s has %zu open suspensions already",
		                ENT_FMT(t->g->party[p].name), t->count[p].suspensions);
	return note(t, p, s) ? ent_x_nomem(err) : 0;
}
