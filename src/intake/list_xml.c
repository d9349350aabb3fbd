/* SPDX-License-Identifier: Apache-2.0 */
/*
 * list_xml.c - XML record by record: libxml2's SAX gives elements, of which those of one record
 * become a small tree.
 *
 * What no list has and an attacker wants is refused where it begins: a document type, with
 * which entities come.  Depth, texts and records have limits of their own.
 */
#include <inttypes.h>

#include <libxml/parser.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "intake/list_int.h"

static const struct ent_list_xml *const formats[] = { &ent_list_un, &ent_list_ofac_xml,
	                                              &ent_list_ofac_enhanced,
	                                              &ent_list_canada };

struct reader {
	struct ent_lister *l;
	struct ent_feed *f;
	xmlParserCtxtPtr ctxt;
	const struct ent_list_xml *format;
	struct ent_element *at; /* in a record: the open element */
	struct ent_buf text;    /* of the open element */
	struct ent_buf path;    /* outside of records: "/a/b" */
	unsigned depth;
	int rc;
	struct ent_err *err;
};

/* ---- trees ---- */

const struct ent_element *
ent_element_get(const struct ent_element *e, const char *name)
{
	for (e = e ? e->first : NULL; e; e = e->next)
		if (ent_str_is(e->name, name))
			return e;
	return NULL;
}

const struct ent_element *
ent_element_next(const struct ent_element *e)
{
	struct ent_str name = e->name;

	for (e = e->next; e; e = e->next)
		if (ent_str_eq(e->name, name))
			return e;
	return NULL;
}

struct ent_str
ent_element_text(const struct ent_element *e, const char *name)
{
	e = ent_element_get(e, name);
	return e && e->text.p ? e->text : ENT_STR("");
}

struct ent_str
ent_element_attribute(const struct ent_element *e, const char *name)
{
	for (size_t i = 0; e && i < 3 && e->attribute[i].name.p; i++)
		if (ent_str_is(e->attribute[i].name, name))
			return e->attribute[i].value;
	return ENT_STR("");
}

/* ---- events ---- */

static uint64_t
line_of(const struct reader *r)
{
	return r->ctxt && r->ctxt->input && r->ctxt->input->line > 0
	           ? (uint64_t)r->ctxt->input->line
	           : 1;
}

/* Ends the reading; the first reason counts. */
static void
stop(struct reader *r, int rc)
{
	if (r->rc == 0)
		r->rc = rc;
	xmlStopParser(r->ctxt);
}

static void
stop_at_limit(struct reader *r, const char *what)
{
	if (r->rc == 0)
		stop(r, ent_fail(r->err, ENT_ELIMIT, "line %" PRIu64 ": %s", line_of(r), what));
}

static bool
is_record(const struct reader *r, const char *name)
{
	for (const char *const *n = r->format->records; *n; n++)
		if (strcmp(*n, name) == 0)
			return true;
	return false;
}

static void
attributes(struct reader *r, struct ent_element *e, int n, const xmlChar **list)
{
	for (int i = 0; i < n && i < 3; i++, list += 5) {
		struct ent_str value = { (const char *)list[3], (size_t)(list[4] - list[3]) };

		if (value.n > ENT_LIST_TEXT) {
			stop_at_limit(r, "an attribute that is too long");
			return;
		}
		e->attribute[i].name = ent_arena_dup(r->l->a, ent_str_c((const char *)list[0]));
		e->attribute[i].value = ent_arena_dup(r->l->a, value);
		if (!e->attribute[i].name.p || !e->attribute[i].value.p)
			r->l->failed = true;
	}
}

