/* SPDX-License-Identifier: Apache-2.0 */
/*
 * routes.c - every endpoint and who may call it, and the way of a request through the checks.
 *
 * In this order: who is calling (401), what for (404, 405), what answer is accepted (406),
 * whether the caller may (404, 403), then the body (415, 413) and the query (400).
 */
#include "base/limits.h"
#include "taxii/taxii_int.h"

#define OBJECTS  "/{root}/collections/{coll}/objects/"
#define OBJECT   OBJECTS "{object}/"
#define SEGMENTS 8

/* The order is the specification's (TAXII 2.1, 4 and 5). */
/* clang-format off */
static const struct ent_route routes[] = {
	{ ENT_GET, "/taxii2/", 0, 0, false, false, ent_get_discovery },
	{ ENT_GET, "/{root}/", 0, 0, false, false, ent_get_root },
	{ ENT_GET, "/{root}/status/{status}/", 0, 0, false, false, ent_get_status },
	{ ENT_GET, "/{root}/collections/", 0, 0, false, false, ent_get_collections },
	{ ENT_GET, "/{root}/collections/{coll}/", 0, 0, false, false, ent_get_collection },
	{ ENT_GET, "/{root}/collections/{coll}/manifest/", ENT_READ,
	  ENT_ASK_PAGE | ENT_ASK_MATCH, true, true, ent_get_page },
	{ ENT_GET, OBJECTS, ENT_READ,
	  ENT_ASK_PAGE | ENT_ASK_MATCH, false, true, ent_get_page },
	{ ENT_POST, OBJECTS, ENT_WRITE, 0, false, false, ent_post_objects },
	{ ENT_GET, OBJECT, ENT_READ,
	  ENT_ASK_PAGE | ENT_ASK_VERSION | ENT_ASK_SPEC, false, true, ent_get_page },
	{ ENT_DELETE, OBJECT, ENT_READ | ENT_WRITE,
	  ENT_ASK_VERSION | ENT_ASK_SPEC, false, false, ent_delete_object },
	{ ENT_GET, OBJECT "versions/", ENT_READ,
	  ENT_ASK_PAGE | ENT_ASK_SPEC, false, true, ent_get_page },
};
/* First segments that belong to others. */
static const char *const reserved[] = {
	"entente", ".well-known", "healthz", "readyz", "metrics", "console",
};
/* clang-format on */

const struct ent_route *
ent_taxii_routes(size_t *count)
{
	*count = sizeof(routes) / sizeof(*routes);
	return routes;
}

/* A path without its first slash and, where it has one, its last. */
static struct ent_str
inner(struct ent_str path)
{
	path = ent_str_from(path, 1);
	if (path.n && path.p[path.n - 1] == '/')
		path.n--;
	return path;
}

bool
ent_taxii_wants(struct ent_str path)
{
	struct ent_str first;

	if (!path.n || path.p[0] != '/')
		return false;
	first = inner(path);
	first.n = ent_str_find(first, '/');
	for (size_t i = 0; i < sizeof(reserved) / sizeof(*reserved); i++)
		if (ent_str_is(first, reserved[i]))
			return false;
	return first.n > 0;
}

/* The segments of a path, still percent-encoded; 0 if it is empty or has too many. */
static size_t
split(struct ent_str path, struct ent_str segments[SEGMENTS])
{
	struct ent_str rest = inner(path), part;
	size_t n = 0;

	while (ent_str_next(&rest, '/', &part)) {
		if (n == SEGMENTS)
			return 0;
		segments[n++] = part;
	}
	return n;
}

static bool
matches(const struct ent_route *r, const struct ent_str *segments, size_t n)
{
	struct ent_str want[SEGMENTS];

	if (split(ent_str_c(r->path), want) != n)
		return false;
	for (size_t i = 0; i < n; i++) {
		if (!segments[i].n)
			return false;
		if (want[i].p[0] != '{' && !ent_str_eq(want[i], segments[i]))
			return false;
	}
	return true;
}

/* Puts the segments that the path has in braces where they belong. */
static int
capture(struct ent_call *c, const struct ent_str *segments, size_t n)
{
	struct ent_str want[SEGMENTS];

	(void)split(ent_str_c(c->route->path), want);
	for (size_t i = 0; i < n; i++) {
		struct ent_str *to = ent_str_is(want[i], "{root}")     ? &c->root
		                     : ent_str_is(want[i], "{coll}")   ? &c->coll
		                     : ent_str_is(want[i], "{object}") ? &c->object
		                     : ent_str_is(want[i], "{status}") ? &c->status
		                                                       : NULL;
		int rc = to ? ent_http_decode(c->http->arena, segments[i], false, to) : 0;

		if (rc)
			return rc;
	}
	return 0;
}

