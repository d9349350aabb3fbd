/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sign.c - a node's Ed25519 keys, its seed file, signatures, and DSSE's pre-authentication
 * encoding.
 */
#include "crypto/sign.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/enc.h"
#include "base/file.h"
#include "crypto/hash.h"
#include "crypto/sodium_int.h"

_Static_assert(ENT_SEED == crypto_kdf_KEYBYTES && ENT_SEED == crypto_sign_SEEDBYTES, "seed");
_Static_assert(ENT_PUB == crypto_sign_PUBLICKEYBYTES && ENT_SIG == crypto_sign_BYTES,
               "Ed25519");
_Static_assert(sizeof(((struct ent_key *)0)->sec) == crypto_sign_SECRETKEYBYTES, "Ed25519");

static const char context[crypto_kdf_CONTEXTBYTES + 1] = "entente1";

void
ent_keys_derive(const uint8_t seed[ENT_SEED], struct ent_keys *out)
{
	uint8_t sub[crypto_sign_SEEDBYTES];

	sodium_ready();
	for (unsigned i = 0; i < ENT_KEY_USES; i++) {
		/* Neither can fail with these lengths. */
		if (crypto_kdf_derive_from_key(sub, sizeof(sub), i + 1, context, seed) != 0 ||
		    crypto_sign_seed_keypair(out->key[i].pub, out->key[i].sec, sub) != 0)
			abort();
	}
	sodium_memzero(sub, sizeof(sub));
}

void
ent_keys_wipe(struct ent_keys *k)
{
	sodium_memzero(k, sizeof(*k));
}

int
ent_seed_create(const char *path, struct ent_err *err)
{
	uint8_t seed[ENT_SEED];
	int rc;

	sodium_ready();
	randombytes_buf(seed, sizeof(seed));
	rc = ent_file_create(path, (struct ent_str){ (const char *)seed, sizeof(seed) }, 0600,
	                     err);
	sodium_memzero(seed, sizeof(seed));
	return rc;
}

/* Whoever can read the seed can sign for the node: a file that others can read has to be put
 * right first. */
static int
seed_check(int fd, const char *path, struct ent_err *err)
{
	struct stat st;

	if (fstat(fd, &st) != 0)
		return ent_fail(err, ENT_ESTORE, "%s: %m", path);
	if (!S_ISREG(st.st_mode))
		return ent_fail(err, ENT_EPARSE, "%s: not a file", path);
	if (st.st_mode & 077)
		return ent_fail(err, ENT_EDENIED,
		                "%s: others may read this private key (mode %04o): run \"chmod "
		                "600 %s\", and "
		                "if somebody may have read it, make a new key",
		                path, (unsigned)st.st_mode & 07777, path);
	return 0;
}

int
ent_seed_read(const char *path, uint8_t seed[ENT_SEED], struct ent_err *err)
{
	uint8_t raw[ENT_SEED + 1]; /* one more: a longer file is noticed */
	size_t have = 0;
	ssize_t n = 1;
	int fd, rc;

	fd = open(path,
	          O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* a FIFO is refused, not waited for */
	if (fd < 0)
		return ent_fail(err, ent_errno_code(errno), "%s: %m", path);
	rc = seed_check(fd, path, err);
	if (rc)
		goto out;
	while (n > 0 && have < sizeof(raw)) {
		n = read(fd, raw + have, sizeof(raw) - have);
		if (n < 0 && errno == EINTR)
			n = 1;
		else if (n > 0)
			have += (size_t)n;
	}
	if (n < 0) {
		rc = ent_fail(err, ENT_ESTORE, "%s: %m", path);
		goto out;
	}
	if (have != ENT_SEED) {
		rc = ent_fail(err, ENT_EPARSE, "%s: %s than %d bytes, so this isn't a key seed",
		              path, have > ENT_SEED ? "more" : "less", ENT_SEED);
		goto out;
	}
	memcpy(seed, raw, ENT_SEED);
out:
	sodium_memzero(raw, sizeof(raw));
	(void)close(fd);
	return rc;
}

void
ent_sign(const struct ent_key *k, struct ent_str msg, uint8_t sig[ENT_SIG])
{
	sodium_ready();
	if (crypto_sign_detached(sig, NULL, (const uint8_t *)msg.p, msg.n, k->sec) != 0)
		abort();
}

bool
ent_verify(const uint8_t pub[ENT_PUB], struct ent_str msg, const uint8_t sig[ENT_SIG])
{
	sodium_ready();
	return crypto_sign_verify_detached(sig, (const uint8_t *)msg.p, msg.n, pub) == 0;
}

const char *
ent_keyid(const uint8_t pub[ENT_PUB], char out[ENT_KEYID_TEXT])
{
	const struct ent_str parts[] = { ENT_STR("\x01"), { (const char *)pub, ENT_PUB } };
	uint8_t hash[ENT_SHA256];

	ent_sha256_parts(parts, 2, hash);
	ent_hex(hash, 16, out);
	return out;
}

struct ent_str
ent_dsse_pae(struct ent_arena *a, struct ent_str type, struct ent_str body)
{
	char head[64], middle[32];
	int h = snprintf(head, sizeof(head), "DSSEv1 %zu ", type.n);
	int m = snprintf(middle, sizeof(middle), " %zu ", body.n);
	size_t n = (size_t)h + type.n + (size_t)m;
	char *p;

	if (body.n >= SIZE_MAX - n - 1)
		return (struct ent_str){ NULL, 0 };
	n += body.n;
	p = ent_arena_alloc(a, n + 1);
	if (!p)
		return (struct ent_str){ NULL, 0 };
	memcpy(p, head, (size_t)h);
	if (type.n)
		memcpy(p + h, type.p, type.n);
	memcpy(p + h + type.n, middle, (size_t)m);
	if (body.n)
		memcpy(p + n - body.n, body.p, body.n);
	return (struct ent_str){ p, n };
}
