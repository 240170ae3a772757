/* html.c - the one escaper: see collector/html.h.
 *
 * Text is looked at character by character, and what needs nothing done to it
 * is copied in runs.
 */
#include "collector/html.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>

#include "surveys/utf8.h"

#define REPLACEMENT "\xef\xbf\xbd" /* U+FFFD */

static void add(struct html *h, const void *data, size_t len)
{
    if (h->st == ST_OK)
        h->st = buffer_add(&h->out, data, len);
}

void html_raw(struct html *h, const char *markup)
{
    add(h, markup, strlen(markup));
}

/* Controls and noncharacters (HTML, 3.2.5 "Text content"). */
static bool allowed(uint32_t c)
{
    if (c < 0x20)
        return c == '\t' || c == '\n' || c == '\r';
    return !(c >= 0x7f && c <= 0x9f) && !(c >= 0xfdd0 && c <= 0xfdef) &&
           (c & 0xfffe) != 0xfffe;
}

/* What stands for that character; NULL: itself. */
static const char *instead(uint32_t c)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return allowed(c) ? NULL : REPLACEMENT;
    }
}

static void add_valid(struct html *h, const char *text, size_t len)
{
    const char *const end = text + len;
    const char *done = text; /* up to here it is written */

    while (text < end) {
        const char *begin = text;
        /* utf8_next would take a NUL for the end */
        const uint32_t c = *text ? utf8_next(&text, end) : 0;
        const char *other = instead(c);

        if (!c)
            text++;
        if (!other)
            continue;
        add(h, done, (size_t)(begin - done));
        html_raw(h, other);
        done = text;
    }
    add(h, done, (size_t)(end - done));
}

void html_text_len(struct html *h, const char *text, size_t len)
{
    while (len) {
        const size_t valid = utf8_valid(text, len);

        add_valid(h, text, valid);
        text += valid;
        len -= valid;
        if (len) { /* one byte that is no UTF-8 */
            html_raw(h, REPLACEMENT);
            text++;
            len--;
        }
    }
}

void html_text(struct html *h, const char *text)
{
    html_text_len(h, text, strlen(text));
}

void html_format(struct html *h, const char *markup, ...)
{
    char number[16];
    va_list args;

    va_start(args, markup);
    for (;;) {
        const size_t plain = strcspn(markup, "%");

        add(h, markup, plain);
        markup += plain;
        if (!*markup)
            break;
        assert(markup[1] == 's' || markup[1] == 'd' || markup[1] == '%');
        if (markup[1] == 's') {
            html_text(h, va_arg(args, const char *));
        } else if (markup[1] == 'd') {
            snprintf(number, sizeof number, "%d", va_arg(args, int));
            html_raw(h, number);
        } else {
            html_raw(h, "%");
        }
        markup += 2;
    }
    va_end(args);
}
