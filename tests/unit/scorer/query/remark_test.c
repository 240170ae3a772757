/* remark_test.c - what a person is told of scores that are not all there, and
 * names in place of codes. */
#include <sys/stat.h>

#include "scorer/world.h"

#include "request_texts.h"
#include "scorer/kind.h"

enum { ARGS_MAX = 16 };

static const struct program program = {
    .name = "test", .usage = "…", .summary = "A test."};

struct asked {
    struct world w;
    struct survey *mob;
    struct engine *e;
    struct request r;
    char words[512];
    char *argv[ARGS_MAX + 1];
};

static void set_up(struct asked *a)
{
    memset(a, 0, sizeof *a);
    world_open(&a->w, 77, NULL, "mean");
    a->mob = define_lone(&a->w, "pair-mob", "pair", "MOB");
    answer_alike(&a->w, (struct one){a->mob, 40, 8, "11", FRAME_INVITED,
                                     period_first(OCTOBER) + 3});
    answer_alike(&a->w, (struct one){a->mob, 7, 5, "44", FRAME_INVITED,
                                     period_first(NOVEMBER) + 1});
    answer_alike(&a->w, (struct one){a->mob, 3, 5, "31", FRAME_OPEN,
                                     period_first(NOVEMBER)});
    ok(&a->w, engine_on(a->w.read, NULL, &a->e, &a->w.err));
}

static void tear_down(struct asked *a)
{
    engine_close(&a->e);
    survey_free(&a->mob);
    world_close(&a->w);
}

static void read_words(struct asked *a, const char *words)
{
    char *rest = a->words, *word;
    bool done = false;
    int argc = 0;

    snprintf(a->words, sizeof a->words,
             "test --store sqlite:x.db --survey pair %s", words);
    while ((word = strsep(&rest, " ")) && argc < ARGS_MAX)
        a->argv[argc++] = word;
    a->argv[argc] = NULL;
    ok(&a->w, request_read(&program, argc, a->argv, INT64_C(1795323900000),
                           &a->r, &done, &a->w.err));
}

static void expect(struct asked *a, const char *words, const char *want)
{
    struct result s = {0};
    char *got = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&got, &len);

    assert_non_null(out);
    read_words(a, words);
    ok(&a->w, engine_ask(a->e, &kind_score, &a->r.query, &s, &a->w.err));
    request_remark(&a->r, &s, "test", out);
    assert_int_equal(fclose(out), 0);
    assert_string_equal(got, want);
    free(got);
    result_free(&s);
    request_free(&a->r);
}

#define OCT "--from 2026-10 --to 2026-10"

static void test_nothing_counted(void **state)
{
    static const char *const scoped[] = {"31"};
    struct query_filter scope = {DIM_PROVINCE, 1, scoped};
    struct asked a;
    char text[ELSEWHERE_MAX];

    (void)state;
    set_up(&a);
    expect(&a, OCT, "");
    expect(&a, "--from 2026-09 --to 2026-09 --where province=11",
           "test: no answers to pair were counted from 2026-09-01 to "
           "2026-09-30, frames invited; there are some of 2026-10 to 2026-11 "
           "(invited), 2026-11 (open)\n");
    expect(&a, OCT " --frame open,third",
           "test: no answers to pair were counted from 2026-10-01 to "
           "2026-10-31, frames open, third; there are some of 2026-10 to "
           "2026-11 (invited), 2026-11 (open)\n");
    /* nothing is told of what the reader may not see */
    read_words(&a, OCT);
    a.r.query.scopes = 1;
    a.r.query.scope = &scope;
    ok(&a.w, engine_elsewhere(a.e, &a.r.query, text, &a.w.err));
    assert_string_equal(text, "2026-11 (open)");
    scope.dimension = DIM_ORG; /* which the cells by month do not keep */
    ok(&a.w, engine_elsewhere(a.e, &a.r.query, text, &a.w.err));
    assert_string_equal(text, "");
    request_free(&a.r);
    tear_down(&a);
}

