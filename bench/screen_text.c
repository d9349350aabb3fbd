/* SPDX-License-Identifier: Apache-2.0 */
/*
 * screen_text.c - how fast listed names are found in texts, beside grep -F with the same names.
 *
 * bench_screen_text LIST... [-- TEXT...]: without texts, one of plain English and one of mixed
 * scripts are made up, into which some listed names are put.
 */
#include <fcntl.h>
#include <math.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/time.h"
#include "intake/list.h"
#include "screen/text.h"

#define TEXT_BYTES ((size_t)64 << 20)
#define VOCABULARY 60000

struct work {
	struct ent_text_names *names;
	uint32_t entries;
	FILE *plain; /* a name a line, for grep */
	char *sample[1000];
	size_t samples, seen;
	uint64_t random;
};

static uint64_t
roll(struct work *w, uint64_t below)
{
	w->random ^= w->random << 13;
	w->random ^= w->random >> 7;
	w->random ^= w->random << 17;
	return w->random % below;
}

static int
entry(void *self, const struct ent_listed *r, struct ent_err *err)
{
	struct work *w = self;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < r->n_names; i++) {
		struct ent_str s = r->names[i].text;

		rc = ent_text_names_add(
		    w->names, w->entries, s,
		    (r->names[i].last_first ? (unsigned)ENT_TEXT_LAST_FIRST : 0u) |
			(r->names[i].quality == ENT_NAME_WEAK ? (unsigned)ENT_TEXT_WEAK : 0u),
		    err);
		fprintf(w->plain, "%.*s\n", ENT_FMT(s));
		if (w->seen++ % 97 == 0 && w->samples < 1000)
			w->sample[w->samples++] = strndup(s.p, s.n);
	}
	w->entries++;
	return rc;
}

/* Words as often as a text has them (the n-th 1/n times), some of them names. */
static size_t
make_text(struct work *w, char *to, size_t room, bool mixed)
{
	static char word[VOCABULARY][48];
	static const char *const cyrillic[] = { "о", "е", "а", "и", "н", "т", "с", "р",
		                                "в", "л", "к", "м", "д", "п", "у", "я" };
	static const char *const arabic[] = { "ا", "ل", "ن", "م", "و", "ي", "ر", "ت" };
	size_t n = 0;

	for (size_t i = 0; i < VOCABULARY; i++) {
		size_t letters = i < 100 ? 2 + roll(w, 3) : 3 + roll(w, 8);
		unsigned script = mixed ? (unsigned)roll(w, 4) : 0;

		word[i][0] = 0;
		for (size_t k = 0; k < letters; k++) {
			const char *s = script == 1 || script == 2 ? cyrillic[roll(w, 16)]
			                : script == 3              ? arabic[roll(w, 8)]
			                                           : NULL;
			char one[2] = { "etaoinshrdlcumwfgypbvk"[roll(w, 22)], 0 };

			strncat(word[i], s ? s : one, sizeof(word[i]) - strlen(word[i]) - 1);
		}
	}
	while (n + 256 < room) {
		double u = (double)roll(w, 1000000) / 1000000;
		size_t rank = (size_t)pow(VOCABULARY, u) - 1, len;
		const char *s = word[rank < VOCABULARY ? rank : 0];

		if (roll(w, 2000) == 0 && w->samples)
			s = w->sample[roll(w, w->samples)];
		len = strlen(s) < 200 ? strlen(s) : 0;
		memcpy(to + n, s, len);
		if (roll(w, 12) == 0 && to[n] >= 'a' && to[n] <= 'z')
			to[n] = (char)(to[n] - 32);
		n += len;
		if (roll(w, 14) == 0)
			to[n++] = '.';
		to[n++] = roll(w, 15) ? ' ' : '\n';
	}
	return n;
}

