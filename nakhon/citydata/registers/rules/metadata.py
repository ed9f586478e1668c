"""Derives the fourteen mandatory catalogue items of a register from its definition, as far as they can be derived."""

from __future__ import annotations

from typing import Any

from nakhon.citydata.registers.body import RegisterDefinition
from nakhon.kernel.definitions.fields import words
from nakhon.knowledge.datacatalog import PERSONAL_DATA, PUBLIC_DATA
from nakhon.knowledge.text import Text

RECORD_TYPE, GEO_TYPE = "ข้อมูลระเบียน", "ข้อมูลภูมิสารสนเทศเชิงพื้นที่"
TABLE_FORMATS, MAP_FORMATS = ("CSV", "XLSX", "Parquet"), ("GeoJSON", "GPKG", "SHP")
_CATEGORIES = {"open": PUBLIC_DATA, "personal": PERSONAL_DATA, "sensitive": PERSONAL_DATA}


def formats_of(body: RegisterDefinition) -> tuple[str, ...]:
    """The formats in which the register can be taken away."""
    return TABLE_FORMATS if body.geometry == "none" else (*TABLE_FORMATS, *MAP_FORMATS)


def dataset_fields(body: RegisterDefinition, organisation: Text, email: str = "") -> dict[str, Any]:
    """The register as a dataset in the field names of the national CKAN extension, texts in Thai.

    What nobody told is left blank, so that ``knowledge.datacatalog.missing_items`` can say so. ``title_en`` and ``notes_en``
    stand beside. Source: Government Data Catalog metadata standard.
    """
    given = body.metadata
    title = words(given.title) if given.title else body.name.text
    return {
        "data_type": RECORD_TYPE if body.geometry == "none" else GEO_TYPE,
        "title": title.th,
        "title_en": title.en,
        "owner_org": organisation.th,
        "owner_org_en": organisation.en,
        "maintainer": given.maintainer or "",
        "maintainer_email": given.maintainer_email or email,
        "tag_string": ",".join(given.keywords),
        "notes": body.about.th if body.about else "",
        "notes_en": body.about.en if body.about else "",
        "objective": words(given.objective).th if given.objective else "",
        "update_frequency_unit": given.update_frequency_unit or "",
        "update_frequency_interval": given.update_frequency_interval,
        "geo_coverage": given.geo_coverage or "",
        "data_source": given.data_source or organisation.th,
        "data_format": list(formats_of(body)),
        "data_category": given.data_category or _CATEGORIES.get(body.sensitivity, ""),
        "license_id": given.license_id or "",
    }
