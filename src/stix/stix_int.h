/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stix_int.h - how types, properties and rules are written down as tables, and what the checks
 * that walk them share.
 *
 * Adding a type is a table of properties, a row of rules and a line in types.c.  What a table
 * can't say is the shape's function.
 */
#ifndef ENT_STIX_STIX_INT_H
#define ENT_STIX_STIX_INT_H
#include <entente/stix.h>

#include "stix/registry.h"

/* The kinds of findings; codes.c has their names, numbers and severities, docs/findings.md
 * their meaning.  Numbers and names of SHOULDs are those of the reference validator. */
enum ent_find {
	/* what breaks a MUST */
	ENT_F_NOT_OBJECT,
	ENT_F_REQUIRED,
	ENT_F_NOT_ALLOWED,
	ENT_F_NULL,
	ENT_F_TYPE,
	ENT_F_EMPTY_LIST,
	ENT_F_EMPTY_DICTIONARY,
	ENT_F_RANGE,
	ENT_F_TIMESTAMP,
	ENT_F_PRECISION,
	ENT_F_TIME_ORDER,
	ENT_F_TYPE_NAME,
	ENT_F_PROPERTY_NAME,
	ENT_F_RESERVED_NAME,
	ENT_F_DICTIONARY_KEY,
	ENT_F_ID,
	ENT_F_ID_PREFIX,
	ENT_F_ID_VERSION,
	ENT_F_REF_TYPE,
	ENT_F_REF_KEY,
	ENT_F_ENUM,
	ENT_F_SYNTAX,
	ENT_F_HEX,
	ENT_F_BASE64,
	ENT_F_HASH,
	ENT_F_ANY_OF,
	ENT_F_ONE_OF,
	ENT_F_NEEDS,
	ENT_F_EXCLUDES,
	ENT_F_EXTENSION_KEY,
	ENT_F_EXTENSION_TYPE,
	ENT_F_EXTENSION_PROPERTIES,
	ENT_F_EXTERNAL_ID,
	ENT_F_SELECTOR,
	ENT_F_SELF_MARKING,
	ENT_F_TLP,
	ENT_F_MARKING,
	ENT_F_CONTENTS,
	ENT_F_PATTERN,
	ENT_F_BUNDLE,
	ENT_F_OBSERVABLE,
	ENT_F_LOOKUPS,
	ENT_F_STIX20,
	/* what an option asks for */
	ENT_F_STRICT_TYPES,
	ENT_F_STRICT_PROPERTIES,
	ENT_F_UNRESOLVED,
	ENT_F_INTEROP,
	/* what goes against a SHOULD, by number */
	ENT_F_CUSTOM_PREFIX,
	ENT_F_CUSTOM_PREFIX_LAX,
	ENT_F_UUID,
	ENT_F_VOCAB_FORMAT,
	ENT_F_KILL_CHAIN,
	ENT_F_OBJECT_KEYS,
	ENT_F_LOWER_KEYS,
	ENT_F_PRODUCT,
	ENT_F_PRIORITY,
	ENT_F_HASH_LENGTH,
	ENT_F_DEFINITION_TYPE,
	ENT_F_RELATIONSHIP,
	ENT_F_DUPLICATE,
	ENT_F_ATTACK_MOTIVATION,
	ENT_F_RESOURCE_LEVEL,
	ENT_F_IDENTITY_CLASS,
	ENT_F_INDICATOR_TYPES,
	ENT_F_SECTOR,
	ENT_F_MALWARE_TYPES,
	ENT_F_REPORT_TYPES,
	ENT_F_ACTOR_TYPES,
	ENT_F_ACTOR_ROLE,
	ENT_F_SOPHISTICATION,
	ENT_F_TOOL_TYPES,
	ENT_F_REGION,
	ENT_F_GROUPING,
	ENT_F_LANGUAGES,
	ENT_F_INFRASTRUCTURE_TYPES,
	ENT_F_CAPABILITIES,
	ENT_F_ARCHITECTURE,
	ENT_F_MALWARE_RESULT,
	ENT_F_HASH_NAME,
	ENT_F_PEBINARY_TYPE,
	ENT_F_ACCOUNT_TYPE,
	ENT_F_PATTERN_TYPE,
	ENT_F_MIME,
	ENT_F_PROTOCOLS,
	ENT_F_IPFIX,
	ENT_F_HEADERS,
	ENT_F_SOCKET_OPTIONS,
	ENT_F_PDF_INFO,
	ENT_F_COUNTRY,
	ENT_F_PORTS,
	ENT_F_EXTREF_HASHES,
	ENT_F_INDICATOR_PROPERTIES,
	ENT_F_DEPRECATED,
	ENT_F_EXTENSION_DESCRIPTION,
	ENT_F_EXTENSION_LISTS,
	ENT_F_EXTENSIONS_USE,
	/* what should be otherwise and has no number there */
	ENT_F_ID_PREFIX_CUSTOM,
	ENT_F_MARKING_PRECISION,
	ENT_F_SCO_ID,
	ENT_F_LANGUAGE_SUBTAG,
	ENT_F_HEADER_LIST,
	ENT_F_CUSTOM_EMPTY,
	ENT_F_EXTENSION_VALUE,
	ENT_F_STIX20_MEMBER,
	/* what is only said */
	ENT_F_NOT_CHECKED,
	/* what keeps a text from being looked at: of the reader, and of JSON */
	ENT_F_JSON_SYNTAX,
	ENT_F_JSON_UTF8,
	ENT_F_JSON_STRING,
	ENT_F_JSON_SURROGATE,
	ENT_F_JSON_NUMBER,
	ENT_F_JSON_DUPLICATE,
	ENT_F_JSON_DEPTH,
	ENT_F_JSON_TRUNCATED,
	ENT_F_JSON_GARBAGE,
	ENT_F_JSON_LARGE,
	ENT_F_COUNT
};

