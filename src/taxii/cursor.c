/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cursor.c - the text of next: a position and the query it belongs to, under a MAC.
 *
 * Nothing about a cursor is kept: it works after a restart, twice, and on another thread.
 * Layout, all big endian: version (1), flags (1), sequence number (8), date_added (8),
 * added_after (8), limit (4), then the filters or, where those are long, a MAC of them (16),
 * and at the end the MAC of all this and of the place it is for (16).
 */
#include "base/enc.h"
#include "base/limits.h"
#include "crypto/random.h"
#include "taxii/taxii_int.h"

#define VERSION 1
#define FIXED   30
#define MAC     16

enum flag { FLAG_HASHED = 1, FLAG_LAST = 2, FLAG_FIRST = 4, FLAG_ALL = 8 };

static void
put(struct ent_buf *b, uint64_t v, unsigned bytes)
{
	while (bytes--)
		ent_buf_ch(b, (char)(v >> (8 * bytes)));
}

static uint64_t
take(struct ent_str *s, unsigned bytes)
{
	uint64_t v = 0;

	if (s->n < bytes) { /* what follows is then not there either */
		*s = (struct ent_str){ NULL, 0 };
		return 0;
	}
	for (unsigned i = 0; i < bytes; i++)
		v = v << 8 | (uint8_t)s->p[i];
	*s = ent_str_from(*s, bytes);
	return v;
}

static void
put_list(struct ent_buf *b, const struct ent_str *list, size_t n)
{
	put(b, n, 2);
	for (size_t i = 0; i < n; i++) {
		put(b, list[i].n, 2);
		ent_buf_str(b, list[i]);
	}
}

static int
take_list(struct ent_arena *a, struct ent_str *s, const struct ent_str **list, size_t *n)
{
	struct ent_str *to;

	*n = (size_t)take(s, 2);
	if (*n > s->n / 2)
		return ENT_EPARSE;
	to = ent_arena_array(a, *n, sizeof(*to));
	if (!to)
		return ENT_ENOMEM;
	for (size_t i = 0; i < *n; i++) {
		size_t len = (size_t)take(s, 2);

		if (len > s->n)
			return ENT_EPARSE;
		to[i] = (struct ent_str){ s->p, len };
		*s = ent_str_from(*s, len);
	}
	*list = to;
	return 0;
}

static void
put_filters(struct ent_buf *b, const struct ent_taxii_query *q)
{
	put_list(b, q->ids, q->n_ids);
	put_list(b, q->types, q->n_types);
	put_list(b, q->specs, q->n_specs);
	put_list(b, q->versions, q->n_versions);
}

static int
take_filters(struct ent_arena *a, struct ent_str s, struct ent_taxii_query *q)
{
	int rc = take_list(a, &s, &q->ids, &q->n_ids);

	rc = rc ? rc : take_list(a, &s, &q->types, &q->n_types);
	rc = rc ? rc : take_list(a, &s, &q->specs, &q->n_specs);
	rc = rc ? rc : take_list(a, &s, &q->versions, &q->n_versions);
	return rc ? rc : s.n ? ENT_EPARSE : 0;
}

/* The filters of q in a buffer of their own, which the caller releases. */
static struct ent_str
filters(struct ent_buf *b, const struct ent_taxii_query *q)
{
	ent_buf_init(b, (size_t)1 << 20);
	put_filters(b, q);
	return ent_buf_view(b);
}

static unsigned
which(const struct ent_taxii_query *q)
{
	return (q->last ? FLAG_LAST : 0) | (q->first ? FLAG_FIRST : 0) |
	       (q->all ? FLAG_ALL : 0);
}

/* The MAC of a cursor's content at its place. */
static bool
sign(const uint8_t key[32], const struct ent_scope *scope, struct ent_str content,
     uint8_t mac[MAC])
{
	struct ent_str path = ent_str_c(scope->path);
	const struct ent_str place[] = { path, scope->root, scope->coll, scope->object };
	struct ent_buf b;
	bool ok;

	ent_buf_init(&b, (size_t)1 << 20);
	for (size_t i = 0; i < sizeof(place) / sizeof(*place); i++) {
		put(&b, place[i].n, 4);
		ent_buf_str(&b, place[i]);
	}
	ent_buf_str(&b, content);
	ok = ent_buf_ok(&b);
	if (ok)
		ent_mac(key, ent_buf_view(&b), mac);
	ent_buf_release(&b);
	return ok;
}

