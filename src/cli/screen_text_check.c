/* SPDX-License-Identifier: Apache-2.0 */
/*
 * screen_text_check.c - whom a text names, under which designations, and whether the notices
 * that the rules ask for are there.
 */
#include "base/utf8.h"
#include "cli/screen_text.h"

#define FOOT_BYTES ((size_t)256 << 10) /* where notices for the whole text stand */
#define FOOT_HITS  16                  /* of a name that are looked at there */
#define FOOT_SITES 4                   /* of an entry that are looked for there */

const char *
ent_notice_status_name(enum ent_notice_status s)
{
	static const char *const names[] = { "not-needed", "found", "missing",
		                             "wrong-jurisdiction", "lifted" };

	return names[s];
}

bool
ent_text_in_force(const struct ent_text_lists *l, const struct ent_text_listed *e)
{
	if (e->in_force.n && ent_str_cmp(e->in_force, l->date) > 0)
		return false;
	return !e->lifted.n || ent_str_cmp(e->lifted, l->date) > 0;
}

bool
ent_text_needs(const struct ent_text_lists *l, const struct ent_text_listed *e)
{
	return l->rules && ent_notice_needed(l->rules, e->list, e->jurisdiction, e->authority);
}

/* ---- places, and who is named there ---- */

struct check {
	const struct ent_text_lists *l;
	struct ent_str text;
	struct ent_text_result *r;
	uint32_t *group_of; /* of each entry, + 1 */
	uint32_t *parent;   /* of each group */
	uint64_t at, line, line_at, column;
};

static uint32_t
root_of(const struct check *k, uint32_t group)
{
	while (k->parent[group] != group) {
		k->parent[group] = k->parent[k->parent[group]];
		group = k->parent[group];
	}
	return group;
}

/* Lines and columns, from 1; places come in order. */
static void
place(struct check *k, struct ent_text_site *s)
{
	const char *nl;

	while (k->at < s->from &&
	       (nl = memchr(k->text.p + k->at, '\n', (size_t)(s->from - k->at)))) {
		k->line++;
		k->at = k->line_at = (uint64_t)(nl - k->text.p) + 1;
	}
	if (k->line_at == k->at)
		k->column = 1;
	for (; k->at < s->from; k->at++)
		k->column += ((unsigned char)k->text.p[k->at] & 0xc0) != 0x80;
	s->line = k->line;
	s->column = k->column;
}

/* The entries of a mention belong to the group of its site. */
static void
name_entries(struct check *k, const struct ent_text_mention *m, struct ent_text_site *s)
{
	struct ent_text_result *r = k->r;
	uint32_t at = 0, entry, group = root_of(k, s->group);

	while (ent_text_entry(k->l->names, m->node, &at, &entry, NULL)) {
		uint32_t other = k->group_of[entry];

		if (!other) {
			k->group_of[entry] = group + 1;
			r->next[entry] = r->group[group].entries;
			r->group[group].entries = entry + 1;
			continue;
		}
		other = root_of(k, other - 1);
		if (other == group)
			continue;
		if (other < group) { /* the older one stays */
			uint32_t swap = other;

			other = group;
			group = swap;
		}
		k->parent[other] = group;
		for (uint32_t e = r->group[other].entries; e;) {
			uint32_t next = r->next[e - 1];

			r->next[e - 1] = r->group[group].entries;
			r->group[group].entries = e;
			e = next;
		}
		r->group[other].entries = 0;
	}
	s->group = group;
}

static void
gather(struct check *k, const struct ent_text_found *f)
{
	struct ent_text_result *r = k->r;
	struct ent_text_site *site = r->site;

	if (!site) /* there is room for at least one */
		return;
	for (size_t i = 0; i < f->n; i++) {
		const struct ent_text_mention *m = &f->mentions[i];
		struct ent_text_site *s = r->n_sites ? &site[r->n_sites - 1] : NULL;

		if (!s || s->from != m->from || s->to != m->to) {
			s = &site[r->n_sites++];
			*s = (struct ent_text_site){ .from = m->from,
				                     .to = m->to,
				                     .node = m->node,
				                     .group = (uint32_t)r->n_groups,
				                     .how = m->how,
				                     .quoted = m->quoted,
				                     .in_url = m->in_url };
			place(k, s);
			k->parent[r->n_groups] = (uint32_t)r->n_groups;
			r->group[r->n_groups++] = (struct ent_text_group){ 0 };
		}
		name_entries(k, m, s);
	}
}

/* Groups that are left, numbered anew, with their sites counted. */
static void
renumber(struct check *k)
{
	struct ent_text_result *r = k->r;
	size_t groups = 0;

	for (size_t i = 0; i < r->n_groups; i++)
		if (k->parent[i] == i)
			r->group[groups++].entries = r->group[i].entries;
		else
			k->parent[i] = root_of(k, (uint32_t)i);
	groups = 0;
	for (size_t i = 0; i < r->n_groups; i++)
		if (k->parent[i] == i)
			k->group_of[i] = (uint32_t)groups++;
	for (size_t i = 0; i < r->n_sites; i++) {
		struct ent_text_site *s = &r->site[i];
		struct ent_text_group *g;

		s->group = k->group_of[k->parent[s->group]];
		g = &r->group[s->group];
		if (!g->n++)
			g->first = i;
	}
	r->n_groups = groups;
}

/* ---- notices ---- */

