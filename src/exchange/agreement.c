/* SPDX-License-Identifier: Apache-2.0 */
/*
 * agreement.c - the state of an agreement, computed from its documents and statements.
 */
#include "exchange/agreement.h"

#include <inttypes.h>

#include "base/enc.h"
#include "base/map.h"
#include "crypto/hash.h"
#include "exchange/agreement_int.h"
#include "exchange/exchange_int.h"
#include "json/write.h"

#define DAY_US (INT64_C(86400) * 1000000)
/* All that can be there of an agreement; what is taken is held below it (limits.h). */
#define STORED_MAX ((size_t)2 * ENT_STATEMENTS_ALL)

static const char *const state_names[] = { "proposed",  "pending",    "in force",
	                                   "suspended", "terminated", "expired" };

const char *
ent_state_name(enum ent_state s)
{
	return state_names[s];
}

int
ent_agreement_party(const struct ent_agreement *g, struct ent_str id)
{
	for (size_t i = 0; i < g->parties; i++)
		if (ent_str_eq(g->party[i].id, id))
			return (int)i;
	return -1;
}

int
ent_stored_all(struct ent_exchange *x, struct ent_arena *a, struct ent_str space,
               struct ent_str agreement, struct ent_stored **out, size_t *count,
               struct ent_err *err)
{
	struct ent_str prefix = ent_arena_printf(a, "%.*s/", ENT_FMT(agreement));
	struct ent_envelope e;
	struct ent_doc *docs;
	int rc;

	if (!prefix.p)
		return ent_x_nomem(err);
	rc = ent_store_docs(x->store, a, space, prefix, (struct ent_str){ NULL, 0 }, STORED_MAX,
	                    &docs, count, err);
	if (rc == 0 && *count == STORED_MAX)
		rc = ent_fail(err, ENT_ELIMIT, "agreement %.*s has more than %zu records",
		              ENT_FMT(agreement), STORED_MAX);
	if (rc)
		return rc;
	*out = ent_arena_array(a, *count, sizeof(**out));
	if (!*out)
		return ent_x_nomem(err);
	for (size_t i = 0; i < *count; i++) {
		rc = ent_envelope_parse(a, docs[i].value, &e, err);
		if (rc == 0)
			rc =
			    ent_json_parse(a, e.body, ENT_ENVELOPE_DEPTH, &(*out)[i].body, err);
		if (rc)
			return rc == ENT_ENOMEM ? rc
			                        : ent_fail(err, ENT_ECORRUPT,
			                                   "stored envelope %.*s is damaged",
			                                   ENT_FMT(docs[i].key));
		(*out)[i].sha256 = ent_str_from(docs[i].key, prefix.n);
		(*out)[i].envelope = docs[i].value;
	}
	return 0;
}

static const char *const act_names[] = { "propose", "accept",    "suspend",
	                                 "resume",  "terminate", "rotate-key" };

const char *
ent_act_name(enum ent_act act)
{
	return act_names[act];
}

static int
act_of(struct ent_str name, enum ent_act *out)
{
	for (int i = 0; i < ENT_ACTS; i++)
		if (ent_str_is(name, ent_act_name((enum ent_act)i))) {
			*out = (enum ent_act)i;
			return 0;
		}
	return ENT_EUNUSABLE;
}

int
ent_statement_read(const struct ent_stored *s, struct ent_statement *out, struct ent_err *err)
{
	*out = (struct ent_statement){ .sha256 = s->sha256 };
	out->by = ent_json_getstr(s->body, "by");
	out->reason = ent_json_getstr(s->body, "reason");
	out->document = ent_json_getstr(s->body, "document");
	out->suspension = ent_json_getstr(s->body, "suspension");
	out->rehearsal = ent_json_getstr(s->body, "rehearsal");
	if (act_of(ent_json_getstr(s->body, "act"), &out->act))
		return ent_fail(err, ENT_EUNUSABLE, "statement: unknown act");
	if (ent_time_parse(ent_json_getstr(s->body, "at"), &out->at, NULL))
		return ent_fail(err, ENT_EUNUSABLE, "statement: no time");
	if (out->document.n != 64)
		return ent_fail(err, ENT_EUNUSABLE, "statement: it names no document");
	if ((out->act == ENT_ACT_RESUME) != (out->suspension.n == 64))
		return ent_fail(err, ENT_EUNUSABLE,
		                "statement: resume, and it alone, names a suspension");
	if (out->rehearsal.p && (out->act != ENT_ACT_RESUME || out->rehearsal.n != 64))
		return ent_fail(err, ENT_EUNUSABLE,
		                "statement: resume alone names a rehearsal, by its hash");
	return 0;
}

