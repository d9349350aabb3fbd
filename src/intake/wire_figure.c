/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wire_figure.c - figures that a report states: how many, of what, how exactly.
 */
#include "intake/wire_figure_int.h"

#define VALUE_MAX  1000000000
#define BEFORE_MAX 9 /* tokens from the verb to its number */
#define AFTER_MAX  8
#define INSIDE_MAX 14 /* ", including two children," */

/* ---- numbers ---- */

/* "2,997", "90"; with a hyphen the range's end in *most; false for 20th, 9/11, 1.5 */
static bool
number_of(struct ent_str s, int64_t *value, int64_t *most)
{
	int64_t n = 0;
	size_t group = 0, digits = 0;
	bool grouped = false;

	*value = -1;
	*most = 0;
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (c >= '0' && c <= '9') {
			n = n * 10 + (c - '0');
			group++;
			digits++;
			if (n > VALUE_MAX || (grouped && group > 3))
				return false;
		} else if (c == ',' && (!grouped || group == 3) && digits <= 3 * 4 &&
		           group <= 3) {
			grouped = true;
			group = 0;
		} else if ((c == '-' || (unsigned char)c == 0xe2) && *value < 0 && digits &&
		           (!grouped || group == 3)) {
			*value = n;
			n = 0;
			group = digits = 0;
			grouped = false;
			i += (unsigned char)c == 0xe2 ? 2 : 0;
		} else {
			return false;
		}
	}
	if (!digits || (grouped && group != 3))
		return false;
	if (*value < 0) {
		*value = n;
		return true;
	}
	*most = n;
	return n > *value;
}

/* "twenty-one" */
static int64_t
hyphened(const struct ent_wire *w, size_t i)
{
	char folded[FOLDED];
	struct ent_str f = { folded, 0 };
	size_t cut;
	uint16_t a, b;

	f.n = ent_wire_fold(text_of(w, i), folded, sizeof(folded));
	cut = ent_str_find(f, '-');
	if (cut == f.n || tok(w, i)->word)
		return -1;
	a = ent_wire_dictionary_find(&w->d, (struct ent_str){ f.p, cut });
	b = ent_wire_dictionary_find(&w->d, ent_str_from(f, cut + 1));
	if (!(w->d.word[a].classes & W_NUMBER) || !(w->d.word[b].classes & W_NUMBER) ||
	    w->d.word[a].value < 20 || w->d.word[b].value > 9)
		return -1;
	return w->d.word[a].value + w->d.word[b].value;
}

static int64_t
small_number(const struct ent_wire *w, size_t i)
{
	if (is(w, i, W_NUMBER))
		return value_of(w, i);
	return tok(w, i)->kind == T_WORD ? hyphened(w, i) : -1;
}

/* A number that begins at i: the token behind it, or 0. */
static size_t
number_at(const struct ent_wire *w, size_t i, struct figure *f)
{
	size_t k = i;
	int64_t n = -1, all = 0;

	if ((tok(w, i)->flags & F_USED) || tok(w, i)->mention)
		return 0;
	if (tok(w, k)->kind == T_NUMBER) {
		if (!number_of(text_of(w, k), &n, &f->most))
			return 0;
		k++;
	} else if ((n = small_number(w, k)) >= 0) {
		k++;
	} else if ((ent_wire_word_is(w, k, "a") || ent_wire_word_is(w, k, "half")) &&
	           is(w, k + 1, W_MULTIPLE)) {
		n = 1;
		k++;
	} else {
		return 0;
	}
	while (is(w, k, W_MULTIPLE) && k < i + 8) { /* two hundred and fifty thousand */
		int64_t more;

		n *= value_of(w, k++);
		if (n > VALUE_MAX)
			return 0;
		more = small_number(w, k + (size_t)ent_wire_word_is(w, k, "and"));
		if (more > 0 && more < 100) {
			k += ent_wire_word_is(w, k, "and");
			if (is(w, k + 1, W_MULTIPLE)) {
				all += n;
				n = more;
			} else {
				n += more;
			}
			k++;
		}
	}
	f->value = n + all;
	return f->value > VALUE_MAX ? 0 : k;
}

