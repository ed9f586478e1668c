"""Rate limits, in an unlogged table (a crash forgets them, which is cheaper than keeping them), and the queue's figures."""

import django.contrib.postgres.fields
from django.db import migrations, models

FIGURES = """
CREATE FUNCTION nakhon_queue_figures()
RETURNS TABLE (tenant text, status text, pieces bigint, oldest_due timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT t.slug::text, w.status::text, count(*), min(w.due_at)
    FROM kernel_work w JOIN kernel_tenant t ON t.id = w.tenant_id
    WHERE w.status <> 'done' GROUP BY 1, 2
$$
"""
# Row security hides other organisations' rows from the web's role, so the owner's function counts for it: counts only.


class Migration(migrations.Migration):

    dependencies = [
        ('kernel', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='RateLimit',
            fields=[
                ('key', models.BinaryField(max_length=32, primary_key=True, serialize=False)),
                ('hits', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, help_text='Microseconds since 1970, oldest first', size=None)),
                ('expires_at', models.DateTimeField(db_index=True)),
            ],
        ),
        migrations.RunSQL("ALTER TABLE kernel_ratelimit SET UNLOGGED", "ALTER TABLE kernel_ratelimit SET LOGGED"),
        migrations.RunSQL(FIGURES, "DROP FUNCTION nakhon_queue_figures()"),
    ]
