/* SPDX-License-Identifier: Apache-2.0 */
/*
 * client.c - requests of a TAXII client: URLs, media types, errors, and pages that a cursor can
 * advance on.
 */
#include "taxii/client.h"

#include "base/limits.h"
#include "base/time.h"
#include "base/utf8.h"
#include "crypto/random.h"
#include "taxii/retry.h"
#include "taxii/taxii_int.h"

#define URL_MAX ENT_HTTP_HEAD_MAX
/* TAXII 2.0 had one for its resources and one for objects; of both only the start is looked at.
 */
#define OLD         "application/vnd.oasis."
#define OLD_TYPE    OLD "taxii+json; version=2.0"
#define OLD_OBJECTS OLD "stix+json; version=2.0"
#define TEXT_MAX    300 /* of what a server says, in a message of ours */

struct ent_taxii_client {
	struct ent_client *http;
	char *base; /* "https://host:port", without a slash at its end */
	struct ent_taxii_patience patience;
	bool answered; /* it has given an answer before */
	bool old;      /* it speaks TAXII 2.0 */
};

/* The length of "scheme://authority" of a URL; 0 if it is none. */
static size_t
origin(struct ent_str url)
{
	size_t at = ent_str_starts(url, "https://")  ? 8
	            : ent_str_starts(url, "http://") ? 7
	                                             : 0;
	size_t n = at;

	while (at && n < url.n && !strchr("/?#", url.p[n]))
		n++;
	return n > at ? n : 0;
}

int
ent_taxii_open(const char *url, const struct ent_client_config *config,
               struct ent_taxii_client **out, struct ent_err *err)
{
	struct ent_str whole = ent_str_c(url), path;
	size_t n = origin(whole);
	struct ent_taxii_client *c;
	int rc;

	path = ent_str_from(whole, n);
	if (!n || memchr(whole.p, '@', n) || whole.n > URL_MAX)
		return ent_fail(
		    err, ENT_EINVAL,
		    "%.200s isn't a server's address like https://host:port (name and "
		    "password stand beside it, not in it)",
		    url);
	if (!ent_str_is(path, "") && !ent_str_is(path, "/") && !ent_str_is(path, "/taxii2") &&
	    !ent_str_is(path, "/taxii2/"))
		return ent_fail(err, ENT_EINVAL,
		                "%.200s has a path: give the server's address alone, like %.*s",
		                url, (int)n, url);
	c = calloc(1, sizeof(*c));
	if (c)
		c->base = strndup(url, n);
	if (!c || !c->base) {
		ent_taxii_close(c);
		return ent_fail(err, ENT_ENOMEM, "TAXII client");
	}
	rc = ent_client_open(config, &c->http, err);
	if (rc) {
		ent_taxii_close(c);
		return rc;
	}
	*out = c;
	return 0;
}

void
ent_taxii_close(struct ent_taxii_client *c)
{
	if (!c)
		return;
	ent_client_close(c->http);
	free(c->base);
	free(c);
}

const char *
ent_taxii_url(const struct ent_taxii_client *c)
{
	return c->base;
}

int
ent_taxii_pin(struct ent_taxii_client *c, uint8_t pin[32])
{
	return ent_client_pin(c->http, pin);
}

/* The whole URL of a path below the base.  A URL of another server isn't followed: credentials
 * would go there. */
static int
resolve(const struct ent_taxii_client *c, struct ent_arena *a, const char *path,
        struct ent_str *out, struct ent_err *err)
{
	struct ent_str p = ent_str_c(path);
	size_t n = origin(p);

	if (c->old && ent_str_is(p, "/taxii2/"))
		p = ENT_STR("/taxii/");
	if (n && ent_str_caseis((struct ent_str){ p.p, n }, c->base))
		p = ent_str_from(p, n);
	else if (n)
		return ent_fail(
		    err, ENT_EDENIED,
		    "%.200s is on another server than %s, and credentials aren't sent "
		    "there: address it by itself",
		    path, c->base);
	for (size_t i = 0; i < p.n; i++)
		if ((unsigned char)p.p[i] <= ' ' || p.p[i] == 127)
			return ent_fail(err, ENT_EINVAL,
			                "the path has a blank or control character");
	*out = ent_arena_printf(a, "%s%s%.*s", c->base, p.n && p.p[0] == '/' ? "" : "/",
	                        ENT_FMT(p));
	return out->p ? 0 : ent_fail(err, ENT_ENOMEM, "URL");
}

