#!/usr/bin/python3
"""Probes over a real HTTP/2 server: one multiplexed connection, verified TLS, nothing unverified."""

import json
import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))

from support import process, tap  # noqa: E402
from support.cluster import Cluster  # noqa: E402
from support.nginx import Nginx  # noqa: E402

VIGIE = os.environ["VIGIE"]
OWNER, ADMIN = "vg_owner", "vg_admin"
COUNT = 200
BODY = json.dumps({"object": "list", "data": [{"id": "gpt-4", "object": "model", "created": 1, "owned_by": "openai"}]}).encode()
ROWS = """
INSERT INTO public.organisations (organisation_nom) VALUES ('Réseau');
INSERT INTO public.openai_connexion (organisation_id, client_id, openai_api_key, openai_email_compte)
SELECT organisation_id, gen_random_uuid(), 'sk-proj-not-a-key-' || n, format('ia%%s@reseau.example', n)
FROM public.organisations, generate_series(1, %d) n;
SELECT vigie.add_operator('%s', 'A', 'A', NULL, true, NULL);
"""

cluster = tap.keep(Cluster())
server = tap.keep(Nginx(BODY))


def setup():
    cluster.psql("CREATE ROLE %s LOGIN CREATEROLE" % OWNER)
    cluster.map_roles(OWNER, ADMIN)
    cluster.createdb("one", OWNER)
    env = process.clean_env("/tmp", **cluster.env("one", OWNER))
    subprocess.run([VIGIE, "init"], env=env, check=True, stdout=subprocess.DEVNULL)
    cluster.psql(ROWS % (COUNT, ADMIN), db="one", user=OWNER)


def once(ca):
    """One round of the watcher."""
    env = process.clean_env(process.scratch("vh"), **cluster.env("one", ADMIN))
    argv = [VIGIE, "watch", "--once", "--openai-url", server.url, "--openai-ca", ca]
    return subprocess.run(argv, env=env, capture_output=True, text=True, timeout=60, check=False)


def count(where):
    return int(cluster.psql("SELECT count(*) FROM vigie.probe WHERE " + where, db="one", user=OWNER))


@tap.test("two hundred probes travel over one connection of HTTP/2")
def _one_connection():
    done = once(server.ca)
    assert done.returncode == 0, done.stderr
    assert count("verdict = 'valid'") == COUNT, done.stdout[-2000:]
    seen = server.connections()
    assert len(seen) == 1, "connections: %r" % seen
    assert all(protocol == "HTTP/2.0" for protocol in server.protocols()), server.protocols()


@tap.test("an authority that is not trusted gets no key and changes no connexion")
def _untrusted():
    before = server.requests()
    few = "UPDATE public.openai_connexion SET openai_actif = openai_email_compte LIKE 'ia1_@%'"  # each reads all authorities
    cluster.psql(few, db="one", user=OWNER)
    once("/etc/ssl/certs/ca-certificates.crt")
    assert server.requests() == before, "a request arrived over an untrusted connection"
    assert count("verdict = 'valid'") == COUNT
    states = cluster.psql("SELECT DISTINCT openai_statut_connexion FROM public.openai_connexion", db="one", user=OWNER)
    assert states.split() == ["active"], states
    assert re.search(r"\btls\b", cluster.psql("SELECT verdict FROM vigie.host", db="one", user=OWNER))


setup()
tap.main()
