/* SPDX-License-Identifier: Apache-2.0 */
/*
 * harvest.c - pages of other people's collections, taken in.
 */
#include "exchange/harvest.h"

#include <inttypes.h>
#include <stddef.h>

#include "base/utf8.h"
#include "exchange/audit.h"
#include "exchange/book.h"
#include "exchange/exchange_int.h"
#include "exchange/holdings.h"
#include "exchange/lineage.h"
#include "exchange/refusal.h"
#include "json/write.h"

#define STATE_MAX ((size_t)256 << 10)
#define TEXT_MAX  500 /* of a name or a reason that is kept */

/* ---- what is kept ---- */

/* The numbers of a state by their names: read and written by the same table. */
static const struct {
	const char *name;
	size_t at;
} numbers[] = {
	{ "turn", offsetof(struct ent_harvest_state, turn) },
	{ "began", offsetof(struct ent_harvest_state, began) },
	{ "ended", offsetof(struct ent_harvest_state, ended) },
	{ "good", offsetof(struct ent_harvest_state, good) },
	{ "due", offsetof(struct ent_harvest_state, due) },
	{ "runs", offsetof(struct ent_harvest_state, runs) },
	{ "pages", offsetof(struct ent_harvest_state, pages) },
	{ "objects", offsetof(struct ent_harvest_state, objects) },
	{ "new", offsetof(struct ent_harvest_state, fresh) },
	{ "refused", offsetof(struct ent_harvest_state, refused) },
	{ "failures", offsetof(struct ent_harvest_state, failures) },
};
#define NUMBERS (sizeof(numbers) / sizeof(numbers[0]))

/* All of them are 64 bits wide; those without a sign never come near the 63rd. */
static int64_t
get_number(const struct ent_harvest_state *s, size_t i)
{
	int64_t n;

	memcpy(&n, (const char *)s + numbers[i].at, sizeof(n));
	return n;
}

static void
set_number(struct ent_harvest_state *s, size_t i, int64_t n)
{
	memcpy((char *)s + numbers[i].at, &n, sizeof(n));
}

/* Dates are a server's own: as text they may be any. */
static int64_t
get_date(const struct ent_json *v, const char *key)
{
	struct ent_str text = ent_json_getstr(v, key);
	int64_t us;

	return text.p && ent_time_parse(text, &us, NULL) == 0 ? us : INT64_MIN;
}

static void
put_date(struct ent_jw *w, const char *key, int64_t us)
{
	char text[ENT_TIME_TEXT];

	if (us != INT64_MIN)
		ent_jw_kc(w, key, ent_time_text(us, 6, text));
}

static void
read_bad(const struct ent_json *list, struct ent_harvest_state *out)
{
	for (size_t i = 0; i < ent_json_count(list) && i < ENT_HARVEST_BAD; i++) {
		const struct ent_json *v = ent_json_at(list, i);
		struct ent_bad_object *b = &out->bad[out->n_bad++];

		b->id = ent_json_getstr(v, "id");
		b->why = ent_json_getstr(v, "why");
		(void)ent_json_int(ent_json_getc(v, "at"), &b->at);
	}
}

int
ent_harvest_read(struct ent_exchange *x, struct ent_arena *a, struct ent_str key,
                 struct ent_harvest_state *out, struct ent_err *err)
{
	const struct ent_json *v;
	int rc = ent_x_doc(x, a, ENT_SPACE_HARVEST, key, &v, err);
	int64_t n;

	*out = (struct ent_harvest_state){ .mark = ENT_MIRROR_START };
	if (rc == ENT_ENOENT)
		return 0;
	if (rc)
		return rc;
	for (size_t i = 0; i < NUMBERS; i++)
		if (ent_json_int(ent_json_getc(v, numbers[i].name), &n))
			set_number(out, i, n);
	out->mark.after = get_date(v, "after");
	out->mark.from = get_date(v, "from");
	out->mark.next = ent_json_getstr(v, "next");
	(void)ent_json_bool(ent_json_getc(v, "complete"), &out->complete);
	(void)ent_json_bool(ent_json_getc(v, "undated"), &out->undated);
	out->code = ent_json_getstr(v, "code");
	out->error = ent_json_getstr(v, "error");
	read_bad(ent_json_getc(v, "bad"), out);
	return 0;
}

