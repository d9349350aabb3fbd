/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hash.c - SHA-256, SHA-512 and SHA-1 through OpenSSL's EVP, fast for many small inputs.
 *
 * Two things cost more than hashing 65 bytes does: looking the algorithm up, and making a
 * context.  So the algorithms are looked up once for the process, and each thread keeps its
 * contexts until it ends.  What is static here is written once, under pthread_once, and only
 * read afterwards.
 */
#include "crypto/hash.h"

#include <pthread.h>

#include <openssl/evp.h>

#include "base/enc.h"

enum algorithm { SHA256, SHA512, SHA1, ALGORITHMS };

static const char *const names[ALGORITHMS] = { "SHA256", "SHA512", "SHA1" };

struct contexts {
	EVP_MD_CTX *ctx[ALGORITHMS];
};

static pthread_once_t once = PTHREAD_ONCE_INIT;
static EVP_MD *algorithms[ALGORITHMS];
static pthread_key_t contexts_key;

static void
contexts_free(void *p)
{
	struct contexts *c = p;

	for (size_t i = 0; i < ALGORITHMS; i++)
		EVP_MD_CTX_free(c->ctx[i]);
	free(c);
}

static void
look_up(void)
{
	for (size_t i = 0; i < ALGORITHMS; i++) {
		algorithms[i] = EVP_MD_fetch(NULL, names[i], NULL);
		if (!algorithms[i])
			abort();
	}
	if (pthread_key_create(&contexts_key, contexts_free) != 0)
		abort();
}

/* This thread's contexts, made at its first hash. */
static struct contexts *
contexts(void)
{
	struct contexts *c;

	if (pthread_once(&once, look_up) != 0)
		abort();
	c = pthread_getspecific(contexts_key);
	if (c)
		return c;
	c = calloc(1, sizeof(*c));
	if (!c)
		abort();
	for (size_t i = 0; i < ALGORITHMS; i++) {
		c->ctx[i] = EVP_MD_CTX_new();
		if (!c->ctx[i] || EVP_DigestInit_ex2(c->ctx[i], algorithms[i], NULL) != 1)
			abort();
	}
	if (pthread_setspecific(contexts_key, c) != 0)
		abort();
	return c;
}

static void
digest(enum algorithm which, const struct ent_str *part, size_t parts, uint8_t *out)
{
	EVP_MD_CTX *ctx = contexts()->ctx[which];

	/* No algorithm given: the context begins anew with the one that it has. */
	if (EVP_DigestInit_ex2(ctx, NULL, NULL) != 1)
		abort();
	for (size_t i = 0; i < parts; i++)
		if (part[i].n && EVP_DigestUpdate(ctx, part[i].p, part[i].n) != 1)
			abort();
	if (EVP_DigestFinal_ex(ctx, out, NULL) != 1)
		abort();
}

void
ent_sha256(struct ent_str in, uint8_t out[ENT_SHA256])
{
	digest(SHA256, &in, 1, out);
}

void
ent_sha256_parts(const struct ent_str *part, size_t parts, uint8_t out[ENT_SHA256])
{
	digest(SHA256, part, parts, out);
}

void
ent_sha512_parts(const struct ent_str *part, size_t parts, uint8_t out[ENT_SHA512])
{
	digest(SHA512, part, parts, out);
}

struct ent_hasher *
ent_hasher_new(void)
{
	EVP_MD_CTX *ctx = contexts() ? EVP_MD_CTX_new() : NULL;

	if (ctx && EVP_DigestInit_ex2(ctx, algorithms[SHA256], NULL) != 1)
		abort();
	return (struct ent_hasher *)ctx;
}

void
ent_hasher_put(struct ent_hasher *h, struct ent_str piece)
{
	if (piece.n && EVP_DigestUpdate((EVP_MD_CTX *)h, piece.p, piece.n) != 1)
		abort();
}

void
ent_hasher_end(struct ent_hasher *h, uint8_t out[ENT_SHA256])
{
	if (EVP_DigestFinal_ex((EVP_MD_CTX *)h, out, NULL) != 1)
		abort();
	ent_hasher_free(h);
}

void
ent_hasher_free(struct ent_hasher *h)
{
	EVP_MD_CTX_free((EVP_MD_CTX *)h);
}

struct ent_str
ent_sha256_hex(struct ent_arena *a, struct ent_str in)
{
	uint8_t hash[ENT_SHA256];

	ent_sha256(in, hash);
	return ent_hex_dup(a, hash, sizeof(hash));
}

void
ent_uuid5(const uint8_t ns[16], struct ent_str name, uint8_t out[16])
{
	const struct ent_str parts[] = { { (const char *)ns, 16 }, name };
	uint8_t hash[20];

	digest(SHA1, parts, 2, hash);
	memcpy(out, hash, 16);
	out[6] = (uint8_t)((out[6] & 0x0f) | 0x50);
	out[8] = (uint8_t)((out[8] & 0x3f) | 0x80);
}
