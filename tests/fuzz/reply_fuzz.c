/* reply_fuzz.c - any bytes as a reply: to every kind of question, and as a wish
 * to be asked no more. */
#include <stdlib.h>

#include "surveys/answer.h"
#include "surveys/reply.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static const struct text rate[] = {{"zh-CN",
                                    "请打分：1=很不满意，10=很满意。"}},
                         yes[] = {{"en", "yes"}, {"zh-CN", "有"}},
                         no[] = {{"en", "no"}, {"zh-CN", "没有或又没有"}};
static const struct choice choices[] = {{1, {2, yes}}, {3, {2, no}}};
static const struct item items[] = {
    {.code = "A", .min = 1, .max = 10, .text = {1, rate}},
    {.code = "B", .min = 1, .max = 5},
    {.code = "C", .min = 0, .max = 10, .text = {1, rate}},
    {.code = "D",
     .kind = ITEM_CHOICE,
     .min = 1,
     .max = 3,
     .choices = 2,
     .choice = choices},
    {.code = "E", .kind = ITEM_TEXT}};

static void answer(const struct item *it, const char *text, size_t len,
                   const struct reply *flags)
{
    struct reply r = {.kind = REPLY_KINDS};

    if (reply_read(it, text, len, &r) != ST_OK || r.kind >= REPLY_KINDS ||
        (r.kind == REPLY_ANSWER) != (r.stored != 0) ||
        (len > REPLY_MAX && r.kind != REPLY_UNCLEAR) ||
        !answer_legal(it, r.stored))
        __builtin_trap();
    if (r.not_fixed != flags->not_fixed || r.escalate != flags->escalate)
        __builtin_trap(); /* whatever was asked */
}

static void wish(const char *text, size_t len)
{
    struct reply_words *w = NULL;
    struct err err = {""};
    enum reply_wish found = WISH_NONE;

    if (reply_words_new(REPLY_OPT_OUT_WORDS, REPLY_OPT_IN_WORDS, &w, &err) !=
            ST_OK ||
        reply_wish(w, text, len, &found) != ST_OK || found > WISH_OPT_IN)
        __builtin_trap();
    reply_words_free(&w);
}

/* The bytes as a list of words, each of which is then heard. */
static void list(const uint8_t *data, size_t len)
{
    struct reply_words *w = NULL;
    struct err err = {""};
    enum reply_wish found = WISH_NONE;
    char *const text = calloc(1, len + 1);
    const enum status st = text ? ST_OK : ST_NOMEM;

    if (st != ST_OK)
        return;
    memcpy(text, data, len);
    if (reply_words_new(text, "", &w, &err) != ST_OK) {
        if (w || !err.text[0])
            __builtin_trap();
    } else {
        const size_t first = strcspn(text, ",");

        if (reply_wish(w, text, first, &found) != ST_OK ||
            (first && first <= REPLY_MAX && found != WISH_OPT_OUT))
            __builtin_trap();
    }
    reply_words_free(&w);
    free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    const char *const text = (const char *)data;
    struct reply flags = {.kind = REPLY_KINDS};

    if (reply_read(NULL, text, len, &flags) != ST_OK ||
        flags.kind == REPLY_ANSWER)
        __builtin_trap();
    for (size_t i = 0; i < sizeof items / sizeof *items; i++)
        answer(&items[i], text, len, &flags);
    wish(text, len);
    list(data, len);
    return 0;
}
