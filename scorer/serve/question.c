/* question.c - the fields of a question, see wire.h. */
#include <math.h>
#include <stdlib.h>

#include "question_read.h"
#include "surveys/period.h"

enum trouble wrong(const struct reading *r, const char *field,
                   const char *wanted)
{
    (void)err_set(r->err, ST_INVALID, "%s: %s", field, wanted);
    return TROUBLE_FIELD;
}

/* There is room for it: its bytes in the frame are one more. */
static bool take_text(struct reading *r, const struct wire_value *v,
                      const char **out)
{
    if (!value_text(v, ASK_TEXT_MAX, r->text))
        return false;
    *out = r->text;
    r->text += v->len + 1;
    return true;
}

static int choice_of(const char *text, const char *const *words)
{
    for (int i = 0; words[i]; i++)
        if (streq(text, words[i]))
            return i;
    return -1;
}

/* ---- single fields ---- */

static enum trouble read_survey(struct reading *r)
{
    const struct wire_value v = fields_next(&r->in);

    r->survey = take_text(r, &v, &r->q->query.survey);
    return r->survey ? TROUBLE_NONE : wrong(r, "survey", "a text is wanted");
}

static enum trouble read_construct(struct reading *r)
{
    const struct wire_value v = fields_next(&r->in);

    return take_text(r, &v, &r->q->query.construct)
               ? TROUBLE_NONE
               : wrong(r, "construct", "a text is wanted");
}

static enum trouble read_from(struct reading *r)
{
    const struct wire_value v = fields_next(&r->in);

    return take_text(r, &v, &r->from) ? TROUBLE_NONE
                                      : wrong(r, "from", "a date is wanted");
}

static enum trouble read_to(struct reading *r)
{
    const struct wire_value v = fields_next(&r->in);

    return take_text(r, &v, &r->to) ? TROUBLE_NONE
                                    : wrong(r, "to", "a date is wanted");
}

static enum trouble read_by(struct reading *r)
{
    struct query *q = &r->q->query;
    const struct wire_value list = fields_next(&r->in);

    if (list.kind != WIRE_ARRAY || list.len > DIMENSIONS)
        return wrong(r, "by", "a list of dimensions is wanted");
    for (q->by_count = 0; q->by_count < list.len; q->by_count++) {
        const struct wire_value v = fields_next(&r->in);
        const char *name;

        if (!take_text(r, &v, &name) ||
            !dimension_find(name, strlen(name), &r->q->by[q->by_count]))
            return wrong(r, "by", "no such dimension");
    }
    q->by = r->q->by;
    return TROUBLE_NONE;
}

static enum trouble read_codes(struct reading *r, const char *field,
                               struct query_filter *f)
{
    const struct wire_value list = fields_next(&r->in);

    if (list.kind != WIRE_ARRAY || list.len == 0 || list.len > ASK_CODES_MAX)
        return wrong(r, field, "a list of 1 to 512 codes is wanted");
    f->codes = r->code;
    for (f->count = 0; f->count < list.len; f->count++) {
        const struct wire_value v = fields_next(&r->in);

        if (!take_text(r, &v, r->code))
            return wrong(r, field, "a code is a text");
        r->code++;
    }
    return TROUBLE_NONE;
}

/* {province: ["11", "31"]}: a dimension that comes twice is two filters. */
static enum trouble read_filters(struct reading *r, const char *field,
                                 struct query_filter *list, size_t *count)
{
    const struct wire_value map = fields_next(&r->in);
    enum trouble t = TROUBLE_NONE;

    if (map.kind != WIRE_MAP || map.len > ASK_FILTERS_MAX)
        return wrong(r, field, "a map of at most 32 dimensions is wanted");
    for (*count = 0; *count < map.len && t == TROUBLE_NONE; ++*count) {
        const struct wire_value key = fields_next(&r->in);
        const char *name;

        if (!take_text(r, &key, &name) ||
            !dimension_find(name, strlen(name), &list[*count].dimension))
            return wrong(r, field, "no such dimension");
        t = read_codes(r, field, &list[*count]);
    }
    return t;
}

