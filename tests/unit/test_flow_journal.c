#include "config.h"

/* The journal as a window on what the database holds, its filter, an entry, the chain, undo. */

#include "flow_fixture.h"

#include "base/mem.h"
#include "flow/journal_part.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DAY_1 = 1795348800 };

static void fill(struct journal_entry *e, int64_t seq)
{
    e->seq = seq;
    e->action = JOURNAL_UPDATE;
    e->at = DAY_1 - 1000 + seq;
    (void)snprintf(e->at_text, sizeof e->at_text, "%012lld", (long long)seq);
    (void)snprintf(e->organisation_id, UUID_TEXT, "11111111-0000-4000-8000-000000000001");
    (void)snprintf(e->connexion_id, UUID_TEXT, "00000000-0000-0000-0000-%012lld",
                   (long long)seq % 7);
    (void)snprintf(e->account, sizeof e->account, "ia%lld@midi.example", (long long)seq % 7);
    e->field = mem_zero(1, sizeof *e->field);
    e->fields = 1;
    (void)snprintf(e->field[0].column, sizeof e->field[0].column, "openai_limite_quotidienne");
    e->field[0].before = mem_dup("100");
    e->field[0].after = mem_dup("200");
}

/* Entries from newest down, at most limit of them, none below 1. */
static struct journal_page *page_from(int64_t newest, int limit)
{
    int64_t len = newest < limit ? newest : limit;
    struct journal_page *page = journal_page_create(len > 0 ? (size_t)len : 0);
    for (int64_t i = 0; i < len; i++)
        fill(&page->item[i], newest - i);
    page->more = newest > limit;
    return page;
}

static void give(struct console *c, unsigned job, struct journal_page *page)
{
    struct event *event = event_create(EVENT_JOURNAL);
    event->job = job;
    event->journal = page;
    console_send(c, event);
}

/* Answers like a journal whose newest entry has this number; 0 when nothing was asked. */
static int serve(struct console *c, int64_t newest)
{
    const struct job *job = console_job(c, JOB_JOURNAL);
    if (!job)
        return 0;
    const struct journal_request *r = job->journal;
    give(c, job->id, page_from(r->before_at[0] ? r->before_seq - 1 : newest, r->limit));
    return 1;
}

static void open_journal(struct console *c, int64_t newest)
{
    console_ready(c, 20);
    console_command(c, CMD_JOURNAL, NULL);
    cr_assert(serve(c, newest));
    while (serve(c, newest))
        ;
}

static int64_t cursor(const struct console *c)
{
    const struct journal_entry *e = journal_current(c->st);
    return e ? e->seq : -1;
}

Test(flow_journal, the_newest_first_then_on_as_the_cursor_goes)
{
    struct console c;
    open_journal(&c, 350);
    cr_expect_eq(state_screen(c.st), SCREEN_JOURNAL);
    cr_expect_eq(cursor(&c), 350);
    cr_expect_eq(c.st->journal.rows.len, JOURNAL_PAGE);
    for (int i = 0; i < 40; i++) {
        console_command(&c, CMD_PAGE_DOWN, NULL);
        while (serve(&c, 350))
            ;
    }
    cr_expect_eq(cursor(&c), 1);
    cr_expect_eq(c.st->journal.rows.len, 350);
    cr_expect(c.st->journal.rows.at_end);
    console_close(&c);
}

Test(flow_journal, a_long_way_down_keeps_few_pages_and_the_way_back_reads_them_again)
{
    struct console c;
    const int64_t newest = 100LL * JOURNAL_PAGE;
    open_journal(&c, newest);
    for (int i = 0; i < 100; i++) {
        console_command(&c, CMD_LAST, NULL);
        while (serve(&c, newest))
            ;
    }
    size_t held = 0;
    for (size_t i = 0; i < c.st->journal.rows.parts; i++)
        held += c.st->journal.rows.part[i].page != NULL;
    cr_expect_eq(cursor(&c), 1);
    cr_expect_leq(held, (size_t)JOURNAL_PAGES_KEPT);
    console_command(&c, CMD_FIRST, NULL);
    cr_expect_eq(cursor(&c), -1, "let go, and being read again");
    while (serve(&c, newest + 5)) /* what is newer does not shift what was there */
        ;
    cr_expect_eq(cursor(&c), newest);
    console_close(&c);
}

