/* api_members.c - see api_reader.h: the members that depend on the survey. */
#include <string.h>

#include "api_reader.h"
#include "collector/person.h"
#include "quality.h"
#include "surveys/answer.h"
#include "surveys/period.h"

static enum status read_code(struct api_reader *d, const char *name,
                             enum code_table table, char out[CODE_MAX + 1])
{
    const char *text = NULL;
    enum status st = api_text_of(d, name, &text);
    size_t n = 0;

    if (st != ST_OK || !text)
        return st;
    while (text[n] > ' ' && text[n] < 0x7f)
        n++;
    if (n == 0 || text[n] || n > CODE_MAX)
        return api_wrong(d, 422, name, "%s: is not a code", name);
    if (table < CODES_TABLES && d->given->codes &&
        !codes_find(d->given->codes, table, text, period_day(d->r->event_at)))
        return api_wrong(d, 422, name, "%s: is not in its table on that day",
                         name);
    memcpy(out, text, n + 1);
    return ST_OK;
}

enum status api_read_codes(struct api_reader *d)
{
    struct context *c = &d->r->context;
    const struct {
        const char *name;
        enum code_table table;
        char *out;
    } codes[] = {{"operator", CODES_OPERATOR, c->operator},
                  {"product", CODES_PRODUCT, c->product},
                  {"province", CODES_PROVINCE, c->province},
                  {"org", CODES_TABLES, c->org},
                  {"touchpoint", CODES_TOUCHPOINT, c->touchpoint},
                  {"class", CODES_CLASS, c->class},
                  {"stratum", CODES_TABLES, c->stratum}};
    enum status st = ST_OK;

    memcpy(c->product, d->out->survey->product, sizeof c->product);
    for (size_t i = 0; i < sizeof codes / sizeof *codes && st == ST_OK; i++)
        st = read_code(d, codes[i].name, codes[i].table, codes[i].out);
    if (st == ST_OK && *d->out->survey->product &&
        !streq(c->product, d->out->survey->product))
        return api_wrong(d, 422, "product", "product: the survey asks about %s",
                         d->out->survey->product);
    return st;
}

enum status api_read_attributes(struct api_reader *d)
{
    const struct survey *s = d->out->survey;
    const struct json_value *all = json_get(d->root, "attributes"), *v;
    const char *name;
    void *at = NULL;
    int64_t code;
    size_t i;

    if (!all)
        return ST_OK;
    if (json_kind(all) != JSON_IS_OBJECT)
        return api_wrong(d, 422, "attributes", "attributes: is no object");
    while (json_next(all, &at, &name, &v)) {
        for (i = 0; i < s->attributes; i++)
            if (streq(s->attribute[i].code, name))
                break;
        if (i == s->attributes || !json_whole(v, &code) || code < 0 ||
            code > UINT8_MAX)
            return api_wrong(
                d, 422, "attributes",
                "attributes: the survey does not declare one of them");
        d->r->context.attributes[i] = (uint8_t)code;
    }
    return ST_OK;
}

static enum status read_answer(struct api_reader *d, const char *name,
                               const struct json_value *v)
{
    const struct survey *s = d->out->survey;
    const size_t i = survey_item(s, name);
    char field[40], number[24];
    struct err cause = {""};
    int64_t answer;

    /* a name that is not ours is not told back */
    if (i == SIZE_MAX || s->item[i].kind == ITEM_TEXT)
        return api_wrong(d, 422, "answers",
                         "answers: the survey has no such scale or choice");
    (void)snprintf(field, sizeof field, "answers.%s", s->item[i].code);
    if (json_kind(v) == JSON_IS_NULL)
        return ST_OK;
    if (!json_whole(v, &answer))
        return api_wrong(d, 422, field, "%s: is no whole number", field);
    (void)snprintf(number, sizeof number, "%lld", (long long)answer);
    if (answer_parse(&s->item[i], number, strlen(number), &d->out->answers[i],
                     &cause) != ST_OK)
        return api_wrong(d, 422, field, "%s: is not on its scale", field);
    return ST_OK;
}

enum status api_read_answers(struct api_reader *d)
{
    const struct json_value *all = json_get(d->root, "answers"), *v;
    const char *name;
    void *at = NULL;
    enum status st = ST_OK;

    if (!all || json_kind(all) != JSON_IS_OBJECT)
        return api_wrong(d, 422, "answers",
                         "answers: is missing, or no object");
    while (st == ST_OK && json_next(all, &at, &name, &v))
        st = read_answer(d, name, v);
    d->r->items = d->out->survey->items;
    d->r->answers = d->out->answers;
    return st;
}

enum status api_read_comment(struct api_reader *d)
{
    const char *text = NULL;
    enum status st = api_text_of(d, "comment", &text);
    size_t len;

    if (st != ST_OK || !text || !*text)
        return st;
    len = strlen(text);
    if (d->out->survey->comment == SIZE_MAX)
        return api_wrong(d, 422, "comment",
                         "comment: the survey asks for none");
    if (len > COMMENT_MAX)
        return api_wrong(d, 422, "comment", "comment: is longer than %d bytes",
                         COMMENT_MAX);
    memcpy(d->out->comment, text, len + 1);
    len = person_mask(d->out->comment, len);
    d->out->comment[len] = '\0';
    d->r->comment = d->out->comment;
    d->r->comment_len = len;
    return ST_OK;
}

enum status api_read_numbers(struct api_reader *d)
{
    const struct json_value *v = json_get(d->root, "duration_ms");
    int64_t duration = -1;
    bool partial = false, adapted = false;

    if (v &&
        (!json_whole(v, &duration) || duration < 0 || duration > UINT32_MAX))
        return api_wrong(d, 422, "duration_ms", "duration_ms: is no duration");
    v = json_get(d->root, "partial");
    if (v && !json_bool(v, &partial))
        return api_wrong(d, 422, "partial",
                         "partial: is neither true nor false");
    v = json_get(d->root, "adapted");
    if (v && !json_bool(v, &adapted))
        return api_wrong(d, 422, "adapted",
                         "adapted: is neither true nor false");
    d->r->duration_ms = duration > 0 ? (uint32_t)duration : 0;
    d->r->flags = quality_flags(d->out->survey, d->out->answers, duration) |
                  (partial ? FLAG_PARTIAL : 0) | (adapted ? FLAG_ADAPTED : 0);
    return ST_OK;
}
