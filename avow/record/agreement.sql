-- What an organization that works for us sees of items: what a declared use permits, as our own people see it, and of
-- that what its agreement names, while the agreement is in force at this instant (see docs/explanation/contractors.md).
GRANT SELECT ON agreement, agreement_act, seat TO avow_keep, avow_backup;
GRANT SELECT ON agreement TO avow_app, avow_processor;
GRANT INSERT ON agreement, agreement_act, seat TO avow_keep;
GRANT UPDATE (ended) ON agreement, seat TO avow_keep;
-- Written once: an end can come, and can come earlier, and no end goes away.
CREATE FUNCTION only_end() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  IF NEW.ended IS NULL OR NEW.ended > OLD.ended
  THEN RAISE EXCEPTION 'what was agreed is written once: it can only end'; END IF;
  RETURN NEW; END $$;
CREATE TRIGGER only_end BEFORE UPDATE ON agreement FOR EACH ROW EXECUTE FUNCTION only_end();
CREATE TRIGGER only_end BEFORE UPDATE ON seat FOR EACH ROW EXECUTE FUNCTION only_end();
-- The categories of the declared agreement, if it is in force and names the purpose of every declared use; else NULL,
-- which shows nothing. A bit counts from the right of a mask.
CREATE FUNCTION agreed_categories() RETURNS text[] LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT string_to_array(a.categories, ' ') FROM public.agreement a
    WHERE a.id = current_setting('avow.agreement', true)
      AND a.begins <= clock_timestamp() AND clock_timestamp() < coalesce(least(a.ends, a.ended), 'infinity')
      AND public.declared_use() & ~ (
        SELECT bit_or(set_bit(0::bit(256), 255 - b.bit, 1)) FROM public.bit b
        WHERE b.kind = 'use' AND b.meaning::jsonb ->> 'recipient' = 'processor'
          AND b.meaning::jsonb ->> 'purpose' = ANY(string_to_array(a.purposes, ' '))
      ) = 0::bit(256) $$;
CREATE POLICY agreed ON item FOR SELECT TO avow_processor USING (
  category = ANY ((SELECT agreed_categories())::text[])
  AND ((stated | accepted) & (SELECT declared_use())) <> 0::bit(256)
  AND (refused & (SELECT declared_scopes())) < 1::bit(256)
  AND (until IS NULL OR until > now()));
GRANT SELECT ON item, stamp, notice, version, bit, checkpoint TO avow_processor;
-- An end is a right of everybody whose data is read: it waits for the journal too, and outlives an older backup.
CREATE OR REPLACE FUNCTION wait_for_journal() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, public, pg_temp
  AS $$ BEGIN
    INSERT INTO public.unwritten (entry) SELECT id FROM fresh
      WHERE kind IN ('chosen', 'amended', 'forgotten', 'linked', 'unlinked', 'agreed');
    RETURN NULL; END $$;
