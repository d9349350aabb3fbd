/* SPDX-License-Identifier: Apache-2.0 */
/*
 * session.c - a TAXII client as the options of a command describe it.
 */
#include "cli/session.h"

#include <errno.h>
#include <time.h>

#include "base/enc.h"
#include "base/file.h"
#include "exchange/peer.h"

#define URL_MAX     16384
#define TOKEN_MAX   4096
#define TIMEOUT_MAX 86400 /* a day */

/* The node is opened only where something of it is needed: the other commands do without. */
int
ent_session_node(struct ent_cli *c, struct ent_err *err)
{
	int rc = 0;

	if (!c->node)
		rc = ent_cli_open_node(c, err);
	return rc;
}

static int
server_key(struct ent_cli *c, struct ent_session *s, struct ent_err *err)
{
	struct ent_str pin = ent_cli_value(c, "pin"), who = ent_cli_value(c, "peer");
	struct ent_peer p;
	int rc;

	s->how.ca_file = ent_given_value(&c->given, "ca");
	if (pin.p && ent_unhex(pin, s->pin, sizeof(s->pin)))
		return ent_fail(err, ENT_EINVAL, "--pin: 64 hex digits are a SHA-256");
	s->how.pin = pin.p ? s->pin : NULL;
	if (!who.p)
		return 0;
	rc = ent_session_node(c, err);
	if (rc == 0)
		rc = ent_peer_find(c->x, c->arena, who, &p, err);
	if (rc == 0 && !p.confirmed)
		rc = ent_fail(err, ENT_ESTATE,
		              "%.*s is not confirmed: compare the codes, then `entente peer "
		              "confirm`",
		              ENT_FMT(p.name));
	if (rc)
		return rc;
	memcpy(s->pin, p.pin, sizeof(s->pin));
	s->how.pin = s->pin;
	return 0;
}

/* The first line of --token-file. */
static int
read_token(struct ent_cli *c, struct ent_session *s, struct ent_err *err)
{
	const char *path = ent_given_value(&c->given, "token-file");
	struct ent_str token;
	int rc = path ? ent_file_read(c->arena, path, TOKEN_MAX, &token, err) : 0;

	if (rc || !path)
		return rc;
	token.n = ent_str_find(token, '\n');
	token = ent_arena_dup(c->arena, ent_str_trim(token));
	s->how.token = token.p;
	if (!token.p)
		return ent_cli_nomem(err);
	return token.n ? 0 : ent_fail(err, ENT_EINVAL, "%s: the token is empty", path);
}

static int
caller(struct ent_cli *c, struct ent_session *s, struct ent_err *err)
{
	struct ent_str password;
	int rc;

	s->how.cert_file = ent_given_value(&c->given, "cert");
	s->how.key_file = ent_given_value(&c->given, "key");
	s->how.user = ent_given_value(&c->given, "user");
	if (!s->how.cert_file != !s->how.key_file)
		return ent_fail(err, ENT_EINVAL, "--cert and --key go together");
	rc = read_token(c, s, err);
	if (rc == 0 && s->how.user && s->how.token)
		rc = ent_fail(err, ENT_EINVAL, "--user or --token-file, not both");
	if (rc)
		return rc;
	if (s->how.user) {
		rc = ent_cli_password(c, "Password: ", &password, err);
		if (rc)
			return rc;
		password = ent_arena_dup(c->arena, password);
		s->how.password = password.p;
		return password.p ? 0 : ent_cli_nomem(err);
	}
	if (s->how.cert_file || s->how.token || (!c->dir_named && !c->node))
		return 0;
	rc = ent_session_node(c, err);
	if (rc)
		return rc;
	s->how.cert_file = ent_node_setting(c->node, "tls_cert");
	s->how.key_file = ent_node_setting(c->node, "tls_key");
	return 0;
}

bool
ent_session_wait(struct ent_cli *c, uint64_t ms, const struct ent_err *why)
{
	ent_cli_complain(c, "%s; asked again in %.1f s", why->msg, (double)ms / 1000);
	return ent_session_pause(ms);
}

