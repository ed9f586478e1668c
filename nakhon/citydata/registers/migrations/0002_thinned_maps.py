"""The function that gives a map what it shows of a register from afar."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):

    dependencies = [('citydata_registers', '0001_initial')]

    operations = [
        migrations.RunSQL(
            [(SQL / "thinning.sql").read_text(encoding="utf-8")],
            ["DROP FUNCTION citydata_records_thinned(uuid, geometry, boolean, text, double precision, double precision, integer)"],
        ),
    ]
