#include "config.h"

#include "cli/fetch_alert.h"

#include "base/i18n.h"
#include "base/text.h"
#include "cli/fetch.h"
#include "cli/fetch_health.h"

#include <stdlib.h>
#include <string.h>

enum { CLEAN_MAX = 100, START_MIN = 4 };

struct alerts_answer {
    struct outcome_of outcome;
    struct alert_list *list;
    struct overview *overview;
};

static int no_answer(struct err *e)
{
    return err_set(e, ERR_FAILURE, "%s", _("The database gave no answer."));
}

static void on_alerts(void *arg, struct alert_list *list, struct err *e)
{
    struct alerts_answer *a = arg;
    a->list = list;
    fetch_outcome(&a->outcome, e);
}

int fetch_alerts(struct session *s, const struct alert_request *request, struct alert_list **out,
                 struct err *e)
{
    struct alerts_answer a = {0};
    int rc = fetch_wait(s, q_alerts(s, request, on_alerts, &a, e), &a.outcome, e);
    if (rc == 0 && !a.list)
        rc = no_answer(e);
    if (rc < 0)
        alert_list_destroy(a.list);
    else
        *out = a.list;
    return rc;
}

int fetch_alert_act(struct session *s, const struct alert_action *action, struct err *e)
{
    struct outcome_of outcome = {0};
    return fetch_wait(s, q_alert_act(s, action, fetch_outcome, &outcome, e), &outcome, e);
}

static void on_overview(void *arg, struct overview *overview, struct err *e)
{
    struct alerts_answer *a = arg;
    a->overview = overview;
    fetch_outcome(&a->outcome, e);
}

int fetch_overview(struct session *s, struct overview **out, struct err *e)
{
    struct alerts_answer a = {0};
    int rc = fetch_wait(s, q_overview(s, on_overview, &a, e), &a.outcome, e);
    if (rc == 0 && !a.overview)
        rc = no_answer(e);
    if (rc < 0)
        overview_destroy(a.overview);
    else
        *out = a.overview;
    return rc;
}

/* How many of the list begin so; id gets the last one. */
static int count_starts(const struct alert_list *list, const char *start, char id[UUID_TEXT])
{
    int found = 0;
    for (int i = 0; i < list->len; i++) {
        if (strncmp(list->item[i].id, start, strlen(start)) != 0)
            continue;
        memcpy(id, list->item[i].id, UUID_TEXT);
        found++;
    }
    return found;
}

static int refuse(const char *operand, int found, struct err *e)
{
    char *clean = text_scrub(operand, strlen(operand), CLEAN_MAX);
    int rc = found > 1 ? err_set(e, ERR_USAGE, _("several alerts begin with “%s”"), clean)
                       : err_set(e, ERR_NOT_FOUND, _("there is no alert “%s” in sight"), clean);
    free(clean);
    (void)err_cure(e, "%s", _("`vigie alerts --json` prints the whole ids."));
    return rc;
}

int find_alert(struct session *s, const char *operand, char id[UUID_TEXT], struct err *e)
{
    struct alert_list *list = NULL;
    struct alert_request request = {.scope = ALERTS_OPEN, .limit = ALERT_PAGE_MAX};
    int found = 0;
    if (fetch_uuid(operand, id))
        return 0;
    if (strlen(operand) < START_MIN)
        return refuse(operand, 0, e);
    for (int scope = ALERTS_OPEN; found == 0 && scope <= ALERTS_ALL; scope++) {
        request.scope = (enum alert_scope)scope;
        int rc = fetch_alerts(s, &request, &list, e);
        if (rc < 0)
            return rc;
        found = count_starts(list, operand, id);
        alert_list_destroy(list);
        list = NULL;
    }
    return found == 1 ? 0 : refuse(operand, found, e);
}
