/* rows.c - see rows.h.  A value that is not there leaves what the options
 * said; one that is there must be right. */
#include "rows.h"

#include "surveys/answer.h"
#include "surveys/names.h"
#include "surveys/period.h"
#include "surveys/word.h"

/* Everything that reading one row needs. */
struct reading {
    const struct rows *rows;
    const struct csv_field *fields;
    struct response *out;
    const struct row_space *space;
    size_t column; /* at hand, for messages */
    size_t moment; /* column that told the event's time, or NO_COLUMN */
};

static bool take_word(struct reading *r, size_t column, struct word *w)
{
    if (column == NO_COLUMN)
        return false;
    r->column = column;
    word_trim(&r->fields[column], w);
    return w->len > 0;
}

static bool take_field(struct reading *r, enum field f, struct word *w)
{
    return take_word(r, r->rows->columns.field[f], w);
}

/* ---- when ---- */

/* Says nothing of the value, which may be a number in the wrong column. */
static enum status read_time(const struct word *w, int64_t *out,
                             struct err *cause)
{
    const enum status st = period_parse_time(w->text, out, NULL);

    return st == ST_OK ? st
                       : err_set(cause, st,
                                 "not a time (2026-11-22T13:05:00+08:00, "
                                 "2026-11-22 13:05:00, 2026-11-22 or ms since "
                                 "1970)");
}

const char *rows_time_fault(const struct rows *r, int64_t event_at)
{
    if (event_at < EVENT_FIRST_MS)
        return "before the year 2000";
    return event_at > r->latest ? "more than a day in the future" : NULL;
}

static enum status read_moments(struct reading *r, struct err *cause)
{
    int64_t event = r->rows->moment, answered = event;
    enum status st = ST_OK;
    struct word w;
    bool told = take_field(r, FIELD_ANSWERED_AT, &w);
    const char *fault;

    if (told) {
        st = read_time(&w, &answered, cause);
        event = answered;
        r->moment = r->column;
        if (st == ST_OK && answered < EVENT_FIRST_MS)
            st = err_set(cause, ST_INVALID, "%s",
                         rows_time_fault(r->rows, answered));
    }
    if (st == ST_OK && take_field(r, FIELD_EVENT_AT, &w)) {
        st = read_time(&w, &event, cause);
        r->moment = r->column;
        if (!told)
            answered = event;
    }
    fault = rows_time_fault(r->rows, event);
    if (st == ST_OK && fault && r->moment != NO_COLUMN)
        return err_set(cause, ST_INVALID, "%s", fault);
    r->out->event_at = event;
    r->out->answered_at = answered;
    return st;
}

/* ---- what and where ---- */

/* What the options said of a row must be right on its day too. */
static enum status check_given(struct reading *r, enum code_table table,
                               const char *code, struct err *cause)
{
    const struct codes *codes = r->rows->codes;

    if (r->moment == NO_COLUMN || !*code || table == CODES_TABLES || !codes ||
        codes_count(codes, table) == 0 ||
        codes_find(codes, table, code, period_day(r->out->event_at)))
        return ST_OK;
    r->column = r->moment;
    return err_set(cause, ST_INVALID,
                   "'%s' stands in no code table of that day", code);
}

static enum status read_code(struct reading *r, enum field f,
                             enum code_table table, char out[CODE_MAX + 1],
                             struct err *cause)
{
    const struct codes *codes = r->rows->codes;
    const int32_t day = period_day(r->out->event_at);
    const struct code *found = NULL;
    struct word w;

    if (!take_field(r, f, &w))
        return check_given(r, table, out, cause);
    if (table < CODES_TABLES && codes && codes_count(codes, table)) {
        found = names_find(codes, table, w.text, day);
        if (!found)
            return err_set(cause, ST_INVALID,
                           "neither a code nor a name that was valid on the "
                           "day of the event");
    } else if (!word_code(&w)) {
        return err_set(cause, ST_INVALID,
                       "not a code: 1 to %d ASCII characters, no blanks",
                       CODE_MAX);
    }
    memset(out, 0, CODE_MAX + 1);
    memcpy(out, found ? found->code : w.text,
           found ? strlen(found->code) : w.len);
    return ST_OK;
}

