-- Rows of every ugliness that an adopted platform may hold, beside those of platform.sql. Run as superuser.
ALTER TABLE public.openai_connexion ALTER openai_cout_actuel_mois TYPE numeric, ALTER openai_limite_cout_mois TYPE numeric;
ALTER TABLE public.openai_connexion DISABLE TRIGGER USER;
INSERT INTO public.organisations (organisation_id, organisation_nom)
VALUES ('d0000000-0000-4000-8000-000000000000', 'Réseau Alpha'), ('e0000000-0000-4000-8000-000000000000', '');
SELECT setseed(0.5);
CREATE FUNCTION pg_temp.pick(VARIADIC choices text[]) RETURNS text LANGUAGE sql VOLATILE AS $$
    SELECT choices[1 + floor(random() * cardinality(choices))::integer]
$$;
INSERT INTO public.openai_connexion
    (organisation_id, client_type, client_id, openai_email_compte, openai_organisation_id, openai_project_id, openai_actif,
     openai_date_activation, openai_derniere_synchro, openai_statut_connexion, openai_derniere_erreur,
     openai_limite_quotidienne, openai_usage_quotidien, openai_reset_quota_at, openai_modeles_autorises,
     openai_cout_actuel_mois, openai_limite_cout_mois, openai_created_by, openai_audit_log)
SELECT pg_temp.pick('a0000000-0000-4000-8000-000000000000', 'b0000000-0000-4000-8000-000000000000',
                    'd0000000-0000-4000-8000-000000000000', 'e0000000-0000-4000-8000-000000000000')::uuid,
       pg_temp.pick('reseau', 'reseau_agence', 'agence_independante'),
       pg_temp.pick('a1000000-0000-4000-8000-000000000000', 'a2000000-0000-4000-8000-000000000000', gen_random_uuid()::text)::uuid,
       pg_temp.pick(NULL, '', 'a', 'é', 'Ünï', 'zz', 'a"b\c', E'tab\tand\nline', 'e' || i),
       pg_temp.pick(NULL, 'org-1'),
       pg_temp.pick(NULL, '50%', 'a_b', repeat('長', 500)),
       random() < 0.5,
       pg_temp.pick('infinity', '-infinity', '0044-03-15 BC', '2026-01-01 00:00:00.000001Z', '2026-01-01Z', '9999-12-31Z')::timestamptz,
       CASE WHEN random() < 0.6 THEN '2026-11-01Z'::timestamptz + i * interval '1 microsecond' END,
       pg_temp.pick('active', 'inactive', 'error', 'expired', 'quota_exceeded'),
       pg_temp.pick(NULL, 'x', E'\e[31mred', U&'\202Ebidi'),
       pg_temp.pick(NULL, '0', '-5', '100', '2147483647')::integer,
       pg_temp.pick(NULL, '0', '-7', '50', '100', '2147483647')::integer,
       pg_temp.pick(NULL, 'infinity', '2026-11-23Z')::timestamptz,
       pg_temp.pick(NULL, '{}', '{gpt-4}', '{NULL,"a b","c\"d"}')::text[],
       pg_temp.pick(NULL, '0', 'NaN', 'Infinity', '-Infinity', '-5', '12.3456', '99.9999999999999999999', '1e200', '1e131000')::numeric,
       pg_temp.pick(NULL, '0', 'NaN', 'Infinity', '100', '1e-200', '-1', '1e131000')::numeric,
       pg_temp.pick(NULL, 'cc000000-0000-4000-8000-000000000001')::uuid,
       pg_temp.pick(NULL, '{}', '{"a": 1}', '"x"', '[1, 2]')::jsonb
FROM generate_series(1, 200) i;
ALTER TABLE public.openai_connexion ENABLE TRIGGER USER;
