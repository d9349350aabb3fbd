/* SPDX-License-Identifier: Apache-2.0 */
/*
 * taxii.c - whatever comes, each answer is HTTP with the TAXII media type, a length that is
 * right, and JSON in it.
 */
#include <entente/json.h>

#include "../tests/taxii/fake.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void
must(bool holds)
{
	if (!holds)
		abort();
}

/* Checks one answer; the bytes after it. */
static struct ent_str
check(struct ent_arena *a, struct ent_str text)
{
	const struct ent_json *v;
	struct fake_answer an;
	uint64_t length = 0;

	must(fake_split(text, &an));
	if (an.status == 100)
		return an.body;
	must(an.status >= 200 && an.status <= 599);
	must(ent_str_is(fake_header(&an, "content-type"), ENT_TAXII_TYPE));
	if (an.status == 304)
		return an.body;
	must(ent_str_u64(fake_header(&an, "content-length"), SIZE_MAX, &length) == 0);
	if (an.body.n == 0 || ent_str_starts(an.body, "HTTP/1.1 ")) /* HEAD, OPTIONS, DELETE */
		return an.body;
	must(length <= an.body.n);
	if (fake_header(&an, "content-encoding").n)
		return ent_str_from(an.body, length);
	must(ent_json_parse(a, (struct ent_str){ an.body.p, length }, 32, &v, NULL) == 0);
	must(ent_json_is(v, ENT_JSON_OBJECT));
	must(an.status < 400 || ent_json_getstr(v, "title").n);
	return ent_str_from(an.body, length);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static struct fake f;
	struct ent_arena *a = ent_arena_new((size_t)64 << 20);
	struct ent_str out;

	if (!a || len > 65536) {
		ent_arena_free(a);
		return 0;
	}
	fake_init(&f);
	fake_populate(&f, 12);
	f.generation = 1;
	f.sequence = true;
	f.taxii.cache = ent_page_cache_new(65536);
	out = ent_http_loopback(a, &f.app, &f, (struct ent_str){ (const char *)data, len });
	while (out.n)
		out = check(a, out);
	ent_page_cache_free(f.taxii.cache);
	ent_arena_free(a);
	return 0;
}
