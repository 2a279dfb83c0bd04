-- The platform's tables that a connexion refers to. Row level security is switched on here and lets nobody in until
-- the policies of the next migration exist.

CREATE TABLE public.organisations (
    organisation_id                  uuid        PRIMARY KEY DEFAULT gen_random_uuid(),
    organisation_nom                 text        NOT NULL,
    organisation_siret               text,
    organisation_identite_commerciale text,
    organisation_adresse             text,
    organisation_code_postal         text,
    organisation_ville               text,
    organisation_email               text,
    organisation_telephone           text,
    organisation_plan_stripe         text,
    organisation_statut_compte       text CHECK (organisation_statut_compte IN ('actif', 'suspendu', 'desactive')),
    organisation_statut_paiement     text CHECK (organisation_statut_paiement IN ('a_jour', 'en_retard', 'annule')),
    organisation_date_creation       timestamptz NOT NULL DEFAULT now()
);
ALTER TABLE public.organisations ENABLE ROW LEVEL SECURITY;
COMMENT ON TABLE public.organisations IS 'The tenants of the platform.';

CREATE TABLE public.users (
    users_id              uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    users_auth_id         uuid NOT NULL UNIQUE,
    users_nom             text,
    users_prenom          text,
    users_email           text,
    users_role_systeme    text,
    users_organisation_id uuid REFERENCES public.organisations (organisation_id)
);
ALTER TABLE public.users ENABLE ROW LEVEL SECURITY;
COMMENT ON TABLE public.users IS 'The people of the platform.';
COMMENT ON COLUMN public.users.users_auth_id IS 'What auth.uid() returns for this person; differs from users_id.';
COMMENT ON COLUMN public.users.users_role_systeme IS 'Only admin_presenca gives rights.';

-- The three kinds of client. The links to a connexion carry no foreign key: they may dangle.
CREATE TABLE public.reseau (
    reseau_id                  uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    reseau_nom                 text NOT NULL,
    organisation_id            uuid NOT NULL REFERENCES public.organisations (organisation_id),
    client_id                  uuid NOT NULL DEFAULT gen_random_uuid(),
    reseau_openai_connexion_id uuid
);
CREATE INDEX idx_reseau_organisation_id ON public.reseau (organisation_id);
CREATE INDEX idx_reseau_client_id ON public.reseau (client_id);
ALTER TABLE public.reseau ENABLE ROW LEVEL SECURITY;
COMMENT ON TABLE public.reseau IS 'Clients: networks of agencies.';

CREATE TABLE public.reseau_agence (
    reseau_agence_id           uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    reseau_agence_nom          text NOT NULL,
    organisation_id            uuid NOT NULL REFERENCES public.organisations (organisation_id),
    client_id                  uuid NOT NULL DEFAULT gen_random_uuid(),
    reseau_openai_connexion_id uuid
);
CREATE INDEX idx_reseau_agence_organisation_id ON public.reseau_agence (organisation_id);
CREATE INDEX idx_reseau_agence_client_id ON public.reseau_agence (client_id);
ALTER TABLE public.reseau_agence ENABLE ROW LEVEL SECURITY;
COMMENT ON TABLE public.reseau_agence IS 'Clients: agencies of a network, in the network''s organisation.';

CREATE TABLE public.agence_independante (
    agence_indep_id                 uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    agence_indep_nom                text NOT NULL,
    organisation_id                 uuid NOT NULL REFERENCES public.organisations (organisation_id),
    client_id                       uuid NOT NULL DEFAULT gen_random_uuid(),
    agence_indep_openai_connexion_id uuid
);
CREATE INDEX idx_agence_independante_organisation_id ON public.agence_independante (organisation_id);
CREATE INDEX idx_agence_independante_client_id ON public.agence_independante (client_id);
ALTER TABLE public.agence_independante ENABLE ROW LEVEL SECURITY;
COMMENT ON TABLE public.agence_independante IS 'Clients: independent agencies, each its own organisation.';
