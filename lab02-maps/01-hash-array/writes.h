/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What both sides must agree on: the shape of the tables. */
#ifndef WRITES_H
#define WRITES_H

#define WATCHED_MAX 4	 /* processes that can be watched at once */
#define CLASSES	    8	 /* by number of decimal digits; 7 and more share the last */
#define SIZES_MAX   1024 /* different sizes that can be told apart */

/* Value of the map "watched"; its key is a process id. */
struct total {
	__u64 calls;
	__u64 bytes;
};

#endif
