/* SPDX-License-Identifier: Apache-2.0 */
/*
 * document.c - an agreement's document: parties, validity, and for each party the terms of its
 * channel.
 */
#include "base/enc.h"
#include "base/time.h"
#include "exchange/agreement.h"

#define DAYS_MAX    36500
#define LIST_MAX    1000
#define VERSION_MAX 1000000

static const char *const onward_names[] = { "never", "consent", "within-tlp" };

static const char *const ending_names[] = { "none", "return", "destroy", "keep" };

const char *
ent_ending_name(enum ent_ending e)
{
	return ending_names[e];
}

int
ent_ending_parse(struct ent_str s, enum ent_ending *out)
{
	for (size_t i = 1; i < sizeof(ending_names) / sizeof(ending_names[0]); i++)
		if (ent_str_is(s, ending_names[i])) {
			*out = (enum ent_ending)i;
			return 0;
		}
	return ENT_EUNUSABLE;
}

static int
bad(struct ent_err *err, const char *what)
{
	return ent_fail(err, ENT_EUNUSABLE, "agreement: %s", what);
}

/* A list of strings; absent is empty. */
static int
strings(struct ent_arena *a, const struct ent_json *list, const struct ent_str **out,
        size_t *count, struct ent_err *err)
{
	size_t n = ent_json_count(list);
	struct ent_str *all = ent_arena_array(a, n, sizeof(*all));

	if (list && (!ent_json_is(list, ENT_JSON_ARRAY) || n > LIST_MAX))
		return bad(err, "a list of its terms is malformed or too long");
	if (!all)
		return ent_fail(err, ENT_ENOMEM, "agreement: no memory");
	for (size_t i = 0; i < n; i++) {
		all[i] = ent_json_str(ent_json_at(list, i));
		if (all[i].n == 0)
			return bad(err, "a list of its terms holds something else than text");
	}
	*out = all;
	*count = n;
	return 0;
}

/* A whole number from 0 to max; absent is 0. */
static int
number(const struct ent_json *v, int64_t max, int64_t *out)
{
	*out = 0;
	if (!v)
		return 0;
	return ent_json_int(v, out) && *out >= 0 && *out <= max ? 0 : ENT_EUNUSABLE;
}

static int
level(const struct ent_json *v, enum ent_tlp *out)
{
	struct ent_str s = ent_json_str(v);

	*out = ENT_TLP_NONE;
	return !v ? 0 : s.p ? ent_tlp_parse(s, out) : ENT_EUNUSABLE;
}

static int
terms(struct ent_arena *a, const struct ent_json *v, struct ent_terms *out, struct ent_err *err)
{
	struct ent_str onward = ent_json_getstr(v, "onward");
	int rc;

	if (!ent_json_is(v, ENT_JSON_OBJECT))
		return bad(err, "a party has no terms");
	rc = strings(a, ent_json_getc(v, "types"), &out->types, &out->n_types, err);
	if (rc == 0)
		rc = strings(a, ent_json_getc(v, "markings"), &out->markings, &out->n_markings,
		             err);
	if (rc)
		return rc;
	for (size_t i = 0; i < out->n_types; i++)
		out->all_types |= ent_str_is(out->types[i], "*");
	if (!ent_json_getc(v, "tlp_max") || level(ent_json_getc(v, "tlp_max"), &out->tlp_max) ||
	    level(ent_json_getc(v, "unmarked"), &out->unmarked))
		return bad(
		    err,
		    "tlp_max and unmarked must be clear, green, amber, amber+strict or red");
	if (onward.p) {
		size_t i = 0;

		while (i < 3 && !ent_str_is(onward, onward_names[i]))
			i++;
		if (i == 3)
			return bad(err, "onward must be never, consent or within-tlp");
		out->onward = (enum ent_onward)i;
	}
	if (number(ent_json_getc(v, "retention_days"), DAYS_MAX, &out->retention_days) ||
	    number(ent_json_getc(v, "reply_hours"), DAYS_MAX * 24, &out->reply_hours))
		return bad(err, "retention_days or reply_hours is not a sensible number");
	(void)ent_json_bool(ent_json_getc(v, "two_person"), &out->two_person);
	return ent_gate_limits_read(a, v, &out->gate, err);
}

static int
party(struct ent_arena *a, const struct ent_json *v, const struct ent_json *all_terms,
      struct ent_party *out, struct ent_err *err)
{
	struct ent_str type;
	uint8_t uuid[16];

	out->id = ent_json_getstr(v, "id");
	out->name = ent_json_getstr(v, "name");
	out->auspices = ent_json_getstr(v, "auspices");
	out->left = INT64_MAX;
	if (ent_stix_id_parse(out->id, &type, uuid) || !ent_str_is(type, "identity") ||
	    out->name.n == 0)
		return bad(err, "a party has no identity id or no name");
	if (ent_unb64_n(ent_json_getstr(v, "key"), out->key, ENT_PUB))
		return bad(err, "a party's key is missing or malformed");
	return terms(a, ent_json_get(all_terms, out->id), &out->terms, err);
}

static int
parties(struct ent_arena *a, const struct ent_json *body, struct ent_agreement *out,
        struct ent_err *err)
{
	const struct ent_json *list = ent_json_getc(body, "parties");
	const struct ent_json *all_terms = ent_json_getc(body, "terms");
	int rc = 0;

