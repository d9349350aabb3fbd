/* SPDX-License-Identifier: Apache-2.0 */
/*
 * readings.c - syllables that were read from Chinese or Korean signs, against the other ways in
 * which people write them in Latin letters.
 *
 * Origin: the rules of Wade-Giles and of the Korean romanisations as their descriptions have
 * them, and the usual spellings of common family names in Cantonese, Hokkien, Vietnamese,
 * Japanese and Korean; put together for this project.
 */
#include "screen/screen_int.h"

/* clang-format off */
/* Pinyin of a family name, and how else it is written. */
static const struct { char pinyin[8]; const char *others; } families[] = {
	{"cai", "tsai choi chua choy tsoi"}, {"cao", "tso cho"}, {"chen", "chan tan chin ting tran chern"},
	{"cui", "tsui choi choe"}, {"deng", "tang teng dang"}, {"fang", "fong hong"}, {"feng", "fung foong"},
	{"gao", "kao ko"}, {"gu", "koo ku"}, {"guo", "kwok kuo koay quach"}, {"han", "hon"}, {"he", "ho hoh"}, {"hong", "hung ang"},
	{"hu", "wu woo ho"}, {"huang", "wong hwang ng ong hoang"}, {"jiang", "chiang kong keung"}, {"jin", "kam kim chin"},
	{"li", "lee lei ly rhee yi ri"}, {"liang", "leung leong neo"}, {"liao", "liu lew"}, {"lin", "lam lim hayashi"},
	{"liu", "lau low liew lao luu"}, {"lu", "lo luk loke"}, {"luo", "law lo loh"}, {"ma", "mah"}, {"mao", "mo"},
	{"pan", "poon pun phan"}, {"peng", "pang phang"}, {"qian", "chin tsien"}, {"qiu", "yau khoo chiu"}, {"ren", "yam jen"},
	{"shen", "sum sim shum"}, {"shi", "shih sy see"}, {"song", "sung soong"}, {"sun", "suen soon"}, {"tang", "tong teng"},
	{"wang", "wong ong vuong heng"}, {"wei", "ngai"}, {"wen", "man boon"}, {"wu", "ng goh eng ngo woo"},
	{"xiao", "siu hsiao siew"}, {"xie", "tse hsieh chia cheah"}, {"xu", "hsu hui tsui koh chee"}, {"xue", "sit hsueh"},
	{"yan", "yim yen gan"}, {"yang", "yeung yong yeoh duong"}, {"ye", "yip yeh yap"}, {"yu", "yue yee"}, {"yuan", "yuen"},
	{"zeng", "tsang tseng chan"}, {"zhan", "jim chim"}, {"zhang", "cheung chang teo chong truong"}, {"zhao", "chiu chao chew"},
	{"zheng", "cheng chang tay cheang"}, {"zhong", "chung"}, {"zhou", "chow chou jow chew"}, {"zhu", "chu chue choo"},
};
/* Of the Korean family names that aren't written by their sound: what ent_letter gives. */
static const struct { char sound[8]; const char *others; } korean[] = {
	{"gim", "kim"}, {"i", "lee yi ri rhee li"}, {"ri", "lee yi rhee li"}, {"bak", "park pak"}, {"choe", "choi choy"},
	{"im", "lim rim yim"}, {"yu", "yoo ryu"}, {"no", "roh noh ro"}, {"o", "oh"}, {"u", "woo"}, {"eo", "uh"},
	{"seo", "suh so seo"}, {"sin", "shin"}, {"sim", "shim"}, {"heo", "huh hur ho"}, {"gwon", "kwon"}, {"mun", "moon"},
	{"ju", "joo chu"}, {"gu", "koo ku"}, {"yang", "ryang"}, {"yeo", "ryo"}, {"na", "ra"}, {"nam", "nam"},
};
/* Wade-Giles: the start of a Pinyin syllable, then its end. */
static const struct { char from[6], to[6]; } starts[] = {
	{"zhi", "chih"}, {"chi", "chih"}, {"shi", "shih"}, {"ri", "jih"}, {"zi", "tzu"}, {"ci", "tzu"}, {"si", "ssu"},
	{"zh", "ch"}, {"ch", "ch"}, {"sh", "sh"}, {"b", "p"}, {"d", "t"}, {"g", "k"}, {"j", "ch"}, {"q", "ch"}, {"x", "hs"},
	{"r", "j"}, {"z", "ts"}, {"c", "ts"},
}, ends[] = {
	{"ong", "ung"}, {"iong", "iung"}, {"ian", "ien"}, {"yan", "yen"}, {"uo", "o"}, {"ie", "ieh"}, {"ue", "ueh"}, {"you", "yu"},
	{"ye", "yeh"},
};
/* clang-format on */

