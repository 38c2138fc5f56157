// SPDX-License-Identifier: GPL-2.0-only
/* By its path, or where -I leads: the lesson's own folder, or the tree. */
#if __has_include("@TREE@/@LESSON@/solution/parsing.bpf.c")
#include "@TREE@/@LESSON@/solution/parsing.bpf.c"
#elif __has_include("solution/parsing.bpf.c")
#include "solution/parsing.bpf.c"
#elif __has_include("../solution/parsing.bpf.c")
#include "../solution/parsing.bpf.c"
#else
#include "@LESSON@/solution/parsing.bpf.c"
#endif
