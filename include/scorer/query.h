/* query.h - the one engine behind every number that anyone sees.
 *
 * A request names a survey or a family, days, dimensions to split by, and the
 * reader's scope; the answer is a list of score records.  The same request on
 * the same watermark has the same id and the same bits.
 */
#ifndef SCORER_QUERY_H
#define SCORER_QUERY_H

#include "scorer/cells.h"
#include "scorer/errors.h"
#include "scorer/result.h"

enum weights_base {
    WEIGHTS_REFIT, /* fitted on the period asked for */
    WEIGHTS_FROZEN /* fitted on a named base */
};
enum weighting_kind {
    WEIGHTING_NONE,      /* everybody counts once */
    WEIGHTING_DESIGN,    /* 1 / rate of the stratum */
    WEIGHTING_POPULATION /* that, turned to a population: scorer/people.h */
};
enum rollup { ROLLUP_EQUAL, ROLLUP_DESIGN, ROLLUP_USERS, ROLLUP_REVENUE };

struct query_filter {
    enum dimension dimension;
    size_t count;
    const char *const *codes; /* any of these */
};

/* Who asks.  Readers and reviewers see what is published; analysts see all. */
enum reader { READER_ANALYST, READER_PUBLIC };

/* What a kind of question is told beside the query: see kind.h. */
struct query_setting {
    const char *name, *value;
    bool file; /* the value is the path of one */
};

struct query {
    const char *survey; /* code or family */
    int32_t from, to;   /* local days, both included */
    size_t by_count;
    const enum dimension *by; /* in this order in the records' cells */
    size_t filters;
    const struct query_filter *filter; /* all of them hold: the asker's ... */
    size_t scopes;
    const struct query_filter *scope; /* ... and what the reader may see */
    uint32_t frames; /* 1u << enum frame; 0: invited only.  test never counts
                        unless it is the only one asked for */
    enum weights_base weights;
    int32_t base_from, base_to; /* WEIGHTS_FROZEN: days of the base */
    enum rollup rollup;         /* of the surveys of a family */
    const char *rollup_file;    /* USERS, REVENUE: CSV product,users,revenue */
    const char *construct;      /* NULL: all */
    enum weighting_kind weighting;  /* of people */
    const char *population;         /* WEIGHTING_POPULATION: the file of it */
    double weight_low, weight_high; /* limits, parts of the mean weight; both 0:
                                       none */
    enum reader reader;
    size_t settings;
    const struct query_setting *setting;
};

/* Under so many answers nothing is told of a cell, and under so many it is
 * indicative. */
enum { N_SHOWN = 30, N_FIRM = 100 };

enum score_flag {
    SCORE_SUPPRESSED = 1u << 0,  /* n < 30: numbers are NaN */
    SCORE_INDICATIVE = 1u << 1,  /* n 30-99 */
    SCORE_NO_WEIGHTS = 1u << 2,  /* no item weights could be fitted */
    SCORE_THIN_FIT = 1u << 3,    /* fitted on under 250 rows: provisional */
    SCORE_NEGATIVE = 1u << 4,    /* a negative item weight: no index */
    SCORE_NO_INTERVAL = 1u << 5, /* too many replicates failed */
    SCORE_INCOMPLETE = 1u << 6   /* an item of the construct has no answer */
};

struct score {
    const char *survey;      /* code; of a roll-up: the family */
    uint8_t form[HASH_SIZE]; /* of a roll-up: SHA-256 of its forms in order */
    const char *const *cell; /* by_count codes, in the order asked */
    const char *construct;
    double index;
    int64_t n; /* COUNT_NONE: hidden from the reader */
    double n_eff;
    struct interval interval;
    const char *method; /* own | parent | modelled */
    const char *status; /* live | provisional | sealed */
    /* of people: "none", "design", "design, raked province+product 1a2b3c4d"
     * (the first of the SHA-256 of the population) */
    const char *weighting;
    const char *rollup; /* "users 1a2b3c4d"; "" or NULL: none */
    uint32_t flags;     /* enum score_flag */
};

struct engine;

struct scores {
    size_t count;
    struct score *list;
    char query[33]; /* hexadecimal id of request and watermark */
    struct watermark watermark;
    /* met[0]: there are answers of these days and frames in the reader's scope;
     * then, for each code of each filter: one of them has it */
    bool *met;
};

/* In process on a store ("sqlite:FILE"); `cube` NULL: FILE with "-cube.db"
 * behind it; "" keeps the cube in memory. */
MUST_USE enum status engine_open(const char *store_url, const char *cube,
                                 struct engine **out, struct err *err);
/* On a store that is open already and stays the caller's.  `cube` NULL: in
 * memory. */
MUST_USE enum status engine_on(struct store *store, const char *cube,
                               struct engine **out, struct err *err);

/* Where the answers are: a store here, or a manyi-scorer serve that has them.
 * The same questions get the same answers; of a serve only engine_ask asks. */
struct engine_place {
    const char *store; /* "sqlite:FILE", "tcp://HOST:PORT", "ipc://PATH" */
    const char *cube;  /* of a store: as above */
    const char *key, *server_key; /* of a serve: the files of our key pair and
                                     of its public key */
};
MUST_USE enum status engine_open_at(const struct engine_place *p,
                                    struct engine **out, struct err *err);
void engine_close(struct engine **e);

/* Brings the cells up to date, then answers.  ST_NOTFOUND: nothing is known of
 * that survey or family.  Caller frees. */
MUST_USE enum status engine_scores(struct engine *e, const struct query *q,
                                   struct scores *out, struct err *err);
void scores_free(struct scores *s);

/* Where the counted answers to what is asked for are, whatever the days and
 * frames asked: "2026-09 to 2026-11 (invited), 2026-10 (open)"; "" = nowhere.
 * Only those in the reader's scope. */
MUST_USE enum status engine_elsewhere(struct engine *e, const struct query *q,
                                      char out[ELSEWHERE_MAX], struct err *err);

/* The names of the flags set, as in score records ("suppressed"). */
size_t score_flag_names(uint32_t flags, const char *names[32]);

/* The table that names a dimension's codes; CODES_TABLES: none does. */
enum code_table dimension_table(enum dimension d);

/* The records as a result, in columns as score records are told. */
MUST_USE enum status scores_result(const struct scores *s,
                                   const struct query *q, struct result *out);

#endif
