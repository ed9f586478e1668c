"""One person, one record: twins pointed out, duplicates merged, accounts and verified identities linked."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest

from nakhon.kernel.context import Context
from nakhon.kernel.errors import Conflict, Invalid
from nakhon.kernel.models import Event
from nakhon.kernel.tenancy import act_in
from nakhon.people import queries, services
from nakhon.people.errors import AlreadyRegistered, NotLinked
from nakhon.people.models import Organisation, User
from nakhon.people.types import Registered, VerifiedPerson
from tests import make
from tests.people.conftest import SOMCHAI, trail_of


def test_the_same_number_is_refused_and_a_likeness_pointed_out(registrar: Context, somchai: Registered) -> None:
    with pytest.raises(AlreadyRegistered) as refused:
        services.register_person(registrar, fields={**SOMCHAI, "first_name": "อื่น"})
    assert refused.value.person_id == str(somchai.id)
    twin = services.register_person(
        registrar, fields={"first_name": "สมชาย", "last_name": "ใจดี", "birth_date": "พ.ศ. 2500"}
    )
    assert [row.id for row in twin.alike] == [somchai.id]
    stranger = services.register_person(
        registrar, fields={"first_name": "สมชาย", "last_name": "ใจดี", "birth_date": "2501"}
    )
    assert stranger.alike == ()
    with pytest.raises(AlreadyRegistered):
        services.edit_person(
            registrar, person_id=twin.id, version=1, fields={"id_type": "NATIONAL_ID", "national_id": "1234567890121"}
        )


def test_merging_makes_one_person_of_two(
    registrar: Context, somchai: Registered, register: Callable[..., UUID], dpo: Context
) -> None:
    other = register(
        first_name="สมชาย", last_name="ใจดี", phone="0899999999", id_type="PASSPORT", passport_no="AA1234567"
    )
    services.record_consent(dpo, person_id=other, purpose="newsletter", granted=True, channel="COUNTER")
    with pytest.raises(Invalid):
        services.merge_persons(registrar, keep_id=somchai.id, duplicate_id=other, reason="")
    services.merge_persons(registrar, keep_id=somchai.id, duplicate_id=other, reason="บัตรและหนังสือเดินทางตรงกัน")
    card = queries.person_card(registrar, person_id=other)
    assert card.id == somchai.id and card.merged_from[0][0] == other
    assert card.field("passport_no").is_held and card.field("phone").shown == "081-xxx-5678"
    assert [row.id for row in queries.find_persons(registrar, text="0899999999").rows] == [somchai.id], (
        "the old number leads on"
    )
    assert len(queries.find_persons(registrar, text="สมชาย").rows) == 1
    assert queries.may_process(registrar, person_id=other, purpose="newsletter") is True
    with act_in(registrar):
        assert Event.objects.get(name="people.PersonsMerged").payload["duplicate_id"] == str(other)


def test_two_people_are_not_merged(registrar: Context, somchai: Registered, register: Callable[..., UUID]) -> None:
    other = register(id_type="NATIONAL_ID", national_id="1101700207030")
    with pytest.raises(Conflict):
        services.merge_persons(registrar, keep_id=somchai.id, duplicate_id=other, reason="ชื่อเหมือนกัน")
    with pytest.raises(Conflict):
        services.merge_persons(registrar, keep_id=somchai.id, duplicate_id=somchai.id, reason="คนเดียวกัน")


def test_an_account_is_one_person(
    registrar: Context, citizen: Context, somchai: Registered, register: Callable[..., UUID]
) -> None:
    with pytest.raises(Conflict):
        services.link_account(registrar, person_id=register(), user_id=UUID(citizen.actor.id))
    services.link_account(registrar, person_id=somchai.id, user_id=None)
    with pytest.raises(NotLinked):
        queries.own_consents(citizen)


def _vouched(number: str = "1234567890121") -> VerifiedPerson:
    return VerifiedPerson("thaid", number, "สมชาย", "ใจดี", "1957-01-15")


def _account(city: Organisation) -> Context:
    return make.ctx(city, "citizen", actor_id=str(User.objects.create_user().pk))


def test_a_provider_that_vouches_links_the_record_that_is_there(city: Organisation, somchai: Registered) -> None:
    me = _account(city)
    assert services.link_verified(me, identity=_vouched()).id == somchai.id
    assert queries.own_data(me)
    (entry,) = trail_of(me, action="people.person.account_linked")
    assert (entry.object_id, entry.detail) == (str(somchai.id), {"provider": "thaid"})
    assert "1234567890121" not in repr(_vouched())
    with pytest.raises(Conflict):
        services.link_verified(_account(city), identity=_vouched())
    with pytest.raises(Invalid):
        services.link_verified(_account(city), identity=_vouched("1234567890123"))


def test_a_provider_that_vouches_makes_or_completes_the_own_record(city: Organisation) -> None:
    newcomer, known = _account(city), _account(city)
    made = services.link_verified(newcomer, identity=_vouched())
    assert queries.own_profile(newcomer).field("national_id").shown == "x-xxxx-xxxxx-12-1"
    own = services.save_own_profile(known, fields={"first_name": "มานี"})
    assert services.link_verified(known, identity=_vouched("1101700207030")).id == own.id != made.id
    assert queries.own_profile(known).first_name == "มานี"
    with pytest.raises(Conflict):
        services.link_verified(known, identity=_vouched())
