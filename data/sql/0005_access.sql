-- What an operator's login may touch at all. Which rows of it is decided by the policies: an administrator's login has
-- the same grants as a member's.

DO $$
DECLARE
    schema_public pg_catalog.pg_namespace%ROWTYPE;
BEGIN
    EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO vigie_operator', current_database());

    -- Before PostgreSQL 15 the schema public belongs to the superuser: its rights are then not ours to change.
    SELECT * INTO schema_public FROM pg_catalog.pg_namespace WHERE nspname = 'public';
    IF pg_has_role(schema_public.nspowner, 'USAGE') THEN
        REVOKE CREATE ON SCHEMA public FROM PUBLIC;
        GRANT USAGE ON SCHEMA public TO vigie_operator;
    ELSIF has_schema_privilege('public', 'public', 'CREATE') THEN
        RAISE WARNING 'everybody who may connect may create objects in the schema public'
            USING HINT = 'Let an administrator of the server run: REVOKE CREATE ON SCHEMA public FROM PUBLIC;';
    END IF;
    IF pg_has_role((SELECT nspowner FROM pg_catalog.pg_namespace WHERE nspname = 'auth'), 'USAGE') THEN
        GRANT USAGE ON SCHEMA auth TO vigie_operator;
        GRANT EXECUTE ON FUNCTION auth.uid() TO vigie_operator;
    END IF;
END
$$;
GRANT USAGE ON SCHEMA vigie TO vigie_operator;
GRANT SELECT ON vigie.migration TO vigie_operator;

-- The policies run these with the rights of whoever asks.
GRANT EXECUTE ON FUNCTION public.is_admin_presenca(uuid) TO vigie_operator;
GRANT EXECUTE ON FUNCTION public.get_user_organisation_id(uuid) TO vigie_operator;

-- An organisation keeps its identifier and its date of creation.
GRANT SELECT, INSERT, DELETE ON public.organisations TO vigie_operator;
GRANT UPDATE (organisation_nom, organisation_siret, organisation_identite_commerciale, organisation_adresse,
              organisation_code_postal, organisation_ville, organisation_email, organisation_telephone,
              organisation_plan_stripe, organisation_statut_compte, organisation_statut_paiement)
    ON public.organisations TO vigie_operator;

-- A person may correct names and e-mail. Role and organisation are what the policies trust: nobody's login writes them.
GRANT SELECT ON public.users TO vigie_operator;
GRANT UPDATE (users_nom, users_prenom, users_email) ON public.users TO vigie_operator;

GRANT SELECT ON public.reseau, public.reseau_agence, public.agence_independante TO vigie_operator;

-- Every column but openai_api_key can be read; the key can be set and replaced.
GRANT SELECT (openai_connexion_id, organisation_id, client_type, client_id, openai_email_compte, openai_organisation_id,
              openai_project_id, openai_actif, openai_date_activation, openai_derniere_synchro, openai_statut_connexion,
              openai_derniere_erreur, openai_limite_quotidienne, openai_usage_quotidien, openai_reset_quota_at,
              openai_modeles_autorises, openai_cout_actuel_mois, openai_limite_cout_mois, openai_created_at,
              openai_created_by, openai_updated_at, openai_updated_by, openai_audit_log, openai_ia_extensions)
    ON public.openai_connexion TO vigie_operator;
GRANT INSERT, UPDATE, DELETE ON public.openai_connexion TO vigie_operator;
