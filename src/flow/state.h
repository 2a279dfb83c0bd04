#ifndef VIGIE_FLOW_STATE_H
#define VIGIE_FLOW_STATE_H

#include "flow/alert_view.h"
#include "flow/event.h"
#include "flow/form.h"
#include "flow/job.h"
#include "flow/journal_view.h"
#include "flow/typed.h"

/* The whole interactive state, as values: what the screens draw and update changes. One thread, the
 * UI's. */

enum screen_kind {
    SCREEN_CONNEXIONS,
    SCREEN_CONNEXION,
    SCREEN_HEALTH, /* of the sheet's connexion */
    SCREEN_ORGANISATIONS,
    SCREEN_ACCOUNTS, /* OpenAI organisations and their admin keys */
    SCREEN_HELP,
    SCREEN_LOG,
    SCREEN_PROOF,
    SCREEN_COLUMNS, /* menu: which columns */
    SCREEN_SORT,    /* menu: sort by */
    SCREEN_FORM,    /* what is being typed: form.h */
    SCREEN_CHOICES, /* the list offered for a field of the form */
    SCREEN_PLAN,    /* what will change, and what became of it */
    SCREEN_CONFLICT,
    SCREEN_JOURNAL,  /* of an organisation, or of all in sight */
    SCREEN_TIMELINE, /* the journal of one connexion */
    SCREEN_ENTRY,    /* one of its entries */
    SCREEN_ALERTS,   /* what asks for somebody */
    SCREEN_BOARD,    /* what is wrong, then all organisations at a glance */
    SCREEN_PROVIDER, /* the limits of an OpenAI project beside those of its connexion */
    SCREEN_PROMPT,   /* a line to type or to confirm, drawn over the screen below */
    SCREEN_COUNT
};

enum { HOSTS_KEPT_MAX = 8, HEALTH_ASKED = -1 };
enum { STACK_MAX = 12, MESSAGE_MAX = 300, MIN_ROWS = 8, MIN_COLS = 40 };

struct link {
    enum link_status status;
    int64_t since_ms; /* mono instant of the present status */
    int64_t retry_ms;
    struct err err;
    struct proof proof; /* of the last gate that answered */
    int proven;         /* proof holds something */
    int sign_in;        /* refused because the sign-in at the auth server has ended */
};

/* A window on the ordered, filtered list in the database: rows around the cursor, never all. */
struct list {
    struct connexion **rows;
    size_t len, cap;
    int at_start, at_end; /* nothing before, after the rows held */
    int64_t before;       /* rows before the first held; -1 when not known */
    size_t cursor, top;   /* indices into rows */
    struct order order;
    char filter_text[FILTER_TEXT_MAX];
    struct filter filter;
    char organisation[UUID_TEXT];
    char organisation_nom[NAME_TEXT];
    unsigned job_next, job_previous, job_reset; /* outstanding fetches, 0 for none */
    int reset_keeps_cursor;                     /* the reset under way is a refresh */
    char seek[UUID_TEXT]; /* the row that the cursor goes to when the refresh brings it; "" for none
                           */
    int outdated;         /* the rows held are of an earlier order, filter or organisation */
    int reset_from_end;   /* the reset under way reads the end of the list */
    int loaded;           /* a page has come for the present order and filter */
    int64_t fetched_at;   /* when the rows were fetched, UTC seconds */
    enum column columns[COLUMN_ALL];
    int columns_len;
    int columns_chosen; /* by a person: all are shown where there is room */
    struct totals totals;
    int totals_known, totals_exact;
    unsigned job_totals;
    int64_t totals_asked_ms; /* mono instant of the last question */
    int64_t totals_due_ms;   /* mono instant of the next question, 0 for none */
    int64_t totals_free_ms; /* no question before: sums may be dear, they are asked for sparingly */
    int live_filter;        /* few enough rows to fetch at each key typed into the filter */
    int stale_filter;       /* the filter changed while a fetch was under way: fetch again */
};

/* What probes found of the rows held and of the sheet's, sorted by id, no more than HEALTH_ASK_MAX.
 * An entry that has not come yet has HEALTH_ASKED for checked_at. */
struct known_health {
    struct health *item;
    size_t len, cap;
    struct host_health host[HOSTS_KEPT_MAX]; /* those in trouble first */
    int hosts;
    unsigned job;
    int again;      /* rows came while a question was under way */
    int64_t due_ms; /* mono instant of the next question, 0 for none */
};

/* A test that a person asked for. */
struct testing {
    unsigned job; /* 0: none is under way */
    int asked;    /* connexions to test */
    int total;    /* that will answer, as far as known */
    int done;
    int said[VERDICT_COUNT];
};

