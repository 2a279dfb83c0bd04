-- The demonstration: 16 organisations, 78 connexions, three operators. Run once by the owner, in one transaction, on a
-- freshly migrated database. Nothing in it is real: the domains end in .example and the keys say what they are.
-- Identifiers are the same in every demonstration: an md5 of the row's name. Times are relative to now(); demo_touch.sql
-- brings them up to date later.

CREATE TABLE vigie.demo (seeded_at timestamptz NOT NULL);
ALTER TABLE vigie.demo ENABLE ROW LEVEL SECURITY;
COMMENT ON TABLE vigie.demo IS 'Marks a demonstration database: the instant that its times are relative to.';
INSERT INTO vigie.demo VALUES (now());

CREATE FUNCTION pg_temp.id(what text, name text) RETURNS uuid LANGUAGE sql AS $$
    SELECT overlay(overlay(md5(what || ' ' || name) PLACING '4' FROM 13) PLACING '8' FROM 17)::uuid
$$;

-- Organisations ------------------------------------------------------------------------------------------------------

CREATE TEMP TABLE demo_organisation ON COMMIT DROP AS
SELECT code, nom, ville, code_postal, domaine, plan, compte, paiement, jours, pg_temp.id('organisation', code) AS id
FROM (VALUES
    ('horizon',   'Réseau Horizon',              'Lyon',        '69003', 'horizon.example',      'reseau',  'actif',     'en_retard', 611),
    ('midi',      'Agence du Midi',              'Toulouse',    '31000', 'midi.example',         'agence',  'actif',     'a_jour',    540),
    ('emeraude',  'Groupe Émeraude Immobilier',  'Saint-Malo',  '35400', 'emeraude.example',     'reseau',  'actif',     'a_jour',    502),
    ('lefevre',   'Cabinet Lefèvre & Fils',      'Rouen',       '76000', 'lefevre.example',      'agence',  'actif',     'a_jour',    433),
    ('opale',     'Réseau Côte d''Opale',        'Boulogne-sur-Mer', '62200', 'opale.example',   'reseau',  'actif',     'a_jour',    398),
    ('rivieres',  'Agence des Trois Rivières',   'Angers',      '49000', 'rivieres.example',     'agence',  'actif',     'a_jour',    371),
    ('littoral',  'Les Clés du Littoral',        'La Rochelle', '17000', 'littoral.example',     'agence',  'actif',     'annule',    355),
    ('brulee',    'Maison Brûlée Immobilier',    'Strasbourg',  '67000', 'maison-brulee.example', 'agence', 'actif',     'a_jour',    320),
    ('coeur',     'Réseau Cœur de Ville',        'Orléans',     '45000', 'coeur-de-ville.example', 'reseau', 'actif',    'a_jour',    298),
    ('nord',      'Nord-Habitat',                'Lille',       '59000', 'nord-habitat.example', 'reseau',  'actif',     NULL,        240),
    ('ellas',     'Ελληνική Κτηματική',          'Αθήνα',       NULL,    'ellas.example',        'agence',  'actif',     'a_jour',    205),
    ('tokyo',     '東京不動産ネットワーク',          '東京',         NULL,    'tokyo.example',        'reseau',  'actif',     'a_jour',    180),
    ('madina',    'شبكة المدينة العقارية',         'الدار البيضاء', NULL,    'madina.example',       'reseau',  'actif',     'en_retard', 141),
    ('etoile',    E'Agence de l''E\u0301toile Dore\u0301e', 'Nîmes', '30000', 'etoile.example',   'agence',  NULL,        NULL,        95),
    ('sever',     'Недвижимость «Север»',        'Мурманск',    NULL,    'sever.example',        NULL,      'desactive', 'annule',    77),
    ('vide',      'Immobilière du Val Perdu',    'Guéret',      '23000', 'val-perdu.example',    'agence',  'suspendu',  'en_retard', 12)
) AS o (code, nom, ville, code_postal, domaine, plan, compte, paiement, jours);

INSERT INTO public.organisations (organisation_id, organisation_nom, organisation_ville, organisation_code_postal,
                                  organisation_email, organisation_plan_stripe, organisation_statut_compte,
                                  organisation_statut_paiement, organisation_date_creation)
SELECT id, nom, ville, code_postal, 'contact@' || domaine, plan, compte, paiement, now() - jours * interval '1 day'
FROM demo_organisation;