struct ent_find_row {
	const char *code;
	int number;
	enum ent_severity severity;
};
extern const struct ent_find_row ent_find_rows[ENT_F_COUNT];
enum ent_find ent_find_of(const char *code); /* of a row's code: the pointer is compared */

/* ---- tables ---- */

/* What a value has to be (STIX 2.1, 2). */
enum ent_value {
	ENT_V_ANY, /* any JSON but null */
	ENT_V_STRING,
	ENT_V_INTEGER, /* within min and max, unless both are 0 */
	ENT_V_FLOAT,
	ENT_V_BOOLEAN,
	ENT_V_TIMESTAMP,
	ENT_V_VOCAB,      /* a string that should be one of words */
	ENT_V_ENUM,       /* a string that must be one of words */
	ENT_V_REF,        /* an identifier of one of the types in to */
	ENT_V_SYNTAX,     /* a string that syntax takes */
	ENT_V_HEX,        /* hexadecimal, two digits a byte */
	ENT_V_BINARY,     /* base64 */
	ENT_V_HASHES,     /* algorithm: digest */
	ENT_V_OBJECT,     /* an object of that shape */
	ENT_V_DICTIONARY, /* key: value of the kind in values */
	ENT_V_EXTENSIONS
};

enum ent_prop_flag {
	ENT_REQUIRED = 1,
	ENT_LIST = 2,       /* a list of such values, which is not empty */
	ENT_ID = 4,         /* contributes to the deterministic identifier (2.9) */
	ENT_DEPRECATED = 8, /* there is a better way */
	ENT_MILLIS = 16,    /* a timestamp with at least three fraction digits */
	ENT_FORBIDDEN = 32, /* a common property that this type doesn't have */
	ENT_LOOSE = 64,     /* of a dictionary of lists: a string alone is only warned of */
	ENT_SECONDS = 128,  /* a timestamp without fraction */
	ENT_LENIENT = 256   /* fewer digits than ENT_MILLIS asks for are a warning */
};

struct ent_words {
	const char *name;   /* of the vocabulary, e.g. "opinion-enum" */
	enum ent_find find; /* what a value outside of an open one is */
	struct ent_registry list;
};

struct ent_syntax {
	const char *what; /* "an IPv4 address or CIDR block" */
	bool (*fits)(struct ent_str s);
};

/* What a string, or each key of a dictionary, should look like. */
struct ent_advice {
	enum ent_find find;
	const char *text; /* what it should be, e.g. "an ISO 3166-1 alpha-2 code" */
	bool (*fits)(struct ent_str s);
};

