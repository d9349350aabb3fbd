/* SPDX-License-Identifier: Apache-2.0 */
/*
 * threads.c - dialogues as they stand: who has the word in which thread, and since when.
 *
 * The messages are read one by one, and of each only what the state needs is kept; texts only
 * of the thread that was asked for.  So a counterpart that writes much keeps nobody from
 * reading the rest.
 */
#include "exchange/dialogue.h"

#include "base/utf8.h"
#include "exchange/exchange_int.h"
#include "exchange/window.h"

#define SUBJECT_BYTES 60

static const char *const thread_names[] = { "open", "answered", "overdue", "closed" };

const char *
ent_thread_state_name(enum ent_thread_state s)
{
	return thread_names[s];
}

/* A timestamp or an id; longer ones are cut. */
struct word {
	char text[128];
	size_t n;
};

static void
put(struct word *w, struct ent_str s)
{
	w->n = s.n < sizeof(w->text) ? s.n : sizeof(w->text);
	if (w->n)
		memcpy(w->text, s.p, w->n);
}

static struct ent_str
view(const struct word *w)
{
	return (struct ent_str){ w->text, w->n };
}

struct reading {
	struct ent_exchange *x;
	struct ent_arena *a, *each; /* each: reset for each message */
	struct ent_str wanted;      /* start of an id; absent: all, without their texts */
	struct ent_thread *list;    /* NULL while they are counted */
	size_t count, room;
	size_t here,
	    in_agreement; /* messages of the thread, threads of the agreement, so far */
	/* of the thread: when its last request is due, when its last message was made, the last
	 * one of theirs */
	struct word due, since, answers, opener;
};

/* What a document of the index says. */
struct place {
	struct ent_str agreement, thread, note, version;
	bool own;
};

static struct place
place_of(struct ent_doc d)
{
	struct place p = { .version = d.value };
	struct ent_str rest = d.key, created, whose;

	(void)ent_str_next(&p.version, ' ', &whose);
	p.own = ent_str_is(whose, "own");
	(void)ent_str_next(&rest, '/', &p.agreement);
	(void)ent_str_next(&rest, '/', &p.thread);
	(void)ent_str_next(&rest, '/', &created);
	p.note = rest;
	return p;
}

static int
read_message(struct reading *r, struct ent_arena *a, const struct place *p,
             struct ent_message *out, struct ent_err *err)
{
	const struct ent_json *v, *ext;
	enum ent_message_kind kind;
	struct ent_held h;
	int rc = ent_holdings_get(r->x, a, p->note, p->version, &h, err);

	if (rc == 0)
		rc = ent_json_parse(a, h.bytes, ENT_JSON_DEPTH, &v, err);
	if (rc)
		return rc;
	ext = ent_message_extension(v);
	kind = ent_message_kind_of(ext);
	*out = (struct ent_message){ .own = p->own, .note = ent_arena_dup(a, p->note) };
	out->agreement = ent_arena_dup(a, p->agreement);
	out->thread = ent_arena_dup(a, p->thread);
	out->kind = kind == ENT_MSG_KINDS ? ENT_MSG_REMARK : kind;
	out->text = ent_json_getstr(v, "content");
	out->by = ent_json_getstr(v, "created_by_ref");
	out->created = ent_json_getstr(v, "created");
	out->in_reply_to = ent_json_getstr(ext, "in_reply_to");
	out->priority = ent_json_getstr(ext, "priority");
	out->due = ent_json_getstr(ext, "due");
	out->result = ent_json_getstr(ext, "result");
	out->date = ent_json_getstr(ext, "date");
	out->move = ent_move_of(ext);
	out->answer = ent_json_getstr(ext, "answer");
	out->decline = ent_json_getstr(ext, "decline_reason");
	ext = ent_json_getc(ext, "evaluation");
	out->scheme = ent_json_getstr(ext, "scheme");
	out->source = ent_json_getstr(ext, "source");
	out->information = ent_json_getstr(ext, "information");
	ext = ent_json_getc(ent_message_extension(v), "correction");
	out->object = ent_json_getstr(ext, "object_ref");
	out->property = ent_json_getstr(ext, "property");
	out->value = ent_json_getstr(ext, "value");
	rc = ent_store_doc_get(r->x->store, a, ENT_SPACE_EVALUATION, p->note, &out->evaluated,
	                       NULL);
	if (rc && rc != ENT_ENOENT)
		return ent_fail(err, rc, "an evaluation can't be read");
	return out->note.p && out->agreement.p && out->thread.p ? 0 : ent_x_nomem(err);
}

static struct ent_str
keep(struct ent_arena *a, struct ent_str s)
{
	return s.p ? ent_arena_dup(a, s) : s;
}

/* The stage; a last outcome closes it. */
static void
move(struct reading *r, struct ent_thread *t, struct ent_message *m)
{
	if (r->here == 0) {
		put(&r->opener, m->by);
		t->own_request = m->own;
	}
	m->idle =
	    !ent_move_apply(t->stage, m->move, ent_str_eq(m->by, view(&r->opener)), &t->stage);
	if (!m->idle && m->move == ENT_MOVE_OUTCOME && !ent_str_is(m->result, "still-open"))
		t->stage = ENT_STAGE_CLOSED;
}

