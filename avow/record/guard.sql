-- No purpose, no rows: roles see what the declared use permits (see docs/explanation/guard.md).
-- Names are qualified, so that no temporary table can stand in for ours.
-- upkeep: the keeping role alone
DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['person', 'reach', 'address', 'link', 'choice', 'subscription', 'unlisted', 'code', 'attempt'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY upkeep ON %I TO avow_keep USING (true) WITH CHECK (true)', t);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO avow_keep', t);
    EXECUTE format('GRANT SELECT ON %I TO avow_backup', t);
  END LOOP;
END $$;
REVOKE DELETE ON choice, reach FROM avow_keep;
REVOKE UPDATE ON choice FROM avow_keep;
GRANT UPDATE (person_id, evidence, salt) ON choice TO avow_keep;
-- A choice is written once; when its person is forgotten it loses whose it was, and keeps what was decided.
CREATE FUNCTION only_forget() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  IF (NEW.person_id, NEW.evidence, NEW.salt) IS DISTINCT FROM ('00000000-0000-0000-0000-000000000000'::uuid, '', ''::bytea)
  THEN RAISE EXCEPTION 'a choice is written once: it can only be forgotten'; END IF;
  RETURN NEW; END $$;
CREATE TRIGGER only_forget BEFORE UPDATE ON choice FOR EACH ROW EXECUTE FUNCTION only_forget();
ALTER TABLE attempt SET UNLOGGED;

-- content: the keeping role sees every row and no field, the using role the fields of permitted rows
ALTER TABLE item ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY keep ON item TO avow_keep USING (true) WITH CHECK (true);
-- What the using role sees stands in use.sql.
GRANT SELECT (person_id, id, category, stamp_id, at, event, thread, reach_id, stated, accepted, refused, until, salt, entry, pos)
  ON item TO avow_keep;
GRANT INSERT, DELETE ON item TO avow_keep;
GRANT UPDATE (fields, accepted, refused, until, thread, reach_id, salt, entry, pos) ON item TO avow_keep;
GRANT SELECT ON item TO avow_use;
GRANT SELECT ON item TO avow_backup;

-- library: everybody reads, nobody rewrites what is published
GRANT SELECT ON version, bit, notice, stamp, list, key_print TO avow_app, avow_keep, avow_use, avow_backup;
GRANT INSERT ON version, bit, notice, stamp, list, key_print TO avow_app, avow_keep;
GRANT UPDATE, DELETE ON list TO avow_app;

-- A page of an audience is read from this index alone: its items that are alike in what the guard looks at, by person.
CREATE INDEX item_audience ON item (category, stated, accepted, refused, person_id, at DESC) INCLUDE (reach_id, until);
-- The sweep finds what has had its time.
CREATE INDEX item_until ON item (until) WHERE until IS NOT NULL;
