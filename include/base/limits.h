/* limits.h - every size that an outsider can choose, and where we stop.
 *
 * Checked before anything is allocated.  A number here is part of the
 * contract: the documentation states it and a test provokes it.
 */
#ifndef BASE_LIMITS_H
#define BASE_LIMITS_H

enum {
    /* a definition */
    DEFINITION_MAX = 1 << 20, /* bytes of YAML */
    YAML_DEPTH_MAX = 16,      /* nesting */
    ITEMS_MAX = 128,          /* questions in a survey */
    CONSTRUCTS_MAX = 24,
    SCALE_MAX = 254,    /* points of a scale, or codes of a choice */
    ATTRIBUTES_MAX = 8, /* one-byte attributes that a definition declares */
    SURVEY_CODE_MAX = 32,
    ITEM_CODE_MAX = 16,
    TEXT_MAX = 2000,       /* bytes of a question's text */
    SMS_UCS2_BUDGET = 59,  /* 70 less the signature (6) and a counter (5) */
    SMS_GSM7_BUDGET = 138, /* 160 less the signature (17) and a counter (5) */

    /* a response */
    CODE_MAX = 16, /* characters of a dimension's code */
    COMMENT_MAX = 2000,
    ID_SIZE = 16,   /* response id, hashes of people, salt */
    HASH_SIZE = 32, /* SHA-256: version and form of a survey */

    /* the wire */
    MESSAGE_MAX = 256 * 1024, /* one frame */
    WIRE_DEPTH_MAX = 5,       /* message, list, response, list, value */
    BATCH_MAX = 4096,         /* responses, invitations or events a message */
    CONTACT_MAX = 512,        /* a sealed contact */

    /* files */
    LINE_MAX_BYTES = 1 << 20, /* one record of a CSV file */
    CSV_COLUMNS_MAX = 1024,
    CONFIG_MAX = 1 << 20,

    /* the scorer */
    GROUPS = 50,             /* delete-a-group jackknife */
    EFFECT_ROUTES_MAX = 500, /* specific indirect effects that are listed */
    INTERACTIONS_MAX = 16,   /* moderated paths of a fit */
    BLOCK_ROWS_MAX = 16384,  /* rows of one kernel call: int32 sums hold */
    FIT_CELLS_MAX = 1000,    /* a period */
    POPULATION_ROWS_MAX = 100000,
    POPULATION_COLUMNS_MAX = 16,
    WEIGH_ROWS_MAX = 1000000, /* of the file that is weighed */
    WATERMARK_MAX = 256
};

#endif
