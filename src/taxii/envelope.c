/* SPDX-License-Identifier: Apache-2.0 */
/*
 * envelope.c - pages: envelopes with the objects' own bytes, manifests and versions, with more,
 * next and the headers.
 */
#include "base/limits.h"
#include "base/time.h"
#include "taxii/taxii_int.h"
#include "json/write.h"

enum shape { ENVELOPE, MANIFEST, VERSIONS };

static enum shape
shape_of(const struct ent_call *c)
{
	struct ent_str path = ent_str_c(c->route->path);

	return ent_str_ends(path, "/manifest/")   ? MANIFEST
	       : ent_str_ends(path, "/versions/") ? VERSIONS
	                                          : ENVELOPE;
}

static char *
put(char *to, struct ent_str s)
{
	return s.n ? (char *)memcpy(to, s.p, s.n) + s.n : to;
}

/* next is base64url, which needs no escapes. */
static struct ent_str
envelope(struct ent_arena *a, const struct ent_taxii_page *page, struct ent_str next)
{
	size_t total = 64 + next.n;
	char *p, *to;

	for (size_t i = 0; i < page->count; i++)
		total += page->records[i].bytes.n + 1;
	p = to = ent_arena_alloc(a, total);
	if (!p)
		return (struct ent_str){ NULL, 0 };
	to = put(to, ENT_STR("{"));
	if (page->more) {
		to = put(to, ENT_STR("\"more\":true,\"next\":\""));
		to = put(to, next);
		to = put(to, ENT_STR("\","));
	}
	to = put(to, ENT_STR("\"objects\":["));
	for (size_t i = 0; i < page->count; i++) {
		if (i)
			to = put(to, ENT_STR(","));
		to = put(to, page->records[i].bytes);
	}
	to = put(to, ENT_STR("]}"));
	return (struct ent_str){ p, (size_t)(to - p) };
}

static void
put_record(struct ent_jw *w, const struct ent_taxii_record *r)
{
	char date[ENT_TIME_TEXT];

	ent_jw_object(w);
	ent_jw_kstr(w, "id", r->id);
	ent_jw_kc(w, "date_added", ent_time_text(r->date_added, 6, date));
	ent_jw_kstr(w, "version", r->version);
	/* Only what the collection lists may stand here (TAXII 2.1, 5.3.1). */
	if (!r->spec.n || ent_str_is(r->spec, "2.1"))
		ent_jw_kc(w, "media_type", ENT_STIX_TYPE);
	ent_jw_end_object(w);
}

static struct ent_str
listing(struct ent_arena *a, enum shape shape, const struct ent_taxii_page *page,
        struct ent_str next)
{
	struct ent_str done;
	struct ent_buf b;
	struct ent_jw w;

	ent_buf_init(&b, ENT_HTTP_ANSWER_MAX);
	ent_jw_init(&w, &b);
	ent_jw_object(&w);
	if (page->more) {
		ent_jw_kbool(&w, "more", true);
		ent_jw_kstr(&w, "next", next);
	}
	ent_jw_key(&w, shape == VERSIONS ? "versions" : "objects");
	ent_jw_array(&w);
	for (size_t i = 0; i < page->count; i++)
		if (shape == VERSIONS)
			ent_jw_str(&w, page->records[i].version);
		else
			put_record(&w, &page->records[i]);
	ent_jw_end_array(&w);
	ent_jw_end_object(&w);
	done = ent_buf_done(&b, a);
	ent_buf_release(&b);
	return done;
}

/* A page never has more than was asked for, nor than the server sends, whatever the port gave.
 */
static void
cut(struct ent_taxii_page *page, size_t limit)
{
	size_t bytes = 0, n = 0;

	while (n < page->count && n < limit) {
		bytes += page->records[n].bytes.n;
		if (n && bytes > ENT_PAGE_BYTES)
			break;
		n++;
	}
	if (n < page->count)
		page->more = true;
	page->count = n;
	page->more = page->more && n;
}

static void
put_headers(struct ent_http *rq, const struct ent_taxii_page *page)
{
	const struct ent_taxii_record *first = page->records,
				      *last = page->records + page->count - 1;
	char text[64];

	ent_http_set(rq, "X-TAXII-Date-Added-First",
	             ent_str_c(ent_time_text(first->date_added, 6, text)));
	ent_http_set(rq, "X-TAXII-Date-Added-Last",
	             ent_str_c(ent_time_text(last->date_added, 6, text)));
	if (!page->sequence)
		return;
	(void)snprintf(text, sizeof(text), "%ju-%ju", (uintmax_t)first->seq,
	               (uintmax_t)last->seq);
	ent_http_set(rq, "Entente-Sequence", ent_str_c(text));
}

