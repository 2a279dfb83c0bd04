#ifndef VIGIE_DB_SQL_ADOPT_H
#define VIGIE_DB_SQL_ADOPT_H

/* A line of SQL is a line here. */
/* clang-format off */

/* What `vigie adopt` must know of a database before it touches it, from the catalogues alone.
 * $1: the columns of the table; $2: the role that signs people in. */
#define SQL_ADOPT_FACTS \
    "WITH t AS (SELECT t.* FROM pg_catalog.pg_class t JOIN pg_catalog.pg_namespace n" \
    " ON n.oid = t.relnamespace WHERE n.nspname = 'public' AND t.relname = 'openai_connexion'" \
    " AND t.relkind IN ('r', 'p'))," \
    " u AS (SELECT t.oid FROM pg_catalog.pg_class t JOIN pg_catalog.pg_namespace n" \
    " ON n.oid = t.relnamespace WHERE n.nspname = 'public' AND t.relname = 'users' AND t.relkind IN ('r', 'p'))" \
    " SELECT current_database()::text AS database, current_user::text AS login," \
    " EXISTS (SELECT FROM t) AS has_table," \
    " EXISTS (SELECT FROM pg_catalog.pg_namespace WHERE nspname = 'vigie') AS has_schema," \
    " coalesce((SELECT pg_get_userbyid(relowner)::text FROM t), '') AS owner," \
    " coalesce((SELECT pg_has_role(current_user, relowner, 'USAGE') FROM t), false) AS owned," \
    " coalesce((SELECT relrowsecurity FROM t), false) AS rls," \
    " coalesce((SELECT relforcerowsecurity FROM t), false) AS forced," \
    " (SELECT coalesce(string_agg(w.name, ', '), '') FROM unnest($1::text[]) w (name)" \
    " WHERE NOT EXISTS (SELECT FROM t JOIN pg_catalog.pg_attribute a ON a.attrelid = t.oid" \
    " AND a.attname = w.name AND a.attnum > 0 AND NOT a.attisdropped)) AS missing," \
    " (SELECT coalesce(string_agg(format('%s is %s, not %s', a.attname, format_type(a.atttypid, NULL), f.fit[1]), ', ' ORDER BY a.attnum), '')" \
    " FROM t JOIN pg_catalog.pg_attribute a ON a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped" \
    " JOIN pg_catalog.pg_type y ON y.oid = a.atttypid JOIN (VALUES" \
    " ('{openai_connexion_id,organisation_id,client_id,openai_created_by,openai_updated_by}'::name[], '{uuid}'::text[])," \
    " ('{client_type,openai_api_key,openai_email_compte,openai_organisation_id,openai_project_id,openai_statut_connexion," \
    "openai_derniere_erreur}', '{text,character varying}')," \
    " ('{openai_actif}', '{boolean}')," \
    " ('{openai_date_activation,openai_derniere_synchro,openai_reset_quota_at,openai_created_at,openai_updated_at}'," \
    " '{timestamp with time zone}')," \
    " ('{openai_limite_quotidienne,openai_usage_quotidien}', '{integer,bigint}')," \
    " ('{openai_modeles_autorises}', '{text[]}')," \
    " ('{openai_cout_actuel_mois,openai_limite_cout_mois}', '{numeric}')," \
    " ('{openai_audit_log,openai_ia_extensions}', '{jsonb}')) AS f (names, fit) ON a.attname = ANY (f.names)" \
    " WHERE format_type(CASE y.typtype WHEN 'd' THEN y.typbasetype ELSE y.oid END, NULL) <> ALL (f.fit)) AS unfit," \
    " EXISTS (SELECT FROM t JOIN pg_catalog.pg_index i ON i.indrelid = t.oid AND i.indisunique" \
    " AND i.indpred IS NULL AND i.indnkeyatts = 1 JOIN pg_catalog.pg_attribute a ON a.attrelid = t.oid" \
    " AND a.attnum = i.indkey[0] AND a.attname = 'openai_connexion_id') AS has_key," \
    " EXISTS (SELECT FROM u JOIN pg_catalog.pg_index i ON i.indrelid = u.oid AND i.indisunique" \
    " AND i.indpred IS NULL AND i.indnkeyatts = 1 JOIN pg_catalog.pg_attribute a ON a.attrelid = u.oid" \
    " AND a.attnum = i.indkey[0] AND a.attname = 'users_auth_id') AS users_unique," \
    " (SELECT coalesce(string_agg(f.place || '.' || f.name || CASE f.given WHEN '' THEN '()' ELSE '(uuid)' END, ', '), '')" \
    " FROM (VALUES ('auth', 'uid', ''), ('public', 'is_admin_presenca', '2950')," \
    " ('public', 'get_user_organisation_id', '2950')) f (place, name, given)" \
    " WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace" \
    " WHERE n.nspname = f.place AND p.proname = f.name AND p.proargtypes::text = f.given)) AS no_function," \
    " EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'vigie_operator') AS has_group," \
    " EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = $2::text) AS has_role," \
    " coalesce((SELECT pg_has_role(m.oid, g.oid, 'MEMBER') FROM pg_catalog.pg_roles m, pg_catalog.pg_roles g" \
    " WHERE m.rolname = $2::text AND g.rolname = 'vigie_operator'), false) AS is_member," \
    " (SELECT coalesce(string_agg(g.tgname, ', ' ORDER BY g.tgname), '') FROM t JOIN pg_catalog.pg_trigger g" \
    " ON g.tgrelid = t.oid AND NOT g.tgisinternal) AS triggers"

/* clang-format on */

#endif
