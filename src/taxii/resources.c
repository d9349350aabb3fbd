/* SPDX-License-Identifier: Apache-2.0 */
/*
 * resources.c - discovery, API root, collections, status; adding and deleting objects
 * (TAXII 2.1, 4 and 5).
 */
#include "base/limits.h"
#include "base/time.h"
#include "taxii/taxii_int.h"
#include "json/write.h"

void
ent_send(struct ent_call *c, int status, struct ent_buf *b)
{
	struct ent_http *rq = c->http;

	rq->answer = ent_buf_done(b, rq->arena);
	ent_buf_release(b);
	if (!rq->answer.p) {
		ent_refuse_status(c, 503, NULL);
		return;
	}
	rq->status = status;
	ent_http_set(rq, "Content-Type", ENT_STR(ENT_TAXII_TYPE));
}

static void
begin(struct ent_jw *w, struct ent_buf *b)
{
	ent_buf_init(b, ENT_HTTP_ANSWER_MAX);
	ent_jw_init(w, b);
	ent_jw_object(w);
}

static void
put_optional(struct ent_jw *w, const char *key, struct ent_str s)
{
	if (s.n)
		ent_jw_kstr(w, key, s);
}

/* "/root/": relative URLs begin with one slash (TAXII 2.1, 4.1.1). */
static void
put_root_url(struct ent_jw *w, struct ent_str path)
{
	struct ent_buf b;

	ent_buf_init(&b, ENT_HTTP_HEAD_MAX);
	ent_buf_ch(&b, '/');
	ent_url_put(&b, path);
	ent_buf_ch(&b, '/');
	if (!ent_buf_ok(&b))
		w->b->failed = true;
	ent_jw_str(w, ent_buf_view(&b));
	ent_buf_release(&b);
}

void
ent_get_discovery(struct ent_call *c)
{
	struct ent_str title = { NULL, 0 }, description = { NULL, 0 };
	struct ent_taxii_root *roots = NULL;
	struct ent_err err = { 0 };
	size_t count = 0;
	int def = -1, rc;
	struct ent_buf b;
	struct ent_jw w;

	rc = c->t->port->discovery(c->t->self, c->http->arena, &c->who, &title, &description,
	                           &roots, &count, &def, &err);
	if (rc) {
		ent_refuse(c, rc, NULL, &err);
		return;
	}
	begin(&w, &b);
	ent_jw_kstr(&w, "title", title);
	put_optional(&w, "description", description);
	if (def >= 0 && (size_t)def < count) {
		ent_jw_key(&w, "default");
		put_root_url(&w, roots[def].path);
	}
	if (count) {
		ent_jw_key(&w, "api_roots");
		ent_jw_array(&w);
		for (size_t i = 0; i < count; i++)
			put_root_url(&w, roots[i].path);
		ent_jw_end_array(&w);
	}
	ent_jw_end_object(&w);
	ent_send(c, 200, &b);
}

void
ent_get_root(struct ent_call *c)
{
	struct ent_taxii_root root = { 0 };
	struct ent_err err = { 0 };
	int rc = c->t->port->root(c->t->self, c->http->arena, &c->who, c->root, &root, &err);
	struct ent_buf b;
	struct ent_jw w;

	if (rc) {
		ent_refuse(c, rc, NULL, &err);
		return;
	}
	begin(&w, &b);
	ent_jw_kstr(&w, "title", root.title);
	put_optional(&w, "description", root.description);
	ent_jw_key(&w, "versions");
	ent_jw_array(&w);
	ent_jw_c(&w, ENT_TAXII_TYPE);
	ent_jw_end_array(&w);
	ent_jw_kint(&w, "max_content_length", (int64_t)root.max_content_length);
	ent_jw_end_object(&w);
	ent_send(c, 200, &b);
}

static void
put_collection(struct ent_jw *w, const struct ent_taxii_collection *coll)
{
	ent_jw_object(w);
	ent_jw_kstr(w, "id", coll->id);
	ent_jw_kstr(w, "title", coll->title);
	put_optional(w, "description", coll->description);
	put_optional(w, "alias", coll->alias);
	ent_jw_kbool(w, "can_read", coll->can_read);
	ent_jw_kbool(w, "can_write", coll->can_write);
	ent_jw_key(w, "media_types");
	ent_jw_array(w);
	for (size_t i = 0; i < coll->n_media; i++)
		ent_jw_str(w, coll->media[i]);
	if (coll->n_media == 0)
		ent_jw_c(w, ENT_STIX_TYPE);
	ent_jw_end_array(w);
	ent_jw_end_object(w);
}

void
ent_get_collections(struct ent_call *c)
{
	struct ent_taxii_collection *list = NULL;
	struct ent_taxii_denied denied = { NULL };
	struct ent_err err = { 0 };
	size_t count = 0;
	int rc = c->t->port->collections(c->t->self, c->http->arena, &c->who, c->root, &list,
	                                 &count, &denied, &err);
	struct ent_buf b;
	struct ent_jw w;

	if (rc) {
		ent_refuse(c, rc, &denied, &err);
		return;
	}
	begin(&w, &b);
	if (count) {
		ent_jw_key(&w, "collections");
		ent_jw_array(&w);
		for (size_t i = 0; i < count; i++)
			put_collection(&w, &list[i]);
		ent_jw_end_array(&w);
	}
	ent_jw_end_object(&w);
	ent_send(c, 200, &b);
}

