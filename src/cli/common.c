/* SPDX-License-Identifier: Apache-2.0 */
/*
 * common.c - what several commands need.
 */
#include <errno.h>
#include <inttypes.h>
#include <termios.h>
#include <unistd.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/time.h"
#include "base/utf8.h"
#include "cli/rights.h"
#include "exchange/audit.h"
#include "exchange/sync.h"
#include "node/node.h"

#define LINE_MAX_BYTES 4096

int
ent_cli_nomem(struct ent_err *err)
{
	return ent_fail(err, ENT_ENOMEM, "out of memory");
}

struct ent_str
ent_cli_operand(const struct ent_cli *c, size_t i)
{
	return ent_str_c(i < c->given.n_operands ? c->given.operands[i] : NULL);
}

struct ent_str
ent_cli_value(const struct ent_cli *c, const char *name)
{
	return ent_str_c(ent_given_value(&c->given, name));
}

bool
ent_cli_flag(const struct ent_cli *c, const char *name)
{
	return ent_given_flag(&c->given, name);
}

int
ent_cli_number(const struct ent_cli *c, const char *name, int64_t min, int64_t max,
               int64_t *out, struct ent_err *err)
{
	struct ent_str v = ent_cli_value(c, name);
	uint64_t n;

	if (!v.p)
		return 0;
	if (ent_str_u64(v, (uint64_t)max, &n) || (int64_t)n < min)
		return ent_fail(err, ENT_EINVAL,
		                "--%s: \"%.*s\" is not a number from %" PRId64 " to %" PRId64,
		                name, ENT_FMT(v), min, max);
	*out = (int64_t)n;
	return 0;
}

int
ent_cli_time(const struct ent_cli *c, const char *name, int64_t *out, struct ent_err *err)
{
	struct ent_str v = ent_cli_value(c, name);
	char day[32];

	if (!v.p)
		return 0;
	if (v.n == 10 && snprintf(day, sizeof(day), "%.*sT00:00:00Z", ENT_FMT(v)) > 0 &&
	    ent_time_parse(ent_str_c(day), out, NULL) == 0)
		return 0;
	if (ent_time_parse(v, out, NULL))
		return ent_fail(err, ENT_EINVAL,
		                "--%s: \"%.*s\" is not a day or an instant in UTC: write "
		                "2027-01-31 or 2027-01-31T12:00:00Z",
		                name, ENT_FMT(v));
	return 0;
}

/* ---- agreements ---- */

int
ent_cli_agreement(struct ent_cli *c, struct ent_str who, struct ent_agreement **out,
                  struct ent_err *err)
{
	*out = ent_arena_alloc(c->arena, sizeof(**out));
	if (!*out)
		return ent_cli_nomem(err);
	return ent_agreement_find(c->x, c->arena, who, *out, err);
}

struct seeing {
	struct ent_cli *c;
	int (*see)(struct ent_cli *c, void *self, const struct ent_agreement *g,
	           struct ent_err *err);
	void *self;
	size_t *broken;
	struct ent_err *err;
};

static int
see_one(void *self, struct ent_str id, const struct ent_agreement *g, const struct ent_err *why)
{
	struct seeing *s = self;

	if (g)
		return s->see(s->c, s->self, g, s->err);
	ent_cli_complain(s->c, "agreement %.*s can't be read: %s", ENT_FMT(id), why->msg);
	++*s->broken;
	return 0;
}

int
ent_cli_agreements(struct ent_cli *c,
                   int (*see)(struct ent_cli *c, void *self, const struct ent_agreement *g,
                              struct ent_err *err),
                   void *self, size_t *broken, struct ent_err *err)
{
	struct seeing s = { c, see, self, broken, err };
	struct ent_agreement *g;
	int rc = 0;

	*broken = 0;
	if (c->given.n_operands == 0)
		return ent_agreement_each(c->x, see_one, &s, err);
	for (size_t i = 0; rc == 0 && i < c->given.n_operands; i++) {
		rc = ent_cli_agreement(c, ent_cli_operand(c, i), &g, err);
		if (rc == 0)
			rc = see(c, self, g, err);
	}
	return rc;
}

