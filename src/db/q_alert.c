#include "config.h"

#include "db/q_alert.h"

#include "base/clock.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "db/ask.h"
#include "db/row.h"
#include "db/row_alert.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NUMBER_TEXT = 24, ALERT_VALUES = 7, SNOOZE_MAX_S = 366 * 86400 };

struct ask_alerts {
    alerts_done done;
    void *arg;
    int limit;
};

static const char *given(const char *text)
{
    return text[0] ? text : NULL;
}

void row_alert_counts(struct alert_counts *counts, const PGresult *res, int row)
{
    counts->open[GRAVITY_INFO] = row_number(res, row, "info", 0);
    counts->open[GRAVITY_WARN] = row_number(res, row, "warning", 0);
    counts->open[GRAVITY_CRITICAL] = row_number(res, row, "critical", 0);
    counts->acknowledged = row_number(res, row, "acknowledged", 0);
    counts->snoozed = row_number(res, row, "snoozed", 0);
}

static enum alert_status status_of(const char *word)
{
    for (int i = 0; word && i < ALERT_STATUS_COUNT; i++)
        if (strcmp(alert_status_word((enum alert_status)i), word) == 0)
            return (enum alert_status)i;
    return ALERT_OPEN;
}

static enum alert_gravity gravity_of(int64_t n)
{
    return n >= GRAVITY_INFO && n < GRAVITY_COUNT ? (enum alert_gravity)n : GRAVITY_WARN;
}

int row_alert(struct alert *a, const PGresult *res, int row)
{
    const char *kind = row_named(res, row, "kind");
    a->kind = alert_parse(kind ? kind : "");
    if (a->kind == ALERT_KIND_COUNT)
        return -1;
    a->gravity = gravity_of(row_number(res, row, "gravity", GRAVITY_WARN));
    a->status = status_of(row_named(res, row, "status"));
    row_uuid(a->id, res, row, PQfnumber(res, "id"));
    row_uuid(a->connexion_id, res, row, PQfnumber(res, "connexion_id"));
    row_uuid(a->organisation_id, res, row, PQfnumber(res, "organisation_id"));
    row_copy(a->organisation, sizeof a->organisation, res, row, "organisation_nom");
    row_copy(a->subject, sizeof a->subject, res, row, "subject");
    row_copy(a->period, sizeof a->period, res, row, "period");
    row_copy(a->value, sizeof a->value, res, row, "value");
    row_copy(a->limit, sizeof a->limit, res, row, "limit_value");
    row_copy(a->currency, sizeof a->currency, res, row, "currency");
    row_copy(a->detail, sizeof a->detail, res, row, "detail");
    row_copy(a->acknowledged_by, sizeof a->acknowledged_by, res, row, "acknowledged_by");
    row_copy(a->assigned_to, sizeof a->assigned_to, res, row, "assigned_to");
    row_copy(a->reason, sizeof a->reason, res, row, "reason");
    a->threshold = (int)row_number(res, row, "threshold", 0);
    a->permille = (int)row_number(res, row, "permille", -1);
    a->below = (int)row_number(res, row, "below", 0);
    a->raised_at = row_number(res, row, "raised_at", 0);
    a->over_at = row_number(res, row, "over_at", 0);
    a->acknowledged_at = row_number(res, row, "acknowledged_at", 0);
    a->snoozed_until = row_number(res, row, "snoozed_until", 0);
    return 0;
}

static void got_alerts(void *arg, PGresult *const *results, int count, struct err *e)
{
    struct ask_alerts *ask = arg;
    struct alert_list *list = NULL;
    if (count == 2) {
        int rows = PQntuples(results[0]);
        int len = rows < ask->limit ? rows : ask->limit;
        list = alert_list_create(len);
        list->more = rows > len;
        list->len = 0;
        for (int i = 0; i < len; i++)
            list->len += row_alert(&list->item[list->len], results[0], i) == 0;
        if (PQntuples(results[1]) == 1)
            row_alert_counts(&list->counts, results[1], 0);
    }
    ask->done(ask->arg, list, e);
    free(ask);
}

int q_alerts(struct session *s, const struct alert_request *request, alerts_done done, void *arg,
             struct err *e)
{
    char most[NUMBER_TEXT];
    char least[NUMBER_TEXT];
    if (ask_refused(s, e))
        return -(int)ERR_DATABASE;
    int limit =
        request->limit > 0 && request->limit < ALERT_PAGE_MAX ? request->limit : ALERT_PAGE_MAX;
    (void)snprintf(most, sizeof most, "%d", limit + 1);
    (void)snprintf(least, sizeof least, "%d", (int)request->least);
    const char *const values[ALERT_VALUES] = {given(request->organisation),
                                              given(request->connexion),
                                              request->scope == ALERTS_ALL ? "t" : "f",
                                              given(request->after),
                                              most,
                                              given(request->kind),
                                              least};
    const struct query queries[] = {{STMT_ALERTS, ALERT_VALUES, values},
                                    {STMT_ALERT_COUNTS, 0, NULL}};
    struct ask_alerts *ask = mem_alloc(sizeof *ask);
    *ask = (struct ask_alerts){done, arg, limit};
    int rc = session_send(s, TRANSACTION_READ, queries, 2, got_alerts, ask, e);
    if (rc < 0)
        free(ask);
    return rc;
}

