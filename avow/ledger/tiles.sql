-- Append-only, as the rest of the ledger is.
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON tile FOR EACH STATEMENT EXECUTE FUNCTION append_only();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON rotation FOR EACH STATEMENT EXECUTE FUNCTION append_only();

GRANT SELECT ON tile, rotation, counted TO avow_app, avow_keep, avow_use, avow_backup;
GRANT INSERT ON tile, rotation TO avow_app;
GRANT INSERT, UPDATE ON counted TO avow_app;

-- A new key of the checkpoints has a new fingerprint; that of no other key can change.
CREATE FUNCTION print_ledger_key(bytea) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, public, pg_temp
  AS $$ BEGIN UPDATE public.key_print SET fingerprint = $1 WHERE name = 'ledger'; END $$;
REVOKE ALL ON FUNCTION print_ledger_key(bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION print_ledger_key(bytea) TO avow_app;

-- What has its place already is counted.
INSERT INTO counted (kind, entries, covers, since)
  SELECT kind, count(*), sum(length(covers)) / 32, min(at) FROM entry JOIN leaf ON entry_id = id GROUP BY kind;
