-- 1,000,000 connexions in 1,000 organisations, for a freshly migrated database; run by its owner with
-- psql -v ON_ERROR_STOP=1 -f. Operators: bench_admin (administrator), bench_member (member of organisation 500).
\set QUIET on
BEGIN;
SET LOCAL synchronous_commit = off;
SET LOCAL maintenance_work_mem = '256MB';
SET LOCAL client_min_messages = warning;

INSERT INTO public.organisations (organisation_id, organisation_nom, organisation_ville, organisation_statut_compte,
                                  organisation_statut_paiement)
SELECT md5('organisation ' || o)::uuid, format('Organisation %s', to_char(o, 'FM0000')),
       (ARRAY['Lille', 'Paris', 'Nîmes', 'Brest', 'Évreux', 'Orléans', 'Besançon'])[1 + o % 7], 'actif',
       CASE o % 20 WHEN 0 THEN 'en_retard' ELSE 'a_jour' END
FROM generate_series(1, 1000) o;

INSERT INTO public.reseau (reseau_id, reseau_nom, organisation_id)
SELECT md5('reseau ' || o)::uuid, 'Réseau ' || o, md5('organisation ' || o)::uuid FROM generate_series(1, 1000) o;
INSERT INTO public.reseau_agence (reseau_agence_id, reseau_agence_nom, organisation_id)
SELECT md5('agence ' || o || ' ' || a)::uuid, format('Agence %s du réseau %s', a, o), md5('organisation ' || o)::uuid
FROM generate_series(1, 1000) o, generate_series(1, 9) a;

-- Triggers, constraints and indexes wait for the end of the load; what refers to the rows is then checked as a whole.
ALTER TABLE public.openai_connexion DISABLE TRIGGER USER;
CREATE TEMP TABLE later (n integer, statement text) ON COMMIT DROP;
DO $$
DECLARE
    x record;
BEGIN
    FOR x IN SELECT c.conrelid::regclass AS place, c.conname, pg_get_constraintdef(c.oid) AS def, c.contype FROM pg_constraint c
             WHERE c.contype = 'f' AND 'public.openai_connexion'::regclass IN (c.conrelid, c.confrelid)
                OR c.contype = 'p' AND c.conrelid IN ('public.openai_connexion'::regclass, 'vigie.rank'::regclass,
                                                      'vigie.haystack'::regclass)
             ORDER BY c.contype = 'p'
    LOOP
        EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', x.place, x.conname);
        INSERT INTO later VALUES (CASE x.contype WHEN 'p' THEN 1 ELSE 3 END,
                                  format('ALTER TABLE %s ADD CONSTRAINT %I %s', x.place, x.conname, x.def));
    END LOOP;
    FOR x IN SELECT i.indexrelid::regclass AS name, pg_get_indexdef(i.indexrelid) AS def FROM pg_index i
             WHERE i.indrelid IN ('public.openai_connexion'::regclass, 'vigie.rank'::regclass, 'vigie.haystack'::regclass)
    LOOP
        EXECUTE format('DROP INDEX %s', x.name);
        INSERT INTO later VALUES (2, x.def);
    END LOOP;
END
$$;

INSERT INTO public.openai_connexion
    (openai_connexion_id, organisation_id, client_type, client_id, openai_api_key, openai_email_compte,
     openai_organisation_id, openai_project_id, openai_actif, openai_date_activation, openai_derniere_synchro,
     openai_statut_connexion, openai_derniere_erreur, openai_limite_quotidienne, openai_usage_quotidien,
     openai_reset_quota_at, openai_modeles_autorises, openai_cout_actuel_mois, openai_limite_cout_mois,
     openai_created_at, openai_updated_at)
SELECT md5('connexion ' || n)::uuid,
       md5('organisation ' || o)::uuid,
       CASE WHEN a = 0 THEN 'reseau' ELSE 'reseau_agence' END,
       CASE WHEN a = 0 THEN md5('reseau ' || o)::uuid ELSE md5('agence ' || o || ' ' || a)::uuid END,
       'sk-proj-bench-not-a-key-' || n,
       format('ia%s@organisation%s.example', c, o),
       'org-bench' || o,
       'proj_bench' || n,
       h % 17 <> 0,
       timestamptz '2025-01-01 00:00Z' + h % 500 * interval '1 day',
       CASE WHEN h % 50 <> 0 THEN now() - h % 86400 * interval '1 second' END,
       CASE WHEN h % 100 < 88 THEN 'active'
            ELSE (ARRAY['inactive', 'error', 'expired', 'quota_exceeded'])[1 + h % 4] END,
       CASE WHEN h % 100 >= 88 THEN 'bench: last error number ' || h % 1000 END,
       CASE h % 10 WHEN 0 THEN NULL WHEN 1 THEN 0 ELSE 100 * (1 + h % 50) END,
       h % 5000,
       CASE WHEN h % 3 <> 0 THEN date_trunc('day', now(), 'UTC') + interval '24 hours' END,
       CASE h % 3 WHEN 0 THEN '{gpt-4o,gpt-4o-mini}' WHEN 1 THEN '{gpt-5,gpt-5-mini,gpt-4.1}'
                  ELSE '{gpt-3.5-turbo,gpt-4}' END::text[],
       (h % 1000000)::numeric / 10000,
       CASE h % 9 WHEN 0 THEN NULL WHEN 1 THEN 0 ELSE (10 * (1 + h % 12))::numeric END,
       timestamptz '2025-01-01 00:00Z' + h % 500 * interval '1 day',
       timestamptz '2026-01-01 00:00Z' + h % 300 * interval '1 day'
FROM (SELECT n, 1 + n % 1000 AS o, n / 1000 AS c, n / 1000 % 10 AS a, hashint4(n::int) & 2147483647 AS h
      FROM generate_series(1, 1000000) n) AS row;

DO $$
DECLARE
    part text;
BEGIN
    EXECUTE (SELECT string_agg(l.statement, ';') FROM later l WHERE l.n = 1);
    PERFORM vigie.refill_lists();
    FOR part IN SELECT l.statement FROM later l WHERE l.n > 1 ORDER BY l.n LOOP
        EXECUTE part;
    END LOOP;
END
$$;
ALTER TABLE public.openai_connexion ENABLE TRIGGER USER;

SELECT vigie.add_operator('bench_admin', 'Bench', 'Admin', 'admin@bench.example', true, NULL) IS NOT NULL AS made,
       vigie.add_operator('bench_member', 'Bench', 'Member', 'member@bench.example', false,
                          md5('organisation 500')::uuid) IS NOT NULL AS made \gset
COMMIT;
VACUUM (ANALYZE) public.organisations, public.users, public.reseau, public.reseau_agence, public.openai_connexion, vigie.rank,
                 vigie.haystack;