struct ent_prop {
	struct ent_str name; /* .p NULL ends a table */
	enum ent_value kind;
	unsigned flags;
	/* ENT_V_REF: types and classes, e.g. "file @sro"; with "!" in front all but those */
	const char *to;
	const struct ent_words *words;
	const struct ent_syntax *syntax;
	const struct ent_shape *shape;
	const struct ent_advice *advice;
	enum ent_value values; /* of a dictionary; VALUE_LIST: lists of them */
	bool value_list;
	int64_t min, max;
};

/* A row of a property table: its name, its kind without ENT_V_, its flags, and what else there
 * is, by field. */
#define P(n, k, f, ...)                                                                        \
	{                                                                                      \
		.name = { n, sizeof(n) - 1 }, .kind = ENT_V_##k, .flags = (f), __VA_ARGS__     \
	}
#define P_END                                                                                  \
	{                                                                                      \
		.name = { NULL, 0 }                                                            \
	}

enum ent_op {
	ENT_R_END,
	ENT_R_ANY,   /* at least one of a is there */
	ENT_R_ONE,   /* exactly one of a */
	ENT_R_SOME,  /* at least one property of its own, or a */
	ENT_R_NEEDS, /* where a is, b is too */
	ENT_R_ORDER, /* timestamp b is not before a */
	ENT_R_AFTER  /* timestamp b is later than a */
};

struct ent_rule {
	enum ent_op op;
	const char *a, *b; /* names of properties; of ANY and ONE a list with blanks */
};

struct ent_check;
struct ent_at;

/* What an object has to look like: one of STIX, or one inside it. */
struct ent_shape {
	const char *name; /* the type; of an inner object what it is called */
	const char *section;
	enum ent_stix_class class_; /* of an inner object ENT_STIX_UNKNOWN */
	const struct ent_prop *props;
	const struct ent_prop *common; /* NULL: none */
	const struct ent_rule *rules;  /* NULL: none */
	void (*also)(struct ent_check *c, const struct ent_at *at, const struct ent_json *v);
	bool foreign; /* not the standard's: an extension's */
};

/* An extension with a known schema: its key, what it may extend, its shape.  Of a new type it
 * names the type and the shape of the whole object. */
struct ent_extension {
	struct ent_str key;
	const char *to;                   /* types, with a blank between */
	const char *extension_type;       /* that it has to say; NULL: none */
	const struct ent_shape *shape;    /* NULL: nothing but extension_type */
	const struct ent_shape *new_type; /* NULL: none */
};

extern const struct ent_shape ent_type_artifact, ent_type_attack_pattern,
    ent_type_autonomous_system, ent_type_bundle, ent_type_campaign, ent_type_course_of_action,
    ent_type_directory, ent_type_domain_name, ent_type_email_addr, ent_type_email_message,
    ent_type_extension_definition, ent_type_file, ent_type_grouping, ent_type_identity,
    ent_type_incident, ent_type_indicator, ent_type_infrastructure, ent_type_intrusion_set,
    ent_type_ipv4_addr, ent_type_ipv6_addr, ent_type_language_content, ent_type_location,
    ent_type_mac_addr, ent_type_malware, ent_type_malware_analysis, ent_type_marking_definition,
    ent_type_mutex, ent_type_network_traffic, ent_type_note, ent_type_observed_data,
    ent_type_opinion, ent_type_process, ent_type_relationship, ent_type_report,
    ent_type_sighting, ent_type_software, ent_type_threat_actor, ent_type_tool, ent_type_url,
    ent_type_user_account, ent_type_vulnerability, ent_type_registry_key,
    ent_type_x509_certificate; /* types.c finds them */
extern const struct ent_extension ent_extensions[],
    ent_known_extensions[]; /* of the standard, of others; each ends with a row without key */
extern const struct ent_prop ent_common_sdo[], ent_common_sco[], ent_common_custom[];
extern const struct ent_extension ent_impact_extensions[]; /* of the Incident Core extension */
extern const struct ent_shape ent_incident_core, ent_incident_event, ent_incident_impact,
    ent_incident_task;
extern const struct ent_shape ent_shape_external_reference, ent_shape_granular_marking,
    ent_shape_kill_chain_phase;

const struct ent_shape *ent_type_find(struct ent_str type); /* NULL if the tables have none */
const struct ent_prop *ent_prop_find(const struct ent_prop *table, struct ent_str name);
/* Whether an identifier of that type may stand where a table says to. */
bool ent_type_allowed(const char *to, struct ent_str type);

