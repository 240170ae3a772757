/* person.c - see collector/person.h. */
#include "collector/person.h"

#include <assert.h>
#include <sodium.h>

#include "collector/files.h"
#include "surveys/utf8.h"

#define NUMBER_MIN 7
#define NUMBER_MAX 15
#define RUN_MIN    6 /* digits in a row that may be a number of somebody */

enum status person_key_load(const char *path, struct person_key *out,
                            struct err *err)
{
    struct buffer text = {.max = 4096};
    struct person_key key;
    const char *end;
    size_t len = 0, used;
    enum status st = file_read(path, true, &text, err);

    if (st == ST_OK) {
        used = text.len;
        while (used && strchr("\r\n", text.data[used - 1]))
            used--;
        if (sodium_hex2bin(key.bytes, sizeof key.bytes, (char *)text.data, used,
                           NULL, &len, &end) != 0 ||
            len != sizeof key.bytes || end != (char *)text.data + used)
            st = err_set(err, ST_INVALID,
                         "%s: a hash key is one line of %d hexadecimal digits",
                         path, 2 * PERSON_KEY_SIZE);
    }
    if (st == ST_OK)
        *out = key;
    if (text.data)
        sodium_memzero(text.data, text.cap);
    sodium_memzero(&key, sizeof key);
    buffer_free(&text);
    return st;
}

/* The value of a digit of any script that people type, or -1. */
static int digit_of(uint32_t c)
{
    static const uint32_t chinese[] = {0x3007, 0x4e00, 0x4e8c, 0x4e09,
                                       0x56db, 0x4e94, 0x516d, 0x4e03,
                                       0x516b, 0x4e5d}; /* 〇一…九 */

    if (c >= '0' && c <= '9')
        return (int)(c - '0');
    if (c >= 0xff10 && c <= 0xff19) /* full width */
        return (int)(c - 0xff10);
    for (int i = 0; i < 10; i++)
        if (c == chinese[i])
            return i;
    if (c == 0x96f6) /* 零 */
        return 0;
    return c == 0x5e7a ? 1 : -1; /* 幺, as numbers are read out */
}

static bool joins(uint32_t c)
{
    return c == ' ' || c == '-' || c == '.' || c == 0x3000 || c == 0xff0d ||
           c == 0x2010 || c == 0x2011 || c == 0x2013 || c == 0x2014;
}

/* ---- hashing ---- */

static void hash(const struct person_key *key, const char *kind,
                 const char *text, const char *more, uint8_t out[ID_SIZE])
{
    crypto_generichash_state state;

    /* The NULs are hashed too: no two pairs of texts run together. */
    (void)crypto_generichash_init(&state, key->bytes, sizeof key->bytes,
                                  ID_SIZE);
    (void)crypto_generichash_update(&state, (const uint8_t *)kind,
                                    strlen(kind) + 1);
    (void)crypto_generichash_update(&state, (const uint8_t *)text,
                                    strlen(text) + 1);
    (void)crypto_generichash_update(&state, (const uint8_t *)more,
                                    strlen(more) + 1);
    (void)crypto_generichash_final(&state, out, ID_SIZE);
}

/* The digits alone, without the country code: "+86 139-1234-5678" is
 * 13912345678. */
static bool fold(const char *number, char out[NUMBER_MAX + 1])
{
    const char *at = number, *const end = number + strlen(number);
    char digits[NUMBER_MAX + 5];
    const char *from = digits;
    size_t n = 0;

    if (utf8_valid(number, (size_t)(end - number)) < (size_t)(end - number))
        return false;
    while (at < end) {
        const uint32_t c = utf8_next(&at, end);
        const int digit = digit_of(c);

        if (digit >= 0 && n < sizeof digits - 1)
            digits[n++] = (char)('0' + digit);
        else if (digit >= 0 || !(joins(c) || strchr("+()\t", (int)c)))
            return false;
    }
    digits[n] = '\0';
    if (strncmp(from, "00", 2) == 0)
        from += 2;
    if (strncmp(from, "86", 2) == 0 && strlen(from) >= 12)
        from += 2;
    n = strlen(from);
    if (n < NUMBER_MIN || n > NUMBER_MAX)
        return false;
    memcpy(out, from, n + 1);
    return true;
}

enum status person_respondent(const struct person_key *key, const char *number,
                              const char *activated, uint8_t out[ID_SIZE])
{
    char folded[NUMBER_MAX + 1];

    if (!fold(number, folded))
        return ST_INVALID;
    hash(key, "respondent", folded, activated, out);
    sodium_memzero(folded, sizeof folded);
    return ST_OK;
}

void person_staff(const struct person_key *key, const char *staff,
                  uint8_t out[ID_SIZE])
{
    hash(key, "staff", staff, "", out);
}

/* ---- masking ---- */

static bool in_address(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9') || strchr("._%+-", c);
}

/* Replace what stands around an '@' on both sides; returns the new length. */
static size_t mask_addresses(char *text, size_t len)
{
    size_t to = 0, from = 0;

    while (from < len) {
        size_t begin = to, end = from + 1;

        if (text[from] != '@') {
            text[to++] = text[from++];
            continue;
        }
        while (begin > 0 && text[begin - 1] && in_address(text[begin - 1]))
            begin--;
        while (end < len && text[end] && in_address(text[end]))
            end++;
        if (begin == to || end == from + 1) {
            text[to++] = text[from++];
            continue;
        }
        text[begin] = '*';
        to = begin + 1;
        from = end;
    }
    return to;
}

/* Pass over one separator between two digits. */
static const char *skip_join(const char *at, const char *end)
{
    const char *next = at;

    if (at == end || !joins(utf8_next(&next, end)) || next == end)
        return at;
    return next;
}

/* The run of digits at `at`: where it ends, and how many they are. */
static const char *run_end(const char *at, const char *end, size_t *digits)
{
    const char *behind = at;

    *digits = 0;
    while (at < end && digit_of(utf8_next(&at, end)) >= 0) {
        ++*digits;
        behind = at;
        at = skip_join(at, end);
    }
    if (*digits == 17 && behind < end && (*behind == 'X' || *behind == 'x'))
        behind++; /* the last place of an identity number */
    return behind;
}

size_t person_mask(char *text, size_t len)
{
    const char *at = text, *end;
    char *to = text;

    len = mask_addresses(text, len);
    end = text + len;
    while (at < end) {
        size_t digits;
        const char *behind = run_end(at, end, &digits);

        if (digits == 0) {
            behind = at;
            (void)utf8_next(&behind, end);
        }
        if (digits >= RUN_MIN) {
            memset(to, '*', digits);
            to += digits;
        } else {
            memmove(to, at, (size_t)(behind - at));
            to += behind - at;
        }
        at = behind;
    }
    return (size_t)(to - text);
}
