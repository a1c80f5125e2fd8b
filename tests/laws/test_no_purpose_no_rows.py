"""No purpose, no rows: the database itself refuses personal data to a query that has declared no permitted use."""

from contextlib import suppress
from random import Random

import psycopg
import pytest
from django.db import ProgrammingError, transaction
from psycopg import errors, sql

from avow.record.declare import keeping, using
from avow.record.mask import to_bits
from avow.record.models import Item
from avow.store.server.embedded import Embedded
from tests.laws.crowd import MARKETING, OTHER, PEOPLE, SECRETS, USE, Crowd
from tests.laws.guarded import ALICE, declared, seen, told


def test_every_table_about_people_is_guarded(owner: psycopg.Connection) -> None:
    """Row security is on, and forced, for every table that the catalogue finds to be about people."""
    found: dict[str, bool] = dict(owner.execute(PEOPLE).fetchall())
    assert {"person", "reach", "item", "choice", "address", "subscription", "delivery"} <= set(found)
    assert all(found.values()), [name for name, guarded in found.items() if not guarded]


def test_roles_own_nothing_and_bypass_nothing(owner: psycopg.Connection) -> None:
    """The application's roles own no table, are no superuser, and bypass no row security."""
    owned = owner.execute(
        "SELECT relname FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner WHERE r.rolname IN"
        " ('avow_app', 'avow_keep', 'avow_use')"
    ).fetchall()
    assert owned == []
    strong = owner.execute(
        "SELECT rolname FROM pg_roles WHERE rolname IN ('avow_app', 'avow_keep', 'avow_use')"
        " AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb)"
    ).fetchall()
    assert strong == []


@pytest.mark.parametrize("role", ["avow_app", "avow_use"])
def test_without_a_use_every_table_is_empty_or_closed(
    app: psycopg.Connection, owner: psycopg.Connection, stocked: Crowd, role: str
) -> None:
    """As the application, and as the using role without words, no table about people shows a row."""
    for table in stocked.tables:
        everything = sql.SQL("SELECT * FROM {}").format(sql.Identifier(table))
        assert owner.execute(everything).fetchall(), f"{table} has nothing that could leak"
        with suppress(errors.InsufficientPrivilege), declared(app, role):
            assert app.execute(everything).fetchall() == [], table


def test_with_a_use_only_its_rows(app: psycopg.Connection) -> None:
    """Under a use the using role sees who was told of it and refused no scope of it."""
    with declared(app, "avow_use", USE):
        assert seen(app) == ALICE
    with declared(app, "avow_use", OTHER):
        assert seen(app) == {SECRETS[2]}
    with declared(app, "avow_use", USE, scopes=0):
        assert seen(app) == set(SECRETS[:2]), "without the scope Bob could leak"
    with declared(app, "avow_use", 1 << 99):
        assert seen(app) == set()


def test_the_using_role_reads_no_upkeep(app: psycopg.Connection, stocked: Crowd) -> None:
    """The using role sees items alone: no person, reach, choice, address or delivery, whatever its use."""
    for table in set(stocked.tables) - {"item"}:
        with declared(app, "avow_use", USE | OTHER, scopes=0), pytest.raises(errors.InsufficientPrivilege):
            app.execute(sql.SQL("SELECT 1 FROM {}").format(sql.Identifier(table)))


@pytest.mark.parametrize("version", ["", "v0", "V1", "v2"])
def test_a_version_that_is_not_in_force_shows_nothing(
    app: psycopg.Connection, owner: psycopg.Connection, version: str
) -> None:
    """The declaration must name the version in force at this instant, neither an unknown nor a future one."""
    owner.execute("INSERT INTO version VALUES ('v2', now() + interval '1 day', '', '', now(), '', 2, 0)")
    with declared(app, "avow_use", USE, version=version):
        assert seen(app) == set()


def test_a_version_taking_effect_ends_the_old_declaration(app: psycopg.Connection, owner: psycopg.Connection) -> None:
    """In the middle of a transaction, the version that takes effect leaves the older one blind."""
    with declared(app, "avow_use", USE):
        assert seen(app) == ALICE
        owner.execute("INSERT INTO version VALUES ('v2', now(), '', '', now(), '', 2, 0)")
        assert seen(app) == set()
    with declared(app, "avow_use", USE, version="v2"):
        assert seen(app) == ALICE


