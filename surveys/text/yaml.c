/* yaml.c - see surveys/yaml.h; the one file that knows libfyaml.
 *
 * The tree is built from parser events, so libfyaml never holds a document:
 * nothing is resolved or expanded, and depth is checked while it grows.  What
 * libfyaml lets pass in silence is looked for in yaml_bytes.c first; duplicate
 * keys, which events know nothing of, here; texts are decoded in yaml_text.c.
 * Costs about 100 bytes a value.
 */
#include "surveys/yaml.h"

#include <libfyaml.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/limits.h"
#include "surveys/utf8.h"
#include "yaml_bytes.h"

struct reader {
    const char *name;
    const char *source;
    struct fy_parser *parser;
    struct fy_diag *diag;
    unsigned line, column; /* of the last event that had a place, from 1 */
    struct err *err;
};

static enum status fail(const struct reader *r, enum status st,
                        const char *cause)
{
    return err_set(r->err, st, "%s:%u:%u: %s", r->name, r->line, r->column,
                   cause);
}

/* `before`: characters in front of the mark that belong to the token. */
static void take_place(struct reader *r, struct fy_token *token,
                       unsigned before)
{
    const struct fy_mark *mark = token ? fy_token_start_mark(token) : NULL;

    if (mark) {
        r->line = (unsigned)mark->line + 1;
        r->column = (unsigned)mark->column + 1;
        r->column -= before < r->column ? before : 0;
    }
}

/* Why the parser gave no further event. */
static enum status parser_failed(struct reader *r)
{
    void *at = NULL;
    const struct fy_diag_error *e = fy_diag_errors_iterate(r->diag, &at);

    if (!e) /* it has nothing to say of ">-0", for one */
        return fail(r, ST_INVALID, "no YAML from here on");
    if (e->line > 0 && e->column > 0) {
        r->line = (unsigned)e->line;
        r->column = (unsigned)e->column;
    }
    return fail(r, ST_INVALID, e->msg);
}

static bool quoted(struct fy_token *token)
{
    const enum fy_scalar_style style = fy_token_scalar_style(token);

    return style == FYSS_SINGLE_QUOTED || style == FYSS_DOUBLE_QUOTED;
}

/* Where an event stands, and what of it the subset lacks, or NULL. */
static const char *judge(struct reader *r, struct fy_event *e)
{
    struct fy_token *anchor = NULL, *tag = NULL, *place = NULL;
    bool in_quotes = false;

    if (e->type == FYET_SCALAR) {
        anchor = e->scalar.anchor;
        tag = e->scalar.tag;
        place = e->scalar.value;
        in_quotes = place && quoted(place);
    } else if (e->type == FYET_MAPPING_START) {
        anchor = e->mapping_start.anchor;
        tag = e->mapping_start.tag;
        place = e->mapping_start.mapping_start;
    } else if (e->type == FYET_SEQUENCE_START) {
        anchor = e->sequence_start.anchor;
        tag = e->sequence_start.tag;
        place = e->sequence_start.sequence_start;
    } else if (e->type == FYET_DOCUMENT_START) {
        place = e->document_start.document_start;
    } else if (e->type == FYET_ALIAS) {
        take_place(r, e->alias.anchor, 1);
        return "aliases (*) are not allowed";
    }
    take_place(r, place, in_quotes);
    take_place(r, tag, 0);
    take_place(r, anchor, 1);
    return anchor ? "anchors (&) are not allowed"
           : tag  ? "tags (!) are not allowed"
                  : NULL;
}

/* The next event, which the caller frees. */
static enum status next(struct reader *r, struct fy_event **out)
{
    struct fy_event *e = fy_parser_parse(r->parser);
    const char *cause;

    if (!e)
        return parser_failed(r);
    cause = judge(r, e);
    if (cause) {
        fy_parser_event_free(r->parser, e);
        return fail(r, ST_INVALID, cause);
    }
    *out = e;
    return ST_OK;
}