static void
put_allow(struct ent_call *c, unsigned methods)
{
	static const struct {
		unsigned method;
		const char *names;
	} names[] = { { ENT_GET, "GET, HEAD, " },
		      { ENT_POST, "POST, " },
		      { ENT_DELETE, "DELETE, " } };
	char text[64] = "";
	size_t n = 0;

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (methods & names[i].method)
			n += (size_t)snprintf(text + n, sizeof(text) - n, "%s", names[i].names);
	(void)snprintf(text + n, sizeof(text) - n, "OPTIONS");
	ent_http_set(c->http, "Allow", ent_str_c(text));
}

/* Finds the row for a request; false: answered. */
static bool
find_route(struct ent_call *c)
{
	enum ent_method method = c->http->method == ENT_HEAD ? ENT_GET : c->http->method;
	struct ent_str segments[SEGMENTS];
	size_t n = ent_taxii_wants(c->http->path) ? split(c->http->path, segments) : 0;
	unsigned methods = 0;
	int rc;

	for (size_t i = 0; n && i < sizeof(routes) / sizeof(*routes); i++) {
		if (!matches(&routes[i], segments, n))
			continue;
		if (routes[i].method == method && !c->route)
			c->route = &routes[i];
		methods |= routes[i].method;
	}
	if (c->route) {
		rc = capture(c, segments, n);
		if (rc)
			ent_refuse_status(
			    c, ent_taxii_http_status(rc),
			    rc == ENT_ENOMEM ? NULL : "The path isn't percent-encoded UTF-8.");
		return rc == 0;
	}
	if (!methods) {
		ent_refuse_status(c, 404, NULL);
	} else if (method == ENT_OPTIONS) {
		c->http->status = 200;
		ent_http_set(c->http, "Content-Type", ENT_STR(ENT_TAXII_TYPE));
		put_allow(c, methods);
	} else {
		ent_refuse_status(c, 405, NULL);
		put_allow(c, methods);
	}
	return false;
}

/* Asks the port who is calling; false: answered with 401 or a failure. */
static bool
who_calls(struct ent_call *c)
{
	struct ent_http *rq = c->http;
	struct ent_err err = { 0 };
	int rc;

	c->who.has_pin = rq->has_pin;
	memcpy(c->who.pin, rq->pin, sizeof(c->who.pin));
	c->who.from = rq->from;
	c->who.login = rq->note;
	rc = ent_http_basic(rq, &c->who.user, &c->who.password);
	if (rc == ENT_ENOENT)
		rc = ent_http_bearer(rq, &c->who.token);
	if (rc == 0 || rc == ENT_ENOENT)
		rc = c->t->port->login(c->t->self, rq->arena, &c->who, &err);
	rq->retry_s = rc == ENT_EBUSY ? ENT_ATTEMPTS_SECONDS : 0;
	if (rc == ENT_EBUSY)
		ent_refuse_status(c, 429, "Too many logins with wrong credentials: wait.");
	else if (rc)
		ent_refuse(c, rc == ENT_EPARSE ? ENT_EAUTH : rc, NULL, &err);
	return rc == 0;
}

/* What is asked, and whether an answer of ours is wanted; false: answered. */
static bool
understand(struct ent_call *c)
{
	if (!find_route(c))
		return false;
	if (!ent_accepts(c->http, c->route->stix)) {
		ent_refuse_status(c, 406, NULL);
		return false;
	}
	return true;
}

/*
 * Asks for the collection that the path names and holds the caller's rights against the
 * route's.  TAXII 2.1, 5.7: DELETE with neither right is 404, with one of them 403; other
 * methods are 403 where theirs is missing.
 */
