/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mirror.c - one walk over the pages of a list: marks, servers that go round in circles, and
 * servers that leave out what the standard asks for.
 */
#include "taxii/mirror.h"

#include "base/limits.h"
#include "base/time.h"
#include "crypto/hash.h"
#include "taxii/retry.h"
#include "taxii/taxii_int.h"

struct walk {
	struct ent_taxii_client *c;
	const struct ent_mirror *m;
	struct ent_mirror_report *out;
	struct ent_arena *a; /* of one page */
	int64_t after;       /* all up to here is kept */
	int64_t from;        /* added_after of the requests */
	struct ent_buf next; /* with which the next page is asked for; empty: none */
	int64_t begun;       /* `from` when the walk began, to which a server without order
	                        falls back */
	int64_t tail;        /* the last date of this walk so far; INT64_MIN: none */
	int64_t anew_at;     /* `after` when it began anew last; INT64_MAX: it never did */
	size_t empty;        /* empty pages in a row */
	bool lost;           /* dates are missing or go back: they say nothing */
	bool sorted;         /* two dates of it were in order, so that a date inside of it
	                        may be a mark: a list with the newest first has it first */
	/* a page of this walk, held against those behind it; it is replaced after 1, 2, 4, ...
	 * pages, so that a circle of any length is found */
	uint8_t seen[ENT_SHA256];
	uint64_t held, hold;
};

/* What a page says of itself. */
struct page {
	const struct ent_json *list;
	size_t count;
	bool more;
	struct ent_str next;
	int64_t first, last; /* INT64_MIN: not said */
};

int
ent_taxii_objects_path(struct ent_arena *a, struct ent_str root, struct ent_str coll,
                       struct ent_str match, size_t limit, struct ent_str *out,
                       struct ent_err *err)
{
	struct ent_buf b;

	while (root.n && root.p[root.n - 1] == '/')
		root.n--;
	ent_buf_init(&b, ENT_HTTP_HEAD_MAX);
	ent_buf_str(&b, root);
	ent_buf_c(&b, "/collections/");
	ent_url_put(&b, coll);
	ent_buf_c(&b, "/objects/");
	if (match.n)
		ent_buf_printf(&b, "?%.*s", ENT_FMT(match));
	if (limit)
		ent_buf_printf(&b, "%climit=%zu", match.n ? '&' : '?', limit);
	*out = root.n && coll.n ? ent_buf_done(&b, a) : (struct ent_str){ NULL, 0 };
	ent_buf_release(&b);
	return out->p ? 0
	              : ent_fail(err, ENT_EINVAL,
	                         "the API root or the collection is empty, or too long");
}

/* ---- reading ---- */

/*
 * A date header as servers write it: RFC 3339 is the standard's; with "+00:00" for Z, or the
 * form of HTTP, which is cut to the second, it is an earlier instant or the same.
 */
static int64_t
date_of(const struct ent_answer *an, const char *name)
{
	struct ent_str text = ent_str_trim(ent_answer_header(an, name));
	char zulu[ENT_TIME_TEXT];
	uint64_t seconds;
	int64_t us;

	if (!text.n)
		return INT64_MIN;
	if (ent_time_parse(text, &us, NULL) == 0)
		return us;
	if (ent_str_ends(text, "+00:00") && text.n - 6 < sizeof(zulu) - 1) {
		memcpy(zulu, text.p, text.n - 6);
		zulu[text.n - 6] = 'Z';
		if (ent_time_parse((struct ent_str){ zulu, text.n - 5 }, &us, NULL) == 0)
			return us;
	}
	if (text.n == 29 && ent_retry_after(text, 0, &seconds) == 0)
		return (int64_t)seconds * 1000000;
	return INT64_MIN;
}

static int
put_url(const struct walk *w, struct ent_str *out, struct ent_err *err)
{
	struct ent_str path = ent_str_c(w->m->path);
	char sep = ent_str_find(path, '?') < path.n ? '&' : '?', date[ENT_TIME_TEXT];
	struct ent_buf b;

	ent_buf_init(&b, ENT_HTTP_HEAD_MAX);
	ent_buf_str(&b, path);
	if (w->from != INT64_MIN) {
		ent_buf_printf(&b, "%cadded_after=%s", sep, ent_time_text(w->from, 6, date));
		sep = '&';
	}
	if (w->next.n) {
		ent_buf_printf(&b, "%cnext=", sep);
		ent_url_put(&b, ent_buf_view(&w->next));
	}
	*out = ent_buf_done(&b, w->a);
	ent_buf_release(&b);
	return out->p ? 0
	              : ent_fail(err, ENT_ELIMIT, "the URL of a page is longer than %u bytes",
	                         ENT_HTTP_HEAD_MAX);
}

