/* SPDX-License-Identifier: Apache-2.0 */
/*
 * feed.c - `entente feed add` and `remove`: collections of other people's servers, mirrored on
 * a schedule.
 */
#include "exchange/feed.h"

#include <errno.h>
#include <inttypes.h>

#include "base/enc.h"
#include "base/file.h"
#include "cli/commands.h"
#include "cli/feed.h"
#include "cli/session.h"

#define EVERY      3600 /* seconds between two runs, if nothing is said */
#define SECRET_MAX 4096

/* clang-format off */
static const struct ent_option add_options[] = {
	{ "collection", "ID", "put the objects on this collection of the node too", 0, false },
	{ "every", "DURATION", "how often: 90s, 15m, 6h, 1d (1h)", 0, false },
	{ "tlp", "LEVEL", "as what an object without a TLP counts: clear, green, amber, amber+strict, red", 0, false },
	{ "onward", "RULE", "releasing them under agreements: never, within-tlp (never)", 0, false },
	{ "match-id", "ID", "only that object", 0, true },
	{ "match-type", "TYPE", "only objects of that type", 0, true },
	{ "match-version", "VERSION", "that version, or first, last, all (all)", 0, true },
	{ "match-spec-version", "VERSION", "only that version of STIX", 0, true },
	{ "limit", "N", "objects a page (1000)", 0, false },
	{ "user", "NAME", "call as a user with a password", 0, false },
	{ "password-file", "FILE", "its first line is the password; else it is asked for", 0, false },
	{ "password-stdin", NULL, "the first line of standard input is the password", 0, false },
	{ "token-file", "FILE", "call with the bearer token of its first line; - is standard input", 0, false },
	{ "cert", "FILE", "call with this certificate (PEM)", 0, false },
	{ "key", "FILE", "its private key (PEM)", 0, false },
	{ "pin", "HEX", "the server's key must have this SHA-256", 0, false },
	{ "ca", "FILE", "roots to trust instead of the system's (PEM)", 0, false },
	{ 0 },
};
/* clang-format on */

/* ---- durations ---- */

static const struct {
	const char *unit;
	int64_t seconds;
} units[] = { { "d", 86400 }, { "h", 3600 }, { "m", 60 }, { "s", 1 } };
#define UNITS (sizeof(units) / sizeof(units[0]))

static int
duration(const struct ent_cli *c, const char *name, int64_t *out, struct ent_err *err)
{
	struct ent_str v = ent_cli_value(c, name);
	uint64_t n = 0;

	if (!v.p)
		return 0;
	for (size_t i = 0; i < UNITS; i++)
		if (ent_str_ends(v, units[i].unit) &&
		    ent_str_u64((struct ent_str){ v.p, v.n - 1 }, ENT_FEED_EVERY_MAX, &n) ==
		        0) {
			*out = (int64_t)n * units[i].seconds;
			return 0;
		}
	return ent_fail(err, ENT_EINVAL,
	                "--%s: \"%.*s\" is not a duration: write 90s, 15m, 6h or 1d", name,
	                ENT_FMT(v));
}

struct ent_str
ent_duration_text(struct ent_cli *c, int64_t seconds)
{
	size_t i = 0;

	while (i + 1 < UNITS && seconds % units[i].seconds)
		i++;
	return ent_arena_printf(c->arena, "%" PRId64 "%s", seconds / units[i].seconds,
	                        units[i].unit);
}

/* ---- add ---- */

/* A file by its whole path: the server that reads it later stands elsewhere. */
static int
whole_path(struct ent_cli *c, const char *name, struct ent_str *out, struct ent_err *err)
{
	const char *given = ent_given_value(&c->given, name);
	char *path;

	if (!given)
		return 0;
	path = realpath(given, NULL);
	if (!path)
		return ent_fail(err, ent_errno_code(errno), "--%s: %s: %m", name, given);
	*out = ent_arena_dup(c->arena, ent_str_c(path));
	free(path);
	return out->p ? 0 : ent_cli_nomem(err);
}

static int
take_secret(struct ent_cli *c, struct ent_feed_record *f, struct ent_str *secret,
            struct ent_err *err)
{
	const char *token = ent_given_value(&c->given, "token-file");
	int rc = 0;