static struct ent_str
state_text(struct ent_arena *a, const struct ent_harvest_state *s)
{
	struct ent_str text;
	struct ent_buf b;
	struct ent_jw w;

	ent_buf_init(&b, STATE_MAX);
	ent_jw_init(&w, &b);
	ent_jw_object(&w);
	for (size_t i = 0; i < NUMBERS; i++)
		ent_jw_kint(&w, numbers[i].name, get_number(s, i));
	put_date(&w, "after", s->mark.after);
	put_date(&w, "from", s->mark.from);
	if (s->mark.next.n)
		ent_jw_kstr(&w, "next", s->mark.next);
	ent_jw_kbool(&w, "complete", s->complete);
	ent_jw_kbool(&w, "undated", s->undated);
	if (s->error.p) {
		ent_jw_kstr(&w, "code", s->code);
		ent_jw_kstr(&w, "error", s->error);
	}
	ent_jw_key(&w, "bad");
	ent_jw_array(&w);
	for (size_t i = 0; i < s->n_bad; i++) {
		ent_jw_object(&w);
		ent_jw_kstr(&w, "id", s->bad[i].id);
		ent_jw_kstr(&w, "why", s->bad[i].why);
		ent_jw_kint(&w, "at", s->bad[i].at);
		ent_jw_end_object(&w);
	}
	ent_jw_end_array(&w);
	ent_jw_end_object(&w);
	text = ent_buf_done(&b, a);
	ent_buf_release(&b);
	return text;
}

static int
state_write(struct ent_harvest *in, struct ent_arena *a, struct ent_harvest_state *s,
            struct ent_err *err)
{
	struct ent_str text;

	s->turn++;
	text = state_text(a, s);
	return text.p ? ent_store_doc_put(in->x->store, ENT_SPACE_HARVEST, in->key, text, err)
	              : ent_x_nomem(err);
}

int
ent_harvest_forget(struct ent_exchange *x, struct ent_str key, struct ent_err *err)
{
	return ent_store_doc_del(x->store, ENT_SPACE_HARVEST, key, err);
}

/* As it is now, inside an open write; another run that wrote since is told from this one. */
static int
state_again(struct ent_harvest *in, struct ent_arena *a, struct ent_harvest_state *s,
            struct ent_err *err)
{
	int rc = ent_harvest_read(in->x, a, in->key, s, err);

	if (rc == 0 && s->turn != in->turn)
		rc = ent_fail(err, ENT_EBUSY, "another run of this harvest is under way");
	return rc;
}

int
ent_harvest_begin(struct ent_harvest *in, struct ent_arena *a, struct ent_harvest_state *out,
                  struct ent_err *err)
{
	int rc = ent_x_begin(in->x, err);

	if (rc)
		return rc;
	rc = ent_harvest_read(in->x, a, in->key, out, err);
	if (rc == 0) {
		out->began = ent_x_now(in->x);
		out->runs++;
		rc = state_write(in, a, out, err);
	}
	rc = ent_x_end(in->x, rc, err);
	if (rc == 0)
		in->turn = out->turn;
	return rc;
}

/* ---- a page ---- */

/* What is known of an object before the write begins. */
struct checked {
	struct ent_object o;
	int rc;
	struct ent_str why;
};

/* Everything that takes long and needs no store. */
static int
check_all(struct ent_arena *a, const struct ent_mirror_page *p, struct checked **out,
          struct ent_err *err)
{
	struct checked *c = ent_arena_array(a, p->count, sizeof(*c));

	if (!c)
		return ent_x_nomem(err);
	for (size_t i = 0; i < p->count; i++) {
		struct ent_err why = { 0 };

		c[i].rc = ent_holdings_check(a, ent_json_at(p->list, i), &c[i].o, &why);
		if (c[i].rc && !ent_about_object(c[i].rc))
			return ent_fail(err, c[i].rc, "%s", why.msg);
		if (c[i].rc)
			c[i].why = ent_arena_dup(a, ent_str_c(why.msg));
	}
	*out = c;
	return 0;
}

/* Nobody but this node speaks in its name. */
static int
check_name(const struct ent_exchange *x, const struct ent_object *o, enum ent_taken how,
           struct ent_err *err)
{
	if (how != ENT_TAKEN_NEW ||
	    !(ent_str_is(o->created_by, x->c.party) || ent_str_is(o->id, x->c.party)))
		return 0;
	return ent_fail(err, ENT_EDENIED,
	                "%.*s says to be made by this node, which does not have it",
	                ENT_FMT(o->id));
}

