/* questions.c - see questions.h. */
#include "questions.h"

#include <assert.h>
#include <stdlib.h>

/* No message of an outbox gets that far. */
#define FIRST_NUMBER (UINT64_C(1) << 52)
/* The collector keeps 100 replies for a peer and throws away what is beyond; as
 * ZeroMQ learns in halves what was read, 50 are safe, acknowledgements among
 * them. */
#define WIRE_MAX 32

struct asked {
    uint64_t number; /* 0: the place is free */
    enum right type;
    int64_t due;         /* monotonic ms */
    struct buffer frame; /* empty: it was sent */
    uint64_t breaks;     /* of the connection, when it was sent */
    sender_reply_fn *fn;
    void *ctx;
};

struct questions {
    uint64_t rounds; /* questions ever asked: no two have one number */
    uint64_t ended;
    int64_t soonest; /* none is due before */
    size_t count;
    size_t of_type[RIGHTS];
    size_t next; /* where to look for a free place */
    struct asked at[QUESTIONS_MAX];
    size_t on_wire; /* sent over the connection that stands */
    uint64_t breaks;
    /* numbers of those to be sent, and of some that ended before: a ring */
    uint64_t waiting[QUESTIONS_MAX];
    size_t first, waits;
};

/* ---- asking ---- */

static enum status pack(const struct question *q, uint64_t number,
                        struct buffer *out)
{
    switch (q->type) {
    case RIGHT_PULL:
        return wire_pull(number, q->max, out);
    case RIGHT_INVITATION:
        return wire_ask(number, q->id, out);
    case RIGHT_DESCRIBE:
        return wire_describe(number, q->survey, out);
    case RIGHT_CAMPAIGNS:
        return wire_ask_campaigns(number, out);
    case RIGHT_CAMPAIGN:
        return wire_campaign(number, q->order, out);
    case RIGHT_OPTOUTS:
        return wire_ask_optouts(number, q->id, q->max, out);
    default:
        assert(q->type == RIGHT_COPY);
        return wire_ask_copy(number, q->id, out);
    }
}

static enum status busy(const struct sender *s, const char *why,
                        struct err *err)
{
    return err_set(err, ST_BUSY, "%s: %s", s->link ? s->collector : "outbox",
                   why);
}

/* A free place; there is one. */
static size_t find_place(struct questions *q)
{
    while (q->at[q->next].number)
        q->next = (q->next + 1) % QUESTIONS_MAX;
    return q->next;
}

static struct asked *find(struct questions *q, uint64_t number)
{
    struct asked *a = &q->at[number % QUESTIONS_MAX];

    return number >= FIRST_NUMBER && a->number == number ? a : NULL;
}

enum status questions_send(struct sender *s, struct err *err)
{
    struct questions *q = s->questions;
    enum status st = ST_OK;

    if (q && q->breaks != link_breaks(s->link)) {
        q->breaks = link_breaks(s->link);
        q->on_wire = 0;
    }
    while (q && q->waits && q->on_wire < WIRE_MAX && st == ST_OK &&
           sender_up(s)) {
        struct asked *a = find(q, q->waiting[q->first]);

        if (a)
            st = link_send(s->link, a->frame.data, a->frame.len, err);
        if (st != ST_OK)
            break;
        q->first = (q->first + 1) % QUESTIONS_MAX;
        q->waits--;
        if (a) {
            buffer_free(&a->frame);
            a->breaks = q->breaks;
            q->on_wire++;
        }
    }
    return st == ST_BUSY ? ST_OK : st;
}

/* Ended questions leave their numbers in the ring, which holds as many as there
 * are places: make room. */
static void tidy_ring(struct questions *q)
{
    size_t kept = 0;

    for (size_t i = 0; i < q->waits; i++) {
        const uint64_t n = q->waiting[(q->first + i) % QUESTIONS_MAX];

        if (find(q, n))
            q->waiting[(q->first + kept++) % QUESTIONS_MAX] = n;
    }
    q->waits = kept;
}

static void take_place(struct questions *q, size_t place, const struct asked *a)
{
    if (q->count == 0 || a->due < q->soonest)
        q->soonest = a->due;
    if (q->waits == QUESTIONS_MAX)
        tidy_ring(q);
    q->waiting[(q->first + q->waits++) % QUESTIONS_MAX] = a->number;
    q->at[place] = *a;
    q->rounds++;
    q->count++;
    q->of_type[a->type]++;
}

enum status sender_ask(struct sender *s, const struct question *q, int64_t ms,
                       sender_reply_fn *fn, void *ctx, struct err *err)
{
    struct questions *all = s->questions;
    struct asked a = {
        .type = q->type, .frame = {.max = MESSAGE_MAX}, .fn = fn, .ctx = ctx};
    size_t place;
    enum status st;

    if (!sender_up(s))
        return busy(s, "no connection", err);
    if (!all)
        all = s->questions = calloc(1, sizeof *all);
    if (!all)
        return err_set(err, ST_NOMEM, "out of memory");
    if (all->count == QUESTIONS_MAX)
        return busy(s, "too many questions under way", err);
    place = find_place(all);
    a.number = FIRST_NUMBER + all->rounds * QUESTIONS_MAX + place;
    a.due = sender_clock() + ms;
    st = pack(q, a.number, &a.frame);
    if (st != ST_OK) {
        buffer_free(&a.frame);
        return err_set(err, st, "%s: no message for a %s", s->collector,
                       right_name(q->type));
    }
    take_place(all, place, &a); /* the next turn sends it */
    return ST_OK;
}

