/* SPDX-License-Identifier: Apache-2.0 */
/*
 * survey.c - every own object, or every entry that waits, before the gate; on several threads,
 * each with a context of its own and a part of the numbers.
 */
#include "exchange/survey.h"

#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

#include "exchange/exchange_int.h"
#include "exchange/message.h"

#define BATCH       500
#define THREADS_MAX 8
/* Fewer objects than this aren't worth a thread. */
#define PART_MIN 5000
#define DATE_MAX 64

/* What the threads share. */
struct shared {
	const struct ent_survey_options *o;
	struct ent_str agreement;
	pthread_mutex_t lock; /* of each() and progress() */
	size_t done;          /* under the lock */
	atomic_bool stop;
};

struct part {
	struct shared *all;
	struct ent_exchange *x;
	struct ent_arena *a, *batch, *each; /* of the part, of a batch, of one object */
	const struct ent_agreement *g;
	uint64_t after,
	    upto; /* oids of holdings, or numbers of the channel: after < n <= upto */
	struct ent_survey sum;
	struct ent_err err;
	int rc;
	pthread_t thread;
	bool started, own;
};

static void
copy(char *to, size_t room, struct ent_str s)
{
	size_t n = s.n < room - 1 ? s.n : room - 1;

	if (n)
		memcpy(to, s.p, n);
	to[n] = '\0';
}

static void
note_rule(struct ent_survey_rule *r, const struct ent_held *h, const struct ent_verdict *v)
{
	if (r->count++)
		return;
	r->oid = h->oid;
	copy(r->example, sizeof(r->example), h->id);
	copy(r->reason, sizeof(r->reason), v->reason);
}

static bool
is_expired(const struct part *p, const struct ent_json *json)
{
	struct ent_str until = ent_json_getstr(json, "valid_until");
	int64_t at;

	return until.n && until.n < DATE_MAX && ent_time_parse(until, &at, NULL) == 0 &&
	       at <= ent_x_now(p->x);
}

static void
tally(struct part *p, const struct ent_held *h, const struct ent_json *json,
      const struct ent_decision *d)
{
	bool denied = false;

	for (int r = 0; r < ENT_RULES; r++)
		if (r != ENT_RULE_AGREEMENT && d->rule[r].result == ENT_DENY) {
			note_rule(&p->sum.rule[r], h, &d->rule[r]);
			denied = true;
		}
	if (denied) {
		p->sum.denied++;
		return;
	}
	p->sum.passes++;
	p->sum.bytes += h->bytes.n;
	p->sum.expired += is_expired(p, json);
}

static void
tell(struct part *p, const struct ent_held *h, const struct ent_decision *d)
{
	const struct ent_survey_options *o = p->all->o;

	if (!o->each)
		return;
	(void)pthread_mutex_lock(&p->all->lock);
	o->each(o->self, h, d);
	(void)pthread_mutex_unlock(&p->all->lock);
}

static void
stepped(struct part *p, size_t n)
{
	const struct ent_survey_options *o = p->all->o;

	(void)pthread_mutex_lock(&p->all->lock);
	p->all->done += n;
	if (o->progress)
		o->progress(o->self, p->all->done);
	(void)pthread_mutex_unlock(&p->all->lock);
}

static int
judge(struct part *p, const struct ent_held *h)
{
	const struct ent_json *json;
	struct ent_decision d;
	int rc = ent_json_parse(p->each, h->bytes, ENT_JSON_DEPTH, &json, &p->err);

	if (rc == 0)
		rc = ent_gate_brief(p->x, p->each, p->g, h, json, NULL, &d, &p->err);
	if (rc)
		return ent_within(&p->err, rc, "%.*s", ENT_FMT(h->id));
	tally(p, h, json, &d);
	tell(p, h, &d);
	return 0;
}

static int
held_of(struct part *p, const struct ent_row *row, struct ent_held *h)
{
	char uuid[ENT_UUID_TEXT];

	*h = (struct ent_held){
		.oid = row->oid, .type = row->type, .version = row->version, .bytes = row->bytes
	};
	h->id = ent_arena_printf(p->each, "%.*s--%s", ENT_FMT(row->type),
	                         ent_uuid_text(row->uuid, uuid));
	memcpy(h->sha256, row->sha256, sizeof(h->sha256));
	return h->id.p ? 0 : ent_x_nomem(&p->err);
}

