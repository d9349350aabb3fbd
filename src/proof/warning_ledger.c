/* SPDX-License-Identifier: Apache-2.0 */
/*
 * warning_ledger.c - entries of the parties' ledgers, as a proof of warning shows them.
 */
#include "proof/warning_int.h"

#include "base/limits.h"
#include "base/time.h"
#include "proof/entry.h"

/* The text's three lines, an empty one, and one line each of the ledger and of the cosigner. */
#define NOTE_LINES 6

int
ent_proof_ledger(struct ent_proving *r, struct ent_str note, const struct ent_warning_party *by,
                 const struct ent_warning_party *other, struct ent_proof_ledger *out,
                 struct ent_err *err)
{
	struct ent_str origin, witness;
	struct ent_cosignature cs;
	const uint8_t *pub;
	size_t lines = 0;
	int rc;

	origin = ent_arena_printf(r->a, "%.*s/entente/%.*s", ENT_FMT(by->host),
	                          ENT_FMT(r->out->agreement));
	witness = ent_arena_printf(r->a, "%.*s/entente", ENT_FMT(other->host));
	if (!origin.p || !witness.p)
		return ent_fail(err, ENT_ENOMEM, "out of memory");
	for (size_t i = 0; i < note.n; i++)
		lines += note.p[i] == '\n';
	if (lines != NOTE_LINES)
		return ent_fail(err, ENT_EPARSE,
		                "checkpoint: it isn't a note with two signatures");
	rc = ent_cosignature_by(note, witness, &other->keys, &cs, &pub, err);
	if (rc == ENT_ENOENT)
		rc = ent_fail(err, ENT_ESIG, "it is not cosigned by %.*s", ENT_FMT(witness));
	if (rc == 0)
		rc = ent_checkpoint_by(note, &by->keys, cs.time, &out->cp, err);
	if (rc == 0 && !ent_str_eq(out->cp.origin, origin))
		rc = ent_fail(err, ENT_ESIG, "it is of another ledger than %.*s",
		              ENT_FMT(origin));
	if (rc == 0 && cs.time > INT64_MAX / 1000000)
		rc = ent_fail(err, ENT_ESIG, "it is cosigned at a time beyond reckoning");
	if (rc)
		return ent_within(err, rc, "checkpoint");
	out->cosigned = cs.time * 1000000;
	return 0;
}

int
ent_proof_entry(struct ent_proving *r, const struct ent_json *v, bool checkpoint,
                const struct ent_proof_ledger *l, const char *kind, const struct ent_json **out,
                int64_t *at, struct ent_err *err)
{
	struct ent_str entry;
	int rc = ent_entry_stands(v, &l->cp, &entry);

	if (ent_json_count(v) != (checkpoint ? 4 : 3) || rc == ENT_EPARSE)
		return ent_fail(err, ENT_EPARSE, "not an entry with its proof");
	if (rc)
		return ent_fail(err, ENT_ESIG,
		                "this entry does not stand in the ledger that was signed");
	rc = ent_json_parse(r->a, entry, ENT_ENVELOPE_DEPTH, out, err);
	if (rc)
		return rc;
	if (!ent_str_is(ent_json_getstr(*out, "kind"), kind) ||
	    ent_time_parse(ent_json_getstr(*out, "at"), at, NULL))
		return ent_fail(err, ENT_ESIG, "the entry is no %s with a time", kind);
	return 0;
}
