/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fake.h - a TAXII port over arrays, the plainest filtering that is right, and requests to it
 * through the loopback.
 *
 * One header, so that fuzz targets can have it too.
 */
#ifndef ENT_TESTS_TAXII_FAKE_H
#define ENT_TESTS_TAXII_FAKE_H
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/time.h"
#include "taxii/server.h"

#define FAKE_RECORDS 512
#define FAKE_DAY     INT64_C(1577836800000000) /* 2020-01-01T00:00:00Z */

struct fake_record {
	char id[64], version[40], spec[8], bytes[256];
	int64_t date;
	bool gone;
};

struct fake {
	struct fake_record records[FAKE_RECORDS];
	size_t n;
	uint64_t generation;
	bool open;     /* no credentials needed */
	bool sequence; /* pages say their sequence numbers */
	bool deaf;     /* the page function gives one record too many, to see it cut */
	int failing;   /* what the page function fails with; 0: it doesn't */
	int logins, pages, posts, deletes;
	struct ent_taxii_query last_delete;
	struct ent_taxii taxii;
	struct ent_http_app app;
};

/* clang-format off */
static const struct fake_collection {
	const char *id, *alias;
	bool can_read, can_write, hidden;
} fake_collections[] = {
	{ "11111111-1111-4111-8111-111111111111", "both",   true,  true,  false },
	{ "22222222-2222-4222-8222-222222222222", "read",   true,  false, false },
	{ "33333333-3333-4333-8333-333333333333", "write",  false, true,  false },
	{ "44444444-4444-4444-8444-444444444444", "none",   false, false, false },
	{ "55555555-5555-4555-8555-555555555555", "hidden", true,  true,  true },
};
/* clang-format on */
#define FAKE_COLLECTIONS (sizeof(fake_collections) / sizeof(*fake_collections))
#define FAKE_MAX_CONTENT 4000

static inline void
fake_add(struct fake *f, const char *id, const char *version, const char *spec)
{
	struct fake_record *r = &f->records[f->n];

	snprintf(r->id, sizeof(r->id), "%s", id);
	snprintf(r->version, sizeof(r->version), "%s", version);
	snprintf(r->spec, sizeof(r->spec), "%s", spec);
	/* Blanks and order as nobody else would write them: the bytes have to come out like
	 * this. */
	snprintf(r->bytes, sizeof(r->bytes),
	         "{ \"id\" :\"%s\",\t\"n\": %zu , \"modified\":\"%s\"}", id, f->n, version);
	r->date = FAKE_DAY + (int64_t)f->n * 1000003;
	f->n++;
}

/* ---- the port ---- */

static inline int
fake_login(void *self, struct ent_arena *a, const struct ent_caller *who, struct ent_err *err)
{
	struct fake *f = self;

	(void)a;
	f->logins++;
	if (f->open || (who->has_pin && who->pin[0] == 7))
		return 0;
	if ((ent_str_is(who->user, "ann") || ent_str_is(who->user, "boss")) &&
	    ent_str_is(who->password, "secret"))
		return 0;
	return ent_fail(err, ENT_EAUTH, "no such caller");
}

static inline struct ent_taxii_root
fake_root_of(const char *path)
{
	return (struct ent_taxii_root){ ent_str_c(path), ent_str_c(path), ENT_STR("A root"),
		                        FAKE_MAX_CONTENT };
}

static inline int
fake_discovery(void *self, struct ent_arena *a, const struct ent_caller *who,
               struct ent_str *title, struct ent_str *description,
               struct ent_taxii_root **roots, size_t *count, int *def, struct ent_err *err)
{
	(void)self;
	(void)who;
	*title = ENT_STR("Test \"node\"");
	*description = ENT_STR("");
	*roots = ent_arena_array(a, 3, sizeof(**roots));
	if (!*roots)
		return ent_fail(err, ENT_ENOMEM, "discovery");
	(*roots)[0] = fake_root_of("alpha");
	(*roots)[1] = fake_root_of("beta");
	(*roots)[2] = fake_root_of("asleep");
	*count = 3;
	*def = 1;
	return 0;
}

