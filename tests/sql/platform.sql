-- A platform's existing database, as a console that adopts it finds it: Supabase's roles and claims, the connexion table
-- with the liberties that such databases take. Run it in an empty database, as a superuser (one role has BYPASSRLS).
--
-- People, by what their token's "sub" says:
--   ad000000-0000-4000-8000-000000000001  administrator
--   aa000000-0000-4000-8000-000000000001  member of "Réseau Alpha"
--   bb000000-0000-4000-8000-000000000001  member of "Agence Bêta"
--   cc000000-0000-4000-8000-000000000001  neither administrator nor member

DO $$
DECLARE
    r record;
BEGIN
    FOR r IN VALUES ('anon', 'NOLOGIN'), ('authenticated', 'NOLOGIN'), ('service_role', 'NOLOGIN BYPASSRLS'),
                    ('authenticator', 'LOGIN NOINHERIT')
    LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = r.column1) THEN
            EXECUTE format('CREATE ROLE %I %s', r.column1, r.column2);
        END IF;
    END LOOP;
END
$$;
GRANT anon, authenticated, service_role TO authenticator;
ALTER ROLE authenticated SET statement_timeout = '8s';
ALTER ROLE authenticator SET statement_timeout = '8s';
GRANT USAGE ON SCHEMA public TO anon, authenticated, service_role;

