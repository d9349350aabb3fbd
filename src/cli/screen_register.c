/* SPDX-License-Identifier: Apache-2.0 */
/*
 * screen_register.c - names screened against a node's register, and kept.
 */
#include "base/enc.h"
#include "base/limits.h"
#include "base/progress.h"
#include "base/utf8.h"
#include "cli/screen.h"
#include "crypto/hash.h"
#include "exchange/register.h"
#include "exchange/screened.h"

#define AT_ONCE 1000 /* queries of one write: a served node isn't kept waiting for long */

/* ---- the register as a list ---- */

struct filling {
	struct ent_listing *l;
	struct ent_arena *a; /* of one designation */
	struct ent_hasher *mark;
};

/* Room for the texts that add() puts in. */
struct texts {
	struct ent_str *s;
	size_t n, most;
};

static bool
texts_begin(struct texts *t, struct ent_arena *a, size_t most)
{
	*t = (struct texts){ ent_arena_array(a, most + 1, sizeof(struct ent_str)), 0, most };
	return t->s != NULL;
}

static void
text(struct texts *t, struct ent_str s)
{
	if (s.n && t->n < t->most)
		t->s[t->n++] = s;
}

/* The member key of each object of a list. */
static void
members(struct texts *t, const struct ent_json *list, const char *key)
{
	for (size_t i = 0; i < ent_json_count(list); i++)
		text(t, ent_json_getstr(ent_json_at(list, i), key));
}

struct names {
	struct ent_screen_name *name;
	size_t n, most;
};

static void
name(struct names *to, struct ent_str s, enum ent_strength strength, bool last_first)
{
	for (size_t i = 0; i < to->n && i < 64; i++)
		if (ent_str_eq(to->name[i].text, s))
			return;
	if (s.n && to->n < to->most)
		to->name[to->n++] = (struct ent_screen_name){ s, strength, last_first };
}

/* The names of a designation, and those of its object. */
static bool
names_of(struct names *to, struct ent_arena *a, const struct ent_json *object,
         const struct ent_json *d)
{
	const struct ent_json *entry = ent_json_getc(ent_json_getc(d, "entry"), "names");
	const struct ent_json *plain = ent_json_getc(d, "names");
	const struct ent_json *aliases = ent_json_getc(object, "aliases");
	size_t all =
	    ent_json_count(entry) + ent_json_count(plain) + ent_json_count(aliases) + 1;

	*to = (struct names){ .most = all < ENT_INDEX_ALIASES ? all : ENT_INDEX_ALIASES };
	to->name = ent_arena_array(a, all, sizeof(*to->name));
	if (!to->name)
		return false;
	for (size_t i = 0; i < ent_json_count(entry); i++) {
		const struct ent_json *n = ent_json_at(entry, i);
		struct ent_str quality = ent_json_getstr(n, "quality");
		bool last_first = false;

		(void)ent_json_bool(ent_json_getc(n, "last_name_first"), &last_first);
		name(to, ent_json_getstr(n, "name"),
		     ent_str_is(quality, "weak")     ? ENT_STRENGTH_WEAK
		     : ent_str_is(quality, "strong") ? ENT_STRENGTH_STRONG
		                                     : ENT_STRENGTH_PRIMARY,
		     last_first);
	}
	for (size_t i = 0; !entry && i < ent_json_count(plain); i++)
		name(to, ent_json_str(ent_json_at(plain, i)), ENT_STRENGTH_STRONG, false);
	name(to, ent_json_getstr(object, "name"), ENT_STRENGTH_PRIMARY, false);
	for (size_t i = 0; i < ent_json_count(aliases); i++)
		name(to, ent_json_str(ent_json_at(aliases, i)), ENT_STRENGTH_STRONG, false);
	return true;
}

static enum ent_name_of
kind_of(const struct ent_json *object, const struct ent_json *entry)
{
	struct ent_str class = ent_json_getstr(object, "identity_class");

	if (ent_json_getstr(entry, "kind").n)
		return ent_name_of(ent_json_getstr(entry, "kind"));
	return ent_str_is(class, "individual")     ? ENT_OF_PERSON
	       : ent_str_is(class, "organization") ? ENT_OF_ORGANISATION
	                                           : ENT_OF_UNKNOWN;
}

