-- Brings the times of the demonstration up to date: everything moves by the time that has passed since it was seeded or
-- touched last, no further than now; a reset that was to come is the next UTC midnight again. Run by the owner, in one
-- transaction; does nothing in a database without the demonstration's mark, nor when the times are fresh.

DO $$
DECLARE
    seeded timestamptz;
    passed interval;
    midnight timestamptz := (date_trunc('day', now() AT TIME ZONE 'UTC') + interval '1 day') AT TIME ZONE 'UTC';
BEGIN
    IF to_regclass('vigie.demo') IS NULL THEN
        RETURN;
    END IF;
    SELECT seeded_at INTO seeded FROM vigie.demo FOR UPDATE;
    IF seeded IS NULL OR seeded > now() - interval '10 minutes' THEN
        RETURN;
    END IF;
    passed := now() - seeded;

    ALTER TABLE public.openai_connexion DISABLE TRIGGER USER;
    UPDATE public.openai_connexion SET
        openai_date_activation  = least(openai_date_activation + passed, greatest(openai_date_activation, now())),
        openai_derniere_synchro = CASE WHEN openai_derniere_synchro IS NOT NULL
                                       THEN least(openai_derniere_synchro + passed, now()) END,
        openai_created_at       = least(openai_created_at + passed, now()),
        openai_updated_at       = least(openai_updated_at + passed, now()),
        openai_reset_quota_at   = CASE WHEN openai_reset_quota_at > seeded THEN midnight
                                       ELSE openai_reset_quota_at + date_trunc('day', passed) END;
    ALTER TABLE public.openai_connexion ENABLE TRIGGER USER;
    PERFORM vigie.refill_lists();
    UPDATE public.organisations SET organisation_date_creation = least(organisation_date_creation + passed, now());
    UPDATE vigie.demo SET seeded_at = now();
    PERFORM pg_notify('vigie', '');
END
$$;
