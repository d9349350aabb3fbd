/* SPDX-License-Identifier: Apache-2.0 */
/*
 * write.h - writes JSON into a buffer; commas and escapes are its business, nesting the
 * caller's.
 *
 * Written in member order as called.  What must be canonical is parsed and given to
 * ent_json_canon, or written with its members already in order.  Failures stick to the buffer
 * (base/buf.h).
 */
#ifndef ENT_JSON_WRITE_H
#define ENT_JSON_WRITE_H
#include <entente/json.h>

#include "base/buf.h"

struct ent_jw {
	struct ent_buf *b;
	bool comma; /* a comma is due before the next value */
};

void ent_jw_init(struct ent_jw *w, struct ent_buf *b);
void ent_jw_object(struct ent_jw *w); /* { */
void ent_jw_array(struct ent_jw *w);  /* [ */
void ent_jw_end_object(struct ent_jw *w);
void ent_jw_end_array(struct ent_jw *w);
void ent_jw_key(struct ent_jw *w, const char *key);
void ent_jw_key_str(struct ent_jw *w, struct ent_str key);
/* Values.  Text must be valid UTF-8; bytes that aren't become U+FFFD. */
void ent_jw_str(struct ent_jw *w, struct ent_str s);
void ent_jw_c(struct ent_jw *w, const char *c);
void ent_jw_int(struct ent_jw *w, int64_t i);
void ent_jw_double(struct ent_jw *w,
                   double d); /* as ECMAScript writes it (RFC 8785, 3.2.2.3) */
void ent_jw_bool(struct ent_jw *w, bool b);
void ent_jw_null(struct ent_jw *w);
/* JSON text that is a value already. */
void ent_jw_raw(struct ent_jw *w, struct ent_str json);
/* A value of a tree. */
void ent_jw_value(struct ent_jw *w, const struct ent_json *v);
void ent_json_put_int(struct ent_buf *b, int64_t i);
/* The canonical form (RFC 8785) of a tree, as ent_json_canon has it, behind what is in b. */
void ent_json_canon_put(struct ent_buf *b, const struct ent_json *v);
/* "key": value, in one call. */
void ent_jw_kstr(struct ent_jw *w, const char *key, struct ent_str s);
void ent_jw_kc(struct ent_jw *w, const char *key, const char *c);
void ent_jw_kint(struct ent_jw *w, const char *key, int64_t i);
void ent_jw_kbool(struct ent_jw *w, const char *key, bool b);
void ent_jw_kraw(struct ent_jw *w, const char *key, struct ent_str json);

#endif
