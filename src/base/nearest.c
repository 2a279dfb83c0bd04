#include "config.h"

#include "base/nearest.h"

#include <string.h>

enum { WORD_MAX = 63, FAR = 1000, SLIP = 3 };

static int least(int a, int b)
{
    return a < b ? a : b;
}

int nearest_distance(const char *a, const char *b)
{
    int row[3][WORD_MAX + 1];
    size_t n = strlen(a);
    size_t m = strlen(b);
    if (n > WORD_MAX || m > WORD_MAX)
        return FAR;
    int *before = row[0];
    int *last = row[1];
    int *now = row[2];
    memset(row, 0, sizeof row);
    for (size_t j = 0; j <= m; j++)
        last[j] = (int)j;
    for (size_t i = 1; i <= n; i++) {
        now[0] = (int)i;
        for (size_t j = 1; j <= m; j++) {
            now[j] = least(least(last[j], now[j - 1]) + 1, last[j - 1] + (a[i - 1] != b[j - 1]));
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                now[j] = least(now[j], before[j - 2] + 1);
        }
        int *spare = before;
        before = last;
        last = now;
        now = spare;
    }
    return last[m];
}

const char *nearest(const char *word, const char *(*at)(void *arg, int index), void *arg)
{
    const char *best = NULL;
    const char *start = NULL;
    const char *item = NULL;
    int best_distance = FAR;
    int starts = 0;
    size_t len = strlen(word);
    for (int i = 0; (item = at(arg, i)); i++) {
        int distance = nearest_distance(word, item);
        if (distance < best_distance) {
            best_distance = distance;
            best = item;
        }
        if (len > 0 && strncmp(item, word, len) == 0) {
            start = item;
            starts++;
        }
    }
    if (starts == 1)
        return start;
    size_t longer = best && strlen(best) > len ? strlen(best) : len;
    int slip = (int)(longer / SLIP);
    return best && best_distance <= (slip > 0 ? slip : 1) ? best : NULL;
}
