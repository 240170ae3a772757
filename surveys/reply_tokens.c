/* reply_tokens.c - see reply_tokens.h.
 *
 * One pass cuts the text: the longest word of the lexicon, else a number, else
 * one character of Han or one word of another script.  Signs end a clause,
 * unless they may be part of a number (7-8, 8.5, 10:30, 80%).  A second pass
 * finds the numbers that belong to something else.  A token costs 40 bytes,
 * and there are at most as many as the text has bytes.
 */
#include "reply_tokens.h"

#include <stdint.h>
#include <stdlib.h>

#include "reply_number.h"
#include "reply_text.h"
#include "surveys/utf8.h"

static struct token *last(const struct tokens *t)
{
    return t->count ? &t->token[t->count - 1] : NULL;
}

static bool after_number(const struct tokens *t)
{
    return t->count && last(t)->word == WORD_NUMBER;
}

static bool number_here(const struct tokens *t, size_t at)
{
    return number_at(t->text + at, t->len - at).len != 0;
}

static size_t behind_open(const struct tokens *t, size_t at)
{
    while (at < t->len && (t->text[at] == ' ' || t->text[at] == '('))
        at++;
    return at;
}

static void put(struct tokens *t, struct token token)
{
    t->token[t->count++] = token;
}

enum word token_word(const struct tokens *t, size_t i)
{
    return i < t->count ? t->token[i].word : WORD_BREAK;
}

bool token_is(const struct tokens *t, size_t i, const char *word)
{
    return i < t->count && t->token[i].len == strlen(word) &&
           !memcmp(t->text + t->token[i].at, word, t->token[i].len);
}

/* ---- signs ---- */

static bool latin(char c)
{
    return (c >= 'a' && c <= 'z') || c == '\'';
}

static bool one_of(uint32_t c, const char *set)
{
    const char *const end = set + strlen(set);

    while (set < end)
        if (utf8_next(&set, end) == c)
            return true;
    return false;
}

/* What the sign `c` is; WORD_OTHER: no more than a blank.  `at` is behind it.
 */
static enum word sign(const struct tokens *t, uint32_t c, size_t at,
                      bool spaced)
{
    const bool after = after_number(t);
    const bool near = number_here(t, at);
    const bool before = number_here(t, behind_open(t, at));

    if (one_of(c, "?؟"))
        return WORD_DOUBT;
    if (one_of(c, "()[]{}〔〕【】「」『』《》〈〉“”\"'‘"))
        return near || after ? WORD_OTHER : WORD_BREAK;
    if (c == '.' && !after && near)
        return WORD_MARK; /* .8 */
    if (one_of(c, ".:·٫٬⁄/\\"))
        return after && before ? WORD_MARK : WORD_BREAK;
    if (one_of(c, "-~–—−‐‑〜→"))
        return before || (after && at < t->len && latin(t->text[at]))
                   ? WORD_MARK
                   : WORD_BREAK;
    if (one_of(c, "%‰٪^°℃"))
        return after ? WORD_MARK : WORD_BREAK;
    if (one_of(c, "+*#@$¥€£&<>≥≤×÷±_|√≈≠≦≧"))
        return before || (after && !spaced) ? WORD_MARK : WORD_BREAK;
    return WORD_BREAK;
}

/* ---- words ---- */

/* The end of a word that the lexicon lacks: all of its letters, but one
 * character of Han. */
static size_t unknown(const struct tokens *t, size_t at)
{
    const char *p = t->text + at, *const end = t->text + t->len;
    uint32_t c = utf8_next(&p, end);

    if (c >= 0x2e80)
        return (size_t)(p - t->text);
    while (p < end) {
        const char *const here = p;

        c = utf8_next(&p, end);
        if ((!reply_letter(c) && c != '\'') || c >= 0x2e80 ||
            number_at(here, (size_t)(end - here)).len)
            return (size_t)(here - t->text);
    }
    return t->len;
}

static int english(const char *text, size_t len)
{
    static const char *const names[] = {"zero",  "one",  "two", "three",
                                        "four",  "five", "six", "seven",
                                        "eight", "nine", "ten"};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strlen(names[i]) == len && !memcmp(names[i], text, len))
            return (int)i;
    return -1;
}

/* 十分 is ten points, or "very": the first only where nothing follows that
 * could be meant by the second.  0: it is not 十分. */
static size_t ten_points(struct tokens *t, size_t at, bool spaced)
{
    static const char word[] = "十分";
    const size_t len = sizeof word - 1;
    const char *const text = t->text + at + len;
    const size_t left = t->len - at - len;
    struct token token = {
        .word = WORD_VERY, .at = at, .len = len, .spaced = spaced};
    const bool given = t->count && last(t)->word == WORD_GIVE;
    enum word next = WORD_OTHER;
    const char *p = text;
    bool ends;

    (void)lexicon_at(text, left, &next);
    ends = !left || next == WORD_FILLER ||
           (*text != ' ' && !reply_letter(utf8_next(&p, text + left)));
    if (ends) {
        put(t, (struct token){.word = WORD_NUMBER,
                              .at = at,
                              .len = len / 2,
                              .value = 10,
                              .han = true,
                              .spaced = spaced});
        put(t, (struct token){
                   .word = WORD_POINTS, .at = at + len / 2, .len = len / 2});
        return len;
    }
    if (given || *text == ' ' || next == WORD_FULL)
        token.word = WORD_HEDGE;
    put(t, token);
    return len;
}

