/* store_sample.h - responses for tests of the store: every field set, no two
 * alike, the same for the same seed. */
#ifndef TESTS_STORE_SAMPLE_H
#define TESTS_STORE_SAMPLE_H

#include <stdio.h>

#include "surveys/response.h"

#define SAMPLE_ITEMS 24

struct sample {
    struct response r;
    uint8_t answers[ITEMS_MAX];
    char comment[COMMENT_MAX];
};

static inline uint64_t sample_next(uint64_t *state)
{
    /* splitmix64, Steele, Lea & Flood 2014 */
    uint64_t z = *state += 0x9e3779b97f4a7c15u;

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static inline void sample_code(char out[CODE_MAX + 1], const char *code)
{
    (void)snprintf(out, CODE_MAX + 1, "%s", code);
}

static inline void sample_bytes(uint64_t *state, uint8_t *out, size_t len)
{
    for (size_t i = 0; i < len; i++)
        out[i] = (uint8_t)(sample_next(state) >> 33 | 1);
}

/* 24 answers on a 1-10 scale, given at `ms`; the pointers are into *s. */
static inline void sample_make(struct sample *s, uint64_t seed, int64_t ms)
{
    static const char *const operators[] = {"CT", "CM", "CU", "CB"};
    static const char *const products[] = {"FIX", "MOB", "BBD"};
    static const char *const places[] = {"HALL_OWN", "HOTLINE", "ONLINE"};
    static const char *const classes[] = {"DIA", "GLD", "3B", ""};
    uint64_t state = seed * 0x2545f4914f6cdd1du + 1;
    struct context *c = &s->r.context;
    uint8_t random[ID_SIZE];

    memset(s, 0, sizeof *s);
    sample_bytes(&state, random, sizeof random);
    response_id(ms, random, s->r.id);
    memset(s->r.version, 0x5c, HASH_SIZE);
    s->r.event_at = ms - 86400000 + (int64_t)(sample_next(&state) % 3600000);
    s->r.answered_at = ms;
    s->r.received_at = ms + 731;
    sample_code(c->operator, operators[sample_next(&state) % 4]);
    sample_code(c->product, products[sample_next(&state) % 3]);
    (void)snprintf(c->province, sizeof c->province, "%u",
                   11 + (unsigned)(sample_next(&state) % 55));
    (void)snprintf(c->org, sizeof c->org, "U%u",
                   (unsigned)(sample_next(&state) % 100000));
    sample_code(c->touchpoint, places[sample_next(&state) % 3]);
    sample_code(c->class, classes[sample_next(&state) % 4]);
    (void)snprintf(c->stratum, sizeof c->stratum, "S%u",
                   (unsigned)(sample_next(&state) % 31));
    c->channel = (uint8_t)(sample_next(&state) % CHANNELS);
    c->frame = (uint8_t)(sample_next(&state) % FRAME_TEST);
    c->attributes[0] = (uint8_t)(1 + sample_next(&state) % 6);
    c->attributes[3] = (uint8_t)(sample_next(&state) % 3);
    s->r.rate_ppm = (uint32_t)(sample_next(&state) % 1000000);
    s->r.duration_ms = (uint32_t)(sample_next(&state) % 600000);
    s->r.flags = (uint32_t)(sample_next(&state) % 128);
    sample_bytes(&state, s->r.respondent, ID_SIZE);
    sample_bytes(&state, s->r.staff, ID_SIZE);
    sample_bytes(&state, s->r.device, ID_SIZE);
    sample_bytes(&state, s->r.salt, ID_SIZE);
    s->r.items = SAMPLE_ITEMS;
    for (size_t i = 0; i < SAMPLE_ITEMS; i++)
        s->answers[i] = (uint8_t)(1 + sample_next(&state) % 10);
    s->r.answers = s->answers;
    s->r.comment_len =
        (size_t)snprintf(s->comment, sizeof s->comment, "装维师傅很好 %016llx",
                         (unsigned long long)sample_next(&state));
    s->r.comment = s->comment;
}

#endif