/*
 * Whether TAXII 2.0 says that there is more: "items 0-99/250" (RFC 7233, 4.2), or a part
 * without saying of how much.
 */
static bool
is_part(const struct ent_answer *an)
{
	struct ent_str range = ent_answer_header(an, "content-range"), part;
	uint64_t last, all;

	if (!ent_str_starts(range, "items ") || !ent_str_next(&range, '-', &part) ||
	    !ent_str_next(&range, '/', &part) || ent_str_u64(part, UINT64_MAX, &last) ||
	    ent_str_u64(range, UINT64_MAX, &all))
		return an->status == 206;
	return last < all && last + 1 < all;
}

/* `next` without `more` is followed too, unless more is said to be false: nothing is skipped by
 * it. */
static int
read_page(const struct walk *w, const struct ent_json *v, const struct ent_answer *an,
          struct page *p, struct ent_err *err)
{
	const struct ent_json *list = ent_json_getc(v, w->m->key);

	if (list && !ent_json_is(list, ENT_JSON_ARRAY))
		return ent_fail(err, ENT_EPROTO, "%s isn't a list", w->m->key);
	p->count = ent_json_count(list);
	p->list = p->count ? list : NULL;
	p->next = ent_json_getstr(v, "next");
	p->more = p->next.n > 0 || is_part(an);
	(void)ent_json_bool(ent_json_getc(v, "more"), &p->more);
	if (!p->more)
		p->next.n = 0;
	if (p->next.n > ENT_MIRROR_NEXT)
		return ent_fail(err, ENT_ELIMIT, "next has %zu bytes, more than %d", p->next.n,
		                ENT_MIRROR_NEXT);
	p->first = date_of(an, "x-taxii-date-added-first");
	p->last = date_of(an, "x-taxii-date-added-last");
	if (p->first == INT64_MIN)
		p->first = p->last;
	return 0;
}

/* ---- judging ---- */

/* Whether this page was there before in the same walk. */
static bool
is_repeated(struct walk *w, const struct page *p)
{
	uint8_t now[ENT_SHA256];

	ent_sha256(ent_json_raw(p->list), now);
	if (w->hold && memcmp(now, w->seen, sizeof(now)) == 0)
		return true;
	if (w->held == w->hold) {
		memcpy(w->seen, now, sizeof(now));
		w->hold = w->hold ? w->hold * 2 : 1;
		w->held = 0;
	}
	w->held++;
	return false;
}

static int
check_progress(struct walk *w, const struct page *p, struct ent_err *err)
{
	if (p->next.n && ent_str_eq(p->next, ent_buf_view(&w->next)))
		return ent_fail(err, ENT_EPROTO,
		                "the server makes no progress: next is the one that it was "
		                "asked with");
	if (p->more && !p->count && !p->next.n)
		return ent_fail(err, ENT_EPROTO,
		                "the server makes no progress: the page is empty, has more to "
		                "come and no next to ask for it");
	w->empty = p->count ? 0 : w->empty + 1;
	if (p->more && w->empty > ENT_MIRROR_EMPTY)
		return ent_fail(err, ENT_EPROTO,
		                "the server makes no progress: %d empty pages, one after the "
		                "other, say that there is more",
		                ENT_MIRROR_EMPTY);
	if (p->next.n && p->count && is_repeated(w, p))
		return ent_fail(err, ENT_EPROTO,
		                "the server makes no progress: a page came twice");
	return 0;
}

/* A walk in which dates are missing or go back leaves the mark where it began: without order
 * they say nothing about what is still to come. */
static void
judge_dates(struct walk *w, const struct page *p)
{
	if (!p->count || (p->last != INT64_MIN && p->first >= w->tail && p->first <= p->last))
		return;
	w->lost = true;
	w->out->undated = true;
	w->after = w->begun;
}

/* Without next it goes on by the date: the request behind must see more than this one. */
static int
check_date(const struct walk *w, const struct page *p, struct ent_err *err)
{
	if (p->last == INT64_MIN)
		return ent_fail(err, ENT_EPROTO,
		                "the page has more to come, but neither next nor an "
		                "X-TAXII-Date-Added-Last that is a timestamp: there is no way "
		                "to ask for the rest");
	if (w->lost)
		return ent_fail(err, ENT_EPROTO,
		                "the dates of the pages go back, and there is no next: there "
		                "is no way to ask for the rest");
	if (p->last <= w->tail || p->last - 1 <= w->from)
		return ent_fail(err, ENT_EPROTO,
		                "the server makes no progress: X-TAXII-Date-Added-Last doesn't "
		                "go beyond the page before, and there is no next (where more "
		                "objects than a page have one date, a larger limit helps)");
	return 0;
}

/*
 * Up to where nothing can be missing.  Inside a walk more objects may have the last date, so it
 * stops short of it; at the end too where the date is one that a clock with milliseconds or
 * seconds gives, for what is added now may get it as well.
 */
