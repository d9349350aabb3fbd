/* SPDX-License-Identifier: Apache-2.0 */
/*
 * screen_text.h - `entente screen --text`: what is known of the listed names, what a text has
 * of them, and what comes of it.
 */
#ifndef ENT_CLI_SCREEN_TEXT_H
#define ENT_CLI_SCREEN_TEXT_H
#include "cli/cli.h"
#include "screen/notice.h"
#include "screen/text.h"

/* ---- the text: screen_text_input.c ---- */

/* A file's bytes as memory that the system takes from the file as it is read. */
struct ent_mapped {
	struct ent_str text;
	void *at;
	int fd;
};
/* "-" is standard input; what is packed, or no file, goes through an unnamed one. */
int ent_mapped_open(const char *path, struct ent_mapped *m, struct ent_err *err);
/* An unnamed file to write to; ent_mapped_done makes it readable. */
int ent_mapped_new(struct ent_mapped *m, struct ent_err *err);
int ent_mapped_done(struct ent_mapped *m, struct ent_err *err);
void ent_mapped_close(struct ent_mapped *m);

/* ---- what is listed ---- */

struct ent_text_listed {
	struct ent_str list, ref, name, jurisdiction, authority, instrument;
	struct ent_str in_force, lifted, lifting; /* days, as far as they are known */
};
struct ent_text_lists {
	struct ent_arena *a;
	struct ent_text_names *names;
	struct ent_text_listed *entry;
	size_t n, room;
	struct ent_notice_rules *rules; /* NULL: no jurisdiction was chosen */
	struct ent_folder *folder;
	struct ent_str date; /* of the text */
};

/* ---- what the text has: screen_text_check.c ---- */

enum ent_notice_status {
	ENT_STATUS_NONE, /* none is needed */
	ENT_STATUS_FOUND,
	ENT_STATUS_MISSING,
	ENT_STATUS_WRONG,  /* there is one of another jurisdiction */
	ENT_STATUS_LIFTED, /* the designation isn't in force on the text's date */
};
const char *ent_notice_status_name(enum ent_notice_status s); /* "not-needed" */

struct ent_text_site { /* a place that names somebody */
	uint64_t from, to, line, column;
	uint32_t node, group;
	uint8_t how;
	bool quoted, in_url;
	uint8_t status; /* of its own notice, where it was looked for */
	struct ent_notice_span notice;
};
struct ent_text_group {   /* whom: entries that are named in one place are one */
	size_t first, n;  /* sites */
	uint32_t entries; /* the first, + 1 */
	bool needs;       /* a notice */
	size_t looked;    /* sites where it was looked for */
	enum ent_notice_status status;
	size_t decides; /* the site that the status is about */
};
struct ent_text_result {
	struct ent_text_site *site;
	size_t n_sites;
	struct ent_text_group *group;
	size_t n_groups;
	uint32_t *next; /* of each entry the next of its group, + 1 */
	uint64_t dropped;
	size_t wanting; /* places that lack a notice */
};
/* Release what was there with ent_text_result_release. */
int ent_text_check(const struct ent_text_lists *l, struct ent_text_finder *f,
                   struct ent_str text, struct ent_text_result *out, struct ent_err *err);
void ent_text_result_release(struct ent_text_result *r);
/* Whether an entry's designation is in force on the text's date. */
bool ent_text_in_force(const struct ent_text_lists *l, const struct ent_text_listed *e);
/* Whether the rules ask for a notice about it, were it in force. */
bool ent_text_needs(const struct ent_text_lists *l, const struct ent_text_listed *e);
/* Whether a site lacks a notice that has to be there. */
bool ent_text_lacks(const struct ent_text_lists *l, const struct ent_text_result *r,
                    size_t site);

/* ---- what is printed: screen_text_out.c ---- */
void ent_text_print(struct ent_cli *c, const struct ent_text_lists *l, struct ent_str text,
                    const struct ent_text_result *r);
/* The text with the notices that it lacks, so that no second run finds one lacking; *n is how
 * many were put in. */
int ent_text_annotate(const struct ent_text_lists *l, struct ent_text_finder *f,
                      struct ent_str text, struct ent_mapped *out, size_t *n,
                      struct ent_err *err);

/* The command. */
int ent_screen_text(struct ent_cli *c, struct ent_err *err);

#endif
