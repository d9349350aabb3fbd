/* SPDX-License-Identifier: Apache-2.0 */
/*
 * feed.c - feeds: their records, and when they are due.
 */
#include "exchange/feed.h"

#include <stddef.h>

#include "exchange/audit.h"
#include "exchange/book.h"
#include "exchange/exchange_int.h"
#include "exchange/user.h"
#include "json/write.h"

#define RECORD_MAX ((size_t)64 << 10)
#define TEXT_MAX   4096
#define MATCH_MAX  16384
#define SOURCE     "feed:"

struct ent_str
ent_feed_key(struct ent_arena *a, struct ent_str name)
{
	return ent_arena_printf(a, "feed/%.*s", ENT_FMT(name));
}

struct ent_str
ent_feed_source(struct ent_arena *a, struct ent_str name)
{
	return ent_arena_printf(a, SOURCE "%.*s", ENT_FMT(name));
}

/* The texts of a record by their names: read and written by the same table. */
static const struct {
	const char *name;
	size_t at;
	bool needed;
} texts[] = {
	{ "url", offsetof(struct ent_feed_record, url), true },
	{ "root", offsetof(struct ent_feed_record, root), true },
	{ "collection", offsetof(struct ent_feed_record, collection), true },
	{ "match", offsetof(struct ent_feed_record, match), false },
	{ "into", offsetof(struct ent_feed_record, into), false },
	{ "user", offsetof(struct ent_feed_record, user), false },
	{ "cert", offsetof(struct ent_feed_record, cert), false },
	{ "key", offsetof(struct ent_feed_record, key), false },
	{ "ca", offsetof(struct ent_feed_record, ca), false },
	{ "pin", offsetof(struct ent_feed_record, pin), false },
};
#define TEXTS (sizeof(texts) / sizeof(texts[0]))

static struct ent_str
text_of(const struct ent_feed_record *f, size_t i)
{
	struct ent_str s;

	memcpy(&s, (const char *)f + texts[i].at, sizeof(s));
	return s;
}

static int
read_record(struct ent_arena *a, struct ent_str name, struct ent_str value,
            struct ent_feed_record *out, struct ent_err *err)
{
	const struct ent_json *v;
	struct ent_str tlp;
	int64_t secret = 0;
	int rc = ent_json_parse(a, value, ENT_JSON_DEPTH, &v, err);
	bool bad = rc != 0;

	*out = (struct ent_feed_record){ .name = name };
	for (size_t i = 0; !bad && i < TEXTS; i++) {
		struct ent_str s = ent_json_getstr(v, texts[i].name);

		memcpy((char *)out + texts[i].at, &s, sizeof(s));
		bad = texts[i].needed && !s.n;
	}
	tlp = ent_json_getstr(v, "tlp");
	if (bad || (tlp.p && ent_tlp_parse(tlp, &out->tlp)) ||
	    !ent_json_int(ent_json_getc(v, "every"), &out->every) || out->every < 1)
		return rc == ENT_ENOMEM
		           ? rc
		           : ent_fail(err, ENT_ECORRUPT, "the record of feed %.*s is damaged",
		                      ENT_FMT(name));
	(void)ent_json_bool(ent_json_getc(v, "onward"), &out->onward);
	(void)ent_json_int(ent_json_getc(v, "secret"), &secret);
	(void)ent_json_int(ent_json_getc(v, "limit"), &out->limit);
	(void)ent_json_int(ent_json_getc(v, "added"), &out->added);
	out->secret = secret == ENT_FEED_PASSWORD || secret == ENT_FEED_TOKEN
	                  ? (enum ent_feed_secret)secret
	                  : ENT_FEED_NO_SECRET;
	return 0;
}

static struct ent_str
record(struct ent_arena *a, const struct ent_feed_record *f)
{
	struct ent_str text;
	struct ent_buf b;
	struct ent_jw w;

	ent_buf_init(&b, RECORD_MAX);
	ent_jw_init(&w, &b);
	ent_jw_object(&w);
	for (size_t i = 0; i < TEXTS; i++)
		if (text_of(f, i).n)
			ent_jw_kstr(&w, texts[i].name, text_of(f, i));
	if (f->tlp != ENT_TLP_NONE)
		ent_jw_kc(&w, "tlp", ent_tlp_name(f->tlp));
	ent_jw_kbool(&w, "onward", f->onward);
	ent_jw_kint(&w, "secret", f->secret);
	ent_jw_kint(&w, "every", f->every);
	ent_jw_kint(&w, "limit", f->limit);
	ent_jw_kint(&w, "added", f->added);
	ent_jw_end_object(&w);
	text = ent_buf_done(&b, a);
	ent_buf_release(&b);
	return text;
}

int
ent_feed_check(const struct ent_feed_record *f, struct ent_err *err)
{
	if (ent_user_name_check(f->name, NULL) || f->name.p[0] == '.')
		return ent_fail(err, ENT_EINVAL,
		                "a feed's name has 1 to 64 letters, digits, '-', '_' and '.', "
		                "and begins with no dot");
	for (size_t i = 0; i < TEXTS; i++)
		if (text_of(f, i).n >
		    (strcmp(texts[i].name, "match") == 0 ? MATCH_MAX : TEXT_MAX))
			return ent_fail(err, ENT_ELIMIT, "%s is longer than %d bytes",
			                texts[i].name, TEXT_MAX);
	if (f->every < ENT_FEED_EVERY_MIN || f->every > ENT_FEED_EVERY_MAX)
		return ent_fail(err, ENT_EINVAL,
		                "a feed runs at most every %d s, and at least every %d days",
		                ENT_FEED_EVERY_MIN, ENT_FEED_EVERY_MAX / 86400);
	return 0;
}

