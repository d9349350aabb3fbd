/* SPDX-License-Identifier: Apache-2.0 */
/*
 * config.c - the table of settings, and the INI file they stand in.
 */
#include "node/config.h"

#include <ini.h>
#include <inttypes.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "base/uuid.h"

/* The file as a whole, and one of its lines (libinih is built for 200 bytes). */
#define FILE_MAX 65536
#define LINE_MAX 190

/* ---- what may stand in a text ---- */

static bool
anything(struct ent_str s)
{
	(void)s;
	return true;
}

static bool
some(struct ent_str v)
{
	return v.n > 0;
}

static bool
party_ok(struct ent_str v)
{
	uint8_t uuid[16];

	return ent_str_starts(v, "identity--") &&
	       ent_uuid_parse(ent_str_from(v, sizeof("identity--") - 1), uuid) == 0;
}

/* It is a part of ledger origins and key names, where a blank, "+" or "/" would end it. */
static bool
host_ok(struct ent_str v)
{
	for (size_t i = 0; i < v.n; i++) {
		char c = v.p[i];

		if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '.' && c != '-')
			return false;
	}
	return v.n > 0 && v.n <= 128;
}

static bool
listen_ok(struct ent_str v)
{
	struct ent_str port;
	uint64_t n;
	size_t colon = v.n;

	while (colon > 0 && v.p[colon - 1] != ':')
		colon--;
	port = ent_str_from(v, colon);
	return colon > 1 && ent_str_find(v, ' ') == v.n && ent_str_u64(port, 65535, &n) == 0;
}

static bool
url_ok(struct ent_str v)
{
	struct ent_str rest = ent_str_from(v, sizeof("https://") - 1);

	if (v.n == 0)
		return true;
	return ent_str_starts(v, "https://") && rest.n > 0 &&
	       ent_str_find(rest, '/') == rest.n && ent_str_find(rest, ' ') == rest.n &&
	       ent_str_find(rest, '@') == rest.n;
}

static bool
hash_ok(struct ent_str v)
{
	for (size_t i = 0; i < v.n; i++)
		if (!(v.p[i] >= '0' && v.p[i] <= '9') && !(v.p[i] >= 'a' && v.p[i] <= 'f'))
			return false;
	return v.n == 64;
}

static bool
store_ok(struct ent_str v)
{
	return ent_str_starts(v, "sqlite:") && v.n > sizeof("sqlite:") - 1;
}

static bool
yes_or_no(struct ent_str v)
{
	return ent_str_is(v, "yes") || ent_str_is(v, "no");
}

static bool
people_ok(struct ent_str v)
{
	return ent_str_is(v, "optional") || ent_str_is(v, "required");
}

static bool
tls_ok(struct ent_str v)
{
	return ent_str_is(v, "1.2") || ent_str_is(v, "1.3");
}

static bool
level_ok(struct ent_str v)
{
	return ent_str_is(v, "debug") || ent_str_is(v, "info") || ent_str_is(v, "warn") ||
	       ent_str_is(v, "error");
}

static bool
format_ok(struct ent_str v)
{
	return ent_str_is(v, "logfmt") || ent_str_is(v, "json");
}

