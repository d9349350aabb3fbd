/* SPDX-License-Identifier: Apache-2.0 */
/*
 * screen_text_out.c - what a text has of listed names, printed; and the text with the notices
 * that it lacks.
 */
#include <inttypes.h>

#include "base/file.h"
#include "base/utf8.h"
#include "cli/screen_text.h"

#define ROW_MAX    ((size_t)1 << 30)
#define ROUNDS     8 /* notices that are put in may bring up names that were doubtful */
#define TEXT_SHOWN 300

static struct ent_str
said(struct ent_str text, uint64_t from, uint64_t to)
{
	return (struct ent_str){ text.p + from, (size_t)(to - from) };
}

static struct ent_str
listed_name(const struct ent_text_lists *l, uint32_t node)
{
	uint32_t at = 0, entry;
	struct ent_str name = { NULL, 0 };

	(void)ent_text_entry(l->names, node, &at, &entry, &name);
	return name;
}

/* ---- cells ---- */

static void
designations(struct ent_buf *b, const struct ent_text_lists *l, const struct ent_text_result *r,
             const struct ent_text_group *g)
{
	struct ent_jw w;

	ent_buf_clear(b);
	ent_jw_init(&w, b);
	ent_jw_array(&w);
	for (uint32_t e = g->entries; e; e = r->next[e - 1]) {
		const struct ent_text_listed *d = &l->entry[e - 1];

		ent_jw_object(&w);
		ent_jw_kstr(&w, "list", d->list);
		ent_jw_kstr(&w, "ref", d->ref);
		ent_jw_kstr(&w, "name", d->name);
		ent_jw_kstr(&w, "jurisdiction", d->jurisdiction);
		ent_jw_kstr(&w, "authority", d->authority);
		if (d->in_force.n)
			ent_jw_kstr(&w, "in_force_from", d->in_force);
		if (d->lifted.n)
			ent_jw_kstr(&w, "lifted_on", d->lifted);
		if (d->lifting.n)
			ent_jw_kstr(&w, "lifting_instrument", d->lifting);
		ent_jw_kbool(&w, "in_force", ent_text_in_force(l, d));
		ent_jw_kbool(&w, "needs_notice",
		             ent_text_needs(l, d) && ent_text_in_force(l, d));
		ent_jw_end_object(&w);
	}
	ent_jw_end_array(&w);
}

static void
mentions(struct ent_buf *b, struct ent_str text, const struct ent_text_result *r, size_t group,
         const size_t *next)
{
	struct ent_jw w;

	ent_buf_clear(b);
	ent_jw_init(&w, b);
	ent_jw_array(&w);
	for (size_t i = r->group[group].first; i < r->n_sites; i = next[i]) {
		const struct ent_text_site *s = &r->site[i];

		ent_jw_object(&w);
		ent_jw_kint(&w, "from", (int64_t)s->from);
		ent_jw_kint(&w, "to", (int64_t)s->to);
		ent_jw_kint(&w, "line", (int64_t)s->line);
		ent_jw_kstr(&w, "text", said(text, s->from, s->to));
		ent_jw_kc(&w, "as", ent_text_how_name(s->how));
		ent_jw_kbool(&w, "quoted", s->quoted);
		ent_jw_kbool(&w, "in_url", s->in_url);
		ent_jw_end_object(&w);
	}
	ent_jw_end_array(&w);
}

static void
notice(struct ent_buf *b, struct ent_str text, const struct ent_text_result *r,
       const struct ent_text_group *g)
{
	const struct ent_text_site *s = &r->site[g->decides];
	struct ent_jw w;

	ent_buf_clear(b);
	ent_jw_init(&w, b);
	if (!s->notice.to || (g->status != ENT_STATUS_FOUND && g->status != ENT_STATUS_WRONG)) {
		ent_jw_null(&w);
		return;
	}
	ent_jw_object(&w);
	ent_jw_kint(&w, "from", (int64_t)s->notice.from);
	ent_jw_kint(&w, "to", (int64_t)s->notice.to);
	ent_jw_kstr(&w, "text", said(text, s->notice.from, s->notice.to));
	ent_jw_end_object(&w);
}

