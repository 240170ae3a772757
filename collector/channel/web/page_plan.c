#include "page_plan.h"

/* What is on which screen.
 *
 * Whether an item is asked hangs on answers to earlier ones, and without script
 * a screen cannot change while it is filled in.  So what decides and what is
 * decided are never on one screen, as far as the definition tells: screens are
 * cut by its structure and not by the answers, and going back and changing an
 * answer moves nothing before it.  Screens on which nothing is left to be asked
 * are not counted.
 */

static bool matches(const struct condition *c, int value)
{
    for (size_t i = 0; i < c->count; i++)
        if (c->values[i] == value)
            return true;
    return false;
}

enum page_truth page_holds(const struct survey *s, const uint8_t *answers,
                           const struct condition *when, size_t count)
{
    enum page_truth all = TRUTH_YES;

    for (size_t i = 0; i < count; i++) {
        const uint8_t stored = answers[when[i].item];

        if (stored == 0 || stored == PAGE_UNSURE)
            all = TRUTH_OPEN;
        else if (!matches(&when[i], stored + s->item[when[i].item].min - 1))
            return TRUTH_NO;
    }
    return all;
}

/* Whether one of these hangs on an item that is still to be answered. */
static bool pending(const struct condition *when, size_t count,
                    const uint8_t *known)
{
    for (size_t i = 0; i < count; i++)
        if (known[when[i].item] == 0)
            return true;
    return false;
}

/* What cannot be known to hold any more is not asked. */
static bool asked(const struct survey *s, const struct item *it,
                  const uint8_t *known)
{
    const enum page_truth t = page_holds(s, known, it->when, it->conditions);

    if (t == TRUTH_NO ||
        (t == TRUTH_OPEN && !pending(it->when, it->conditions, known)))
        return false;
    if (!it->variants)
        return true;
    for (size_t v = 0; v < it->variants; v++)
        if (page_holds(s, known, it->variant[v].when,
                       it->variant[v].conditions) != TRUTH_NO)
            return true;
    return false;
}

/* The construct of an item; of one without, that of the next item that has
 * one: a filter stands with what it leads to. */
static size_t construct_of(const struct survey *s, size_t item)
{
    size_t last = 0;

    for (size_t i = item; i < s->items; i++)
        for (size_t c = 0; c < s->model.constructs; c++)
            for (size_t k = 0; k < s->model.construct[c].items; k++)
                if (s->model.construct[c].item[k] == i)
                    return c;
    /* behind them all: with the last one */
    for (size_t c = 0; c < s->model.constructs; c++)
        for (size_t k = 0; k < s->model.construct[c].items; k++)
            if (!s->model.construct[c].parts &&
                s->model.construct[c].item[k] >=
                    s->model.construct[last].item[0])
                last = c;
    return last;
}

static bool hangs(const struct condition *when, size_t count, size_t from)
{
    for (size_t i = 0; i < count; i++)
        if (when[i].item >= from)
            return true;
    return false;
}

/* Whether a screen that began at `from` has to end before `item`. */
static bool cut(const struct survey *s, enum page_setting setting, size_t from,
                size_t item)
{
    const struct item *it = &s->item[item];

    if (hangs(it->when, it->conditions, from))
        return true;
    if (setting == PAGES_ONE)
        return false;
    for (size_t v = 0; v < it->variants; v++)
        if (hangs(it->variant[v].when, it->variant[v].conditions, from))
            return true;
    return s->model.constructs &&
           construct_of(s, item) != construct_of(s, item - 1);
}

void page_plan(const struct survey *s, enum page_setting setting,
               const uint8_t *answers, const uint8_t *have,
               struct page_plan *out)
{
    uint8_t known[ITEMS_MAX]; /* an item that is not asked stays unknown */
    size_t from = 0;
    bool fresh = true; /* nothing is on the screen at hand yet */

    memset(out, 0, sizeof *out);
    memcpy(known, answers, s->items);
    for (size_t i = 0; i < s->items; i++) {
        if (i > 0 && cut(s, setting, from, i)) {
            from = i;
            fresh = true;
        }
        if ((have && have[i]) || !asked(s, &s->item[i], known)) {
            known[i] = PAGE_UNSURE;
            continue;
        }
        out->screens += fresh;
        fresh = false;
        out->screen[i] = (uint8_t)out->screens;
        out->number[i] = (uint8_t)++out->questions;
    }
}

size_t page_first(const struct survey *s, const struct page_plan *plan,
                  size_t screen)
{
    for (size_t i = 0; i < s->items; i++)
        if (screen && plan->screen[i] == screen)
            return i;
    return SIZE_MAX;
}

size_t page_open(const struct survey *s, const struct page_plan *plan,
                 const uint8_t *answers)
{
    for (size_t i = 0; i < s->items; i++)
        if (plan->screen[i] && answers[i] == 0 && s->item[i].kind != ITEM_TEXT)
            return plan->screen[i];
    return 0;
}

void page_prune(const struct page_plan *plan, size_t items, uint8_t *answers)
{
    for (size_t i = 0; i < items; i++)
        if (!plan->screen[i])
            answers[i] = 0;
}
