/* json_read_test.c - documents from outside. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "alloc.h"
#include "surveys/json.h"

static const char sample[] = "\xef\xbb\xbf{"
                             "\"id\": \"0192-满意\\u0020\\ud83d\\ude00\",\n"
                             " \"answers\": {\"SAT1\": 8, \"SAT2\": -3},\n"
                             " \"share\": 0.27182818284590452,\n"
                             " \"far\": -9223372036854775808,\n"
                             " \"late\": false, \"none\": null,\n"
                             " \"list\": [1, [], {}, \"x\"]}\r\n";

static struct json_document *read_text(const char *text)
{
    struct json_document *d = NULL;
    struct err err = {""};

    if (json_read(text, strlen(text), &d, &err) != ST_OK)
        fail_msg("%s", err.text);
    return d;
}

static void reads(void **state)
{
    struct json_document *d = read_text(sample + 3);
    const struct json_value *root = json_root(d), *v;
    int64_t whole = 0;
    double number = 0;
    bool truth = true;

    (void)state;
    assert_int_equal(json_kind(root), JSON_IS_OBJECT);
    assert_int_equal(json_count(root), 7);
    assert_string_equal(json_text(json_get(root, "id")), "0192-满意 😀");
    v = json_get(root, "answers");
    assert_int_equal(json_count(v), 2);
    assert_true(json_whole(json_get(v, "SAT2"), &whole));
    assert_int_equal(whole, -3);
    assert_true(json_number(json_get(v, "SAT1"), &number));
    assert_true(number == 8);
    v = json_get(root, "share");
    assert_int_equal(json_kind(v), JSON_IS_REAL);
    assert_false(json_whole(v, &whole));
    assert_true(json_number(v, &number));
    assert_true(number == 0.27182818284590452);
    assert_true(json_whole(json_get(root, "far"), &whole));
    assert_true(whole == INT64_MIN);
    assert_true(json_bool(json_get(root, "late"), &truth));
    assert_false(truth);
    assert_int_equal(json_kind(json_get(root, "late")), JSON_IS_BOOL);
    assert_int_equal(json_kind(json_get(root, "none")), JSON_IS_NULL);
    v = json_get(root, "list");
    assert_int_equal(json_kind(v), JSON_IS_ARRAY);
    assert_int_equal(json_count(v), 4);
    assert_int_equal(json_kind(json_at(v, 1)), JSON_IS_ARRAY);
    assert_int_equal(json_kind(json_at(v, 2)), JSON_IS_OBJECT);
    assert_int_equal(json_kind(json_at(v, 3)), JSON_IS_TEXT);
    json_free(&d);
    assert_null(d);
    json_free(&d);
}

/* What is not there, or of another kind, is told and touches nothing. */
static void refuses_other_kinds(void **state)
{
    struct json_document *d = read_text("{\"a\": [true], \"n\": 7}");
    const struct json_value *root = json_root(d);
    const struct json_value *list = json_get(root, "a");
    int64_t whole = 17;
    double number = 2.5;
    bool truth = true;

    (void)state;
    assert_null(json_get(root, "b"));
    assert_null(json_get(list, "a"));
    assert_null(json_at(root, 0));
    assert_null(json_at(list, 1));
    assert_null(json_text(list));
    assert_null(json_text(json_get(root, "b")));
    assert_false(json_whole(list, &whole));
    assert_false(json_whole(NULL, &whole));
    assert_false(json_number(list, &number));
    assert_false(json_bool(json_get(root, "n"), &truth));
    assert_int_equal(json_count(json_get(root, "n")), 0);
    assert_int_equal(json_count(NULL), 0);
    assert_true(whole == 17 && number == 2.5 && truth);
    json_free(&d);
}

static void walks_the_members(void **state)
{
    static const char *const keys[] = {"z", "a", "满", ""};
    struct json_document *d =
        read_text("{\"z\": 1, \"a\": 2, \"满\": 3, \"\": 4}");
    const struct json_value *value;
    const char *key;
    void *at = NULL;
    int64_t n = 0, got = 0;

    (void)state;
    while (json_next(json_root(d), &at, &key, &value)) {
        assert_true(n < 4);
        assert_string_equal(key, keys[n]);
        assert_true(json_whole(value, &got));
        assert_int_equal(got, ++n);
    }
    assert_int_equal(n, 4);
    json_free(&d);
    d = read_text("{}");
    at = NULL;
    assert_false(json_next(json_root(d), &at, &key, &value));
    json_free(&d);
    d = read_text(" 7 "); /* a document need not be an object */
    at = NULL;
    assert_false(json_next(json_root(d), &at, &key, &value));
    json_free(&d);
}

static void refuse(const char *text, size_t len, const char *message)
{
    struct json_document *d = NULL;
    struct err err = {""};

    assert_int_equal(json_read(text, len, &d, &err), ST_INVALID);
    assert_null(d);
    assert_string_equal(err.text, message);
}

