/* SPDX-License-Identifier: Apache-2.0 */
/*
 * notice_rules.c - rules about notices, read from JSON.
 */
#include "screen/notice_int.h"
#include "screen/notice_words.h"

#define RULES_DEPTH  8
#define WORDING_MAX  1000
#define WORDINGS     64
#define COUNTRIES    32
#define DISTANCE_MAX 300

const char *
ent_notice_builtin(size_t index, struct ent_str *json)
{
	size_t n = 0;

	while (ent_notice_files[n].text)
		n++;
	if (index >= n)
		return NULL;
	*json = ent_str_c(ent_notice_files[index].text);
	return ent_notice_files[index].jurisdiction;
}

struct reader {
	struct ent_arena *a;
	struct ent_folder *f;
	struct ent_err *err;
	struct ent_notice_rules *r;
	struct ent_notice_pattern *patterns;
	size_t n, room;
};

/* The words of a part: "banned|outlawed", "prohibit~". */
static int
part_words(struct reader *b, struct ent_str s, struct notice_part *p)
{
	struct notice_word *words = ent_arena_array(b->a, s.n + 1, sizeof(*words));
	struct ent_str one;

	if (!words)
		return ENT_ENOMEM;
	p->words = words;
	while (ent_str_next(&s, '|', &one)) {
		struct notice_word w = { .prefix = false };
		struct ent_token t;

		if (ent_str_ends(one, "?")) {
			p->optional = true;
			one.n--;
		}
		w.prefix = ent_str_ends(one, "~");
		one.n -= w.prefix;
		if (!one.n || !ent_word_fold(b->f, one, ent_word_flags(one), &t))
			continue;
		w.text = ent_arena_dup(b->a, (struct ent_str){ t.text, t.n });
		if (!w.text.p)
			return ENT_ENOMEM;
		words[p->n++] = w;
	}
	return 0;
}

static int
add_pattern(struct reader *b, struct ent_str text)
{
	struct notice_part *parts = ent_arena_array(b->a, NOTICE_PARTS, sizeof(*parts));
	struct ent_notice_pattern *p = &b->patterns[b->n];
	struct ent_str one;

	if (!parts)
		return ENT_ENOMEM;
	*p = (struct ent_notice_pattern){ parts, 0 };
	while (ent_str_next(&text, ' ', &one)) {
		struct notice_part *to = &parts[p->n];
		int rc;

		if (!one.n || ent_str_is(one, ","))
			continue;
		if (p->n + 1 == NOTICE_PARTS || b->n == b->room)
			return ent_fail(b->err, ENT_EPARSE,
			                "rules: a wording with more than %d words",
			                NOTICE_PARTS);
		*to = (struct notice_part){ .kind = ent_str_is(one, "*")   ? PART_ANY
			                            : ent_str_is(one, "@") ? PART_CAPITAL
			                                                   : PART_WORDS };
		rc = to->kind == PART_WORDS ? part_words(b, one, to) : 0;
		if (rc)
			return rc;
		if (to->kind == PART_WORDS && !to->n)
			return ent_fail(b->err, ENT_EPARSE, "rules: no word: \"%.*s\"",
			                ENT_FMT(one));
		p->n++;
	}
	/* An end that may be missing would let it match nothing. */
	if (!p->n || parts[0].optional || parts[0].kind == PART_ANY)
		return ent_fail(b->err, ENT_EPARSE,
		                "rules: a wording begins with a word that is always there");
	b->n++;
	return 0;
}

/* A wording with the placeholders filled in. */
static int
wording(struct reader *b, struct ent_str text, struct ent_str country)
{
	char filled[4 * WORDING_MAX];
	struct ent_buf out;
	struct ent_str s;
	size_t at;
	int rc;

	if (text.n > WORDING_MAX || country.n > 100)
		return ent_fail(b->err, ENT_EPARSE, "rules: a wording longer than %d bytes",
		                WORDING_MAX);
	ent_buf_init(&out, sizeof(filled));
	while (text.n) {
		at = ent_str_find(text, '{');
		ent_buf_put(&out, text.p, at);
		text = ent_str_from(text, at);
		if (ent_str_starts(text, "{ban}")) {
			ent_buf_c(&out, ENT_NOTICE_BAN "|" ENT_NOTICE_BAN_RU_STEM "~");
			text = ent_str_from(text, 5);
		} else if (ent_str_starts(text, "{country}")) {
			ent_buf_str(&out, country);
			text = ent_str_from(text, 9);
		} else if (text.n) {
			text = ent_str_from(text, 1);
		}
	}
	s = ent_buf_view(&out);
	rc = ent_buf_ok(&out) ? add_pattern(b, s) : ENT_ENOMEM;
	ent_buf_release(&out);
	return rc;
}

