/* SPDX-License-Identifier: Apache-2.0 */
/*
 * match_text.c - LIKE, MATCHES and what both need: normalization form C.
 */
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <utf8proc.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "pattern/match_int.h"

struct ent_regex {
	pcre2_code *code;
	pcre2_match_data *data;
	pcre2_match_context *limits;
};

static bool
ascii(struct ent_str s)
{
	unsigned char all = 0;

	for (size_t i = 0; i < s.n; i++)
		all |= (unsigned char)s.p[i];
	return all < 0x80;
}

struct ent_str
ent_nfc(struct ent_str s, struct ent_buf *b)
{
	utf8proc_uint8_t *out = NULL;
	utf8proc_ssize_t n;

	if (ascii(s))
		return s;
	n = utf8proc_map((const utf8proc_uint8_t *)s.p, (utf8proc_ssize_t)s.n, &out,
	                 UTF8PROC_STABLE | UTF8PROC_COMPOSE);
	if (n < 0)
		return (struct ent_str){ NULL, 0 };
	ent_buf_clear(b);
	ent_buf_put(b, out, (size_t)n);
	free(out);
	return ent_buf_view(b);
}

bool
ent_latin1(struct ent_str s, struct ent_buf *b)
{
	size_t at = 0;

	ent_buf_clear(b);
	while (at < s.n) {
		int32_t c = ent_utf8_next(s, &at);

		if (c < 0 || c > 0xff)
			return false;
		ent_buf_ch(b, (char)c);
	}
	return ent_buf_ok(b);
}

static size_t
behind(struct ent_str s, size_t i, bool wide)
{
	i++;
	while (wide && i < s.n && (s.p[i] & 0xc0) == 0x80)
		i++;
	return i;
}

/* The last % is where it goes back to: what an earlier one took needs no other try. */
bool
ent_like(struct ent_str s, struct ent_str like, bool wide)
{
	size_t i = 0, j = 0, back = SIZE_MAX, from = 0;

	while (i < s.n) {
		if (j < like.n && like.p[j] == '%') {
			back = ++j;
			from = i;
		} else if (j < like.n && like.p[j] == '_') {
			i = behind(s, i, wide);
			j++;
		} else if (j < like.n && like.p[j] == s.p[i]) {
			i++;
			j++;
		} else if (back != SIZE_MAX) {
			from = behind(s, from, wide);
			i = from;
			j = back;
		} else {
			return false;
		}
	}
	while (j < like.n && like.p[j] == '%')
		j++;
	return j == like.n;
}

int
ent_regex_new(struct ent_str expr, bool text, struct ent_regex **out, struct ent_err *err)
{
	uint32_t flags = PCRE2_DOTALL | PCRE2_NEVER_BACKSLASH_C |
	                 (text ? PCRE2_UTF | PCRE2_UCP | PCRE2_NO_UTF_CHECK : PCRE2_NEVER_UTF);
	struct ent_regex *r = calloc(1, sizeof(*r));
	PCRE2_UCHAR why[120];
	PCRE2_SIZE at = 0;
	int code = 0;

	if (!r)
		return ent_fail(err, ENT_ENOMEM, "no memory for a regular expression");
	r->code = pcre2_compile((PCRE2_SPTR)expr.p, expr.n, flags, &code, &at, NULL);
	if (!r->code) {
		ent_regex_free(r);
		(void)pcre2_get_error_message(code, why, sizeof(why));
		return ent_fail(err, ENT_EINVAL, "the regular expression, at byte %zu: %s", at,
		                (const char *)why);
	}
	(void)pcre2_jit_compile(r->code, PCRE2_JIT_COMPLETE); /* else it is interpreted */
	r->data = pcre2_match_data_create(1, NULL);
	r->limits = pcre2_match_context_create(NULL);
	if (!r->data || !r->limits) {
		ent_regex_free(r);
		return ent_fail(err, ENT_ENOMEM, "no memory for a regular expression");
	}
	(void)pcre2_set_match_limit(r->limits, ENT_REGEX_STEPS);
	(void)pcre2_set_heap_limit(r->limits, ENT_REGEX_KIB);
	*out = r;
	return 0;
}

void
ent_regex_free(struct ent_regex *r)
{
	if (!r)
		return;
	pcre2_code_free(r->code);
	pcre2_match_data_free(r->data);
	pcre2_match_context_free(r->limits);
	free(r);
}

size_t
ent_regex_bytes(const struct ent_regex *r)
{
	size_t code = 0, jit = 0;

	if (!r)
		return 0;
	(void)pcre2_pattern_info(r->code, PCRE2_INFO_SIZE, &code);
	(void)pcre2_pattern_info(r->code, PCRE2_INFO_JITSIZE, &jit);
	return sizeof(*r) + code + jit + 512; /* and what limits and data take */
}

int
ent_regex_search(struct ent_regex *r, struct ent_str s, struct ent_err *err)
{
	PCRE2_SPTR text = (PCRE2_SPTR)(s.p ? s.p : "");
	int rc = pcre2_match(r->code, text, s.n, 0, PCRE2_NO_UTF_CHECK, r->data, r->limits);

	if (rc == PCRE2_ERROR_JIT_STACKLIMIT)
		rc = pcre2_match(r->code, text, s.n, 0, PCRE2_NO_UTF_CHECK | PCRE2_NO_JIT,
		                 r->data, r->limits);
	if (rc >= 0)
		return 1;
	if (rc == PCRE2_ERROR_NOMATCH)
		return 0;
	if (rc == PCRE2_ERROR_NOMEMORY)
		return ent_fail(err, ENT_ENOMEM, "no memory for a regular expression");
	return ent_fail(err, ENT_ELIMIT,
	                "a regular expression takes too many steps on a value of %zu bytes",
	                s.n);
}
