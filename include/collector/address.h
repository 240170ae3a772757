/* address.h - whether a text is an address, asked before a socket sees it.
 *
 * libzmq and getaddrinfo take a port's last 16 bits for the port, and libzmq
 * takes blanks, signs and transports that nobody meant.
 */
#ifndef COLLECTOR_ADDRESS_H
#define COLLECTOR_ADDRESS_H

#include <stdbool.h>

#include "base/err.h"

/* 0 (any that is free) to 65535, in digits. */
bool port_legal(const char *text);

/* "tcp://HOST:PORT", or "ipc://PATH" on one machine.  `any`: the port may also
 * be 0 or *. */
bool address_legal(const char *url, bool any);

/* "127.0.0.1:9464", "[::1]:0": numbers, of this machine alone.  ST_INVALID;
 * ST_REFUSED: others can reach it. */
MUST_USE enum status address_loopback(const char *address, struct err *err);

#endif
