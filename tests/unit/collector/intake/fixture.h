/* fixture.h - rules and a store as the collector has them, without sockets:
 * the survey `repair`, the real code tables, and four clients. */
#ifndef TESTS_INTAKE_FIXTURE_H
#define TESTS_INTAKE_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "apply.h"
#include "judge.h"

#define NOW         INT64_C(1795312800000) /* 2026-11-22 10:00 in Beijing */
#define REPAIR_SIZE 7                      /* its items */

/* Public keys: any 40 characters of Z85 do. */
#define KEY_ALL  "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define KEY_WEB  "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define KEY_BOSS "dddddddddddddddddddddddddddddddddddddddd"
#define KEY_NONE "cccccccccccccccccccccccccccccccccccccccc"

struct fixture {
    struct rules rules;
    struct batch batch;
    struct buffer frame;
    struct store *store;
    struct shelf shelf;
};

static const char fixture_clients[] =
    "- name: all\n  key: \"" KEY_ALL "\"\n"
    "  types: [submit, describe, define, invite, pull, invitation, event,"
    " review, erase, sample, campaign, campaigns, optouts, copy]\n"
    "  channels: [sms, web, agent]\n  frames: [invited, open, test]\n"
    "- name: web\n  key: \"" KEY_WEB "\"\n"
    "  types: [submit]\n  channels: [web]\n  frames: [open, invited]\n"
    "  units: [\"44\"]\n"
    "- name: boss\n  key: \"" KEY_BOSS "\"\n"
    "  types: [campaign, campaigns]\n";

static inline const char *fixture_path(const char *path)
{
    static char full[4096];
    const char *root = getenv("ROOT");

    (void)snprintf(full, sizeof full, "%s/%s", root ? root : ".", path);
    return full;
}

static inline void fixture_survey(struct fixture *f, const char *path)
{
    struct survey *s = NULL;
    struct err err = {""};

    assert_int_equal(survey_load(fixture_path(path), NULL, NULL, &s, &err),
                     ST_OK);
    assert_int_equal(catalog_add(&f->rules.catalog, &s), ST_OK);
}

/* The rules are loaded once for all tests of a program; each test has a store
 * of its own. */
static inline int fixture_load(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    char name[] = "clients-XXXXXX";
    struct err err = {""};
    const int fd = mkstemp(name);
    enum status st;

    assert_non_null(f);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, fixture_clients, sizeof fixture_clients - 1),
                     sizeof fixture_clients - 1);
    close(fd);
    st = clients_load(name, &f->rules.clients, &err);
    unlink(name);
    if (st == ST_OK)
        st = codes_load(fixture_path("surveys/codes"), NULL, &f->rules.codes,
                        &err);
    if (st != ST_OK)
        fail_msg("%s", err.text);
    fixture_survey(f, "surveys/definitions/repair.yaml");
    fixture_survey(f, "surveys/definitions/instant.yaml");
    f->frame.max = MESSAGE_MAX;
    *state = f;
    return 0;
}

static inline int fixture_unload(void **state)
{
    struct fixture *f = *state;

    if (f) /* cmocka unloads also what was never loaded */
        rules_free(&f->rules);
    free(f);
    return 0;
}

static inline int fixture_setup(void **state)
{
    struct fixture *f = *state;
    struct err err = {""};

    assert_int_equal(store_open("memory:", STORE_WRITE, &f->store, &err),
                     ST_OK);
    assert_int_equal(shelf_open(f->store, &f->shelf, &err), ST_OK);
    return 0;
}

static inline int fixture_teardown(void **state)
{
    struct fixture *f = *state;

    batch_free(&f->batch);
    buffer_free(&f->frame);
    shelf_close(&f->shelf);
    store_close(&f->store);
    return 0;
}

static inline const struct survey *fixture_repair(const struct fixture *f)
{
    return catalog_newest(&f->rules.catalog, "repair");
}

