#ifndef VIGIE_STANDIN_WINDOW_H
#define VIGIE_STANDIN_WINDOW_H

#include "standin/world.h"

/* The time that a question on costs or use is about, cut into buckets, and the page of it. */
struct window {
    int64_t start, end; /* end is exclusive; at most the end of the bucket that holds now */
    int64_t width;      /* seconds */
    int limit;          /* buckets on a page */
    int64_t from;       /* first instant of this page */
    int index;          /* number of this page, from 0 */
    uint64_t check;     /* ties a cursor to its question */
};

/* Reads the parameters; costs allow days only. -1: the answer is an error. */
int window_read(struct window *win, const struct request *r, int64_t now, int costs,
                struct answer *a);

/* The bucket that starts at from (inside the window): its end. */
int64_t window_bucket_end(const struct window *win, int64_t from);

enum { CURSOR_MAX = 80 };
void window_cursor(char out[CURSOR_MAX], const struct window *win, int64_t from, int index);

/* Writes the page: put writes the results of a bucket. play bends the paging. */
typedef void (*window_put)(void *arg, struct str *out, int64_t from, int64_t until);
void window_page(const struct window *win, struct play play, struct answer *a, window_put put,
                 void *arg);

#endif
