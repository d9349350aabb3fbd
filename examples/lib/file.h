/* SPDX-License-Identifier: Apache-2.0 */
/*
 * file.h - reads a file whole, for the examples.
 */
#ifndef EXAMPLE_FILE_H
#define EXAMPLE_FILE_H
#include <stdio.h>
#include <stdlib.h>

#include <entente/entente.h>

/* The text of a file in memory of malloc; .p is NULL if it can't be read. */
static inline struct ent_str
read_file(const char *path)
{
	struct ent_str text = { NULL, 0 };
	FILE *f = fopen(path, "rb");
	char *p = NULL;
	long n;

	if (f && fseek(f, 0, SEEK_END) == 0 && (n = ftell(f)) >= 0 &&
	    fseek(f, 0, SEEK_SET) == 0)
		p = malloc((size_t)n + 1);
	if (p) {
		text.p = p;
		text.n = fread(p, 1, (size_t)n, f);
	}
	if (f)
		fclose(f);
	return text;
}

/* An arena for a document of n bytes: its copy, its tree and some room for what is found. */
static inline struct ent_arena *
arena_for(size_t n)
{
	return ent_arena_new(n * 32 + (1 << 20));
}

#endif
