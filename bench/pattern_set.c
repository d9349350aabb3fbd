/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pattern_set.c - a hundred thousand mixed indicators against a stream: how long until they are
 * ready, how many observations a second, and what of the machine's memory.
 *
 * The indicators are numbered, and each number gives the same one: of a hundred 30 addresses
 * (some of IPv6), 4 networks, 25 domains, 5 of domain suffixes, 15 URLs, 15 hashes, 5 regular
 * expressions, 1 over time.  An observation is a connection, a name that was looked up, a
 * request or a file, as a sensor sees them; one of a thousand meets an indicator.
 */
#include "pattern.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/limits.h"
#include "pattern/index.h"

#define ROUNDS       5
#define OBSERVATIONS 50000
#define LINES        200000 /* of the log for other programs */
#define LOG_MAX      ((size_t)1 << 30)

static _Noreturn void
die(const char *what, const char *why)
{
	fprintf(stderr, "bench_pattern: %s: %s\n", what, why);
	exit(1);
}

static double
now(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* A number that looks like none: of i, and what it is for. */
static uint64_t
mixed(uint64_t i, uint64_t what)
{
	uint64_t x =
	    (i + 1) * UINT64_C(0x9e3779b97f4a7c15) ^ what * UINT64_C(0xd6e8feb86659fd93);

	x = (x ^ x >> 32) * UINT64_C(0xd6e8feb86659fd93);
	x = (x ^ x >> 29) * UINT64_C(0xbf58476d1ce4e5b9);
	return x ^ x >> 32;
}

enum { NAME = 1, ADDRESS, PORT, FORM, HASH, PATH };

/* ---- values ---- */

static void
word(struct ent_buf *b, uint64_t x, unsigned n)
{
	static const char *const parts[] = { "ba", "co", "de", "fi", "gu",  "ha", "jo", "ke",
		                             "li", "mo", "na", "pe", "qui", "ro", "sa", "tu" };

	for (unsigned i = 0; i < n; i++, x >>= 4)
		ent_buf_c(b, parts[x & 15]);
}

static void
domain(struct ent_buf *b, uint64_t i)
{
	static const char *const tops[] = { "com", "net", "org", "example", "info", "co.uk" };
	uint64_t x = mixed(i, NAME);

	word(b, x >> 8, 5);
	ent_buf_printf(b, "%llu.%s", (unsigned long long)(x >> 28) % 100, tops[x % 6]);
}

static void
address(struct ent_buf *b, uint64_t i)
{
	uint64_t x = mixed(i, ADDRESS);

	if (x % 8 == 0)
		ent_buf_printf(b, "2001:db8:%x:%x::%x", (unsigned)(x >> 8 & 0xffff),
		               (unsigned)(x >> 24 & 0xffff), (unsigned)(x >> 40 & 0xffff) | 1);
	else
		ent_buf_printf(b, "%u.%u.%u.%u", 1 + (unsigned)(x >> 8) % 223,
		               (unsigned)(x >> 16 & 255), (unsigned)(x >> 24 & 255),
		               (unsigned)(x >> 32 & 255));
}

static bool
is_v6(uint64_t i)
{
	return mixed(i, ADDRESS) % 8 == 0;
}

static void
path(struct ent_buf *b, uint64_t i)
{
	static const char *const ends[] = { ".php", ".html", "", ".js", ".exe", "/", ".png" };
	uint64_t x = mixed(i, PATH);

	ent_buf_ch(b, '/');
	word(b, x >> 8, 2 + x % 3);
	ent_buf_ch(b, '/');
	word(b, x >> 30, 3);
	ent_buf_c(b, ends[x % 7]);
	if (x % 5 == 0)
		ent_buf_printf(b, "?id=%llu", (unsigned long long)(x >> 40));
}

static void
hex(struct ent_buf *b, uint64_t i, unsigned digits)
{
	for (unsigned k = 0; k < digits; k += 8)
		ent_buf_printf(b, "%08x", (unsigned)mixed(i, HASH + 16 * k));
}

/* ---- indicators ---- */

static void
regex(struct ent_buf *b, uint64_t i)
{
	uint64_t x = mixed(i, FORM);

	ent_buf_c(b, "[url:value MATCHES '");
	switch (x % 4) {
	case 0:
		ent_buf_c(b, "^https?://[a-z0-9.-]+/");
		word(b, x >> 8, 5);
		ent_buf_c(b, "/[a-z]{3,8}\\\\.php$");
		break;
	case 1:
		ent_buf_c(b, "(?i)/");
		word(b, x >> 8, 6);
		ent_buf_c(b, "\\\\.(exe|dll|scr)");
		break;
	case 2:
		ent_buf_c(b, "\\\\?id=[0-9]+&");
		word(b, x >> 8, 5);
		ent_buf_c(b, "=[0-9a-f]{8,}");
		break;
	default:
		ent_buf_c(b, "^http://(www\\\\.)?");
		word(b, x >> 8, 6);
		ent_buf_c(b, "[0-9]*\\\\.(com|net)/");
	}
	ent_buf_c(b, "']");
}

static void
timed(struct ent_buf *b, uint64_t i)
{
	if (mixed(i, FORM) % 2) {
		ent_buf_c(b, "[domain-name:value = '");
		domain(b, i);
		ent_buf_c(b, "'] FOLLOWEDBY [ipv4-addr:value = '");
		address(b, i * 8 + 1);
		ent_buf_c(b, "'] WITHIN 300 SECONDS");
	} else {
		ent_buf_c(b, "[network-traffic:dst_ref.value = '");
		address(b, i);
		ent_buf_c(b, "' AND network-traffic:dst_port = 22] REPEATS 5 TIMES WITHIN 60 "
		             "SECONDS");
	}
}

/* Indicator i, or (exact) its value alone if it has one: false if not. */
static bool
indicator(struct ent_buf *b, uint64_t i, bool exact)
{
	unsigned kind = (unsigned)(i % 100);
	uint64_t x = mixed(i, FORM);

	if (kind < 30) {
		if (!exact)
			ent_buf_printf(b, "[ipv%c-addr:value = '", is_v6(i) ? '6' : '4');
		address(b, i);
	} else if (kind < 34) {
		if (exact)
			return false;
		ent_buf_printf(b, "[ipv4-addr:value ISSUBSET '%u.%u.%u.0/%u",
		               1 + (unsigned)(x >> 8) % 223, (unsigned)(x >> 16 & 255),
		               (unsigned)(x >> 24 & 255), 17 + (unsigned)(x >> 32) % 12);
	} else if (kind < 59) {
		ent_buf_c(b, exact ? "" : "[domain-name:value = '");
		domain(b, i);
	} else if (kind < 64) {
		if (exact)
			return false;
		ent_buf_c(b, "[domain-name:value LIKE '%.");
		domain(b, i);
	} else if (kind < 79) {
		ent_buf_c(b, exact ? "http://" : "[url:value = 'http://");
		domain(b, i);
		path(b, i);
	} else if (kind < 94) {
		static const char *const names[] = { "MD5", "'SHA-1'", "'SHA-256'" };
		static const unsigned digits[] = { 32, 40, 64 };

		if (!exact)
			ent_buf_printf(b, "[file:hashes.%s = '", names[x % 3]);
		hex(b, i, digits[x % 3]);
	} else {
		if (exact)
			return false;
		if (kind < 99)
			regex(b, i);
		else
			timed(b, i);
		return true;
	}
	ent_buf_c(b, exact ? "" : "']");
	return true;
}

/* ---- observations ---- */

/* What the j-th is about: one of a thousand of an indicator below n, else of a number that none
 * has. */
static uint64_t
about(uint64_t j, size_t n)
{
	return mixed(j, 99) % 1000 == 0 ? mixed(j, 98) % n
	                                : (UINT64_C(1) << 40) + mixed(j, 97) % 1000000;
}

static void
observation(struct ent_buf *b, uint64_t j, size_t n)
{
	uint64_t i = about(j, n), x = mixed(j, FORM);

	ent_buf_printf(b, "[{\"type\":\"ipv4-addr\",\"id\":\"0\",\"value\":\"10.0.%u.%u\"},",
	               (unsigned)(x >> 8 & 3), (unsigned)(x >> 16 & 255));
	ent_buf_printf(b, "{\"type\":\"ipv%c-addr\",\"id\":\"1\",\"value\":\"",
	               is_v6(i) ? '6' : '4');
	address(b, i);
	ent_buf_printf(
	    b,
	    "\"},{\"type\":\"network-traffic\",\"id\":\"2\",\"src_ref\":\"0\",\"dst_ref\":"
	    "\"1\","
	    "\"src_port\":%u,\"dst_port\":%u,\"protocols\":[\"ipv4\",\"tcp\",\"%s\"]}",
	    1024 + (unsigned)(x >> 24) % 60000,
	    x % 4 == 3 ? 22
	    : x % 2    ? 443
		       : 80,
	    x % 2 ? "tls" : "http");
	if (x % 4 < 3) {
		ent_buf_c(b, ",{\"type\":\"domain-name\",\"id\":\"3\",\"value\":\"");
		ent_buf_c(b, x >> 40 & 1 ? "www." : "");
		domain(b, i);
		ent_buf_c(b, "\"}");
	}
	if (x % 4 == 0) {
		ent_buf_c(b, ",{\"type\":\"url\",\"id\":\"4\",\"value\":\"http://");
		domain(b, i);
		path(b, i);
		ent_buf_c(b, "\"}");
	}
	if (x % 4 == 1) {
		ent_buf_c(
		    b, ",{\"type\":\"file\",\"id\":\"5\",\"size\":4711,\"hashes\":{\"MD5\":\"");
		hex(b, i, 32);
		ent_buf_c(b, "\",\"SHA-1\":\"");
		hex(b, i, 40);
		ent_buf_c(b, "\",\"SHA-256\":\"");
		hex(b, i, 64);
		ent_buf_c(b, "\"}}");
	}
	ent_buf_c(b, "]");
}

/* ---- measured ---- */

/* A set of the first n; exact: of those that are one value. */
static struct ent_pattern_set *
made(size_t n, bool exact, double *seconds)
{
	struct ent_pattern_set *s;
	struct ent_err err = { 0 };
	struct ent_arena *a = ent_arena_new((size_t)1 << 30);
	struct ent_str *texts = a ? ent_arena_array(a, n, sizeof(*texts)) : NULL;
	struct ent_buf b;
	double t;

	if (!texts || ent_pattern_set_new(NULL, &s, &err))
		die("set", "no memory");
	ent_buf_init(&b, 1 << 16);
	for (size_t i = 0; i < n; i++) {
		ent_buf_clear(&b);
		if (exact && !indicator(&b, i, true))
			continue;
		ent_buf_clear(&b);
		(void)indicator(&b, i, false);
		texts[i] = ent_buf_done(&b, a);
	}
	t = now();
	for (size_t i = 0; i < n; i++)
		if (texts[i].p && ent_pattern_set_add(s, i, texts[i], &err)) {
			fprintf(stderr, "%.*s\n", ENT_FMT(texts[i]));
			die("add", err.msg);
		}
	*seconds = now() - t;
	ent_buf_release(&b);
	ent_arena_free(a);
	return s;
}

static int
counted(void *self, const struct ent_pattern_hit *h)
{
	size_t *n = self;

	(void)h;
	++*n;
	return 0;
}

/* Seconds of one time through the observations. */
static double
fed(struct ent_pattern_set *s, const struct ent_json *const *list, size_t n, int64_t start)
{
	size_t hits = 0;
	double t = now();

	for (size_t i = 0; i < n; i++) {
		int64_t at = start + (int64_t)i * 1000;
		struct ent_observation o = { i, at, at, 1, list[i] };

		if (ent_pattern_set_feed(s, &o, counted, &hits, NULL))
			die("feed", "failed");
	}
	return now() - t;
}

static int
order(const void *x, const void *y)
{
	double a = *(const double *)x, b = *(const double *)y;

	return (a > b) - (a < b);
}

int
bench_set(size_t n)
{
	struct ent_arena *a = ent_arena_new((size_t)4 << 30);
	struct ent_pattern_set *few, *many;
	struct ent_pattern_stats stats;
	const struct ent_json **list = calloc(OBSERVATIONS, sizeof(*list));
	double t_few, t_many, small[ROUNDS], large[ROUNDS];
	struct ent_buf b;

	if (!a || !list)
		die("observations", "no memory");
	ent_buf_init(&b, 1 << 16);
	for (size_t i = 0; i < OBSERVATIONS; i++) {
		struct ent_err err = { 0 };

		ent_buf_clear(&b);
		observation(&b, i, 1000);
		if (ent_json_parse(a, ent_buf_view(&b), ENT_JSON_DEPTH, &list[i], &err))
			die("observation", err.msg);
	}
	ent_buf_release(&b);
	few = made(1000, false, &t_few);
	many = made(n, false, &t_many);
	for (int r = 0; r < ROUNDS; r++) {
		small[r] = fed(few, list, OBSERVATIONS, r * INT64_C(100000000));
		large[r] = fed(many, list, OBSERVATIONS, r * INT64_C(100000000));
	}
	qsort(small, ROUNDS, sizeof(*small), order);
	qsort(large, ROUNDS, sizeof(*large), order);
	printf("1,000 patterns: %.0f observations/s (%.0f to %.0f)\n",
	       OBSERVATIONS / small[ROUNDS / 2], OBSERVATIONS / small[ROUNDS - 1],
	       OBSERVATIONS / small[0]);
	printf("%zu patterns: %.0f observations/s (%.0f to %.0f), %.2f times the cost\n", n,
	       OBSERVATIONS / large[ROUNDS / 2], OBSERVATIONS / large[ROUNDS - 1],
	       OBSERVATIONS / large[0], large[ROUNDS / 2] / small[ROUNDS / 2]);
	ent_pattern_set_stats(many, &stats);
	printf("ready in %.2f s; %.0f MiB counted; %zu of time; %.3f brackets evaluated and "
	       "%.4f hits "
	       "an observation; %zu kept, %llu dropped, %llu failed\n",
	       t_many, (double)stats.bytes / (1 << 20), stats.timed,
	       (double)stats.candidates / (double)stats.observations,
	       (double)stats.hits / (double)stats.observations, stats.kept,
	       (unsigned long long)stats.dropped, (unsigned long long)stats.failed);
	ent_pattern_set_free(few);
	ent_pattern_set_free(many);
	free(list);
	ent_arena_free(a);
	return 0;
}

/* ---- for other programs ---- */

static FILE *
opened(const char *folder, const char *name)
{
	char at[4096];
	FILE *f;

	(void)snprintf(at, sizeof(at), "%s/%s", folder, name);
	f = fopen(at, "w");
	if (!f)
		die(at, "can't be written");
	return f;
}

int
bench_write(size_t n, const char *folder)
{
	FILE *patterns = opened(folder, "patterns.txt"), *values = opened(folder, "values.txt"),
	     *log = opened(folder, "log.jsonl");
	struct ent_buf b;

	ent_buf_init(&b, 1 << 16);
	for (size_t i = 0; i < n; i++) {
		ent_buf_clear(&b);
		(void)indicator(&b, i, false);
		fprintf(patterns, "%.*s\n", ENT_FMT(ent_buf_view(&b)));
		ent_buf_clear(&b);
		if (indicator(&b, i, true))
			fprintf(values, "%.*s\n", ENT_FMT(ent_buf_view(&b)));
	}
	for (size_t i = 0; i < LINES; i++) {
		ent_buf_clear(&b);
		observation(&b, i, 1000);
		fprintf(log, "%.*s\n", ENT_FMT(ent_buf_view(&b)));
	}
	ent_buf_release(&b);
	return fclose(patterns) || fclose(values) || fclose(log);
}

static int
seen(void *self, const struct ent_pattern_hit *h)
{
	bool *hit = self;

	(void)h;
	*hit = true;
	return 0;
}

static void
read_and_feed(struct ent_pattern_set *s, struct ent_str text, double ready, const char *what)
{
	struct ent_json_parser *p = ent_json_parser_new();
	struct ent_arena *a = ent_arena_new((size_t)1 << 26);
	struct ent_str line;
	size_t lines = 0, hits = 0;
	double t = now();

	if (!p || !a)
		die(what, "no memory");
	while (ent_str_next(&text, '\n', &line)) {
		struct ent_observation o = { lines, (int64_t)lines * 1000,
			                     (int64_t)lines * 1000, 1, NULL };
		bool hit = false;

		if (!line.n)
			continue;
		ent_arena_reset(a);
		if (ent_json_parser_read(p, a, line, ENT_JSON_DEPTH, 0, &o.objects, NULL,
		                         NULL) ||
		    ent_pattern_set_feed(s, &o, seen, &hit, NULL))
			die(what, "failed");
		lines++;
		hits += hit;
	}
	t = now() - t;
	printf("%s: ready in %.2f s, %zu lines in %.2f s (%.0f/s), %.2f s in all; %zu of them "
	       "hit\n",
	       what, ready, lines, t, (double)lines / t, ready + t, hits);
	ent_arena_free(a);
	ent_json_parser_free(p);
}

int
bench_text(size_t n, const char *folder)
{
	struct ent_arena *a = ent_arena_new(LOG_MAX * 2);
	struct ent_err err = { 0 };
	struct ent_str text;
	char path_of[4096];

	(void)snprintf(path_of, sizeof(path_of), "%s/log.jsonl", folder);
	if (!a || ent_file_read(a, path_of, LOG_MAX, &text, &err))
		die(path_of, a ? err.msg : "no memory");
	for (int exact = 1; exact >= 0; exact--) {
		double ready;
		struct ent_pattern_set *s = made(n, exact, &ready);

		read_and_feed(s, text, ready, exact ? "exact values" : "all patterns");
		ent_pattern_set_free(s);
	}
	ent_arena_free(a);
	return 0;
}
