/* definition_graph.c - that the arrows of a model make no circle, that it is in
 * one piece, and what they are between a construct and its parts; see
 * definition.h. */
#include "definition.h"

enum colour { WHITE, GREY, BLACK };

/* A depth-first walk along the arrows. */
struct walk {
    const struct model *m;
    enum colour colour[CONSTRUCTS_MAX];
    size_t trail[CONSTRUCTS_MAX]; /* the grey ones, in order */
    size_t next[CONSTRUCTS_MAX];  /* where the look for arrows goes on */
    size_t depth;
};

/* "IMG -> EXP -> IMG": the trail from `to` on, and back to it. */
static void name_cycle(const struct walk *w, size_t to, struct err *out)
{
    size_t i = 0;

    while (w->trail[i] != to)
        i++;
    out->text[0] = '\0';
    for (; i < w->depth; i++) {
        const size_t used = strlen(out->text);

        (void)snprintf(out->text + used, sizeof out->text - used, "%s -> ",
                       w->m->construct[w->trail[i]].code);
    }
    (void)strncat(out->text, w->m->construct[to].code,
                  sizeof out->text - strlen(out->text) - 1);
}

static void push(struct walk *w, size_t c)
{
    w->colour[c] = GREY;
    w->next[w->depth] = 0;
    w->trail[w->depth++] = c;
}

/* Walk from `start`; reports each arrow that leads back. */
static void walk_from(struct definition *d, struct walk *w, size_t start,
                      const struct yaml *const *edge)
{
    const size_t n = w->m->constructs;

    push(w, start);
    while (w->depth) {
        const size_t from = w->trail[w->depth - 1];
        size_t to = w->next[w->depth - 1];

        while (to < n && !w->m->path[to * n + from])
            to++;
        w->next[w->depth - 1] = to + 1;
        if (to >= n) {
            w->colour[from] = BLACK;
            w->depth--;
        } else if (w->colour[to] == WHITE) {
            push(w, to);
        } else if (w->colour[to] == GREY) {
            struct err cycle;

            name_cycle(w, to, &cycle);
            definition_problem(d, edge[to * n + from], "cyclic path: %s",
                               cycle.text);
        }
    }
}

/* Mark all that hang together with `start`, whichever way the arrows point. */
static void reach(const struct model *m, size_t start, bool *reached)
{
    const size_t n = m->constructs;
    size_t todo[CONSTRUCTS_MAX], left = 1;

    todo[0] = start;
    reached[start] = true;
    while (left) {
        const size_t at = todo[--left];

        for (size_t i = 0; i < n; i++)
            if (!reached[i] && (m->path[i * n + at] || m->path[at * n + i])) {
                reached[i] = true;
                todo[left++] = i;
            }
    }
}

void definition_cycles(struct definition *d, const struct model *m,
                       const struct yaml *const *edge)
{
    struct walk w = {.m = m};

    for (size_t i = 0; i < m->constructs; i++)
        if (w.colour[i] == WHITE)
            walk_from(d, &w, i, edge);
}

void definition_pieces(struct definition *d, const struct model *m,
                       const struct yaml *const *block)
{
    bool reached[CONSTRUCTS_MAX] = {false};

    reach(m, 0, reached);
    for (size_t i = 1; i < m->constructs; i++)
        if (!reached[i]) {
            definition_problem(d, block[i], "no path links %s with %s",
                               m->construct[i].code, m->construct[0].code);
            reach(m, i, reached); /* one word for each piece */
        }
}

/* Whether paths lead from all parts of construct `c` to it (`up`), or from it
 * to all of them. */
static bool led(const struct model *m, size_t c, bool up)
{
    const struct construct *it = &m->construct[c];

    for (size_t i = 0; i < it->parts; i++) {
        const size_t part = it->part[i];

        if (!m->path[up ? c * m->constructs + part : part * m->constructs + c])
            return false;
    }
    return true;
}

void definition_parts(struct definition *d, const struct model *m,
                      const struct yaml *const *block)
{
    for (size_t c = 0; c < m->constructs; c++)
        if (m->construct[c].parts && !led(m, c, true) && !led(m, c, false))
            definition_problem(d, block[c],
                               "%s: paths lead from all its parts to it, or "
                               "from it to all its parts",
                               m->construct[c].code);
}
