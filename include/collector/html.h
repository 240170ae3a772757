/* html.h - writing HTML so that no text becomes markup.
 *
 * Markup is written in our sources; every value goes through the one escaper.
 * It is safe in element content and in attribute values in double quotes, and
 * nowhere else (no script, no style, no unquoted attribute).  The first failure
 * sticks and is told by html_status.
 */
#ifndef COLLECTOR_HTML_H
#define COLLECTOR_HTML_H

#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"

struct html {
    struct buffer out; /* the caller's to take or free */
    enum status st;
};

void html_raw(struct html *h, const char *markup); /* a literal of ours */
/* & < > " ' are escaped, characters that HTML does not allow are replaced by
 * U+FFFD, as is what is not UTF-8. */
void html_text(struct html *h, const char *text);
void html_text_len(struct html *h, const char *text, size_t len);
/* Markup of ours with values: %s is escaped as by html_text, %d takes an int,
 * %% is a per cent sign; nothing else may stand there. */
__attribute__((format(printf, 2, 3))) void html_format(struct html *h,
                                                       const char *markup, ...);

#endif