static int
one_designation(struct filling *f, const struct ent_register_item *item,
                const struct ent_json *d, struct ent_err *err)
{
	const struct ent_json *entry = ent_json_getc(d, "entry");
	struct ent_str list = ent_json_getstr(d, "list");
	struct texts births, countries, documents;
	struct ent_screen_entry e;
	struct names names;
	int rc;

	ent_arena_reset(f->a);
	if (!texts_begin(&births, f->a, ENT_INDEX_ENTRY) ||
	    !texts_begin(&countries, f->a, ENT_INDEX_ENTRY) ||
	    !texts_begin(&documents, f->a, ENT_INDEX_ENTRY) ||
	    !names_of(&names, f->a, item->object, d))
		return ent_cli_nomem(err);
	members(&births, ent_json_getc(entry, "births"), "date");
	members(&births, ent_json_getc(entry, "births"), "until");
	members(&documents, ent_json_getc(entry, "documents"), "number");
	for (size_t i = 0; i < ent_json_count(ent_json_getc(entry, "nationalities")); i++)
		text(&countries,
		     ent_json_str(ent_json_at(ent_json_getc(entry, "nationalities"), i)));
	e = (struct ent_screen_entry){ .kind = kind_of(item->object, entry),
		                       .names = names.name,
		                       .n_names = names.n,
		                       .births = births.s,
		                       .n_births = births.n,
		                       .countries = countries.s,
		                       .n_countries = countries.n,
		                       .documents = documents.s,
		                       .n_documents = documents.n };
	rc = ent_listing_add(f->l, &e, list.n ? list : ent_json_getstr(d, "authority"),
	                     ent_json_getstr(d, "reference_number"), err);
	if (rc)
		return rc;
	f->l->refs[e.number].object = ent_arena_dup(f->l->arena, item->held.id);
	return f->l->refs[e.number].object.p ? 0 : ent_cli_nomem(err);
}

static int
one_item(void *self, const struct ent_register_item *item, struct ent_err *err)
{
	struct filling *f = self;
	int rc = 0;

	ent_hasher_put(f->mark, item->held.id);
	ent_hasher_put(f->mark, (struct ent_str){ (const char *)item->held.sha256, 32 });
	for (size_t i = 0; rc == 0 && i < ent_json_count(item->designations); i++) {
		const struct ent_json *d = ent_json_at(item->designations, i);

		if (!ent_designation_lifted(d))
			rc = one_designation(f, item, d, err);
	}
	return rc;
}

int
ent_listing_register(struct ent_cli *c, struct ent_listing *l, uint8_t mark[32],
                     struct ent_err *err)
{
	struct filling f = { .l = l };
	struct ent_err why = { 0 };
	int rc = c->node ? 0 : ent_cli_open_node(c, &why);

	if (rc == ENT_ENOENT)
		return ent_fail(err, rc, "%s; with --list FILE no node is needed", why.msg);
	if (rc)
		return ent_fail(err, rc, "%s", why.msg);
	f.a = ent_arena_new(ENT_INDEX_ARENA);
	f.mark = ent_hasher_new();
	if (!f.a || !f.mark) {
		ent_hasher_free(f.mark);
		rc = ent_cli_nomem(err);
	} else {
		rc = ent_register_each(c->x, (struct ent_str){ NULL, 0 }, one_item, &f, err);
		ent_hasher_end(f.mark, mark);
	}
	ent_arena_free(f.a);
	return rc;
}

/* ---- queries that are kept ---- */

/* They wait until there are enough of them: while they are written nothing is read or printed,
 * so that nobody who is slow keeps a served node waiting. */
struct ent_keeping {
	struct ent_screening *s;
	struct ent_searcher *searcher;
	struct ent_arena *a;     /* of one query */
	struct ent_arena *queue; /* texts of those that wait */
	struct ent_screening_query waiting[AT_ONCE];
	size_t n;
	struct ent_buf text, answers;
	uint8_t mark[32];
};