/* What a server says, fit for a line of ours: cut, without control characters. */
static struct ent_str
clean(struct ent_arena *a, struct ent_str s)
{
	struct ent_str copy = ent_arena_dup(a, ent_utf8_cut(s, TEXT_MAX));
	char *p = copy.p ? ent_arena_alloc(a, copy.n + 1) : NULL;

	if (!p)
		return (struct ent_str){ NULL, 0 };
	for (size_t i = 0; i < copy.n; i++)
		p[i] = (unsigned char)copy.p[i] < ' ' || copy.p[i] == 127 ? '?' : copy.p[i];
	return (struct ent_str){ p, copy.n };
}

static int
code_of(int status, struct ent_str error_id)
{
	/* clang-format off */
	static const struct {
		int status, code;
	} codes[] = {
		{ 400, ENT_EINVAL }, { 401, ENT_EAUTH },  { 403, ENT_EDENIED },
		{ 404, ENT_ENOENT }, { 413, ENT_ELIMIT }, { 422, ENT_EINVAL },
		{ 429, ENT_EBUSY },  { 503, ENT_EBUSY },
	};
	/* clang-format on */

	if (status == 403 && ent_str_starts(error_id, "agreement-"))
		return ENT_ESTATE;
	for (size_t i = 0; i < sizeof(codes) / sizeof(*codes); i++)
		if (codes[i].status == status)
			return codes[i].code;
	return ENT_EPROTO;
}

/* An answer that isn't a success, in the server's own words where it has some. */
static int
fail(struct ent_arena *a, struct ent_str url, const struct ent_answer *an, struct ent_err *err)
{
	struct ent_str id, title, description, where;
	const struct ent_json *v = NULL;
	int code;

	if (an->status >= 300 && an->status < 400) {
		where = clean(a, ent_answer_header(an, "location"));
		return ent_fail(err, ENT_EPROTO,
		                "%.*s: status %d sends elsewhere (%.*s), which isn't followed",
		                ENT_FMT(url), an->status, ENT_FMT(where));
	}
	if (ent_json_parse(a, an->body, ENT_JSON_DEPTH, &v, NULL))
		v = NULL;
	id = ent_json_getstr(v, "error_id");
	code = code_of(an->status, id);
	id = clean(a, id);
	title = clean(a, ent_json_getstr(v, "title"));
	description = clean(a, ent_json_getstr(v, "description"));
	return ent_fail(err, code, "%.*s: status %d%s%.*s%s%s%.*s%s%.*s", ENT_FMT(url),
	                an->status, id.n ? " (" : "", ENT_FMT(id), id.n ? ")" : "",
	                title.n ? ": " : "", ENT_FMT(title), description.n ? ": " : "",
	                ENT_FMT(description));
}

void
ent_taxii_speak_20(struct ent_taxii_client *c)
{
	c->old = true;
}

/* What is asked for: 2.0 tells objects from other resources. */
static const char *
accepted(const struct ent_taxii_client *c, struct ent_str url)
{
	if (!c->old)
		return ENT_TAXII_TYPE;
	url.n = ent_str_find(url, '?');
	return memmem(url.p, url.n, "/objects/", 9) ? OLD_OBJECTS : OLD_TYPE;
}

void
ent_taxii_be_patient(struct ent_taxii_client *c, const struct ent_taxii_patience *p)
{
	c->patience = *p;
}

/*
 * Whether the server has had its pause: it was too busy, or the line broke in the midst of
 * reading.  What was sent may have arrived though the answer didn't, so only what reads is sent
 * again.
 */
static bool
waited(struct ent_taxii_client *c, const char *method, const struct ent_answer *raw, int rc,
       unsigned attempt, const struct ent_err *why)
{
	struct ent_str after = ent_answer_header(raw, "retry-after");
	bool broke = rc == ENT_ENET && c->answered && strcmp(method, "GET") == 0;
	uint64_t seconds = 0, ms, number;

	if ((!broke && raw->status != 429 && raw->status != 503) || attempt > c->patience.tries)
		return false;
	if (after.p && ent_retry_after(after, ent_now_us(), &seconds))
		seconds = 0;
	ent_random(&number, sizeof(number));
	return ent_retry_wait(attempt, seconds, number, &ms) == 0 &&
	       c->patience.wait(c->patience.self, ms, why);
}