static int
earlier(const void *l, const void *r)
{
	const struct ent_statement *a = l, *b = r;

	if (a->at != b->at)
		return a->at < b->at ? -1 : 1;
	return ent_str_cmp(a->sha256, b->sha256);
}

int
ent_statements(struct ent_exchange *x, struct ent_arena *a, struct ent_str id,
               struct ent_statement **out, size_t *count, struct ent_err *err)
{
	struct ent_stored *s;
	int rc = ent_stored_all(x, a, ENT_SPACE_STATEMENT, id, &s, count, err);

	if (rc)
		return rc;
	*out = ent_arena_array(a, *count, sizeof(**out));
	if (!*out)
		return ent_x_nomem(err);
	for (size_t i = 0; rc == 0 && i < *count; i++)
		rc = ent_statement_read(&s[i], &(*out)[i], err);
	if (rc == 0 && *count)
		qsort(*out, *count, sizeof(**out), earlier);
	return rc;
}

/* Whether a statement accepts a document: proposing is accepting one's own text. */
static bool
accepts(const struct ent_statement *s, struct ent_str document, struct ent_str party)
{
	return (s->act == ENT_ACT_ACCEPT || s->act == ENT_ACT_PROPOSE) &&
	       ent_str_eq(s->document, document) && ent_str_eq(s->by, party);
}

bool
ent_agreement_accepts(struct ent_agreement *g, const struct ent_statement *s, size_t n)
{
	bool all = true;

	for (size_t p = 0; p < g->parties; p++) {
		g->party[p].accepted = false;
		for (size_t i = 0; i < n; i++)
			g->party[p].accepted |= accepts(&s[i], g->document, g->party[p].id);
		all &= g->party[p].accepted;
	}
	return all;
}

/*
 * The governing document: of those that all parties accepted the one with the greatest version,
 * else the greatest proposed one; equal versions are told apart by hash, so that every node
 * chooses the same.
 */
static int
govern(struct ent_arena *a, const struct ent_stored *docs, size_t n_docs,
       const struct ent_statement *s, size_t n, struct ent_agreement *out, bool *accepted,
       struct ent_err *err)
{
	struct ent_agreement *g = ent_arena_alloc(a, sizeof(*g));
	struct ent_str newest = { NULL, 0 };
	int64_t newest_version = 0;
	int rc;

	if (!g)
		return ent_x_nomem(err);
	*accepted = false;
	out->version = 0;
	for (size_t i = 0; i < n_docs; i++) {
		bool all, later;

		rc = ent_document_read(a, docs[i].body, g, err);
		if (rc)
			return rc;
		g->document = docs[i].sha256;
		all = ent_agreement_accepts(g, s, n);
		later = g->version > newest_version ||
		        (g->version == newest_version && ent_str_cmp(g->document, newest) > 0);
		if (later) {
			newest = g->document;
			newest_version = g->version;
		}
		if (all > *accepted ||
		    (all == *accepted && (g->version > out->version ||
		                          (g->version == out->version &&
		                           ent_str_cmp(g->document, out->document) > 0)))) {
			*out = *g;
			*accepted = all;
		}
	}
	if (out->version == 0)
		return ent_fail(err, ENT_ENOENT, "it has no document");
	if (*accepted && newest_version > out->version)
		out->newer = newest;
	return 0;
}

/* Who has resumed which suspension; by: their hashes. */
static void
note_resumes(const struct ent_agreement *g, const struct ent_statement *s, size_t n,
             const struct ent_map *by)
{
	for (size_t i = 0; i < n; i++) {
		int p = ent_agreement_party(g, s[i].by);
		struct ent_suspension *su;

		if (s[i].act != ENT_ACT_RESUME || p < 0)
			continue;
		su = ent_map_get(by, s[i].suspension);
		if (su)
			su->resumed[p] = true;
	}
}

static bool
resumed_by_all(const struct ent_agreement *g, const struct ent_suspension *su)
{
	for (size_t p = 0; p < g->parties; p++)
		if (!su->resumed[p])
			return false;
	return true;
}

