/* SPDX-License-Identifier: Apache-2.0 */
/*
 * types_ext.c - extensions of others whose schemas are known, as tables: entente's own
 * (docs/extensions), TLP 2.0, and the register of them all.
 */
#include "base/time.h"
#include "base/uuid.h"
#include "stix/stix_int.h"

#define R             ENT_REQUIRED
#define L             ENT_LIST
#define WORDS(w)      .words = &w
#define TO(t)         .to = (t)
#define RANGE(lo, hi) .min = (lo), .max = (hi)
#define SYNTAX(s)     .syntax = &s
#define SHAPE(s)      .shape = &s
#define KIND          P("extension_type", ENUM, R, .words = &ent_extension_type_enum)

/* clang-format off */
#define VOCAB(v, n, ...)                                                                             \
	static const struct ent_words v = {                                                          \
		n, ENT_F_EXTENSION_VALUE, { __VA_ARGS__, sizeof(__VA_ARGS__) - 1, 0, false }         \
	}
#define RULES(ident, ...)                                                                            \
	static const struct ent_rule ident##_rules[] = { __VA_ARGS__, { ENT_R_END, NULL, NULL } }
#define INNER(ident, called, row_rules, fn, ...)                                                     \
	static const struct ent_prop ident##_props[] = { __VA_ARGS__, P_END };                       \
	static const struct ent_shape ident = { called, "", ENT_STIX_UNKNOWN, ident##_props, NULL,   \
	                                        row_rules, fn, true }
/* clang-format on */

/* ---- syntaxes of docs/extensions ---- */

static bool
number_in(struct ent_str s, size_t at, size_t digits, uint64_t least, uint64_t most)
{
	uint64_t n;

	return s.n >= at + digits &&
	       ent_str_u64((struct ent_str){ s.p + at, digits }, most, &n) == 0 && n >= least;
}

/* YYYY, YYYY-MM, YYYY-MM-DD */
static bool
partial_date(struct ent_str s)
{
	if (!number_in(s, 0, 4, 0, 9999))
		return false;
	if (s.n == 4)
		return true;
	if (s.p[4] != '-' || !number_in(s, 5, 2, 1, 12))
		return false;
	return s.n == 7 || (s.n == 10 && s.p[7] == '-' && number_in(s, 8, 2, 1, 31));
}
static const struct ent_syntax partial_date_syntax = { "a date: year, year-month or "
	                                               "year-month-day",
	                                               partial_date };

static bool
date(struct ent_str s)
{
	return s.n == 10 && partial_date(s);
}
static const struct ent_syntax date_syntax = { "a date YYYY-MM-DD", date };

static bool
date_or_time(struct ent_str s)
{
	return date(s) || ent_time_parse(s, NULL, NULL) == 0;
}
static const struct ent_syntax date_or_time_syntax = { "a date YYYY-MM-DD or a timestamp",
	                                               date_or_time };

static bool
uuid(struct ent_str s)
{
	uint8_t bytes[16];

	return ent_uuid_parse(s, bytes) == 0;
}
static const struct ent_syntax uuid_syntax = { "a UUID", uuid };

static bool
word(struct ent_str s)
{
	if (!s.n || s.n > 100 || s.p[0] < 'a' || s.p[0] > 'z' || s.p[s.n - 1] == '-')
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (!((s.p[i] >= 'a' && s.p[i] <= 'z') || (s.p[i] >= '0' && s.p[i] <= '9') ||
		      (s.p[i] == '-' && s.p[i - 1] != '-')))
			return false;
	return true;
}
static const struct ent_syntax word_syntax = { "a word: a-z, 0-9 and single hyphens", word };

static bool
some_text(struct ent_str s)
{
	return s.n > 0;
}
static const struct ent_syntax text_syntax = { "a text that is not empty", some_text };

static bool
civil_time(struct ent_str s)
{
	uint64_t n;

	return (s.n == 2 || (s.n == 5 && s.p[2] == ':')) &&
	       !ent_str_u64((struct ent_str){ s.p, 2 }, 23, &n) &&
	       (s.n == 2 || !ent_str_u64(ent_str_from(s, 3), 59, &n));
}
static const struct ent_syntax civil_time_syntax = { "a local time HH or HH:MM", civil_time };