-- Operators ----------------------------------------------------------------------------------------------------------

DO $$
BEGIN
    PERFORM vigie.add_operator('claire', 'Claire', 'Vasseur', 'claire.vasseur@plateforme.example', true, NULL);
    PERFORM vigie.add_operator('karim', 'Karim', 'Benali', 'karim.benali@horizon.example', false,
                               pg_temp.id('organisation', 'horizon'));
    PERFORM vigie.add_operator('lea', 'Léa', 'Fontaine', 'lea.fontaine@midi.example', false,
                               pg_temp.id('organisation', 'midi'));
END
$$;
-- The same identities in every demonstration.
CREATE TEMP TABLE demo_operator ON COMMIT DROP AS
SELECT role_name, user_id, pg_temp.id('user', role_name::text) AS auth_id FROM vigie.operator;
DELETE FROM vigie.operator;
UPDATE public.users u SET users_id = pg_temp.id('users', o.role_name::text), users_auth_id = o.auth_id
FROM demo_operator o WHERE u.users_auth_id = o.user_id;
INSERT INTO vigie.operator (role_name, user_id) SELECT role_name, auth_id FROM demo_operator;

-- Clients ------------------------------------------------------------------------------------------------------------

CREATE TEMP TABLE demo_client ON COMMIT DROP AS
SELECT type, code, organisation, nom, pg_temp.id('client', code) AS id, pg_temp.id('client_id', code) AS client_id
FROM (VALUES
    ('reseau',              'horizon',       'horizon',  'Horizon'),
    ('reseau_agence',       'horizon-lyon',  'horizon',  'Horizon Lyon Part-Dieu'),
    ('reseau_agence',       'horizon-annecy', 'horizon', 'Horizon Annecy'),
    ('reseau_agence',       'horizon-grenoble', 'horizon', 'Horizon Grenoble'),
    ('reseau_agence',       'horizon-chambery', 'horizon', 'Horizon Chambéry'),
    ('reseau_agence',       'horizon-valence', 'horizon', 'Horizon Valence'),
    ('agence_independante', 'midi',          'midi',     'Agence du Midi'),
    ('reseau',              'emeraude',      'emeraude', 'Émeraude'),
    ('reseau_agence',       'emeraude-malo', 'emeraude', 'Émeraude Saint-Malo'),
    ('reseau_agence',       'emeraude-dinan', 'emeraude', 'Émeraude Dinan'),
    ('reseau_agence',       'emeraude-rennes', 'emeraude', 'Émeraude Rennes'),
    ('agence_independante', 'lefevre',       'lefevre',  'Cabinet Lefèvre & Fils'),
    ('reseau',              'opale',         'opale',    'Côte d''Opale'),
    ('reseau_agence',       'opale-calais',  'opale',    'Opale Calais'),
    ('reseau_agence',       'opale-berck',   'opale',    'Opale Berck-Plage'),
    ('reseau_agence',       'opale-touquet', 'opale',    'Opale Le Touquet'),
    ('agence_independante', 'rivieres',      'rivieres', 'Agence des Trois Rivières'),
    ('agence_independante', 'littoral',      'littoral', 'Les Clés du Littoral'),
    ('agence_independante', 'brulee',        'brulee',   'Maison Brûlée'),
    ('reseau',              'coeur',         'coeur',    'Cœur de Ville'),
    ('reseau_agence',       'coeur-orleans', 'coeur',    'Cœur de Ville Orléans'),
    ('reseau_agence',       'coeur-tours',   'coeur',    'Cœur de Ville Tours'),
    ('reseau_agence',       'coeur-blois',   'coeur',    'Cœur de Ville Blois'),
    ('reseau',              'nord',          'nord',     'Nord-Habitat'),
    ('reseau_agence',       'nord-lille',    'nord',     'Nord-Habitat Lille'),
    ('reseau_agence',       'nord-douai',    'nord',     'Nord-Habitat Douai'),
    ('agence_independante', 'ellas',         'ellas',    'Ελληνική Κτηματική'),
    ('reseau',              'tokyo',         'tokyo',    '東京不動産'),
    ('reseau_agence',       'tokyo-shibuya', 'tokyo',    '渋谷支店'),
    ('reseau_agence',       'tokyo-ueno',    'tokyo',    '上野支店'),
    ('reseau',              'madina',        'madina',   'شبكة المدينة'),
    ('reseau_agence',       'madina-rabat',  'madina',   'وكالة الرباط'),
    ('agence_independante', 'etoile',        'etoile',   E'Agence de l''E\u0301toile Dore\u0301e'),
    ('agence_independante', 'sever',         'sever',    'Агентство «Север»')
) AS c (type, code, organisation, nom);

