/* SPDX-License-Identifier: Apache-2.0 */
/*
 * codes.c - the codes of findings: names, numbers, severities, groups; lists of them.
 */
#include "stix/stix_int.h"

/* clang-format off */
#define MUST   0, ENT_MUST_RULE
#define SHOULD ENT_SHOULD_RULE
const struct ent_find_row ent_find_rows[ENT_F_COUNT] = {
	[ENT_F_NOT_OBJECT]           = { "not-an-object", MUST },
	[ENT_F_REQUIRED]             = { "required-property", MUST },
	[ENT_F_NOT_ALLOWED]          = { "property-not-allowed", MUST },
	[ENT_F_NULL]                 = { "null-value", MUST },
	[ENT_F_TYPE]                 = { "value-type", MUST },
	[ENT_F_EMPTY_LIST]           = { "empty-list", MUST },
	[ENT_F_EMPTY_DICTIONARY]     = { "empty-dictionary", MUST },
	[ENT_F_RANGE]                = { "value-range", MUST },
	[ENT_F_TIMESTAMP]            = { "timestamp", MUST },
	[ENT_F_PRECISION]            = { "timestamp-precision", MUST },
	[ENT_F_TIME_ORDER]           = { "time-order", MUST },
	[ENT_F_TYPE_NAME]            = { "type-name", MUST },
	[ENT_F_PROPERTY_NAME]        = { "property-name", MUST },
	[ENT_F_RESERVED_NAME]        = { "reserved-name", MUST },
	[ENT_F_DICTIONARY_KEY]       = { "dictionary-key", MUST },
	[ENT_F_ID]                   = { "identifier", MUST },
	[ENT_F_ID_PREFIX]            = { "identifier-prefix", MUST },
	[ENT_F_ID_VERSION]           = { "identifier-version", MUST },
	[ENT_F_REF_TYPE]             = { "reference-type", MUST },
	[ENT_F_REF_KEY]              = { "reference-key", MUST },
	[ENT_F_ENUM]                 = { "enum-value", MUST },
	[ENT_F_SYNTAX]               = { "value-syntax", MUST },
	[ENT_F_HEX]                  = { "hex-value", MUST },
	[ENT_F_BASE64]               = { "base64-value", MUST },
	[ENT_F_HASH]                 = { "hash-value", MUST },
	[ENT_F_ANY_OF]               = { "any-of", MUST },
	[ENT_F_ONE_OF]               = { "one-of", MUST },
	[ENT_F_NEEDS]                = { "needs-property", MUST },
	[ENT_F_EXCLUDES]             = { "excludes-property", MUST },
	[ENT_F_EXTENSION_KEY]        = { "extension-key", MUST },
	[ENT_F_EXTENSION_TYPE]       = { "extension-type", MUST },
	[ENT_F_EXTENSION_PROPERTIES] = { "extension-properties-not-allowed", MUST },
	[ENT_F_EXTERNAL_ID]          = { "external-id", MUST },
	[ENT_F_SELECTOR]             = { "selector", MUST },
	[ENT_F_SELF_MARKING]         = { "self-marking", MUST },
	[ENT_F_TLP]                  = { "tlp-marking", MUST },
	[ENT_F_MARKING]              = { "marking-definition", MUST },
	[ENT_F_CONTENTS]             = { "language-contents", MUST },
	[ENT_F_PATTERN]              = { "pattern", MUST },
	[ENT_F_BUNDLE]               = { "bundle-member", MUST },
	[ENT_F_OBSERVABLE]           = { "observable-container", MUST },
	[ENT_F_LOOKUPS]              = { "too-many-lookups", MUST },
	[ENT_F_STIX20]               = { "stix-2.0", MUST },
	[ENT_F_STRICT_TYPES]         = { "strict-types", MUST },
	[ENT_F_STRICT_PROPERTIES]    = { "strict-properties", MUST },
	[ENT_F_UNRESOLVED]           = { "unresolved-reference", MUST },
	[ENT_F_INTEROP]              = { "interop", MUST },
	[ENT_F_CUSTOM_PREFIX]        = { "custom-prefix", 101, SHOULD },
	[ENT_F_CUSTOM_PREFIX_LAX]    = { "custom-prefix-lax", 102, SHOULD },
	[ENT_F_UUID]                 = { "uuid-check", 103, SHOULD },
	[ENT_F_VOCAB_FORMAT]         = { "open-vocab-format", 111, SHOULD },
	[ENT_F_KILL_CHAIN]           = { "kill-chain-names", 121, SHOULD },
	[ENT_F_OBJECT_KEYS]          = { "observable-object-keys", 141, SHOULD },
	[ENT_F_LOWER_KEYS]           = { "observable-dictionary-keys", 142, SHOULD },
	[ENT_F_PRODUCT]              = { "malware-analysis-product", 143, SHOULD },
	[ENT_F_PRIORITY]             = { "windows-process-priority-format", 149, SHOULD },
	[ENT_F_HASH_LENGTH]          = { "hash-length", 150, SHOULD },
	[ENT_F_DEFINITION_TYPE]      = { "marking-definition-type", 201, SHOULD },
	[ENT_F_RELATIONSHIP]         = { "relationship-types", 202, SHOULD },
	[ENT_F_DUPLICATE]            = { "duplicate-ids", 203, SHOULD },
	[ENT_F_ATTACK_MOTIVATION]    = { "attack-motivation", 211, SHOULD },
	[ENT_F_RESOURCE_LEVEL]       = { "attack-resource-level", 212, SHOULD },
	[ENT_F_IDENTITY_CLASS]       = { "identity-class", 213, SHOULD },
	[ENT_F_INDICATOR_TYPES]      = { "indicator-types", 214, SHOULD },
	[ENT_F_SECTOR]               = { "industry-sector", 215, SHOULD },
	[ENT_F_MALWARE_TYPES]        = { "malware-types", 216, SHOULD },
	[ENT_F_REPORT_TYPES]         = { "report-types", 218, SHOULD },
	[ENT_F_ACTOR_TYPES]          = { "threat-actor-types", 219, SHOULD },
	[ENT_F_ACTOR_ROLE]           = { "threat-actor-role", 220, SHOULD },
	[ENT_F_SOPHISTICATION]       = { "threat-actor-sophistication", 221, SHOULD },
	[ENT_F_TOOL_TYPES]           = { "tool-types", 222, SHOULD },
	[ENT_F_REGION]               = { "region", 223, SHOULD },
	[ENT_F_GROUPING]             = { "grouping-context", 225, SHOULD },
	[ENT_F_LANGUAGES]            = { "implementation-languages", 226, SHOULD },
	[ENT_F_INFRASTRUCTURE_TYPES] = { "infrastructure-types", 227, SHOULD },
	[ENT_F_CAPABILITIES]         = { "malware-capabilities", 228, SHOULD },
	[ENT_F_ARCHITECTURE]         = { "processor-architecture", 230, SHOULD },
	[ENT_F_MALWARE_RESULT]       = { "malware-result", 231, SHOULD },
	[ENT_F_HASH_NAME]            = { "hash-algo", 241, SHOULD },
	[ENT_F_PEBINARY_TYPE]        = { "windows-pebinary-type", 243, SHOULD },
	[ENT_F_ACCOUNT_TYPE]         = { "account-type", 244, SHOULD },
	[ENT_F_PATTERN_TYPE]         = { "indicator-pattern-types", 245, SHOULD },
	[ENT_F_MIME]                 = { "mime-type", 271, SHOULD },
	[ENT_F_PROTOCOLS]            = { "protocols", 272, SHOULD },
	[ENT_F_IPFIX]                = { "ipfix", 273, SHOULD },
	[ENT_F_HEADERS]              = { "http-request-headers", 274, SHOULD },
	[ENT_F_SOCKET_OPTIONS]       = { "socket-options", 275, SHOULD },
	[ENT_F_PDF_INFO]             = { "pdf-doc-info", 276, SHOULD },
	[ENT_F_COUNTRY]              = { "countries", 277, SHOULD },
	[ENT_F_PORTS]                = { "network-traffic-ports", 301, SHOULD },
	[ENT_F_EXTREF_HASHES]        = { "extref-hashes", 302, SHOULD },
	[ENT_F_INDICATOR_PROPERTIES] = { "indicator-properties", 303, SHOULD },
	[ENT_F_DEPRECATED]           = { "deprecated-properties", 304, SHOULD },
	[ENT_F_EXTENSION_DESCRIPTION] = { "extension-description", 305, SHOULD },
	[ENT_F_EXTENSION_LISTS]      = { "extension-properties", 306, SHOULD },
	[ENT_F_EXTENSIONS_USE]       = { "extensions-use", 401, SHOULD },
	[ENT_F_ID_PREFIX_CUSTOM]     = { "identifier-prefix-custom", 0, SHOULD },
	[ENT_F_MARKING_PRECISION]    = { "marking-precision", 0, SHOULD },
	[ENT_F_SCO_ID]               = { "sco-identifier", 0, SHOULD },
	[ENT_F_LANGUAGE_SUBTAG]      = { "language-subtag", 0, SHOULD },
	[ENT_F_HEADER_LIST]          = { "header-field-list", 0, SHOULD },
	[ENT_F_CUSTOM_EMPTY]         = { "custom-empty-list", 0, SHOULD },
	[ENT_F_EXTENSION_VALUE]      = { "extension-value", 0, SHOULD },
	[ENT_F_STIX20_MEMBER]        = { "stix-2.0-member", 0, SHOULD },
	[ENT_F_NOT_CHECKED]          = { "extension-not-checked", 0, ENT_NOTE },
	[ENT_F_JSON_SYNTAX]          = { "json-syntax", MUST },
	[ENT_F_JSON_UTF8]            = { "json-utf8", MUST },
	[ENT_F_JSON_STRING]          = { "json-string", MUST },
	[ENT_F_JSON_SURROGATE]       = { "json-surrogate", MUST },
	[ENT_F_JSON_NUMBER]          = { "json-number", MUST },
	[ENT_F_JSON_DUPLICATE]       = { "json-duplicate", MUST },
	[ENT_F_JSON_DEPTH]           = { "json-depth", MUST },
	[ENT_F_JSON_TRUNCATED]       = { "json-truncated", MUST },
	[ENT_F_JSON_GARBAGE]         = { "json-garbage", MUST },
	[ENT_F_JSON_LARGE]           = { "json-too-large", MUST },
};

