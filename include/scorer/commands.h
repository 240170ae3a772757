/* commands.h - the subcommands of manyi-scorer, a room each. */
#ifndef SCORER_COMMANDS_H
#define SCORER_COMMANDS_H

/* argv[0] is the subcommand's name.  Returns the exit code. */
int command_fit(int argc, char **argv);
int command_weigh(int argc, char **argv);
int command_serve(int argc, char **argv);
int command_kind(int argc, char **argv); /* any of scorer/kind.h */

#endif
