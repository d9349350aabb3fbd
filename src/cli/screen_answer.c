/* SPDX-License-Identifier: Apache-2.0 */
/*
 * screen_answer.c - what a name has found, for people, as a line of JSON, as a row of CSV.
 */
#include "cli/screen.h"

#include "base/limits.h"
#include "base/utf8.h"

/* Bands as a person decides by them. */
const char *
ent_screening_result(const struct ent_hit *hits, size_t n)
{
	static const char *const words[] = { "clear", "possible", "probable", "probable" };

	return n ? words[hits->band] : words[ENT_BAND_WEAK];
}

static const char *const strengths[] = { "primary", "strong", "weak" };

double
ent_screening_score(double score)
{
	return (double)(int)(score * 10000 + 0.5) / 10000;
}

static void
evidence(struct ent_jw *w, const char *key, enum ent_evidence e)
{
	if (e)
		ent_jw_kc(w, key, e == ENT_EVIDENCE_AGREES ? "agrees" : "contradicts");
}

static void
json_hit(const struct ent_screening *s, const struct ent_searcher *searcher,
         const struct ent_hit *h, struct ent_buf *text, struct ent_jw *w)
{
	const struct ent_listing_ref *r = &s->lists->refs[h->number];

	ent_buf_clear(text);
	ent_hit_explain(searcher, h, text);
	ent_jw_object(w);
	ent_jw_kstr(w, "list", r->list);
	ent_jw_kstr(w, "ref", r->ref);
	ent_jw_kstr(w, "name", h->name);
	ent_jw_kc(w, "kind", ent_name_of_name(h->kind));
	ent_jw_kc(w, "strength", strengths[h->strength]);
	ent_jw_key(w, "score");
	ent_jw_double(w, ent_screening_score(h->score));
	ent_jw_kc(w, "band", ent_band_name(h->band));
	evidence(w, "birth", h->birth);
	evidence(w, "country", h->country);
	evidence(w, "document", h->document);
	ent_jw_kstr(w, "explanation", ent_buf_view(text));
	ent_jw_end_object(w);
}

static void
json(const struct ent_screening *s, const struct ent_screening_query *query,
     const struct ent_searcher *searcher, const struct ent_hit *hits, size_t n, bool cut,
     struct ent_buf *out)
{
	struct ent_buf text;
	struct ent_jw w;

	ent_buf_init(&text, ENT_EXPLANATION_MAX);
	ent_jw_init(&w, out);
	ent_jw_object(&w);
	if (query->id.p)
		ent_jw_kstr(&w, "id", query->id);
	if (query->line)
		ent_jw_kint(&w, "line", (int64_t)query->line);
	ent_jw_kstr(&w, "query", ent_utf8_cut(query->q.name, ENT_NAME_BYTES));
	ent_jw_kc(&w, "result", ent_screening_result(hits, n));
	ent_jw_key(&w, "hits");
	ent_jw_array(&w);
	for (size_t i = 0; i < n; i++)
		json_hit(s, searcher, &hits[i], &text, &w);
	ent_jw_end_array(&w);
	if (cut)
		ent_jw_kbool(&w, "more", true);
	ent_jw_end_object(&w);
	ent_buf_ch(out, '\n');
	if (!ent_buf_ok(&text))
		out->failed = true;
	ent_buf_release(&text);
}

/* ---- CSV ---- */

static void
cell(struct ent_buf *out, struct ent_str s, bool last)
{
	/* A spreadsheet takes what begins so for a formula. */
	bool formula = s.n && memchr("=+-@\t\r", s.p[0], 6), quote = formula;

	for (size_t i = 0; i < s.n && !quote; i++)
		quote = s.p[i] == '"' || s.p[i] == ',' || s.p[i] == '\n' || s.p[i] == '\r';
	if (quote)
		ent_buf_ch(out, '"');
	if (formula)
		ent_buf_ch(out, '\'');
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '"')
			ent_buf_ch(out, '"');
		ent_buf_ch(out, s.p[i]);
	}
	if (quote)
		ent_buf_ch(out, '"');
	ent_buf_c(out, last ? "\r\n" : ",");
}