/* Seconds of the processor, so that what else the machine does isn't measured. */
static double
processor(int who)
{
	struct rusage u;

	if (getrusage(who, &u))
		return 0;
	return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
	       (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

static double
grep_seconds(char *names, char *text)
{
	char grep[] = "grep", count[] = "-cF", file[] = "-f";
	char *argv[] = { grep, count, file, names, text, NULL };
	posix_spawn_file_actions_t quiet;
	double began = processor(RUSAGE_CHILDREN);
	pid_t pid;
	int status;

	posix_spawn_file_actions_init(&quiet);
	posix_spawn_file_actions_addopen(&quiet, 1, "/dev/null", O_WRONLY, 0);
	if (posix_spawnp(&pid, "grep", &quiet, NULL, argv, environ) ||
	    waitpid(pid, &status, 0) < 0)
		return 0;
	posix_spawn_file_actions_destroy(&quiet);
	return processor(RUSAGE_CHILDREN) - began;
}

static void
run(struct work *w, const char *what, struct ent_str text, char *names, char *path)
{
	struct ent_text_finder *f = ent_text_finder_new(w->names, NULL);
	struct ent_text_found found;
	double best = 1e9, first = 0, grep;

	for (int i = 0; f && i < 3; i++) {
		double began = processor(RUSAGE_SELF), s;

		if (ent_text_find(f, text, &found, NULL))
			return;
		s = processor(RUSAGE_SELF) - began;
		first = i ? first : s;
		best = s < best ? s : best;
	}
	ent_text_finder_free(f);
	grep = grep_seconds(names, path);
	printf(
	    "%-14s %6.1f MB  first %6.1f MB/s  best %6.1f MB/s  mentions %zu (+%llu)  grep -F "
	    "%6.1f MB/s\n",
	    what, (double)text.n / 1e6, (double)text.n / 1e6 / first,
	    (double)text.n / 1e6 / best, found.n, (unsigned long long)found.dropped,
	    grep > 0 ? (double)text.n / 1e6 / grep : 0);
}

int
main(int argc, char **argv)
{
	struct work w = { .random = 88172645463325252u };
	char names[] = "/tmp/bench-names-XXXXXX", path[] = "/tmp/bench-text-XXXXXX";
	int fd = mkstemp(names), at = 1;
	int64_t began = ent_tick_us();
	struct ent_text_size size;
	struct ent_arena *a = ent_arena_new((size_t)4 << 30);
	char *text = malloc(TEXT_BYTES);
	struct ent_err err = { 0 };

	w.names = ent_text_names_new(&err);
	w.plain = fd < 0 ? NULL : fdopen(fd, "w");
	if (!a || !text || !w.names || !w.plain)
		return 1;
	for (; at < argc && strcmp(argv[at], "--") != 0; at++) {
		struct ent_list_about about;

		if (ent_list_read(argv[at], NULL, entry, &w, &about, &err))
			fprintf(stderr, "%s: %s\n", argv[at], err.msg);
	}
	if (ent_text_names_done(w.names, &err))
		return 1;
	fclose(w.plain);
	ent_text_names_measure(w.names, &size);
	printf("%u entries, %zu names, %zu words, %zu nodes, %.1f MB, made in %.2f s\n",
	       w.entries, size.names, size.words, size.nodes, (double)size.bytes / 1e6,
	       (double)(ent_tick_us() - began) / 1e6);
	for (int i = at + 1; i < argc; i++) {
		struct ent_str s;

		if (ent_file_read(a, argv[i], (size_t)2 << 30, &s, &err) == 0)
			run(&w, argv[i], s, names, argv[i]);
	}
	fd = at + 1 < argc ? -1 : mkstemp(path);
	for (int mixed = 0; fd >= 0 && mixed < 2; mixed++) {
		size_t n = make_text(&w, text, TEXT_BYTES, mixed);

		if (ftruncate(fd, 0) || pwrite(fd, text, n, 0) != (ssize_t)n)
			return 1;
		run(&w, mixed ? "mixed scripts" : "ASCII", (struct ent_str){ text, n }, names,
		    path);
	}
	(void)unlink(names);
	if (fd >= 0)
		(void)unlink(path);
	for (size_t i = 0; i < w.samples; i++)
		free(w.sample[i]);
	free(text);
	ent_text_names_free(w.names);
	ent_arena_free(a);
	return 0;
}
