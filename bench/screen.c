/* SPDX-License-Identifier: Apache-2.0 */
/*
 * screen.c - names looked for on lists, on one processor: queries a second, the time of twenty
 * at once, the index's time and memory; beside it what folding alone takes, and a scan of all
 * names with Jaro-Winkler.
 *
 * Usage: build/bench/bench_screen NAMES LIST...
 * NAMES has a name a line, of people who are on no list.  Rates are the best of three rounds,
 * in processor time.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/file.h"
#include "base/limits.h"
#include "intake/list.h"
#include "screen/index.h"

#define ROUNDS 3
#define GROUP  20
#define LARGE  200000
#define SCANS  50

struct names {
	struct ent_arena *a;
	struct ent_str *p;
	size_t n, room;
};

static _Noreturn void
die(const char *what, const char *why)
{
	fprintf(stderr, "bench_screen: %s: %s\n", what, why);
	exit(1);
}

static double
now(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void
put(struct names *to, struct ent_str s)
{
	if (to->n == to->room) {
		to->room = to->room ? to->room * 2 : 1024;
		to->p = realloc(to->p, to->room * sizeof(*to->p));
		if (!to->p)
			die("names", "no memory");
	}
	to->p[to->n++] = ent_arena_dup(to->a, s);
}

static int
record(void *self, const struct ent_listed *r, struct ent_err *err)
{
	(void)err;
	for (size_t i = 0; i < r->n_names; i++)
		put(self, r->names[i].text);
	return 0;
}

/* A name as someone else might spell it: letters of it exchanged for others. */
static struct ent_str
varied(struct ent_arena *a, struct ent_str s, unsigned seed)
{
	struct ent_str out = ent_arena_dup(a, s);
	char *p = (char *)(uintptr_t)out.p;

	for (unsigned k = 0; k < 3 && s.n; k++) {
		size_t i = (seed = seed * 1103515245u + 12345u) / 7u % s.n;

		if (p[i] >= 'A' && p[i] <= 'z' && p[i] != ' ')
			p[i] = (char)('a' + seed / 3u % 26u);
	}
	return out;
}

static struct ent_index *
build(const struct names *n, const char *what)
{
	struct ent_err err = { 0 };
	struct ent_index_builder *b;
	struct ent_index *x = NULL;
	struct ent_index_size size;
	double t = now();

	b = ent_index_begin(&err);
	for (size_t i = 0; b && i < n->n; i++) {
		struct ent_screen_name name = { .text = n->p[i] };
		struct ent_screen_entry e = { .number = i, .names = &name, .n_names = 1 };

		if (ent_index_add(b, &e, &err))
			die(what, err.msg);
	}
	if (!b || ent_index_done(b, &x, &err))
		die(what, err.msg);
	t = now() - t;
	ent_index_measure(x, &size);
	printf("%s: %zu names, %zu words: index in %.2f s, %.1f MiB\n", what, size.names,
	       size.words, t, (double)size.bytes / 1048576);
	return x;
}

static size_t
search(struct ent_searcher *s, struct ent_str name)
{
	struct ent_query q = { .name = name, .least = ENT_BAND_POSSIBLE };
	const struct ent_hit *hits;
	size_t n = 0;

	if (ent_search(s, &q, &hits, &n, NULL, NULL))
		return 0;
	return n;
}

