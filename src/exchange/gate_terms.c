/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gate_terms.c - the gate's members of an agreement's terms, read and written.
 */
#include "exchange/gate_terms.h"

#include <inttypes.h>

#include "base/limits.h"

static const char *const reference_names[] = {
	[ENT_REFERENCES_NAME] = "name",
	[ENT_REFERENCES_SILENT] = "silent",
	[ENT_REFERENCES_DENY] = "deny",
};

const char *
ent_references_name(enum ent_references r)
{
	return reference_names[r];
}

static int
bad(struct ent_err *err, const char *what)
{
	return ent_fail(err, ENT_EUNUSABLE, "agreement: %s", what);
}

/* A list of at most 100 different texts; absent is empty. */
static int
texts(struct ent_arena *a, const struct ent_json *list, const struct ent_str **out, size_t *n,
      struct ent_err *err)
{
	size_t count = ent_json_count(list);
	struct ent_str *all;

	*n = 0;
	if (!list)
		return 0;
	if (!ent_json_is(list, ENT_JSON_ARRAY) || count > ENT_GATE_TERMS)
		return bad(err, "purposes and required_markings are lists of at most 100");
	all = ent_arena_array(a, count, sizeof(*all));
	if (!all)
		return ent_fail(err, ENT_ENOMEM, "agreement: no memory");
	for (size_t i = 0; i < count; i++) {
		all[i] = ent_json_str(ent_json_at(list, i));
		if (all[i].n == 0 || all[i].n > ENT_GATE_TERM_BYTES)
			return bad(err, "purposes and required_markings hold texts of at most "
			                "500 bytes");
	}
	*out = all;
	*n = count;
	return 0;
}

static int
required(const struct ent_gate_limits *l, struct ent_err *err)
{
	for (size_t i = 0; i < l->n_required; i++) {
		struct ent_str type;
		uint8_t uuid[16];

		if (ent_stix_id_parse(l->required[i], &type, uuid) ||
		    !ent_str_is(type, "marking-definition"))
			return bad(err, "required_markings holds something else than ids of "
			                "marking definitions");
	}
	return 0;
}

static int
handling(const struct ent_json *list, struct ent_gate_limits *l, struct ent_err *err)
{
	if (!list)
		return 0;
	l->handles = true;
	if (!ent_json_is(list, ENT_JSON_ARRAY))
		return bad(err, "handling is a list of H0, H1, H2, H3");
	for (size_t i = 0; i < ent_json_count(list); i++) {
		int code = ent_handling_code(ent_json_str(ent_json_at(list, i)));

		if (code < 0)
			return bad(err, "handling is a list of H0, H1, H2, H3");
		l->handling |= ENT_H(code);
	}
	return 0;
}

static int
truth(const struct ent_json *terms, const char *key, bool *out, struct ent_err *err)
{
	const struct ent_json *v = ent_json_getc(terms, key);

	if (v && !ent_json_bool(v, out))
		return ent_fail(err, ENT_EUNUSABLE, "agreement: %s is true or false", key);
	return 0;
}

static int
references(const struct ent_json *v, enum ent_references *out, struct ent_err *err)
{
	struct ent_str s = ent_json_str(v);

	if (!v)
		return 0;
	for (enum ent_references r = ENT_REFERENCES_NAME; r <= ENT_REFERENCES_DENY; r++)
		if (ent_str_is(s, reference_names[r])) {
			*out = r;
			return 0;
		}
	return bad(err, "references must be name, silent or deny");
}

int
ent_gate_limits_read(struct ent_arena *a, const struct ent_json *terms,
                     struct ent_gate_limits *out, struct ent_err *err)
{
	const struct ent_json *pap = ent_json_getc(terms, "pap_max"),
			      *quota = ent_json_getc(terms, "quota_day");
	bool expired = true;
	int rc;

