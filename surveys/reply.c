/* reply.c - see surveys/reply.h.
 *
 * A number is the rating only when everything in its clause is known to leave
 * it alone; the first thing that is not makes the text one that is asked again.
 * Costs 0.1 to 0.5 ms of a usual text and 3 ms of the longest: the item's own
 * words are folded and looked through each time.
 */
#include "surveys/reply.h"

#include "reply_anchor.h"
#include "reply_clause.h"
#include "reply_flags.h"
#include "reply_number.h"
#include "reply_text.h"
#include "surveys/answer.h"

/* What is known of a text while it is read. */
struct reading {
    const struct item *it;
    struct tokens t;
    struct buffer subjects; /* the item's texts */
    struct level level;
    bool whole; /* the level is all that the text says */
    size_t numbers;
    size_t at; /* the token of the last one */
};

static bool has(const struct tokens *t, enum word word)
{
    for (size_t i = 0; i < t->count; i++)
        if (t->token[i].word == word)
            return true;
    return false;
}

static void become(struct reply *out, const struct reading *r, int value)
{
    const int stored = value - r->it->min + 1;
    const bool fits = value >= r->it->min && value <= r->it->max;

    if (fits && answer_legal(r->it, (uint8_t)stored)) {
        out->kind = REPLY_ANSWER;
        out->stored = (uint8_t)stored;
    } else {
        out->kind = value <= 100 ? REPLY_OFF_SCALE : REPLY_UNCLEAR;
    }
}

/* 10 很不满意: one of the two is a slip. */
static bool contradicts(const struct reading *r, int value)
{
    const int twice = r->it->min + r->it->max;
    const struct level *const l = &r->level;

    if (r->it->kind != ITEM_SCALE || !l->sign ||
        (l->family != FAMILY_SATISFIED && !r->whole))
        return false;
    return l->sign > 0 ? 2 * value < twice : 2 * value > twice;
}

/* Five stars are the best on some scales, and half way up on others. */
static bool strange_stars(const struct reading *r, int value)
{
    return token_word(&r->t, r->at + 1) == WORD_STARS && r->it->max != 5 &&
           value <= 5;
}

static void by_number(const struct reading *r, const struct match *m,
                      struct reply *out)
{
    const int value = r->t.token[r->at].value;
    const bool other =
        r->it->kind == ITEM_CHOICE &&
        (m->held || (m->found && (m->found > 1 || m->value != value)));

    out->kind = REPLY_UNCLEAR;
    if (r->numbers == 1 && !other && !contradicts(r, value) &&
        !strange_stars(r, value) && clause_leaves_alone(&r->t, r->at))
        become(out, r, value);
}

static bool only_missing(const struct tokens *t)
{
    for (size_t i = 0; i < t->count; i++)
        if (t->token[i].word != WORD_MISSING &&
            t->token[i].word != WORD_FILLER && t->token[i].word != WORD_BREAK)
            return false;
    return has(t, WORD_MISSING);
}

static bool tells(enum word w)
{
    return w == WORD_OTHER || w == WORD_PLAIN || w == WORD_BOUND ||
           w == WORD_COUNTED || w == WORD_UNIT || w == WORD_BINDER;
}

/* Are there words beside what was taken for the answer? */
static bool more_words(const struct tokens *t, bool number, bool level)
{
    for (size_t i = 0; i < t->count; i++) {
        const enum word w = t->token[i].word;

        if ((tells(w) && t->token[i].value != NUMBER_LONG) ||
            (number &&
             (w == WORD_GOOD || w == WORD_BAD || w == WORD_NEUTRAL)) ||
            ((number || !level) && w == WORD_DOUBT &&
             t->token[i].len > 2)) /* no question mark */
            return true;
    }
    return false;
}

static void by_words(const struct reading *r, const struct match *m,
                     struct reply *out)
{
    const bool choice = r->it->kind == ITEM_CHOICE;

    if (m->found == 1 && (choice || r->whole || !r->level.family) &&
        !has(&r->t, WORD_DOUBT)) {
        become(out, r, m->value);
        return;
    }
    if (only_missing(&r->t)) {
        out->kind = REPLY_MISSING;
        return;
    }
    out->kind = m->found || !out->words ? REPLY_UNCLEAR : REPLY_COMMENT;
}

