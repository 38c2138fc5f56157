// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Rule 9: what the solution and the wrong solutions load and call is what lesson.conf
 * allows. Else the grader's sandbox would refuse what the checks expect to see.
 */
#include <stdlib.h>
#include <string.h>

#include "course/files.h"
#include "course/policy.h"
#include "course/verify.h"

static void check_overlay(struct verify *v, const struct policy *policy, const char *overlay)
{
	AUTO_STR folder = xasprintf("%s/run/%s/%s", v->tree->build, v->lesson->name, overlay);
	AUTO_STRV names = { 0 };

	dir_names(folder, &names);
	for (size_t i = 0; i < names.n; i++) {
		AUTO_STR path = xasprintf("%s/%s", folder, names.v[i]);
		AUTO_STRV found = { 0 };
		int err;

		if (!ends_with(names.v[i], ".bpf.o"))
			continue;
		err = policy_check_object(policy, path, &found);
		if (err)
			verify_found(v, RULE_POLICY, "%s: %s: cannot be read: %s", overlay,
				     names.v[i], strerror(-err));
		for (size_t j = 0; j < found.n; j++)
			verify_found(v, RULE_POLICY, "%s: %s wants %s, which lesson.conf has not",
				     overlay, names.v[i], found.v[j]);
	}
}

void verify_policy(struct verify *v)
{
	AUTO_STR error = NULL;
	struct policy policy;

	if (!v->wanted[RULE_POLICY])
		return;
	if (policy_read(v->tree, &v->lesson->conf, &policy, &error)) {
		verify_found(v, RULE_POLICY, "%s", error);
	} else {
		if (v->solution_built)
			check_overlay(v, &policy, "solution");
		for (size_t i = 0; i < v->n_wrongs; i++) {
			AUTO_STR overlay = xasprintf("wrong-%s", v->wrongs[i].name);

			if (v->wrongs[i].built)
				check_overlay(v, &policy, overlay);
		}
	}
	policy_free(&policy);
}
