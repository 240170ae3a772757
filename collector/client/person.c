/* person.c - see collector/person.h. */
#include "collector/person.h"

#include <sodium.h>

#include "digits.h"
#include "secret.h"
#include "surveys/utf8.h"

#define RUN_MIN 6 /* digits in a row that may be a number of somebody */

enum status person_key_load(const char *path, struct person_key *out,
                            struct err *err)
{
    return secret_load(path, "a hash key", 1, out->bytes, err);
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

enum status person_respondent(const struct person_key *key, const char *number,
                              const char *activated, uint8_t out[ID_SIZE])
{
    char normal[PERSON_NUMBER_MAX + 1];

    if (person_number(number, normal) != ST_OK)
        return ST_INVALID;
    hash(key, "respondent", normal, activated, out);
    sodium_memzero(normal, sizeof normal);
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

    if (at == end || !digits_join(utf8_next(&next, end)) || next == end)
        return at;
    return next;
}

/* The run of digits at `at`: where it ends, and how many they are. */
static const char *run_end(const char *at, const char *end, size_t *digits)
{
    const char *behind = at;

    *digits = 0;
    while (at < end && digits_value(utf8_next(&at, end)) >= 0) {
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