static int
note(struct ent_exchange *x, struct ent_arena *a, const char *act, struct ent_str name,
     struct ent_err *err)
{
	return ent_audit_note(x, a, act,
	                      ent_arena_printf(a, "{\"feed\":\"%.*s\"}", ENT_FMT(name)), err);
}

static int
add(struct ent_exchange *x, struct ent_arena *a, const struct ent_feed_record *f,
    struct ent_err *err)
{
	struct ent_feed_record now = *f;
	struct ent_feed_record *all;
	struct ent_str text;
	size_t n;
	int rc = ent_feeds(x, a, &all, &n, err);

	if (rc == 0 && n >= ENT_FEEDS_MAX)
		return ent_fail(err, ENT_ELIMIT, "this node has %zu feeds: no more", n);
	for (size_t i = 0; rc == 0 && i < n; i++)
		if (ent_str_eq(all[i].name, f->name))
			return ent_fail(err, ENT_EEXIST, "there is a feed %.*s already",
			                ENT_FMT(f->name));
	if (rc)
		return rc;
	now.added = ent_x_now(x);
	text = record(a, &now);
	rc = text.p ? ent_store_doc_put(x->store, ENT_SPACE_FEED, f->name, text, err)
	            : ent_x_nomem(err);
	return rc ? rc : note(x, a, "feed-add", f->name, err);
}

int
ent_feed_add(struct ent_exchange *x, struct ent_arena *a, const struct ent_feed_record *f,
             struct ent_err *err)
{
	int rc = ent_feed_check(f, err);

	if (rc == 0)
		rc = ent_x_begin(x, err);
	return rc ? rc : ent_x_end(x, add(x, a, f, err), err);
}

int
ent_feed_get(struct ent_exchange *x, struct ent_arena *a, struct ent_str name,
             struct ent_feed_record *out, struct ent_err *err)
{
	struct ent_str value;
	int rc = ent_store_doc_get(x->store, a, ENT_SPACE_FEED, name, &value, err);

	if (rc == ENT_ENOENT)
		return ent_fail(err, rc,
		                "there is no feed %.*s: `entente feed list` shows those "
		                "there are",
		                ENT_FMT(name));
	return rc ? rc : read_record(a, name, value, out, err);
}

int
ent_feeds(struct ent_exchange *x, struct ent_arena *a, struct ent_feed_record **out,
          size_t *count, struct ent_err *err)
{
	struct ent_doc *docs;
	int rc = ent_store_docs(x->store, a, ENT_SPACE_FEED, ENT_STR(""),
	                        (struct ent_str){ NULL, 0 }, ENT_FEEDS_MAX, &docs, count, err);

	if (rc)
		return rc;
	*out = ent_arena_array(a, *count, sizeof(**out));
	if (!*out)
		return ent_x_nomem(err);
	for (size_t i = 0; rc == 0 && i < *count; i++)
		rc = read_record(a, docs[i].key, docs[i].value, &(*out)[i], err);
	return rc;
}

static int
drop(struct ent_exchange *x, struct ent_arena *a, struct ent_str name, struct ent_err *err)
{
	struct ent_str key = ent_feed_key(a, name);
	struct ent_feed_record f;
	int rc = key.p ? ent_feed_get(x, a, name, &f, err) : ent_x_nomem(err);

	if (rc == 0)
		rc = ent_store_doc_del(x->store, ENT_SPACE_FEED, name, err);
	if (rc == 0)
		rc = ent_harvest_forget(x, key, err);
	return rc ? rc : note(x, a, "feed-remove", name, err);
}

int
ent_feed_remove(struct ent_exchange *x, struct ent_arena *a, struct ent_str name,
                struct ent_err *err)
{
	int rc = ent_x_begin(x, err);

	return rc ? rc : ent_x_end(x, drop(x, a, name, err), err);
}

int
ent_feed_state(struct ent_exchange *x, struct ent_arena *a, struct ent_str name,
               struct ent_harvest_state *out, struct ent_err *err)
{
	struct ent_str key = ent_feed_key(a, name);

	return key.p ? ent_harvest_read(x, a, key, out, err) : ent_x_nomem(err);
}

int
ent_feed_of(struct ent_exchange *x, struct ent_arena *a, struct ent_str source,
            struct ent_feed_record *out, struct ent_err *err)
{
	if (!ent_str_starts(source, SOURCE))
		return ent_fail(err, ENT_ENOENT, "%.*s is no feed", ENT_FMT(source));
	return ent_feed_get(x, a, ent_str_from(source, sizeof(SOURCE) - 1), out, err);
}

int64_t
ent_feed_due(const struct ent_feed_record *f, const struct ent_harvest_state *s)
{
	int64_t wait = f->every < ENT_FEED_BACKOFF ? f->every : ENT_FEED_BACKOFF,
		most = f->every > ENT_FEED_BACKOFF_MAX ? f->every : ENT_FEED_BACKOFF_MAX;

	if (s->ended == 0)
		return 0;
	if (s->failures == 0)
		return s->ended + (s->complete ? f->every * 1000000 : 0);
	return s->ended + ent_backoff(wait, most, s->failures) * 1000000;
}

bool
ent_feed_is_due(const struct ent_feed_record *f, const struct ent_harvest_state *s, int64_t now)
{
	int64_t most = f->every > ENT_FEED_BACKOFF_MAX ? f->every : ENT_FEED_BACKOFF_MAX;

	return s->due <= now || s->due - now > most * 1000000;
}