static int
wordings(struct reader *b, const struct ent_json *rules)
{
	const struct ent_json *list = ent_json_getc(rules, "wordings");
	const struct ent_json *countries = ent_json_getc(rules, "countries");
	size_t n = ent_json_count(list), m = ent_json_count(countries);
	int rc = 0;

	if (!n || n > WORDINGS || !m || m > COUNTRIES)
		return ent_fail(b->err, ENT_EPARSE,
		                "rules: 1 to %d \"wordings\" and 1 to %d \"countries\"",
		                WORDINGS, COUNTRIES);
	b->room = n * (m + 1);
	b->patterns = ent_arena_array(b->a, b->room, sizeof(*b->patterns));
	if (!b->patterns)
		return ENT_ENOMEM;
	for (size_t i = 0; rc == 0 && i < n; i++)
		for (size_t k = 0; rc == 0 && k < m; k++)
			rc = wording(b, ent_json_str(ent_json_at(list, i)),
			             ent_json_str(ent_json_at(countries, k)));
	b->r->own = b->patterns;
	b->r->n_own = b->n;
	for (size_t i = 0; rc == 0 && i < n; i++)
		rc = wording(b, ent_json_str(ent_json_at(list, i)), ENT_STR("@"));
	b->r->others = b->patterns + b->r->n_own;
	b->r->n_others = b->n - b->r->n_own;
	return rc;
}

static int
needs(struct reader *b, const struct ent_json *list)
{
	size_t n = ent_json_count(list);
	struct ent_notice_need *to = ent_arena_array(b->a, n + 1, sizeof(*to));

	if (!to)
		return ENT_ENOMEM;
	for (size_t i = 0; i < n; i++) {
		const struct ent_json *v = ent_json_at(list, i);

		to[i] = (struct ent_notice_need){ ent_json_getstr(v, "jurisdiction"),
			                          ent_json_getstr(v, "list"),
			                          ent_json_getstr(v, "authority") };
		if (!to[i].jurisdiction.p && !to[i].list.p && !to[i].authority.p)
			return ent_fail(
			    b->err, ENT_EPARSE,
			    "rules: \"needs\" have jurisdiction, list or authority");
	}
	b->r->needs = to;
	b->r->n_needs = n;
	return 0;
}

static int
designations(struct reader *b, const struct ent_json *list)
{
	size_t n = ent_json_count(list);
	struct ent_notice_designation *to = ent_arena_array(b->a, n + 1, sizeof(*to));

	if (!to)
		return ENT_ENOMEM;
	for (size_t i = 0; i < n; i++) {
		const struct ent_json *v = ent_json_at(list, i), *names;
		struct ent_str *s;

		names = ent_json_getc(v, "names");
		s = ent_arena_array(b->a, ent_json_count(names) + 1, sizeof(*s));
		if (!s)
			return ENT_ENOMEM;
		to[i] = (struct ent_notice_designation){
			.authority = ent_json_getstr(v, "authority"),
			.instrument = ent_json_getstr(v, "instrument"),
			.in_force = ent_json_getstr(v, "in_force"),
			.lifted = ent_json_getstr(v, "lifted"),
			.lifting = ent_json_getstr(v, "lifting"),
			.names = s,
			.n_names = ent_json_count(names),
		};
		if (!to[i].authority.p || !to[i].n_names)
			return ent_fail(b->err, ENT_EPARSE,
			                "rules: a designation has \"authority\" and \"names\"");
		for (size_t k = 0; k < to[i].n_names; k++)
			s[k] = ent_json_str(ent_json_at(names, k));
	}
	b->r->designations = to;
	b->r->n_designations = n;
	return 0;
}

