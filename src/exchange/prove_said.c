/* SPDX-License-Identifier: Apache-2.0 */
/*
 * prove_said.c - gathers what both sides said about an object, for a proof of warning.
 */
#include "exchange/prove_int.h"

#include "base/map.h"
#include "base/time.h"
#include "exchange/exchange_int.h"
#include "exchange/message.h"
#include "exchange/testimony.h"

#define LAST 8 /* of more messages than a proof has, so many are the latest */

/* A message, and when its writer's ledger took it. */
struct said {
	struct ent_warning_said it;
	struct ent_str thread;
	bool about; /* it names the object, or is it */
	int64_t at;
};

struct gathering {
	struct ent_proving_node *p;
	struct ent_arena *each; /* reset for each message */
	struct ent_map *threads, *seen;
	struct said *list;
	size_t n, room;
	bool collect; /* else the threads are looked for */
};

/* The release in our ledger. */
static int
ours(struct gathering *q, struct ent_str id, struct said *s, struct ent_err *err)
{
	struct ent_proving_node *p = q->p;
	struct ent_warning_leaf *leaf = &s->it.release;
	struct ent_str type, none = { NULL, 0 };
	struct ent_found f;
	uint8_t uuid[16];
	uint64_t seq, size;
	int rc = ent_stix_id_parse(id, &type, uuid) ? ENT_ENOENT : 0;

	if (rc == 0)
		rc = ent_store_on_channel(p->x->store, p->g->outbound, type, uuid, none, &seq,
		                          err);
	if (rc == 0)
		rc = ent_find_release(p->x, p->a, p->g->id, seq, &f, err);
	if (rc == 0)
		rc = ent_release_salt(p->x, p->a, p->g->id, seq, id, f.entry, &s->it.salt, err);
	if (rc)
		return rc;
	*leaf = (struct ent_warning_leaf){ .entry = f.entry, .index = f.index };
	rc = ent_prove_cosigned(p, f.index, &leaf->checkpoint, &size, err);
	if (rc == 0)
		rc = ent_entry_proof(p->x, p->a, p->g->id, f.index, size, &leaf->proof, err);
	return rc;
}

/* The release in theirs, as they have shown it. */
static int
theirs(struct gathering *q, struct ent_str id, struct said *s, struct ent_err *err)
{
	struct ent_testimony t;
	int rc =
	    ent_testimony_message(q->p->x, q->p->a, q->p->g->id, q->p->to.party, id, &t, err);

	if (rc == 0 && !ent_prove_counts(q->p, t.checkpoint))
		rc = ENT_ENOENT;
	if (rc)
		return rc;
	s->it.salt = t.salt;
	s->it.release = (struct ent_warning_leaf){
		.entry = t.entry, .index = t.index, .proof = t.proof, .checkpoint = t.checkpoint
	};
	return 0;
}

static int64_t
time_of(struct gathering *q, struct ent_str entry)
{
	const struct ent_json *v;
	int64_t at = 0;

	if (ent_json_parse(q->each, entry, ENT_ENVELOPE_DEPTH, &v, NULL) == 0)
		(void)ent_time_parse(ent_json_getstr(v, "at"), &at, NULL);
	return at;
}

static int
push(struct gathering *q, const struct said *s, struct ent_err *err)
{
	if (q->n == q->room) {
		size_t room = q->room ? 2 * q->room : 16;
		struct said *more = ent_arena_array(q->p->a, room, sizeof(*more));

		if (!more)
			return ent_x_nomem(err);
		if (q->n)
			memcpy(more, q->list, q->n * sizeof(*more));
		q->list = more;
		q->room = room;
	}
	q->list[q->n++] = *s;
	return 0;
}

/* One that can't be proved (yet) is left out. */
static int
collect(struct gathering *q, const struct ent_held *h, const struct ent_json *note,
        struct ent_str thread, struct ent_err *err)
{
	struct said s = { .about = ent_message_refers(note, q->p->held.id) };
	struct ent_str author = ent_json_getstr(note, "created_by_ref");
	bool own = ent_str_is(author, q->p->x->c.party);
	int rc;

