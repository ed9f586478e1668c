"""Two locks between organisations: the manager refuses without a tenant, and PostgreSQL shows no other tenant's rows."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction

from nakhon.kernel.errors import NoTenant
from nakhon.kernel.tenancy import TenantModel, act_in
from nakhon.people.models import Organisation, Unit
from tests import make

TENANT_MODELS = [model for model in apps.get_models() if issubclass(model, TenantModel)]


def _unit(organisation: Organisation, code: str) -> Unit:
    with act_in(make.ctx(organisation)):
        return Unit.objects.create(kind="DIVISION", code=code, name_th=code, name_en=code)


def test_no_tenant_no_query(samui: Organisation) -> None:
    _unit(samui, "works")
    with pytest.raises(NoTenant):
        Unit.objects.count()
    with pytest.raises(NoTenant):
        Unit.objects.filter(code="works").first()
    with pytest.raises(NoTenant):
        Unit(kind="DIVISION", code="x", name_th="x", name_en="x").save()
    with pytest.raises(NoTenant):
        Unit.objects.bulk_create([Unit(kind="DIVISION", code="x", name_th="x", name_en="x")])


def test_each_sees_its_own(samui: Organisation, yala: Organisation) -> None:
    _unit(samui, "works")
    _unit(yala, "health")
    with act_in(make.ctx(samui)):
        assert [unit.code for unit in Unit.objects.all()] == ["works"]
    with act_in(make.ctx(yala)):
        assert [unit.code for unit in Unit.objects.all()] == ["health"]


def test_second_lock_holds_when_the_first_is_forgotten(samui: Organisation, yala: Organisation) -> None:
    _unit(samui, "works")
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM people_unit")
        assert cursor.fetchone() == (0,)
    with act_in(make.ctx(yala)), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM people_unit")
        assert cursor.fetchone() == (0,)
        cursor.execute("UPDATE people_unit SET code = 'stolen'")
        assert cursor.rowcount == 0
    with act_in(make.ctx(samui)), connection.cursor() as cursor:
        cursor.execute("SELECT code FROM people_unit")
        assert cursor.fetchall() == [("works",)]


def test_a_row_of_another_tenant_cannot_be_written(samui: Organisation, yala: Organisation) -> None:
    unit = _unit(samui, "works")
    with act_in(make.ctx(yala)):
        with pytest.raises(NoTenant):
            unit.save()
        with (
            pytest.raises(DatabaseError, match="row-level security"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(
                "INSERT INTO people_unit (id, tenant_id, kind, code, name_th, name_en, phone, email, position) "
                "VALUES (gen_random_uuid(), %s, 'DIVISION', 'forged', 'x', 'x', '', '', 0)",
                [samui.pk],
            )


def test_the_setting_follows_roll_backs_and_nesting(samui: Organisation, yala: Organisation) -> None:
    _unit(samui, "works")
    _unit(yala, "health")
    with act_in(make.ctx(samui)):
        with pytest.raises(RuntimeError), transaction.atomic(), act_in(make.ctx(yala)):
            assert Unit.objects.get().code == "health"
            raise RuntimeError
        assert Unit.objects.get().code == "works"
        with pytest.raises(DatabaseError), transaction.atomic(), act_in(make.ctx(yala)), connection.cursor() as cursor:
            cursor.execute("SELECT 1/0")
        assert Unit.objects.get().code == "works"
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM people_unit")
        assert cursor.fetchone() == (0,)


def test_the_role_of_the_tests_cannot_bypass(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == ("nakhon_app", False, False)


@pytest.mark.parametrize("model", TENANT_MODELS, ids=lambda model: model._meta.label)
def test_every_tenant_table_has_both_locks(db: None, model: type[TenantModel]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relrowsecurity, (SELECT count(*) FROM pg_policy WHERE polrelid = c.oid), "
            "pg_get_userbyid(relowner) <> current_user FROM pg_class c WHERE oid = %s::regclass",
            [model._meta.db_table],
        )
        assert cursor.fetchone() == (True, 1, True), f"add RowSecurity({model.__name__!r}) to its migration"
    assert model._meta.base_manager_name == "objects", "class Meta(TenantModel.Meta)"
    leading = [index.fields[0] for index in model._meta.indexes if index.fields]
    leading += [c.fields[0] for c in model._meta.constraints if getattr(c, "fields", ())]
    leading += [model._meta.pk_fields[0].name]  # that of a composite key; a plain one is the row's own id
    assert "tenant" in leading, "give it an index or unique constraint that begins with tenant"


def test_every_table_with_a_tenant_column_is_a_tenant_model(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT table_name FROM information_schema.columns WHERE column_name = 'tenant_id'")
        tables = {row[0] for row in cursor.fetchall()}
    assert tables - {"people_organisation"} == {model._meta.db_table for model in TENANT_MODELS}
