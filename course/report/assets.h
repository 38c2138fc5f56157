/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* The fixed parts of the HTML page: page.html, page.css and page.js, as they are. */
#ifndef COURSE_REPORT_ASSETS_H
#define COURSE_REPORT_ASSETS_H

extern const char page_html[], page_css[], page_js[];

#endif
