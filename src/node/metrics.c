/* SPDX-License-Identifier: Apache-2.0 */
/*
 * metrics.c - counters of requests, and their text.
 */
#include "node/metrics.h"

#include <inttypes.h>
#include <stdatomic.h>
#include <stddef.h>

#define SEGMENTS_MAX 8
#define TEXT_MAX     ((size_t)4 << 20)

/* Routes by the number of segments, and what stands at a place; the first that fits. */
/* clang-format off */
static const struct {
	const char *name;
	size_t segments, place;
	const char *word; /* NULL: anything */
} routes[] = {
	{ "discovery",   1, 0, "taxii2" },
	{ "probe",       1, 0, "healthz" },
	{ "probe",       1, 0, "readyz" },
	{ "metrics",     1, 0, "metrics" },
	{ "node",        2, 0, ".well-known" },
	{ "node",        4, 0, "entente" },
	{ "node",        5, 0, "entente" },
	{ "root",        1, 0, NULL },
	{ "collections", 2, 1, "collections" },
	{ "collection",  3, 1, "collections" },
	{ "status",      3, 1, "status" },
	{ "manifest",    4, 3, "manifest" },
	{ "objects",     4, 3, "objects" },
	{ "object",      5, 3, "objects" },
	{ "versions",    6, 5, "versions" },
	{ "other",       0, 0, NULL }, /* the last: all that is left */
};
#define ROUTES (sizeof(routes) / sizeof(routes[0]))

static const int statuses[] = {
	200, 202, 304, 400, 401, 403, 404, 405, 406, 408, 413, 414, 415, 417, 422, 429, 431,
	500, 501, 502, 503, 505, 507, 0 /* the last: any other */
};
#define STATUSES (sizeof(statuses) / sizeof(statuses[0]))

/* Upper bounds of the buckets, microseconds. */
static const int64_t bounds[] = {
	500, 1000, 2500, 5000, 10000, 25000, 50000, 100000, 250000, 500000, 1000000, 2500000,
	10000000
};
/* clang-format on */
#define BOUNDS (sizeof(bounds) / sizeof(bounds[0]))

struct ent_metrics {
	atomic_uint_fast64_t requests[ROUTES][STATUSES];
	atomic_uint_fast64_t bucket[ROUTES][BOUNDS + 1]; /* the last: slower */
	atomic_uint_fast64_t took_us[ROUTES];
	atomic_uint_fast64_t sent, received, transactions;
};

struct ent_metrics *
ent_metrics_new(void)
{
	return calloc(1, sizeof(struct ent_metrics));
}

void
ent_metrics_free(struct ent_metrics *m)
{
	free(m);
}

static size_t
route_of(struct ent_str path)
{
	struct ent_str part[SEGMENTS_MAX], s;
	size_t n = 0;

	if (path.n && path.p[0] == '/')
		path = ent_str_from(path, 1);
	if (path.n && path.p[path.n - 1] == '/')
		path.n--;
	while (path.n && n < SEGMENTS_MAX && ent_str_next(&path, '/', &s))
		part[n++] = s;
	for (size_t i = 0; n && i + 1 < ROUTES; i++)
		if (routes[i].segments == n &&
		    (!routes[i].word || ent_str_is(part[routes[i].place], routes[i].word)))
			return i;
	return ROUTES - 1;
}

const char *
ent_metrics_route(struct ent_str path)
{
	return routes[route_of(path)].name;
}

static void
plus(atomic_uint_fast64_t *to, uint64_t n)
{
	(void)atomic_fetch_add_explicit(to, n, memory_order_relaxed);
}

void
ent_metrics_count(struct ent_metrics *m, const struct ent_http *rq, size_t sent,
                  int64_t took_us)
{
	size_t route = route_of(rq->path), status = 0, b = 0;

	while (status + 1 < STATUSES && statuses[status] != rq->status)
		status++;
	while (b < BOUNDS && took_us > bounds[b])
		b++;
	plus(&m->requests[route][status], 1);
	plus(&m->bucket[route][b], 1);
	plus(&m->took_us[route], took_us > 0 ? (uint64_t)took_us : 0);
	plus(&m->sent, sent);
	plus(&m->received, rq->body.n);
}

