"""Makes register definitions true, and tells beforehand what a changed one would do to the records that are there."""

from __future__ import annotations

from collections import Counter

from nakhon.citydata.registers.body import RegisterDefinition
from nakhon.citydata.registers.models import Record, RecordStatus, Register
from nakhon.citydata.registers.rules.places import FAMILIES
from nakhon.citydata.registers.rules.shape import Shape, shape_of, to_store
from nakhon.citydata.registers.rules.values import checked
from nakhon.citydata.registers.writing_records import opened
from nakhon.kernel.context import Context
from nakhon.kernel.errors import Conflict
from nakhon.kernel.outbox import enqueue
from nakhon.knowledge.text import Text

LOOKED_AT = 100_000
"""How many records are tried against a changed schema while a plan is made: enough to tell, quick enough to wait for."""

REFIT = "citydata.refit_register"
_NAMED = 5


class KeyFixed(Conflict):
    code = "citydata.key_fixed"
    default_message = Text(
        "เปลี่ยนคุณสมบัติที่เป็นรหัสของทะเบียนที่มีระเบียนแล้วไม่ได้",
        "The key of a register that has records cannot be another property",
    )
    default_remedy = Text(
        "ใช้ key เดิม หรือสร้างทะเบียนใหม่แล้วนำเข้าข้อมูล", "Keep the key, or define another register and import into it"
    )


def apply_register(ctx: Context, body: RegisterDefinition) -> None:
    """Create the register, or change it; records are fitted to what is now protected, searched or coarse in the background.

    Raises ``KeyFixed`` when records exist and the key would be another property.
    """
    values = {
        "name_th": body.name.th, "name_en": body.name.en, "body": to_store(body), "geometry": body.geometry,
        "sensitivity": body.sensitivity, "active": True, "changed_at": ctx.now,
    }  # fmt: skip
    register = Register.objects.select_for_update().filter(key=body.id).first()
    if register is None:
        Register.objects.create(key=body.id, created_at=ctx.now, **values)
        return
    before = shape_of(register)
    has_records = Record.objects.filter(register=register).exists()
    if has_records and before.body.key != body.key:
        raise KeyFixed
    for name, value in values.items():
        setattr(register, name, value)
    register.version += 1
    register.save()
    if has_records and _needs_refit(before, shape_of(register)):
        enqueue(ctx, REFIT, key=f"{register.pk}:{register.version}", register=body.id, after="")


def _needs_refit(before: Shape, after: Shape) -> bool:
    labels = [
        {name: (shape.properties[name].labels, shape.properties[name].items) for name in shape.searched}
        for shape in (before, after)
    ]
    return before.protected != after.protected or before.hides_places != after.hides_places or labels[0] != labels[1]


def remove_register(ctx: Context, key: str) -> None:
    """Close the register. It opens again, with what it held, when it is defined again."""
    Register.objects.filter(key=key).update(active=False, changed_at=ctx.now)


def register_holds(ctx: Context, key: str) -> Text | None:
    """The records of the register, retired ones too: their history is the city's."""
    count = Record.objects.filter(register__key=key).count()
    return Text(f"ทะเบียน {key} มี {count:,} ระเบียน", f"the register {key} has {count:,} records") if count else None


def foresee_register(ctx: Context, body: RegisterDefinition) -> Text | None:
    """How many records, and which, the changed definition would refuse; they stay as they are until somebody edits them."""
    register = Register.objects.filter(key=body.id).first()
    if register is None:
        return None
    shape = Shape(None, body)
    wrong: list[str] = []
    faults: Counter[str] = Counter()
    rows = Record.objects.filter(register=register, status=RecordStatus.ACTIVE).order_by("key")
    looked = 0
    for record in rows.defer("terms", "coarse")[:LOOKED_AT].iterator(chunk_size=2000):
        looked += 1
        problems = set(checked(shape, {**record.data, **opened(record.sealed)}))
        if record.geometry is not None and record.geometry.geom_type not in FAMILIES.get(body.geometry, ()):
            problems.add("geometry")
        if record.geometry is None and body.geometry_required:
            problems.add("geometry")
        if problems:
            wrong.append(record.key)
            faults.update(problems)
    if not wrong:
        return None
    which = ", ".join(wrong[:_NAMED]) + (" …" if len(wrong) > _NAMED else "")
    what = ", ".join(f"{name} ({count:,})" for name, count in faults.most_common(_NAMED))
    return Text(
        f"{len(wrong):,} จาก {looked:,} ระเบียนไม่ตรงกับโครงสร้างใหม่ (เช่น {which}) ที่ {what} "
        "ระเบียนเหล่านี้ยังอยู่ แต่ต้องแก้ให้ถูกเมื่อบันทึกครั้งต่อไป",
        f"{len(wrong):,} of {looked:,} records do not fit the new schema (such as {which}), in {what}. "
        "They stay, but must be mended when they are next saved",
    )
