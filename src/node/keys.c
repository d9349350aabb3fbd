/* SPDX-License-Identifier: Apache-2.0 */
/*
 * keys.c - a node's keys in its folder: their change, their passphrase, the certificate.
 *
 * The order of a change: the new successor's seed is made (coming.seed), the database takes the
 * new card, the successor's seed becomes node.seed, coming.seed becomes next.seed.  Each step
 * is whole or not there, and what is left is done at the next opening.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "crypto/cert.h"
#include "crypto/hash.h"
#include "node/node_int.h"
#include "proof/keys.h"

#define NEXT_SEED   "next.seed"
#define COMING_SEED "coming.seed"

static int
nomem(struct ent_err *err)
{
	return ent_fail(err, ENT_ENOMEM, "out of memory");
}

static const char *
path_of(const struct ent_node *n, const char *name)
{
	return ent_node_path(n->arena, n->dir, name).p;
}

static int
move(const char *from, const char *to, struct ent_err *err)
{
	return rename(from, to) ? ent_fail(err, ent_errno_code(errno), "%s: %m", to) : 0;
}

static int
read_keys(const char *path, struct ent_str passphrase, struct ent_keys *keys,
          uint8_t seed[ENT_SEED], struct ent_err *err)
{
	int rc = ent_seed_read(path, passphrase, seed, NULL, err);

	if (rc == 0)
		ent_keys_derive(seed, keys);
	return rc;
}

static bool
is_key_of(const struct ent_card *card, const struct ent_keys *keys)
{
	return memcmp(card->sign, keys->key[ENT_KEY_SIGN].pub, ENT_PUB) == 0;
}

static int
own_card(struct ent_node *n, struct ent_card *out, struct ent_err *err)
{
	struct ent_str text;
	int rc = ent_exchange_card(n->exchange, n->arena, &text, err);

	return rc ? rc : ent_card_read(n->arena, text, out, err);
}

/* ---- change ---- */

/* The successor's seed in place of the present one, and the coming one in place of that. */
static int
put_in_place(struct ent_node *n, const uint8_t seed[ENT_SEED], struct ent_err *err)
{
	const char *coming = path_of(n, COMING_SEED), *next = path_of(n, NEXT_SEED);
	int rc =
	    coming && next
		? ent_seed_write(ent_node_setting(n, "seed"), seed,
	                         n->sealed ? n->passphrase : (struct ent_str){ NULL, 0 }, err)
		: nomem(err);

	return rc ? rc : move(coming, next, err);
}

int
ent_node_settle_keys(struct ent_node *n, struct ent_err *err)
{
	const char *coming = path_of(n, COMING_SEED), *next = path_of(n, NEXT_SEED);
	uint8_t seed[ENT_SEED];
	struct ent_keys keys;
	struct ent_card card;
	int rc;

	if (!coming || !next)
		return nomem(err);
	if (access(coming, F_OK) != 0 || own_card(n, &card, NULL))
		return 0;
	if (is_key_of(&card, &n->keys)) {
		/* before the database took the card, or after the first of the two files */
		rc = read_keys(coming, n->passphrase, &keys, seed, err);
		if (rc == 0) {
			uint8_t hash[ENT_SHA256];

			ent_sha256((struct ent_str){ (const char *)keys.key[ENT_KEY_SIGN].pub,
			                             ENT_PUB },
			           hash);
			if (card.has_next && memcmp(hash, card.next, sizeof(hash)) == 0)
				rc = move(coming, next, err);
			else if (unlink(coming) != 0)
				rc = ent_fail(err, ent_errno_code(errno), "%s: %m", coming);
		}
	} else {
		rc = read_keys(next, n->passphrase, &keys, seed, err);
		if (rc == 0 && !is_key_of(&card, &keys))
			rc = ent_fail(
			    err, ENT_ESTATE,
			    "a change of keys was left half done: give the seed of the new "
			    "ones again, as %s",
			    next);
		if (rc == 0)
			rc = put_in_place(n, seed, err);
		if (rc == 0)
			n->keys = keys;
	}
	explicit_bzero(seed, sizeof(seed));
	ent_keys_wipe(&keys);
	return rc;
}

