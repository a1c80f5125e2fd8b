-- Every act that somebody had a right to waits for the journal, whichever path it came by.
ALTER TABLE unwritten ALTER COLUMN whose SET DEFAULT '';
CREATE FUNCTION wait_for_journal() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, public, pg_temp
  AS $$ BEGIN
    INSERT INTO public.unwritten (entry) SELECT id FROM fresh
      WHERE kind IN ('chosen', 'amended', 'forgotten', 'linked', 'unlinked');
    RETURN NULL; END $$;
CREATE TRIGGER wait_for_journal AFTER INSERT ON entry REFERENCING NEW TABLE AS fresh
  FOR EACH STATEMENT EXECUTE FUNCTION wait_for_journal();
GRANT SELECT, DELETE ON unwritten TO avow_keep;
GRANT UPDATE (whose) ON unwritten TO avow_keep;
GRANT SELECT ON unwritten TO avow_app, avow_backup;
ALTER TABLE unwritten SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);

-- The planner's statistics would quote what people gave, and nothing is looked up by it.
ALTER TABLE item ALTER COLUMN fields SET STATISTICS 0;
