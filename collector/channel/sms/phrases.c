/* phrases.c - texts with holes, and what goes into them. */
#include "phrases.h"

#include <stdlib.h>

#include "surveys/utf8.h"
#include "surveys/yaml.h"

enum { PHRASE_SIGNATURE = SAY_NOTHING }; /* nothing is said by it alone */

static const struct {
    const char *key;
    struct text own[2]; /* sorted by language */
    const char *holes;  /* what may stand in braces */
} table[SAYS] = {
    [PHRASE_SIGNATURE] = {"signature", {{"en", ""}, {"zh-CN", ""}}, ""},
    [SAY_AGAIN] = {"again",
                   {{"en", "Sorry, we could not read that. Please reply with "
                           "one number ({min}-{max}). TD to opt out."},
                    {"zh-CN", "没看懂您的回复，请只回复一个数字（{min}-{max}）"
                              "。拒收请回TD。"}},
                   " min max "},
    [SAY_NOTED] = {"noted",
                   {{"en", "Noted, thank you. Please also reply with one "
                           "number ({min}-{max}). TD to opt out."},
                    {"zh-CN", "您的意见已记下。请再回复一个数字（{min}-{max}）"
                              "打分。拒收请回TD。"}},
                   " min max "},
    [SAY_LINK] = {"link",
                  {{"en", "You can also rate us here: {link} TD to opt out."},
                   {"zh-CN", "您也可以点开链接评价：{link} 拒收回TD"}},
                  " link "},
    [SAY_INVITE] = {"invite",
                    {{"en", "Please rate our service: {link} TD to opt out."},
                     {"zh-CN", "请您评价我们的服务：{link} 拒收回TD"}},
                    " link "},
    [SAY_THANKS] = {"thanks",
                    {{"en", "We have your rating. Thank you!"},
                     {"zh-CN", "已收到您的评价，谢谢！"}},
                    ""},
    [SAY_OVER] = {"over",
                  {{"en", "This survey is over. Thank you for your reply."},
                   {"zh-CN", "本次调查已结束，感谢您的回复。"}},
                  ""},
    [SAY_STOPPED] = {"stopped",
                     {{"en", "You will get no more survey messages."},
                      {"zh-CN", "您将不再收到满意度调查短信。"}},
                     ""},
    [SAY_RESUMED] = {"resumed",
                     {{"en", "You may get survey messages again. TD to opt "
                             "out."},
                      {"zh-CN", "您已恢复接收满意度调查短信，拒收请回TD。"}},
                     ""},
    [SAY_STRANGER] = {"stranger",
                      {{"en", "No survey is open for this number. If you have "
                              "two numbers, please reply from the one that "
                              "was asked."},
                       {"zh-CN", "此号码目前没有待答的调查。如有两个号码，请用"
                                 "收到调查的号码回复。"}},
                      ""},
};

struct phrases {
    struct texts said[SAYS];
    struct text *owned[SAYS]; /* and the texts in them */
};

void phrases_free(struct phrases **p)
{
    if (!*p)
        return;
    for (size_t i = 0; i < SAYS; i++) {
        for (size_t k = 0; (*p)->owned[i] && k < (*p)->said[i].count; k++) {
            free((void *)(uintptr_t)(*p)->owned[i][k].language);
            free((void *)(uintptr_t)(*p)->owned[i][k].text);
        }
        free((*p)->owned[i]);
    }
    free(*p);
    *p = NULL;
}

/* ---- the operator's file ---- */

static bool holes_legal(const char *text, const char *allowed)
{
    for (const char *at = text; (at = strchr(at, '{')); at++) {
        const size_t len = strcspn(at + 1, "}");
        char name[18] = " ";

        if (!at[1 + len] || len > sizeof name - 3)
            return false;
        memcpy(name + 1, at + 1, len);
        name[len + 1] = ' ';
        if (!strstr(allowed, name))
            return false;
    }
    return true;
}

static enum status blame(const char *path, const struct yaml *y,
                         const char *cause, struct err *err)
{
    return err_set(err, ST_INVALID, "%s:%u:%u: %s", path, y->line, y->column,
                   cause);
}

static enum status take_texts(const char *path, const struct yaml *map,
                              struct phrases *p, size_t say, struct err *err)
{
    if (map->kind != YAML_MAP || map->count == 0)
        return blame(path, map, "texts by language are wanted here", err);
    p->owned[say] = calloc(map->count, sizeof *p->owned[say]);
    if (!p->owned[say])
        return err_set(err, ST_NOMEM, "out of memory");
    p->said[say] = (struct texts){0, p->owned[say]};
    for (size_t i = 0; i < map->count; i++) {
        const struct yaml *y = &map->child[i];
        struct text *t = &p->owned[say][i];

        if (y->kind != YAML_TEXT || strlen(y->text) > TEXT_MAX)
            return blame(path, y, "a text is wanted here", err);
        if (!holes_legal(y->text, table[say].holes))
            return blame(path, y, "no such placeholder in this text", err);
        p->said[say].count++;
        t->language = strdup(y->key);
        t->text = strdup(y->text);
        if (!t->language || !t->text)
            return err_set(err, ST_NOMEM, "out of memory");
    }
    return ST_OK;
}

