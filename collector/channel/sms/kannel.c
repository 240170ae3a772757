/* kannel.c - URLs out, words in. */
#include "kannel.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>

#include "surveys/utf8.h"

#define NAME_LENGTH (2 * ID_SIZE + 1 + 10) /* id, seq */

/* ---- sending ---- */

static enum status escape(const char *text, size_t len, struct buffer *out)
{
    static const char digits[] = "0123456789ABCDEF";
    enum status st = ST_OK;

    for (size_t i = 0; i < len && st == ST_OK; i++) {
        const unsigned char c = (unsigned char)text[i];
        const char code[3] = {'%', digits[c >> 4], digits[c & 15]};

        st = c < 0x80 && (isalnum(c) || strchr("-._~", c) != NULL) && c
                 ? buffer_byte(out, c)
                 : buffer_add(out, code, sizeof code);
    }
    return st;
}

static enum status pair(const char *key, const char *value, size_t len,
                        struct buffer *out)
{
    enum status st = buffer_add(out, key, strlen(key));

    return st == ST_OK ? escape(value, len, out) : st;
}

static void name_of(const uint8_t *id, uint32_t seq, char out[NAME_LENGTH + 1])
{
    bytes_hex(id, ID_SIZE, out);
    snprintf(out + 2 * ID_SIZE, NAME_LENGTH + 1 - 2 * ID_SIZE, ".%" PRIu32,
             seq);
}

static enum status report_to(const struct kannel *k,
                             const struct kannel_message *m, struct buffer *out)
{
    char name[NAME_LENGTH + 1], seal[TOKEN_SEAL_LENGTH + 1], url[512];

    name_of(m->id, m->seq, name);
    token_seal(k->mac, "dlr", name, seal);
    /* Kannel puts the state and the network's words in; the percent signs are
     * escaped once more with the rest */
    snprintf(url, sizeof url, "%s/sms/dlr?id=%s&mac=%s&s=%%d&why=%%A",
             k->callback, name, seal);
    return pair("&dlr-mask=31&dlr-url=", url, strlen(url), out);
}

enum status kannel_url(const struct kannel *k, const struct kannel_message *m,
                       struct buffer *out)
{
    const struct {
        const char *key, *value;
    } fixed[] = {{"?username=", k->user},
                 {"&password=", k->password},
                 {"&from=", k->port},
                 {"&to=", m->to}};
    enum status st = buffer_add(out, k->url, strlen(k->url));
    char rest[64];
    bool gsm7;

    for (size_t i = 0; i < sizeof fixed / sizeof *fixed && st == ST_OK; i++)
        st = pair(fixed[i].key, fixed[i].value, strlen(fixed[i].value), out);
    (void)utf8_sms_units(m->text, m->len, &gsm7);
    snprintf(rest, sizeof rest,
             "&charset=UTF-8&coding=%d&validity=%" PRId64 "&text=",
             gsm7 ? 0 : 2, k->validity_min);
    if (st == ST_OK)
        st = pair(rest, m->text, m->len, out);
    if (st == ST_OK && m->id)
        st = report_to(k, m, out);
    return st == ST_OK ? buffer_byte(out, 0) : st;
}

enum call_result kannel_verdict(const struct fetch_answer *a, const char **word)
{
    *word = "unknown";
    if (a->status == ST_BUSY) {
        *word = "unreached";
        return CALL_NOT_SENT;
    }
    if (a->status != ST_OK)
        return CALL_UNKNOWN;
    if (a->code == 202 || a->code == 200) {
        *word = "accepted";
        return CALL_ACCEPTED;
    }
    if (a->code == 400) {
        *word = "refused";
        return CALL_REFUSED;
    }
    /* 503: try later.  Other refusals (a wrong password, another path) are
     * ours to mend and no fault of the number.  Other 5xx may come from a
     * proxy behind which it was sent. */
    if (a->code == 503 || (a->code > 400 && a->code < 500)) {
        *word = a->code == 503 ? "busy" : "denied";
        return CALL_NOT_SENT;
    }
    return CALL_UNKNOWN;
}

/* ---- reports ---- */

static int digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool kannel_name(const struct token_key *mac, const char *name,
                 const char *seal, uint8_t id[ID_SIZE], uint32_t *seq)
{
    unsigned long n;
    char *end;

    if (strlen(name) < 2 * ID_SIZE + 2 || strlen(name) > NAME_LENGTH ||
        name[2 * ID_SIZE] != '.' || !token_sealed(mac, "dlr", name, seal))
        return false;
    for (size_t i = 0; i < ID_SIZE; i++) {
        const int high = digit(name[2 * i]), low = digit(name[2 * i + 1]);

        if (high < 0 || low < 0)
            return false;
        id[i] = (uint8_t)(high << 4 | low);
    }
    n = strtoul(name + 2 * ID_SIZE + 1, &end, 10);
    if (*end || n == 0 || n > UINT32_MAX)
        return false;
    *seq = (uint32_t)n;
    return true;
}

enum status kannel_report(const char *bits, enum report *out)
{
    char *end;
    const long n = strtol(bits, &end, 10);

    if (*end || end == bits || n < 1 || n > 63)
        return ST_INVALID;
    if (n & (2 | 16))
        *out = REPORT_FAILED;
    else
        *out = n & 1 ? REPORT_DELIVERED : REPORT_SENT;
    return ST_OK;
}

void kannel_reason(const char *reply, char out[CODE_MAX + 1])
{
    const char *at = strstr(reply, "stat:");
    size_t n = 0;

    if (at)
        for (at += 5; n < CODE_MAX && isalnum((unsigned char)*at); at++)
            out[n++] = *at;
    out[n] = '\0';
    if (n == 0)
        snprintf(out, CODE_MAX + 1, "failed");
}