static void
keeping_free(struct ent_keeping *k)
{
	ent_searcher_free(k->searcher);
	ent_arena_free(k->a);
	ent_arena_free(k->queue);
	ent_buf_release(&k->text);
	ent_buf_release(&k->answers);
	free(k);
}

int
ent_keeping_begin(struct ent_screening *s, const uint8_t mark[32], struct ent_keeping **out,
                  struct ent_err *err)
{
	struct ent_keeping *k = calloc(1, sizeof(*k));

	if (!k)
		return ent_cli_nomem(err);
	k->s = s;
	memcpy(k->mark, mark, 32);
	ent_buf_init(&k->text, ENT_EXPLANATION_MAX);
	ent_buf_init(&k->answers, (size_t)1 << 30);
	k->a = ent_arena_new(ENT_INDEX_ARENA);
	k->queue = ent_arena_new(ENT_INDEX_ARENA);
	k->searcher = ent_searcher_new(s->lists->index, err);
	if (!k->a || !k->queue || !k->searcher) {
		int rc = k->searcher ? ent_cli_nomem(err) : err ? err->code : ENT_ENOMEM;

		keeping_free(k);
		return rc;
	}
	*out = k;
	return 0;
}

/* The hits as they are kept. */
static int
found_of(struct ent_keeping *k, const struct ent_hit *hits, size_t n,
         struct ent_screened_found *out, struct ent_err *err)
{
	struct ent_screened_hit *list = ent_arena_array(k->a, n + 1, sizeof(*list));

	if (!list)
		return ent_cli_nomem(err);
	for (size_t i = 0; i < n; i++) {
		const struct ent_listing_ref *ref = &k->s->lists->refs[hits[i].number];

		ent_buf_clear(&k->text);
		ent_hit_explain(k->searcher, &hits[i], &k->text);
		list[i] =
		    (struct ent_screened_hit){ .object = ref->object,
			                       .list = ref->list,
			                       .reference = ref->ref,
			                       .name = hits[i].name,
			                       .band = ent_str_c(ent_band_name(hits[i].band)),
			                       .explanation = ent_buf_done(&k->text, k->a),
			                       .score = ent_screening_score(hits[i].score) };
		if (!list[i].explanation.p)
			return ent_cli_nomem(err);
	}
	*out = (struct ent_screened_found){
		.hits = list, .n = n, .result = ent_str_c(ent_screening_result(hits, n))
	};
	memcpy(out->mark, k->mark, 32);
	return 0;
}

static int
ask_and_keep(struct ent_keeping *k, const struct ent_query *q, const struct ent_hit **hits,
             size_t *n, bool *cut, enum ent_screened_news *news, const struct ent_json **record,
             struct ent_err *err)
{
	struct ent_screened_query kept = { .name = q->name,
		                           .birth = q->birth,
		                           .country = q->country,
		                           .document = q->document };
	struct ent_screened_found found;
	int rc;

	if (q->kind)
		kept.type = ent_str_c(ent_name_of_name(q->kind));
	ent_arena_reset(k->a);
	rc = ent_search(k->searcher, q, hits, n, cut, err);
	rc = rc ? rc : found_of(k, *hits, *n, &found, err);
	return rc ? rc : ent_screened_keep(k->s->c->x, k->a, &kept, &found, news, record, err);
}

/* One of those that wait, inside the write. */
static int
answer(struct ent_keeping *k, struct ent_screening_query *q, struct ent_err *err)
{
	const struct ent_json *record = NULL;
	const struct ent_hit *hits = NULL;
	enum ent_screened_news news;
	bool cut = false;
	size_t n = 0;
	int rc = ask_and_keep(k, &q->q, &hits, &n, &cut, &news, &record, err);

	k->s->screened++;
	if (rc == ENT_EINVAL) {
		k->s->unread++;
		ent_cli_complain(k->s->c, "%s", err->msg);
		return 0;
	}
	if (rc)
		return rc;
	k->s->matched += n > 0;
	if (!q->id.p)
		q->id = ent_json_getstr(record, "id");
	ent_screening_answer(k->s, q, k->searcher, hits, n, cut, &k->answers);
	return ent_buf_ok(&k->answers) ? 0 : ent_cli_nomem(err);
}