	*out = (struct ent_gate_limits){ 0 };
	rc = texts(a, ent_json_getc(terms, "purposes"), &out->purposes, &out->n_purposes, err);
	if (rc == 0)
		rc = texts(a, ent_json_getc(terms, "required_markings"), &out->required,
		           &out->n_required, err);
	if (rc == 0)
		rc = required(out, err);
	if (rc == 0)
		rc = handling(ent_json_getc(terms, "handling"), out, err);
	if (rc == 0 && pap && ent_pap_parse(ent_json_str(pap), &out->pap_max))
		rc = bad(err, "pap_max must be clear, green, amber or red");
	if (rc == 0)
		rc = truth(terms, "iep", &out->iep, err);
	if (rc == 0)
		rc = truth(terms, "expired", &expired, err);
	if (rc == 0)
		rc = truth(terms, "protect_source", &out->protect_source, err);
	if (rc == 0)
		rc = references(ent_json_getc(terms, "references"), &out->references, err);
	if (rc == 0 && quota &&
	    (!ent_json_int(quota, &out->quota_day) || out->quota_day < 1 ||
	     out->quota_day > ENT_GATE_QUOTA))
		rc = bad(err, "quota_day is not a number of objects from 1");
	out->no_expired = !expired;
	return rc;
}

static void
write_list(struct ent_jw *w, const char *key, const struct ent_str *list, size_t n)
{
	if (n == 0)
		return;
	ent_jw_key(w, key);
	ent_jw_array(w);
	for (size_t i = 0; i < n; i++)
		ent_jw_str(w, list[i]);
	ent_jw_end_array(w);
}

static void
write_handling(struct ent_jw *w, unsigned codes)
{
	ent_jw_key(w, "handling");
	ent_jw_array(w);
	for (int i = 0; i < ENT_HANDLING_CODES; i++) {
		char code[] = { 'H', (char)('0' + i) };

		if (codes & ENT_H(i))
			ent_jw_str(w, (struct ent_str){ code, sizeof(code) });
	}
	ent_jw_end_array(w);
}

void
ent_gate_limits_write(struct ent_jw *w, const struct ent_gate_limits *l)
{
	write_list(w, "purposes", l->purposes, l->n_purposes);
	write_list(w, "required_markings", l->required, l->n_required);
	if (l->handles)
		write_handling(w, l->handling);
	if (l->pap_max != ENT_PAP_NONE)
		ent_jw_kc(w, "pap_max", ent_pap_name(l->pap_max));
	if (l->iep)
		ent_jw_kbool(w, "iep", true);
	if (l->quota_day)
		ent_jw_kint(w, "quota_day", l->quota_day);
	if (l->no_expired)
		ent_jw_kbool(w, "expired", false);
	if (l->references != ENT_REFERENCES_NAME)
		ent_jw_kc(w, "references", reference_names[l->references]);
	if (l->protect_source)
		ent_jw_kbool(w, "protect_source", true);
}

static void
put_list(struct ent_buf *b, const char *what, const struct ent_str *list, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		ent_buf_c(b, i ? "; " : what);
		ent_buf_str(b, list[i]);
	}
	ent_buf_c(b, n ? "\n" : "");
}

static void
put_handling(struct ent_buf *b, unsigned codes)
{
	ent_buf_c(b, codes ? "with handling codes" : "with no handling code");
	for (int i = 0; i < ENT_HANDLING_CODES; i++)
		if (codes & ENT_H(i))
			ent_buf_printf(b, " H%d", i);
	ent_buf_ch(b, '\n');
}

struct ent_str
ent_gate_limits_words(struct ent_arena *a, const struct ent_gate_limits *l)
{
	static const char *const references[] = {
		[ENT_REFERENCES_NAME] = "",
		[ENT_REFERENCES_SILENT] = "not with a reference to what stays\n",
		[ENT_REFERENCES_DENY] = "nothing that refers to what stays\n",
	};
	struct ent_str out;
	struct ent_buf b;

	ent_buf_init(&b, ENT_ENVELOPE_MAX);
	put_list(&b, "to be used for: ", l->purposes, l->n_purposes);
	put_list(&b, "each marked with: ", l->required, l->n_required);
	if (l->handles)
		put_handling(&b, l->handling);
	if (l->pap_max != ENT_PAP_NONE)
		ent_buf_printf(&b, "up to PAP:%s\n", ent_pap_name(l->pap_max));
	if (l->iep)
		ent_buf_c(&b, "as its IEP policy allows\n");
	if (l->quota_day)
		ent_buf_printf(&b, "at most %" PRId64 " objects a day\n", l->quota_day);
	if (l->no_expired)
		ent_buf_c(&b, "nothing that is past its valid_until\n");
	ent_buf_c(&b, references[l->references]);
	if (l->protect_source)
		ent_buf_c(&b, "nothing that names a source\n");
	out = ent_buf_done(&b, a);
	ent_buf_release(&b);
	return out;
}
