// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * labctl rand: a number that depends on the seed, the test and a name, and on
 * nothing else, so that the same seed gives the same test anywhere, and leaving
 * out one test changes no other.
 *
 *	h   = FNV-1a, 64 bits, of the bytes "SEED\nTEST\nNAME"
 *	h   = splitmix64's finisher of h (FNV alone spreads its high bits badly)
 *	out = MIN + (h * (MAX - MIN + 1)) >> 64
 */
#include "common/test/rand.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/test/labctl.h"

static uint64_t hash_text(uint64_t hash, const char *text)
{
	for (; *text; text++)
		hash = (hash ^ (uint8_t)*text) * 0x100000001b3ULL;
	return hash;
}

uint64_t rand_between(const char *seed, const char *test, const char *name, uint64_t min,
		      uint64_t max)
{
	uint64_t hash = hash_text(0xcbf29ce484222325ULL, seed);

	hash = hash_text(hash_text(hash, "\n"), test);
	hash = hash_text(hash_text(hash, "\n"), name);
	hash = (hash ^ hash >> 30) * 0xbf58476d1ce4e5b9ULL;
	hash = (hash ^ hash >> 27) * 0x94d049bb133111ebULL;
	hash ^= hash >> 31;
	if (min == 0 && max == UINT64_MAX)
		return hash;
	return min + (uint64_t)(((unsigned __int128)hash * (max - min + 1)) >> 64);
}

static int parse(const char *text, uint64_t *value)
{
	char *end;

	errno = 0;
	*value = strtoull(text, &end, 0);
	return errno || *end || !isdigit((unsigned char)*text) ? -EINVAL : 0;
}

int cmd_rand(int argc, char **argv)
{
	uint64_t min, max;

	if (argc != 6)
		return usage();
	if (parse(argv[4], &min) || parse(argv[5], &max) || min > max)
		return fail("%s to %s: not a range of numbers", argv[4], argv[5]);
	printf("%llu\n", (unsigned long long)rand_between(argv[1], argv[2], argv[3], min, max));
	return EXIT_OK;
}