	out->parties = ent_json_count(list);
	if (!ent_json_is(list, ENT_JSON_ARRAY) || out->parties < 2 ||
	    out->parties > ENT_PARTIES_MAX)
		return bad(err, "it must have 2 to 16 parties");
	for (size_t i = 0; rc == 0 && i < out->parties; i++) {
		rc = party(a, ent_json_at(list, i), all_terms, &out->party[i], err);
		for (size_t j = 0; rc == 0 && j < i; j++)
			if (ent_str_eq(out->party[i].id, out->party[j].id))
				rc = bad(err, "a party stands twice in it");
	}
	return rc;
}

/* A date that may be missing. */
static int
instant(const struct ent_json *body, const char *key, int64_t missing, int64_t *out)
{
	struct ent_str s = ent_json_getstr(body, key);

	*out = missing;
	if (!ent_json_getc(body, key))
		return 0;
	return s.p ? ent_time_parse(s, out, NULL) : ENT_EUNUSABLE;
}

/* The lane for threats to life, where it provides for one. */
static int
life(const struct ent_json *v, struct ent_agreement *out)
{
	if (!v)
		return 0;
	return ent_json_int(ent_json_getc(v, "ack_minutes"), &out->life_ack_minutes) &&
	               out->life_ack_minutes >= 1 && out->life_ack_minutes <= 10080 &&
	               ent_json_int(ent_json_getc(v, "report_hours"),
	                            &out->life_report_hours) &&
	               out->life_report_hours >= 1 && out->life_report_hours <= 8760
	           ? 0
	           : ENT_EUNUSABLE;
}

/* Those who must sign beside the parties. */
static int
approver(const struct ent_json *v, struct ent_agreement *g, struct ent_err *err)
{
	struct ent_approver *to = &g->approver[g->approvers];
	struct ent_str type;
	uint8_t uuid[16];

	*to = (struct ent_approver){ .id = ent_json_getstr(v, "id"),
		                     .name = ent_json_getstr(v, "name"),
		                     .party = ent_json_getstr(v, "party") };
	if (ent_stix_id_parse(to->id, &type, uuid) || !ent_str_is(type, "identity") ||
	    to->name.n == 0 || ent_unb64_n(ent_json_getstr(v, "key"), to->key, ENT_PUB))
		return bad(err, "an approver has no identity id, no name or no key");
	if (ent_agreement_party(g, to->party) < 0 || ent_agreement_party(g, to->id) >= 0)
		return bad(err, "an approver is a party itself, or speaks for none");
	for (size_t i = 0; i < g->approvers; i++)
		if (ent_str_eq(g->approver[i].id, to->id))
			return bad(err, "an approver stands twice in it");
	g->approvers++;
	return 0;
}

static int
approvers(const struct ent_json *list, struct ent_agreement *g, struct ent_err *err)
{
	size_t n = ent_json_count(list);
	int rc = 0;

	if (list && (!ent_json_is(list, ENT_JSON_ARRAY) || n > ENT_APPROVERS_MAX))
		return bad(err, "approvers is no list of at most 16");
	for (size_t i = 0; rc == 0 && i < n; i++)
		rc = approver(ent_json_at(list, i), g, err);
	return rc;
}

/* How it comes into force, is suspended, and what is left when it ends. */
static int
course(const struct ent_json *body, struct ent_agreement *out, struct ent_err *err)
{
	const struct ent_json *ending = ent_json_getc(body, "ending");

	(void)ent_json_bool(ent_json_getc(body, "initialled"), &out->initialling);
	(void)ent_json_bool(ent_json_getc(body, "provisional"), &out->provisional);
	(void)ent_json_bool(ent_json_getc(body, "accession"), &out->accession);
	if (number(ent_json_getc(body, "suspension_days"), DAYS_MAX, &out->suspension_days) ||
	    number(ent_json_getc(body, "ending_days"), DAYS_MAX, &out->ending_days))
		return bad(err, "suspension_days or ending_days is not a sensible number");
	if (ending && ent_ending_parse(ent_json_str(ending), &out->ending))
		return bad(err, "ending must be return, destroy or keep");
	return approvers(ent_json_getc(body, "approvers"), out, err);
}

int
ent_document_read(struct ent_arena *a, const struct ent_json *body, struct ent_agreement *out,
                  struct ent_err *err)
{
	uint8_t uuid[16];
	char text[ENT_UUID_TEXT];
	int rc;

	*out = (struct ent_agreement){ .ends = INT64_MAX };
	out->id = ent_json_getstr(body, "id");
	out->title = ent_json_getstr(body, "title");
	out->text = ent_json_getstr(body, "text");
	if (ent_uuid_parse(out->id, uuid) || !ent_str_is(out->id, ent_uuid_text(uuid, text)))
		return bad(err, "its id is not a lower-case UUID");
	if (out->title.n == 0 || out->title.n > 500)
		return bad(err, "its title is missing or longer than 500 bytes");
	if (!ent_json_int(ent_json_getc(body, "version"), &out->version) || out->version < 1 ||
	    out->version > VERSION_MAX)
		return bad(err, "its version is not a number from 1 to 1000000");
	(void)ent_json_bool(ent_json_getc(body, "binding"), &out->binding);
	if (instant(body, "valid_from", INT64_MIN, &out->valid_from) ||
	    instant(body, "valid_until", INT64_MAX, &out->valid_until) ||
	    out->valid_until <= out->valid_from)
		return bad(err, "valid_from and valid_until are not two timestamps in order");
	if (number(ent_json_getc(body, "notice_days"), DAYS_MAX, &out->notice_days))
		return bad(err, "notice_days is not a sensible number");
	if (life(ent_json_getc(body, "life"), out))
		return bad(err,
		           "life has no ack_minutes from 1 to 10080 and report_hours from 1 to "
		           "8760");
	rc = parties(a, body, out, err);
	return rc ? rc : course(body, out, err);
}
