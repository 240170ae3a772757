/* reply_test.c - the corpus of replies, every case as it says.
 *
 * corpus.tsv: class, item, text, what it is, flags.  What it is: a number (the
 * answer), missing, off, unclear, comment, or `again`: any of the last three,
 * so that it is asked again.  Flags: f the repair failed, e escalates, w has
 * words, x has none; f and e must be there when they are true and only then.
 */
#include <stdio.h>
#include <stdlib.h>

#include "items.h"

enum { CASES = 600, TRAPS = 150, CLASSES = 32, FIELDS = 5, LINE = 4096 };

struct tally {
    size_t classes, cases, wrong, wrong_scores;
    struct {
        char name[32];
        size_t cases, wrong;
    } of[CLASSES];
};

static size_t class_of(struct tally *t, const char *name)
{
    size_t i = 0;

    while (i < t->classes && !streq(t->of[i].name, name))
        i++;
    if (i == t->classes) {
        assert_true(t->classes < CLASSES);
        (void)snprintf(t->of[t->classes++].name, sizeof t->of->name, "%s",
                       name);
    }
    return i;
}

static bool kind_fits(const struct item *it, const struct reply *r,
                      const char *want)
{
    static const char *const kinds[REPLY_KINDS] = {[REPLY_ANSWER] = "",
                                                   [REPLY_MISSING] = "missing",
                                                   [REPLY_OFF_SCALE] = "off",
                                                   [REPLY_UNCLEAR] = "unclear",
                                                   [REPLY_COMMENT] = "comment"};

    if (r->kind == REPLY_ANSWER)
        return want[0] >= '0' && want[0] <= '9' &&
               atoll(want) == it->min + r->stored - 1;
    if (streq(want, "again"))
        return r->kind != REPLY_MISSING;
    return streq(kinds[r->kind], want);
}

static bool flags_fit(const struct reply *r, const char *want)
{
    return r->not_fixed == (strchr(want, 'f') != NULL) &&
           r->escalate == (strchr(want, 'e') != NULL) &&
           !(strchr(want, 'w') && !r->words) &&
           !(strchr(want, 'x') && r->words);
}

/* "\n" stands for a line end. */
static void unescape(char *text)
{
    for (char *c; (c = strstr(text, "\\n")) != NULL;) {
        *c = '\n';
        memmove(c + 1, c + 2, strlen(c + 2) + 1);
    }
}

static void try(const struct survey *s, char **field, size_t line,
                struct tally *t)
{
    const size_t class = class_of(t, field[0]);
    const struct item *const it = item_of(s, field[1]);
    struct reply r;

    unescape(field[2]);
    r = read_reply(it, field[2]);
    t->cases++;
    t->of[class].cases++;
    if (kind_fits(it, &r, field[3]) && flags_fit(&r, field[4]))
        return;
    t->wrong++;
    t->of[class].wrong++;
    if (r.kind == REPLY_ANSWER && !kind_fits(it, &r, field[3]))
        t->wrong_scores++;
    print_error("corpus.tsv:%zu: %s [%s] want %s %s, got kind %d value %d%s%s%s"
                "\n",
                line, field[2], field[1], field[3], field[4], (int)r.kind,
                r.kind == REPLY_ANSWER ? it->min + r.stored - 1 : -1,
                r.not_fixed ? " f" : "", r.escalate ? " e" : "",
                r.words ? " w" : " x");
}

/* A line's fields, the last ones empty when they are not there; false: none. */
static bool cut(char *line, char **field)
{
    static char nothing[] = "";
    size_t n = 0;

    line[strcspn(line, "\n")] = '\0';
    if (!line[0] || line[0] == '#')
        return false;
    for (size_t i = 0; i < FIELDS; i++)
        field[i] = nothing;
    for (char *c = line; c && n < FIELDS; n++) {
        field[n] = c;
        c = strchr(c, '\t');
        if (c)
            *c++ = '\0';
    }
    return n >= 4;
}

static void corpus(void **state)
{
    const char *root = getenv("ROOT");
    struct survey *s = items_load();
    struct tally t = {.cases = 0};
    char path[LINE], line[LINE], *field[FIELDS];
    size_t traps;
    FILE *file;

    (void)state;
    (void)snprintf(path, sizeof path, "%s/tests/unit/surveys/reply/corpus.tsv",
                   root ? root : ".");
    file = fopen(path, "r");
    if (!file)
        fail_msg("%s: cannot be opened", path);
    for (size_t n = 1; fgets(line, sizeof line, file); n++)
        if (cut(line, field))
            try(s, field, n, &t);
    (void)fclose(file);
    for (size_t i = 0; i < t.classes; i++)
        print_message("%4zu %s\n", t.of[i].cases, t.of[i].name);
    print_message("%4zu cases, %zu not as they should be, %zu wrong scores\n",
                  t.cases, t.wrong, t.wrong_scores);
    traps = t.of[class_of(&t, "trap")].cases;
    assert_int_equal(t.wrong_scores, 0);
    assert_int_equal(t.wrong, 0);
    assert_true(t.cases >= CASES);
    assert_true(traps >= TRAPS);
    survey_free(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(corpus)};

    return cmocka_run_group_tests_name("reply", tests, NULL, NULL);
}
