// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Recognising a message by a table of patterns. The table is in explain_rules.c. */
#include <regex.h>
#include <stdlib.h>
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

/* Compiled when it is first wanted, and kept: a log may have many lines to be looked at. */
struct compiled {
	regex_t regex;
	bool tried, sound;
};

static const regex_t *pattern_of(size_t rule)
{
	static struct compiled *all;
	struct compiled *c;

	if (!all)
		all = calloc(lab_rule_count, sizeof(*all));
	if (!all)
		return NULL;
	c = &all[rule];
	if (!c->tried)
		c->sound = !regcomp(&c->regex, lab_rules[rule].pattern, REG_EXTENDED);
	c->tried = true;
	return c->sound ? &c->regex : NULL;
}

static bool matches(size_t rule, const char *line, struct lab_match *match)
{
	const regex_t *regex = pattern_of(rule);
	regmatch_t at[LAB_GROUPS];

	if (!regex || regexec(regex, line, LAB_GROUPS, at, 0))
		return false;
	take_groups(line, at, match);
	return true;
}

const struct lab_rule *lab_rules_find(enum lab_says says, const struct lab_case *c,
				      struct lab_match *match)
{
	for (size_t i = 0; i < lab_rule_count; i++) {
		const struct lab_rule *rule = &lab_rules[i];

		if (rule->says == says && matches(i, c->line, match) &&
		    (!rule->applies || rule->applies(c)))
			return rule;
	}
	return NULL;
}

/* What stands for \s: the kind of program, as well as it is known. */
static void describe_type(char *buf, size_t size, const struct lab_origin *origin)
{
	char section[128];

	if (lab_source_section(origin->elf, origin->elf_size, origin->program, section,
			       sizeof(section)))
		snprintf(buf, size, "this type of program");
	else
		snprintf(buf, size, "programs of SEC(\"%s\")", section);
}

/* What a backslash and this character stand for; NULL: themselves. */
static const char *replacement(char c, const struct lab_match *match, const char *type)
{
	if (c >= '1' && c < '0' + LAB_GROUPS)
		return match->group[c - '0'];
	return c == 's' ? type : NULL;
}

/* "1 bytes" becomes "1 byte". */
static void make_singular(char *text)
{
	static const char many[] = " 1 bytes";
	char *end;

	while ((text = strstr(text, many))) {
		end = text + strlen(many);
		memmove(end - 1, end, strlen(end) + 1);
	}
}

void lab_rules_expand(char *buf, size_t size, const char *text, const struct lab_match *match,
		      const struct lab_origin *origin)
{
	char type[160] = "";
	size_t used = 0;

	if (strstr(text, "\\s"))
		describe_type(type, sizeof(type), origin);
	while (*text && used + 1 < size) {
		const char *with = *text == '\\' ? replacement(text[1], match, type) : NULL;
		size_t len = with ? strnlen(with, size - used - 1) : 1;

		memcpy(buf + used, with ? with : text, len);
		used += len;
		text += with ? 2 : 1;
	}
	buf[used] = '\0';
	make_singular(buf);
}