/* And only its creator gives an object another version (STIX 2.1, 3.6.2), where the one that is
 * held names him. */
static int
check_creator(const struct ent_exchange *x, struct ent_arena *a, const struct ent_object *o,
              struct ent_err *err)
{
	const struct ent_json *v;
	struct ent_str held;
	struct ent_row row;
	int rc = o->version.n ? ent_store_get(x->store, a, o->type, o->uuid,
	                                      (struct ent_str){ NULL, 0 }, &row, err)
	                      : ENT_ENOENT;

	if (rc == 0)
		rc = ent_json_parse(a, row.bytes, ENT_JSON_DEPTH, &v, err);
	if (rc)
		return rc == ENT_ENOENT ? 0 : rc;
	held = ent_json_getstr(v, "created_by_ref");
	return held.n && !ent_str_eq(held, o->created_by) ? ent_lineage_other_creator(o, err)
	                                                  : 0;
}

static int
put_one(struct ent_harvest *in, struct ent_arena *a, const struct ent_object *o,
        enum ent_taken *how, bool *added, struct ent_err *err)
{
	uint64_t oid = 0, seq;
	int64_t date;
	int rc = check_creator(in->x, a, o, err);

	if (rc == 0)
		rc = ent_holdings_put_checked(in->x, a, o, in->source, &oid, how, err);
	if (rc == 0)
		rc = check_name(in->x, o, *how, err);
	if (rc || !in->into)
		return rc;
	rc = ent_store_append(in->x->store, in->into->channel, oid, ent_x_now(in->x), &seq,
	                      &date, err);
	*added = rc == 0;
	return rc == ENT_EEXIST ? 0 : rc;
}

static int
take_one(struct ent_harvest *in, struct ent_arena *a, const struct checked *c,
         struct ent_err *why)
{
	enum ent_taken how = ENT_TAKEN_SAME;
	bool added = false;
	int rc;

	if (c->rc)
		return ent_fail(why, c->rc, "%.*s", ENT_FMT(c->why));
	rc = ent_x_begin(in->x, why); /* a mark: one that fails leaves nothing behind */
	if (rc)
		return rc;
	rc = ent_x_end(in->x, put_one(in, a, &c->o, &how, &added, why), why);
	in->fresh += rc == 0 && how == ENT_TAKEN_NEW;
	in->same += rc == 0 && how == ENT_TAKEN_SAME;
	in->added += rc == 0 && added;
	return rc;
}

/* Keeps the reason, in place of the oldest one. */
static int
note_bad(struct ent_harvest *in, struct ent_arena *a, struct ent_harvest_state *s,
         const struct ent_json *v, const struct ent_err *why, struct ent_err *err)
{
	struct ent_str id = ent_json_getstr(v, "id");
	struct ent_bad_object b = { .at = ent_x_now(in->x) };

	if (!id.p)
		id = ENT_STR("");
	b.id = ent_arena_dup(a, ent_utf8_cut(id, TEXT_MAX));
	b.why = ent_arena_dup(a, ent_str_c(why->msg));
	if (!b.id.p || !b.why.p)
		return ent_x_nomem(err);
	/* the same object again, as a server that is read from the start gives it */
	for (size_t i = 0; i < s->n_bad; i++)
		if (b.id.n && ent_str_eq(s->bad[i].id, b.id)) {
			s->bad[i] = b;
			return 0;
		}
	if (s->n_bad == ENT_HARVEST_BAD)
		memmove(s->bad, s->bad + 1, --s->n_bad * sizeof(s->bad[0]));
	s->bad[s->n_bad++] = b;
	return 0;
}

