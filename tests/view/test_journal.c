#include "config.h"

/* The journal, a timeline, an entry: sizes, looks, what verify found, what is being fetched. */

#include "fixture.h"
#include "golden.h"

#include "base/clock.h"
#include "base/mem.h"
#include "flow/journal_part.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

TestSuite(journal, .init = fixture_world);

enum { ENTRIES = 60, MIDI_ROWS = 5 };

static const int64_t HOUR = 3600;

struct told {
    const char *column, *before, *after;
};

static const struct {
    enum journal_action action;
    const char *kind, *user, *login, *application;
    struct told field[4];
} told[] = {
    {JOURNAL_UPDATE,
     "edit",
     "Claire Lefèvre",
     "claire",
     "vigie",
     {{"openai_limite_cout_mois", "2000", "2500.5000"}}},
    {JOURNAL_UPDATE,
     "probe",
     "",
     "vigie_poller",
     "vigie watch",
     {{"openai_statut_connexion", "active", "quota_exceeded"}}},
    {JOURNAL_UPDATE,
     "edit",
     "Marc Étienne-Delacroix",
     "marc",
     "vigie",
     {{"openai_actif", "t", "f"},
      {"openai_limite_quotidienne", "500", NULL},
      {"openai_modeles_autorises", "{gpt-3.5-turbo,gpt-4}", "{}"}}},
    {JOURNAL_UPDATE,
     "",
     "",
     "presenca_app",
     "psql",
     {{"openai_api_key", "sha256:8f0c2b5511d9a7e4", "sha256:01d7cc31fa0b9e22"}}},
    {JOURNAL_UPDATE,
     "undo",
     "Claire Lefèvre",
     "claire",
     "vigie",
     {{"openai_email_compte", "ia@agence-du-midi.example", ""}}},
    {JOURNAL_INSERT,
     "edit",
     "Claire Lefèvre",
     "claire",
     "vigie",
     {{"openai_email_compte", NULL, "contact2@horizon.example"},
      {"openai_actif", NULL, "t"},
      {"openai_limite_cout_mois", NULL, NULL},
      {"openai_ia_extensions", NULL,
       "{\"base_url\": \"https://eu.api.openai.com/v1\", \"tags\": [\"pilot\", \"midi\"]}"}}},
    {JOURNAL_DELETE,
     "",
     "東京 太郎",
     "taro",
     "DBeaver 23",
     {{"openai_email_compte", "gpt4@tokyo.example", NULL},
      {"openai_date_activation", "2026-05-06T00:00:00.000000Z", NULL}}},
    {JOURNAL_UPDATE,
     "restore",
     "Claire Lefèvre",
     "claire",
     "vigie",
     {{"openai_ia_extensions", "{\"base_url\": \"https://eu.api.openai.com/v1\", \"a\": 1}",
       "{\"base_url\": \"https://eu.api.openai.com/v1\", \"a\": 2}"}}},
};

enum { TOLD = sizeof told / sizeof told[0] };

static void fill(struct journal_entry *e, int i)
{
    int k = i % TOLD;
    char iso[CLOCK_TEXT_MAX];
    struct connexion *row = fixture_row(i % 15);
    *e = (struct journal_entry){.seq = 1000 - i, .action = told[k].action};
    e->at = FIXTURE_NOW - 90 - (int64_t)i * i * 7 * HOUR / 3;
    clock_iso(iso, e->at);
    (void)snprintf(e->at_text, sizeof e->at_text, "%.31s", iso);
    memcpy(e->organisation_id, row->organisation_id, UUID_TEXT);
    (void)snprintf(e->organisation_nom, sizeof e->organisation_nom, "%s", row->organisation_nom);
    memcpy(e->connexion_id, row->id, UUID_TEXT);
    (void)snprintf(e->account, sizeof e->account, "%s", row->col[COL_EMAIL]);
    (void)snprintf(e->kind, sizeof e->kind, "%s", told[k].kind);
    (void)snprintf(e->user_name, sizeof e->user_name, "%s", told[k].user);
    (void)snprintf(e->login, sizeof e->login, "%s", told[k].login);
    (void)snprintf(e->application, sizeof e->application, "%s", told[k].application);
    if (k % 2)
        (void)snprintf(e->address, sizeof e->address, "10.0.3.%d", k);
    e->field = mem_zero(4, sizeof *e->field);
    for (; e->fields < 4 && told[k].field[e->fields].column; e->fields++) {
        const struct told *f = &told[k].field[e->fields];
        struct journal_field *to = &e->field[e->fields];
        (void)snprintf(to->column, sizeof to->column, "%s", f->column);
        to->before = mem_dup_null(f->before);
        to->after = mem_dup_null(f->after);
    }
    connexion_destroy(row);
}

static struct journal_page *page(int n, int more)
{
    struct journal_page *p = journal_page_create((size_t)n);
    for (int i = 0; i < n; i++)
        fill(&p->item[i], i);
    p->more = more;
    return p;
}

static struct state *journal_of(int rows, int cols)
{
    struct state *st = fixture_state(rows, cols);
    journal_rows_reset(&st->journal.rows, page(ENTRIES, 1));
    st->journal.loaded = 1;
    st->journal.fetched_at = FIXTURE_NOW;
    fixture_push(st, SCREEN_JOURNAL);
    return st;
}

static void at(struct state *st, int rows, int cols, const char *name)
{
    st->rows = rows;
    st->cols = cols;
    golden_check(name, st, &(struct look){0});
}

Test(journal, sizes)
{
    struct state *st = journal_of(24, 80);
    st->journal_scroll.cursor = 2;
    at(st, 24, 80, "journal-80x24");
    at(st, 36, 120, "journal-120x36");
    at(st, 50, 200, "journal-200x50");
    at(st, 10, 40, "journal-40x10");
    state_destroy(st);
}

