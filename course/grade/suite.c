// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Hashes the checks and what they stand on; draws the seeds of submissions. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "course/files.h"
#include "course/grade/digest.h"
#include "course/grade/suite.h"

/* `top` is what a path is named from: where the folders are must not matter. */
static void add_file(struct sha256_ctx *ctx, const char *top, const char *path)
{
	AUTO_STR text = NULL;
	AUTO_STR head = NULL;
	size_t len;

	if (!is_file(path) || file_read(path, &text, &len))
		return;
	head = xasprintf("%s %zu\n", path + strlen(top) + 1, len);
	sha256_update(ctx, strlen(head), (const uint8_t *)head);
	sha256_update(ctx, len, (const uint8_t *)text);
}

/* The files of one folder, and of those in it; tests of ours build and judge nothing. */
static void add_folder(struct sha256_ctx *ctx, const char *top, const char *folder, bool whole)
{
	AUTO_STRV names = { 0 };

	dir_names(folder, &names);
	for (size_t i = 0; i < names.n; i++) {
		AUTO_STR path = xasprintf("%s/%s", folder, names.v[i]);

		if (whole && is_dir(path) && strcmp(names.v[i], "tests"))
			add_folder(ctx, top, path, true);
		else if (!ends_with(path, ".md"))
			add_file(ctx, top, path);
	}
}

char *suite_sha256(const struct tree *tree, struct lesson *const *lessons, size_t n,
		   const char *hidden)
{
	static const char *const folders[] = { "common", "course/policy", "testenv" };
	struct sha256_ctx ctx;

	sha256_init(&ctx);
	for (size_t i = 0; i < ARRAY_SIZE(folders); i++) {
		AUTO_STR folder = xasprintf("%s/%s", tree->top, folders[i]);

		add_folder(&ctx, tree->top, folder, true);
	}
	/* Solutions and wrong ones are in folders of it. */
	for (size_t i = 0; i < n; i++)
		add_folder(&ctx, tree->top, lessons[i]->dir, false);
	for (size_t i = 0; i < n && hidden; i++) {
		AUTO_STR folder = xasprintf("%s/%s", hidden, lessons[i]->name);
		AUTO_STR mark = xasprintf("hidden checks of %s\n", lessons[i]->name);

		if (!is_dir(folder))
			continue;
		sha256_update(&ctx, strlen(mark), (const uint8_t *)mark);
		add_folder(&ctx, hidden, folder, false);
	}
	return digest_hex(&ctx);
}

unsigned long long suite_seed(unsigned long long batch, const char *id)
{
	uint8_t digest[SHA256_DIGEST_SIZE];
	AUTO_STR text = xasprintf("%llu %s", batch, id);
	struct sha256_ctx ctx;
	uint32_t seed;

	sha256_init(&ctx);
	sha256_update(&ctx, strlen(text), (const uint8_t *)text);
	sha256_digest(&ctx, sizeof(digest), digest);
	memcpy(&seed, digest, sizeof(seed));
	return seed ? seed : 1;
}
