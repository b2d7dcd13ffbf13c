from django.db import migrations, models


def mark_earlier_demo(apps, schema_editor):
    """The demo of an earlier version is known by its name and its address, which nobody can have."""
    members = apps.get_model('accounts', 'User').objects
    members.filter(username='demo', email='mara.ellison@example.org').update(is_demo=True)


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='user',
            name='is_demo',
            field=models.BooleanField(default=False, editable=False, help_text='Made by Flux for the demo; whoever looks around signs in as it.'),
        ),
        migrations.RunPython(mark_earlier_demo, migrations.RunPython.noop),
    ]
