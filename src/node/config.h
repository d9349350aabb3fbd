/* SPDX-License-Identifier: Apache-2.0 */
/*
 * config.h - the settings of a node: one table, read from an INI file and printed as one.
 *
 * What is printed reads back as the same settings.  man/entente.conf.5 explains each; a test
 * holds it against the table.
 */
#ifndef ENT_NODE_CONFIG_H
#define ENT_NODE_CONFIG_H
#include <entente/arena.h>

#define ENT_CONFIG_FILE "entente.conf"

struct ent_config {
	const char *name, *party, *host, *listen, *url, *tls_key, *tls_cert, *seed,
	    *passphrase_file, *next_key, *store, *limit_local, *tls_min, *http2, *log_level,
	    *log_format, *people;
	int64_t max_content_length, page_max, import_max, window, threads, sync_interval,
	    head_timeout, body_timeout, idle_timeout, write_timeout, client_connections,
	    client_rate, client_bytes;
};

enum ent_setting_kind {
	ENT_SET_TEXT,
	ENT_SET_PATH,   /* relative to the node's folder */
	ENT_SET_NUMBER, /* decimal, within min and max */
	ENT_SET_SIZE    /* as a number; k, M, G behind it multiply by 1024, 1024^2, 1024^3 */
};

struct ent_setting {
	const char *name;
	enum ent_setting_kind kind;
	size_t offset;                    /* in struct ent_config */
	int64_t min, max;                 /* of a number */
	const char *initial;              /* NULL: must be given */
	bool (*ok)(struct ent_str value); /* of a text; NULL: any */
	const char *allowed;              /* what is, in words */
	const char *help;
};

extern const struct ent_setting ent_settings[];
extern const size_t ent_settings_n;

/* The setting of that name; NULL if there is none. */
const struct ent_setting *ent_setting_find(struct ent_str name);
/* A value as the file would have it; absent if the arena is full. */
struct ent_str ent_setting_value(struct ent_arena *a, const struct ent_config *c,
                                 const struct ent_setting *s);
/* Every setting at its initial value, or NULL where it must be given. */
void ent_config_init(struct ent_config *c);
/*
 * Reads a file's text; file is its name in messages.  ENT_EPARSE with file, line, and what is
 * allowed: for an unknown key, a value that isn't allowed, a key given twice or not at all.
 * Text is the arena's.
 */
int ent_config_parse(struct ent_arena *a, struct ent_str text, const char *file,
                     struct ent_config *out, struct ent_err *err);
/* ENT_EINVAL if a value isn't allowed, or can't stand in the file. */
int ent_config_print(struct ent_arena *a, const struct ent_config *c, struct ent_str *out,
                     struct ent_err *err);

#endif
