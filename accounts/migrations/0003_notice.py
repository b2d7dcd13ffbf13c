import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0002_user_is_demo'),
    ]

    operations = [
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('category', models.CharField(choices=[('account', 'Account')], default='account', max_length=10)),
                ('key', models.CharField(help_text='Names the problem; one unsolved notice of it at a time.', max_length=120)),
                ('title', models.CharField(max_length=200)),
                ('text', models.CharField(blank=True, max_length=500)),
                ('url', models.CharField(blank=True, help_text='Path where something can be done about it.', max_length=300)),
                ('raised_at', models.DateTimeField(auto_now_add=True)),
                ('seen_at', models.DateTimeField(blank=True, null=True)),
                ('solved_at', models.DateTimeField(blank=True, null=True)),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-pk'],
                'indexes': [models.Index(fields=['member', '-id'], name='notice_newest')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('solved_at', None)), fields=('member', 'key'), name='notice_told_once')],
            },
        ),
    ]
