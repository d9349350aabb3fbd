/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hash.c - the canonical form (RFC 8785) of a JSON value, and the SHA-256 of each STIX object
 * in it.
 *
 * cc hash.c $(pkg-config --cflags --libs libentente) -o hash
 */
#include "file.h"

static void
print_hash(const uint8_t hash[32], struct ent_str id)
{
	for (size_t i = 0; i < 32; i++)
		printf("%02x", hash[i]);
	printf("  %.*s\n", ENT_FMT(id));
}

/* The hash of an object, and what identifier an observable should have. */
static int
show(struct ent_arena *a, const struct ent_json *object, struct ent_err *err)
{
	struct ent_str id = ent_json_getstr(object, "id"), computed;
	uint8_t hash[32];
	int rc;

	ent_arena_reset(a);
	rc = ent_stix_hash(a, object, hash, err);
	if (rc)
		return rc;
	print_hash(hash, id);
	if (ent_stix_sco_id(a, object, &computed, NULL) == 0 && !ent_str_eq(id, computed))
		printf("  its properties give the id %.*s\n", ENT_FMT(computed));
	return 0;
}

int
main(int argc, char **argv)
{
	struct ent_str text = read_file(argc == 2 ? argv[1] : ""), canon = { NULL, 0 };
	struct ent_arena *a = arena_for(text.n), *each = arena_for(text.n);
	const struct ent_json *doc, *list;
	struct ent_err err = { 0, "usage: hash FILE" };
	size_t n = 0;
	int rc = ENT_EINVAL;

	if (text.p && a && each)
		rc = ent_json_parse(a, text, 64, &doc, &err);
	if (rc == 0) {
		canon = ent_json_canon(each, doc);
		rc = canon.p ? ent_stix_members(doc, &list, &n, &err)
		             : ent_fail(&err, ENT_ENOMEM, "out of memory");
	}
	if (rc == 0)
		printf("canonical form: %zu bytes\n", canon.n);
	for (size_t i = 0; rc == 0 && i < n; i++)
		rc = show(each, list ? ent_json_at(list, i) : doc, &err);
	if (rc)
		fprintf(stderr, "%s\n", err.msg);
	ent_arena_free(each);
	ent_arena_free(a);
	free((char *)text.p);
	return rc ? 2 : 0;
}
