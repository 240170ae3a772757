#include "form_wording.h"

#include <stdio.h>
#include <strings.h>

/* How to reply, and what the page says beside its own field; of two that end
 * alike the longer one first. */
static const struct {
    const char *language; /* the base */
    const char *clause;
} replies[] = {
    {"zh", "请回复#-#"},
    {"zh", "请回复#或#"},
    {"zh", "请只回复一个数字"},
    {"zh", "直接回复数字即可"},
    {"zh", "直接回复数字"},
    {"zh", "请回复数字"},
    {"zh", "回复数字"},
    {"zh", "拒收请回TD"},
    {"zh", "拒收回TD"},
    {"zh", "没修好请回“没好”"},
    {"zh", "请不要写姓名和号码"},
    {"en", "Reply #-#"},
    {"en", "Reply # or #"},
    {"en", "Reply with a number"},
    {"en", "Reply with one number"},
    {"en", "If not fixed reply NOT FIXED"},
    {"en", "TD to opt out"},
    {"en", "Please leave out names and numbers"},
};

/* What may stand between clauses.  A weak one goes with what follows it; a
 * strong one ends the sentence before. */
#define SIGN(text)                                                             \
    {                                                                          \
        text, sizeof text - 1                                                  \
    }
static const struct span weak[] = {
    SIGN("，"), SIGN("、"), SIGN("："), SIGN("；"), SIGN("،"), SIGN("؛"),
    SIGN(","),  SIGN(":"),  SIGN(";"),  SIGN(" "),  SIGN("\n")};
static const struct span strong[] = {SIGN("。"), SIGN("？"), SIGN("！"),
                                     SIGN("؟"),  SIGN("።"),  SIGN("."),
                                     SIGN("?"),  SIGN("!"),  SIGN("۔")};

struct span span_of(const char *text)
{
    return (struct span){text, strlen(text)};
}

bool span_same(struct span a, struct span b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.text, b.text, a.len) == 0);
}

static bool ends_with(struct span s, struct span end)
{
    const size_t n = end.len;

    return n <= s.len && s.text[s.len - 1] == end.text[n - 1] &&
           memcmp(s.text + s.len - n, end.text, n) == 0;
}

/* Bytes of the punctuation at the end, one sign; 0: none. */
static size_t sign_at_end(struct span s, const struct span *signs, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (ends_with(s, signs[i]))
            return signs[i].len;
    return 0;
}

static size_t weak_at_end(struct span s)
{
    return sign_at_end(s, weak, sizeof weak / sizeof *weak);
}

static size_t strong_at_end(struct span s)
{
    return sign_at_end(s, strong, sizeof strong / sizeof *strong);
}

static struct span trim(struct span s, bool all)
{
    size_t n;

    while ((n = weak_at_end(s)) || (all && (n = strong_at_end(s))))
        s.len -= n;
    return s;
}

static bool digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Bytes at the end of `s` that are the clause, its '#' being numbers; 0: it is
 * not there. */
static size_t clause_at_end(struct span s, const char *clause)
{
    size_t at = s.len, k = strlen(clause);

    while (k) {
        k--;
        if (!at)
            return 0;
        if (clause[k] != '#') {
            if (s.text[--at] != clause[k])
                return 0;
            continue;
        }
        if (!digit(s.text[at - 1]))
            return 0;
        while (at && digit(s.text[at - 1]))
            at--;
    }
    return s.len - at;
}

/* Whether a clause may begin behind this. */
static bool boundary(struct span before)
{
    return before.len == 0 || weak_at_end(before) || strong_at_end(before);
}

static bool drop_clause(struct span *s, const char *language)
{
    const struct span end = trim(*s, true);

    for (size_t i = 0; i < sizeof replies / sizeof *replies; i++) {
        const size_t base = strlen(replies[i].language);
        size_t n;

        if (strncasecmp(language, replies[i].language, base) != 0 ||
            (language[base] && language[base] != '-'))
            continue;
        n = clause_at_end(end, replies[i].clause);
        if (n && boundary((struct span){s->text, end.len - n})) {
            *s = trim((struct span){s->text, end.len - n}, false);
            return true;
        }
    }
    return false;
}

/* A meaning is a few words: nothing that ends a sentence or gives another. */
static bool plain(struct span label)
{
    for (size_t i = 0; i < label.len; i++)
        if (label.text[i] == '=' ||
            strong_at_end((struct span){label.text, i + 1}))
            return false;
    return label.len > 0;
}

/* "10=很好" at the end of *s, behind punctuation: *label is what stands behind
 * the sign, and *s ends before the number. */
static bool take_end(struct span *s, int number, struct span *label)
{
    const struct span end = trim(*s, true);
    char sign[16];
    const size_t n = (size_t)snprintf(sign, sizeof sign, "%d=", number);

    for (size_t at = end.len; at-- > 0;) {
        const struct span tail = {end.text + at + n, end.len - at - n};

        if (end.len - at <= n || memcmp(end.text + at, sign, n) != 0 ||
            !boundary((struct span){end.text, at}))
            continue;
        *label = tail;
        s->len = at;
        return plain(tail);
    }
    return false;
}

static void take_ends(const struct item *it, struct wording *w)
{
    struct span rest = w->question, low, high;

    if (take_end(&rest, it->max, &high) && take_end(&rest, it->min, &low)) {
        if (trim(rest, true).len) {
            w->question = trim(rest, false);
            w->low = low;
            w->high = high;
        }
    }
}

/* The list of the choices as people write it, at the end of the question. */
static void take_choices(const struct item *it, const char *language,
                         struct wording *w)
{
    static const char *const equals[] = {"=", "", " "};
    static const char *const between[] = {"，", ", ", " ", "、", "،"};
    const struct span end = trim(w->question, true);
    char list[TEXT_MAX + 1];

    for (size_t k = 0; k < 15; k++) {
        size_t len = 0;

        for (size_t i = 0; i < it->choices && len < sizeof list; i++)
            len += (size_t)snprintf(list + len, sizeof list - len, "%s%d%s%s",
                                    i ? between[k % 5] : "", it->choice[i].code,
                                    equals[k / 5],
                                    texts_in(&it->choice[i].text, language));
        if (len && len < sizeof list && len < end.len &&
            ends_with(end, (struct span){list, len}) &&
            boundary((struct span){end.text, end.len - len})) {
            w->question = trim((struct span){end.text, end.len - len}, false);
            return;
        }
    }
}

void wording_read(const struct item *it, const char *language, const char *text,
                  struct wording *out)
{
    struct span rest = span_of(text);

    *out = (struct wording){.question = rest};
    while (drop_clause(&rest, language))
        ;
    if (!trim(rest, true).len)
        return;
    out->question = rest;
    if (it->kind == ITEM_SCALE)
        take_ends(it, out);
    else if (it->kind == ITEM_CHOICE)
        take_choices(it, language, out);
}
