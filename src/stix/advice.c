/* SPDX-License-Identifier: Apache-2.0 */
/*
 * advice.c - what strings and keys should look like where the standard only recommends it.
 */
#include "stix/stix_int.h"

static bool
country(struct ent_str s)
{
	return ent_registry_has(&ent_registry_countries, s);
}
const struct ent_advice ent_advice_country = { ENT_F_COUNTRY,
	                                       "a country code of ISO 3166-1 (two letters)",
	                                       country };

static bool
definition_type(struct ent_str s)
{
	return ent_str_is(s, "statement") || ent_str_is(s, "tlp");
}
const struct ent_advice ent_advice_definition_type = { ENT_F_DEFINITION_TYPE,
	                                               "statement or tlp", definition_type };

static bool
header(struct ent_str s)
{
	return ent_registry_has(&ent_registry_http_headers, s);
}
const struct ent_advice ent_advice_headers = { ENT_F_HEADERS, "a header field of HTTP requests",
	                                       header };

static bool
ipfix(struct ent_str s)
{
	return ent_registry_has(&ent_registry_ipfix, s);
}
const struct ent_advice ent_advice_ipfix = { ENT_F_IPFIX,
	                                     "an information element of IANA's IPFIX registry",
	                                     ipfix };

const struct ent_advice ent_advice_kill_chain = { ENT_F_KILL_CHAIN,
	                                          "lower case with hyphens between words",
	                                          ent_is_lower_words };

const struct ent_advice ent_advice_lang = {
	ENT_F_LANGUAGE_SUBTAG,
	"a language whose primary subtag is in IANA's Language Subtag Registry",
	ent_lang_registered
};

const struct ent_advice ent_advice_mime = { ENT_F_MIME, "a media type that IANA has registered",
	                                    ent_media_type_known };

static bool
pdf_info(struct ent_str s)
{
	return ent_registry_has(&ent_registry_pdf_info, s);
}
const struct ent_advice ent_advice_pdf_info = {
	ENT_F_PDF_INFO, "a key of PDF's document information dictionary", pdf_info
};

static bool
priority(struct ent_str s)
{
	return s.n > 6 && ent_str_ends(s, "_CLASS");
}
const struct ent_advice ent_advice_priority = { ENT_F_PRIORITY, "a name that ends in _CLASS",
	                                        priority };

static bool
product(struct ent_str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!((s.p[i] >= 'a' && s.p[i] <= 'z') || (s.p[i] >= '0' && s.p[i] <= '9') ||
		      s.p[i] == '-'))
			return false;
	return s.n > 0;
}
const struct ent_advice ent_advice_product = { ENT_F_PRODUCT,
	                                       "lower case with hyphens between words",
	                                       product };

const struct ent_advice ent_advice_protocol = {
	ENT_F_PROTOCOLS, "a name of IANA's service name registry, in lower case",
	ent_protocol_known
};

static bool
socket_option(struct ent_str s)
{
	return ent_registry_has(&ent_registry_socket_options, s);
}
const struct ent_advice ent_advice_socket_options = {
	ENT_F_SOCKET_OPTIONS, "a known option, e.g. SO_KEEPALIVE, TCP_NODELAY", socket_option
};
