"""No way round the guard: copies, views, functions, cursors, errors and plans show what the use permits, no more."""

from io import StringIO

import psycopg
import pytest
from psycopg import errors, sql

from avow.record.key import new_key
from avow.record.mask import to_bits
from tests.laws.crowd import MARKETING, OTHER, SECRETS, USE, Crowd
from tests.laws.guarded import ALICE, EMAILS, declared, seen, settle, told


def test_copy_out_is_under_the_guard(app: psycopg.Connection) -> None:
    """COPY gives what a SELECT would: nothing without a use, Alice under hers."""
    for use, expected in ((0, set[str]()), (USE, ALICE)):
        for query in ("COPY item TO STDOUT", "COPY (SELECT fields FROM item) TO STDOUT"):
            with declared(app, "avow_use", use), app.cursor().copy(query) as copy:
                text = b"".join(bytes(part) for part in copy).decode()
                assert {secret for secret in SECRETS if secret in text} == expected


def test_copy_in_is_refused(app: psycopg.Connection) -> None:
    """COPY FROM into a guarded table is refused: an import goes by a temporary table."""
    with (
        declared(app, "avow_keep"),
        pytest.raises(psycopg.Error, match="row-level security"),
        app.cursor().copy("COPY item FROM STDIN") as copy,
    ):
        copy.write(StringIO("").read())


def test_no_view_stands_over_the_guard(app: psycopg.Connection, owner: psycopg.Connection) -> None:
    """The store has no view without security_invoker; such a view would show everybody, one with it shows Alice."""
    views = "SELECT relname FROM pg_class WHERE relkind IN ('v', 'm') AND relnamespace = 'public'::regnamespace"
    assert (
        owner.execute(f"{views} AND NOT coalesce(reloptions::text LIKE '%security_invoker=true%', false)").fetchall()
        == []
    )
    owner.execute("CREATE VIEW plain AS SELECT * FROM item")
    owner.execute("CREATE VIEW invoker WITH (security_invoker = true) AS SELECT * FROM item")
    owner.execute("GRANT SELECT ON plain, invoker TO avow_use, avow_keep, avow_app")
    with declared(app, "avow_use", USE):
        assert seen(app, "SELECT fields->>'email' FROM plain") == set(SECRETS), "this is why the check stands"
        assert seen(app, "SELECT fields->>'email' FROM invoker") == ALICE
    with declared(app, "avow_use"):
        assert seen(app, "SELECT fields->>'email' FROM invoker") == set()
    for role in ("avow_keep", "avow_app"):
        with declared(app, role), pytest.raises(errors.InsufficientPrivilege):
            seen(app, "SELECT fields->>'email' FROM invoker")


def test_functions_run_as_their_caller(app: psycopg.Connection, owner: psycopg.Connection) -> None:
    """A function sees what its caller may see, and the store has none that runs as its owner but for triggers.

    One writes the fingerprint of a new ledger key, reads nothing and gives nothing.
    """
    definers = owner.execute(
        "SELECT proname FROM pg_proc WHERE prosecdef AND pronamespace = 'public'::regnamespace"
        " AND prorettype <> 'trigger'::regtype"
    ).fetchall()
    assert definers == [("print_ledger_key",)]
    for language, body in (("sql", EMAILS), ("plpgsql", f"BEGIN RETURN QUERY {EMAILS}; END")):
        owner.execute(
            f"CREATE OR REPLACE FUNCTION everybody() RETURNS SETOF text LANGUAGE {language} STABLE AS $$ {body} $$"
        )
        with declared(app, "avow_use", USE):
            assert seen(app, "SELECT everybody()") == ALICE
        with declared(app, "avow_use"):
            assert seen(app, "SELECT everybody()") == set()
        with declared(app, "avow_keep"), pytest.raises(errors.InsufficientPrivilege):
            seen(app, "SELECT everybody()")


