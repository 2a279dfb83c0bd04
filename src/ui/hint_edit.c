#include "config.h"

#include "ui/hint_edit.h"

#include "base/i18n.h"

static int has_list(enum field_kind kind)
{
    return kind == FIELD_SWITCH || kind == FIELD_CHOICE || kind == FIELD_REFERENCE ||
           kind == FIELD_MODELS;
}

static const char *of_field(const struct state *st, enum command command, const char *label)
{
    const struct form *form = &st->form;
    const struct field_info *info = field_info((enum field)form->at);
    switch ((int)command) {
    case CMD_FIELD_EDIT:
        return has_list(info->kind) ? _("choose") : label;
    case CMD_FIELD_CYCLE:
        return info->kind == FIELD_SWITCH || info->kind == FIELD_CHOICE ? label : NULL;
    case CMD_FIELD_NONE:
        return info->needed ? NULL : label;
    case CMD_FIELD_RESET:
        return form->draft.field[form->at].touched ? label : NULL;
    case CMD_FIELD_EXTERNAL:
        return info->kind == FIELD_JSON ? label : NULL;
    case CMD_FIELD_ACCEPT:
        return form->editor.lines ? _("new line") : label;
    case CMD_FORM_PLAN:
    case CMD_FORM_DISCARD:
        return draft_changed(&form->draft) > 0 ? label : NULL;
    default:
        return label;
    }
}

static const char *verb(const struct plan *plan, const char *label)
{
    if (plan->undo_of[0])
        return plan->redo ? _("do again") : _("undo");
    return plan->set && plan->set->len > 0 && plan->set->item[0].op == CHANGE_DELETE ? _("delete")
                                                                                     : label;
}

static const char *of_plan(const struct state *st, enum command command, const char *label)
{
    const struct plan *plan = &st->plan;
    int ready = plan->stage == PLAN_READY;
    switch ((int)command) {
    case CMD_PLAN_SAVE:
        return plan->stage == PLAN_DONE    ? _("close")
               : ready && st->arming.armed ? verb(plan, label)
                                           : NULL;
    case CMD_PLAN_SQL:
        return plan->sql ? _("differences") : label;
    case CMD_PLAN_WHOLE:
        return ready && plan->set && plan->set->len > 1 ? label : NULL;
    case CMD_PLAN_RESOLVE:
        return plan_count(st, OUTCOME_CONFLICT) > 0 ? label : NULL;
    default:
        return label;
    }
}

const char *hint_edit(const struct state *st, enum command command, const char *label)
{
    unsigned contexts = command_info(command)->contexts;
    if (command == CMD_ARM)
        return st->arming.armed || st->arming.wanted ? _("read-only") : label;
    if (command == CMD_BACK && (state_context(st) & CONTEXT_SAVING))
        return NULL;
    if (contexts & CONTEXT_PLAN & state_context(st))
        return of_plan(st, command, label);
    if (command == CMD_CHOICES_TAKE && (state_context(st) & CONTEXT_MODELS))
        return st->offers.search.len > 0 ? label : _("done");
    if (contexts & (CONTEXT_FORM | CONTEXT_FIELD))
        return st->form.open ? of_field(st, command, label) : label;
    return label;
}
