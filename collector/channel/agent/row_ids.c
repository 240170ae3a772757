/* row_ids.c - see row_ids.h. */
#include "row_ids.h"

#include <sodium.h>

#include "base/bytes.h"
#include "surveys/response.h"

#define CLOCK_FIRST INT64_C(1577836800000) /* 2020-01-01 */
#define CLOCK_SPAN  (UINT64_C(5) * 365 * 86400 * 1000)

void row_ids_init(struct row_ids *ids, const struct source *s,
                  const void *given, size_t len, int64_t first_ms)
{
    (void)crypto_generichash(ids->key, sizeof ids->key, given, len, s->hash,
                             sizeof s->hash);
    ids->clock =
        first_ms > 0
            ? first_ms
            : CLOCK_FIRST + (int64_t)(bytes_get64(s->hash) % CLOCK_SPAN);
}

static void draw(const uint8_t key[HASH_SIZE], uint64_t row,
                 uint8_t out[ID_SIZE])
{
    uint8_t number[8];

    bytes_put64(number, row);
    (void)crypto_generichash(out, ID_SIZE, number, sizeof number, key,
                             HASH_SIZE);
}

void row_id(const struct row_ids *ids, uint64_t row, uint8_t out[ID_SIZE])
{
    uint8_t random[ID_SIZE];

    draw(ids->key, row, random);
    response_id(ids->clock + (int64_t)row, random, out);
}

void row_person_id(const struct row_person *p, uint8_t out[ID_SIZE])
{
    static const char kind[] = "row of a person";
    crypto_generichash_state state;
    uint8_t moments[16], random[ID_SIZE];

    bytes_put64(moments, (uint64_t)p->event_at);
    bytes_put64(moments + 8, (uint64_t)p->answered_at);
    (void)crypto_generichash_init(&state, NULL, 0, sizeof random);
    (void)crypto_generichash_update(&state, (const uint8_t *)kind, sizeof kind);
    (void)crypto_generichash_update(&state, (const uint8_t *)p->survey,
                                    strlen(p->survey) + 1);
    (void)crypto_generichash_update(&state, &p->entry, 1);
    (void)crypto_generichash_update(&state, p->respondent, ID_SIZE);
    (void)crypto_generichash_update(&state, moments, sizeof moments);
    (void)crypto_generichash_final(&state, random, sizeof random);
    response_id(p->answered_at, random, out);
}

void row_salt(const struct row_ids *ids, uint64_t row, uint8_t out[ID_SIZE])
{
    draw(ids->secret, row, out);
}