	f->user = ent_cli_value(c, "user");
	if (f->user.p && token)
		return ent_fail(err, ENT_EINVAL, "--user or --token-file: one of them");
	if (token) {
		rc = ent_file_read(c->arena, token, SECRET_MAX, secret, err);
		f->secret = ENT_FEED_TOKEN;
	} else if (f->user.p) {
		rc = ent_cli_password(c, "Password: ", secret, err);
		f->secret = ENT_FEED_PASSWORD;
	}
	if (rc || !secret->p)
		return rc;
	secret->n = ent_str_find(*secret, '\n');
	*secret = ent_str_trim(*secret);
	if (secret->n && secret->p[secret->n - 1] == '\r')
		secret->n--;
	return secret->n ? 0 : ent_fail(err, ENT_EINVAL, "the secret is empty");
}

static int
take_access(struct ent_cli *c, struct ent_feed_record *f, struct ent_str *secret,
            struct ent_err *err)
{
	uint8_t pin[32];
	int rc = whole_path(c, "cert", &f->cert, err);

	if (rc == 0)
		rc = whole_path(c, "key", &f->key, err);
	if (rc == 0)
		rc = whole_path(c, "ca", &f->ca, err);
	if (rc == 0 && !f->cert.p != !f->key.p)
		rc = ent_fail(err, ENT_EINVAL, "--cert and --key go together");
	f->pin = ent_cli_value(c, "pin");
	if (rc == 0 && f->pin.p && ent_unhex(f->pin, pin, sizeof(pin)))
		rc = ent_fail(err, ENT_EINVAL, "--pin: 64 hex digits are a SHA-256");
	return rc ? rc : take_secret(c, f, secret, err);
}

static int
take_handling(struct ent_cli *c, struct ent_feed_record *f, struct ent_err *err)
{
	struct ent_str tlp = ent_cli_value(c, "tlp"), onward = ent_cli_value(c, "onward");

	if (tlp.p && ent_tlp_parse(tlp, &f->tlp))
		return ent_fail(
		    err, ENT_EINVAL,
		    "--tlp: \"%.*s\" is not clear, green, amber, amber+strict or red",
		    ENT_FMT(tlp));
	f->onward = ent_str_is(onward, "within-tlp");
	if (onward.p && !f->onward && !ent_str_is(onward, "never"))
		return ent_fail(err, ENT_EINVAL,
		                "--onward: \"%.*s\" is not never or within-tlp",
		                ENT_FMT(onward));
	return 0;
}

/* The filters as they stand in the URL, without the first '&'. */
static int
take_match(struct ent_cli *c, struct ent_str *out, struct ent_err *err)
{
	int rc = ent_session_filters(c, out, err);

	if (rc == 0 && !ent_cli_flag(c, "match-version")) {
		*out = ent_arena_printf(c->arena, "%.*s%smatch%%5Bversion%%5D=all",
		                        ENT_FMT(*out), out->n ? "&" : "");
		rc = out->p ? 0 : ent_cli_nomem(err);
	}
	return rc;
}

/* Whether the address can be one: nothing is asked of it. */
static int
check_url(const struct ent_cli *c, struct ent_err *err)
{
	struct ent_client_config cc = { 0 };
	struct ent_taxii_client *t = NULL;
	int rc = ent_taxii_open(c->given.operands[1], &cc, &t, err);

	ent_taxii_close(t);
	return rc;
}

/* As the client has it (http/client.h), but before the first run. */
static int
check_clear(const struct ent_feed_record *f, struct ent_err *err)
{
	struct ent_str host = ent_str_from(f->url, sizeof("http://") - 1);
	bool digits = ent_str_starts(host, "127.");

	if (!ent_str_starts(f->url, "http://") || ent_str_starts(host, "[::1]"))
		return 0;
	host.n = ent_str_find(host, '/');
	host.n = ent_str_find(host, ':');
	for (size_t i = 0; i < host.n; i++)
		digits &= host.p[i] == '.' || (host.p[i] >= '0' && host.p[i] <= '9');
	if (digits || ent_str_is(host, "localhost"))
		return 0;
	return ent_fail(
	    err, ENT_EINVAL,
	    "%.*s: give an https:// address: http:// is taken for this machine only",
	    ENT_FMT(f->url));
}

