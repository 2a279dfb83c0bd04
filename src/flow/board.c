#include "config.h"

/* The board: what is wrong, then every organisation as a cell. The cursor goes down the one and
 * over the other. */

#include "flow/control.h"

#include <stdlib.h>

enum { WORST_MAX = 20, CELL_MIN = 20, CELL_MAX = 34, PART = 3, LINES_MIN = 2, CELL_LINES_LOST = 3 };
enum { BOARD_REST = 10, BOARD_GAP_MS = 2000 };

int board_lines(const struct state *st)
{
    int len = st->board.worst ? st->board.worst->len : 0;
    int most = state_body_rows(st) / PART;
    most = most < LINES_MIN ? LINES_MIN : most;
    return len < most ? len : most;
}

int board_rows(const struct state *st)
{
    int lines = board_lines(st);
    int rows = state_body_rows(st) - (lines > 0 ? lines : 1) - CELL_LINES_LOST;
    return rows > 1 ? rows : 1;
}

static int cells(const struct state *st)
{
    return st->board.all ? st->board.all->len : 0;
}

/* As few as show all organisations, for their names have room then. */
int board_columns(const struct state *st)
{
    int rows = board_rows(st);
    int wanted = (cells(st) + rows - 1) / rows;
    int most = (st->cols - 2) / CELL_MIN;
    int least = (st->cols - 2) / CELL_MAX;
    int n = wanted < least ? least : wanted > most ? most : wanted;
    return n > 1 ? n : 1;
}

/* ── questions and answers ── */

void board_refresh(struct turn *t)
{
    struct board_view *board = &t->st->board;
    int64_t now = t->st->mono_ms;
    if (board->job || now < board->free_ms) {
        board->due_ms = board->job ? now + BOARD_GAP_MS : board->free_ms;
        return;
    }
    struct job *job = turn_job(t, JOB_OVERVIEW);
    board->due_ms = 0;
    if (!job)
        return;
    board->job = job->id;
    board->asked_ms = now;
    job = turn_job(t, JOB_ALERTS);
    if (!job)
        return;
    board->job_worst = job->id;
    (void)alerts_request(job, ALERTS_OPEN, WORST_MAX);
}

void board_open(struct turn *t)
{
    struct board_view *board = &t->st->board;
    board->at = board->top = 0;
    board->fault[0] = '\0';
    board->free_ms = 0;
    turn_push(t, SCREEN_BOARD);
    board_refresh(t);
}

/* Lines above it may come and go: the cursor stays on its cell. */
static void settle(struct state *st, int cell)
{
    struct board_view *board = &st->board;
    int lines = board_lines(st);
    int last = lines + cells(st) - 1;
    int row = 0;
    if (cell >= 0)
        board->at = lines + cell;
    board->at = board->at > last ? last : board->at;
    board->at = board->at < 0 ? 0 : board->at;
    if (board->at >= lines)
        row = (board->at - lines) / board_columns(st);
    if (row < board->top)
        board->top = row;
    if (row >= board->top + board_rows(st))
        board->top = row - board_rows(st) + 1;
}

static int cell_at(const struct state *st)
{
    int lines = board_lines(st);
    return st->board.at >= lines && cells(st) > 0 ? st->board.at - lines : -1;
}

void board_take(struct turn *t, struct event *event)
{
    struct board_view *board = &t->st->board;
    if (event->job == 0 || event->job != board->job)
        return;
    int cell = cell_at(t->st);
    int64_t rest = BOARD_REST * (t->st->mono_ms - board->asked_ms);
    overview_destroy(board->all);
    board->all = event->overview;
    event->overview = NULL;
    board->job = 0;
    board->fault[0] = '\0';
    board->fetched_at = event->now;
    board->free_ms = t->st->mono_ms + (rest < BOARD_GAP_MS ? BOARD_GAP_MS : rest);
    settle(t->st, cell);
}

void board_take_worst(struct turn *t, struct event *event)
{
    struct board_view *board = &t->st->board;
    if (event->job != board->job_worst)
        return;
    int first = !board->worst;
    int cell = cell_at(t->st);
    board->job_worst = 0;
    alert_list_destroy(board->worst);
    board->worst = event->alerts;
    event->alerts = NULL;
    settle(t->st, first ? -1 : cell);
}

/* ── the cursor ── */

static int step(const struct state *st, enum command command)
{
    int columns = board_columns(st);
    int cell = cell_at(st);
    switch ((int)command) {
    case CMD_UP:
        return cell < 0 ? -1 : cell < columns ? -(cell + 1) : -columns;
    case CMD_DOWN:
        return cell < 0 ? 1 : columns;
    case CMD_BOARD_LEFT:
        return cell > 0 ? -1 : 0;
    case CMD_BOARD_RIGHT:
        return cell < 0 ? 0 : 1;
    case CMD_PAGE_UP:
        return cell < columns ? -(st->board.at) : -columns * board_rows(st);
    default:
        return columns * board_rows(st);
    }
}

void board_move(struct turn *t, enum command command)
{
    struct state *st = t->st;
    struct board_view *board = &st->board;
    int lines = board_lines(st);
    int last = lines + cells(st) - 1;
    int before = cell_at(st);
    int to = command == CMD_FIRST ? 0 : command == CMD_LAST ? last : board->at + step(st, command);
    if (command == CMD_PAGE_UP && before >= 0 && to < lines)
        to = before >= board_columns(st) ? lines : 0;
    if (command == CMD_DOWN && before >= 0 && to > last)
        to = board->at;
    board->at = to;
    settle(st, -1);
}

void board_choose(struct turn *t)
{
    struct state *st = t->st;
    int cell = cell_at(st);
    if (cell >= 0) {
        struct overview_cell copy = st->board.all->item[cell];
        st->depth = 1;
        list_set_organisation(t, copy.id, copy.nom);
        return;
    }
    if (st->board.at >= board_lines(st))
        return;
    struct alert alert = st->board.worst->item[st->board.at];
    if (alert.connexion_id[0])
        alerts_show_connexion(t, alert.connexion_id);
    else
        alerts_run(t, &alert, state_remedy(alert.kind, 0));
}