static int
flush(struct ent_keeping *k, struct ent_err *err)
{
	struct ent_err ignored;
	int rc = ent_exchange_batch_begin(k->s->c->x, err);

	if (rc)
		return rc;
	for (size_t i = 0; rc == 0 && i < k->n; i++)
		rc = answer(k, &k->waiting[i], err);
	/* where one failed, those before it are kept and told */
	if (rc)
		(void)ent_exchange_batch_end(k->s->c->x, &ignored);
	else
		rc = ent_exchange_batch_end(k->s->c->x, err);
	ent_out_bytes(&k->s->c->out, ent_buf_view(&k->answers));
	ent_buf_clear(&k->answers);
	ent_arena_reset(k->queue);
	k->n = 0;
	return rc;
}

static bool
copy(struct ent_arena *a, struct ent_str *s)
{
	if (s->p)
		*s = ent_arena_dup(a, ent_utf8_cut(*s, ENT_NAME_BYTES + 1));
	return !s->n || s->p;
}

int
ent_keeping_ask(struct ent_keeping *k, const struct ent_screening_query *query,
                struct ent_err *err)
{
	struct ent_screening_query *q = &k->waiting[k->n];

	*q = *query;
	if (!copy(k->queue, &q->id) || !copy(k->queue, &q->q.name) ||
	    !copy(k->queue, &q->q.birth) || !copy(k->queue, &q->q.country) ||
	    !copy(k->queue, &q->q.document))
		return ent_cli_nomem(err);
	return ++k->n == AT_ONCE ? flush(k, err) : 0;
}

int
ent_keeping_end(struct ent_keeping *k, int rc, struct ent_err *err)
{
	if (!k)
		return rc;
	if (rc == 0 && k->n)
		rc = flush(k, err);
	keeping_free(k);
	return rc;
}

/* ---- again ---- */

struct again {
	struct ent_cli *c;
	struct ent_query *list; /* in c->arena */
	size_t n, room, current;
	char mark[65];
	struct { /* of those that were asked together */
		struct ent_str id, name, state;
		enum ent_screened_news news;
		size_t hits;
	} told[AT_ONCE];
	size_t n_told, worse;
};

static struct ent_str
kept_text(struct again *g, const struct ent_json *query, const char *key)
{
	struct ent_str s = ent_json_getstr(query, key);

	return s.p ? ent_arena_dup(g->c->arena, s) : s;
}

static int
remember(void *self, const struct ent_json *record, struct ent_err *err)
{
	const struct ent_json *q = ent_json_getc(record, "query");
	struct again *g = self;

	if (ent_str_is(ent_json_getstr(record, "register"), g->mark)) {
		g->current++;
		return 0;
	}
	if (g->n == g->room) {
		size_t room = g->room ? g->room * 2 : 256;
		struct ent_query *more = ent_arena_array(g->c->arena, room, sizeof(*more));

		if (!more)
			return ent_cli_nomem(err);
		if (g->n)
			memcpy(more, g->list, g->n * sizeof(*more));
		g->list = more;
		g->room = room;
	}
	g->list[g->n] = (struct ent_query){ .name = kept_text(g, q, "name"),
		                            .birth = kept_text(g, q, "birth"),
		                            .country = kept_text(g, q, "country"),
		                            .document = kept_text(g, q, "document"),
		                            .kind = ent_name_of(ent_json_getstr(q, "type")),
		                            .least = ENT_BAND_POSSIBLE };
	return g->list[g->n++].name.p ? 0 : ent_cli_nomem(err);
}

static const struct ent_column again_columns[] = {
	{ "id", "ID", false },       { "name", "NAME", false }, { "news", "HITS", false },
	{ "state", "STATE", false }, { "hits", "NOW", true },
};

