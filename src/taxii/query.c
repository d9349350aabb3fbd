/* SPDX-License-Identifier: Apache-2.0 */
/*
 * query.c - the query of a URL (TAXII 2.1, 3.4): added_after, limit, next and match[...].
 */
#include "base/limits.h"
#include "base/time.h"
#include "taxii/taxii_int.h"

/* What the readers of values work on. */
struct reading {
	struct ent_arena *arena;
	struct ent_asked *out;
	size_t page_max;
	struct ent_err *err;
};

static int
read_after(struct reading *r, struct ent_str v)
{
	if (ent_time_parse(v, &r->out->q.added_after, NULL))
		return ent_fail(
		    r->err, ENT_EINVAL,
		    "added_after isn't a timestamp like 2016-01-01T01:01:01.000000Z");
	return 0;
}

static int
read_limit(struct reading *r, struct ent_str v)
{
	size_t zeros = 0;
	uint64_t n = 0;

	while (zeros < v.n && v.p[zeros] == '0')
		zeros++;
	for (size_t i = zeros; i < v.n; i++) {
		if (v.p[i] < '0' || v.p[i] > '9')
			return ent_fail(r->err, ENT_EINVAL, "limit isn't a positive integer");
		n = n > r->page_max ? n : n * 10 + (uint64_t)(v.p[i] - '0');
	}
	if (n == 0)
		return ent_fail(r->err, ENT_EINVAL, "limit isn't a positive integer");
	r->out->q.limit = n > r->page_max ? r->page_max : (size_t)n;
	return 0;
}

static int
read_next(struct reading *r, struct ent_str v)
{
	r->out->next = v;
	if (v.n == 0) /* MISP sends it so on the first page */
		r->out->given &= ~(unsigned)ENT_ASK_NEXT;
	return 0;
}

static bool
among(const struct ent_str *list, size_t n, struct ent_str s)
{
	for (size_t i = 0; i < n; i++)
		if (ent_str_eq(list[i], s))
			return true;
	return false;
}

/* A comma list; a value that comes twice is kept once. */
static int
read_list(struct reading *r, const char *name, struct ent_str v, const struct ent_str **list,
          size_t *n)
{
	struct ent_str *to, part;
	size_t values = 1;

	for (size_t i = 0; i < v.n; i++)
		values += v.p[i] == ',';
	if (values > ENT_MATCH_MAX)
		return ent_fail(r->err, ENT_EINVAL, "%s has %zu values, %d are allowed", name,
		                values, ENT_MATCH_MAX);
	to = ent_arena_array(r->arena, values, sizeof(*to));
	if (!to)
		return ent_fail(r->err, ENT_ENOMEM, "%s", name);
	*list = to;
	*n = 0;
	while (ent_str_next(&v, ',', &part)) {
		if (!part.n)
			return ent_fail(r->err, ENT_EINVAL, "%s has an empty value", name);
		if (!among(to, *n, part))
			to[(*n)++] = part;
	}
	return 0;
}

static int
read_ids(struct reading *r, struct ent_str v)
{
	return read_list(r, "match[id]", v, &r->out->q.ids, &r->out->q.n_ids);
}

static int
read_types(struct reading *r, struct ent_str v)
{
	return read_list(r, "match[type]", v, &r->out->q.types, &r->out->q.n_types);
}

static int
read_specs(struct reading *r, struct ent_str v)
{
	return read_list(r, "match[spec_version]", v, &r->out->q.specs, &r->out->q.n_specs);
}

/* last, first and all are flags, the rest timestamps; none twice, all alone (TAXII 2.1, 3.4.1).
 */