/* The words of the text without its number, as the item may have them. */
static enum status match(struct reading *r, struct match *m)
{
    const struct token *const number = &r->t.token[r->at];
    struct buffer bare = {.max = 0};
    struct words words = {.level = r->level, .any = r->numbers == 1};
    const char *text = r->t.text;
    size_t len = r->t.len;
    enum status st = ST_OK;

    if (words.any) {
        words.told = number->value;
        words.level.family = FAMILY_NONE; /* contradicts() sees to it */
        st = anchor_bare(text, number->at, &bare);
        text += number->at + number->len;
        len -= number->at + number->len;
    } else if (!r->whole) {
        words.level.family = FAMILY_NONE;
    }
    if (st == ST_OK)
        st = anchor_bare(text, len, &bare);
    if (st == ST_OK) {
        words.text = (const char *)bare.data;
        words.len = bare.len;
        st = anchor_match(r->it, &words, m);
    }
    buffer_free(&bare);
    return st;
}

/* 2没修好: the number and its own words. */
static bool named(const struct reading *r, const struct match *m)
{
    return r->numbers == 1 && m->found == 1 &&
           m->value == r->t.token[r->at].value;
}

static enum status read_answer(struct reading *r, struct reply *out)
{
    struct tokens *const t = &r->t;
    struct match m = {0, 0, false};
    enum status st;

    clause_scale(t, r->it->max);
    for (size_t i = 0; i < t->count; i++)
        if (t->token[i].word == WORD_NUMBER) {
            r->numbers++;
            r->at = i;
        }
    r->level = level_read(t, (const char *)r->subjects.data, &r->whole);
    out->words = out->words || more_words(t, r->numbers != 0, r->level.family);
    st = match(r, &m);
    if (st != ST_OK)
        return st;
    if (named(r, &m))
        become(out, r, m.value);
    else if (r->numbers &&
             (r->numbers > 1 || has(t, WORD_DOUBT) || has(t, WORD_MISSING)))
        out->kind = REPLY_UNCLEAR;
    else if (r->numbers)
        by_number(r, &m, out);
    else
        by_words(r, &m, out);
    /* "1" for mended, and words of the contrary */
    if (r->it->kind == ITEM_CHOICE && out->kind == REPLY_ANSWER && r->numbers &&
        out->not_fixed && !named(r, &m) && m.held)
        out->kind = REPLY_UNCLEAR;
    return ST_OK;
}

static bool any_letter(const struct tokens *t)
{
    for (size_t i = 0; i < t->count; i++)
        if (t->token[i].word != WORD_BREAK && t->token[i].word != WORD_MARK)
            return true;
    return false;
}

static enum status read_plain(const struct item *it, const struct buffer *b,
                              struct reply *out)
{
    const char *const text = (const char *)b->data;
    struct reading r = {.it = it};
    enum status st = tokens_read(text, b->len, &r.t);

    if (st != ST_OK)
        return st;
    out->not_fixed = flags_not_fixed(text, b->len);
    out->escalate = flags_escalate(text, b->len);
    out->words = out->not_fixed || out->escalate;
    if (!any_letter(&r.t)) {
        out->kind = REPLY_UNCLEAR;
    } else if (!it || it->kind == ITEM_TEXT) {
        out->kind = REPLY_COMMENT;
        out->words = true;
    } else {
        st = anchor_texts(it, &r.subjects);
        if (st == ST_OK)
            st = read_answer(&r, out);
    }
    if (out->kind != REPLY_ANSWER)
        out->stored = 0;
    buffer_free(&r.subjects);
    tokens_free(&r.t);
    return st;
}

enum status reply_read(const struct item *it, const char *text, size_t len,
                       struct reply *out)
{
    struct reply read = {.kind = REPLY_UNCLEAR};
    struct buffer b = {.max = 0};
    enum status st = len > REPLY_MAX ? ST_INVALID : reply_plain(text, len, &b);

    if (st == ST_OK)
        st = read_plain(it, &b, &read);
    else if (st == ST_INVALID || st == ST_RANGE)
        st = ST_OK;
    buffer_free(&b);
    if (st == ST_OK)
        *out = read;
    return st;
}