/* All of them: one that is forgotten would revive what somebody has suspended. */
static int
note_suspensions(struct ent_arena *a, struct ent_agreement *g, const struct ent_statement *s,
                 size_t n)
{
	struct ent_map *by;
	size_t all = 0;

	for (size_t i = 0; i < n; i++)
		all += s[i].act == ENT_ACT_SUSPEND;
	if (all == 0)
		return 0; /* as nearly always: this is on the way of every request */
	g->suspension = ent_arena_array(a, all, sizeof(*g->suspension));
	by = ent_map_new(a);
	if (!by || !g->suspension)
		return ENT_ENOMEM;
	all = 0;
	for (size_t i = 0; i < n; i++) {
		if (s[i].act != ENT_ACT_SUSPEND || ent_agreement_party(g, s[i].by) < 0)
			continue;
		g->suspension[all] = (struct ent_suspension){
			s[i].sha256, s[i].by, s[i].reason, s[i].at, { false }
		};
		if (ent_map_put(by, s[i].sha256, &g->suspension[all++]))
			return ENT_ENOMEM;
	}
	note_resumes(g, s, n, by);
	for (size_t i = 0; i < all; i++)
		if (!resumed_by_all(g, &g->suspension[i]))
			g->suspension[g->suspensions++] = g->suspension[i];
	return 0;
}

/* When the last party accepted a document: a notice can't have been given before. */
static int64_t
accepted_at(const struct ent_agreement *g, const struct ent_statement *s, size_t n)
{
	int64_t last = INT64_MIN;

	for (size_t p = 0; p < g->parties; p++) {
		int64_t first = INT64_MAX;

		for (size_t i = 0; i < n; i++)
			if (accepts(&s[i], g->document, g->party[p].id) && s[i].at < first)
				first = s[i].at;
		if (first != INT64_MAX && first > last)
			last = first;
	}
	return last;
}

/* The document under which a termination was signed, for its notice; else the governing one. */
static int
document_of(struct ent_arena *a, const struct ent_stored *docs, size_t n_docs,
            struct ent_str sha256, const struct ent_agreement *governing,
            struct ent_agreement *out, struct ent_err *err)
{
	*out = *governing;
	for (size_t i = 0; i < n_docs; i++)
		if (ent_str_eq(docs[i].sha256, sha256)) {
			int rc = ent_document_read(a, docs[i].body, out, err);

			out->document = docs[i].sha256;
			return rc;
		}
	return 0;
}

/*
 * The earliest end that a termination brings, its notice counted by the document that it names:
 * what is accepted later gives an agreement that ended no new life.
 */
static int
note_ends(struct ent_arena *a, const struct ent_stored *docs, size_t n_docs,
          struct ent_agreement *g, const struct ent_statement *s, size_t n, struct ent_err *err)
{
	struct ent_agreement *under = NULL;

	for (size_t i = 0; i < n; i++) {
		int64_t begun, end;
		int rc;

		if (s[i].act != ENT_ACT_TERMINATE || ent_agreement_party(g, s[i].by) < 0)
			continue;
		if (!under)
			under = ent_arena_alloc(a, sizeof(*under));
		if (!under)
			return ent_x_nomem(err);
		rc = document_of(a, docs, n_docs, s[i].document, g, under, err);
		if (rc)
			return rc;
		begun = accepted_at(under, s, n);
		end = (s[i].at > begun ? s[i].at : begun) + under->notice_days * DAY_US;
		if (end >= g->ends)
			continue;
		g->ends = end;
		g->ended_by = s[i].by;
		g->ended_reason = s[i].reason;
	}
	return 0;
}

static enum ent_state
compute(const struct ent_agreement *g, bool accepted, int64_t now)
{
	if (g->ends <= now)
		return ENT_TERMINATED;
	if (!accepted)
		return ENT_PROPOSED;
	if (now >= g->valid_until)
		return ENT_EXPIRED;
	if (now < g->valid_from)
		return ENT_PENDING;
	return g->suspensions ? ENT_SUSPENDED : ENT_IN_FORCE;
}

static int
read_local(struct ent_exchange *x, struct ent_arena *a, struct ent_str id,
           struct ent_agreement *g, struct ent_err *err)
{
	const struct ent_json *v;
	int64_t out = 0, in = 0;
	int rc = ent_x_doc(x, a, ENT_SPACE_AGREEMENT, id, &v, err);

	if (rc)
		return rc;
	if (!ent_json_int(ent_json_getc(v, "outbound"), &out) ||
	    !ent_json_int(ent_json_getc(v, "inbound"), &in))
		return ent_fail(err, ENT_ECORRUPT,
		                "the stored record of agreement %.*s is damaged", ENT_FMT(id));
	g->outbound = (uint32_t)out;
	g->inbound = (uint32_t)in;
	return 0;
}

