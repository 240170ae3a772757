/* reply.c - see surveys/reply.h.
 *
 * A number is the rating only when everything in its clause is known to leave
 * it alone; the first thing that is not makes the text one that is asked again.
 * Costs some 100 microseconds of a usual text: the item's own words are looked
 * through each time.
 */
#include "surveys/reply.h"

#include "reply_anchor.h"
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

static enum word word_at(const struct tokens *t, size_t i)
{
    return i < t->count ? t->token[i].word : WORD_BREAK;
}

static bool han_at(const struct tokens *t, size_t i)
{
    return i < t->count && (unsigned char)t->text[t->token[i].at] >= 0x80;
}

/* ---- numbers that say what the scale is ---- */

static void drop(struct tokens *t, size_t i)
{
    if (word_at(t, i) == WORD_POINTS)
        t->token[i].word = WORD_FILLER;
}

/* 8/10, 8 out of 10, 满分10分我打8分: the scale's end is no second number.  A
 * 满分 that stays is a number. */
static void drop_ends(struct tokens *t, int max)
{
    for (size_t i = 0; i + 1 < t->count; i++) {
        struct token *const now = &t->token[i];
        struct token *const end =
            word_at(t, i + 1) == WORD_NUMBER ? now + 1 : NULL;
        const bool before =
            i && (now[-1].word == WORD_NUMBER || now[-1].word == WORD_POINTS);
        const bool slash = now->word == WORD_MARK && t->text[now->at] == '/';

        if (!end || end->value != max)
            continue;
        if (!(now->word == WORD_OUT_OF && before) && !(slash && before) &&
            now->word != WORD_FULL)
            continue;
        now->word = end->word = WORD_FILLER;
        drop(t, i + 2);
    }
    for (size_t i = 0; i < t->count; i++)
        if (t->token[i].word == WORD_FULL) {
            t->token[i].word = WORD_NUMBER;
            t->token[i].value = max;
            t->token[i].full = true;
        }
}

/* ---- the clause of a number ---- */

static bool marks_points(enum word w)
{
    return w == WORD_POINTS || w == WORD_STARS;
}

/* Said with a rating word, so that it needs no room around it. */
static bool said(const struct tokens *t, size_t i)
{
    return marks_points(word_at(t, i + 1)) ||
           (i && marks_points(t->token[i - 1].word)) ||
           (i && t->token[i - 1].word == WORD_GIVE) || t->token[i].full;
}

/* In Chinese a blank is often what a comma would be; it is no such thing
 * before a unit, a doubt or a second number. */
static bool breaks(enum word w)
{
    return w == WORD_PLAIN || w == WORD_GOOD || w == WORD_BAD ||
           w == WORD_NOT || w == WORD_NOT_SO || w == WORD_VERY ||
           w == WORD_RATHER || w == WORD_SATISFIED || w == WORD_NEUTRAL ||
           w == WORD_COUNTED || w == WORD_BOUND;
}

/* From `k` to the next mark there is nothing that could be said of a number. */
static bool harmless(const struct tokens *t, size_t k)
{
    if (word_at(t, k) == WORD_UNIT)
        return false;
    for (; word_at(t, k) != WORD_BREAK; k++)
        if (word_at(t, k) == WORD_NOT || word_at(t, k) == WORD_NOT_SO ||
            word_at(t, k) == WORD_GIVE || word_at(t, k) == WORD_HEDGE ||
            word_at(t, k) == WORD_MARK)
            return false;
    return true;
}

static size_t clause_end(const struct tokens *t, size_t i)
{
    const bool points = marks_points(word_at(t, i + 1));
    const bool first = !i || t->token[i - 1].word == WORD_BREAK;
    size_t k = i + 1 + points;

    if (k < t->count && t->token[k].spaced && han_at(t, k) &&
        ((points && harmless(t, k)) ||
         ((points || first) && breaks(t->token[k].word))))
        return k;
    while (word_at(t, k) != WORD_BREAK)
        k++;
    return k;
}

static size_t clause_start(const struct tokens *t, size_t i)
{
    const bool points = marks_points(word_at(t, i + 1));
    size_t k = i;

    while (k &&
           (word_at(t, k - 1) == WORD_GIVE || word_at(t, k - 1) == WORD_FILLER))
        k--;
    if (k && points && t->token[k].spaced && han_at(t, k - 1) &&
        (word_at(t, k - 1) == WORD_OTHER || word_at(t, k - 1) == WORD_PLAIN ||
         word_at(t, k - 1) == WORD_GOOD || word_at(t, k - 1) == WORD_BAD ||
         word_at(t, k - 1) == WORD_SATISFIED ||
         word_at(t, k - 1) == WORD_NEUTRAL))
        return k;
    while (k && t->token[k - 1].word != WORD_BREAK)
        k--;
    return k;
}

/* May the word at `k` stand in the clause of the number at `i`? */
static bool allowed(const struct tokens *t, size_t k, size_t i, bool rated)
{
    switch (t->token[k].word) {
    case WORD_FILLER:
    case WORD_GIVE:
    case WORD_SATISFIED:
    case WORD_UNSATISFIED:
    case WORD_GOOD:
    case WORD_BAD:
    case WORD_NEUTRAL:
    case WORD_RATHER:
        return true;
    case WORD_VERY:
        return k + 1 != i;
    case WORD_POINTS:
    case WORD_STARS:
        return k == i + 1 || k + 1 == i;
    case WORD_NOT:
    case WORD_NOT_SO: /* of a level that follows */
        return k > i && (word_at(t, k + 1) == WORD_SATISFIED ||
                         word_at(t, k + 1) == WORD_GOOD ||
                         word_at(t, k - 1) == WORD_VERY);
    case WORD_PLAIN: /* 3师傅 may be three of them */
        return rated || k != i + 1 || t->token[k].spaced;
    case WORD_COUNTED:
    case WORD_BOUND:
        return rated && k < i;
    default:
        return false;
    }
}

/* The nearest word before `i` that is no mark. */
static enum word before(const struct tokens *t, size_t i)
{
    while (i && t->token[i - 1].word == WORD_BREAK)
        i--;
    return i ? t->token[i - 1].word : WORD_BREAK;
}

static enum word behind(const struct tokens *t, size_t i)
{
    do
        i++;
    while (i < t->count && t->token[i].word == WORD_BREAK);
    return word_at(t, i);
}

static bool alone(const struct tokens *t, size_t i)
{
    const size_t from = clause_start(t, i), to = clause_end(t, i);
    const bool rated = said(t, i);
    const enum word first = before(t, i);

    if (t->token[i].value < 0 || behind(t, i) == WORD_UNIT)
        return false;
    if (!rated &&
        (first == WORD_COUNTED || first == WORD_UNIT || first == WORD_BINDER))
        return false;
    if (i && !t->token[i].spaced && t->token[i - 1].word == WORD_BAD)
        return false; /* 差8分 */
    for (size_t k = from; k < to; k++)
        if (k != i && !allowed(t, k, i, rated))
            return false;
    return true;
}

/* ---- verdicts ---- */

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
    return word_at(&r->t, r->at + 1) == WORD_STARS && r->it->max != 5 &&
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
        !strange_stars(r, value) && alone(&r->t, r->at))
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

    drop_ends(t, r->it->max);
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
