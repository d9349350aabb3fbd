/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_mirror.c - walks over the pages of servers that do what the standard says, and of such
 * that don't.
 */
#include "test.h"

#include <time.h>

#include <entente/json.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/time.h"
#include "http/server.h"
#include "taxii/mirror.h"
#include "taxii/port.h"

#define OBJECTS_MAX 64
#define DAY         INT64_C(1577836800000000) /* 2020-01-01T00:00:00Z */
#define REQUESTS    400

enum dates { GOOD, NONE, HTTP, OFFSET, MILLI, BACKWARDS };

/* A server's ways. */
struct ways {
	size_t objects, page;
	size_t same;      /* so many objects have one date; 0: each has its own */
	size_t newer;     /* those from there on have later dates than all before */
	enum dates dates; /* how the headers have them */
	bool no_next;     /* more, and nothing else */
	bool no_more;     /* next alone */
	bool next_always; /* next also at the end, and an empty page behind it */
	bool inclusive;   /* added_after is not exclusive */
	bool deaf;        /* added_after is ignored */
	bool stuck;       /* next is the same for ever */
	size_t circle;    /* the pages begin again after so many, with fresh names */
	bool hollow;      /* each other page is empty and says that there is more */
	bool void_more;   /* an empty page, more, no next */
	bool bottomless;  /* empty pages for ever, each with another next */
	size_t forgets;   /* next is refused when it is the so-many-th of a server's life */
	bool forgets_all; /* every next is refused */
	int status;       /* other than 0: this is all that it answers */
};

struct here {
	struct ways w;
	struct ent_http_app app;
	struct ent_server *server;
	struct ent_taxii_client *c;
	size_t requests, nexts;
	/* the caller's side */
	bool had[OBJECTS_MAX];
	size_t took, twice, kill_at;
	struct ent_mirror_mark mark;
	char next[256];
	int64_t least; /* of `after` */
	struct ent_mirror_report r;
	struct ent_err err;
};

static int
admit_all(struct ent_http *rq, size_t *max)
{
	(void)rq;
	(void)max;
	return 0;
}

static bool
writes_none(const struct ent_http *rq)
{
	(void)rq;
	return false;
}

static int
no_batch(void *app, struct ent_err *err)
{
	(void)app;
	(void)err;
	return 0;
}

static int
app_open(void *self, int index, void **app, struct ent_err *err)
{
	(void)index;
	(void)err;
	*app = self;
	return 0;
}

static void
app_close(void *self, void *app)
{
	(void)self;
	(void)app;
}

static void
app_fail(struct ent_http *rq, int status, const char *title)
{
	(void)title;
	rq->status = status;
}

static struct ent_str
parameter(struct ent_str query, const char *name)
{
	struct ent_str part;

	while (ent_str_next(&query, '&', &part)) {
		size_t eq = ent_str_find(part, '=');

		if (ent_str_is((struct ent_str){ part.p, eq }, name))
			return ent_str_from(part, eq + 1);
	}
	return (struct ent_str){ NULL, 0 };
}

static int64_t
date_at(const struct ways *w, size_t i)
{
	int64_t later = w->newer && i >= w->newer ? 100000003 : 0;

	return DAY + 77 + later + (int64_t)(w->same ? i / w->same : i) * 1000123;
}

/* Which object the page begins with. */
static size_t
begin_of(const struct here *h, struct ent_str query)
{
	struct ent_str next = parameter(query, "next"), date = parameter(query, "added_after");
	uint64_t at = 0;
	int64_t us;

	if (next.p) {
		assert_int_equal(
		    ent_str_u64(ent_str_from(next, ent_str_find(next, '-') + 1), 1 << 20, &at),
		    0);
		return at;
	}
	if (!date.p || h->w.deaf)
		return 0;
	assert_int_equal(ent_time_parse(date, &us, NULL), 0);
	while (at < h->w.objects &&
	       (h->w.inclusive ? date_at(&h->w, at) < us : date_at(&h->w, at) <= us))
		at++;
	return at;
}

static void
put_dates(struct ent_http *rq, const struct ways *w, size_t first, size_t last)
{
	const size_t at[2] = { first, last };
	const char *name[2] = { "X-TAXII-Date-Added-First", "X-TAXII-Date-Added-Last" };

	for (int i = 0; i < 2 && w->dates != NONE; i++) {
		int64_t us = date_at(w, w->dates == BACKWARDS ? OBJECTS_MAX - at[i] : at[i]);
		time_t s = (time_t)(us / 1000000);
		char text[ENT_TIME_TEXT], head[64];
		struct tm tm;

		ent_time_text(us, 6, text);
		if (w->dates == HTTP && gmtime_r(&s, &tm))
			strftime(head, sizeof(head), "%a, %d %b %Y %H:%M:%S GMT", &tm);
		else
			snprintf(head, sizeof(head), "%.*s%s", w->dates == MILLI ? 23 : 26,
			         text, w->dates == OFFSET ? "+00:00" : "Z");
		ent_http_set(rq, name[i], ent_str_c(head));
	}
}