/* One of the holdings.  Messages leave by their own dialogue. */
static int
see_own(struct part *p, const struct ent_row *row)
{
	struct ent_held h;
	uint64_t seq;
	int rc;

	ent_arena_reset(p->each);
	rc = held_of(p, row, &h);
	if (rc || ent_message_of(p->x, p->each, h.id).p)
		return rc;
	p->sum.objects++;
	rc = p->all->o->again ? ENT_ENOENT
	                      : ent_store_on_channel(p->x->store, p->g->outbound, row->type,
	                                             row->uuid, row->vkey, &seq, &p->err);
	if (rc == ENT_ENOENT)
		return judge(p, &h);
	if (rc == 0) {
		p->sum.on_channel++;
		tell(p, &h, NULL);
	}
	return rc;
}

static int
walk_own(struct part *p)
{
	struct ent_list q = { .source = ENT_SOURCE_OWN,
		              .after = p->after,
		              .limit = BATCH,
		              .latest = true,
		              .with_bytes = true };
	struct ent_row *rows;
	size_t n = BATCH;
	int rc = 0;

	while (rc == 0 && n == BATCH && q.after < p->upto && !atomic_load(&p->all->stop)) {
		ent_arena_reset(p->batch);
		rc = ent_store_list(p->x->store, p->batch, &q, &rows, &n, &p->err);
		for (size_t i = 0; rc == 0 && i < n && rows[i].oid <= p->upto; i++)
			rc = see_own(p, &rows[i]);
		if (rc == 0 && n)
			q.after = rows[n - 1].oid;
		stepped(p, n);
	}
	return rc;
}

static int
see_entry(struct part *p, const struct ent_row *row)
{
	struct ent_held h;
	int rc;

	ent_arena_reset(p->each);
	rc = held_of(p, row, &h);
	p->sum.objects++;
	return rc ? rc : judge(p, &h);
}

static int
walk_channel(struct part *p)
{
	struct ent_query q = { .channel = p->g->outbound,
		               .after_seq = p->after,
		               .upto = p->upto,
		               .after_date = INT64_MIN,
		               .which = ENT_WHICH_ALL,
		               .limit = BATCH,
		               .with_bytes = true };
	struct ent_page page = { .more = true };
	int rc = 0;

	while (rc == 0 && page.more && !atomic_load(&p->all->stop)) {
		ent_arena_reset(p->batch);
		rc = ent_store_page(p->x->store, p->batch, &q, &page, &p->err);
		for (size_t i = 0; rc == 0 && i < page.count; i++) {
			q.after_seq = page.entries[i].seq;
			rc = see_entry(p, &page.entries[i].row);
		}
		stepped(p, page.count);
	}
	return rc;
}

static void *
run(void *self)
{
	struct part *p = self;

	ent_store_look(p->x->store);
	p->rc = p->all->o->of == ENT_SURVEY_HOLDINGS ? walk_own(p) : walk_channel(p);
	ent_store_look_end(p->x->store);
	if (p->rc)
		atomic_store(&p->all->stop, true);
	return NULL;
}

static int
prepare(struct part *p, const struct ent_agreement *g)
{
	struct ent_agreement *own;
	int rc;

	p->a = ent_arena_new(ENT_REQUEST_ARENA);
	p->batch = ent_arena_new(ENT_REQUEST_ARENA);
	p->each = ent_arena_new(ENT_REQUEST_ARENA);
	if (!p->a || !p->batch || !p->each)
		return ent_x_nomem(&p->err);
	if (!p->own) {
		p->g = g;
		return 0;
	}
	own = ent_arena_alloc(p->a, sizeof(*own));
	rc = own ? ent_agreement_load(p->x, p->a, p->all->agreement, own, &p->err)
	         : ent_x_nomem(&p->err);
	p->g = own;
	return rc;
}

