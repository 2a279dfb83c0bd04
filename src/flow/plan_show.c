#include "config.h"

/* What the screens of plan and conflict read. */

#include "base/i18n.h"
#include "flow/edit.h"

#include <stdio.h>
#include <string.h>

int plan_outcome(const struct state *st, size_t row)
{
    const struct change_results *results = plan_results(st);
    return results && row < results->len ? (int)results->item[row].outcome : -1;
}

size_t plan_count(const struct state *st, enum change_outcome outcome)
{
    const struct change_results *results = plan_results(st);
    return results ? results->count[outcome] : 0;
}

void plan_values(const struct state *st, size_t row, enum field field, const char **old, int *known,
                 const char **new_value)
{
    const struct plan *plan = &st->plan;
    const struct change *change = &plan->set->item[row];
    const struct change_value *v = &change->field[field];
    int secret = field_info(field)->kind == FIELD_SECRET;
    const struct change_result *now = plan->preview ? &plan->preview->item[row] : NULL;
    int held = now && (now->outcome == OUTCOME_SAVED || now->outcome == OUTCOME_SAME ||
                       now->conflict[field]);
    *new_value = secret || change->op == CHANGE_DELETE ? NULL : v->value;
    *old = secret || change->op == CHANGE_INSERT ? NULL
           : v->has_seen                         ? v->seen
           : held                                ? now->theirs[field]
                                                 : NULL;
    *known = change->op != CHANGE_INSERT && !secret && (v->has_seen || held);
}

static size_t count_values(const struct change_set *set)
{
    size_t n = 0;
    for (size_t i = 0; i < set->len; i++)
        n += (size_t)change_fields(&set->item[i]);
    return n;
}

void plan_title(const struct state *st, char *buf, size_t size)
{
    const struct change_set *set = st->plan.set;
    unsigned long rows = set ? (unsigned long)set->len : 0;
    buf[0] = '\0';
    if (rows == 0)
        return;
    if (st->plan.title[0]) {
        (void)snprintf(buf, size, "%s", st->plan.title);
        return;
    }
    if (set->item[0].op == CHANGE_DELETE)
        (void)snprintf(buf, size, ngettext("delete %lu connexion", "delete %lu connexions", rows),
                       rows);
    else if (set->item[0].op == CHANGE_INSERT)
        (void)snprintf(buf, size, ngettext("create %lu connexion", "create %lu connexions", rows),
                       rows);
    else if (rows == 1)
        (void)snprintf(buf, size,
                       ngettext("%zu field of one connexion", "%zu fields of one connexion",
                                (unsigned long)count_values(set)),
                       count_values(set));
    else
        (void)snprintf(buf, size,
                       ngettext("%zu field in %lu connexions", "%zu fields in %lu connexions",
                                (unsigned long)change_fields(&set->item[0])),
                       (size_t)change_fields(&set->item[0]), rows);
}

static void progress(const struct plan *plan, const char *what, char *buf, size_t size)
{
    if (plan->rows_total > 1)
        (void)snprintf(buf, size, "%s %zu/%zu", what, plan->rows_done, plan->rows_total);
    else
        (void)snprintf(buf, size, "%s", what);
}

/* Of a plan that undoes, or does again. */
static void ready_to_undo(const struct plan *plan, char *buf, size_t size)
{
    size_t conflicts = plan->preview ? plan->preview->count[OUTCOME_CONFLICT] : 0;
    if (conflicts == plan->set->len)
        (void)snprintf(buf, size, "%s",
                       _("somebody changed the same since then: nothing would be overwritten"));
    else if (conflicts > 0)
        (void)snprintf(buf, size, "%s",
                       plan->redo ? _("Enter does it again, less what somebody changed since then")
                                  : _("Enter undoes it, less what somebody changed since then"));
    else
        (void)snprintf(buf, size, "%s",
                       plan->redo ? _("Enter does it again; Esc goes back")
                                  : _("Enter undoes it; Esc goes back"));
}

static void ready(const struct state *st, char *buf, size_t size)
{
    const struct plan *plan = &st->plan;
    unsigned long rows = (unsigned long)plan->set->len;
    if (arm_waits(st))
        (void)snprintf(buf, size, "%s",
                       st->link.status != LINK_READY ? _("waiting for the connection")
                                                     : _("asking whether this session may write…"));
    else if (!st->arming.armed)
        (void)snprintf(buf, size, "%s", _("read-only session: W lets it write, then Enter saves"));
    else if (plan->undo_of[0])
        ready_to_undo(plan, buf, size);
    else if (plan->preview && plan->preview->count[OUTCOME_SAME] == plan->set->len)
        (void)snprintf(buf, size, "%s", _("nothing would change"));
    else if (plan->preview && plan->preview->count[OUTCOME_CONFLICT] == plan->set->len)
        (void)snprintf(buf, size, "%s", _("somebody else changed the same: c or Enter to choose"));
    else if (plan->danger == DANGER_FINAL)
        (void)snprintf(buf, size,
                       ngettext("Enter, then type the number, deletes %lu connexion",
                                "Enter, then type the number, deletes %lu connexions", rows),
                       rows);
    else if (plan->set->item[0].op == CHANGE_DELETE)
        (void)snprintf(
            buf, size,
            ngettext("Enter deletes %lu connexion", "Enter deletes %lu connexions", rows), rows);
    else if (rows > 1)
        (void)snprintf(buf, size,
                       ngettext("Enter saves %lu connexion", "Enter saves %lu connexions", rows),
                       rows);
    else
        (void)snprintf(buf, size, "%s", _("Enter saves; Esc goes back"));
}

void plan_prompt(const struct state *st, char *buf, size_t size)
{
    const struct plan *plan = &st->plan;
    buf[0] = '\0';
    switch (plan->stage) {
    case PLAN_NONE:
        break;
    case PLAN_ASKING:
        (void)snprintf(buf, size, "%s",
                       st->link.status != LINK_READY ? _("waiting for the connection")
                       : plan->job                   ? _("asking what the rows hold now…")
                                   : _("what the rows hold is not known; Enter asks again"));
        break;
    case PLAN_READY:
        ready(st, buf, size);
        break;
    case PLAN_SAVING:
        progress(plan, _("saving… Esc gives it up"), buf, size);
        break;
    case PLAN_STOPPING:
        progress(plan, _("giving it up…"), buf, size);
        break;
    case PLAN_UNSURE:
        (void)snprintf(
            buf, size, "%s",
            _("the connection broke during the save: finding out whether it was written…"));
        break;
    case PLAN_DONE:
        (void)snprintf(buf, size, "%s",
                       plan->results && plan->results->count[OUTCOME_CONFLICT] > 0
                           ? _("c: choose where somebody else changed the same; Enter or Esc: back")
                           : _("Enter or Esc: back"));
        break;
    }
}