/* clang-format off */
#define TEXT(field, initial, ok, allowed, help) \
	{ #field, ENT_SET_TEXT, offsetof(struct ent_config, field), 0, 0, initial, ok, allowed, help }
#define PATH(field, initial, help) \
	{ #field, ENT_SET_PATH, offsetof(struct ent_config, field), 0, 0, initial, some, \
	  "the path of a file", help }
#define NUMBER(field, min, max, initial, help) \
	{ #field, ENT_SET_NUMBER, offsetof(struct ent_config, field), min, max, initial, NULL, NULL, help }
#define SIZE(field, min, max, initial, help) \
	{ #field, ENT_SET_SIZE, offsetof(struct ent_config, field), min, max, initial, NULL, NULL, help }
#define KIB INT64_C(1024)
#define MIB (KIB * KIB)

const struct ent_setting ent_settings[] = {
	TEXT(name,   NULL, some,      "some text", "name of the organisation"),
	TEXT(party,  NULL, party_ok,  "a STIX identifier identity--UUID", "its STIX identity"),
	TEXT(host,   NULL, host_ok,   "up to 128 lower-case letters, digits, dots and hyphens",
	     "name of the node in the origins of its ledgers; must never change"),
	TEXT(listen, "127.0.0.1:6443", listen_ok, "ADDRESS:PORT, as 0.0.0.0:6443 or [::1]:6443",
	     "where connections are taken"),
	TEXT(url,    NULL, url_ok,    "https://HOST:PORT without a path, or nothing",
	     "where counterparts reach the node; empty if they cannot"),
	PATH(tls_key,  "tls.key",   "private key of the certificate, PEM"),
	PATH(tls_cert, "tls.crt",   "certificate, PEM; counterparts know the node by its key"),
	TEXT(tls_min, "1.3", tls_ok, "1.2 or 1.3", "oldest version of TLS that is spoken"),
	TEXT(http2,   "yes", yes_or_no, "yes or no", "whether HTTP/2 is offered"),
	PATH(seed,     "node.seed", "seed of the signing keys, 32 bytes, mode 0600"),
	TEXT(passphrase_file, "", anything, "a path or nothing",
	     "file whose first line is the passphrase of the seed; empty: none"),
	TEXT(next_key, NULL, hash_ok, "64 lower-case hex digits",
	     "SHA-256 of the public key that will follow the present one"),
	TEXT(store,    "sqlite:node.db", store_ok, "sqlite:PATH", "the database"),
	SIZE(max_content_length, 64 * KIB, 20 * MIB, "16M", "largest body of a TAXII POST"),
	NUMBER(page_max, 1, ENT_PAGE_MAX, "1000", "most objects in a page"),
	SIZE(import_max, 64 * KIB, 2048 * MIB, "512M", "largest file that import reads"),
	NUMBER(window, 1, 1000000, "1000", "entries served beyond the last receipted one"),
	NUMBER(threads, 0, 256, "0", "threads that answer requests; 0: one a processor"),
	NUMBER(sync_interval, 0, 604800, "0", "seconds between syncs with all counterparts; 0: never"),
	NUMBER(head_timeout,  1, 3600, "10", "seconds that a request's head may take"),
	NUMBER(body_timeout,  1, 3600, "60", "seconds that its body may take, beyond its size's due"),
	NUMBER(idle_timeout,  1, 3600, "60", "seconds that a connection may be idle"),
	NUMBER(write_timeout, 1, 3600, "30", "seconds that an answer may take, beyond its size's due"),
	NUMBER(client_connections, 0, 1000000, "1024", "connections that one client may have; 0: any number"),
	NUMBER(client_rate, 0, 1000000, "2000", "requests a second of one client, over ten seconds; 0: any number"),
	SIZE(client_bytes, 0, 1024 * MIB, "0", "bytes a second of one client, both ways, over ten seconds; 0: any number"),
	TEXT(limit_local, "no", yes_or_no, "yes or no", "whether these hold for clients on the same machine"),
	TEXT(people, "optional", people_ok, "optional or required", "whether commands want to know who acts (--login)"),
	TEXT(log_level,  "info",   level_ok,  "debug, info, warn or error", "least level that is logged"),
	TEXT(log_format, "logfmt", format_ok, "logfmt or json", "form of log lines"),
};
/* clang-format on */
const size_t ent_settings_n = sizeof(ent_settings) / sizeof(ent_settings[0]);

#define SETTINGS (sizeof(ent_settings) / sizeof(ent_settings[0]))

const struct ent_setting *
ent_setting_find(struct ent_str name)
{
	for (size_t i = 0; i < SETTINGS; i++)
		if (ent_str_is(name, ent_settings[i].name))
			return &ent_settings[i];
	return NULL;
}

/* The field of a setting.  offset comes from offsetof, so it is aligned and inside. */
static const char **
text_of(struct ent_config *c, const struct ent_setting *s)
{
	return (const char **)(void *)((char *)c + s->offset);
}

static int64_t *
number_of(struct ent_config *c, const struct ent_setting *s)
{
	return (int64_t *)(void *)((char *)c + s->offset);
}

static bool
is_number(const struct ent_setting *s)
{
	return s->kind == ENT_SET_NUMBER || s->kind == ENT_SET_SIZE;
}

static const struct {
	char letter;
	int64_t factor;
} units[] = { { 'G', 1024 * MIB }, { 'M', MIB }, { 'k', KIB } };
#define UNITS (sizeof(units) / sizeof(units[0]))

static int
read_number(const struct ent_setting *s, struct ent_str v, int64_t *out)
{
	int64_t factor = 1;
	uint64_t n;

	for (size_t i = 0; s->kind == ENT_SET_SIZE && v.n > 1 && i < UNITS; i++)
		if (v.p[v.n - 1] == units[i].letter) {
			factor = units[i].factor;
			v.n--;
			break;
		}
	if (ent_str_u64(v, (uint64_t)(INT64_MAX / factor), &n))
		return ENT_EINVAL;
	*out = (int64_t)n * factor;
	return *out >= s->min && *out <= s->max ? 0 : ENT_EINVAL;
}

/* Whether a line of the file can hold it: libinih takes " ;" for a comment. */
static bool
fits_line(const struct ent_setting *s, struct ent_str v)
{
	struct ent_str trimmed = ent_str_trim(v);

	for (size_t i = 0; i < v.n; i++) {
		unsigned char c = (unsigned char)v.p[i];

		if (c < ' ' || c == 127 || (c == ';' && (i == 0 || v.p[i - 1] == ' ')))
			return false;
	}
	return trimmed.n == v.n && ent_utf8_valid(v) == v.n &&
	       strlen(s->name) + 3 + v.n <= LINE_MAX;
}

static struct ent_str
print_number(struct ent_arena *a, const struct ent_setting *s, int64_t n)
{
	for (size_t i = 0; s->kind == ENT_SET_SIZE && n > 0 && i < UNITS; i++)
		if (n % units[i].factor == 0)
			return ent_arena_printf(a, "%" PRId64 "%c", n / units[i].factor,
			                        units[i].letter);
	return ent_arena_printf(a, "%" PRId64, n);
}

static int
not_allowed(const struct ent_setting *s, struct ent_str v, struct ent_err *err)
{
	const char *suffix = s->kind == ENT_SET_SIZE ? " bytes (k, M and G may follow)" : "";

	if (is_number(s))
		return ent_fail(err, ENT_EINVAL,
		                "%s = %.*s: a number from %" PRId64 " to %" PRId64 "%s is "
		                "allowed",
		                s->name, ENT_FMT(v), s->min, s->max, suffix);
	return ent_fail(err, ENT_EINVAL, "%s = %.*s: %s is allowed", s->name, ENT_FMT(v),
	                s->allowed);
}

static int
set(struct ent_arena *a, struct ent_config *c, const struct ent_setting *s, struct ent_str v,
    struct ent_err *err)
{
	struct ent_str copy;
	int64_t n;

	if (!fits_line(s, v))
		return ent_fail(
		    err, ENT_EINVAL,
		    "%s: one line of UTF-8, with the key at most %d bytes, without "
		    "control characters and without a semicolon at its start or behind a "
		    "blank is allowed",
		    s->name, LINE_MAX);
	if (is_number(s)) {
		if (read_number(s, v, &n))
			return not_allowed(s, v, err);
		*number_of(c, s) = n;
		return 0;
	}
	if (s->ok && !s->ok(v))
		return not_allowed(s, v, err);
	copy = ent_arena_dup(a, v);
	if (!copy.p)
		return ent_fail(err, ENT_ENOMEM, "out of memory");
	*text_of(c, s) = copy.p;
	return 0;
}

struct ent_str
ent_setting_value(struct ent_arena *a, const struct ent_config *c, const struct ent_setting *s)
{
	struct ent_config copy = *c;

	if (is_number(s))
		return print_number(a, s, *number_of(&copy, s));
	return ent_str_c(*text_of(&copy, s));
}

void
ent_config_init(struct ent_config *c)
{
	memset(c, 0, sizeof(*c));
	for (size_t i = 0; i < SETTINGS; i++) {
		const struct ent_setting *s = &ent_settings[i];

		if (!is_number(s))
			*text_of(c, s) = s->initial;
		else if (read_number(s, ent_str_c(s->initial), number_of(c, s)))
			abort(); /* an initial value that its own row doesn't allow */
	}
}

/* ---- reading ---- */

struct reader {
	struct ent_arena *a;
	struct ent_str rest;
	const char *file;
	struct ent_config *out;
	bool given[SETTINGS];
	int line, failed_at; /* from 1; 0: nothing failed */
	struct ent_err err;
};

static void
refuse(struct reader *r, int code, const char *why)
{
	if (!r->failed_at) {
		r->failed_at = r->line;
		ent_fail(&r->err, code, "%s", why);
	}
}

/* libinih's fgets: one line.  What would not fit into its buffer ends the reading. */
static char *
next_line(char *to, int size, void *self)
{
	struct reader *r = self;
	struct ent_str line;
	size_t n;

	if (r->failed_at || r->rest.n == 0)
		return NULL;
	n = ent_str_find(r->rest, '\n');
	n += n < r->rest.n; /* the line feed, if there is one */
	line = (struct ent_str){ r->rest.p, n };
	r->rest = ent_str_from(r->rest, n);
	r->line++;
	if (n > LINE_MAX + 2 || n >= (size_t)size) {
		refuse(r, ENT_EPARSE, "the line is longer than 190 bytes");
		return NULL;
	}
	memcpy(to, line.p, n);
	to[n] = '\0';
	return to;
}

static int
on_pair(void *self, const char *section, const char *name, const char *value)
{
	struct reader *r = self;
	const struct ent_setting *s = ent_setting_find(ent_str_c(name));
	struct ent_err err;
	int rc;

	if (r->failed_at)
		return 0;
	if (section[0]) {
		refuse(r, ENT_EPARSE, "there are no sections in this file");
		return 0;
	}
	if (!s) {
		rc = ent_fail(&err, ENT_EPARSE,
		              "%.60s is not a setting; entente.conf(5) has all", name);
	} else if (r->given[s - ent_settings]) {
		rc = ent_fail(&err, ENT_EPARSE, "%s is given twice", name);
	} else {
		r->given[s - ent_settings] = true;
		rc = set(r->a, r->out, s, ent_str_c(value), &err);
	}
	if (rc == 0)
		return 1;
	refuse(r, rc == ENT_ENOMEM ? rc : ENT_EPARSE, err.msg);
	return 0;
}

static int
all_given(const struct reader *r, struct ent_err *err)
{
	for (size_t i = 0; i < SETTINGS; i++)
		if (!ent_settings[i].initial && !r->given[i])
			return ent_fail(err, ENT_EPARSE, "%s: %s is missing (%s)", r->file,
			                ent_settings[i].name, ent_settings[i].help);
	return 0;
}

int
ent_config_parse(struct ent_arena *a, struct ent_str text, const char *file,
                 struct ent_config *out, struct ent_err *err)
{
	struct reader r = { .a = a, .rest = text, .file = file, .out = out };
	int at;

	ent_config_init(out);
	if (text.n > FILE_MAX)
		return ent_fail(err, ENT_EPARSE, "%s: longer than %d bytes", file, FILE_MAX);
	if (text.n && memchr(text.p, '\0', text.n))
		return ent_fail(err, ENT_EPARSE, "%s: has a NUL byte: it is no text", file);
	at = ini_parse_stream(next_line, &r, on_pair, &r);
	if (r.failed_at && (at <= 0 || at >= r.failed_at))
		return ent_fail(err, r.err.code, "%s:%d: %s", file, r.failed_at, r.err.msg);
	if (at > 0)
		return ent_fail(err, ENT_EPARSE,
		                "%s:%d: a line is KEY = VALUE, or a comment "
		                "after #, or empty",
		                file, at);
	if (at < 0)
		return ent_fail(err, ENT_ENOMEM, "%s: out of memory", file);
	return all_given(&r, err);
}

/* ---- printing ---- */

int
ent_config_print(struct ent_arena *a, const struct ent_config *c, struct ent_str *out,
                 struct ent_err *err)
{
	struct ent_config check;
	struct ent_buf b;
	int rc = 0;

	ent_buf_init(&b, FILE_MAX);
	ent_buf_c(&b, "# Settings of an entente node; entente.conf(5) explains them.\n");
	for (size_t i = 0; rc == 0 && i < SETTINGS; i++) {
		const struct ent_setting *s = &ent_settings[i];
		struct ent_str v = ent_setting_value(a, c, s);

		if (!v.p && is_number(s))
			rc = ent_fail(err, ENT_ENOMEM, "out of memory");
		else if (!v.p)
			rc = ent_fail(err, ENT_EINVAL, "%s is missing", s->name);
		else
			rc = set(a, &check, s, v, err);
		ent_buf_printf(&b, "\n# %s\n%s%s = %.*s\n", s->help,
		               s->initial && ent_str_is(v, s->initial) ? "#" : "", s->name,
		               ENT_FMT(v));
	}
	*out = ent_buf_done(&b, a);
	ent_buf_release(&b);
	if (rc == 0 && !out->p)
		rc = ent_fail(err, ENT_ENOMEM, "out of memory");
	return rc;
}
