/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* An environment as text, for people: "testenv status". */
#ifndef TESTENV_DRAW_H
#define TESTENV_DRAW_H

#include <jansson.h>

/* Prints what status.c has collected about one environment as a tree of its nodes. */
void draw(json_t *status);

#endif
