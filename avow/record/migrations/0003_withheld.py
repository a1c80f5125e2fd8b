"""Give items room for what is accepted and withheld; no use sees it."""

from django.db import migrations

import avow.record.models


class Migration(migrations.Migration):
    """Add the column, which needs no rewrite of the table, and let the keeping role write it."""

    dependencies = [("record", "0002_guard")]
    operations = [
        migrations.AddField("item", "withheld", avow.record.models.MaskField(null=True)),
        migrations.RunSQL("GRANT SELECT (withheld), UPDATE (withheld) ON item TO avow_keep"),
    ]