bool
ent_session_pause(uint64_t ms)
{
	struct timespec left = { (time_t)(ms / 1000), (long)(ms % 1000) * 1000000 };

	while (nanosleep(&left, &left) != 0)
		if (errno != EINTR)
			return false;
	return true;
}

static bool
wait_busy(void *self, uint64_t ms, const struct ent_err *why)
{
	return ent_session_wait(self, ms, why);
}

int
ent_session_options(struct ent_cli *c, struct ent_session *s, struct ent_err *err)
{
	struct ent_str version = ent_cli_value(c, "taxii");
	int64_t tries = ENT_SESSION_TRIES, seconds = 0;
	int rc;

	*s = (struct ent_session){ .how = { .wait = wait_busy, .self = c } };
	s->old = ent_str_is(version, "2.0");
	if (version.p && !s->old && !ent_str_is(version, "2.1"))
		return ent_fail(err, ENT_EINVAL, "--taxii: \"%.*s\" is not 2.0 or 2.1",
		                ENT_FMT(version));
	rc = ent_cli_number(c, "retries", 0, ENT_RETRY_MAX, &tries, err);
	if (rc == 0)
		rc = ent_cli_number(c, "timeout", 1, TIMEOUT_MAX, &seconds, err);
	if (rc == 0)
		rc = server_key(c, s, err);
	if (rc == 0)
		rc = caller(c, s, err);
	s->how.proxy = ent_given_value(&c->given, "proxy");
	s->how.retries = (unsigned)tries;
	s->how.total_ms = (int)seconds * 1000;
	return rc;
}

int
ent_session_connect(struct ent_session *s, const char *url, struct ent_err *err)
{
	int rc = ent_remote_open(url, &s->how, &s->remote, err);

	s->client = rc ? NULL : ent_remote_client(s->remote);
	if (rc == 0 && s->old)
		ent_taxii_speak_20(s->client);
	return rc;
}

int
ent_session_open(struct ent_cli *c, struct ent_session *s, struct ent_err *err)
{
	int rc = ent_session_options(c, s, err);

	return rc ? rc : ent_session_connect(s, c->given.operands[0], err);
}

void
ent_session_close(struct ent_session *s)
{
	ent_remote_close(s->remote);
	s->remote = NULL;
	s->client = NULL;
}

void
ent_percent(struct ent_buf *b, struct ent_str s)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char ch = (unsigned char)s.p[i];
		bool letter = (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z');

		if (letter || (ch >= '0' && ch <= '9') || strchr("-._~", ch))
			ent_buf_ch(b, (char)ch);
		else
			ent_buf_printf(b, "%%%02X", ch);
	}
}

int
ent_session_append(struct ent_cli *c, struct ent_str path, const char *segment,
                   const char *tail, struct ent_str *out, struct ent_err *err)
{
	struct ent_buf b;

	ent_buf_init(&b, URL_MAX);
	ent_buf_str(&b, path);
	if (segment)
		ent_percent(&b, ent_str_c(segment));
	if (tail)
		ent_buf_c(&b, tail);
	*out = ent_buf_done(&b, c->arena);
	ent_buf_release(&b);
	return out->p ? 0 : ent_fail(err, ENT_ELIMIT, "the URL is too long");
}

int
ent_session_path(struct ent_cli *c, const char *middle, const char *segment, const char *tail,
                 struct ent_str *out, struct ent_err *err)
{
	struct ent_str root = ent_cli_operand(c, 1);
	int rc;

	while (root.n > 0 && root.p[root.n - 1] == '/')
		root.n--;
	if (root.n == 0)
		return ent_fail(err, ENT_EINVAL, "ROOT is empty");
	rc = ent_session_append(c, root, NULL, middle, out, err);
	return rc ? rc : ent_session_append(c, *out, segment, tail, out, err);
}

void
ent_session_members(struct ent_cli *c, const struct ent_json *v)
{
	for (size_t i = 0; i < ent_json_count(v); i++) {
		const struct ent_json *m = ent_json_at(v, i);
		struct ent_str key = ent_json_key(v, i), name = ent_arena_dup(c->arena, key);

		if (name.p && ent_json_raw(m).p)
			ent_out_raw(&c->out, name.p, ent_json_raw(m));
		else if (name.p)
			ent_out_value(&c->out, name.p, m);
	}
}
