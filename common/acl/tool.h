/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Between the tool's command line (tool.c) and what its commands do (commands.c). */
#ifndef ACL_TOOL_H
#define ACL_TOOL_H

#include "common/acl/acl.h"

enum {
	EXIT_REFUSED = 1,
	EXIT_USAGE = 2,
	EXIT_BAD_INPUT = 3,
	EXIT_MACHINE = 4,
};

/* One call of the tool. */
struct acl_tool {
	const struct acl_engine *engine;
	const char *dir;	  /* where the state is pinned */
	struct acl_source source; /* load: how to read the file */
	unsigned int slow_ms;	  /* load: in slow motion, see state.h */
	size_t at;		  /* add: as which rule; 0: the last */
	bool plain;		  /* list: as a file */
	char **args;		  /* what is no option */
	int count;		  /* of args */
};

/* Each does one command and reports what goes wrong; returns the exit code. */
int acl_cmd_load(struct acl_tool *tool);
int acl_cmd_add(struct acl_tool *tool);
int acl_cmd_del(struct acl_tool *tool);
int acl_cmd_list(struct acl_tool *tool);
int acl_cmd_stats(struct acl_tool *tool);
int acl_cmd_check(struct acl_tool *tool);
int acl_cmd_attach(struct acl_tool *tool);
int acl_cmd_detach(struct acl_tool *tool);
int acl_cmd_unload(struct acl_tool *tool);

#endif