static inline int
fake_root(void *self, struct ent_arena *a, const struct ent_caller *who, struct ent_str path,
          struct ent_taxii_root *out, struct ent_err *err)
{
	(void)self;
	(void)a;
	(void)who;
	if (ent_str_is(path, "alpha"))
		*out = fake_root_of("alpha");
	else if (ent_str_is(path, "beta"))
		*out = fake_root_of("beta");
	else
		return ent_fail(err, ENT_ENOENT, "secret: no root %.*s", ENT_FMT(path));
	return 0;
}

static inline bool
fake_may_know(const struct fake_collection *c, const struct ent_caller *who)
{
	return !c->hidden || ent_str_is(who->user, "boss");
}

static inline void
fake_fill(const struct fake_collection *c, struct ent_taxii_collection *out)
{
	*out = (struct ent_taxii_collection){ .id = ent_str_c(c->id),
		                              .alias = ent_str_c(c->alias),
		                              .title = ent_str_c(c->alias),
		                              .can_read = c->can_read,
		                              .can_write = c->can_write };
}

static inline int
fake_check_root(struct ent_str root, struct ent_taxii_denied *denied, struct ent_err *err)
{
	if (ent_str_is(root, "asleep")) {
		denied->error_id = "agreement-suspended";
		return ent_fail(err, ENT_ESTATE, "the agreement is suspended since Monday");
	}
	if (!ent_str_is(root, "alpha") && !ent_str_is(root, "beta"))
		return ent_fail(err, ENT_ENOENT, "secret: no root");
	return 0;
}

static inline int
fake_collections_of(void *self, struct ent_arena *a, const struct ent_caller *who,
                    struct ent_str root, struct ent_taxii_collection **out, size_t *count,
                    struct ent_taxii_denied *denied, struct ent_err *err)
{
	int rc = fake_check_root(root, denied, err);

	(void)self;
	*count = 0;
	if (rc || ent_str_is(root, "beta"))
		return rc;
	*out = ent_arena_array(a, FAKE_COLLECTIONS, sizeof(**out));
	if (!*out)
		return ent_fail(err, ENT_ENOMEM, "collections");
	for (size_t i = 0; i < FAKE_COLLECTIONS; i++)
		if (fake_may_know(&fake_collections[i], who))
			fake_fill(&fake_collections[i], &(*out)[(*count)++]);
	return 0;
}

static inline int
fake_collection(void *self, struct ent_arena *a, const struct ent_caller *who,
                struct ent_str root, struct ent_str coll, struct ent_taxii_collection *out,
                struct ent_taxii_denied *denied, struct ent_err *err)
{
	int rc = fake_check_root(root, denied, err);

	(void)self;
	(void)a;
	if (rc)
		return rc;
	for (size_t i = 0; ent_str_is(root, "alpha") && i < FAKE_COLLECTIONS; i++) {
		const struct fake_collection *c = &fake_collections[i];

		if (!ent_str_is(coll, c->id) && !ent_str_is(coll, c->alias))
			continue;
		if (!fake_may_know(c, who))
			return ent_fail(err, ENT_ENOENT, "secret: not to be known");
		fake_fill(c, out);
		return 0;
	}
	return ent_fail(err, ENT_ENOENT, "no collection");
}

static inline bool
fake_among(const struct ent_str *list, size_t n, struct ent_str s)
{
	for (size_t i = 0; i < n; i++)
		if (ent_str_eq(list[i], s))
			return true;
	return n == 0;
}

static inline int
fake_version_cmp(const char *a, const char *b)
{
	return ent_str_cmp(ent_time_key(ent_str_c(a)), ent_time_key(ent_str_c(b)));
}