/* The connexion of SCREEN_CONNEXION and SCREEN_HEALTH. */
struct sheet {
    char id[UUID_TEXT];
    struct connexion *row; /* NULL until it came */
    int gone;
    int64_t fetched_at;
    unsigned job;
    struct figures *figures; /* NULL: not known */
    unsigned job_figures;
    struct sheet_limits control;
    struct scroll scroll, health;
};

struct orgs {
    struct organisations *all;
    int64_t fetched_at;
    unsigned job;
    struct scroll scroll;
};

/* What the screen of admin keys shows and does. */
struct admin_keys {
    struct account_list *all;
    int64_t fetched_at;
    unsigned job;              /* outstanding question, 0 for none */
    unsigned job_act;          /* a key is being tried and stored, or removed */
    int64_t due_ms;            /* mono instant of the next question, 0 for none */
    int64_t asked_ms, free_ms; /* of the last one; before free_ms only a person may ask: it may be
                                  dear */
    char acting[ACCOUNT_NAME]; /* what job_act is about */
    char name[ACCOUNT_NAME];   /* what the prompt is about */
    int again;                 /* something changed while a question was under way */
    struct scroll scroll;
};

enum prompt_kind {
    PROMPT_FILTER,
    PROMPT_PALETTE,
    PROMPT_NAME,    /* of an admin key */
    PROMPT_JOURNAL, /* the filter of the journal */
    PROMPT_SECRET,  /* masked; wiped when it is closed */
    PROMPT_CONFIRM  /* nothing to type: Enter or Esc */
};

enum { CHOICES_MAX = 12, CHOICE_TEXT = 128 };

struct choice {
    char text[CHOICE_TEXT]; /* what the line becomes */
    char help[CHOICE_TEXT]; /* translated */
};

/* Which part of flow a NAME, SECRET or CONFIRM is for. */
enum prompt_about {
    ABOUT_ACCOUNT,
    ABOUT_ARM,     /* whether the session may write */
    ABOUT_DISCARD, /* whether what was typed into the form goes */
    ABOUT_DRAFT,   /* whether the draft of an earlier session is opened */
    ABOUT_REPLACE, /* whether a draft is thrown away for another form */
    ABOUT_SIGN_IN, /* the password of a sign-in that has ended */
    ABOUT_UNDO,    /* whether the last edit is undone, or done again */
    ABOUT_FIELD,   /* the field to go to */
    ABOUT_SNOOZE,  /* how long, and why */
    ABOUT_ASSIGN,  /* to whom an alert goes */
    ABOUT_LIMITS,  /* thresholds of a connexion or an organisation */
    ABOUT_APPLY,   /* whether a plan goes to OpenAI */
    ABOUT_SAVE     /* what must be typed before a plan that cannot be undone is saved */
};

struct prompt {
    enum prompt_kind kind;
    enum prompt_about about;
    struct typed line;
    char label[MESSAGE_MAX];     /* translated; stands before the line, or asks */
    char saved[FILTER_TEXT_MAX]; /* what cancel returns to */
    struct choice choice[CHOICES_MAX];
    int choices;
    int selected;              /* -1: none */
    char problem[MESSAGE_MAX]; /* why the line cannot be taken as it is, or what is odd about it */
};

enum message_level { MESSAGE_INFO, MESSAGE_WARN, MESSAGE_ERROR };

struct message {
    char text[MESSAGE_MAX];
    enum message_level level;
    int64_t until_ms; /* mono; 0 when there is none */
};

struct settings {
    int refresh_s;         /* fetch again that often where notifications do not arrive */
    int confirm;           /* failures in a row before a state changes; 0: the default */
    int signed_in;         /* the user signed in at the platform's auth server */
    int read_only;         /* the session starts read-only: no --write */
    char label[NAME_TEXT]; /* name of the place, e.g. "prod", "demo", for the header; "" to show the
                              database's name */
};

