/* commands.h - a program that is a family of commands: "manyi-scorer fit". */
#ifndef COLLECTOR_COMMANDS_H
#define COLLECTOR_COMMANDS_H

#include <stddef.h>

struct command {
    const char *name;
    int (*run)(int argc, char **argv); /* argv[0] is the name; an exit code */
};

/* Run the command that argv names; answers --help with `usage` and --version
 * itself.  Returns the program's exit code: 2 and one line on stderr when the
 * command is missing or unknown. */
int commands_run(const char *program, const char *usage,
                 const struct command *list, size_t count, int argc,
                 char **argv);

#endif