/* The lists of a group for people, each once. */
static void
lists(struct ent_buf *b, const struct ent_text_lists *l, const struct ent_text_result *r,
      const struct ent_text_group *g)
{
	size_t shown = 0;

	ent_buf_clear(b);
	for (uint32_t e = g->entries; e; e = r->next[e - 1]) {
		if (++shown > 3) {
			ent_buf_c(b, ", ...");
			return;
		}
		if (b->n)
			ent_buf_c(b, ", ");
		ent_buf_str(b, l->entry[e - 1].list);
		ent_buf_ch(b, ' ');
		ent_buf_str(b, l->entry[e - 1].ref);
	}
}

/* clang-format off */
static const struct ent_column columns[] = {
	{NULL, "PLACE", false}, {"name", "NAME", false}, {"count", "MENTIONS", true}, {NULL, "LISTED AS", false},
	{"status", "NOTICE", false}, {"proposed", "PROPOSED", false}, {"designations", NULL, false},
	{"mentions", NULL, false}, {"notice", NULL, false},
};
/* clang-format on */

/* Of each site the next of its group, n_sites where there is none. */
static size_t *
chain(const struct ent_text_result *r)
{
	size_t *next = calloc(r->n_sites + 1, sizeof(*next));
	size_t *last = calloc(r->n_groups + 1, sizeof(*last));

	for (size_t i = 0; next && last && i < r->n_sites; i++) {
		uint32_t g = r->site[i].group;

		next[i] = r->n_sites;
		if (r->group[g].first != i)
			next[last[g]] = i;
		last[g] = i;
	}
	free(last);
	return next;
}

static void
row(struct ent_cli *c, const struct ent_text_lists *l, struct ent_str text,
    const struct ent_text_result *r, size_t group, const size_t *next, struct ent_buf *b)
{
	const struct ent_text_group *g = &r->group[group];
	const struct ent_text_site *first = &r->site[g->first];
	const struct ent_text_site *decides = &r->site[g->decides];
	struct ent_str name = listed_name(l, first->node);

	ent_buf_clear(b);
	ent_buf_printf(b, "%" PRIu64 ":%" PRIu64, first->line, first->column);
	ent_cell(&c->out, ent_buf_view(b));
	ent_cell(&c->out, name);
	ent_cell_int(&c->out, (int64_t)g->n);
	lists(b, l, r, g);
	ent_cell(&c->out, ent_buf_view(b));
	ent_cell_c(&c->out, l->rules ? ent_notice_status_name(g->status) : "");
	if (g->status == ENT_STATUS_MISSING || g->status == ENT_STATUS_WRONG) {
		ent_buf_clear(b);
		ent_buf_str(b,
		            ent_utf8_cut(said(text, decides->from, decides->to), TEXT_SHOWN));
		ent_buf_c(b, " (");
		ent_buf_str(b,
		            ent_notice_words(l->rules, said(text, decides->from, decides->to)));
		ent_buf_c(b, ")");
		ent_cell(&c->out, ent_buf_view(b));
	} else {
		ent_cell(&c->out, (struct ent_str){ c->json ? NULL : "", 0 });
	}
	designations(b, l, r, g);
	ent_cell_raw(&c->out, ent_buf_view(b));
	mentions(b, text, r, group, next);
	ent_cell_raw(&c->out, ent_buf_view(b));
	notice(b, text, r, g);
	ent_cell_raw(&c->out, ent_buf_view(b));
}