static enum status read_codes(struct reading *r, struct err *cause)
{
    struct context *c = &r->out->context;
    const struct {
        enum field field;
        enum code_table table; /* CODES_TABLES: any text */
        char *out;
    } codes[] = {{FIELD_OPERATOR, CODES_OPERATOR, c->operator},
                  {FIELD_PRODUCT, CODES_PRODUCT, c->product},
                  {FIELD_PROVINCE, CODES_PROVINCE, c->province},
                  {FIELD_ORG, CODES_ORG, c->org},
                  {FIELD_TOUCHPOINT, CODES_TOUCHPOINT, c->touchpoint},
                  {FIELD_CLASS, CODES_CLASS, c->class},
                  {FIELD_STRATUM, CODES_TABLES, c->stratum}};
    enum status st = ST_OK;

    for (size_t i = 0; i < sizeof codes / sizeof *codes && st == ST_OK; i++)
        st = read_code(r, codes[i].field, codes[i].table, codes[i].out, cause);
    return st;
}

/* Channel, frame or entry: a word that the programs know. */
static enum status read_kind(struct reading *r, enum field f,
                             enum code_table table,
                             bool (*parse)(const char *name, uint8_t *out),
                             uint8_t *out, struct err *cause)
{
    char code[CODE_MAX + 1] = "";
    enum status st = read_code(r, f, table, code, cause);

    if (st == ST_OK && *code && !parse(code, out))
        st = err_set(cause, ST_INVALID, "no such word");
    return st;
}

static enum status read_kinds(struct reading *r, struct err *cause)
{
    struct context *c = &r->out->context;
    enum status st = read_kind(r, FIELD_CHANNEL, CODES_CHANNEL, channel_parse,
                               &c->channel, cause);

    if (st == ST_OK)
        st = read_kind(r, FIELD_FRAME, CODES_FRAME, frame_parse, &c->frame,
                       cause);
    if (st == ST_OK)
        st = read_kind(r, FIELD_ENTRY, CODES_ENTRY, entry_parse, &c->entry,
                       cause);
    return st;
}

static enum status read_attributes(struct reading *r, struct err *cause)
{
    const struct survey *s = r->rows->survey;

    for (size_t a = 0; a < s->attributes; a++) {
        struct word w;

        if (!take_word(r, r->rows->columns.attribute[a], &w))
            continue;
        if (!names_value(&s->attribute[a], w.text,
                         &r->out->context.attributes[a]))
            return err_set(cause, ST_INVALID, "not a value of %s",
                           s->attribute[a].code);
    }
    return ST_OK;
}

/* ---- who ---- */

static enum status read_people(struct reading *r, struct err *cause)
{
    const struct person_key *key = r->rows->person;
    char activated[PERIOD_TEXT] = "";
    enum status st = ST_OK;
    struct word w;
    int64_t ms;

    if (take_field(r, FIELD_STAFF, &w) && !word_sixteen(&w, r->out->staff)) {
        if (!key)
            return err_set(cause, ST_INVALID,
                           "not 32 hexadecimal digits; --hash-key hashes "
                           "plain names");
        person_staff(key, w.text, r->out->staff);
    }
    if (take_field(r, FIELD_RESPONDENT, &w))
        return word_sixteen(&w, r->out->respondent)
                   ? ST_OK
                   : err_set(cause, ST_INVALID, "not 32 hexadecimal digits");
    if (take_field(r, FIELD_ACTIVATED, &w)) {
        st = read_time(&w, &ms, cause);
        if (st != ST_OK)
            return st;
        period_format_day(period_day(ms), activated);
    }
    if (!take_field(r, FIELD_PHONE, &w))
        return ST_OK;
    st = person_respondent(key, w.text, activated, r->out->respondent);
    return st == ST_OK ? ST_OK
                       : err_set(cause, ST_INVALID, "not a telephone number");
}

/* ---- the rest ---- */

static enum status read_numbers(struct reading *r, struct err *cause)
{
    struct response *out = r->out;
    struct word w;
    uint64_t v;

    if (take_field(r, FIELD_RATE, &w) && !word_rate(&w, &out->rate_ppm))
        return err_set(cause, ST_INVALID,
                       "not a rate above 0 and up to 1 (or 100%%)");
    if (take_field(r, FIELD_DURATION, &w)) {
        if (!word_whole(&w, UINT32_MAX, &v))
            return err_set(cause, ST_INVALID, "not a number of milliseconds");
        out->duration_ms = (uint32_t)v;
    }
    if (take_field(r, FIELD_FLAGS, &w)) {
        if (!word_whole(&w, FLAGS_GATEWAY, &v))
            return err_set(cause, ST_INVALID, "not a set of flags (0-%u)",
                           FLAGS_GATEWAY);
        out->flags = (uint32_t)v;
    }
    return ST_OK;
}

