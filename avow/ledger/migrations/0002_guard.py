"""Make the ledger append-only and let every entry wait for its place."""

from pathlib import Path

from django.db import migrations

GUARD = Path(__file__).parent.parent / "guard.sql"


class Migration(migrations.Migration):
    """Run guard.sql; there is no way back to a ledger that can be rewritten."""

    dependencies = [("ledger", "0001_initial")]
    operations = [migrations.RunSQL(GUARD.read_text())]