static int
ask_port(struct ent_call *c, const struct ent_taxii_query *q, struct ent_taxii_page *page)
{
	struct ent_taxii_denied denied = { NULL };
	struct ent_err err = { 0 };
	int rc;

	*page = (struct ent_taxii_page){ 0 };
	rc = c->t->port->page(c->t->self, c->http->arena, &c->who, c->root, c->collection.id, q,
	                      page, &denied, &err);
	if (rc)
		ent_refuse(c, rc, &denied, &err);
	else if (page->noted)
		c->http->writing = true;
	return rc ? rc : page->noted ? ENT_EBUSY : 0;
}

/*
 * Nothing was found for an object: is it there, in a version that was asked for?  Then the page
 * was only empty; else it is 404 (TAXII 2.1, 5.6 and 5.7).
 */
static bool
exists(struct ent_call *c, const struct ent_taxii_query *asked)
{
	static const struct ent_str specs[] = { { "2.0", 3 }, { "2.1", 3 } };
	struct ent_taxii_query q = *asked;
	struct ent_taxii_page page;

	q.added_after = INT64_MIN;
	q.after_seq = 0;
	q.specs = specs;
	q.n_specs = sizeof(specs) / sizeof(*specs);
	q.limit = 1;
	q.with_bytes = false;
	if (ask_port(c, &q, &page))
		return false;
	if (page.count)
		return true;
	ent_refuse_status(c, 404, NULL);
	return false;
}

static void
answer(struct ent_call *c, const struct ent_taxii_page *page, struct ent_str next)
{
	enum shape shape = shape_of(c);
	struct ent_http *rq = c->http;

	rq->answer = !page->count        ? ENT_STR("{}")
	             : shape == ENVELOPE ? envelope(rq->arena, page, next)
	                                 : listing(rq->arena, shape, page, next);
	if (!rq->answer.p) {
		ent_refuse_status(c, 503, NULL);
		return;
	}
	rq->status = 200;
	ent_http_set(rq, "Content-Type", ENT_STR(ENT_TAXII_TYPE));
	if (page->count)
		put_headers(rq, page);
}

/* The query of the URL, and of next where it has one; false: answered. */
static bool
read_asked(struct ent_call *c, const struct ent_scope *scope, struct ent_asked *asked)
{
	const struct ent_taxii_port *port = c->t->port;
	size_t max = port->page_max ? port->page_max : ENT_PAGE_MAX;
	struct ent_err err = { 0 };
	int rc = ent_query_read(c->http->arena, c->http->query, c->route->asks,
	                        port->page_default, max, asked, &err);

	if (!rc && asked->given & ENT_ASK_NEXT)
		rc = ent_cursor_apply(c->http->arena, port->cursor_key(c->t->self), scope, max,
		                      asked, &err);
	if (rc)
		ent_refuse(c, rc, NULL, &err);
	return rc == 0;
}

void
ent_get_page(struct ent_call *c)
{
	const struct ent_scope scope = { c->route->path, c->root, c->collection.id, c->object };
	struct ent_str next = { NULL, 0 };
	struct ent_taxii_query q;
	struct ent_taxii_page page;
	struct ent_asked asked;

	if (!read_asked(c, &scope, &asked))
		return;
	q = asked.q;
	q.with_bytes = shape_of(c) == ENVELOPE;
	if (shape_of(c) == VERSIONS)
		q.all = true;
	if (c->object.p) {
		q.ids = &c->object;
		q.n_ids = 1;
	}
	if (ask_port(c, &q, &page))
		return;
	cut(&page, q.limit);
	if (!page.count && c->object.p && !exists(c, &q))
		return;
	if (page.more) {
		const struct ent_taxii_record *last = &page.records[page.count - 1];

		next = ent_cursor_print(c->http->arena, c->t->port->cursor_key(c->t->self),
		                        &scope, &asked.q,
		                        (struct ent_position){ last->seq, last->date_added });
		if (!next.p) {
			ent_refuse_status(c, 503, NULL);
			return;
		}
	}
	answer(c, &page, next);
}
