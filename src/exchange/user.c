/* SPDX-License-Identifier: Apache-2.0 */
/*
 * user.c - local users and their passwords.
 */
#include "exchange/user.h"

#include "crypto/password.h"
#include "exchange/audit.h"
#include "exchange/book.h"
#include "exchange/collection.h"
#include "exchange/exchange_int.h"
#include "exchange/token.h"

#define USERS_MAX 1000

/* The first whose flags a user has names the role of a record that has none; most first. */
/* clang-format off */
const struct ent_role ent_roles[] = {
	{ "admin", true, true, true, ENT_MAY_READ | ENT_MAY_AUDIT | ENT_MAY_AGREE | ENT_MAY_ADMIN },
	{ "writer", true, true, false, ENT_MAY_READ | ENT_MAY_WRITE },
	{ "reader", true, false, false, ENT_MAY_READ },
	{ "analyst", true, true, false, ENT_MAY_READ | ENT_MAY_WRITE | ENT_MAY_TALK },
	{ "release-officer", true, true, false,
	  ENT_MAY_READ | ENT_MAY_WRITE | ENT_MAY_TALK | ENT_MAY_RELEASE | ENT_MAY_AGREE },
	{ "approver", true, false, false, ENT_MAY_READ | ENT_MAY_APPROVE },
	{ "auditor", true, false, false, ENT_MAY_READ | ENT_MAY_AUDIT },
};
/* clang-format on */
const size_t ent_roles_n = sizeof(ent_roles) / sizeof(ent_roles[0]);

const struct ent_role *
ent_role_find(struct ent_str name)
{
	for (size_t i = 0; i < ent_roles_n; i++)
		if (ent_str_is(name, ent_roles[i].name))
			return &ent_roles[i];
	return NULL;
}

void
ent_user_take_role(struct ent_user *u, const struct ent_role *role)
{
	u->roles |= 1u << (unsigned)(role - ent_roles);
	u->can_read |= role->can_read;
	u->can_write |= role->can_write;
	u->admin |= role->admin;
}

const char *
ent_role_name(const struct ent_user *u)
{
	return u->admin ? "admin" : u->can_write ? "writer" : "reader";
}

static unsigned
roles_of(const struct ent_user *u)
{
	const struct ent_role *r = ent_role_find(ent_str_c(ent_role_name(u)));

	return u->roles ? u->roles : 1u << (unsigned)(r - ent_roles);
}

struct ent_str
ent_user_roles(struct ent_arena *a, const struct ent_user *u)
{
	struct ent_str s = ENT_STR("");

	for (size_t i = 0; s.p && i < ent_roles_n; i++)
		if (roles_of(u) >> i & 1)
			s = ent_arena_printf(a, "%.*s%s%s", ENT_FMT(s), s.n ? "," : "",
			                     ent_roles[i].name);
	return s;
}

unsigned
ent_user_rights(const struct ent_user *u)
{
	unsigned rights = 0;

	for (size_t i = 0; i < ent_roles_n; i++)
		if (roles_of(u) >> i & 1)
			rights |= ent_roles[i].rights;
	return rights;
}

struct ent_str
ent_right_roles(struct ent_arena *a, unsigned right)
{
	struct ent_str s = ENT_STR("");

	for (size_t i = 0; s.p && i < ent_roles_n; i++)
		if ((ent_roles[i].rights & right) == right)
			s = ent_arena_printf(a, "%.*s%s%s", ENT_FMT(s), s.n ? " or " : "",
			                     ent_roles[i].name);
	return s;
}

int
ent_user_name_check(struct ent_str name, struct ent_err *err)
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

/* Records of before there were roles have no "agreements": their users may use them. */
static int
read_user(struct ent_exchange *x, struct ent_arena *a, struct ent_str name,
          struct ent_user *out, struct ent_err *err)
{
	const struct ent_json *v, *roles;
	int rc = ent_x_doc(x, a, ENT_SPACE_USER, name, &v, err);

	if (rc)
		return rc;
	*out = (struct ent_user){ .name = name,
		                  .hash = ent_json_getstr(v, "hash"),
		                  .agreements = true };
	(void)ent_json_bool(ent_json_getc(v, "read"), &out->can_read);
	(void)ent_json_bool(ent_json_getc(v, "write"), &out->can_write);
	(void)ent_json_bool(ent_json_getc(v, "admin"), &out->admin);
	(void)ent_json_bool(ent_json_getc(v, "agreements"), &out->agreements);
	roles = ent_json_getc(v, "roles");
	for (size_t i = 0; i < ent_json_count(roles); i++) {
		const struct ent_role *r = ent_role_find(ent_json_str(ent_json_at(roles, i)));

		/* of a later program: it gives nothing here */
		out->roles |= r ? 1u << (unsigned)(r - ent_roles) : 0;
	}
	return 0;
}