-- Connexions ---------------------------------------------------------------------------------------------------------
--
-- client: a code above; "=code" is the client table's own client_id in place of its primary key; "!code" is no client at
-- all. reset: next is the next UTC midnight, past is days ago. models: see the join. seen: age of the last
-- synchronisation. days: age of the connexion. by: who created and modified it.

CREATE TEMP TABLE demo_connexion ON COMMIT DROP AS
SELECT row_number() OVER () AS n, c.* FROM (VALUES
    -- organisation, client, account, on, state, error, limit, use, reset, models, cost, budget, seen, days, by
    ('horizon',  'horizon',       'api',           true,  'quota_exceeded', '429 insufficient_quota: You exceeded your current quota, please check your plan and billing details.',
                                                                                     2000,    0, 'next', 'new',     400.0000, 400.00, '1 minute',    611, 'claire'),
    ('horizon',  'horizon',       'estimation',    true,  'active',         NULL,    5000, 3417, 'next', 'gpt5',    212.4471, 300.00, '1 minute',    420, 'karim'),
    ('horizon',  'horizon',       'archives',      false, 'inactive',       NULL,    NULL,    0, NULL,   'default',   0.0000, NULL,   '41 days',     605, 'claire'),
    ('horizon',  'horizon-lyon',  'lyon',          true,  'active',         NULL,    1500,  611, 'next', 'new',      61.0830, 100.00, '2 minutes',   388, 'karim'),
    ('horizon',  'horizon-lyon',  'lyon.photos',   true,  'active',         NULL,     800,  655, 'next', 'mini',     38.2214,  45.00, '2 minutes',   201, 'karim'),
    ('horizon',  'horizon-annecy', 'annecy',       true,  'active',         NULL,    1000,  104, 'next', 'new',       9.4402,  50.00, '3 minutes',   377, 'karim'),
    ('horizon',  'horizon-grenoble', 'grenoble',   true,  'error',          '401 invalid_api_key: Incorrect API key provided.',
                                                                                     1000,    0, 'next', 'new',       4.1180,  50.00, '4 minutes',   365, 'karim'),
    ('horizon',  'horizon-chambery', 'chambery',   true,  'active',         NULL,     500,  498, 'next', 'mini',     21.9077,  40.00, '1 minute',    290, 'karim'),
    ('horizon',  'horizon-valence', 'valence',     true,  'active',         NULL,     500,   12, 'next', 'default',   0.3050,   0,    '5 minutes',    64, 'karim'),
    ('horizon',  '!horizon-vienne', 'vienne',      false, 'expired',        'key expired', 500, 0, 'past', 'default', 0.0000, 40.00, '17 days',     333, 'claire'),
    ('midi',     'midi',          'ia',            true,  'active',         NULL,    1000,  620, 'next', 'new',     109.2040, 120.00, '2 minutes',   540, 'lea'),
    ('midi',     'midi',          'annonces',      true,  'active',         NULL,     600,  171, 'next', 'gpt5',     18.0625,  60.00, '2 minutes',   230, 'lea'),
    ('midi',     'midi',          'essai',         false, 'inactive',       NULL,       0,    0, NULL,   'default',   0.0000,   0,    NULL,           28, 'lea'),
    ('midi',     '=midi',         'visites',       true,  'active',         NULL,     300,  309, 'next', 'mini',      7.7700,  25.00, '1 minute',    120, 'lea'),
    ('emeraude', 'emeraude',      'direction',     true,  'active',         NULL,   10000, 4120, 'next', 'gpt5',    488.9012, 900.00, '3 minutes',   502, 'claire'),
    ('emeraude', 'emeraude',      'traduction',    true,  'active',         NULL,    2500, 2210, 'next', 'new',     143.0004, 160.00, '3 minutes',   320, 'claire'),
    ('emeraude', 'emeraude-malo', 'saint-malo',    true,  'active',         NULL,    1200,  388, 'next', 'new',      44.1200,  80.00, '2 minutes',   498, 'claire'),
    ('emeraude', 'emeraude-malo', 'saint-malo.nuit', true, 'active',        NULL,    NULL,   58, 'next', 'mini',      2.0019, NULL,   '2 minutes',   111, 'claire'),
    ('emeraude', 'emeraude-dinan', 'dinan',        true,  'active',         NULL,     700,   71, 'next', 'new',       6.5530,  40.00, '6 minutes',   495, 'claire'),
    ('emeraude', 'emeraude-rennes', 'rennes',      true,  'error',          '429 rate_limit_exceeded: Rate limit reached for requests.',
                                                                                      700,  700, 'next', 'new',      39.9990,  40.00, '1 minute',    470, 'claire'),
    ('lefevre',  'lefevre',       'cabinet',       true,  'active',         NULL,     400,   96, 'next', 'new',      12.6000,  50.00, '4 minutes',   433, 'claire'),
    ('lefevre',  'lefevre',       'notaire',       true,  'active',         NULL,     200,    0, 'next', 'o',         1.1100,  20.00, '4 minutes',   150, 'claire'),
    ('lefevre',  'lefevre',       'ancien',        false, 'expired',        '401 account_deactivated: The OpenAI account associated with this API key has been deactivated.',
                                                                                      400,    0, 'past', 'default',   0.0000,  50.00, '96 days',     433, 'claire'),
    ('opale',    'opale',         'siege',         true,  'active',         NULL,    3000,  922, 'next', 'gpt5',    177.3450, 250.00, '2 minutes',   398, 'claire'),
    ('opale',    'opale',         'siege.test',    true,  'active',         NULL,       0,    3, 'next', 'mini',      0.0041,  10.00, '2 minutes',    33, 'claire'),
    ('opale',    'opale-calais',  'calais',        true,  'active',         NULL,     900,  744, 'next', 'new',      58.8000,  60.00, '3 minutes',   390, 'claire'),
    ('opale',    'opale-calais',  'calais.vente',  true,  'quota_exceeded', 'daily limit reached', 250, 263, 'next', 'mini', 11.3300, 30.00, '1 minute', 180, 'claire'),
    ('opale',    'opale-berck',   'berck',         true,  'active',         NULL,     300,   41, 'next', 'default',   3.9000,  30.00, '5 minutes',   385, 'claire'),
    ('opale',    'opale-touquet', 'touquet',       true,  'active',         NULL,     600,  333, 'next', 'new',      49.0000,  70.00, '2 minutes',   381, 'claire'),
    ('opale',    'rivieres',      'partenariat',   true,  'active',         NULL,     100,    8, 'next', 'mini',      0.9000,  15.00, '7 minutes',    59, 'claire'),
    ('rivieres', 'rivieres',      'ia',            true,  'active',         NULL,     500,  210, 'next', 'new',      23.4567,  60.00, '3 minutes',   371, 'claire'),
    ('rivieres', 'rivieres',      'ia.bis',        true,  'active',         NULL,     500,  203, 'past', 'new',      20.0000,  60.00, '3 minutes',   211, 'claire'),
    ('rivieres', 'rivieres',      'compta',        true,  'inactive',       NULL,    NULL, NULL, NULL,   'none',         NULL, NULL,   NULL,          140, 'claire'),
    ('littoral', 'littoral',      'cles',          true,  'error',          '403 unsupported_country_region_territory: Country, region, or territory not supported.',
                                                                                      400,   17, 'next', 'new',       2.2500,  35.00, '8 minutes',   355, 'claire'),
    ('littoral', 'littoral',      'location',      true,  'expired',        'key expired', 400, 0, 'past', 'new',      0.0000,  35.00, '9 days',      350, 'claire'),
    ('littoral', 'littoral',      'saisonnier',    false, 'inactive',       NULL,    1000,    0, 'past', 'mini',      0.0000, 100.00, '63 days',     300, 'claire'),
    ('brulee',   'brulee',        'maison',        true,  'active',         NULL,     750,  512, 'next', 'new',     102.3300, 100.00, '1 minute',    320, 'claire'),
    ('brulee',   'brulee',        'maison.img',    true,  'active',         NULL,     100,   77, 'next', 'image',    64.0400,  65.00, '1 minute',    160, 'claire'),
    ('brulee',   '!ancien-logiciel', 'import',     false, 'error',          'connection timed out after 10 s', 100, 0, 'past', 'empty', 0.0000, NULL, '26 days', 310, 'claire'),
    ('coeur',    'coeur',         'reseau',        true,  'active',         NULL,    8000, 6123, 'next', 'gpt5',    731.5099, 750.00, '2 minutes',   298, 'claire'),
    ('coeur',    'coeur',         'annuaire',      true,  'active',         NULL,    2000,  310, 'next', 'mini',     14.2000, 100.00, '2 minutes',   255, 'claire'),
    ('coeur',    'coeur-orleans', 'orleans',       true,  'active',         NULL,     900,  412, 'next', 'new',      33.0101,  80.00, '3 minutes',   297, 'claire'),
    ('coeur',    'coeur-orleans', 'orleans.neuf',  true,  'active',         NULL,     900,  129, 'next', 'new',      11.0101,  80.00, '3 minutes',    88, 'claire'),
    ('coeur',    'coeur-tours',   'tours',         true,  'active',         NULL,     900,  540, 'next', 'new',      51.2000,  80.00, '4 minutes',   290, 'claire'),
    ('coeur',    'coeur-blois',   'blois',         true,  'active',         NULL,     400,   19, 'next', 'default',   1.7400,  30.00, '4 minutes',   281, 'claire'),
    ('coeur',    'coeur-blois',   'blois.vieux',   false, 'inactive',       NULL,     400,    0, NULL,   'default',   0.0000,  30.00, '120 days',    281, 'claire'),
    ('nord',     'nord',          'habitat',       true,  'active',         NULL,    4000, 1710, 'next', 'gpt5',    260.7777, 350.00, '2 minutes',   240, 'claire'),
    ('nord',     'nord',          'sinistres',     true,  'active',         NULL,     500,  433, 'next', 'new',      28.4000,  30.00, '2 minutes',   133, 'claire'),
    ('nord',     'nord-lille',    'lille',         true,  'active',         NULL,    1200,  845, 'next', 'new',      72.1500, 110.00, '3 minutes',   238, 'claire'),
    ('nord',     'nord-lille',    'lille.roubaix', true,  'active',         NULL,     600,  222, 'next', 'new',      19.0500,  60.00, '3 minutes',   190, 'claire'),
    ('nord',     'nord-douai',    'douai',         true,  'active',         NULL,     600,   61, 'next', 'mini',      3.8800,  40.00, '5 minutes',   230, 'claire'),
    ('nord',     '=nord-douai',   'douai.arras',   true,  'active',         NULL,     600,   34, NULL,   'mini',      2.0200,  40.00, '5 minutes',    97, 'claire'),
    ('ellas',    'ellas',         'info',          true,  'active',         NULL,     800,  290, 'next', 'new',      47.6100,  90.00, '3 minutes',   205, 'claire'),
    ('ellas',    'ellas',         'πωλήσεις',      true,  'active',         NULL,     400,  122, 'next', 'gpt5',     15.3000,  50.00, '3 minutes',   160, 'claire'),
    ('ellas',    'ellas',         'δοκιμή',        false, 'inactive',       NULL,    NULL,    0, NULL,   'default',   0.0000, NULL,   NULL,           20, 'claire'),
    ('tokyo',    'tokyo',         'honsha',        true,  'active',         NULL,   20000, 9876, 'next', 'gpt5',   1204.1000, 2000.00, '1 minute',   180, 'claire'),
    ('tokyo',    'tokyo',         '翻訳',           true,  'active',         NULL,    5000, 1250, 'next', 'new',      88.0012, 150.00, '1 minute',    175, 'claire'),
    ('tokyo',    'tokyo-shibuya', 'shibuya',       true,  'active',         NULL,    3000, 2890, 'next', 'new',     140.5050, 150.00, '2 minutes',   171, 'claire'),
    ('tokyo',    'tokyo-shibuya', '渋谷',           true,  'error',          '500 server_error: 処理中にエラーが発生しました。',
                                                                                     3000,  166, 'next', 'new',      12.0000, 150.00, '2 minutes',    90, 'claire'),
    ('tokyo',    'tokyo-ueno',    'ueno',          true,  'active',         NULL,    3000, 1403, 'next', 'mini',     66.6667, 100.00, '2 minutes',   169, 'claire'),
    ('tokyo',    'tokyo-ueno',    'ueno.test',     true,  'active',         NULL,    NULL,    5, NULL,   'mini',      0.0100,   0,    '12 minutes',   15, 'claire'),
    ('madina',   'madina',        'siege',         true,  'quota_exceeded', '429 billing_hard_limit_reached: Billing hard limit has been reached.',
                                                                                     1500,   40, 'next', 'new',     151.2500, 150.00, '1 minute',    141, 'claire'),
    ('madina',   'madina',        'معلومات',       true,  'active',         NULL,     800,  377, 'next', 'new',      29.5000,  60.00, '2 minutes',   139, 'claire'),
    ('madina',   'madina-rabat',  'rabat',         true,  'active',         NULL,     800,  640, 'next', 'gpt5',     55.0000,  70.00, '2 minutes',   130, 'claire'),
    ('madina',   'madina-rabat',  'rabat.fes',     true,  'active',         NULL,     800,   88, 'next', 'mini',      4.4000,  70.00, '3 minutes',   101, 'claire'),
    ('madina',   'madina',        'arabe',         true,  'error',          E'خطأ في الاتصال: connection reset by peer',
                                                                                      800,    2, 'next', 'new',       0.0800,  70.00, '15 minutes',   45, 'claire'),
    ('etoile',   'etoile',        'etoile',        true,  'active',         NULL,     300,  151, 'next', 'new',      18.1818,  40.00, '3 minutes',    95, 'claire'),
    ('etoile',   'etoile',        E'dore\u0301e',  true,  'active',         NULL,     300,   27, 'next', 'new',       2.9000,  40.00, '3 minutes',    90, 'claire'),
    ('etoile',   'etoile',        'etoile.b64',    true,  'active',         NULL,     300,    0, 'next', 'default',   0.0000,  40.00, NULL,           60, 'claire'),
    ('sever',    'sever',         'info',          false, 'inactive',       NULL,     500,    0, 'past', 'new',      71.0000,  70.00, '31 days',      77, 'claire'),
    ('sever',    'sever',         'продажи',       false, 'expired',        '401 account_deactivated', 500, 0, 'past', 'default', 0.0000, 70.00, '31 days', 75, 'claire'),
    ('sever',    'sever',         'аренда',        false, 'inactive',       NULL,     500, NULL, NULL,   'empty',        NULL,   0,    '33 days',      74, 'claire'),
    ('midi',     'midi',          'chat',          true,  'active',         NULL,    2000, 1611, 'next', 'gpt5',     71.0909,  90.00, '1 minute',     75, 'lea'),
    ('lefevre',  'lefevre',       'accueil',       true,  'active',         NULL,    NULL,   44, 'next', 'mini',      3.3000,  20.00, '4 minutes',    41, 'claire'),
    ('emeraude', 'emeraude-dinan', 'dinan.voix',   true,  'active',         NULL,     150,  131, 'next', 'audio',    31.7500,  50.00, '2 minutes',    22, 'claire'),
    ('horizon',  'horizon-annecy', 'annecy.lac',   true,  'active',         NULL,     400,  322, 'next', 'gpt5',     30.0600,  35.00, '2 minutes',    18, 'karim'),
    ('opale',    'opale-touquet', 'touquet.golf',  true,  'active',         NULL,     200,    0, 'next', 'new',       0.0000,  25.00, '2 minutes',     6, 'claire'),
    ('nord',     'nord',          'nouveau',       true,  'active',         NULL,     500,    0, NULL,   'default',   0.0000, NULL,   NULL,            0, 'claire')
) AS c (organisation, client, compte, actif, statut, erreur, limite, usage, reset, modeles, cout, budget, vu, jours, par);