/* sign 1: whether r is the last version of its object; -1: the first. */
static inline bool
fake_extreme(const struct fake *f, const struct fake_record *r, int sign)
{
	for (size_t i = 0; i < f->n; i++)
		if (!f->records[i].gone && strcmp(f->records[i].id, r->id) == 0 &&
		    fake_version_cmp(f->records[i].version, r->version) * sign > 0)
			return false;
	return true;
}

static inline bool
fake_newest_spec(const struct fake *f, const struct fake_record *r)
{
	for (size_t i = 0; i < f->n; i++)
		if (!f->records[i].gone && strcmp(f->records[i].id, r->id) == 0 &&
		    strcmp(f->records[i].spec, r->spec) > 0)
			return false;
	return true;
}

static inline bool
fake_version_fits(const struct fake *f, const struct fake_record *r,
                  const struct ent_taxii_query *q)
{
	bool by_default = !q->last && !q->first && !q->all && !q->n_versions;

	if (q->all || ((q->last || by_default) && fake_extreme(f, r, 1)) ||
	    (q->first && fake_extreme(f, r, -1)))
		return true;
	for (size_t i = 0; i < q->n_versions; i++)
		if (ent_str_eq(ent_time_key(q->versions[i]),
		               ent_time_key(ent_str_c(r->version))))
			return true;
	return false;
}

static inline bool
fake_fits(const struct fake *f, const struct fake_record *r, const struct ent_taxii_query *q,
          bool any_spec)
{
	struct ent_str id = ent_str_c(r->id),
		       type = { r->id, (size_t)(strstr(r->id, "--") - r->id) };

	return !r->gone && fake_among(q->ids, q->n_ids, id) &&
	       fake_among(q->types, q->n_types, type) &&
	       fake_among(q->specs, q->n_specs, ent_str_c(r->spec)) &&
	       (q->n_specs || any_spec || fake_newest_spec(f, r)) && fake_version_fits(f, r, q);
}

static inline int
fake_page(void *self, struct ent_arena *a, const struct ent_caller *who, struct ent_str root,
          struct ent_str coll, const struct ent_taxii_query *q, struct ent_taxii_page *out,
          struct ent_taxii_denied *denied, struct ent_err *err)
{
	struct fake *f = self;
	size_t limit = q->limit + f->deaf;

	(void)who;
	(void)root;
	(void)coll;
	(void)denied;
	f->pages++;
	if (f->failing)
		return ent_fail(err, f->failing, "secret: /var/lib/store.db is broken");
	out->sequence = f->sequence;
	out->records = ent_arena_array(a, limit, sizeof(*out->records));
	if (!out->records)
		return ent_fail(err, ENT_ENOMEM, "page");
	for (size_t i = 0; i < f->n; i++) {
		const struct fake_record *r = &f->records[i];

		if (i + 1 <= q->after_seq || r->date <= q->added_after ||
		    !fake_fits(f, r, q, false))
			continue;
		if (out->count == limit) {
			out->more = true;
			break;
		}
		out->records[out->count++] = (struct ent_taxii_record){
			.seq = i + 1,
			.date_added = r->date,
			.id = ent_str_c(r->id),
			.version = ent_str_c(r->version),
			.spec = ent_str_c(r->spec),
			.bytes =
			    q->with_bytes ? ent_str_c(r->bytes) : (struct ent_str){ NULL, 0 },
		};
	}
	return 0;
}

static inline int
fake_post(void *self, struct ent_arena *a, const struct ent_caller *who, struct ent_str root,
          struct ent_str coll, const struct ent_json *objects, struct ent_taxii_status *out,
          struct ent_taxii_denied *denied, struct ent_err *err)
{
	struct fake *f = self;
	size_t n = ent_json_count(objects);
	struct ent_taxii_detail *good = ent_arena_array(a, n, sizeof(*good)),
				*bad = ent_arena_array(a, n, sizeof(*bad));

