/* SPDX-License-Identifier: Apache-2.0 */
/*
 * agreement_diff.h - which stored objects one document of an agreement lets out, and another
 * doesn't.
 */
#ifndef ENT_EXCHANGE_AGREEMENT_DIFF_H
#define ENT_EXCHANGE_AGREEMENT_DIFF_H
#include "exchange/gate.h"

#define ENT_DIFF_EXAMPLES 20

struct ent_diff_object {
	struct ent_str id, name, why; /* why: what the other document says against it */
};

/* Objects that pass under one of them alone. */
struct ent_diff_side {
	size_t count, examples;
	struct ent_diff_object example[ENT_DIFF_EXAMPLES]; /* the first of them */
};

struct ent_agreement_diff {
	size_t objects, same;               /* own ones, and those that pass under both */
	struct ent_diff_side shown, hidden; /* by the second document */
};

/* The document of a version.  ENT_ENOENT; ENT_EINVAL where several have that version. */
int ent_agreement_version(struct ent_exchange *x, struct ent_arena *a, struct ent_str id,
                          int64_t version, struct ent_agreement *out, struct ent_err *err);
/*
 * Puts all own objects before the gate under both documents (as ent_agreement_document gives
 * them, with the channel of the agreement), each alone, whatever the agreement's state and what
 * is on the channel already.
 */
int ent_agreement_compare(struct ent_exchange *x, struct ent_arena *a,
                          const struct ent_agreement *from, const struct ent_agreement *to,
                          struct ent_agreement_diff *out, struct ent_err *err);

#endif
