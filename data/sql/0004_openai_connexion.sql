-- The table the console is about: names, types, nullability, defaults, policies, triggers and indexes are a contract.

CREATE TABLE public.openai_connexion (
    openai_connexion_id       uuid        NOT NULL DEFAULT gen_random_uuid() PRIMARY KEY,
    organisation_id           uuid        NOT NULL REFERENCES public.organisations (organisation_id),
    client_type               text        NOT NULL DEFAULT 'reseau',
    client_id                 uuid        NOT NULL,
    openai_api_key            text        NOT NULL,
    openai_email_compte       text        NOT NULL,
    openai_organisation_id    text,
    openai_project_id         text,
    openai_actif              boolean     NOT NULL DEFAULT true,
    openai_date_activation    timestamptz NOT NULL DEFAULT now(),
    openai_derniere_synchro   timestamptz,
    openai_statut_connexion   text        NOT NULL DEFAULT 'active',
    openai_derniere_erreur    text,
    openai_limite_quotidienne integer,
    openai_usage_quotidien    integer              DEFAULT 0,
    openai_reset_quota_at     timestamptz,
    openai_modeles_autorises  text[]               DEFAULT '{gpt-3.5-turbo,gpt-4}',
    openai_cout_actuel_mois   numeric              DEFAULT 0.0000,
    openai_limite_cout_mois   numeric              DEFAULT NULL,
    openai_created_at         timestamptz NOT NULL DEFAULT now(),
    openai_created_by         uuid,
    openai_updated_at         timestamptz NOT NULL DEFAULT now(),
    openai_updated_by         uuid,
    openai_audit_log          jsonb                DEFAULT '{}',
    openai_ia_extensions      jsonb                DEFAULT '{}'
);
CREATE INDEX idx_openai_connexion_organisation_id ON public.openai_connexion (organisation_id);
CREATE INDEX idx_openai_connexion_client_id ON public.openai_connexion (client_id);

COMMENT ON TABLE public.openai_connexion IS 'Connections to the OpenAI API, one or more per client.';
COMMENT ON COLUMN public.openai_connexion.openai_connexion_id IS 'Unique identifier.';
COMMENT ON COLUMN public.openai_connexion.organisation_id IS 'Organisation it belongs to.';
COMMENT ON COLUMN public.openai_connexion.client_type IS 'Kind of client: reseau, reseau_agence, agence_independante.';
COMMENT ON COLUMN public.openai_connexion.client_id IS 'The client: polymorphic reference without a foreign key.';
COMMENT ON COLUMN public.openai_connexion.openai_api_key IS 'OpenAI API key; operators write it and never read it.';
COMMENT ON COLUMN public.openai_connexion.openai_email_compte IS 'E-mail of the OpenAI account.';
COMMENT ON COLUMN public.openai_connexion.openai_organisation_id IS 'OpenAI''s organisation id.';
COMMENT ON COLUMN public.openai_connexion.openai_project_id IS 'OpenAI''s project id.';
COMMENT ON COLUMN public.openai_connexion.openai_actif IS 'Switched on or off by a person.';
COMMENT ON COLUMN public.openai_connexion.openai_date_activation IS 'Activation date.';
COMMENT ON COLUMN public.openai_connexion.openai_derniere_synchro IS 'Last synchronisation with OpenAI.';
COMMENT ON COLUMN public.openai_connexion.openai_statut_connexion IS
    'Health: active, inactive, error, expired, quota_exceeded.';
COMMENT ON COLUMN public.openai_connexion.openai_derniere_erreur IS 'Last error met.';
COMMENT ON COLUMN public.openai_connexion.openai_limite_quotidienne IS 'Requests per UTC day; NULL or 0: no limit.';
COMMENT ON COLUMN public.openai_connexion.openai_usage_quotidien IS 'Requests of the day so far.';
COMMENT ON COLUMN public.openai_connexion.openai_reset_quota_at IS 'When the quota resets.';
COMMENT ON COLUMN public.openai_connexion.openai_modeles_autorises IS 'Allowed models.';
COMMENT ON COLUMN public.openai_connexion.openai_cout_actuel_mois IS 'Cost of the current UTC month.';
COMMENT ON COLUMN public.openai_connexion.openai_limite_cout_mois IS 'Monthly cost limit; NULL or 0: no limit.';
COMMENT ON COLUMN public.openai_connexion.openai_created_at IS 'Creation date, set by trigger.';
COMMENT ON COLUMN public.openai_connexion.openai_created_by IS 'Created by: users_auth_id, set by trigger.';
COMMENT ON COLUMN public.openai_connexion.openai_updated_at IS 'Last modification by a person, set by trigger.';
COMMENT ON COLUMN public.openai_connexion.openai_updated_by IS 'Modified by: users_auth_id, set by trigger.';
COMMENT ON COLUMN public.openai_connexion.openai_audit_log IS 'Audit journal.';
COMMENT ON COLUMN public.openai_connexion.openai_ia_extensions IS 'AI extensions.';

