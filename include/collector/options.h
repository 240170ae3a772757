/* options.h - what a program can be told, by configuration and command line.
 *
 * A program states its options once, in a table; this reads manyi.yaml (the
 * program's section) and then the command line over it, checks types and
 * ranges, and answers --help, --version and --check-config itself.  Secrets
 * are never options: they are files.
 */
#ifndef COLLECTOR_OPTIONS_H
#define COLLECTOR_OPTIONS_H

#include <stdint.h>

#include "base/err.h"

enum option_kind {
    OPTION_TEXT,  /* const char *: lives until options_free */
    OPTION_FLAG,  /* bool */
    OPTION_COUNT, /* int64_t in min..max */
    OPTION_REAL,  /* double in min..max */
    OPTION_CHOICE /* int: index into `choices` */
};

struct option_spec {
    const char *name; /* "listen": --listen, and the key in manyi.yaml */
    enum option_kind kind;
    void *value;                /* holds the default before the call */
    const char *argument;       /* "URL" in --help; NULL for a flag */
    const char *help;           /* one line */
    const char *const *choices; /* OPTION_CHOICE: NULL-terminated */
    int64_t min, max;           /* COUNT, REAL; both 0: any */
    bool command_line_only;     /* not a key of manyi.yaml */
};

/* What is wrong with the text of an option, alone in *cause. */
typedef enum status option_check_fn(const char *option, const char *text,
                                    struct err *cause);

struct program {
    const char *name;    /* "manyi-collector" */
    const char *section; /* of manyi.yaml; NULL: this program has none */
    const char *usage;   /* "[-c FILE] [OPTION]...\n       backup FILE" */
    const char *summary; /* one sentence for --help */
    const struct option_spec *options;
    size_t count;
    option_check_fn *check; /* asked by --check-config of every OPTION_TEXT
                               that is given; NULL: any is right */
};

struct options; /* holds the texts */

/* Options may stand anywhere before "--"; *first..argc-1 are the operands
 * (argv is permuted as getopt_long does).  *done: --help, --version or
 * --check-config was answered on stdout and the program should exit 0.
 * `-c FILE` names the configuration; without it none is read.  ST_INVALID
 * names the option, or file:line:column; --check-config tells further ones on
 * stderr before it. */
MUST_USE enum status options_read(const struct program *p, int argc,
                                  char **argv, struct options **out, int *first,
                                  bool *done, struct err *err);
void options_free(struct options **o);

extern const char manyi_version[]; /* "0.1.0" */

#endif
