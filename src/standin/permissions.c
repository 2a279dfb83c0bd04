#include "config.h"

#include "base/mem.h"
#include "standin/json.h"
#include "standin/resource.h"

#include <stdlib.h>
#include <string.h>

/* GET, POST, DELETE /organization/projects/{}/model_permissions. */
enum { PERMISSIONS_MAX = 64 * 1024 };

static void put(const struct project *p, struct str *out)
{
    (void)str_add(out, "{\"object\":\"project.model_permissions\",");
    (void)str_add(out, p->permissions);
    (void)str_add(out, "}\n");
}

void permissions_get(struct call *c, struct answer *a)
{
    const struct project *p = resource_subject(c, a);
    if (p && p->permissions)
        put(p, &a->body);
    else if (p)
        answer_not_found(a, "model permissions", p->id);
}

void permissions_post(struct call *c, struct answer *a)
{
    struct project *p = resource_subject(c, a);
    json_object *body = p ? resource_body(c, a) : NULL;
    json_object *ids = NULL;
    struct str text;
    str_init(&text, PERMISSIONS_MAX);
    const char *mode = json_get_text(body, "mode", "");
    if (body)
        (void)json_object_object_get_ex(body, "model_ids", &ids);
    int valid = (strcmp(mode, "allow_list") == 0 || strcmp(mode, "deny_list") == 0) &&
                json_object_is_type(ids, json_type_array);
    if (valid) {
        (void)str_addf(&text, "\"mode\":\"%s\",\"model_ids\":", mode);
        (void)str_add(&text, json_object_to_json_string_ext(ids, JSON_C_TO_STRING_PLAIN));
    }
    if (body && (!valid || text.overflow)) {
        answer_bad(a, "mode", "Invalid 'mode' or 'model_ids'.");
    } else if (body) {
        free(p->permissions);
        p->permissions = str_take(&text);
        put(p, &a->body);
    }
    str_finish(&text);
    json_object_put(body);
}

void permissions_delete(struct call *c, struct answer *a)
{
    struct project *p = resource_subject(c, a);
    if (!p)
        return;
    free(p->permissions);
    p->permissions = NULL;
    (void)str_add(&a->body,
                  "{\"object\":\"project.model_permissions.deleted\",\"deleted\":true}\n");
}