	if (ent_str_eq(h->id, q->p->held.id) || ent_map_get(q->seen, h->id) ||
	    (!own && !ent_str_eq(author, q->p->to.party)))
		return 0;
	rc = own ? ours(q, h->id, &s, err) : theirs(q, h->id, &s, err);
	if (rc)
		return rc == ENT_ENOENT ? 0 : rc;
	s.it.object = ent_arena_dup(q->p->a, h->bytes);
	s.thread = ent_arena_dup(q->p->a, thread);
	s.at = time_of(q, s.it.release.entry);
	if (!s.it.object.p || !s.thread.p ||
	    ent_map_put(q->seen, ent_arena_dup(q->p->a, h->id), q))
		return ent_x_nomem(err);
	return push(q, &s, err);
}

/* Of the index of messages: "agreement/thread/created/note", and whose and which version. */
static int
see_message(void *self, struct ent_doc d, struct ent_err *err)
{
	struct gathering *q = self;
	struct ent_str rest = d.key, agreement, thread, created, version = d.value, whose;
	const struct ent_json *note;
	struct ent_held h;
	int rc;

	ent_arena_reset(q->each);
	(void)ent_str_next(&rest, '/', &agreement);
	(void)ent_str_next(&rest, '/', &thread);
	(void)ent_str_next(&rest, '/', &created);
	(void)ent_str_next(&version, ' ', &whose);
	if (q->collect && !ent_map_get(q->threads, thread))
		return 0;
	rc = ent_holdings_get(q->p->x, q->each, rest, version, &h, err);
	if (rc == ENT_ENOENT)
		return 0; /* it was purged */
	if (rc == 0)
		rc = ent_json_parse(q->each, h.bytes, ENT_JSON_DEPTH, &note, err);
	if (rc)
		return rc;
	if (q->collect)
		return collect(q, &h, note, thread, err);
	if (!ent_message_refers(note, q->p->held.id) && !ent_str_eq(h.id, q->p->held.id))
		return 0;
	thread = ent_arena_dup(q->p->a, thread);
	return thread.p && ent_map_put(q->threads, thread, q) == 0 ? 0 : ent_x_nomem(err);
}

static int
by_time(const void *a, const void *b)
{
	const struct said *x = a, *y = b;

	return (x->at > y->at) - (x->at < y->at);
}

/* A thread counts by a message that is about the object and can be proved: a third person's, or
 * one that isn't yet, makes the others no part of the proof. */
static void
leave_threads(struct gathering *q)
{
	struct ent_str own = { NULL, 0 };
	const struct ent_json *v;
	size_t kept = 0;

	if (ent_json_parse(q->p->a, q->p->held.bytes, ENT_JSON_DEPTH, &v, NULL) == 0)
		own = ent_json_getstr(ent_message_extension(v), "thread");
	for (size_t i = 0; i < q->n; i++) {
		bool about = own.n && ent_str_eq(q->list[i].thread, own);

		for (size_t k = 0; !about && k < q->n; k++)
			about = q->list[k].about &&
			        ent_str_eq(q->list[k].thread, q->list[i].thread);
		if (about)
			q->list[kept++] = q->list[i];
	}
	q->n = kept;
}

/* In the order in which the ledgers took them; of too many the first and the last. */
static void
choose(struct gathering *q)
{
	struct ent_warning_parts *to = &q->p->parts;
	size_t first = ENT_WARNING_MESSAGES - LAST;

	if (q->n == 0)
		return;
	qsort(q->list, q->n, sizeof(*q->list), by_time);
	for (size_t i = 0; i < q->n; i++)
		if (q->n <= ENT_WARNING_MESSAGES || i < first || i >= q->n - LAST)
			to->said[to->n_said++] = q->list[i].it;
}

int
ent_prove_said(struct ent_proving_node *p, struct ent_err *err)
{
	struct gathering q = { .p = p, .each = ent_arena_new(ENT_REQUEST_ARENA) };
	struct ent_str prefix = ent_arena_printf(p->a, "%.*s/", ENT_FMT(p->g->id)),
		       none = { NULL, 0 };
	int rc;

	q.threads = ent_map_new(p->a);
	q.seen = ent_map_new(p->a);
	rc = q.each && q.threads && q.seen && prefix.p ? 0 : ent_x_nomem(err);
	for (int turn = 0; rc == 0 && turn < 2 && !p->o->no_dialogue; turn++) {
		q.collect = turn == 1;
		rc = ent_x_docs_each(p->x, ENT_SPACE_MESSAGE, prefix, none, see_message, &q,
		                     err);
	}
	if (rc == 0) {
		leave_threads(&q);
		choose(&q);
	}
	ent_arena_free(q.each);
	return rc;
}