INSERT INTO public.reseau (reseau_id, reseau_nom, organisation_id, client_id)
SELECT id, nom, pg_temp.id('organisation', organisation), client_id FROM demo_client WHERE type = 'reseau';
INSERT INTO public.reseau_agence (reseau_agence_id, reseau_agence_nom, organisation_id, client_id)
SELECT id, nom, pg_temp.id('organisation', organisation), client_id FROM demo_client WHERE type = 'reseau_agence';
INSERT INTO public.agence_independante (agence_indep_id, agence_indep_nom, organisation_id, client_id)
SELECT id, nom, pg_temp.id('organisation', organisation), client_id FROM demo_client WHERE type = 'agence_independante';

-- The triggers would stamp every row with now() and nobody.
ALTER TABLE public.openai_connexion DISABLE TRIGGER USER;
INSERT INTO public.openai_connexion
    (openai_connexion_id, organisation_id, client_type, client_id, openai_api_key, openai_email_compte,
     openai_organisation_id, openai_project_id, openai_actif, openai_date_activation, openai_derniere_synchro,
     openai_statut_connexion, openai_derniere_erreur, openai_limite_quotidienne, openai_usage_quotidien,
     openai_reset_quota_at, openai_modeles_autorises, openai_cout_actuel_mois, openai_limite_cout_mois,
     openai_created_at, openai_created_by, openai_updated_at, openai_updated_by, openai_audit_log, openai_ia_extensions)