CREATE SCHEMA auth;
GRANT USAGE ON SCHEMA auth TO anon, authenticated, service_role;
CREATE FUNCTION auth.uid() RETURNS uuid LANGUAGE sql STABLE AS $$
    SELECT coalesce(nullif(current_setting('request.jwt.claim.sub', true), ''),
                    nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub')::uuid
$$;

CREATE TABLE public.organisations (
    organisation_id                   uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    organisation_nom                  text NOT NULL,
    organisation_siret                text,
    organisation_identite_commerciale text,
    organisation_adresse              text,
    organisation_code_postal          text,
    organisation_ville                text,
    organisation_email                text,
    organisation_telephone            text,
    organisation_plan_stripe          text,
    organisation_statut_compte        text CHECK (organisation_statut_compte IN ('actif', 'suspendu', 'desactive')),
    organisation_statut_paiement      text CHECK (organisation_statut_paiement IN ('a_jour', 'en_retard', 'annule')),
    organisation_date_creation        timestamptz DEFAULT now()
);
CREATE TABLE public.users (
    users_id              uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    users_auth_id         uuid NOT NULL UNIQUE,
    users_nom             text,
    users_prenom          text,
    users_email           text,
    users_role_systeme    text,
    users_organisation_id uuid REFERENCES public.organisations (organisation_id)
);
CREATE TABLE public.reseau (
    reseau_id                  uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    reseau_nom                 text NOT NULL,
    organisation_id            uuid NOT NULL REFERENCES public.organisations (organisation_id),
    client_id                  uuid DEFAULT gen_random_uuid(),
    reseau_openai_connexion_id uuid
);
CREATE TABLE public.reseau_agence (
    reseau_agence_id           uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    reseau_agence_nom          text NOT NULL,
    organisation_id            uuid NOT NULL REFERENCES public.organisations (organisation_id),
    client_id                  uuid DEFAULT gen_random_uuid(),
    reseau_openai_connexion_id uuid
);
CREATE TABLE public.agence_independante (
    agence_indep_id                  uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    agence_indep_nom                 text NOT NULL,
    organisation_id                  uuid NOT NULL REFERENCES public.organisations (organisation_id),
    client_id                        uuid DEFAULT gen_random_uuid(),
    agence_indep_openai_connexion_id uuid
);

CREATE FUNCTION public.is_admin_presenca(user_uuid uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER AS $$
    SELECT EXISTS (SELECT 1 FROM public.users WHERE users_auth_id = user_uuid AND users_role_systeme = 'admin_presenca')
$$;
-- Left volatile, as found.
CREATE FUNCTION public.get_user_organisation_id(user_uuid uuid) RETURNS uuid LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    RETURN (SELECT users_organisation_id FROM public.users WHERE users_auth_id = user_uuid LIMIT 1);
END
$$;

CREATE TABLE public.openai_connexion (
    openai_connexion_id       uuid        NOT NULL DEFAULT gen_random_uuid() PRIMARY KEY,
    organisation_id           uuid        NOT NULL REFERENCES public.organisations (organisation_id),
    client_type               text        NOT NULL DEFAULT 'reseau'
                              CHECK (client_type IN ('reseau', 'reseau_agence', 'agence_independante')),
    client_id                 uuid        NOT NULL,
    openai_api_key            text,
    openai_email_compte       text,
    openai_organisation_id    text,
    openai_project_id         text,
    openai_actif              boolean     NOT NULL DEFAULT true,
    openai_date_activation    timestamptz NOT NULL DEFAULT now(),
    openai_derniere_synchro   timestamptz,
    openai_statut_connexion   text        NOT NULL DEFAULT 'active'
                              CHECK (openai_statut_connexion IN ('active', 'inactive', 'error', 'expired', 'quota_exceeded')),
    openai_derniere_erreur    text,
    openai_limite_quotidienne integer,
    openai_usage_quotidien    integer     DEFAULT 0,
    openai_reset_quota_at     timestamptz,
    openai_modeles_autorises  text[]      DEFAULT '{gpt-3.5-turbo,gpt-4}',
    openai_cout_actuel_mois   numeric(10,4) DEFAULT 0.0000,
    openai_limite_cout_mois   numeric(10,4) DEFAULT NULL,
    openai_created_at         timestamptz NOT NULL DEFAULT now(),
    openai_created_by         uuid,
    openai_updated_at         timestamptz NOT NULL DEFAULT now(),
    openai_updated_by         uuid,
    openai_audit_log          jsonb       DEFAULT '{}',
    openai_ia_extensions      jsonb       DEFAULT '{}'
);

CREATE FUNCTION public.set_created_audit_fields_openai_connexion() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.openai_created_at := now();
    NEW.openai_created_by := auth.uid();
    NEW.openai_updated_at := now();
    NEW.openai_updated_by := auth.uid();
    RETURN NEW;
END
$$;
CREATE FUNCTION public.update_audit_fields_openai_connexion() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.openai_updated_at := now();
    NEW.openai_updated_by := auth.uid();
    RETURN NEW;
END
$$;
CREATE TRIGGER trg_set_created_audit_fields_openai_connexion BEFORE INSERT ON public.openai_connexion
    FOR EACH ROW EXECUTE FUNCTION public.set_created_audit_fields_openai_connexion();
CREATE TRIGGER trg_update_audit_fields_openai_connexion BEFORE UPDATE ON public.openai_connexion
    FOR EACH ROW EXECUTE FUNCTION public.update_audit_fields_openai_connexion();

-- Policies as written by hand: the calls are not wrapped, so they run for every row.
ALTER TABLE public.organisations ENABLE ROW LEVEL SECURITY;
CREATE POLICY admin_presenca_full_access_organisations ON public.organisations
    USING (is_admin_presenca(auth.uid()));
CREATE POLICY organisation_own_select ON public.organisations FOR SELECT
    USING (organisation_id = get_user_organisation_id(auth.uid()));
CREATE POLICY organisation_own_update ON public.organisations FOR UPDATE
    USING (organisation_id = get_user_organisation_id(auth.uid()));
ALTER TABLE public.users ENABLE ROW LEVEL SECURITY;
CREATE POLICY admin_presenca_full_access_users ON public.users USING (is_admin_presenca(auth.uid()));
CREATE POLICY user_own_row ON public.users USING (users_auth_id = auth.uid());

DO $$
DECLARE
    t text;
BEGIN
    FOREACH t IN ARRAY '{reseau,reseau_agence,agence_independante,openai_connexion}'::text[] LOOP
        EXECUTE format('ALTER TABLE public.%I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY %I ON public.%I USING (is_admin_presenca(auth.uid()))',
                       'admin_presenca_full_access_' || t, t);
        EXECUTE format('CREATE POLICY %I ON public.%I USING (organisation_id = get_user_organisation_id(auth.uid()))',
                       'organisation_only_access_' || t, t);
    END LOOP;
END
$$;
GRANT ALL ON ALL TABLES IN SCHEMA public TO anon, authenticated, service_role;

-- A few rows with everything that such a database may hold.
INSERT INTO public.organisations (organisation_id, organisation_nom, organisation_statut_compte, organisation_statut_paiement)
VALUES ('a0000000-0000-4000-8000-000000000000', 'Réseau Alpha', 'actif', 'a_jour'),
       ('b0000000-0000-4000-8000-000000000000', 'Agence Bêta', NULL, NULL),
       ('c0000000-0000-4000-8000-000000000000', 'Sans connexion', 'suspendu', 'en_retard');
INSERT INTO public.users (users_auth_id, users_prenom, users_nom, users_email, users_role_systeme, users_organisation_id)
VALUES ('ad000000-0000-4000-8000-000000000001', 'Adèle', 'Roux', 'adele@plateforme.example', 'admin_presenca', NULL),
       ('aa000000-0000-4000-8000-000000000001', 'Alain', 'Petit', 'alain@alpha.example', 'responsable',
        'a0000000-0000-4000-8000-000000000000'),
       ('bb000000-0000-4000-8000-000000000001', 'Béatrice', 'Morel', 'beatrice@beta.example', NULL,
        'b0000000-0000-4000-8000-000000000000'),
       ('cc000000-0000-4000-8000-000000000001', 'Cyril', NULL, NULL, NULL, NULL);

INSERT INTO public.reseau (reseau_id, reseau_nom, organisation_id, client_id, reseau_openai_connexion_id)
VALUES ('a1000000-0000-4000-8000-000000000000', 'Alpha', 'a0000000-0000-4000-8000-000000000000',
        'a1c00000-0000-4000-8000-000000000000', 'deadbeef-0000-4000-8000-000000000000');  -- dangling
INSERT INTO public.reseau_agence (reseau_agence_id, reseau_agence_nom, organisation_id, client_id)
VALUES ('a2000000-0000-4000-8000-000000000000', 'Alpha Centre', 'a0000000-0000-4000-8000-000000000000',
        'a2c00000-0000-4000-8000-000000000000');
INSERT INTO public.agence_independante (agence_indep_id, agence_indep_nom, organisation_id, client_id)
VALUES ('b1000000-0000-4000-8000-000000000000', 'Bêta', 'b0000000-0000-4000-8000-000000000000', NULL);

INSERT INTO public.openai_connexion
    (openai_connexion_id, organisation_id, client_type, client_id, openai_api_key, openai_email_compte,
     openai_derniere_synchro, openai_statut_connexion, openai_derniere_erreur, openai_limite_quotidienne,
     openai_usage_quotidien, openai_reset_quota_at, openai_modeles_autorises, openai_cout_actuel_mois,
     openai_limite_cout_mois, openai_audit_log)
VALUES
    ('a1000001-0000-4000-8000-000000000000', 'a0000000-0000-4000-8000-000000000000', 'reseau',
     'a1000000-0000-4000-8000-000000000000', encode('test: not a key, in base64', 'base64'), 'ia@alpha.example',
     now() - interval '2 minutes', 'active', NULL, 1000, 400, now() + interval '3 hours', '{gpt-4o}', 12.3456, 50, '{}'),
    -- by the client table's own client_id, in place of its primary key
    ('a1000002-0000-4000-8000-000000000000', 'a0000000-0000-4000-8000-000000000000', 'reseau',
     'a1c00000-0000-4000-8000-000000000000', 'sk-proj-test-not-a-key', '',
     NULL, 'quota_exceeded', '429', 0, NULL, now() - interval '40 days', '{}', NULL, 0, NULL),
    ('a1000003-0000-4000-8000-000000000000', 'a0000000-0000-4000-8000-000000000000', 'reseau_agence',
     'a2000000-0000-4000-8000-000000000000', NULL, NULL,
     NULL, 'inactive', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
    -- a client that exists nowhere
    ('b1000001-0000-4000-8000-000000000000', 'b0000000-0000-4000-8000-000000000000', 'agence_independante',
     'deadbeef-0000-4000-8000-000000000001', '', 'contact@beta.example',
     now() - interval '9 days', 'error', '401 invalid_api_key', 100, 180, now() - interval '9 days', NULL, 99.99, 80, '{}'),
    -- a client of another organisation
    ('b1000002-0000-4000-8000-000000000000', 'b0000000-0000-4000-8000-000000000000', 'reseau_agence',
     'a2000000-0000-4000-8000-000000000000', encode('test: not a key either', 'base64'), 'contact@beta.example',
     now(), 'expired', NULL, NULL, 0, NULL, '{gpt-3.5-turbo,gpt-4}', 0, NULL, '{}');