static void
say_news(struct again *g)
{
	static const char *const words[] = { "new", "as before", "more than before",
		                             "fewer than before" };
	struct ent_out *o = &g->c->out;

	for (size_t i = 0; i < g->n_told; i++) {
		ent_cell(o, g->told[i].id);
		ent_cell(o, o->json ? g->told[i].name : ent_cli_cut(g->c, g->told[i].name, 50));
		ent_cell_c(o, o->json ? ent_screened_news_name(g->told[i].news)
		                      : words[g->told[i].news]);
		ent_cell(o, g->told[i].state);
		ent_cell_int(o, (int64_t)g->told[i].hits);
		g->worse += g->told[i].news == ENT_SCREENED_MORE;
	}
	g->n_told = 0;
}

static int
one_again(struct again *g, struct ent_keeping *k, const struct ent_query *q,
          struct ent_err *err)
{
	const struct ent_json *record = NULL;
	const struct ent_hit *hits = NULL;
	enum ent_screened_news news = ENT_SCREENED_SAME;
	struct ent_arena *a = g->c->arena;
	bool cut;
	size_t n = 0;
	int rc = ask_and_keep(k, q, &hits, &n, &cut, &news, &record, err);

	if (rc || news == ENT_SCREENED_SAME)
		return rc;
	g->told[g->n_told].id = ent_arena_dup(a, ent_json_getstr(record, "id"));
	g->told[g->n_told].state = ent_arena_dup(a, ent_json_getstr(record, "state"));
	g->told[g->n_told].name = q->name;
	g->told[g->n_told].news = news;
	g->told[g->n_told++].hits = n;
	return 0;
}

/* Asks all of them anew, some in each write; what came of them is told behind it. */
static int
ask_again(struct ent_screening *s, struct again *g, const uint8_t mark[32], struct ent_err *err)
{
	struct ent_keeping *k = NULL;
	struct ent_progress bar;
	struct ent_err ignored;
	int rc = ent_keeping_begin(s, mark, &k, err);

	if (!k)
		return rc;
	ent_out_list(&s->c->out, "changed", ENT_COLUMNS(again_columns));
	ent_progress_init(&bar, "names", g->n);
	for (size_t i = 0; rc == 0 && i < g->n;) {
		size_t until = i + AT_ONCE < g->n ? i + AT_ONCE : g->n;

		rc = ent_exchange_batch_begin(s->c->x, err);
		if (rc)
			break;
		while (rc == 0 && i < until)
			rc = one_again(g, k, &g->list[i++], err);
		if (rc)
			(void)ent_exchange_batch_end(s->c->x, &ignored);
		else
			rc = ent_exchange_batch_end(s->c->x, err);
		if (rc == 0)
			say_news(g);
		ent_progress_step(&bar, i);
	}
	ent_progress_end(&bar);
	ent_out_list_end(&s->c->out, NULL);
	return ent_keeping_end(k, rc, err);
}

int
ent_screen_again(struct ent_cli *c, struct ent_err *err)
{
	struct again *g = ent_arena_alloc(c->arena, sizeof(*g));
	struct ent_listing lists = { 0 };
	struct ent_screening s = { .c = c, .lists = &lists };
	uint8_t mark[32];
	int rc;

	if (!g)
		return ent_cli_nomem(err);
	rc = ent_listing_init(&lists, err);
	rc = rc ? rc : ent_listing_register(c, &lists, mark, err);
	rc = rc ? rc : ent_listing_done(&lists, err);
	if (rc == 0) {
		g->c = c;
		ent_hex(mark, 32, g->mark);
		rc = ent_screened_each(c->x, remember, g, err);
	}
	rc = rc ? rc : ask_again(&s, g, mark, err);
	if (rc == 0) {
		ent_out_int(&c->out, "screened", "screened again", (int64_t)g->n);
		ent_out_int(&c->out, "unchanged_register", g->current ? "up to date" : NULL,
		            (int64_t)g->current);
		ent_out_int(&c->out, "more_hits", "with hits that they hadn't",
		            (int64_t)g->worse);
	}
	ent_listing_release(&lists);
	return rc ? rc : g->worse ? ENT_NO : 0;
}