-- Without WITH CHECK the same condition holds for the rows that an INSERT or UPDATE would leave behind.
ALTER TABLE public.openai_connexion ENABLE ROW LEVEL SECURITY;
CREATE POLICY admin_presenca_full_access_openai_connexion ON public.openai_connexion FOR ALL TO public
    USING ((SELECT public.is_admin_presenca((SELECT auth.uid()))));
CREATE POLICY organisation_only_access_openai_connexion ON public.openai_connexion FOR ALL TO public
    USING (organisation_id = (SELECT public.get_user_organisation_id((SELECT auth.uid()))));

-- The consoles listen on the channel "vigie". The payload is empty: every login may listen, so it must tell nothing;
-- and equal notifications of one transaction are sent once.

CREATE FUNCTION public.set_created_audit_fields_openai_connexion() RETURNS trigger
    LANGUAGE plpgsql SECURITY INVOKER
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    person uuid := auth.uid();
BEGIN
    NEW.openai_created_at := now();
    NEW.openai_created_by := coalesce(person, NEW.openai_created_by);
    NEW.openai_updated_at := now();
    NEW.openai_updated_by := coalesce(person, NEW.openai_updated_by);
    PERFORM pg_notify('vigie', '');
    RETURN NEW;
END
$$;
REVOKE ALL ON FUNCTION public.set_created_audit_fields_openai_connexion() FROM PUBLIC;
COMMENT ON FUNCTION public.set_created_audit_fields_openai_connexion() IS
    'Stamps who created the row and when, whatever the client sent; without an identity the given users stay.';

CREATE FUNCTION public.update_audit_fields_openai_connexion() RETURNS trigger
    LANGUAGE plpgsql SECURITY INVOKER
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    machine public.openai_connexion%ROWTYPE := OLD;  -- the row if only the poller had written
    person  uuid;
BEGIN
    NEW.openai_created_at := OLD.openai_created_at;
    NEW.openai_created_by := OLD.openai_created_by;

    machine.openai_derniere_synchro := NEW.openai_derniere_synchro;
    machine.openai_statut_connexion := NEW.openai_statut_connexion;
    machine.openai_derniere_erreur  := NEW.openai_derniere_erreur;
    machine.openai_usage_quotidien  := NEW.openai_usage_quotidien;
    machine.openai_reset_quota_at   := NEW.openai_reset_quota_at;
    machine.openai_cout_actuel_mois := NEW.openai_cout_actuel_mois;
    machine.openai_updated_at       := NEW.openai_updated_at;
    machine.openai_updated_by       := NEW.openai_updated_by;

    IF NEW IS NOT DISTINCT FROM machine THEN
        NEW.openai_updated_at := OLD.openai_updated_at;
        NEW.openai_updated_by := OLD.openai_updated_by;
        IF NEW.openai_statut_connexion IS DISTINCT FROM OLD.openai_statut_connexion THEN
            PERFORM pg_notify('vigie', '');
        END IF;
        RETURN NEW;
    END IF;

    person := auth.uid();
    NEW.openai_updated_at := now();
    IF person IS NOT NULL THEN
        NEW.openai_updated_by := person;
    ELSIF NEW.openai_updated_by IS NOT DISTINCT FROM OLD.openai_updated_by THEN
        NEW.openai_updated_by := NULL;  -- not the one who wrote before
    END IF;
    PERFORM pg_notify('vigie', '');
    RETURN NEW;
END
$$;
REVOKE ALL ON FUNCTION public.update_audit_fields_openai_connexion() FROM PUBLIC;
COMMENT ON FUNCTION public.update_audit_fields_openai_connexion() IS
    'Stamps who modified the row and when, unless only the poller''s columns (synchronisation, state, error, use, reset, cost) '
    'changed; the creation fields never change.';

CREATE TRIGGER trigger_set_created_audit_fields_openai_connexion BEFORE INSERT ON public.openai_connexion
    FOR EACH ROW EXECUTE FUNCTION public.set_created_audit_fields_openai_connexion();
CREATE TRIGGER trigger_update_audit_fields_openai_connexion BEFORE UPDATE ON public.openai_connexion
    FOR EACH ROW EXECUTE FUNCTION public.update_audit_fields_openai_connexion();
