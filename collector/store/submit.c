/* submit.c - what becomes of a response: the rules of the log.
 *
 * A new response is one append and nothing else.  Only when the engine says
 * that its id is taken is anything looked up: that is the rare and slow path
 * of duplicates, fills, corrections and second entries.  Every outcome is a
 * new entry or none; but for erasure nothing in the log changes.
 */
#include <assert.h>

#include "store_handle.h"

/* Append the successor of what is newest under a key. */
static enum status append_revision(struct store *s, struct log_known *known,
                                   const struct response *r,
                                   enum entry_state state, struct err *err)
{
    const struct log_key *key = &known->key[r->context.entry];
    const struct log_link link = {.nth = known->count,
                                  .revision = key->revision + 1,
                                  .state = state,
                                  .replaces = key->newest};
    bool taken = false;
    enum status st = s->ops->append(s->db, r, &link, &taken, err);

    if (st == ST_OK && taken)
        st = err_set(err, ST_BUSY, "another writer changed this response");
    known->count++;
    return st;
}

/* The same response again, in another state from `at` on. */
static enum status change_state(struct store *s, struct log_known *known,
                                enum entry entry, enum entry_state state,
                                int64_t at, struct err *err)
{
    struct kept old;
    enum status st = s->ops->read(s->db, known->key[entry].newest, &old, err);

    if (st != ST_OK)
        return st;
    old.entry.response.received_at = at;
    return append_revision(s, known, &old.entry.response, state, err);
}

/* ---- the same key again ---- */

struct merged {
    struct response response;
    uint8_t answers[ITEMS_MAX];
    bool changed;
};

/* The old response with what the new one adds, or with `replace` says
 * otherwise. */
static void merge(const struct response *old, const struct response *r,
                  bool replace, struct merged *m)
{
    m->response = *old;
    m->response.answers = m->answers;
    m->response.received_at = r->received_at;
    m->response.flags |= r->flags | (replace ? FLAG_CORRECTED : FLAG_FILLED);
    m->changed = false;
    for (size_t i = 0; i < old->items; i++) {
        const bool take = r->answers[i] && (replace || !old->answers[i]);

        m->answers[i] = take ? r->answers[i] : old->answers[i];
        m->changed |= m->answers[i] != old->answers[i];
    }
    if (r->comment_len && (replace || !old->comment_len)) {
        m->changed |= r->comment_len != old->comment_len ||
                      memcmp(r->comment, old->comment, r->comment_len) != 0;
        m->response.comment = r->comment;
        m->response.comment_len = r->comment_len;
    }
}

static enum status same_items(struct store *s, const struct response *a,
                              const struct response *b, bool *same,
                              struct err *err)
{
    enum status st = ST_OK;

    *same = memcmp(a->version, b->version, HASH_SIZE) == 0;
    if (!*same)
        st = store_same_form(s, a->version, b->version, same, err);
    *same = *same && a->items == b->items;
    return st;
}

/* A correction is in time by what the collector's clock said about the first
 * submission, and the only one. */
static enum status in_time(struct store *s, const struct log_key *key,
                           const struct response *old, int64_t now, bool *may,
                           struct err *err)
{
    struct kept first;
    enum status st = s->ops->read(s->db, key->first, &first, err);

    if (st == ST_OK)
        *may = !(old->flags & FLAG_CORRECTED) &&
               now - first.entry.response.received_at <= CORRECTION_MS;
    return st;
}

static enum status submit_again(struct store *s, struct log_known *known,
                                const struct response *r, bool correction,
                                enum verdict *verdict, struct err *err)
{
    const struct log_key *key = &known->key[r->context.entry];
    struct kept old;
    struct merged m;
    bool may = false;
    enum status st = s->ops->read(s->db, key->newest, &old, err);

    if (st == ST_OK)
        st = same_items(s, &old.entry.response, r, &may, err);
    if (st != ST_OK)
        return st;
    if (!may) {
        *verdict = VERDICT_OTHER_SURVEY;
        return ST_OK;
    }
    merge(&old.entry.response, r, correction, &m);
    /* Before the question of time: a correction that is sent again because its
     * acknowledgement was lost is a duplicate. */
    if (!m.changed) {
        *verdict = VERDICT_DUPLICATE;
        return ST_OK;
    }
    if (correction) {
        st = in_time(s, key, &old.entry.response, r->received_at, &may, err);
        if (st != ST_OK)
            return st;
        if (!may) {
            *verdict = VERDICT_TOO_LATE;
            return ST_OK;
        }
    }
    st = append_revision(s, known, &m.response, key->state, err);
    if (st == ST_OK)
        *verdict = correction ? VERDICT_CORRECTED : VERDICT_FILLED;
    return st;
}

/* ---- another entry of the same invitation ---- */