Test(flow_journal, news_come_in_front_and_the_cursor_stays_on_its_entry)
{
    struct console c;
    open_journal(&c, 150);
    console_command(&c, CMD_DOWN, NULL);
    cr_expect_eq(cursor(&c), 149);
    console_send(&c, event_create(EVENT_CHANGED));
    cr_expect(serve(&c, 153));
    cr_expect_eq(cursor(&c), 149);
    cr_expect_eq(journal_rows_at(&c.st->journal.rows, 0)->seq, 153);
    console_command(&c, CMD_FIRST, NULL);
    console_command(&c, CMD_REFRESH, NULL);
    cr_expect(serve(&c, 154));
    cr_expect_eq(cursor(&c), 154, "at the newest the cursor stays at the newest");
    console_command(&c, CMD_REFRESH, NULL);
    cr_expect(serve(&c, 900));
    cr_expect_eq(c.st->journal.rows.len, JOURNAL_PAGE, "what does not join begins anew");
    console_close(&c);
}

Test(flow_journal, an_open_entry_waits_with_the_news)
{
    struct console c;
    open_journal(&c, 50);
    console_command(&c, CMD_OPEN, NULL);
    cr_expect_eq(state_screen(c.st), SCREEN_ENTRY);
    console_send(&c, event_create(EVENT_CHANGED));
    cr_expect_null(console_job(&c, JOB_JOURNAL));
    cr_expect_eq(cursor(&c), 50);
    console_command(&c, CMD_ENTRY_NEXT, NULL);
    cr_expect_eq(cursor(&c), 49);
    console_command(&c, CMD_ENTRY_PREVIOUS, NULL);
    console_command(&c, CMD_ENTRY_PREVIOUS, NULL);
    cr_expect_eq(cursor(&c), 50);
    cr_expect(strstr(c.st->message.text, "newest"), "%s", c.st->message.text);
    console_command(&c, CMD_BACK, NULL);
    cr_expect(serve(&c, 51), "asked when the list is back");
    cr_expect_eq(journal_rows_at(&c.st->journal.rows, 0)->seq, 51);
    console_close(&c);
}

Test(flow_journal, an_answer_that_comes_late_is_dropped)
{
    struct console c;
    console_ready(&c, 20);
    console_command(&c, CMD_JOURNAL, NULL);
    unsigned late = console_job(&c, JOB_JOURNAL)->id;
    console_command(&c, CMD_JOURNAL_FILTER, "person:claire");
    const struct job *job = console_job(&c, JOB_JOURNAL);
    cr_assert_not_null(job);
    cr_expect_str_eq(job->journal->person, "claire");
    unsigned wanted = job->id;
    give(&c, late, page_from(9, 100));
    cr_expect(!c.st->journal.loaded);
    give(&c, wanted, page_from(3, 100));
    cr_expect_eq(c.st->journal.rows.len, 3);
    console_close(&c);
}

Test(flow_journal, a_question_that_failed_or_was_lost_is_asked_again)
{
    struct console c;
    console_ready(&c, 20);
    console_command(&c, CMD_JOURNAL, NULL);
    struct event *event = event_create(EVENT_FAULT);
    event->job = console_job(&c, JOB_JOURNAL)->id;
    (void)err_set(&event->err, ERR_DATABASE, "no journal");
    console_send(&c, event);
    cr_expect(c.st->journal.failed && c.st->journal.job == 0);
    console_command(&c, CMD_REFRESH, NULL);
    cr_expect_not_null(console_job(&c, JOB_JOURNAL));
    cr_expect(!c.st->journal.failed);
    console_link(&c, LINK_WAITING, ERR_LOST);
    console_link(&c, LINK_READY, ERR_OK);
    cr_expect(serve(&c, 5));
    cr_expect_eq(c.st->journal.rows.len, 5);
    console_close(&c);
}