/* A feed is known by its name already: its secret isn't touched then. */
static int
check_new(struct ent_cli *c, struct ent_str name, struct ent_err *err)
{
	struct ent_feed_record old;
	int rc = ent_feed_get(c->x, c->arena, name, &old, NULL);

	return rc == 0
	           ? ent_fail(err, ENT_EEXIST, "there is a feed %.*s already", ENT_FMT(name))
	           : 0;
}

static int
add(struct ent_cli *c, struct ent_err *err)
{
	struct ent_feed_record f = { .name = ent_cli_operand(c, 0),
		                     .url = ent_cli_operand(c, 1),
		                     .root = ent_cli_operand(c, 2),
		                     .collection = ent_cli_operand(c, 3),
		                     .every = EVERY,
		                     .limit = ENT_PAGE_MAX };
	struct ent_str secret = { NULL, 0 };
	struct ent_collection into;
	int rc = check_new(c, f.name, err);

	if (rc == 0)
		rc = check_url(c, err);
	if (rc == 0)
		rc = check_clear(&f, err);
	if (rc == 0)
		rc = duration(c, "every", &f.every, err);
	if (rc == 0)
		rc = ent_cli_number(c, "limit", 1, 1000000, &f.limit, err);
	if (rc == 0)
		rc = take_handling(c, &f, err);
	if (rc == 0)
		rc = take_match(c, &f.match, err);
	if (rc == 0 && ent_cli_flag(c, "collection")) {
		rc = ent_collection_find(c->x, c->arena, ent_cli_value(c, "collection"), &into,
		                         err);
		f.into = into.id;
	}
	if (rc == 0)
		rc = ent_feed_check(&f, err);
	if (rc == 0)
		rc = take_access(c, &f, &secret, err);
	if (rc == 0 && secret.p)
		rc = ent_node_feed_secret(c->node, c->arena, f.name, secret, err);
	if (rc == 0)
		rc = ent_feed_add(c->x, c->arena, &f, err);
	if (rc)
		return rc;
	ent_out_str(&c->out, "name", NULL, f.name);
	ent_out_int(&c->out, "every", NULL, f.every);
	ent_out_line(&c->out,
	             "%.*s is a feed: `entente serve` fetches it every %.*s, `entente feed run "
	             "%.*s` now.",
	             ENT_FMT(f.name), ENT_FMT(ent_duration_text(c, f.every)), ENT_FMT(f.name));
	return 0;
}

const struct ent_command ent_cmd_feed_add = {
	.name = "feed add",
	.help = "mirror a collection of another server on a schedule",
	.operands = "NAME URL ROOT COLLECTION",
	.min = 4,
	.max = 4,
	.node = true,
	.json = true,
	.options = add_options,
	.text = "URL is the server's address, https://host:port; ROOT a path below it or a "
		"whole URL.\n"
		"Without --user, --token-file and --cert the node's own certificate is shown.  "
		"The\n"
		"secret is kept in the node's folder; objects get the source \"feed:NAME\".",
	.run = add,
};

/* ---- remove ---- */

static int
drop(struct ent_cli *c, struct ent_err *err)
{
	struct ent_str name = ent_cli_operand(c, 0);
	int rc = ent_feed_remove(c->x, c->arena, name, err);

	if (rc == 0)
		rc = ent_node_feed_forget(c->node, c->arena, name, err);
	if (rc)
		return rc;
	ent_out_str(&c->out, "removed", NULL, name);
	ent_out_line(&c->out, "%.*s is no feed any more; what it gave is still held.",
	             ENT_FMT(name));
	return 0;
}

const struct ent_command ent_cmd_feed_remove = {
	.name = "feed remove",
	.help = "fetch a feed no more; its objects stay in the holdings",
	.operands = "NAME",
	.min = 1,
	.max = 1,
	.node = true,
	.json = true,
	.run = drop,
};
