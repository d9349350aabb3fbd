/* SPDX-License-Identifier: Apache-2.0 */
/*
 * skip.h - where a value of JSON ends, found without reading it: only strings and brackets are
 * looked at, 64 bytes at a time.
 *
 * A text that is no JSON has an end too, or none: what is between is for ent_json_parse.  A
 * line feed ends a string, for JSON has none in strings: so a quotation mark that is missing
 * spoils one line and not the rest of the file.
 */
#ifndef ENT_JSON_SKIP_H
#define ENT_JSON_SKIP_H
#include <entente/str.h>

struct ent_skip {
	uint64_t depth; /* brackets that are open */
	bool string, escape;
};

/*
 * Reads on from p, which is the bracket or quotation mark that begins a value where *s is all
 * zero.  True if the value ended: *used bytes belong to it.  Else all n do, and more must
 * follow.
 */
bool ent_skip(struct ent_skip *s, const char *p, size_t n, size_t *used);
/* How many line feeds there are. */
size_t ent_count_lines(const char *p, size_t n);
/* How many bytes begin a character: characters, where it is UTF-8. */
size_t ent_count_characters(const char *p, size_t n);

#endif
