/* answer.c - see surveys/answer.h.
 *
 * Nearly every answer is one or two plain digits, so those are taken first.
 * What is not a number is never repeated in a message: a column too far to the
 * left may hold a telephone number.
 */
#include "surveys/answer.h"

#include <string.h>

static bool digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool blank(char c)
{
    return c == ' ' || c == '\t';
}

static enum status off_scale(const struct item *it, const char *number,
                             size_t len, struct err *err)
{
    struct err is;

    if (len <= 6)
        (void)err_set(&is, ST_INVALID, "%.*s", (int)len, number);
    else
        (void)err_set(&is, ST_INVALID, "a number of %zu characters", len);
    if (it->kind == ITEM_CHOICE)
        return err_set(err, ST_INVALID, "%s is not one of the choices",
                       is.text);
    return err_set(err, ST_INVALID, "%s is not on the scale %d-%d", is.text,
                   it->min, it->max);
}

static enum status store(const struct item *it, int value, const char *number,
                         size_t len, uint8_t *stored, struct err *err)
{
    uint8_t byte;

    if (value < it->min || value > it->max)
        return off_scale(it, number, len, err);
    byte = (uint8_t)(value - it->min + 1);
    if (!answer_legal(it, byte))
        return off_scale(it, number, len, err);
    *stored = byte;
    return ST_OK;
}

static enum status parse_number(const struct item *it, const char *text,
                                size_t len, uint8_t *stored, struct err *err)
{
    const char *const end = text + len, *p = text;
    bool negative = false;
    int value = 0;

    if (p < end && (*p == '+' || *p == '-'))
        negative = *p++ == '-';
    if (p == end || !digit(*p))
        return err_set(err, ST_INVALID, "not a whole number");
    for (; p < end && digit(*p); p++)
        value = value > 1000000 ? value : value * 10 + (*p - '0');
    if (p + 1 < end && *p == '.' && digit(p[1])) {
        bool fraction = false;

        for (p++; p < end && digit(*p); p++)
            fraction = fraction || *p != '0';
        if (p == end && fraction)
            return err_set(err, ST_INVALID, "a fraction; whole numbers only");
    }
    if (p < end)
        return err_set(err, ST_INVALID, "not a whole number");
    return store(it, negative ? -value : value, text, len, stored, err);
}

static enum status parse(const struct item *it, const char *text, size_t len,
                         uint8_t *stored, struct err *err)
{
    while (len && blank(text[0]))
        text++, len--;
    while (len && blank(text[len - 1]))
        len--;
    if (!len) {
        *stored = 0;
        return ST_OK;
    }
    if (it->kind == ITEM_TEXT)
        return err_set(err, ST_INVALID, "a text; its place is the comment");
    return parse_number(it, text, len, stored, err);
}

enum status answer_parse(const struct item *it, const char *text, size_t len,
                         uint8_t *stored, struct err *err)
{
    if (it->kind == ITEM_SCALE && (len == 1 || len == 2)) {
        const unsigned high = len == 2 ? (unsigned char)text[0] - '0' : 0;
        const unsigned low = (unsigned char)text[len - 1] - '0';
        const int value = (int)(high * 10 + low);

        if (high <= 9 && low <= 9 && value >= it->min && value <= it->max) {
            *stored = (uint8_t)(value - it->min + 1);
            return ST_OK;
        }
    }
    return parse(it, text, len, stored, err);
}

bool answer_legal(const struct item *it, uint8_t stored)
{
    const int answer = it->min + stored - 1;

    if (!stored)
        return true;
    if (it->kind == ITEM_TEXT || answer > it->max)
        return false;
    if (it->kind == ITEM_SCALE)
        return true;
    for (size_t i = 0; i < it->choices; i++)
        if (it->choice[i].code == answer)
            return true;
    return false;
}