Test(flow_journal, the_timeline_is_of_the_row_and_comes_from_list_sheet_and_entry)
{
    struct console c;
    console_ready(&c, 20);
    console_command(&c, CMD_TIMELINE, NULL);
    const struct job *job = console_job(&c, JOB_JOURNAL);
    cr_assert_not_null(job);
    cr_expect_str_eq(job->journal->connexion_id, "00000000-0000-0000-0000-000000000000");
    cr_expect_eq(state_screen(c.st), SCREEN_TIMELINE);
    console_command(&c, CMD_BACK, NULL);
    console_command(&c, CMD_DOWN, NULL);
    console_command(&c, CMD_OPEN, NULL);
    console_command(&c, CMD_TIMELINE, NULL);
    job = console_job(&c, JOB_JOURNAL);
    cr_assert_not_null(job);
    cr_expect_str_eq(job->journal->connexion_id, "00000000-0000-0000-0000-000000000001");
    console_close(&c);
    open_journal(&c, 50);
    console_command(&c, CMD_TIMELINE, NULL);
    job = console_job(&c, JOB_JOURNAL);
    cr_assert_not_null(job);
    cr_expect_str_eq(job->journal->connexion_id, "00000000-0000-0000-0000-000000000001");
    cr_expect_str_eq(c.st->timeline.account, "ia1@midi.example");
    console_close(&c);
}

Test(flow_journal, esc_takes_the_filter_away_first)
{
    struct console c;
    open_journal(&c, 50);
    console_command(&c, CMD_JOURNAL_FILTER, NULL);
    cr_expect_eq(state_screen(c.st), SCREEN_PROMPT);
    console_type(&c, "fi");
    cr_expect_eq(c.st->prompt.choices, 1);
    console_command(&c, CMD_COMPLETE, NULL);
    cr_expect_str_eq(c.st->prompt.line.text, "field:");
    cr_expect_gt(strlen(c.st->prompt.problem), 0);
    console_type(&c, "budget-l");
    console_command(&c, CMD_COMPLETE, NULL);
    console_command(&c, CMD_ACCEPT, NULL);
    const struct job *job = console_job(&c, JOB_JOURNAL);
    cr_assert_not_null(job);
    cr_expect_str_eq(job->journal->column, "openai_limite_cout_mois");
    cr_expect_eq(state_screen(c.st), SCREEN_JOURNAL);
    console_command(&c, CMD_BACK, NULL);
    cr_expect_eq(state_screen(c.st), SCREEN_JOURNAL);
    job = console_job(&c, JOB_JOURNAL);
    cr_assert_not_null(job);
    cr_expect_str_eq(job->journal->column, "");
    console_command(&c, CMD_BACK, NULL);
    cr_expect_eq(state_screen(c.st), SCREEN_CONNEXIONS);
    console_close(&c);
}

Test(flow_journal, a_wrong_filter_says_so_and_changes_nothing)
{
    struct console c;
    open_journal(&c, 50);
    console_command(&c, CMD_JOURNAL_FILTER, "when:yesterday");
    cr_expect_null(console_job(&c, JOB_JOURNAL));
    cr_expect(strstr(c.st->message.text, "when:"), "%s", c.st->message.text);
    cr_expect_str_empty(c.st->journal.filter_text);
    console_close(&c);
}

Test(flow_journal, restoring_a_field_is_a_plan)
{
    struct console c;
    open_journal(&c, 50);
    console_command(&c, CMD_OPEN, NULL);
    console_command(&c, CMD_RESTORE, NULL);
    cr_expect_eq(state_screen(c.st), SCREEN_PLAN);
    const struct job *job = console_job(&c, JOB_PREVIEW);
    cr_assert_not_null(job);
    cr_expect_eq(job->changes->len, 1);
    const struct change *change = &job->changes->item[0];
    cr_expect_eq(change->op, CHANGE_UPDATE);
    cr_expect_str_eq(change->id, "00000000-0000-0000-0000-000000000001");
    cr_expect_str_eq(change->field[FIELD_OF_DAY_LIMIT].value, "100");
    cr_expect_eq(change_fields(change), 1);
    cr_expect_str_eq(c.st->plan.kind, "restore");
    console_close(&c);
}