static int
read_versions(struct reading *r, struct ent_str v)
{
	struct ent_taxii_query *q = &r->out->q;
	const struct {
		const char *word;
		bool *flag;
	} words[] = { { "last", &q->last }, { "first", &q->first }, { "all", &q->all } };
	struct ent_str *to, part;
	size_t values = 0, commas = 0;

	for (size_t i = 0; i < v.n; i++)
		commas += v.p[i] == ',';
	if (commas >= ENT_MATCH_MAX)
		return ent_fail(r->err, ENT_EINVAL,
		                "match[version] has %zu values, %d are allowed", commas + 1,
		                ENT_MATCH_MAX);
	to = ent_arena_array(r->arena, commas + 1, sizeof(*to));
	if (!to)
		return ent_fail(r->err, ENT_ENOMEM, "match[version]");
	q->versions = to;
	while (ent_str_next(&v, ',', &part)) {
		size_t w = 0;
		bool twice = false;

		values++;
		while (w < 3 && !ent_str_is(part, words[w].word))
			w++;
		if (w < 3) {
			twice = *words[w].flag;
			*words[w].flag = true;
		} else if (ent_time_parse(part, NULL, NULL)) {
			return ent_fail(
			    r->err, ENT_EINVAL,
			    "match[version] takes last, first, all and timestamps like "
			    "2016-01-01T01:01:01.000Z");
		} else {
			for (size_t i = 0; i < q->n_versions; i++)
				twice |= ent_str_eq(ent_time_key(to[i]), ent_time_key(part));
			to[q->n_versions++] = part;
		}
		if (twice)
			return ent_fail(r->err, ENT_EINVAL, "match[version] has %.*s twice",
			                ENT_FMT(part));
	}
	if (q->all && values > 1)
		return ent_fail(r->err, ENT_EINVAL,
		                "match[version]=all goes with no other version");
	return 0;
}

/* clang-format off */
static const struct param {
	const char *name;
	unsigned bit;
	int (*read)(struct reading *r, struct ent_str v);
} params[] = {
	{ "added_after",         ENT_ASK_AFTER,   read_after },
	{ "limit",               ENT_ASK_LIMIT,   read_limit },
	{ "next",                ENT_ASK_NEXT,    read_next },
	{ "match[id]",           ENT_ASK_ID,      read_ids },
	{ "match[type]",         ENT_ASK_TYPE,    read_types },
	{ "match[version]",      ENT_ASK_VERSION, read_versions },
	{ "match[spec_version]", ENT_ASK_SPEC,    read_specs },
};
/* clang-format on */

static const struct param *
find(struct ent_str name)
{
	for (size_t i = 0; i < sizeof(params) / sizeof(*params); i++)
		if (ent_str_is(name, params[i].name))
			return &params[i];
	return NULL;
}

static int
bad_text(struct reading *r, int rc, const char *what)
{
	return rc == ENT_ENOMEM
	           ? ent_fail(r->err, rc, "%s", what)
	           : ent_fail(r->err, ENT_EINVAL, "%s isn't percent-encoded UTF-8", what);
}

static int
read_param(struct reading *r, unsigned asks, unsigned *seen, struct ent_str text)
{
	size_t eq = ent_str_find(text, '=');
	struct ent_str name, v;
	const struct param *p;

	int rc = ent_http_decode(r->arena, (struct ent_str){ text.p, eq }, true, &name);

	if (rc)
		return bad_text(r, rc, "the query");
	p = find(name);
	if (!p && (ent_str_is(name, "match") || ent_str_starts(name, "match[")))
		return ent_fail(
		    r->err, ENT_EINVAL,
		    "%.*s isn't known: there are match[id], match[type], match[version] and "
		    "match[spec_version]",
		    (int)(name.n < 64 ? name.n : 64), name.p);
	if (!p)
		return 0;
	if (!(asks & p->bit))
		return ent_fail(r->err, ENT_EINVAL, "%s isn't for this resource", p->name);
	if (*seen & p->bit)
		return ent_fail(r->err, ENT_EINVAL, "%s comes more than once", p->name);
	rc = ent_http_decode(r->arena, ent_str_from(text, eq + 1), true, &v);
	if (rc)
		return bad_text(r, rc, p->name);
	*seen |= p->bit;
	r->out->given |= p->bit;
	return p->read(r, v);
}

int
ent_query_read(struct ent_arena *a, struct ent_str text, unsigned asks, size_t page_default,
               size_t page_max, struct ent_asked *out, struct ent_err *err)
{
	struct reading r = { a, out, page_max ? page_max : ENT_PAGE_MAX, err };
	struct ent_str part;
	unsigned seen = 0;

	*out = (struct ent_asked){ .q = { .added_after = INT64_MIN } };
	out->q.limit = page_default ? page_default : ENT_PAGE_DEFAULT;
	if (out->q.limit > r.page_max)
		out->q.limit = r.page_max;
	while (ent_str_next(&text, '&', &part)) {
		int rc = part.n ? read_param(&r, asks, &seen, part) : 0;

		if (rc)
			return rc;
	}
	return 0;
}
