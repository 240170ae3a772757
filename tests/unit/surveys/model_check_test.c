/* model_check_test.c - every message of the checker about the model, with its
 * place. */
#include "problems.h"

static void checks_constructs(void **state)
{
    (void)state;
    expect(TWO "  - {code: N, scale: {min: 0, max: 10}, text: {en: y}}\n"
               "  - {code: T, kind: text, text: {en: y}}\n"
               "model:\n  constructs:\n"
               "    - {code: C, items: [A, Z, A, T]}\n"
               "    - {code: C, items: [A, B, N]}\n"
               "    - {code: D, items: []}\n"
               "    - {mode: C, title: {fr: x}}\n"
               "    - E\n"
               "  paths: [{from: C, to: [D]}]\n  index: C\n",
           "x:10:28: unknown item 'Z'\n"
           "x:10:31: item A is in construct C already\n"
           "x:10:34: item T is of kind text: it has no mean\n"
           "x:11:14: construct C twice\n"
           "x:11:25: item A is in construct C already\n"
           "x:11:31: mixed scales: N is 0-10, B is 1-5\n"
           "x:12:24: items is empty\n"
           "x:13:7: code is missing\n"
           "x:13:7: items is missing\n"
           "x:13:14: 'C' is none of A, B\n"
           "x:13:24: no text in language en\n"
           "x:13:24: language fr: the title has no such\n"
           "x:14:7: must be a map\n");
}

static void checks_the_model(void **state)
{
    (void)state;
    expect(TWO "model: x\n", "x:6:8: model must be a map\n");
    expect(TWO "model: {a: 1}\n", "x:6:9: unknown key 'a'\n"
                                  "x:6:8: constructs is missing\n"
                                  "x:6:8: index is missing\n");
    expect(TWO "model: {scheme: pls, missing: none, index: Z, constructs: "
               "[{code: C, items: [A]}]}\n",
           "x:6:17: 'pls' is none of path, centroid, factorial\n"
           "x:6:31: 'none' is none of mean, pairwise, complete\n"
           "x:6:44: unknown construct 'Z'\n");
    expect(TWO "model: {constructs: [{code: C, items: [A, B]}], index: C}\n",
           "x:6:22: a single construct has a single item: nothing tells the "
           "weights of 2\n");
    expect(TWO, "x:4:3: 2 scale items and no model: which is the index?\n");
}

#define FOUR                                                                   \
    "survey: shop\ntitle: {en: Shop}\nitems:\n" A B                            \
    "  - {code: C, scale: {min: 1, max: 5}, text: {en: How?}}\n"               \
    "  - {code: D, scale: {min: 1, max: 5}, text: {en: How?}}\n"               \
    "model:\n  constructs:\n"                                                  \
    "    - {code: IMG, items: [A]}\n    - {code: EXP, items: [B]}\n"           \
    "    - {code: SAT, items: [C]}\n    - {code: LOY, items: [D]}\n"           \
    "  index: SAT\n"

static void checks_paths(void **state)
{
    (void)state;
    expect(FOUR "  paths:\n    - {from: IMG, to: [EXP, SAT, IMG, EXP, ZZZ, "
                "[x]]}\n"
                "    - {from: YYY, to: [SAT]}\n"
                "    - {from: EXP, to: LOY}\n"
                "    - x\n"
                "    - {from: EXP, to: [LOY]}\n",
           "x:16:34: a path from IMG to itself\n"
           "x:16:39: path IMG -> EXP twice\n"
           "x:16:44: unknown construct 'ZZZ'\n"
           "x:16:49: unknown construct ''\n"
           "x:17:14: unknown construct 'YYY'\n"
           "x:18:23: to must be a list\n"
           "x:19:7: must be a map\n");
}

static void names_cycles(void **state)
{
    (void)state;
    expect(FOUR "  paths:\n    - {from: IMG, to: [EXP]}\n"
                "    - {from: EXP, to: [IMG, SAT]}\n"
                "    - {from: SAT, to: [LOY]}\n",
           "x:17:24: cyclic path: IMG -> EXP -> IMG\n");
    expect(FOUR "  paths:\n    - {from: IMG, to: [EXP, LOY]}\n"
                "    - {from: EXP, to: [SAT]}\n"
                "    - {from: SAT, to: [LOY]}\n"
                "    - {from: LOY, to: [EXP]}\n",
           "x:19:24: cyclic path: EXP -> SAT -> LOY -> EXP\n");
    /* a diamond is none */
    expect(FOUR "  paths:\n    - {from: IMG, to: [EXP, SAT]}\n"
                "    - {from: EXP, to: [LOY]}\n"
                "    - {from: SAT, to: [LOY]}\n",
           "");
}

static void names_what_is_not_linked(void **state)
{
    (void)state;
    expect(FOUR, "x:11:7: no path links EXP with IMG\n"
                 "x:12:7: no path links SAT with IMG\n"
                 "x:13:7: no path links LOY with IMG\n");
    expect(FOUR "  paths:\n    - {from: IMG, to: [EXP]}\n"
                "    - {from: LOY, to: [SAT]}\n",
           "x:12:7: no path links SAT with IMG\n");
}

#define HIGHER(constructs, paths)                                              \
    "survey: shop\ntitle: {en: Shop}\nitems:\n" A B                            \
    "  - {code: C, scale: {min: 1, max: 5}, text: {en: How?}}\n"               \
    "  - {code: D, scale: {min: 0, max: 9}, text: {en: How?}}\n"               \
    "model:\n  constructs:\n"                                                  \
    "    - {code: IMG, items: [A]}\n    - {code: EXP, items: [B]}\n"           \
    "    - {code: SAT, items: [C]}\n    - {code: LOY, items: "                 \
    "[D]}\n" constructs "  index: SAT\n  paths:\n" paths

