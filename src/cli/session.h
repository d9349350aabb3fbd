/* SPDX-License-Identifier: Apache-2.0 */
/*
 * session.h - what the commands of `entente taxii` share: who calls, how the server is known,
 * paths.
 */
#ifndef ENT_CLI_SESSION_H
#define ENT_CLI_SESSION_H
#include "base/limits.h"
#include "cli/cli.h"
#include "taxii/remote.h"

/* clang-format off */
#define ENT_TAXII_OPTIONS                                                                        \
	{ "user", "NAME", "call as a user with a password", 0, false },                          \
	{ "password-file", "FILE", "its first line is the password; else it is asked for", 0, false }, \
	{ "token-file", "FILE", "call with the bearer token of its first line; - is standard input", 0, false }, \
	{ "cert", "FILE", "call with this certificate (PEM)", 0, false },                        \
	{ "key", "FILE", "its private key (PEM)", 0, false },                                    \
	{ "pin", "HEX", "the server's key must have this SHA-256", 0, false },                   \
	{ "peer", "PEER", "the server is this counterpart: its pin is known", 0, false },        \
	{ "ca", "FILE", "roots to trust instead of the system's (PEM)", 0, false },              \
	{ "proxy", "URL", "by this proxy, http://HOST:PORT; \"\": none", 0, false },             \
	{ "timeout", "SECONDS", "how long a request may take (120)", 0, false },                 \
	{ "taxii", "VERSION", "what the server speaks: 2.1, or 2.0 for reading (2.1)", 0, false }, \
	{ "retries", "N", "how often a busy server is asked again (4)", 0, false }
/* clang-format on */
#define ENT_TAXII_TEXT                                                                         \
	"URL is the server's address, https://host:port; ROOT a path below it or a whole "     \
	"URL.\n"                                                                               \
	"With --node (or ENTENTE_NODE), and neither --cert, --user nor --token-file, the\n"    \
	"node's own certificate is shown."

/* How often a busy server is asked again, if nothing is said. */
#define ENT_SESSION_TRIES 4

struct ent_session {
	struct ent_remote_options how;
	uint8_t pin[32];
	struct ent_remote *remote;
	struct ent_taxii_client *client; /* the remote's */
	bool old;                        /* it speaks TAXII 2.0 */
};

/* Opens the node, if it isn't open: c->node and c->x. */
int ent_session_node(struct ent_cli *c, struct ent_err *err);
/* What the options say of caller and server; opens the node where it is needed, asks for a
 * password. */
int ent_session_options(struct ent_cli *c, struct ent_session *s, struct ent_err *err);
/* Opens a client for url with these. */
int ent_session_connect(struct ent_session *s, const char *url, struct ent_err *err);
/* Both, for the first operand. */
int ent_session_open(struct ent_cli *c, struct ent_session *s, struct ent_err *err);
void ent_session_close(struct ent_session *s);
/* Waits so long; false if it couldn't. */
bool ent_session_pause(uint64_t ms);
/* ROOT (the second operand), middle, encoded segment (NULL: none), tail (NULL: none). */
int ent_session_path(struct ent_cli *c, const char *middle, const char *segment,
                     const char *tail, struct ent_str *out, struct ent_err *err);
/* A path with one more encoded segment. */
int ent_session_append(struct ent_cli *c, struct ent_str path, const char *segment,
                       const char *tail, struct ent_str *out, struct ent_err *err);
/* "match%5Btype%5D=a,b&..." of the options --match-id, -type, -version, -spec-version; "" where
 * none was given. */
int ent_session_filters(struct ent_cli *c, struct ent_str *out, struct ent_err *err);
/* The pause that a busy server asks for, and why: says so and sleeps. */
bool ent_session_wait(struct ent_cli *c, uint64_t ms, const struct ent_err *why);
/* Percent-encodes what isn't unreserved (RFC 3986, 2.3). */
void ent_percent(struct ent_buf *b, struct ent_str s);
/* The members of a resource as those of the document. */
void ent_session_members(struct ent_cli *c, const struct ent_json *v);

#endif