/* A scalar's text, to be freed.  Escapes can write what no text may hold. */
static enum status take_text(const struct reader *r, struct fy_event *e,
                             char **out)
{
    struct fy_token *const token = e->scalar.value;
    const struct fy_mark *from = fy_token_start_mark(token);
    const struct fy_mark *to = fy_token_end_mark(token);
    const enum fy_scalar_style style = fy_token_scalar_style(token);
    const size_t begin = from ? from->input_pos : 0;
    const size_t end =
        from && to && to->input_pos > begin ? to->input_pos : begin;
    enum status st = ST_OK;
    char *text;
    size_t len;

    if (style == FYSS_LITERAL || style == FYSS_FOLDED)
        return fail(r, ST_INVALID, "block texts (| and >) are not allowed");
    text = malloc(2 * (end - begin) + 1);
    if (!text)
        return ST_NOMEM;
    len = yaml_decode(style == FYSS_SINGLE_QUOTED   ? YAML_SINGLE
                      : style == FYSS_DOUBLE_QUOTED ? YAML_DOUBLE
                                                    : YAML_PLAIN,
                      r->source + begin, r->source + end, text);
    text[len] = '\0';
    for (size_t i = 0; st == ST_OK && i < len; i++)
        if (yaml_control((unsigned char)text[i]))
            st = fail(r, ST_INVALID, "a control character");
    if (st == ST_OK && utf8_valid(text, len) < len)
        st = fail(r, ST_INVALID, "an escape for what is no character");
    if (st != ST_OK) {
        free(text);
        return st;
    }
    *out = text;
    return ST_OK;
}

static int compare_keys(const void *a, const void *b)
{
    const struct yaml *const *x = a, *const *y = b;
    const int order = strcmp((*x)->key, (*y)->key);

    return order ? order : *x < *y ? -1 : *x > *y;
}

static enum status check_keys(struct reader *r, const struct yaml *map)
{
    const struct yaml **sorted = malloc((map->count + 1) * sizeof *sorted);
    const struct yaml *again = NULL;
    enum status st = ST_OK;

    if (!sorted)
        return ST_NOMEM;
    for (size_t i = 0; i < map->count; i++)
        sorted[i] = &map->child[i];
    qsort(sorted, map->count, sizeof *sorted, compare_keys);
    for (size_t i = 1; i < map->count; i++)
        if (streq(sorted[i - 1]->key, sorted[i]->key) &&
            (!again || sorted[i] < again))
            again = sorted[i];
    if (again)
        st = err_set(r->err, ST_INVALID, "%s:%u:%u: key '%.64s' twice", r->name,
                     again->key_line, again->key_column, again->key);
    free(sorted);
    return st;
}

/* Room for one more child, zeroed. */
static struct yaml *append(struct yaml *node, size_t *cap)
{
    if (node->count == *cap) {
        const size_t more = *cap ? *cap * 2 : 4;
        struct yaml *child = realloc(node->child, more * sizeof *child);

        if (!child)
            return NULL;
        node->child = child;
        *cap = more;
    }
    node->child[node->count] = (struct yaml){.line = 0};
    return &node->child[node->count++];
}

static enum status read_value(struct reader *r, struct fy_event *e,
                              unsigned depth, struct yaml *node);

/* A key; the event is taken. */
static enum status read_key(struct reader *r, struct fy_event *e,
                            struct yaml *child)
{
    char *key;
    enum status st;

    child->key_line = r->line;
    child->key_column = r->column;
    st = e->type == FYET_SCALAR ? take_text(r, e, &key)
                                : fail(r, ST_INVALID, "a key must be a text");
    fy_parser_event_free(r->parser, e);
    if (st == ST_OK)
        child->key = key;
    return st;
}

/* The children of a list or map, up to its end. */
static enum status read_children(struct reader *r, unsigned depth,
                                 struct yaml *node)
{
    size_t cap = 0;
    enum status st;

    for (;;) {
        struct fy_event *e;
        struct yaml *child;

        st = next(r, &e);
        if (st != ST_OK)
            return st;
        if (e->type == FYET_SEQUENCE_END || e->type == FYET_MAPPING_END) {
            fy_parser_event_free(r->parser, e);
            return ST_OK;
        }
        child = append(node, &cap);
        if (!child) {
            fy_parser_event_free(r->parser, e);
            return ST_NOMEM;
        }
        if (node->kind == YAML_MAP) {
            st = read_key(r, e, child);
            if (st == ST_OK)
                st = next(r, &e);
            if (st != ST_OK)
                return st;
        }
        st = read_value(r, e, depth, child);
        if (st != ST_OK)
            return st;
    }
}