static int
by_time(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static void
measure(const struct ent_index *x, const struct names *queries, const char *what)
{
	struct ent_err err = { 0 };
	struct ent_searcher *s = ent_searcher_new(x, &err);
	size_t groups = queries->n / GROUP, hits = 0;
	double *group = calloc(groups + 1, sizeof(*group)), best = 1e9;

	if (!s || !group)
		die(what, err.msg);
	for (int round = 0; round < ROUNDS; round++) {
		double t = now(), last = t;

		hits = 0;
		for (size_t i = 0; i < queries->n; i++) {
			hits += search(s, queries->p[i]) > 0;
			if (i % GROUP == GROUP - 1) {
				double here = now();

				group[i / GROUP] = here - last;
				last = here;
			}
		}
		t = now() - t;
		best = t < best ? t : best;
	}
	qsort(group, groups, sizeof(*group), by_time);
	printf("  %s: %zu queries, %zu with hits: %.0f a second; %d at once: half within "
	       "%.2f ms, 99 %% within %.2f ms\n",
	       what, queries->n, hits, (double)queries->n / best, GROUP,
	       groups ? group[groups / 2] * 1e3 : 0,
	       groups ? group[groups - 1 - groups / 100] * 1e3 : 0);
	ent_searcher_free(s);
	free(group);
}

/* ---- what it is measured against ---- */

static double
winkler(struct ent_str a, struct ent_str b)
{
	bool used[256] = { false }, met[256] = { false };
	size_t an = a.n < 256 ? a.n : 256, bn = b.n < 256 ? b.n : 256, same = 0, turned = 0;
	size_t far = (an > bn ? an : bn) / 2, k = 0, start = 0;
	double m, jaro;

	far = far ? far - 1 : 0;
	for (size_t i = 0; i < an; i++)
		for (size_t j = i > far ? i - far : 0; j < bn && j <= i + far; j++)
			if (!used[j] && a.p[i] == b.p[j]) {
				used[j] = met[i] = true;
				same++;
				break;
			}
	if (!same)
		return 0;
	for (size_t i = 0; i < an; i++) {
		if (!met[i])
			continue;
		while (!used[k])
			k++;
		turned += a.p[i] != b.p[k++];
	}
	m = (double)same;
	jaro = (m / (double)an + m / (double)bn + (m - (double)turned / 2) / m) / 3;
	while (start < 4 && start < an && start < bn && a.p[start] == b.p[start])
		start++;
	return jaro + (double)start * 0.1 * (1 - jaro);
}

static void
reference(const struct names *listed, const struct names *queries)
{
	struct ent_folder *f = ent_folder_new(NULL);
	struct ent_name name;
	size_t found = 0;
	double t = now();

	if (!f)
		die("folding", "no ICU");
	for (size_t i = 0; i < queries->n; i++)
		(void)ent_name_fold(f, queries->p[i], &name, NULL);
	printf("  folding alone: %.0f a second\n", (double)queries->n / (now() - t));
	t = now();
	for (size_t i = 0; i < SCANS && i < queries->n; i++)
		for (size_t j = 0; j < listed->n; j++)
			found += winkler(queries->p[i], listed->p[j]) > 0.92;
	printf("  a scan with Jaro-Winkler, without folding: %.1f a second (%zu found)\n",
	       SCANS / (now() - t), found);
	ent_folder_free(f);
}

int
main(int argc, char **argv)
{
	struct names listed = { .a = ent_arena_new(ENT_INDEX_ARENA) };
	struct names people = { .a = listed.a }, typos = { .a = listed.a };
	struct names large = { .a = listed.a };
	struct ent_list_about about;
	struct ent_err err = { 0 };
	struct ent_index *x;
	struct ent_str text, line;

	if (argc < 3 || !listed.a)
		die("usage", "bench_screen NAMES LIST...");
	if (ent_file_read(listed.a, argv[1], ENT_LIST_MAX, &text, &err))
		die(argv[1], err.msg);
	while (ent_str_next(&text, '\n', &line))
		if (line.n)
			put(&people, line);
	for (int i = 2; i < argc; i++)
		if (ent_list_read(argv[i], NULL, record, &listed, &about, &err))
			die(argv[i], err.msg);
	for (size_t i = 0; i < 5000 && listed.n; i++)
		put(&typos, varied(listed.a, listed.p[i * 7919u % listed.n], (unsigned)i));
	x = build(&listed, "the lists");
	measure(x, &people, "people on no list");
	measure(x, &typos, "listed names with other letters");
	ent_index_free(x);
	reference(&listed, &people);
	for (size_t i = 0; i < LARGE && listed.n; i++)
		put(&large, i < listed.n
		                ? listed.p[i]
		                : varied(listed.a, listed.p[i % listed.n], (unsigned)i));
	x = build(&large, "with others made of them");
	measure(x, &people, "people on no list");
	measure(x, &typos, "listed names with other letters");
	ent_index_free(x);
	free(listed.p);
	free(people.p);
	free(typos.p);
	free(large.p);
	ent_arena_free(listed.a);
	return 0;
}
