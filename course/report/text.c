// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Makes text harmless, shorter, or HTML. */
#include <libxml/entities.h>
#include <libxml/xmlstring.h>
#include <string.h>

#include "course/report/text.h"

#define VERDICT_BYTES 300

/* Does this code point do something instead of being seen, or is XML not allowed to hold it? */
static bool harmful(int c)
{
	return (c < 0x20 && c != '\n' && c != '\t') || (c >= 0x7f && c < 0xa0) || c == 0x200e ||
	       c == 0x200f || c == 0x061c || (c >= 0x202a && c <= 0x202e) ||
	       (c >= 0x2066 && c <= 0x2069) || c == 0x2028 || c == 0x2029 || c == 0xfeff ||
	       (c >= 0xd800 && c <= 0xdfff) || c == 0xfffe || c == 0xffff || c > 0x10ffff;
}

char *text_harmless(const char *s)
{
	AUTO_SB out = { 0 };

	while (*s) {
		/* How many bytes may be read goes in, how many were read comes out. */
		int len = (int)strnlen(s, 4);
		int c = xmlGetUTF8Char((const unsigned char *)s, &len);

		if (c < 0 || len < 1) {
			sb_add(&out, "?");
			s++;
			continue;
		}
		if (c == '\r' && s[1] == '\n')
			; /* a line's end as others write it */
		else if (harmful(c))
			sb_add(&out, "?");
		else
			sb_addn(&out, s, len);
		s += len;
	}
	return xstrdup(sb_str(&out));
}

char *text_one_line(const char *s)
{
	char *line = text_harmless(s);

	for (char *p = line; *p; p++)
		if (*p == '\n' || *p == '\t')
			*p = ' ';
	return line;
}

/* Not in the middle of a character. */
static size_t whole(const char *s, size_t n)
{
	while (n && (s[n] & 0xc0) == 0x80)
		n--;
	return n;
}

/* Of a check's message what must not be left out: the last line that begins with each of these. */
static const char *const verdict_keys[] = { "expected:", "seen:", "look:" };

struct line {
	const char *s; /* NULL: there is none */
	size_t len;    /* without its line feed, and not more than VERDICT_BYTES */
};

static size_t count_lines(const char *s)
{
	size_t n = 0;

	for (; *s; n++) {
		s += strcspn(s, "\n");
		s += *s == '\n';
	}
	return n;
}

/* How many bytes they take with their line feeds. */
static size_t find_verdict(const char *s, struct line *lines)
{
	size_t bytes = 0;

	for (; *s; s += *s == '\n') {
		size_t len = strcspn(s, "\n");

		for (size_t i = 0; i < ARRAY_SIZE(verdict_keys); i++)
			if (starts_with(s, verdict_keys[i]))
				lines[i] = (struct line){ .s = s,
							  .len = len > VERDICT_BYTES
									 ? whole(s, VERDICT_BYTES)
									 : len };
		s += len;
	}
	for (size_t i = 0; i < ARRAY_SIZE(verdict_keys); i++)
		bytes += lines[i].s ? lines[i].len + 1 : 0;
	return bytes;
}

/* Its end after at most so many lines and bytes. */
static const char *head_end(const char *s, size_t lines, size_t bytes)
{
	const char *end = s;

	while (*end && lines) {
		end += strcspn(end, "\n");
		end += *end == '\n';
		lines--;
	}
	return (size_t)(end - s) > bytes ? s + whole(s, bytes) : end;
}

char *text_cut(const char *s, size_t lines, size_t bytes)
{
	struct line verdict[ARRAY_SIZE(verdict_keys)] = { 0 };
	const char *end = head_end(s, lines, bytes);
	AUTO_SB out = { 0 };
	size_t kept, left;

	if (!*end)
		return xstrdup(s);
	kept = find_verdict(s, verdict);
	/* Not at the price of all else. */
	if (kept <= bytes / 2)
		end = head_end(s, lines, bytes - kept);
	else
		memset(verdict, 0, sizeof(verdict));
	sb_addn(&out, s, end - s);
	if (end > s && end[-1] != '\n')
		sb_add(&out, "\n");
	left = count_lines(end);
	for (size_t i = 0; i < ARRAY_SIZE(verdict); i++)
		left -= verdict[i].s >= end;
	if (left)
		sb_addf(&out, "... (%zu more line%s)", left, left == 1 ? "" : "s");
	for (size_t i = 0; i < ARRAY_SIZE(verdict); i++)
		if (verdict[i].s >= end) {
			if (out.len && out.s[out.len - 1] != '\n')
				sb_add(&out, "\n");
			sb_addn(&out, verdict[i].s, verdict[i].len);
		}
	return xstrdup(sb_str(&out));
}

void text_html(struct strbuf *out, const char *s)
{
	xmlChar *escaped = xmlEncodeSpecialChars(NULL, (const xmlChar *)s);

	if (escaped)
		sb_add(out, (const char *)escaped);
	xmlFree(escaped);
}
