/* SPDX-License-Identifier: Apache-2.0 */
/*
 * folder.h - a folder for one test, gone afterwards.
 */
#ifndef ENT_TESTS_NODE_FOLDER_H
#define ENT_TESTS_NODE_FOLDER_H
#include <dirent.h>
#include <sys/stat.h>

#include "test.h"

struct folder {
	char path[128];
	char node[192]; /* a path inside that isn't there yet */
};

static inline int
folder_setup(void **state)
{
	struct folder *f = calloc(1, sizeof(*f));

	if (!f)
		return -1;
	snprintf(f->path, sizeof(f->path), "/tmp/ent-node-XXXXXX");
	if (!mkdtemp(f->path))
		return -1;
	snprintf(f->node, sizeof(f->node), "%s/north", f->path);
	*state = f;
	return 0;
}

static inline int
folder_empty(const char *path, bool remove)
{
	DIR *d = opendir(path);
	struct dirent *e;
	char name[512];
	int n = 0;

	while (d && (e = readdir(d))) {
		if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
			continue;
		n++;
		if (snprintf(name, sizeof(name), "%s/%s", path, e->d_name) >= (int)sizeof(name))
			continue;
		if (remove && unlink(name))
			(void)folder_empty(name, true);
	}
	if (d)
		closedir(d);
	if (remove)
		(void)rmdir(path);
	return n;
}

static inline int
folder_teardown(void **state)
{
	struct folder *f = *state;

	folder_empty(f->path, true);
	free(f);
	return 0;
}

#endif
