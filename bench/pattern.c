/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pattern.c - patterns on one processor: how many a second are parsed and checked, and what one
 * costs for an observation, as their number grows.
 *
 * Usage: build/bench/bench_pattern [FILE]    FILE has lines {"pattern":"..."}
 *        build/bench/bench_pattern --set [N]         sets of 1,000 and of N (100,000) patterns
 *        build/bench/bench_pattern --write N FOLDER  that set's N patterns, the log of their
 *                                                    stream, and the exact values alone
 *        build/bench/bench_pattern --text N FOLDER   that log, read and fed to the set
 * bench/pattern runs all of that beside grep.
 * Everything is in memory; each figure is the best of five rounds, in processor time.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "pattern.h"

#include "base/buf.h"
#include "base/file.h"
#include "base/limits.h"
#include "pattern/match.h"

#define ROUNDS   5
#define FILE_MAX ((size_t)64 << 20)

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

/* ---- parsing ---- */

static struct ent_str *
patterns_of(struct ent_arena *a, const char *path, size_t *n)
{
	struct ent_err err = { 0 };
	struct ent_str text, rest, line, *list;
	size_t room = 1;

	if (ent_file_read(a, path, FILE_MAX, &text, &err))
		die(path, err.msg);
	for (size_t i = 0; i < text.n; i++)
		room += text.p[i] == '\n';
	list = ent_arena_array(a, room, sizeof(*list));
	if (!list)
		die(path, "no memory");
	for (rest = text, *n = 0; ent_str_next(&rest, '\n', &line);) {
		const struct ent_json *v;
		struct ent_str p;

		if (!line.n)
			continue;
		if (ent_json_parse(a, line, ENT_JSON_DEPTH, &v, &err))
			die(path, err.msg);
		p = ent_json_getstr(v, "pattern");
		if (p.p)
			list[(*n)++] = p;
	}
	return list;
}

static void
parse(const char *path)
{
	struct ent_arena *a = ent_arena_new(FILE_MAX * 8);
	struct ent_arena *tree = ent_arena_new((size_t)1 << 30);
	size_t n = 0, times, valid = 0;
	struct ent_str *list;
	double best = 1e9;

	if (!a || !tree)
		die("arena", "no memory");
	list = patterns_of(a, path, &n);
	if (!n)
		die(path, "no patterns");
	times = 200000 / n + 1;
	for (int r = 0; r < ROUNDS; r++) {
		double t = now();

		valid = 0;
		for (size_t k = 0; k < times; k++)
			for (size_t i = 0; i < n; i++) {
				struct ent_pat_node *p;

				ent_arena_reset(tree);
				valid += !ent_pattern_parse(tree, list[i], ENT_PAT_21, &p, NULL,
				                            NULL);
			}
		t = (now() - t) / (double)(times * n);
		best = t < best ? t : best;
	}
	printf("parse and check: %.0f patterns/s (%zu patterns, %zu valid)\n", 1 / best, n,
	       valid / times);
	ent_arena_free(tree);
	ent_arena_free(a);
}

/* ---- matching ---- */

static struct ent_observations
observations(struct ent_arena *a, size_t n)
{
	struct ent_observations o;
	const struct ent_json *v;
	struct ent_err err = { 0 };
	struct ent_buf b;

	ent_buf_init(&b, (size_t)1 << 30);
	for (size_t i = 0; i < n; i++)
		ent_buf_printf(
		    &b,
		    "%s{\"type\":\"bundle\",\"objects\":[{\"type\":\"observed-data\","
		    "\"first_observed\":\"2026-01-01T%02zu:%02zu:%02zuZ\",\"last_observed\":"
		    "\"2026-01-01T%02zu:%02zu:%02zuZ\",\"number_observed\":1,\"object_refs\":"
		    "[\"0\",\"1\"]},{\"type\":\"network-traffic\",\"id\":\"0\",\"dst_ref\":"
		    "\"1\","
		    "\"dst_port\":%zu,\"protocols\":[\"ipv4\",\"tcp\"]},{\"type\":\"ipv4-"
		    "addr\","
		    "\"id\":\"1\",\"value\":\"198.51.100.%zu\"}]}",
		    i ? "," : "[", i / 3600 % 24, i / 60 % 60, i % 60, i / 3600 % 24,
		    i / 60 % 60, i % 60, i % 65536, i % 250);
	ent_buf_c(&b, "]");
	if (ent_json_parse(a, ent_buf_view(&b), ENT_JSON_DEPTH, &v, &err) ||
	    ent_observations_read(a, v, &o, &err))
		die("observations", err.msg);
	ent_buf_release(&b);
	return o;
}

static double
cost(struct ent_matcher *m, const struct ent_observations *o)
{
	size_t times = 200000 / o->n + 1;
	double best = 1e9;

	for (int r = 0; r < ROUNDS; r++) {
		double t = now();

		for (size_t k = 0; k < times; k++)
			if (ent_match(m, o, NULL, NULL, NULL) < 0)
				die("match", "failed");
		t = (now() - t) / (double)(times * o->n);
		best = t < best ? t : best;
	}
	return best * 1e9;
}

static void
match(void)
{
	static const char *const patterns[] = {
		"[ipv4-addr:value = '203.0.113.9']",
		"[ipv4-addr:value ISSUBSET '203.0.113.0/24']",
		"[network-traffic:dst_ref.value = '10.0.0.9' AND network-traffic:dst_port=4]",
		"[ipv4-addr:value LIKE '203.%']",
		"[ipv4-addr:value MATCHES '^203\\\\.']",
		"[network-traffic:protocols[*] = 'udp']",
		"[network-traffic:dst_port = 1] FOLLOWEDBY [network-traffic:dst_port = 0]",
		"[ipv4-addr:value LIKE '198.%'] REPEATS 10 TIMES WITHIN 8 SECONDS",
	};
	struct ent_arena *a = ent_arena_new((size_t)2 << 30);
	struct ent_observations small, large;

	if (!a)
		die("arena", "no memory");
	small = observations(a, 100);
	large = observations(a, 10000);
	printf("ns an observation, of 100 and of 10,000\n");
	for (size_t i = 0; i < sizeof(patterns) / sizeof(*patterns); i++) {
		struct ent_pat_node *p;
		struct ent_matcher *m = NULL;
		struct ent_err err = { 0 };

		if (ent_pattern_parse(a, ent_str_c(patterns[i]), ENT_PAT_21, &p, NULL, &err) ||
		    ent_matcher_new(p, &m, &err))
			die(patterns[i], err.msg);
		printf("%7.0f %7.0f  %s\n", cost(m, &small), cost(m, &large), patterns[i]);
		ent_matcher_free(m);
	}
	ent_arena_free(a);
}

int
main(int argc, char **argv)
{
	if (argc > 1 && strcmp(argv[1], "--set") == 0)
		return bench_set(argc > 2 ? strtoul(argv[2], NULL, 10) : 100000);
	if (argc > 3 && strcmp(argv[1], "--write") == 0)
		return bench_write(strtoul(argv[2], NULL, 10), argv[3]);
	if (argc > 3 && strcmp(argv[1], "--text") == 0)
		return bench_text(strtoul(argv[2], NULL, 10), argv[3]);
	if (argc > 1)
		parse(argv[1]);
	match();
	return 0;
}