def test_a_use_minted_later_under_a_refused_scope_is_refused_at_once(
    app: psycopg.Connection, owner: psycopg.Connection, stocked: Crowd
) -> None:
    """Bob refused marketing; a purpose minted under it later sees nothing of him from its first instant."""
    later = 1 << 7
    owner.execute("INSERT INTO version VALUES ('v2', now(), '', '', now(), '', 2, 0)")
    owner.execute("UPDATE item SET accepted = %s::bit(256)", [to_bits(later)])
    with declared(app, "avow_use", later, version="v2"):
        assert seen(app, "SELECT person_id FROM item") == {stocked.alice, stocked.carol}


def test_the_purpose_ends_with_the_transaction(app: psycopg.Connection) -> None:
    """After commit, and after rollback, the same connection sees nothing: pooled connections are safe."""
    for end in (app.commit, app.rollback):
        app.execute("SELECT set_config('avow.use', %s, true)", [to_bits(USE)])
        app.execute("SELECT set_config('avow.version', 'v1', true), set_config('avow.scopes', %s, true)", [to_bits(2)])
        app.execute("SET LOCAL ROLE avow_use")
        assert seen(app) == ALICE
        end()
        with pytest.raises(errors.InsufficientPrivilege):
            seen(app)
        app.rollback()
        with declared(app, "avow_use"):
            assert seen(app) == set()


def test_a_use_without_its_scopes_shows_nothing(app: psycopg.Connection) -> None:
    """Whoever declares a use and not what refuses it sees nobody, not even Alice, who refused nothing."""
    with declared(app, "avow_use", USE):
        assert seen(app) == ALICE
        app.execute("SELECT set_config('avow.scopes', '', true)")
        assert seen(app) == set()


def test_the_guard_says_what_the_rule_says(app: psycopg.Connection) -> None:
    """Whatever masks an item and a declaration have, the guard's quick words permit exactly what the rule permits."""
    guard = app.execute("SELECT qual FROM pg_policies WHERE tablename = 'item' AND policyname = 'use'").fetchone()
    assert guard is not None
    draw = Random(2013)  # noqa: S311 -- the same masks each time, and nothing secret
    masks = [0, 1, 1 << 255, *(1 << draw.randrange(256) for _ in range(4)), *(draw.getrandbits(256) for _ in range(3))]
    rows = [tuple(draw.choice(masks) for _ in range(3)) for _ in range(300)]
    item = (
        f"SELECT {guard[0]} FROM unnest(%s::bit(256)[], %s::bit(256)[], %s::bit(256)[])"
        " WITH ORDINALITY AS item (stated, accepted, refused, no), (SELECT NULL::timestamptz AS until) AS ends"
        " ORDER BY no"
    )
    words = [[to_bits(row[column]) for row in rows] for column in range(3)]
    allowed = 0
    for use, scopes in ((use, scopes) for use in masks for scopes in masks):
        with declared(app, "none", 1):
            app.execute(
                "SELECT set_config('avow.use', %s, true), set_config('avow.scopes', %s, true)",
                [to_bits(use), to_bits(scopes)],
            )
            shown = [bool(row[0]) for row in app.execute(item.encode(), words).fetchall()]
        rule = [bool((stated | accepted) & use) and not refused & scopes for stated, accepted, refused in rows]
        assert shown == rule
        allowed += sum(rule)
    assert allowed > len(rows)


def test_the_orm_is_under_the_guard(store: Embedded, stocked: Crowd) -> None:
    """Django's own queries see what the declaration permits: nothing, Alice, and as keeper no field."""
    assert store.folder.exists()
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        list(Item.objects.all())
    with using(USE, MARKETING, "v1"):
        assert [item.person_id for item in Item.objects.all()] == [stocked.alice]
        assert Item.objects.filter(person_id=stocked.bob).count() == 0
    with using(0, 0, "v1"):
        assert not Item.objects.exists()
    with pytest.raises(ProgrammingError, match="permission denied"), keeping():
        list(Item.objects.all())


