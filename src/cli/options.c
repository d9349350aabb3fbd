/* SPDX-License-Identifier: Apache-2.0 */
/*
 * options.c - reads options and operands by a table.
 */
#include "cli/options.h"

int
ent_given_init(struct ent_arena *a, int argc, struct ent_given *g, struct ent_err *err)
{
	size_t n = argc > 0 ? (size_t)argc : 0;

	*g = (struct ent_given){ 0 };
	g->options = ent_arena_array(a, n, sizeof(*g->options));
	g->operands = ent_arena_array(a, n, sizeof(*g->operands));
	return g->options && g->operands ? 0 : ent_fail(err, ENT_ENOMEM, "out of memory");
}

/* By name, or by letter where name is NULL. */
static const struct ent_option *
find(const struct ent_option *const table[2], const char *name, size_t n, char letter)
{
	for (int t = 0; t < 2; t++)
		for (const struct ent_option *o = table[t]; o && o->name; o++) {
			if (name ? strlen(o->name) == n && memcmp(o->name, name, n) == 0
			         : o->letter && o->letter == letter)
				return o;
		}
	return NULL;
}

static int
keep(struct ent_given *g, const struct ent_option *o, const char *value, struct ent_err *err)
{
	for (size_t i = 0; i < g->n_options; i++)
		if (g->options[i].option == o && !o->many && o->arg)
			return ent_fail(err, ENT_EINVAL, "--%s is given twice", o->name);
	g->options[g->n_options++] = (struct ent_given_option){ o, value };
	return 0;
}

/* One option at argv[*i], which moves on to its last word. */
static int
option(const struct ent_option *const table[2], int argc, char **argv, int *i,
       struct ent_given *g, struct ent_err *err)
{
	const char *word = argv[*i], *value = NULL;
	const struct ent_option *o;

	if (word[1] == '-') {
		size_t n = strcspn(word + 2, "=");

		o = find(table, word + 2, n, 0);
		if (word[2 + n] == '=')
			value = word + 2 + n + 1;
	} else {
		o = find(table, NULL, 0, word[1]);
		if (o && word[2])
			value = word + 2;
	}
	if (!o)
		return ent_fail(err, ENT_EINVAL, "%.80s is not one of its options", word);
	if (!o->arg && value)
		return ent_fail(err, ENT_EINVAL, "--%s takes no value", o->name);
	if (o->arg && !value) {
		if (*i + 1 >= argc)
			return ent_fail(err, ENT_EINVAL, "--%s needs a value: %s", o->name,
			                o->arg);
		value = argv[++*i];
	}
	return keep(g, o, value ? value : "", err);
}

int
ent_options_parse(const struct ent_option *const table[2], int argc, char **argv, bool first,
                  int *used, struct ent_given *g, struct ent_err *err)
{
	bool options = true;
	int i, rc;

	for (i = 0; i < argc; i++) {
		const char *word = argv[i];

		if (options && strcmp(word, "--") == 0) {
			options = false;
		} else if (options && word[0] == '-' && word[1]) {
			rc = option(table, argc, argv, &i, g, err);
			if (rc)
				return rc;
		} else if (first) {
			break;
		} else {
			g->operands[g->n_operands++] = word;
		}
	}
	*used = i;
	return 0;
}

const char *
ent_given_value(const struct ent_given *g, const char *name)
{
	for (size_t i = g->n_options; i-- > 0;)
		if (strcmp(g->options[i].option->name, name) == 0)
			return g->options[i].value;
	return NULL;
}

bool
ent_given_flag(const struct ent_given *g, const char *name)
{
	return ent_given_value(g, name) != NULL;
}

int
ent_given_all(const struct ent_given *g, struct ent_arena *a, const char *name,
              struct ent_str **list, size_t *n, struct ent_err *err)
{
	*n = 0;
	*list = ent_arena_array(a, g->n_options, sizeof(**list));
	if (!*list)
		return ent_fail(err, ENT_ENOMEM, "out of memory");
	for (size_t i = 0; i < g->n_options; i++)
		if (strcmp(g->options[i].option->name, name) == 0)
			(*list)[(*n)++] = ent_str_c(g->options[i].value);
	return 0;
}
