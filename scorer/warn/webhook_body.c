/* webhook_body.c - what is sent, and its signature: see webhook.h.
 *
 * Signed as Standard Webhooks 1.0 has it, with CloudEvents 1.0.2 inside.
 */
#include <sodium.h>
#include <stdlib.h>
#include <time.h>

#include "scorer/random.h"
#include "webhook.h"

enum { PAUSE_MS = 1000, DOUBLED_MAX = 12, PAUSE_MAX_MS = 3600 * 1000 };

enum status webhook_body(const struct warning *w, const char *ledger,
                         struct buffer *out)
{
    const time_t seconds = (time_t)(w->stored_at / 1000);
    char id[24], source[64], when[32];
    struct json *j = json_new();
    struct tm utc;

    (void)gmtime_r(&seconds, &utc);
    (void)strftime(when, sizeof when, "%Y-%m-%dT%H:%M:%SZ", &utc);
    snprintf(id, sizeof id, "%llu", (unsigned long long)w->number);
    snprintf(source, sizeof source, "urn:manyi:warnings:%s", ledger);
    json_put_object(j, NULL);
    json_put_text(j, "specversion", "1.0");
    json_put_text(j, "id", id);
    json_put_text(j, "source", source);
    json_put_text(j, "type", "manyi.warning.v1");
    json_put_text(j, "subject", w->survey);
    json_put_text(j, "time", when);
    json_put_text(j, "datacontenttype", "application/json");
    event_put(w, j, "data");
    json_close(j);
    return json_end_buffer(&j, out);
}

void webhook_sign(const uint8_t key[WEBHOOK_KEY], const char *id,
                  int64_t seconds, const void *body, size_t len,
                  char out[WEBHOOK_SIGNATURE])
{
    crypto_auth_hmacsha256_state state;
    uint8_t mac[crypto_auth_hmacsha256_BYTES];
    char head[64];
    const int n =
        snprintf(head, sizeof head, "%s.%lld.", id, (long long)seconds);

    (void)crypto_auth_hmacsha256_init(&state, key, WEBHOOK_KEY);
    (void)crypto_auth_hmacsha256_update(&state, (const uint8_t *)head,
                                        (unsigned long long)n);
    (void)crypto_auth_hmacsha256_update(&state, body, len);
    (void)crypto_auth_hmacsha256_final(&state, mac);
    memcpy(out, "v1,", 3);
    (void)sodium_bin2base64(out + 3, WEBHOOK_SIGNATURE - 3, mac, sizeof mac,
                            sodium_base64_VARIANT_ORIGINAL);
    sodium_memzero(&state, sizeof state);
}

int64_t webhook_pause(uint64_t seed, unsigned failed)
{
    const unsigned doubled = failed < DOUBLED_MAX ? failed : DOUBLED_MAX;
    const int64_t whole = (int64_t)PAUSE_MS << (doubled ? doubled - 1 : 0);
    const int64_t pause = whole < PAUSE_MAX_MS ? whole : PAUSE_MAX_MS;

    return pause / 2 +
           (int64_t)random_below(random_at(seed, failed), (size_t)pause + 1);
}

/* ---- where to ---- */

static bool begins(const char *text, size_t len, const char *with)
{
    const size_t n = strlen(with);

    return len > n && strncmp(text, with, n) == 0;
}

/* In clear only to this machine: the host ends at its port or path. */
static bool to_ourselves(const char *url, size_t len)
{
    static const char *const hosts[] = {"http://127.0.0.1", "http://[::1]",
                                        "http://localhost"};

    for (size_t i = 0; i < sizeof hosts / sizeof *hosts; i++)
        if (begins(url, len, hosts[i]) &&
            (url[strlen(hosts[i])] == ':' || url[strlen(hosts[i])] == '/'))
            return true;
    return false;
}

/* No user or password: they would be in every configuration. */
bool webhook_legal(const char *url, size_t len)
{
    if (len >= WEBHOOK_URL_MAX || memchr(url, '@', len))
        return false;
    for (size_t i = 0; i < len; i++)
        if (url[i] <= ' ' || url[i] == 0x7f)
            return false;
    return begins(url, len, "https://") || to_ourselves(url, len);
}
