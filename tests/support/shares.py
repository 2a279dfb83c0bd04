"""What lists are sorted by under "budget" and "quota": the per mille of the limit, rows without one last both ways."""

from decimal import Decimal

COLUMNS = {
    "quota": ("openai_usage_quotidien", "openai_limite_quotidienne"), "budget": ("openai_cout_actuel_mois", "openai_limite_cout_mois"),
}


def permille(row, word):
    """Thousandths of the limit, rounded down; -1 without a limit or a figure."""
    value, limit = (None if row[name] is None else Decimal(row[name]) for name in COLUMNS[word])
    if value is None or limit is None or not limit > 0:
        return -1
    return min(int(max(value, 0) * 1000 // limit), 9999999)


def check(up, down, word):
    """up: rows from the least, down: ids from the most; rows that are equal by their id."""
    found = sorted((permille(row, word), row["openai_connexion_id"]) for row in up)
    some, none = [key for value, key in found if value >= 0], [key for value, key in found if value < 0]
    assert some and none, word
    assert [row["openai_connexion_id"] for row in up] == some + none, word
    assert down == some[::-1] + none[::-1], word