static void
release_part(struct part *p)
{
	ent_arena_free(p->each);
	ent_arena_free(p->batch);
	ent_arena_free(p->a);
	if (p->own)
		ent_exchange_close(p->x);
}

/* The greatest number that there is: of an own object, or of an entry. */
static int
last_number(struct ent_exchange *x, const struct ent_agreement *g, enum ent_survey_of of,
            uint64_t *last, struct ent_err *err)
{
	/* versions are never taken away one by one faster than numbers are given: their count
	 * bounds no number, so the walk itself ends it; this is for parts of alike size */
	if (of == ENT_SURVEY_HOLDINGS)
		return ent_store_count(x->store, last, err);
	return ent_store_tip(x->store, g->outbound, last, NULL, NULL, err);
}

static int
threads_for(const struct ent_exchange *x, const struct ent_survey_options *o, uint64_t numbers)
{
	long n = o->threads ? o->threads : sysconf(_SC_NPROCESSORS_ONLN);
	uint64_t worth = numbers / PART_MIN + 1;

	if (ent_str_starts(ent_str_c(x->c.store_url), "memory:"))
		return 1;
	n = n < 1 ? 1 : n > THREADS_MAX ? THREADS_MAX : n;
	return (uint64_t)n > worth ? (int)worth : (int)n;
}

static void
add(struct ent_survey *to, const struct ent_survey *s)
{
	to->objects += s->objects;
	to->on_channel += s->on_channel;
	to->passes += s->passes;
	to->denied += s->denied;
	to->bytes += s->bytes;
	to->expired += s->expired;
	for (int r = 0; r < ENT_RULES; r++) {
		size_t count = to->rule[r].count + s->rule[r].count;

		if (s->rule[r].count &&
		    (!to->rule[r].count || s->rule[r].oid < to->rule[r].oid))
			to->rule[r] = s->rule[r];
		to->rule[r].count = count;
	}
}

/* Runs all parts, the first on this thread; the first failure counts. */
static int
run_parts(struct part *parts, int n, struct ent_survey *out, struct ent_err *err)
{
	int rc = 0;

	for (int i = 1; i < n; i++)
		parts[i].started = pthread_create(&parts[i].thread, NULL, run, &parts[i]) == 0;
	(void)run(&parts[0]);
	for (int i = 1; i < n; i++) {
		if (parts[i].started)
			(void)pthread_join(parts[i].thread, NULL);
		else
			(void)run(&parts[i]); /* no thread is to be had: one after the other */
	}
	for (int i = 0; i < n; i++) {
		if (parts[i].rc && rc == 0) {
			rc = parts[i].rc;
			*err = parts[i].err;
		}
		add(out, &parts[i].sum);
	}
	return rc;
}

int
ent_survey(struct ent_exchange *x, const struct ent_agreement *g,
           const struct ent_survey_options *o, struct ent_survey *out, struct ent_err *err)
{
	struct shared all = { .o = o, .agreement = g->id };
	struct part parts[THREADS_MAX] = { 0 };
	uint64_t last = 0, share;
	int n, made = 0, rc;

	*out = (struct ent_survey){ 0 };
	rc = last_number(x, g, o->of, &last, err);
	if (rc)
		return rc;
	last = last > o->after ? last - o->after : 0;
	n = threads_for(x, o, last);
	share = last / (uint64_t)n + 1;
	(void)pthread_mutex_init(&all.lock, NULL);
	for (; rc == 0 && made < n; made++) {
		struct part *p = &parts[made];

		p->all = &all;
		p->after = o->after + share * (uint64_t)made;
		p->upto = made == n - 1 ? UINT64_MAX >> 20 : p->after + share;
		p->own = made > 0;
		p->x = x;
		if (p->own)
			rc = ent_exchange_open(&x->c, &p->x, &p->err);
		if (rc == 0)
			rc = prepare(p, g);
		if (rc)
			*err = p->err;
	}
	if (rc == 0)
		rc = run_parts(parts, n, out, err);
	for (int i = 0; i < made; i++)
		release_part(&parts[i]);
	(void)pthread_mutex_destroy(&all.lock);
	return rc;
}