static enum trouble read_where(struct reading *r)
{
    r->q->query.filter = r->q->filter;
    return read_filters(r, "where", r->q->filter, &r->q->query.filters);
}

static enum trouble read_scope(struct reading *r)
{
    r->q->query.scope = r->q->scope;
    return read_filters(r, "scope", r->q->scope, &r->q->query.scopes);
}

static enum trouble read_reader(struct reading *r)
{
    static const char *const words[] = {"analyst", "reader", NULL};
    const struct wire_value v = fields_next(&r->in);
    const char *text;
    int i = -1;

    if (take_text(r, &v, &text))
        i = choice_of(text, words);
    if (i < 0)
        return wrong(r, "reader", "analyst or reader");
    r->q->query.reader = (enum reader)i;
    return TROUBLE_NONE;
}

static enum trouble read_frame(struct reading *r)
{
    const struct wire_value list = fields_next(&r->in);

    if (list.kind != WIRE_ARRAY)
        return wrong(r, "frame", "a list of frames is wanted");
    for (size_t i = 0; i < list.len; i++) {
        const struct wire_value v = fields_next(&r->in);
        const char *name;
        uint8_t frame;

        if (!take_text(r, &v, &name) || !frame_parse(name, &frame))
            return wrong(r, "frame",
                         "there are invited, open, third, regulator, internal, "
                         "test");
        r->q->query.frames |= 1u << frame;
    }
    return TROUBLE_NONE;
}

static enum trouble read_item_weights(struct reading *r)
{
    static const char *const words[] = {"refit", "frozen", NULL};
    const struct wire_value v = fields_next(&r->in);
    const char *text;
    int i = -1;

    if (take_text(r, &v, &text))
        i = choice_of(text, words);
    if (i < 0)
        return wrong(r, "item_weights", "refit or frozen");
    r->q->query.weights = (enum weights_base)i;
    return TROUBLE_NONE;
}

/* The population is a file, which our own configuration names. */
static enum trouble read_weighting(struct reading *r)
{
    static const char *const words[] = {"none", "design", "population", NULL};
    const struct wire_value v = fields_next(&r->in);
    const char *text;
    int i = -1;

    if (take_text(r, &v, &text))
        i = choice_of(text, words);
    if (i < 0)
        return wrong(r, "weighting", "none, design or population");
    r->q->query.weighting = (enum weighting_kind)i;
    return TROUBLE_NONE;
}

static bool read_real(struct reading *r, double *out)
{
    const struct wire_value v = fields_next(&r->in);
    int64_t whole;

    if (v.kind == WIRE_FLOAT)
        *out = v.real;
    else if (value_integer(&v, &whole))
        *out = (double)whole;
    else
        return false;
    return true;
}

static enum trouble read_weight_limits(struct reading *r)
{
    struct query *q = &r->q->query;
    const struct wire_value list = fields_next(&r->in);

    if (list.kind != WIRE_ARRAY || list.len != 2 ||
        !read_real(r, &q->weight_low) || !read_real(r, &q->weight_high) ||
        !(q->weight_low >= 0 && q->weight_low <= 1) || !(q->weight_high >= 1) ||
        !isfinite(q->weight_high))
        return wrong(r, "weight_limits", "a list of 0 to 1 and 1 or more");
    return TROUBLE_NONE;
}

static bool read_day(struct reading *r, bool last, int32_t *out)
{
    const struct wire_value v = fields_next(&r->in);
    const char *text;

    return take_text(r, &v, &text) &&
           period_parse_day(text, last, out, NULL) == ST_OK;
}

static enum trouble read_base(struct reading *r)
{
    struct query *q = &r->q->query;
    const struct wire_value list = fields_next(&r->in);