void
ent_metrics_transaction(struct ent_metrics *m)
{
	plus(&m->transactions, 1);
}

/* ---- the text ---- */

static void
head(struct ent_buf *b, const char *name, const char *type, const char *help)
{
	ent_buf_printf(b, "# HELP entente_%s %s\n# TYPE entente_%s %s\n", name, help, name,
	               type);
}

static void
one(struct ent_buf *b, const char *name, const char *type, const char *help, uint64_t value)
{
	head(b, name, type, help);
	ent_buf_printf(b, "entente_%s %" PRIu64 "\n", name, value);
}

static void
put_label(struct ent_buf *b, struct ent_str s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '\n') {
			ent_buf_c(b, "\\n");
			continue;
		}
		if (s.p[i] == '"' || s.p[i] == '\\')
			ent_buf_ch(b, '\\');
		ent_buf_ch(b, s.p[i]);
	}
}

/* Rows of one route share a name: the table may have several. */
static uint64_t
of_route(const atomic_uint_fast64_t *first, size_t width, size_t route, size_t at)
{
	uint64_t n = 0;

	for (size_t i = 0; i < ROUTES; i++)
		if (strcmp(routes[i].name, routes[route].name) == 0)
			n += first[i * width + at];
	return n;
}

static bool
is_first(size_t route)
{
	for (size_t i = 0; i < route; i++)
		if (strcmp(routes[i].name, routes[route].name) == 0)
			return false;
	return true;
}

static void
put_requests(struct ent_buf *b, const struct ent_metrics *m)
{
	head(b, "http_requests_total", "counter", "Answered requests.");
	for (size_t r = 0; r < ROUTES; r++)
		for (size_t s = 0; is_first(r) && s < STATUSES; s++) {
			uint64_t n = of_route(m->requests[0], STATUSES, r, s);

			if (n)
				ent_buf_printf(b,
				               "entente_http_requests_total{route=\"%s\","
				               "status=\"%d\"} %" PRIu64 "\n",
				               routes[r].name, statuses[s], n);
		}
}

static void
put_latencies(struct ent_buf *b, const struct ent_metrics *m)
{
	head(b, "http_request_seconds", "histogram", "Time from the head to the answer.");
	for (size_t r = 0; r < ROUTES; r++) {
		uint64_t n = 0;

		for (size_t i = 0; i <= BOUNDS; i++)
			n += of_route(m->bucket[0], BOUNDS + 1, r, i);
		if (!n || !is_first(r))
			continue;
		n = 0;
		for (size_t i = 0; i < BOUNDS; i++) {
			n += of_route(m->bucket[0], BOUNDS + 1, r, i);
			ent_buf_printf(b,
			               "entente_http_request_seconds_bucket{route=\"%s\",le="
			               "\"%g\"} %" PRIu64 "\n",
			               routes[r].name, (double)bounds[i] / 1e6, n);
		}
		n += of_route(m->bucket[0], BOUNDS + 1, r, BOUNDS);
		ent_buf_printf(
		    b,
		    "entente_http_request_seconds_bucket{route=\"%s\",le=\"+Inf\"} %" PRIu64
		    "\n",
		    routes[r].name, n);
		ent_buf_printf(b,
		               "entente_http_request_seconds_sum{route=\"%s\"} %.6f\n"
		               "entente_http_request_seconds_count{route=\"%s\"} %" PRIu64 "\n",
		               routes[r].name, (double)of_route(m->took_us, 1, r, 0) / 1e6,
		               routes[r].name, n);
	}
}

