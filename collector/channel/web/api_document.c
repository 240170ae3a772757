/* api_document.c - see api_document.h. */
#include <sodium.h>
#include <string.h>

#include "api_reader.h"
#include "surveys/period.h"

enum status api_wrong(struct api_reader *d, unsigned status, const char *field,
                      const char *format, ...)
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

enum status api_text_of(struct api_reader *d, const char *name,
                        const char **out)
{
    const struct json_value *v = json_get(d->root, name);

    if (!v)
        return ST_OK;
    *out = json_text(v);
    return *out ? ST_OK : api_wrong(d, 422, name, "%s: is not a text", name);
}

static enum status time_of(struct api_reader *d, const char *name, int64_t *out)
{
    const struct json_value *v = json_get(d->root, name);
    const char *text = v ? json_text(v) : NULL;
    int64_t ms;

    if (!v)
        return ST_OK;
    if (text ? period_parse_time(text, &ms, NULL) != ST_OK
             : !json_whole(v, &ms))
        return api_wrong(
            d, 422, name,
            "%s: is no time (2026-11-22T13:05:00+08:00, or ms since "
            "1970)",
            name);
    if (ms < EVENT_FIRST_MS || ms > d->given->now + EVENT_AHEAD_MS)
        return api_wrong(d, 422, name, "%s: is before 2000 or ahead of now",
                         name);
    d->timed = true;
    *out = ms;
    return ST_OK;
}

/* ---- the parts of a response ---- */

static enum status read_id(struct api_reader *d)
{
    const char *text = NULL;
    enum status st = api_text_of(d, "id", &text);

    if (st != ST_OK)
        return st;
    if (!text)
        response_id(d->given->now, d->given->random, d->r->id);
    else if (!api_id_read(text, d->r->id))
        return api_wrong(d, 422, "id", "id: is no UUID of version 7");
    return ST_OK;
}

static enum status read_survey(struct api_reader *d)
{
    const char *code = NULL, *version = NULL, *end;
    size_t len = 0;
    enum status st = api_text_of(d, "survey", &code);

    if (st == ST_OK)
        st = api_text_of(d, "version", &version);
    if (st != ST_OK)
        return st;
    if (!code || strlen(code) > SURVEY_CODE_MAX)
        return api_wrong(d, 422, "survey",
                         "survey: is missing, or no such code");
    memcpy(d->out->survey_code, code, strlen(code) + 1);
    if (version) {
        if (sodium_hex2bin(d->version_bytes, HASH_SIZE, version,
                           strlen(version), NULL, &len, &end) != 0 ||
            len != HASH_SIZE || *end)
            return api_wrong(d, 422, "version",
                             "version: is not of 64 hexadecimal digits");
        d->version = d->version_bytes;
    }
    return ST_OK;
}

static enum status find_survey(struct api_reader *d)
{
    struct known *k = d->given->known;
    const struct survey *s = known_newest(k, d->out->survey_code);

    if (!s)
        return ST_NOTFOUND;
    if (d->version) {
        s = known_version(k, d->version);
        if (!s || !streq(s->code, d->out->survey_code))
            return api_wrong(d, 422, "version",
                             "version: is not known here of this survey");
    }
    d->out->survey = s;
    memcpy(d->r->version, s->version, HASH_SIZE);
    return ST_OK;
}

/* A key of one frame need not say which. */
static enum status read_frame(struct api_reader *d)
{
    const uint32_t frames = d->given->key->frames;
    const char *text = NULL;
    enum status st = api_text_of(d, "frame", &text);

    if (st != ST_OK)
        return st;
    if (!text && (!frames || frames & (frames - 1)))
        return api_wrong(d, 422, "frame", "frame: is missing");
    if (!text)
        d->r->context.frame = (uint8_t)__builtin_ctz(frames);
    else if (!frame_parse(text, &d->r->context.frame))
        return api_wrong(d, 422, "frame", "frame: there is no such frame");
    d->r->context.channel = CHANNEL_WEB;
    d->r->context.entry = ENTRY_OWN;
    return ST_OK;
}

static enum status refuse_unknown(struct api_reader *d)
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
            return api_wrong(d, 422, "",
                             "a member of the document is not known");
    }
    return ST_OK;
}

/* ---- the whole ---- */

static enum status check_rights(struct api_reader *d)
{
    if (api_key_may(d->given->key, d->out->survey_code, &d->r->context))
        return ST_OK;
    return api_wrong(d, 403, "",
                     "this key is not for that survey, frame or unit");
}

/* Of what was said: what we add ourselves differs the second time. */
static void digest(const struct api_reader *d, uint8_t out[ID_SIZE])
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

static enum status read_all(struct api_reader *d)
{
    enum status (*const parts[])(struct api_reader *) = {
        refuse_unknown,   read_id,          read_survey,         find_survey,
        read_frame,       api_read_codes,   api_read_attributes, check_rights,
        api_read_answers, api_read_comment, api_read_numbers};
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
        st = api_wrong(d, 422, "attributes",
                       "attributes: a value that the survey does not declare");
    return st;
}

enum status api_document_read(const struct api_reading *given, const char *text,
                              size_t len, struct api_document *out,
                              struct api_problem *problem)
{
    struct json_document *json = NULL;
    struct api_reader d = {.given = given,
                           .out = out,
                           .r = &out->submission.response,
                           .problem = problem};
    struct err cause = {""};
    enum status st = json_read(text, len, &json, &cause);

    memset(out, 0, sizeof *out);
    memset(problem, 0, sizeof *problem);
    if (st == ST_INVALID || st == ST_RANGE)
        return api_wrong(&d, 400, "", "%s", cause.text);
    if (st != ST_OK)
        return st;
    d.root = json_root(json);
    if (json_kind(d.root) != JSON_IS_OBJECT)
        st = api_wrong(&d, 400, "", "the document is no object");
    else
        st = read_all(&d);
    if (st == ST_OK) {
        memcpy(d.r->salt, given->random + ID_SIZE, ID_SIZE);
        digest(&d, out->digest);
    }
    json_free(&json);
    return st;
}
