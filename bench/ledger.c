/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ledger.c - ledgers on one processor: leaves hashed and appended beside bare SHA-256 over the
 * same bytes, proofs from a large ledger in the database, signatures beside libsodium's own.
 *
 * Usage: build/bench/bench_ledger FOLDER [ENTRIES]   (10,000,000; FOLDER keeps the database, 1
 * GB, so that a second run needs not make it) Each figure is the best of five rounds, in
 * processor time; proofs are in wall time, each.
 */
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <entente/ledger.h>

#include "crypto/hash.h"
#include "crypto/sign.h"
#include "ledger/tiles.h"
#include "store/store.h"

#define ROUNDS  5
#define LEAVES  200000
#define PROOFS  2000
#define BATCH   200000 /* appends to the database in one transaction */
#define LOG     ENT_STR("bench")
#define MESSAGE 1024

static _Noreturn void
die(const char *what, const char *why)
{
	fprintf(stderr, "bench_ledger: %s: %s\n", what, why);
	exit(1);
}

static double
clock_of(clockid_t id)
{
	struct timespec t;

	(void)clock_gettime(id, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double
now(void)
{
	return clock_of(CLOCK_PROCESS_CPUTIME_ID);
}

/* The least of several rounds, in seconds. */
static double
best(void (*run)(void *self), void *self)
{
	double least = 1e9;

	for (int i = 0; i < ROUNDS; i++) {
		double from = now(), took;

		run(self);
		took = now() - from;
		least = took < least ? took : least;
	}
	return least;
}

/* ---- appending ---- */

struct leaves {
	char *text;
	size_t size; /* bytes of an entry */
	struct ent_hash root;
	uint8_t sink;
};

static struct ent_str
entry(const struct leaves *l, size_t i)
{
	return (struct ent_str){ l->text + i * l->size, l->size };
}

static void
bare(void *self)
{
	struct leaves *l = self;
	uint8_t hash[ENT_SHA256];

	for (size_t i = 0; i < LEAVES; i++) {
		ent_sha256(entry(l, i), hash);
		l->sink ^= hash[0];
	}
}

static void
append(void *self)
{
	struct leaves *l = self;
	struct ent_range range;
	struct ent_hash leaf;

	ent_range_init(&range);
	for (size_t i = 0; i < LEAVES; i++) {
		ent_leaf_hash(entry(l, i), &leaf);
		if (ent_range_add(&range, &leaf, NULL, NULL, NULL))
			die("append", "refused");
	}
	ent_range_root(&range, &l->root);
}

static void
appending(size_t size)
{
	struct leaves l = { .text = malloc(LEAVES * size), .size = size };
	double alone, whole;

	if (!l.text)
		die("append", "no memory");
	for (size_t i = 0; i < LEAVES * size; i++)
		l.text[i] = (char)('a' + (i * 7 + i / size) % 26);
	alone = best(bare, &l);
	whole = best(append, &l);
	printf("append, %4zu bytes   %8.0f leaves/s, bare SHA-256 %8.0f/s: %.2f of it\n", size,
	       LEAVES / whole, LEAVES / alone, alone / whole);
	free(l.text);
}

/* ---- proofs ---- */

struct book {
	struct ent_store *store;
	struct ent_tiles tiles;
};

static int
read_tile(void *self, unsigned level, uint64_t index, size_t n, struct ent_hash *out,
          struct ent_err *err)
{
	struct book *b = self;

	return ent_store_tile_get(b->store, LOG, level, index, n, out->b, err);
}

static int
put_tile(void *self, unsigned level, uint64_t index, const struct ent_hash *h,
         struct ent_err *err)
{
	struct book *b = self;

	return ent_store_tile_put(b->store, LOG, level, index, h->b, err);
}

/* The tree of n entries, as a ledger keeps it; the entries themselves no proof looks at. */
static void
fill(struct book *b, uint64_t n)
{
	struct ent_range range;
	struct ent_err err = { 0 };
	double from = clock_of(CLOCK_MONOTONIC);

	ent_range_init(&range);
	for (uint64_t i = 0; i < n; i++) {
		struct ent_hash leaf;
		char text[40];
		int len = snprintf(text, sizeof(text), "{\"n\":%" PRIu64 "}", i);

		ent_leaf_hash((struct ent_str){ text, (size_t)len }, &leaf);
		if ((i % BATCH == 0 && ent_store_begin(b->store, &err)) ||
		    ent_range_add(&range, &leaf, ent_tiles_put, &b->tiles, &err) ||
		    ((i % BATCH == BATCH - 1 || i + 1 == n) &&
		     ent_store_commit(b->store, &err)))
			die("fill", err.msg);
	}
	printf("filled               %8.0f entries/s\n",
	       (double)n / (clock_of(CLOCK_MONOTONIC) - from));
}

static int
up(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void
told(const char *what, double *took)
{
	qsort(took, PROOFS, sizeof(*took), up);
	printf("%-20s %8.1f us in the middle, %.1f us in 99 of 100, %.1f at most\n", what,
	       took[PROOFS / 2] * 1e6, took[PROOFS * 99 / 100] * 1e6, took[PROOFS - 1] * 1e6);
}

static void
proving(struct book *b, uint64_t n)
{
	static double inclusion[PROOFS], consistency[PROOFS];
	const struct ent_nodes nodes = { ent_tiles_get, &b->tiles };
	struct ent_hash proof[ENT_LEDGER_PROOF_MAX];
	struct ent_err err = { 0 };
	uint64_t at = 88172645463325252u;
	size_t count;

	for (size_t i = 0; i < PROOFS; i++) {
		double from;

		at ^= at << 13; /* xorshift: places all over the ledger */
		at ^= at >> 7;
		at ^= at << 17;
		from = now();
		if (ent_prove_inclusion(&nodes, at % n, n, proof, &count, &err))
			die("inclusion", err.msg);
		inclusion[i] = now() - from;
		from = now();
		if (ent_prove_consistency(&nodes, at % n + 1, n, proof, &count, &err))
			die("consistency", err.msg);
		consistency[i] = now() - from;
	}
	told("inclusion proof", inclusion);
	told("consistency proof", consistency);
}

static long
memory_kib(const char *name)
{
	FILE *f = fopen("/proc/self/status", "re");
	char line[200];
	long kib = 0;

	while (f && fgets(line, sizeof(line), f))
		if (strncmp(line, name, strlen(name)) == 0)
			kib = strtol(line + strlen(name), NULL, 10);
	if (f)
		(void)fclose(f);
	return kib;
}

static void
proofs(const char *folder, uint64_t n)
{
	char url[4200], path[4096];
	struct book b;
	struct ent_err err = { 0 };
	bool there;

	(void)snprintf(path, sizeof(path), "%s/ledger-%" PRIu64 ".db", folder, n);
	(void)snprintf(url, sizeof(url), "sqlite:%s", path);
	there = access(path, F_OK) == 0;
	if (ent_store_open(url, &b.store, &err))
		die(path, err.msg);
	b.tiles = (struct ent_tiles){ .read = read_tile, .put = put_tile, .self = &b };
	if (!there) {
		fill(&b, n);
		ent_store_close(b.store);
		printf(
		    "run it once more: what proofs take is told of a database that is there\n");
		return;
	}
	proving(&b, n);
	printf("memory               %8.1f MiB of its own, %.1f with the database's pages that "
	       "are "
	       "mapped, for %" PRIu64 " entries\n",
	       (double)memory_kib("RssAnon:") / 1024, (double)memory_kib("VmHWM:") / 1024, n);
	ent_store_close(b.store);
}

/* ---- signatures ---- */

#define SIGNATURES 5000

struct signing {
	struct ent_keys keys;
	uint8_t message[MESSAGE], sig[ENT_SIG];
	bool ours, verify;
};

static void
sign(void *self)
{
	struct signing *s = self;
	struct ent_str m = { (const char *)s->message, MESSAGE };

	for (int i = 0; i < SIGNATURES; i++) {
		s->message[0] = (uint8_t)(s->verify ? 0 : i);
		if (s->ours && s->verify) {
			if (!ent_verify(s->keys.key[0].pub, m, s->sig))
				die("verify", "refused");
		} else if (s->ours) {
			ent_sign(&s->keys.key[0], m, s->sig);
		} else if (s->verify) {
			if (crypto_sign_verify_detached(s->sig, s->message, MESSAGE,
			                                s->keys.key[0].pub))
				die("verify", "refused");
		} else {
			(void)crypto_sign_detached(s->sig, NULL, s->message, MESSAGE,
			                           s->keys.key[0].sec);
		}
	}
}

static void
signatures(bool verify)
{
	struct signing s = { .verify = verify };
	uint8_t seed[ENT_SEED] = { 1 };
	double ours, theirs;

	ent_keys_derive(seed, &s.keys);
	(void)crypto_sign_detached(s.sig, NULL, s.message, MESSAGE, s.keys.key[0].sec);
	theirs = best(sign, &s);
	s.ours = true;
	s.message[0] = 0;
	(void)crypto_sign_detached(s.sig, NULL, s.message, MESSAGE, s.keys.key[0].sec);
	ours = best(sign, &s);
	printf("%-20s %8.0f/s, libsodium alone %8.0f/s: %.2f of its time\n",
	       verify ? "verify, 1 kB" : "sign, 1 kB", SIGNATURES / ours, SIGNATURES / theirs,
	       ours / theirs);
}

int
main(int argc, char **argv)
{
	uint64_t n = argc > 2 ? strtoull(argv[2], NULL, 10) : 10000000;

	if (argc < 2 || n == 0 || sodium_init() < 0) {
		fprintf(stderr, "usage: bench_ledger FOLDER [ENTRIES]\n");
		return 2;
	}
	proofs(argv[1], n); /* first, so that the memory told is theirs */
	appending(384);     /* a release entry */
	appending(1024);
	signatures(false);
	signatures(true);
	return 0;
}
