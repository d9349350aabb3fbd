/* SPDX-License-Identifier: Apache-2.0 */
/*
 * types_sco.c - the cyber-observable objects of STIX 2.1, 6, as tables.
 */
#include "stix/stix_int.h"

#define R             ENT_REQUIRED
#define L             ENT_LIST
#define ID            ENT_ID
#define WORDS(w)      .words = &ent_##w
#define TO(t)         .to = (t)
#define RANGE(lo, hi) .min = (lo), .max = (hi)
#define SYNTAX(s)     .syntax = &ent_syntax_##s
#define SHAPE(s)      .shape = &(s)
#define NATURAL       RANGE(0, INT64_MAX)
#define ADVICE(a)     .advice = &ent_advice_##a

/* clang-format off */
#define RULES(ident, ...)                                                                            \
	static const struct ent_rule ident##_rules[] = { __VA_ARGS__, { ENT_R_END, NULL, NULL } }
#define SCO(ident, type, where, row_rules, fn, ...)                                                  \
	static const struct ent_prop ident##_props[] = { __VA_ARGS__, P_END };                       \
	const struct ent_shape ent_type_##ident = { type, where, ENT_STIX_SCO, ident##_props,            \
	                                        ent_common_sco, row_rules, fn, false }
#define INNER(ident, called, where, row_rules, ...)                                                  \
	static const struct ent_prop ident##_props[] = { __VA_ARGS__, P_END };                       \
	static const struct ent_shape ident = { called, where, ENT_STIX_UNKNOWN, ident##_props, NULL,\
	                                        row_rules, NULL, false }

RULES(some, { ENT_R_SOME, NULL, NULL });

RULES(artifact,
	{ ENT_R_ONE, "payload_bin url", NULL },
	{ ENT_R_NEEDS, "url", "hashes" },
	{ ENT_R_NEEDS, "decryption_key", "encryption_algorithm" });
SCO(artifact, "artifact", "6.1", artifact_rules, NULL,
	P("mime_type", STRING, 0, ADVICE(mime)),
	P("payload_bin", BINARY, ID),
	P("url", SYNTAX, 0, SYNTAX(uri)),
	P("hashes", HASHES, ID),
	P("encryption_algorithm", ENUM, 0, WORDS(encryption_algorithm_enum)),
	P("decryption_key", STRING, 0));

SCO(autonomous_system, "autonomous-system", "6.2", NULL, NULL,
	P("number", INTEGER, R | ID),
	P("name", STRING, 0),
	P("rir", STRING, 0));

RULES(directory,
	{ ENT_R_NEEDS, "path_enc", "path" });
SCO(directory, "directory", "6.3", directory_rules, NULL,
	P("path", STRING, R | ID),
	P("path_enc", SYNTAX, 0, SYNTAX(charset)),
	P("ctime", TIMESTAMP, 0),
	P("mtime", TIMESTAMP, 0),
	P("atime", TIMESTAMP, 0),
	P("contains_refs", REF, L, TO("file directory")));

SCO(domain_name, "domain-name", "6.4", NULL, NULL,
	P("value", STRING, R | ID),
	P("resolves_to_refs", REF, L | ENT_DEPRECATED, TO("ipv4-addr ipv6-addr domain-name")));

SCO(email_addr, "email-addr", "6.5", NULL, NULL,
	P("value", SYNTAX, R | ID, SYNTAX(email)),
	P("display_name", STRING, 0),
	P("belongs_to_ref", REF, 0, TO("user-account")));

RULES(mime_part,
	{ ENT_R_ANY, "body body_raw_ref", NULL });
INNER(mime_part, "email-mime-part", "6.6.2", mime_part_rules,
	P("body", STRING, 0),
	P("body_raw_ref", REF, 0, TO("artifact file")),
	P("content_type", STRING, 0),
	P("content_disposition", STRING, 0));
