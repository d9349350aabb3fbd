/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stix_sarif.c - findings in the Static Analysis Results Interchange Format (SARIF 2.1.0),
 * which code hosting sites and editors read.
 */
#include "cli/stix_check.h"
#include "json/write.h"

static const char *
level(enum ent_severity s)
{
	static const char *const names[] = {
		[ENT_MUST_RULE] = "error", [ENT_SHOULD_RULE] = "warning", [ENT_NOTE] = "note"
	};

	return names[s];
}

static void
text(struct ent_jw *w, const char *key, struct ent_str s)
{
	ent_jw_key(w, key);
	ent_jw_object(w);
	ent_jw_kstr(w, "text", s);
	ent_jw_end_object(w);
}

/* The code's row of docs/findings.md as a reportingDescriptor. */
static void
rule(struct ent_jw *w, const struct ent_stix_code *c)
{
	ent_jw_object(w);
	ent_jw_kc(w, "id", c->code);
	ent_jw_kc(w, "name", c->code);
	text(w, "shortDescription", ent_str_c(c->help));
	text(w, "help", ent_str_c(c->help));
	ent_jw_key(w, "defaultConfiguration");
	ent_jw_object(w);
	ent_jw_kc(w, "level", level(c->severity));
	ent_jw_end_object(w);
	ent_jw_key(w, "properties");
	ent_jw_object(w);
	ent_jw_kc(w, "section", c->section);
	if (c->number)
		ent_jw_kint(w, "number", c->number);
	ent_jw_end_object(w);
	ent_jw_end_object(w);
}

void
ent_sarif_begin(const struct ent_checking *how, struct ent_buf *out, const char *version)
{
	struct ent_jw w;

	ent_jw_init(&w, out);
	ent_jw_object(&w);
	ent_jw_kc(&w, "$schema", "https://json.schemastore.org/sarif-2.1.0.json");
	ent_jw_kc(&w, "version", "2.1.0");
	ent_jw_key(&w, "runs");
	ent_jw_array(&w);
	ent_jw_object(&w);
	ent_jw_key(&w, "tool");
	ent_jw_object(&w);
	ent_jw_key(&w, "driver");
	ent_jw_object(&w);
	ent_jw_kc(&w, "name", "entente");
	ent_jw_kc(&w, "version", version);
	ent_jw_key(&w, "rules");
	ent_jw_array(&w);
	for (size_t i = 0; i < how->n_codes; i++)
		rule(&w, &how->codes[i]);
	ent_jw_end_array(&w);
	ent_jw_end_object(&w);
	ent_jw_end_object(&w);
	ent_jw_kc(&w, "columnKind", "unicodeCodePoints");
	ent_jw_key(&w, "results");
	ent_jw_array(&w);
}

void
ent_sarif_end(struct ent_buf *out)
{
	ent_buf_c(out, "]}]}\n");
}

/* A path as a relative or absolute URI reference (RFC 3986). */
static struct ent_str
uri_of(const char *path, struct ent_buf *b)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789-._~/";

	if (path[0] == '/')
		ent_buf_c(b, "file://");
	else if (strchr(path, ':'))
		ent_buf_c(b, "./"); /* else what is before it would be a scheme */
	for (; *path; path++) {
		if (strchr(plain, *path))
			ent_buf_ch(b, *path);
		else
			ent_buf_printf(b, "%%%02X", (unsigned char)*path);
	}
	return ent_buf_view(b);
}

static void
location(struct ent_jw *w, const char *path, struct ent_str pointer, struct ent_place at)
{
	struct ent_buf uri;

	ent_buf_init(&uri, (size_t)1 << 16);
	ent_jw_object(w);
	ent_jw_key(w, "physicalLocation");
	ent_jw_object(w);
	ent_jw_key(w, "artifactLocation");
	ent_jw_object(w);
	ent_jw_kstr(w, "uri", strcmp(path, "-") ? uri_of(path, &uri) : ENT_STR("stdin"));
	ent_jw_end_object(w);
	ent_jw_key(w, "region");
	ent_jw_object(w);
	ent_jw_kint(w, "startLine", (int64_t)at.line);
	ent_jw_kint(w, "startColumn", (int64_t)at.column);
	ent_jw_kint(w, "byteOffset", (int64_t)at.offset);
	ent_jw_end_object(w);
	ent_jw_end_object(w);
	ent_jw_key(w, "logicalLocations");
	ent_jw_array(w);
	ent_jw_object(w);
	ent_jw_kstr(w, "fullyQualifiedName", pointer);
	ent_jw_end_object(w);
	ent_jw_end_array(w);
	ent_jw_end_object(w);
	ent_buf_release(&uri);
}

void
ent_sarif_put(const struct ent_checking *how, struct ent_buf *out, const char *path,
              const struct ent_finding *f, struct ent_place at)
{
	struct ent_jw w;

	ent_jw_init(&w, out);
	ent_jw_object(&w);
	ent_jw_kc(&w, "ruleId", f->code);
	ent_jw_kint(&w, "ruleIndex", (int64_t)ent_code_number(how, f->code));
	ent_jw_kc(&w, "level", level(f->severity));
	text(&w, "message", f->text);
	ent_jw_key(&w, "locations");
	ent_jw_array(&w);
	location(&w, path, f->pointer, at);
	ent_jw_end_array(&w);
	ent_jw_end_object(&w);
}
