// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Which bits a node of the decision tree looks at (cut.c builds it). A window is
 * good when it spreads the rules over many children and sets few of them aside. What a
 * packet will cost is estimated, in hundredths of what comparing one entry costs in
 * the worst case; the ratios were measured, and results hardly change with them.
 */
#include "common/acl/cut.h"

enum {
	COST_CUT = 100,
	COST_ENTRY = 60,     /* half of a leaf's are compared, about */
	COST_DOUBLE = 120,   /* twice as many rules: one more level, or so */
	COST_ASIDE = 800,    /* one more tree to search */
	COST_CHILD = 35,     /* a child for each rule: memory, and so cache misses */
	COST_LINEAR = 100,   /* an entry, when nothing tells the rules apart */
	SEEDS = 8,	     /* single bits around which windows are tried */
	SAMPLE = 512,	     /* rules that are looked at, of more than twice as many */
	SPREAD_AT_LEAST = 32 /* one of so many rules must not be set aside */
};

struct seed {
	__u64 score;
	unsigned int word, bit;
};

struct choice {
	const struct cut_item *items;
	const __u32 *numbers;
	__u32 count;
	__u32 step; /* one of so many is looked at */
	unsigned int words;
	struct seed seeds[SEEDS];
	unsigned int seed_count;
	/* Bit n: the window of this word and width that starts at bit n was tried. */
	__u32 tried[2 * CUT_PAIRS_IPV6][CUT_WIDTH_MAX + 1];
	__u64 cost; /* of the best so far */
	struct cut_window best;
};

#define FOR_EACH_SAMPLE(item, choice)                                                       \
	for (__u32 s_ = 0;                                                                  \
	     s_ < (choice)->count && ((item) = &(choice)->items[(choice)->numbers[s_]], 1); \
	     s_ += (choice)->step)

/* 100 * log2(n), for n > 0; between powers of two a straight line. */
static __u64 log2_hundredfold(__u64 n)
{
	int bits = 63 - __builtin_clzll(n);

	return bits * 100 + (((n << 32 >> bits) - (1ULL << 32)) * 100 >> 32);
}

/* What searching so many hundredths of a rule will cost, when all goes on as it mostly does. */
static __u64 search_cost(__u64 rules)
{
	const __u64 leaf = CUT_LEAF_MAX * 100;

	if (rules <= leaf)
		return rules * COST_ENTRY / 100;
	return leaf * COST_ENTRY / 100 +
	       COST_DOUBLE * (log2_hundredfold(rules) - log2_hundredfold(leaf)) / 100;
}

/* Takes the window if it is better than the best so far. */
static void try_window(struct choice *choice, const struct cut_window *window)
{
	__u64 looked_at = 0, spread = 0, aside, squares = 0, cost;
	__u32 in_child[1 << CUT_WIDTH_MAX] = { 0 };
	const struct cut_item *item;
	__u32 bits;

	FOR_EACH_SAMPLE(item, choice)
	{
		looked_at++;
		if (!cut_bits_of(window, item, &bits))
			continue;
		/* The sum of squares grows by (n + 1)^2 - n^2. */
		squares += 2 * in_child[bits]++ + 1;
		spread++;
	}
	if (spread * SPREAD_AT_LEAST < looked_at || spread == 0)
		return;
	/* Where a rule is, there are squares / spread of the sample, on average. */
	cost = COST_CUT + search_cost(squares * choice->count * 100 / (spread * looked_at)) +
	       COST_CHILD * (window->mask + 1) / choice->count;
	aside = (looked_at - spread) * choice->count * 100 / looked_at;
	if (aside)
		cost += COST_ASIDE + search_cost(aside);
	if (cost < choice->cost) {
		choice->cost = cost;
		choice->best = *window;
	}
}

/* Keeps the best seeds, the best one first. */
static void add_seed(struct choice *choice, const struct seed *seed)
{
	unsigned int i = choice->seed_count;

	if (i < SEEDS)
		choice->seed_count++;
	else if (choice->seeds[--i].score >= seed->score)
		return;
	for (; i > 0 && choice->seeds[i - 1].score < seed->score; i--)
		choice->seeds[i] = choice->seeds[i - 1];
	choice->seeds[i] = *seed;
}

/* Bits that many rules ask for, half of these 0 and half 1. */
static void find_seeds(struct choice *choice, unsigned int word)
{
	__u32 asked[32] = { 0 }, set[32] = { 0 }, zeros = 0, ones = 0;
	const struct cut_item *item;

	FOR_EACH_SAMPLE(item, choice)
	{
		ones |= item->value[word];
		zeros |= item->mask[word] & ~item->value[word];
	}
	/* A bit that is the same in all of them tells nothing. */
	if (!(ones & zeros))
		return;
	FOR_EACH_SAMPLE(item, choice)
	{
		__u32 mask = item->mask[word], value = item->value[word];

		for (unsigned int bit = 0; bit < 32; bit++) {
			asked[bit] += mask >> bit & 1;
			set[bit] += value >> bit & 1;
		}
	}
	for (__u32 left = ones & zeros; left; left &= left - 1) {
		unsigned int bit = __builtin_ctz(left);
		struct seed seed = { .word = word, .bit = bit };

		seed.score = ((__u64)set[bit] * (asked[bit] - set[bit]) << 16) / asked[bit];
		add_seed(choice, &seed);
	}
}

static bool is_new(struct choice *choice, const struct cut_window *window, unsigned int width)
{
	__u32 *tried = &choice->tried[window->word][width], bit = 1U << window->shift;
	bool is_new = !(*tried & bit);

	*tried |= bit;
	return is_new;
}

/* Windows of every width, up to two children for each rule, that hold the seed's bit. */
static void try_around(struct choice *choice, const struct seed *seed)
{
	for (unsigned int width = 1; width <= CUT_WIDTH_MAX; width++) {
		unsigned int step = width < 4 ? 1 : width / 2;

		for (unsigned int behind = 0; behind < width; behind += step) {
			struct cut_window window = { .word = seed->word,
						     .shift = seed->bit - behind,
						     .mask = (1U << width) - 1 };

			if (behind <= seed->bit && window.shift + width <= 32 &&
			    is_new(choice, &window, width))
				try_window(choice, &window);
		}
		if (1U << width >= 2 * choice->count)
			return;
	}
}

bool cut_choose(const struct cut_item *items, const __u32 *numbers, __u32 count, unsigned int words,
		struct cut_window *window)
{
	struct choice choice = {
		.items = items,
		.numbers = numbers,
		.count = count,
		.step = count > 2 * SAMPLE ? count / SAMPLE : 1,
		.words = words,
		.cost = (__u64)count * COST_LINEAR,
	};

	for (unsigned int word = 0; word < words; word++)
		find_seeds(&choice, word);
	for (unsigned int i = 0; i < choice.seed_count; i++)
		try_around(&choice, &choice.seeds[i]);
	*window = choice.best;
	return choice.cost < (__u64)count * COST_LINEAR;
}
