"""What the journal tells of every connexion, replayed and compared: the tests' own reading of vigie.journal.

    history = History(place)
    history.replay()                # raises unless every entry follows from those before it, up to the table as it is
    history.of(ident)               # the entries of one connexion, oldest first
"""

import datetime
import decimal
import json

# What the journal follows; figures and audit columns are not replayed.
WATCHED = (
    "organisation_id", "client_type", "client_id", "openai_api_key", "openai_email_compte", "openai_organisation_id",
    "openai_project_id", "openai_actif", "openai_date_activation", "openai_statut_connexion", "openai_limite_quotidienne",
    "openai_modeles_autorises", "openai_limite_cout_mois", "openai_ia_extensions",
)
ENTRIES = """
SELECT json_build_object('organisation', organisation_id, 'seq', seq, 'at', extract(epoch FROM at), 'batch', batch, 'kind', kind,
                         'id', connexion_id, 'action', action, 'user', user_id, 'login', login, 'before', before, 'after', after)
FROM vigie.journal ORDER BY at, seq
"""
ROWS = "SELECT vigie.connexion_text(c) FROM public.openai_connexion c"


def plain(column, text):
    """The value of a text of PostgreSQL, as `--json` would have it (amounts exact, JSON read)."""
    if text is None:
        return None
    if column == "openai_actif":
        return {"t": True, "f": False}.get(text, text)
    if column == "openai_limite_quotidienne":
        return int(text)
    if column == "openai_limite_cout_mois":
        return decimal.Decimal(text)
    if column == "openai_modeles_autorises" and isinstance(text, str):
        return [item.strip('"') for item in text[1:-1].split(",")] if text != "{}" else []
    if column == "openai_ia_extensions" and isinstance(text, str):
        return json.loads(text)
    if column == "openai_date_activation":
        return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
    return text


def same(column, told, text):
    """Whether what the program told (a value of --json) is the text that the journal holds."""
    if told is None or text is None:
        return told is text
    if column == "openai_limite_cout_mois":
        return decimal.Decimal(str(told)) == decimal.Decimal(text)
    if column == "openai_date_activation":
        return plain(column, told) == plain(column, text)
    return told == plain(column, text)


class History:
    """The journal as it is now."""

    def __init__(self, place, db=None):
        db = db or place.db
        self.entries = [json.loads(row[0]) for row in place.cluster.rows(ENTRIES, db)]
        self.rows = {row["openai_connexion_id"]: row for row in (json.loads(r[0]) for r in place.cluster.rows(ROWS, db))}
        self.by_id, self.by_batch = {}, {}
        for entry in self.entries:
            mine = self.by_id.setdefault(entry["id"], [])
            # a move stands in both organisations' chains
            twin = mine and "organisation_id" in (entry["after"] or {}) and entry["action"] == "update"
            if twin and mine[-1]["organisation"] != entry["organisation"] and (mine[-1]["after"] or {}).get("organisation_id") == entry["after"]["organisation_id"]:
                continue
            mine.append(entry)
            self.by_batch.setdefault(entry["batch"], []).append(entry)

    def of(self, ident):
        """The entries of one connexion, oldest first."""
        return self.by_id.get(ident, [])

    def written(self, batch, ident):
        """What a batch did to a connexion."""
        return [entry for entry in self.by_batch.get(batch, []) if entry["id"] == ident]

    def values(self, ident, column):
        """Every value that a column had, oldest first, as (text, entry); (None, entry) where the row ended."""
        found = []
        for entry in self.of(ident):
            if entry["action"] == "delete":
                found.append((None, entry))
            elif column in entry["after"]:
                found.append((entry["after"][column], entry))
        return found

    def replay(self):
        """From the first entry to the table as it is."""
        for ident in set(self.by_id) | set(self.rows):
            state = None
            for entry in self.of(ident):
                state = step(state, entry)
            now = self.rows.get(ident)
            expected = now and {column: now[column] for column in WATCHED}
            got = state and {column: state[column] for column in WATCHED}
            assert got == expected, "%s: the journal ends with %s, the table holds %s" % (ident, got, expected)


def step(state, entry):
    """The row after an entry; each must fit what came before."""
    where = "entry %s of %s" % (entry["seq"], entry["id"])
    if entry["action"] == "insert":
        assert state is None, where + " inserts a row that is there"
        return dict(entry["after"])
    assert state is not None, where + " is about a row that is not there"
    for column in set(entry["before"]) & set(WATCHED):
        assert state[column] == entry["before"][column], "%s: %s was %r and not %r" % (
            where, column, state[column], entry["before"][column])
    return None if entry["action"] == "delete" else {**state, **entry["after"]}