struct ent_str
ent_cli_party(const struct ent_agreement *g, struct ent_str id)
{
	int i = ent_agreement_party(g, id);

	return i < 0 ? id : g->party[i].name;
}

/* ---- telling the others ---- */

static const struct ent_column told_columns[] = {
	{ "party", NULL, false },
	{ "told", NULL, false },
	{ "problem", NULL, false },
};

static void
tell_one(struct ent_cli *c, const struct ent_agreement *g, const struct ent_party *p)
{
	struct ent_sync_options o = { .statements_only = true };
	struct ent_sync_report r;
	struct ent_err err = { 0 };
	int rc = ent_sync(c->x, c->arena, g->id, p->id, &o, &r, &err);

	if (rc == ENT_ESTATE &&
	    r.peer.p) /* they know now; information doesn't pass, that's all */
		rc = 0;
	if (c->json) {
		ent_cell(&c->out, p->name);
		ent_cell_bool(&c->out, rc == 0 && r.untold == 0);
		ent_cell(&c->out,
		         rc ? ent_arena_dup(c->arena, ent_str_c(err.msg)) : r.untold_why);
	} else if (rc == 0 && r.untold) {
		ent_out_line(&c->out, "%.*s has been told, but does not take it: %.*s",
		             ENT_FMT(p->name), ENT_FMT(r.untold_why));
	} else if (rc == 0) {
		ent_out_line(&c->out, "%.*s has been told.", ENT_FMT(p->name));
	} else {
		ent_out_line(
		    &c->out,
		    "%.*s could not be told now (%s).\nThe statement is signed and goes "
		    "out with the next sync: entente sync",
		    ENT_FMT(p->name), err.msg);
	}
}

/* Those whom a version that waits would make parties. */
static void
tell_invited(struct ent_cli *c, const struct ent_agreement *g)
{
	struct ent_agreement *next = ent_arena_alloc(c->arena, sizeof(*next));

	if (!next || !g->newer.n ||
	    ent_agreement_document(c->x, c->arena, g->id, g->newer, next, NULL))
		return;
	for (size_t i = 0; i < next->parties; i++)
		if (ent_agreement_party(g, next->party[i].id) < 0)
			tell_one(c, g, &next->party[i]);
}

int
ent_cli_tell(struct ent_cli *c, const struct ent_agreement *g, struct ent_err *err)
{
	(void)err;
	if (ent_cli_flag(c, "no-send")) {
		ent_out_line(&c->out, "Nobody has been told: it goes out with the next sync.");
		return 0;
	}
	ent_out_list(&c->out, "told", ENT_COLUMNS(told_columns));
	for (size_t i = 0; i < g->parties; i++)
		if (i != g->self)
			tell_one(c, g, &g->party[i]);
	tell_invited(c, g);
	ent_out_list_end(&c->out, NULL);
	return 0;
}

/* ---- asking ---- */

/* One line, without its end.  0 at the end of the input. */
static size_t
read_line(char *to, size_t size)
{
	size_t n = 0;
	ssize_t got;
	char ch;

	while ((got = read(STDIN_FILENO, &ch, 1)) > 0 || (got < 0 && errno == EINTR)) {
		if (got < 0)
			continue;
		if (ch == '\n')
			return n;
		if (n + 1 < size)
			to[n++] = ch;
	}
	return n;
}

int
ent_cli_ask(struct ent_cli *c, const char *prompt, bool secret, struct ent_str *out,
            struct ent_err *err)
{
	bool tty = isatty(STDIN_FILENO) == 1, hidden = false;
	struct termios before, quiet;
	char line[LINE_MAX_BYTES];
	size_t n;