@pytest.mark.parametrize("role", ["avow_app", "avow_keep"])
@pytest.mark.parametrize("mode", ["auto", "force_generic_plan", "force_custom_plan"])
def test_a_prepared_statement_obeys_each_declaration(app: psycopg.Connection, mode: str, role: str) -> None:
    """A statement prepared under one use shows, run under another or none, what that one permits."""
    app.execute(sql.SQL("SET plan_cache_mode = {}").format(sql.Literal(mode)))
    app.commit()
    with declared(app, "avow_use", USE, scopes=0, undo=False):
        app.execute(f"PREPARE everybody AS {EMAILS}")
        for _ in range(7):
            assert seen(app, "EXECUTE everybody") == set(SECRETS[:2])
    for use, expected in ((USE, ALICE), (OTHER, {SECRETS[2]}), (0, set[str]()), (USE, ALICE)):
        with declared(app, "avow_use", use, undo=False):
            assert seen(app, "EXECUTE everybody") == expected
    with declared(app, role), pytest.raises(errors.InsufficientPrivilege):
        seen(app, "EXECUTE everybody")


def test_a_held_cursor_carries_nothing_more(app: psycopg.Connection) -> None:
    """A cursor held across commit has what was permitted when it was declared, and not a row more."""
    app.execute("SET LOCAL ROLE avow_use")
    app.execute(
        "SELECT set_config('avow.use', %s, true), set_config('avow.scopes', %s, true),"
        " set_config('avow.version', 'v1', true)",
        [to_bits(USE), to_bits(MARKETING)],
    )
    app.execute(f"DECLARE held CURSOR WITH HOLD FOR {EMAILS}")
    app.commit()
    assert seen(app, "FETCH ALL FROM held") == ALICE
    app.execute("CLOSE held")
    with declared(app, "avow_use"):
        app.execute(f"DECLARE held CURSOR WITH HOLD FOR {EMAILS}")
        assert seen(app, "FETCH ALL FROM held") == set()


@pytest.mark.parametrize("role", ["avow_owner", "avow_backup", "postgres"])
def test_no_way_up(app: psycopg.Connection, role: str) -> None:
    """From any role of the application there is no way to one that sees more; row security stays on."""
    for now in ("avow_app", "avow_keep", "avow_use"):
        with declared(app, now, USE), pytest.raises((errors.InsufficientPrivilege, errors.InvalidParameterValue)):
            app.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(role)))
    with declared(app, "avow_use", USE):
        app.execute("RESET ROLE")
        with pytest.raises(errors.InsufficientPrivilege):
            seen(app)
    with declared(app, "avow_use", USE):
        app.execute("SET LOCAL row_security = off")
        with pytest.raises(errors.InsufficientPrivilege, match="row-level security"):
            seen(app)


def test_cheap_functions_run_after_the_guard(app: psycopg.Connection) -> None:
    """A function made to look cheap is not run on rows that the guard hides."""
    notices: list[str] = []
    app.add_notice_handler(lambda notice: notices.append(str(notice.message_primary)))
    with declared(app, "avow_use", USE):
        app.execute(
            "CREATE FUNCTION pg_temp.peek(jsonb) RETURNS boolean LANGUAGE plpgsql COST 0.0000001"
            " AS $$ BEGIN RAISE NOTICE '%', $1; RETURN true; END $$"
        )
        assert seen(app, f"{EMAILS} WHERE pg_temp.peek(fields)") == ALICE
    assert any(SECRETS[0] in notice for notice in notices)
    assert not any(secret in notice for notice in notices for secret in SECRETS[1:])


def test_errors_tell_nothing_of_hidden_rows(app: psycopg.Connection, stocked: Crowd) -> None:
    """A cast, a division or a broken constraint fails without a word of a row that is hidden, or of a field."""
    for probe in (
        "SELECT (fields->>'email')::int FROM item WHERE person_id = %s",
        "SELECT 1 / (CASE WHEN fields->>'email' LIKE 'bob%%' THEN 0 ELSE 1 END) FROM item WHERE person_id = %s",
    ):
        with declared(app, "avow_use", USE):
            assert seen(app, probe, stocked.bob) == set()
        with declared(app, "avow_use", USE, scopes=0), pytest.raises(psycopg.DataError):
            seen(app, probe, stocked.bob)
    for probe in (
        "UPDATE item SET entry = NULL WHERE person_id = %s",
        "UPDATE item SET fields = NULL WHERE person_id = %s",
        "DELETE FROM person WHERE id = %s",
    ):
        with declared(app, "avow_keep"), pytest.raises(errors.IntegrityError) as caught:
            settle(app, probe, stocked.bob)
        assert not any(secret in told(caught.value) for secret in SECRETS)