    if (list.kind != WIRE_ARRAY || list.len != 2 ||
        !read_day(r, false, &q->base_from) || !read_day(r, true, &q->base_to))
        return wrong(r, "base", "a list of two dates is wanted");
    r->base = true;
    return TROUBLE_NONE;
}

static enum trouble read_rollup(struct reading *r)
{
    static const char *const words[] = {"equal", "design", "users", "revenue",
                                        NULL};
    const struct wire_value v = fields_next(&r->in);
    const char *text;
    int i = -1;

    if (take_text(r, &v, &text))
        i = choice_of(text, words);
    if (i < 0)
        return wrong(r, "rollup", "equal, design, users or revenue");
    r->q->query.rollup = (enum rollup)i;
    return TROUBLE_NONE;
}

/* ---- options ---- */

static const struct kind_option *option_of(const struct query_kind *k,
                                           const struct wire_value *name)
{
    for (size_t i = 0; i < k->options; i++)
        if (value_is(name, k->option[i].name))
            return &k->option[i];
    return NULL;
}

/* The shortest text that reads back as the same number. */
static void print_real(double v, char out[NUMBER_TEXT])
{
    for (int digits = 1; digits <= 17; digits++) {
        snprintf(out, NUMBER_TEXT, "%.*g", digits, v);
        if (strtod(out, NULL) == v)
            return;
    }
}

/* Values are texts, as on a command line; numbers may come as such. */
static bool take_value(struct reading *r, const struct wire_value *v,
                       const char **out)
{
    int64_t whole;

    if (v->kind == WIRE_STR)
        return take_text(r, v, out);
    if (value_integer(v, &whole))
        snprintf(r->text, NUMBER_TEXT, "%lld", (long long)whole);
    else if (v->kind == WIRE_FLOAT && isfinite(v->real))
        print_real(v->real, r->text);
    else
        return false;
    *out = r->text;
    r->text += strlen(r->text) + 1;
    return true;
}

static enum trouble read_option(struct reading *r)
{
    const struct wire_value name = fields_next(&r->in);
    const struct kind_option *o = option_of(r->q->kind, &name);
    const struct wire_value v = fields_next(&r->in);
    struct query_setting s = {0};

    if (!o)
        return wrong(r, "options", "this kind has no such option");
    if (o->file)
        return wrong(r, o->name,
                     "names a file, which only our own "
                     "configuration may");
    s.name = o->name;
    if (o->kind == OPTION_FLAG) {
        s.value = "yes";
        if (v.kind != WIRE_BOOL)
            return wrong(r, o->name, "true or false is wanted");
        if (!v.number)
            return TROUBLE_NONE;
    } else if (!take_value(r, &v, &s.value)) {
        return wrong(r, o->name, "a text or a number is wanted");
    }
    r->q->setting[r->q->query.settings++] = s;
    return TROUBLE_NONE;
}

static enum trouble read_options(struct reading *r)
{
    const struct wire_value map = fields_next(&r->in);
    enum trouble t = TROUBLE_NONE;

    if (map.kind != WIRE_MAP || map.len > ASK_OPTIONS_MAX)
        return wrong(r, "options", "a map of at most 32 options is wanted");
    r->q->query.setting = r->q->setting;
    for (size_t i = 0; i < map.len && t == TROUBLE_NONE; i++)
        t = read_option(r);
    return t;
}

const struct field question_field[] = {{"survey", read_survey},
                                       {"from", read_from},
                                       {"to", read_to},
                                       {"by", read_by},
                                       {"where", read_where},
                                       {"scope", read_scope},
                                       {"reader", read_reader},
                                       {"frame", read_frame},
                                       {"item_weights", read_item_weights},
                                       {"base", read_base},
                                       {"rollup", read_rollup},
                                       {"weighting", read_weighting},
                                       {"weight_limits", read_weight_limits},
                                       {"construct", read_construct},
                                       {"options", read_options}};
const size_t question_fields = sizeof question_field / sizeof *question_field;