struct ask_counts {
    alert_counts_done done;
    void *arg;
};

static void got_counts(void *arg, PGresult *const *results, int count, struct err *e)
{
    struct ask_counts *ask = arg;
    struct alert_counts counts = {0};
    int told = count == 1 && PQntuples(results[0]) == 1;
    if (told)
        row_alert_counts(&counts, results[0], 0);
    ask->done(ask->arg, told ? &counts : NULL, e);
    free(ask);
}

int q_alert_counts(struct session *s, alert_counts_done done, void *arg, struct err *e)
{
    static const struct query query = {STMT_ALERT_COUNTS, 0, NULL};
    if (ask_refused(s, e))
        return -(int)ERR_DATABASE;
    struct ask_counts *ask = mem_alloc(sizeof *ask);
    *ask = (struct ask_counts){done, arg};
    int rc = session_send(s, TRANSACTION_READ, &query, 1, got_counts, ask, e);
    if (rc < 0)
        free(ask);
    return rc;
}

static int refuse_snooze(const struct alert_action *action, struct err *e)
{
    int64_t now = clock_now();
    if (action->reason[strspn(action->reason, " ")] == '\0')
        return err_set(e, ERR_REFUSED, "%s",
                       _("A snooze needs a reason: whoever looks next wants to know."));
    if (action->until <= now || action->until > now + SNOOZE_MAX_S)
        return err_set(e, ERR_REFUSED, "%s",
                       _("A snooze ends at an instant to come, within a year."));
    return 0;
}

int q_alert_act(struct session *s, const struct alert_action *action, poll_done done, void *arg,
                struct err *e)
{
    char until[CLOCK_TEXT_MAX];
    const char *const one[] = {action->alert};
    const char *const snooze[] = {action->alert, until, action->reason};
    const char *const assign[] = {action->alert, action->to};
    switch (action->act) {
    case ALERT_ACKNOWLEDGE:
        return ask_write(s, STMT_ALERT_ACKNOWLEDGE, one, done, arg, e);
    case ALERT_REOPEN:
        return ask_write(s, STMT_ALERT_REOPEN, one, done, arg, e);
    case ALERT_ASSIGN:
        return ask_write(s, STMT_ALERT_ASSIGN, assign, done, arg, e);
    case ALERT_SNOOZE:
        break;
    }
    int rc = refuse_snooze(action, e);
    clock_iso(until, action->until);
    return rc < 0 ? rc : ask_write(s, STMT_ALERT_SNOOZE, snooze, done, arg, e);
}

struct ask_watch {
    struct session *session;
    watch_done done;
    void *arg;
    struct watch_turn turn;
};

static void watched(void *arg, PGresult *const *results, int count, struct err *e)
{
    struct ask_watch *ask = arg;
    if (count == 2 && PQntuples(results[0]) == 1 && PQntuples(results[1]) == 1) {
        ask->turn.raised = (int)row_number(results[0], 0, "raised", 0);
        ask->turn.behind = row_flag(results[1], 0, "behind");
    }
    ask->done(ask->arg, &ask->turn, e);
    free(ask);
}

/* The next part of the turn, or its end. */
static void go_on(struct ask_watch *ask, int rc, struct err *e)
{
    if (rc == 0)
        return;
    ask->done(ask->arg, &ask->turn, e);
    free(ask);
}

static void sampled(void *arg, struct err *e)
{
    static const struct query queries[] = {{STMT_WATCH_ALERTS, 0, NULL},
                                           {STMT_WATCH_BEHIND, 0, NULL}};
    struct ask_watch *ask = arg;
    struct err refused = {0};
    ask->turn.sample = e ? *e : refused;
    int rc = session_send(ask->session, TRANSACTION_WRITE, queries, 2, watched, ask, &refused);
    go_on(ask, rc, &refused);
}

static void enforced(void *arg, struct err *e)
{
    struct ask_watch *ask = arg;
    struct err refused = {0};
    ask->turn.enforce = e ? *e : refused;
    int rc = ask_write(ask->session, STMT_WATCH_SAMPLE, NULL, sampled, ask, &refused);
    go_on(ask, rc, &refused);
}

int q_watch(struct session *s, watch_done done, void *arg, struct err *e)
{
    if (ask_refused(s, e))
        return -(int)ERR_DATABASE;
    struct ask_watch *ask = mem_zero(1, sizeof *ask);
    *ask = (struct ask_watch){.session = s, .done = done, .arg = arg};
    int rc = ask_write(s, STMT_WATCH_ENFORCE, NULL, enforced, ask, e);
    if (rc < 0)
        free(ask);
    return rc;
}