static void
open_element(struct reader *r, const char *name, int n, const xmlChar **list)
{
	struct ent_element *e = ent_arena_alloc(r->l->a, sizeof(*e));

	if (e)
		e->name = ent_arena_dup(r->l->a, ent_str_c(name));
	if (!e || !e->name.p) {
		stop_at_limit(r, "a record that is too large");
		return;
	}
	e->line = line_of(r);
	e->parent = r->at;
	if (r->at) {
		if (r->at->last)
			r->at->last->next = e;
		else
			r->at->first = e;
		r->at->last = e;
	}
	r->at = e;
	attributes(r, e, n, list);
}

static void
root(struct reader *r, const char *name, int n, const xmlChar **list)
{
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++)
		if (strcmp(formats[i]->root, name) == 0)
			r->format = formats[i];
	if (!r->format) {
		stop(r, ent_fail(r->err, ENT_EPARSE,
		                 "line %" PRIu64 ": <%.60s> isn't the root of a list that is "
		                 "known; see entente designation import --help",
		                 line_of(r), name));
		return;
	}
	r->l->about->format = r->format->format;
	r->l->about->list = ent_list_find(ent_str_c(r->format->list));
	for (int i = 0; i < n && r->rc == 0; i++, list += 5) {
		char at[64];
		int rc;

		(void)snprintf(at, sizeof(at), "@%s", (const char *)list[0]);
		rc = r->format->about(
		    r->l, ent_str_c(at),
		    (struct ent_str){ (const char *)list[3], (size_t)(list[4] - list[3]) },
		    r->err);
		if (rc)
			stop(r, rc);
	}
}

static void
on_start(void *self, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri,
         int n_namespaces, const xmlChar **namespaces, int n, int defaulted,
         const xmlChar **list)
{
	struct reader *r = self;

	(void)prefix;
	(void)uri;
	(void)n_namespaces;
	(void)namespaces;
	(void)defaulted;
	if (r->rc)
		return;
	ent_buf_clear(&r->text);
	if (++r->depth > ENT_LIST_DEPTH) {
		stop_at_limit(r, "elements inside each other, more than a list has");
		return;
	}
	if (r->depth == 1) {
		root(r, (const char *)name, n, list);
	} else if (r->at || is_record(r, (const char *)name)) {
		if (!r->at) {
			ent_arena_reset(r->l->a);
			r->l->failed = false;
		}
		open_element(r, (const char *)name, n, list);
	} else {
		ent_buf_ch(&r->path, '/');
		ent_buf_c(&r->path, (const char *)name);
		if (!ent_buf_ok(&r->path))
			stop_at_limit(r, "names of elements that are too long");
	}
}

static void
close_record(struct reader *r, const struct ent_element *e)
{
	int rc = r->format->record(r->l, e, r->err);

	if (rc)
		stop(r, rc);
}

static void
close_about(struct reader *r)
{
	struct ent_str path = ent_buf_view(&r->path);
	size_t slash = path.n;
	int rc = r->format->about(r->l, path, ent_buf_view(&r->text), r->err);

	while (slash > 0 && path.p[slash - 1] != '/')
		slash--;
	r->path.n = slash ? slash - 1 : 0;
	if (rc)
		stop(r, rc);
}

static void
on_end(void *self, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri)
{
	struct reader *r = self;

	(void)name;
	(void)prefix;
	(void)uri;
	if (r->rc)
		return;
	r->depth--;
	if (r->at) {
		struct ent_element *e = r->at;

		if (!e->first) {
			e->text = ent_arena_dup(r->l->a, ent_buf_view(&r->text));
			r->l->failed = r->l->failed || !e->text.p;
		}
		r->at = e->parent;
		if (!e->parent)
			close_record(r, e);
	} else if (r->depth) {
		close_about(r);
	}
	ent_buf_clear(&r->text);
}

static void
on_text(void *self, const xmlChar *p, int n)
{
	struct reader *r = self;

	if (r->rc)
		return;
	ent_buf_put(&r->text, p, (size_t)n);
	if (!ent_buf_ok(&r->text))
		stop_at_limit(r, "a text of more than a mebibyte");
}

