#ifndef VIGIE_STANDIN_STREAM_H
#define VIGIE_STANDIN_STREAM_H

#include "standin/server.h"

/* The response of a play that sends its body bit by bit, wrongly or without an end; takes the body
 * then. NULL: the body goes as a whole. */
struct MHD_Response *stream_response(struct server *s, struct link *link, struct answer *a);

#endif
