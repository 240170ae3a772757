/* api_document.c - see api_document.h. */
#include "api_document.h"

#include <sodium.h>
#include <string.h>

#include "collector/person.h"
#include "quality.h"
#include "surveys/answer.h"
#include "surveys/period.h"
#include "surveys/utf8.h"

struct reader {
    const struct api_reading *given;
    const struct json_value *root;
    struct api_document *out;
    struct response *r;
    struct api_problem *problem;
    const uint8_t *version; /* asked for, or NULL: the newest */
    uint8_t version_bytes[HASH_SIZE];
    bool timed; /* answered_at or event_at was given */
};

__attribute__((format(printf, 4, 5))) static enum status
wrong(struct reader *d, unsigned status, const char *field, const char *format,
      ...)
{
    va_list args;

    d->problem->status = status;
    (void)snprintf(d->problem->field, sizeof d->problem->field, "%s", field);
    va_start(args, format);
    (void)vsnprintf(d->problem->detail.text, sizeof d->problem->detail.text,
                    format, args);
    va_end(args);
    return ST_INVALID;
}

/* ---- single values ---- */

void api_id_text(const uint8_t id[ID_SIZE], char out[API_ID_TEXT])
{
    char hex[2 * ID_SIZE + 1];

    bytes_hex(id, ID_SIZE, hex);
    (void)snprintf(out, API_ID_TEXT, "%.8s-%.4s-%.4s-%.4s-%.12s", hex, hex + 8,
                   hex + 12, hex + 16, hex + 20);
}

bool api_id_read(const char *text, uint8_t id[ID_SIZE])
{
    char again[API_ID_TEXT];
    uint8_t bytes[ID_SIZE];
    const char *end;
    size_t len = 0;

    if (strlen(text) != API_ID_TEXT - 1 ||
        sodium_hex2bin(bytes, sizeof bytes, text, API_ID_TEXT - 1, "-", &len,
                       &end) != 0 ||
        len != ID_SIZE || *end)
        return false;
    api_id_text(bytes, again);
    if (strcasecmp(again, text) != 0 || !response_id_legal(bytes))
        return false;
    memcpy(id, bytes, ID_SIZE);
    return true;
}

/* Absent is fine and leaves *out alone. */
static enum status text_of(struct reader *d, const char *name, const char **out)
{
    const struct json_value *v = json_get(d->root, name);

    if (!v)
        return ST_OK;
    *out = json_text(v);
    return *out ? ST_OK : wrong(d, 422, name, "%s: is not a text", name);
}

static enum status time_of(struct reader *d, const char *name, int64_t *out)
{
    const struct json_value *v = json_get(d->root, name);
    const char *text = v ? json_text(v) : NULL;
    int64_t ms;

    if (!v)
        return ST_OK;
    if (text ? period_parse_time(text, &ms, NULL) != ST_OK
             : !json_whole(v, &ms))
        return wrong(d, 422, name,
                     "%s: is no time (2026-11-22T13:05:00+08:00, or ms since "
                     "1970)",
                     name);
    if (ms < EVENT_FIRST_MS || ms > d->given->now + EVENT_AHEAD_MS)
        return wrong(d, 422, name, "%s: is before 2000 or ahead of now", name);
    d->timed = true;
    *out = ms;
    return ST_OK;
}

/* ---- the parts of a response ---- */

static enum status read_id(struct reader *d)
{
    const char *text = NULL;
    enum status st = text_of(d, "id", &text);

    if (st != ST_OK)
        return st;
    if (!text)
        response_id(d->given->now, d->given->random, d->r->id);
    else if (!api_id_read(text, d->r->id))
        return wrong(d, 422, "id", "id: is no UUID of version 7");
    return ST_OK;
}

static enum status read_survey(struct reader *d)
{
    const char *code = NULL, *version = NULL, *end;
    size_t len = 0;
    enum status st = text_of(d, "survey", &code);

    if (st == ST_OK)
        st = text_of(d, "version", &version);
    if (st != ST_OK)
        return st;
    if (!code || strlen(code) > SURVEY_CODE_MAX)
        return wrong(d, 422, "survey", "survey: is missing, or no such code");
    memcpy(d->out->survey_code, code, strlen(code) + 1);
    if (version) {
        if (sodium_hex2bin(d->version_bytes, HASH_SIZE, version,
                           strlen(version), NULL, &len, &end) != 0 ||
            len != HASH_SIZE || *end)
            return wrong(d, 422, "version",
                         "version: is not of 64 hexadecimal digits");
        d->version = d->version_bytes;
    }
    return ST_OK;
}

static enum status find_survey(struct reader *d)
{
    struct known *k = d->given->known;
    const struct survey *s = known_newest(k, d->out->survey_code);