	(void)who;
	(void)root;
	(void)coll;
	(void)denied;
	if (!good || !bad)
		return ent_fail(err, ENT_ENOMEM, "post");
	f->posts++;
	*out = (struct ent_taxii_status){ .id = ENT_STR("2d086da7-4bdc-4f91-900e-d77486753710"),
		                          .requested = FAKE_DAY,
		                          .total = n,
		                          .successes = good,
		                          .failures = bad };
	for (size_t i = 0; i < n; i++) {
		struct ent_str id = ent_json_getstr(ent_json_at(objects, i), "id");

		if (id.n)
			good[out->success++] = (struct ent_taxii_detail){
				id, ENT_STR("2020-01-01T00:00:00.000Z"), { NULL, 0 }
			};
		else
			bad[out->failure++] =
			    (struct ent_taxii_detail){ ENT_STR("unknown"), ENT_STR(""),
				                       ENT_STR("id is missing") };
	}
	return 0;
}

static inline int
fake_del(void *self, struct ent_arena *a, const struct ent_caller *who, struct ent_str root,
         struct ent_str coll, struct ent_str id, const struct ent_taxii_query *q,
         struct ent_taxii_denied *denied, struct ent_err *err)
{
	struct ent_taxii_query one = *q;
	struct fake *f = self;
	bool any = false;
	bool fits[FAKE_RECORDS];

	(void)a;
	(void)who;
	(void)root;
	(void)coll;
	(void)denied;
	f->last_delete = *q;
	one.ids = &id;
	one.n_ids = 1;
	for (size_t i = 0; i < f->n; i++)
		fits[i] = fake_fits(f, &f->records[i], &one, true);
	for (size_t i = 0; i < f->n; i++) {
		f->records[i].gone |= fits[i];
		any |= fits[i];
	}
	f->deletes += any;
	f->generation++;
	return any ? 0 : ent_fail(err, ENT_ENOENT, "nothing to delete");
}

static inline int
fake_status(void *self, struct ent_arena *a, const struct ent_caller *who, struct ent_str root,
            struct ent_str id, struct ent_taxii_status *out, struct ent_err *err)
{
	(void)self;
	(void)a;
	(void)who;
	if (!ent_str_is(root, "alpha") ||
	    !ent_str_is(id, "2d086da7-4bdc-4f91-900e-d77486753710"))
		return ent_fail(err, ENT_ENOENT, "no status");
	*out = (struct ent_taxii_status){ .id = id, .requested = FAKE_DAY, .total = 1 };
	return 0;
}

static inline uint64_t
fake_generation(void *self, const struct ent_caller *who)
{
	(void)who;
	return ((struct fake *)self)->generation;
}

static inline const uint8_t *
fake_cursor_key(void *self)
{
	static const uint8_t key[32] = { 1, 2, 3 };

	(void)self;
	return key;
}

static const struct ent_taxii_port fake_port = {
	.login = fake_login,
	.discovery = fake_discovery,
	.root = fake_root,
	.collections = fake_collections_of,
	.collection = fake_collection,
	.page = fake_page,
	.post = fake_post,
	.del = fake_del,
	.status = fake_status,
	.generation = fake_generation,
	.cursor_key = fake_cursor_key,
	.page_max = 100,
	.page_default = 10,
};

/* ---- the application around it ---- */

static inline int
fake_admit(struct ent_http *rq, size_t *max)
{
	struct fake *f = rq->app;

	return ent_taxii_admit(&f->taxii, rq, max);
}

static inline bool
fake_writes(const struct ent_http *rq)
{
	return rq->method == ENT_POST || rq->method == ENT_DELETE;
}

static inline void
fake_serve(struct ent_http *rq)
{
	struct fake *f = rq->app;

	ent_taxii_serve(&f->taxii, rq);
}

static inline void
fake_refused(struct ent_http *rq, int status, const char *title)
{
	ent_taxii_error(rq, status, NULL, ent_str_c(title), (struct ent_str){ NULL, 0 });
}