static int
take_objects(struct ent_harvest *in, struct ent_arena *a, const struct ent_mirror_page *p,
             const struct checked *c, struct ent_harvest_state *s, struct ent_err *err)
{
	struct ent_refusals refusals;
	int rc = 0;

	ent_refusals_begin(&refusals, in->x, ENT_STR(""), in->source);
	for (size_t i = 0; rc == 0 && i < p->count; i++) {
		const struct ent_json *v = ent_json_at(p->list, i);
		struct ent_err why = { 0 };

		rc = take_one(in, a, &c[i], &why);
		if (rc && !ent_about_object(rc))
			return ent_refusals_end(&refusals, a, ent_fail(err, rc, "%s", why.msg),
			                        err);
		if (rc == 0)
			continue;
		in->refused++;
		if (in->bad)
			in->bad(in->self, ent_json_getstr(v, "id"), &why);
		rc = note_bad(in, a, s, v, &why, err);
		if (rc == 0)
			rc = ent_refusals_add(&refusals, a, i, v, &why, err);
	}
	return ent_refusals_end(&refusals, a, rc, err);
}

static int
note_page(struct ent_harvest *in, struct ent_arena *a, const struct ent_harvest *before,
          struct ent_err *err)
{
	struct ent_str detail;

	if (in->fresh == before->fresh && in->added == before->added)
		return 0;
	detail = ent_arena_printf(a,
	                          "{\"source\":\"%.*s\",\"new\":%" PRIu64 ",\"added\":%" PRIu64
	                          ",\"refused\":%" PRIu64 "}",
	                          ENT_FMT(in->source), in->fresh - before->fresh,
	                          in->added - before->added, in->refused - before->refused);
	return detail.p ? ent_audit_note(in->x, a, "mirror", detail, err) : ent_x_nomem(err);
}

static int
store_page(struct ent_harvest *in, struct ent_arena *a, const struct ent_mirror_page *p,
           const struct checked *c, uint64_t *turn, struct ent_err *err)
{
	const struct ent_harvest before = *in;
	struct ent_harvest_state s;
	int rc = state_again(in, a, &s, err);

	if (rc == 0)
		rc = take_objects(in, a, p, c, &s, err);
	if (rc == 0)
		rc = note_page(in, a, &before, err);
	if (rc)
		return rc;
	s.mark = p->mark;
	s.pages++;
	s.objects += p->count;
	s.fresh += in->fresh - before.fresh;
	s.refused += in->refused - before.refused;
	rc = state_write(in, a, &s, err);
	*turn = s.turn;
	return rc;
}

int
ent_harvest_page(struct ent_harvest *in, struct ent_arena *a, const struct ent_mirror_page *p,
                 struct ent_err *err)
{
	struct ent_harvest before = *in;
	struct checked *c;
	uint64_t turn = 0;
	int rc = check_all(a, p, &c, err);

	if (rc == 0)
		rc = ent_x_begin(in->x, err);
	if (rc)
		return rc;
	rc = ent_x_end(in->x, store_page(in, a, p, c, &turn, err), err);
	if (rc) {
		*in = before;
		return rc;
	}
	in->turn = turn;
	in->objects += p->count;
	return 0;
}

/* ---- the end of a run ---- */

static int
end(struct ent_harvest *in, struct ent_arena *a, struct ent_harvest_state *s,
    const struct ent_mirror_report *r, int rc, const struct ent_err *why, struct ent_err *err)
{
	s->ended = ent_x_now(in->x);
	s->complete = rc == 0 && r->complete;
	if (r->pages)
		s->undated = r->undated;
	if (rc == 0) {
		s->good = s->ended;
		s->failures = 0;
		s->code = s->error = (struct ent_str){ NULL, 0 };
		return 0;
	}
	s->failures++;
	s->code = ent_str_c(ent_code_name(rc));
	s->error = ent_arena_dup(a, ent_str_c(why->msg));
	return s->error.p ? 0 : ent_x_nomem(err);
}

int
ent_harvest_end(struct ent_harvest *in, struct ent_arena *a, const struct ent_mirror_report *r,
                int rc, const struct ent_err *why,
                int64_t (*due)(void *self, const struct ent_harvest_state *s), void *self,
                struct ent_err *err)
{
	struct ent_harvest_state s;
	int kept = ent_x_begin(in->x, err);

	if (kept)
		return kept;
	kept = state_again(in, a, &s, err);
	if (kept == 0)
		kept = end(in, a, &s, r, rc, why, err);
	if (kept == 0) {
		s.due = due ? due(self, &s) : 0;
		kept = state_write(in, a, &s, err);
	}
	kept = ent_x_end(in->x, kept, err);
	if (kept == 0)
		in->turn = s.turn;
	return kept;
}
