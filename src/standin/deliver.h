#ifndef VIGIE_STANDIN_DELIVER_H
#define VIGIE_STANDIN_DELIVER_H

#include "standin/server.h"

/* Sends an answer in the way that its play asks for; takes its body. May wait. */
enum MHD_Result deliver(struct server *s, struct MHD_Connection *connection, struct link *link,
                        struct answer *a);

/* Ends a connection with a reset. */
void reset_socket(int fd);

#endif