/* What a message makes of its thread. */
static void
judge(struct reading *r, struct ent_thread *t, const struct ent_message *m)
{
	if (r->here == 0) {
		t->subject = keep(r->a, ent_utf8_cut(m->text, SUBJECT_BYTES));
		t->priority = keep(r->a, m->priority);
		t->due = keep(r->a, m->due);
		r->due.n = r->answers.n = 0;
	}
	if (m->kind == ENT_MSG_REQUEST) {
		put(&r->due, m->due);
		t->state = ENT_THREAD_OPEN;
	} else if (m->kind == ENT_MSG_REPLY) {
		t->state = ENT_THREAD_ANSWERED;
	} else if (m->kind == ENT_MSG_OUTCOME) {
		t->state = ent_str_is(m->result, "still-open") ? ENT_THREAD_ANSWERED
		                                               : ENT_THREAD_CLOSED;
	}
	if (ent_stage_is_end(t->stage))
		t->state = ENT_THREAD_CLOSED;
	if (!m->own)
		put(&r->answers, m->note);
	put(&r->since, m->created);
	t->awaits = m->own ? ENT_STR("them") : ENT_STR("us");
}

static int
finish(struct reading *r, struct ent_err *err)
{
	struct ent_thread *t = r->count ? &r->list[r->count - 1] : NULL;
	int64_t until;

	if (!t || r->here == 0)
		return 0;
	r->here = 0;
	if (t->state == ENT_THREAD_OPEN && r->due.n &&
	    ent_time_parse(view(&r->due), &until, NULL) == 0 && ent_x_now(r->x) > until)
		t->state = ENT_THREAD_OVERDUE;
	if (t->state == ENT_THREAD_CLOSED)
		t->awaits = (struct ent_str){ NULL, 0 };
	t->since = ent_arena_dup(r->a, view(&r->since));
	if (r->answers.n)
		t->answers = ent_arena_dup(r->a, view(&r->answers));
	return t->since.p && (t->answers.p || !r->answers.n) ? 0 : ent_x_nomem(err);
}

static bool
is_wanted(const struct reading *r, const struct place *p)
{
	return !r->wanted.p || (r->wanted.n <= p->thread.n &&
	                        memcmp(r->wanted.p, p->thread.p, r->wanted.n) == 0);
}

/* The thread of a message: the last of the list, or a new one; NULL where it isn't shown. */
static int
thread_of(struct reading *r, const struct place *p, struct ent_thread **out,
          struct ent_err *err)
{
	struct ent_thread *t = r->count ? &r->list[r->count - 1] : NULL;
	int rc;

	*out = t;
	if (t && ent_str_eq(t->agreement, p->agreement) && ent_str_eq(t->id, p->thread))
		return 0;
	rc = finish(r, err);
	*out = NULL;
	if (rc)
		return rc;
	r->in_agreement = t && ent_str_eq(t->agreement, p->agreement) ? r->in_agreement + 1 : 1;
	if (!r->list || r->in_agreement > ENT_THREADS_SHOWN || r->count == r->room)
		return 0;
	*out = t = &r->list[r->count++];
	*t = (struct ent_thread){ .id = ent_arena_dup(r->a, p->thread),
		                  .agreement = ent_arena_dup(r->a, p->agreement) };
	return t->id.p && t->agreement.p ? 0 : ent_x_nomem(err);
}

static int
read_one(struct reading *r, const struct place *p, struct ent_err *err)
{
	struct ent_message m;
	struct ent_thread *t;
	int rc = thread_of(r, p, &t, err);

	if (rc || !t)
		return rc;
	ent_arena_reset(r->each);
	rc = read_message(r, r->each, p, &m, err);
	if (rc == ENT_ENOENT)
		return 0; /* recalled, and purged */
	if (rc)
		return rc;
	move(r, t, &m);
	judge(r, t, &m);
	if (m.own)
		t->last_own = ent_arena_dup(r->a, m.note);
	r->here++;
	t->count++;
	return 0;
}

struct walking {
	struct reading *r;
	int (*see)(struct reading *r, const struct place *p, struct ent_err *err);
};

static int
see_doc(void *self, struct ent_doc d, struct ent_err *err)
{
	const struct walking *w = self;
	struct place p = place_of(d);

	return is_wanted(w->r, &p) ? w->see(w->r, &p, err) : 0;
}

/* Shows each document of the index that is wanted to see(). */
static int
walk(struct reading *r,
     int (*see)(struct reading *r, const struct place *p, struct ent_err *err),
     struct ent_err *err)
{
	struct walking w = { r, see };

	return ent_x_docs_each(r->x, ENT_SPACE_MESSAGE, ENT_STR(""),
	                       (struct ent_str){ NULL, 0 }, see_doc, &w, err);
}

/* ---- texts ---- */

