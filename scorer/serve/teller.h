/* teller.h - the thread that has the engine: it folds in what is new in the
 * log, and answers.
 *
 * A question is answered from all that was committed when its turn came: what
 * is new then is folded in first.  While nobody asks it looks ten times a
 * second, or less often where folding takes long.  When there is too much to
 * read, as at the beginning, it reads in large steps, and who asks is told to
 * come again; so the wait behind a fold is bounded.
 */
#ifndef SERVE_TELLER_H
#define SERVE_TELLER_H

#include "collector/door.h"
#include "collector/queue.h"
#include "watching.h"
#include "wire.h"

/* A question on its way: a fixed number of them circulates. */
struct ask {
    struct parcel *parcel;
    struct question question;
    int64_t came; /* monotonic ms */
    struct answer answer;
    enum trouble trouble; /* of the answer */
    bool stop;            /* no question: the end of what there is */
};
void ask_reset(struct ask *a);

/* A file that questions of one option rest on: see scorer/kind.h. */
struct teller_file {
    const char *option, *path;
};

struct teller_setup {
    const char *store, *cube; /* as engine_open takes them */
    int64_t limit_ms;         /* a question may take */
    const struct teller_file *file;
    size_t files;
    struct queue *work, *done; /* of struct ask */
    struct watching *watching; /* NULL: none */
    _Atomic bool *healthy;
};

struct teller;
/* The store is opened, but nothing is read yet: what cannot be mended is told
 * here. */
MUST_USE enum status teller_start(const struct teller_setup *setup,
                                  struct teller **out, struct err *err);
/* After a stop went through its queues. */
void teller_join(struct teller **t);

/* From any thread: TROUBLE_NONE when questions are worth handing over, else why
 * not, in words. */
enum trouble teller_state(struct teller *t, char text[ERR_MAX]);

#endif
