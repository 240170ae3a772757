/* prepare.c - what an import needs before it looks at a row. */
#include <sodium.h>
#include <stdlib.h>
#include <unistd.h>

#include "import_state.h"
#include "surveys/period.h"

/* A file "name" in a folder, or beside it with `up`. */
static char *join(const char *folder, const char *up, const char *name)
{
    char *path = NULL;

    if (asprintf(&path, "%s/%s%s", folder, up, name) < 0)
        return NULL;
    return path;
}

/* The code tables stand beside the definitions, in the source tree and where
 * they are installed. */
static char *codes_folder(const struct import_options *o)
{
    char self[4096];
    ssize_t n;
    char *slash;

    if (o->codes)
        return strdup(o->codes);
    if (o->surveys)
        return join(o->surveys, "../", "codes");
    n = readlink("/proc/self/exe", self, sizeof self - 1);
    self[n > 0 ? n : 0] = '\0';
    slash = strrchr(self, '/');
    if (slash)
        *slash = '\0';
    return join(self, "../", "share/manyi/codes");
}

/* Without tables codes are sent as they stand, and the collector judges. */
static enum status load_codes(struct import *i, struct err *err)
{
    char *folder = codes_folder(i->options);
    char *aliases = folder ? join(folder, "", "aliases.csv") : NULL;
    enum status st = ST_OK;

    if (!folder || !aliases) {
        st = err_set(err, ST_NOMEM, "out of memory");
    } else if (i->options->codes || access(folder, X_OK) == 0) {
        st = codes_load(folder, NULL, &i->codes, err);
        if (st == ST_OK && access(aliases, F_OK) == 0)
            st = aliases_load(aliases, &i->aliases, err);
    }
    free(folder);
    free(aliases);
    return st;
}

static enum status load_keys(struct import *i, struct err *err)
{
    const struct import_options *o = i->options;
    enum status st;

    if (!o->collector)
        return ST_OK;
    if (!o->server_key || !o->key)
        return err_set(err, ST_INVALID,
                       "--collector needs --server-key FILE and --key FILE");
    st = key_load_public(o->server_key, i->server_key, err);
    return st == ST_OK ? key_load(o->key, &i->key, err) : st;
}

/* Ask the collector: the version that it knows is the one that it takes. */
static enum status describe(struct import *i, struct err *err)
{
    const struct client_options client = {.collector = i->options->collector,
                                          .server_key = i->server_key,
                                          .key = &i->key};
    const char *code = i->options->survey;
    const int64_t patience = i->options->timeout * 1000;
    const int64_t ms = patience < DESCRIBE_MS ? patience : DESCRIBE_MS;
    struct buffer yaml = {.max = DEFINITION_MAX};
    struct sender *own = NULL;
    enum status st = ST_OK;

    if (!client.collector)
        return err_set(err, ST_INVALID,
                       "the definition of '%s' comes from --surveys DIR or "
                       "from --collector URL",
                       code);
    if (!i->sender)
        st = sender_open(&client, &own, err);
    if (st == ST_OK)
        st = sender_describe(own ? own : i->sender, code, ms, &yaml, err);
    sender_close(&own);
    if (st == ST_OK)
        st = survey_parse(code, (const char *)yaml.data, yaml.len, NULL, NULL,
                          &i->survey, err);
    buffer_free(&yaml);
    return st;
}

static enum status load_survey(struct import *i, struct err *err)
{
    const char *folder = i->options->surveys;
    char *path = NULL;
    enum status st;

    if (!folder)
        return describe(i, err);
    if (asprintf(&path, "%s/%s.yaml", folder, i->options->survey) < 0)
        return err_set(err, ST_NOMEM, "out of memory");
    st = survey_load(path, NULL, NULL, &i->survey, err);
    if (st == ST_OK && !streq(i->survey->code, i->options->survey))
        st =
            err_set(err, ST_INVALID, "%s: defines '%s'", path, i->survey->code);
    free(path);
    return st;
}

/* ---- what the options say of every answer ---- */

static enum status give_kind(const char *option, const char *word,
                             bool (*parse)(const char *name, uint8_t *out),
                             uint8_t *out, struct err *err)
{
    return !word || parse(word, out)
               ? ST_OK
               : err_set(err, ST_INVALID, "--%s: no such word: '%s'", option,
                         word);
}

