from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    operations = [
        migrations.CreateModel(
            name="Order",
            fields=[
                ("id", models.BigAutoField(primary_key=True)),
                ("name", models.TextField(unique=True)),
                ("done", models.BooleanField(default=False)),
            ],
        )
    ]