/* ---- "more than", "at least", "between ... and" ---- */

static const struct {
	const char *words[3]; /* the last one stands before the number */
	enum ent_wire_bound bound;
} bounds[] = {
	{ { "than", "more", NULL }, ENT_BOUND_MORE },
	{ { "than", "fewer", "no" }, ENT_BOUND_LEAST },
	{ { "than", "less", "no" }, ENT_BOUND_LEAST },
	{ { "than", "fewer", NULL }, ENT_BOUND_LESS },
	{ { "than", "less", NULL }, ENT_BOUND_LESS },
	{ { "least", "at", NULL }, ENT_BOUND_LEAST },
	{ { "over", NULL, NULL }, ENT_BOUND_MORE },
	{ { "about", NULL, NULL }, ENT_BOUND_ABOUT },
	{ { "around", NULL, NULL }, ENT_BOUND_ABOUT },
	{ { "some", NULL, NULL }, ENT_BOUND_ABOUT },
	{ { "roughly", NULL, NULL }, ENT_BOUND_ABOUT },
	{ { "approximately", NULL, NULL }, ENT_BOUND_ABOUT },
	{ { "nearly", NULL, NULL }, ENT_BOUND_NEARLY },
	{ { "almost", NULL, NULL }, ENT_BOUND_NEARLY },
	{ { "to", "up", NULL }, ENT_BOUND_MOST },
	{ { "as", "many", "as" }, ENT_BOUND_MOST },
};

static void
bound_before(const struct ent_wire *w, struct figure *f)
{
	for (size_t i = 0; i < sizeof(bounds) / sizeof(bounds[0]); i++) {
		size_t k = 0;

		while (k < 3 && bounds[i].words[k] && f->from > k + 1 &&
		       ent_wire_word_is(w, f->from - 1 - k, bounds[i].words[k]))
			k++;
		if (k == 3 || !bounds[i].words[k]) {
			f->bound = bounds[i].bound;
			f->from -= k;
			return;
		}
	}
}

static void
range(const struct ent_wire *w, struct figure *f)
{
	struct figure high = { 0 };
	bool between = ent_wire_word_is(w, f->from - 1, "between");
	size_t to;

	if (f->most)
		f->bound = ENT_BOUND_RANGE;
	if (!(between && ent_wire_word_is(w, f->to, "and")) &&
	    !(ent_wire_word_is(w, f->to, "to") && !ent_wire_word_is(w, f->from - 1, "from")))
		return;
	to = number_at(w, f->to + 1, &high);
	if (!to || high.value <= f->value || high.most)
		return;
	f->most = high.value;
	f->bound = ENT_BOUND_RANGE;
	f->from -= between;
	f->to = to;
}

/* ---- what is counted ---- */

static bool
demonym(const struct ent_wire *w, size_t i)
{
	uint32_t m = tok(w, i)->mention;

	return m && w->thing[w->mention[m].thing].kind == ENT_THING_DEMONYM;
}

static bool
also_adjective(const struct ent_wire *w, size_t k)
{
	return ent_wire_word_is(w, k, "terrorist") || ent_wire_word_is(w, k, "militant") ||
	       ent_wire_word_is(w, k, "extremist") || ent_wire_word_is(w, k, "insurgent") ||
	       ent_wire_word_is(w, k, "jihadist");
}

/* Over adjectives to the noun; f->noun is its token, 0 if there is none.  False if the number
 * measures. */
