/* SPDX-License-Identifier: Apache-2.0 */
/*
 * seed.c - the file with the seed of a node's keys, plain or under a passphrase.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/enc.h"
#include "base/file.h"
#include "crypto/sign.h"
#include "crypto/sodium_int.h"

#define MAGIC     "entente-seed/1\n"
#define NONCE     crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define BOX       (ENT_SEED + crypto_aead_xchacha20poly1305_ietf_ABYTES)
#define FILE_SIZE 512 /* no seed file is longer */
/* What reading one may cost, whatever the file asks for. */
#define OPS_MAX 16
#define MEM_MAX (UINT64_C(1) << 30)

/* ---- the text under a passphrase ---- */

/* The lines above the box: they are bound to it. */
struct head {
	uint64_t ops, mem; /* of Argon2id */
	uint8_t salt[crypto_pwhash_SALTBYTES];
};

static int
print_head(const struct head *h, char *out, size_t room)
{
	char b64[ENT_B64_LEN(crypto_pwhash_SALTBYTES) + 1];

	ent_b64(h->salt, sizeof(h->salt), b64);
	return snprintf(out, room, MAGIC "argon2id %llu %llu\n%s\n", (unsigned long long)h->ops,
	                (unsigned long long)h->mem, b64);
}

static int
key_of(const struct head *h, struct ent_str passphrase, uint8_t key[32], struct ent_err *err)
{
	if (passphrase.n > ENT_PASSPHRASE_MAX)
		return ent_fail(err, ENT_EINVAL, "a passphrase has at most %d bytes",
		                ENT_PASSPHRASE_MAX);
	if (crypto_pwhash(key, 32, passphrase.p, passphrase.n, h->salt, h->ops, (size_t)h->mem,
	                  crypto_pwhash_ALG_ARGON2ID13) != 0)
		return ent_fail(err, ENT_ENOMEM,
		                "no memory for the passphrase: it takes %llu MiB",
		                (unsigned long long)(h->mem >> 20));
	return 0;
}

static int
seal(const uint8_t seed[ENT_SEED], struct ent_str passphrase, char out[FILE_SIZE],
     struct ent_err *err)
{
	struct head h = { .ops = crypto_pwhash_OPSLIMIT_MODERATE,
		          .mem = crypto_pwhash_MEMLIMIT_INTERACTIVE };
	uint8_t key[32], blob[NONCE + BOX];
	char b64[ENT_B64_LEN(NONCE + BOX) + 1];
	int n, rc;

	randombytes_buf(h.salt, sizeof(h.salt));
	randombytes_buf(blob, NONCE);
	n = print_head(&h, out, FILE_SIZE);
	rc = key_of(&h, passphrase, key, err);
	if (rc)
		return rc;
	/* it can't fail */
	(void)crypto_aead_xchacha20poly1305_ietf_encrypt(
	    blob + NONCE, NULL, seed, ENT_SEED, (const uint8_t *)out, (unsigned long long)n,
	    NULL, blob, key);
	sodium_memzero(key, sizeof(key));
	ent_b64(blob, sizeof(blob), b64);
	(void)snprintf(out + n, (size_t)(FILE_SIZE - n), "%s\n", b64);
	return 0;
}

static int
read_head(struct ent_str *rest, struct head *h)
{
	struct ent_str line, ops;

	*rest = ent_str_from(*rest, sizeof(MAGIC) - 1);
	if (!ent_str_next(rest, '\n', &line) || !ent_str_starts(line, "argon2id "))
		return ENT_EPARSE;
	line = ent_str_from(line, sizeof("argon2id ") - 1);
	if (!ent_str_next(&line, ' ', &ops) || ent_str_u64(ops, OPS_MAX, &h->ops) ||
	    h->ops < crypto_pwhash_OPSLIMIT_MIN || ent_str_u64(line, MEM_MAX, &h->mem) ||
	    h->mem < crypto_pwhash_MEMLIMIT_MIN)
		return ENT_EPARSE;
	return ent_str_next(rest, '\n', &line) ? ent_unb64_n(line, h->salt, sizeof(h->salt))
	                                       : ENT_EPARSE;
}

