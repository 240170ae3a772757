/* reply_words.c - words that end all asking, or allow it again.
 *
 * A word must be the whole message, or the law's "no" would be read out of a
 * comment; only 回 or 回复 before it, copied from our own text, and the same
 * wish said twice ("TD退订") are let pass.  A look-up costs the folding.
 */
#include <stdio.h>

#include "reply_number.h"
#include "reply_text.h"
#include "surveys/reply.h"
#include "surveys/utf8.h"

struct word {
    char *text; /* folded, without blanks */
    size_t len;
    enum reply_wish wish;
};

struct reply_words {
    size_t count;
    struct word *word;
};

/* Take blanks out and punctuation off both ends. */
static void compact(struct buffer *b)
{
    char *const text = (char *)b->data;
    const char *at = text, *const end = text + b->len;
    size_t kept = 0, last = 0;

    while (at < end) {
        const char *const here = at;
        const uint32_t c = utf8_next(&at, end);
        const size_t len = (size_t)(at - here);

        if (c <= ' ' || c == 0x3000 || (!kept && !reply_letter(c)))
            continue;
        memmove(text + kept, here, len);
        kept += len;
        if (reply_letter(c))
            last = kept;
    }
    b->len = last;
}

static enum status read_word(const char *text, size_t len, struct buffer *out)
{
    const enum status st = reply_plain(text, len, out);

    if (st == ST_OK && out->len)
        compact(out);
    return st;
}

static enum status check(const struct reply_words *w, const struct buffer *b,
                         enum reply_wish wish, struct err *err)
{
    const char *const text = (const char *)b->data;
    const struct number n = number_at(text, b->len);

    if (!b->len)
        return err_set(err, ST_INVALID, "an empty word");
    if (n.len == b->len && n.value >= 0 && n.value <= 10)
        return err_set(err, ST_INVALID, "%.*s is an answer", (int)b->len, text);
    for (size_t i = 0; i < w->count; i++)
        if (w->word[i].wish != wish && w->word[i].len == b->len &&
            !memcmp(w->word[i].text, text, b->len))
            return err_set(err, ST_INVALID, "%.*s would mean both", (int)b->len,
                           text);
    return ST_OK;
}

static enum status add(struct reply_words *w, const char *text, size_t len,
                       enum reply_wish wish, struct err *err)
{
    struct buffer b = {.max = 0};
    struct word *more;
    enum status st = read_word(text, len, &b);

    if (st == ST_INVALID)
        st = err_set(err, st, "a word that is not UTF-8");
    else if (st == ST_OK)
        st = check(w, &b, wish, err);
    if (st == ST_OK) {
        more = realloc(w->word, (w->count + 1) * sizeof *more);
        st = more ? ST_OK : ST_NOMEM;
    }
    if (st != ST_OK) {
        buffer_free(&b);
        return st == ST_NOMEM ? err_set(err, st, "out of memory") : st;
    }
    w->word = more;
    w->word[w->count++] = (struct word){(char *)b.data, b.len, wish};
    return ST_OK;
}

static enum status add_all(struct reply_words *w, const char *list,
                           enum reply_wish wish, struct err *err)
{
    enum status st = ST_OK;

    while (st == ST_OK && *list) {
        const size_t len = strcspn(list, ",");

        st = add(w, list, len, wish, err);
        list += len;
        if (st == ST_OK && *list == ',' && !*++list)
            st = err_set(err, ST_INVALID, "an empty word");
    }
    return st;
}

enum status reply_words_new(const char *opt_out, const char *opt_in,
                            struct reply_words **out, struct err *err)
{
    struct reply_words *w = calloc(1, sizeof *w);
    enum status st = w ? ST_OK : err_set(err, ST_NOMEM, "out of memory");

    if (st == ST_OK)
        st = add_all(w, opt_out, WISH_OPT_OUT, err);
    if (st == ST_OK)
        st = add_all(w, opt_in, WISH_OPT_IN, err);
    if (st == ST_OK)
        *out = w;
    else
        reply_words_free(&w);
    return st;
}

void reply_words_free(struct reply_words **w)
{
    if (!*w)
        return;
    for (size_t i = 0; i < (*w)->count; i++)
        free((*w)->word[i].text);
    free((*w)->word);
    free(*w);
    *w = NULL;
}

/* The longest word of this wish (WISH_NONE: of any) that `text` starts with;
 * NULL: none.  Single letters count only as the whole text. */
static const struct word *longest(const struct reply_words *w,
                                  enum reply_wish wish, const char *text,
                                  size_t len, bool whole)
{
    const struct word *best = NULL;

    for (size_t i = 0; i < w->count; i++) {
        const struct word *const one = &w->word[i];

        if ((wish == WISH_NONE || one->wish == wish) && one->len <= len &&
            !memcmp(one->text, text, one->len) &&
            (one->len > 1 || (whole && len == 1)) &&
            (!best || one->len > best->len))
            best = one;
    }
    return best;
}

static enum reply_wish wish_of(const struct reply_words *w, const char *text,
                               size_t len)
{
    const struct word *word = longest(w, WISH_NONE, text, len, true);
    const enum reply_wish wish = word ? word->wish : WISH_NONE;

    while (word) {
        text += word->len;
        len -= word->len;
        if (!len)
            return wish;
        word = longest(w, wish, text, len, false);
    }
    return WISH_NONE;
}

enum status reply_wish(const struct reply_words *w, const char *text,
                       size_t len, enum reply_wish *out)
{
    static const char *const before[] = {"", "回复", "回"};
    struct buffer b = {.max = 0};
    enum status st = ST_OK;
    enum reply_wish wish = WISH_NONE;

    if (len <= REPLY_MAX)
        st = read_word(text, len, &b);
    for (size_t i = 0; st == ST_OK && !wish && b.len && i < 3; i++) {
        const size_t skip = strlen(before[i]);

        if (skip <= b.len && !memcmp(b.data, before[i], skip))
            wish = wish_of(w, (const char *)b.data + skip, b.len - skip);
    }
    buffer_free(&b);
    if (st == ST_OK || st == ST_INVALID)
        *out = wish;
    return st == ST_INVALID ? ST_OK : st;
}
