// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Writes digests down. */
#include "course/grade/digest.h"
#include "course/str.h"

char *digest_hex(struct sha256_ctx *ctx)
{
	uint8_t digest[SHA256_DIGEST_SIZE];
	AUTO_SB hex = { 0 };

	sha256_digest(ctx, sizeof(digest), digest);
	for (size_t i = 0; i < sizeof(digest); i++)
		sb_addf(&hex, "%02x", digest[i]);
	return xstrdup(sb_str(&hex));
}
