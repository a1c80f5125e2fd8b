"""Journal each token that is revoked, and find what waits to be acknowledged without a look at the rest."""

from django.db import migrations, models

_WAIT = """
CREATE OR REPLACE FUNCTION wait_for_journal() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, public, pg_temp
  AS $$ BEGIN
    INSERT INTO public.unwritten (entry) SELECT id FROM fresh
      WHERE kind IN ('chosen', 'amended', 'forgotten', 'linked', 'unlinked', 'agreed', 'asked', 'barred', 'followed',
        'ended');
    RETURN NULL; END $$;
"""


class Migration(migrations.Migration):
    """Add a kind to what waits for the journal, and an index of what nobody acknowledged."""

    dependencies = [("record", "0069_followed")]
    operations = [
        migrations.RunSQL(_WAIT),
        migrations.AddIndex(
            "Recall",
            models.Index(fields=["at"], name="recall_open", condition=models.Q(acknowledged__isnull=True)),
        ),
    ]