SELECT pg_temp.id('connexion', c.organisation || ' ' || c.compte),
       o.id,
       coalesce(k.type, 'reseau_agence'),
       CASE left(c.client, 1) WHEN '=' THEN k.client_id ELSE coalesce(k.id, pg_temp.id('client', c.client)) END,
       CASE c.compte WHEN 'etoile.b64' THEN encode('demo: base64 text, not a key', 'base64')
                     ELSE format('sk-proj-demo-%s-not-a-key', to_char(c.n, 'FM000')) END,
       c.compte || '@' || o.domaine,
       'org-demo-' || c.organisation,
       CASE WHEN c.modeles <> 'default' THEN format('proj_demo_%s', to_char(c.n, 'FM000')) END,
       c.actif,
       now() - c.jours * interval '1 day',
       now() - c.vu::interval - c.n * 397 % 59 * interval '1 second',
       c.statut, c.erreur, c.limite, c.usage,
       CASE c.reset WHEN 'next' THEN (date_trunc('day', now() AT TIME ZONE 'UTC') + interval '1 day') AT TIME ZONE 'UTC'
                    WHEN 'past' THEN (date_trunc('day', now() AT TIME ZONE 'UTC') - c.n % 30 * interval '1 day') AT TIME ZONE 'UTC' END,
       m.liste, c.cout, c.budget,
       now() - c.jours * interval '1 day', p.auth_id,
       now() - least(c.jours * interval '1 day', c.n * 31 % 97 * interval '1 day' + c.n * 7 % 23 * interval '1 hour'), p.auth_id,
       CASE WHEN c.n % 9 = 0 THEN jsonb_build_object('note', 'repris de l''ancien outil', 'lot', c.n / 9) ELSE '{}' END,
       CASE WHEN c.n % 13 = 0 THEN jsonb_build_object('assistant', 'annonces', 'langue', 'fr') ELSE '{}' END
