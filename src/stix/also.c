/* SPDX-License-Identifier: Apache-2.0 */
/*
 * also.c - what tables can't say about domain objects, observables and what is inside them.
 */
#include "stix/stix_int.h"

static bool
said(const struct ent_json *v, const char *key, bool *out)
{
	return ent_json_bool(ent_json_getc(v, key), out);
}

void
ent_also_malware(struct ent_check *c, const struct ent_at *at, const struct ent_json *v)
{
	bool family = false;

	if (said(v, "is_family", &family) && family && !ent_json_getc(v, "name"))
		ent_finding(c, ENT_F_REQUIRED, at, "a malware family needs \"name\"");
}

/*
 * What can be seen of a STIX pattern without its grammar: comparisons stand in brackets, and
 * brackets and strings are closed.
 */
static const char *
pattern_problem(struct ent_str s)
{
	int square = 0, round = 0, comparisons = 0;

	for (size_t i = 0; i < s.n; i++) {
		switch (s.p[i]) {
		case '\'':
			for (i++; i < s.n && s.p[i] != '\''; i++)
				i += s.p[i] == '\\';
			if (i >= s.n)
				return "a string is not closed";
			break;
		case '[':
			/* inside of brackets there are indexes in their own ones */
			comparisons += ++square == 1;
			if (square > 2)
				return "brackets in brackets";
			break;
		case ']':
			if (--square < 0)
				return "a bracket is closed that isn't open";
			break;
		case '(':
			round++;
			break;
		case ')':
			if (--round < 0)
				return "a parenthesis is closed that isn't open";
			break;
		case '"':
			return "strings stand in single quotation marks";
		default:
			break;
		}
	}
	if (square || round)
		return "a bracket or parenthesis is not closed";
	return comparisons ? NULL : "comparisons stand in square brackets";
}

void
ent_also_indicator(struct ent_check *c, const struct ent_at *at, const struct ent_json *v)
{
	struct ent_at in = { at, ENT_STR("pattern"), 0 };
	struct ent_str pattern = ent_json_getstr(v, "pattern");
	const char *problem;

	if (!pattern.p || !ent_str_is(ent_json_getstr(v, "pattern_type"), "stix"))
		return;
	problem = pattern_problem(pattern);
	if (problem)
		ent_finding(c, ENT_F_PATTERN, &in, "not a STIX pattern: %s", problem);
}

void
ent_also_relationship(struct ent_check *c, const struct ent_at *at, const struct ent_json *v)
{
	struct ent_at in = { at, ENT_STR("relationship_type"), 0 };
	struct ent_str type = ent_json_getstr(v, "relationship_type"), source, target;
	uint8_t uuid[16];

	if (!type.p || ent_stix_id_parse(ent_json_getstr(v, "source_ref"), &source, uuid) ||
	    ent_stix_id_parse(ent_json_getstr(v, "target_ref"), &target, uuid))
		return;
	/* of somebody else's types nothing is suggested */
	if (ent_stix_class_of(source) == ENT_STIX_UNKNOWN ||
	    ent_stix_class_of(target) == ENT_STIX_UNKNOWN ||
	    ent_relation_suggested(source, type, target))
		return;
	ent_finding(c, ENT_F_RELATIONSHIP, &in, "%s is not suggested from %s to %s",
	            ent_quote(c, type), ent_quote(c, source), ent_quote(c, target));
}

void
ent_also_kill_chain(struct ent_check *c, const struct ent_at *at, const struct ent_json *v)
{
	static const char *const names[] = { "kill_chain_name", "phase_name" };

	for (size_t i = 0; i < 2; i++) {
		struct ent_at in = { at, ent_str_c(names[i]), 0 };
		struct ent_str s = ent_json_getstr(v, names[i]);

		if (s.p && !ent_is_lower_words(s))
			ent_finding(c, ENT_F_KILL_CHAIN, &in,
			            "%s should be lower case with hyphens between words",
			            ent_quote(c, s));
	}
}

