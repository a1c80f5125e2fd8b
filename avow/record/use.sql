-- What the using role sees of items: those that the declared use permits and no declared scope refuses.
DROP POLICY IF EXISTS use ON item;
CREATE OR REPLACE FUNCTION declared_scopes() RETURNS bit(256) LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT nullif(current_setting('avow.scopes', true), '')::bit(256) $$;
-- The use that is declared with its scopes, if the declaration names the version in force at this instant; else NULL,
-- which shows nothing.
CREATE OR REPLACE FUNCTION declared_use() RETURNS bit(256) LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT nullif(current_setting('avow.use', true), '')::bit(256) WHERE current_setting('avow.version', true) =
    (SELECT name FROM public.version WHERE effective <= clock_timestamp() ORDER BY effective DESC LIMIT 1)
    AND public.declared_scopes() IS NOT NULL $$;
-- The place of the first meaning of the declared use, as get_bit counts.
CREATE OR REPLACE FUNCTION declared_bit() RETURNS int LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT nullif(position(B'1' IN public.declared_use()), 0) - 1 $$;
-- Each line says first, in the cheapest words, what is true of most items, and then the whole; both permit the same.
-- `< 1` says `= 0`: the planner takes `=` for one row in 200 and would scan the whole table for an audience.
CREATE POLICY use ON item FOR SELECT TO avow_use USING (
  (get_bit(stated, (SELECT declared_bit())) > 0 OR ((stated | accepted) & (SELECT declared_use())) <> 0::bit(256))
  AND (refused < 1::bit(256) OR (refused & (SELECT declared_scopes())) < 1::bit(256))
  AND (until IS NULL OR until > now()));