/* Only the last ones of a very long thread: they are what is to be answered. */
static int
read_text(struct reading *r, const struct place *p, struct ent_err *err)
{
	struct ent_thread *t = NULL;
	struct ent_message *m;
	int rc;

	for (size_t i = 0; i < r->count && !t; i++)
		if (ent_str_eq(r->list[i].agreement, p->agreement) &&
		    ent_str_eq(r->list[i].id, p->thread))
			t = &r->list[i];
	if (!t || t->skip > 0) {
		if (t)
			t->skip--;
		return 0;
	}
	m = &t->messages[t->shown];
	if (t->shown == ENT_MESSAGES_SHOWN)
		return 0; /* one that came meanwhile */
	rc = read_message(r, r->a, p, m, err);
	t->shown += rc == 0;
	return rc == ENT_ENOENT ? 0 : rc;
}

/* Which of a whole thread's messages moved nothing. */
static void
mark_idle(struct ent_thread *t)
{
	enum ent_stage stage = ENT_STAGE_NONE;

	for (size_t i = 0; i < t->shown; i++)
		t->messages[i].idle =
		    !ent_move_apply(stage, t->messages[i].move,
		                    ent_str_eq(t->messages[i].by, t->messages[0].by), &stage);
}

static int
read_texts(struct reading *r, struct ent_err *err)
{
	int rc;

	for (size_t i = 0; i < r->count; i++) {
		struct ent_thread *t = &r->list[i];

		t->skip = t->count > ENT_MESSAGES_SHOWN ? t->count - ENT_MESSAGES_SHOWN : 0;
		t->messages = ent_arena_array(r->a, ENT_MESSAGES_SHOWN, sizeof(*t->messages));
		if (!t->messages)
			return ent_x_nomem(err);
	}
	rc = walk(r, read_text, err);
	for (size_t i = 0; rc == 0 && i < r->count; i++)
		if (r->list[i].shown == r->list[i].count)
			mark_idle(&r->list[i]);
	return rc;
}

/* ---- delivery ---- */

/* Whether everybody has receipted what we wrote last. */
static int
find_delivered(struct reading *r, struct ent_thread *t, struct ent_err *err)
{
	struct ent_agreement *g;
	struct ent_held h;
	struct ent_str none = { NULL, 0 };
	uint64_t seq, upto = 0;
	int rc;

	t->delivered = true;
	if (!t->last_own.p)
		return 0;
	ent_arena_reset(r->each);
	g = ent_arena_alloc(r->each, sizeof(*g));
	rc = g ? ent_agreement_load(r->x, r->each, t->agreement, g, err) : ent_x_nomem(err);
	if (rc == 0)
		rc = ent_holdings_get(r->x, r->each, t->last_own, none, &h, err);
	if (rc == 0)
		rc = ent_channel_place(r->x, g->outbound, t->last_own, h.version, &seq, err);
	if (rc == 0)
		rc = ent_receipted_by_all(r->x, r->each, g, &upto, err);
	t->delivered = rc == 0 && seq <= upto;
	return rc == ENT_ENOENT ? 0 : rc; /* it waits for a second person, or is recalled */
}

/* ---- the whole ---- */

/* Threads, not messages: a run of the same agreement and thread. */
static int
count_one(struct reading *r, const struct place *p, struct ent_err *err)
{
	(void)err;
	if (ent_str_eq(view(&r->due), p->thread) && ent_str_eq(view(&r->since), p->agreement))
		return 0;
	put(&r->due, p->thread);
	put(&r->since, p->agreement);
	r->room++;
	return 0;
}

static int
later(const void *l, const void *r)
{
	const struct ent_thread *a = l, *b = r;
	int c = ent_str_cmp(a->since, b->since);

	return c ? c : ent_str_cmp(a->id, b->id);
}

static int
read_all(struct reading *r, struct ent_err *err)
{
	int rc = walk(r, count_one, err);

	if (rc)
		return rc;
	r->due.n = r->since.n = 0;
	r->list = ent_arena_array(r->a, r->room, sizeof(*r->list));
	if (!r->list)
		return ent_x_nomem(err);
	rc = walk(r, read_one, err);
	if (rc == 0)
		rc = finish(r, err);
	if (rc)
		return rc;
	/* a start of an id that several have is no thread's name: none is read */
	if (r->wanted.p && r->count == 1)
		rc = read_texts(r, err);
	for (size_t i = 0; rc == 0 && i < r->count; i++)
		rc = find_delivered(r, &r->list[i], err);
	if (r->count)
		qsort(r->list, r->count, sizeof(*r->list), later);
	return rc;
}

int
ent_threads(struct ent_exchange *x, struct ent_arena *a, struct ent_str thread,
            struct ent_thread **out, size_t *count, struct ent_err *err)
{
	struct reading r = { .x = x, .a = a, .wanted = thread };
	int rc;

	r.each = ent_arena_new(ENT_REQUEST_ARENA);
	rc = r.each ? read_all(&r, err) : ent_x_nomem(err);
	ent_arena_free(r.each);
	*out = r.list;
	*count = r.count;
	return rc;
}
