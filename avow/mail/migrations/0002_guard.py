"""Set the row guard and the grants of what goes out."""

from pathlib import Path

from django.db import migrations

GUARD = Path(__file__).parent.parent / "guard.sql"


class Migration(migrations.Migration):
    """Run guard.sql; there is no way back to a store without it."""

    dependencies = [("mail", "0001_initial"), ("record", "0002_guard")]
    operations = [migrations.RunSQL(GUARD.read_text())]
