#include "config.h"

#include "model/organisation.h"
#include "model/page.h"

#include "base/mem.h"

#include <criterion/criterion.h>
#include <string.h>

Test(model_connexion, statuses)
{
    static const char *const words[] = {"active", "inactive", "error", "expired", "quota_exceeded"};
    cr_expect_eq(STATUS_COUNT, 5);
    for (int i = 0; i < STATUS_COUNT; i++) {
        cr_expect_eq(status_parse(words[i]), (enum status)i);
        cr_expect_str_eq(status_word((enum status)i), words[i]);
        cr_expect(status_title((enum status)i)[0]);
    }
    cr_expect_eq(status_parse("Active"), STATUS_UNKNOWN);
    cr_expect_eq(status_parse(""), STATUS_UNKNOWN);
    cr_expect_eq(status_parse(NULL), STATUS_UNKNOWN);
    cr_expect_str_eq(status_word(STATUS_UNKNOWN), "?");
    cr_expect_str_eq(status_title(STATUS_UNKNOWN), "?");
}

Test(model_connexion, client_types)
{
    cr_expect_str_eq(client_type_word(0), "reseau");
    cr_expect_str_eq(client_type_word(2), "agence_independante");
    cr_expect_null(client_type_word(3));
    cr_expect_null(client_type_word(-1));
    cr_expect_str_eq(client_type_title("reseau"), "network");
    cr_expect_str_eq(client_type_title("other"), "other");
}

Test(model_connexion, a_new_one_knows_nothing)
{
    struct connexion *c = connexion_create();
    cr_expect_eq(c->status, STATUS_UNKNOWN);
    cr_expect(c->quota_permille == -1 && c->budget_permille == -1);
    cr_expect_eq(c->client_link, CLIENT_MISSING);
    cr_expect(!c->synchro.known && !c->reset.known);
    c->col[COL_EMAIL] = mem_dup("a@b");
    c->keyset[0] = mem_dup("k");
    c->organisation_nom = mem_dup("o");
    c->client_nom = mem_dup("c");
    connexion_destroy(c);
    connexion_destroy(NULL);
}

Test(model_connexion, requests_are_anchored_at_a_copy_of_the_row)
{
    struct page_request a;
    struct connexion *row = connexion_create();
    memcpy(row->id, "0b1f", 5);
    row->keyset[0] = mem_dup("midi");
    row->keyset[2] = mem_dup("z");
    page_request_init(&a);
    cr_expect(a.from_edge && filter_is_empty(&a.filter) && a.limit > 0);
    page_request_anchor(&a, row);
    page_request_anchor(&a, row);
    connexion_destroy(row);
    cr_expect(!a.from_edge);
    cr_expect_str_eq(a.id, "0b1f");
    cr_expect_str_eq(a.keyset[0], "midi");
    cr_expect_null(a.keyset[1]);
    cr_expect_str_eq(a.keyset[2], "z");
    page_request_finish(&a);
    page_request_finish(&a);
}

Test(model_connexion, pages_and_organisations_own_their_rows)
{
    struct page *p = page_create(3);
    p->rows[0] = connexion_create();
    p->rows[2] = connexion_create();
    p->len = 3; /* the second was moved away */
    page_destroy(p);
    page_destroy(page_create(0));
    page_destroy(NULL);
    struct organisations *o = organisations_create(2);
    o->rows[1].nom = mem_dup("Midi");
    organisations_destroy(o);
    organisations_destroy(organisations_create(0));
    organisations_destroy(NULL);
}
