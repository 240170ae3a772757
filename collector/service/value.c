/* value.c - see value.h. */
#include "value.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

static enum status parse_flag(const char *text, bool *out, struct err *cause)
{
    if (streq(text, "true"))
        *out = true;
    else if (streq(text, "false"))
        *out = false;
    else
        return err_set(cause, ST_INVALID, "'%.40s' is not true or false", text);
    return ST_OK;
}

/* Digits and a sign only: strtoll and strtod would take blanks, strtod also
 * "inf", "nan" and hexadecimal. */
static bool numeric(const char *text, const char *letters)
{
    return *text && text[strspn(text, letters)] == '\0';
}

static enum status parse_count(const struct option_spec *spec, const char *text,
                               int64_t *out, struct err *cause)
{
    char *end;
    long long n;

    if (!numeric(text, "+-0123456789"))
        return err_set(cause, ST_INVALID, "'%.40s' is not a whole number",
                       text);
    errno = 0;
    n = strtoll(text, &end, 10);
    if (*end)
        return err_set(cause, ST_INVALID, "'%.40s' is not a whole number",
                       text);
    if (errno)
        return err_set(cause, ST_RANGE, "%.40s is too large", text);
    if ((spec->min || spec->max) && (n < spec->min || n > spec->max))
        return err_set(cause, ST_RANGE, "%.40s is not in %lld to %lld", text,
                       (long long)spec->min, (long long)spec->max);
    *out = n;
    return ST_OK;
}

static enum status parse_real(const struct option_spec *spec, const char *text,
                              double *out, struct err *cause)
{
    char *end = NULL;
    double x = NAN;

    if (numeric(text, "+-.eE0123456789"))
        x = strtod(text, &end);
    if (!end || *end || !isfinite(x))
        return err_set(cause, ST_INVALID, "'%.40s' is not a number", text);
    if ((spec->min || spec->max) &&
        (x < (double)spec->min || x > (double)spec->max))
        return err_set(cause, ST_RANGE, "%.40s is not in %lld to %lld", text,
                       (long long)spec->min, (long long)spec->max);
    *out = x;
    return ST_OK;
}

static enum status parse_choice(const struct option_spec *spec,
                                const char *text, int *out, struct err *cause)
{
    char known[VALUE_PRINT_MAX] = "";
    size_t len = 0;

    for (int i = 0; spec->choices[i]; i++) {
        if (streq(spec->choices[i], text)) {
            *out = i;
            return ST_OK;
        }
        if (len < sizeof known)
            len += (size_t)snprintf(known + len, sizeof known - len, "%s%s",
                                    i ? ", " : "", spec->choices[i]);
    }
    return err_set(cause, ST_INVALID, "'%.40s' is none of %s", text, known);
}

enum status value_parse(const struct option_spec *spec, const char *text,
                        union value *out, struct err *cause)
{
    switch (spec->kind) {
    case OPTION_FLAG:
        return parse_flag(text, &out->flag, cause);
    case OPTION_COUNT:
        return parse_count(spec, text, &out->count, cause);
    case OPTION_REAL:
        return parse_real(spec, text, &out->real, cause);
    case OPTION_CHOICE:
        return parse_choice(spec, text, &out->choice, cause);
    case OPTION_TEXT:
        break;
    }
    out->text = text;
    return ST_OK;
}

void value_store(const struct option_spec *spec, const union value *value)
{
    switch (spec->kind) {
    case OPTION_TEXT:
        *(const char **)spec->value = value->text;
        break;
    case OPTION_FLAG:
        *(bool *)spec->value = value->flag;
        break;
    case OPTION_COUNT:
        *(int64_t *)spec->value = value->count;
        break;
    case OPTION_REAL:
        *(double *)spec->value = value->real;
        break;
    case OPTION_CHOICE:
        *(int *)spec->value = value->choice;
        break;
    }
}

void value_print(const struct option_spec *spec, char out[VALUE_PRINT_MAX])
{
    const char *text;

    switch (spec->kind) {
    case OPTION_TEXT:
        text = *(const char *const *)spec->value;
        snprintf(out, VALUE_PRINT_MAX, "%s", text ? text : "");
        break;
    case OPTION_FLAG:
        snprintf(out, VALUE_PRINT_MAX, "%s",
                 *(const bool *)spec->value ? "true" : "false");
        break;
    case OPTION_COUNT:
        snprintf(out, VALUE_PRINT_MAX, "%lld",
                 (long long)*(const int64_t *)spec->value);
        break;
    case OPTION_REAL:
        snprintf(out, VALUE_PRINT_MAX, "%g", *(const double *)spec->value);
        break;
    case OPTION_CHOICE:
        snprintf(out, VALUE_PRINT_MAX, "%s",
                 spec->choices[*(const int *)spec->value]);
        break;
    }
}