/* Base64 with the alphabet for URLs and without padding (RFC 4648, 5 and 3.2). */
static struct ent_str
url_text(struct ent_arena *a, struct ent_str raw)
{
	char *to = ent_arena_alloc(a, ENT_B64_LEN(raw.n) + 1);
	size_t n = 0;

	if (!to)
		return (struct ent_str){ NULL, 0 };
	ent_b64((const uint8_t *)raw.p, raw.n, to);
	for (; to[n] && to[n] != '='; n++)
		to[n] = to[n] == '+' ? '-' : (char)(to[n] == '/' ? '_' : to[n]);
	return (struct ent_str){ to, n };
}

static int
url_bytes(struct ent_arena *a, struct ent_str text, struct ent_str *out)
{
	char *padded = ent_arena_alloc(a, text.n + 4);
	uint8_t *to = ent_arena_alloc(a, text.n + 4);
	size_t n = text.n;

	if (!padded || !to)
		return ENT_ENOMEM;
	for (size_t i = 0; i < n; i++) {
		char c = text.p[i];

		if (c == '+' || c == '/' || c == '=')
			return ENT_EPARSE;
		padded[i] = c == '-' ? '+' : (char)(c == '_' ? '/' : c);
	}
	while (n % 4)
		padded[n++] = '=';
	if (ent_unb64((struct ent_str){ padded, n }, to, &n))
		return ENT_EPARSE;
	*out = (struct ent_str){ (const char *)to, n };
	return 0;
}

struct ent_str
ent_cursor_print(struct ent_arena *a, const uint8_t key[32], const struct ent_scope *scope,
                 const struct ent_taxii_query *q, struct ent_position at)
{
	struct ent_buf b, f;
	struct ent_str list = filters(&f, q), text = { NULL, 0 };
	bool hashed = list.n > ENT_CURSOR_FILTERS;
	uint8_t mac[MAC];

	ent_buf_init(&b, ENT_CURSOR_TEXT);
	put(&b, VERSION, 1);
	put(&b, which(q) | (hashed ? FLAG_HASHED : 0), 1);
	put(&b, at.seq, 8);
	put(&b, (uint64_t)at.date_added, 8);
	put(&b, (uint64_t)q->added_after, 8);
	put(&b, q->limit, 4);
	if (hashed) {
		ent_mac(key, list, mac);
		ent_buf_put(&b, mac, MAC);
	} else {
		ent_buf_str(&b, list);
	}
	if (ent_buf_ok(&f) && ent_buf_ok(&b) && sign(key, scope, ent_buf_view(&b), mac)) {
		ent_buf_put(&b, mac, MAC);
		if (ent_buf_ok(&b))
			text = url_text(a, ent_buf_view(&b));
	}
	ent_buf_release(&b);
	ent_buf_release(&f);
	return text;
}

static bool
same_list(const struct ent_str *a, size_t n_a, const struct ent_str *b, size_t n_b)
{
	if (n_a != n_b)
		return false;
	for (size_t i = 0; i < n_a; i++)
		if (!ent_str_eq(a[i], b[i]))
			return false;
	return true;
}

static int
foreign(struct ent_err *err, const char *what)
{
	return ent_fail(err, ENT_EINVAL,
	                "next belongs to another query: %s; begin again with added_after",
	                what);
}

/* A filter of the request has to be the cursor's; one that it leaves out is the cursor's. */
static int
merge_filters(struct ent_asked *asked, const struct ent_taxii_query *c, struct ent_err *err)
{
	struct ent_taxii_query *q = &asked->q;

	if (asked->given & ENT_ASK_ID && !same_list(q->ids, q->n_ids, c->ids, c->n_ids))
		return foreign(err, "match[id] differs");
	if (asked->given & ENT_ASK_TYPE &&
	    !same_list(q->types, q->n_types, c->types, c->n_types))
		return foreign(err, "match[type] differs");
	if (asked->given & ENT_ASK_SPEC &&
	    !same_list(q->specs, q->n_specs, c->specs, c->n_specs))
		return foreign(err, "match[spec_version] differs");
	if (asked->given & ENT_ASK_VERSION &&
	    (which(q) != which(c) ||
	     !same_list(q->versions, q->n_versions, c->versions, c->n_versions)))
		return foreign(err, "match[version] differs");
	q->ids = c->ids;
	q->n_ids = c->n_ids;
	q->types = c->types;
	q->n_types = c->n_types;
	q->specs = c->specs;
	q->n_specs = c->n_specs;
	q->versions = c->versions;
	q->n_versions = c->n_versions;
	q->last = c->last;
	q->first = c->first;
	q->all = c->all;
	return 0;
}

