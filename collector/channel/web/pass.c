/* pass.c - see pass.h.
 *
 * A key of an open survey is "ID.P.U.T.O-SEAL": the id in 32 hexadecimal
 * digits and the four codes, in which a byte that is no letter, digit, '_' or
 * '-' is escaped ("~2e" is a dot). */
#include "pass.h"

#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"

#define TEXT_MAX_SEALED 256
#define DAY_MS          (24 * 60 * 60 * INT64_C(1000))

static const char label_code[] = "open";
static const char label_key[] = "answer";
static const char label_seen[] = "seen";

enum status pass_invited(const struct token_key *key, const char *token,
                         struct pass *out)
{
    struct token t;
    enum status st = token_read(key, token, &t);

    if (st != ST_OK)
        return st;
    *out = (struct pass){.door = DOOR_INVITED,
                         .expires = token_expires(&t),
                         .campaign = t.campaign};
    token_id(key, &t, out->id);
    return ST_OK;
}

/* ---- what a QR code says ---- */

static bool plain(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9') || c == '_' || c == '-';
}

static bool is_code(const char *text)
{
    size_t n = 0;

    while (text[n] > ' ' && text[n] < 0x7f && text[n] != '|')
        n++;
    return text[n] == '\0' && n <= CODE_MAX;
}

/* An address has to fit into a header. */
#define CODES_ESCAPED_MAX 100

static size_t escaped(const char *code)
{
    size_t n = 0;

    for (; *code; code++)
        n += plain(*code) ? 1 : 3;
    return n;
}

static bool take_code(const char *text, char out[CODE_MAX + 1])
{
    if (!text)
        return true;
    if (!is_code(text))
        return false;
    memcpy(out, text, strlen(text) + 1);
    return true;
}

enum status pass_words(const struct token_key *key, const char *survey,
                       const struct pass_words *w, struct pass *out)
{
    struct pass p = {.door = DOOR_OPEN};
    char text[TEXT_MAX_SEALED];

    if (strlen(survey) > SURVEY_CODE_MAX ||
        !take_code(w->province, p.province) || !take_code(w->org, p.org) ||
        !take_code(w->touchpoint, p.touchpoint) ||
        !take_code(w->operator, p.operator))
        return ST_INVALID;
    memcpy(p.survey, survey, strlen(survey) + 1);
    (void)snprintf(text, sizeof text, "%s|%s|%s|%s|%s", survey, p.operator,
                   p.province, p.org, p.touchpoint);
    if ((w->province || w->org || w->touchpoint || w->operator|| w->seal) &&
        (!w->seal || !token_sealed(key, label_code, text, w->seal)))
        return ST_INVALID;
    if (escaped(p.province) + escaped(p.org) + escaped(p.touchpoint) +
            escaped(p.operator) >
        CODES_ESCAPED_MAX)
        return ST_INVALID;
    *out = p;
    return ST_OK;
}

/* ---- a key of an open survey ---- */

static size_t escape(const char *code, char *out)
{
    size_t n = 0;

    for (; *code; code++)
        if (plain(*code)) {
            out[n++] = *code;
        } else {
            out[n++] = '~';
            bytes_hex((const uint8_t *)code, 1, out + n);
            n += 2;
        }
    return n;
}

static int digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Reads up to `end`; false: not as escape writes it. */
static bool unescape(const char **at, char end, char out[CODE_MAX + 1])
{
    size_t n = 0;

    for (; **at && **at != end; ++*at) {
        char c = **at;

        if (n == CODE_MAX || (c != '~' && !plain(c)))
            return false;
        if (c == '~') {
            const int high = digit((*at)[1]);
            const int low = high < 0 ? -1 : digit((*at)[2]);

            if (low < 0)
                return false;
            c = (char)(high << 4 | low);
            *at += 2;
        }
        out[n++] = c;
    }
    out[n] = '\0';
    if (**at != end)
        return false;
    ++*at;
    return true;
}

void pass_open_key(const struct token_key *key, const struct pass *p,
                   const uint8_t id[ID_SIZE], char out[PASS_KEY_MAX])
{
    const char *const codes[] = {p->province, p->org, p->touchpoint,
                                 p->operator};
    /* the sealed text has the survey before the key */
    char text[SURVEY_CODE_MAX + 1 + PASS_KEY_MAX];
    char seal[TOKEN_SEAL_LENGTH + 1];
    size_t n = (size_t)snprintf(text, sizeof text, "%s|", p->survey);
    char *const begin = text + n;

    bytes_hex(id, ID_SIZE, text + n);
    n += 2 * (size_t)ID_SIZE;
    for (size_t i = 0; i < 4; i++) {
        text[n++] = '.';
        n += escape(codes[i], text + n);
    }
    text[n] = '\0';
    token_seal(key, label_key, text, seal);
    (void)snprintf(out, PASS_KEY_MAX, "%s-%s", begin, seal);
}

static bool read_hex(const char **at, uint8_t out[ID_SIZE])
{
    for (size_t i = 0; i < ID_SIZE; i++, *at += 2) {
        const int high = digit(**at);
        const int low = high < 0 ? -1 : digit((*at)[1]);

        if (low < 0)
            return false;
        out[i] = (uint8_t)(high << 4 | low);
    }
    return *(*at)++ == '.';
}

static bool read_key(const char *at, struct pass *p)
{
    return read_hex(&at, p->id) && unescape(&at, '.', p->province) &&
           unescape(&at, '.', p->org) && unescape(&at, '.', p->touchpoint) &&
           unescape(&at, '\0', p->operator) && response_id_legal(p->id);
}

enum status pass_open(const struct token_key *key, const char *path,
                      struct pass *out)
{
    struct pass p = {.door = DOOR_OPEN};
    char text[SURVEY_CODE_MAX + 1 + PASS_KEY_MAX];
    const char *slash = strchr(path, '/');
    const char *dash = slash ? strrchr(slash, '-') : NULL;
    const size_t code = slash ? (size_t)(slash - path) : 0;

    if (!dash || code == 0 || code > SURVEY_CODE_MAX ||
        strlen(slash + 1) >= PASS_KEY_MAX)
        return ST_INVALID;
    (void)snprintf(text, sizeof text, "%.*s|%.*s", (int)code, path,
                   (int)(dash - slash - 1), slash + 1);
    if (!token_sealed(key, label_key, text, dash + 1) ||
        !read_key(text + code + 1, &p))
        return ST_INVALID;
    memcpy(p.survey, path, code);
    p.expires = (int64_t)(bytes_get64(p.id) >> 16) + PASS_OPEN_DAYS * DAY_MS;
    *out = p;
    return ST_OK;
}

/* ---- when a form was made ---- */

void pass_seen(const struct token_key *key, int64_t ms, char out[PASS_SEEN_MAX])
{
    char text[PASS_SEEN_MAX], seal[TOKEN_SEAL_LENGTH + 1];

    (void)snprintf(text, sizeof text, "%lld", (long long)ms);
    token_seal(key, label_seen, text, seal);
    (void)snprintf(out, PASS_SEEN_MAX, "%s-%s", text, seal);
}

int64_t pass_read_seen(const struct token_key *key, const char *text)
{
    const char *dash = text ? strchr(text, '-') : NULL;
    char number[PASS_SEEN_MAX];
    char *end;
    long long ms;

    if (!dash || dash == text || (size_t)(dash - text) > 18)
        return 0;
    memcpy(number, text, (size_t)(dash - text));
    number[dash - text] = '\0';
    if (!token_sealed(key, label_seen, number, dash + 1))
        return 0;
    ms = strtoll(number, &end, 10);
    return *end ? 0 : ms;
}
