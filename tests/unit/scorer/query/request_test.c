/* request_test.c - a query as people write it, and every way to get it wrong;
 * the records as they are printed. */
#include "scorer/world.h"

#include "scorer/request.h"

enum { ARGS_MAX = 32 };

struct line {
    struct request r;
    struct err err;
    bool done;
    char *argv[ARGS_MAX + 1];
    int argc;
};

static const struct program program = {
    .name = "test", .usage = "…", .summary = "A test."};

/* 2026-11-22 13:05 in Shanghai */
#define NOW INT64_C(1795323900000)

/* Words parted by blanks. */
static enum status read_line(struct line *l, const char *words)
{
    static char text[2048];
    char *rest = text, *word;

    memset(l, 0, sizeof *l);
    snprintf(text, sizeof text, "test %s", words);
    while ((word = strsep(&rest, " ")) && l->argc < ARGS_MAX)
        l->argv[l->argc++] = word;
    return request_read(&program, l->argc, l->argv, NOW, &l->r, &l->done,
                        &l->err);
}

static enum status read_rows(struct line *l, const char *words)
{
    static char text[2048];
    char *rest = text, *word;

    memset(l, 0, sizeof *l);
    snprintf(text, sizeof text, "test %s", words);
    while ((word = strsep(&rest, " ")) && l->argc < ARGS_MAX)
        l->argv[l->argc++] = word;
    return request_read_rows(&program, l->argc, l->argv, NOW, &l->r, &l->done,
                             &l->err);
}

#define GOOD "--store sqlite:x.db --survey tcsi"

static void test_all_options(void **state)
{
    struct line l;
    const struct query *q = &l.r.query;

    (void)state;
    assert_int_equal(
        read_line(&l, GOOD " --from 2026-03-05 --to 2026-04 --by "
                           "province,channel,attribute8 --where province=11,31 "
                           "--where=channel=sms --where org= --frame "
                           "open,invited --item-weights frozen --base "
                           "2025-01..2025-12 --rollup users --rollup-file "
                           "u.csv --construct SAT --cube c.db"),
        ST_OK);
    assert_string_equal(l.r.store, "sqlite:x.db");
    assert_string_equal(l.r.cube, "c.db");
    assert_string_equal(q->survey, "tcsi");
    assert_int_equal(q->from, period_first(2026 * 12 + 2) + 4);
    assert_int_equal(q->to, period_last(2026 * 12 + 3));
    assert_int_equal(q->by_count, 3);
    assert_int_equal(q->by[0], DIM_PROVINCE);
    assert_int_equal(q->by[1], DIM_CHANNEL);
    assert_int_equal(q->by[2], DIM_ATTRIBUTE + 7);
    assert_int_equal(q->filters, 3);
    assert_int_equal(q->filter[0].dimension, DIM_PROVINCE);
    assert_int_equal(q->filter[0].count, 2);
    assert_string_equal(q->filter[0].codes[0], "11");
    assert_string_equal(q->filter[0].codes[1], "31");
    assert_string_equal(q->filter[1].codes[0], "sms");
    assert_string_equal(q->filter[2].codes[0], ""); /* not given */
    assert_int_equal(q->frames, 1u << FRAME_OPEN | 1u << FRAME_INVITED);
    assert_int_equal(q->weights, WEIGHTS_FROZEN);
    assert_int_equal(q->base_from, period_first(2025 * 12));
    assert_int_equal(q->base_to, period_last(2025 * 12 + 11));
    assert_int_equal(q->rollup, ROLLUP_USERS);
    assert_string_equal(q->rollup_file, "u.csv");
    assert_string_equal(q->construct, "SAT");
    assert_int_equal(q->scopes, 0);
    request_free(&l.r);
}