/* Where the cursor has only a MAC of its filters the request has to repeat them all. */
static int
check_hashed(const uint8_t key[32], const struct ent_asked *asked,
             const struct ent_taxii_query *c, struct ent_str hash, struct ent_err *err)
{
	uint8_t mac[MAC];
	struct ent_buf f;
	struct ent_str list = filters(&f, &asked->q);
	bool same;

	if (!ent_buf_ok(&f)) {
		ent_buf_release(&f);
		return ent_fail(err, ENT_ENOMEM, "next");
	}
	ent_mac(key, list, mac);
	ent_buf_release(&f);
	same = hash.n == MAC && ent_same(mac, hash.p, MAC) && which(&asked->q) == which(c);
	return same
	           ? 0
	           : foreign(err, "repeat the match parameters of the first page as they were");
}

/* The content of a cursor that is ours and for this place. */
static int
verify(struct ent_arena *a, const uint8_t key[32], const struct ent_scope *scope,
       struct ent_str text, struct ent_str *content, struct ent_err *err)
{
	static const char bad[] =
	    "next isn't one that this resource gave: begin again with added_after";
	uint8_t mac[MAC];
	struct ent_str raw;
	int rc = text.n > ENT_CURSOR_TEXT ? ENT_EPARSE : url_bytes(a, text, &raw);

	if (rc == ENT_ENOMEM)
		return ent_fail(err, rc, "next");
	if (rc || raw.n < FIXED + MAC)
		return ent_fail(err, ENT_EINVAL, "%s", bad);
	*content = (struct ent_str){ raw.p, raw.n - MAC };
	if (!sign(key, scope, *content, mac))
		return ent_fail(err, ENT_ENOMEM, "next");
	if (!ent_same(mac, raw.p + content->n, MAC) || content->p[0] != VERSION)
		return ent_fail(err, ENT_EINVAL, "%s", bad);
	return 0;
}

int
ent_cursor_apply(struct ent_arena *a, const uint8_t key[32], const struct ent_scope *scope,
                 size_t page_max, struct ent_asked *asked, struct ent_err *err)
{
	struct ent_taxii_query c = { 0 }, *q = &asked->q;
	struct ent_str s;
	unsigned flags;
	int rc = verify(a, key, scope, asked->next, &s, err);

	if (rc)
		return rc;
	(void)take(&s, 1);
	flags = (unsigned)take(&s, 1);
	c.after_seq = take(&s, 8);
	asked->cursor_date = (int64_t)take(&s, 8);
	c.added_after = (int64_t)take(&s, 8);
	c.limit = (size_t)take(&s, 4);
	c.last = flags & FLAG_LAST;
	c.first = flags & FLAG_FIRST;
	c.all = flags & FLAG_ALL;
	if (flags & FLAG_HASHED) {
		rc = check_hashed(key, asked, &c, s, err);
	} else {
		rc = take_filters(a, s, &c);
		if (rc)
			return ent_fail(err, rc == ENT_ENOMEM ? rc : ENT_EINVAL,
			                "next can't be read");
		rc = merge_filters(asked, &c, err);
	}
	if (rc)
		return rc;
	/* A client that moves added_after along with its pages asks for the same records still.
	 */
	if (asked->given & ENT_ASK_AFTER && q->added_after != c.added_after &&
	    q->added_after > asked->cursor_date)
		return foreign(err, "added_after is later than the page before");
	q->added_after = c.added_after;
	q->after_seq = c.after_seq;
	if (!(asked->given & ENT_ASK_LIMIT))
		q->limit = c.limit && c.limit < page_max ? c.limit : page_max;
	return 0;
}