static bool
allowed(struct ent_call *c)
{
	struct ent_taxii_denied denied = { NULL };
	struct ent_err err = { 0 };
	unsigned has;
	int rc;

	if (!c->coll.p)
		return true;
	rc = c->t->port->collection(c->t->self, c->http->arena, &c->who, c->root, c->coll,
	                            &c->collection, &denied, &err);
	if (rc) {
		ent_refuse(c, rc, &denied, &err);
		return false;
	}
	has = (c->collection.can_read ? ENT_READ : 0u) |
	      (c->collection.can_write ? ENT_WRITE : 0u);
	if ((has & c->route->needs) == c->route->needs)
		return true;
	if (!has && c->route->method == ENT_DELETE)
		ent_refuse_status(c, 404, NULL);
	else
		ent_refuse_status(
		    c, 403,
		    c->route->method == ENT_DELETE
			? "Deleting needs can_read and can_write of this collection."
		    : c->route->needs & ENT_WRITE
			? "can_write of this collection is false for this caller."
			: "can_read of this collection is false for this caller.");
	return false;
}

/* The short way: what this caller was answered before; only paths that are right got into the
 * cache. */
static bool
remembered(struct ent_call *c)
{
	struct ent_http *rq = c->http;

	if (!c->t->cache || !(rq->method & (ENT_GET | ENT_HEAD)) || !ent_accepts(rq, false))
		return false;
	c->generation = c->t->port->generation(c->t->self, &c->who);
	return ent_page_cache_get(c->t->cache, &c->who, c->coding, c->generation, rq);
}

/* A 200 of a page goes into a blob, so that this answer and the cache share it. */
static void
remember(struct ent_http *rq, void *self)
{
	const struct ent_call *c = self;

	rq->blob = ent_blob_new(rq->answer);
	if (rq->blob)
		ent_page_cache_put(c->t->cache, &c->who, c->coding, c->generation, rq);
}

/* What is read can be packed, and has a tag by which it is known again. */
static void
dress(struct ent_call *c)
{
	struct ent_http *rq = c->http;
	struct ent_call *kept;

	if (rq->status != 200 || !(rq->method & (ENT_GET | ENT_HEAD)))
		return;
	ent_http_set(rq, "Vary", ENT_STR("Accept-Encoding"));
	rq->tagged = true;
	rq->coding = c->coding;
	if (!c->route->cached || !c->generation)
		return;
	kept = ent_arena_alloc(rq->arena, sizeof(*kept));
	if (kept) {
		*kept = *c;
		rq->packed = remember;
		rq->packed_self = kept;
	}
}

void
ent_taxii_serve(const struct ent_taxii *t, struct ent_http *rq)
{
	struct ent_call c = { .t = t, .http = rq, .coding = ent_http_coding(rq) };

	if (!who_calls(&c) || remembered(&c) || !understand(&c) || !allowed(&c))
		return;
	c.route->serve(&c);
	dress(&c);
}

static bool
brings_body(const struct ent_http *rq)
{
	struct ent_str length = ent_http_header(rq, "content-length");

	return ent_http_header(rq, "transfer-encoding").p ||
	       (length.p && !ent_str_is(length, "0"));
}

/* Holds the announced length against the root's limit; false: answered. */
static bool
small_enough(struct ent_call *c, size_t *max)
{
	struct ent_str length = ent_http_header(c->http, "content-length");
	struct ent_taxii_root root = { 0 };
	struct ent_err err = { 0 };
	char text[160];
	uint64_t n;
	int rc = c->t->port->root(c->t->self, c->http->arena, &c->who, c->root, &root, &err);

	if (rc) {
		ent_refuse(c, rc, NULL, &err);
		return false;
	}
	*max = root.max_content_length;
	if (!length.p || (ent_str_u64(length, UINT64_MAX, &n) == 0 && n <= *max))
		return true;
	(void)snprintf(
	    text, sizeof(text),
	    "The body has %.*s bytes; this API root takes at most %zu (max_content_length).",
	    (int)(length.n < 20 ? length.n : 20), length.p, *max);
	ent_refuse_status(c, 413, text);
	return false;
}

int
ent_taxii_admit(const struct ent_taxii *t, struct ent_http *rq, size_t *max)
{
	struct ent_call c = { .t = t, .http = rq };
	struct ent_media m;

	if (!brings_body(rq))
		return 0;
	*max = ENT_IGNORED_BODY;
	if (rq->method != ENT_POST)
		return 0;
	if (!who_calls(&c) || !understand(&c) || !allowed(&c))
		return rq->status;
	if (ent_media_read(ent_http_header(rq, "content-type"), &m) ||
	    !ent_media_is_taxii(&m)) {
		ent_refuse_status(&c, 415, NULL);
		return rq->status;
	}
	return small_enough(&c, max) ? 0 : rq->status;
}