static void
put_feeds(struct ent_buf *b, const struct ent_vitals *v)
{
	static const struct {
		const char *name, *type, *help;
		size_t at;
	} counts[] = {
		{ "feed_objects_total", "counter", "Objects that a feed gave.",
		  offsetof(struct ent_harvest_state, objects) },
		{ "feed_new_total", "counter", "Those that were new.",
		  offsetof(struct ent_harvest_state, fresh) },
		{ "feed_refused_total", "counter", "Those that were refused.",
		  offsetof(struct ent_harvest_state, refused) },
		{ "feed_failures", "gauge",
		  "Runs that failed since the last that went through.",
		  offsetof(struct ent_harvest_state, failures) },
	};
	uint64_t n;

	for (size_t k = 0; v->n_fed && k < sizeof(counts) / sizeof(counts[0]); k++) {
		head(b, counts[k].name, counts[k].type, counts[k].help);
		for (size_t i = 0; i < v->n_fed; i++) {
			memcpy(&n, (const char *)&v->fed[i].state + counts[k].at, sizeof(n));
			ent_buf_printf(b, "entente_%s{feed=\"%.*s\"} %" PRIu64 "\n",
			               counts[k].name, ENT_FMT(v->fed[i].name), n);
		}
	}
	if (v->n_fed)
		head(b, "feed_age_seconds", "gauge",
		     "Time since a feed's last run that went through.");
	for (size_t i = 0; i < v->n_fed; i++)
		if (v->fed[i].state.good)
			ent_buf_printf(b, "entente_feed_age_seconds{feed=\"%.*s\"} %.3f\n",
			               ENT_FMT(v->fed[i].name),
			               (double)(v->now - v->fed[i].state.good) / 1e6);
}

static void
put_vitals(struct ent_buf *b, const struct ent_vitals *v, int64_t database)
{
	one(b, "store_bytes", "gauge", "Size of the database on disk.", (uint64_t)database);
	one(b, "objects", "gauge", "Versions of objects held.", v->objects);
	one(b, "peers", "gauge", "Counterparts known.", v->peers);
	one(b, "agreements", "gauge", "Agreements, in any state.", v->agreements);
	one(b, "users", "gauge", "Local users.", v->users);
	one(b, "tokens", "gauge", "Bearer tokens.", v->tokens);
	one(b, "receipts_waiting", "gauge", "Receipts that their senders have not taken yet.",
	    v->receipts_waiting);
	one(b, "receipts_refused", "gauge", "Receipts that their senders refuse.",
	    v->receipts_refused);
	one(b, "receipts_late", "gauge",
	    "Parts of channels that were read an hour ago or more and not receipted.",
	    v->receipts_late);
	one(b, "receipts_missing", "gauge",
	    "Parts of channels that were read a day ago or more and not receipted.",
	    v->receipts_missing);
	one(b, "receipt_alarms", "gauge",
	    "Receipts of counterparts that do not fit what was sent.", v->receipt_alarms);
	head(b, "collection_objects", "gauge", "Entries of a collection.");
	for (size_t i = 0; i < v->n_collections; i++) {
		ent_buf_printf(b,
		               "entente_collection_objects{id=\"%.*s\",root=\"%.*s\",title=\"",
		               ENT_FMT(v->collections[i].id), ENT_FMT(v->collections[i].root));
		put_label(b, v->collections[i].title);
		ent_buf_printf(b, "\"} %" PRIu64 "\n", v->entries[i]);
	}
	head(b, "sync_age_seconds", "gauge", "Time since the last sync that went through.");
	for (size_t i = 0; i < v->n_synced; i++)
		ent_buf_printf(
		    b, "entente_sync_age_seconds{agreement=\"%.*s\",peer=\"%.*s\"} %.3f\n",
		    ENT_FMT(v->synced[i].agreement), ENT_FMT(v->synced[i].party),
		    (double)(v->now - v->synced[i].at) / 1e6);
	put_feeds(b, v);
}

struct ent_str
ent_metrics_text(const struct ent_metrics *m, struct ent_arena *a, const struct ent_vitals *v,
                 int64_t database)
{
	struct ent_str text;
	struct ent_buf b;

	ent_buf_init(&b, TEXT_MAX);
	put_requests(&b, m);
	put_latencies(&b, m);
	one(&b, "http_sent_bytes_total", "counter", "Bytes of answers.", m->sent);
	one(&b, "http_received_bytes_total", "counter", "Bytes of request bodies.",
	    m->received);
	one(&b, "http_transactions_total", "counter",
	    "Durable transactions of requests that write; those that wait together share one.",
	    m->transactions);
	put_vitals(&b, v, database);
	text = ent_buf_done(&b, a);
	ent_buf_release(&b);
	return text;
}
