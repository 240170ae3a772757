/* feed_test.c - the same rows out of CSV and JSON lines. */
#include "small.h"

#include "alloc.h"
#include "feed_lines.h"

static struct survey *survey;
static struct err err;
static struct feed *feed;

static enum status open_text(const char *text)
{
    const struct feed_options o = {.survey = survey};

    return feed_open(file_write("feed", text), &o, &feed, &err);
}

static void is_row(const struct feed_row *row)
{
    assert_string_equal(row->slot[FEED_EVENT_ID].text, "W1");
    assert_string_equal(row->slot[FEED_CONTACT].text, "13900000001");
    assert_string_equal(row->slot[FEED_ADULT].text, "yes");
    assert_string_equal(row->slot[FEED_COLUMN_COUNT].text, "2");
    assert_int_equal(row->slot[FEED_BASIS].len, 0);
    assert_int_equal(row->slot[FEED_ORG].len, 0);
}

static void test_both(void **state)
{
    static const char *const texts[] = {
        "\xef\xbb\xbf"
        "event_id,phone,basis,adult,AGE,nobody\r\n"
        "W1,13900000001,,yes,2,x\r\n",
        "\xef\xbb\xbf\n{\"event_id\": \"W1\", \"contact\": 13900000001, "
        "\"basis\": null, \"adult\": true, \"attributes\": {\"AGE\": 2}, "
        "\"nobody\": 3.5}\n",
        "{\"AGE\": \"2\", \"adult\": \"yes\", \"phone\": \"13900000001\",\n",
    };
    struct feed_row row;
    const char *names;

    (void)state;
    for (int i = 0; i < 2; i++) {
        assert_int_equal(open_text(texts[i]), ST_OK);
        assert_int_equal(feed_next(feed, &row, &err), ST_OK);
        is_row(&row);
        assert_int_equal(feed_line(feed), 2);
        assert_int_equal(feed_ignored(feed, &names), 1 + i);
        assert_non_null(strstr(names, "nobody"));
        assert_int_equal(feed_offset(feed), strlen(texts[i]));
        assert_int_equal(feed_size(feed), strlen(texts[i]));
        assert_int_equal(feed_next(feed, &row, &err), ST_NOTFOUND);
        feed_close(&feed);
    }
    assert_int_equal(open_text(texts[2]), ST_OK);
    assert_int_equal(feed_next(feed, &row, &err), ST_INVALID);
    feed_close(&feed);
}

static void test_lists(void **state)
{
    struct feed_row row;

    (void)state;
    assert_int_equal(
        open_text("{\"event_id\": 1, \"staff_numbers\": [\"1\", \"2\"]}\n"
                  "{\"event_id\": 2, \"staff_numbers\": []}\n"
                  "{\"event_id\": 3, \"staff_numbers\": [3]}\n"
                  "{\"event_id\": 4, \"contact\": [\"3\"]}\n"
                  "{\"event_id\": 5, \"contact\": \"1\", \"phone\": \"2\"}\n"
                  "{\"event_id\": 6.5}\n"
                  "7\n"
                  "{\"event_id\": 8}"),
        ST_OK);
    assert_int_equal(feed_next(feed, &row, &err), ST_OK);
    assert_string_equal(row.slot[FEED_STAFF_NUMBERS].text, "1;2;");
    assert_int_equal(feed_next(feed, &row, &err), ST_OK);
    assert_int_equal(row.slot[FEED_STAFF_NUMBERS].len, 0);
    for (int bad = 0; bad < 5; bad++) {
        char place[8];

        assert_int_equal(feed_next(feed, &row, &err), ST_INVALID);
        (void)snprintf(place, sizeof place, ":%d: ", bad + 3);
        if (!strstr(err.text, place))
            fail_msg("%s", err.text);
    }
    assert_int_equal(feed_next(feed, &row, &err), ST_OK);
    assert_string_equal(row.slot[FEED_EVENT_ID].text, "8");
    feed_close(&feed);
}

static void test_headers(void **state)
{
    static const char *const wrong[][2] = {
        {"", "is empty"},
        {"event_id,contact,basis\n", ":1: no column 'adult'"},
        {"event_id,contact,basis,adult,phone\n", "are the same thing"}};

    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        assert_int_equal(open_text(wrong[i][0]), ST_INVALID);
        if (!strstr(err.text, wrong[i][1]))
            fail_msg("%s", err.text);
        assert_null(feed);
    }
}

/* Messages call a feed what its reader calls it, not what it was opened as. */
static void test_shown(void **state)
{
    const struct feed_options o = {.survey = survey, .shown = "here"};
    struct feed_row row;

    (void)state;
    (void)file_write("feed", "event_id,contact,basis,adult\n1,2\n");
    assert_int_equal(feed_open(file_path("feed"), &o, &feed, &err), ST_OK);
    assert_int_equal(feed_next(feed, &row, &err), ST_INVALID);
    assert_int_equal(strncmp(err.text, "here:2: ", 8), 0);
    feed_close(&feed);
}

static void test_long_line(void **state)
{
    const size_t len = LINE_MAX_BYTES + 2;
    char *text = malloc(len + 1);
    struct feed_lines *lines = NULL;
    const char *line;
    size_t n;

    (void)state;
    assert_non_null(text);
    memset(text, 'x', len);
    text[len] = '\0';
    text[len - 2] = '\n';
    assert_int_equal(feed_lines_open(file_write("feed", text), &lines, &err),
                     ST_OK);
    assert_int_equal(feed_lines_next(lines, &line, &n, &err), ST_OK);
    assert_int_equal(n, LINE_MAX_BYTES);
    assert_int_equal(feed_lines_next(lines, &line, &n, &err), ST_OK);
    assert_int_equal(n, 1);
    assert_int_equal(feed_lines_next(lines, &line, &n, &err), ST_NOTFOUND);
    feed_lines_close(&lines);
    text[len - 2] = 'x';
    assert_int_equal(feed_lines_open(file_write("feed", text), &lines, &err),
                     ST_OK);
    assert_int_equal(feed_lines_next(lines, &line, &n, &err), ST_RANGE);
    feed_lines_close(&lines);
    free(text);
}

static enum status read_all(void *ctx)
{
    const struct feed_options o = {.survey = survey};
    struct feed_row row;
    enum status st = feed_open(ctx, &o, &feed, &err);

    while (st == ST_OK)
        st = feed_next(feed, &row, &err);
    feed_close(&feed);
    return st == ST_NOTFOUND ? ST_OK : st;
}

static void test_torture(void **state)
{
    char path[4096];

    (void)state;
    (void)snprintf(path, sizeof path, "%s",
                   file_write("feed", "{\"event_id\": 1, \"staff_numbers\": "
                                      "[\"1\"]}\n{\"event_id\": 2}\n"));
    alloc_torture(read_all, path);
    (void)file_write("feed", "event_id,contact,basis,adult\n1,2,3,4\n");
    alloc_torture(read_all, path);
}

static int begin(void **state)
{
    (void)state;
    survey = small_survey();
    return 0;
}

static int end(void **state)
{
    (void)state;
    unlink(file_path("feed"));
    survey_free(&survey);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_both),      cmocka_unit_test(test_lists),
        cmocka_unit_test(test_headers),   cmocka_unit_test(test_shown),
        cmocka_unit_test(test_long_line), cmocka_unit_test(test_torture)};

    return cmocka_run_group_tests(tests, begin, end);
}
