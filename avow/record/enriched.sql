-- What others said of a person: it refuses all that lies in marketing or enrichment where its person refuses either, so
-- that a no to the one hides it from the other as well. A row of what people said themselves costs one look at a column.
CREATE FUNCTION refuse_both() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE tied CONSTANT bit(256) := set_bit(set_bit(0::bit(256), 254, 1), 252, 1);
BEGIN
  IF NEW.refused & tied <> 0::bit(256) THEN NEW.refused := NEW.refused | tied; END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER refuse_both BEFORE INSERT OR UPDATE OF refused, lot_id ON item
  FOR EACH ROW WHEN (NEW.lot_id IS NOT NULL) EXECUTE FUNCTION refuse_both();
GRANT SELECT ON lot TO avow_app, avow_keep, avow_use, avow_processor, avow_backup;
GRANT INSERT, UPDATE (taken, denied) ON lot TO avow_keep;
GRANT SELECT (lot_id, told), UPDATE (told) ON item TO avow_keep;
