// SPDX-License-Identifier: GPL-2.0-only
/* What is no C is quoted by the compiler, in an error that the student gets to read. */
#include "@SECRET@"
