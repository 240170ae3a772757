/* reply_anchor.c - see reply_anchor.h.
 *
 * An item's texts are folded anew for each reply: some microseconds each, and
 * no state beside the survey.
 */
#include "reply_anchor.h"

#include "reply_number.h"
#include "reply_text.h"
#include "surveys/utf8.h"

/* ---- what does not matter ---- */

static const char *const empty_words[] = {
    "已经", "已",   "主要是", "主要", "原因是", "原因", "因为", "选项",
    "选择", "回复", "选",     "了",   "啦",     "啊",   "呀",   "吧",
    "呢",   "哦",   "嗯",     "的",   "我",     "还是", "还",   "都",
    "现在", "目前", "谢谢",   "您好", "你好"};

/* The bytes at `text` that say nothing; 0: none. */
static size_t empty_at(const char *text, size_t len)
{
    for (size_t i = 0; i < sizeof empty_words / sizeof *empty_words; i++) {
        const size_t n = strlen(empty_words[i]);

        if (n <= len && !memcmp(text, empty_words[i], n))
            return n;
    }
    return 0;
}

/* 没有修好 and 未修好 are 没修好; 没有 alone stays what it is. */
static void shorten(struct buffer *b, size_t start)
{
    static const char not [] = "没", have[] = "没有", yet[] = "未";
    uint8_t *const text = b->data;
    size_t kept = start;

    for (size_t i = start; i < b->len; i++) {
        const size_t left = b->len - i;

        if (left > 6 && !memcmp(text + i, have, 6)) {
            memmove(text + kept, not, 3);
            kept += 3, i += 5;
        } else if (left > 3 && !memcmp(text + i, yet, 3)) {
            memmove(text + kept, not, 3);
            kept += 3, i += 2;
        } else {
            text[kept++] = text[i];
        }
    }
    b->len = kept;
}

enum status anchor_bare(const char *text, size_t len, struct buffer *out)
{
    const char *at = text, *const end = text + len;
    const size_t start = out->len;
    enum status st = buffer_reserve(out, len + 1);

    while (st == ST_OK && at < end) {
        const char *const here = at;
        const size_t skip = empty_at(at, (size_t)(end - at));
        const uint32_t c = utf8_next(&at, end);

        if (skip)
            at = here + skip;
        else if (reply_letter(c) || c == '\'')
            st = buffer_add(out, here, (size_t)(at - here));
    }
    if (st == ST_OK)
        shorten(out, start);
    return st;
}

/* ---- the item's words ---- */

static enum status add_texts(const struct texts *t, struct buffer *out)
{
    enum status st = ST_OK;

    for (size_t i = 0; st == ST_OK && i < t->count; i++) {
        st = reply_plain(t->list[i].text, strlen(t->list[i].text), out);
        if (st == ST_OK)
            st = buffer_byte(out, '\n');
    }
    return st;
}

enum status anchor_texts(const struct item *it, struct buffer *out)
{
    enum status st = add_texts(&it->text, out);

    for (size_t i = 0; st == ST_OK && i < it->variants; i++)
        st = add_texts(&it->variant[i].text, out);
    return st == ST_OK ? buffer_byte(out, 0) : st;
}

static void found(struct match *m, int value)
{
    if (!m->found || m->value != value)
        m->found++;
    m->value = value;
}

/* One phrase that stands for `value`. */
static enum status try(const struct item *it, const char *phrase, size_t len,
                       int value, const struct words *words, struct match *m)
{
    struct buffer bare = {.max = 0};
    struct tokens t = {.count = 0};
    enum status st = anchor_bare(phrase, len, &bare);
    struct level level;
    bool whole = false;

    if (st == ST_OK)
        st = tokens_read(phrase, len, &t);
    if (st == ST_OK) {
        level = level_read(&t, "", &whole);
        if (bare.len && bare.len == words->len &&
            !memcmp(bare.data, words->text, bare.len))
            found(m, value);
        else if (whole && level.family && level_same(level, words->level))
            found(m, value);
        if (it->kind == ITEM_CHOICE && words->any && value != words->told &&
            bare.len >= 4 && bare.len <= words->len &&
            memmem(words->text, words->len, bare.data, bare.len))
            m->held = true;
    }
    tokens_free(&t);
    buffer_free(&bare);
    return st;
}

