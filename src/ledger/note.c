/* SPDX-License-Identifier: Apache-2.0 */
/*
 * note.c - checkpoints as signed notes, and their cosignatures (C2SP signed-note,
 * tlog-checkpoint, tlog-cosignature).
 */
#include <entente/ledger.h>

#include "base/enc.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "crypto/hash.h"
#include "crypto/sign.h"
#include "ledger/note_int.h"
#include "ledger/witness.h"

#define DASH          "\xe2\x80\x94 " /* U+2014 and a blank begin a signature line */
#define TYPE_LOG      0x01            /* Ed25519 over the text */
#define TYPE_COSIGNER 0x04            /* Ed25519 over time and text */
#define KEY_ID        4
#define LOG_BLOB      (KEY_ID + ENT_SIG)
#define COSIGNER_BLOB (KEY_ID + 8 + ENT_SIG)
/* Origin, size and root, each with its line feed; then the head of a cosigned message before
 * it. */
#define TEXT_MAX    (ENT_NOTE_NAME + 1 + 20 + 1 + ENT_B64_LEN(ENT_HASH) + 1)
#define MESSAGE_MAX (sizeof("cosignature/v1\ntime \n") + 20 + TEXT_MAX)

/* A note, taken apart: text and signature lines are borrowed from it. */
struct note {
	struct ent_checkpoint cp;
	struct ent_str lines;
};

struct line {
	struct ent_str name;
	struct ent_str b64;
	uint8_t id[KEY_ID];
};

