-- Mailings are about nobody; each mailbox's copy is upkeep, seen by the keeping role alone.
DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['delivery', 'outgoing'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY upkeep ON %I TO avow_keep USING (true) WITH CHECK (true)', t);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE ON %I TO avow_keep', t);
    EXECUTE format('GRANT SELECT ON %I TO avow_backup', t);
  END LOOP;
END $$;
GRANT SELECT ON mailing TO avow_app, avow_keep, avow_backup;
GRANT INSERT, UPDATE ON mailing TO avow_keep;
