-- Append-only: rows are inserted and read; nobody, the owner included, changes or deletes one.
CREATE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql
  AS $$ BEGIN RAISE EXCEPTION 'the ledger is append-only: % of % is refused', TG_OP, TG_TABLE_NAME; END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON entry FOR EACH STATEMENT EXECUTE FUNCTION append_only();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON leaf FOR EACH STATEMENT EXECUTE FUNCTION append_only();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON checkpoint FOR EACH STATEMENT EXECUTE FUNCTION append_only();

-- No path can forget the sequencer: every entry waits for its place.
CREATE FUNCTION wait_for_place() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, public, pg_temp
  AS $$ BEGIN INSERT INTO public.waiting (entry_id) SELECT id FROM fresh; RETURN NULL; END $$;
CREATE TRIGGER wait_for_place AFTER INSERT ON entry REFERENCING NEW TABLE AS fresh
  FOR EACH STATEMENT EXECUTE FUNCTION wait_for_place();

GRANT SELECT ON entry, leaf, checkpoint TO avow_app, avow_keep, avow_use, avow_backup;
GRANT INSERT ON entry TO avow_app, avow_keep, avow_use;
GRANT INSERT ON leaf, checkpoint TO avow_app;
GRANT SELECT, DELETE ON waiting TO avow_app;
GRANT SELECT ON waiting TO avow_backup;
-- Appending many takes its ids first.
GRANT USAGE ON SEQUENCE entry_id_seq TO avow_app, avow_keep, avow_use;
-- Every entry passes through; what is left behind must not slow the sequencer.
ALTER TABLE waiting SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);
