/* SPDX-License-Identifier: Apache-2.0 */
/*
 * also.c - what tables can't say about domain objects, observables and what is inside them.
 */
#include "pattern/pattern.h"
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

void
ent_also_indicator(struct ent_check *c, const struct ent_at *at, const struct ent_json *v)
{
	struct ent_at in = { at, ENT_STR("pattern"), 0 };
	struct ent_str pattern = ent_json_getstr(v, "pattern"), version;
	struct ent_pat_node *node;
	const char *problem;
	struct ent_err err = { 0 };
	size_t pos;
	int rc;

	if (!ent_json_get(v, ENT_STR("name")) || !ent_json_get(v, ENT_STR("description")))
		ent_finding(c, ENT_F_INDICATOR_PROPERTIES, at,
		            "an indicator should have a name and a description");
	if (!pattern.p || !ent_str_is(ent_json_getstr(v, "pattern_type"), "stix"))
		return;
	version = ent_json_getstr(v, "pattern_version");
	if (!version.p)
		version = ent_json_getstr(v, "spec_version");
	/* the names in it first: the grammar takes any */
	problem = ent_pattern_problem(pattern);
	if (!problem) {
		rc = ent_pattern_parse(c->f->arena, pattern,
		                       ent_str_is(version, "2.0") ? ENT_PAT_20 : ENT_PAT_21,
		                       &node, &pos, &err);
		c->nomem |= rc == ENT_ENOMEM;
		problem = rc && rc != ENT_ENOMEM ? err.msg : NULL;
	}
	if (!problem && c->o->pattern && c->o->pattern(c->o->self, pattern, version, &err))
		problem = err.msg;
	if (problem)
		ent_finding(c, ENT_F_PATTERN, &in, "not a STIX pattern: %s", problem);
}

/* What no relationship may be of is an error of the reference already. */
static bool
may_relate(struct ent_str type)
{
	return ent_type_allowed(ENT_TO_RELATED, type);
}

void
ent_also_relationship(struct ent_check *c, const struct ent_at *at, const struct ent_json *v)
{
	struct ent_at in = { at, ENT_STR("relationship_type"), 0 };
	struct ent_str type = ent_json_str(ent_json_get(v, in.name));
	struct ent_str from = ent_json_str(ent_json_get(v, ENT_STR("source_ref")));
	struct ent_str to = ent_json_str(ent_json_get(v, ENT_STR("target_ref")));

	if (!type.p || from.n < 39 || to.n < 39)
		return;
	from.n -= 38;
	to.n -= 38;
	if (!may_relate(from) || !may_relate(to) || ent_relation_suggested(from, type, to))
		return;
	/* observables may be related to each other in any way */
	if (ent_stix_class_of(from) == ENT_STIX_SCO && ent_stix_class_of(to) == ENT_STIX_SCO)
		return;
	ent_finding(c, ENT_F_RELATIONSHIP, &in, "%s is not suggested from %s to %s",
	            ent_quote(c, type), ent_quote(c, from), ent_quote(c, to));
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
	struct ent_str source = ent_json_str(ent_json_get(v, ENT_STR("source_name"))), id;

	if (!c->unhashed && ent_json_get(v, ENT_STR("url")) &&
	    !ent_json_get(v, ENT_STR("hashes"))) {
		c->unhashed = true;
		ent_finding(c, ENT_F_EXTREF_HASHES, at,
		            "an external reference with a url should have the hashes of what "
		            "is there");
	}
	if (source.n < 3 || source.n > 5)
		return;
	id = ent_json_str(ent_json_get(v, in.name));
	for (size_t i = 0; i < 2; i++)
		if (ent_str_is(source, sources[i].source) && !(id.p && sources[i].fits(id)))
			ent_finding(c, ENT_F_EXTERNAL_ID, &in,
			            "a reference to \"%s\" needs an external_id like %s",
			            sources[i].source, sources[i].form);
}

/* Header fields that are properties of their own stand there. */
static void
additional_fields(struct ent_check *c, const struct ent_at *at, const struct ent_json *v)
{
	static const char *const own[] = { "date",     "received_lines", "content_type",
		                           "from_ref", "sender_ref",     "to_refs",
		                           "cc_refs",  "bcc_refs",       "subject" };
	struct ent_at up = { at, ENT_STR("additional_header_fields"), 0 };
	const struct ent_json *fields = ent_json_get(v, up.name);

	for (size_t i = 0; fields && i < sizeof(own) / sizeof(own[0]); i++) {
		struct ent_at in = { &up, ent_str_c(own[i]), 0 };

		if (ent_json_get(fields, in.name))
			ent_finding(c, ENT_F_EXCLUDES, &in,
			            "has a property of its own: it must not stand here");
	}
}

void
ent_also_email(struct ent_check *c, const struct ent_at *at, const struct ent_json *v)
{
	bool parts = false;
	const char *wrong;

	additional_fields(c, at, v);

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

	if (!ent_json_get(v, ENT_STR("src_port")) || !ent_json_get(v, ENT_STR("dst_port")))
		ent_finding(c, ENT_F_PORTS, at,
		            "network traffic should have src_port and dst_port");

	if (said(v, "is_active", &active) && active && ent_json_getc(v, "end"))
		ent_finding(c, ENT_F_EXCLUDES, &in, "must not stand where is_active is true");
}

static bool
is_index(struct ent_str key)
{
	for (size_t i = 0; i < key.n; i++)
		if (key.p[i] < '0' || key.p[i] > '9')
			return false;
	return key.n > 0;
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

		if (!is_index(in.name))
			ent_finding(c, ENT_F_OBJECT_KEYS, &in,
			            "keys of observable objects should be whole numbers");
		inner.root = ent_json_at(objects, i);
		inner.unhashed = false;
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
