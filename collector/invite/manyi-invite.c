/* manyi-invite.c - draws samples from feeds of service events, and keeps
 * campaigns in hand. */
#include "collector/commands.h"
#include "command.h"

static const char usage[] =
    "usage: manyi-invite draft FILE.yaml\n"
    "       manyi-invite approve NAME\n"
    "       manyi-invite preflight --campaign FILE.yaml FEED\n"
    "       manyi-invite draw --campaign FILE.yaml FEED\n"
    "       manyi-invite send\n"
    "       manyi-invite draws\n"
    "       manyi-invite campaigns\n"
    "       manyi-invite pause NAME|--all\n"
    "       manyi-invite resume NAME\n"
    "       manyi-invite close NAME\n"
    "       manyi-invite qr --survey CODE --base URL [OPTION]...\n"
    "       manyi-invite COMMAND --help\n"
    "       manyi-invite --version\n";

static const struct command commands[] = {{"draft", command_draft},
                                          {"approve", command_approve},
                                          {"preflight", command_preflight},
                                          {"draw", command_draw},
                                          {"send", command_send},
                                          {"draws", command_draws},
                                          {"campaigns", command_campaigns},
                                          {"pause", command_pause},
                                          {"resume", command_resume},
                                          {"close", command_close},
                                          {"qr", command_qr}};

int main(int argc, char **argv)
{
    return commands_run("manyi-invite", usage, commands,
                        sizeof commands / sizeof *commands, argc, argv);
}