static bool
noun(const struct ent_wire *w, struct figure *f)
{
	size_t k = f->to;

	f->part = ent_wire_word_is(w, k, "of") && is(w, k + 1, W_NOT_NAME);
	if (f->part)
		return true;
	if (punct(w, k, '%') || punct(w, f->from - 1, '$') ||
	    (punct(w, k, '-') && !(tok(w, k)->flags & F_SPACE)))
		return false;
	f->end = k;
	for (size_t n = 0; n < 5; n++, k++) {
		const struct token *t = tok(w, k);

		if (is(w, k, W_UNIT) && !is(w, k, W_PEOPLE | W_PERPETRATOR | W_COUNTED))
			return false;
		if (also_adjective(w, k) && is(w, k + 1, W_ATTACK | W_UNIT | W_HEAD))
			continue; /* "25 terrorist attacks" */
		if (is(w, k, W_PERPETRATOR | W_AIRCRAFT | W_COUNTED | W_PEOPLE)) {
			/* "security officers", "passenger planes": the last of them */
			while (
			    n < 5 &&
			    is(w, k + 1, W_PERPETRATOR | W_AIRCRAFT | W_COUNTED | W_PEOPLE) &&
			    !is(w, k + 1, W_KILL) && !ent_wire_word_is(w, k + 1, "others"))
				k++, n++;
			f->noun = k;
			f->end = k + 1;
			return true;
		}
		if (t->mention && t->kind == T_WORD && w->mention[t->mention].to != k + 1) {
			f->words++; /* "60 Islamic State fighters" */
			f->end = k + 1;
			continue;
		}
		if (t->kind != T_WORD ||
		    is(w, k, W_PREP | W_NOT_NAME | W_LINK | W_KILL | W_INJURE | W_ARREST))
			return true;
		if (is(w, k, W_SAY | W_SAYING) && !(t->flags & F_CAP))
			return true;
		f->words++;
		f->end = k + 1;
		if (demonym(w, k) && !(tok(w, k + 1)->kind == T_WORD))
			f->noun = k;
	}
	return true;
}

/* "12 people, including two children, were killed" */
static size_t
over_inside(const struct ent_wire *w, size_t k)
{
	if (ent_wire_word_is(w, k, "from") || ent_wire_word_is(w, k, "of"))
		for (size_t i = k + 1; i < k + 6;
		     i++) /* "150 passengers from 12 countries were" */
			if (is(w, i, W_COUNTED) && (tok(w, i - 1)->kind == T_NUMBER ||
			                            is(w, i - 1, W_NUMBER | W_MULTIPLE)))
				return i + 1;
	if (!punct(w, k, ',') ||
	    !(ent_wire_word_is(w, k + 1, "including") || ent_wire_word_is(w, k + 1, "among") ||
	      ((tok(w, k + 1)->kind == T_NUMBER || is(w, k + 1, W_NUMBER)) &&
	       ent_wire_word_is(w, k + 2, "of")))) /* ", 186 of them children," */
		return k;
	for (size_t i = k + 2; i < k + INSIDE_MAX; i++)
		if (punct(w, i, ','))
			return i + 1;
	return k;
}

static const char *
fate_at(const struct ent_wire *w, size_t k)
{
	if (ent_wire_word_is(w, k, "casualties"))
		return "casualties";
	if (is(w, k, W_KILL))
		return "killed";
	if (is(w, k, W_INJURE))
		return "injured";
	if (is(w, k, W_ARREST))
		return "arrested";
	if (ent_wire_word_is(w, k, "missing"))
		return "missing";
	if (ent_wire_word_is(w, k, "hostage"))
		return "hostages";
	if (ent_wire_word_is(w, k, "kidnapped") || ent_wire_word_is(w, k, "abducted"))
		return "kidnapped";
	return NULL;
}

/* Whether the verb at k goes on to whom it was done. */
static bool
has_object(const struct ent_wire *w, size_t k)
{
	const struct token *t = tok(w, k + 1);

	if (!ent_str_ends(text_of(w, k), "ed"))
		return false;
	return t->kind == T_NUMBER || (t->flags & F_CAP) || is(w, k + 1, W_NUMBER | W_PEOPLE) ||
	       ent_wire_word_is(w, k + 1, "the") || ent_wire_word_is(w, k + 1, "a") ||
	       ent_wire_word_is(w, k + 1, "more") || ent_wire_word_is(w, k + 1, "some") ||
	       (ent_wire_word_is(w, k + 1, "at") && ent_wire_word_is(w, k + 2, "least")) ||
	       ent_wire_word_is(w, k + 1, "about") || ent_wire_word_is(w, k + 1, "several");
}

/* Words that may stand between a noun and its fate: "were feared dead", "who died". */
static bool
passed_over(const struct ent_wire *w, size_t k)
{
	static const char *const words[] = { "to",        "who",     "others",    "taken",
		                             "left",      "feared",  "confirmed", "suffered",
		                             "sustained", "reported" };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (ent_wire_word_is(w, k, words[i]))
			return true;
	return false;
}