static enum status take_file(const char *path, const struct yaml *root,
                             struct phrases *p, struct err *err)
{
    enum status st = ST_OK;

    if (root->kind != YAML_MAP)
        return blame(path, root, "a map of texts is wanted", err);
    for (size_t i = 0; i < root->count && st == ST_OK; i++) {
        size_t say = 0;

        while (say < SAYS &&
               !(table[say].key && streq(table[say].key, root->child[i].key)))
            say++;
        st = say < SAYS ? take_texts(path, &root->child[i], p, say, err)
                        : blame(path, &root->child[i], "no such text", err);
    }
    return st;
}

enum status phrases_load(const char *path, struct phrases **out,
                         struct err *err)
{
    struct phrases *p = calloc(1, sizeof *p);
    struct yaml *root = NULL;
    enum status st = ST_OK;

    if (!p)
        return err_set(err, ST_NOMEM, "out of memory");
    for (size_t i = 0; i < SAYS; i++)
        p->said[i] = (struct texts){2, table[i].own};
    if (*path)
        st = yaml_load(path, &root, err);
    if (st == ST_OK && root)
        st = take_file(path, root, p, err);
    yaml_free(&root);
    if (st == ST_OK)
        *out = p;
    else
        phrases_free(&p);
    return st;
}

/* ---- filling ---- */

struct filling {
    const struct phrase_request *r;
    char number[2][8]; /* of the scale */
    char link[256];
};

static const char *of_survey(const struct phrase_request *r, const char *name)
{
    for (size_t i = 0; r->contact && i < r->contact->fills; i++)
        if (streq(r->contact->fill[i].name, name))
            return r->contact->fill[i].text;
    for (size_t i = 0; r->survey && i < r->survey->fills; i++)
        if (streq(r->survey->fill[i].name, name))
            return texts_in(&r->survey->fill[i].text, r->language);
    return "";
}

static const char *stands_for(const struct filling *f, const char *name)
{
    if (f->r->say == SAY_QUESTION)
        return of_survey(f->r, name);
    if (streq(name, "min"))
        return f->number[0];
    return streq(name, "max") ? f->number[1] : f->link;
}

static enum status fill(const struct filling *f, const char *text,
                        struct buffer *out)
{
    enum status st = ST_OK;

    while (*text && st == ST_OK) {
        const size_t plain = strcspn(text, "{");
        const size_t len = text[plain] ? strcspn(text + plain, "}") : 0;
        char name[32] = "";

        st = buffer_add(out, text, plain);
        text += plain;
        if (!*text || st != ST_OK)
            break;
        if (!text[len] || len - 1 >= sizeof name) {
            st = buffer_add(out, text++, 1); /* a brace, no hole */
            continue;
        }
        memcpy(name, text + 1, len - 1);
        st = buffer_add(out, stands_for(f, name), strlen(stands_for(f, name)));
        text += len + 1;
    }
    return st;
}

static void scale(struct filling *f)
{
    const struct phrase_request *r = f->r;
    const struct item *it =
        r->talk && r->survey ? talk_item(r->talk, r->survey) : NULL;

    if (!it)
        return;
    snprintf(f->number[0], sizeof f->number[0], "%d", it->min);
    snprintf(f->number[1], sizeof f->number[1], "%d", it->max);
}

enum status phrase_say(const struct phrases *p, const struct phrase_request *r,
                       struct buffer *out)
{
    struct filling f = {.r = r};
    unsigned place = 0, of = 0;
    char counter[16];
    const char *signature = texts_in(&p->said[PHRASE_SIGNATURE], r->language);
    enum status st = buffer_add(out, signature, strlen(signature));

    scale(&f);
    if (r->contact)
        snprintf(f.link, sizeof f.link, "%s%s", r->link, r->contact->token);
    if (st != ST_OK)
        return st;
    if (r->say != SAY_QUESTION)
        return fill(&f, texts_in(&p->said[r->say], r->language), out);
    st = fill(&f, talk_question(r->talk, r->survey, r->language), out);
    talk_place(r->talk, r->survey, &place, &of);
    if (st != ST_OK || of < 2)
        return st;
    snprintf(counter, sizeof counter, "(%u/%u)", place, of);
    return buffer_add(out, counter, strlen(counter));
}