static void
put_page(struct here *h, struct ent_http *rq, struct ent_buf *b)
{
	const struct ways *w = &h->w;
	size_t begin = begin_of(h, rq->query), end;
	bool hollow = w->bottomless || (w->hollow && h->requests % 2 == 0) || w->void_more;
	bool more;

	if (w->circle && begin >= w->circle * w->page)
		begin = 0;
	if (begin > w->objects)
		begin = w->objects;
	end = hollow ? begin : begin + w->page;
	if (end > w->objects)
		end = w->objects;
	more = end < w->objects || w->bottomless || w->void_more;
	ent_buf_c(b, "{");
	if (!w->no_more)
		ent_buf_printf(b, "\"more\":%s,", more ? "true" : "false");
	if ((more || (w->next_always && begin < end)) && !w->no_next && !w->void_more)
		ent_buf_printf(b, "\"next\":\"n%zu-%zu\",", w->stuck ? 0 : h->requests,
		               w->stuck ? w->page : end);
	ent_buf_c(b, "\"objects\":[");
	for (size_t i = begin; i < end; i++)
		ent_buf_printf(b, "%s{\"n\":%zu}", i > begin ? "," : "", i);
	ent_buf_c(b, "]}");
	if (begin < end)
		put_dates(rq, w, begin, end - 1);
}

static void
serve(struct ent_http *rq)
{
	struct here *h = rq->app;
	bool next = parameter(rq->query, "next").p != NULL;
	struct ent_buf b;

	h->requests++;
	h->nexts += next;
	ent_http_set(rq, "Content-Type", ENT_STR("application/taxii+json;version=2.1"));
	rq->status = h->requests > REQUESTS                                   ? 500
	             : h->w.status                                            ? h->w.status
	             : next && (h->w.forgets_all || h->nexts == h->w.forgets) ? 400
	                                                                      : 200;
	if (rq->status != 200)
		return;
	ent_buf_init(&b, 1 << 16);
	put_page(h, rq, &b);
	rq->answer = ent_buf_done(&b, rq->arena);
	ent_buf_release(&b);
}

static int
setup(void **state)
{
	struct here *h = calloc(1, sizeof(*h));
	struct ent_client_config config = { 0 };
	struct ent_http_config http = { .listen = "127.0.0.1:0", .threads = 1 };
	char url[64];

	assert_non_null(h);
	h->app = (struct ent_http_app){ .self = h,
		                        .open = app_open,
		                        .close = app_close,
		                        .admit = admit_all,
		                        .writes = writes_none,
		                        .serve = serve,
		                        .batch_begin = no_batch,
		                        .batch_end = no_batch,
		                        .fail = app_fail };
	if (ent_server_start(&http, &h->app, &h->server, &h->err))
		fail_msg("%s", h->err.msg);
	snprintf(url, sizeof(url), "http://127.0.0.1:%d", ent_server_port(h->server));
	if (ent_taxii_open(url, &config, &h->c, &h->err))
		fail_msg("%s", h->err.msg);
	*state = h;
	return 0;
}

static int
teardown(void **state)
{
	struct here *h = *state;

	ent_taxii_close(h->c);
	ent_server_stop(h->server, 100);
	free(h);
	return 0;
}

/* ---- the caller ---- */

/* Keeps the objects and the mark; with kill_at it ends before the page of that number. */
static int
take(void *self, struct ent_arena *a, const struct ent_mirror_page *p, struct ent_err *err)
{
	struct here *h = self;

	(void)a;
	if (h->kill_at && --h->kill_at == 0)
		return ent_fail(err, ENT_ESTORE, "killed");
	assert_int_equal(p->count, ent_json_count(p->list));
	for (size_t i = 0; i < p->count; i++) {
		int64_t n = -1;

		assert_true(ent_json_int(ent_json_getc(ent_json_at(p->list, i), "n"), &n));
		assert_in_range(n, 0, OBJECTS_MAX - 1);
		h->twice += h->had[n];
		h->took++;
		h->had[n] = true;
	}
	assert_true(p->mark.next.n < sizeof(h->next));
	h->mark = p->mark;
	if (p->mark.next.n) {
		memcpy(h->next, p->mark.next.p, p->mark.next.n);
		h->mark.next.p = h->next;
	}
	return 0;
}

