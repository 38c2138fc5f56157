// SPDX-License-Identifier: GPL-2.0-only
#define A(x) x x x x x x x x x x x x x x x x
#define B(x) A(A(x))
#define C(x) B(B(x))
#define D(x) C(C(x))
const char bomb[] = D("x");
