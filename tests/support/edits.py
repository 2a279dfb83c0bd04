"""What tests of editing share: the table as values, commands that must end with a status, and changes that are taken back.

    table = Edits(place)
    with table.undone():
        table.edit("set", connexion, "quota-limit=7")
"""

import contextlib
import json
import os

OK = 0
AUDIT = {"openai_created_at", "openai_created_by", "openai_updated_at", "openai_updated_by", "openai_audit_log"}
KEY = "sk-proj-Zw9q" + "7Kp2" * 10
NO_ID = "00000000-0000-4000-8000-00000000dead"


class Edits:
    """The connexions of a Place, seen past every policy."""

    def __init__(self, place):
        self.place = place

    def snapshot(self, where="true", db=None):
        """The table, the keys too, less what triggers write by themselves."""
        sql = "SELECT jsonb_agg(to_jsonb(c) ORDER BY openai_connexion_id) FROM openai_connexion c WHERE " + where
        return [{k: v for k, v in row.items() if k not in AUDIT} for row in json.loads(self.place.super(sql, db) or "[]")]

    def row(self, connexion, db=None):
        """One of them."""
        return self.snapshot("openai_connexion_id = '%s'" % connexion, db)[0]

    def ids(self, where="true", db=None):
        """The ids of some, in order."""
        sql = "SELECT openai_connexion_id FROM openai_connexion WHERE %s ORDER BY 1" % where
        return self.place.super(sql, db).split()

    def of_organisation(self, name, db=None):
        """The ids of an organisation's."""
        where = "organisation_id = (SELECT organisation_id FROM organisations WHERE organisation_nom = '%s')"
        return self.ids(where % name, db)

    def organisation(self, user):
        """The id of a member's organisation, as the database knows it."""
        return self.place.psql("SELECT get_user_organisation_id(auth.uid())", user)

    def edit(self, *argv, status=OK, **options):
        """Run a command that must end with this status."""
        done = self.place.run(*argv, **options)
        assert done.status == status, done
        return done

    def written(self, name, text, mode=0o600):
        """The path of a new file."""
        path = os.path.join(self.place.home, name)
        with open(path, "w", encoding="utf-8", newline="") as file:
            os.chmod(path, mode)
            file.write(text)
        return path

    @contextlib.contextmanager
    def unchanged(self, db=None):
        """Nothing that is done inside writes."""
        before = self.snapshot(db=db)
        yield
        assert self.snapshot(db=db) == before

    @contextlib.contextmanager
    def undone(self, db=None, **options):
        """What is done inside is taken back by the program; the table is then as before."""
        before = self.snapshot(db=db)
        yield
        self.edit("undo", "--yes", db=db, **options)
        assert self.snapshot(db=db) == before
