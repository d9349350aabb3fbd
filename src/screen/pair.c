/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pair.c - a query against one candidate with all of its names, as JSON.
 */
#include "screen/screen.h"
#include "json/write.h"

struct found {
	struct ent_name name;
	struct ent_alignment alignment;
	bool any;
};

static int
best_of(struct ent_folder *f, const struct ent_name *query, enum ent_name_of kind,
        const struct ent_json *names, struct found *best, struct ent_err *err)
{
	for (size_t i = 0; i < ent_json_count(names); i++) {
		struct ent_str text = ent_json_str(ent_json_at(names, i));
		struct ent_alignment g;
		struct ent_name name;
		int rc;

		if (!text.p)
			return ent_fail(err, ENT_EPARSE, "candidate.names[%zu] is no string",
			                i);
		rc = ent_name_fold(f, text, &name, err);
		if (rc)
			return rc;
		if (!name.n) /* an empty alias */
			continue;
		ent_compare(query, kind, &name, kind, &g);
		if (best->any && g.score <= best->alignment.score)
			continue;
		best->any = true;
		best->name = name;
		best->alignment = g;
	}
	return 0;
}

int
ent_screen_pair(struct ent_folder *f, const struct ent_json *v, struct ent_buf *out,
                struct ent_err *err)
{
	struct ent_str id = ent_json_getstr(v, "id"), query = ent_json_getstr(v, "query");
	const struct ent_json *candidate = ent_json_getc(v, "candidate");
	const struct ent_json *names = ent_json_getc(candidate, "names");
	enum ent_evidence birth, country;
	struct found best = { 0 };
	struct ent_name name;
	struct ent_buf text;
	struct ent_jw w;
	int rc;

	if (!query.p || !ent_json_is(names, ENT_JSON_ARRAY))
		return ent_fail(err, ENT_EPARSE,
		                "a line must be an object with the string \"query\" and "
		                "\"candidate\": {\"names\": [...]}");
	rc = ent_name_fold(f, query, &name, err);
	if (rc == 0)
		rc = best_of(f, &name, ent_name_of(ent_json_getstr(v, "query_type")), names,
		             &best, err);
	if (rc)
		return rc;
	birth =
	    ent_birth_evidence(ent_json_getstr(v, "dob"), ent_json_getstr(candidate, "dob"));
	country = ent_country_evidence(ent_json_getstr(v, "country"),
	                               ent_json_getstr(candidate, "country"));
	ent_buf_init(&text, ENT_EXPLANATION_MAX);
	ent_explain(&text, &name, &best.name, &best.alignment, birth, country);
	ent_jw_init(&w, out);
	ent_jw_object(&w);
	ent_jw_key(&w, "id");
	if (id.p)
		ent_jw_str(&w, id);
	else
		ent_jw_null(&w);
	ent_jw_key(&w, "score");
	ent_jw_double(&w, (double)(int)(best.alignment.score * 10000 + 0.5) / 10000);
	ent_jw_kc(&w, "band", ent_band_name(ent_judge(best.alignment.score, birth, country)));
	ent_jw_kstr(&w, "explanation", ent_buf_view(&text));
	ent_jw_end_object(&w);
	rc = ent_buf_ok(&text) && ent_buf_ok(out) ? 0
	                                          : ent_fail(err, ENT_ENOMEM, "out of memory");
	ent_buf_release(&text);
	return rc;
}
