/* contact_test.c - an address that one gateway can read, and nobody else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <sodium.h>

#include "alloc.h"
#include "base/bytes.h"
#include "collector/contact.h"
#include "collector/keys.h"

#define FILE_NAME "contact.key"

static struct contact_key key;

static int make_key(void **state)
{
    struct err err = {""};

    (void)state;
    assert_int_equal(contact_key_make(FILE_NAME, &err), ST_OK);
    assert_int_equal(contact_key_load(FILE_NAME, &key, &err), ST_OK);
    return 0;
}

static int remove_key(void **state)
{
    (void)state;
    (void)unlink(FILE_NAME);
    (void)unlink(FILE_NAME ".pub");
    return 0;
}

static struct contact whole(void)
{
    struct contact c = {.kind = "sms",
                        .address = "13912345678",
                        .activated = "2021-03-04",
                        .token = "23VKeVGE6mjbKkjRdbsc",
                        .fills = 2};

    (void)snprintf(c.fill[0].name, sizeof c.fill[0].name, "%s", "date");
    (void)snprintf(c.fill[0].text, sizeof c.fill[0].text, "%s", "11月22日");
    (void)snprintf(c.fill[1].name, sizeof c.fill[1].name, "%s", "product");
    (void)snprintf(c.fill[1].text, sizeof c.fill[1].text, "%s",
                   "\"fixed\" line\\\t\x01");
    return c;
}

static size_t seal(const struct contact *c, uint8_t out[CONTACT_MAX])
{
    size_t len = 0;

    assert_int_equal(contact_seal(key.public_key, c, out, &len), ST_OK);
    assert_true(len > 48 && len <= CONTACT_MAX);
    return len;
}

static void comes_back(const struct contact *c)
{
    uint8_t sealed[CONTACT_MAX];
    const size_t len = seal(c, sealed);
    struct contact got = {.fills = 99};

    assert_int_equal(contact_open(&key, sealed, len, &got), ST_OK);
    assert_string_equal(got.kind, c->kind);
    assert_string_equal(got.address, c->address);
    assert_string_equal(got.activated, c->activated);
    assert_string_equal(got.token, c->token);
    assert_int_equal(got.fills, c->fills);
    for (size_t i = 0; i < c->fills; i++) {
        assert_string_equal(got.fill[i].name, c->fill[i].name);
        assert_string_equal(got.fill[i].text, c->fill[i].text);
    }
}

static void test_round_trip(void **state)
{
    const struct contact least = {.kind = "s", .address = "0"};
    const struct contact all = whole();
    struct contact most = whole();

    (void)state;
    comes_back(&least);
    comes_back(&all);
    memset(most.kind, 'k', sizeof most.kind - 1);
    memset(most.address, '8', sizeof most.address - 1);
    most.fills = CONTACT_FILLS_MAX;
    for (size_t i = 0; i < CONTACT_FILLS_MAX; i++) {
        (void)snprintf(most.fill[i].name, sizeof most.fill[i].name, "f%zu", i);
        (void)snprintf(most.fill[i].text, sizeof most.fill[i].text, "text%zu",
                       i);
    }
    comes_back(&most);
}

/* The same contact sealed twice is not the same bytes, and none of it shows. */
static void test_hidden(void **state)
{
    const struct contact c = whole();
    uint8_t one[CONTACT_MAX], two[CONTACT_MAX];
    const size_t len = seal(&c, one);

    (void)state;
    assert_int_equal(seal(&c, two), len);
    assert_memory_not_equal(one, two, 32);
    assert_null(memmem(one, len, c.address, strlen(c.address)));
    assert_null(memmem(one, len, c.token, strlen(c.token)));
}