/* The reference validator's groups; each holds the codes between two numbers. */
static const struct {
	const char *name;
	int number, from, to;
} groups[] = {
	{ "format-checks", 1, 101, 150 },
	{ "approved-values", 2, 201, 277 },
	{ "all-vocabs", 210, 211, 245 },
	{ "all-external-sources", 270, 271, 277 },
};
/* clang-format on */

_Static_assert(ENT_F_COUNT <= 8 * sizeof(struct ent_stix_codes), "a bit for each code");

enum ent_find
ent_find_of(const char *code)
{
	for (size_t i = 0; i < ENT_F_COUNT; i++)
		if (ent_find_rows[i].code == code)
			return (enum ent_find)i;
	return ENT_F_COUNT;
}

static void
add(struct ent_stix_codes *to, size_t find)
{
	to->bits[find / 64] |= UINT64_C(1) << find % 64;
}

static bool
add_range(struct ent_stix_codes *to, int least, int most)
{
	bool any = false;

	for (size_t i = 0; i < ENT_F_COUNT; i++)
		if (ent_find_rows[i].number >= least && ent_find_rows[i].number <= most) {
			add(to, i);
			any = true;
		}
	return any;
}

static bool
add_number(struct ent_stix_codes *to, uint64_t number)
{
	for (size_t i = 0; i < sizeof(groups) / sizeof(groups[0]); i++)
		if ((uint64_t)groups[i].number == number)
			return add_range(to, groups[i].from, groups[i].to);
	return number > 100 && add_range(to, (int)number, (int)number);
}

static bool
add_name(struct ent_stix_codes *to, struct ent_str name)
{
	for (size_t i = 0; i < sizeof(groups) / sizeof(groups[0]); i++)
		if (ent_str_is(name, groups[i].name))
			return add_range(to, groups[i].from, groups[i].to);
	for (size_t i = 0; i < ENT_F_COUNT; i++)
		if (ent_str_is(name, ent_find_rows[i].code)) {
			add(to, i);
			return true;
		}
	return false;
}

int
ent_stix_codes_parse(struct ent_str list, struct ent_stix_codes *out, struct ent_err *err)
{
	struct ent_stix_codes all = *out;
	struct ent_str one;

	while (ent_str_next(&list, ',', &one)) {
		uint64_t number;

		one = ent_str_trim(one);
		if (!one.n)
			continue;
		if (ent_str_u64(one, 9999, &number) == 0 ? !add_number(&all, number)
		                                         : !add_name(&all, one))
			return ent_fail(err, ENT_EINVAL,
			                "\"%.*s\" is no code of a finding; "
			                "docs/findings.md lists them",
			                (int)(one.n < 60 ? one.n : 60), one.p);
	}
	*out = all;
	return 0;
}
