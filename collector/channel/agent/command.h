/* command.h - the subcommands of manyi-agent. */
#ifndef AGENT_COMMAND_H
#define AGENT_COMMAND_H

/* argv[0] is the subcommand's name.  Returns the exit code. */
int command_import(int argc, char **argv);
int command_outbox(int argc, char **argv);

#endif
