"""Let the ledger commit to each file that somebody sent, and bind it to the words that it came with."""

from django.db import migrations, models

_ITEMS = """
ALTER TABLE enclosed NO FORCE ROW LEVEL SECURITY;
ALTER TABLE turn NO FORCE ROW LEVEL SECURITY;
UPDATE enclosed e SET item = t.item FROM turn t WHERE t.id = e.turn AND t.matter = e.matter;
ALTER TABLE enclosed FORCE ROW LEVEL SECURITY;
ALTER TABLE turn FORCE ROW LEVEL SECURITY;
"""
"""Its owner sees no row under the guard; what came before is bound to its words all the same."""


class Migration(migrations.Migration):
    """Add the columns; a file that came before has no salt, and carries no commitment."""

    dependencies = [("record", "0064_rights")]
    operations = [
        migrations.AddField("enclosed", "item", models.UUIDField(null=True)),
        migrations.AddField("enclosed", "salt", models.BinaryField(db_default=b"")),
        migrations.AddField("enclosed", "entry", models.BigIntegerField(db_default=0)),
        migrations.AddField("enclosed", "pos", models.IntegerField(db_default=0)),
        migrations.RunSQL(_ITEMS),
    ]