/* ---- vocabularies (STIX 2.1, 10) ---- */
extern const struct ent_words ent_account_type_ov, ent_attack_motivation_ov,
    ent_attack_resource_level_ov, ent_encryption_algorithm_enum, ent_extension_type_enum,
    ent_grouping_context_ov, ent_hash_algorithm_ov, ent_identity_class_ov,
    ent_implementation_language_ov, ent_indicator_type_ov, ent_industry_sector_ov,
    ent_infrastructure_type_ov, ent_malware_capabilities_ov, ent_malware_result_ov,
    ent_malware_type_ov, ent_socket_family_enum, ent_socket_type_enum, ent_opinion_enum,
    ent_pattern_type_ov, ent_processor_architecture_ov, ent_region_ov,
    ent_registry_datatype_enum, ent_report_type_ov, ent_spec_version_enum,
    ent_threat_actor_role_ov, ent_threat_actor_sophistication_ov, ent_threat_actor_type_ov,
    ent_tool_type_ov, ent_windows_integrity_enum, ent_windows_pebinary_type_ov,
    ent_windows_service_start_enum, ent_windows_service_status_enum,
    ent_windows_service_type_enum;
bool ent_words_have(const struct ent_words *w, struct ent_str s);
/* Whether the standard suggests that relationship between types (appendix B). */
bool ent_relation_suggested(struct ent_str source, struct ent_str type, struct ent_str target);

/* What a relationship may lead from and to. */
#define ENT_TO_RELATED "!bundle marking-definition language-content relationship sighting"

/* ---- syntaxes of strings ---- */
extern const struct ent_syntax ent_syntax_charset, ent_syntax_cpe, ent_syntax_email,
    ent_syntax_ipv4, ent_syntax_ipv6, ent_syntax_lang, ent_syntax_mac, ent_syntax_property,
    ent_syntax_registry_key, ent_syntax_relationship, ent_syntax_selector, ent_syntax_type,
    ent_syntax_uri;
extern const struct ent_advice ent_advice_country, ent_advice_definition_type,
    ent_advice_headers, ent_advice_ipfix, ent_advice_kill_chain, ent_advice_lang,
    ent_advice_mime, ent_advice_pdf_info, ent_advice_priority, ent_advice_product,
    ent_advice_protocol, ent_advice_socket_options;
bool ent_lang_wellformed(struct ent_str s); /* RFC 5646, 2.2.9 */
bool ent_lang_registered(struct ent_str s); /* the primary subtag, or the tag as a whole */
bool ent_is_type_name(struct ent_str s);
bool ent_is_property_name(struct ent_str s);
bool ent_is_dictionary_key(struct ent_str s);
bool ent_is_base64(struct ent_str s);
bool ent_is_hex(struct ent_str s, size_t digits); /* 0: any number of bytes */
bool ent_is_lower_words(struct ent_str s); /* lower case, hyphens for blanks and underscores */
/* What can be seen to be wrong with a STIX pattern without its grammar; NULL if nothing. */
const char *ent_pattern_problem(struct ent_str s);
/* Why a digest isn't one of that algorithm; NULL if it may be. */
const char *ent_digest_problem(struct ent_str algorithm, struct ent_str digest);
/* Why a string is no identifier (2.9); NULL if it is one. */
const char *ent_id_problem(struct ent_str id);

/* ---- checks ---- */

/* Where in the object a check is: a chain on the stack, written out only for a finding. */
struct ent_at {
	const struct ent_at *up; /* NULL: the object itself */
	struct ent_str name;     /* of a member; absent: element index of a list */
	size_t index;
};

#define ENT_QUOTE_MAX 60 /* bytes of a string of the object in a sentence */

struct ent_check {
	struct ent_findings *f;
	const struct ent_stix_options *o;
	const struct ent_json *root;      /* the object */
	const struct ent_shape *shape;    /* of the object; NULL where the tables have none */
	const struct ent_json *container; /* observed-data's deprecated objects, or NULL */
	const char *section;
	uint64_t lookups; /* members compared so far */
	bool sco;         /* the object is an observable */
	bool unhashed;    /* 302 was said of this object */
	bool defined;     /* an extension defines properties beside the type's own */
	bool nomem;
	unsigned quoted;
	char quotes[4][ENT_QUOTE_MAX + 8]; /* of ent_quote, in turn */
};

