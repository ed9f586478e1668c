"""Watches, what they remember of streams, alerts, trials."""

import django.contrib.gis.db.models.fields
import django.db.models.deletion
import nakhon.kernel.tenancy
from django.db import migrations, models

from nakhon.kernel.row_security import RowSecurity


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('kernel', '0003_console_lists'),
    ]

    operations = [
        migrations.CreateModel(
            name='Watch',
            fields=[
                ('id', models.UUIDField(default=nakhon.kernel.tenancy.new_id, editable=False, primary_key=True, serialize=False)),
                ('key', models.CharField(max_length=80)),
                ('name_th', models.CharField(max_length=200)),
                ('name_en', models.CharField(max_length=200)),
                ('body', models.JSONField()),
                ('digest', models.CharField(max_length=64)),
                ('version', models.PositiveIntegerField(default=1)),
                ('sensor', models.CharField(max_length=80)),
                ('prop', models.CharField(max_length=80)),
                ('enabled', models.BooleanField(default=False)),
                ('untried', models.CharField(blank=True, help_text='Why it was switched on without a trial', max_length=500)),
                ('switched_at', models.DateTimeField(blank=True, null=True)),
                ('switched_by', models.CharField(blank=True, max_length=200)),
                ('changed_at', models.DateTimeField()),
                ('removed_at', models.DateTimeField(blank=True, null=True)),
                ('looked_at', models.DateTimeField(blank=True, null=True)),
                ('fault', models.JSONField(blank=True, null=True)),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='kernel.tenant')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='Trial',
            fields=[
                ('id', models.UUIDField(default=nakhon.kernel.tenancy.new_id, editable=False, primary_key=True, serialize=False)),
                ('version', models.PositiveIntegerField()),
                ('since', models.DateTimeField()),
                ('until', models.DateTimeField()),
                ('state', models.CharField(choices=[('WAITING', 'รอเริ่ม'), ('RUNNING', 'กำลังทดลอง'), ('DONE', 'เสร็จแล้ว'), ('FAILED', 'ไม่สำเร็จ')], default='WAITING', max_length=8)),
                ('streams_total', models.PositiveIntegerField(default=0)),
                ('streams_done', models.PositiveIntegerField(default=0)),
                ('result', models.JSONField(default=dict)),
                ('fault', models.JSONField(blank=True, null=True)),
                ('asked_at', models.DateTimeField()),
                ('asked_by', models.CharField(blank=True, max_length=200)),
                ('finished_at', models.DateTimeField(blank=True, null=True)),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='kernel.tenant')),
                ('watch', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='trials', to='citydata_watches.watch')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='Alert',
            fields=[
                ('id', models.UUIDField(default=nakhon.kernel.tenancy.new_id, editable=False, primary_key=True, serialize=False)),
                ('number', models.PositiveIntegerField()),
                ('action', models.PositiveSmallIntegerField(default=0)),
                ('version', models.PositiveIntegerField()),
                ('severity', models.CharField(choices=[('info', 'แจ้งให้ทราบ'), ('watch', 'เฝ้าระวัง'), ('warning', 'เตือนภัย'), ('critical', 'วิกฤต')], max_length=8)),
                ('text_th', models.TextField()),
                ('text_en', models.TextField()),
                ('state', models.CharField(choices=[('OPEN', 'ยังไม่มีผู้รับทราบ'), ('ACKNOWLEDGED', 'รับทราบแล้ว'), ('ENDED', 'สิ้นสุดแล้ว')], default='OPEN', max_length=12)),
                ('thing_id', models.UUIDField()),
                ('thing_number', models.PositiveIntegerField()),
                ('thing_th', models.CharField(max_length=200)),
                ('thing_en', models.CharField(max_length=200)),
                ('datastream_id', models.BigIntegerField()),
                ('register', models.CharField(blank=True, max_length=80)),
                ('record_id', models.UUIDField(blank=True, null=True)),
                ('place', django.contrib.gis.db.models.fields.PointField(blank=True, null=True, srid=4326)),
                ('value', models.FloatField(blank=True, null=True)),
                ('unit_of_value', models.CharField(blank=True, max_length=40)),
                ('values', models.JSONField(default=dict)),
                ('unit', models.CharField(blank=True, max_length=40)),
                ('member_id', models.UUIDField(blank=True, null=True)),
                ('held_since', models.DateTimeField()),
                ('noticed_at', models.DateTimeField(help_text='The time of the data at which the rule was fulfilled')),
                ('cleared_at', models.DateTimeField(blank=True, null=True)),
                ('opened_at', models.DateTimeField()),
                ('acknowledged_at', models.DateTimeField(blank=True, null=True)),
                ('acknowledged_by', models.CharField(blank=True, max_length=200)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('ended_by', models.CharField(blank=True, max_length=200)),
                ('end_reason', models.CharField(blank=True, max_length=12)),
                ('note', models.TextField(blank=True)),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='kernel.tenant')),
                ('watch', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='alerts', to='citydata_watches.watch')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='WatchState',
            fields=[
                ('id', models.UUIDField(default=nakhon.kernel.tenancy.new_id, editable=False, primary_key=True, serialize=False)),
                ('datastream_id', models.BigIntegerField()),
                ('version', models.PositiveIntegerField()),
                ('received_at', models.DateTimeField(blank=True, null=True)),
                ('seen', models.DateTimeField(blank=True, null=True)),
                ('phase', models.CharField(default='CALM', max_length=8)),
                ('data', models.JSONField(default=dict)),
                ('fault', models.JSONField(blank=True, null=True)),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='kernel.tenant')),
                ('watch', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='states', to='citydata_watches.watch')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.AddConstraint(
            model_name='watch',
            constraint=models.UniqueConstraint(fields=('tenant', 'key'), name='watch_once'),
        ),
        migrations.AddIndex(
            model_name='trial',
            index=models.Index(fields=['tenant', 'watch', '-asked_at'], name='watch_trials'),
        ),
        migrations.AddIndex(
            model_name='alert',
            index=models.Index(fields=['tenant', '-opened_at'], name='alert_newest'),
        ),
        migrations.AddIndex(
            model_name='alert',
            index=models.Index(condition=models.Q(('state__in', ['OPEN', 'ACKNOWLEDGED'])), fields=['tenant', 'severity'], name='alert_live'),
        ),
        migrations.AddIndex(
            model_name='alert',
            index=models.Index(fields=['tenant', 'thing_number', '-opened_at'], name='alert_of_thing'),
        ),
        migrations.AddConstraint(
            model_name='alert',
            constraint=models.UniqueConstraint(fields=('tenant', 'number'), name='alert_number'),
        ),
        migrations.AddConstraint(
            model_name='alert',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ['OPEN', 'ACKNOWLEDGED'])), fields=('tenant', 'watch', 'datastream_id', 'action'), name='alert_one_live'),
        ),
        migrations.AddConstraint(
            model_name='watchstate',
            constraint=models.UniqueConstraint(fields=('tenant', 'watch', 'datastream_id'), name='watch_state_once'),
        ),
        RowSecurity("Watch"),
        RowSecurity("WatchState"),
        RowSecurity("Trial"),
        RowSecurity("Alert"),
    ]
