/* survey_fuzz.c - any bytes as a definition: what is accepted can be described
 * and asked. */
#include <stdlib.h>

#include "surveys/answer.h"
#include "surveys/survey.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static size_t problems;

static void count(void *ctx, const char *line)
{
    (void)ctx;
    problems += line[0] != '\0';
}

static void ask(const struct survey *s)
{
    for (size_t i = 0; i < s->items; i++) {
        const struct item *it = &s->item[i];
        uint8_t stored = 0;

        if (survey_item(s, it->code) != i || item_points(it) < 1 ||
            item_points(it) > SCALE_MAX || (!it->text.count && !it->variants))
            __builtin_trap();
        if (it->kind != ITEM_TEXT && !answer_legal(it, 1))
            __builtin_trap(); /* the lowest answer is one */
        if (answer_parse(it, "7", 1, &stored, NULL) == ST_OK &&
            !answer_legal(it, stored))
            __builtin_trap();
    }
    if (s->model.constructs && s->model.index >= s->model.constructs)
        __builtin_trap();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct survey *s = NULL;
    struct err err = {""};
    enum status st;

    problems = 0;
    st = survey_parse("in", (const char *)data, len, count, NULL, &s, &err);
    if ((st == ST_OK) != (problems == 0) || (st == ST_OK) != (s != NULL))
        __builtin_trap();
    if (s)
        ask(s);
    survey_free(&s);
    return 0;
}
