/* SPDX-License-Identifier: Apache-2.0 */
/*
 * remote_page.c - the client library: pages of a collection, and that one gets on with them.
 */
#include "base/buf.h"
#include "base/limits.h"
#include "base/time.h"
#include "taxii/remote.h"
#include "taxii/taxii_int.h"

static const struct listing {
	const char *tail; /* of the collection's path, or of the object's */
	const char *key;  /* of the list in the answer */
} listings[] = {
	[ENT_LIST_OBJECTS] = { "/objects/", "objects" },
	[ENT_LIST_MANIFEST] = { "/manifest/", "objects" },
	[ENT_LIST_VERSIONS] = { "/versions/", "versions" },
};

static void
put_texts(struct ent_buf *b, const char *name, const struct ent_texts *t)
{
	for (size_t i = 0; i < t->count; i++) {
		if (i)
			ent_buf_ch(b, ',');
		else
			ent_buf_printf(b, "&match%%5B%s%%5D=", name);
		ent_url_put(b, t->list[i]);
	}
}

static void
put_text(struct ent_buf *b, const char *name, struct ent_str value)
{
	if (!value.p)
		return;
	ent_buf_printf(b, "&%s=", name);
	ent_url_put(b, value);
}

static void
put_query(struct ent_buf *b, const struct ent_page_query *q)
{
	put_text(b, "added_after", q->added_after);
	if (q->limit)
		ent_buf_printf(b, "&limit=%zu", q->limit);
	put_texts(b, "id", &q->ids);
	put_texts(b, "type", &q->types);
	put_texts(b, "version", &q->versions);
	put_texts(b, "spec_version", &q->spec_versions);
	put_text(b, "next", q->next);
}

static int
check(const struct ent_page_query *q, struct ent_err *err)
{
	if ((unsigned)q->what > ENT_LIST_VERSIONS)
		return ent_fail(err, ENT_EINVAL, "%d isn't a listing", (int)q->what);
	if (!q->collection.n)
		return ent_fail(err, ENT_EINVAL, "no collection is named");
	if (q->what == ENT_LIST_VERSIONS && !q->object.n)
		return ent_fail(err, ENT_EINVAL, "versions are those of an object: name it");
	if (q->what == ENT_LIST_MANIFEST && q->object.p)
		return ent_fail(err, ENT_EINVAL,
		                "one object has no manifest: filter by its id");
	if (q->added_after.p && ent_time_parse(q->added_after, NULL, NULL))
		return ent_fail(err, ENT_EINVAL, "added_after: %.*s isn't a timestamp in UTC",
		                (int)(q->added_after.n < 60 ? q->added_after.n : 60),
		                q->added_after.p);
	return 0;
}

int
ent_remote_page_path(struct ent_arena *a, const struct ent_page_query *q, struct ent_str *out,
                     struct ent_err *err)
{
	const struct listing *l;
	struct ent_str path, query;
	struct ent_buf b;
	int rc = check(q, err);

	if (rc)
		return rc;
	l = &listings[q->what];
	rc = ent_remote_path(a, q->root, "/collections/", q->collection,
	                     q->object.p ? "/objects/" : l->tail, &path, err);
	if (rc)
		return rc;
	ent_buf_init(&b, ENT_HTTP_HEAD_MAX);
	ent_buf_str(&b, path);
	if (q->object.p) {
		ent_url_put(&b, q->object);
		ent_buf_c(&b, q->what == ENT_LIST_OBJECTS ? "/" : l->tail);
	}
	path.n = b.n;
	put_query(&b, q);
	*out = ent_buf_done(&b, a);
	ent_buf_release(&b);
	if (!out->p)
		return ent_fail(err, ENT_ELIMIT,
		                "the URL of a page is longer than %u bytes: give less filters "
		                "at once",
		                ENT_HTTP_HEAD_MAX);
	if (out->n > path.n) { /* the first of them all begins the query */
		query = ent_arena_dup(a, *out);
		if (!query.p)
			return ent_fail(err, ENT_ENOMEM, "the URL of a page");
		*out = ent_arena_printf(a, "%.*s?%.*s", (int)path.n, query.p,
		                        ENT_FMT(ent_str_from(query, path.n + 1)));
	}
	return out->p ? 0 : ent_fail(err, ENT_ENOMEM, "the URL of a page");
}

/* A date header; absent where it is no timestamp. */
static struct ent_str
date(const struct ent_answer *an, const char *name)
{
	struct ent_str text = ent_answer_header(an, name);

	return text.p && ent_time_parse(text, NULL, NULL) == 0 ? text
	                                                       : (struct ent_str){ NULL, 0 };
}

/* Whether whoever goes on from here gets on. */
static int
check_advance(const struct ent_page_query *q, const struct ent_page_info *p,
              struct ent_err *err)
{
	int64_t last, after;

	if (p->more && !p->next.p && !p->count)
		return ent_fail(
		    err, ENT_EPROTO,
		    "the page is empty, has more to come and no next to ask for it");
	if (p->more && !p->next.p && !p->last.p)
		return ent_fail(err, ENT_EPROTO,
		                "the page has more to come, and neither next nor "
		                "X-TAXII-Date-Added-Last to ask for it");
	if (p->more && p->next.p && q->next.p && ent_str_eq(p->next, q->next))
		return ent_fail(err, ENT_EPROTO, "next is the one that was asked with");
	if (p->last.p && q->added_after.p && ent_time_parse(p->last, &last, NULL) == 0 &&
	    ent_time_parse(q->added_after, &after, NULL) == 0 && p->count && last <= after)
		return ent_fail(err, ENT_EPROTO,
		                "X-TAXII-Date-Added-Last isn't after added_after");
	return 0;
}

int
ent_remote_page(struct ent_remote *r, struct ent_arena *a, const struct ent_page_query *q,
                struct ent_page_info *out, struct ent_err *err)
{
	const struct ent_json *v, *list;
	struct ent_answer an;
	struct ent_str path;
	int rc = ent_remote_page_path(a, q, &path, err);

	*out = (struct ent_page_info){ 0 };
	if (rc == 0)
		rc = ent_taxii_get(ent_remote_client(r), a, path.p, &v, &an, err);
	if (rc)
		return rc;
	list = ent_json_getc(v, listings[q->what].key);
	if (list && !ent_json_is(list, ENT_JSON_ARRAY))
		return ent_fail(err, ENT_EPROTO, "%.200s: %s isn't a list", path.p,
		                listings[q->what].key);
	out->count = ent_json_count(list);
	out->items = out->count ? list : NULL;
	(void)ent_json_bool(ent_json_getc(v, "more"), &out->more);
	out->next = ent_json_getstr(v, "next");
	if (!out->more || !out->next.n)
		out->next = (struct ent_str){ NULL, 0 };
	out->first = date(&an, "x-taxii-date-added-first");
	out->last = date(&an, "x-taxii-date-added-last");
	rc = check_advance(q, out, err);
	return rc ? ent_within(err, rc, "%.200s", path.p) : 0;
}
