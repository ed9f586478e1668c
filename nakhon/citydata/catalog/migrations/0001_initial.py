"""Datasets of files and links, their files, and the daily counts of use."""

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
            name='Dataset',
            fields=[
                ('id', models.UUIDField(default=nakhon.kernel.tenancy.new_id, editable=False, primary_key=True, serialize=False)),
                ('key', models.CharField(max_length=80)),
                ('name_th', models.CharField(max_length=300)),
                ('name_en', models.CharField(max_length=300)),
                ('body', models.JSONField()),
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
            name='DatasetFile',
            fields=[
                ('id', models.UUIDField(default=nakhon.kernel.tenancy.new_id, editable=False, primary_key=True, serialize=False)),
                ('file_id', models.UUIDField()),
                ('title_th', models.CharField(max_length=300)),
                ('title_en', models.CharField(max_length=300)),
                ('name', models.CharField(max_length=200)),
                ('media_type', models.CharField(max_length=100)),
                ('size', models.PositiveBigIntegerField()),
                ('added_at', models.DateTimeField()),
                ('dataset', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='files', to='citydata_catalog.dataset')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='kernel.tenant')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='DatasetUse',
            fields=[
                ('id', models.UUIDField(default=nakhon.kernel.tenancy.new_id, editable=False, primary_key=True, serialize=False)),
                ('dataset', models.CharField(max_length=100)),
                ('day', models.DateField()),
                ('view', models.PositiveIntegerField(default=0)),
                ('preview', models.PositiveIntegerField(default=0)),
                ('download', models.PositiveIntegerField(default=0)),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='kernel.tenant')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.AddConstraint(
            model_name='dataset',
            constraint=models.UniqueConstraint(fields=('tenant', 'key'), name='dataset_once'),
        ),
        migrations.AddConstraint(
            model_name='datasetfile',
            constraint=models.UniqueConstraint(fields=('tenant', 'dataset', 'file_id'), name='dataset_file_once'),
        ),
        migrations.AddConstraint(
            model_name='datasetuse',
            constraint=models.UniqueConstraint(fields=('tenant', 'dataset', 'day'), name='dataset_use_of_day'),
        ),
        RowSecurity("Dataset"),
        RowSecurity("DatasetFile"),
        RowSecurity("DatasetUse"),
    ]
