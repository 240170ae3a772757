/* command.h - the commands of manyi-invite. */
#ifndef INVITE_COMMAND_H
#define INVITE_COMMAND_H

int command_draw(int argc, char **argv);
int command_preflight(int argc, char **argv);
int command_send(int argc, char **argv);
int command_draws(int argc, char **argv);
int command_campaigns(int argc, char **argv);
int command_draft(int argc, char **argv);
int command_approve(int argc, char **argv);
int command_pause(int argc, char **argv);
int command_resume(int argc, char **argv);
int command_close(int argc, char **argv);
int command_qr(int argc, char **argv);

#endif