static bool
zone(struct ent_str s)
{
	uint64_t n;

	if (s.n == 6 && (s.p[0] == '+' || s.p[0] == '-'))
		return s.p[3] == ':' && !ent_str_u64((struct ent_str){ s.p + 1, 2 }, 14, &n) &&
		       !ent_str_u64(ent_str_from(s, 4), 59, &n);
	for (size_t i = 0; i < s.n; i++)
		if (!((s.p[i] >= 'a' && s.p[i] <= 'z') || (s.p[i] >= 'A' && s.p[i] <= 'Z') ||
		      (s.p[i] >= '0' && s.p[i] <= '9') || s.p[i] == '/' || s.p[i] == '_' ||
		      s.p[i] == '-' || s.p[i] == '+'))
			return false;
	return ent_str_is(s, "Z") || (s.n <= 64 && ent_str_find(s, '/') < s.n);
}
static const struct ent_syntax zone_syntax = { "Z, an offset like +02:00, or a name like "
	                                       "Europe/Berlin",
	                                       zone };

static bool
web_address(struct ent_str s)
{
	struct ent_str rest = ent_str_from(s, ent_str_starts(s, "https://") ? 8 : 7);

	return (ent_str_starts(s, "https://") || ent_str_starts(s, "http://")) && rest.n &&
	       ent_str_find(rest, ' ') == rest.n;
}
static const struct ent_syntax web_syntax = { "an address that begins with http:// or https://",
	                                      web_address };

static bool
country(struct ent_str s)
{
	return s.n == 2 && s.p[0] >= 'A' && s.p[0] <= 'Z' && s.p[1] >= 'A' && s.p[1] <= 'Z';
}
static const struct ent_syntax country_syntax = { "two letters of ISO 3166-1, or UN", country };

static bool
sha256(struct ent_str s)
{
	return ent_is_hex(s, 64);
}
static const struct ent_syntax sha256_syntax = { "a SHA-256 of 64 hex digits", sha256 };

/* clang-format off */

/* ---- message ---- */
VOCAB(message_kinds, "kinds of messages", "acknowledgement|outcome|remark|reply|request|tip");
VOCAB(priorities, "priorities", "flash|immediate|priority|routine");
VOCAB(results, "results", "arrest|attack-prevented|disruption|no-match|not-actionable|still-open");

/* An outcome says what came of it; nothing else does. */
static void
also_message(struct ent_check *c, const struct ent_at *at, const struct ent_json *v)
{
	static const struct ent_str names[] = { ENT_STR("result"), ENT_STR("date"),
		                                ENT_STR("incident_ref") };
	bool outcome = ent_str_is(ent_json_getstr(v, "kind"), "outcome");

	for (size_t i = 0; i < 3; i++) {
		struct ent_at in = { at, names[i], 0 };
		bool there = ent_json_get(v, names[i]) != NULL;

		if (outcome && !there && i < 2)
			ent_finding(c, ENT_F_REQUIRED, at, "an outcome needs \"%.*s\"", ENT_FMT(names[i]));
		if (!outcome && there)
			ent_finding(c, ENT_F_EXCLUDES, &in, "must stand in an outcome only");
	}
}

INNER(message, "message", NULL, also_message,
	KIND,
	P("thread", SYNTAX, R, SYNTAX(uuid_syntax)),
	P("kind", ENUM, R, WORDS(message_kinds)),
	P("in_reply_to", REF, 0, TO("note")),
	P("priority", ENUM, 0, WORDS(priorities)),
	P("due", TIMESTAMP, 0),
	P("result", ENUM, 0, WORDS(results)),
	P("date", SYNTAX, 0, SYNTAX(date_or_time_syntax)),
	P("incident_ref", REF, 0, TO("incident")));

/* ---- attack-record ---- */
VOCAB(phases, "phases", "attempted|executed|plotted|thwarted");
VOCAB(attack_types, "types of attacks",
	"armed-assault|assassination|bombing-explosion|facility-infrastructure-attack|hijacking|"
	"hostage-taking-barricade|hostage-taking-kidnapping|unarmed-assault|unknown");
VOCAB(target_types, "types of targets",
	"abortion-related|airports-and-aircraft|business|educational-institution|food-or-water-supply|"
	"government-diplomatic|government-general|journalists-and-media|maritime|military|ngo|other|"
	"police|private-citizens-and-property|religious-figures-institutions|telecommunication|"
	"terrorists-non-state-militia|tourists|transportation-not-aviation|unknown|utilities|"
	"violent-political-parties");
VOCAB(weapon_types, "types of weapons",
	"biological|chemical|explosives|fake-weapons|firearms|incendiary|melee|nuclear|other|"
	"radiological|sabotage-equipment|unknown|vehicle");
