#ifndef VIGIE_FLOW_JOB_H
#define VIGIE_FLOW_JOB_H

#include "model/account.h"
#include "model/alert.h"
#include "model/change.h"
#include "model/choice.h"
#include "model/journal.h"
#include "model/limit.h"
#include "model/page.h"
#include "model/provider.h"

enum job_kind {
    JOB_PAGE,          /* a page of the list */
    JOB_CONNEXION,     /* one whole row, by id */
    JOB_TOTALS,        /* sums over what the filter shows */
    JOB_ORGANISATIONS, /* all organisations in sight, with totals */
    JOB_HEALTH,        /* what probes found of some connexions, and of the hosts */
    JOB_FIGURES,       /* sources and daily costs of one connexion */
    JOB_TEST,          /* probe these connexions now, TEST_MAX at most */
    JOB_TEST_STOP,     /* ask for no further answer of the test under way */
    JOB_ACCOUNTS,      /* the admin keys, and what no project carries */
    JOB_ACCOUNT_SET,   /* try an admin key, seal it and store it */
    JOB_ACCOUNT_REMOVE,
    JOB_SAVE, /* a plan of changes in one transaction; its end is found out even when the connection
                 is lost */
    JOB_SAVE_STOP, /* give the save under way up: the server cancels it, nothing of it stays */
    JOB_PREVIEW,   /* what a plan would find; writes nothing */
    JOB_UNDO,      /* of the batch in uuid */
    JOB_REDO,
    JOB_UNDO_STATE,     /* what undo and redo would touch */
    JOB_JOURNAL,        /* a page of the journal */
    JOB_JOURNAL_EXPORT, /* the journal of the request to the new file in text, a line of JSON each
                         */
    JOB_VERIFY,         /* the hash chain of the organisation in uuid, or of all */
    JOB_CHOICES,        /* what a form can offer */
    JOB_DRAFT_KEEP,     /* text: the draft to keep on disk; NULL: forget it */
    JOB_ARM,            /* arm (flag 1) or disarm (0) the session for edits */
    JOB_ALERTS,         /* a page of the alerts, with the counts of all in sight */
    JOB_ALERT_ACT,      /* acknowledge, snooze, assign, reopen one */
    JOB_OVERVIEW,       /* the board: a line an organisation */
    JOB_LIMITS,     /* thresholds, block, forecast and figures by source of the connexion in uuid */
    JOB_LIMITS_SET, /* thresholds of a connexion or of an organisation */
    JOB_PROVIDER_PLAN,  /* what differs at OpenAI from the connexion in uuid */
    JOB_PROVIDER_APPLY, /* bring about the plan that the person saw */
    JOB_SHOWN,          /* the ids of all rows that the page request shows, MARKS_MAX at most */
    JOB_SIGN_IN,        /* again, with the password in secret */
    JOB_RECONNECT,      /* do not wait for the next attempt */
    JOB_GUARD,          /* look at limits and alerts at once; nothing answers */
    JOB_STOP            /* end the worker */
};

/* Thresholds to write. connexion "": of the organisation. unset: what is set there goes, so that
 * what is above it holds again. */
struct limits_edit {
    char organisation[UUID_TEXT], connexion[UUID_TEXT];
    struct thresholds thresholds;
    int unset;
};

/* Work for the worker. The id comes back with the answer, so that a late one is recognised. A job
 * belongs, with its ids, to whoever holds it: state, queue, worker. */
struct job {
    enum job_kind kind;
    unsigned id;
    struct page_request page; /* JOB_PAGE; JOB_TOTALS uses its filter and organisation */
    char uuid[UUID_TEXT];     /* JOB_CONNEXION, JOB_FIGURES */
    char (*ids)[UUID_TEXT];   /* JOB_HEALTH (HEALTH_ASK_MAX at most), JOB_TEST: owned */
    int ids_len;
    char name[ACCOUNT_NAME];    /* JOB_ACCOUNT_SET, JOB_ACCOUNT_REMOVE */
    char base_url[ACCOUNT_URL]; /* JOB_ACCOUNT_SET: "" for the usual place */
    int by_key;
    char *secret;                    /* JOB_ACCOUNT_SET: the key. Owned, wiped with the job */
    struct change_set *changes;      /* JOB_SAVE, JOB_PREVIEW: owned */
    char edit_kind[16];              /* JOB_SAVE: edit, restore, import, … for the journal */
    struct journal_request *journal; /* JOB_JOURNAL: owned */
    struct choice_request *choice;   /* JOB_CHOICES: owned, wiped */
    char *text;                      /* JOB_DRAFT_KEEP: owned */
    struct alert_request *alerts;    /* JOB_ALERTS: owned */
    struct alert_action *action;     /* JOB_ALERT_ACT: owned */
    struct limits_edit *limits;      /* JOB_LIMITS_SET: owned */
    struct provider_plan *plan;      /* JOB_PROVIDER_APPLY: what was shown and confirmed; owned */
    int flag;
};

struct job *job_create(enum job_kind kind, unsigned id);
/* With a copy of these connexions' ids. */
struct job *job_create_ids(enum job_kind kind, unsigned id, const char *const *ids, int len);
void job_set_ids(struct job *job, const char *const *ids, int len);
/* With a copy of what is secret, which job_wipe or job_destroy wipes. */
void job_set_secret(struct job *job, const char *text);
void job_wipe(struct job *job);
void job_destroy(struct job *job);

enum { JOBS_MAX = 16, TEST_MAX = 500, HEALTH_ASK_MAX = 1024, MARKS_MAX = 10000 };

/* What one turn of update asks for. */
struct jobs {
    struct job *item[JOBS_MAX];
    int len;
};

/* Takes the job; destroys it when the list is full (a turn asks for three at most). */
void jobs_add(struct jobs *jobs, struct job *job);
void jobs_finish(struct jobs *jobs);

#endif
