/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stix20.c - objects of STIX 2.0: told apart, named as such, and looked at where a bundle has
 * them.
 *
 * An object other than an observable that has no spec_version is one of STIX 2.0
 * (STIX 2.1, 3.2). Rules of 2.1 aren't its own, so that they aren't held against it one by one.
 */
#include "base/time.h"
#include "stix/stix_int.h"

bool
ent_is_stix20(const struct ent_json *v, const struct ent_shape *s)
{
	static const struct ent_shape *const types[] = {
		&ent_type_attack_pattern, &ent_type_campaign,      &ent_type_course_of_action,
		&ent_type_identity,       &ent_type_indicator,     &ent_type_intrusion_set,
		&ent_type_malware,        &ent_type_report,        &ent_type_observed_data,
		&ent_type_threat_actor,   &ent_type_relationship,  &ent_type_sighting,
		&ent_type_tool,           &ent_type_vulnerability, &ent_type_marking_definition,
	};
	const struct ent_json *version;

	if (!s || s->class_ == ENT_STIX_SCO)
		return false;
	version = ent_json_get(v, ENT_STR("spec_version"));
	if (version ? !ent_str_is(ent_json_str(version), "2.0")
	            : !ent_json_get(v, ENT_STR("created")) ||
	                  !ent_json_is(ent_json_get(v, ENT_STR("id")), ENT_JSON_STRING))
		return false;
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (types[i] == s)
			return true;
	return false;
}

static void
check_id(struct ent_check *c, const struct ent_at *up)
{
	struct ent_at at = { up, ENT_STR("id"), 0 };
	struct ent_str id = ent_json_getstr(c->root, "id");
	struct ent_str type = ent_json_getstr(c->root, "type");
	const char *problem = id.p ? ent_id_problem(id) : "must be a string";

	if (problem)
		ent_finding(c, ENT_F_ID, &at, "%s is not an identifier: %s", ent_quote(c, id),
		            problem);
	else if (!ent_str_eq((struct ent_str){ id.p, id.n - 38 }, type))
		ent_finding(c, ENT_F_ID_PREFIX, &at, "%s is not of the type %s",
		            ent_quote(c, id), ent_quote(c, type));
	else if (id.p[id.n - 22] != '4')
		ent_finding(c, ENT_F_ID_VERSION, &at,
		            "STIX 2.0 needs a random UUID (version 4)");
}

/* Whether it is there and a timestamp; of a version it has milliseconds, neither more nor less.
 */
static struct ent_str
version_time(struct ent_check *c, const struct ent_at *up, const char *name, bool exact)
{
	struct ent_at at = { up, ent_str_c(name), 0 };
	struct ent_str s = ent_json_getstr(c->root, name);
	unsigned digits = 0;

	if (!ent_json_getc(c->root, name)) {
		ent_finding(c, ENT_F_REQUIRED, up, "an object of STIX 2.0 needs \"%s\"", name);
	} else if (!s.p || ent_time_parse(s, NULL, &digits)) {
		ent_finding(c, ENT_F_TIMESTAMP, &at, "%s is not a timestamp", ent_quote(c, s));
		s.p = NULL;
	} else if (exact && digits != 3) {
		ent_finding(c, ENT_F_PRECISION, &at,
		            "%s has %u fraction digits, STIX 2.0 needs 3", ent_quote(c, s),
		            digits);
	}
	return s;
}

void
ent_check_stix20(struct ent_check *c, const struct ent_at *at)
{
	struct ent_at in = { at, ENT_STR("modified"), 0 };
	struct ent_str created, modified;
	bool marking = ent_str_is(ent_json_getstr(c->root, "type"), "marking-definition");

	c->section = "3.2";
	if (!c->o->member) {
		ent_finding(c, ENT_F_STIX20, at,
		            "this is an object of STIX 2.0: one of STIX 2.1 needs "
		            "\"spec_version\": \"2.1\"");
		return;
	}
	ent_finding(c, ENT_F_STIX20_MEMBER, at,
	            "this is an object of STIX 2.0, which the rules of STIX 2.1 do not fit");
	check_id(c, at);
	created = version_time(c, at, "created", !marking);
	if (marking)
		return;
	modified = version_time(c, at, "modified", true);
	if (created.p && modified.p &&
	    ent_str_cmp(ent_time_key(modified), ent_time_key(created)) < 0)
		ent_finding(c, ENT_F_TIME_ORDER, &in, "%s is before \"created\", %s",
		            ent_quote(c, modified), ent_quote(c, created));
}