SCO(email_message, "email-message", "6.6", NULL, ent_also_email,
	P("is_multipart", BOOLEAN, R),
	P("date", TIMESTAMP, 0),
	P("content_type", STRING, 0),
	P("from_ref", REF, ID, TO("email-addr")),
	P("sender_ref", REF, 0, TO("email-addr")),
	P("to_refs", REF, L, TO("email-addr")),
	P("cc_refs", REF, L, TO("email-addr")),
	P("bcc_refs", REF, L, TO("email-addr")),
	P("message_id", STRING, 0),
	P("subject", STRING, ID),
	P("received_lines", STRING, L),
	P("additional_header_fields", DICTIONARY, ENT_LOOSE, .values = ENT_V_STRING, .value_list = true),
	P("body", STRING, ID),
	P("body_multipart", OBJECT, L, SHAPE(mime_part)),
	P("raw_email_ref", REF, 0, TO("artifact")));

RULES(file,
	{ ENT_R_ANY, "hashes name", NULL },
	{ ENT_R_NEEDS, "name_enc", "name" });
SCO(file, "file", "6.7", file_rules, NULL,
	P("hashes", HASHES, ID),
	P("size", INTEGER, 0, NATURAL),
	P("name", STRING, ID),
	P("name_enc", SYNTAX, 0, SYNTAX(charset)),
	P("magic_number_hex", HEX, 0),
	P("mime_type", STRING, 0, ADVICE(mime)),
	P("ctime", TIMESTAMP, 0),
	P("mtime", TIMESTAMP, 0),
	P("atime", TIMESTAMP, 0),
	P("parent_directory_ref", REF, ID, TO("directory")),
	P("contains_refs", REF, L, TO("@sco")),
	P("content_ref", REF, 0, TO("artifact")),
	P("extensions", EXTENSIONS, ID));

INNER(archive_ext, "archive-ext", "6.7.2", NULL,
	P("contains_refs", REF, R | L, TO("file directory")),
	P("comment", STRING, 0));
INNER(alternate_data_stream, "alternate-data-stream", "6.7.3.2", NULL,
	P("name", STRING, R),
	P("hashes", HASHES, 0),
	P("size", INTEGER, 0, NATURAL));
INNER(ntfs_ext, "ntfs-ext", "6.7.3", some_rules,
	P("sid", STRING, 0),
	P("alternate_data_streams", OBJECT, L, SHAPE(alternate_data_stream)));
INNER(pdf_ext, "pdf-ext", "6.7.4", some_rules,
	P("version", STRING, 0),
	P("is_optimized", BOOLEAN, 0),
	P("document_info_dict", DICTIONARY, 0, .values = ENT_V_STRING, ADVICE(pdf_info)),
	P("pdfid0", STRING, 0),
	P("pdfid1", STRING, 0));
INNER(raster_image_ext, "raster-image-ext", "6.7.5", some_rules,
	P("image_height", INTEGER, 0),
	P("image_width", INTEGER, 0),
	P("bits_per_pixel", INTEGER, 0),
	P("exif_tags", DICTIONARY, 0, .values = ENT_V_ANY));
INNER(pe_optional_header, "windows-pe-optional-header", "6.7.6.2", some_rules,
	P("magic_hex", HEX, 0),
	P("major_linker_version", INTEGER, 0),
	P("minor_linker_version", INTEGER, 0),
	P("size_of_code", INTEGER, 0, NATURAL),
	P("size_of_initialized_data", INTEGER, 0, NATURAL),
	P("size_of_uninitialized_data", INTEGER, 0, NATURAL),
	P("address_of_entry_point", INTEGER, 0),
	P("base_of_code", INTEGER, 0),
	P("base_of_data", INTEGER, 0),
	P("image_base", INTEGER, 0),
	P("section_alignment", INTEGER, 0),
	P("file_alignment", INTEGER, 0),
	P("major_os_version", INTEGER, 0),
	P("minor_os_version", INTEGER, 0),
	P("major_image_version", INTEGER, 0),
	P("minor_image_version", INTEGER, 0),
	P("major_subsystem_version", INTEGER, 0),
	P("minor_subsystem_version", INTEGER, 0),
	P("win32_version_value_hex", HEX, 0),
	P("size_of_image", INTEGER, 0, NATURAL),
	P("size_of_headers", INTEGER, 0, NATURAL),
	P("checksum_hex", HEX, 0),
	P("subsystem_hex", HEX, 0),
	P("dll_characteristics_hex", HEX, 0),
	P("size_of_stack_reserve", INTEGER, 0, NATURAL),
	P("size_of_stack_commit", INTEGER, 0, NATURAL),
	P("size_of_heap_reserve", INTEGER, 0),
	P("size_of_heap_commit", INTEGER, 0),
	P("loader_flags_hex", HEX, 0),
	P("number_of_rva_and_sizes", INTEGER, 0),
	P("hashes", HASHES, 0));
