/* number.c - see person_number in collector/person.h: one number, however it
 * is written, is one text.
 *
 * The lengths are those of 电信网编号计划: a mobile has 11 digits and begins
 * with 13 to 19; behind its 0 a landline has 10 digits where the area code has
 * two (10, 2x) and 10 or 11 where it has three; 400 and 800 numbers have 10
 * and no 0; numbers of things have 13.  Longer than that is a number with an
 * extension, which nobody can be reached by. */
#include <sodium.h>
#include <string.h>

#include "collector/person.h"
#include "digits.h"
#include "surveys/utf8.h"

#define DIGITS_MIN 7
#define DIGITS_MAX 15

struct written {
    char digits[DIGITS_MAX + 6]; /* 00, 86 and a 0 may stand before */
    bool plus;                   /* '+' before the first of them */
};

/* Marks without width, which telephones copy together with a number. */
static bool invisible(uint32_t c)
{
    return (c >= 0x200b && c <= 0x200f) || (c >= 0x202a && c <= 0x202e) ||
           c == 0xfeff;
}

static bool aside(uint32_t c)
{
    return digits_join(c) || invisible(c) || c == '\t' || c == '(' ||
           c == ')' || c == 0xff08 || c == 0xff09;
}

static bool collect(const char *text, struct written *w)
{
    const char *at = text, *const end = text + strlen(text);
    size_t n = 0;

    if (utf8_valid(text, (size_t)(end - text)) < (size_t)(end - text))
        return false;
    while (at < end) {
        const uint32_t c = utf8_next(&at, end);
        const int digit = digits_value(c);

        if (digit >= 0 && n < sizeof w->digits - 1)
            w->digits[n++] = (char)('0' + digit);
        else if (digit < 0 && (c == '+' || c == 0xff0b) && n == 0 && !w->plus)
            w->plus = true;
        else if (digit >= 0 || !aside(c))
            return false;
    }
    w->digits[n] = '\0';
    return true;
}

static bool begins(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

/* What follows is ours without anything before it: "13912345678",
 * "2158881234". */
static bool is_mobile(const char *d)
{
    return strlen(d) == 11 && d[0] == '1' && d[1] >= '3';
}

/* Things and the ports of services, where they are longer than anybody's. */
static bool is_thing(const char *d)
{
    return begins(d, "10") || begins(d, "14");
}

static bool fits_landline(const char *d)
{
    const size_t len = strlen(d);

    return len <= (begins(d, "10") || d[0] == '2' ? 10 : 11);
}

static bool no_area(const char *d)
{
    const size_t len = strlen(d);

    return (len == 10 && (begins(d, "400") || begins(d, "800"))) ||
           (len > 10 && is_thing(d)) || len <= 8;
}

/* A number of ours in its national form.  `abroad`: it came with our country
 * code, so that an area code has lost its 0. */
static bool put_ours(const char *d, bool abroad,
                     char out[PERSON_NUMBER_MAX + 1])
{
    const bool zero = d[0] == '0';
    const char *rest = zero ? d + 1 : d;
    size_t before = 0; /* zeros */

    if (rest[0] == '0')
        return false;
    if (!is_mobile(rest)) {
        if (zero || (abroad && !no_area(rest)))
            before = 1;
        if (before ? !fits_landline(rest)
                   : strlen(rest) > 11 && !is_thing(rest))
            return false;
    }
    if (before + strlen(rest) < DIGITS_MIN || strlen(rest) > DIGITS_MAX)
        return false;
    out[0] = '0';
    memcpy(out + before, rest, strlen(rest) + 1);
    return true;
}

static bool put_foreign(const char *d, char out[PERSON_NUMBER_MAX + 1])
{
    const size_t len = strlen(d);

    if (len < DIGITS_MIN || len > DIGITS_MAX || d[0] == '0')
        return false;
    memcpy(out, "00", 2);
    memcpy(out + 2, d, len + 1);
    return true;
}

static bool normalise(const struct written *w, char out[PERSON_NUMBER_MAX + 1])
{
    const char *d = w->digits;
    bool abroad = w->plus;

    if (begins(d, "00")) {
        abroad = true;
        d += 2;
    }
    /* No area code begins with 86, and a local number is shorter. */
    if (begins(d, "86") && (abroad || strlen(d) >= 12))
        return put_ours(d + 2, true, out);
    return abroad ? put_foreign(d, out) : put_ours(d, false, out);
}

enum status person_number(const char *text, char out[PERSON_NUMBER_MAX + 1])
{
    struct written w = {.plus = false};
    char normal[PERSON_NUMBER_MAX + 1];
    const bool is = collect(text, &w) && normalise(&w, normal);

    if (is)
        memcpy(out, normal, strlen(normal) + 1);
    sodium_memzero(&w, sizeof w);
    sodium_memzero(normal, sizeof normal);
    return is ? ST_OK : ST_INVALID;
}