static void test_default_period(void **state)
{
    struct line l;

    (void)state;
    assert_int_equal(read_line(&l, GOOD), ST_OK);
    assert_int_equal(l.r.query.from, period_first(NOVEMBER));
    assert_int_equal(l.r.query.to, period_last(NOVEMBER));
    assert_int_equal(l.r.query.frames, 0);
    assert_null(l.r.query.construct);
    request_free(&l.r);
    assert_int_equal(read_line(&l, GOOD " --from 2026-10"), ST_OK);
    assert_int_equal(l.r.query.from, period_first(OCTOBER));
    assert_int_equal(l.r.query.to, period_last(OCTOBER));
    request_free(&l.r);
    assert_int_equal(read_line(&l, GOOD " --to 2026-10-07"), ST_OK);
    assert_int_equal(l.r.query.from, period_first(OCTOBER));
    assert_int_equal(l.r.query.to, period_first(OCTOBER) + 6);
    request_free(&l.r);
    assert_int_equal(
        read_line(&l, GOOD " --item-weights frozen --base 2026-10"), ST_OK);
    assert_int_equal(l.r.query.base_from, period_first(OCTOBER));
    assert_int_equal(l.r.query.base_to, period_last(OCTOBER));
    request_free(&l.r);
}

static void test_refusals(void **state)
{
    static const struct {
        const char *words, *cause;
    } cases[] = {
        {"--survey tcsi", "--store"},
        {"--store sqlite:x", "--survey"},
        {GOOD " --by age", "no dimension 'age'; there are period"},
        {GOOD " --by province,", "no dimension ''"},
        {GOOD " --where 11", "'11' is not DIMENSION=CODE"},
        {GOOD " --where place=11", "no dimension 'place'"},
        {GOOD " --frame some", "no frame 'some'"},
        {GOOD " --from 2026-13", "--from"},
        {GOOD " --from 2026-10 --to 2026-09", "later"},
        {GOOD " --to yesterday", "--to"},
        {GOOD " --item-weights frozen", "--base FROM..TO"},
        {GOOD " --base 2026-01..2026-02", "--item-weights frozen"},
        {GOOD " --item-weights frozen --base 2026-02..2026-01", "later"},
        {GOOD " --item-weights frozen --base 2026-02-01..", "--base"},
        {GOOD " --item-weights old", "old"},
        {GOOD " --rollup users", "--rollup-file"},
        {GOOD " --rollup-file x.csv", "--rollup"},
        {GOOD " more", "unexpected argument: more"},
        {GOOD " --nonsense", "nonsense"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct line l;

        assert_int_equal(read_line(&l, cases[i].words), ST_INVALID);
        if (!strstr(l.err.text, cases[i].cause))
            fail_msg("%s: %s", cases[i].words, l.err.text);
    }
}

static void test_too_many(void **state)
{
    char words[1800] = GOOD " --where province=1";
    struct line l;

    (void)state;
    for (int i = 0; i < 600; i++)
        strncat(words, ",1", sizeof words - strlen(words) - 1);
    assert_int_equal(read_line(&l, words), ST_RANGE);
    assert_non_null(strstr(l.err.text, "over 512 codes"));
}

/* ---- what is printed ---- */

static char *printed(const struct scores *s, const struct query *q,
                     enum result_format format)
{
    char *text = NULL;
    size_t len;
    FILE *f = open_memstream(&text, &len);
    struct result r = {0};

    assert_non_null(f);
    assert_int_equal(scores_result(s, q, &r), ST_OK);
    assert_int_equal(result_write(&r, format, NULL, f), ST_OK);
    result_free(&r);
    assert_int_equal(fclose(f), 0);
    return text;
}

static const enum dimension by[] = {DIM_PROVINCE, DIM_ORG};
static const char *const cell[] = {"11", "a,\"b\""};

static struct score sample_score(void)
{
    struct score s = {.survey = "tcsi-mobile",
                      .cell = cell,
                      .construct = "SAT",
                      .index = 72.4541179309101,
                      .n = 250,
                      .n_eff = 250,
                      .interval = {0.1, 72.2, 1.0 / 3},
                      .method = "parent",
                      .status = "live",
                      .weighting = "none"};

    memset(s.form, 0xab, HASH_SIZE);
    return s;
}

static void test_formats(void **state)
{
    struct score list[2] = {sample_score(), sample_score()};
    struct scores s = {
        2, list, "00112233445566778899aabbccddeeff", {3, {1, 2, 255}}, NULL};
    const struct query q = {.by = by, .by_count = 2};
    char *text;

    (void)state;
    list[1].n = 7;
    list[1].index = NAN;
    list[1].interval = (struct interval){NAN, NAN, NAN};
    list[1].flags = SCORE_SUPPRESSED | SCORE_THIN_FIT;
    list[1].status = "provisional";
    text = printed(&s, &q, RESULT_CSV);
    assert_string_equal(
        text,
        "survey,form,province,org,construct,index,n,n_eff,se,low,high,method,"
        "status,weighting,flags,watermark,query\n"
        "tcsi-mobile,"
        "abababababababababababababababababababababababababababababababab,11,"
        "\"a,\"\"b\"\"\",SAT,72.4541179309101,250,250,0.1,72.2,"
        "0.3333333333333333,parent,live,none,,0102ff,"
        "00112233445566778899aabbccddeeff\n"
        "tcsi-mobile,"
        "abababababababababababababababababababababababababababababababab,11,"
        "\"a,\"\"b\"\"\",SAT,,7,250,,,,parent,provisional,none,suppressed "
        "thin_fit,0102ff,00112233445566778899aabbccddeeff\n");
    free(text);
    text = printed(&s, &q, RESULT_JSON);
    assert_non_null(strstr(text, "\"cell\""));
    assert_non_null(strstr(text, "72.4541179309101"));
    assert_non_null(strstr(text, "null"));
    assert_non_null(strstr(text, "\"suppressed\""));
    free(text);
    text = printed(&s, &q, RESULT_TABLE);
    assert_non_null(strstr(text, "72.45"));
    assert_non_null(strstr(text, "suppressed thin_fit"));
    assert_null(strstr(text, "nan"));
    free(text);
}

static void test_names_of_flags(void **state)
{
    const char *names[32];

    (void)state;
    assert_int_equal(score_flag_names(0, names), 0);
    assert_int_equal(
        score_flag_names(SCORE_NO_INTERVAL | SCORE_INCOMPLETE, names), 2);
    assert_string_equal(names[0], "no_interval");
    assert_string_equal(names[1], "incomplete");
    assert_int_equal(score_flag_names(UINT32_MAX, names), 7);
}

/* Rows come from a store, or from elsewhere. */
static void test_rows(void **state)
{
    static const char *const alone[] = {"--from 2026-03", "--to 2026-03",
                                        "--where province=11", "--frame open"};
    enum dimension d;
    struct line l;

    (void)state;
    assert_int_equal(read_rows(&l, "--survey a.yaml"), ST_OK);
    assert_null(l.r.store);
    assert_string_equal(l.r.query.survey, "a.yaml");
    request_free(&l.r);
    assert_int_equal(read_rows(&l, GOOD " --from 2026-03 --frame open "
                                        "--where province=11"),
                     ST_OK);
    assert_int_equal(l.r.query.from, period_first(2026 * 12 + 2));
    assert_int_equal(l.r.query.frames, 1u << FRAME_OPEN);
    assert_int_equal(l.r.query.filters, 1);
    request_free(&l.r);
    for (size_t i = 0; i < sizeof alone / sizeof *alone; i++) {
        assert_int_equal(read_rows(&l, alone[i]), ST_INVALID);
        assert_non_null(strstr(l.err.text, "go with --store"));
    }
    assert_int_equal(read_rows(&l, "--store sqlite:x.db"), ST_INVALID);
    assert_int_equal(read_rows(&l, GOOD " --by province"), ST_INVALID);
    assert_int_equal(request_dimension("group", "org", &d, &l.err), ST_OK);
    assert_int_equal(d, DIM_ORG);
    assert_int_equal(request_dimension("group", "orgs", &d, &l.err),
                     ST_INVALID);
    assert_non_null(strstr(l.err.text, "--group: no dimension 'orgs'"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_all_options),
        cmocka_unit_test(test_default_period),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_too_many),
        cmocka_unit_test(test_formats),
        cmocka_unit_test(test_names_of_flags),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
