// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* What goes to stderr stands in the message of a check that fails. */
static void attack(void)
{
	static const char text[] = "\033]0;owned\a\033[2J\033[31mred\n"
				   "</testcase></testsuite>]]><![CDATA[\n"
				   "<script>alert(1)</script><img src=x onerror=alert(2)>\n"
				   "=HYPERLINK(\"http://example.org\")\n"
				   "\"quoted\", 'quoted'; `code` | ![x](http://example.org) \\\n"
				   "\xff\xfe\xc0\x80 \xed\xa0\x80 \xe2\x80\xae bidi \r\n";

	fwrite(text, 1, sizeof(text), stderr);
	fwrite(text, 1, sizeof(text), stdout);
	fflush(stdout);
	_exit(1);
}
