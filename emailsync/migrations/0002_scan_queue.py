import common.encryption
import datetime
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('emailsync', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        # What says that it runs was cut short by the upgrade.
        migrations.RunSQL(
            "UPDATE emailsync_scan SET state = 'failed' WHERE state = 'running'", migrations.RunSQL.noop
        ),
        migrations.AlterModelOptions(
            name='scan',
            options={'ordering': ['-pk']},
        ),
        migrations.RemoveField(
            model_name='mailbox',
            name='scan_requested_at',
        ),
        migrations.AddField(
            model_name='mailbox',
            name='access_expires_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='mailbox',
            name='access_token',
            field=common.encryption.EncryptedTextField(blank=True, default=''),
        ),
        migrations.AddField(
            model_name='mailbox',
            name='refresh_token',
            field=common.encryption.EncryptedTextField(blank=True, default='', help_text='Of OAuth; each use may replace it.'),
        ),
        migrations.AddField(
            model_name='mailbox',
            name='sign_in',
            field=models.CharField(choices=[('password', 'Password'), ('google', 'Google'), ('microsoft', 'Microsoft')], default='password', max_length=10),
        ),
        migrations.AddField(
            model_name='scan',
            name='asked_at',
            field=models.DateTimeField(auto_now_add=True, default=django.utils.timezone.now),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='scan',
            name='attempts',
            field=models.PositiveSmallIntegerField(default=0, help_text='Turns that did not come to their end.'),
        ),
        migrations.AddField(
            model_name='scan',
            name='claim_no',
            field=models.PositiveBigIntegerField(default=0, help_text='Raised by each turn; an older one cannot write.'),
        ),
        migrations.AddField(
            model_name='scan',
            name='expected',
            field=models.PositiveIntegerField(default=0, help_text='Messages to look at in the folders begun so far.'),
        ),
        migrations.AddField(
            model_name='scan',
            name='folder_name',
            field=models.CharField(blank=True, help_text='Only this folder, watched or not.', max_length=500),
        ),
        migrations.AddField(
            model_name='scan',
            name='folders_read',
            field=models.JSONField(default=list, help_text='Raw names of folders that earlier turns finished.'),
        ),
        migrations.AddField(
            model_name='scan',
            name='lane',
            field=models.CharField(default='ingest', max_length=40),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='scan',
            name='lease_until',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='scan',
            name='owner',
            field=models.CharField(blank=True, max_length=80),
        ),
        migrations.AddField(
            model_name='scan',
            name='senders',
            field=models.JSONField(blank=True, default=list, help_text='Only mail from these domains.'),
        ),
        migrations.AlterField(
            model_name='mailbox',
            name='password',
            field=common.encryption.EncryptedTextField(blank=True, help_text='Empty where the account signs in by OAuth.'),
        ),
        migrations.AlterField(
            model_name='scan',
            name='kind',
            field=models.CharField(choices=[('first', 'First scan'), ('idle', 'New mail'), ('recovery', 'Recovery'), ('catch_up', 'Catch-up'), ('manual', 'By hand'), ('rescan', 'Rescan')], max_length=10),
        ),
        migrations.AlterField(
            model_name='scan',
            name='lookback',
            field=models.DurationField(default=datetime.timedelta(seconds=3600)),
            preserve_default=False,
        ),
        migrations.AlterField(
            model_name='scan',
            name='started_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name='scan',
            name='state',
            field=models.CharField(choices=[('queued', 'Waiting'), ('running', 'Running'), ('done', 'Done'), ('failed', 'Failed')], default='queued', max_length=10),
        ),
        migrations.CreateModel(
            name='RescanRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('about', models.CharField(help_text='Key of the retailer or definition.', max_length=80)),
                ('about_name', models.CharField(max_length=120)),
                ('reason', models.CharField(max_length=500)),
                ('state', models.CharField(choices=[('asked', 'Waiting for approval'), ('approved', 'Approved'), ('refused', 'Refused'), ('withdrawn', 'Withdrawn')], default='asked', max_length=10)),
                ('asked_at', models.DateTimeField(auto_now_add=True)),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('decision_note', models.CharField(blank=True, help_text='Shown to the member.', max_length=500)),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('mailbox', models.ForeignKey(blank=True, help_text="Empty: all of the member's.", null=True, on_delete=django.db.models.deletion.CASCADE, to='emailsync.mailbox')),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-pk'],
            },
        ),
        migrations.AddField(
            model_name='scan',
            name='request',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='scans', to='emailsync.rescanrequest'),
        ),
        migrations.AddIndex(
            model_name='scan',
            index=models.Index(condition=models.Q(('state__in', ['queued', 'running'])), fields=['lane', 'asked_at'], name='scan_waiting'),
        ),
        migrations.AddIndex(
            model_name='scan',
            index=models.Index(condition=models.Q(('state', 'running')), fields=['mailbox'], name='scan_running'),
        ),
        migrations.AddIndex(
            model_name='scan',
            index=models.Index(fields=['mailbox', '-id'], name='scan_newest'),
        ),
        migrations.AddConstraint(
            model_name='scan',
            constraint=models.UniqueConstraint(condition=models.Q(('folder_name', ''), ('request', None), ('state', 'queued')), fields=('mailbox', 'lane'), name='scan_waits_once'),
        ),
        migrations.AddConstraint(
            model_name='rescanrequest',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'asked')), fields=('member', 'about'), name='rescanrequest_asked_once'),
        ),
    ]