INNER(pe_section, "windows-pe-section", "6.7.6.3", NULL,
	P("name", STRING, R),
	P("size", INTEGER, 0, NATURAL),
	P("entropy", FLOAT, 0),
	P("hashes", HASHES, 0));
RULES(pebinary_ext,
	{ ENT_R_ANY, "imphash machine_hex number_of_sections time_date_stamp pointer_to_symbol_table_hex "
	             "number_of_symbols size_of_optional_header characteristics_hex file_header_hashes "
	             "optional_header sections", NULL });
INNER(pebinary_ext, "windows-pebinary-ext", "6.7.6", pebinary_ext_rules,
	P("pe_type", VOCAB, R, WORDS(windows_pebinary_type_ov)),
	P("imphash", STRING, 0),
	P("machine_hex", HEX, 0),
	P("number_of_sections", INTEGER, 0, NATURAL),
	P("time_date_stamp", TIMESTAMP, ENT_SECONDS),
	P("pointer_to_symbol_table_hex", HEX, 0),
	P("number_of_symbols", INTEGER, 0, NATURAL),
	P("size_of_optional_header", INTEGER, 0, NATURAL),
	P("characteristics_hex", HEX, 0),
	P("file_header_hashes", HASHES, 0),
	P("optional_header", OBJECT, 0, SHAPE(pe_optional_header)),
	P("sections", OBJECT, L, SHAPE(pe_section)));

SCO(ipv4_addr, "ipv4-addr", "6.8", NULL, NULL,
	P("value", SYNTAX, R | ID, SYNTAX(ipv4)),
	P("resolves_to_refs", REF, L | ENT_DEPRECATED, TO("mac-addr")),
	P("belongs_to_refs", REF, L | ENT_DEPRECATED, TO("autonomous-system")));
SCO(ipv6_addr, "ipv6-addr", "6.9", NULL, NULL,
	P("value", SYNTAX, R | ID, SYNTAX(ipv6)),
	P("resolves_to_refs", REF, L | ENT_DEPRECATED, TO("mac-addr")),
	P("belongs_to_refs", REF, L | ENT_DEPRECATED, TO("autonomous-system")));
SCO(mac_addr, "mac-addr", "6.10", NULL, NULL,
	P("value", SYNTAX, R | ID, SYNTAX(mac)));
SCO(mutex, "mutex", "6.11", NULL, NULL,
	P("name", STRING, R | ID));

#define ENDPOINT TO("ipv4-addr ipv6-addr mac-addr domain-name")
RULES(network_traffic,
	{ ENT_R_ANY, "src_ref dst_ref", NULL },
	{ ENT_R_ORDER, "start", "end" });
SCO(network_traffic, "network-traffic", "6.12", network_traffic_rules, ent_also_traffic,
	P("start", TIMESTAMP, ID),
	P("end", TIMESTAMP, ID),
	P("is_active", BOOLEAN, 0),
	P("src_ref", REF, ID, ENDPOINT),
	P("dst_ref", REF, ID, ENDPOINT),
	P("src_port", INTEGER, ID, RANGE(0, 65535)),
	P("dst_port", INTEGER, ID, RANGE(0, 65535)),
	P("protocols", STRING, R | L | ID, ADVICE(protocol)),
	P("src_byte_count", INTEGER, 0, NATURAL),
	P("dst_byte_count", INTEGER, 0, NATURAL),
	P("src_packets", INTEGER, 0, NATURAL),
	P("dst_packets", INTEGER, 0, NATURAL),
	P("ipfix", DICTIONARY, 0, .values = ENT_V_ANY, ADVICE(ipfix)),
	P("src_payload_ref", REF, 0, TO("artifact")),
	P("dst_payload_ref", REF, 0, TO("artifact")),
	P("encapsulates_refs", REF, L, TO("network-traffic")),
	P("encapsulated_by_ref", REF, 0, TO("network-traffic")),
	P("extensions", EXTENSIONS, ID));