int
ent_taxii_call(struct ent_taxii_client *c, struct ent_arena *a, const char *method,
               const char *path, struct ent_str body, const char *type, struct ent_answer *raw,
               struct ent_err *err)
{
	struct ent_str url;
	struct ent_err why = { 0 };
	unsigned attempt = 0;
	int rc = resolve(c, a, path, &url, &why);

	if (rc == 0 && c->old && strcmp(method, "GET") != 0)
		rc = ent_fail(&why, ENT_EINVAL, "a server of TAXII 2.0 is only read");
	while (rc == 0) {
		*raw = (struct ent_answer){ .status = 0 };
		rc = ent_client_call(c->http, a, method, url.p, body, type, accepted(c, url),
		                     raw, &why);
		c->answered |= rc == 0;
		if (rc == 0 && raw->status >= 200 && raw->status <= 299)
			break;
		if (rc == 0)
			rc = fail(a, url, raw, &why);
		if (!waited(c, method, raw, rc, ++attempt, &why))
			break;
		rc = 0;
	}
	if (rc && err)
		*err = why;
	return rc;
}

/* A success that has to be TAXII's JSON. */
static int
read_json(const struct ent_taxii_client *c, struct ent_arena *a, const char *path,
          const struct ent_answer *an, const struct ent_json **out, struct ent_err *err)
{
	struct ent_str type = ent_answer_header(an, "content-type");
	struct ent_media m;
	int rc;

	if (!(c->old && ent_str_starts(type, OLD)) &&
	    (!type.p || ent_media_read(type, &m) || !ent_media_is_taxii(&m))) {
		type = clean(a, type);
		if (ent_str_starts(type, "application/vnd.oasis.taxii+json"))
			return ent_fail(err, ENT_EPROTO,
			                "%.200s: this is TAXII 2.0, and not 2.1 (%.*s)", path,
			                ENT_FMT(type));
		return ent_fail(err, ENT_EPROTO,
		                "%.200s: the answer is \"%.*s\" and not " ENT_TAXII_TYPE, path,
		                ENT_FMT(type));
	}
	rc = ent_json_parse(a, an->body, ENT_JSON_DEPTH, out, err);
	if (rc)
		return ent_within(err, rc == ENT_ENOMEM ? rc : ENT_EPROTO, "%.200s", path);
	if (!ent_json_is(*out, ENT_JSON_OBJECT))
		return ent_fail(err, ENT_EPROTO, "%.200s: the answer isn't a JSON object",
		                path);
	return 0;
}

int
ent_taxii_get(struct ent_taxii_client *c, struct ent_arena *a, const char *path,
              const struct ent_json **out, struct ent_answer *raw, struct ent_err *err)
{
	struct ent_answer an = { 0 };
	int rc = ent_taxii_call(c, a, "GET", path, (struct ent_str){ NULL, 0 }, NULL, &an, err);

	if (raw)
		*raw = an;
	return rc ? rc : read_json(c, a, path, &an, out, err);
}

int
ent_taxii_post(struct ent_taxii_client *c, struct ent_arena *a, const char *path,
               struct ent_str envelope, const struct ent_json **status, struct ent_err *err)
{
	struct ent_answer an = { 0 };
	int rc = ent_taxii_call(c, a, "POST", path, envelope, ENT_TAXII_TYPE, &an, err);

	return rc ? rc : read_json(c, a, path, &an, status, err);
}

int
ent_taxii_delete(struct ent_taxii_client *c, struct ent_arena *a, const char *path,
                 struct ent_err *err)
{
	struct ent_answer an = { 0 };

	return ent_taxii_call(c, a, "DELETE", path, (struct ent_str){ NULL, 0 }, NULL, &an,
	                      err);
}

/* ---- pages ---- */

/* ROOT/collections/COLL/objects/?...; a root may have several segments or be a whole URL. */
static struct ent_str
page_path(struct ent_arena *a, struct ent_str root, struct ent_str coll, int64_t added_after,
          struct ent_str next, size_t limit, const char *versions)
{
	size_t n = origin(root);
	struct ent_str rest = ent_str_from(root, n), part, done;
	char date[ENT_TIME_TEXT], sep = '?';
	struct ent_buf b;