static enum status give_code(struct import *i, const char *option,
                             enum code_table table, const char *word,
                             char out[CODE_MAX + 1], struct err *err)
{
    const int32_t day = period_day(i->rows.moment);

    if (!word)
        return ST_OK;
    if (strlen(word) > CODE_MAX ||
        (i->codes && !codes_find(i->codes, table, word, day)))
        return err_set(err, ST_INVALID, "--%s: no such code: '%s'", option,
                       word);
    memcpy(out, word, strlen(word));
    return ST_OK;
}

static enum status give_context(struct import *i, struct err *err)
{
    const struct import_options *o = i->options;
    struct context *c = &i->rows.given;
    enum status st;

    *c = (struct context){
        .channel = CHANNEL_AGENT, .frame = FRAME_INVITED, .entry = ENTRY_OWN};
    memcpy(c->product, i->survey->product, sizeof c->product);
    st = give_kind("channel", o->channel, channel_parse, &c->channel, err);
    if (st == ST_OK)
        st = give_kind("frame", o->frame, frame_parse, &c->frame, err);
    if (st == ST_OK)
        st = give_kind("entry", o->entry, entry_parse, &c->entry, err);
    if (st == ST_OK)
        st = give_code(i, "operator", CODES_OPERATOR, o->operator, c->operator,
                       err);
    if (st == ST_OK && o->product)
        memset(c->product, 0, sizeof c->product);
    if (st == ST_OK)
        st =
            give_code(i, "product", CODES_PRODUCT, o->product, c->product, err);
    if (st == ST_OK)
        st = give_code(i, "province", CODES_PROVINCE, o->province, c->province,
                       err);
    return st;
}

/* One hash over texts of which each may be missing. */
static void hash_texts(const char *const *texts, size_t count,
                       const uint8_t *more, size_t more_len,
                       uint8_t out[HASH_SIZE])
{
    crypto_generichash_state state;

    (void)crypto_generichash_init(&state, NULL, 0, HASH_SIZE);
    (void)crypto_generichash_update(&state, more, more_len);
    for (size_t k = 0; k < count; k++) {
        const char *text = texts[k] ? texts[k] : "";

        (void)crypto_generichash_update(&state, (const uint8_t *)text,
                                        strlen(text) + 1);
    }
    (void)crypto_generichash_final(&state, out, HASH_SIZE);
}

static void hash_options(struct import *i)
{
    const struct import_options *o = i->options;
    const char *given[] = {o->survey,  o->channel, o->frame,
                           o->entry,   o->date,    o->operator, o->product,
                           o->province};
    const char *how[] = {o->encoding, o->skip_bad ? "skip" : NULL};
    uint8_t both[HASH_SIZE + PERSON_KEY_SIZE];

    hash_texts(given, sizeof given / sizeof *given, NULL, 0, i->given);
    memcpy(both, i->given, HASH_SIZE);
    memcpy(both + HASH_SIZE, i->person.bytes, PERSON_KEY_SIZE);
    hash_texts(how, sizeof how / sizeof *how, both, sizeof both, i->how);
    sodium_memzero(both, sizeof both);
}

enum status import_keys(struct import *i, struct err *err)
{
    enum status st = load_keys(i, err);

    if (st == ST_OK && i->options->hash_key) {
        st = person_key_load(i->options->hash_key, &i->person, err);
        i->rows.person = &i->person;
    }
    if (st == ST_OK)
        hash_options(i);
    return st;
}

enum status import_prepare(struct import *i, struct err *err)
{
    const struct import_options *o = i->options;
    struct err cause;
    int32_t day;
    enum status st = ST_OK;

    i->rows.moment = i->note.begun;
    i->rows.latest = i->note.begun + EVENT_AHEAD_MS;
    if (o->date) {
        st = period_parse_day(o->date, false, &day, &cause);
        if (st != ST_OK)
            return err_set(err, st, "--date: %s", cause.text);
        i->rows.moment = period_start(day);
        if (rows_time_fault(&i->rows, i->rows.moment))
            return err_set(err, ST_INVALID, "--date: %s",
                           rows_time_fault(&i->rows, i->rows.moment));
    }
    if (st == ST_OK)
        st = load_codes(i, err);
    if (st == ST_OK)
        st = load_survey(i, err);
    return st == ST_OK ? give_context(i, err) : st;
}
