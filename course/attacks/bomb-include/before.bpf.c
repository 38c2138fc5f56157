// SPDX-License-Identifier: GPL-2.0-only
#if __INCLUDE_LEVEL__ < 100
#include "parsing.bpf.c"
#include "parsing.bpf.c"
#endif
/* What follows is there once, so that no error ends it. */
#if __INCLUDE_LEVEL__ == 0