static void
reset(struct here *h, const struct ways *w)
{
	h->w = *w;
	h->requests = h->nexts = h->took = h->twice = h->kill_at = 0;
	memset(h->had, 0, sizeof(h->had));
	h->mark = ENT_MIRROR_START;
}

static int
walk(struct here *h, size_t kill_at)
{
	struct ent_mirror m = { .path = "/root/collections/c/objects/?match[version]=all",
		                .key = "objects",
		                .take = take,
		                .self = h };
	char next[256];
	struct ent_mirror_mark at = h->mark;

	memcpy(next, h->next, sizeof(next));
	if (at.next.n)
		at.next.p = next;
	h->kill_at = kill_at;
	h->requests = 0;
	return ent_mirror_run(h->c, &m, &at, &h->r, &h->err);
}

static size_t
missing(const struct here *h)
{
	size_t n = 0;

	for (size_t i = 0; i < h->w.objects; i++)
		n += !h->had[i];
	return n;
}

/* Servers from which everything can be had, and how much of it comes again when nothing is
 * killed. */
static const struct {
	const char *name;
	struct ways w;
	size_t again, late; /* in the walk; in the next one, with one object more */
	bool undated;
} usable[] = {
	{ "the standard's", { .objects = 23, .page = 5 }, 0, 0, false },
	{ "an exact fit", { .objects = 20, .page = 5 }, 0, 0, false },
	{ "one page", { .objects = 3, .page = 5 }, 0, 0, false },
	{ "nothing", { .objects = 0, .page = 5 }, 0, 0, false },
	{ "one by one", { .objects = 9, .page = 1 }, 0, 0, false },
	{ "one date for all, next", { .objects = 23, .page = 5, .same = 64 }, 0, 0, false },
	{ "dates in groups, next", { .objects = 23, .page = 5, .same = 7 }, 0, 0, false },
	{ "no next", { .objects = 23, .page = 5, .no_next = true }, 5, 0, false },
	{ "no next, dates in groups",
	  { .objects = 23, .page = 5, .same = 3, .no_next = true },
	  12,
	  0,
	  false },
	{ "no dates", { .objects = 23, .page = 5, .dates = NONE }, 0, 23, true },
	{ "dates of HTTP", { .objects = 23, .page = 5, .dates = HTTP }, 0, 1, false },
	{ "dates with an offset", { .objects = 23, .page = 5, .dates = OFFSET }, 0, 0, false },
	{ "dates cut to milliseconds",
	  { .objects = 23, .page = 5, .dates = MILLI },
	  0,
	  1,
	  false },
	{ "no next, dates cut to milliseconds",
	  { .objects = 23, .page = 5, .dates = MILLI, .no_next = true },
	  5,
	  1,
	  false },
	{ "dates that go back", { .objects = 23, .page = 5, .dates = BACKWARDS }, 0, 23, true },
	{ "next without more", { .objects = 23, .page = 5, .no_more = true }, 0, 0, false },
	{ "next for ever, then an empty page",
	  { .objects = 20, .page = 5, .no_more = true, .next_always = true },
	  0,
	  0,
	  false },
	{ "added_after inclusive",
	  { .objects = 23, .page = 5, .inclusive = true },
	  0,
	  1,
	  false },
	{ "added_after ignored", { .objects = 23, .page = 5, .deaf = true }, 0, 23, false },
	{ "short and empty pages", { .objects = 23, .page = 5, .hollow = true }, 0, 0, false },
	{ "a next that is forgotten", { .objects = 23, .page = 5, .forgets = 3 }, 1, 0, false },
	{ "a next that is forgotten, no dates",
	  { .objects = 23, .page = 5, .forgets = 3, .dates = NONE },
	  15,
	  23,
	  true },
	{ "every next is forgotten",
	  { .objects = 23, .page = 5, .forgets_all = true },
	  5,
	  0,
	  false },
};
#define USABLE (sizeof(usable) / sizeof(usable[0]))

static void
all_comes_and_then_what_is_new(void **state)
{
	struct here *h = *state;

	for (size_t i = 0; i < USABLE; i++) {
		const char *name = usable[i].name;

		reset(h, &usable[i].w);
		if (walk(h, 0))
			fail_msg("%s: %s", name, h->err.msg);
		if (missing(h) || h->twice != usable[i].again || !h->r.complete ||
		    h->r.undated != usable[i].undated || h->r.objects != h->took)
			fail_msg("%s: %zu missing, %zu again, complete %d, undated %d", name,
			         missing(h), h->twice, h->r.complete, h->r.undated);
		h->w.newer = h->w.objects++;
		h->twice = 0;
		h->w.forgets = 0;
		if (walk(h, 0))
			fail_msg("%s, later: %s", name, h->err.msg);
		if (missing(h) || h->twice < usable[i].late ||
		    h->twice > usable[i].late + (usable[i].again || usable[i].w.same ? 7 : 0))
			fail_msg("%s, later: %zu missing, %zu again", name, missing(h),
			         h->twice);
	}
}

