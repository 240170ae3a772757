/* scope.c - what a key may ask about, and as whom.
 *
 * A client's record holds scopes as people write them ("province=11,31");
 * here they become filters, behind those that the asker gave itself.
 */
#include <stdlib.h>

#include "wire.h"

/* "province=11,31": cuts the codes of *text in place; moves it and *code on. */
static bool read_scope(char **text, const char ***code,
                       struct query_filter *out)
{
    char *at = *text + strcspn(*text, "=");
    const size_t len = strlen(*text);

    if (!*at || !dimension_find(*text, (size_t)(at - *text), &out->dimension))
        return false;
    out->codes = *code;
    out->count = 0;
    for (at++; at; out->count++) {
        char *comma = strchr(at, ',');

        if (comma)
            *comma++ = '\0';
        *(*code)++ = at;
        at = comma;
    }
    *text += len + 1;
    return true;
}

static size_t bytes_of(const struct client *c)
{
    size_t len = 1;

    for (size_t i = 0; i < c->scopes; i++)
        len += strlen(c->scope[i]) + 1;
    return len;
}

static enum status refuse(const struct client *c, const char *cause,
                          struct err *err)
{
    return err_set(err, ST_INVALID, "clients: %s: %s", c->name, cause);
}

enum status question_bind(struct question *q, const struct client *c,
                          struct err *err)
{
    const size_t len = bytes_of(c);
    struct query *query = &q->query;
    const char **code;
    char *text;

    if (c->scopes > ASK_FILTERS_MAX)
        return refuse(c, "over 32 scopes", err);
    text = q->scope_text = malloc(len);
    code = q->scope_code = calloc(len, sizeof *code);
    if (!text || !code)
        return ST_NOMEM;
    for (size_t i = 0; i < c->scopes; i++) {
        memcpy(text, c->scope[i], strlen(c->scope[i]) + 1);
        if (!read_scope(&text, &code, &q->scope[query->scopes]))
            return refuse(c, "scope: DIMENSION=CODE[,CODE]... is wanted", err);
        query->scopes++;
    }
    query->scope = q->scope;
    if (c->role != ROLE_ANALYST)
        query->reader = READER_PUBLIC;
    return ST_OK;
}

enum status scopes_check(const struct clients *c, struct err *err)
{
    enum status st = ST_OK;

    for (size_t i = 0; i < clients_count(c) && st == ST_OK; i++) {
        struct question q = {0};

        st = question_bind(&q, clients_at(c, i), err);
        question_free(&q);
    }
    return st;
}
