"""Things, streams, observations in monthly partitions, roll-ups, devices, commands, feeds; the functions that store readings."""

from pathlib import Path

import django.contrib.gis.db.models.fields
import django.db.models.deletion
import nakhon.kernel.tenancy
from django.db import migrations, models

from nakhon.kernel.row_security import RowSecurity

SQL = Path(__file__).parent / "sql"


def read(name):
    return (SQL / f"{name}.sql").read_text(encoding="utf-8")


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('kernel', '0003_console_lists'),
    ]

    operations = [
        migrations.CreateModel(
            name='Device',
            fields=[
                ('id', models.UUIDField(default=nakhon.kernel.tenancy.new_id, editable=False, primary_key=True, serialize=False)),
                ('slug', models.CharField(max_length=80)),
                ('status', models.CharField(choices=[('ACTIVE', 'ใช้งาน'), ('DISABLED', 'ปิดใช้งาน')], default='ACTIVE', max_length=8)),
                ('about', models.CharField(blank=True, max_length=200)),
                ('made_at', models.DateTimeField()),
                ('made_by', models.CharField(blank=True, max_length=60)),
                ('refused', models.PositiveBigIntegerField(default=0)),
                ('refused_at', models.DateTimeField(blank=True, null=True)),
                ('refused_reason', models.JSONField(blank=True, null=True)),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='kernel.tenant')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='FeatureOfInterest',
            fields=[
                ('id', models.UUIDField(default=nakhon.kernel.tenancy.new_id, editable=False, primary_key=True, serialize=False)),
                ('number', models.PositiveIntegerField()),
                ('name_th', models.CharField(max_length=200)),
                ('name_en', models.CharField(max_length=200)),
                ('about', models.TextField(blank=True)),
                ('geometry', django.contrib.gis.db.models.fields.GeometryField(blank=True, null=True, spatial_index=False, srid=4326)),
                ('properties', models.JSONField(default=dict)),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='kernel.tenant')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='Feed',
            fields=[
                ('id', models.UUIDField(default=nakhon.kernel.tenancy.new_id, editable=False, primary_key=True, serialize=False)),
                ('key', models.CharField(max_length=80)),
                ('name_th', models.CharField(max_length=200)),
                ('name_en', models.CharField(max_length=200)),
                ('body', models.JSONField()),
                ('active', models.BooleanField(default=True)),
                ('etag', models.CharField(blank=True, max_length=200)),
                ('last_modified', models.CharField(blank=True, max_length=100)),
                ('next_at', models.DateTimeField()),
                ('pulled_at', models.DateTimeField(blank=True, null=True)),
                ('good_at', models.DateTimeField(blank=True, null=True)),
                ('failures', models.PositiveIntegerField(default=0)),
                ('outcome', models.JSONField(default=dict)),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='kernel.tenant')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='Location',
            fields=[
                ('id', models.UUIDField(default=nakhon.kernel.tenancy.new_id, editable=False, primary_key=True, serialize=False)),
                ('number', models.PositiveIntegerField()),
                ('name_th', models.CharField(blank=True, max_length=200)),
                ('name_en', models.CharField(blank=True, max_length=200)),
                ('about', models.TextField(blank=True)),
                ('geometry', django.contrib.gis.db.models.fields.GeometryField(srid=4326)),
                ('properties', models.JSONField(default=dict)),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='kernel.tenant')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='Numbering',
            fields=[
                ('id', models.UUIDField(default=nakhon.kernel.tenancy.new_id, editable=False, primary_key=True, serialize=False)),
                ('entity', models.CharField(max_length=40)),
                ('last', models.PositiveIntegerField(default=0)),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='kernel.tenant')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name='Observation',
                    fields=[
                        ('pk', models.CompositePrimaryKey('tenant_id', 'datastream_id', 'phenomenon_time', blank=True, editable=False, primary_key=True, serialize=False)),
                        ('datastream_id', models.BigIntegerField()),
                        ('phenomenon_time', models.DateTimeField()),
                        ('phenomenon_end', models.DateTimeField(blank=True, null=True)),
                        ('result_time', models.DateTimeField(blank=True, null=True)),
                        ('received_at', models.DateTimeField()),
                        ('result', models.FloatField(blank=True, null=True)),
                        ('value', models.JSONField(blank=True, null=True)),
                        ('parameters', models.JSONField(blank=True, null=True)),
                        ('quality', models.SmallIntegerField(choices=[(0, 'ดี'), (1, 'น่าสงสัย'), (2, 'เสีย'), (3, 'ประมาณ')], default=0)),
                        ('revision', models.SmallIntegerField(default=0)),
                        ('tenant', models.ForeignKey(db_constraint=False, db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='kernel.tenant')),
                    ],
                    options={
                        'abstract': False,
                        'base_manager_name': 'objects',
                    },
                ),
            ],
            database_operations=[migrations.RunSQL([read("partitions")], [read("partitions_undo")])],
        ),
        migrations.CreateModel(
            name='ObservedProperty',
            fields=[
                ('id', models.UUIDField(default=nakhon.kernel.tenancy.new_id, editable=False, primary_key=True, serialize=False)),
                ('number', models.PositiveIntegerField()),
                ('code', models.CharField(max_length=80)),
                ('name_th', models.CharField(max_length=200)),
                ('name_en', models.CharField(max_length=200)),
                ('definition', models.CharField(blank=True, max_length=300)),
                ('about', models.TextField(blank=True)),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='kernel.tenant')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='Rollup',
            fields=[
                ('pk', models.CompositePrimaryKey('tenant_id', 'datastream_id', 'grain', 'start', blank=True, editable=False, primary_key=True, serialize=False)),
                ('datastream_id', models.BigIntegerField()),
                ('grain', models.SmallIntegerField(choices=[(15, '15m'), (60, '1h'), (1440, '1d')])),
                ('start', models.DateTimeField()),
                ('count', models.IntegerField(default=0)),
                ('good', models.IntegerField(default=0)),
                ('sum', models.FloatField(blank=True, null=True)),
                ('min', models.FloatField(blank=True, null=True)),
                ('max', models.FloatField(blank=True, null=True)),
                ('first', models.FloatField(blank=True, null=True)),
                ('first_at', models.DateTimeField(blank=True, null=True)),
                ('last', models.FloatField(blank=True, null=True)),
                ('last_at', models.DateTimeField(blank=True, null=True)),
                ('tenant', models.ForeignKey(db_constraint=False, db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='kernel.tenant')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='Schedule',
            fields=[
                ('id', models.UUIDField(default=nakhon.kernel.tenancy.new_id, editable=False, primary_key=True, serialize=False)),
                ('key', models.CharField(max_length=80)),
                ('name_th', models.CharField(max_length=200)),
                ('name_en', models.CharField(max_length=200)),
                ('things', models.JSONField(blank=True, default=list)),
                ('entries', models.JSONField()),
                ('enabled', models.BooleanField(default=True)),
                ('run_until', models.DateTimeField()),
                ('changed_at', models.DateTimeField()),
                ('changed_by', models.CharField(blank=True, max_length=60)),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='kernel.tenant')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='Command',
            fields=[
                ('id', models.UUIDField(default=nakhon.kernel.tenancy.new_id, editable=False, primary_key=True, serialize=False)),
                ('number', models.PositiveIntegerField()),
                ('name', models.CharField(max_length=80)),
                ('body', models.JSONField()),
                ('state', models.CharField(choices=[('WAITING', 'รอส่ง'), ('SENT', 'ส่งแล้ว'), ('ACKNOWLEDGED', 'อุปกรณ์ยืนยันแล้ว'), ('TIMED_OUT', 'หมดเวลา'), ('REFUSED', 'อุปกรณ์ปฏิเสธ'), ('FAILED', 'ล้มเหลว')], default='WAITING', max_length=12)),
                ('made_at', models.DateTimeField()),
                ('made_by', models.CharField(blank=True, max_length=60)),
                ('sent_at', models.DateTimeField(blank=True, null=True)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('expires_at', models.DateTimeField()),
                ('result', models.JSONField(blank=True, null=True)),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='kernel.tenant')),
                ('device', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='commands', to='citydata_sensors.device')),
                ('schedule', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='commands', to='citydata_sensors.schedule')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='SensorKind',
            fields=[
                ('id', models.UUIDField(default=nakhon.kernel.tenancy.new_id, editable=False, primary_key=True, serialize=False)),
                ('key', models.CharField(max_length=80)),
                ('name_th', models.CharField(max_length=200)),
                ('name_en', models.CharField(max_length=200)),
                ('body', models.JSONField()),
                ('version', models.PositiveIntegerField(default=1)),
                ('active', models.BooleanField(default=True)),
                ('changed_at', models.DateTimeField()),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='kernel.tenant')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='Sensor',
            fields=[
                ('id', models.UUIDField(default=nakhon.kernel.tenancy.new_id, editable=False, primary_key=True, serialize=False)),
                ('number', models.PositiveIntegerField()),
                ('code', models.CharField(max_length=80)),
                ('name_th', models.CharField(max_length=200)),
                ('name_en', models.CharField(max_length=200)),
                ('about', models.TextField(blank=True)),
                ('encoding_type', models.CharField(default='text/html', max_length=100)),
                ('metadata', models.TextField(blank=True)),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='kernel.tenant')),
                ('kind', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='sensors', to='citydata_sensors.sensorkind')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.AddField(
            model_name='schedule',
            name='kind',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='schedules', to='citydata_sensors.sensorkind'),
        ),
        migrations.CreateModel(
            name='Thing',
            fields=[
                ('id', models.UUIDField(default=nakhon.kernel.tenancy.new_id, editable=False, primary_key=True, serialize=False)),
                ('number', models.PositiveIntegerField()),
                ('key', models.CharField(max_length=120)),
                ('name_th', models.CharField(max_length=200)),
                ('name_en', models.CharField(max_length=200)),
                ('about_th', models.TextField(blank=True)),
                ('about_en', models.TextField(blank=True)),
                ('properties', models.JSONField(default=dict)),
                ('register', models.CharField(blank=True, max_length=80)),
                ('record', models.UUIDField(blank=True, null=True)),
                ('active', models.BooleanField(default=True)),
                ('made_at', models.DateTimeField()),
                ('silent_since', models.DateTimeField(blank=True, null=True)),
                ('kind', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='things', to='citydata_sensors.sensorkind')),
                ('location', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='things', to='citydata_sensors.location')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='kernel.tenant')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='HistoricalLocation',
            fields=[
                ('id', models.UUIDField(default=nakhon.kernel.tenancy.new_id, editable=False, primary_key=True, serialize=False)),
                ('number', models.PositiveIntegerField()),
                ('time', models.DateTimeField()),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='kernel.tenant')),
                ('location', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='history', to='citydata_sensors.location')),
                ('thing', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='places', to='citydata_sensors.thing')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.AddField(
            model_name='device',
            name='thing',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='devices', to='citydata_sensors.thing'),
        ),
        migrations.CreateModel(
            name='Datastream',
            fields=[
                ('id', models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ('number', models.PositiveIntegerField()),
                ('code', models.CharField(max_length=80)),
                ('name_th', models.CharField(max_length=200)),
                ('name_en', models.CharField(max_length=200)),
                ('unit', models.CharField(blank=True, max_length=40)),
                ('decimals', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('valid_min', models.FloatField(blank=True, null=True)),
                ('valid_max', models.FloatField(blank=True, null=True)),
                ('every', models.PositiveIntegerField(blank=True, null=True)),
                ('aggregate', models.CharField(default='mean', max_length=10)),
                ('role', models.CharField(blank=True, max_length=20)),
                ('active', models.BooleanField(default=True)),
                ('made_at', models.DateTimeField()),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='kernel.tenant')),
                ('feature', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='streams', to='citydata_sensors.featureofinterest')),
                ('observed', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='streams', to='citydata_sensors.observedproperty')),
                ('sensor', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='streams', to='citydata_sensors.sensor')),
                ('thing', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='streams', to='citydata_sensors.thing')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='ArchivedDay',
            fields=[
                ('id', models.UUIDField(default=nakhon.kernel.tenancy.new_id, editable=False, primary_key=True, serialize=False)),
                ('day', models.DateField()),
                ('path', models.CharField(max_length=200)),
                ('rows', models.PositiveBigIntegerField()),
                ('size', models.PositiveBigIntegerField()),
                ('sha256', models.CharField(max_length=64)),
                ('stale', models.BooleanField(default=False)),
                ('archived_at', models.DateTimeField()),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='kernel.tenant')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'indexes': [models.Index(condition=models.Q(('stale', True)), fields=['tenant', 'day'], name='sensor_archived_stale')],
                'constraints': [models.UniqueConstraint(fields=('tenant', 'day'), name='sensor_archived_day_once')],
            },
        ),
        migrations.CreateModel(
            name='LatestObservation',
            fields=[
                ('datastream', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='latest', serialize=False, to='citydata_sensors.datastream')),
                ('time', models.DateTimeField(blank=True, null=True)),
                ('received_at', models.DateTimeField(blank=True, null=True)),
                ('result', models.FloatField(blank=True, null=True)),
                ('value', models.JSONField(blank=True, null=True)),
                ('quality', models.SmallIntegerField(choices=[(0, 'ดี'), (1, 'น่าสงสัย'), (2, 'เสีย'), (3, 'ประมาณ')], default=0)),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='kernel.tenant')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='DeviceKey',
            fields=[
                ('id', models.UUIDField(default=nakhon.kernel.tenancy.new_id, editable=False, primary_key=True, serialize=False)),
                ('prefix', models.CharField(max_length=16)),
                ('digest', models.BinaryField(max_length=32)),
                ('made_at', models.DateTimeField()),
                ('made_by', models.CharField(blank=True, max_length=60)),
                ('expires_at', models.DateTimeField(blank=True, null=True)),
                ('revoked_at', models.DateTimeField(blank=True, null=True)),
                ('device', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='keys', to='citydata_sensors.device')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='kernel.tenant')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'indexes': [models.Index(fields=['tenant', 'device'], name='sensor_keys_of_device')],
                'constraints': [models.UniqueConstraint(fields=('tenant', 'digest'), name='sensor_device_key_once')],
            },
        ),
        migrations.AddConstraint(
            model_name='featureofinterest',
            constraint=models.UniqueConstraint(fields=('tenant', 'number'), name='sensor_feature_number'),
        ),
        migrations.AddIndex(
            model_name='feed',
            index=models.Index(condition=models.Q(('active', True)), fields=['tenant', 'next_at'], name='sensor_feed_due'),
        ),
        migrations.AddConstraint(
            model_name='feed',
            constraint=models.UniqueConstraint(fields=('tenant', 'key'), name='sensor_feed_once'),
        ),
        migrations.AddConstraint(
            model_name='location',
            constraint=models.UniqueConstraint(fields=('tenant', 'number'), name='sensor_location_number'),
        ),
        migrations.AddConstraint(
            model_name='numbering',
            constraint=models.UniqueConstraint(fields=('tenant', 'entity'), name='sensor_number_of_entity'),
        ),
        migrations.AddConstraint(
            model_name='observedproperty',
            constraint=models.UniqueConstraint(fields=('tenant', 'number'), name='sensor_property_number'),
        ),
        migrations.AddConstraint(
            model_name='observedproperty',
            constraint=models.UniqueConstraint(fields=('tenant', 'code'), name='sensor_property_once'),
        ),
        migrations.AddIndex(
            model_name='command',
            index=models.Index(fields=['tenant', 'device', '-made_at'], name='sensor_commands_of_device'),
        ),
        migrations.AddIndex(
            model_name='command',
            index=models.Index(condition=models.Q(('state__in', ['WAITING', 'SENT'])), fields=['tenant', 'expires_at'], name='sensor_commands_open'),
        ),
        migrations.AddConstraint(
            model_name='command',
            constraint=models.UniqueConstraint(fields=('tenant', 'number'), name='sensor_command_number'),
        ),
        migrations.AddConstraint(
            model_name='sensorkind',
            constraint=models.UniqueConstraint(fields=('tenant', 'key'), name='sensor_kind_once'),
        ),
        migrations.AddConstraint(
            model_name='sensor',
            constraint=models.UniqueConstraint(fields=('tenant', 'number'), name='sensor_sensor_number'),
        ),
        migrations.AddConstraint(
            model_name='sensor',
            constraint=models.UniqueConstraint(fields=('tenant', 'kind', 'code'), name='sensor_sensor_once'),
        ),
        migrations.AddConstraint(
            model_name='schedule',
            constraint=models.UniqueConstraint(fields=('tenant', 'key'), name='sensor_schedule_once'),
        ),
        migrations.AddIndex(
            model_name='thing',
            index=models.Index(fields=['tenant', 'record'], name='sensor_thing_record'),
        ),
        migrations.AddIndex(
            model_name='thing',
            index=models.Index(condition=models.Q(('silent_since__isnull', False)), fields=['tenant', 'silent_since'], name='sensor_thing_silent'),
        ),
        migrations.AddConstraint(
            model_name='thing',
            constraint=models.UniqueConstraint(fields=('tenant', 'number'), name='sensor_thing_number'),
        ),
        migrations.AddConstraint(
            model_name='thing',
            constraint=models.UniqueConstraint(fields=('tenant', 'kind', 'key'), name='sensor_thing_once'),
        ),
        migrations.AddConstraint(
            model_name='thing',
            constraint=models.UniqueConstraint(condition=models.Q(('record__isnull', False)), fields=('tenant', 'kind', 'record'), name='sensor_thing_of_record'),
        ),
        migrations.AddIndex(
            model_name='historicallocation',
            index=models.Index(fields=['thing', 'time'], name='sensor_history_of_thing'),
        ),
        migrations.AddConstraint(
            model_name='historicallocation',
            constraint=models.UniqueConstraint(fields=('tenant', 'number'), name='sensor_history_number'),
        ),
        migrations.AddIndex(
            model_name='device',
            index=models.Index(fields=['tenant', 'thing'], name='sensor_device_of_thing'),
        ),
        migrations.AddConstraint(
            model_name='device',
            constraint=models.UniqueConstraint(fields=('tenant', 'slug'), name='sensor_device_slug'),
        ),
        migrations.AddIndex(
            model_name='datastream',
            index=models.Index(fields=['tenant', 'observed'], name='sensor_stream_of_property'),
        ),
        migrations.AddConstraint(
            model_name='datastream',
            constraint=models.UniqueConstraint(fields=('tenant', 'number'), name='sensor_stream_number'),
        ),
        migrations.AddConstraint(
            model_name='datastream',
            constraint=models.UniqueConstraint(fields=('tenant', 'thing', 'code'), name='sensor_stream_once'),
        ),
        migrations.AddConstraint(
            model_name='latestobservation',
            constraint=models.UniqueConstraint(fields=('tenant', 'datastream'), name='sensor_latest_once'),
        ),
        RowSecurity("Device"),
        RowSecurity("FeatureOfInterest"),
        RowSecurity("Feed"),
        RowSecurity("Location"),
        RowSecurity("Numbering"),
        RowSecurity("Observation"),
        RowSecurity("ObservedProperty"),
        RowSecurity("Rollup"),
        RowSecurity("Schedule"),
        RowSecurity("Command"),
        RowSecurity("SensorKind"),
        RowSecurity("Sensor"),
        RowSecurity("Thing"),
        RowSecurity("HistoricalLocation"),
        RowSecurity("Datastream"),
        RowSecurity("ArchivedDay"),
        RowSecurity("LatestObservation"),
        RowSecurity("DeviceKey"),
        migrations.RunSQL(
            ["ALTER TABLE citydata_sensors_rollup SET (fillfactor = 80)",
             "ALTER TABLE citydata_sensors_latestobservation SET (fillfactor = 50)"],
            migrations.RunSQL.noop,
        ),
        migrations.RunSQL([read("policies")], migrations.RunSQL.noop),
        migrations.RunSQL([read("store")], [read("store_undo")]),
    ]