#define UP                                                                     \
    "    - {from: IMG, to: [ALL]}\n    - {from: EXP, to: [ALL]}\n"             \
    "    - {from: ALL, to: [SAT, LOY]}\n"

static void checks_parts(void **state)
{
    (void)state;
    expect(HIGHER("    - {code: ALL, mode: B, of: [IMG, EXP]}\n", UP), "");
    expect(HIGHER("    - {code: ALL, mode: A, of: [EXP, IMG]}\n",
                  "    - {from: ALL, to: [IMG, EXP, SAT, LOY]}\n"),
           "");
    expect(HIGHER("    - {code: ALL, of: [IMG, EXP]}\n", UP),
           "x:14:7: mode is missing: a construct of constructs has no "
           "default\n");
    expect(
        HIGHER("    - {code: ALL, mode: A, of: [IMG, EXP], items: [A]}\n", UP),
        "x:14:32: of and items exclude each other\n");
    expect(HIGHER("    - {code: ALL, mode: A}\n", UP),
           "x:14:7: items is missing\n");
    expect(HIGHER("    - {code: ALL, mode: A, of: [IMG]}\n", UP),
           "x:14:32: ALL is of a single construct\n");
    expect(HIGHER("    - {code: ALL, mode: A, of: []}\n", UP),
           "x:14:32: of is empty\n");
    expect(HIGHER("    - {code: ALL, mode: A, of: IMG}\n", UP),
           "x:14:32: of must be a list\n");
    expect(HIGHER("    - {code: ALL, mode: A, of: [IMG, ZZZ, ALL, [x], IMG, "
                  "LAT, EXP]}\n"
                  "    - {code: LAT, items: [Z]}\n",
                  UP),
           "x:14:38: no construct 'ZZZ' before ALL\n"
           "x:14:43: no construct 'ALL' before ALL\n"
           "x:14:48: no construct '' before ALL\n"
           "x:14:53: ALL is of IMG twice\n"
           "x:14:58: no construct 'LAT' before ALL\n"
           "x:15:27: unknown item 'Z'\n");
    expect(HIGHER("    - {code: ALL, mode: A, of: [IMG, LOY]}\n",
                  "    - {from: ALL, to: [IMG, LOY, EXP, SAT]}\n"),
           "x:14:32: mixed scales: D is 0-9, A is 1-5\n");
    expect(HIGHER("    - {code: ALL, mode: B, of: [IMG, EXP]}\n"
                  "    - {code: TOP, mode: A, of: [ALL, SAT]}\n",
                  UP),
           "x:15:33: ALL is of constructs itself\n");
}

static void checks_what_parts_are(void **state)
{
    static const char want[] = "x:14:7: ALL: paths lead from all its parts to "
                               "it, or from it to all its parts\n";

    (void)state;
    expect(HIGHER("    - {code: ALL, mode: B, of: [IMG, EXP]}\n",
                  "    - {from: IMG, to: [ALL, EXP]}\n"
                  "    - {from: ALL, to: [SAT, LOY]}\n"),
           want);
    expect(HIGHER("    - {code: ALL, mode: B, of: [IMG, EXP]}\n",
                  "    - {from: IMG, to: [ALL]}\n"
                  "    - {from: ALL, to: [EXP, SAT, LOY]}\n"),
           want);
    expect(HIGHER("    - {code: ALL, mode: B, of: [IMG, EXP]}\n",
                  "    - {from: IMG, to: [ALL]}\n"
                  "    - {from: ALL, to: [IMG, EXP, SAT, LOY]}\n"),
           "x:18:24: cyclic path: IMG -> ALL -> IMG\n");
}

/* 60 items in two constructs, and again in a third that is of them. */
static void checks_repetition(void **state)
{
    char yaml[20000] = "survey: shop\ntitle: {en: Shop}\nitems:\n";
    size_t at = strlen(yaml);

    (void)state;
    for (int i = 0; i < 66; i++)
        at += (size_t)snprintf(yaml + at, sizeof yaml - at,
                               "  - {code: Q%d, scale: {min: 1, max: 5}, "
                               "text: {en: How?}}\n",
                               i);
    at += (size_t)snprintf(yaml + at, sizeof yaml - at,
                           "model:\n  constructs:\n");
    for (int c = 0; c < 2; c++) {
        at += (size_t)snprintf(yaml + at, sizeof yaml - at,
                               "    - {code: C%d, items: [", c);
        for (int i = 0; i < 33; i++)
            at += (size_t)snprintf(yaml + at, sizeof yaml - at, "%sQ%d",
                                   i ? ", " : "", 33 * c + i);
        at += (size_t)snprintf(yaml + at, sizeof yaml - at, "]}\n");
    }
    (void)snprintf(yaml + at, sizeof yaml - at,
                   "    - {code: ALL, mode: A, of: [C0, C1]}\n"
                   "  index: ALL\n"
                   "  paths: [{from: ALL, to: [C0, C1]}]\n");
    expect(yaml, "x:72:5: 132 items, those of parts repeated, at most 128\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(checks_constructs),
        cmocka_unit_test(checks_the_model),
        cmocka_unit_test(checks_paths),
        cmocka_unit_test(names_cycles),
        cmocka_unit_test(names_what_is_not_linked),
        cmocka_unit_test(checks_parts),
        cmocka_unit_test(checks_what_parts_are),
        cmocka_unit_test(checks_repetition)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