    if (!s)
        return ST_NOTFOUND;
    if (d->version) {
        s = known_version(k, d->version);
        if (!s || !streq(s->code, d->out->survey_code))
            return wrong(d, 422, "version",
                         "version: is not known here of this survey");
    }
    d->out->survey = s;
    memcpy(d->r->version, s->version, HASH_SIZE);
    return ST_OK;
}

static enum status read_code(struct reader *d, const char *name,
                             enum code_table table, char out[CODE_MAX + 1])
{
    const char *text = NULL;
    enum status st = text_of(d, name, &text);
    size_t n = 0;

    if (st != ST_OK || !text)
        return st;
    while (text[n] > ' ' && text[n] < 0x7f)
        n++;
    if (n == 0 || text[n] || n > CODE_MAX)
        return wrong(d, 422, name, "%s: is not a code", name);
    if (table < CODES_TABLES && d->given->codes &&
        !codes_find(d->given->codes, table, text, period_day(d->r->event_at)))
        return wrong(d, 422, name, "%s: is not in its table on that day", name);
    memcpy(out, text, n + 1);
    return ST_OK;
}

static enum status read_codes(struct reader *d)
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
        return wrong(d, 422, "product", "product: the survey asks about %s",
                     d->out->survey->product);
    return st;
}

/* A key of one frame need not say which. */
static enum status read_frame(struct reader *d)
{
    const uint32_t frames = d->given->key->frames;
    const char *text = NULL;
    enum status st = text_of(d, "frame", &text);

    if (st != ST_OK)
        return st;
    if (!text && (!frames || frames & (frames - 1)))
        return wrong(d, 422, "frame", "frame: is missing");
    if (!text)
        d->r->context.frame = (uint8_t)__builtin_ctz(frames);
    else if (!frame_parse(text, &d->r->context.frame))
        return wrong(d, 422, "frame", "frame: there is no such frame");
    d->r->context.channel = CHANNEL_WEB;
    d->r->context.entry = ENTRY_OWN;
    return ST_OK;
}

static enum status read_attributes(struct reader *d)
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
        return wrong(d, 422, "attributes", "attributes: is no object");
    while (json_next(all, &at, &name, &v)) {
        for (i = 0; i < s->attributes; i++)
            if (streq(s->attribute[i].code, name))
                break;
        if (i == s->attributes || !json_whole(v, &code) || code < 0 ||
            code > UINT8_MAX)
            return wrong(d, 422, "attributes",
                         "attributes: the survey does not declare one of them");
        d->r->context.attributes[i] = (uint8_t)code;
    }
    return ST_OK;
}

static enum status read_answer(struct reader *d, const char *name,
                               const struct json_value *v)
{
    const struct survey *s = d->out->survey;
    const size_t i = survey_item(s, name);
    char field[40], number[24];
    struct err cause = {""};
    int64_t answer;

    /* a name that is not ours is not told back */
    if (i == SIZE_MAX || s->item[i].kind == ITEM_TEXT)
        return wrong(d, 422, "answers",
                     "answers: the survey has no such scale or choice");
    (void)snprintf(field, sizeof field, "answers.%s", s->item[i].code);
    if (json_kind(v) == JSON_IS_NULL)
        return ST_OK;
    if (!json_whole(v, &answer))
        return wrong(d, 422, field, "%s: is no whole number", field);
    (void)snprintf(number, sizeof number, "%lld", (long long)answer);
    if (answer_parse(&s->item[i], number, strlen(number), &d->out->answers[i],
                     &cause) != ST_OK)
        return wrong(d, 422, field, "%s: is not on its scale", field);
    return ST_OK;
}

static enum status read_answers(struct reader *d)
{
    const struct json_value *all = json_get(d->root, "answers"), *v;
    const char *name;
    void *at = NULL;
    enum status st = ST_OK;

    if (!all || json_kind(all) != JSON_IS_OBJECT)
        return wrong(d, 422, "answers", "answers: is missing, or no object");
    while (st == ST_OK && json_next(all, &at, &name, &v))
        st = read_answer(d, name, v);
    d->r->items = d->out->survey->items;
    d->r->answers = d->out->answers;
    return st;
}

static enum status read_comment(struct reader *d)
{
    const char *text = NULL;
    enum status st = text_of(d, "comment", &text);
    size_t len;

    if (st != ST_OK || !text || !*text)
        return st;
    len = strlen(text);
    if (d->out->survey->comment == SIZE_MAX)
        return wrong(d, 422, "comment", "comment: the survey asks for none");
    if (len > COMMENT_MAX)
        return wrong(d, 422, "comment", "comment: is longer than %d bytes",
                     COMMENT_MAX);
    memcpy(d->out->comment, text, len + 1);
    len = person_mask(d->out->comment, len);
    d->out->comment[len] = '\0';
    d->r->comment = d->out->comment;
    d->r->comment_len = len;
    return ST_OK;
}

