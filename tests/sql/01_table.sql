-- The table to the letter.
\ir fixture.psql
SELECT plan(34);

SELECT results_eq(
    $$ SELECT a.attname::text COLLATE "default", format_type(a.atttypid, a.atttypmod), a.attnotnull,
              pg_get_expr(d.adbin, d.adrelid) COLLATE "default"
       FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
       WHERE a.attrelid = 'public.openai_connexion'::regclass AND a.attnum > 0 AND NOT a.attisdropped
       ORDER BY a.attnum $$,
    $$ VALUES
       ('openai_connexion_id',       'uuid',                     true,  'gen_random_uuid()'),
       ('organisation_id',           'uuid',                     true,  NULL),
       ('client_type',               'text',                     true,  '''reseau''::text'),
       ('client_id',                 'uuid',                     true,  NULL),
       ('openai_api_key',            'text',                     true,  NULL),
       ('openai_email_compte',       'text',                     true,  NULL),
       ('openai_organisation_id',    'text',                     false, NULL),
       ('openai_project_id',         'text',                     false, NULL),
       ('openai_actif',              'boolean',                  true,  'true'),
       ('openai_date_activation',    'timestamp with time zone', true,  'now()'),
       ('openai_derniere_synchro',   'timestamp with time zone', false, NULL),
       ('openai_statut_connexion',   'text',                     true,  '''active''::text'),
       ('openai_derniere_erreur',    'text',                     false, NULL),
       ('openai_limite_quotidienne', 'integer',                  false, NULL),
       ('openai_usage_quotidien',    'integer',                  false, '0'),
       ('openai_reset_quota_at',     'timestamp with time zone', false, NULL),
       ('openai_modeles_autorises',  'text[]',                   false, '''{gpt-3.5-turbo,gpt-4}''::text[]'),
       ('openai_cout_actuel_mois',   'numeric',                  false, '0.0000'),
       ('openai_limite_cout_mois',   'numeric',                  false, NULL),
       ('openai_created_at',         'timestamp with time zone', true,  'now()'),
       ('openai_created_by',         'uuid',                     false, NULL),
       ('openai_updated_at',         'timestamp with time zone', true,  'now()'),
       ('openai_updated_by',         'uuid',                     false, NULL),
       ('openai_audit_log',          'jsonb',                    false, '''{}''::jsonb'),
       ('openai_ia_extensions',      'jsonb',                    false, '''{}''::jsonb') $$,
    '25 columns: names, order, types, nullability, defaults');

-- The defaults as a row shows them.
INSERT INTO openai_connexion (organisation_id, client_id, openai_api_key, openai_email_compte)
VALUES (:A, gen_random_uuid(), 'sk-test-not-a-key', 'defaults@test.example');
SELECT results_eq(
    $$ SELECT client_type, openai_actif, openai_date_activation, openai_derniere_synchro, openai_statut_connexion,
              openai_limite_quotidienne, openai_usage_quotidien, openai_reset_quota_at, openai_modeles_autorises,
              openai_cout_actuel_mois::text, openai_limite_cout_mois, openai_created_at, openai_created_by,
              openai_updated_at, openai_updated_by, openai_audit_log, openai_ia_extensions
       FROM openai_connexion WHERE openai_email_compte = 'defaults@test.example' $$,
    $$ VALUES ('reseau', true, now(), NULL::timestamptz, 'active', NULL::integer, 0, NULL::timestamptz,
               '{gpt-3.5-turbo,gpt-4}'::text[], '0.0000', NULL::numeric, now(), NULL::uuid, now(), NULL::uuid,
               '{}'::jsonb, '{}'::jsonb) $$,
    'a row of defaults');

SELECT results_eq(
    $$ SELECT contype::text, conrelid::regclass::text, pg_get_constraintdef(oid), condeferrable, convalidated
       FROM pg_constraint WHERE conrelid = 'public.openai_connexion'::regclass ORDER BY contype $$,
    $$ VALUES ('f', 'openai_connexion',
               'FOREIGN KEY (organisation_id) REFERENCES organisations(organisation_id)', false, true),
              ('p', 'openai_connexion', 'PRIMARY KEY (openai_connexion_id)', false, true) $$,
    'one primary key, one foreign key, no other constraint');
SELECT is_empty(
    $$ SELECT conname FROM pg_constraint WHERE confrelid = 'public.openai_connexion'::regclass
       AND connamespace = 'public'::regnamespace $$,
    'no foreign key of the platform''s tables points to it');

SELECT results_eq(
    $$ SELECT indexdef::text FROM pg_indexes WHERE schemaname = 'public' AND tablename = 'openai_connexion' ORDER BY indexname $$,
    $$ VALUES
       ('CREATE INDEX idx_openai_connexion_client_id ON public.openai_connexion USING btree (client_id)'),
       ('CREATE INDEX idx_openai_connexion_organisation_id ON public.openai_connexion USING btree (organisation_id)'),
       ('CREATE UNIQUE INDEX openai_connexion_pkey ON public.openai_connexion USING btree (openai_connexion_id)') $$,
    'the indexes, and no other');

-- Row level security
SELECT ok((SELECT relrowsecurity FROM pg_class WHERE oid = 'openai_connexion'::regclass), 'RLS is enabled');
SELECT ok((SELECT NOT relforcerowsecurity FROM pg_class WHERE oid = 'openai_connexion'::regclass), 'RLS is not forced');
SELECT policies_are('public', 'openai_connexion', ARRAY['admin_presenca_full_access_openai_connexion',
                                                        'organisation_only_access_openai_connexion']);
SELECT results_eq(
    $$ SELECT policyname::text COLLATE "default", permissive, roles::text[] COLLATE "default", cmd,
              qual COLLATE "default", with_check COLLATE "default" FROM pg_policies
       WHERE schemaname = 'public' AND tablename = 'openai_connexion' ORDER BY policyname $$,
    $$ VALUES
       ('admin_presenca_full_access_openai_connexion', 'PERMISSIVE', '{public}'::text[], 'ALL',
        '( SELECT is_admin_presenca(( SELECT auth.uid() AS uid)) AS is_admin_presenca)', NULL::text),
       ('organisation_only_access_openai_connexion', 'PERMISSIVE', '{public}'::text[], 'ALL',
        '(organisation_id = ( SELECT get_user_organisation_id(( SELECT auth.uid() AS uid)) AS get_user_organisation_id))',
        NULL::text) $$,
    'both policies: for all commands, for public, evaluated once per statement');

-- Triggers
SELECT results_eq(
    $$ SELECT tgname::text COLLATE "default" FROM pg_trigger
       WHERE tgrelid = 'public.openai_connexion'::regclass AND NOT tgisinternal AND tgname LIKE '%vigie\_%' ORDER BY 1 $$,
    $$ VALUES ('aa_vigie_key'), ('vigie_journal_delete'), ('vigie_journal_insert'), ('vigie_journal_lowered'),
              ('vigie_journal_truncate'), ('vigie_journal_update'), ('vigie_lists_insert'), ('vigie_lists_update'),
              ('zz_vigie_audit_log'), ('zz_vigie_audit_new') $$,
    'beside the two triggers of the table: those of the journal and of the lists, and no other');
SELECT results_eq(
    $$ SELECT pg_get_triggerdef(oid), tgenabled::text FROM pg_trigger
       WHERE tgrelid = 'public.openai_connexion'::regclass AND NOT tgisinternal AND tgname NOT LIKE '%vigie\_%'
       ORDER BY tgname $$,
    $$ VALUES
       ('CREATE TRIGGER trigger_set_created_audit_fields_openai_connexion BEFORE INSERT ON public.openai_connexion '
        'FOR EACH ROW EXECUTE FUNCTION set_created_audit_fields_openai_connexion()', 'O'),
       ('CREATE TRIGGER trigger_update_audit_fields_openai_connexion BEFORE UPDATE ON public.openai_connexion '
        'FOR EACH ROW EXECUTE FUNCTION update_audit_fields_openai_connexion()', 'O') $$,
    'both triggers: timing, event, level, function, enabled');

-- Functions: result, language, volatility, definer, search_path, and who may run them beside the owner
SELECT results_eq(
    format($$ SELECT format_type(p.prorettype, NULL), l.lanname::text COLLATE "default", p.provolatile::text, p.prosecdef, p.proconfig COLLATE "default",
              ARRAY(SELECT x.grantee::regrole::text || '=' || x.privilege_type FROM aclexplode(p.proacl) x
                    WHERE x.grantee <> p.proowner ORDER BY 1) COLLATE "default"
              FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang WHERE p.oid = %L::regprocedure $$, f),
    format($$ VALUES (%L, %L, %L, %L::boolean, '{"search_path=pg_catalog, pg_temp"}'::text[], %L::text[]) $$,
           result, language, volatility, definer, callers),
    f)
FROM (VALUES
    ('auth.uid()', 'uuid', 'plpgsql', 's', true, '{vigie_operator=EXECUTE}'),
    ('public.is_admin_presenca(uuid)', 'boolean', 'plpgsql', 's', true, '{vigie_operator=EXECUTE}'),
    ('public.get_user_organisation_id(uuid)', 'uuid', 'plpgsql', 's', true, '{vigie_operator=EXECUTE}'),
    ('public.set_created_audit_fields_openai_connexion()', 'trigger', 'plpgsql', 'v', false, '{}'),
    ('public.update_audit_fields_openai_connexion()', 'trigger', 'plpgsql', 'v', false, '{}'),
    ('vigie.add_operator(name, text, text, text, boolean, uuid)', 'uuid', 'plpgsql', 'v', false, '{}')
) AS t (f, result, language, volatility, definer, callers);
SELECT is_empty(
    $$ SELECT p.oid::regprocedure FROM pg_proc p
       WHERE p.pronamespace::regnamespace::text IN ('public', 'auth', 'vigie')
         AND (obj_description(p.oid, 'pg_proc') IS NULL OR has_function_privilege('public', p.oid, 'EXECUTE')) $$,
    'every function has a comment and none is for everybody');
SELECT is(get_user_organisation_id(NULL), NULL, 'no user has no organisation');
SELECT is(is_admin_presenca(NULL), false, 'no user is no administrator');

-- The platform's tables
SELECT results_eq(
    format($$ SELECT string_agg(attname::text COLLATE "default" || ' ' || format_type(atttypid, atttypmod) || CASE WHEN attnotnull THEN '!' ELSE '' END,
                                ', ' ORDER BY attnum)
              FROM pg_attribute WHERE attrelid = 'public.%s'::regclass AND attnum > 0 $$, t),
    format('VALUES (%L)', columns), t || ': columns')
FROM (VALUES
    ('organisations', 'organisation_id uuid!, organisation_nom text!, organisation_siret text, '
     'organisation_identite_commerciale text, organisation_adresse text, organisation_code_postal text, '
     'organisation_ville text, organisation_email text, organisation_telephone text, organisation_plan_stripe text, '
     'organisation_statut_compte text, organisation_statut_paiement text, '
     'organisation_date_creation timestamp with time zone!'),
    ('users', 'users_id uuid!, users_auth_id uuid!, users_nom text, users_prenom text, users_email text, '
     'users_role_systeme text, users_organisation_id uuid'),
    ('reseau', 'reseau_id uuid!, reseau_nom text!, organisation_id uuid!, client_id uuid!, reseau_openai_connexion_id uuid'),
    ('reseau_agence', 'reseau_agence_id uuid!, reseau_agence_nom text!, organisation_id uuid!, client_id uuid!, '
     'reseau_openai_connexion_id uuid'),
    ('agence_independante', 'agence_indep_id uuid!, agence_indep_nom text!, organisation_id uuid!, client_id uuid!, '
     'agence_indep_openai_connexion_id uuid')
) AS x (t, columns);
SELECT col_is_unique('public', 'users', 'users_auth_id', 'a user is found by users_auth_id');
SELECT throws_ok($$ INSERT INTO organisations (organisation_nom, organisation_statut_compte) VALUES ('x', 'ouvert') $$,
                 '23514', NULL, 'an unknown state of the account is refused');
SELECT throws_ok($$ INSERT INTO organisations (organisation_nom, organisation_statut_paiement) VALUES ('x', 'bientot') $$,
                 '23514', NULL, 'an unknown state of payment is refused');

-- What stands around
SELECT is_empty(
    $$ SELECT oid::regclass FROM pg_class WHERE relkind IN ('r', 'p', 'm', 'v', 'f')
       AND relnamespace::regnamespace::text IN ('public', 'vigie') AND NOT relrowsecurity
       AND oid NOT IN ('vigie.migration'::regclass, 'vigie.effective_limits'::regclass) $$,
    'every table but the record of migrations has RLS, and the one view is nobody''s');
SELECT is_empty($$ SELECT extname FROM pg_extension WHERE extname NOT IN ('plpgsql', 'pgtap', 'pg_trgm') $$,
                'no extension but the one that searching is quick with, where it may be made');
SELECT ok((SELECT NOT (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolcanlogin) FROM pg_roles
           WHERE rolname = 'vigie_operator'), 'the group of operators holds no attribute');
SELECT ok((SELECT NOT (r.rolsuper OR r.rolbypassrls) FROM pg_roles r JOIN pg_class c ON c.relowner = r.oid
           WHERE c.oid = 'openai_connexion'::regclass), 'the owner is no superuser: this test ran the migrations as in life');
SELECT ok(NOT has_database_privilege('public', current_database(), 'CONNECT'), 'not everybody may connect');
SELECT ok(has_database_privilege('vigie_operator', current_database(), 'CONNECT'), 'operators may connect');

SELECT * FROM finish();
ROLLBACK;