Test(journal, looks)
{
    struct state *st = journal_of(16, 100);
    golden_check("journal-ascii", st, &(struct look){.ascii = 1});
    golden_check("journal-mono", st, &(struct look){.no_color = 1, .attributes = 1});
    golden_check("journal-256", st, &(struct look){.attributes = 1});
    golden_check("journal-vt100", st, &(struct look){.type = "vt100", .ascii = 1});
    state_destroy(st);
}

Test(journal, of_one_organisation_with_a_filter)
{
    struct state *st = journal_of(12, 100);
    (void)snprintf(st->journal.organisation_nom, NAME_TEXT, "Agence du Midi");
    (void)snprintf(st->journal.filter_text, FILTER_TEXT_MAX, "person:claire since:7d");
    st->journal.rows.at_end = 1;
    at(st, 12, 100, "journal-filter");
    journal_rows_clear(&st->journal.rows);
    at(st, 12, 80, "journal-no-match");
    st->journal.filter_text[0] = '\0';
    at(st, 12, 80, "journal-empty");
    st->journal.loaded = 0;
    at(st, 12, 80, "journal-coming");
    state_destroy(st);
}

static void broken(struct state *st, int i, const char *reason, int64_t seq)
{
    struct journal_proof *p = &st->chain.proofs[i];
    struct connexion *row = fixture_row(i * MIDI_ROWS);
    memcpy(p->organisation_id, row->organisation_id, UUID_TEXT);
    (void)snprintf(p->organisation_nom, sizeof p->organisation_nom, "%s", row->organisation_nom);
    (void)snprintf(p->reason, sizeof p->reason, "%s", reason);
    p->bad_seq = seq;
    p->entries = 1204;
    connexion_destroy(row);
}

Test(journal, what_verify_said)
{
    struct state *st = journal_of(14, 90);
    st->chain = (struct journal_chain){.known = 1, .at = FIXTURE_NOW - 60, .len = 3};
    st->chain.proofs = mem_zero(3, sizeof *st->chain.proofs);
    broken(st, 0, "", 0);
    at(st, 14, 90, "journal-whole");
    broken(st, 0, "hash", 998);
    broken(st, 1, "gap", 700);
    broken(st, 2, "head", 1201);
    at(st, 14, 90, "journal-broken");
    fixture_push(st, SCREEN_ENTRY);
    st->journal_scroll.cursor = 2;
    at(st, 24, 90, "journal-entry-broken");
    state_destroy(st);
}

Test(journal, pages_that_were_let_go)
{
    struct state *st = journal_of(12, 80);
    journal_page_destroy(st->journal.rows.part[0].page);
    st->journal.rows.part[0].page = NULL;
    at(st, 12, 80, "journal-let-go");
    state_destroy(st);
}

static struct state *entry_of(int i)
{
    struct state *st = journal_of(24, 80);
    st->journal_scroll.cursor = i;
    fixture_push(st, SCREEN_ENTRY);
    return st;
}

Test(journal, entries)
{
    struct state *st = entry_of(2);
    st->entry.cursor = 1;
    at(st, 24, 80, "entry-80x24");
    at(st, 36, 120, "entry-120x36");
    at(st, 50, 200, "entry-200x50");
    at(st, 12, 40, "entry-40x12");
    st->journal_scroll.cursor = 5;
    st->entry.cursor = 3;
    at(st, 30, 80, "entry-created");
    st->journal_scroll.cursor = 6;
    st->entry.cursor = 0;
    at(st, 24, 80, "entry-deleted");
    st->journal_scroll.cursor = 3;
    at(st, 24, 80, "entry-key");
    st->journal_scroll.cursor = 7;
    golden_check("entry-256", st, &(struct look){.attributes = 1});
    golden_check("entry-ascii", st, &(struct look){.ascii = 1});
    state_destroy(st);
}

Test(journal, timeline_of_a_row)
{
    struct state *st = journal_of(24, 80);
    journal_rows_reset(&st->timeline.rows, page(12, 0));
    st->timeline.loaded = 1;
    st->timeline.fetched_at = FIXTURE_NOW;
    (void)snprintf(st->timeline.account, NAME_TEXT, "ia0@midi.example");
    fixture_sheet(st, 0);
    fixture_push(st, SCREEN_TIMELINE);
    at(st, 24, 80, "timeline-80x24");
    at(st, 24, 140, "timeline-140x24");
    state_destroy(st);
}

Test(journal, an_undo_shows_what_it_will_touch)
{
    struct state *st = journal_of(24, 80);
    struct change_set *set = change_set_create(1);
    memcpy(set->item[0].id, st->list.rows[0]->id, UUID_TEXT);
    (void)snprintf(set->item[0].label, NAME_TEXT, "ia0@midi.example");
    change_put(&set->item[0], FIELD_OF_COST_LIMIT, "2000");
    change_put_seen(&set->item[0], FIELD_OF_COST_LIMIT, "2500.5000");
    change_put(&set->item[0], FIELD_OF_API_KEY, "sha256:8f0c2b5511d9a7e4");
    set->item[0].field[FIELD_OF_API_KEY].former = 1;
    st->plan = (struct plan){.stage = PLAN_READY, .set = set};
    (void)snprintf(st->plan.undo_of, UUID_TEXT, "cccccccc-0000-4000-8000-000000000001");
    (void)snprintf(st->plan.title, EDIT_LABEL, "undo: edit of 1 connexion, 2 minutes ago");
    st->plan.preview = change_results_create(1);
    st->plan.preview->count[OUTCOME_SAVED] = 1;
    st->arming.armed = 1;
    fixture_push(st, SCREEN_PLAN);
    at(st, 24, 80, "undo-plan");
    state_destroy(st);
}
