/* SPDX-License-Identifier: Apache-2.0 */
/*
 * proxy.h - the proxy that a client's connections go through: which it is, and whether it will
 * do.
 */
#ifndef ENT_HTTP_PROXY_H
#define ENT_HTTP_PROXY_H
#include <entente/str.h>

#define ENT_PROXY_SHOWN 200

/* What the environment names for https:// (https_proxy, HTTPS_PROXY, all_proxy, ALL_PROXY, as
 * curl(1) has them); NULL if it names none. */
const char *ent_proxy_environment(void);
/*
 * Whether libcurl can be given that proxy: http:// (the default) or socks4, socks4a, socks5,
 * socks5h, with a host.  shown gets it without name and password, for messages.  A proxy that
 * is itself reached over TLS isn't taken: its certificate can't be told from the server's,
 * whose pin is compared.  ENT_EINVAL.
 */
int ent_proxy_check(const char *url, char shown[ENT_PROXY_SHOWN], struct ent_err *err);

#endif
