/* yaml_text.c - from how a text is written to the text; see yaml_bytes.h. */
#include <stdint.h>

#include "yaml_bytes.h"

struct decoder {
    const char *at, *end;
    char *out;
    size_t len;
    size_t kept; /* up to here blanks before a line break stay */
};

static bool blank(char c)
{
    return c == ' ' || c == '\t';
}

static bool line_break(char c)
{
    return c == '\n' || c == '\r';
}

/* Pass over blanks and line breaks; how many breaks they were. */
static size_t skip_breaks(struct decoder *d)
{
    size_t breaks = 0;

    for (; d->at < d->end && (blank(*d->at) || line_break(*d->at)); d->at++)
        breaks += *d->at == '\r' ||
                  (*d->at == '\n' && (!breaks || d->at[-1] != '\r'));
    return breaks;
}

/* Blanks around a line break go, one break becomes a blank, more become one
 * less. */
static void fold(struct decoder *d)
{
    size_t breaks;

    while (d->len > d->kept && blank(d->out[d->len - 1]))
        d->len--;
    breaks = skip_breaks(d);
    if (breaks == 1)
        d->out[d->len++] = ' ';
    for (; breaks > 1; breaks--)
        d->out[d->len++] = '\n';
    d->kept = d->len;
}

static void put_character(struct decoder *d, uint32_t c)
{
    char *p = d->out + d->len;
    const size_t n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;

    if (c > 0x10ffff || (c >= 0xd800 && c < 0xe000)) {
        d->out[d->len++] = '\xff'; /* never UTF-8 */
        return;
    }
    for (size_t i = n - 1; i; i--, c >>= 6)
        p[i] = (char)(0x80 | (c & 0x3f));
    p[0] = (char)(n == 1 ? c : (0xf00u >> n & 0xff) | c);
    d->len += n;
}

static uint32_t take_hex(struct decoder *d, size_t digits)
{
    uint32_t c = 0;

    for (; digits && d->at < d->end; digits--, d->at++) {
        const char h = *d->at;

        c = c << 4 | (uint32_t)(h <= '9' ? h - '0' : (h | 0x20) - 'a' + 10);
    }
    return c;
}

/* What stands behind a backslash (YAML 1.2, 5.7). */
static void take_escape(struct decoder *d)
{
    static const struct {
        char name;
        uint16_t character;
    } escapes[] = {{'0', 0},     {'a', 7},    {'b', 8},    {'t', 9},
                   {'n', 10},    {'v', 11},   {'f', 12},   {'r', 13},
                   {'e', 27},    {'N', 0x85}, {'_', 0xa0}, {'L', 0x2028},
                   {'P', 0x2029}};
    const char name = *d->at;

    if (line_break(name)) {
        size_t breaks = skip_breaks(d);

        for (; breaks > 1; breaks--)
            d->out[d->len++] = '\n';
        return;
    }
    d->at++;
    if (name == 'x' || name == 'u' || name == 'U') {
        put_character(d, take_hex(d, name == 'x' ? 2 : name == 'u' ? 4 : 8));
        return;
    }
    for (size_t i = 0; i < sizeof escapes / sizeof *escapes; i++)
        if (name == escapes[i].name) {
            put_character(d, escapes[i].character);
            return;
        }
    d->out[d->len++] = name; /* itself: quote, backslash, slash, blank, tab */
}

size_t yaml_decode(enum yaml_style style, const char *from, const char *end,
                   char *out)
{
    struct decoder d = {.at = from, .end = end, .out = out};

    while (d.at < end) {
        if (line_break(*d.at)) {
            fold(&d);
        } else if (style == YAML_DOUBLE && *d.at == '\\' && d.at + 1 < end) {
            d.at++;
            take_escape(&d);
            d.kept = d.len;
        } else {
            d.at += style == YAML_SINGLE && *d.at == '\'' && d.at + 1 < end;
            d.out[d.len++] = *d.at++;
        }
    }
    return d.len;
}
