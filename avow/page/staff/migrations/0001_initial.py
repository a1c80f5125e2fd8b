from django.db import migrations, models
import uuid


class Migration(migrations.Migration):
    """Make the accounts of staff."""

    initial = True
    dependencies = []
    operations = [
        migrations.CreateModel(
            name="Staff",
            fields=[
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("email", models.TextField(unique=True)),
                ("name", models.TextField()),
                ("named_roles", models.TextField(db_column="roles")),
                ("is_active", models.BooleanField(default=True)),
                ("added", models.DateTimeField()),
                ("link", models.BinaryField(null=True)),
                ("link_until", models.DateTimeField(null=True)),
            ],
            options={"db_table": "staff"},
        ),
    ]
