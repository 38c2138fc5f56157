// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Tracks, the order of hints, and which terminals get links. */
#include <errno.h>

#include "course/advice.h"
#include "course/link.h"
#include "course/tests/scratch.h"
#include "course/tracks.h"

static struct lesson lessons[4] = {
	{ .name = "lab01-basics/01-a" },
	{ .name = "lab02-maps/01-b" },
	{ .name = "lab03-xdp/01-c" },
	{ .name = "lab99-own/01-d" },
};
static const struct tree tree = { .lessons = lessons, .n = 4 };

static int setup(void **state)
{
	(void)state;
	strv_add(&lessons[0].conf.tracks, "first");
	strv_add(&lessons[1].conf.requires, "lab01-basics/01-a");
	strv_add(&lessons[2].conf.requires, "lab02-maps/01-b");
	/* a circle, which must not hang */
	strv_add(&lessons[0].conf.requires, "lab02-maps/01-b");
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	for (int i = 0; i < 4; i++) {
		strv_free(&lessons[i].conf.tracks);
		strv_free(&lessons[i].conf.requires);
	}
	return 0;
}

static void test_tracks(void **state)
{
	AUTO_STRV all = { 0 };

	(void)state;
	tracks_all(&tree, &all);
	assert_int_equal(all.n, 3);
	assert_string_equal(all.v[0], "first");
	assert_string_equal(all.v[1], "basics");
	assert_string_equal(all.v[2], "network");
	assert_true(track_has("basics", &lessons[1]));
	assert_false(track_has("basics", &lessons[2]));
	assert_false(track_has("basics", &lessons[3]));
	/* directly or not, but not what is in the track itself */
	assert_true(track_requires(&tree, "network", &lessons[0]));
	assert_true(track_requires(&tree, "network", &lessons[1]));
	assert_false(track_requires(&tree, "network", &lessons[2]));
	assert_false(track_requires(&tree, "basics", &lessons[0]));
	assert_false(track_requires(&tree, "network", &lessons[3]));
}

static void test_advice(void **state)
{
	const char *path = scratch("## 1\n\ngeneral\n\n## check: x\n\nfirst\n\n---\n\nsecond\n\n"
				   "## refused\n\nno\n");
	struct result result = { .outcome = OUTCOME_FAILED, .check = "x" };
	const struct hint_section *section;
	struct advice advice;
	struct hints hints;
	size_t level;

	(void)state;
	assert_int_equal(hints_read(path, &hints), 0);
	unlink(path);
	advice_make(&advice, &hints, &result);
	assert_int_equal(advice.levels, 3);
	assert_string_equal(advice_level(&advice, 1, &section, &level), "second");
	assert_string_equal(section->title, "check: x");
	assert_int_equal(level, 1);
	assert_string_equal(advice_level(&advice, 2, &section, &level), "general");
	assert_null(advice_level(&advice, 3, &section, &level));
	advice_free(&advice);
	result.outcome = OUTCOME_REFUSED;
	advice_make(&advice, &hints, &result);
	assert_int_equal(advice.levels, 2);
	assert_string_equal(advice_level(&advice, 0, &section, &level), "no");
	advice_free(&advice);
	/* A check without a section, or none to name: what is general remains. */
	result = (struct result){ .outcome = OUTCOME_TIME };
	advice_make(&advice, &hints, &result);
	assert_int_equal(advice.levels, 1);
	advice_free(&advice);
	hints_free(&hints);
}

static void test_links(void **state)
{
	static const char *const variables[] = {
		"FORCE_HYPERLINK", "TMUX",    "STY",  "VTE_VERSION",	 "KITTY_WINDOW_ID",
		"WT_SESSION",	   "DOMTERM", "TERM", "KONSOLE_VERSION", "TERM_PROGRAM",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(variables); i++)
		unsetenv(variables[i]);
	assert_false(link_terminal());
	setenv("TERM", "xterm-256color", 1);
	assert_false(link_terminal());
	setenv("VTE_VERSION", "4800", 1);
	assert_false(link_terminal());
	setenv("VTE_VERSION", "6800", 1);
	assert_true(link_terminal());
	setenv("TMUX", "/tmp/tmux,1,0", 1);
	assert_false(link_terminal());
	unsetenv("TMUX");
	setenv("TERM", "dumb", 1);
	assert_false(link_terminal());
	unsetenv("VTE_VERSION");
	setenv("TERM", "foot", 1);
	assert_true(link_terminal());
	setenv("FORCE_HYPERLINK", "0", 1);
	assert_false(link_terminal());
	setenv("TERM", "xterm", 1);
	setenv("TERM_PROGRAM", "Apple_Terminal", 1);
	setenv("FORCE_HYPERLINK", "1", 1);
	assert_true(link_terminal());
	unsetenv("FORCE_HYPERLINK");
	assert_false(link_terminal());
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_tracks, setup, teardown),
		cmocka_unit_test(test_advice),
		cmocka_unit_test(test_links),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
