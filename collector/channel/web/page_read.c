#include "page.h"
#include "surveys/answer.h"

/* What a form's fields say. */

enum page_fault page_read(const struct item *it, const char *value,
                          uint8_t *answer)
{
    uint8_t stored;

    if (!value || !*value)
        return FAULT_MISSING;
    if (it->kind == ITEM_TEXT)
        return FAULT_INVALID;
    if (streq(value, "-")) {
        *answer = PAGE_UNSURE;
        return FAULT_NONE;
    }
    if (answer_parse(it, value, strlen(value), &stored, NULL) != ST_OK)
        return FAULT_INVALID;
    if (stored == 0)
        return FAULT_MISSING;
    *answer = stored;
    return FAULT_NONE;
}

enum page_fault page_read_comment(const char *value)
{
    return value && strlen(value) > COMMENT_MAX ? FAULT_LONG : FAULT_NONE;
}