/* Whatever page a kill comes before, what was kept and its mark are enough to go on. */
static void
a_kill_before_any_page_loses_nothing(void **state)
{
	struct here *h = *state;

	for (size_t i = 0; i < USABLE; i++)
		for (size_t k = 1; k <= 12; k++) {
			int rc;

			reset(h, &usable[i].w);
			rc = walk(h, k);
			if (rc == 0)
				break; /* it has fewer pages */
			assert_int_equal(rc, ENT_ESTORE);
			assert_false(h->r.complete);
			if (walk(h, 0) || missing(h) || !h->r.complete)
				fail_msg("%s, killed before page %zu: %s, %zu missing",
				         usable[i].name, k, h->err.msg, missing(h));
			if (!usable[i].again && h->twice)
				fail_msg("%s, killed before page %zu: %zu again",
				         usable[i].name, k, h->twice);
		}
}

/* And so it is when the server has forgotten the next that was kept. */
static void
a_kill_and_a_forgotten_next_lose_nothing(void **state)
{
	struct here *h = *state;

	for (size_t i = 0; i < USABLE; i++)
		for (size_t k = 2; k <= 4; k++) {
			reset(h, &usable[i].w);
			if (walk(h, k) == 0 || usable[i].w.forgets_all)
				break;
			h->w.forgets = h->nexts + 1;
			if (walk(h, 0) || missing(h) || !h->r.complete)
				fail_msg("%s, killed before page %zu: %s, %zu missing",
				         usable[i].name, k, h->err.msg, missing(h));
		}
}

static uint32_t
below(uint32_t *seed, uint32_t n)
{
	*seed = *seed * 1664525 + 1013904223;
	return (*seed >> 8) % n;
}

/* Any mixture of ways, with kills: either everything came, or the walk says why it can't. */
static void
no_mixture_of_ways_loses_anything(void **state)
{
	struct here *h = *state;
	uint32_t seed = 20190201;
	size_t good = 0;

	for (size_t i = 0; i < 600; i++) {
		struct ways w = { .objects = below(&seed, 40) };
		int rc = ENT_ESTORE;

		w.page = 1 + below(&seed, 9);
		w.same = below(&seed, 3) ? 0 : 1 + below(&seed, 12);
		w.dates = below(&seed, 2) ? GOOD : (enum dates)(below(&seed, 6));
		/* pages of one date that go back, and no next: nobody can know */
		w.no_next = below(&seed, 5) == 0 && w.dates != BACKWARDS;
		w.no_more = below(&seed, 5) == 0 && !w.no_next; /* else nobody can know */
		w.next_always = below(&seed, 5) == 0;
		w.inclusive = below(&seed, 5) == 0;
		w.deaf = below(&seed, 8) == 0;
		w.hollow = below(&seed, 8) == 0;
		w.forgets = below(&seed, 4) ? 0 : 1 + below(&seed, 4);
		w.circle = below(&seed, 12) ? 0 : 1 + below(&seed, 3);
		reset(h, &w);
		for (int runs = 0; runs < 6 && rc == ENT_ESTORE; runs++)
			rc = walk(h,
			          runs == 5 || below(&seed, 3) == 0 ? 0 : 1 + below(&seed, 5));
		if (rc == 0 && (missing(h) || !h->r.complete))
			fail_msg(
			    "mixture %zu: %zu of %zu missing (page %zu, same %zu, dates %d, "
			    "no_next %d, no_more %d, next_always %d, inclusive %d, deaf %d, "
			    "hollow %d, forgets %zu, circle %zu)",
			    i, missing(h), w.objects, w.page, w.same, (int)w.dates, w.no_next,
			    w.no_more, w.next_always, w.inclusive, w.deaf, w.hollow, w.forgets,
			    w.circle);
		if (rc && rc != ENT_EPROTO && rc != ENT_EINVAL)
			fail_msg("mixture %zu: %s", i, h->err.msg);
		if (rc && !strstr(h->err.msg, "no progress") && !strstr(h->err.msg, "no way"))
			fail_msg("mixture %zu: %s", i, h->err.msg);
		assert_true(h->requests < REQUESTS);
		good += rc == 0;
	}
	assert_in_range(good, 350, 590);
}