static int64_t
edge_of(const struct walk *w, bool more)
{
	return w->tail != INT64_MIN && (more || w->tail % 1000 == 0) ? w->tail - 1 : w->tail;
}

/* The mark behind this page. */
static int
advance(struct walk *w, const struct page *p, struct ent_err *err)
{
	int64_t edge;
	int rc = 0;

	judge_dates(w, p);
	if (p->more && !p->next.n && !w->m->once)
		rc = check_date(w, p, err);
	if (rc)
		return rc;
	w->sorted |=
	    p->count && (p->first < p->last || (w->tail != INT64_MIN && p->last > w->tail));
	if (p->count && p->last > w->tail)
		w->tail = p->last;
	edge = edge_of(w, p->more);
	if (!w->lost && edge > w->after && (w->sorted || !p->more))
		w->after = edge;
	ent_buf_clear(&w->next);
	ent_buf_str(&w->next, p->next);
	if (p->more && !p->next.n)
		w->from = edge;
	return ent_buf_ok(&w->next) ? 0 : ent_fail(err, ENT_ENOMEM, "mirror");
}

/* ---- the walk ---- */

static void
begin(struct walk *w)
{
	w->tail = INT64_MIN;
	w->empty = 0;
	w->held = w->hold = 0;
	w->lost = w->sorted = false;
	w->begun = w->from;
}

/* A next that isn't taken any more: from the mark, but not again and again from the same one.
 */
static int
begin_anew(struct walk *w, int rc, struct ent_err *err)
{
	if (w->anew_at != INT64_MAX && w->after <= w->anew_at)
		return ent_within(err, rc,
		                  "the server makes no progress: it refuses its own next again "
		                  "and again");
	w->anew_at = w->after;
	w->from = w->after;
	ent_buf_clear(&w->next);
	begin(w);
	w->out->anew++;
	return 0;
}

static int
hand_over(struct walk *w, const struct page *p, struct ent_err *err)
{
	struct ent_mirror_page page = { .list = p->list, .count = p->count, .more = p->more };

	page.mark = (struct ent_mirror_mark){ .after = w->after, .from = INT64_MIN };
	if (w->next.n) {
		page.mark.next = ent_buf_view(&w->next);
		page.mark.from = w->from;
	}
	w->out->pages++;
	w->out->objects += p->count;
	return w->m->take(w->m->self, w->a, &page, err);
}

/* One page; *more: whether another is to be asked for. */
static int
one_page(struct walk *w, bool *more, struct ent_err *err)
{
	struct page p = { 0 };
	const struct ent_json *v;
	struct ent_answer an = { 0 };
	struct ent_str url;
	int rc = put_url(w, &url, err);

	if (rc == 0)
		rc = ent_taxii_get(w->c, w->a, url.p, &v, &an, err);
	if ((rc == ENT_EINVAL || rc == ENT_ENOENT) && w->next.n && an.status)
		return begin_anew(w, rc, err);
	if (rc)
		return rc;
	rc = read_page(w, v, &an, &p, err);
	if (rc == 0 && !w->m->once)
		rc = check_progress(w, &p, err);
	if (rc == 0)
		rc = advance(w, &p, err);
	if (rc)
		return ent_within(err, rc, "%.200s", url.p);
	*more = p.more;
	return hand_over(w, &p, err);
}

static bool
is_over(const struct walk *w)
{
	const struct ent_mirror *m = w->m;

	return w->out->pages && (m->once || (m->stop && m->stop(m->self)));
}

int
ent_mirror_run(struct ent_taxii_client *c, const struct ent_mirror *m,
               const struct ent_mirror_mark *at, struct ent_mirror_report *out,
               struct ent_err *err)
{
	struct walk w = {
		.c = c, .m = m, .out = out, .after = at->after, .anew_at = INT64_MAX
	};
	bool more = true;
	int rc = 0;

	*out = (struct ent_mirror_report){ 0 };
	ent_buf_init(&w.next, ENT_MIRROR_NEXT);
	ent_buf_str(&w.next, at->next);
	w.from = at->next.n ? at->from : at->after;
	begin(&w);
	w.a = ent_arena_new(ENT_DOC_ARENA(ENT_HTTP_ANSWER_MAX));
	if (!w.a || !ent_buf_ok(&w.next))
		rc = ent_fail(err, ENT_ENOMEM, "mirror");
	if (at->next.n && at->after > at->from) /* what comes goes on behind what came */
		w.tail = at->after;
	while (rc == 0 && more && !is_over(&w)) {
		ent_arena_reset(w.a);
		rc = one_page(&w, &more, err);
	}
	out->complete = rc == 0 && !more;
	ent_buf_release(&w.next);
	ent_arena_free(w.a);
	return rc;
}
