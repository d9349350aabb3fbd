/* SPDX-License-Identifier: Apache-2.0 */
/*
 * export.c - verifies an exported ledger: entries, root, signature and cosignatures.
 */
#include "ledger/export.h"

#include "base/enc.h"
#include "base/time.h"
#include "ledger/note_int.h"

void
ent_ledger_export_head(struct ent_buf *b, const struct ent_ledger_report *what)
{
	char b64[ENT_B64_LEN(32) + 1];

	ent_b64(what->key, sizeof(what->key), b64);
	ent_buf_printf(b, "entente-ledger/1\norigin %.*s\nkey ledger %s\n",
	               ENT_FMT(what->origin), b64);
	for (unsigned i = 0; i < what->witnesses; i++) {
		ent_b64(what->witness[i].key, sizeof(what->witness[i].key), b64);
		ent_buf_printf(b, "key witness %.*s %s\n", ENT_FMT(what->witness[i].name), b64);
	}
	ent_buf_printf(b, "entries %llu\n", (unsigned long long)what->size);
}

/* Of canonical JSON, in which a quotation mark inside a string has a backslash before it. */
static bool
entry_time(struct ent_str entry, int64_t *at)
{
	static const char name[] = "\"at\":\"";
	const char *found = memmem(entry.p, entry.n, name, sizeof(name) - 1);
	struct ent_str rest;

	if (!found)
		return false;
	rest = ent_str_from(entry, (size_t)(found - entry.p) + sizeof(name) - 1);
	rest.n = ent_str_find(rest, '"');
	return ent_time_parse(rest, at, NULL) == 0;
}

void
ent_clock_see(struct ent_clock *c, struct ent_str entry)
{
	uint64_t index = c->entries++;
	int64_t at;

	if (!entry_time(entry, &at))
		return;
	if (c->known && at < c->last && c->backwards++ == 0)
		c->first = index;
	c->last = at;
	c->known = true;
}

struct reader {
	struct ent_str rest;
	uint64_t line; /* of what was read last */
};

static int
next_line(struct reader *r, struct ent_str *line, struct ent_err *err)
{
	size_t end = ent_str_find(r->rest, '\n');

	r->line++;
	if (end == r->rest.n)
		return ent_fail(err, ENT_EPARSE,
		                "line %llu: the file ends here, and something is missing",
		                (unsigned long long)r->line);
	*line = (struct ent_str){ r->rest.p, end };
	r->rest = ent_str_from(r->rest, end + 1);
	return 0;
}

static int
fail_at(const struct reader *r, int code, const char *what, struct ent_err *err)
{
	return ent_fail(err, code, "line %llu: %s", (unsigned long long)r->line, what);
}

/* The next line, which has to begin with prefix; *value is what follows it. */
static int
next_field(struct reader *r, const char *prefix, struct ent_str *value, struct ent_err *err)
{
	int rc = next_line(r, value, err);

	if (rc)
		return rc;
	if (!ent_str_starts(*value, prefix))
		return ent_fail(err, ENT_EPARSE, "line %llu: \"%s\" should stand here",
		                (unsigned long long)r->line, prefix);
	*value = ent_str_from(*value, strlen(prefix));
	return 0;
}

/* One voice, one key: the same key under two names, or the ledger's own, would count as
 * independent witnesses. */
static bool
key_is_known(const struct ent_ledger_report *out, const uint8_t key[32])
{
	if (memcmp(out->key, key, 32) == 0)
		return true;
	for (unsigned i = 0; i < out->witnesses; i++)
		if (memcmp(out->witness[i].key, key, 32) == 0)
			return true;
	return false;
}

static int
add_witness(struct reader *r, struct ent_str value, struct ent_ledger_report *out,
            struct ent_err *err)
{
	struct ent_ledger_witness *w = &out->witness[out->witnesses];
	size_t blank = ent_str_find(value, ' ');

	if (out->witnesses == ENT_WITNESSES_MAX)
		return fail_at(r, ENT_ELIMIT, "too many witnesses: at most 64", err);
	if (!ent_note_is_name((struct ent_str){ value.p, blank }))
		return fail_at(r, ENT_EPARSE, "not the name of a witness", err);
	if (ent_unb64_n(ent_str_from(value, blank + 1), w->key, sizeof(w->key)))
		return fail_at(r, ENT_EPARSE, "not a public key, 32 bytes in base64", err);
	if (key_is_known(out, w->key))
		return fail_at(r, ENT_EPARSE,
		               "this key stands in the file already: a witness has its own",
		               err);
	w->name = (struct ent_str){ value.p, blank };
	out->witnesses++;
	return 0;
}

