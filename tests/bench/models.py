"""The fixed body of the probe bench: a list of models as long as the real one."""

import json

FAMILIES = ["gpt-3.5-turbo", "gpt-4", "gpt-4-turbo", "gpt-4o", "gpt-4o-mini", "gpt-4.1", "gpt-4.1-mini", "gpt-5", "gpt-5-mini", "o3", "o4-mini"]
DATES = ["", "-2024-05-13", "-2024-08-06", "-2024-11-20", "-2025-04-14", "-2025-08-07", "-preview", "-audio"]


def body():
    """88 models, about 10 kB."""
    data = [
        {"id": family + date, "object": "model", "created": 1715367049 + 86400 * n, "owned_by": "system", "shutdown_date": None}
        for n, family in enumerate(FAMILIES)
        for date in DATES
    ]
    return json.dumps({"object": "list", "data": data}).encode()
