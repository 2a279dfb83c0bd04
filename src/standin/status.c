#include "config.h"

#include "standin/resource.h"

#include <string.h>

/* GET /api/v2/status.json of the status host. */
static const struct {
    const char *indicator, *text;
} words[] = {{"none", "All Systems Operational"},
             {"minor", "Partially Degraded Service"},
             {"major", "Partial System Outage"},
             {"critical", "Major Service Outage"}};

void status_get(struct call *c, struct answer *a)
{
    const char *indicator = c->world->status_indicator;
    const char *text = "";
    if (strcmp(indicator, "html") == 0) {
        answer_scenario(a, SCENARIO_html_200, "");
        return;
    }
    if (strcmp(indicator, "missing") == 0) {
        answer_not_found(a, "page", "status.json");
        return;
    }
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strcmp(words[i].indicator, indicator) == 0)
            text = words[i].text;
    (void)str_addf(&a->body,
                   "{\"page\":{\"id\":\"standin\",\"name\":\"OpenAI\",\"url\":"
                   "\"https://status.openai.com\",\"time_zone\":\"Etc/UTC\"},"
                   "\"status\":{\"indicator\":\"%s\",\"description\":\"%s\"}}\n",
                   indicator, text);
}

/* What costs money is never served: the journal marks that it was asked for. */
void billable(struct call *c, struct answer *a)
{
    (void)c;
    answer_error(a, 402, "invalid_request_error", "billable", NULL,
                 "The stand-in does not serve what costs money.");
}