def test_keys_answer_only_who_knows_them(app: psycopg.Connection, stocked: Crowd) -> None:
    """Foreign keys and unique indexes see hidden rows: a probe needs a key of 74 random bits, and learns that it is."""
    with declared(app, "avow_use", USE), pytest.raises(errors.InsufficientPrivilege):
        app.execute("INSERT INTO address (person_id, exact, reach_id, at) VALUES (%s, 'x', 'x', now())", [stocked.bob])
    probe = "INSERT INTO address (person_id, exact, reach_id, at) VALUES (%s, 'x', 'x', now())"
    with declared(app, "avow_keep"), pytest.raises(errors.ForeignKeyViolation) as caught:
        settle(app, probe, new_key())
    assert str(stocked.bob) not in told(caught.value)


def test_plans_and_statistics_tell_no_value(app: psycopg.Connection, owner: psycopg.Connection) -> None:
    """EXPLAIN, ANALYZE's statistics and the catalogue hold no value for the application's roles."""
    owner.execute("ALTER TABLE item ALTER COLUMN fields SET STATISTICS 1000")
    owner.execute("ANALYZE item")
    kept = owner.execute("SELECT count(*) FROM pg_stats WHERE tablename = 'item'").fetchone()
    assert kept is not None
    assert kept[0] > 5, "the owner has statistics that could leak"
    for role in ("avow_app", "avow_keep", "avow_use"):
        with declared(app, role, USE):
            assert app.execute("SELECT 1 FROM pg_stats WHERE tablename = 'item'").fetchall() == []
        for forbidden in ("pg_statistic", "pg_statistic_ext_data", "pg_authid"):
            with declared(app, role, USE), pytest.raises(errors.InsufficientPrivilege):
                app.execute(sql.SQL("SELECT * FROM {}").format(sql.Identifier(forbidden)))
    with declared(app, "avow_use", USE):
        lines = seen(app, f"EXPLAIN (ANALYZE, VERBOSE) {EMAILS} WHERE fields->>'email' > 'a'")
        assert not any(secret in str(line) for line in lines for secret in SECRETS)


def test_long_lists_find_nobody_hidden(app: psycopg.Connection, stocked: Crowd) -> None:
    """Ten thousand keys in one query find whom the use permits; joins, unions and samples no more."""
    keys = [new_key() for _ in range(10_000)] + [stocked.alice, stocked.bob, stocked.carol]
    for query, words in (
        ("SELECT person_id FROM item WHERE person_id = ANY(%s)", [keys]),
        (
            "SELECT i.person_id FROM unnest(%s::uuid[]) AS k (id) JOIN item i ON i.person_id = k.id",
            [keys],
        ),
        ("SELECT person_id FROM item UNION SELECT person_id FROM item EXCEPT SELECT NULL::uuid", []),
        ("SELECT person_id FROM item TABLESAMPLE SYSTEM (100)", []),
        ("SELECT DISTINCT first_value(person_id) OVER () FROM item", []),
        ("SELECT a.person_id FROM item a JOIN item b ON b.category = a.category", []),
    ):
        with declared(app, "avow_use", USE):
            assert seen(app, query, *words) == {stocked.alice}


def test_nothing_is_broadcast(app: psycopg.Connection, owner: psycopg.Connection) -> None:
    """No function of the store notifies anybody: LISTEN hears nothing of people."""
    shouting = "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prosrc ~* 'notify'"
    assert owner.execute(shouting).fetchall() == []
    app.execute("LISTEN item")
    app.commit()
    owner.execute("UPDATE item SET until = now()")
    assert list(app.notifies(timeout=0.1, stop_after=1)) == []


def test_leftovers_show_nothing(app: psycopg.Connection, owner: psycopg.Connection) -> None:
    """A view that the using role leaves in its session is under the guard; tables cannot be made but temporary ones."""
    app.execute("SET LOCAL ROLE avow_use")
    app.execute(f"CREATE TEMP VIEW left_over AS {EMAILS} AS email".replace("FROM item AS email", "AS email FROM item"))
    app.execute("GRANT SELECT ON left_over TO avow_app, avow_keep")
    app.commit()
    assert len(seen(owner)) == 3
    for role in ("avow_app", "avow_keep", "avow_use"):
        with declared(app, role):
            assert seen(app, "SELECT email FROM left_over") == set()
    for role in ("avow_app", "avow_keep", "avow_use"):
        with declared(app, role, USE), pytest.raises(errors.InsufficientPrivilege):
            app.execute("CREATE TABLE copied AS SELECT 1 AS one")