static int
unseal(struct ent_str file, struct ent_str passphrase, uint8_t seed[ENT_SEED],
       struct ent_err *err)
{
	struct ent_str rest = file, box;
	uint8_t key[32], blob[NONCE + BOX];
	char head[FILE_SIZE];
	struct head h;
	int n, rc;

	if (read_head(&rest, &h) || !ent_str_next(&rest, '\n', &box) || rest.n ||
	    ent_unb64_n(box, blob, sizeof(blob)))
		return ent_fail(err, ENT_EPARSE,
		                "a damaged seed file: its lines are not those of "
		                "entente-seed/1");
	if (!passphrase.p)
		return ent_fail(
		    err, ENT_EAUTH,
		    "the seed of the keys is under a passphrase: give it with "
		    "passphrase_file in entente.conf, ENTENTE_PASSPHRASE_FILE, or on "
		    "a terminal");
	n = print_head(&h, head, sizeof(head));
	rc = key_of(&h, passphrase, key, err);
	if (rc)
		return rc;
	if (crypto_aead_xchacha20poly1305_ietf_decrypt(seed, NULL, NULL, blob + NONCE, BOX,
	                                               (const uint8_t *)head,
	                                               (unsigned long long)n, blob, key) != 0)
		rc = ent_fail(err, ENT_EAUTH,
		              "that is not its passphrase, or the file was changed");
	sodium_memzero(key, sizeof(key));
	return rc;
}

int
ent_seed_open(struct ent_str file, struct ent_str passphrase, uint8_t seed[ENT_SEED],
              bool *sealed, struct ent_err *err)
{
	bool under = file.n != ENT_SEED && ent_str_starts(file, MAGIC);

	sodium_ready();
	if (sealed)
		*sealed = under;
	if (under)
		return unseal(file, passphrase, seed, err);
	if (file.n != ENT_SEED)
		return ent_fail(err, ENT_EPARSE, "%s than %d bytes, so this isn't a key seed",
		                file.n > ENT_SEED ? "more" : "less", ENT_SEED);
	memcpy(seed, file.p, ENT_SEED);
	return 0;
}

/* ---- the file ---- */

static int
text_of(const uint8_t seed[ENT_SEED], struct ent_str passphrase, char room[FILE_SIZE],
        struct ent_str *out, struct ent_err *err)
{
	int rc = 0;

	*out = (struct ent_str){ (const char *)seed, ENT_SEED };
	if (!passphrase.p)
		return 0;
	if (passphrase.n == 0)
		return ent_fail(err, ENT_EINVAL, "the passphrase is empty");
	rc = seal(seed, passphrase, room, err);
	*out = ent_str_c(room);
	return rc;
}

int
ent_seed_create(const char *path, struct ent_str passphrase, struct ent_err *err)
{
	uint8_t seed[ENT_SEED];
	char room[FILE_SIZE];
	struct ent_str text;
	int rc;

	sodium_ready();
	randombytes_buf(seed, sizeof(seed));
	rc = text_of(seed, passphrase, room, &text, err);
	if (rc == 0)
		rc = ent_file_create(path, text, 0600, err);
	sodium_memzero(seed, sizeof(seed));
	return rc;
}

int
ent_seed_write(const char *path, const uint8_t seed[ENT_SEED], struct ent_str passphrase,
               struct ent_err *err)
{
	char room[FILE_SIZE];
	struct ent_str text;
	int rc;

	sodium_ready();
	rc = text_of(seed, passphrase, room, &text, err);
	return rc ? rc : ent_file_write(path, text, 0600, err);
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
ent_seed_read(const char *path, struct ent_str passphrase, uint8_t seed[ENT_SEED], bool *sealed,
              struct ent_err *err)
{
	uint8_t raw[FILE_SIZE + 1]; /* one more: a longer file is noticed */
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
	rc = ent_seed_open((struct ent_str){ (const char *)raw, have }, passphrase, seed,
	                   sealed, err);
	rc = rc ? ent_within(err, rc, "%s", path) : 0;
out:
	sodium_memzero(raw, sizeof(raw));
	(void)close(fd);
	return rc;
}