	if (tty) {
		(void)fprintf(stderr, "%s", prompt);
		(void)fflush(stderr);
	}
	if (tty && secret && tcgetattr(STDIN_FILENO, &before) == 0) {
		quiet = before;
		quiet.c_lflag &= ~(tcflag_t)ECHO;
		hidden = tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet) == 0;
	}
	n = read_line(line, sizeof(line));
	if (hidden) {
		(void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
		(void)fputc('\n', stderr);
	}
	*out = ent_arena_dup(c->arena, ent_str_trim((struct ent_str){ line, n }));
	explicit_bzero(line, sizeof(line));
	return out->p ? 0 : ent_cli_nomem(err);
}

int
ent_cli_password(struct ent_cli *c, const char *prompt, struct ent_str *out,
                 struct ent_err *err)
{
	bool in = ent_cli_flag(c, "password-stdin");
	const char *path = in ? "-" : ent_given_value(&c->given, "password-file");
	int rc = path ? ent_file_read(c->arena, path, LINE_MAX_BYTES, out, err)
	              : ent_cli_ask(c, prompt, true, out, err);

	if (rc)
		return rc;
	out->n = ent_str_find(*out, '\n');
	if (out->n && out->p[out->n - 1] == '\r')
		out->n--;
	return out->n ? 0 : ent_fail(err, ENT_EINVAL, "the password is empty");
}

const char *
ent_cli_s(size_t n)
{
	return n == 1 ? "" : "s";
}

struct ent_str
ent_cli_cut(struct ent_cli *c, struct ent_str s, size_t n)
{
	struct ent_str cut = s;

	if (!s.p || ent_columns_of(s) <= n || n < 4)
		return s;
	while (cut.n && ent_columns_of(cut) > n - 3)
		cut = ent_utf8_cut(s, cut.n - 1);
	return ent_arena_printf(c->arena, "%.*s...", ENT_FMT(cut));
}

void
ent_cli_complain(const struct ent_cli *c, const char *fmt, ...)
{
	struct ent_buf raw, plain;
	struct ent_str s;
	va_list ap;

	ent_buf_init(&raw, 65536);
	ent_buf_init(&plain, 262144);
	va_start(ap, fmt);
	ent_buf_vprintf(&raw, fmt, ap);
	va_end(ap);
	ent_plain(&plain, ent_buf_view(&raw), true);
	s = ent_buf_view(&plain);
	(void)fflush(stdout);
	(void)fprintf(stderr, "entente: %s%s%.*s\n", c->command ? c->command->name : "",
	              c->command ? ": " : "", ENT_FMT(s));
	ent_buf_release(&raw);
	ent_buf_release(&plain);
}

int
ent_cli_open_node(struct ent_cli *c, struct ent_err *err)
{
	int rc = ent_node_open(c->dir, c->passphrase, &c->node, err);

	if (rc == ENT_EAUTH && !c->passphrase.p && isatty(STDIN_FILENO) == 1) {
		rc = ent_cli_ask(c, "Passphrase of the node's keys: ", true, &c->passphrase,
		                 err);
		if (rc == 0)
			rc = ent_node_open(c->dir, c->passphrase, &c->node, err);
	}
	if (rc == 0) {
		c->x = ent_node_exchange(c->node);
		ent_audit_as_account(c->x);
	}
	return rc ? rc : ent_cli_who(c, err);
}

int
ent_cli_first_line(struct ent_cli *c, const char *option, struct ent_str *out,
                   struct ent_err *err)
{
	const char *path = ent_given_value(&c->given, option);
	int rc;

	*out = (struct ent_str){ NULL, 0 };
	if (!path)
		return 0;
	rc = ent_file_read(c->arena, path, ENT_PASSPHRASE_MAX + 2, out, err);
	if (rc == 0)
		out->n = ent_str_find(*out, '\n');
	return rc;
}