/* The value that begins with `e`, which is taken.  What was read of it when it
 * fails is in the tree all the same. */
static enum status read_value(struct reader *r, struct fy_event *e,
                              unsigned depth, struct yaml *node)
{
    const enum fy_event_type type = e->type;
    enum status st = ST_OK;
    char *text;

    node->line = r->line;
    node->column = r->column;
    if (type == FYET_SCALAR) {
        st = take_text(r, e, &text);
        if (st == ST_OK) {
            node->text = text;
            node->plain = fy_token_scalar_style(e->scalar.value) == FYSS_PLAIN;
        }
    }
    fy_parser_event_free(r->parser, e);
    if (type == FYET_SCALAR)
        return st;
    if (depth == YAML_DEPTH_MAX)
        return fail(r, ST_RANGE, "nested too deep");
    node->kind = type == FYET_MAPPING_START ? YAML_MAP : YAML_LIST;
    st = read_children(r, depth + 1, node);
    if (st == ST_OK && node->kind == YAML_MAP)
        st = check_keys(r, node);
    return st;
}

/* Up to the first value, and behind the last. */
static enum status read_stream(struct reader *r, struct yaml *root)
{
    bool any = false;

    r->line = r->column = 1;
    for (;;) {
        struct fy_event *e;
        enum fy_event_type type;
        enum status st = next(r, &e);

        if (st != ST_OK)
            return st;
        type = e->type;
        if (type == FYET_STREAM_START || type == FYET_DOCUMENT_START ||
            type == FYET_DOCUMENT_END || type == FYET_STREAM_END) {
            fy_parser_event_free(r->parser, e);
            if (type == FYET_DOCUMENT_START && any)
                return fail(r, ST_INVALID, "a second document");
            if (type == FYET_STREAM_END)
                break;
            continue;
        }
        any = true;
        st = read_value(r, e, 0, root);
        if (st != ST_OK)
            return st;
    }
    return any ? ST_OK : err_set(r->err, ST_INVALID, "%s: is empty", r->name);
}

static void discard(struct fy_diag *diag, void *user, const char *text,
                    size_t len)
{
    (void)diag, (void)user, (void)text, (void)len;
}

static enum status read_all(struct reader *r, const char *text, size_t len,
                            struct yaml *root)
{
    struct fy_diag_cfg say;
    struct fy_parse_cfg how = {.flags = FYPCF_QUIET | FYPCF_COLLECT_DIAG};
    enum status st = ST_NOMEM;

    fy_diag_cfg_default(&say);
    say.fp = NULL; /* it is standard error otherwise */
    say.output_fn = discard;
    say.colorize = false;
    r->diag = fy_diag_create(&say);
    if (!r->diag)
        return ST_NOMEM;
    fy_diag_set_collect_errors(r->diag, true);
    how.diag = r->diag;
    r->parser = fy_parser_create(&how);
    if (r->parser && fy_parser_set_string(r->parser, text, len) == 0)
        st = read_stream(r, root);
    if (r->parser)
        fy_parser_destroy(r->parser);
    fy_diag_destroy(r->diag);
    return st;
}

enum status yaml_parse(const char *name, const char *text, size_t len,
                       struct yaml **out, struct err *err)
{
    struct reader r = {.name = name, .source = text, .err = err};
    struct yaml *root = NULL;
    enum status st;

    if (len == 0)
        return err_set(err, ST_INVALID, "%s: is empty", name);
    st = yaml_check_bytes(name, text, len, err);
    if (st != ST_OK)
        return st;
    root = calloc(1, sizeof *root);
    if (!root)
        return ST_NOMEM;
    st = read_all(&r, text, len, root);
    if (st == ST_OK)
        *out = root;
    else
        yaml_free(&root);
    return st;
}