static bool
is_space(int32_t c)
{
	return c == ' ' || (c >= 0x09 && c <= 0x0d) || c == 0x85 || c == 0xa0 || c == 0x1680 ||
	       (c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029 || c == 0x202f ||
	       c == 0x205f || c == 0x3000;
}

bool
ent_note_is_name(struct ent_str s)
{
	size_t at = 0;

	if (s.n == 0 || s.n > ENT_NOTE_NAME)
		return false;
	while (at < s.n) {
		int32_t c = ent_utf8_next(s, &at);

		if (c < 0x20 || c == '+' || is_space(c))
			return false;
	}
	return true;
}

static void
key_id(struct ent_str name, uint8_t type, const uint8_t pub[32], uint8_t id[KEY_ID])
{
	const uint8_t middle[] = { '\n', type };
	const struct ent_str parts[] = { name,
		                         { (const char *)middle, 2 },
		                         { (const char *)pub, 32 } };
	uint8_t hash[ENT_SHA256];

	ent_sha256_parts(parts, 3, hash);
	memcpy(id, hash, KEY_ID);
}

/* Standard base64 of at least n bytes, as far as can be told without decoding a signature of a
 * kind that isn't ours. */
static bool
is_b64(struct ent_str s)
{
	size_t pad = 0;

	if (s.n == 0 || s.n % 4)
		return false;
	while (pad < 2 && s.p[s.n - 1 - pad] == '=')
		pad++;
	for (size_t i = 0; i < s.n - pad; i++) {
		char c = s.p[i];

		if (!((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
		      (c >= '0' && c <= '9') || c == '+' || c == '/'))
			return false;
	}
	return true;
}

/* Cuts the first signature line off *rest; ENT_EPARSE if it doesn't begin with one. */
static int
line_next(struct ent_str *rest, struct line *out)
{
	struct ent_str line = *rest;
	uint8_t head[6];
	size_t end = ent_str_find(*rest, '\n'), blank, n;

	if (end == rest->n || !ent_str_starts(*rest, DASH))
		return ENT_EPARSE;
	line.n = end;
	*rest = ent_str_from(*rest, end + 1);
	line = ent_str_from(line, sizeof(DASH) - 1);
	blank = ent_str_find(line, ' ');
	out->name = (struct ent_str){ line.p, blank };
	out->b64 = ent_str_from(line, blank + 1);
	if (!ent_note_is_name(out->name) || out->b64.n < 8 || !is_b64(out->b64))
		return ENT_EPARSE;
	/* Eight characters are six bytes, five if they are all there is: the key id and more.
	 */
	if (ent_unb64((struct ent_str){ out->b64.p, 8 }, head, &n) || n < KEY_ID + 1)
		return ENT_EPARSE;
	memcpy(out->id, head, KEY_ID);
	return 0;
}

static int
size_parse(struct ent_str s, uint64_t *out)
{
	if (s.n > 1 && s.p[0] == '0') /* one text for one number */
		return ENT_EPARSE;
	return ent_str_u64(s, ENT_LEDGER_SIZE_MAX, out);
}

/* Origin, size, root.  Extension lines, which tlog-checkpoint would allow, have no meaning here
 * and are refused. */
static int
text_parse(struct ent_str note, struct ent_checkpoint *out, struct ent_err *err)
{
	struct ent_str rest = note, line[3];

	for (size_t i = 0; i < 3; i++) {
		size_t end = ent_str_find(rest, '\n');

		if (end == rest.n)
			return ent_fail(err, ENT_EPARSE,
			                "checkpoint: it ends within its first three lines");
		line[i] = (struct ent_str){ rest.p, end };
		rest = ent_str_from(rest, end + 1);
	}
	if (line[0].n == 0 || line[0].n > ENT_NOTE_NAME)
		return ent_fail(err, ENT_EPARSE,
		                "checkpoint: line 1: an origin has 1 to %d bytes",
		                ENT_NOTE_NAME);
	if (size_parse(line[1], &out->size))
		return ent_fail(err, ENT_EPARSE,
		                "checkpoint: line 2: not the size of a ledger");
	if (ent_unb64_n(line[2], out->root.b, ENT_HASH))
		return ent_fail(err, ENT_EPARSE,
		                "checkpoint: line 3: not a root hash, 32 bytes in base64");
	out->origin = line[0];
	out->text = (struct ent_str){ note.p, note.n - rest.n };
	return 0;
}

static int
note_parse(struct ent_str note, struct note *out, struct ent_err *err)
{
	struct ent_str rest;
	struct line line;
	size_t lines = 0;
	int rc;

	if (note.n > ENT_NOTE_MAX)
		return ent_fail(err, ENT_EPARSE, "checkpoint: longer than %u bytes",
		                ENT_NOTE_MAX);
	if (ent_utf8_valid(note) != note.n)
		return ent_fail(err, ENT_EPARSE, "checkpoint: not UTF-8");
	for (size_t i = 0; i < note.n; i++)
		if ((unsigned char)note.p[i] < 0x20 && note.p[i] != '\n')
			return ent_fail(err, ENT_EPARSE,
			                "checkpoint: byte %zu is a control character", i);
	rc = text_parse(note, &out->cp, err);
	if (rc)
		return rc;
	rest = ent_str_from(note, out->cp.text.n);
	if (rest.n == 0 || rest.p[0] != '\n')
		return ent_fail(err, ENT_EPARSE,
		                "checkpoint: an empty line has to follow its third line");
	rest = ent_str_from(rest, 1);
	out->lines = rest;
	do {
		if (++lines > ENT_NOTE_LINES)
			return ent_fail(err, ENT_EPARSE, "checkpoint: more than %d signatures",
			                ENT_NOTE_LINES);
		if (line_next(&rest, &line))
			return ent_fail(err, ENT_EPARSE,
			                "checkpoint: line %zu: not a signature line",
			                4 + lines);
	} while (rest.n);
	return 0;
}

/* The lines that claim to be by name with this key; false when there is no further one. */
static bool
line_by(struct ent_str *rest, struct ent_str name, const uint8_t id[KEY_ID], struct line *out)
{
	while (rest->n && line_next(rest, out) == 0)
		if (ent_str_eq(out->name, name) && memcmp(out->id, id, KEY_ID) == 0)
			return true;
	return false;
}

static struct ent_str
cosigned_message(struct ent_str text, int64_t time, char buf[MESSAGE_MAX])
{
	int n = snprintf(buf, MESSAGE_MAX, "cosignature/v1\ntime %lld\n", (long long)time);

	memcpy(buf + n, text.p, text.n);
	return (struct ent_str){ buf, (size_t)n + text.n };
}

/* before, then "— name base64(blob)\n". */
static struct ent_str
print_line(struct ent_arena *a, struct ent_str before, struct ent_str name, const uint8_t *blob,
           size_t n)
{
	char b64[ENT_B64_LEN(COSIGNER_BLOB) + 1];

	ent_b64(blob, n, b64);
	return ent_arena_printf(a, "%.*s" DASH "%.*s %s\n", ENT_FMT(before), ENT_FMT(name),
	                        b64);
}

static int
check_signer(struct ent_str name, const uint8_t pub[32], const uint8_t sec[64],
             struct ent_err *err)
{
	if (!ent_note_is_name(name))
		return ent_fail(
		    err, ENT_EINVAL,
		    "\"%.*s\" can't sign a note: 1 to %d bytes, without blanks and plus signs",
		    ENT_FMT(name), ENT_NOTE_NAME);
	if (memcmp(sec + 32, pub, 32) != 0)
		return ent_fail(err, ENT_EINVAL, "the public key isn't that of the secret key");
	return 0;
}

static void
sign(const uint8_t sec[64], struct ent_str msg, uint8_t sig[ENT_SIG])
{
	struct ent_key k;

	memcpy(k.sec, sec, sizeof(k.sec));
	ent_sign(&k, msg, sig);
	explicit_bzero(&k, sizeof(k));
}

int
ent_checkpoint_sign(struct ent_arena *a, struct ent_str origin, uint64_t size,
                    const struct ent_hash *root, const uint8_t pub[32], const uint8_t sec[64],
                    struct ent_str *note, struct ent_err *err)
{
	char b64[ENT_B64_LEN(ENT_HASH) + 1], text[TEXT_MAX + 1];
	uint8_t blob[LOG_BLOB];
	int n, rc;

	rc = check_signer(origin, pub, sec, err);
	if (rc)
		return rc;
	if (size > ENT_LEDGER_SIZE_MAX)
		return ent_fail(err, ENT_EINVAL, "no ledger has %llu entries",
		                (unsigned long long)size);
	ent_b64(root->b, ENT_HASH, b64);
	n = snprintf(text, sizeof(text), "%.*s\n%llu\n%s\n", ENT_FMT(origin),
	             (unsigned long long)size, b64);
	key_id(origin, TYPE_LOG, pub, blob);
	sign(sec, (struct ent_str){ text, (size_t)n }, blob + KEY_ID);
	text[n] = '\n'; /* the empty line, where the NUL was */
	*note =
	    print_line(a, (struct ent_str){ text, (size_t)n + 1 }, origin, blob, sizeof(blob));
	return note->p ? 0 : ent_fail(err, ENT_ENOMEM, "checkpoint");
}

int
ent_checkpoint_parse(struct ent_str note, struct ent_checkpoint *out, struct ent_err *err)
{
	struct note n;
	int rc = note_parse(note, &n, err);

	if (rc == 0)
		*out = n.cp;
	return rc;
}

int
ent_checkpoint_open(struct ent_str note, const uint8_t pub[32], struct ent_checkpoint *out,
                    struct ent_err *err)
{
	uint8_t id[KEY_ID], blob[LOG_BLOB];
	struct line line;
	struct note n;
	size_t found = 0;
	int rc;

	rc = note_parse(note, &n, err);
	if (rc)
		return rc;
	key_id(n.cp.origin, TYPE_LOG, pub, id);
	for (; line_by(&n.lines, n.cp.origin, id, &line); found++)
		if (ent_unb64_n(line.b64, blob, sizeof(blob)) ||
		    !ent_verify(pub, n.cp.text, blob + KEY_ID))
			return ent_fail(err, ENT_ESIG,
			                "checkpoint: the signature of its ledger doesn't hold");
	if (!found)
		return ent_fail(err, ENT_ESIG,
		                "checkpoint: not signed by its ledger with the expected key");
	*out = n.cp;
	return 0;
}

struct ent_str
ent_note_only_by(struct ent_arena *a, struct ent_str note, struct ent_str name)
{
	struct ent_str none = { NULL, 0 }, out, rest;
	struct line line;
	struct note n;

	if (note_parse(note, &n, NULL))
		return none;
	out = ent_arena_printf(a, "%.*s\n", ENT_FMT(n.cp.text));
	for (rest = n.lines; out.p && rest.n;) {
		struct ent_str from = rest;

		if (line_next(&rest, &line))
			return none;
		from.n -= rest.n;
		if (ent_str_eq(line.name, name))
			out = ent_arena_printf(a, "%.*s%.*s", ENT_FMT(out), ENT_FMT(from));
	}
	return out;
}

struct ent_str
ent_cosignature_print(struct ent_arena *a, struct ent_str name, const uint8_t pub[32],
                      const struct ent_cosignature *cs)
{
	uint8_t blob[COSIGNER_BLOB];

	key_id(name, TYPE_COSIGNER, pub, blob);
	for (unsigned i = 0; i < 8; i++)
		blob[KEY_ID + i] = (uint8_t)((uint64_t)cs->time >> (56 - 8 * i));
	memcpy(blob + KEY_ID + 8, cs->sig, ENT_SIG);
	return print_line(a, ENT_STR(""), name, blob, sizeof(blob));
}

int
ent_cosign(struct ent_arena *a, struct ent_str note, struct ent_str name, int64_t time,
           const uint8_t pub[32], const uint8_t sec[64], struct ent_str *line,
           struct ent_err *err)
{
	struct ent_cosignature cs = { .time = time };
	char message[MESSAGE_MAX];
	struct note n;
	int rc;

	rc = check_signer(name, pub, sec, err);
	if (rc == 0)
		rc = note_parse(note, &n, err);
	if (rc)
		return rc;
	if (time < 0)
		return ent_fail(err, ENT_EINVAL, "a cosignature's time isn't before 1970");
	sign(sec, cosigned_message(n.cp.text, time, message), cs.sig);
	*line = ent_cosignature_print(a, name, pub, &cs);
	return line->p ? 0 : ent_fail(err, ENT_ENOMEM, "cosignature");
}

static int
cosignature_check(const struct line *line, struct ent_str text, const uint8_t pub[32],
                  struct ent_cosignature *out)
{
	uint8_t blob[COSIGNER_BLOB];
	char message[MESSAGE_MAX];
	uint64_t time = 0;

	if (ent_unb64_n(line->b64, blob, sizeof(blob)))
		return ENT_ESIG;
	for (unsigned i = 0; i < 8; i++)
		time = time << 8 | blob[KEY_ID + i];
	if (time > INT64_MAX)
		return ENT_ESIG;
	if (!ent_verify(pub, cosigned_message(text, (int64_t)time, message), blob + KEY_ID + 8))
		return ENT_ESIG;
	out->time = (int64_t)time;
	memcpy(out->sig, blob + KEY_ID + 8, ENT_SIG);
	return 0;
}

int
ent_cosignature_find(struct ent_str note, struct ent_str name, const uint8_t pub[32],
                     struct ent_cosignature *out, struct ent_err *err)
{
	struct ent_cosignature one, best = { .time = -1 };
	uint8_t id[KEY_ID];
	struct line line;
	struct note n;
	int rc;

	rc = note_parse(note, &n, err);
	if (rc)
		return rc;
	key_id(name, TYPE_COSIGNER, pub, id);
	while (line_by(&n.lines, name, id, &line)) {
		if (cosignature_check(&line, n.cp.text, pub, &one))
			return ent_fail(err, ENT_ESIG,
			                "checkpoint: the cosignature of %.*s doesn't hold",
			                ENT_FMT(name));
		if (one.time > best.time)
			best = one;
	}
	if (best.time < 0)
		return ent_fail(err, ENT_ENOENT, "checkpoint: not cosigned by %.*s",
		                ENT_FMT(name));
	*out = best;
	return 0;
}