/* ---- ending ---- */

static void free_place(struct questions *q, struct asked *a)
{
    q->count--;
    q->of_type[a->type]--;
    if (!a->frame.data && a->breaks == q->breaks && q->on_wire)
        q->on_wire--;
    buffer_free(&a->frame);
    a->number = 0;
}

/* The place is free before `fn` is called: it may ask again. */
static void end(struct questions *q, struct asked *a, enum status st,
                const struct buffer *frame, enum reason reason)
{
    const struct asked was = *a;

    free_place(q, a);
    q->ended++;
    was.fn(was.ctx, st, frame ? frame->data : NULL, frame ? frame->len : 0,
           reason);
}

/* Read the number of a reply of one type.  False: it is of another. */
static bool read_number(enum right type, const struct buffer *frame,
                        uint64_t *number)
{
    struct wire_invitation_state state;
    struct wire_described described;
    struct wire_copied copied;
    struct wire_list list;
    enum reason reason;
    bool more;
    enum status st;

    switch (type) {
    case RIGHT_PULL:
        st = wire_read_invitations(frame->data, frame->len, number, &list,
                                   &reason);
        break;
    case RIGHT_INVITATION:
        st = wire_read_state(frame->data, frame->len, &state, &reason);
        *number = st == ST_OK ? state.batch : 0;
        break;
    case RIGHT_DESCRIBE:
        st = wire_read_survey(frame->data, frame->len, &described, &reason);
        *number = st == ST_OK ? described.batch : 0;
        break;
    case RIGHT_OPTOUTS:
        st = wire_read_optouts(frame->data, frame->len, number, &list, &more,
                               &reason);
        break;
    case RIGHT_COPY:
        st = wire_read_copy(frame->data, frame->len, &copied, &reason);
        *number = st == ST_OK ? copied.batch : 0;
        break;
    default: /* the reply to an order is a list of campaigns too */
        st = wire_read_campaigns(frame->data, frame->len, number, &list,
                                 &reason);
    }
    return st == ST_OK;
}

static bool same_reply(enum right a, enum right b)
{
    const bool orders = a == RIGHT_CAMPAIGN || a == RIGHT_CAMPAIGNS;

    return a == b || (orders && (b == RIGHT_CAMPAIGN || b == RIGHT_CAMPAIGNS));
}

void questions_reply(struct sender *s)
{
    struct questions *q = s->questions;
    uint64_t number = 0;

    for (int t = 0; q && t < RIGHTS; t++) {
        const enum right type = (enum right)t;
        struct asked *a;

        if (!q->of_type[type] || !read_number(type, &s->frame, &number))
            continue;
        a = find(q, number);
        if (a && same_reply(a->type, type))
            end(q, a, ST_OK, &s->frame, REASON_NONE);
        return;
    }
}

void questions_refused(struct sender *s, const struct ack *refusal)
{
    struct questions *q = s->questions;
    struct asked *a = q ? find(q, refusal->batch) : NULL;

    if (a && refusal->refused != REASON_NONE)
        end(q, a, ST_REFUSED, &s->frame, refusal->refused);
}

void questions_expire(struct sender *s, int64_t now)
{
    struct questions *q = s->questions;

    if (!q || !q->count || now < q->soonest)
        return;
    q->soonest = INT64_MAX;
    for (size_t i = 0; i < QUESTIONS_MAX; i++)
        if (q->at[i].number && q->at[i].due <= now)
            end(q, &q->at[i], ST_BUSY, NULL, REASON_NONE);
    for (size_t i = 0; i < QUESTIONS_MAX; i++)
        if (q->at[i].number && q->at[i].due < q->soonest)
            q->soonest = q->at[i].due;
}

int64_t questions_due(const struct sender *s)
{
    const struct questions *q = s->questions;

    return q && q->count ? q->soonest : INT64_MAX;
}

uint64_t questions_ended(const struct sender *s)
{
    return s->questions ? s->questions->ended : 0;
}

void questions_forget(struct sender *s, const void *ctx)
{
    struct questions *q = s->questions;

    for (size_t i = 0; q && i < QUESTIONS_MAX; i++)
        if (q->at[i].number && q->at[i].ctx == ctx)
            free_place(q, &q->at[i]);
}

void questions_end(struct sender *s)
{
    struct questions *q = s->questions;

    for (size_t i = 0; q && i < QUESTIONS_MAX; i++)
        if (q->at[i].number)
            end(q, &q->at[i], ST_STOPPED, NULL, REASON_NONE);
    free(q);
    s->questions = NULL;
}
