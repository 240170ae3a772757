/* help.h - what a program says about itself. */
#ifndef SERVICE_HELP_H
#define SERVICE_HELP_H

#include <stdio.h>

#include "collector/options.h"

/* Usage, summary, and every option with its default. */
void help_print(const struct program *p, FILE *out);

#endif
