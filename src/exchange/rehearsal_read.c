/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rehearsal_read.c - parts of rehearsals as they are read.
 */
#include "exchange/rehearsal_int.h"

static int
bad(struct ent_err *err, const char *what)
{
	return ent_fail(err, ENT_EUNUSABLE, "rehearsal: %s", what);
}

/* A count: never below 0. */
static int
count(const struct ent_json *v, const char *key, int64_t *out, struct ent_err *err)
{
	return ent_json_int(ent_json_getc(v, key), out) && *out >= 0
	           ? 0
	           : ent_fail(err, ENT_EUNUSABLE, "rehearsal: \"%s\" is no count", key);
}

static int
read_counts(const struct ent_json *v, struct ent_rehearsal *out, struct ent_err *err)
{
	const struct ent_json *rules = ent_json_getc(v, "rules");
	const struct {
		const char *key;
		int64_t *to;
	} counts[] = {
		{ "waits", &out->waits },         { "bytes", &out->bytes },
		{ "expired", &out->expired },     { "approval", &out->approval },
		{ "kept_back", &out->kept_back },
	};
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < sizeof(counts) / sizeof(counts[0]); i++)
		rc = count(v, counts[i].key, counts[i].to, err);
	for (size_t i = 0; rc == 0 && i < ent_json_count(rules); i++) {
		struct ent_rehearsed_rule *r = &out->rule[out->rules];

		if (out->rules == ENT_RULES)
			return bad(err, "it names more rules than there are");
		r->rule = ent_json_getstr(ent_json_at(rules, i), "rule");
		rc = r->rule.n ? count(ent_json_at(rules, i), "objects", &r->objects, err)
		               : bad(err, "a rule has no name");
		out->rules++;
	}
	return rc;
}

static int
read_keys(const struct ent_json *list, struct ent_rehearsal *out, struct ent_err *err)
{
	for (size_t i = 0; i < ent_json_count(list); i++) {
		const struct ent_json *v = ent_json_at(list, i);
		struct ent_rehearsed_key *k = &out->key[out->keys];

		if (out->keys == ENT_PARTIES_MAX)
			return bad(err, "it has the keys of more parties than there can be");
		k->party = ent_json_getstr(v, "party");
		k->fingerprint = ent_json_getstr(v, "fingerprint");
		k->since = ent_json_getstr(v, "since");
		if (!k->party.n || !ent_json_bool(ent_json_getc(v, "changed"), &k->changed) ||
		    !ent_json_bool(ent_json_getc(v, "stands"), &k->stands))
			return bad(err, "what it says of a key is not complete");
		out->keys++;
	}
	return 0;
}

static int
read_suspensions(const struct ent_json *list, struct ent_rehearsal *out, struct ent_err *err)
{
	size_t n = ent_json_count(list);

	if (n == 0 || n > ENT_SUSPENSIONS_REHEARSED)
		return bad(err, "it names no suspension, or too many");
	for (size_t i = 0; i < n; i++) {
		out->suspensions[i] = ent_json_str(ent_json_at(list, i));
		if (out->suspensions[i].n != 64 ||
		    (i && ent_str_cmp(out->suspensions[i - 1], out->suspensions[i]) >= 0))
			return bad(err, "its suspensions are not hashes in order");
	}
	out->n_suspensions = n;
	return 0;
}

int
ent_rehearsal_read(const struct ent_dispatch *d, struct ent_rehearsal *out, struct ent_err *err)
{
	static const char *const members[] = { "document", "suspensions", "channel", "keys" };
	const struct ent_json *body = d->body;
	int rc = ent_dispatch_members(d, members, sizeof(members) / sizeof(members[0]), err);

	*out = (struct ent_rehearsal){
		.sha256 = d->sha256,
		.by = d->by,
		.at = d->at,
		.when = d->when,
		.document = ent_json_getstr(body, "document"),
	};
	if (rc == 0 && out->document.n != 64)
		rc = bad(err, "its document is missing");
	if (rc == 0)
		rc = read_suspensions(ent_json_getc(body, "suspensions"), out, err);
	if (rc == 0)
		rc = read_counts(ent_json_getc(body, "channel"), out, err);
	return rc ? rc : read_keys(ent_json_getc(body, "keys"), out, err);
}

int
ent_rehearsal_check(struct ent_exchange *x, struct ent_arena *a, const struct ent_agreement *g,
                    const struct ent_dispatch *d, struct ent_err *err)
{
	struct ent_rehearsal *r = ent_arena_alloc(a, sizeof(*r));

	(void)x;
	(void)g;
	return r ? ent_rehearsal_read(d, r, err) : ent_x_nomem(err);
}