static enum status submit_beside(struct store *s, struct log_known *known,
                                 const struct response *r, struct err *err)
{
    struct log_link link = {.state = STATE_COUNTED};
    bool taken = false;
    enum status st = ST_OK;

    for (size_t e = 0; e < r->context.entry; e++)
        if (known->key[e].first)
            link.state = STATE_DISPLACED;
    /* The worse ones leave first: at no point of the log do two count. */
    for (size_t e = r->context.entry + 1u; e < ENTRIES && st == ST_OK; e++)
        if (known->key[e].first && known->key[e].state != STATE_DISPLACED)
            st = change_state(s, known, (enum entry)e, STATE_DISPLACED,
                              r->received_at, err);
    if (st != ST_OK)
        return st;
    link.nth = known->count;
    st = s->ops->append(s->db, r, &link, &taken, err);
    if (st == ST_OK && taken)
        st = err_set(err, ST_BUSY, "another writer changed this response");
    return st;
}

static bool is_erased(const struct log_known *known)
{
    for (size_t e = 0; e < ENTRIES; e++)
        if (known->key[e].first && known->key[e].state == STATE_ERASED)
            return true;
    return false;
}

static enum status submit_known(struct store *s, const struct response *r,
                                bool correction, enum verdict *verdict,
                                struct err *err)
{
    struct log_known known;
    enum status st = s->ops->known(s->db, r->id, &known, err);

    if (st != ST_OK)
        return st;
    if (is_erased(&known)) {
        *verdict = VERDICT_ERASED;
        return ST_OK;
    }
    if (known.key[r->context.entry].first)
        return submit_again(s, &known, r, correction, verdict, err);
    st = submit_beside(s, &known, r, err);
    if (st == ST_OK)
        *verdict = VERDICT_ACCEPTED;
    return st;
}

enum status store_submit(struct store *s, const struct response *r,
                         bool correction, enum verdict *verdict,
                         struct err *err)
{
    const struct log_link first = {.state = STATE_COUNTED};
    bool taken = false;
    enum status st = store_may_change(s, err);

    assert(r->context.entry < ENTRIES && r->items <= ITEMS_MAX &&
           r->comment_len <= COMMENT_MAX);
    if (st != ST_OK)
        return st;
    st = s->ops->append(s->db, r, &first, &taken, err);
    if (st == ST_OK && taken)
        st = submit_known(s, r, correction, verdict, err);
    else if (st == ST_OK)
        *verdict = VERDICT_ACCEPTED;
    return store_changed(s, st);
}

/* ---- review and erasure ---- */

enum status store_review(struct store *s, const uint8_t id[ID_SIZE],
                         enum entry entry, enum review review, int64_t at,
                         struct err *err)
{
    const bool aside = review == REVIEW_SET_ASIDE;
    const enum entry_state from = aside ? STATE_COUNTED : STATE_ASIDE;
    struct log_known known;
    enum status st = store_may_change(s, err);

    if (st != ST_OK)
        return st;
    st = s->ops->known(s->db, id, &known, err);
    if (st != ST_OK)
        return store_changed(s, st);
    if (!known.key[entry].first || known.key[entry].state == STATE_ERASED)
        return err_set(err, ST_NOTFOUND, "no such response");
    if (known.key[entry].state != from)
        return ST_OK;
    return store_changed(s, change_state(s, &known, entry,
                                         aside ? STATE_ASIDE : STATE_COUNTED,
                                         at, err));
}

/* The entry that tells readers of an erasure: an id, and when. */
static struct response tombstone(const uint8_t id[ID_SIZE], enum entry entry,
                                 int64_t at)
{
    struct response r = {.context = {.entry = (uint8_t)entry},
                         .received_at = at};

    memcpy(r.id, id, ID_SIZE);
    return r;
}

static enum status erase_known(struct store *s, struct log_known *known,
                               const uint8_t id[ID_SIZE], int64_t at,
                               size_t *erased, struct err *err)
{
    size_t blanked = 0;
    enum status st = s->ops->blank(s->db, id, &blanked, err);

    for (size_t e = 0; e < ENTRIES && st == ST_OK; e++) {
        const struct response r = tombstone(id, (enum entry)e, at);

        if (known->key[e].first)
            st = append_revision(s, known, &r, STATE_ERASED, err);
    }
    if (st == ST_OK)
        *erased = blanked;
    return st;
}

enum status store_erase(struct store *s, const uint8_t id[ID_SIZE], int64_t at,
                        size_t *erased, struct err *err)
{
    const struct log_link unseen = {.state = STATE_ERASED};
    const struct response r = tombstone(id, ENTRY_OWN, at);
    struct log_known known;
    bool taken = false;
    enum status st = store_may_change(s, err);

    if (st != ST_OK)
        return st;
    st = s->ops->append(s->db, &r, &unseen, &taken, err);
    if (st == ST_OK && taken)
        st = s->ops->known(s->db, id, &known, err);
    if (st != ST_OK)
        return store_changed(s, st);
    if (taken && !is_erased(&known))
        return store_changed(s, erase_known(s, &known, id, at, erased, err));
    *erased = 0;
    return ST_OK;
}
