#ifndef VIGIE_FLOW_ALERT_VIEW_H
#define VIGIE_FLOW_ALERT_VIEW_H

#include "model/alert.h"
#include "model/forecast.h"
#include "model/limit.h"
#include "model/overview.h"
#include "model/provider.h"

/* What the screens of automatic control show: alerts, board, provider plan. */

/* Cursor and first visible line of a simple list or text whose length is known. The screen that
 * draws sets len and height. */
struct scroll {
    int cursor;
    int top;
};

enum { ALERT_PAGE = 100, CONTROL_FAULT = 300 };

/* SCREEN_ALERTS: of all in sight, of an organisation or of a connexion. */
struct alert_view {
    struct alert_list *list; /* NULL until it came */
    int64_t fetched_at;
    unsigned job;      /* from the first alert on */
    unsigned job_more; /* what follows the last one held */
    unsigned job_act;
    int again;                 /* something changed while a question was under way */
    char fault[CONTROL_FAULT]; /* why the last question has no answer; "" */
    enum alert_scope scope;
    char organisation[UUID_TEXT], connexion[UUID_TEXT]; /* "" for all */
    char about[ALERT_SUBJECT];                          /* the name of what it is narrowed to */
    char acting[UUID_TEXT];                             /* what the prompt or job_act is about */
    enum alert_act act;
    struct scroll scroll;
};

/* The counter in the header, and what is new since the last look. */
struct alert_watch {
    struct alert_counts counts;
    int known;
    unsigned job;
    int again;
    int64_t asked_ms, free_ms; /* mono instants: of the last question; none before free_ms */
    int64_t due_ms;            /* of the next question, 0 for none */
    int64_t newest;            /* the instant at which the newest known alert was raised */
};

/* What the terminal is told besides the screen (bell, title): set by flow, done and cleared by the
 * loop. */
struct announce {
    int pending;
    enum alert_gravity gravity;
    char text[CONTROL_FAULT]; /* one translated line */
};

/* SCREEN_BOARD: the cursor walks over the exceptions, then over the cells. */
struct board_view {
    struct overview *all;
    struct alert_list *worst; /* open alerts, the gravest first: as many as the board can show */
    int64_t fetched_at;
    unsigned job, job_worst;
    char fault[CONTROL_FAULT];
    int64_t asked_ms, free_ms, due_ms; /* as the counter's */
    int at;  /* index of an exception, then of a cell: board_lines() of them first */
    int top; /* first row of cells shown */
};

/* SCREEN_PROVIDER: of the sheet's connexion. */
struct provider_view {
    struct provider_plan *plan; /* NULL until it came */
    char id[UUID_TEXT];
    char account[ALERT_SUBJECT]; /* the connexion's e-mail */
    int64_t fetched_at;
    unsigned job;       /* the plan is being made */
    unsigned job_apply; /* it is being applied */
    int applied;        /* the steps shown are results */
    char fault[CONTROL_FAULT];
    struct scroll scroll;
};

/* Of the sheet's connexion. */
struct sheet_limits {
    struct limits *limits; /* these three NULL: not known */
    struct forecast *forecast;
    struct reconciliation *figures;
    unsigned job;
    struct alert_list *alerts; /* its own, whatever their status */
    unsigned job_alerts;
    unsigned job_set;
};

/* The alerts above the timeline, of its connexion. */
struct timeline_alerts {
    char id[UUID_TEXT];
    struct alert_list *list; /* NULL: not known */
    unsigned job;
};

/* Whose thresholds the prompt is about; connexion "": the organisation's. */
struct thresholds_target {
    char organisation[UUID_TEXT], connexion[UUID_TEXT];
    char name[ALERT_SUBJECT];
};

#endif
