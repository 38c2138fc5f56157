// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* lab_init(): the few settings that every loader makes before anything else. */
#include "common/lab/lab.h"

enum {
	EXIT_USAGE = 2
};

void lab_init(void)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	argp_err_exit_status = EXIT_USAGE;
	lab_signals_init();
	lab_log_init();
}
