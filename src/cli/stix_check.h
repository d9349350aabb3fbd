/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stix_check.h - objects checked by the batch, on any thread, and the findings put into words.
 */
#ifndef ENT_CLI_STIX_CHECK_H
#define ENT_CLI_STIX_CHECK_H
#include <entente/reader.h>
#include <entente/stix.h>

#include "base/buf.h"

/* Codes that findings are counted by: docs/findings.md has fewer. */
#define ENT_CODES_MAX 256

enum ent_format { ENT_FORMAT_TEXT, ENT_FORMAT_JSON, ENT_FORMAT_SARIF };

/* How everything is checked and said; constant once work has begun. */
struct ent_checking {
	struct ent_stix_options o;
	enum ent_format format;
	bool many; /* files: JSON names them too */
	struct ent_stix_code codes[ENT_CODES_MAX];
	size_t n_codes;
};

/* What was counted. */
struct ent_tally {
	uint64_t objects, errors, warnings, notes, invalid;
	uint64_t usable;               /* that were JSON */
	uint64_t codes[ENT_CODES_MAX]; /* by the order of ent_stix_code_at */
};

/* Fills the table of codes. */
void ent_checking_init(struct ent_checking *how);

/* One item of a batch. */
struct ent_checked {
	struct ent_item item; /* its bytes are in the batch */
	size_t from;          /* where they are, while the batch is being filled */
	uint64_t index;
	const struct ent_json *tree; /* NULL: no JSON */
	size_t text, text_end;       /* what is to be printed, in out */
};

struct ent_batch {
	const struct ent_checking *how;
	const char *path; /* of the file that they all are of */
	size_t file;      /* its number */
	bool last;        /* nothing of the file comes after it */
	struct ent_json_parser *parser;
	struct ent_arena *arena; /* trees and findings */
	struct ent_buf in, out;
	struct ent_checked *list;
	size_t count;
	struct ent_tally tally;
	int rc; /* of the work: 0 or ENT_ENOMEM */
};

int ent_batch_init(struct ent_batch *b, const struct ent_checking *how);
void ent_batch_release(struct ent_batch *b);
/* Empties it for new items. */
void ent_batch_reset(struct ent_batch *b);
/* Adds a copy of an item; false if memory ran out. */
bool ent_batch_add(struct ent_batch *b, const struct ent_item *item, uint64_t index);
bool ent_batch_full(const struct ent_batch *b);
/* Reads, checks and puts into words every item but those of bundles around others. */
void ent_batch_work(struct ent_batch *b);

/* Writes one object's findings behind what is in out, and counts them.  tree is NULL where
 * there is none, f->list being all that is said. */
void ent_checked_put(const struct ent_checking *how, const char *path,
                     const struct ent_checked *c, const struct ent_findings *f,
                     struct ent_buf *out, struct ent_tally *t);
/* Checks the text around the members of a bundle; false if it isn't one, but an envelope.
 * ENT_ENOMEM in *rc. */
bool ent_check_header(struct ent_batch *b, struct ent_checked *c, struct ent_findings *f,
                      int *rc);

/* ---- SARIF 2.1.0 ---- */
void ent_sarif_begin(const struct ent_checking *how, struct ent_buf *out, const char *version);
void ent_sarif_end(struct ent_buf *out);
/* One result; each but the first of a document is behind a comma, which the caller writes. */
void ent_sarif_put(const struct ent_checking *how, struct ent_buf *out, const char *path,
                   const struct ent_finding *f, struct ent_place at);
/* The number of a code, which is one of the table. */
size_t ent_code_number(const struct ent_checking *how, const char *code);

#endif