struct state {
    int64_t now, mono_ms;
    int rows, cols;
    struct settings settings;
    enum screen_kind stack[STACK_MAX];
    int depth; /* >= 1 */
    struct link link;
    struct list list;
    struct sheet sheet;
    struct known_health health;
    struct testing testing;
    struct orgs orgs;
    struct admin_keys accounts;
    struct scroll help, log, proof, menu;
    struct form form;
    struct offers offers;
    struct plan plan;
    struct conflict conflict;
    struct arming arming;
    struct journal_view journal, timeline;
    struct scroll journal_scroll, timeline_scroll, entry; /* entry: the cursor is on a field */
    struct journal_chain chain;
    struct undoing undoing;
    unsigned job_export;
    struct alert_view alerts;
    struct alert_watch watch;
    struct announce announce;
    struct board_view board;
    struct provider_view provider;
    struct thresholds_target limits_target;
    struct timeline_alerts timeline_alerts;
    struct repeat repeat;
    enum field cell;     /* the field that "set" proposes; FIELD_COUNT: none yet */
    char *draft_text;    /* a draft that an earlier session left, until it is answered; owned */
    int edit_externally; /* the loop runs $VISUAL (form_external_text) and clears this */
    struct prompt prompt;
    struct message message;
    char (*marks)[UUID_TEXT]; /* ascending, each once */
    size_t marks_len;
    unsigned job_shown;                  /* all that the filter shows is to be marked */
    char wanted_organisation[NAME_TEXT]; /* to be chosen when the organisations are known; "" for
                                            none */
    unsigned next_job;
    int64_t waiting_since_ms; /* mono instant of the oldest unanswered request of the person; 0 for
                                 none */
    int changed_pending;      /* a change was announced and not yet fetched */
    int64_t refresh_at_ms;    /* mono instant of the next refresh by timer, 0 for none */
    int64_t active_ms;        /* mono instant of the last event that was no tick */
    int text_len; /* lines of the sheet, help, log or proof on screen: returned by draw(), put here
                     by the loop */
    unsigned generation; /* changes with all that is shown but the cursor and the first line of the
                            list */
    int dirty;           /* something to draw */
    int redraw;          /* from scratch */
    int suspend;         /* the loop stops the program and clears this */
    int quit;
    int needs_password; /* the program ends because the server wants a password: ask and start again
                         */
    struct err exit_err; /* why the program ends; code ERR_OK for a normal end */
};

/* What the command line asks the list to start with; NULL for nothing. */
struct preset {
    const char *filter, *sort, *columns, *organisation;
};

struct state *state_create(const struct settings *settings);
void state_destroy(struct state *st);

/* Before the first event. ERR_USAGE says which part cannot be. */
int state_preset(struct state *st, const struct preset *preset, struct err *e);

enum screen_kind state_screen(const struct state *st);       /* top of the stack */
enum screen_kind state_screen_under(const struct state *st); /* top, looking through a prompt */
unsigned state_context(const struct state *st);              /* context of the top screen */
unsigned state_context_under(const struct state *st);        /* of state_screen_under */
int state_too_small(const struct state *st);
int state_marked(const struct state *st, const char *id);
const struct connexion *state_current(
    const struct state *st); /* row under the cursor of the list, NULL when empty */

/* Whether a permanent line warns about the identity. */
int state_has_banner(const struct state *st);

/* The host in trouble that a permanent line tells of, NULL when there is none. */
const struct host_health *state_host_trouble(const struct state *st);

/* Permanent lines under the header. */
int state_banners(const struct state *st);

/* What is known of a connexion; NULL when that has not come yet. */
const struct health *state_health(const struct state *st, const char *id);

/* The columns that the list shows at the present width: the health has one of its own from
 * HEALTH_COLUMN_COLS on unless a person has chosen the columns. Returns how many. */
enum { HEALTH_COLUMN_COLS = 100 };
int state_columns(const struct state *st, enum column out[COLUMN_ALL]);

/* Failures in a row before a state changes. */
int state_confirm(const struct state *st);

/* Lines that the body of a full screen has at the present size: the rows less header, footer and
 * column titles. One rule, used by update for pages and by the screens for drawing. */
int state_body_rows(const struct state *st);

/* Lines below a list that tell all about the line under the cursor, 0 where there is no room: of
 * the alerts and of the plan at OpenAI. */
enum { DETAIL_ROWS = 8, DETAIL_FROM_ROWS = 16 };
int state_detail_rows(const struct state *st);

/* The command that is the remedy of an alert: index 0, 1, 2. */
enum command state_remedy(enum alert_kind kind, int index);

/* The board: lines of exceptions, then cells in rows. */
int board_lines(const struct state *st);
int board_columns(const struct state *st);
int board_rows(const struct state *st);

/* Seconds that the person has been waiting for an answer, 0 when below one. */
int state_waiting_s(const struct state *st);

/* Mono instant at which time alone changes the screen or is due to cause a job (an age, a
 * countdown, a message that ends, a refresh); -1 when there is none. */
int64_t state_next_wake(const struct state *st);

/* The pure heart: applies one event. Takes the event's payload (not the event itself) and adds
 * jobs. No clock, no I/O. */
void update(struct state *st, struct event *event, struct jobs *jobs);

#endif
