#include "config.h"

#include "db/q_choice.h"

#include "base/mem.h"
#include "db/edit_send.h"
#include "db/param.h"
#include "db/row.h"
#include "db/row_health.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PATTERN_TEXT = 2 * NAME_TEXT + 3, NUMBER_TEXT = 24 };

struct ask_choice {
    struct session *s;
    enum choice_kind kind;
    choice_done done;
    void *arg;
    char except[UUID_TEXT];
    char secret[KEY_TEXT_MAX]; /* wiped */
};

static void ask_destroy(struct ask_choice *ask)
{
    mem_wipe(ask, sizeof *ask);
    free(ask);
}

static void got_list(void *arg, PGresult *const *results, int count, struct err *e)
{
    struct ask_choice *ask = arg;
    struct choice_list *list = NULL;
    if (count == 1) {
        int rows = PQntuples(results[0]);
        int len = rows < CHOICES_LIMIT ? rows : CHOICES_LIMIT;
        list = choice_list_create((size_t)len);
        list->kind = ask->kind;
        list->more = rows > len;
        for (int i = 0; i < len; i++) {
            struct offer *offer = &list->item[i];
            row_copy(offer->value, sizeof offer->value, results[0], i, "value");
            row_copy(offer->title, sizeof offer->title, results[0], i, "title");
            row_uuid(offer->organisation_id, results[0], i,
                     PQfnumber(results[0], "organisation_id"));
        }
    }
    ask->done(ask->arg, list, e);
    ask_destroy(ask);
}

static void got_count(void *arg, PGresult *const *results, int count, struct err *e)
{
    struct ask_choice *ask = arg;
    struct choice_list *list = NULL;
    if (count == 1) {
        list = choice_list_create(0);
        list->kind = ask->kind;
        list->count = row_int(results[0], 0, "count", 0);
    }
    ask->done(ask->arg, list, e);
    ask_destroy(ask);
}

static void got_pad(void *arg, const struct pad *pads, size_t len, struct err *e)
{
    struct ask_choice *ask = arg;
    struct err failed = {0};
    char hex[PAD_HEX + 1];
    const char *values[] = {NULL, hex, ask->except[0] ? ask->except : NULL};
    const struct query query = {STMT_CHOICE_SAME_KEY, 3, values};
    (void)len;
    if (!pads) {
        failed = *e;
    } else if (pad_apply(hex, pads, ask->secret, &failed) == 0) {
        values[0] = pads->id;
        if (session_send(ask->s, TRANSACTION_WRITE, &query, 1, got_count, ask, &failed) == 0)
            return;
    }
    ask->done(ask->arg, NULL, &failed);
    ask_destroy(ask);
}

static enum stmt stmt_of(const struct choice_request *request, int *count)
{
    switch (request->kind) {
    case CHOICES_CLIENTS:
        *count = 4;
        return STMT_CHOICE_CLIENTS;
    case CHOICES_MODELS:
        *count = 3;
        return STMT_CHOICE_MODELS;
    case CHOICES_ORGANISATIONS:
    case CHOICES_SAME_KEY:
        break;
    }
    *count = 2;
    return STMT_CHOICE_ORGANISATIONS;
}

static int send_list(struct session *s, const struct choice_request *request,
                     struct ask_choice *ask, struct err *e)
{
    char pattern[PATTERN_TEXT] = "";
    char most[NUMBER_TEXT];
    int count = 0;
    enum stmt stmt = stmt_of(request, &count);
    const char *organisation = request->organisation_id[0] ? request->organisation_id : NULL;
    if (request->search[0] && param_pattern(pattern, sizeof pattern, request->search) < 0)
        pattern[0] = '\0';
    (void)snprintf(most, sizeof most, "%d", CHOICES_LIMIT + 1);
    const char *const values[] = {
        pattern[0] ? pattern : NULL, most,
        request->kind == CHOICES_CLIENTS ? request->client_type : organisation, organisation};
    const struct query query = {stmt, count, values};
    return session_send(s, TRANSACTION_READ, &query, 1, got_list, ask, e);
}

int q_choice(struct session *s, const struct choice_request *request, choice_done done, void *arg,
             struct err *e)
{
    struct ask_choice *ask = mem_zero(1, sizeof *ask);
    *ask = (struct ask_choice){.s = s, .kind = request->kind, .done = done, .arg = arg};
    int rc = 0;
    if (request->kind != CHOICES_SAME_KEY) {
        rc = send_list(s, request, ask, e);
    } else if (edit_refused(s, e)) {
        rc = -(int)ERR_DATABASE;
    } else {
        memcpy(ask->except, request->connexion_id, sizeof ask->except);
        memcpy(ask->secret, request->secret, sizeof ask->secret);
        ask->secret[sizeof ask->secret - 1] = '\0';
        rc = edit_pads(s, TRANSACTION_WRITE, 1, got_pad, ask, e);
    }
    if (rc < 0)
        ask_destroy(ask);
    return rc;
}