static void test_nobody_has_answered(void **state)
{
    struct asked a;
    struct survey *fix;

    (void)state;
    memset(&a, 0, sizeof a);
    world_open(&a.w, 78, NULL, "mean");
    fix = define_lone(&a.w, "pair-fix", "pair", "FIX");
    ok(&a.w, engine_on(a.w.read, NULL, &a.e, &a.w.err));
    expect(&a, OCT,
           "test: no answers to pair were counted from 2026-10-01 to "
           "2026-10-31, frames invited\n");
    engine_close(&a.e);
    survey_free(&fix);
    world_close(&a.w);
}

static void test_codes_that_met_nothing(void **state)
{
    struct asked a;

    (void)state;
    set_up(&a);
    expect(&a, OCT " --where province=99,11,98",
           "test: --where met no answers: province=99, province=98\n");
    expect(&a, OCT " --where channel=webb --where province=11",
           "test: --where met no answers: channel=webb\n"
           "test: no answers to pair were counted from 2026-10-01 to "
           "2026-10-31, frames invited, that are as --where says\n");
    expect(&a,
           "--from 2026-11 --frame invited,open --where province=44 "
           "--where frame=open",
           "test: no answers to pair were counted from 2026-11-01 to "
           "2026-11-30, frames invited, open, that are as --where says\n");
    tear_down(&a);
}

static void write_table(const char *name, const char *rows)
{
    char path[64];
    FILE *f;

    snprintf(path, sizeof path, "remark-codes/%s.csv", name);
    f = fopen(path, "w");
    assert_non_null(f);
    assert_true(fprintf(f,
                        "code,parent,level,kind,gb_code,name_zh,name_en,"
                        "valid_from,valid_to\n%s",
                        rows) > 0);
    assert_int_equal(fclose(f), 0);
}

static void remove_table(const char *name)
{
    char path[64];

    snprintf(path, sizeof path, "remark-codes/%s.csv", name);
    assert_int_equal(unlink(path), 0);
}

static const char *const tables[] = {"operators", "products", "touchpoints",
                                     "classes",   "entries",  "frames",
                                     "provinces", "channels"};

static void test_names(void **state)
{
    struct codes *codes = NULL;
    struct asked a;

    (void)state;
    memset(&a, 0, sizeof a);
    assert_int_equal(mkdir("remark-codes", 0700), 0);
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        write_table(tables[i], "");
    write_table("provinces", "11,,,,,北京,Beijing,,\n31,,,,,上海,Shanghai,,\n");
    write_table("channels", "sms,,,,,短信,SMS,,\n");
    ok(&a.w, codes_load("remark-codes", NULL, &codes, &a.w.err));
    read_words(&a, "--where province=北京,31,Shanghai,,11 --where stratum=A "
                   "--where org=A1");
    ok(&a.w, request_resolve(&a.r, codes, &a.w.err));
    assert_string_equal(a.r.query.filter[0].codes[0], "11");
    assert_string_equal(a.r.query.filter[0].codes[1], "31");
    assert_string_equal(a.r.query.filter[0].codes[2], "31");
    assert_string_equal(a.r.query.filter[0].codes[3], "");
    assert_string_equal(a.r.query.filter[0].codes[4], "11");
    assert_string_equal(a.r.query.filter[1].codes[0], "A");
    assert_string_equal(a.r.query.filter[2].codes[0], "A1");
    request_free(&a.r);
    read_words(&a, "--where province=11 --where channel=webb");
    assert_int_equal(request_resolve(&a.r, codes, &a.w.err), ST_NOTFOUND);
    assert_string_equal(
        a.w.err.text,
        "--where: no code or name 'webb' in the table of channel");
    request_free(&a.r);
    codes_free(&codes);
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        remove_table(tables[i]);
    assert_int_equal(rmdir("remark-codes"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing_counted),
        cmocka_unit_test(test_nobody_has_answered),
        cmocka_unit_test(test_codes_that_met_nothing),
        cmocka_unit_test(test_names),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
