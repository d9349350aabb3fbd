/* SPDX-License-Identifier: Apache-2.0 */
/*
 * proxy.c - the proxy of the environment, and the ones that are taken.
 */
#include "http/proxy.h"

#include <curl/curl.h>

#define PROXY_MAX 1024 /* with a name and a password */

const char *
ent_proxy_environment(void)
{
	static const char *const names[] = { "https_proxy", "HTTPS_PROXY", "all_proxy",
		                             "ALL_PROXY" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *value = getenv(names[i]); /* NOLINT: nothing of ours changes it */

		if (value && *value)
			return value;
	}
	return NULL;
}

static bool
is_known(const char *scheme)
{
	static const char *const known[] = { "http", "socks4", "socks4a", "socks5", "socks5h" };

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (ent_str_caseis(ent_str_c(scheme), known[i]))
			return true;
	return false;
}

int
ent_proxy_check(const char *url, char shown[ENT_PROXY_SHOWN], struct ent_err *err)
{
	char *scheme = NULL, *host = NULL, *port = NULL, whole[PROXY_MAX];
	int n =
	    snprintf(whole, sizeof(whole), "%s%s", strstr(url, "://") ? "" : "http://", url);
	bool fits = n > 0 && n < PROXY_MAX, good, known;
	CURLU *u = curl_url();

	good = u && fits &&
	       curl_url_set(u, CURLUPART_URL, whole, CURLU_NON_SUPPORT_SCHEME) == CURLUE_OK &&
	       curl_url_get(u, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK &&
	       curl_url_get(u, CURLUPART_HOST, &host, 0) == CURLUE_OK && *host;
	if (good && curl_url_get(u, CURLUPART_PORT, &port, 0) != CURLUE_OK)
		port = NULL;
	known = good && is_known(scheme);
	if (good)
		(void)snprintf(shown, ENT_PROXY_SHOWN, "%s://%.150s%s%s", scheme, host,
		               port ? ":" : "", port ? port : "");
	curl_free(scheme);
	curl_free(host);
	curl_free(port);
	curl_url_cleanup(u);
	explicit_bzero(whole, sizeof(whole));
	if (!good)
		return ent_fail(err, ENT_EINVAL,
		                "the proxy isn't an address: write it as http://HOST:PORT");
	if (!known)
		return ent_fail(err, ENT_EINVAL,
		                "the proxy %s: proxies are http:// (by CONNECT) or socks5h://, "
		                "whatever the server is",
		                shown);
	return 0;
}