static void test_too_long(void **state)
{
    struct contact c = whole();
    uint8_t sealed[CONTACT_MAX] = {7};
    size_t len = 3;

    (void)state;
    c.fills = CONTACT_FILLS_MAX;
    for (size_t i = 0; i < CONTACT_FILLS_MAX; i++) {
        memset(&c.fill[i], 0, sizeof c.fill[i]);
        memset(c.fill[i].name, 'a' + (int)i, sizeof c.fill[i].name - 1);
        memset(c.fill[i].text, '"', sizeof c.fill[i].text - 1);
    }
    assert_int_equal(contact_seal(key.public_key, &c, sealed, &len), ST_RANGE);
    assert_int_equal(len, 3);
    assert_int_equal(sealed[0], 7);
    c = whole();
    (void)snprintf(c.fill[1].text, sizeof c.fill[1].text, "%s", "\xff\xfe");
    assert_int_equal(contact_seal(key.public_key, &c, sealed, &len),
                     ST_INVALID);
    assert_int_equal(len, 3);
}

/* Every byte changed, every length: damaged.  Another key: not ours. */
static void test_damaged(void **state)
{
    const struct contact c = whole();
    struct contact got = {.fills = 99};
    struct contact_key other;
    uint8_t sealed[CONTACT_MAX + 1];
    const size_t len = seal(&c, sealed);
    struct err err;

    (void)state;
    for (size_t i = 0; i < len; i++) {
        sealed[i] ^= 0x40;
        assert_int_equal(contact_open(&key, sealed, len, &got), ST_CORRUPT);
        sealed[i] ^= 0x40;
        assert_int_equal(contact_open(&key, sealed, i, &got), ST_CORRUPT);
    }
    sealed[len] = 0;
    assert_int_equal(contact_open(&key, sealed, len + 1, &got), ST_CORRUPT);
    assert_int_equal(contact_open(&key, sealed, CONTACT_MAX + 1, &got),
                     ST_CORRUPT);
    assert_int_equal(contact_key_make("other.key", &err), ST_OK);
    assert_int_equal(contact_key_load("other.key", &other, &err), ST_OK);
    assert_int_equal(contact_open(&other, sealed, len, &got), ST_CORRUPT);
    assert_int_equal(got.fills, 99);
    (void)unlink("other.key");
    (void)unlink("other.key.pub");
}

/* Sealed well, by somebody who has the public key, and no contact at all. */
static void test_no_contact(void **state)
{
    static const char *const texts[] = {
        "",
        "13912345678",
        "{}",
        "[]",
        "{\"kind\":\"sms\"}",
        "{\"address\":\"1391234\"}",
        "{\"kind\":\"\",\"address\":\"1391234\"}",
        "{\"kind\":\"sms\",\"address\":1391234}",
        "{\"kind\":\"sms\",\"address\":\"\"}",
        "{\"kind\":\"smssmssms\",\"address\":\"1391234\"}",
        "{\"kind\":\"sms\",\"address\":\"1391234\",\"token\":7}",
        "{\"kind\":\"sms\",\"address\":\"1391234\","
        "\"token\":\"123456789012345678901\"}",
        "{\"kind\":\"sms\",\"address\":\"1391234\","
        "\"activated\":\"2021-03-041\"}",
        "{\"kind\":\"sms\",\"address\":\"1391234\",\"fills\":[]}",
        "{\"kind\":\"sms\",\"address\":\"1391234\",\"fills\":{\"a\":1}}",
        "{\"kind\":\"sms\",\"address\":\"1391234\","
        "\"fills\":{\"12345678901234567\":\"x\"}}",
        "{\"kind\":\"sms\",\"address\":\"1391234\",\"fills\":{\"a\":"
        "\"1234567890123456789012345678901234567890123456789\"}}",
        "{\"kind\":\"sms\",\"address\":\"1391234\",\"fills\":{\"a\":\"\","
        "\"b\":\"\",\"c\":\"\",\"d\":\"\",\"e\":\"\",\"f\":\"\",\"g\":\"\"}}",
        "{\"kind\":\"sms\",\"address\":\"1391234\"} ",
        "{\"kind\":\"sms\",\"address\":\"1391234\",\"from\":\"a newer one\"}"};
    const size_t count = sizeof texts / sizeof *texts;
    struct contact got = {.fills = 99};
    uint8_t sealed[CONTACT_MAX];

    (void)state;
    for (size_t i = 0; i < count; i++) {
        const size_t len = strlen(texts[i]);
        const bool good = i + 2 >= count;
        enum status st;

        assert_int_equal(crypto_box_seal(sealed, (const uint8_t *)texts[i], len,
                                         key.public_key),
                         0);
        st = contact_open(&key, sealed, len + crypto_box_SEALBYTES, &got);
        if (st != (good ? ST_OK : ST_INVALID))
            fail_msg("%s: %d", texts[i], (int)st);
        if (!good)
            assert_int_equal(got.fills, 99);
    }
}

