/* visit_response.c - see visit.h: the response that a form's answers make. */
#include <string.h>

#include "quality.h"
#include "visit.h"

static void set_context(const struct visit *v, struct context *c)
{
    const struct pass *p = &v->pass;

    c->channel = CHANNEL_WEB;
    c->entry = ENTRY_OWN;
    c->frame = p->door == DOOR_INVITED ? FRAME_INVITED : FRAME_OPEN;
    memcpy(c->product, v->survey->product, sizeof c->product);
    memcpy(c->operator, p->operator, sizeof c->operator);
    memcpy(c->province, p->province, sizeof c->province);
    memcpy(c->org, p->org, sizeof c->org);
    memcpy(c->touchpoint, p->touchpoint, sizeof c->touchpoint);
}

void visit_response(const struct visit *v, uint8_t *answers,
                    struct submission *out)
{
    const struct slip *s = &v->slip;
    const int64_t at =
        s->answered_at && !v->correcting ? s->answered_at : v->now;
    const int64_t duration = at > s->started_at ? at - s->started_at : 0;
    struct response *r = &out->response;

    *out = (struct submission){.correction = v->correcting};
    for (size_t i = 0; i < v->survey->items; i++)
        answers[i] = s->answers[i] == PAGE_UNSURE ? 0 : s->answers[i];
    memcpy(r->id, v->pass.id, ID_SIZE);
    memcpy(r->version, v->survey->version, HASH_SIZE);
    r->event_at = r->answered_at = at;
    r->duration_ms = duration < UINT32_MAX ? (uint32_t)duration : UINT32_MAX;
    r->flags = quality_flags(v->survey, answers, duration) |
               (v->large ? FLAG_ADAPTED : 0);
    set_context(v, &r->context);
    memcpy(r->salt, v->random + ID_SIZE, ID_SIZE);
    r->items = v->survey->items;
    r->answers = answers;
    r->comment = s->comment;
    r->comment_len = s->comment_len;
}