static void
no_progress_is_found_and_named(void **state)
{
	static const struct {
		const char *says;
		struct ways w;
		int code;
	} cases[] = {
		{ "next is the one that it was asked with",
		  { .objects = 23, .page = 5, .stuck = true },
		  ENT_EPROTO },
		{ "a page came twice", { .objects = 40, .page = 5, .circle = 2 }, ENT_EPROTO },
		{ "a page came twice",
		  { .objects = 60, .page = 5, .circle = 7, .dates = NONE },
		  ENT_EPROTO },
		{ "a page came twice",
		  { .objects = 60, .page = 5, .circle = 1, .same = 64 },
		  ENT_EPROTO },
		{ "the page is empty, has more to come and no next",
		  { .objects = 23, .page = 5, .void_more = true },
		  ENT_EPROTO },
		{ "empty pages, one after the other",
		  { .objects = 23, .page = 5, .bottomless = true },
		  ENT_EPROTO },
		{ "neither next nor an X-TAXII-Date-Added-Last",
		  { .objects = 23, .page = 5, .no_next = true, .dates = NONE },
		  ENT_EPROTO },
		{ "doesn't go beyond the page before",
		  { .objects = 23, .page = 5, .no_next = true, .same = 64 },
		  ENT_EPROTO },
		{ "the dates of the pages go back, and there is no next",
		  { .objects = 23, .page = 5, .no_next = true, .deaf = true },
		  ENT_EPROTO },
		{ "refuses its own next again and again",
		  { .objects = 23, .page = 5, .forgets_all = true, .dates = NONE },
		  ENT_EINVAL },
		{ "refuses its own next again and again",
		  { .objects = 23, .page = 5, .forgets_all = true, .same = 64 },
		  ENT_EINVAL },
		{ "status 404", { .status = 404 }, ENT_ENOENT },
		{ "status 401", { .status = 401 }, ENT_EAUTH },
	};
	struct here *h = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int rc;

		reset(h, &cases[i].w);
		rc = walk(h, 0);
		if (rc != cases[i].code || !strstr(h->err.msg, cases[i].says))
			fail_msg("%s: %d %s", cases[i].says, rc, rc ? h->err.msg : "");
		assert_false(h->r.complete);
		if (h->requests > ENT_MIRROR_EMPTY + 2)
			fail_msg("%s: after %zu requests", cases[i].says, h->requests);
		/* and what it has given is not counted as all there is */
		if (h->mark.after != INT64_MIN && missing(h))
			assert_true(h->mark.after < date_at(&h->w, h->w.objects - 1) ||
			            cases[i].w.same);
	}
}

static bool
at_once(void *self)
{
	(void)self;
	return true;
}

static void
a_walk_stops_between_pages(void **state)
{
	struct here *h = *state;
	struct ent_mirror m = {
		.path = "/x/", .key = "objects", .take = take, .stop = at_once, .self = h
	};
	const struct ways w = { .objects = 23, .page = 5 };

	reset(h, &w);
	assert_int_equal(ent_mirror_run(h->c, &m, &ENT_MIRROR_START, &h->r, &h->err), 0);
	assert_int_equal(h->took, 5);
	assert_int_equal(h->r.pages, 1);
	assert_false(h->r.complete);
	assert_true(h->mark.next.n > 0);
}

/* One page is shown whatever may follow it. */
static void
one_page_is_not_judged(void **state)
{
	struct here *h = *state;
	struct ent_mirror m = {
		.path = "/x/", .key = "objects", .once = true, .take = take, .self = h
	};
	const struct ways w = { .objects = 23, .page = 5, .no_next = true, .dates = NONE };

	reset(h, &w);
	assert_int_equal(ent_mirror_run(h->c, &m, &ENT_MIRROR_START, &h->r, &h->err), 0);
	assert_int_equal(h->took, 5);
	assert_false(h->r.complete);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(all_comes_and_then_what_is_new, setup,
		                                teardown),
		cmocka_unit_test_setup_teardown(a_kill_before_any_page_loses_nothing, setup,
		                                teardown),
		cmocka_unit_test_setup_teardown(a_kill_and_a_forgotten_next_lose_nothing, setup,
		                                teardown),
		cmocka_unit_test_setup_teardown(no_mixture_of_ways_loses_anything, setup,
		                                teardown),
		cmocka_unit_test_setup_teardown(no_progress_is_found_and_named, setup,
		                                teardown),
		cmocka_unit_test_setup_teardown(a_walk_stops_between_pages, setup, teardown),
		cmocka_unit_test_setup_teardown(one_page_is_not_judged, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