int
ent_agreement_load(struct ent_exchange *x, struct ent_arena *a, struct ent_str id,
                   struct ent_agreement *out, struct ent_err *err)
{
	struct ent_stored *docs;
	struct ent_statement *s;
	size_t n_docs, n;
	bool accepted = false;
	int self, rc;

	rc = ent_stored_all(x, a, ENT_SPACE_DOCUMENT, id, &docs, &n_docs, err);
	if (rc == 0 && n_docs == 0)
		return ent_fail(err, ENT_ENOENT, "no agreement %.*s", ENT_FMT(id));
	if (rc == 0)
		rc = ent_statements(x, a, id, &s, &n, err);
	if (rc == 0)
		rc = govern(a, docs, n_docs, s, n, out, &accepted, err);
	if (rc == 0)
		rc = read_local(x, a, id, out, err);
	if (rc)
		return ent_within(err, rc, "agreement %.*s", ENT_FMT(id));
	self = ent_agreement_party(out, ent_str_c(x->c.party));
	if (self < 0)
		return ent_fail(err, ENT_ECORRUPT,
		                "agreement %.*s: this node is not a party of it", ENT_FMT(id));
	out->self = (size_t)self;
	if (note_suspensions(a, out, s, n))
		return ent_x_nomem(err);
	rc = note_ends(a, docs, n_docs, out, s, n, err);
	if (rc)
		return ent_within(err, rc, "agreement %.*s", ENT_FMT(id));
	out->state = compute(out, accepted, ent_x_now(x));
	return 0;
}

int
ent_agreement_each(struct ent_exchange *x,
                   int (*see)(void *self, struct ent_str id, const struct ent_agreement *g,
                              const struct ent_err *why),
                   void *self, struct ent_err *err)
{
	struct ent_arena *a = ent_arena_new(ENT_REQUEST_ARENA),
			 *one = ent_arena_new(ENT_REQUEST_ARENA);
	struct ent_doc *docs;
	size_t n = 0;
	int rc = a && one ? ent_store_docs(x->store, a, ENT_SPACE_AGREEMENT, ENT_STR(""),
	                                   (struct ent_str){ NULL, 0 }, ENT_AGREEMENTS_MAX + 1,
	                                   &docs, &n, err)
	                  : ent_x_nomem(err);

	if (rc == 0 && n > ENT_AGREEMENTS_MAX)
		rc = ent_fail(err, ENT_ELIMIT, "there are more than %d agreements",
		              ENT_AGREEMENTS_MAX);
	for (size_t i = 0; rc == 0 && i < n; i++) {
		struct ent_agreement *g;
		struct ent_err why = { 0 };
		int bad;

		ent_arena_reset(one);
		g = ent_arena_alloc(one, sizeof(*g));
		bad = g ? ent_agreement_load(x, one, docs[i].key, g, &why) : ent_x_nomem(&why);
		rc = see(self, docs[i].key, bad ? NULL : g, bad ? &why : NULL);
	}
	ent_arena_free(one);
	ent_arena_free(a);
	return rc;
}

/* Looking for the one agreement that is meant. */
struct search {
	struct ent_str who;
	size_t hits;
	char id[ENT_UUID_TEXT];
};

static int
see_search(void *self, struct ent_str id, const struct ent_agreement *g,
           const struct ent_err *why)
{
	struct search *s = self;
	bool start = s->who.n >= 4 && s->who.n <= id.n && memcmp(id.p, s->who.p, s->who.n) == 0;

	(void)why;
	if ((start || (g && ent_str_eq(g->title, s->who))) && id.n < sizeof(s->id)) {
		memcpy(s->id, id.p, id.n);
		s->id[id.n] = '\0';
		s->hits++;
	}
	return 0;
}

int
ent_agreement_find(struct ent_exchange *x, struct ent_arena *a, struct ent_str who,
                   struct ent_agreement *out, struct ent_err *err)
{
	struct search s = { .who = who };
	struct ent_str id;
	uint8_t uuid[16];
	int rc;

	if (ent_uuid_parse(who, uuid) == 0) {
		rc = ent_agreement_load(x, a, who, out, err);
		if (rc != ENT_ENOENT)
			return rc;
	}
	rc = ent_agreement_each(x, see_search, &s, err);
	if (rc)
		return rc;
	if (s.hits > 1)
		return ent_fail(err, ENT_EINVAL,
		                "%zu agreements are meant by \"%.*s\": give more of the id",
		                s.hits, ENT_FMT(who));
	if (s.hits == 0)
		return ent_fail(err, ENT_ENOENT,
		                "no agreement \"%.*s\": `entente agreement list` shows those "
		                "that are known",
		                ENT_FMT(who));
	id = ent_arena_dup(a, ent_str_c(s.id));
	return id.p ? ent_agreement_load(x, a, id, out, err) : ent_x_nomem(err);
}

