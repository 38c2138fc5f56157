/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What "reset" needs of "down". */
#ifndef TESTENV_DOWN_H
#define TESTENV_DOWN_H

/* Says why env_remove() returned err, and returns the exit code. 0: nothing to say. */
int report_down(const char *name, int err);

#endif
