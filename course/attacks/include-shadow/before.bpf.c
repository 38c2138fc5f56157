// SPDX-License-Identifier: GPL-2.0-only
/* The first way that leads to it is taken, and the compiler quotes what is no C; else the last. */
#if __has_include("/proc/self/root@SECRET@")
#include "/proc/self/root@SECRET@"
#elif __has_include("/proc/self/cwd/../../../../../../../../..@SECRET@")
#include "/proc/self/cwd/../../../../../../../../..@SECRET@"
#elif __has_include("../../../../../../../../../../..@SECRET@")
#include "../../../../../../../../../../..@SECRET@"
#else
#import "@SECRET@"
#endif