void
ent_get_collection(struct ent_call *c)
{
	struct ent_buf b;
	struct ent_jw w;

	ent_buf_init(&b, ENT_HTTP_ANSWER_MAX);
	ent_jw_init(&w, &b);
	put_collection(&w, &c->collection);
	ent_send(c, 200, &b);
}

static void
put_details(struct ent_jw *w, const char *key, const struct ent_taxii_detail *list, size_t n)
{
	if (!n || !list)
		return;
	ent_jw_key(w, key);
	ent_jw_array(w);
	for (size_t i = 0; i < n; i++) {
		ent_jw_object(w);
		ent_jw_kstr(w, "id", list[i].id);
		ent_jw_kstr(w, "version", list[i].version);
		put_optional(w, "message", list[i].message);
		ent_jw_end_object(w);
	}
	ent_jw_end_array(w);
}

static void
send_status(struct ent_call *c, int code, const struct ent_taxii_status *s)
{
	char date[ENT_TIME_TEXT];
	struct ent_buf b;
	struct ent_jw w;

	begin(&w, &b);
	ent_jw_kstr(&w, "id", s->id);
	ent_jw_kc(&w, "status", "complete");
	ent_jw_kc(&w, "request_timestamp", ent_time_text(s->requested, 6, date));
	ent_jw_kint(&w, "total_count", (int64_t)s->total);
	ent_jw_kint(&w, "success_count", (int64_t)s->success);
	put_details(&w, "successes", s->successes, s->success);
	ent_jw_kint(&w, "failure_count", (int64_t)s->failure);
	put_details(&w, "failures", s->failures, s->failure);
	ent_jw_kint(&w, "pending_count", 0);
	ent_jw_end_object(&w);
	ent_send(c, code, &b);
}

void
ent_get_status(struct ent_call *c)
{
	struct ent_taxii_status s = { 0 };
	struct ent_err err = { 0 };
	int rc = c->t->port->status(c->t->self, c->http->arena, &c->who, c->root, c->status, &s,
	                            &err);

	if (rc)
		ent_refuse(c, rc, NULL, &err);
	else
		send_status(c, 200, &s);
}

/* The objects of a body that is an envelope; NULL: answered. */
static const struct ent_json *
read_envelope(struct ent_call *c)
{
	const struct ent_json *v, *objects;
	struct ent_err err = { 0 };
	char text[96];
	int rc = ent_json_parse(c->http->arena, c->http->body, ENT_JSON_DEPTH, &v, &err);

	if (rc) {
		/* Too deep isn't too large: 413 would send the client to cut its envelope. */
		ent_refuse(c, rc == ENT_ELIMIT ? ENT_EUNUSABLE : rc, NULL, &err);
		return NULL;
	}
	objects = ent_json_getc(v, "objects");
	if (!ent_json_is(objects, ENT_JSON_ARRAY) || !ent_json_count(objects)) {
		ent_refuse_status(
		    c, 422,
		    "The body isn't an envelope: an object with a non-empty list named "
		    "objects.");
		return NULL;
	}
	for (size_t i = 0; i < ent_json_count(objects); i++) {
		if (ent_json_is(ent_json_at(objects, i), ENT_JSON_OBJECT))
			continue;
		(void)snprintf(text, sizeof(text), "Item %zu of objects isn't an object.", i);
		ent_refuse_status(c, 422, text);
		return NULL;
	}
	return objects;
}

void
ent_post_objects(struct ent_call *c)
{
	struct ent_taxii_denied denied = { NULL };
	struct ent_taxii_status s = { 0 };
	const struct ent_json *objects;
	struct ent_err err = { 0 };
	struct ent_media m;
	int rc;

	if (ent_media_read(ent_http_header(c->http, "content-type"), &m) ||
	    !ent_media_is_taxii(&m)) {
		ent_refuse_status(c, 415, NULL);
		return;
	}
	objects = read_envelope(c);
	if (!objects)
		return;
	rc = c->t->port->post(c->t->self, c->http->arena, &c->who, c->root, c->collection.id,
	                      objects, &s, &denied, &err);
	if (rc)
		ent_refuse(c, rc, &denied, &err);
	else
		send_status(c, 202, &s);
}

void
ent_delete_object(struct ent_call *c)
{
	const struct ent_taxii_port *port = c->t->port;
	struct ent_taxii_denied denied = { NULL };
	struct ent_err err = { 0 };
	struct ent_asked asked;
	int rc = ent_query_read(c->http->arena, c->http->query, c->route->asks,
	                        port->page_default, port->page_max, &asked, &err);

	if (!rc) {
		/* Without match[version] all versions go (TAXII 2.1, 5.7). */
		if (!(asked.given & ENT_ASK_VERSION))
			asked.q.all = true;
		rc = port->del(c->t->self, c->http->arena, &c->who, c->root, c->collection.id,
		               c->object, &asked.q, &denied, &err);
	}
	if (rc) {
		ent_refuse(c, rc, &denied, &err);
		return;
	}
	c->http->status = 200;
	ent_http_set(c->http, "Content-Type", ENT_STR(ENT_TAXII_TYPE));
}
