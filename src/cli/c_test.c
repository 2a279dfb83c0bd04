#include "config.h"

#include "cli/cli.h"

#include "base/clock.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "cli/find.h"
#include "cli/health_text.h"
#include "cli/json.h"
#include "cli/json_health.h"
#include "cli/print.h"
#include "cli/trial.h"

#include <string.h>

enum { LABEL = 14 };

static void print_ms(const struct print *print, const char *label, int ms)
{
    char text[32];
    (void)snprintf(text, sizeof text, "%d ms", ms);
    print_field(print, label, LABEL, ms < 0 ? _("not reached") : text,
                ms < 0 ? PRINT_DIM : PRINT_PLAIN);
}

static void print_times(const struct print *print, const struct evidence *v)
{
    print_ms(print, _("Name found"), v->dns_ms);
    print_ms(print, _("TCP"), v->connect_ms);
    print_ms(print, _("TLS"), v->tls_ms);
    print_ms(print, _("First byte"), v->first_ms);
    print_ms(print, _("Total"), v->total_ms);
}

/* Lines with a mark in front of each. */
static void print_lines(const struct print *print, const char *mark, const char *lines)
{
    char line[512];
    for (const char *end; (end = strchr(lines, '\n')); lines = end + 1) {
        (void)snprintf(line, sizeof line, "%s %.*s\n", mark, (int)(end - lines), lines);
        print_text(print, line, PRINT_DIM);
    }
}

static void print_verdict(const struct print *print, const struct trial *t)
{
    struct str text;
    str_init(&text, HEALTH_TEXT_MAX);
    (void)str_addf(&text, "%s%s%s", verdict_title(t->verdict), _(": "),
                   verdict_meaning(t->verdict));
    print_field(print, _("Verdict"), LABEL, str_get(&text), verdict_role(t->verdict));
    str_clear(&text);
    text_evidence(&text, &t->evidence);
    print_field(print, _("Evidence"), LABEL, str_get(&text), PRINT_PLAIN);
    if (t->failure[0])
        print_field(print, _("Transfer"), LABEL, t->failure, PRINT_WARN);
    if (t->item->health.models[0])
        print_field(print, _("Models"), LABEL, t->item->health.models, PRINT_WARN);
    str_clear(&text);
    (void)str_add(&text, verdict_title(t->item->health.verdict));
    if (t->item->health.candidate != VERDICT_NEVER &&
        t->item->health.candidate != t->item->health.verdict)
        (void)str_addf(&text, _("; %s is not yet confirmed"),
                       verdict_title(t->item->health.candidate));
    print_field(print, _("On record"), LABEL, str_get(&text), PRINT_PLAIN);
    str_finish(&text);
}

static void print_trial(const struct trial *t, const struct connexion *row)
{
    struct print print;
    print_init(&print, stdout);
    print_field(&print, _("Connexion"), LABEL, row->id, PRINT_PLAIN);
    print_field(&print, _("Account"), LABEL, row->col[COL_EMAIL] ? row->col[COL_EMAIL] : "-",
                PRINT_PLAIN);
    print_verdict(&print, t);
    if (!t->asked)
        return;
    print_field(&print, _("Protocol"), LABEL,
                t->status == 0 ? "-"
                : t->http2     ? "HTTP/2"
                               : "HTTP/1.1",
                PRINT_PLAIN);
    print_times(&print, &t->evidence);
    print_text(&print, "\n", PRINT_PLAIN);
    print_lines(&print, ">", str_get(&t->request));
    print_lines(&print, "<", str_get(&t->response));
    print_lines(&print, "|", str_get(&t->body));
}

static struct json_object *lines(const char *text)
{
    struct json_object *a = json_object_new_array();
    for (const char *end; (end = strchr(text, '\n')); text = end + 1) {
        struct json_object *line = json_object_new_string_len(text, (int)(end - text));
        if (!a || !line || json_object_array_add(a, line))
            mem_exhausted();
    }
    return a;
}

static void write_trial(const struct trial *t, const struct connexion *row)
{
    struct json_object *o = json_object_new_object();
    json_put(o, "openai_connexion_id", json_make_string(row->id));
    json_put(o, "openai_email_compte", json_make_string(row->col[COL_EMAIL]));
    json_put(o, "verdict", json_make_string(verdict_word(t->verdict)));
    json_put(o, "effect", json_effect(t->verdict));
    json_put(o, "meaning", json_make_string(verdict_meaning(t->verdict)));
    json_put(o, "protocol", t->status ? json_make_string(t->http2 ? "HTTP/2" : "HTTP/1.1") : NULL);
    json_put(o, "evidence", json_probe_evidence(&t->evidence));
    json_put(o, "transfer", json_make_string_or_null(t->failure));
    json_put(o, "changed", json_make_boolean(t->changed));
    json_put(o, "health", json_health(&t->item->health));
    json_put(o, "request", lines(str_get(&t->request)));
    json_put(o, "response", lines(str_get(&t->response)));
    json_put(o, "body", lines(str_get(&t->body)));
    json_write(stdout, o, 1);
}

/* The exit status is the verdict's. */
static int conclude(struct cli *cli, enum verdict verdict)
{
    enum verdict_effect effect = verdict_effect(verdict);
    if (effect == EFFECT_GOOD)
        return 0;
    (void)err_set(&cli->err, effect == EFFECT_OWN ? ERR_KEY_REFUSED : ERR_NO_VERDICT, "%s",
                  verdict_title(verdict));
    return err_cure(&cli->err, "%s", verdict_meaning(verdict));
}

int cli_test(struct cli *cli)
{
    struct session *session = NULL;
    struct connexion *row = NULL;
    struct proof proof;
    struct trial t;
    int rc = cli_open(cli, &session, &proof);
    trial_init(&t, cli, session);
    if (rc == 0)
        rc = find_connexion(session, &proof, cli->argv[0], &row, &cli->err);
    if (rc == 0)
        rc = trial_run(&t, row->id, proof.login);
    if (rc == 0) {
        if (cli->json)
            write_trial(&t, row);
        else
            print_trial(&t, row);
        rc = cli_flush(cli);
    }
    if (rc == 0)
        rc = conclude(cli, t.verdict);
    trial_finish(&t);
    connexion_destroy(row);
    session_destroy(session);
    return rc;
}