INNER(http_request_ext, "http-request-ext", "6.12.2", NULL,
	P("request_method", STRING, R),
	P("request_value", STRING, R),
	P("request_version", STRING, 0),
	P("request_header", DICTIONARY, 0, .values = ENT_V_STRING, .value_list = true, ADVICE(headers)),
	P("message_body_length", INTEGER, 0),
	P("message_body_data_ref", REF, 0, TO("artifact")));
INNER(icmp_ext, "icmp-ext", "6.12.3", NULL,
	P("icmp_type_hex", HEX, R),
	P("icmp_code_hex", HEX, R));
INNER(socket_ext, "socket-ext", "6.12.4", NULL,
	P("address_family", ENUM, R, WORDS(socket_family_enum)),
	P("is_blocking", BOOLEAN, 0),
	P("is_listening", BOOLEAN, 0),
	P("options", DICTIONARY, 0, .values = ENT_V_INTEGER, ADVICE(socket_options)),
	P("socket_type", ENUM, 0, WORDS(socket_type_enum)),
	P("socket_descriptor", INTEGER, 0, NATURAL),
	P("socket_handle", INTEGER, 0));
INNER(tcp_ext, "tcp-ext", "6.12.5", some_rules,
	P("src_flags_hex", HEX, 0),
	P("dst_flags_hex", HEX, 0));

RULES(process,
	{ ENT_R_SOME, "extensions", NULL });
SCO(process, "process", "6.13", process_rules, NULL,
	P("is_hidden", BOOLEAN, 0),
	P("pid", INTEGER, 0),
	P("created_time", TIMESTAMP, 0),
	P("cwd", STRING, 0),
	P("command_line", STRING, 0),
	P("environment_variables", DICTIONARY, 0, .values = ENT_V_STRING),
	P("opened_connection_refs", REF, L, TO("network-traffic")),
	P("creator_user_ref", REF, 0, TO("user-account")),
	P("image_ref", REF, 0, TO("file")),
	P("parent_ref", REF, 0, TO("process")),
	P("child_refs", REF, L, TO("process")));
INNER(windows_process_ext, "windows-process-ext", "6.13.2", some_rules,
	P("aslr_enabled", BOOLEAN, 0),
	P("dep_enabled", BOOLEAN, 0),
	P("priority", STRING, 0, ADVICE(priority)),
	P("owner_sid", STRING, 0),
	P("window_title", STRING, 0),
	P("startup_info", DICTIONARY, 0, .values = ENT_V_ANY),
	P("integrity_level", ENUM, 0, WORDS(windows_integrity_enum)));
INNER(windows_service_ext, "windows-service-ext", "6.13.3", some_rules,
	P("service_name", STRING, 0),
	P("descriptions", STRING, L),
	P("display_name", STRING, 0),
	P("group_name", STRING, 0),
	P("start_type", ENUM, 0, WORDS(windows_service_start_enum)),
	P("service_dll_refs", REF, L, TO("file")),
	P("service_type", ENUM, 0, WORDS(windows_service_type_enum)),
	P("service_status", ENUM, 0, WORDS(windows_service_status_enum)));

SCO(software, "software", "6.14", NULL, NULL,
	P("name", STRING, R | ID),
	P("cpe", SYNTAX, ID, SYNTAX(cpe)),
	P("swid", STRING, ID),
	P("languages", SYNTAX, L, SYNTAX(lang), ADVICE(lang)),
	P("vendor", STRING, ID),
	P("version", STRING, ID));

SCO(url, "url", "6.15", NULL, NULL,
	P("value", SYNTAX, R | ID, SYNTAX(uri)));