static size_t starts_with(const char *text, size_t len,
                          const char *const *words)
{
    for (; *words; words++) {
        const size_t n = strlen(*words);

        if (n <= len && !memcmp(text, *words, n))
            return n;
    }
    return 0;
}

/* "10=很满意": the phrase behind a number and an equals sign, up to the next
 * mark. */
static enum status try_scale(const struct item *it, const char *text,
                             size_t len, const struct words *words,
                             struct match *m)
{
    static const char *const equals[] = {"=", ":", "是", "为", "表示", NULL};
    static const char *const ends[] = {",",  ";", "。", ".",  "!", "?",
                                       "、", "(", ")",  "\n", "/", NULL};
    enum status st = ST_OK;

    for (size_t at = 0; st == ST_OK && at < len;) {
        const struct number n = number_at(text + at, len - at);
        size_t first = at + n.len, behind, skip;

        at += n.len ? n.len : 1;
        if (!n.len || n.value < it->min || n.value > it->max)
            continue;
        while (first < len && text[first] == ' ')
            first++;
        skip = starts_with(text + first, len - first, equals);
        if (!skip)
            continue;
        first += skip;
        for (behind = first; behind < len; behind++)
            if (starts_with(text + behind, len - behind, ends))
                break;
        st = try(it, text + first, behind - first, n.value, words, m);
        at = behind;
    }
    return st;
}

/* A choice's text, whole and in its alternatives: 没修好或又出现. */
static enum status try_choice(const struct item *it, const struct choice *c,
                              const struct words *words, struct match *m)
{
    static const char *const or [] = {"或者", "或", " or ", "/", "\n", NULL};
    struct buffer b = {.max = 0};
    enum status st = add_texts(&c->text, &b);
    size_t first = 0;

    for (size_t at = 0; st == ST_OK && at < b.len;) {
        const char *const text = (const char *)b.data;
        const size_t skip = starts_with(text + at, b.len - at, or);

        if (skip) {
            st = try(it, text + first, at - first, c->code, words, m);
            first = at + skip;
        }
        at += skip ? skip : 1;
    }
    buffer_free(&b);
    b = (struct buffer){.max = 0};
    for (size_t i = 0; st == ST_OK && i < c->text.count; i++) {
        const char *const text = c->text.list[i].text;

        b.len = 0;
        st = reply_plain(text, strlen(text), &b);
        if (st == ST_OK)
            st = try(it, (const char *)b.data, b.len, c->code, words, m);
    }
    buffer_free(&b);
    return st;
}

/* 1 很不满意, 2 不满意, 3 一般, 4 满意, 5 非常满意 */
static void five_points(const struct item *it, struct level l, struct match *m)
{
    if (it->kind != ITEM_SCALE || it->min != 1 || it->max != 5 || l.vague)
        return;
    if (l.family == FAMILY_SATISFIED)
        found(m, 3 + l.sign * (l.strong ? 2 : 1));
    else if (l.family == FAMILY_NEUTRAL)
        found(m, 3);
}

enum status anchor_match(const struct item *it, const struct words *words,
                         struct match *out)
{
    struct buffer b = {.max = 0};
    struct match m = {0, 0, false};
    enum status st = ST_OK;

    if (it->kind == ITEM_CHOICE) {
        for (size_t i = 0; st == ST_OK && i < it->choices; i++)
            st = try_choice(it, &it->choice[i], words, &m);
    } else {
        st = anchor_texts(it, &b);
        if (st == ST_OK)
            st = try_scale(it, (const char *)b.data, b.len - 1, words, &m);
        if (st == ST_OK && !m.found)
            five_points(it, words->level, &m);
    }
    buffer_free(&b);
    if (st == ST_OK)
        *out = m;
    return st;
}
