/* samples.h - responses to put into an outbox; included by its tests. */
#ifndef TESTS_CLIENT_SAMPLES_H
#define TESTS_CLIENT_SAMPLES_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "collector/client.h"

enum { SAMPLE_ITEMS = 24 };

static uint8_t sample_version[HASH_SIZE];
static uint8_t sample_answers[SAMPLE_ITEMS];
static char sample_comment[COMMENT_MAX];

static inline const struct survey_name *sample_name(void)
{
    static const struct survey_name name = {"tcsi-mobile", sample_version};

    memset(sample_version, 0xb7, sizeof sample_version);
    return &name;
}

/* Responses first, first + 1 ...: high-entropy ids that tell their number. */
static inline void sample_fill(struct submission *list, size_t count,
                               uint32_t first, size_t comment_len)
{
    for (size_t i = 0; i < SAMPLE_ITEMS; i++)
        sample_answers[i] = (uint8_t)(1 + (i * 7 + first) % 10);
    memset(sample_comment, 'w', sizeof sample_comment);
    for (size_t i = 0; i < count; i++) {
        struct response *r = &list[i].response;
        uint8_t random[ID_SIZE];

        memset(&list[i], 0, sizeof list[i]);
        for (size_t k = 0; k < sizeof random; k++)
            random[k] = (uint8_t)((first + i) * 2654435761u >> (k & 3) * 8);
        response_id(1795000000000 + first + (int64_t)i, random, r->id);
        memcpy(r->version, sample_name()->version, HASH_SIZE);
        r->event_at = r->answered_at = 1795000000000 + (int64_t)i;
        memcpy(r->context.operator, "CT", 2);
        memcpy(r->context.product, "MOB", 3);
        memcpy(r->context.province, "42", 2);
        r->context.channel = CHANNEL_WEB;
        r->context.entry = (uint8_t)(i % ENTRIES);
        memset(r->salt, 0x5c, sizeof r->salt);
        r->items = SAMPLE_ITEMS;
        r->answers = sample_answers;
        r->comment = sample_comment;
        r->comment_len = comment_len;
    }
}

/* Each has an id that tells its number: its first four bytes. */
static inline void sample_id(uint32_t n, uint8_t out[ID_SIZE])
{
    uint8_t random[ID_SIZE];

    for (size_t k = 0; k < sizeof random; k++)
        random[k] = (uint8_t)(n * 2654435761u >> (k & 3) * 8);
    response_id((int64_t)n << 16, random, out);
}

static inline uint32_t sample_number(const uint8_t id[ID_SIZE])
{
    return (uint32_t)id[0] << 24 | (uint32_t)id[1] << 16 |
           (uint32_t)id[2] << 8 | id[3];
}

static inline struct wire_event sample_event(uint32_t n)
{
    struct wire_event e = {.kind = EVENT_STARTED,
                           .at = 1795000000000 + (int64_t)n,
                           .channel = CHANNEL_SMS};

    sample_id(n, e.id);
    sample_id(n + 1000000, e.invitation);
    return e;
}

static inline struct invitation sample_invitation(uint32_t n)
{
    static const uint8_t sealed[] = {9, 200, 0, 31, 77, 5};
    struct invitation i = {.due_at = 1795000000000,
                           .event_at = 1794990000000,
                           .contact = sealed,
                           .contact_len = sizeof sealed};

    sample_id(n, i.id);
    memcpy(i.survey, "tcsi-mobile", 11);
    memcpy(i.version, sample_name()->version, HASH_SIZE);
    memcpy(i.gateway, "sms-1", 5);
    memcpy(i.context.product, "MOB", 3);
    return i;
}

static inline struct wire_sample sample_cell(uint32_t n)
{
    struct wire_sample s = {.at = 1795000000000,
                            .event_at = 1794960000000,
                            .rate_ppm = 20000,
                            .events = 7301,
                            .eligible = 7000,
                            .drawn = 140,
                            .excluded = {[EXCLUDED_TOO_RECENT] = 301}};

    sample_id(n, s.id);
    memcpy(s.campaign, "repair-q4", 9);
    memcpy(s.survey, "repair", 6);
    return s;
}

/* A file name in this test's own folder; whatever was there is gone. */
static inline const char *sample_path(const char *name)
{
    static char path[4096];
    const char *dir = getenv("TMPDIR");

    (void)snprintf(path, sizeof path, "%s/%s", dir ? dir : ".", name);
    return path;
}

static inline void sample_remove(const char *name)
{
    static const char *const ends[] = {"", "-wal", "-shm", "-journal"};
    char path[4200];

    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        (void)snprintf(path, sizeof path, "%s%s", sample_path(name), ends[i]);
        unlink(path);
    }
}

#endif