/* Behind the noun: "were killed", "dead", "lost their lives". */
static const char *
fate_after(const struct ent_wire *w, const struct figure *f)
{
	size_t k = over_inside(w, f->end), from = k;

	for (; k < from + AFTER_MAX; k++) {
		const char *fate = fate_at(w, k);

		if (fate && k == from && has_object(w, k))
			return NULL; /* "two gunmen killed nine people" */

		if (fate &&
		    !(ent_wire_word_is(w, k, "killing") || ent_wire_word_is(w, k, "injuring") ||
		      ent_wire_word_is(w, k, "wounding")))
			return fate;
		if (ent_wire_word_is(w, k, "lost") && ent_wire_word_is(w, k + 1, "their"))
			return "killed";
		if (!is(w, k, W_LINK | W_ATTACK) && !passed_over(w, k))
			return NULL;
	}
	return NULL;
}

/* "3 soldiers and 12 militants were killed": what is said of the second holds for the first. */
static const char *
fate_shared(const struct ent_wire *w, const struct figure *f)
{
	struct figure next = { .from = f->end + 1 };

	if (!ent_wire_word_is(w, f->end, "and"))
		return NULL;
	next.to = next.end = number_at(w, next.from, &next);
	if (!next.to || !noun(w, &next) || !next.noun || fate_at(w, next.end))
		return NULL;
	return fate_after(w, &next);
}

/* Before the number: "killing", "claimed the lives of", "the death toll rose to". */
static const char *
fate_before(const struct ent_wire *w, const struct figure *f)
{
	for (size_t k = f->from; k > 1 && f->from - k < BEFORE_MAX; k--) {
		const struct token *t = tok(w, k - 1);
		const char *fate = fate_at(w, k - 1);

		if ((t->flags & F_LAST) || (t->kind != T_WORD && t->kind != T_POSSESSIVE))
			return NULL;
		if (fate &&
		    (ent_wire_word_is(w, k, "himself") || ent_wire_word_is(w, k, "herself") ||
		     ent_wire_word_is(w, k, "themselves")))
			return fate;
		if (fate)
			return f->from - k > 1 && !ent_wire_word_is(w, f->from - 1, "of") &&
			               !ent_wire_word_is(w, f->from - 1, "to") &&
			               !ent_wire_word_is(w, f->from - 1, "at")
			           ? NULL
			           : fate;
		if (is(w, k - 1, W_SAY) && !is(w, k - 1, W_SOFT))
			return NULL;
	}
	return NULL;
}

/* People who do it: "nineteen men hijacked", "19 members of al-Qaeda". */
static bool
act(const struct ent_wire *w, const struct figure *f)
{
	size_t k = f->end + 1 + (size_t)ent_wire_word_is(w, f->end + 1, "the");
	uint32_t m = tok(w, k)->mention;

	if (is(w, f->end, W_ATTACK) && ent_str_ends(text_of(w, f->end), "ed"))
		return true;
	return (ent_wire_word_is(w, f->end, "from") || ent_wire_word_is(w, f->end, "of")) &&
	       m && w->thing[w->mention[m].thing].kind == ENT_THING_GROUP;
}

static const char *
people(const struct ent_wire *w, const struct figure *f, const struct setting *s)
{
	const char *fate = fate_after(w, f);
	bool after = fate != NULL;
	bool lives = f->noun && ent_wire_word_is(w, f->noun, "lives");
	bool perpetrators = f->noun && (is(w, f->noun, W_PERPETRATOR) || act(w, f));

	if (!fate && !ent_wire_word_is(w, f->from - 1, "by"))
		fate = fate_before(w, f);
	if (!fate)
		fate = fate_shared(w, f);
	if (!fate && s->fate && s->fate_end + 1 == f->from &&
	    ent_wire_word_is(w, s->fate_end, "and")) /* "killed two and three others" */
		fate = s->fate;
	if (lives)
		return "killed";
	if (perpetrators && fate && ent_str_is(ent_str_c(fate), "killed"))
		return "perpetrators-killed";
	if (fate && (f->noun || !f->words || fate_at(w, f->end) ||
	             (after && ent_str_ends(text_of(w, f->end - 1), "s")) ||
	             fate_at(w, f->from - 1))) /* "killed 12 miners" */
		return fate;
	return perpetrators ? "perpetrators" : NULL;
}