static bool
has_word(const char *list, const char *word)
{
	size_t n = strlen(word);

	for (const char *p = list; *p; p += *p == ' ') {
		size_t len = strcspn(p, " ");

		if (len == n && !memcmp(p, word, n))
			return true;
		p += len;
	}
	return false;
}

/* A Pinyin syllable in Wade-Giles; false where it is the same. */
static bool
wade(const char *pinyin, char out[ENT_TOKEN_ROOM])
{
	size_t at = 0, n = 0;

	if (strlen(pinyin) > 6)
		return false;
	for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++) {
		size_t k = strlen(starts[i].from);
		bool whole = k > 1 && starts[i].from[k - 1] == 'i';

		if (strncmp(pinyin, starts[i].from, k) != 0 || (whole && pinyin[k]))
			continue;
		at = k;
		n = strlen(starts[i].to);
		memcpy(out, starts[i].to, n);
		break;
	}
	memcpy(out + n, pinyin + at, strlen(pinyin + at) + 1);
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		size_t k = strlen(ends[i].from), len = strlen(out);

		if (len > k && !strcmp(out + len - k, ends[i].from)) {
			memcpy(out + len - k, ends[i].to, strlen(ends[i].to) + 1);
			break;
		}
	}
	return strcmp(out, pinyin) != 0;
}

/* A Korean syllable without what romanisations differ in. */
static void
plain(const char *text, char out[ENT_TOKEN_ROOM])
{
	static const struct {
		char from[5];
		char to[3];
	} rules[] = { { "yeo", "yo" }, { "eo", "o" }, { "eu", "u" }, { "ae", "e" },
		      { "ai", "e" },   { "oe", "e" }, { "oi", "e" }, { "ui", "i" },
		      { "oo", "u" },   { "ou", "o" }, { "ee", "i" }, { "wo", "o" },
		      { "kk", "k" },   { "tt", "t" }, { "pp", "p" }, { "ss", "s" },
		      { "ch", "c" },   { "jj", "c" }, { "sh", "s" }, { "g", "k" },
		      { "d", "t" },    { "b", "p" },  { "j", "c" },  { "r", "l" },
		      { "v", "p" } };
	size_t n = 0;

	for (size_t i = 0; text[i] && n + 3 < ENT_TOKEN_ROOM;) {
		size_t k = 0;

		if (!strcmp(text + i, "ng")) { /* at the end alone */
			out[n++] = 'N';
			break;
		}
		while (k < sizeof(rules) / sizeof(rules[0]) &&
		       strncmp(text + i, rules[k].from, strlen(rules[k].from)) != 0)
			k++;
		if (k == sizeof(rules) / sizeof(rules[0])) {
			out[n++] = text[i++];
			continue;
		}
		memcpy(out + n, rules[k].to, strlen(rules[k].to));
		n += strlen(rules[k].to);
		i += strlen(rules[k].from);
	}
	out[n] = 0;
}

/* Of one that was read from signs, and one that was written in letters. */
static bool
same_reading(const struct ent_token *sign, const struct ent_token *letters)
{
	char x[ENT_TOKEN_ROOM], y[ENT_TOKEN_ROOM];

	if (sign->from == ENT_FROM_KOREAN) {
		for (size_t i = 0; i < sizeof(korean) / sizeof(korean[0]); i++)
			if (!strcmp(korean[i].sound, sign->text) &&
			    has_word(korean[i].others, letters->text))
				return true;
		plain(sign->text, x);
		plain(letters->text, y);
		return !strcmp(x, y);
	}
	for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++)
		if (!strcmp(families[i].pinyin, sign->text) &&
		    has_word(families[i].others, letters->text))
			return true;
	return wade(sign->text, x) && !strcmp(x, letters->text);
}

double
ent_reading_likeness(const struct ent_token *a, const struct ent_token *b)
{
	if (a->abjad || b->abjad || (a->from && b->from))
		return 0;
	return (a->from ? same_reading(a, b) : same_reading(b, a)) ? 0.92 : 0;
}

size_t
ent_readings(const struct ent_token *t, char out[][ENT_TOKEN_ROOM], size_t most)
{
	const char *others = "";
	size_t n = 0;

	if (t->from == ENT_FROM_HAN) {
		n += wade(t->text, out[0]);
		for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++)
			if (!strcmp(families[i].pinyin, t->text))
				others = families[i].others;
	} else {
		for (size_t i = 0; i < sizeof(korean) / sizeof(korean[0]); i++)
			if (!strcmp(korean[i].sound, t->text))
				others = korean[i].others;
	}
	for (const char *p = others; *p && n < most; p += *p == ' ') {
		size_t len = strcspn(p, " ");

		memcpy(out[n], p, len);
		out[n++][len] = 0;
		p += len;
	}
	return n;
}

void
ent_reading_plain(const struct ent_token *t, char out[ENT_TOKEN_ROOM])
{
	plain(t->text, out);
}