static inline struct submission fixture_submission(unsigned n)
{
    static const uint8_t answers[REPAIR_SIZE] = {9, 1, 8, 0, 10, 2, 0};
    struct submission s = {.response = {.event_at = NOW - 3600000 - n,
                                        .answered_at = NOW - 60000,
                                        .context = {.operator= "CT",
                                                    .product = "BBD",
                                                    .province = "44",
                                                    .touchpoint = "FIELD",
                                                    .channel = CHANNEL_WEB,
                                                    .frame = FRAME_OPEN},
                                        .rate_ppm = 125000,
                                        .items = REPAIR_SIZE,
                                        .answers = answers,
                                        .comment = "好",
                                        .comment_len = 3}};
    uint8_t random[ID_SIZE];

    for (unsigned i = 0; i < ID_SIZE; i++)
        random[i] = (uint8_t)(n * 53 + i * 17 + 3);
    response_id(NOW - 60000 + n, random, s.response.id);
    return s;
}

static inline void fixture_submit(struct fixture *f,
                                  const struct submission *list, size_t count)
{
    const struct survey *s = fixture_repair(f);
    const struct survey_name name = {s->code, s->version};

    f->frame.len = 0;
    assert_int_equal(wire_submit(41, &name, list, count, &f->frame), ST_OK);
}

/* Judge the frame at hand as `key` would have sent it at `now`. */
static inline enum judgement fixture_judge_at(struct fixture *f,
                                              const char *key, int64_t now,
                                              enum reason *why)
{
    const struct letter letter = {
        .user = key, .data = f->frame.data, .len = f->frame.len, .now = now};
    struct err err;

    batch_reset(&f->batch);
    return judge(&f->rules, &letter, &f->batch, why, &err);
}

static inline enum judgement fixture_judge(struct fixture *f, const char *key,
                                           enum reason *why)
{
    return fixture_judge_at(f, key, NOW, why);
}

/* Judge it as `key`'s, keep it, and read the acknowledgement (its rejections
 * stay in the batch). */
static inline struct ack fixture_keep_at(struct fixture *f, const char *key,
                                         int64_t now)
{
    enum reason why;
    struct err err = {""};

    assert_int_equal(fixture_judge_at(f, key, now, &why), JUDGED_TO_KEEP);
    assert_int_equal(store_begin(f->store, &err), ST_OK);
    if (apply(&f->shelf, &f->batch, &err) != ST_OK)
        fail_msg("%s", err.text);
    assert_int_equal(store_commit(f->store, &err), ST_OK);
    return f->batch.ack;
}

static inline struct ack fixture_keep(struct fixture *f)
{
    return fixture_keep_at(f, KEY_ALL, NOW);
}

static inline struct invitation fixture_invitation(const struct fixture *f,
                                                   unsigned n)
{
    static const uint8_t sealed[] = "sealed";
    const struct survey *repair = fixture_repair(f);
    const struct submission s = fixture_submission(1000 + n);
    struct invitation i = {.due_at = NOW - 1000 + n,
                           .event_at = NOW - 7200000,
                           .context = {.operator= "CM",
                                       .product = "FIX",
                                       .province = "31",
                                       .channel = CHANNEL_SMS,
                                       .frame = FRAME_INVITED},
                           .rate_ppm = 50000,
                           .flags = FLAG_SHARED_NUMBER,
                           .contact = sealed,
                           .contact_len = sizeof sealed};

    memcpy(i.id, s.response.id, ID_SIZE);
    memcpy(i.survey, "repair", 6);
    memcpy(i.version, repair->version, HASH_SIZE);
    memcpy(i.gateway, "all", 3);
    memset(i.respondent, (int)(n % 250) + 1, ID_SIZE);
    memset(i.staff, 77, ID_SIZE);
    return i;
}

/* How many rows a table has. */
static inline bool fixture_count(void *ctx, struct store_key key,
                                 const void *value, size_t len)
{
    (void)key;
    (void)value;
    (void)len;
    ++*(size_t *)ctx;
    return true;
}

static inline size_t fixture_rows(struct fixture *f, enum store_table t)
{
    struct err err;
    size_t count = 0;

    assert_int_equal(store_list(f->store, t, (struct store_key){"", 0},
                                (struct store_key){NULL, 0}, fixture_count,
                                &count, &err),
                     ST_OK);
    return count;
}

#endif
