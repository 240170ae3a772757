/* engine_answers.c - the answers that an engine's query asks for, one by one,
 * with the weights of those who gave them. */
#include "engine_handle.h"
#include "scorer/answers.h"

enum status engine_answers(struct engine *e, const struct query *q,
                           struct answers **out, const struct people **people,
                           struct err *err)
{
    struct answering a = {.engine = e, .query = q, .err = err};
    const struct people *weights = NULL;
    enum status st = answering_begin(&a);

    if (st == ST_OK && a.forms.count) {
        const struct people_of of = answering_everybody(&a, 0);

        st = answering_people(&a, &of, &weights);
    }
    if (st == ST_OK)
        st = answers_read(e->store, q, out, err);
    if (st == ST_OK)
        *people = weights;
    answering_end(&a);
    return st;
}
