"""Keep the hashes of full tiles, the lists of keys, and counts by kind; what is placed already is taken up."""

from pathlib import Path

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from avow.ledger.merkle.frontier import Frontier
from avow.ledger.merkle.tiles import Full

TILES = Path(__file__).parent.parent / "tiles.sql"
BATCH = 50_000


def fill(_: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Grow the tree anew from its leaves, and keep the hash of each tile that they fill."""
    tree = Frontier()
    with editor.connection.cursor() as cursor:
        while True:
            cursor.execute("SELECT hash FROM leaf WHERE index >= %s ORDER BY index LIMIT %s", [tree.size, BATCH])
            leaves = [bytes(row[0]) for row in cursor.fetchall()]
            if not leaves:
                return
            full = list[Full]()
            tree.extend(leaves, full)
            cursor.executemany("INSERT INTO tile (level, number, hash) VALUES (%s, %s, %s)", full)


class Migration(migrations.Migration):
    """Make the tables, guard them, and fill them from a ledger that is there already."""

    dependencies = [("ledger", "0002_guard")]
    operations = [
        migrations.CreateModel(
            name="Tile",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "level", "number", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("level", models.SmallIntegerField()),
                ("number", models.BigIntegerField()),
                ("hash", models.BinaryField()),
            ],
            options={"db_table": "tile"},
        ),
        migrations.CreateModel(
            name="Rotation",
            fields=[
                ("after", models.BigIntegerField(primary_key=True, serialize=False)),
                ("note", models.TextField()),
            ],
            options={"db_table": "rotation"},
        ),
        migrations.CreateModel(
            name="Counted",
            fields=[
                ("kind", models.TextField(primary_key=True, serialize=False)),
                ("entries", models.BigIntegerField()),
                ("covers", models.BigIntegerField()),
                ("since", models.DateTimeField()),
            ],
            options={"db_table": "counted"},
        ),
        migrations.RunSQL(TILES.read_text()),
        migrations.RunPython(fill),
    ]