void
ent_text_print(struct ent_cli *c, const struct ent_text_lists *l, struct ent_str text,
               const struct ent_text_result *r)
{
	size_t *next = chain(r);
	struct ent_buf b;

	ent_buf_init(&b, ROW_MAX);
	ent_out_int(&c->out, "bytes", NULL, (int64_t)text.n);
	ent_out_str(&c->out, "date", NULL, l->date);
	ent_out_str(&c->out, "jurisdiction", NULL,
	            l->rules ? l->rules->jurisdiction : (struct ent_str){ NULL, 0 });
	ent_out_list(&c->out, "entries", ENT_COLUMNS(columns));
	for (size_t i = 0; next && i < r->n_groups; i++)
		row(c, l, text, r, i, next, &b);
	ent_out_list_end(&c->out, "No listed name was found in this text.");
	ent_out_int(&c->out, "dropped", NULL, (int64_t)r->dropped);
	if (r->dropped)
		ent_out_line(&c->out, "%" PRIu64 " more mentions are beyond the limit of %zu.",
		             r->dropped, ENT_TEXT_MENTIONS);
	if (r->wanting)
		ent_out_line(&c->out, "%zu notice%s missing: --annotate puts %s in.",
		             r->wanting, r->wanting == 1 ? " is" : "s are",
		             r->wanting == 1 ? "it" : "them");
	ent_buf_release(&b);
	free(next);
}

/* ---- notices put in ---- */

static int
put(const struct ent_text_lists *l, struct ent_str text, const struct ent_text_result *r,
    struct ent_mapped *out, struct ent_err *err)
{
	bool footer = l->rules->where == ENT_NOTICE_FOOTER;
	struct ent_buf b;
	size_t done = 0;
	int rc = 0;

	ent_buf_init(&b, ROW_MAX);
	for (size_t i = 0; rc == 0 && !footer && i < r->n_sites; i++) {
		const struct ent_text_site *s = &r->site[i];
		struct ent_notice_span name = { (size_t)s->from, (size_t)s->to };
		size_t at = ent_notice_place(text, name);

		if (!ent_text_lacks(l, r, i) || at < done)
			continue;
		rc = ent_fd_write(out->fd, said(text, done, at), err);
		done = at;
		ent_buf_clear(&b);
		ent_buf_c(&b, " (");
		ent_buf_str(&b, ent_notice_words(l->rules, said(text, s->from, s->to)));
		ent_buf_c(&b, ")");
		if (rc == 0)
			rc = ent_fd_write(out->fd, ent_buf_view(&b), err);
	}
	if (rc == 0)
		rc = ent_fd_write(out->fd, said(text, done, text.n), err);
	ent_buf_clear(&b);
	for (size_t i = 0; footer && i < r->n_sites; i++) {
		struct ent_str name = said(text, r->site[i].from, r->site[i].to);

		if (!ent_text_lacks(l, r, i))
			continue;
		ent_buf_c(&b, !b.n && text.n && text.p[text.n - 1] != '\n' ? "\n" : "");
		ent_buf_str(&b, name);
		ent_buf_c(&b, " (");
		ent_buf_str(&b, ent_notice_words(l->rules, name));
		ent_buf_c(&b, ")\n");
	}
	if (rc == 0 && b.n)
		rc = ent_fd_write(out->fd, ent_buf_view(&b), err);
	if (!ent_buf_ok(&b) && rc == 0)
		rc = ent_cli_nomem(err);
	ent_buf_release(&b);
	return rc;
}

int
ent_text_annotate(const struct ent_text_lists *l, struct ent_text_finder *f,
                  struct ent_str text, struct ent_mapped *out, size_t *n, struct ent_err *err)
{
	*out = (struct ent_mapped){ .fd = -1, .text = text };
	*n = 0;
	for (int round = 0;; round++) {
		struct ent_text_result r;
		struct ent_mapped next = { .fd = -1 };
		size_t wanting;
		int rc = ent_text_check(l, f, out->text, &r, err);

		wanting = rc ? 0 : r.wanting;
		if (rc == 0 && wanting && round == ROUNDS)
			rc = ent_fail(err, ENT_EUNUSABLE,
			              "no place was found for %zu notices: put them in by hand",
			              wanting);
		if (rc == 0 && wanting)
			rc = ent_mapped_new(&next, err);
		if (rc == 0 && wanting)
			rc = put(l, out->text, &r, &next, err);
		if (rc == 0 && wanting)
			rc = ent_mapped_done(&next, err);
		ent_text_result_release(&r);
		if (rc || !wanting) {
			ent_mapped_close(&next);
			return rc;
		}
		*n += wanting;
		ent_mapped_close(out);
		*out = next;
	}
}