static bool very_or_ten(const struct tokens *t, size_t at)
{
    static const char word[] = "十分";
    const size_t len = sizeof word - 1;
    enum word ignored;

    return t->len - at >= len && !memcmp(t->text + at, word, len) &&
           !(t->count && last(t)->word == WORD_NUMBER) &&
           lexicon_at(t->text + at, t->len - at, &ignored) < len &&
           !lexicon_unit_at(t->text + at + len / 2, t->len - at - len / 2) &&
           memcmp(t->text + at + len, "之", 3) != 0 &&
           memcmp(t->text + at + len, "半", 3) != 0;
}

/* One word or number at `at`; its end. */
static size_t cut(struct tokens *t, size_t at, bool spaced)
{
    const char *const text = t->text + at;
    const size_t left = t->len - at;
    struct token token = {.word = WORD_OTHER, .at = at, .spaced = spaced};
    const struct number n = number_at(text, left);
    const bool glued = !spaced && t->count && last(t)->at + last(t)->len == at;
    size_t unit = after_number(t) ? lexicon_unit_at(text, left) : 0;

    if (very_or_ten(t, at))
        return at + ten_points(t, at, spaced);
    token.len = unit ? unit : lexicon_at(text, left, &token.word);
    if (unit)
        token.word = WORD_UNIT;
    if (n.len && n.len >= token.len) {
        token.word = WORD_NUMBER;
        token.len = n.len;
        token.value = n.value;
        token.han = n.han;
    }
    if (!token.len) {
        token.len = unknown(t, at) - at;
        token.value = english(text, token.len);
        token.word = token.value < 0 ? WORD_OTHER : WORD_NUMBER;
    }
    /* a8, 8x, 1o: no number, unless the letters are a word */
    if (glued && token.word == WORD_OTHER && latin(*text) && after_number(t))
        token.word = WORD_MARK;
    if (glued && token.word == WORD_NUMBER && latin(text[-1]) &&
        last(t)->word != WORD_GIVE && last(t)->word != WORD_BINDER)
        put(t, (struct token){.word = WORD_MARK, .at = at});
    put(t, token);
    return at + token.len;
}

/* ---- what a number belongs to ---- */

/* A Chinese numeral in the middle of words that nobody lists: 一看, 万一. */
static bool within_words(const struct tokens *t, size_t i)
{
    const struct token *const now = &t->token[i];
    const bool more = i + 1 < t->count && !now[1].spaced &&
                      (unsigned char)t->text[now[1].at] >= 0x80;
    const bool less = i && !now->spaced;

    if (!now->han)
        return false;
    if (more && (now[1].word == WORD_POINTS || now[1].word == WORD_STARS))
        return false;
    return (more && (now[1].word == WORD_OTHER || now[1].word == WORD_PLAIN ||
                     now[1].word == WORD_NOT || now[1].word == WORD_COUNTED)) ||
           (less && now[-1].word == WORD_OTHER);
}

static void bind(struct tokens *t)
{
    for (size_t i = 0; i < t->count; i++) {
        struct token *const now = &t->token[i];
        const enum word before = i ? now[-1].word : WORD_BREAK;
        const enum word next = i + 1 < t->count ? now[1].word : WORD_BREAK;

        if (now->word != WORD_NUMBER)
            continue;
        if (next == WORD_UNIT) {
            now[1].word = WORD_BOUND;
            now->word = WORD_BOUND;
        } else if (now->value == NUMBER_LONG || before == WORD_BINDER ||
                   before == WORD_UNIT || within_words(t, i)) {
            now->word = WORD_BOUND;
        }
    }
}

enum status tokens_read(const char *text, size_t len, struct tokens *out)
{
    /* a sign and a number may make two of one byte */
    struct tokens t = {text, len, 0, calloc(2 * len + 1, sizeof *t.token)};
    bool spaced = false;
    size_t at = 0;

    if (!t.token)
        return ST_NOMEM;
    while (at < len) {
        const char *p = text + at;
        const uint32_t c = utf8_next(&p, text + len);
        const size_t behind = (size_t)(p - text);
        enum word word = WORD_OTHER;

        if (reply_letter(c) || number_here(&t, at) ||
            lexicon_at(text + at, len - at, &word)) {
            at = cut(&t, at, spaced);
            spaced = false;
            continue;
        }
        if (c != ' ' && c != '\t')
            word = sign(&t, c, behind, spaced);
        if (word != WORD_OTHER)
            put(&t, (struct token){.word = word, .at = at, .len = behind - at});
        spaced = word == WORD_OTHER && (spaced || c == ' ' || c == '\t');
        at = behind;
    }
    bind(&t);
    *out = t;
    return ST_OK;
}

void tokens_free(struct tokens *t)
{
    free(t->token);
    *t = (struct tokens){.count = 0};
}
