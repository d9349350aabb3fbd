/* SPDX-License-Identifier: Apache-2.0 */
/*
 * letters.c - letters of other scripts in Latin ones, where ICU's reading loses what tells
 * names apart or takes too long.
 *
 * Origin: the sound of each letter as the Unicode charts name it and as passports of the
 * languages write it; put together for this project.
 */
#include "screen/letters_int.h"

/* clang-format off */
/* U+0430 to U+045F; capitals are led here. */
static const char *const cyrillic[] = {
	"a",  "b",    "v", "g",  "d", "e",  "zh", "z",  "i", "y",  "k",  "l",
	"m",  "n",    "o", "p",  "r", "s",  "t",  "u",  "f", "kh", "ts", "ch",
	"sh", "shch", "",  "y",  "",  "e",  "yu", "ya", "e", "e",  "dj", "g",
	"ye", "dz",   "i", "yi", "j", "lj", "nj", "c",  "k", "i",  "u",  "dzh",
};
/* U+00C0 to U+017F. */
static const char *const latin[] = {
	"a","a","a","a","a","a","ae","c","e","e","e","e","i","i","i","i",
	"d","n","o","o","o","o","o"," ","o","u","u","u","u","y","th","ss",
	"a","a","a","a","a","a","ae","c","e","e","e","e","i","i","i","i",
	"d","n","o","o","o","o","o"," ","o","u","u","u","u","y","th","y",
	"a","a","a","a","a","a","c","c","c","c","c","c","c","c","d","d",
	"d","d","e","e","e","e","e","e","e","e","e","e","g","g","g","g",
	"g","g","g","g","h","h","h","h","i","i","i","i","i","i","i","i",
	"i","i","ij","ij","j","j","k","k","k","l","l","l","l","l","l","l",
	"l","l","l","n","n","n","n","n","n","n","n","n","o","o","o","o",
	"o","o","oe","oe","r","r","r","r","r","r","s","s","s","s","s","s",
	"s","s","t","t","t","t","t","t","u","u","u","u","u","u","u","u",
	"u","u","u","u","w","w","y","y","y","z","z","z","z","z","z","s",
};
/* U+05D0 to U+05EA. */
static const char *const hebrew[] = {
	"a","b","g","d","h","w","z","kh","t","y","kh","k","l","m","m","n","n","s","","p","p","ts",
	"ts","k","r","sh","t",
};
/* U+0620 to U+064A. */
static const char *const arabic[] = {
	"y","","a","a","w","a","y","a","b","h","t","s","j","h","kh","d","z","r","z","s","sh","s","d",
	"t","z","a","gh","k","k","y","y","y","","f","q","k","l","m","n","h","w","y","y",
};
/* Of U+0671 to U+06D3, what Persian, Pashto, Urdu and their neighbours write. */
static const struct { uint16_t c; char to[4]; } more[] = {
	{0x0671,"a"},{0x0672,"a"},{0x0673,"a"},{0x0675,"a"},{0x0676,"w"},{0x0677,"w"},{0x0678,"y"},
	{0x0679,"t"},{0x067a,"t"},{0x067b,"b"},{0x067c,"t"},{0x067d,"t"},{0x067e,"p"},{0x067f,"t"},
	{0x0681,"z"},{0x0684,"j"},{0x0685,"ts"},{0x0686,"ch"},{0x0687,"ch"},{0x0688,"d"},{0x0689,"d"},
	{0x068c,"d"},{0x068f,"d"},{0x0691,"r"},{0x0693,"r"},{0x0695,"r"},{0x0696,"zh"},{0x0698,"zh"},
	{0x069a,"kh"},{0x06a0,"gh"},{0x06a4,"v"},{0x06a9,"k"},{0x06ab,"g"},{0x06ad,"n"},{0x06af,"g"},
	{0x06b5,"l"},{0x06ba,"n"},{0x06bc,"n"},{0x06be,"h"},{0x06c0,"h"},{0x06c1,"h"},{0x06c2,"h"},
	{0x06c3,"h"},{0x06c6,"w"},{0x06c7,"w"},{0x06c8,"w"},{0x06cb,"w"},{0x06cc,"y"},{0x06cd,"y"},
	{0x06ce,"y"},{0x06d0,"y"},{0x06d2,"y"},{0x06d3,"y"},{0x06d5,"h"},
};
/* Letters of other scripts that look like Latin ones, for words that mix the two. */
static const struct { uint16_t c; char to; } alike[] = {
	{0x0391,'a'},{0x0392,'b'},{0x0395,'e'},{0x0396,'z'},{0x0397,'h'},{0x0399,'i'},{0x039a,'k'},
	{0x039c,'m'},{0x039d,'n'},{0x039f,'o'},{0x03a1,'p'},{0x03a4,'t'},{0x03a5,'y'},{0x03a7,'x'},
	{0x03b1,'a'},{0x03b9,'i'},{0x03ba,'k'},{0x03bd,'v'},{0x03bf,'o'},{0x03c1,'p'},{0x03c5,'u'},{0x03c7,'x'},
	{0x0405,'s'},{0x0406,'i'},{0x0408,'j'},{0x0410,'a'},{0x0412,'b'},{0x0415,'e'},{0x041a,'k'},
	{0x041c,'m'},{0x041d,'h'},{0x041e,'o'},{0x0420,'p'},{0x0421,'c'},{0x0422,'t'},{0x0423,'y'},
	{0x0425,'x'},{0x0430,'a'},{0x0433,'r'},{0x0435,'e'},{0x043a,'k'},{0x043c,'m'},{0x043e,'o'},
	{0x043f,'n'},{0x0440,'p'},{0x0441,'c'},{0x0442,'t'},{0x0443,'y'},{0x0445,'x'},{0x044c,'b'},
	{0x0455,'s'},{0x0456,'i'},{0x0458,'j'},{0x04bb,'h'},{0x0501,'d'},{0x051b,'q'},{0x051d,'w'},
};
static const char *const initials[] = {
	"g","kk","n","d","tt","r","m","b","pp","s","ss","","j","jj","ch","k","t","p","h",
};
static const char *const medials[] = {
	"a","ae","ya","yae","eo","e","yeo","ye","o","wa","wae","oe","yo","u","wo","we","wi","yu","eu","ui","i",
};
static const char *const finals[] = {
	"","k","k","k","n","n","n","t","l","k","m","l","l","l","p","l","m","p","p","t","t","ng","t","t","k","t","p","t",
};
/* clang-format on */

