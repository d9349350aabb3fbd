/* SPDX-License-Identifier: Apache-2.0 */
/*
 * user.c - local users and their passwords.
 */
#include "exchange/user.h"

#include "crypto/password.h"
#include "crypto/random.h"
#include "exchange/book.h"
#include "exchange/exchange_int.h"

#define USERS_MAX 1000
#define MEMOS     16

/* A hash of nothing: unknown names cost as much time as wrong passwords. */
static const char nobody[] = "$argon2id$v=19$m=65536,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$"
			     "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

static int
name_ok(struct ent_str name, struct ent_err *err)
{
	for (size_t i = 0; i < name.n; i++) {
		char c = name.p[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		      (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.'))
			return ent_fail(
			    err, ENT_EINVAL,
			    "a user name has letters, digits, '-', '_' and '.' only");
	}
	return name.n > 0 && name.n <= 64
	           ? 0
	           : ent_fail(err, ENT_EINVAL, "a user name has 1 to 64 characters");
}

static int
read_user(struct ent_exchange *x, struct ent_arena *a, struct ent_str name,
          struct ent_user *out, struct ent_err *err)
{
	const struct ent_json *v;
	int rc = ent_x_doc(x, a, ENT_SPACE_USER, name, &v, err);

	if (rc)
		return rc;
	*out = (struct ent_user){ .name = name, .hash = ent_json_getstr(v, "hash") };
	(void)ent_json_bool(ent_json_getc(v, "read"), &out->can_read);
	(void)ent_json_bool(ent_json_getc(v, "write"), &out->can_write);
	return 0;
}

int
ent_user_add(struct ent_exchange *x, struct ent_arena *a, struct ent_str name,
             struct ent_str password, bool can_read, bool can_write, struct ent_err *err)
{
	char hash[ENT_PASSWORD_TEXT];
	struct ent_user old;
	struct ent_str text;
	int rc = name_ok(name, err);

	if (rc == 0 && password.n < 8)
		rc = ent_fail(err, ENT_EINVAL, "a password has at least 8 bytes");
	if (rc == 0)
		rc = ent_password_hash(password, hash, err);
	if (rc == 0)
		rc = ent_x_begin(x, err);
	if (rc)
		return rc;
	rc = read_user(x, a, name, &old, NULL);
	if (rc == 0)
		rc = ent_fail(err, ENT_EEXIST, "user %.*s is there already", ENT_FMT(name));
	else if (rc == ENT_ENOENT)
		rc = 0;
	text = ent_arena_printf(a, "{\"hash\":\"%s\",\"read\":%s,\"write\":%s}", hash,
	                        can_read ? "true" : "false", can_write ? "true" : "false");
	explicit_bzero(hash, sizeof(hash));
	if (rc == 0)
		rc = text.p ? ent_store_doc_put(x->store, ENT_SPACE_USER, name, text, err)
		            : ent_x_nomem(err);
	if (rc == 0)
		rc = ent_book_act(x, a, "user-add",
		                  ent_arena_printf(a, "{\"user\":\"%.*s\"}", ENT_FMT(name)),
		                  err);
	return ent_x_end(x, rc, err);
}

int
ent_user_remove(struct ent_exchange *x, struct ent_arena *a, struct ent_str name,
                struct ent_err *err)
{
	struct ent_user u;
	int rc = ent_x_begin(x, err);

	if (rc)
		return rc;
	rc = read_user(x, a, name, &u, err);
	if (rc == ENT_ENOENT)
		rc = ent_fail(err, rc, "no user %.*s", ENT_FMT(name));
	if (rc == 0)
		rc = ent_store_doc_del(x->store, ENT_SPACE_USER, name, err);
	if (rc == 0)
		rc = ent_book_act(x, a, "user-remove",
		                  ent_arena_printf(a, "{\"user\":\"%.*s\"}", ENT_FMT(name)),
		                  err);
	return ent_x_end(x, rc, err);
}

int
ent_users(struct ent_exchange *x, struct ent_arena *a, struct ent_user **out, size_t *count,
          struct ent_err *err)
{
	struct ent_doc *docs;
	int rc = ent_store_docs(x->store, a, ENT_SPACE_USER, ENT_STR(""),
	                        (struct ent_str){ NULL, 0 }, USERS_MAX, &docs, count, err);

	if (rc)
		return rc;
	*out = ent_arena_array(a, *count, sizeof(**out));
	if (!*out)
		return ent_x_nomem(err);
	for (size_t i = 0; rc == 0 && i < *count; i++)
		rc = read_user(x, a, docs[i].key, &(*out)[i], err);
	return rc;
}

/*
 * A login that was verified once is remembered, as a keyed hash of all that it was made of, so
 * that it doesn't cost a password hash a request; a changed password changes the stored hash,
 * and so the memo.
 */
static int
memo_of(struct ent_exchange *x, struct ent_arena *a, struct ent_str name,
        struct ent_str password, struct ent_str hash, uint8_t mac[16])
{
	struct ent_str all = ent_arena_printf(a, "%zu:%zu:%.*s%.*s%.*s", name.n, password.n,
	                                      ENT_FMT(name), ENT_FMT(password), ENT_FMT(hash));

	if (!all.p)
		return ENT_ENOMEM;
	ent_mac(x->memo_key, all, mac);
	return 0;
}

static bool
remembered(const struct ent_exchange *x, const uint8_t mac[16])
{
	bool hit = false;

	for (size_t i = 0; i < MEMOS; i++)
		hit |= x->memo[i].set && ent_same(x->memo[i].mac, mac, 16);
	return hit;
}

int
ent_user_login(struct ent_exchange *x, struct ent_arena *a, struct ent_str name,
               struct ent_str password, struct ent_user *out, struct ent_err *err)
{
	struct ent_user u = { .hash = ent_str_c(nobody) };
	bool there = name.n > 0 && name.n <= 64 && read_user(x, a, name, &u, NULL) == 0;
	struct ent_str hash = ent_arena_dup(a, there ? u.hash : ent_str_c(nobody));
	uint8_t mac[16];

	if (!hash.p || memo_of(x, a, name, password, hash, mac))
		return ent_x_nomem(err);
	if (!there || !remembered(x, mac)) {
		if (!ent_password_verify(hash.p, password) || !there)
			return ent_fail(err, ENT_EAUTH, "unknown user or wrong password");
		memcpy(x->memo[x->memo_next % MEMOS].mac, mac, sizeof(mac));
		x->memo[x->memo_next++ % MEMOS].set = true;
	}
	*out = u;
	return 0;
}
