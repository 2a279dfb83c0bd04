#include "config.h"

#include "standin/control.h"

#include "standin/json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The commands on what is played and on the journal. */

int control_scenarios(struct world *world, const struct words *w, struct str *out, struct err *e)
{
    (void)world;
    (void)w;
    (void)e;
    scenario_list(out);
    return 0;
}

int control_fault_clear(struct world *world, const struct words *w, struct str *out, struct err *e)
{
    (void)w;
    (void)out;
    (void)e;
    world->rules_len = 0;
    return 0;
}

int control_fault_list(struct world *world, const struct words *w, struct str *out, struct err *e)
{
    (void)w;
    (void)e;
    (void)str_add_char(out, '[');
    for (size_t i = 0; i < world->rules_len; i++) {
        const struct rule *rule = &world->rules[i];
        (void)str_add(out, i ? ",\n{\"prefix\":" : "{\"prefix\":");
        json_put_text(out, rule->prefix);
        (void)str_addf(out, ",\"scenario\":\"%s\",\"number\":%d,\"left\":%lld}",
                       scenario_get(rule->play.id)->name, rule->play.arg, (long long)rule->left);
    }
    (void)str_add_char(out, ']');
    return 0;
}

static int read_rule(struct rule *rule, const struct words *w, struct err *e)
{
    const char *prefix = words_text(w, 0);
    const char *name = words_text(w, 1);
    const char *count = words_text(w, 2);
    const char *key = words_text(w, 3);
    char *end = NULL;
    *rule = (struct rule){.left = -1};
    if (!prefix || strlen(prefix) >= sizeof rule->prefix || !name ||
        scenario_parse(name, &rule->play))
        return err_set(e, ERR_USAGE, "a prefix of paths and the name of a scenario are expected");
    if (count)
        rule->left = strtoll(count, &end, 10);
    if (count && (end == count || *end))
        return err_set(e, ERR_USAGE, "COUNT is a whole number");
    if (key && strlen(key) >= sizeof rule->token)
        return err_set(e, ERR_LIMIT, "the key is too long");
    (void)snprintf(rule->prefix, sizeof rule->prefix, "%s", prefix);
    (void)snprintf(rule->token, sizeof rule->token, "%s", key ? key : "");
    return 0;
}

static int add_rule(struct world *world, const struct rule *rule, struct err *e)
{
    size_t kept = 0;
    for (size_t i = 0; i < world->rules_len; i++) /* used up */
        if (world->rules[i].left != 0)
            world->rules[kept++] = world->rules[i];
    world->rules_len = kept;
    if (kept == RULES_MAX)
        return err_set(e, ERR_LIMIT, "there are %d faults already", RULES_MAX);
    world->rules[world->rules_len++] = *rule;
    return 0;
}

int control_fault_put(struct world *world, const struct words *w, struct str *out, struct err *e)
{
    struct rule rule;
    (void)out;
    int rc = read_rule(&rule, w, e);
    return rc ? rc : add_rule(world, &rule, e);
}

int control_fault_at(struct world *world, const struct words *w, struct str *out, struct err *e)
{
    const char *number = words_text(w, 0);
    const char *prefix = words_text(w, 1);
    const char *name = words_text(w, 2);
    const char *carried = words_text(w, 3);
    struct rule rule = {.left = 1, .pass = number ? strtoll(number, NULL, 10) - 1 : -1};
    (void)out;
    if (rule.pass < 0 || !prefix || strlen(prefix) >= sizeof rule.prefix || !name ||
        scenario_parse(name, &rule.play) ||
        (carried && strcmp(carried, "done") != 0 && strcmp(carried, "undone") != 0))
        return err_set(e, ERR_USAGE,
                       "a number from 1, a prefix of paths and a scenario, then done "
                       "or undone, are expected");
    (void)snprintf(rule.prefix, sizeof rule.prefix, "%s", prefix);
    if (carried)
        rule.carried = strcmp(carried, "done") == 0 ? CARRIED_OUT : CARRIED_NOT;
    return add_rule(world, &rule, e);
}

int control_redirect_put(struct world *world, const struct words *w, struct str *out, struct err *e)
{
    const char *url = words_text(w, 0);
    (void)out;
    if (!url || strlen(url) >= sizeof world->redirect || strpbrk(url, "\r\n\t"))
        return err_set(e, ERR_USAGE, "a URL is expected");
    (void)snprintf(world->redirect, sizeof world->redirect, "%s", url);
    return 0;
}

int control_status_put(struct world *world, const struct words *w, struct str *out, struct err *e)
{
    static const char *const known[] = {"none", "minor", "major", "critical", "html", "missing"};
    const char *word = words_text(w, 0);
    (void)out;
    for (size_t i = 0; word && i < sizeof known / sizeof known[0]; i++) {
        if (strcmp(known[i], word) == 0) {
            (void)snprintf(world->status_indicator, sizeof world->status_indicator, "%s", word);
            return 0;
        }
    }
    return err_set(e, ERR_USAGE, "no such indicator");
}

int control_journal_show(struct world *world, const struct words *w, struct str *out, struct err *e)
{
    const char *since = words_text(w, 0);
    (void)e;
    journal_list(&world->journal, since ? strtoll(since, NULL, 10) : 0, out);
    return 0;
}

int control_journal_drop(struct world *world, const struct words *w, struct str *out, struct err *e)
{
    (void)w;
    (void)out;
    (void)e;
    journal_clear(&world->journal);
    return 0;
}

int control_journal_count(struct world *world, const struct words *w, struct str *out,
                          struct err *e)
{
    (void)w;
    (void)e;
    (void)str_addf(out, "{\"requests\":%lld,\"billable\":%lld}", (long long)world->journal.count,
                   (long long)world->journal.billable);
    return 0;
}