/* Fills f->quantity; NULL where nothing says it. */
static void
quantity(const struct ent_wire *w, struct figure *f, const struct setting *s)
{
	if (f->noun && is(w, f->noun, W_AIRCRAFT)) {
		f->quantity = s->attack ? "aircraft" : NULL;
	} else if (f->noun && is(w, f->noun, W_COUNTED)) {
		f->quantity = ent_wire_counted[value_of(w, f->noun)];
		if (value_of(w, f->noun) == 1) { /* people from 90 countries */
			bool of = ent_wire_word_is(w, f->from - 1, "from") ||
			          ent_wire_word_is(w, f->from - 1, "of");

			f->quantity = of && (s->casualties || s->attack) ? f->quantity : NULL;
		} else if (!s->attack && value_of(w, f->noun) != 2 &&
		           value_of(w, f->noun) != 10 && value_of(w, f->noun) != 9) {
			f->quantity = NULL;
		}
		if (fate_after(w, f) && is(w, f->noun, W_PEOPLE | W_PERPETRATOR))
			f->quantity = fate_after(w, f);
	} else {
		f->quantity = people(w, f, s);
		if (f->quantity && ent_str_is(ent_str_c(f->quantity), "perpetrators") &&
		    !s->attack)
			f->quantity = NULL;
	}
}

/* "a gunman", "a lone suicide bomber" */
static bool
single(const struct ent_wire *w, size_t i, struct figure *f)
{
	size_t k = i + 1;

	if (!ent_wire_word_is(w, i, "a") && !ent_wire_word_is(w, i, "an"))
		return false;
	while (k < i + 4 && tok(w, k)->kind == T_WORD &&
	       !is(w, k, W_PERPETRATOR | W_PREP | W_NOT_NAME | W_SAY))
		k++;
	if (!is(w, k, W_PERPETRATOR) || is(w, k + 1, W_HEAD) ||
	    ent_str_ends(text_of(w, k), "s") || ent_str_ends(text_of(w, k), "men") ||
	    ent_wire_word_is(w, k, "terrorist") || ent_wire_word_is(w, k, "militant") ||
	    ent_wire_word_is(w, k, "extremist") || ent_wire_word_is(w, k, "insurgent") ||
	    ent_wire_word_is(w, k, "jihadist"))
		return false;
	*f = (struct figure){ .from = i, .to = i + 1, .end = k + 1, .noun = k, .value = 1 };
	return true;
}

size_t
ent_wire_figure_at(const struct ent_wire *w, size_t i, const struct setting *s,
                   struct figure *f)
{
	size_t to;

	*f = (struct figure){ .from = i };
	if (s->attack && single(w, i, f)) {
		f->quantity = people(w, f, s);
		return f->end;
	}
	to = number_at(w, i, f);
	if (!to)
		return 0;
	f->to = f->end = to;
	range(w, f);
	bound_before(w, f);
	if (ent_wire_word_is(w, f->to, "or") && ent_wire_word_is(w, f->to + 1, "more")) {
		f->bound = ENT_BOUND_LEAST;
		f->to = f->end = f->to + 2;
	}
	if (!noun(w, f))
		return f->to;
	f->part |= ent_wire_word_is(w, f->from - 1, "other") ||
	           ent_wire_word_is(w, f->from - 1, "including") ||
	           ent_wire_word_is(w, f->from - 1, "among");
	f->part |= ent_wire_word_is(w, f->from - 1, "the") &&
	           ent_wire_word_is(w, f->from - 2, "of"); /* "none of the 200" */
	if (ent_wire_word_is(w, f->from - 1, "no"))
		return f->end > f->to ? f->end : f->to;
	if (!f->part)
		quantity(w, f, s);
	else if (f->noun && !is(w, f->noun, W_COUNTED))
		f->quantity = people(w, f, s);
	return f->end > f->to ? f->end : f->to;
}
