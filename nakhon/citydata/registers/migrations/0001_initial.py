"""Registers, records and their versions, change requests, imports and exports; the functions that find records quickly."""

from pathlib import Path

import django.contrib.gis.db.models.fields
import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
import nakhon.kernel.sealed
import nakhon.kernel.tenancy
from django.db import migrations, models

from nakhon.kernel.row_security import RowSecurity

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('files', '0001_attachments'),
        ('kernel', '0003_console_lists'),
    ]

    operations = [
        migrations.CreateModel(
            name='ImportRun',
            fields=[
                ('id', models.UUIDField(default=nakhon.kernel.tenancy.new_id, editable=False, primary_key=True, serialize=False)),
                ('file_name', models.CharField(blank=True, max_length=200)),
                ('format', models.CharField(blank=True, max_length=20)),
                ('encoding', models.CharField(blank=True, max_length=20)),
                ('layer', models.CharField(blank=True, max_length=200)),
                ('srid', models.PositiveIntegerField(null=True)),
                ('mapping', models.JSONField(default=dict)),
                ('options', models.JSONField(default=dict)),
                ('preview', models.JSONField(default=dict)),
                ('state', models.CharField(choices=[('UPLOADED', 'รับไฟล์แล้ว'), ('PREVIEWED', 'ตรวจตัวอย่างแล้ว'), ('RUNNING', 'กำลังนำเข้า'), ('PAUSED', 'พักไว้'), ('DONE', 'เสร็จแล้ว'), ('CANCELLED', 'ยกเลิก'), ('FAILED', 'ไม่สำเร็จ'), ('UNDONE', 'ถอนการนำเข้าแล้ว')], default='UPLOADED', max_length=9)),
                ('rows_total', models.PositiveBigIntegerField(null=True)),
                ('rows_read', models.PositiveBigIntegerField(default=0)),
                ('rows_good', models.PositiveBigIntegerField(default=0)),
                ('rows_bad', models.PositiveBigIntegerField(default=0)),
                ('rows_added', models.PositiveBigIntegerField(default=0)),
                ('rows_changed', models.PositiveBigIntegerField(default=0)),
                ('rows_retired', models.PositiveBigIntegerField(default=0)),
                ('rows_same', models.PositiveBigIntegerField(default=0)),
                ('cursor', models.PositiveBigIntegerField(default=0)),
                ('error', models.JSONField(help_text='{"th": ..., "en": ...} of what stopped the run', null=True)),
                ('created_at', models.DateTimeField()),
                ('created_by', models.CharField(blank=True, max_length=60)),
                ('created_label', models.CharField(blank=True, max_length=200)),
                ('started_at', models.DateTimeField(null=True)),
                ('progress_at', models.DateTimeField(null=True)),
                ('finished_at', models.DateTimeField(null=True)),
                ('file', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='files.attachment')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='kernel.tenant')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='Register',
            fields=[
                ('id', models.UUIDField(default=nakhon.kernel.tenancy.new_id, editable=False, primary_key=True, serialize=False)),
                ('key', models.CharField(max_length=80)),
                ('name_th', models.CharField(max_length=300)),
                ('name_en', models.CharField(max_length=300)),
                ('body', models.JSONField()),
                ('version', models.PositiveIntegerField(default=1)),
                ('geometry', models.CharField(max_length=10)),
                ('sensitivity', models.CharField(max_length=9)),
                ('active', models.BooleanField(default=True)),
                ('record_count', models.PositiveIntegerField(default=0)),
                ('number', models.PositiveBigIntegerField(default=0)),
                ('created_at', models.DateTimeField()),
                ('changed_at', models.DateTimeField()),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='kernel.tenant')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='Record',
            fields=[
                ('id', models.UUIDField(default=nakhon.kernel.tenancy.new_id, editable=False, primary_key=True, serialize=False)),
                ('key', models.CharField(max_length=200)),
                ('data', models.JSONField(default=dict)),
                ('sealed', nakhon.kernel.sealed.SealedField(blank=True, null=True)),
                ('geometry', django.contrib.gis.db.models.fields.GeometryField(blank=True, null=True, spatial_index=False, srid=4326)),
                ('coarse', django.contrib.gis.db.models.fields.PointField(blank=True, null=True, spatial_index=False, srid=4326)),
                ('terms', django.contrib.postgres.search.SearchVectorField(null=True)),
                ('status', models.CharField(choices=[('ACTIVE', 'ใช้งาน'), ('RETIRED', 'เลิกใช้')], default='ACTIVE', max_length=7)),
                ('revision', models.PositiveIntegerField(default=1)),
                ('made_at', models.DateTimeField()),
                ('made_by', models.CharField(blank=True, max_length=200)),
                ('changed_at', models.DateTimeField()),
                ('changed_by', models.CharField(blank=True, max_length=200)),
                ('import_run', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='citydata_registers.importrun')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='kernel.tenant')),
                ('register', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='records', to='citydata_registers.register')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.AddField(
            model_name='importrun',
            name='register',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='citydata_registers.register'),
        ),
        migrations.CreateModel(
            name='ExportRun',
            fields=[
                ('id', models.UUIDField(default=nakhon.kernel.tenancy.new_id, editable=False, primary_key=True, serialize=False)),
                ('format', models.CharField(max_length=20)),
                ('chosen', models.JSONField(default=dict)),
                ('columns', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=80), default=list, size=None)),
                ('options', models.JSONField(default=dict)),
                ('state', models.CharField(choices=[('WAITING', 'รอ'), ('RUNNING', 'กำลังเตรียมไฟล์'), ('DONE', 'พร้อมดาวน์โหลด'), ('FAILED', 'ไม่สำเร็จ'), ('EXPIRED', 'หมดอายุ')], default='WAITING', max_length=8)),
                ('rows_total', models.PositiveBigIntegerField(null=True)),
                ('rows', models.PositiveBigIntegerField(default=0)),
                ('error', models.JSONField(help_text='{"th": ..., "en": ...} of what stopped the run', null=True)),
                ('created_at', models.DateTimeField()),
                ('created_by', models.CharField(blank=True, max_length=60)),
                ('created_label', models.CharField(blank=True, max_length=200)),
                ('finished_at', models.DateTimeField(null=True)),
                ('expires_at', models.DateTimeField(null=True)),
                ('file', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='files.attachment')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='kernel.tenant')),
                ('register', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='citydata_registers.register')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='ChangeRequest',
            fields=[
                ('id', models.UUIDField(default=nakhon.kernel.tenancy.new_id, editable=False, primary_key=True, serialize=False)),
                ('act', models.CharField(choices=[('ADD', 'เพิ่ม'), ('EDIT', 'แก้ไข'), ('RETIRE', 'เลิกใช้')], max_length=6)),
                ('revision', models.PositiveIntegerField(null=True)),
                ('key', models.CharField(blank=True, max_length=200)),
                ('data', models.JSONField(default=dict)),
                ('sealed', nakhon.kernel.sealed.SealedField(blank=True, null=True)),
                ('geometry', django.contrib.gis.db.models.fields.GeometryField(blank=True, null=True, spatial_index=False, srid=4326)),
                ('moves', models.BooleanField(default=False)),
                ('reason', models.TextField(blank=True)),
                ('state', models.CharField(choices=[('WAITING', 'รอพิจารณา'), ('APPROVED', 'อนุมัติ'), ('REFUSED', 'ไม่อนุมัติ'), ('WITHDRAWN', 'ถอนคำขอ')], default='WAITING', max_length=9)),
                ('asked_at', models.DateTimeField()),
                ('asked_by', models.CharField(blank=True, max_length=60)),
                ('asked_label', models.CharField(blank=True, max_length=200)),
                ('decided_at', models.DateTimeField(null=True)),
                ('decided_by', models.CharField(blank=True, max_length=60)),
                ('decided_label', models.CharField(blank=True, max_length=200)),
                ('answer', models.TextField(blank=True)),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='kernel.tenant')),
                ('record', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='requests', to='citydata_registers.record')),
                ('register', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='citydata_registers.register')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='BadRow',
            fields=[
                ('id', models.UUIDField(default=nakhon.kernel.tenancy.new_id, editable=False, primary_key=True, serialize=False)),
                ('row', models.PositiveBigIntegerField()),
                ('values', models.JSONField(default=dict)),
                ('sealed', nakhon.kernel.sealed.SealedField(blank=True, null=True)),
                ('reasons', models.JSONField(default=list)),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='kernel.tenant')),
                ('run', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='bad_rows', to='citydata_registers.importrun')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('tenant', 'run', 'row'), name='bad_row_once_per_run')],
            },
        ),
        migrations.CreateModel(
            name='RecordVersion',
            fields=[
                ('id', models.UUIDField(default=nakhon.kernel.tenancy.new_id, editable=False, primary_key=True, serialize=False)),
                ('revision', models.PositiveIntegerField()),
                ('key', models.CharField(max_length=200)),
                ('data', models.JSONField(default=dict)),
                ('sealed', nakhon.kernel.sealed.SealedField(blank=True, null=True)),
                ('geometry', django.contrib.gis.db.models.fields.GeometryField(blank=True, null=True, spatial_index=False, srid=4326)),
                ('status', models.CharField(choices=[('ACTIVE', 'ใช้งาน'), ('RETIRED', 'เลิกใช้')], max_length=7)),
                ('since', models.DateTimeField(help_text='When this version came into force')),
                ('since_by', models.CharField(blank=True, max_length=200)),
                ('changed_at', models.DateTimeField()),
                ('changed_by', models.CharField(blank=True, max_length=200)),
                ('act', models.CharField(choices=[('EDITED', 'แก้ไข'), ('RETIRED', 'เลิกใช้'), ('RESTORED', 'นำกลับมา'), ('IMPORTED', 'นำเข้า'), ('UNDONE', 'ยกเลิกการนำเข้า')], max_length=8)),
                ('import_run', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='citydata_registers.importrun')),
                ('record', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='versions', to='citydata_registers.record')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='kernel.tenant')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'indexes': [models.Index(condition=models.Q(('import_run__isnull', False)), fields=['tenant', 'import_run'], name='version_by_import')],
                'constraints': [models.UniqueConstraint(fields=('tenant', 'record', 'revision'), name='version_once_per_revision')],
            },
        ),
        migrations.AddConstraint(
            model_name='register',
            constraint=models.UniqueConstraint(fields=('tenant', 'key'), name='register_once_per_tenant'),
        ),
        migrations.AddIndex(
            model_name='record',
            index=django.contrib.postgres.indexes.GistIndex(fields=['register', 'geometry'], name='record_by_place'),
        ),
        migrations.AddIndex(
            model_name='record',
            index=django.contrib.postgres.indexes.GistIndex(condition=models.Q(('coarse__isnull', False)), fields=['register', 'coarse'], name='record_by_coarse_place'),
        ),
        migrations.AddIndex(
            model_name='record',
            index=django.contrib.postgres.indexes.GinIndex(fields=['terms'], name='record_by_words'),
        ),
        migrations.AddIndex(
            model_name='record',
            index=django.contrib.postgres.indexes.GinIndex(fields=['data'], name='record_by_property', opclasses=['jsonb_path_ops']),
        ),
        migrations.AddIndex(
            model_name='record',
            index=models.Index(fields=['tenant', 'register', '-changed_at'], name='record_by_change'),
        ),
        migrations.AddIndex(
            model_name='record',
            index=models.Index(condition=models.Q(('import_run__isnull', False)), fields=['tenant', 'import_run'], name='record_by_import'),
        ),
        migrations.AddConstraint(
            model_name='record',
            constraint=models.UniqueConstraint(fields=('tenant', 'register', 'key'), name='record_once_per_register'),
        ),
        migrations.AddIndex(
            model_name='importrun',
            index=models.Index(fields=['tenant', 'register', '-created_at'], name='import_by_register'),
        ),
        migrations.AddIndex(
            model_name='exportrun',
            index=models.Index(fields=['tenant', 'register', '-created_at'], name='export_by_register'),
        ),
        migrations.AddIndex(
            model_name='changerequest',
            index=models.Index(fields=['tenant', 'register', 'state', '-asked_at'], name='change_by_register'),
        ),
        migrations.AddIndex(
            model_name='changerequest',
            index=models.Index(condition=models.Q(('record__isnull', False)), fields=['tenant', 'record'], name='change_by_record'),
        ),
        RowSecurity("Register"),
        RowSecurity("Record"),
        RowSecurity("RecordVersion"),
        RowSecurity("ChangeRequest"),
        RowSecurity("ImportRun"),
        RowSecurity("BadRow"),
        RowSecurity("ExportRun"),
        migrations.RunSQL(
            [(SQL / "finding.sql").read_text(encoding="utf-8")], [(SQL / "finding_undo.sql").read_text(encoding="utf-8")]
        ),
    ]