/* Whether a is the name b, which isn't empty: length and first byte nearly always decide. */
static inline bool
ent_slice_is(struct ent_str a, struct ent_str b)
{
	return a.n == b.n && a.p[0] == b.p[0] && memcmp(a.p, b.p, a.n) == 0;
}

enum ent_severity ent_severity_of(const struct ent_stix_options *o, enum ent_find what);
/* Whether a finding of that kind would be kept or counted. */
bool ent_wanted(const struct ent_check *c, enum ent_find what);

void ent_finding(struct ent_check *c, enum ent_find what, const struct ent_at *at,
                 const char *fmt, ...) ENT_PRINTF(4, 5);
/* s in quotation marks, cut, and without control characters: for texts of findings.  Good until
 * the fourth call after it. */
const char *ent_quote(struct ent_check *c, struct ent_str s);

/* Whether members may still be looked up in v; a finding the first time that it was too much.
 */
bool ent_may_look(struct ent_check *c, const struct ent_at *at, const struct ent_json *v);

/* One value against its row, lists and their elements included. */
void ent_check_value(struct ent_check *c, const struct ent_at *at, const struct ent_prop *p,
                     const struct ent_json *v);
/* An inner object against its shape. */
void ent_check_shape(struct ent_check *c, const struct ent_at *at, const struct ent_shape *s,
                     const struct ent_json *v);
/* What is in a value that no table knows: no nulls, no empty lists. */
void ent_check_unknown(struct ent_check *c, const struct ent_at *at, const struct ent_json *v);
void ent_check_extensions(struct ent_check *c, const struct ent_at *at,
                          const struct ent_json *v);
/* A string whose property's name ends in _hex or _bin. */
void ent_check_suffix(struct ent_check *c, const struct ent_at *at, const struct ent_json *v);
/* What the extensions of an object define. */
struct ent_defined {
	const struct ent_shape *shape; /* of the object's type, if it is known; else NULL */
	enum ent_stix_class class_;    /* of a new type; ENT_STIX_UNKNOWN: none */
	bool properties;               /* properties at top level */
};
void ent_extensions_read(const struct ent_json *v, struct ent_str type,
                         struct ent_defined *out);
bool ent_is_reserved_name(struct ent_str s); /* 11.1 */
/* A property that the shape doesn't have; how many there are of them in one object, with the
 * first; a type that the standard doesn't have. */
void ent_custom_property(struct ent_check *c, const struct ent_at *at,
                         const struct ent_shape *s);
void ent_custom_found(struct ent_check *c, const struct ent_at *first,
                      const struct ent_shape *s, size_t count);
void ent_custom_type(struct ent_check *c, const struct ent_at *at, struct ent_str type,
                     bool defined);
/* A whole object: c->root and its members. */
void ent_check_object(struct ent_check *c, const struct ent_at *at);
/* own: whether v has any property of the shape's own. */
void ent_check_rules(struct ent_check *c, const struct ent_at *at, const struct ent_shape *s,
                     const struct ent_json *v, bool own);
/* An object of STIX 2.0, as far as that is looked at. */
void ent_check_stix20(struct ent_check *c, const struct ent_at *at);
bool ent_is_stix20(const struct ent_json *v, const struct ent_shape *s);

/* Functions of shapes. */
void ent_also_bundle(struct ent_check *, const struct ent_at *, const struct ent_json *);
void ent_also_email(struct ent_check *, const struct ent_at *, const struct ent_json *);
void ent_also_extension_definition(struct ent_check *, const struct ent_at *,
                                   const struct ent_json *);
void ent_also_external_reference(struct ent_check *, const struct ent_at *,
                                 const struct ent_json *);
void ent_also_granular(struct ent_check *, const struct ent_at *, const struct ent_json *);
void ent_also_indicator(struct ent_check *, const struct ent_at *, const struct ent_json *);
void ent_also_language(struct ent_check *, const struct ent_at *, const struct ent_json *);
void ent_also_malware(struct ent_check *, const struct ent_at *, const struct ent_json *);
void ent_also_marking(struct ent_check *, const struct ent_at *, const struct ent_json *);
void ent_also_observed(struct ent_check *, const struct ent_at *, const struct ent_json *);
void ent_also_relationship(struct ent_check *, const struct ent_at *, const struct ent_json *);
void ent_also_tlp2(struct ent_check *, const struct ent_at *, const struct ent_json *);
void ent_also_traffic(struct ent_check *, const struct ent_at *, const struct ent_json *);

#endif