/* Whether the rules ask for notices about a group. */
static void
designated(const struct ent_text_lists *l, const struct ent_text_result *r,
           struct ent_text_group *g)
{
	for (uint32_t e = g->entries; e; e = r->next[e - 1]) {
		const struct ent_text_listed *d = &l->entry[e - 1];

		if (!ent_text_needs(l, d))
			continue;
		if (ent_text_in_force(l, d))
			g->needs = true;
		else
			g->status = ENT_STATUS_LIFTED;
	}
	if (g->needs)
		g->status = ENT_STATUS_NONE;
}

/* The status of a site's notice. */
static enum ent_notice_status
look(const struct check *k, size_t i)
{
	const struct ent_text_result *r = k->r;
	struct ent_text_site *s = &r->site[i];
	struct ent_notice_span name = { (size_t)s->from, (size_t)s->to };
	size_t before = 0, after = k->text.n;

	/* A bounded way: farther names are outside what is looked at. */
	for (size_t j = i, n = 0; j-- > 0 && n < 64; n++)
		if (r->site[j].group != s->group) {
			before = (size_t)r->site[j].to;
			break;
		}
	for (size_t j = i + 1; j < r->n_sites && j < i + 64; j++)
		if (r->site[j].group != s->group) {
			after = (size_t)r->site[j].from;
			break;
		}
	switch (ent_notice_beside(k->l->rules, k->l->folder, k->text, name, before, after,
	                          &s->notice)) {
	case ENT_NOTICE_HERE:
		return ENT_STATUS_FOUND;
	case ENT_NOTICE_OTHER:
		return ENT_STATUS_WRONG;
	default:
		return ENT_STATUS_MISSING;
	}
}

/* Whether a line at the foot of the text has a site's words and the notice. */
static bool
at_the_foot(const struct check *k, size_t i)
{
	struct ent_text_site *s = &k->r->site[i];
	size_t n = (size_t)(s->to - s->from), at = k->text.n, hits = 0;
	const char *name = k->text.p + s->from;
	size_t least = at > FOOT_BYTES ? at - FOOT_BYTES : 0;

	while (at > least && hits < FOOT_HITS) {
		const char *p = memrchr(k->text.p + least, name[0], at - least);

		if (!p)
			return false;
		at = (size_t)(p - k->text.p);
		if (k->text.n - at < n || memcmp(p, name, n) != 0)
			continue;
		hits++;
		if (ent_notice_in_line(k->l->rules, k->l->folder, k->text,
		                       (struct ent_notice_span){ at, at + n }, &s->notice))
			return true;
	}
	return false;
}

static void
judge(const struct check *k)
{
	struct ent_text_result *r = k->r;
	bool footer = k->l->rules->where == ENT_NOTICE_FOOTER;

	for (size_t i = 0; i < r->n_groups; i++)
		designated(k->l, r, &r->group[i]);
	for (size_t i = 0; i < r->n_sites; i++) {
		struct ent_text_site *s = &r->site[i];
		struct ent_text_group *g = &r->group[s->group];

		if (!g->needs || s->in_url ||
		    (g->looked && k->l->rules->where == ENT_NOTICE_FIRST))
			continue;
		if (!footer)
			s->status = (uint8_t)look(k, i);
		else
			s->status = at_the_foot(k, i) ? ENT_STATUS_FOUND : ENT_STATUS_MISSING;
		/* At the foot one is enough; elsewhere the first that lacks decides. */
		if (!g->looked ||
		    (footer ? s->status == ENT_STATUS_FOUND : g->status == ENT_STATUS_FOUND)) {
			g->status = (enum ent_notice_status)s->status;
			g->decides = i;
		}
		g->looked++;
	}
	for (size_t i = 0; i < r->n_sites; i++)
		r->wanting += ent_text_lacks(k->l, r, i);
}

bool
ent_text_lacks(const struct ent_text_lists *l, const struct ent_text_result *r, size_t site)
{
	const struct ent_text_site *s = &r->site[site];
	const struct ent_text_group *g = &r->group[s->group];

	if (s->status != ENT_STATUS_MISSING && s->status != ENT_STATUS_WRONG)
		return false;
	if (l->rules->where == ENT_NOTICE_FOOTER)
		return g->status != ENT_STATUS_FOUND && g->decides == site;
	return true;
}

int
ent_text_check(const struct ent_text_lists *l, struct ent_text_finder *f, struct ent_str text,
               struct ent_text_result *out, struct ent_err *err)
{
	struct check k = { .l = l, .text = text, .r = out, .line = 1 };
	struct ent_text_found found;
	size_t most;
	int rc;

	*out = (struct ent_text_result){ 0 };
	rc = ent_text_find(f, text, &found, err);
	if (rc)
		return rc;
	out->dropped = found.dropped;
	most = l->n > found.n ? l->n : found.n;
	out->site = calloc(found.n + 1, sizeof(*out->site));
	out->group = calloc(found.n + 1, sizeof(*out->group));
	out->next = calloc(l->n + 1, sizeof(*out->next));
	k.group_of = calloc(most + 1, sizeof(*k.group_of));
	k.parent = calloc(found.n + 1, sizeof(*k.parent));
	if (out->site && out->group && out->next && k.group_of && k.parent) {
		gather(&k, &found);
		renumber(&k);
		if (l->rules)
			judge(&k);
	} else {
		rc = ent_cli_nomem(err);
	}
	free(k.group_of);
	free(k.parent);
	return rc;
}

void
ent_text_result_release(struct ent_text_result *r)
{
	free(r->site);
	free(r->group);
	free(r->next);
	*r = (struct ent_text_result){ 0 };
}
