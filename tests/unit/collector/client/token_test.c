/* token_test.c - who may answer: twenty characters that nobody can make up. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/bytes.h"
#include "collector/keys.h"
#include "collector/token.h"
#include "surveys/response.h"

#define ALPHABET "23456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
#define DAY_MS   INT64_C(86400000)
#define NEW_YEAR INT64_C(1767196800000) /* 2026-01-01 00:00 in Shanghai */

static const struct token_key key = {{0x6e, 0x01, 0xd4, 0x93, 0x58, 0xfa}};

static uint64_t state = 88172645463325252u;

static uint64_t next_random(void) /* 32 bits; xorshift64* */
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state * 0x2545f4914f6cdd1du >> 32;
}

static struct token some_token(void)
{
    return (struct token){
        .serial = (uint32_t)(next_random() & TOKEN_SERIAL_MAX),
        .campaign = (uint16_t)(next_random() & TOKEN_CAMPAIGN_MAX),
        .day = (uint16_t)(next_random() & TOKEN_DAY_MAX)};
}

static void comes_back(const struct token *t)
{
    char text[TOKEN_LENGTH + 1];
    struct token got;

    token_make(&key, t, text);
    assert_int_equal(strlen(text), TOKEN_LENGTH);
    assert_int_equal(strspn(text, ALPHABET), TOKEN_LENGTH);
    assert_int_equal(token_read(&key, text, &got), ST_OK);
    assert_int_equal(got.serial, t->serial);
    assert_int_equal(got.campaign, t->campaign);
    assert_int_equal(got.day, t->day);
}

static void test_round_trip(void **unused)
{
    const struct token edges[] = {
        {0, 0, 0},
        {1, 1, 1},
        {TOKEN_SERIAL_MAX, TOKEN_CAMPAIGN_MAX, TOKEN_DAY_MAX},
        {TOKEN_SERIAL_MAX, 0, 0},
        {0, TOKEN_CAMPAIGN_MAX, 0},
        {0, 0, TOKEN_DAY_MAX}};

    (void)unused;
    for (size_t i = 0; i < sizeof edges / sizeof *edges; i++)
        comes_back(&edges[i]);
    for (int i = 0; i < 100000; i++) {
        const struct token t = some_token();

        comes_back(&t);
    }
}

/* The same bytes on every machine: a link is printed once and lives for
 * months. */
static void test_pinned(void **unused)
{
    const struct token t = {.serial = 771204, .campaign = 38, .day = 412};
    char text[TOKEN_LENGTH + 1], hex[2 * ID_SIZE + 1];
    char seal[TOKEN_SEAL_LENGTH + 1];
    uint8_t id[ID_SIZE];

    (void)unused;
    token_make(&key, &t, text);
    token_id(&key, &t, id);
    bytes_hex(id, sizeof id, hex);
    token_seal(&key, "qr", "hall-7", seal);
    assert_string_equal(text, "23VKeVGE6mjbKkjRdbsc");
    assert_string_equal(hex, "01a31a1f88847a0a9fa57506120fe195");
    assert_string_equal(seal, "4tNNeFeQpNM");
}

/* Every character, whatever it is changed to; cut, longer, or of another
 * key. */
static void test_tampered(void **unused)
{
    const struct token t = {.serial = 5230117, .campaign = 9, .day = 330};
    struct token_key other = key;
    struct token got = {.serial = 7};
    char text[TOKEN_LENGTH + 2], bad[TOKEN_LENGTH + 2];

    (void)unused;
    token_make(&key, &t, text);
    for (size_t i = 0; i < TOKEN_LENGTH; i++)
        for (int c = 0; c < 256; c++) {
            if ((char)c == text[i])
                continue;
            memcpy(bad, text, TOKEN_LENGTH + 1);
            bad[i] = (char)c;
            assert_int_equal(token_read(&key, bad, &got), ST_INVALID);
        }
    for (size_t i = 0; i + 1 < TOKEN_LENGTH; i++) { /* neighbours changed */
        memcpy(bad, text, TOKEN_LENGTH + 1);
        bad[i] = text[i + 1];
        bad[i + 1] = text[i];
        assert_int_equal(token_read(&key, bad, &got),
                         text[i] == text[i + 1] ? ST_OK : ST_INVALID);
    }
    memcpy(bad, text, TOKEN_LENGTH + 1);
    memcpy(bad + TOKEN_LENGTH, "2", 2);
    assert_int_equal(token_read(&key, bad, &got), ST_INVALID);
    for (size_t len = 0; len < TOKEN_LENGTH; len++) {
        bad[len] = '\0';
        memcpy(bad, text, len);
        assert_int_equal(token_read(&key, bad, &got), ST_INVALID);
    }
    got.serial = 7;
    other.bytes[31] = 1;
    assert_int_equal(token_read(&other, text, &got), ST_INVALID);
    assert_int_equal(got.serial, 7);
    /* 57^20 - 1: more than 116 bits */
    assert_int_equal(token_read(&key, "zzzzzzzzzzzzzzzzzzzz", &got),
                     ST_INVALID);
    assert_int_equal(got.serial, 7);
}

static void test_guesses(void **unused)
{
    char text[TOKEN_LENGTH + 1] = "";
    struct token got;

    (void)unused;
    for (int i = 0; i < 1000000; i++) {
        for (size_t k = 0; k < TOKEN_LENGTH; k++)
            text[k] = ALPHABET[next_random() % 57];
        assert_int_equal(token_read(&key, text, &got), ST_INVALID);
    }
}

/* ---- ids ---- */

static int by_bytes(const void *a, const void *b)
{
    return memcmp(a, b, ID_SIZE);
}

