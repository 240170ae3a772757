/* fills_test.c - what the places in a question's text stand for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fills.h"
#include "surveys/period.h"

static const struct fill names[] = {{.name = "date"},
                                    {.name = "op"},
                                    {.name = "product"},
                                    {.name = "touch"},
                                    {.name = "no"}};
static const struct survey survey = {.fills = 5, .fill = names};
static struct codes *codes;

static int load(void **unused)
{
    char path[4096];
    const char *root = getenv("ROOT");

    (void)unused;
    (void)snprintf(path, sizeof path, "%s/surveys/codes", root ? root : ".");
    return codes_load(path, NULL, &codes, NULL) == ST_OK ? 0 : -1;
}

static int unload(void **unused)
{
    (void)unused;
    codes_free(&codes);
    return 0;
}

static struct standing told(void)
{
    return (struct standing){
        .operator= "CM",
        .product = "BBD",
        .touchpoint = "HALL_OWN",
        .event_at = period_start(period_day(1791168000000)) + 86399999};
}

static void check(const struct standing *s, const struct codes *by,
                  const char *language, size_t count,
                  const char *const want[][2])
{
    struct fills f;

    fills_of(&survey, s, by, language, &f);
    assert_int_equal(f.count, count);
    for (size_t i = 0; i < count; i++) {
        assert_string_equal(f.pair[i].name, want[i][0]);
        assert_string_equal(f.pair[i].value, want[i][1]);
    }
}

static void test_told(void **unused)
{
    const struct standing s = told();
    struct standing old = told();

    (void)unused;
    check(&s, codes, "zh-CN", 4,
          (const char *const[][2]){{"date", "10月5日"},
                                   {"op", "中国移动"},
                                   {"product", "宽带"},
                                   {"touch", "自有营业厅"}});
    check(&s, codes, "en", 4,
          (const char *const[][2]){{"date", "5 Oct"},
                                   {"op", "China Mobile"},
                                   {"product", "Broadband"},
                                   {"touch", "Own service hall"}});
    check(&s, NULL, "zh", 1, (const char *const[][2]){{"date", "10月5日"}});
    /* a name that is not of that day, a code that is none, nothing */
    memcpy(old.operator, "TT", 3);
    memcpy(old.product, "???", 4);
    old.touchpoint[0] = '\0';
    check(&old, codes, "zh", 1, (const char *const[][2]){{"date", "10月5日"}});
}

/* A date that nobody told is not the definition's example. */
static void test_untold(void **unused)
{
    struct standing s = told();

    (void)unused;
    check(NULL, codes, "zh-CN", 1, (const char *const[][2]){{"date", "近日"}});
    check(NULL, NULL, "ug", 1,
          (const char *const[][2]){{"date", "recent days"}});
    s.event_at = 0;
    check(&s, NULL, "en", 1, (const char *const[][2]){{"date", "recent days"}});
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_told),
                                       cmocka_unit_test(test_untold)};

    return cmocka_run_group_tests_name("fills", tests, load, unload);
}
