/* SPDX-License-Identifier: Apache-2.0 */
/*
 * watch_indicators.c - the indicators of files and holdings that are watched for.
 *
 * Of an indicator the newest version counts.  Its validity is that of the time of an
 * observation, not of today: logs may be old.
 */
#include <entente/reader.h>
#include <entente/stix.h>

#include "base/limits.h"
#include "base/time.h"
#include "base/utf8.h"
#include "cli/watch.h"
#include "exchange/holdings.h"

#define DAY        INT64_C(86400000000)
#define PAGE       1000
#define PAGE_ARENA ((size_t)1 << 30)

static int
nomem(struct ent_err *err)
{
	return ent_fail(err, ENT_ENOMEM,
	                "no memory for more indicators: %zu bytes are the most",
	                (size_t)ENT_WATCH_ARENA);
}

static int64_t
time_of(const struct ent_json *v, const char *key, int64_t otherwise)
{
	int64_t us;

	return ent_time_parse(ent_json_getstr(v, key), &us, NULL) ? otherwise : us;
}

/* When its confidence, sinking in a straight line to nothing, is below the least that is asked
 * for. */
static int64_t
decayed(const struct ent_watch *w, const struct ent_watched *i, int64_t base,
        int64_t confidence)
{
	int64_t span = w->decay * DAY;

	if (!w->decay)
		return i->until;
	if (confidence > 0)
		span -=
		    (int64_t)((double)span * (double)w->min_confidence / (double)confidence);
	else
		span = 0;
	return base + span < i->until ? base + span : i->until;
}

/* Fills *i from an indicator; false if it isn't watched for. */
static bool
usable(struct ent_watch *w, const struct ent_json *v, struct ent_watched *i)
{
	struct ent_str type = ent_json_getstr(v, "pattern_type");
	int64_t confidence = 100, base;
	bool revoked = false;

	i->from = time_of(v, "valid_from", INT64_MIN);
	i->until = time_of(v, "valid_until", INT64_MAX);
	(void)ent_json_bool(ent_json_getc(v, "revoked"), &revoked);
	(void)ent_json_int(ent_json_getc(v, "confidence"), &confidence);
	if (revoked) {
		w->revoked++;
		return false;
	}
	if ((type.p && !ent_str_is(type, "stix")) || !ent_json_getstr(v, "pattern").n) {
		w->others++;
		return false;
	}
	if (confidence < w->min_confidence) {
		w->unsure++;
		return false;
	}
	base = i->from > i->version ? i->from : i->version;
	i->until = decayed(w, i, base, confidence);
	return true;
}

static int
room(struct ent_watch *w)
{
	struct ent_watched *p;
	size_t more = w->room ? 2 * w->room : 1024;

	if (w->n < w->room)
		return 0;
	if (more > ENT_WATCH_INDICATORS)
		return ENT_ENOMEM;
	p = realloc(w->list, more * sizeof(*p));
	if (!p)
		return ENT_ENOMEM;
	w->list = p;
	w->room = more;
	return 0;
}

/* The place of an id in the list, new or old, by its number from 1. */
static size_t
number_of(struct ent_watch *w, struct ent_str id)
{
	const size_t *n = ent_map_get(w->ids, id);

	return n ? *n : 0;
}

struct ent_watched *
ent_watch_find(struct ent_watch *w, struct ent_str id)
{
	size_t n = number_of(w, id);

	return n ? &w->list[n - 1] : NULL;
}

static int
add_id(struct ent_watch *w, struct ent_str id, size_t *n)
{
	struct ent_str copy;
	size_t *number;

	if (room(w))
		return ENT_ENOMEM;
	copy = ent_arena_dup(w->kept, id);
	number = ent_arena_alloc(w->kept, sizeof(*number));
	if (!copy.p || !number || ent_map_put(w->ids, copy, number))
		return ENT_ENOMEM;
	*number = w->n + 1;
	w->list[w->n] = (struct ent_watched){ .id = copy, .version = INT64_MIN };
	*n = ++w->n;
	return 0;
}

/* Keeps what hits will tell; the pattern is the set's. */
static int
keep(struct ent_watch *w, const struct ent_json *v, struct ent_watched *i)
{
	const struct ent_json *marks = ent_json_getc(v, "object_marking_refs");
	struct ent_str name = ent_json_getstr(v, "name");

	i->name = name.n ? ent_arena_dup(w->kept, ent_utf8_cut(name, 200)) : name;
	i->markings = ent_json_count(marks) ? ent_arena_dup(w->kept, ent_json_raw(marks))
	                                    : (struct ent_str){ NULL, 0 };
	return (name.n && !i->name.p) || (ent_json_count(marks) && !i->markings.p) ? ENT_ENOMEM
	                                                                           : 0;
}