FIELD_PROBES = [
    "SELECT * FROM item",
    "TABLE item",
    "SELECT fields FROM item",
    "SELECT item FROM item",
    "SELECT to_jsonb(item) FROM item",
    "SELECT item::text FROM item",
    "SELECT (item).fields FROM item",
    "SELECT max(fields->>'email') FROM item",
    "SELECT 1 FROM item WHERE fields->>'email' = 'bob@example.org'",
    "SELECT 1 FROM item WHERE item = item",
    "SELECT 1 FROM item GROUP BY fields",
    "SELECT 1 FROM item ORDER BY fields",
    "SELECT 1 FROM item a JOIN item b USING (fields)",
    "SELECT 1 FROM person p WHERE EXISTS (SELECT 1 FROM item i WHERE i.person_id = p.id AND i.fields ? 'email')",
    "SELECT 1 FROM (SELECT * FROM item) AS inner_one",
    "WITH all_of AS (SELECT * FROM item) SELECT 1 FROM all_of",
    "UPDATE item SET until = now() RETURNING fields",
    "UPDATE item SET until = now() RETURNING *",
    "UPDATE item SET until = now() WHERE fields->>'email' LIKE 'bob%'",
    "UPDATE item SET fields = fields || '{}'",
    "UPDATE item SET fields = other.fields FROM item AS other",
    "DELETE FROM item RETURNING fields",
    "DELETE FROM item WHERE fields->>'email' = 'bob@example.org'",
    "UPDATE person SET relations = 1 FROM item WHERE item.person_id = person.id AND item.fields ? 'email'",
    "COPY item TO STDOUT",
    "COPY item (fields) TO STDOUT",
    "COPY (SELECT fields FROM item) TO STDOUT",
    "CREATE TEMP TABLE taken AS SELECT fields FROM item",
    "MERGE INTO person USING item ON item.person_id = person.id AND item.fields ? 'e' WHEN MATCHED THEN DO NOTHING",
]


@pytest.mark.parametrize("probe", FIELD_PROBES)
def test_the_keeping_role_reads_no_field(app: psycopg.Connection, probe: str) -> None:
    """As keeper every row is there and no field of one, by whatever clause it is asked for."""
    with declared(app, "avow_keep"):
        assert len(seen(app, "SELECT id FROM item")) == 3
    with declared(app, "avow_keep"), pytest.raises(errors.InsufficientPrivilege) as caught:
        app.execute(probe)
    assert not any(secret in told(caught.value) for secret in SECRETS)


def test_an_upsert_reads_no_field(app: psycopg.Connection, stocked: Crowd) -> None:
    """INSERT with RETURNING or ON CONFLICT gives the keeper no field of the row that it meets."""
    insert = (
        "INSERT INTO item (person_id, id, category, stamp_id, at, event, fields, stated, accepted, refused, salt,"
        " entry, pos) SELECT person_id, id, category, stamp_id, at, event, '{}'::jsonb, stated, accepted, refused,"
        " salt, entry, pos FROM item WHERE person_id = %s"
    )
    for clause in (
        " RETURNING fields",
        " ON CONFLICT (person_id, id) DO UPDATE SET fields = item.fields",
        " ON CONFLICT (person_id, id) DO UPDATE SET until = now() WHERE item.fields->>'email' LIKE 'bob%%'",
        " ON CONFLICT (person_id, id) DO UPDATE SET until = now() RETURNING fields",
    ):
        with declared(app, "avow_keep"), pytest.raises(errors.InsufficientPrivilege):
            app.execute(insert + clause, [stocked.bob])
    with declared(app, "avow_keep"):
        assert app.execute(insert + " ON CONFLICT DO NOTHING RETURNING id", [stocked.bob]).fetchall() == []


def test_what_was_stated_cannot_be_changed(app: psycopg.Connection) -> None:
    """No role of the application can widen what was stated, nor write anything under a use."""
    for role, use in (("avow_keep", 0), ("avow_use", USE)):
        with declared(app, role, use), pytest.raises(errors.InsufficientPrivilege):
            app.execute("UPDATE item SET stated = ~ 0::bit(256)")
    for change in ("UPDATE item SET refused = 0::bit(256)", "DELETE FROM item", "INSERT INTO item DEFAULT VALUES"):
        with declared(app, "avow_use", USE), pytest.raises(errors.InsufficientPrivilege):
            app.execute(change)
