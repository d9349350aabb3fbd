/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rights.c - the table of commands and rights, and the person who says who he is.
 */
#include "cli/rights.h"

#include "base/file.h"
#include "exchange/audit.h"
#include "exchange/login.h"

/* A command, or all commands of a group; the longest that fits counts. */
/* clang-format off */
static const struct {
	const char *name;
	unsigned right;
} rights[] = {
	{ "init", 0 }, { "serve", 0 }, { "status", 0 }, { "sync", 0 }, { "doctor", 0 },
	{ "version", 0 }, { "help", 0 }, { "stix", 0 }, { "pattern", 0 }, { "taxii", 0 },
	{ "list", ENT_MAY_READ }, { "show", ENT_MAY_READ }, { "digest", ENT_MAY_READ },
	{ "inbox", ENT_MAY_READ }, { "receipts", ENT_MAY_READ }, { "preview", ENT_MAY_READ }, { "explain", ENT_MAY_READ },
	{ "quarantine", ENT_MAY_WRITE },
	{ "import", ENT_MAY_WRITE }, { "extract", ENT_MAY_WRITE }, { "extract verify", 0 }, { "intake", ENT_MAY_WRITE }, { "screen", ENT_MAY_WRITE },
	{ "screening", ENT_MAY_WRITE }, { "screening list", ENT_MAY_READ }, { "screening show", ENT_MAY_READ },
	{ "watch", ENT_MAY_WRITE },
	{ "incident", ENT_MAY_WRITE }, { "incident list", ENT_MAY_READ }, { "incident show", ENT_MAY_READ },
	{ "incident claims", ENT_MAY_READ }, { "incident stats", ENT_MAY_READ }, { "incident export", ENT_MAY_READ },
	{ "designation", ENT_MAY_WRITE },
	{ "thread", ENT_MAY_TALK }, { "package", ENT_MAY_RELEASE }, { "communique", ENT_MAY_RELEASE }, { "package list", ENT_MAY_READ },
	{ "package show", ENT_MAY_READ },
	{ "ask", ENT_MAY_TALK }, { "reply", ENT_MAY_TALK }, { "tip", ENT_MAY_TALK }, { "outcome", ENT_MAY_TALK },
	{ "release", ENT_MAY_RELEASE }, { "recall", ENT_MAY_RELEASE }, { "recall list", ENT_MAY_READ },
	{ "recall due", 0 }, { "life", ENT_MAY_TALK }, { "life list", ENT_MAY_READ }, { "life show", ENT_MAY_READ },
	{ "approval", ENT_MAY_APPROVE }, { "approval list", ENT_MAY_READ }, { "approval show", ENT_MAY_READ },
	{ "agreement", ENT_MAY_AGREE }, { "agreement list", ENT_MAY_READ }, { "agreement show", ENT_MAY_READ },
	{ "agreement log", ENT_MAY_READ },
	{ "ledger", ENT_MAY_AUDIT }, { "audit", ENT_MAY_AUDIT }, { "prove", ENT_MAY_AUDIT },
	{ "user", ENT_MAY_ADMIN }, { "user list", ENT_MAY_READ },
	{ "key", ENT_MAY_ADMIN }, { "key show", ENT_MAY_READ }, { "key history", ENT_MAY_READ },
	{ "peer", ENT_MAY_ADMIN }, { "peer list", ENT_MAY_READ }, { "peer show", ENT_MAY_READ },
	{ "collection", ENT_MAY_ADMIN }, { "collection list", ENT_MAY_READ },
	{ "feed", ENT_MAY_ADMIN }, { "feed list", ENT_MAY_READ }, { "feed show", ENT_MAY_READ },
};
/* clang-format on */

unsigned
ent_cli_right(const char *command, bool *known)
{
	unsigned right = ENT_MAY_ADMIN;
	size_t longest = 0;

	for (size_t i = 0; i < sizeof(rights) / sizeof(rights[0]); i++) {
		size_t n = strlen(rights[i].name);

		if (strncmp(command, rights[i].name, n) == 0 &&
		    (command[n] == ' ' || command[n] == 0) && n > longest) {
			longest = n;
			right = rights[i].right;
		}
	}
	if (known)
		*known = longest > 0;
	return right;
}

static int
password_of(struct ent_cli *c, struct ent_str name, struct ent_str *out, struct ent_err *err)
{
	const char *path = getenv("ENTENTE_PASSWORD_FILE");
	struct ent_str prompt;
	int rc;

	if (path && path[0]) {
		rc = ent_file_read(c->arena, path, ENT_PASSPHRASE_MAX + 2, out, err);
		if (rc == 0)
			*out =
			    ent_str_trim((struct ent_str){ out->p, ent_str_find(*out, '\n') });
		return rc;
	}
	prompt = ent_arena_printf(c->arena, "Password of %.*s: ", ENT_FMT(name));
	return prompt.p ? ent_cli_ask(c, prompt.p, true, out, err) : ent_cli_nomem(err);
}

/* Whether somebody could be asked: without an administrator nobody can let anyone in. */
static int
has_admin(struct ent_cli *c, bool *out, struct ent_err *err)
{
	struct ent_user *u;
	size_t n;
	int rc = ent_users(c->x, c->arena, &u, &n, err);

	*out = false;
	for (size_t i = 0; rc == 0 && i < n; i++)
		*out |= (ent_user_rights(&u[i]) & ENT_MAY_ADMIN) != 0;
	return rc;
}

/* Nobody is named: that is the account of the machine, unless the node wants people. */
static int
nobody(struct ent_cli *c, unsigned right, struct ent_err *err)
{
	const char *people = ent_node_setting(c->node, "people");
	bool admin;
	int rc;

	if (right == 0 || !people || strcmp(people, "required") != 0)
		return 0;
	rc = has_admin(c, &admin, err);
	if (rc || !admin)
		return rc;
	return ent_fail(err, ENT_EDENIED,
	                "this node wants to know who acts: --login USER (%.*s)",
	                ENT_FMT(ent_right_roles(c->arena, right)));
}

int
ent_cli_who(struct ent_cli *c, struct ent_err *err)
{
	struct ent_str name = ent_cli_value(c, "login"), password;
	unsigned right = ent_cli_right(c->command->name, NULL);
	struct ent_user u;
	int rc;

	if (!name.p)
		name = ent_str_c(getenv("ENTENTE_USER"));
	if (!name.n)
		return nobody(c, right, err);
	rc = password_of(c, name, &password, err);
	if (rc == 0)
		rc = ent_login(c->x, c->arena, ENT_STR("local:0"), name, password, &u, err);
	if (rc == ENT_EAUTH)
		return ent_fail(err, rc, "--login %.*s: no such user, or another password",
		                ENT_FMT(name));
	if (rc)
		return rc;
	if ((ent_user_rights(&u) & right) != right)
		return ent_fail(err, ENT_EDENIED, "%.*s is %.*s: this is for %.*s",
		                ENT_FMT(name), ENT_FMT(ent_user_roles(c->arena, &u)),
		                ENT_FMT(ent_right_roles(c->arena, right)));
	ent_audit_as(c->x, "user", u.name);
	return 0;
}