static void refuses(void **state)
{
    static const struct {
        const char *text, *message;
    } bad[] = {{"", "1:0: the text ends too early"},
               {"{", "1:1: the text ends too early"},
               {"{\"a\":\n\"满\n\"}", "2:2: not JSON"},
               {"{\"a\": 1, \"a\": 1}", "1:12: a key twice"},
               {"{\"a\": {\"b\": 1, \"b\": 2}}", "1:18: a key twice"},
               {"[\"\\u0000\"]", "1:9: a NUL in a text"},
               {"{\"\\u0000\": 1}", "1:9: a NUL in a text"},
               {"[\"\xff\"]", "1:2: not UTF-8"},
               {"[\"\xc3\"]", "1:2: not UTF-8"},
               {"[\"\xed\xa0\x80\"]", "1:2: not UTF-8"},
               {"[\"\\ud800\"]", "1:9: not JSON"},
               {"[9223372036854775808]", "1:20: a number too large"},
               {"[1e400]", "1:6: a number too large"},
               {"{} {}", "1:4: more text behind the document"},
               {"{}x", "1:3: more text behind the document"},
               {"[01]", "1:2: not JSON"},
               {"[1.]", "1:3: not JSON"},
               {"[NaN]", "1:4: not JSON"},
               {"[1,]", "1:4: not JSON"},
               {"{'a': 1}", "1:2: not JSON"},
               {"// words\n{}", "1:1: not JSON"}};

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        refuse(bad[i].text, strlen(bad[i].text), bad[i].message);
    refuse(sample, strlen(sample), "1:1: not JSON"); /* a byte order mark */
    refuse("{}\0", 3, "1:3: more text behind the document");
    refuse("[\"a\0b\"]", 7, "1:3: not JSON");
}

/* 32 levels are read, one more is told with its place; brackets in texts are
 * no levels. */
static void bounds_its_depth(void **state)
{
    char text[160] = "{\"a\\\"[[[[\":\n";
    const size_t head = strlen(text);
    struct json_document *d = NULL;

    (void)state;
    memset(text + head, '[', 31);
    memset(text + head + 31, ']', 31);
    text[head + 62] = '}';
    assert_int_equal(json_read(text, head + 63, &d, NULL), ST_OK);
    json_free(&d);
    memset(text + head, '[', 32);
    refuse(text, head + 32, "2:32: more than 32 levels");
    memset(text, '[', sizeof text);
    refuse(text, sizeof text, "1:33: more than 32 levels");
    memset(text, ']', sizeof text);
    refuse(text, sizeof text, "1:1: not JSON");
}

static enum status read_sample(void *ctx)
{
    struct json_document *d = NULL;
    enum status st = json_read(sample + 3, strlen(sample + 3), &d, NULL);

    (void)ctx;
    json_free(&d);
    return st;
}

/* jansson's buffer grows at 15 bytes and each doubling: one by one, each byte
 * of a token is the one that it has no room for. */
static enum status read_token(void *ctx)
{
    struct json_document *d = NULL;
    enum status st = json_read(ctx, strlen(ctx), &d, NULL);

    json_free(&d);
    return st;
}

static void survives_want_of_memory(void **state)
{
    char text[80] = "";

    (void)state;
    alloc_torture(read_sample, NULL);
    for (size_t n = 1; n < sizeof text - 2; n++) {
        memset(text, '"', n + 2);
        memset(text + 1, '7', n);
        alloc_torture(read_token, text);
        if (n < 19) {
            memset(text, '7', n);
            text[n] = '\0';
            alloc_torture(read_token, text);
        }
    }
}

static enum status write_buffer(void *ctx)
{
    struct buffer *out = ctx;
    struct json *j = json_new();

    json_put_object(j, NULL);
    json_put_text(j, "comment", "没修好 \"");
    json_put_array(j, "n");
    json_put_number(j, NULL, 1.0 / 3.0);
    json_put_null(j, NULL);
    json_close(j);
    json_close(j);
    return json_end_buffer(&j, out);
}

static enum status write_and_free(void *ctx)
{
    struct buffer out = {.max = 100};
    enum status st = write_buffer(&out);

    (void)ctx;
    if (st != ST_OK)
        assert_int_equal(out.len, 0);
    buffer_free(&out);
    return st;
}

static void writes_into_a_buffer(void **state)
{
    static const char want[] =
        "x{\"comment\":\"没修好 \\\"\",\"n\":[0.33333333333333331,null]}";
    struct buffer out = {.max = sizeof want - 1};
    struct json *j;

    (void)state;
    assert_int_equal(buffer_byte(&out, 'x'), ST_OK);
    assert_int_equal(write_buffer(&out), ST_OK);
    assert_int_equal(out.len, sizeof want - 1);
    assert_memory_equal(out.data, want, out.len);
    out.len = 2; /* now it wants one byte more than there may be */
    assert_int_equal(write_buffer(&out), ST_RANGE);
    assert_int_equal(out.len, 2);
    j = json_new();
    json_put_text(j, NULL, "\xff");
    assert_int_equal(json_end_buffer(&j, &out), ST_INVALID);
    assert_null(j);
    assert_int_equal(json_end_buffer(&j, &out), ST_NOMEM);
    assert_int_equal(out.len, 2);
    buffer_free(&out);
    alloc_torture(write_and_free, NULL); /* by now jansson takes our malloc */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads),
        cmocka_unit_test(refuses_other_kinds),
        cmocka_unit_test(walks_the_members),
        cmocka_unit_test(refuses),
        cmocka_unit_test(bounds_its_depth),
        cmocka_unit_test(survives_want_of_memory),
        cmocka_unit_test(writes_into_a_buffer)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
