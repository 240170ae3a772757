/* value.h - the value of one option, from text and back. */
#ifndef SERVICE_VALUE_H
#define SERVICE_VALUE_H

#include "collector/options.h"

union value {
    const char *text;
    bool flag;
    int64_t count;
    double real;
    int choice;
};

/* ST_INVALID or ST_RANGE with the cause alone in *cause.  A text is not
 * copied. */
MUST_USE enum status value_parse(const struct option_spec *spec,
                                 const char *text, union value *out,
                                 struct err *cause);
void value_store(const struct option_spec *spec, const union value *value);

#define VALUE_PRINT_MAX 256
/* What the program holds now, as it could be written; "" for no text. */
void value_print(const struct option_spec *spec, char out[VALUE_PRINT_MAX]);

#endif