VOCAB(bounds, "bounds", "about|at-least|exact|more-than");
VOCAB(gtd_regions, "regions of attacks",
	"australasia-and-oceania|central-america-and-caribbean|central-asia|east-asia|eastern-europe|"
	"middle-east-and-north-africa|north-america|south-america|south-asia|southeast-asia|"
	"sub-saharan-africa|western-europe");
VOCAB(claim_modes, "ways of claiming responsibility",
	"call-after|call-before|e-mail|letter|note|other|personal-claim|unknown|video|website");

INNER(source, "source", NULL, NULL,
	P("name", SYNTAX, R, SYNTAX(text_syntax)),
	P("url", SYNTAX, 0, SYNTAX(web_syntax)),
	P("text", SYNTAX, 0, SYNTAX(text_syntax)),
	P("date", SYNTAX, 0, SYNTAX(partial_date_syntax)));
INNER(place, "place", NULL, NULL,
	P("location_ref", REF, R, TO("location")),
	P("role", SYNTAX, R, SYNTAX(word_syntax)),
	P("country", SYNTAX, 0, SYNTAX(text_syntax)),
	P("region", ENUM, 0, WORDS(gtd_regions)),
	P("province", SYNTAX, 0, SYNTAX(text_syntax)),
	P("city", SYNTAX, 0, SYNTAX(text_syntax)),
	P("detail", SYNTAX, 0, SYNTAX(text_syntax)),
	P("latitude", FLOAT, 0, RANGE(-90, 90)),
	P("longitude", FLOAT, 0, RANGE(-180, 180)),
	P("specificity", INTEGER, 0, RANGE(1, 5)),
	P("vicinity", BOOLEAN, 0));
INNER(perpetrator, "perpetrator", NULL, NULL,
	P("actor_ref", REF, R, TO("intrusion-set threat-actor identity")),
	P("name", SYNTAX, 0, SYNTAX(text_syntax)),
	P("subgroup", SYNTAX, 0, SYNTAX(text_syntax)),
	P("count", INTEGER, 0, RANGE(0, INT64_MAX)),
	P("uncertain", BOOLEAN, 0),
	P("claimed", BOOLEAN, 0),
	P("claim_mode", ENUM, 0, WORDS(claim_modes)));
INNER(claim, "claim", NULL, NULL,
	P("quantity", SYNTAX, R, SYNTAX(word_syntax)),
	P("value", INTEGER, R, RANGE(0, INT64_MAX)),
	P("highest", INTEGER, 0, RANGE(0, INT64_MAX)),
	P("as_of", SYNTAX, 0, SYNTAX(partial_date_syntax)),
	P("bound", ENUM, 0, WORDS(bounds)),
	P("includes_perpetrators", BOOLEAN, 0),
	P("source", OBJECT, R, SHAPE(source)),
	P("confidence", INTEGER, 0, RANGE(0, 100)));
RULES(attack_link,
	{ ENT_R_ONE, "object_ref thread", NULL });
INNER(attack_link, "link", attack_link_rules, NULL,
	P("object_ref", REF, 0, TO("!bundle")),
	P("thread", SYNTAX, 0, SYNTAX(uuid_syntax)),
	P("role", SYNTAX, R, SYNTAX(word_syntax)));
INNER(attack_record, "attack-record", NULL, NULL,
	KIND,
	P("phase", ENUM, R, WORDS(phases)),
	P("date", SYNTAX, 0, SYNTAX(partial_date_syntax)),
	P("end_date", SYNTAX, 0, SYNTAX(partial_date_syntax)),
	P("approximate", BOOLEAN, 0),
	P("time", SYNTAX, 0, SYNTAX(civil_time_syntax)),
	P("zone", SYNTAX, 0, SYNTAX(zone_syntax)),
	P("suicide", BOOLEAN, 0),
	P("attack_types", ENUM, L, WORDS(attack_types)),
	P("target_types", ENUM, L, WORDS(target_types)),
	P("weapon_types", ENUM, L, WORDS(weapon_types)),
	P("places", OBJECT, L, SHAPE(place)),
	P("perpetrators", OBJECT, L, SHAPE(perpetrator)),
	P("claims", OBJECT, L, SHAPE(claim)),
	P("links", OBJECT, L, SHAPE(attack_link)));