#define COUNT(t) ((int32_t)(sizeof(t) / sizeof((t)[0])))

static const char *
more_arabic(int32_t c)
{
	for (size_t i = 0; i < sizeof(more) / sizeof(more[0]); i++)
		if (more[i].c == c)
			return more[i].to;
	return NULL;
}

const char *
ent_letter(int32_t c)
{
	if (c >= 0xc0 && c < 0xc0 + COUNT(latin))
		return latin[c - 0xc0];
	if (c >= 0x410 && c <= 0x42f)
		c += 0x20;
	else if (c >= 0x400 && c <= 0x40f)
		c += 0x50;
	if (c >= 0x430 && c < 0x430 + COUNT(cyrillic))
		return cyrillic[c - 0x430];
	if (c == 0x490 || c == 0x491)
		return "g";
	if (c >= 0x5d0 && c < 0x5d0 + COUNT(hebrew))
		return hebrew[c - 0x5d0];
	if (c >= 0x620 && c < 0x620 + COUNT(arabic))
		return arabic[c - 0x620];
	if (c >= 0x660 && c <= 0x669) {
		static const char digits[10][2] = { "0", "1", "2", "3", "4",
			                            "5", "6", "7", "8", "9" };

		return digits[c - 0x660];
	}
	return c >= 0x671 && c <= 0x6d5 ? more_arabic(c) : NULL;
}

char
ent_letter_alike(int32_t c)
{
	for (size_t i = 0; i < sizeof(alike) / sizeof(alike[0]); i++)
		if (alike[i].c == c)
			return alike[i].to;
	return 0;
}

bool
ent_letter_hangul(int32_t c, const char *part[3])
{
	if (c < 0xac00 || c > 0xd7a3)
		return false;
	c -= 0xac00;
	part[0] = initials[c / 588];
	part[1] = medials[c % 588 / 28];
	part[2] = finals[c % 28];
	return true;
}