static enum status read_numbers(struct reader *d)
{
    const struct json_value *v = json_get(d->root, "duration_ms");
    int64_t duration = -1;
    bool partial = false, adapted = false;

    if (v &&
        (!json_whole(v, &duration) || duration < 0 || duration > UINT32_MAX))
        return wrong(d, 422, "duration_ms", "duration_ms: is no duration");
    v = json_get(d->root, "partial");
    if (v && !json_bool(v, &partial))
        return wrong(d, 422, "partial", "partial: is neither true nor false");
    v = json_get(d->root, "adapted");
    if (v && !json_bool(v, &adapted))
        return wrong(d, 422, "adapted", "adapted: is neither true nor false");
    d->r->duration_ms = duration > 0 ? (uint32_t)duration : 0;
    d->r->flags = quality_flags(d->out->survey, d->out->answers, duration) |
                  (partial ? FLAG_PARTIAL : 0) | (adapted ? FLAG_ADAPTED : 0);
    return ST_OK;
}

static enum status refuse_unknown(struct reader *d)
{
    static const char *const known[] = {
        "id",       "survey",  "version",    "frame",      "event_at",
        "operator", "product", "province",   "org",        "touchpoint",
        "class",    "stratum", "attributes", "answers",    "answered_at",
        "comment",  "partial", "adapted",    "duration_ms"};
    const struct json_value *v;
    const char *name;
    void *at = NULL;

    while (json_next(d->root, &at, &name, &v)) {
        size_t i = 0;

        while (i < sizeof known / sizeof *known && !streq(known[i], name))
            i++;
        if (i == sizeof known / sizeof *known)
            return wrong(d, 422, "", "a member of the document is not known");
    }
    return ST_OK;
}

/* ---- the whole ---- */

static enum status check_rights(struct reader *d)
{
    if (api_key_may(d->given->key, d->out->survey_code, &d->r->context))
        return ST_OK;
    return wrong(d, 403, "", "this key is not for that survey, frame or unit");
}

/* Of what was said: what we add ourselves differs the second time. */
static void digest(const struct reader *d, uint8_t out[ID_SIZE])
{
    const struct response *r = d->r;
    const int64_t times[] = {d->timed ? r->event_at : 0,
                             d->timed ? r->answered_at : 0, r->duration_ms,
                             r->flags};
    crypto_generichash_state h;

    (void)crypto_generichash_init(&h, NULL, 0, ID_SIZE);
    (void)crypto_generichash_update(&h, r->version, HASH_SIZE);
    (void)crypto_generichash_update(&h, (const uint8_t *)&r->context,
                                    sizeof r->context);
    (void)crypto_generichash_update(&h, (const uint8_t *)times, sizeof times);
    (void)crypto_generichash_update(&h, r->answers, r->items);
    (void)crypto_generichash_update(&h, (const uint8_t *)d->out->comment,
                                    r->comment_len);
    (void)crypto_generichash_final(&h, out, ID_SIZE);
}

static enum status read_all(struct reader *d)
{
    enum status (*const parts[])(struct reader *) = {
        refuse_unknown, read_id,      read_survey,     find_survey,
        read_frame,     read_codes,   read_attributes, check_rights,
        read_answers,   read_comment, read_numbers};
    struct response *r = d->r;
    struct err cause = {""};
    enum status st;

    r->event_at = r->answered_at = d->given->now;
    st = time_of(d, "answered_at", &r->answered_at);
    if (st == ST_OK)
        r->event_at = r->answered_at;
    if (st == ST_OK)
        st = time_of(d, "event_at", &r->event_at);
    for (size_t i = 0; i < sizeof parts / sizeof *parts && st == ST_OK; i++)
        st = parts[i](d);
    if (st == ST_OK && response_check(r, d->out->survey, &cause) != ST_OK)
        st = wrong(d, 422, "attributes",
                   "attributes: a value that the survey does not declare");
    return st;
}

enum status api_document_read(const struct api_reading *given, const char *text,
                              size_t len, struct api_document *out,
                              struct api_problem *problem)
{
    struct json_document *json = NULL;
    struct reader d = {.given = given,
                       .out = out,
                       .r = &out->submission.response,
                       .problem = problem};
    struct err cause = {""};
    enum status st = json_read(text, len, &json, &cause);

    memset(out, 0, sizeof *out);
    memset(problem, 0, sizeof *problem);
    if (st == ST_INVALID || st == ST_RANGE)
        return wrong(&d, 400, "", "%s", cause.text);
    if (st != ST_OK)
        return st;
    d.root = json_root(json);
    if (json_kind(d.root) != JSON_IS_OBJECT)
        st = wrong(&d, 400, "", "the document is no object");
    else
        st = read_all(&d);
    if (st == ST_OK) {
        memcpy(d.r->salt, given->random + ID_SIZE, ID_SIZE);
        digest(&d, out->digest);
    }
    json_free(&json);
    return st;
}