/* A seed file that was brought back from where it was kept goes to where a crash finds it. */
static int
bring_next(struct ent_node *n, const struct ent_key_change *k, uint8_t seed[ENT_SEED],
           struct ent_keys *keys, struct ent_err *err)
{
	const char *next = path_of(n, NEXT_SEED), *from = k->seed ? k->seed : next;
	struct ent_str pass = k->passphrase.p ? k->passphrase : n->passphrase,
		       none = { NULL, 0 };
	int rc = next ? read_keys(from, pass, keys, seed, err) : nomem(err);

	if (rc)
		return ent_within(err, rc,
		                  "the successor's seed (--seed FILE, if it was taken away)");
	return from == next && pass.p == n->passphrase.p
	           ? 0
	           : ent_seed_write(next, seed, n->sealed ? n->passphrase : none, err);
}

static int
rotate(struct ent_node *n, const struct ent_key_change *k, struct ent_err *err)
{
	const char *coming = path_of(n, COMING_SEED);
	struct ent_str none = { NULL, 0 };
	uint8_t seed[ENT_SEED], later[ENT_SEED];
	struct ent_keys keys = { 0 }, after = { 0 };
	struct ent_rotation r = { .keys = &keys, .revoked_from = k->revoked_from };
	int rc = coming ? bring_next(n, k, seed, &keys, err) : nomem(err);

	if (rc == 0 && unlink(coming) != 0 && errno != ENOENT)
		rc = ent_fail(err, ent_errno_code(errno), "%s: %m", coming);
	if (rc == 0)
		rc = ent_seed_create(coming, n->sealed ? n->passphrase : none, err);
	if (rc == 0)
		rc = read_keys(coming, n->passphrase, &after, later, err);
	if (rc == 0) {
		ent_sha256(
		    (struct ent_str){ (const char *)after.key[ENT_KEY_SIGN].pub, ENT_PUB },
		    r.next);
		rc = ent_exchange_rotate(n->exchange, n->arena, &r, err);
		if (rc)
			(void)unlink(coming);
	}
	if (rc == 0)
		rc = put_in_place(n, seed, err);
	explicit_bzero(seed, sizeof(seed));
	explicit_bzero(later, sizeof(later));
	ent_keys_wipe(&keys);
	ent_keys_wipe(&after);
	return rc;
}

int
ent_node_rotate(struct ent_node *n, const struct ent_key_change *k, struct ent_err *err)
{
	int fd, rc = ent_node_lock(n, &fd, err);

	if (rc == ENT_EBUSY)
		return ent_within(err, rc, "its keys can't change while it signs with them");
	if (rc)
		return rc;
	rc = rotate(n, k, err);
	(void)close(fd);
	return rc;
}

/* ---- passphrase ---- */

static int
reseal(struct ent_node *n, const char *path, struct ent_str passphrase, struct ent_err *err)
{
	uint8_t seed[ENT_SEED];
	int rc;

	if (!path)
		return nomem(err);
	if (access(path, F_OK) != 0)
		return 0; /* it was taken away */
	rc = ent_seed_read(path, n->passphrase, seed, NULL, err);
	if (rc == 0)
		rc = ent_seed_write(path, seed, passphrase, err);
	explicit_bzero(seed, sizeof(seed));
	return rc;
}

int
ent_node_passphrase(struct ent_node *n, struct ent_str passphrase, struct ent_err *err)
{
	/* the successor first: where this ends half way, the node's own still opens as before
	 */
	int rc = reseal(n, path_of(n, NEXT_SEED), passphrase, err);

	return rc ? rc : reseal(n, ent_node_setting(n, "seed"), passphrase, err);
}

bool
ent_node_sealed(const struct ent_node *n)
{
	return n->sealed;
}

/* ---- certificate ---- */

int
ent_node_renew_certificate(struct ent_node *n, int days, struct ent_err *err)
{
	return ent_cert_renew(ent_node_setting(n, "tls_key"), ent_node_setting(n, "tls_cert"),
	                      days, err);
}

int
ent_node_certificate_ends(const struct ent_node *n, int64_t *at, struct ent_err *err)
{
	return ent_cert_ends(ent_node_setting(n, "tls_cert"), at, err);
}
