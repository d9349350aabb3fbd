/* SPDX-License-Identifier: Apache-2.0 */
/*
 * communique.h - figures of a dialogue that all parties compute from what they hold alike, and
 * sign as one text (docs/communique.md).
 *
 * What counts is what was delivered: a message of ours once every counterpart has receipted it.
 * So two nodes that have synced have the same figures; where they differ, both are shown.
 */
#ifndef ENT_EXCHANGE_COMMUNIQUE_H
#define ENT_EXCHANGE_COMMUNIQUE_H
#include "exchange/agreement.h"

/* The period, as RFC 3339 in UTC: from the first to before the second. */
struct ent_period {
	int64_t from, until;
};

struct ent_figures {
	int64_t tips, requests, answers, declined;
	int64_t median_minutes; /* from a request to its first answer; -1: none was answered */
	int64_t outcomes, prevented; /* outcomes in all; threads in which an attack was */
};

struct ent_communique {
	struct ent_figures figures;
	struct ent_str text, sha256; /* the same bytes on every node with the same figures */
};
int ent_communique(struct ent_exchange *x, struct ent_arena *a, const struct ent_agreement *g,
                   const struct ent_period *p, struct ent_communique *out, struct ent_err *err);
/* Signs what this node computes, as a dispatch.  ENT_EEXIST if its last word on the period was
 * the same. */
int ent_communique_sign(struct ent_exchange *x, struct ent_arena *a,
                        const struct ent_agreement *g, const struct ent_period *p,
                        struct ent_err *err);

/* What a party signed last for a period; at absent: nothing. */
struct ent_communique_part {
	struct ent_str party, at, text_sha256, sha256; /* sha256: of the dispatch */
	struct ent_figures figures;
	int64_t when;
};
/* By party, in the document's order; *agreed: all signed, and one text. */
int ent_communique_parts(struct ent_exchange *x, struct ent_arena *a,
                         const struct ent_agreement *g, const struct ent_period *p,
                         struct ent_communique_part part[ENT_PARTIES_MAX], bool *agreed,
                         struct ent_err *err);
/* A bundle with a TLP:CLEAR report of a text that all signed.  ENT_ESTATE if they didn't. */
int ent_communique_report(struct ent_exchange *x, struct ent_arena *a,
                          const struct ent_agreement *g, const struct ent_period *p,
                          struct ent_str *bundle, struct ent_err *err);

#endif
