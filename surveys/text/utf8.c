/* utf8.c - see surveys/utf8.h.
 *
 * Nearly all bytes that pass here are ASCII, so validation takes eight of them
 * a step.  The rest follows table 3-7 of the Unicode standard.
 */
#include "surveys/utf8.h"

#include <string.h>

#include "width.h"

#define REPLACEMENT 0xfffd

/* Bytes of the character at `p`, 0 when it is none. */
static size_t character(const unsigned char *p, size_t left)
{
    size_t n;
    unsigned char low = 0x80, high = 0xbf; /* of the second byte */

    if (p[0] < 0x80)
        return 1;
    if (p[0] < 0xc2 || p[0] > 0xf4)
        return 0;
    n = p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;
    if (left < n)
        return 0;
    if (p[0] == 0xe0)
        low = 0xa0; /* shorter forms exist */
    else if (p[0] == 0xed)
        high = 0x9f; /* surrogates */
    else if (p[0] == 0xf0)
        low = 0x90;
    else if (p[0] == 0xf4)
        high = 0x8f; /* past U+10FFFF */
    if (p[1] < low || p[1] > high)
        return 0;
    for (size_t i = 2; i < n; i++)
        if ((p[i] & 0xc0) != 0x80)
            return 0;
    return n;
}

size_t utf8_valid(const char *text, size_t len)
{
    size_t i = 0;

    while (i < len) {
        uint64_t eight;
        size_t n;

        if (len - i >= sizeof eight) {
            memcpy(&eight, text + i, sizeof eight);
            if (!(eight & UINT64_C(0x8080808080808080))) {
                i += sizeof eight;
                continue;
            }
        }
        n = character((const unsigned char *)text + i, len - i);
        if (!n)
            return i;
        i += n;
    }
    return len;
}

uint32_t utf8_next(const char **at, const char *end)
{
    const unsigned char *p = (const unsigned char *)*at;
    uint32_t c;
    size_t n;

    if (*at >= end)
        return 0;
    n = character(p, (size_t)(end - *at));
    if (!n) { /* the caller was wrong; never read past the end for it */
        *at += 1;
        return REPLACEMENT;
    }
    *at += n;
    if (n == 1)
        return p[0];
    c = p[0] & (0xffu >> (n + 1));
    for (size_t i = 1; i < n; i++)
        c = c << 6 | (p[i] & 0x3f);
    return c;
}

static bool within(uint32_t c, const struct width_range *list, size_t count)
{
    size_t low = 0, high = count;

    while (low < high) {
        size_t middle = (low + high) / 2;

        if (c > list[middle].last)
            low = middle + 1;
        else
            high = middle;
    }
    return low < count && c >= list[low].first;
}

size_t utf8_width(const char *text)
{
    const char *end = text + strlen(text);
    size_t width = 0;

    while (text < end) {
        uint32_t c = utf8_next(&text, end);

        if (c < 0x20 || (c >= 0x7f && c < 0xa0))
            continue; /* control characters print nothing */
        if (c < 0x300)
            width++;
        else if (within(c, width_two, sizeof width_two / sizeof *width_two))
            width += 2;
        else if (!within(c, width_none, sizeof width_none / sizeof *width_none))
            width++;
    }
    return width;
}

/* Septets of a character in GSM 03.38 (3GPP TS 23.038, 6.2.1), 0 = not in it.
 */
static size_t septets(uint32_t c)
{
    static const uint16_t beyond_ascii[] = {
        0xa1,  0xa3,  0xa4,  0xa5,  0xa7,  0xbf,  0xc4,  0xc5,  0xc6, 0xc7,
        0xc9,  0xd1,  0xd6,  0xd8,  0xdc,  0xdf,  0xe0,  0xe4,  0xe5, 0xe6,
        0xe8,  0xe9,  0xec,  0xf1,  0xf2,  0xf6,  0xf8,  0xf9,  0xfc, 0x393,
        0x394, 0x398, 0x39b, 0x39e, 0x3a0, 0x3a3, 0x3a6, 0x3a8, 0x3a9};

    if (c == '\n' || c == '\r')
        return 1;
    if (c < 0x20 || c == 0x7f)
        return c == '\f' ? 2 : 0;
    if (c < 0x80)
        return c == '`' ? 0 : strchr("^{}\\[~]|", (int)c) ? 2 : 1;
    if (c == 0x20ac)
        return 2;
    for (size_t i = 0; i < sizeof beyond_ascii / sizeof *beyond_ascii; i++)
        if (c == beyond_ascii[i])
            return 1;
    return 0;
}

size_t utf8_sms_units(const char *text, size_t len, bool *gsm7)
{
    const char *at = text, *end = text + len;
    size_t seven = 0, utf16 = 0;
    bool all = true;

    while (at < end) {
        uint32_t c = utf8_next(&at, end);
        size_t n = septets(c);

        seven += n;
        utf16 += c > 0xffff ? 2 : 1;
        all = all && n;
    }
    *gsm7 = all;
    return all ? seven : utf16;
}