static int
read_header(struct reader *r, struct ent_ledger_report *out, struct ent_err *err)
{
	struct ent_str v;
	int rc;

	rc = next_line(r, &v, err);
	if (rc || !ent_str_is(v, "entente-ledger/1"))
		return fail_at(
		    r, ENT_EPARSE,
		    "not an exported ledger: the first line isn't \"entente-ledger/1\"", err);
	rc = next_field(r, "origin ", &out->origin, err);
	if (rc)
		return rc;
	if (!ent_note_is_name(out->origin))
		return fail_at(r, ENT_EPARSE, "not an origin", err);
	rc = next_field(r, "key ledger ", &v, err);
	if (rc)
		return rc;
	if (ent_unb64_n(v, out->key, sizeof(out->key)))
		return fail_at(r, ENT_EPARSE, "not a public key, 32 bytes in base64", err);
	while (ent_str_starts(r->rest, "key witness ")) {
		rc = next_field(r, "key witness ", &v, err);
		if (rc == 0)
			rc = add_witness(r, v, out, err);
		if (rc)
			return rc;
	}
	rc = next_field(r, "entries ", &v, err);
	if (rc)
		return rc;
	if ((v.n > 1 && v.p[0] == '0') || ent_str_u64(v, ENT_LEDGER_SIZE_MAX, &out->size))
		return fail_at(r, ENT_EPARSE, "not a number of entries", err);
	return 0;
}

static int
read_entries(struct reader *r, struct ent_ledger_report *out,
             int (*each)(void *self, uint64_t index, struct ent_str entry, struct ent_err *err),
             void *self, struct ent_err *err)
{
	struct ent_range range;
	struct ent_hash leaf;
	struct ent_str entry;
	int rc;

	ent_range_init(&range);
	while (range.size < out->size) {
		rc = next_line(r, &entry, err);
		if (rc)
			return rc;
		if (entry.n == 0)
			return fail_at(r, ENT_EPARSE, "an empty line among the entries", err);
		if (entry.n > ENT_LEDGER_ENTRY_MAX)
			return fail_at(r, ENT_ELIMIT, "an entry has at most 65535 bytes", err);
		rc = each ? each(self, range.size, entry, err) : 0;
		if (rc)
			return rc;
		ent_clock_see(&out->clock, entry);
		ent_leaf_hash(entry, &leaf);
		rc = ent_range_add(&range, &leaf, NULL, NULL, err);
		if (rc)
			return rc;
	}
	ent_range_root(&range, &out->root);
	rc = next_line(r, &entry, err);
	if (rc)
		return rc;
	if (entry.n)
		return fail_at(r, ENT_EPARSE,
		               "more entries than the header says, or no empty line after them",
		               err);
	out->note = r->rest;
	return 0;
}

static int
check_note(const struct reader *r, struct ent_ledger_report *out, struct ent_err *err)
{
	unsigned long long line = r->line + 1;
	struct ent_checkpoint cp;
	int rc;

	rc = ent_checkpoint_parse(out->note, &cp, err);
	if (rc)
		return ent_within(err, rc, "line %llu", line);
	if (!ent_str_eq(cp.origin, out->origin))
		return ent_fail(err, ENT_ESIG,
		                "line %llu: the checkpoint is that of another ledger", line);
	rc = ent_checkpoint_open(out->note, out->key, &cp, err);
	if (rc)
		return ent_within(err, rc, "line %llu", line);
	if (cp.size != out->size)
		return ent_fail(
		    err, ENT_ESIG,
		    "line %llu: the checkpoint is for %llu entries, the file has %llu",
		    line + 1, (unsigned long long)cp.size, (unsigned long long)out->size);
	if (memcmp(cp.root.b, out->root.b, ENT_HASH) != 0)
		return ent_fail(err, ENT_ESIG,
		                "line %llu: the signed root isn't that of the entries: at "
		                "least one was changed, "
		                "moved, added or taken out",
		                line + 2);
	return 0;
}

static int
check_cosignatures(const struct reader *r, struct ent_ledger_report *out, struct ent_err *err)
{
	for (unsigned i = 0; i < out->witnesses; i++) {
		struct ent_ledger_witness *w = &out->witness[i];
		struct ent_cosignature c;
		int rc = ent_cosignature_find(out->note, w->name, w->key, &c, err);

		if (rc == ENT_ENOENT)
			continue;
		if (rc)
			return ent_within(err, rc, "line %llu",
			                  (unsigned long long)r->line + 1);
		w->cosigned = true;
		w->time = c.time;
		out->cosignatures++;
		if (c.time > out->cosigned_at)
			out->cosigned_at = c.time;
	}
	return 0;
}

int
ent_ledger_verify(struct ent_str text, struct ent_ledger_report *out,
                  int (*each)(void *self, uint64_t index, struct ent_str entry,
                              struct ent_err *err),
                  void *self, struct ent_err *err)
{
	struct reader r = { text, 0 };
	int rc;

	memset(out, 0, sizeof(*out));
	rc = read_header(&r, out, err);
	if (rc == 0)
		rc = read_entries(&r, out, each, self, err);
	if (rc == 0)
		rc = check_note(&r, out, err);
	if (rc == 0)
		rc = check_cosignatures(&r, out, err);
	return rc;
}
