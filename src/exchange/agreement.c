/* SPDX-License-Identifier: Apache-2.0 */
/*
 * agreement.c - the state of an agreement, computed from its documents and statements.
 */
#include "exchange/agreement.h"

#include <inttypes.h>

#include "base/enc.h"
#include "crypto/hash.h"
#include "exchange/agreement_int.h"
#include "exchange/dispatch.h"
#include "exchange/exchange_int.h"
#include "json/write.h"

/* All that can be there of an agreement; what is taken is held below it (limits.h). */
#define STORED_MAX ((size_t)2 * ENT_STATEMENTS_ALL)

static const char *const state_names[] = { "proposed",   "pending",    "in force", "suspended",
	                                   "terminated", "expired",    "draft",    "initialled",
	                                   "signed",     "provisional" };

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

const struct ent_approver *
ent_agreement_approver(const struct ent_agreement *g, struct ent_str id)
{
	for (size_t i = 0; i < g->approvers; i++)
		if (ent_str_eq(g->approver[i].id, id))
			return &g->approver[i];
	return NULL;
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

static const char *const act_names[] = { "propose", "accept",      "suspend",
	                                 "resume",  "terminate",   "rotate-key",
	                                 "initial", "countersign", "withdraw-notice",
	                                 "leave" };

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
	out->notice = ent_json_getstr(s->body, "notice");
	out->from = INT64_MIN;
	if (act_of(ent_json_getstr(s->body, "act"), &out->act))
		return ent_fail(err, ENT_EUNUSABLE, "statement: unknown act");
	if (ent_time_parse(ent_json_getstr(s->body, "at"), &out->at, NULL))
		return ent_fail(err, ENT_EUNUSABLE, "statement: no time");
	if (out->document.n != 64)
		return ent_fail(err, ENT_EUNUSABLE, "statement: it names no document");
	if ((out->act == ENT_ACT_RESUME) != (out->suspension.n == 64))
		return ent_fail(err, ENT_EUNUSABLE,
		                "statement: resume, and it alone, names a suspension");
	if ((out->act == ENT_ACT_WITHDRAW) != (out->notice.n == 64))
		return ent_fail(err, ENT_EUNUSABLE,
		                "statement: withdraw-notice, and it alone, names a notice");
	if (ent_json_getc(s->body, "from") &&
	    (out->act != ENT_ACT_SUSPEND ||
	     ent_time_parse(ent_json_getstr(s->body, "from"), &out->from, NULL)))
		return ent_fail(err, ENT_EUNUSABLE,
		                "statement: suspend alone has a first day, as a timestamp");
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
	uint64_t recalls;
	size_t n_docs, n;
	int rc = ent_stored_all(x, a, ENT_SPACE_DOCUMENT, id, &docs, &n_docs, err);

	if (rc == 0 && n_docs == 0)
		return ent_fail(err, ENT_ENOENT, "no agreement %.*s", ENT_FMT(id));
	if (rc == 0)
		rc = ent_statements(x, a, id, &s, &n, err);
	if (rc == 0)
		rc = ent_agreement_compute(a, docs, n_docs, s, n, ent_str_c(x->c.party),
		                           ent_x_now(x), out, err);
	if (rc == 0)
		rc = read_local(x, a, id, out, err);
	if (rc == 0)
		rc = ent_dispatches_of(x, a, id, ent_str_c(x->c.party), ENT_DISPATCH_RECALL,
		                       &recalls, err);
	if (rc == 0)
		out->recalls = recalls > 0;
	return rc ? ent_within(err, rc, "agreement %.*s", ENT_FMT(id)) : 0;
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
