/* yaml_bytes.c - see yaml_bytes.h. */
#include "yaml_bytes.h"

#include "base/limits.h"
#include "surveys/utf8.h"

enum { OPEN_MAX = 256, COLUMNS_MAX = 65536 };

struct place {
    const char *name;
    unsigned line, column;
    struct err *err;
};

static enum status fail(const struct place *at, enum status st,
                        const char *cause)
{
    return err_set(at->err, st, "%s:%u:%u: %s", at->name, at->line, at->column,
                   cause);
}

bool yaml_control(unsigned char b)
{
    return (b < 0x20 && b != '\n' && b != '\t') || b == 0x7f;
}

enum status yaml_check_bytes(const char *name, const char *text, size_t len,
                             struct err *err)
{
    struct place at = {name, 1, 1, err};
    const size_t valid = utf8_valid(text, len);
    const char *p = text, *const end = text + valid;
    size_t open = 0;

    if (len > DEFINITION_MAX)
        return err_set(err, ST_RANGE, "%s: longer than %d bytes", name,
                       DEFINITION_MAX);
    while (p < end) {
        const uint32_t c = utf8_next(&p, end);

        if (c < 0x80 && yaml_control((unsigned char)c) && c != '\r')
            return fail(&at, ST_INVALID,
                        c ? "a control character" : "a NUL byte");
        open += c == '[' || c == '{';
        open -= open && (c == ']' || c == '}');
        if (open > OPEN_MAX)
            return fail(&at, ST_RANGE, "nested too deep");
        if (at.column > COLUMNS_MAX)
            return fail(&at, ST_RANGE, "the line is too long");
        at.column++;
        if (c == '\n') {
            at.line++;
            at.column = 1;
        }
    }
    return valid < len ? fail(&at, ST_INVALID, "not UTF-8") : ST_OK;
}