static void
on_doctype(void *self, const xmlChar *name, const xmlChar *external, const xmlChar *location)
{
	struct reader *r = self;

	(void)name;
	(void)external;
	(void)location;
	if (r->rc == 0)
		stop(r, ent_fail(r->err, ENT_EPARSE,
		                 "line %" PRIu64 ": a document type is declared; no list has "
		                 "one, and entities that it declares can be a bomb",
		                 line_of(r)));
}

/* An entity that nobody declared: libxml2 calls this for what isn't one of XML's five. */
static void
on_reference(void *self, const xmlChar *name)
{
	struct reader *r = self;

	if (r->rc == 0)
		stop(r, ent_fail(r->err, ENT_EPARSE, "line %" PRIu64 ": the entity &%.40s;",
		                 line_of(r), (const char *)name));
}

/* Only notes it: the parser ends by itself, at the latest when on_read gives nothing any more;
 * to stop it from in here would take the input from under what complains. */
static void
on_error(void *self, xmlErrorPtr e)
{
	struct reader *r = self;
	struct ent_str what = ent_str_c(e->message ? e->message : "not well formed");

	if (r->rc || e->level < XML_ERR_ERROR)
		return;
	what = (struct ent_str){ what.p, ent_str_find(what, '\n') };
	what.n = ent_utf8_valid(what);
	r->rc = e->code == XML_ERR_NO_MEMORY
	            ? ent_fail(r->err, ENT_ENOMEM, "out of memory")
	            : ent_fail(r->err, ENT_EPARSE, "line %" PRIu64 ": %.*s",
	                       e->line > 0 ? (uint64_t)e->line : line_of(r), ENT_FMT(what));
}

static int
on_read(void *self, char *to, int n)
{
	struct reader *r = self;
	ptrdiff_t got = r->rc ? -1 : ent_feed_read(r->f, to, (size_t)n, r->err);

	if (got < 0 && r->rc == 0)
		r->rc = (int)got;
	return got < 0 ? -1 : (int)got;
}

int
ent_list_xml_read(struct ent_lister *l, struct ent_feed *f, struct ent_err *err)
{
	struct reader r = { .l = l, .f = f, .err = err };
	xmlSAXHandler sax = { .initialized = XML_SAX2_MAGIC,
		              .internalSubset = on_doctype,
		              .reference = on_reference,
		              .startElementNs = on_start,
		              .endElementNs = on_end,
		              .characters = on_text,
		              .cdataBlock = on_text,
		              .serror = on_error };

	/* what libxml2's decoders complain of has no parser to go to: this thread's own handler
	 */
	xmlStructuredErrorFunc before = xmlStructuredError;
	void *before_self = xmlStructuredErrorContext;

	ent_buf_init(&r.text, ENT_LIST_TEXT);
	ent_buf_init(&r.path, 4096);
	xmlSetStructuredErrorFunc(&r, on_error);
	r.ctxt = xmlCreateIOParserCtxt(&sax, &r, on_read, NULL, &r, XML_CHAR_ENCODING_NONE);
	if (!r.ctxt) {
		if (r.rc == 0)
			r.rc = ent_fail(err, ENT_ENOMEM, "out of memory");
	} else {
		int ok;

		(void)xmlCtxtUseOptions(r.ctxt, XML_PARSE_NONET);
		ok = xmlParseDocument(r.ctxt);
		if (r.rc == 0 && (ok != 0 || !r.ctxt->wellFormed))
			r.rc = ent_fail(err, ENT_EPARSE, "line %" PRIu64 ": not well formed",
			                line_of(&r));
		xmlFreeParserCtxt(r.ctxt);
	}
	xmlSetStructuredErrorFunc(before_self, before);
	if (r.rc == 0 && r.format->end)
		r.rc = r.format->end(l, err);
	ent_buf_release(&r.text);
	ent_buf_release(&r.path);
	return r.rc;
}
