#include <sodium.h>
#include <stdio.h>

#include "page_parts.h"
#include "style.h"

/* What stands around every page: head and style, the links for language and
 * type size above, and below how to answer by telephone, what becomes of the
 * data, and the numbers under which the site is registered. */

static const char *title_of(const struct page *p)
{
    return p->survey ? texts_in(&p->survey->title, p->language) : p->site->name;
}

/* Where a form is (`enter` is what its Enter does), another language or size
 * is a button of it: a link would lose what was just chosen. */
struct top {
    enum word title;
    bool wrong;
    const char *enter; /* NULL: no questions here */
};

static void head(struct html *h, const struct page *p, const struct top *f)
{
    html_format(h, "<!doctype html><html lang=\"%s\"", p->language);
    if (page_right_to_left(p->language))
        html_raw(h, " dir=\"rtl\"");
    if (p->large)
        html_raw(h, " class=\"big\"");
    html_raw(h, "><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
                "content=\"width=device-width,initial-scale=1\"><meta "
                "name=\"robots\" content=\"noindex\"><title>");
    if (f->wrong)
        html_text(h, part_word(p, WORD_WRONG));
    if (f->title < WORDS) {
        html_text(h, part_word(p, f->title));
        if (*title_of(p))
            html_raw(h, " - ");
    }
    html_text(h, title_of(p));
    html_raw(h, "</title><style>");
    for (size_t i = 0; style_parts[i]; i++)
        html_raw(h, style_parts[i]);
    html_raw(h, "</style></head>");
}

/* To this page in another language or size. */
static void turn(struct html *h, const struct page *p, const struct top *f,
                 const struct page *other, const char *text)
{
    const bool named = !streq(other->language, p->language);

    html_raw(h,
             f->enter ? "<button form=\"f\" name=\"do\" value=\"turn\"" : "<a");
    if (named)
        html_format(h, " lang=\"%s\"", other->language);
    if (named && !f->enter)
        html_format(h, " hreflang=\"%s\"", other->language);
    if (f->enter)
        part_address(h, other, "formaction", "", "");
    else
        part_address(h, other, "href", p->query, "");
    html_format(h, ">%s", text);
    html_raw(h, f->enter ? "</button>" : "</a>");
}

/* Enter presses the first button of a form, wherever it stands. */
static void enter(struct html *h, const char *act)
{
    html_format(h,
                "<button form=\"f\" name=\"do\" value=\"%s\" class=\"v\" "
                "tabindex=\"-1\" aria-hidden=\"true\"></button>",
                act);
}

static void tools(struct html *h, const struct page *p, const struct top *f)
{
    const char *const own[] = {words_tag(WORDS_ZH), words_tag(WORDS_EN)};
    const size_t count = p->survey ? p->survey->title.count : WORDS_LANGUAGES;
    const struct page size = {.language = p->language, .large = !p->large};

    html_format(h, "<nav aria-label=\"%s\"", part_word(p, WORD_SIZE));
    part_tongue(h, p);
    html_raw(h, ">");
    if (f->enter)
        enter(h, f->enter);
    for (size_t i = 0; i < count; i++) {
        const char *tag =
            p->survey ? p->survey->title.list[i].language : own[i];
        const struct page other = {.language = tag, .large = p->large};

        if (!streq(tag, p->language))
            turn(h, p, f, &other, words_name(tag));
    }
    turn(h, p, f, &size, part_word(p, p->large ? WORD_NORMAL : WORD_LARGE));
    html_raw(h, "</nav>");
}

static void open_page(struct html *h, const struct page *p, const struct top *f)
{
    head(h, p, f);
    html_format(h, "<body><header><b>%s</b>", p->site->name);
    tools(h, p, f);
    html_raw(h, "</header><main><h1>");
    if (f->title < WORDS)
        part_say(h, p, f->title);
    else
        html_text(h, title_of(p));
    html_raw(h, "</h1>");
}

void part_open(struct html *h, const struct page *p, enum word title)
{
    const struct top f = {.title = title};

    open_page(h, p, &f);
}

void part_open_form(struct html *h, const struct page *p, bool wrong,
                    const char *enter)
{
    const struct top f = {WORDS, wrong, enter};

    open_page(h, p, &f);
}

static void number(struct html *h, const void *ctx, int which)
{
    const struct page_site *s = ctx;

    (void)which;
    html_format(h, "<bdi><a href=\"tel:%s\">%s</a>", s->phone, s->phone);
    if (*s->hours)
        html_format(h, " (%s)", s->hours);
    html_raw(h, "</bdi>");
}

static void telephone(struct html *h, const struct page *p)
{
    if (!*p->site->phone)
        return;
    html_raw(h, "<p>");
    part_say_with(h, p, WORD_PHONE, number, p->site);
    html_raw(h, "</p>");
}

/* The registers want a link to themselves with each number; that of the police
 * is asked by its digits. */
static void registers(struct html *h, const struct page_site *s)
{
    char digits[32];
    size_t n = 0;

    if (*s->icp)
        html_format(h,
                    "<a lang=\"zh-CN\" dir=\"ltr\" rel=\"noreferrer\" "
                    "href=\"https://beian.miit.gov.cn/\">%s</a>",
                    s->icp);
    if (!*s->police)
        return;
    for (const char *c = s->police; *c && n < sizeof digits - 1; c++)
        if (*c >= '0' && *c <= '9')
            digits[n++] = *c;
    digits[n] = '\0';
    html_format(h,
                "<a lang=\"zh-CN\" dir=\"ltr\" rel=\"noreferrer\" "
                "href=\"https://beian.mps.gov.cn/#/query/"
                "webSearch?code=%s\">%s</a>",
                digits, s->police);
}

void part_close(struct html *h, const struct page *p)
{
    html_raw(h, "</main><footer>");
    telephone(h, p);
    html_raw(h, "<div class=\"g\">");
    part_link(h, p, "show=privacy", WORD_PRIVACY, NULL);
    registers(h, p->site);
    html_raw(h, "</div></footer></body></html>");
}

void page_csp(char out[PAGE_CSP_MAX])
{
    unsigned char hash[crypto_hash_sha256_BYTES];
    char text[sodium_base64_ENCODED_LEN(sizeof hash,
                                        sodium_base64_VARIANT_ORIGINAL)];
    crypto_hash_sha256_state state;

    (void)crypto_hash_sha256_init(&state);
    for (size_t i = 0; style_parts[i]; i++)
        (void)crypto_hash_sha256_update(&state,
                                        (const unsigned char *)style_parts[i],
                                        strlen(style_parts[i]));
    (void)crypto_hash_sha256_final(&state, hash);
    sodium_bin2base64(text, sizeof text, hash, sizeof hash,
                      sodium_base64_VARIANT_ORIGINAL);
    (void)snprintf(out, PAGE_CSP_MAX,
                   "default-src 'none'; style-src 'sha256-%s'; "
                   "form-action 'self'; base-uri 'none'; "
                   "frame-ancestors 'none'",
                   text);
}
