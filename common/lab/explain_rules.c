// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * What the verifier's complaints mean: one row each. The first row that
 * matches counts. The kernel's wording changes; a row keeps the old one beside
 * the new. Every row is tested with a log of its own (tests/logs/).
 */
#include "common/lab/internal.h"

#define PARSING "lab03-xdp/02-parsing/README.md"

/* clang-format off */
const struct lab_rule lab_verifier_rules[] = {
	{ "packet-bounds", "invalid access to packet",
	  "this touches the packet before a bounds check has shown that these bytes are there",
	  "compare with data_end first: if ((void *)(header + 1) > data_end) return XDP_PASS;",
	  PARSING },
};
/* clang-format on */

const size_t lab_verifier_rule_count = ARRAY_SIZE(lab_verifier_rules);