/* Legal UUIDv7, all distinct, and in their order within a draw. */
static void test_ids(void **unused)
{
    enum { COUNT = 200000 };
    uint8_t(*ids)[ID_SIZE] = calloc(COUNT, ID_SIZE);
    struct token t = {.serial = 3000, .campaign = 12, .day = 77};

    (void)unused;
    assert_non_null(ids);
    for (size_t i = 0; i < COUNT / 2; i++, t.serial++) {
        token_id(&key, &t, ids[i]);
        assert_true(response_id_legal(ids[i]));
        assert_true(i == 0 || by_bytes(ids[i - 1], ids[i]) < 0);
    }
    for (size_t i = COUNT / 2; i < COUNT; i++) {
        t = some_token();
        token_id(&key, &t, ids[i]);
        assert_true(response_id_legal(ids[i]));
    }
    qsort(ids, COUNT, ID_SIZE, by_bytes);
    for (size_t i = 1; i < COUNT; i++)
        assert_int_not_equal(by_bytes(ids[i - 1], ids[i]), 0);
    free(ids);
}

/* The clock of an id: 32 days before the expiry day, and the serial. */
static void test_id_clock(void **unused)
{
    const struct token t = {
        .serial = 86400000 + 1234, .campaign = 1, .day = 40};
    struct token_key other = key;
    uint8_t id[ID_SIZE], differs[ID_SIZE];
    int64_t ms = 0;

    (void)unused;
    token_id(&key, &t, id);
    for (size_t i = 0; i < 6; i++)
        ms = ms << 8 | id[i];
    assert_int_equal(ms, NEW_YEAR + 8 * DAY_MS + 1234);
    other.bytes[0] ^= 1;
    token_id(&other, &t, differs);
    assert_memory_not_equal(id + 6, differs + 6, ID_SIZE - 6);
}

static void test_days(void **unused)
{
    struct token t = {.day = 0};

    (void)unused;
    assert_int_equal(token_expires(&t), NEW_YEAR + DAY_MS);
    t.day = TOKEN_DAY_MAX;
    assert_int_equal(token_expires(&t), NEW_YEAR + 4096 * DAY_MS);
    assert_int_equal(token_day(0), 0);
    assert_int_equal(token_day(NEW_YEAR - 1), 0);
    assert_int_equal(token_day(NEW_YEAR), 0);
    assert_int_equal(token_day(NEW_YEAR + DAY_MS - 1), 0);
    assert_int_equal(token_day(NEW_YEAR + DAY_MS), 1);
    assert_int_equal(token_day(NEW_YEAR + 4095 * DAY_MS - 1), 4094);
    assert_int_equal(token_day(NEW_YEAR + 4095 * DAY_MS), 4095);
    assert_int_equal(token_day(INT64_MAX), TOKEN_DAY_MAX);
    for (int i = 0; i < 10000; i++) { /* it counts until its day is over */
        t = some_token();
        assert_int_equal(token_day(token_expires(&t) - 1), t.day);
    }
}

/* ---- seals ---- */

static void test_seal(void **unused)
{
    char seal[TOKEN_SEAL_LENGTH + 1], bad[TOKEN_SEAL_LENGTH + 2];

    (void)unused;
    token_seal(&key, "form", "tcsi-mobile 17", seal);
    assert_int_equal(strlen(seal), TOKEN_SEAL_LENGTH);
    assert_int_equal(strspn(seal, ALPHABET), TOKEN_SEAL_LENGTH);
    assert_true(token_sealed(&key, "form", "tcsi-mobile 17", seal));
    assert_false(token_sealed(&key, "form", "tcsi-mobile 18", seal));
    assert_false(token_sealed(&key, "qr", "tcsi-mobile 17", seal));
    assert_false(token_sealed(&key, "formt", "csi-mobile 17", seal));
    assert_false(token_sealed(&key, "form", "tcsi-mobile 17", ""));
    for (size_t i = 0; i < TOKEN_SEAL_LENGTH; i++) {
        memcpy(bad, seal, sizeof seal);
        bad[i] = bad[i] == '2' ? '3' : '2';
        assert_false(token_sealed(&key, "form", "tcsi-mobile 17", bad));
        bad[i] = '\0';
        assert_false(token_sealed(&key, "form", "tcsi-mobile 17", bad));
    }
    memcpy(bad, seal, TOKEN_SEAL_LENGTH);
    memcpy(bad + TOKEN_SEAL_LENGTH, "2", 2);
    assert_false(token_sealed(&key, "form", "tcsi-mobile 17", bad));
}

static void test_key_file(void **unused)
{
    struct token_key got = {{9}};
    struct err err = {""};

    (void)unused;
    assert_int_equal(token_key_load("token.key", &got, &err), ST_NOTFOUND);
    assert_int_equal(hash_key_make("token.key", &err), ST_OK);
    assert_int_equal(chmod("token.key", 0640), 0);
    assert_int_equal(token_key_load("token.key", &got, &err), ST_REFUSED);
    assert_int_equal(chmod("token.key", 0600), 0);
    assert_int_equal(got.bytes[0], 9);
    assert_int_equal(token_key_load("token.key", &got, &err), ST_OK);
    assert_false(bytes_zero(got.bytes, sizeof got.bytes));
    assert_int_equal(truncate("token.key", 63), 0);
    assert_int_equal(token_key_load("token.key", &got, &err), ST_INVALID);
    assert_non_null(strstr(err.text, "token.key: a token key"));
    (void)unlink("token.key");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trip), cmocka_unit_test(test_pinned),
        cmocka_unit_test(test_tampered),   cmocka_unit_test(test_guesses),
        cmocka_unit_test(test_ids),        cmocka_unit_test(test_id_clock),
        cmocka_unit_test(test_days),       cmocka_unit_test(test_seal),
        cmocka_unit_test(test_key_file),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