static bool
digits(struct ent_str s, size_t least)
{
	uint64_t n;

	return s.n >= least && s.n <= 19 && ent_str_u64(s, UINT64_MAX, &n) == 0;
}

/* CVE-YYYY-NNNN and more. */
static bool
cve(struct ent_str s)
{
	return ent_str_starts(s, "CVE-") && s.n >= 13 && s.p[8] == '-' &&
	       digits((struct ent_str){ s.p + 4, 4 }, 4) && digits(ent_str_from(s, 9), 4);
}

static bool
capec(struct ent_str s)
{
	return ent_str_starts(s, "CAPEC-") && digits(ent_str_from(s, 6), 1);
}

void
ent_also_external_reference(struct ent_check *c, const struct ent_at *at,
                            const struct ent_json *v)
{
	static const struct {
		const char *source, *form;
		bool (*fits)(struct ent_str);
	} sources[] = { { "cve", "CVE-YYYY-NNNN", cve }, { "capec", "CAPEC-N", capec } };
	struct ent_at in = { at, ENT_STR("external_id"), 0 };
	struct ent_str source = ent_json_getstr(v, "source_name");
	struct ent_str id = ent_json_getstr(v, "external_id");

	for (size_t i = 0; i < 2; i++)
		if (ent_str_is(source, sources[i].source) && !(id.p && sources[i].fits(id)))
			ent_finding(c, ENT_F_EXTERNAL_ID, &in,
			            "a reference to \"%s\" needs an external_id like %s",
			            sources[i].source, sources[i].form);
}

void
ent_also_email(struct ent_check *c, const struct ent_at *at, const struct ent_json *v)
{
	bool parts = false;
	const char *wrong;

	if (!said(v, "is_multipart", &parts))
		return;
	wrong = parts ? "body" : "body_multipart";
	if (ent_json_getc(v, wrong)) {
		struct ent_at in = { at, ent_str_c(wrong), 0 };

		ent_finding(c, ENT_F_EXCLUDES, &in, "must not stand where is_multipart is %s",
		            parts ? "true" : "false");
	}
}

void
ent_also_traffic(struct ent_check *c, const struct ent_at *at, const struct ent_json *v)
{
	struct ent_at in = { at, ENT_STR("end"), 0 };
	bool active = false;

	if (said(v, "is_active", &active) && active && ent_json_getc(v, "end"))
		ent_finding(c, ENT_F_EXCLUDES, &in, "must not stand where is_active is true");
}

/* The deprecated container: observables under keys, which refer to each other by key. */
void
ent_also_observed(struct ent_check *c, const struct ent_at *at, const struct ent_json *v)
{
	const struct ent_json *objects = ent_json_getc(v, "objects");
	struct ent_at list = { at, ENT_STR("objects"), 0 };

	if (!ent_json_is(objects, ENT_JSON_OBJECT) || c->container)
		return;
	for (size_t i = 0; i < ent_json_count(objects); i++) {
		struct ent_at in = { &list, ent_json_key(objects, i), 0 };
		struct ent_check inner = *c;
		enum ent_stix_class class_;

		inner.root = ent_json_at(objects, i);
		inner.container = objects;
		if (!ent_json_is(inner.root, ENT_JSON_OBJECT)) {
			ent_finding(c, ENT_F_OBSERVABLE, &in, "must be an observable object");
			continue;
		}
		class_ = ent_stix_class_of(ent_json_getstr(inner.root, "type"));
		if (class_ != ENT_STIX_SCO && class_ != ENT_STIX_UNKNOWN)
			ent_finding(c, ENT_F_OBSERVABLE, &in,
			            "only cyber-observable objects may stand here");
		else
			ent_check_object(&inner, &in);
		c->nomem |= inner.nomem;
		c->lookups = inner.lookups;
	}
}
