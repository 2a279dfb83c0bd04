#ifndef VIGIE_MODEL_CHOICE_H
#define VIGIE_MODEL_CHOICE_H

#include "model/field.h"
#include "model/proof.h"

/* What a form offers for a field, from the database. */

enum choice_kind {
    CHOICES_ORGANISATIONS, /* by name */
    CHOICES_CLIENTS, /* of a kind and an organisation, by name; foreign ones are never offered */
    CHOICES_MODELS,  /* what the key of a connexion could use at its last probe */
    CHOICES_SAME_KEY /* not a list: how many other connexions in sight hold the same key (none is
                        shown) */
};

enum { CHOICES_LIMIT = 200, OFFER_TEXT = 200 };

struct choice_request {
    enum choice_kind kind;
    char connexion_id[UUID_TEXT];
    char organisation_id[UUID_TEXT];
    char client_type[64];
    char search[NAME_TEXT];
    char secret[KEY_TEXT_MAX]; /* CHOICES_SAME_KEY: the key typed; travels padded (see q_edit.h);
                                  whoever holds the request wipes it */
};

struct offer {
    char value[OFFER_TEXT];          /* canonical */
    char title[OFFER_TEXT];          /* as shown; scrubbed */
    char organisation_id[UUID_TEXT]; /* of a client */
};

struct choice_list {
    enum choice_kind kind;
    struct offer *item;
    size_t len;
    int more;
    int count; /* CHOICES_SAME_KEY */
};

struct choice_list *choice_list_create(size_t len);
void choice_list_destroy(struct choice_list *list);

#endif
