/* SPDX-License-Identifier: Apache-2.0 */
/*
 * notice.h - the notices that the law of a jurisdiction demands beside names, "(banned in
 * Russia)": rules as data, and whether a text has what they ask for.
 *
 * Rules are one JSON object (docs/screening.md): whose designations need a notice, how it may
 * be worded, where it stands, and rulings that come with the file.  Those of rules/ are built
 * in.
 */
#ifndef ENT_SCREEN_NOTICE_H
#define ENT_SCREEN_NOTICE_H
#include "screen/screen.h"

/* A built-in rule file: its jurisdiction, NULL at the end; *json is set. */
const char *ent_notice_builtin(size_t index, struct ent_str *json);

enum ent_notice_where { ENT_NOTICE_FIRST, ENT_NOTICE_EACH, ENT_NOTICE_FOOTER };

/* A ruling that a rule file brings along. */
struct ent_notice_designation {
	struct ent_str authority, instrument, in_force, lifted, lifting;
	const struct ent_str *names;
	size_t n_names;
};

struct ent_notice_pattern;
struct ent_notice_need {
	struct ent_str jurisdiction, list, authority; /* absent: any */
};
struct ent_notice_rules {
	struct ent_str jurisdiction, title, basis;
	enum ent_notice_where where;
	size_t distance;
	struct ent_str proposed_en, proposed_ru;
	const struct ent_notice_need *needs;
	size_t n_needs;
	const struct ent_notice_designation *designations;
	size_t n_designations;
	const struct ent_notice_pattern *own, *others; /* wordings: of here, of any country */
	size_t n_own, n_others;
};

/* Lives in a, text too.  ENT_EPARSE where it isn't what rules are; ENT_ENOMEM. */
int ent_notice_rules_read(struct ent_arena *a, struct ent_folder *f, struct ent_str text,
                          struct ent_notice_rules **out, struct ent_err *err);
/* Whether a designation of that list, jurisdiction and authority needs a notice; who says no
 * jurisdiction is taken to mean this one. */
bool ent_notice_needed(const struct ent_notice_rules *r, struct ent_str list,
                       struct ent_str jurisdiction, struct ent_str authority);

struct ent_notice_span {
	size_t from, to;
};
enum ent_notice_found { ENT_NOTICE_MISSING, ENT_NOTICE_OTHER, ENT_NOTICE_HERE };

/*
 * Looks for the notice of the name at [name.from, name.to).  before and after are where the
 * nearest other designated names end and begin (0 and text.n where there are none): a notice
 * behind such a name belongs to that, unless it speaks of both.  at (may be NULL) is where the
 * notice stands: ENT_NOTICE_OTHER is one of another jurisdiction.
 */
enum ent_notice_found ent_notice_beside(const struct ent_notice_rules *r, struct ent_folder *f,
                                        struct ent_str text, struct ent_notice_span name,
                                        size_t before, size_t after,
                                        struct ent_notice_span *at);
/* Whether the line around a place has the notice: for those at the foot of a text. */
bool ent_notice_in_line(const struct ent_notice_rules *r, struct ent_folder *f,
                        struct ent_str text, struct ent_notice_span name,
                        struct ent_notice_span *at);
/* Where a notice is to be put in: behind the name, what closes it and a genitive's s. */
size_t ent_notice_place(struct ent_str s, struct ent_notice_span name);
/* The words to put in, by the letters of the name. */
struct ent_str ent_notice_words(const struct ent_notice_rules *r, struct ent_str name);

#endif
