/* SPDX-License-Identifier: Apache-2.0 */
/*
 * witness.c - the body of add-checkpoint (C2SP tlog-witness), read and written.
 */
#include "ledger/witness.h"

#include "base/buf.h"
#include "base/enc.h"
#include "base/limits.h"

/* Cuts a line without its line feed off *rest; a text that ends without one has no further
 * line. */
static bool
next_line(struct ent_str *rest, struct ent_str *line)
{
	size_t end = ent_str_find(*rest, '\n');

	if (end == rest->n)
		return false;
	*line = (struct ent_str){ rest->p, end };
	*rest = ent_str_from(*rest, end + 1);
	return true;
}

int
ent_add_checkpoint_parse(struct ent_str body, struct ent_add_checkpoint *out,
                         struct ent_err *err)
{
	struct ent_checkpoint cp;
	struct ent_str rest = body, line;
	int rc;

	if (!next_line(&rest, &line) || !ent_str_starts(line, "old "))
		return ent_fail(err, ENT_EPARSE, "line 1: not \"old\" and a size");
	line = ent_str_from(line, 4);
	if ((line.n > 1 && line.p[0] == '0') ||
	    ent_str_u64(line, ENT_LEDGER_SIZE_MAX, &out->old))
		return ent_fail(err, ENT_EPARSE, "line 1: not the size of a ledger");
	for (out->count = 0;; out->count++) {
		if (!next_line(&rest, &line))
			return ent_fail(err, ENT_EPARSE,
			                "no empty line and no checkpoint after the proof");
		if (line.n == 0)
			break;
		if (out->count == ENT_LEDGER_PROOF_MAX)
			return ent_fail(err, ENT_EPARSE, "a proof has at most %d hashes",
			                ENT_LEDGER_PROOF_MAX);
		if (ent_unb64_n(line, out->proof[out->count].b, ENT_HASH))
			return ent_fail(err, ENT_EPARSE,
			                "line %zu: not a hash, 32 bytes in base64",
			                out->count + 2);
	}
	rc = ent_checkpoint_parse(rest, &cp, err);
	if (rc)
		return rc;
	out->note = rest;
	return 0;
}

struct ent_str
ent_add_checkpoint_print(struct ent_arena *a, const struct ent_add_checkpoint *in)
{
	char b64[ENT_B64_LEN(ENT_HASH) + 1];
	struct ent_str text;
	struct ent_buf b;

	ent_buf_init(&b, (size_t)ENT_NOTE_MAX + (ENT_LEDGER_PROOF_MAX + 1) * sizeof(b64));
	ent_buf_printf(&b, "old %llu\n", (unsigned long long)in->old);
	for (size_t i = 0; i < in->count; i++) {
		ent_b64(in->proof[i].b, ENT_HASH, b64);
		ent_buf_printf(&b, "%s\n", b64);
	}
	ent_buf_ch(&b, '\n');
	ent_buf_str(&b, in->note);
	text = ent_buf_done(&b, a);
	ent_buf_release(&b);
	return text;
}
