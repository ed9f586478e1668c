"""The table of attachments, behind row security, and the figures that the machine room reads of it."""

import django.db.models.deletion
import nakhon.kernel.tenancy
from django.db import migrations, models

from nakhon.kernel.row_security import RowSecurity

FIGURES = """
CREATE FUNCTION nakhon_file_figures()
RETURNS TABLE (tenant text, files bigint, bytes numeric)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT t.slug::text, count(*), coalesce(sum(f.size), 0)
    FROM files_attachment f JOIN kernel_tenant t ON t.id = f.tenant_id
    WHERE f.erased_at IS NULL GROUP BY 1
$$
"""


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('kernel', '0002_rate_limits'),
    ]

    operations = [
        migrations.CreateModel(
            name='Attachment',
            fields=[
                ('id', models.UUIDField(default=nakhon.kernel.tenancy.new_id, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=200)),
                ('media_type', models.CharField(max_length=100)),
                ('size', models.PositiveBigIntegerField()),
                ('sha256', models.CharField(max_length=64)),
                ('key', models.CharField(editable=False, max_length=120)),
                ('width', models.PositiveIntegerField(null=True)),
                ('height', models.PositiveIntegerField(null=True)),
                ('sensitivity', models.CharField(choices=[('PUBLIC', 'Public'), ('INTERNAL', 'Internal'), ('PERSONAL', 'Personal'), ('SENSITIVE', 'Sensitive')], max_length=9)),
                ('owner_type', models.CharField(blank=True, max_length=60)),
                ('owner_id', models.CharField(blank=True, max_length=60)),
                ('created_by', models.CharField(blank=True, max_length=60)),
                ('created_at', models.DateTimeField()),
                ('previewed_at', models.DateTimeField(null=True)),
                ('deleted_at', models.DateTimeField(null=True)),
                ('erased_at', models.DateTimeField(null=True)),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='kernel.tenant')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'indexes': [models.Index(fields=['tenant', 'owner_type', 'owner_id', 'created_at'], name='file_by_owner'), models.Index(condition=models.Q(('erased_at', None), models.Q(('deleted_at', None), _negated=True)), fields=['tenant', 'deleted_at'], name='file_to_erase'), models.Index(condition=models.Q(('owner_id', '')), fields=['tenant', 'created_at'], name='file_unattached')],
                'constraints': [models.UniqueConstraint(fields=('tenant', 'key'), name='file_key_once_per_tenant')],
            },
        ),
        RowSecurity("Attachment"),
        migrations.RunSQL(FIGURES, "DROP FUNCTION nakhon_file_figures()"),
    ]
