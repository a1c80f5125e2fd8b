"""Let the application keep accounts, second factors and sessions of staff."""

from django.db import migrations

_GRANTS = """
GRANT SELECT, INSERT, UPDATE, DELETE ON mfa_authenticator, django_session TO avow_app;
GRANT SELECT, INSERT, UPDATE ON staff TO avow_app;
GRANT SELECT ON account_emailaddress, socialaccount_socialaccount, socialaccount_socialapp TO avow_app;
GRANT USAGE ON SEQUENCE mfa_authenticator_id_seq TO avow_app;
GRANT SELECT ON staff, mfa_authenticator TO avow_backup;
"""


class Migration(migrations.Migration):
    """What allauth could store of other kinds stays closed: nobody may write it."""

    dependencies = [
        ("staff", "0001_initial"),
        ("account", "0009_emailaddress_unique_primary_email"),
        ("mfa", "0003_authenticator_type_uniq"),
        ("socialaccount", "0006_alter_socialaccount_extra_data"),
        ("sessions", "0001_initial"),
    ]
    operations = [migrations.RunSQL(_GRANTS)]
