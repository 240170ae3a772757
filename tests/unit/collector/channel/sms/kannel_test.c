/* kannel_test.c - what we tell Kannel, and what we make of what it tells. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "alloc.h"
#include "kannel.h"

static const struct token_key mac = {{0x51, 0x9d, 0x02, 0xee}};
static const struct kannel kannel = {
    .url = "http://127.0.0.1:13013/cgi-bin/sendsms",
    .user = "manyi",
    .password = "p&s w%rd",
    .port = "10659001",
    .callback = "http://127.0.0.1:7040",
    .mac = &mac,
    .validity_min = 2880};
static const uint8_t id[ID_SIZE] = {0x01, 0x9a, 0x77, 0x3e, 0xff};

static char *url_of(const char *text, const uint8_t *of)
{
    struct buffer b = {0};

    assert_int_equal(kannel_url(&kannel,
                                &(struct kannel_message){.to = "13912345678",
                                                         .text = text,
                                                         .len = strlen(text),
                                                         .id = of,
                                                         .seq = 3},
                                &b),
                     ST_OK);
    return (char *)b.data;
}

static void test_url(void **state)
{
    char *url = url_of("您好8", id);

    (void)state;
    assert_non_null(strstr(url, "?username=manyi&password=p%26s%20w%25rd&"
                                "from=10659001&to=13912345678&charset=UTF-8&"
                                "coding=2&validity=2880&"
                                "text=%E6%82%A8%E5%A5%BD8&dlr-mask=31&"));
    /* the percent signs that are Kannel's to fill, escaped once more */
    assert_non_null(strstr(url, "%26s%3D%25d%26why%3D%25A"));
    assert_non_null(strstr(url, "id%3D019a773eff0000000000000000000000.3%26"));
    free(url);
    url = url_of("Rate us: [1-10] {x}", NULL);
    assert_non_null(strstr(url, "&coding=0&"));
    assert_null(strstr(url, "dlr"));
    free(url);
}

static enum status url_body(void *ctx)
{
    struct buffer b = {0};
    const enum status st = kannel_url(
        ctx,
        &(struct kannel_message){
            .to = "13912345678", .text = "您好", .len = 6, .id = id, .seq = 1},
        &b);

    buffer_free(&b);
    return st;
}

static void test_no_memory(void **state)
{
    struct kannel k = kannel;

    (void)state;
    alloc_torture(url_body, &k);
}

/* Only a name that we gave is ours. */
static void test_name(void **state)
{
    char name[64] = "019a773eff0000000000000000000000.3", seal[16];
    uint8_t back[ID_SIZE];
    uint32_t seq = 0;

    (void)state;
    token_seal(&mac, "dlr", name, seal);
    assert_true(kannel_name(&mac, name, seal, back, &seq));
    assert_memory_equal(back, id, ID_SIZE);
    assert_int_equal(seq, 3);
    for (size_t i = 0; i < strlen(name); i++) {
        char other[64];

        memcpy(other, name, sizeof other);
        other[i] = other[i] == '1' ? '2' : '1';
        assert_false(kannel_name(&mac, other, seal, back, &seq));
    }
    seal[0] = seal[0] == 'A' ? 'B' : 'A';
    assert_false(kannel_name(&mac, name, seal, back, &seq));
    assert_false(kannel_name(&mac, name, "", back, &seq));
    assert_false(kannel_name(&mac, "", "", back, &seq));
    /* sealed by us under another label, or not a name at all */
    token_seal(&mac, "page", name, seal);
    assert_false(kannel_name(&mac, name, seal, back, &seq));
    token_seal(&mac, "dlr", "019a773eff0000000000000000000000.0", seal);
    assert_false(kannel_name(&mac, "019a773eff0000000000000000000000.0", seal,
                             back, &seq));
    token_seal(&mac, "dlr", "019A773eff0000000000000000000000.3", seal);
    assert_false(kannel_name(&mac, "019A773eff0000000000000000000000.3", seal,
                             back, &seq));
}