static void test_key_files(void **state)
{
    uint8_t public_key[CONTACT_KEY_SIZE];
    char signing[SIGNING_TEXT + 1];
    struct contact_key got = {.public_key = {5}};
    struct err err = {""};
    struct stat about;

    (void)state;
    assert_int_equal(stat(FILE_NAME, &about), 0);
    assert_int_equal(about.st_mode & 07777, 0600);
    assert_int_equal(about.st_size, 130);
    assert_int_equal(stat(FILE_NAME ".pub", &about), 0);
    assert_int_equal(about.st_size, 65);
    assert_int_equal(contact_public_load(FILE_NAME ".pub", public_key, &err),
                     ST_OK);
    assert_memory_equal(public_key, key.public_key, sizeof public_key);
    memset(public_key, 0, sizeof public_key);
    assert_int_equal(contact_public_load(FILE_NAME, public_key, &err), ST_OK);
    assert_memory_equal(public_key, key.public_key, sizeof public_key);

    assert_int_equal(contact_key_make(FILE_NAME, &err), ST_EXISTS);
    assert_int_equal(contact_key_load(FILE_NAME ".pub", &got, &err),
                     ST_REFUSED);
    assert_int_equal(chmod(FILE_NAME ".pub", 0600), 0);
    assert_int_equal(contact_key_load(FILE_NAME ".pub", &got, &err),
                     ST_INVALID);
    assert_non_null(strstr(err.text, "two lines"));
    assert_int_equal(contact_key_load("no.key", &got, &err), ST_NOTFOUND);
    assert_int_equal(contact_public_load("no.key", public_key, &err),
                     ST_NOTFOUND);
    /* a signing key looks alike */
    assert_int_equal(signing_key_make("signing.key", signing, &err), ST_OK);
    assert_int_equal(contact_key_load("signing.key", &got, &err), ST_INVALID);
    assert_int_equal(got.public_key[0], 5);
    (void)unlink("signing.key");
    (void)unlink("signing.key.pub");
}

/* The public file cannot be made: neither is. */
static void test_half_a_key(void **state)
{
    struct err err = {""};

    (void)state;
    assert_int_equal(mkdir("half.key.pub", 0700), 0);
    assert_int_equal(contact_key_make("half.key", &err), ST_EXISTS);
    assert_int_not_equal(access("half.key", F_OK), 0);
    assert_int_equal(rmdir("half.key.pub"), 0);
}

static enum status life(void *ctx)
{
    const struct contact c = whole();
    uint8_t sealed[CONTACT_MAX];
    struct contact got;
    size_t len;
    enum status st = contact_seal(key.public_key, &c, sealed, &len);

    (void)ctx;
    return st == ST_OK ? contact_open(&key, sealed, len, &got) : st;
}

static void test_torture(void **state)
{
    (void)state;
    alloc_torture(life, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trip), cmocka_unit_test(test_hidden),
        cmocka_unit_test(test_too_long),   cmocka_unit_test(test_damaged),
        cmocka_unit_test(test_no_contact), cmocka_unit_test(test_key_files),
        cmocka_unit_test(test_half_a_key), cmocka_unit_test(test_torture),
    };

    return cmocka_run_group_tests(tests, make_key, remove_key);
}