static enum status read_id(struct reading *r, uint64_t row, struct err *cause)
{
    static const uint8_t none[ID_SIZE];
    const struct row_person person = {.survey = r->rows->survey->code,
                                      .entry = r->out->context.entry,
                                      .respondent = r->out->respondent,
                                      .event_at = r->out->event_at,
                                      .answered_at = r->out->answered_at};
    struct word w;

    if (r->rows->check_only)
        response_id(r->out->event_at, none, r->out->id);
    else if (r->moment != NO_COLUMN && !bytes_zero(r->out->respondent, ID_SIZE))
        row_person_id(&person, r->out->id);
    else
        row_id(&r->rows->ids, row, r->out->id);
    if (!r->rows->check_only)
        row_salt(&r->rows->ids, row, r->out->salt);
    if (take_field(r, FIELD_ID, &w) &&
        (!word_sixteen(&w, r->out->id) || !response_id_legal(r->out->id)))
        return err_set(cause, ST_INVALID, "not a UUID of version 7");
    return ST_OK;
}

static enum status read_comment(struct reading *r, struct err *cause)
{
    const size_t column = r->rows->columns.field[FIELD_COMMENT];
    const struct csv_field *f;

    if (column == NO_COLUMN)
        return ST_OK;
    f = &r->fields[column];
    r->column = column;
    if (f->len > COMMENT_MAX)
        return err_set(cause, ST_INVALID, "longer than %d bytes", COMMENT_MAX);
    memcpy(r->space->comment, f->text, f->len);
    r->out->comment = r->space->comment;
    r->out->comment_len = person_mask(r->space->comment, f->len);
    return ST_OK;
}

static enum status read_answers(struct reading *r, struct err *cause)
{
    const struct rows *rows = r->rows;
    enum status st = ST_OK;

    r->out->answers = r->space->answers;
    r->out->items = rows->survey->items;
    for (size_t i = 0; i < rows->survey->items && st == ST_OK; i++) {
        const size_t column = rows->columns.item[i];

        r->space->answers[i] = 0;
        if (column == NO_COLUMN)
            continue;
        r->column = column;
        st = answer_parse(&rows->survey->item[i], r->fields[column].text,
                          r->fields[column].len, &r->space->answers[i], cause);
    }
    return st;
}

static enum status read_all(struct reading *r, uint64_t row, struct err *cause)
{
    enum status st = read_moments(r, cause);

    if (st == ST_OK)
        st = read_codes(r, cause);
    if (st == ST_OK)
        st = read_kinds(r, cause);
    if (st == ST_OK)
        st = read_attributes(r, cause);
    if (st == ST_OK)
        st = read_people(r, cause);
    if (st == ST_OK)
        st = read_id(r, row, cause); /* may hang on all of these */
    if (st == ST_OK)
        st = read_numbers(r, cause);
    if (st == ST_OK)
        st = read_comment(r, cause);
    if (st == ST_OK)
        st = read_answers(r, cause);
    return st;
}

enum status rows_read(const struct rows *rows, const struct csv_field *fields,
                      uint64_t row, const struct row_space *space,
                      struct response *out, struct err *err)
{
    struct response response = {.context = rows->given};
    struct reading r = {rows, fields, &response, space, NO_COLUMN, NO_COLUMN};
    struct err cause = {""};
    enum status st;

    memcpy(response.version, rows->survey->version, HASH_SIZE);
    st = read_all(&r, row, &cause);
    if (st != ST_OK)
        return err_set(err, st, "%s:%llu: %s: %s", rows->path,
                       (unsigned long long)csv_line(rows->csv),
                       csv_column(rows->csv, r.column), cause.text);
    st = response_check(&response, rows->survey, &cause);
    if (st != ST_OK)
        return err_set(err, st, "%s:%llu: %s", rows->path,
                       (unsigned long long)csv_line(rows->csv), cause.text);
    *out = response;
    return ST_OK;
}

enum status rows_check(const struct rows *r, struct err *err)
{
    const size_t phone = r->columns.field[FIELD_PHONE];

    if (phone == NO_COLUMN || r->person)
        return ST_OK;
    return err_set(err, ST_INVALID,
                   "%s:1: column '%s' holds plain numbers, which never leave "
                   "this machine: --hash-key FILE turns them into hashes",
                   r->path, csv_column(r->csv, phone));
}
