// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Hashes the checks and what they stand on; draws the seeds of submissions. */
#include <nettle/sha2.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "course/files.h"
#include "course/grade/suite.h"

static void add_file(struct sha256_ctx *ctx, const struct tree *tree, const char *path)
{
	AUTO_STR text = NULL;
	AUTO_STR head = NULL;
	size_t len;

	if (!is_file(path) || file_read(path, &text, &len))
		return;
	head = xasprintf("%s %zu\n", tree_relative(tree, path), len);
	sha256_update(ctx, strlen(head), (const uint8_t *)head);
	sha256_update(ctx, len, (const uint8_t *)text);
}

/* The files of one folder; what is in folders of it does not build or judge anything. */
static void add_folder(struct sha256_ctx *ctx, const struct tree *tree, const char *folder)
{
	AUTO_STRV names = { 0 };

	dir_names(folder, &names);
	for (size_t i = 0; i < names.n; i++) {
		AUTO_STR path = xasprintf("%s/%s", folder, names.v[i]);

		if (!ends_with(path, ".md"))
			add_file(ctx, tree, path);
	}
}

char *suite_sha256(const struct tree *tree, struct lesson *const *lessons, size_t n)
{
	static const char *const folders[] = { "common", "common/bpf", "common/lab", "common/test",
					       "common/test/fixtures" };
	uint8_t digest[SHA256_DIGEST_SIZE];
	struct sha256_ctx ctx;
	AUTO_SB hex = { 0 };

	sha256_init(&ctx);
	for (size_t i = 0; i < ARRAY_SIZE(folders); i++) {
		AUTO_STR folder = xasprintf("%s/%s", tree->top, folders[i]);

		add_folder(&ctx, tree, folder);
	}
	for (size_t i = 0; i < n; i++)
		add_folder(&ctx, tree, lessons[i]->dir);
	sha256_digest(&ctx, sizeof(digest), digest);
	for (size_t i = 0; i < sizeof(digest); i++)
		sb_addf(&hex, "%02x", digest[i]);
	return xstrdup(hex.s);
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
