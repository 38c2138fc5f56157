/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * The vectors of a list while acl.c builds it. Equal vectors are kept once: the number of
 * a vector is its class.
 */
#ifndef VECTORS_H
#define VECTORS_H

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "common/acl/acl.h"
#include "tables.h"

struct vectors {
	struct vector *vector; /* vector[class] */
	__u32 count;
	__u32 words;	 /* in use */
	__u32 mapped;	 /* how many fit into the map that they are in; 0: they are in none */
	__u32 *hash;	 /* class + 1, or 0 */
	__u32 hash_size; /* a power of 2 */
};

static inline void set_bit(struct vector *vector, __u32 n)
{
	vector->word[n / 64] |= 1ULL << n % 64;
}

static inline void flip_bit(struct vector *vector, __u32 n)
{
	vector->word[n / 64] ^= 1ULL << n % 64;
}

/* Four hashes side by side, so that the processor need not wait for one multiplication to end. */
static inline __u32 hash_of(const struct vectors *vectors, const struct vector *vector)
{
	const __u64 odd = 0x9e3779b97f4a7c15ULL;
	__u64 lane[4] = {};

	for (__u32 i = 0; i < vectors->words; i++) {
		__u64 mixed = (lane[i % 4] ^ vector->word[i]) * odd;

		lane[i % 4] = mixed ^ mixed >> 32;
	}
	for (int i = 1; i < 4; i++)
		lane[0] = (lane[0] ^ lane[i]) * odd;
	return lane[0] >> 32;
}

/* Where the class of this vector stands in the hash, or would. */
static inline __u32 *find_class(const struct vectors *vectors, const struct vector *vector)
{
	__u32 at = hash_of(vectors, vector);
	__u32 *entry;

	for (;; at++) {
		entry = &vectors->hash[at & (vectors->hash_size - 1)];
		if (!*entry || memcmp(&vectors->vector[*entry - 1], vector, sizeof(*vector)) == 0)
			return entry;
	}
}

/*
 * For a list of so many rules, with all the room that may be needed: each rule can add a
 * prefix on either side, and two classes of ports on either side. Memory that is not
 * written to costs nothing. 0 or -ENOMEM.
 */
static inline int vectors_init(struct vectors *vectors, __u32 rules)
{
	__u32 room = 6 * rules + 8 + OTHERS;

	*vectors = (struct vectors){ .words = (rules + 63) / 64, .hash_size = 1024 };
	while (vectors->hash_size < 2 * room)
		vectors->hash_size *= 2;
	vectors->vector = malloc(room * sizeof(*vectors->vector));
	vectors->hash = calloc(vectors->hash_size, sizeof(*vectors->hash));
	return vectors->vector && vectors->hash ? 0 : -ENOMEM;
}

/* The class of this vector, which is copied. */
static inline __u32 vectors_class(struct vectors *vectors, const struct vector *vector)
{
	__u32 *entry = find_class(vectors, vector);

	if (!*entry) {
		vectors->vector[vectors->count] = *vector;
		*entry = ++vectors->count;
	}
	return *entry - 1;
}

/* Gives back the memory that they are in. */
static inline void vectors_release(struct vectors *vectors)
{
	if (vectors->mapped)
		munmap(vectors->vector, vectors->mapped * sizeof(*vectors->vector));
	else
		free(vectors->vector);
}

/* To the memory of a map, which has room for so many. */
static inline void vectors_move(struct vectors *vectors, struct vector *memory, __u32 room)
{
	memcpy(memory, vectors->vector, vectors->count * sizeof(*memory));
	vectors_release(vectors);
	vectors->vector = memory;
	vectors->mapped = room;
}

static inline void vectors_free(struct vectors *vectors)
{
	vectors_release(vectors);
	free(vectors->hash);
}

#endif