SCO(user_account, "user-account", "6.16", some_rules, NULL,
	P("user_id", STRING, ID),
	P("credential", STRING, 0),
	P("account_login", STRING, ID),
	P("account_type", VOCAB, ID, WORDS(account_type_ov)),
	P("display_name", STRING, 0),
	P("is_service_account", BOOLEAN, 0),
	P("is_privileged", BOOLEAN, 0),
	P("can_escalate_privs", BOOLEAN, 0),
	P("is_disabled", BOOLEAN, 0),
	P("account_created", TIMESTAMP, 0),
	P("account_expires", TIMESTAMP, 0),
	P("credential_last_changed", TIMESTAMP, 0),
	P("account_first_login", TIMESTAMP, 0),
	P("account_last_login", TIMESTAMP, 0));
INNER(unix_account_ext, "unix-account-ext", "6.16.2", some_rules,
	P("gid", INTEGER, 0),
	P("groups", STRING, L),
	P("home_dir", STRING, 0),
	P("shell", STRING, 0));

INNER(registry_value, "windows-registry-value", "6.17.2", some_rules,
	P("name", STRING, 0),
	P("data", STRING, 0),
	P("data_type", ENUM, 0, WORDS(registry_datatype_enum)));
SCO(registry_key, "windows-registry-key", "6.17", some_rules, NULL,
	P("key", SYNTAX, ID, SYNTAX(registry_key)),
	P("values", OBJECT, L | ID, SHAPE(registry_value)),
	P("modified_time", TIMESTAMP, 0),
	P("creator_user_ref", REF, 0, TO("user-account")),
	P("number_of_subkeys", INTEGER, 0, NATURAL));

INNER(x509_v3, "x509-v3-extensions", "6.18.2", some_rules,
	P("basic_constraints", STRING, 0),
	P("name_constraints", STRING, 0),
	P("policy_constraints", STRING, 0),
	P("key_usage", STRING, 0),
	P("extended_key_usage", STRING, 0),
	P("subject_key_identifier", STRING, 0),
	P("authority_key_identifier", STRING, 0),
	P("subject_alternative_name", STRING, 0),
	P("issuer_alternative_name", STRING, 0),
	P("subject_directory_attributes", STRING, 0),
	P("crl_distribution_points", STRING, 0),
	P("inhibit_any_policy", STRING, 0),
	P("private_key_usage_period_not_before", TIMESTAMP, 0),
	P("private_key_usage_period_not_after", TIMESTAMP, 0),
	P("certificate_policies", STRING, 0),
	P("policy_mappings", STRING, 0));
SCO(x509_certificate, "x509-certificate", "6.18", some_rules, NULL,
	P("is_self_signed", BOOLEAN, 0),
	P("hashes", HASHES, ID),
	P("version", STRING, 0),
	P("serial_number", STRING, ID),
	P("signature_algorithm", STRING, 0),
	P("issuer", STRING, 0),
	P("validity_not_before", TIMESTAMP, 0),
	P("validity_not_after", TIMESTAMP, 0),
	P("subject", STRING, 0),
	P("subject_public_key_algorithm", STRING, 0),
	P("subject_public_key_modulus", STRING, 0),
	P("subject_public_key_exponent", INTEGER, 0),
	P("x509_v3_extensions", OBJECT, 0, SHAPE(x509_v3)));

#define EXT(key, to, shape)                                                                          \
	{                                                                                            \
		{ key, sizeof(key) - 1 }, to, NULL, shape, NULL                                      \
	}
const struct ent_extension ent_extensions[] = {
	EXT("archive-ext", "file", &archive_ext),
	EXT("ntfs-ext", "file", &ntfs_ext),
	EXT("pdf-ext", "file", &pdf_ext),
	EXT("raster-image-ext", "file", &raster_image_ext),
	EXT("windows-pebinary-ext", "file", &pebinary_ext),
	EXT("http-request-ext", "network-traffic", &http_request_ext),
	EXT("icmp-ext", "network-traffic", &icmp_ext),
	EXT("socket-ext", "network-traffic", &socket_ext),
	EXT("tcp-ext", "network-traffic", &tcp_ext),
	EXT("windows-process-ext", "process", &windows_process_ext),
	EXT("windows-service-ext", "process", &windows_service_ext),
	EXT("unix-account-ext", "user-account", &unix_account_ext),
	{ { NULL, 0 }, NULL, NULL, NULL, NULL },
};
/* clang-format on */
