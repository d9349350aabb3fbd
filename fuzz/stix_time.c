/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stix_time.c - of two timestamps (a line each) the order keys compare as the instants do, and
 * a text made from the instant reads back as it.
 */
#include <stdlib.h>

#include "base/time.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void
again(int64_t us, struct ent_str s, unsigned digits)
{
	char text[ENT_TIME_TEXT];
	int64_t back;

	if (ent_time_parse(ent_str_c(ent_time_text(us, 6, text)), &back, NULL) || back != us)
		abort();
	/* to the microsecond the text is the text, but for leap seconds */
	if (digits <= 6 && s.p[17] != '6' &&
	    !ent_str_eq(ent_time_key(s), ent_time_key(ent_str_c(text))))
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct ent_str rest = { (const char *)data, len }, a, b;
	int64_t at_a = 0, at_b = 0;
	unsigned digits_a = 0, digits_b = 0;
	int order;

	if (!ent_str_next(&rest, '\n', &a) || !ent_str_next(&rest, '\n', &b) ||
	    ent_time_parse(a, &at_a, &digits_a) || ent_time_parse(b, &at_b, &digits_b))
		return 0;
	again(at_a, a, digits_a);
	again(at_b, b, digits_b);
	order = ent_str_cmp(ent_time_key(a), ent_time_key(b));
	if ((at_a < at_b && order >= 0) || (at_a > at_b && order <= 0))
		abort();
	if (ent_str_cmp(ent_time_key(b), ent_time_key(a)) != -order &&
	    (order > 0) == (ent_str_cmp(ent_time_key(b), ent_time_key(a)) > 0))
		abort();
	/* one instant to the microsecond and no finer digits: one key */
	if (at_a == at_b && digits_a <= 6 && digits_b <= 6 && a.p[17] != '6' &&
	    b.p[17] != '6' && order != 0)
		abort();
	return 0;
}
