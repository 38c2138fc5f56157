// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Recognising a message by a table of patterns. The tables are in explain.c and report.c. */
#include <regex.h>
#include <string.h>

#include "common/lab/internal.h"

static void take_groups(const char *line, const regmatch_t *at, struct lab_match *match)
{
	for (int i = 0; i < LAB_GROUPS; i++) {
		int len = at[i].rm_so < 0 ? 0 : at[i].rm_eo - at[i].rm_so;

		snprintf(match->group[i], sizeof(match->group[i]), "%.*s", len,
			 len ? line + at[i].rm_so : "");
	}
}

static bool matches(const struct lab_rule *rule, const char *line, struct lab_match *match)
{
	regmatch_t at[LAB_GROUPS];
	regex_t regex;
	bool found;

	/* Compiled anew each time: this runs once, when a program has failed. */
	if (regcomp(&regex, rule->pattern, REG_EXTENDED))
		return false;
	found = regexec(&regex, line, LAB_GROUPS, at, 0) == 0;
	regfree(&regex);
	if (found)
		take_groups(line, at, match);
	return found;
}

const struct lab_rule *lab_rules_find(const struct lab_rule *rules, size_t n, const char *line,
				      struct lab_match *match)
{
	for (size_t i = 0; i < n; i++)
		if (matches(&rules[i], line, match))
			return &rules[i];
	return NULL;
}

void lab_rules_expand(char *buf, size_t size, const char *text, const struct lab_match *match)
{
	size_t used = 0;

	while (*text && used + 1 < size) {
		if (text[0] == '\\' && text[1] >= '1' && text[1] < '0' + LAB_GROUPS) {
			const char *group = match->group[text[1] - '0'];
			size_t len = strnlen(group, size - used - 1);

			memcpy(buf + used, group, len);
			used += len;
			text += 2;
			continue;
		}
		buf[used++] = *text++;
	}
	buf[used] = '\0';
}