FROM demo_connexion c
JOIN demo_organisation o ON o.code = c.organisation
JOIN demo_operator p ON p.role_name = c.par
LEFT JOIN demo_client k ON k.code = ltrim(c.client, '=')
JOIN (VALUES
    ('new',     '{gpt-4o,gpt-4o-mini,gpt-4.1}'::text[]),
    ('gpt5',    '{gpt-5,gpt-5-mini,gpt-4.1,o4-mini}'),
    ('mini',    '{gpt-4o-mini,gpt-5-nano}'),
    ('o',       '{o3,o4-mini}'),
    ('image',   '{gpt-image-1,gpt-4o}'),
    ('audio',   '{gpt-4o-transcribe,gpt-4o-mini-tts,whisper-1}'),
    ('default', '{gpt-3.5-turbo,gpt-4}'),
    ('empty',   '{}'),
    ('none',    NULL)
) AS m (nom, liste) ON m.nom = c.modeles;
ALTER TABLE public.openai_connexion ENABLE TRIGGER USER;
SELECT vigie.refill_lists();

-- The links back from the clients: right for most, dangling for one.
UPDATE public.reseau r SET reseau_openai_connexion_id =
    (SELECT openai_connexion_id FROM public.openai_connexion c WHERE c.client_id = r.reseau_id ORDER BY openai_created_at, 1 LIMIT 1);
UPDATE public.reseau_agence r SET reseau_openai_connexion_id =
    (SELECT openai_connexion_id FROM public.openai_connexion c WHERE c.client_id = r.reseau_agence_id ORDER BY openai_created_at, 1 LIMIT 1);
UPDATE public.agence_independante a SET agence_indep_openai_connexion_id =
    (SELECT openai_connexion_id FROM public.openai_connexion c WHERE c.client_id = a.agence_indep_id ORDER BY openai_created_at, 1 LIMIT 1);
UPDATE public.agence_independante SET agence_indep_openai_connexion_id = pg_temp.id('connexion', 'deleted long ago')
WHERE agence_indep_id = pg_temp.id('client', 'sever');

DROP FUNCTION pg_temp.id(text, text);