	ent_buf_init(&b, URL_MAX);
	ent_buf_put(&b, root.p ? root.p : "", n);
	while (ent_str_next(&rest, '/', &part)) {
		if (!part.n)
			continue;
		ent_buf_ch(&b, '/');
		ent_url_put(&b, part);
	}
	ent_buf_c(&b, "/collections/");
	ent_url_put(&b, coll);
	ent_buf_c(&b, "/objects/");
	if (added_after != INT64_MIN) {
		ent_buf_printf(&b, "%cadded_after=%s", sep,
		               ent_time_text(added_after, 6, date));
		sep = '&';
	}
	if (limit) {
		ent_buf_printf(&b, "%climit=%zu", sep, limit);
		sep = '&';
	}
	if (versions) {
		ent_buf_printf(&b, "%cmatch%%5Bversion%%5D=", sep);
		ent_url_put(&b, ent_str_c(versions));
		sep = '&';
	}
	if (next.p) {
		ent_buf_printf(&b, "%cnext=", sep);
		ent_url_put(&b, next);
	}
	ent_buf_ch(&b, '\0');
	done = ent_buf_done(&b, a);
	ent_buf_release(&b);
	return done;
}

static int64_t
date_of(const struct ent_answer *an, const char *name)
{
	struct ent_str text = ent_answer_header(an, name);
	int64_t us;

	return text.p && ent_time_parse(text, &us, NULL) == 0 ? us : INT64_MIN;
}

static int
read_sequence(const struct ent_answer *an, struct ent_fetched *out, struct ent_err *err)
{
	struct ent_str text = ent_answer_header(an, "entente-sequence");
	size_t dash = ent_str_find(text, '-');

	if (!text.p)
		return 0;
	if (ent_str_u64((struct ent_str){ text.p, dash }, UINT64_MAX, &out->seq_first) ||
	    ent_str_u64(ent_str_from(text, dash + 1), UINT64_MAX, &out->seq_last) ||
	    !out->seq_first || out->seq_last < out->seq_first)
		return ent_fail(err, ENT_EPROTO, "Entente-Sequence isn't two numbers in order");
	return 0;
}

/* Whether a client that goes on from here gets on. */
static int
check_advance(const struct ent_fetched *f, int64_t added_after, struct ent_str next,
              struct ent_err *err)
{
	if (f->count && f->last == INT64_MIN)
		return ent_fail(err, ENT_EPROTO,
		                "the page has no X-TAXII-Date-Added-Last that is a timestamp");
	if (f->count && f->last <= added_after)
		return ent_fail(err, ENT_EPROTO,
		                "X-TAXII-Date-Added-Last isn't after added_after");
	if (f->more && !f->count && !f->next.p)
		return ent_fail(
		    err, ENT_EPROTO,
		    "the page is empty, has more to come and no next to ask for it");
	if (f->more && f->next.p && next.p && ent_str_eq(f->next, next))
		return ent_fail(err, ENT_EPROTO, "next is the one that was asked with");
	return 0;
}

int
ent_taxii_fetch(struct ent_taxii_client *c, struct ent_arena *a, struct ent_str root,
                struct ent_str coll, int64_t added_after, struct ent_str next, size_t limit,
                const char *versions, struct ent_fetched *out, struct ent_err *err)
{
	struct ent_str path = page_path(a, root, coll, added_after, next, limit, versions);
	const struct ent_json *v, *objects;
	struct ent_answer an;
	int rc;

	*out = (struct ent_fetched){ .first = INT64_MIN, .last = INT64_MIN };
	if (!path.p)
		return ent_fail(err, ENT_ELIMIT, "the URL of a page is longer than %u bytes",
		                URL_MAX);
	rc = ent_taxii_get(c, a, path.p, &v, &an, err);
	if (rc)
		return rc;
	objects = ent_json_getc(v, "objects");
	if (objects && !ent_json_is(objects, ENT_JSON_ARRAY))
		return ent_fail(err, ENT_EPROTO, "%.200s: objects isn't a list", path.p);
	out->count = ent_json_count(objects);
	out->objects = out->count ? objects : NULL;
	(void)ent_json_bool(ent_json_getc(v, "more"), &out->more);
	out->next = ent_json_getstr(v, "next");
	if (!out->more || !out->next.n)
		out->next = (struct ent_str){ NULL, 0 };
	out->first = date_of(&an, "x-taxii-date-added-first");
	out->last = date_of(&an, "x-taxii-date-added-last");
	rc = read_sequence(&an, out, err);
	if (!rc)
		rc = check_advance(out, added_after, next, err);
	return rc ? ent_within(err, rc, "%.200s", path.p) : 0;
}
