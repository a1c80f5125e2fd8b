"""Set the row guard, the grants and the audience's index."""

from pathlib import Path

from django.db import migrations

GUARD = Path(__file__).parent.parent / "guard.sql"


class Migration(migrations.Migration):
    """Run guard.sql; there is no way back to a store without it."""

    dependencies = [("record", "0001_initial"), ("ledger", "0001_initial")]
    operations = [migrations.RunSQL(GUARD.read_text())]
