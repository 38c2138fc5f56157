// SPDX-License-Identifier: GPL-2.0-only
#define E4  bad bad bad bad;
#define E64 E4 E4 E4 E4 E4 E4 E4 E4 E4 E4 E4 E4 E4 E4 E4 E4
#define E1K E64 E64 E64 E64 E64 E64 E64 E64 E64 E64 E64 E64 E64 E64 E64 E64
#pragma clang diagnostic error "-Weverything"
E1K E1K E1K E1K E1K E1K E1K E1K
