/* wire_samples.h - one of each record, with every field filled by numbers that
 * differ. */
#ifndef TESTS_WIRE_SAMPLES_H
#define TESTS_WIRE_SAMPLES_H

#include <stdio.h>

#include "collector/wire.h"

#define SAMPLE_ITEMS 24

static const char sample_comment[] = "网速慢，客服态度好 (fine)";

static inline void sample_bytes(uint8_t *out, size_t len, unsigned seed)
{
    for (size_t i = 0; i < len; i++)
        out[i] = (uint8_t)(seed * 37 + i * 11 + 1);
}

static inline struct context sample_context(unsigned n)
{
    struct context c = {.channel = CHANNEL_WEB,
                        .entry = ENTRY_KEYED,
                        .frame = FRAME_THIRD,
                        .attributes = {3, 0, 250, 1, 7, 9, 0, 2}};

    memcpy(c.operator, "CT", 2);
    memcpy(c.product, "MOB", 3);
    memcpy(c.province, "44", 2);
    (void)snprintf(c.org, sizeof c.org, "GD-%u", n % 1000);
    memcpy(c.touchpoint, "HALL_OWN", 8);
    memcpy(c.class, "GLD", 3);
    memcpy(c.stratum, "urban-16-chars..", 16);
    return c;
}

/* `answers` (SAMPLE_ITEMS bytes) is filled and pointed to. */
static inline struct submission sample_submission(unsigned n, uint8_t *answers)
{
    struct submission s = {
        .response = {.event_at = 1764000000123 + n,
                     .answered_at = 1764003600456 + n,
                     .context = sample_context(n),
                     .rate_ppm = 123457,
                     .duration_ms = 95321,
                     .flags = FLAG_FAST | FLAG_ASSISTED,
                     .items = SAMPLE_ITEMS,
                     .answers = answers,
                     .comment_len = sizeof sample_comment - 1,
                     .comment = sample_comment},
        .correction = true};
    uint8_t random[ID_SIZE];

    sample_bytes(random, sizeof random, n + 5);
    response_id(1764003600456 + n, random, s.response.id);
    sample_bytes(s.response.respondent, ID_SIZE, n + 1);
    sample_bytes(s.response.staff, ID_SIZE, n + 2);
    sample_bytes(s.response.device, ID_SIZE, n + 3);
    sample_bytes(s.response.salt, ID_SIZE, n + 4);
    for (unsigned i = 0; i < SAMPLE_ITEMS; i++)
        answers[i] = (uint8_t)((n + 3 * i) % 11);
    return s;
}

static inline struct invitation sample_invitation(unsigned n)
{
    static const uint8_t sealed[] = {9, 200, 0, 31, 77, 5};
    struct invitation i = {.due_at = 1764000000001 + n,
                           .expires_at = 1764900000002,
                           .leased_until = 1764000900003,
                           .state = INVITATION_CLOSED,
                           .event_at = 1763999999004,
                           .context = sample_context(n),
                           .rate_ppm = 7001,
                           .flags = FLAG_SHARED_NUMBER,
                           .contact_len = sizeof sealed,
                           .contact = sealed};
    uint8_t random[ID_SIZE];

    i.context.entry = 0;
    sample_bytes(random, sizeof random, n + 11);
    response_id(i.due_at, random, i.id);
    sample_bytes(i.version, HASH_SIZE, 12);
    sample_bytes(i.respondent, ID_SIZE, n + 13);
    sample_bytes(i.staff, ID_SIZE, 14);
    memcpy(i.survey, "tcsi-mobile", 11);
    memcpy(i.gateway, "sms-1", 5);
    memcpy(i.language, "zh-Hans-CN", 10);
    memcpy(i.campaign, "2026q4", 6);
    memcpy(i.notice, "n-7", 3);
    memcpy(i.basis, "opinions", 8);
    return i;
}

static inline struct wire_event sample_event(unsigned n)
{
    struct wire_event e = {.kind = EVENT_DISPOSITION,
                           .at = 1764000000777 + n,
                           .channel = CHANNEL_SMS};

    sample_bytes(e.id, ID_SIZE, n + 21);
    sample_bytes(e.invitation, ID_SIZE, n + 22);
    sample_bytes(e.respondent, ID_SIZE, n + 23);
    memcpy(e.code, "refused", 7);
    return e;
}

static inline struct wire_sample sample_sample(unsigned n)
{
    struct wire_sample s = {.at = 1764000000888 + n,
                            .event_at = 1763913600000,
                            .context = sample_context(n),
                            .rate_ppm = 31250,
                            .events = UINT64_C(1) << 40,
                            .eligible = 1099511627000,
                            .drawn = 34359738000 + n};

    s.context.entry = 0;
    sample_bytes(s.id, ID_SIZE, n + 31);
    memcpy(s.campaign, "2026q4", 6);
    memcpy(s.survey, "tcsi-mobile", 11);
    for (unsigned i = 0; i < EXCLUDED_REASONS; i++)
        s.excluded[i] = i == 2 ? 0 : 100 + 3 * i;
    return s;
}

static inline struct campaign sample_campaign(unsigned n)
{
    struct campaign c = {.plan = {.purpose = PURPOSE_FOLLOW_UP,
                                  .closes_at = 1764900000009 + n,
                                  .canary_ppm = 10007,
                                  .canary_ms = 7200001,
                                  .opt_out_ppm = 20011,
                                  .failed_ppm = 300017,
                                  .escalated_ppm = 1003,
                                  .limit_after = 211},
                         .number = 1019,
                         .state = CAMPAIGN_PAUSED,
                         .before = CAMPAIGN_CANARY,
                         .reason = "投诉: too many",
                         .drafted_at = 1764000000011,
                         .approved_at = 1764000000012,
                         .changed_at = 1764000000013,
                         .canary_at = 1764000000014,
                         .invitations = UINT64_MAX,
                         .leased = 101,
                         .sent = 102,
                         .failed = 103,
                         .opted_out = 104,
                         .escalated = 105};

    (void)snprintf(c.plan.campaign, sizeof c.plan.campaign, "autumn-%u", n);
    memcpy(c.plan.survey, "tcsi-mobile", 11);
    sample_bytes(c.plan.version, HASH_SIZE, 41);
    sample_bytes(c.plan.plan, HASH_SIZE, 42);
    memcpy(c.drafted_by, "invite", 6);
    memcpy(c.approved_by, "boss", 4);
    memcpy(c.changed_by, "boss-2", 6);
    return c;
}

#endif
