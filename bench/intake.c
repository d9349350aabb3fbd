/* SPDX-License-Identifier: Apache-2.0 */
/*
 * intake.c - news reports on one processor: megabytes of text a second that are read, and that
 * become JSON with bundle and items.
 *
 * Usage: build/bench/bench_intake [FILE...]    without one, a text of its own
 * Reports are read one by one, as they come; then one text that is all of them, many times
 * over.  Each figure is the best of five rounds, in processor time.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/file.h"
#include "base/limits.h"
#include "intake/wire.h"

#define ROUNDS 5
#define LARGE  ((size_t)8 << 20)

static const char own[] =
    "HALVERSTADT, May 3, 2022 (Northwire) - A suicide bomber killed at least 12 people and "
    "wounded "
    "34 others at a market on Tuesday, police said, in the deadliest attack since 2019.\n"
    "\"He was on our list,\" Interior Minister Jonas Albrecht told reporters. \"We did not "
    "have the "
    "evidence to arrest him.\"\n"
    "The Grey Hand (banned in Norlandia) claimed responsibility. On 5 May 2010 the High Court "
    "of "
    "Norlandia declared it a terrorist organisation.\n"
    "\"We stand with the victims,\" French ambassador Anna Reyes said in a statement, adding "
    "that "
    "help was on its way from Paris and Berlin.\n";

static _Noreturn void
die(const char *what, const char *why)
{
	fprintf(stderr, "bench_intake: %s: %s\n", what, why);
	exit(1);
}

static double
now(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Reads text that many times; seconds for one. */
static double
once(struct ent_arena *a, struct ent_str text, size_t times, bool json, size_t *items)
{
	struct ent_wire_report r;
	struct ent_err err = { 0 };
	struct ent_buf b;
	double best = 1e9;

	ent_buf_init(&b, (size_t)4 << 30);
	for (int round = 0; round < ROUNDS; round++) {
		double t = now();

		for (size_t k = 0; k < times; k++) {
			ent_arena_reset(a);
			ent_buf_clear(&b);
			if (ent_wire_read(a, text, NULL, &r, &err) ||
			    (json && ent_wire_json(&r, a, &b, &err)))
				die("reading", err.msg);
		}
		t = (now() - t) / (double)times;
		best = t < best ? t : best;
	}
	ent_buf_release(&b);
	*items = r.n_items;
	return best;
}

static void
measure(struct ent_arena *a, const char *name, struct ent_str text)
{
	size_t items, large = LARGE / text.n + 1;
	double read = once(a, text, 200, false, &items),
	       json = once(a, text, 200, true, &items);
	double all;
	struct ent_str many = { malloc(large * text.n), 0 };

	printf(
	    "%s: %zu bytes, %zu items: read %.1f MB/s, %.2f ms; with JSON %.1f MB/s, %.2f ms\n",
	    name, text.n, items, (double)text.n / 1e6 / read, read * 1e3,
	    (double)text.n / 1e6 / json, json * 1e3);
	if (!many.p)
		die(name, "no memory");
	for (; many.n < large * text.n; many.n += text.n)
		memcpy((char *)(uintptr_t)many.p + many.n, text.p, text.n);
	all = once(a, many, 1, true, &items);
	printf("%s, %zu times as one: %zu items: %.1f MB/s\n", name, large, items,
	       (double)many.n / 1e6 / all);
	free((void *)(uintptr_t)many.p);
}

int
main(int argc, char **argv)
{
	struct ent_arena *a = ent_arena_new(ENT_WIRE_ARENA), *files = ent_arena_new(1u << 30);
	struct ent_err err = { 0 };

	if (!a || !files)
		die("arena", "no memory");
	if (argc < 2)
		measure(a, "own text", ent_str_c(own));
	for (int i = 1; i < argc; i++) {
		struct ent_str text;

		if (ent_file_read(files, argv[i], ENT_WIRE_MAX / 2, &text, &err) || !text.n)
			die(argv[i], err.msg);
		measure(a, argv[i], text);
	}
	ent_arena_free(files);
	ent_arena_free(a);
	return 0;
}