/* As a list of JSON; absent if memory ran out. */
static struct ent_str
roles_json(struct ent_arena *a, const struct ent_user *u)
{
	struct ent_str s = ENT_STR("");

	for (size_t i = 0; s.p && i < ent_roles_n; i++)
		if (u->roles >> i & 1)
			s = ent_arena_printf(a, "%.*s%s\"%s\"", ENT_FMT(s), s.n ? "," : "",
			                     ent_roles[i].name);
	return s;
}

int
ent_user_get(struct ent_exchange *x, struct ent_arena *a, struct ent_str name,
             struct ent_user *out, struct ent_err *err)
{
	int rc = read_user(x, a, name, out, err);

	return rc == ENT_ENOENT ? ent_fail(err, rc, "no user %.*s", ENT_FMT(name)) : rc;
}

bool
ent_user_is(struct ent_exchange *x, struct ent_arena *a, struct ent_str name)
{
	struct ent_user u;

	return read_user(x, a, name, &u, NULL) == 0;
}

static int
new_hash(struct ent_str password, char hash[ENT_PASSWORD_TEXT], struct ent_err *err)
{
	if (password.n < 8)
		return ent_fail(err, ENT_EINVAL, "a password has at least 8 bytes");
	return ent_password_hash(password, hash, err);
}

static int
keep(struct ent_exchange *x, struct ent_arena *a, const struct ent_user *u, struct ent_str hash,
     const char *act, struct ent_err *err)
{
	struct ent_str roles = roles_json(a, u), text, names = ent_user_roles(a, u);
	int rc;

	text = ent_arena_printf(
	    a,
	    "{\"hash\":\"%.*s\",\"read\":%s,\"write\":%s,\"admin\":%s,\"agreements\":%s,"
	    "\"roles\":[%.*s]}",
	    ENT_FMT(hash), u->can_read ? "true" : "false", u->can_write ? "true" : "false",
	    u->admin ? "true" : "false", u->agreements ? "true" : "false", ENT_FMT(roles));
	rc = text.p && roles.p && names.p
	         ? ent_store_doc_put(x->store, ENT_SPACE_USER, u->name, text, err)
	         : ent_x_nomem(err);
	if (rc)
		return rc;
	return ent_audit_note(x, a, act,
	                      ent_arena_printf(a, "{\"user\":\"%.*s\",\"role\":\"%.*s\"}",
	                                       ENT_FMT(u->name), ENT_FMT(names)),
	                      err);
}

int
ent_user_add(struct ent_exchange *x, struct ent_arena *a, const struct ent_user *u,
             struct ent_str password, struct ent_err *err)
{
	char hash[ENT_PASSWORD_TEXT];
	int rc = ent_user_name_check(u->name, err);

	if (rc == 0)
		rc = new_hash(password, hash, err);
	if (rc == 0)
		rc = ent_x_begin(x, err);
	if (rc)
		return rc;
	rc = ent_user_is(x, a, u->name)
	         ? ent_fail(err, ENT_EEXIST,
	                    "user %.*s is there already: `entente user set` "
	                    "changes it",
	                    ENT_FMT(u->name))
	         : keep(x, a, u, ent_str_c(hash), "user-add", err);
	explicit_bzero(hash, sizeof(hash));
	return ent_x_end(x, rc, err);
}

int
ent_user_set(struct ent_exchange *x, struct ent_arena *a, const struct ent_user *u,
             struct ent_str password, struct ent_err *err)
{
	char hash[ENT_PASSWORD_TEXT];
	struct ent_user old;
	int rc = password.p ? new_hash(password, hash, err) : 0;

	if (rc == 0)
		rc = ent_x_begin(x, err);
	if (rc)
		return rc;
	rc = ent_user_get(x, a, u->name, &old, err);
	if (rc == 0)
		rc = keep(x, a, u, password.p ? ent_str_c(hash) : old.hash, "user-set", err);
	explicit_bzero(hash, sizeof(hash));
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
	rc = ent_user_get(x, a, name, &u, err);
	if (rc == 0)
		rc = ent_store_doc_del(x->store, ENT_SPACE_USER, name, err);
	if (rc == 0)
		rc = ent_tokens_forget(x, a, name, err);
	if (rc == 0)
		rc = ent_collections_forget(x, a, name, err);
	if (rc == 0)
		rc = ent_audit_note(x, a, "user-remove",
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

int
ent_user_acting(struct ent_exchange *x, struct ent_arena *a, struct ent_str *out,
                struct ent_err *err)
{
	struct ent_str who = ent_arena_dup(a, ent_str_c(x->who));

	if (!who.p)
		return ent_x_nomem(err);
	if (!ent_str_starts(who, "user:"))
		return ent_fail(err, ENT_EAUTH,
		                "two people must let this go, each by a name of this node: "
		                "--login USER");
	*out = ent_str_from(who, sizeof("user:") - 1);
	return 0;
}