static void
cell_c(struct ent_buf *out, const char *c)
{
	cell(out, ent_str_c(c), false);
}

void
ent_screening_header(struct ent_buf *out)
{
	ent_buf_c(out, "line,id,name,result,hits,band,score,list,ref,listed_name,strength,"
	               "birth,country,document,explanation\r\n");
}

static const char *
word(enum ent_evidence e)
{
	static const char *const words[] = { "", "agrees", "contradicts" };

	return words[e];
}

/* A row a name, with the best of its hits. */
static void
csv(const struct ent_screening *s, const struct ent_screening_query *query,
    const struct ent_searcher *searcher, const struct ent_hit *h, size_t n, struct ent_buf *out)
{
	struct ent_buf text;

	ent_buf_printf(out, "%llu,", (unsigned long long)query->line);
	cell(out, query->id, false);
	cell(out, ent_utf8_cut(query->q.name, ENT_NAME_BYTES), false);
	cell_c(out, ent_screening_result(h, n));
	ent_buf_printf(out, "%zu,", n);
	if (!n) {
		ent_buf_c(out, ",,,,,,,,,\r\n");
		return;
	}
	ent_buf_init(&text, ENT_EXPLANATION_MAX);
	ent_hit_explain(searcher, h, &text);
	cell_c(out, ent_band_name(h->band));
	ent_buf_printf(out, "%.4f,", ent_screening_score(h->score));
	cell(out, s->lists->refs[h->number].list, false);
	cell(out, s->lists->refs[h->number].ref, false);
	cell(out, h->name, false);
	cell_c(out, strengths[h->strength]);
	cell_c(out, word(h->birth));
	cell_c(out, word(h->country));
	cell_c(out, word(h->document));
	cell(out, ent_buf_view(&text), true);
	if (!ent_buf_ok(&text))
		out->failed = true;
	ent_buf_release(&text);
}

/* ---- for people ---- */

static void
people(const struct ent_screening *s, const struct ent_screening_query *query,
       const struct ent_searcher *searcher, const struct ent_hit *hits, size_t n, bool cut,
       struct ent_buf *out)
{
	ent_plain(out, ent_utf8_cut(query->q.name, ENT_NAME_BYTES), false);
	ent_buf_printf(out, ": %s", ent_screening_result(hits, n));
	if (n && query->id.n)
		ent_buf_printf(out, " (screening %.*s)", ENT_FMT(query->id));
	ent_buf_ch(out, '\n');
	for (size_t i = 0; i < n; i++) {
		const struct ent_listing_ref *r = &s->lists->refs[hits[i].number];

		ent_buf_printf(out, "  %-8s %.2f  ", ent_band_name(hits[i].band),
		               hits[i].score);
		ent_plain(out, hits[i].name, false);
		ent_buf_c(out, "  (");
		ent_plain(out, r->list, false);
		if (r->ref.n)
			ent_buf_ch(out, ' ');
		ent_plain(out, r->ref, false);
		ent_buf_printf(out, ", %s%s)\n                 ",
		               ent_name_of_name(hits[i].kind),
		               hits[i].strength == ENT_STRENGTH_WEAK ? ", weak alias" : "");
		ent_hit_explain(searcher, &hits[i], out);
		if (hits[i].document)
			ent_buf_c(out, " The document number agrees.");
		ent_buf_ch(out, '\n');
	}
	if (cut)
		ent_buf_printf(out, "  and more than %d others\n", ENT_HITS_MAX);
}

void
ent_screening_answer(const struct ent_screening *s, const struct ent_screening_query *query,
                     const struct ent_searcher *searcher, const struct ent_hit *hits, size_t n,
                     bool cut, struct ent_buf *out)
{
	if (s->form == ENT_SCREENING_JSON)
		json(s, query, searcher, hits, n, cut, out);
	else if (s->form == ENT_SCREENING_CSV)
		csv(s, query, searcher, hits, n, out);
	else
		people(s, query, searcher, hits, n, cut, out);
}