/* One object of a file or of the holdings. */
static int
consider(struct ent_watch *w, const struct ent_json *v, struct ent_err *err)
{
	struct ent_str id = ent_json_getstr(v, "id");
	int64_t version = time_of(v, "modified", time_of(v, "created", 0));
	struct ent_watched *i;
	size_t n;
	int rc;

	if (!ent_str_is(ent_json_getstr(v, "type"), "indicator") || !id.n)
		return 0;
	n = number_of(w, id);
	if (!n && add_id(w, id, &n))
		return nomem(err);
	i = &w->list[n - 1];
	if (version < i->version || (version == i->version && i->active))
		return 0;
	if (i->active)
		(void)ent_pattern_set_remove(w->set, n);
	i->active = false;
	i->version = version;
	if (!usable(w, v, i))
		return 0;
	rc = keep(w, v, i) ? nomem(err)
	                   : ent_pattern_set_add(w->set, n, ent_json_getstr(v, "pattern"), err);
	if (rc == ENT_ENOMEM)
		return rc;
	if (rc) {
		/* its pattern is none: said once, for its counterpart to be told */
		w->unusable++;
		if (w->unusable <= 5 && err)
			ent_cli_complain(w->c, "%.*s is not watched for: %s", ENT_FMT(id),
			                 err->msg);
		return 0;
	}
	i->active = !i->muted;
	if (i->muted)
		(void)ent_pattern_set_remove(w->set, n);
	return 0;
}

/* An object, or the members of a bundle that came as one. */
static int
item(struct ent_watch *w, struct ent_json_parser *p, struct ent_arena *a, struct ent_str text,
     struct ent_err *err)
{
	const struct ent_json *v, *list;
	size_t n;
	int rc;

	ent_arena_reset(a);
	rc = ent_json_parser_read(p, a, text, ENT_JSON_DEPTH, ENT_JSON_BORROW | ENT_JSON_WIDE,
	                          &v, NULL, err);
	if (rc || ent_stix_members(v, &list, &n, NULL))
		return rc;
	for (size_t i = 0; rc == 0 && i < n; i++)
		rc = consider(w, list ? ent_json_at(list, i) : v, err);
	return rc;
}

int
ent_watch_file(struct ent_watch *w, const char *path, struct ent_err *err)
{
	struct ent_json_parser *p = ent_json_parser_new();
	struct ent_arena *a = ent_arena_new(ENT_DOC_ARENA(ENT_ITEM_MAX));
	struct ent_source *s = NULL;
	struct ent_reader *r = NULL;
	struct ent_item it;
	int rc = p && a ? ent_source_open(path, &s, err) : ent_cli_nomem(err);

	if (rc == 0)
		rc = ent_reader_new(ent_source_read, s, NULL, &r, err);
	while (rc == 0) {
		rc = ent_reader_next(r, &it, err);
		if (rc <= 0)
			break;
		rc = 0;
		if (it.kind == ENT_ITEM_FAULT)
			rc = ent_fail(err, ENT_EPARSE, "line %llu: %s",
			              (unsigned long long)it.at.line, it.text);
		else if (it.kind == ENT_ITEM_OBJECT)
			rc = item(w, p, a, it.bytes, err);
		if (rc && it.kind == ENT_ITEM_OBJECT)
			(void)ent_within(err, rc, "line %llu", (unsigned long long)it.at.line);
	}
	ent_reader_free(r);
	ent_source_close(s);
	ent_arena_free(a);
	ent_json_parser_free(p);
	return rc ? ent_within(err, rc, "%s", path) : 0;
}

int
ent_watch_holdings(struct ent_watch *w, struct ent_err *err)
{
	struct ent_json_parser *p = ent_json_parser_new();
	struct ent_arena *a = ent_arena_new(PAGE_ARENA), *each = ent_arena_new(PAGE_ARENA);
	size_t n = PAGE;
	int rc = p && a && each ? 0 : ent_cli_nomem(err);

	while (rc == 0 && n == PAGE) {
		struct ent_holdings_query q = { .type = ENT_STR("indicator"),
			                        .after = w->after,
			                        .limit = PAGE,
			                        .all_versions = true,
			                        .with_bytes = true };
		struct ent_held *page;

		ent_arena_reset(a);
		rc = ent_holdings_list(w->c->x, a, &q, &page, &n, err);
		for (size_t i = 0; rc == 0 && i < n; i++) {
			const struct ent_json *v;

			ent_arena_reset(each);
			rc = ent_json_parser_read(p, each, page[i].bytes, ENT_JSON_DEPTH,
			                          ENT_JSON_WIDE, &v, NULL, err);
			if (rc == 0)
				rc = consider(w, v, err);
			w->after = page[i].oid;
		}
	}
	ent_arena_free(each);
	ent_arena_free(a);
	ent_json_parser_free(p);
	return rc;
}
