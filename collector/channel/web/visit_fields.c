/* visit_fields.c - see visit.h: what a form sent.
 *
 * All items of the survey are read, whatever was on the screen: what was is
 * decided by the clerk, for whom nothing changes any more. */
#include <stdlib.h>
#include <string.h>

#include "collector/person.h"
#include "counters.h"
#include "visit.h"

static const char *const acts[ACTS] = {
    [ACT_NEXT] = "next",     [ACT_BACK] = "back", [ACT_REVIEW] = "review",
    [ACT_SUBMIT] = "submit", [ACT_SAVE] = "save", [ACT_TURN] = "turn",
    [ACT_DELETE] = "delete", [ACT_STOP] = "stop"};

static bool read_act(const char *word, enum act *out)
{
    for (size_t i = 0; word && i < ACTS; i++)
        if (streq(word, acts[i])) {
            *out = (enum act)i;
            return true;
        }
    return false;
}

/* Browsers send CR LF for each line end. */
static size_t copy_lines(const char *from, char *to)
{
    size_t n = 0;

    for (; *from; from++)
        if (*from != '\r')
            to[n++] = *from;
        else if (from[1] != '\n')
            to[n++] = '\n';
    to[n] = '\0';
    return n;
}

static void read_comment(const char *value, size_t item, struct filled *f)
{
    f->fault[item] = value ? page_read_comment(value) : FAULT_MISSING;
    if (f->fault[item] != FAULT_NONE)
        return;
    f->comment_len = copy_lines(value, f->comment);
    f->comment_len = person_mask(f->comment, f->comment_len);
    f->comment[f->comment_len] = '\0';
}

static void read_items(const struct survey *s,
                       const struct http_request *request, struct filled *f)
{
    for (size_t i = 0; i < s->items; i++) {
        const char *value = http_form(request, s->item[i].code);

        if (s->item[i].kind == ITEM_TEXT)
            read_comment(value, i, f);
        else
            f->fault[i] = page_read(&s->item[i], value, &f->answer[i]);
    }
}

enum status visit_fields(struct visit *v, const struct http_request *request,
                         enum page_notice *refused)
{
    const char *trap = http_form(request, PAGE_TRAP);
    const char *at = http_form(request, "at");
    const char *correct = http_form(request, "c");

    *refused = NOTICE_BAD;
    v->post = true;
    if (trap && *trap) {
        metric_add(&web_counters.refused[REFUSED_TRAP], 1);
        return ST_INVALID;
    }
    if (!read_act(http_form(request, "do"), &v->act) ||
        (at && strlen(at) > ITEM_CODE_MAX)) {
        metric_add(&web_counters.refused[REFUSED_FORM], 1);
        return ST_INVALID;
    }
    memset(v->at, 0, sizeof v->at);
    if (at)
        memcpy(v->at, at, strlen(at));
    v->correcting = correct && streq(correct, "1");
    v->seen_at = pass_read_seen(&v->web->token_key, http_form(request, "t"));
    if (!v->survey || !at)
        return ST_OK;
    v->filled = calloc(1, sizeof *v->filled);
    if (!v->filled)
        return ST_NOMEM;
    v->read_as = v->survey;
    read_items(v->survey, request, v->filled);
    return ST_OK;
}