/* ---- designation ---- */
VOCAB(authorities, "kinds of authorities", "council|court|minister|ministry|other");
VOCAB(effects, "effects", "arms-embargo|asset-freeze|export-denial|membership-offence|outlawed|restricted-dealings|travel-ban");
VOCAB(subject_kinds, "kinds of subjects", "aircraft|organisation|person|unknown|vessel");
VOCAB(name_qualities, "qualities of names", "primary|strong|weak");
VOCAB(certainties, "certainties of dates", "about|between|exact");
VOCAB(genders, "genders", "female|male");

/* Languages, each with words. */
static void
also_designation(struct ent_check *c, const struct ent_at *at, const struct ent_json *v)
{
	const struct ent_json *notice = ent_json_getc(v, "notice");
	struct ent_at up = { at, ENT_STR("notice"), 0 };

	for (size_t i = 0; i < ent_json_count(notice); i++) {
		struct ent_at in = { &up, ent_json_key(notice, i), 0 };

		if (ent_json_is(notice, ENT_JSON_OBJECT) && !ent_lang_wellformed(in.name))
			ent_finding(c, ENT_F_SYNTAX, &in, "%s is not a language tag (RFC 5646)",
			            ent_quote(c, in.name));
	}
}

RULES(designation,
	{ ENT_R_ANY, "decided_on published_on in_force_from first_seen_on", NULL },
	{ ENT_R_NEEDS, "lifting_instrument", "lifted_on" });
INNER(designation_source, "source", NULL, NULL,
	P("name", SYNTAX, R, SYNTAX(text_syntax)),
	P("url", SYNTAX, 0, SYNTAX(web_syntax)),
	P("sha256", SYNTAX, 0, SYNTAX(sha256_syntax)));
INNER(entry_name, "name", NULL, NULL,
	P("name", SYNTAX, R, SYNTAX(text_syntax)),
	P("quality", ENUM, R, WORDS(name_qualities)),
	P("original_script", BOOLEAN, 0),
	P("last_name_first", BOOLEAN, 0),
	P("former", BOOLEAN, 0),
	P("note", SYNTAX, 0, SYNTAX(text_syntax)));
INNER(entry_birth, "birth", NULL, NULL,
	P("certainty", ENUM, R, WORDS(certainties)),
	P("date", SYNTAX, 0, SYNTAX(partial_date_syntax)),
	P("until", SYNTAX, 0, SYNTAX(partial_date_syntax)),
	P("note", SYNTAX, 0, SYNTAX(text_syntax)));
INNER(entry_place, "place", NULL, NULL,
	P("street", SYNTAX, 0, SYNTAX(text_syntax)),
	P("city", SYNTAX, 0, SYNTAX(text_syntax)),
	P("province", SYNTAX, 0, SYNTAX(text_syntax)),
	P("postal_code", SYNTAX, 0, SYNTAX(text_syntax)),
	P("country", SYNTAX, 0, SYNTAX(text_syntax)),
	P("note", SYNTAX, 0, SYNTAX(text_syntax)));
INNER(entry_document, "document", NULL, NULL,
	P("type", SYNTAX, 0, SYNTAX(text_syntax)),
	P("number", SYNTAX, 0, SYNTAX(text_syntax)),
	P("country", SYNTAX, 0, SYNTAX(text_syntax)),
	P("note", SYNTAX, 0, SYNTAX(text_syntax)));
INNER(entry, "entry", NULL, NULL,
	P("kind", ENUM, R, WORDS(subject_kinds)),
	P("names", OBJECT, R | L, SHAPE(entry_name)),
	P("births", OBJECT, L, SHAPE(entry_birth)),
	P("birth_places", OBJECT, L, SHAPE(entry_place)),
	P("nationalities", SYNTAX, L, SYNTAX(text_syntax)),
	P("documents", OBJECT, L, SHAPE(entry_document)),
	P("addresses", OBJECT, L, SHAPE(entry_place)),
	P("programmes", SYNTAX, L, SYNTAX(text_syntax)),
	P("positions", SYNTAX, L, SYNTAX(text_syntax)),
	P("gender", ENUM, 0, WORDS(genders)),
	P("remarks", SYNTAX, 0, SYNTAX(text_syntax)));
