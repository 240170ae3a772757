/* row_ids_test.c - the same file gives the same ids, and only that. */
#include "files.h"

#include "alloc.h"
#include "base/bytes.h"
#include "note.h"
#include "row_ids.h"
#include "surveys/response.h"
#include "surveys/word.h"

static struct source read_text(const char *text)
{
    struct source s;
    struct err err;

    file_write("s.csv", text);
    assert_int_equal(source_read(file_path("s.csv"), &s, &err), ST_OK);
    return s;
}

static void test_content(void **state)
{
    const struct source a = read_text("Q1\n7\n"), b = read_text("Q1\n8\n"),
                        c = read_text("Q1\n7\n"), none = read_text("");

    (void)state;
    assert_memory_equal(a.hash, c.hash, HASH_SIZE);
    assert_memory_not_equal(a.hash, b.hash, HASH_SIZE);
    assert_memory_not_equal(a.hash, none.hash, HASH_SIZE);
    unlink(file_path("s.csv"));
}

static void test_changed(void **state)
{
    const struct source s = read_text("Q1\n7\n");
    struct err err;

    (void)state;
    assert_int_equal(source_same(file_path("s.csv"), &s, &err), ST_OK);
    file_write("s.csv", "Q1\n7\n8\n");
    assert_int_equal(source_same(file_path("s.csv"), &s, &err), ST_INVALID);
    unlink(file_path("s.csv"));
    assert_int_equal(source_same(file_path("s.csv"), &s, &err), ST_INVALID);
}

static void test_no_file(void **state)
{
    struct source s = {.size = 9};
    struct err err;

    (void)state;
    assert_int_equal(source_read(file_path("nothing"), &s, &err), ST_NOTFOUND);
    assert_int_equal(source_read("/dev/null", &s, &err), ST_INVALID);
    assert_int_equal(source_read(".", &s, &err), ST_INVALID);
    assert_int_equal(s.size, 9);
}

/* Ids ascend with the rows, are legal, and hang on file and options. */
static void test_ids(void **state)
{
    const struct source one = {.hash = {1}}, two = {.hash = {2}};
    struct row_ids ids, other;
    uint8_t last[ID_SIZE] = {0}, id[ID_SIZE], more[ID_SIZE];

    (void)state;
    row_ids_init(&ids, &one, "CT", 2, 0);
    for (uint64_t row = 0; row < 3000; row++) {
        row_id(&ids, row, id);
        assert_true(response_id_legal(id));
        assert_true(memcmp(last, id, ID_SIZE) < 0);
        memcpy(last, id, ID_SIZE);
    }
    row_ids_init(&other, &one, "CT", 2, 0);
    row_id(&other, 2999, id);
    assert_memory_equal(last, id, ID_SIZE);
    row_ids_init(&other, &one, "CM", 2, 0);
    row_id(&other, 2999, id);
    assert_memory_not_equal(last, id, ID_SIZE);
    row_ids_init(&other, &two, "CT", 2, 0);
    row_id(&other, 2999, id);
    assert_memory_not_equal(last, id, ID_SIZE);
    row_ids_init(&other, &one, "CT", 2, 1795132800000);
    row_id(&other, 5, id);
    response_id(1795132800005, id, more);
    assert_memory_equal(id, more, ID_SIZE);
}

/* Who has the file, but not the secret, does not know the salts. */
static void test_salts(void **state)
{
    const struct source one = {.hash = {1}};
    struct row_ids a, b;
    uint8_t salt[ID_SIZE], other[ID_SIZE];

    (void)state;
    row_ids_init(&a, &one, "CT", 2, 0);
    memset(a.secret, 0x11, sizeof a.secret);
    b = a;
    b.secret[0] = 0x12;
    row_salt(&a, 7, salt);
    row_salt(&a, 7, other);
    assert_memory_equal(salt, other, ID_SIZE);
    row_salt(&b, 7, other);
    assert_memory_not_equal(salt, other, ID_SIZE);
    row_salt(&a, 8, other);
    assert_memory_not_equal(salt, other, ID_SIZE);
}

static void test_note(void **state)
{
    const struct note want = {.file = {1},
                              .how = {2},
                              .form = {3},
                              .secret = {4},
                              .clock = 1795132800000,
                              .begun = 1795132800001,
                              .offset = UINT64_C(1) << 40,
                              .rows = 12345678,
                              .bad = 7,
                              .done = true,
                              .all = 300};
    struct buffer b = {0};
    struct note got = {.rows = 1};

    (void)state;
    assert_int_equal(note_unpack(&b, &got), ST_CORRUPT);
    assert_int_equal(note_pack(&want, &b), ST_OK);
    for (size_t len = b.len - 1; len; len--)
        assert_int_equal(
            note_unpack(&(struct buffer){.data = b.data, .len = len}, &got),
            ST_CORRUPT);
    assert_int_equal(got.rows, 1);
    assert_int_equal(note_unpack(&b, &got), ST_OK);
    assert_memory_equal(got.secret, want.secret, HASH_SIZE);
    assert_int_equal(got.clock, want.clock);
    assert_int_equal(got.begun, want.begun);
    assert_int_equal(got.offset, want.offset);
    assert_int_equal(got.rows, want.rows);
    assert_int_equal(got.bad, want.bad);
    assert_true(got.done);
    assert_int_equal(got.all, 300);
    b.data[0] = 1; /* one of before it had `all` */
    assert_int_equal(note_unpack(&b, &got), ST_OK);
    assert_int_equal(got.rows, want.rows);
    assert_int_equal(got.all, 0);
    b.data[0] = 3;
    assert_int_equal(note_unpack(&b, &got), ST_NEWER);
    buffer_free(&b);
}

/* A value longer than any may be is cut, and then is none. */
static void test_word(void **state)
{
    char text[600];
    struct word w;
    uint64_t v = 5;

    (void)state;
    memset(text, '1', sizeof text);
    word_trim(&(struct csv_field){text, sizeof text}, &w);
    assert_int_equal(w.len, WORD_MAX);
    assert_false(word_code(&w));
    assert_false(word_whole(&w, UINT64_MAX, &v));
    word_trim(&(struct csv_field){" \t", 2}, &w);
    assert_int_equal(w.len, 0);
    assert_false(word_code(&w));
    assert_false(word_whole(&w, 9, &v));
    assert_int_equal(v, 5);
    word_trim(&(struct csv_field){"18446744073709551615", 20}, &w);
    assert_true(word_whole(&w, UINT64_MAX, &v));
    assert_true(v == UINT64_MAX);
    word_trim(&(struct csv_field){"18446744073709551616", 20}, &w);
    assert_false(word_whole(&w, UINT64_MAX, &v));
}

static enum status read_it(void *ctx)
{
    struct source s;
    struct err err;

    return source_read(ctx, &s, &err);
}

static void test_torture(void **state)
{
    char path[4096];

    (void)state;
    (void)snprintf(path, sizeof path, "%s", file_write("s.csv", "Q1\n7\n"));
    alloc_torture(read_it, path);
    unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_content), cmocka_unit_test(test_changed),
        cmocka_unit_test(test_no_file), cmocka_unit_test(test_ids),
        cmocka_unit_test(test_salts),   cmocka_unit_test(test_note),
        cmocka_unit_test(test_word),    cmocka_unit_test(test_torture),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