static void restore_of(struct console *c, const char *column, const char *before,
                       enum journal_action action, int altered)
{
    open_journal(c, 50);
    struct journal_entry *e = &c->st->journal.rows.part[0].page->item[0];
    e->action = action;
    e->field[0].altered = altered;
    (void)snprintf(e->field[0].column, sizeof e->field[0].column, "%s", column);
    free(e->field[0].before);
    e->field[0].before = mem_dup_null(before);
    console_command(c, CMD_OPEN, NULL);
    console_command(c, CMD_RESTORE, NULL);
}

Test(flow_journal, a_key_is_put_back_by_its_fingerprint)
{
    struct console c;
    restore_of(&c, "openai_api_key", "sha256:0123456789abcdef", JOURNAL_UPDATE, 0);
    cr_expect_eq(state_screen(c.st), SCREEN_PLAN);
    const struct change_value *v = &c.st->plan.set->item[0].field[FIELD_OF_API_KEY];
    cr_expect(v->set && v->former);
    cr_expect_str_eq(v->value, "sha256:0123456789abcdef");
    console_close(&c);
}

Test(flow_journal, what_cannot_be_put_back_is_said)
{
    static const struct {
        const char *column, *before;
        enum journal_action action;
        int altered;
    } cases[] = {
        {"openai_usage_quotidien", "5", JOURNAL_UPDATE, 0},
        {"vigie_of_tomorrow", "5", JOURNAL_UPDATE, 0},
        {"openai_email_compte", "a@b.example", JOURNAL_DELETE, 0},
        {"openai_project_id", "proj\\e", JOURNAL_UPDATE, 1},
        {"openai_api_key", NULL, JOURNAL_UPDATE, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct console c;
        restore_of(&c, cases[i].column, cases[i].before, cases[i].action, cases[i].altered);
        cr_expect_eq(state_screen(c.st), SCREEN_ENTRY, "%zu", i);
        cr_expect_gt(strlen(c.st->message.text), 20, "%zu", i);
        console_close(&c);
    }
}

static void verified(struct console *c, unsigned job, const char *reason)
{
    struct event *event = event_create(EVENT_VERIFIED);
    event->job = job;
    event->proofs = mem_zero(2, sizeof *event->proofs);
    event->proofs_len = 2;
    event->proofs[0].entries = 1000;
    event->proofs[1].entries = 204;
    event->proofs[1].bad_seq = reason[0] ? 50 : 0;
    (void)snprintf(event->proofs[1].reason, sizeof event->proofs[1].reason, "%s", reason);
    (void)snprintf(event->proofs[1].organisation_id, UUID_TEXT,
                   "11111111-0000-4000-8000-000000000001");
    (void)snprintf(event->proofs[1].organisation_nom, JOURNAL_NAME, "Agence du Midi");
    console_send(c, event);
}

Test(flow_journal, verify_tells_whole_from_broken)
{
    struct console c;
    open_journal(&c, 50);
    console_command(&c, CMD_VERIFY, NULL);
    const struct job *job = console_job(&c, JOB_VERIFY);
    cr_assert_not_null(job);
    cr_expect_str_empty(job->uuid, "of all in sight");
    verified(&c, job->id, "");
    cr_expect_eq(journal_bad(c.st), 0);
    cr_expect(strstr(c.st->message.text, "whole"), "%s", c.st->message.text);
    cr_expect(!journal_is_bad(c.st, journal_current(c.st)));
    console_command(&c, CMD_VERIFY, NULL);
    verified(&c, console_job(&c, JOB_VERIFY)->id, "hash");
    cr_expect_eq(journal_bad(c.st), 1);
    cr_expect_eq(c.st->message.level, MESSAGE_ERROR);
    cr_expect(strstr(c.st->message.text, "Agence du Midi"), "%s", c.st->message.text);
    cr_expect(journal_is_bad(c.st, journal_current(c.st)));
    console_close(&c);
}

Test(flow_journal, a_file_is_named_and_its_end_told)
{
    struct console c;
    open_journal(&c, 50);
    console_command(&c, CMD_EXPORT, NULL);
    cr_expect_null(console_job(&c, JOB_JOURNAL_EXPORT));
    console_command(&c, CMD_EXPORT, "/tmp/journal.jsonl");
    const struct job *job = console_job(&c, JOB_JOURNAL_EXPORT);
    cr_assert_not_null(job);
    cr_expect_str_eq(job->text, "/tmp/journal.jsonl");
    struct event *event = event_create(EVENT_EXPORTED);
    event->job = job->id;
    event->rows_done = 50;
    event->text = mem_dup("/tmp/journal.jsonl");
    console_send(&c, event);
    cr_expect(strstr(c.st->message.text, "50 entries"), "%s", c.st->message.text);
    cr_expect_eq(c.st->job_export, 0U);
    console_close(&c);
}

/* ── undo ── */

static void arm(struct console *c)
{
    struct event *event = event_create(EVENT_ARMED);
    event->flag = 1;
    console_send(c, event);
    cr_assert(c->st->arming.armed || c->st->arming.job);
    c->st->arming.armed = c->st->arming.wanted = 1;
}

static void state_of_undo(struct console *c, const char *batch)
{
    const struct job *job = console_job(c, JOB_UNDO_STATE);
    cr_assert_not_null(job);
    struct event *event = event_create(EVENT_UNDO_STATE);
    event->job = job->id;
    event->undo = mem_zero(1, sizeof *event->undo);
    (void)snprintf(event->undo->undo, UUID_TEXT, "%s", batch);
    (void)snprintf(event->undo->redo, UUID_TEXT, "%s", batch);
    (void)snprintf(event->undo->undo_text, FIELD_PROBLEM, "edit of 3 connexions");
    event->undo->undo_rows = 3;
    event->undo->undo_at = c->now - 120;
    console_send(c, event);
}

#define BATCH "cccccccc-0000-4000-8000-000000000001"

Test(flow_journal, undo_is_refused_while_the_session_is_read_only)
{
    struct console c;
    console_ready(&c, 20);
    console_command(&c, CMD_UNDO, NULL);
    cr_expect_null(console_job(&c, JOB_UNDO_STATE));
    cr_expect(strstr(c.st->message.text, "read-only") && strstr(c.st->message.text, "--write"),
              "%s", c.st->message.text);
    console_close(&c);
}

Test(flow_journal, nothing_to_undo_is_said)
{
    struct console c;
    console_ready(&c, 20);
    arm(&c);
    console_command(&c, CMD_UNDO, NULL);
    state_of_undo(&c, "");
    cr_expect_null(console_job(&c, JOB_JOURNAL));
    cr_expect(strstr(c.st->message.text, "undo"), "%s", c.st->message.text);
    console_close(&c);
}

static void preview(struct console *c, enum change_outcome outcome)
{
    const struct job *job = console_job(c, JOB_PREVIEW);
    cr_assert_not_null(job);
    struct event *event = event_create(EVENT_PREVIEW);
    event->job = job->id;
    event->results = change_results_create(job->changes->len);
    for (size_t i = 0; i < job->changes->len; i++) {
        memcpy(event->results->item[i].id, job->changes->item[i].id, UUID_TEXT);
        event->results->item[i].outcome = outcome;
    }
    console_send(c, event);
}

static void show_undo(struct console *c, int64_t entries)
{
    console_ready(c, 20);
    arm(c);
    console_command(c, CMD_UNDO, NULL);
    state_of_undo(c, BATCH);
    const struct job *job = console_job(c, JOB_JOURNAL);
    cr_assert_not_null(job);
    cr_expect_str_eq(job->journal->batch, BATCH);
    while (serve(c, entries))
        ;
    cr_assert_eq(state_screen(c->st), SCREEN_PLAN);
}

static void saved(struct console *c, enum change_outcome of_first)
{
    const struct job *job = console_job(c, JOB_UNDO);
    cr_assert_not_null(job);
    cr_expect_str_eq(job->uuid, BATCH);
    struct event *event = event_create(EVENT_SAVED);
    event->job = job->id;
    event->results = change_results_create(3);
    event->results->committed = 1;
    for (int i = 0; i < 3; i++) { /* in another order than the plan's */
        (void)snprintf(event->results->item[i].id, UUID_TEXT, "00000000-0000-0000-0000-%012d",
                       3 - i);
        event->results->item[i].outcome = i == 2 ? of_first : OUTCOME_SAVED;
    }
    console_send(c, event);
}

Test(flow_journal, undo_shows_what_it_will_touch_and_enter_undoes)
{
    struct console c;
    show_undo(&c, 3);
    const struct change_set *set = c.st->plan.set;
    cr_expect_eq(set->len, 3);
    cr_expect_str_eq(set->item[0].field[FIELD_OF_DAY_LIMIT].value, "100");
    cr_expect_str_eq(set->item[0].field[FIELD_OF_DAY_LIMIT].seen, "200");
    cr_expect_str_eq(c.st->plan.title, "undo: edit of 3 connexions, 2 m ago");
    preview(&c, OUTCOME_SAVED);
    cr_expect_null(console_job(&c, JOB_UNDO), "not before Enter");
    console_command(&c, CMD_PLAN_SAVE, NULL);
    saved(&c, OUTCOME_SAVED);
    cr_expect_eq(state_screen(c.st), SCREEN_CONNEXIONS);
    cr_expect(strstr(c.st->message.text, "3 connexions"), "%s", c.st->message.text);
    console_close(&c);
}

Test(flow_journal, an_undo_that_meets_a_conflict_stays_on_screen)
{
    struct console c;
    show_undo(&c, 3);
    preview(&c, OUTCOME_SAVED);
    console_command(&c, CMD_PLAN_SAVE, NULL);
    saved(&c, OUTCOME_CONFLICT);
    cr_expect_eq(state_screen(c.st), SCREEN_PLAN);
    cr_expect_eq(plan_outcome(c.st, 0), OUTCOME_CONFLICT);
    cr_expect_eq(plan_outcome(c.st, 1), OUTCOME_SAVED);
    cr_expect_eq(plan_outcome(c.st, 2), OUTCOME_SAVED);
    console_close(&c);
}

Test(flow_journal, outcomes_find_their_rows)
{
    struct change_set *set = change_set_create(3);
    struct change_results *results = change_results_create(2);
    (void)snprintf(set->item[0].id, UUID_TEXT, "cc");
    (void)snprintf(set->item[1].id, UUID_TEXT, "aa");
    (void)snprintf(set->item[2].id, UUID_TEXT, "bb");
    (void)snprintf(results->item[0].id, UUID_TEXT, "bb");
    (void)snprintf(results->item[1].id, UUID_TEXT, "cc");
    results->item[0].outcome = OUTCOME_CONFLICT;
    results->item[0].theirs[FIELD_OF_DAY_LIMIT] = mem_dup("7");
    results->item[1].outcome = OUTCOME_SAVED;
    undo_align(set, results);
    cr_assert_eq(results->len, 3);
    cr_expect_eq(results->item[0].outcome, OUTCOME_SAVED);
    cr_expect_eq(results->item[1].outcome, OUTCOME_KEPT, "none told of it");
    cr_expect_eq(results->item[2].outcome, OUTCOME_CONFLICT);
    cr_expect_str_eq(results->item[2].theirs[FIELD_OF_DAY_LIMIT], "7");
    change_results_destroy(results);
    change_set_destroy(set);
}

Test(flow_journal, what_one_row_went_through_is_one_change)
{
    struct console c;
    show_undo(&c, 10); /* rows 1, 2 and 3 twice */
    const struct change_set *set = c.st->plan.set;
    cr_expect_eq(set->len, 7);
    for (size_t i = 0; i < set->len; i++)
        cr_expect_eq(change_fields(&set->item[i]), 1);
    console_close(&c);
}

Test(flow_journal, a_lost_connection_forgets_the_question)
{
    struct console c;
    console_ready(&c, 20);
    arm(&c);
    console_command(&c, CMD_UNDO, NULL);
    unsigned late = console_job(&c, JOB_UNDO_STATE)->id;
    console_link(&c, LINK_WAITING, ERR_LOST);
    console_link(&c, LINK_READY, ERR_OK);
    struct event *event = event_create(EVENT_UNDO_STATE);
    event->job = late;
    event->undo = mem_zero(1, sizeof *event->undo);
    (void)snprintf(event->undo->undo, UUID_TEXT, BATCH);
    console_send(&c, event);
    cr_expect_null(console_job(&c, JOB_JOURNAL));
    console_close(&c);
}
