/* program.h - a long-running program from main to its exit code. */
#ifndef COLLECTOR_PROGRAM_H
#define COLLECTOR_PROGRAM_H

#include "collector/options.h"
#include "collector/service.h"

/* What it is for; `operand`: the words that are no options. */
typedef enum status program_run_fn(struct service *service, int count,
                                   char **operand, struct err *err);

/* Start, read options, open the log at *log_level (where an option put it),
 * run, and say on stderr what went wrong; the exit code.  There is nothing to
 * run when the options were a question, as --help is. */
int program_main(const struct program *p, const int *log_level,
                 program_run_fn *run, int argc, char **argv);

#endif
