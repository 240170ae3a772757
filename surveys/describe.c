/* describe.c - the codebook as text; see describe.h. */
#include "describe.h"

#include "base/bytes.h"
#include "definition.h"
#include "surveys/table.h"

size_t describe_owner(const struct survey *s, size_t item)
{
    for (size_t c = 0; c < s->model.constructs; c++)
        for (size_t i = 0; i < s->model.construct[c].items; i++)
            if (s->model.construct[c].item[i] == item) /* parts come first */
                return c;
    return SIZE_MAX;
}

bool describe_short(const struct survey *s, size_t item)
{
    for (size_t i = 0; i < s->shorts; i++)
        if (s->shortlist[i] == item)
            return true;
    return false;
}

static void print_hash(FILE *out, const char *title,
                       const uint8_t hash[HASH_SIZE])
{
    char hex[2 * HASH_SIZE + 1];

    bytes_hex(hash, HASH_SIZE, hex);
    fprintf(out, "%-10s %s\n", title, hex);
}

static void print_texts(FILE *out, const char *indent, const struct texts *t)
{
    for (size_t i = 0; i < t->count; i++)
        fprintf(out, "%s%-6s %s\n", indent, t->list[i].language,
                t->list[i].text);
}

static void print_conditions(FILE *out, const char *indent,
                             const struct survey *s, size_t count,
                             const struct condition *when)
{
    if (!count)
        return;
    fprintf(out, "%swhen", indent);
    for (size_t i = 0; i < count; i++) {
        fprintf(out, "%s %s =", i ? " and" : "", s->item[when[i].item].code);
        for (size_t k = 0; k < when[i].count; k++)
            fprintf(out, "%s %d", k ? " or" : "", when[i].values[k]);
    }
    fputc('\n', out);
}

static enum status print_units(FILE *out, const char *indent,
                               const struct survey *s, const struct texts *t)
{
    for (size_t i = 0; i < t->count; i++) {
        size_t units;
        bool gsm7;
        enum status st = definition_units(s, &t->list[i], &units, &gsm7);

        if (st != ST_OK)
            return st;
        fprintf(out, "%sSMS in %s: %zu of %d %s\n", indent, t->list[i].language,
                units, gsm7 ? SMS_GSM7_BUDGET : SMS_UCS2_BUDGET,
                gsm7 ? "septets" : "UTF-16 units");
    }
    return ST_OK;
}

static void print_item_head(FILE *out, const struct survey *s, size_t index)
{
    const struct item *it = &s->item[index];
    const size_t owner = describe_owner(s, index);

    fprintf(out, "\n%s  %s", it->code, definition_kinds[it->kind]);
    if (it->kind == ITEM_SCALE)
        fprintf(out, " %d-%d", it->min, it->max);
    if (owner != SIZE_MAX)
        fprintf(out, ", construct %s", s->model.construct[owner].code);
    if (it->revision > 1)
        fprintf(out, ", revision %d", it->revision);
    if (describe_short(s, index))
        fputs(", in the short form", out);
    fputc('\n', out);
}

static enum status print_item(FILE *out, const struct survey *s, size_t index)
{
    const struct item *it = &s->item[index];
    const bool counted = describe_short(s, index);
    enum status st = ST_OK;

    print_item_head(out, s, index);
    print_conditions(out, "    ", s, it->conditions, it->when);
    print_texts(out, "    ", &it->text);
    if (counted)
        st = print_units(out, "    ", s, &it->text);
    for (size_t i = 0; st == ST_OK && i < it->variants; i++) {
        const struct variant *v = &it->variant[i];

        print_conditions(out, "    ", s, v->conditions, v->when);
        print_texts(out, "        ", &v->text);
        if (counted)
            st = print_units(out, "        ", s, &v->text);
    }
    for (size_t i = 0; i < it->choices; i++) {
        fprintf(out, "    %d\n", it->choice[i].code);
        print_texts(out, "        ", &it->choice[i].text);
    }
    return st;
}

static void print_attributes(FILE *out, const struct survey *s)
{
    for (size_t i = 0; i < s->attributes; i++) {
        const struct attribute *a = &s->attribute[i];

        fprintf(out, "\nattribute %s\n", a->code);
        for (size_t k = 0; k < a->values; k++) {
            fprintf(out, "    %d\n", a->value[k].code);
            print_texts(out, "        ", &a->value[k].text);
        }
    }
}

static enum status add_word(struct buffer *out, const char *word)
{
    enum status st = buffer_add(out, " ", out->len ? 1 : 0);

    return st == ST_OK ? buffer_add(out, word, strlen(word)) : st;
}

/* Its items, or for a higher-order one its parts; then what it leads to. */
static enum status print_construct(struct table *t, const struct survey *s,
                                   size_t c)
{
    const struct model *m = &s->model;
    const struct construct *it = &m->construct[c];
    struct buffer items = {.max = 0}, leads = {.max = 0};
    enum status st = it->parts ? add_word(&items, "of") : ST_OK;

    for (size_t i = 0; st == ST_OK && i < it->parts; i++)
        st = add_word(&items, m->construct[it->part[i]].code);
    for (size_t i = 0; st == ST_OK && !it->parts && i < it->items; i++)
        st = add_word(&items, s->item[it->item[i]].code);
    for (size_t to = 0; st == ST_OK && to < m->constructs; to++)
        if (m->path[to * m->constructs + c])
            st = add_word(&leads, m->construct[to].code);
    if (st == ST_OK)
        st = buffer_byte(&items, '\0');
    if (st == ST_OK)
        st = buffer_byte(&leads, '\0');
    if (st == ST_OK)
        st = table_row(t, (const char *[]){it->code, definition_modes[it->mode],
                                           (const char *)items.data,
                                           (const char *)leads.data});
    buffer_free(&items);
    buffer_free(&leads);
    return st;
}

static enum status print_constructs(FILE *out, const struct survey *s)
{
    static const char *const titles[] = {"construct", "mode", "items",
                                         "leads to"};
    struct table *t = NULL;
    enum status st = table_new(4, titles, &t);

    for (size_t c = 0; st == ST_OK && c < s->model.constructs; c++)
        st = print_construct(t, s, c);
    if (st == ST_OK)
        st = table_print(t, out);
    table_free(&t);
    return st;
}

static enum status print_model(FILE *out, const struct survey *s)
{
    const struct model *m = &s->model;

    if (!m->constructs)
        return ST_OK;
    fprintf(out, "\nmodel: scheme %s, missing %s, index %s\n",
            definition_schemes[m->scheme], definition_missing[m->missing],
            m->construct[m->index].code);
    return print_constructs(out, s);
}

enum status describe_text(const struct survey *s, FILE *out)
{
    enum status st = ST_OK;

    fprintf(out, "%-10s %s\n", "survey", s->code);
    if (s->family[0])
        fprintf(out, "%-10s %s\n", "family", s->family);
    if (s->product[0])
        fprintf(out, "%-10s %s\n", "product", s->product);
    print_hash(out, "version", s->version);
    print_hash(out, "form", s->form);
    if (s->unverified)
        fputs("unverified: wording or paths not seen in their source\n", out);
    print_texts(out, "", &s->title);
    for (size_t i = 0; st == ST_OK && i < s->items; i++)
        st = print_item(out, s, i);
    print_attributes(out, s);
    if (st == ST_OK)
        st = print_model(out, s);
    if (st == ST_OK && (fflush(out) == EOF || ferror(out)))
        st = ST_IO;
    return st;
}