struct ent_str
ent_collection_id(struct ent_arena *a, struct ent_str agreement, struct ent_str party,
                  bool outbound)
{
	struct ent_str name =
	    ent_arena_printf(a, "%.*s/%s", ENT_FMT(party), outbound ? "outbound" : "inbound");
	uint8_t ns[16], uuid[16];
	char text[ENT_UUID_TEXT];

	if (!name.p || ent_uuid_parse(agreement, ns))
		return (struct ent_str){ NULL, 0 };
	ent_uuid5(ns, name, uuid);
	return ent_arena_dup(a, ent_str_c(ent_uuid_text(uuid, text)));
}

static struct ent_str
name_of(const struct ent_agreement *g, struct ent_str party)
{
	int p = ent_agreement_party(g, party);

	return p < 0 ? party : g->party[p].name;
}

/* Why an agreement isn't in force, for a refusal. */
static int
closed(const struct ent_agreement *g, const char **error_id, struct ent_err *err)
{
	static const char *const ids[] = {
		"agreement-proposed",  "agreement-pending",    NULL,
		"agreement-suspended", "agreement-terminated", "agreement-expired"
	};
	char t[ENT_TIME_TEXT];

	if (error_id)
		*error_id = ids[g->state];
	switch (g->state) {
	case ENT_PROPOSED:
		return ent_fail(err, ENT_ESTATE,
		                "the agreement is proposed: not every party has accepted it");
	case ENT_PENDING:
		return ent_fail(err, ENT_ESTATE, "the agreement comes into force on %s",
		                ent_time_text(g->valid_from, 0, t));
	case ENT_TERMINATED:
		return ent_fail(err, ENT_ESTATE, "the agreement was terminated by %.*s: %.*s",
		                ENT_FMT(name_of(g, g->ended_by)), ENT_FMT(g->ended_reason));
	default:
		return ent_fail(err, ENT_ESTATE, "the agreement expired on %s",
		                ent_time_text(g->valid_until, 0, t));
	}
}

int
ent_agreement_open(const struct ent_agreement *g, struct ent_str one, struct ent_str other,
                   const char **error_id, struct ent_err *err)
{
	char t[ENT_TIME_TEXT];

	if (error_id)
		*error_id = NULL;
	if (g->state == ENT_IN_FORCE)
		return 0;
	if (g->state != ENT_SUSPENDED)
		return closed(g, error_id, err);
	for (size_t i = 0; i < g->suspensions; i++) {
		const struct ent_suspension *s = &g->suspension[i];

		/* with more than two parties the others go on among themselves */
		if (!ent_str_eq(s->by, one) && !ent_str_eq(s->by, other))
			continue;
		if (error_id)
			*error_id = "agreement-suspended";
		return ent_fail(err, ENT_ESTATE,
		                "the agreement is suspended by %.*s since %s: %.*s",
		                ENT_FMT(name_of(g, s->by)), ent_time_text(s->at, 0, t),
		                ENT_FMT(s->reason.n ? s->reason : ENT_STR("no reason given")));
	}
	return 0;
}

struct ent_str
ent_agreement_describe(struct ent_arena *a, const struct ent_agreement *g)
{
	char t[ENT_TIME_TEXT];
	struct ent_err why;

	if (g->state == ENT_IN_FORCE && g->ends != INT64_MAX)
		return ent_arena_printf(a, "in force, notice given by %.*s: ends %s (%.*s)",
		                        ENT_FMT(name_of(g, g->ended_by)),
		                        ent_time_text(g->ends, 0, t), ENT_FMT(g->ended_reason));
	if (g->state == ENT_SUSPENDED) {
		const struct ent_suspension *s = &g->suspension[0];

		return ent_arena_printf(
		    a, "suspended by %.*s since %s: %.*s", ENT_FMT(name_of(g, s->by)),
		    ent_time_text(s->at, 0, t),
		    ENT_FMT(s->reason.n ? s->reason : ENT_STR("no reason given")));
	}
	if (g->state == ENT_IN_FORCE)
		return ENT_STR("in force");
	(void)closed(g, NULL, &why);
	return ent_arena_dup(a, ent_str_c(why.msg));
}
