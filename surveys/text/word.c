/* word.c - see surveys/word.h. */
#include "surveys/word.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

void word_trim(const struct csv_field *f, struct word *out)
{
    const char *text = f->text;
    size_t len = f->len;

    while (len && (*text == ' ' || *text == '\t'))
        text++, len--;
    while (len && (text[len - 1] == ' ' || text[len - 1] == '\t'))
        len--;
    out->len = len < WORD_MAX ? len : WORD_MAX;
    memcpy(out->text, text, out->len);
    out->text[out->len] = '\0';
}

bool word_code(const struct word *w)
{
    for (size_t i = 0; i < w->len; i++)
        if (w->text[i] <= ' ' || w->text[i] > '~')
            return false;
    return w->len && w->len <= CODE_MAX;
}

bool word_whole(const struct word *w, uint64_t max, uint64_t *out)
{
    char *end;
    unsigned long long v;

    errno = 0;
    v = strtoull(w->text, &end, 10);
    if (*w->text < '0' || *w->text > '9' || *end || errno || v > max)
        return false;
    *out = v;
    return true;
}

static bool hex_digit(char c, uint8_t *out)
{
    if (c >= '0' && c <= '9')
        *out = (uint8_t)(c - '0');
    else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
        *out = (uint8_t)((c | 0x20) - 'a' + 10);
    else
        return false;
    return true;
}

bool word_sixteen(const struct word *w, uint8_t out[ID_SIZE])
{
    uint8_t bytes[ID_SIZE] = {0}, nibble;
    size_t n = 0;

    for (size_t i = 0; i < w->len; i++) {
        if (w->text[i] == '-' && w->len == 36 &&
            (i == 8 || i == 13 || i == 18 || i == 23))
            continue;
        if (n == sizeof bytes * 2 || !hex_digit(w->text[i], &nibble))
            return false;
        bytes[n / 2] = (uint8_t)(bytes[n / 2] << 4 | nibble);
        n++;
    }
    if (n != sizeof bytes * 2)
        return false;
    memcpy(out, bytes, sizeof bytes);
    return true;
}

bool word_rate(const struct word *w, uint32_t *ppm)
{
    char *end;
    double rate;

    if (!*w->text || !strchr("0123456789.", *w->text))
        return false;
    rate = strtod(w->text, &end);
    if (streq(end, "%"))
        rate /= 100;
    else if (*end)
        return false;
    if (!(rate >= 5e-7 && rate <= 1))
        return false;
    *ppm = (uint32_t)(rate * 1e6 + 0.5);
    return true;
}