static int
plain(struct reader *b, const struct ent_json *rules)
{
	static const char *const wheres[] = { "first", "each", "footer" };
	struct ent_notice_rules *r = b->r;
	const struct ent_json *proposed = ent_json_getc(rules, "proposed");
	struct ent_str where = ent_json_getstr(rules, "where");
	int64_t distance = 120;
	size_t i = 0;

	r->jurisdiction = ent_json_getstr(rules, "jurisdiction");
	r->title = ent_json_getstr(rules, "title");
	r->basis = ent_json_getstr(rules, "basis");
	r->proposed_en = ent_json_getstr(proposed, "en");
	r->proposed_ru = ent_json_getstr(proposed, "ru");
	if (!r->jurisdiction.n || !r->proposed_en.n)
		return ent_fail(
		    b->err, ENT_EPARSE,
		    "rules: \"jurisdiction\" and \"proposed\" with \"en\" are wanted");
	while (i < 3 && !ent_str_is(where, wheres[i]))
		i++;
	if (where.p && i == 3)
		return ent_fail(b->err, ENT_EPARSE,
		                "rules: \"where\" is first, each or footer, not \"%.*s\"",
		                ENT_FMT(where));
	r->where = where.p ? (enum ent_notice_where)i : ENT_NOTICE_FIRST;
	if (ent_json_getc(rules, "distance") &&
	    (!ent_json_int(ent_json_getc(rules, "distance"), &distance) || distance < 0 ||
	     distance > DISTANCE_MAX))
		return ent_fail(b->err, ENT_EPARSE, "rules: \"distance\" is 0 to %d characters",
		                DISTANCE_MAX);
	r->distance = (size_t)distance;
	return 0;
}

/* What is proposed must be recognised, or it would be put in again and again. */
static int
proves(struct reader *b, struct ent_str words)
{
	struct notice_text *t = words.n ? malloc(sizeof(*t)) : NULL;
	size_t first, last;
	bool found;

	if (!words.n)
		return 0;
	if (!t)
		return ENT_ENOMEM;
	ent_notice_text(b->f, words, 0, words.n, t);
	found = ent_notice_match(b->r->own, b->r->n_own, t, 0, &first, &last);
	free(t);
	return found ? 0
	             : ent_fail(b->err, ENT_EPARSE,
	                        "rules: no wording allows the proposed text \"%.*s\"",
	                        ENT_FMT(words));
}

int
ent_notice_rules_read(struct ent_arena *a, struct ent_folder *f, struct ent_str text,
                      struct ent_notice_rules **out, struct ent_err *err)
{
	struct reader b = { .a = a, .f = f, .err = err };
	const struct ent_json *rules;
	int rc = ent_json_parse(a, text, RULES_DEPTH, &rules, err);

	if (rc)
		return rc;
	b.r = ent_arena_alloc(a, sizeof(*b.r));
	if (b.r) {
		*b.r = (struct ent_notice_rules){ .where = ENT_NOTICE_FIRST };
		rc = plain(&b, rules);
	}
	if (b.r && rc == 0)
		rc = wordings(&b, rules);
	if (b.r && rc == 0)
		rc = needs(&b, ent_json_getc(rules, "needs"));
	if (b.r && rc == 0)
		rc = designations(&b, ent_json_getc(rules, "designations"));
	if (b.r && rc == 0)
		rc = proves(&b, b.r->proposed_en);
	if (b.r && rc == 0)
		rc = proves(&b, b.r->proposed_ru);
	*out = b.r;
	if (!b.r || rc == ENT_ENOMEM)
		return ent_fail(err, ENT_ENOMEM, "out of memory");
	return rc;
}

static bool
agrees(struct ent_str wanted, struct ent_str has)
{
	return !wanted.p || ent_str_eq(wanted, has);
}

bool
ent_notice_needed(const struct ent_notice_rules *r, struct ent_str list,
                  struct ent_str jurisdiction, struct ent_str authority)
{
	if (!jurisdiction.n)
		return true;
	for (size_t i = 0; i < r->n_needs; i++)
		if (agrees(r->needs[i].jurisdiction, jurisdiction) &&
		    agrees(r->needs[i].list, list) && agrees(r->needs[i].authority, authority))
			return true;
	return false;
}