INNER(designation, "designation", designation_rules, also_designation,
	P("authority", SYNTAX, R, SYNTAX(text_syntax)),
	P("authority_kind", ENUM, R, WORDS(authorities)),
	P("jurisdiction", SYNTAX, R, SYNTAX(country_syntax)),
	P("names", SYNTAX, L, SYNTAX(text_syntax)),
	P("instrument", SYNTAX, 0, SYNTAX(text_syntax)),
	P("case_number", SYNTAX, 0, SYNTAX(text_syntax)),
	P("legal_basis", SYNTAX, 0, SYNTAX(text_syntax)),
	P("list", SYNTAX, 0, SYNTAX(word_syntax)),
	P("reference_number", SYNTAX, 0, SYNTAX(text_syntax)),
	P("first_seen_on", SYNTAX, 0, SYNTAX(date_syntax)),
	P("updated_on", SYNTAX, 0, SYNTAX(date_syntax)),
	P("expires_on", SYNTAX, 0, SYNTAX(date_syntax)),
	P("decided_on", SYNTAX, 0, SYNTAX(date_syntax)),
	P("published_on", SYNTAX, 0, SYNTAX(date_syntax)),
	P("in_force_from", SYNTAX, 0, SYNTAX(date_syntax)),
	P("review_on", SYNTAX, 0, SYNTAX(date_syntax)),
	P("lifted_on", SYNTAX, 0, SYNTAX(date_syntax)),
	P("lifting_instrument", SYNTAX, 0, SYNTAX(text_syntax)),
	P("effects", ENUM, R | L, WORDS(effects)),
	P("entry", OBJECT, 0, SHAPE(entry)),
	P("notice", DICTIONARY, 0, .values = ENT_V_STRING),
	P("source", OBJECT, R, SHAPE(designation_source)));
INNER(designations, "designation", NULL, NULL,
	KIND,
	P("designations", OBJECT, R | L, SHAPE(designation)));

/* ---- TLP 2.0 (FIRST; OASIS common objects) ---- */
VOCAB(tlp_levels, "levels of TLP 2.0", "amber|amber+strict|clear|green|red");
INNER(tlp, "tlp-2.0", NULL, ent_also_tlp2,
	KIND,
	P("tlp_2_0", ENUM, R, WORDS(tlp_levels)));

/* ---- handling ---- */
VOCAB(handling_codes, "handling codes", "H0|H1|H2|H3");
RULES(handling,
	{ ENT_R_ANY, "codes not_in_court releasable_to purposes statement", NULL });
INNER(handling, "handling", handling_rules, NULL,
	KIND,
	P("codes", ENUM, L, WORDS(handling_codes)),
	P("not_in_court", BOOLEAN, 0),
	P("releasable_to", REF, L, TO("identity")),
	P("purposes", SYNTAX, L, SYNTAX(text_syntax)),
	P("statement", SYNTAX, 0, SYNTAX(text_syntax)));

/* ---- extracts ---- */
INNER(subset, "extract", NULL, NULL,
	KIND,
	P("unchanged", SYNTAX, R | L, SYNTAX(text_syntax)),
	P("fields", SYNTAX, R | L, SYNTAX(text_syntax)),
	P("root", SYNTAX, R, SYNTAX(sha256_syntax)));

#define EXT(id, to, kind, shape, type)                                                               \
	{                                                                                            \
		{ "extension-definition--" id, sizeof("extension-definition--" id) - 1 }, to, kind,  \
		    shape, type                                                                      \
	}
const struct ent_extension ent_known_extensions[] = {
	EXT("60a3c5c5-0d10-413e-aab3-9e08dde9e88d", "marking-definition", "property-extension", &tlp, NULL),
	EXT("c9a637ee-c18e-49ff-8772-9a595e2f1b2a", "note", "property-extension", &message, NULL),
	EXT("7f5f05e1-1d92-4790-af3e-a379fd251eee", "incident", "property-extension", &attack_record, NULL),
	EXT("0378b046-b356-48d5-b6d6-615bc9f3a829", "identity intrusion-set threat-actor",
	    "property-extension", &designations, NULL),
	EXT("6d0f6a5e-7c0b-4a3c-9f35-2b8f5b1f7e64", "marking-definition", "property-extension", &handling,
	    NULL),
	EXT("d70e579a-d1f6-40fe-854d-6bfd9d91d336", "@sdo", "property-extension", &subset, NULL),
	EXT("ef765651-680c-498d-9894-99799f2fa126", "incident", "property-extension", &ent_incident_core,
	    NULL),
	EXT("4ca6de00-5b0d-45ef-a1dc-ea7279ea910e", "", "new-sdo", NULL, &ent_incident_event),
	EXT("7cc33dd6-f6a1-489b-98ea-522d351d71b9", "", "new-sdo", NULL, &ent_incident_impact),
	EXT("2074a052-8be4-4932-849e-f5e7798e0030", "", "new-sdo", NULL, &ent_incident_task),
	{ { NULL, 0 }, NULL, NULL, NULL, NULL },
};
/* clang-format on */
