#include "config.h"

#include "db/edit_plan.h"

#include "base/i18n.h"
#include "base/mem.h"
#include "db/row_health.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PART_TEXT = 1 << 20 };

static int is_secret(enum field field)
{
    return field_info(field)->kind == FIELD_SECRET;
}

static const char *sql_name(enum field field)
{
    return column_info(field_info(field)->column)->sql;
}

struct place {
    const struct change_set *set;
    size_t at;
};

static int by_id(const void *a, const void *b)
{
    const struct place *x = a;
    const struct place *y = b;
    int order = strcmp(x->set->item[x->at].id, y->set->item[y->at].id);
    return order ? order : (x->at > y->at) - (x->at < y->at);
}

size_t *plan_order(const struct change_set *set)
{
    if (set->len == 0)
        return NULL;
    struct place *places = mem_zero(set->len, sizeof *places);
    size_t *order = mem_zero(set->len, sizeof *order);
    for (size_t i = 0; i < set->len; i++)
        places[i] = (struct place){set, i};
    if (set->len > PLAN_PART_ROWS)
        qsort(places, set->len, sizeof *places, by_id);
    for (size_t i = 0; i < set->len; i++)
        order[i] = places[i].at;
    free(places);
    return order;
}

/* Whether a value travels under a pad: not NULL, not empty, not a former key's name. */
static int is_padded(enum field field, const struct change_value *v)
{
    return v->set && is_secret(field) && !v->former && v->value && v->value[0];
}

size_t plan_pads(const struct change_set *set)
{
    size_t n = 0;
    for (size_t i = 0; i < set->len; i++)
        for (int f = 0; f < FIELD_COUNT; f++)
            n += is_padded((enum field)f, &set->item[i].field[f]) ? 1 : 0;
    return n;
}

int pad_apply(char out[PAD_HEX + 1], const struct pad *pad, const char *key, struct err *e)
{
    unsigned char bytes[PAD_BYTES];
    size_t len = strlen(key);
    if (len > PAD_BYTES)
        return err_set(e, ERR_USAGE, _("The key is longer than %d characters."), KEY_TEXT_MAX);
    for (size_t i = 0; i < PAD_BYTES; i++)
        bytes[i] = (unsigned char)((i < len ? (unsigned char)key[i] : 0) ^ pad->bytes[i]);
    (void)sodium_bin2hex(out, PAD_HEX + 1, bytes, sizeof bytes);
    sodium_memzero(bytes, sizeof bytes);
    return 0;
}

int pad_read(struct pad *pad, const char *id, const char *hex)
{
    size_t len = 0;
    if (!id || !hex || strlen(id) != UUID_TEXT - 1 || strlen(hex) != PAD_HEX)
        return -1;
    (void)snprintf(pad->id, sizeof pad->id, "%s", id);
    if (sodium_hex2bin(pad->bytes, sizeof pad->bytes, hex, PAD_HEX, NULL, &len, NULL) < 0)
        return -1;
    return len == PAD_BYTES ? 0 : -1;
}

static void open_object(struct str *out, const char *name)
{
    (void)str_addf(out, "\"%s\":{", name);
}

static void close_object(struct str *out)
{
    json_close(out, '}');
    (void)str_add_char(out, ',');
}

static int add_key(struct str *out, enum field field, const struct change_value *v,
                   const struct pad *pads, size_t *pad, struct err *e)
{
    char hex[PAD_HEX + 1];
    if (!pads || !v->value || !v->value[0]) {
        json_text(out, sql_name(field), pads && v->value ? "" : NULL);
        return 0;
    }
    open_object(out, sql_name(field));
    if (v->former) {
        json_text(out, "former", v->value);
    } else {
        int rc = pad_apply(hex, &pads[*pad], v->value, e);
        if (rc < 0)
            return rc;
        json_text(out, "pad", pads[(*pad)++].id);
        json_text(out, "x", hex);
    }
    close_object(out);
    return 0;
}

static int add_values(struct str *out, const struct change *change, const struct pad *pads,
                      size_t *pad, struct err *e)
{
    int rc = 0;
    open_object(out, "set");
    for (int f = 0; rc == 0 && f < FIELD_COUNT && change->op != CHANGE_DELETE; f++) {
        const struct change_value *v = &change->field[f];
        if (v->set && is_secret((enum field)f))
            rc = add_key(out, (enum field)f, v, pads, pad, e);
        else if (v->set)
            json_text(out, sql_name((enum field)f), v->value);
    }
    close_object(out);
    open_object(out, "seen");
    for (int f = 0; f < FIELD_COUNT && change->op != CHANGE_INSERT; f++) {
        const struct change_value *v = &change->field[f];
        if (v->has_seen)
            json_text(out, sql_name((enum field)f), v->seen);
    }
    close_object(out);
    return rc;
}

static int add_change(struct str *out, const struct change *change, const struct pad *pads,
                      size_t *pad, struct err *e)
{
    static const char *const words[] = {
        [CHANGE_UPDATE] = "update", [CHANGE_INSERT] = "insert", [CHANGE_DELETE] = "delete"};
    (void)str_add_char(out, '{');
    json_text(out, "op", words[change->op]);
    json_text(out, "id", change->id[0] ? change->id : NULL);
    json_text(out, "copy_of",
              change->op == CHANGE_INSERT && change->copy_of[0] ? change->copy_of : NULL);
    int rc = add_values(out, change, pads, pad, e);
    close_object(out);
    return rc;
}

int plan_part(struct str *out, const struct change_set *set, const size_t *order, size_t *from,
              const struct pad *pads, size_t *pad, struct err *e)
{
    int rc = 0;
    size_t rows = 0;
    (void)str_add_char(out, '[');
    while (rc == 0 && *from < set->len && rows < PLAN_PART_ROWS && out->len < PART_TEXT) {
        rc = add_change(out, &set->item[order[*from]], pads, pad, e);
        ++*from;
        rows++;
    }
    json_close(out, ']');
    if (rc == 0 && out->overflow)
        rc = err_set(e, ERR_LIMIT, "%s", _("The changes are too long to be saved at once."));
    return rc;
}