static void test_verdict(void **state)
{
    static const struct {
        enum status status;
        unsigned code;
        enum call_result want;
    } cases[] = {
        {ST_OK, 202, CALL_ACCEPTED}, {ST_OK, 200, CALL_ACCEPTED},
        {ST_OK, 503, CALL_NOT_SENT}, {ST_OK, 403, CALL_NOT_SENT},
        {ST_OK, 404, CALL_NOT_SENT}, {ST_OK, 429, CALL_NOT_SENT},
        {ST_OK, 400, CALL_REFUSED},  {ST_OK, 500, CALL_UNKNOWN},
        {ST_OK, 502, CALL_UNKNOWN},  {ST_OK, 302, CALL_UNKNOWN},
        {ST_BUSY, 0, CALL_NOT_SENT}, {ST_IO, 0, CALL_UNKNOWN},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct fetch_answer a = {.status = cases[i].status,
                                       .code = cases[i].code};
        const char *word = NULL;

        assert_int_equal(kannel_verdict(&a, &word), cases[i].want);
        assert_non_null(word);
    }
}

static void test_report(void **state)
{
    static const struct {
        const char *bits;
        enum report want;
    } cases[] = {{"1", REPORT_DELIVERED}, {"2", REPORT_FAILED},
                 {"4", REPORT_SENT},      {"8", REPORT_SENT},
                 {"16", REPORT_FAILED},   {"9", REPORT_DELIVERED},
                 {"34", REPORT_FAILED}};
    static const char *const bad[] = {"",   "0",  "-1", "x",
                                      "1x", "64", "%d", "99999999999999999999"};
    enum report got;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(kannel_report(cases[i].bits, &got), ST_OK);
        assert_int_equal(got, cases[i].want);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(kannel_report(bad[i], &got), ST_INVALID);
}

static void test_reason(void **state)
{
    char out[CODE_MAX + 1];

    (void)state;
    kannel_reason(
        "id:7 sub:001 dlvrd:000 stat:UNDELIV err:001 text:13912345678", out);
    assert_string_equal(out, "UNDELIV");
    kannel_reason("NACK/13912345678/no such number", out);
    assert_string_equal(out, "failed");
    kannel_reason("stat:ABCDEFGHIJKLMNOPQRSTUVWXYZ", out);
    assert_string_equal(out, "ABCDEFGHIJKLMNOP");
    kannel_reason("stat: x", out);
    assert_string_equal(out, "failed");
}

#define AS(charset, bytes, want) decoded(charset, bytes, sizeof bytes - 1, want)
static void decoded(const char *charset, const char *bytes, size_t len,
                    const char *want)
{
    struct buffer b = {0};

    assert_int_equal(kannel_decode(charset, bytes, len, &b), ST_OK);
    assert_int_equal(buffer_byte(&b, 0), ST_OK);
    assert_string_equal((char *)b.data, want);
    buffer_free(&b);
}

static void test_decode(void **state)
{
    (void)state;
    AS("UTF-16BE", "\x51\x6b\x52\x06", "八分");
    AS("utf-16be", "\xd8\x3d\xdc\x4d", "👍");
    AS("UCS-2", "\x00\x38", "8");
    AS("GBK", "\xb0\xcb\xb7\xd6", "八分");
    AS("ISO-8859-1", "caf\xe9 8", "café 8");
    AS("WINDOWS-1252", "8\x80", "8€");
    AS("UTF-8", "８。", "８。");
    AS("", "8", "8");
    AS("klingon", "8", "8");
    /* what does not fit is marked, what follows is read */
    AS("UTF-8",
       "\xff"
       "8\xe5\x85",
       "\xef\xbf\xbd"
       "8\xef\xbf\xbd\xef\xbf\xbd");
    AS("UTF-16BE", "\xd8\x3d\x00\x38\x00",
       "\xef\xbf\xbd"
       "8\xef\xbf\xbd");
    /* nothing ends a line in a log or a text early */
    AS("UTF-16BE", "\x00\x38\x00\x00\x00\x0a\x00\x39", "8  9");
    AS("UTF-8//TRANSLIT", "8", "8");
}

static enum status decode_body(void *ctx)
{
    struct buffer b = {0};
    const enum status st = kannel_decode(ctx, "\x51\x6b\x52", 3, &b);

    buffer_free(&b);
    return st;
}

static void test_decode_memory(void **state)
{
    char gbk[] = "GBK", utf8[] = "UTF-8";

    (void)state;
    alloc_torture(decode_body, gbk);
    alloc_torture(decode_body, utf8);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_url),    cmocka_unit_test(test_no_memory),
        cmocka_unit_test(test_name),   cmocka_unit_test(test_verdict),
        cmocka_unit_test(test_report), cmocka_unit_test(test_reason),
        cmocka_unit_test(test_decode), cmocka_unit_test(test_decode_memory)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