static inline int
fake_batch(void *app, struct ent_err *err)
{
	(void)app;
	(void)err;
	return 0;
}

static inline int
fake_open(void *self, int index, void **app, struct ent_err *err)
{
	(void)index;
	(void)err;
	*app = self;
	return 0;
}

static inline void
fake_close(void *self, void *app)
{
	(void)self;
	(void)app;
}

static inline void
fake_init(struct fake *f)
{
	memset(f, 0, sizeof(*f));
	f->taxii = (struct ent_taxii){ .port = &fake_port, .self = f };
	f->app = (struct ent_http_app){ .self = f,
		                        .open = fake_open,
		                        .close = fake_close,
		                        .admit = fake_admit,
		                        .writes = fake_writes,
		                        .serve = fake_serve,
		                        .batch_begin = fake_batch,
		                        .batch_end = fake_batch,
		                        .fail = fake_refused };
}

/* n objects, each second with two versions, the newer of which came first; specs vary. */
static inline void
fake_populate(struct fake *f, size_t n)
{
	char id[64];

	for (size_t i = 0; i < n; i++) {
		snprintf(id, sizeof(id), "%s--00000000-0000-4000-8000-%012zx",
		         i % 3 ? "indicator" : "malware", i);
		fake_add(f, id, "2020-02-02T00:00:00.000Z", "2.1");
		if (i % 2)
			fake_add(f, id, "2020-02-01T00:00:00.5Z", i % 4 == 1 ? "2.0" : "2.1");
	}
}

/* ---- requests ---- */

#define FAKE_ANN  "Authorization: Basic YW5uOnNlY3JldA==\r\n" /* ann:secret */
#define FAKE_BOSS "Authorization: Basic Ym9zczpzZWNyZXQ=\r\n"

struct fake_answer {
	int status;
	struct ent_str head, body;
};

/* One answer out of what the loopback gave; false if it isn't one. */
static inline bool
fake_split(struct ent_str text, struct fake_answer *out)
{
	const char *end = text.n ? memmem(text.p, text.n, "\r\n\r\n", 4) : NULL;

	if (!end || text.n < 12 || memcmp(text.p, "HTTP/1.1 ", 9) != 0)
		return false;
	out->status = (text.p[9] - '0') * 100 + (text.p[10] - '0') * 10 + (text.p[11] - '0');
	out->head = (struct ent_str){ text.p, (size_t)(end - text.p) + 2 };
	out->body = ent_str_from(text, out->head.n + 2);
	return true;
}

/* The value of a header line of an answer; absent if there is none. */
static inline struct ent_str
fake_header(const struct fake_answer *an, const char *name)
{
	struct ent_str rest = an->head, line;

	while (ent_str_next(&rest, '\n', &line)) {
		size_t colon = ent_str_find(line, ':');

		if (line.n && line.p[line.n - 1] == '\r')
			line.n--;
		if (colon < line.n && ent_str_caseis((struct ent_str){ line.p, colon }, name))
			return ent_str_trim(ent_str_from(line, colon + 1));
	}
	return (struct ent_str){ NULL, 0 };
}

/* headers: lines with their ends, or NULL.  body: NULL for none. */
static inline struct fake_answer
fake_ask(struct ent_arena *a, struct fake *f, const char *method, const char *target,
         const char *headers, const char *body)
{
	struct fake_answer an = { 0 };
	struct ent_buf b;

	ent_buf_init(&b, (size_t)1 << 20);
	ent_buf_printf(&b, "%s %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n%s", method,
	               target, headers ? headers : "");
	if (body)
		ent_buf_printf(&b, "Content-Length: %zu\r\n", strlen(body));
	ent_buf_printf(&b, "\r\n%s", body ? body : "");
	(void)fake_split(ent_http_loopback(a, &f->app, f, ent_buf_view(&b)), &an);
	ent_buf_release(&b);
	return an;
}

#endif
