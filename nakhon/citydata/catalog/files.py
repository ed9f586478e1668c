"""Who may open a file of the catalogue: whoever may see its dataset."""

from __future__ import annotations

from nakhon.citydata.catalog.gathering import body_of, may_see_dataset
from nakhon.citydata.catalog.models import Dataset
from nakhon.kernel.context import Context
from nakhon.kernel.files.guards import guard
from nakhon.kernel.files.types import CSV, DOCUMENT_TYPES, GEOJSON, JSON, XLSX, ZIP, FileInfo, Policy, Sensitivity

OWNER = "citydata.dataset"
ACCEPTED = Policy(DOCUMENT_TYPES | {CSV, XLSX, JSON, GEOJSON, ZIP}, max_bytes=100 * 1024 * 1024, max_count=100)
SENSITIVITY = {
    "open": Sensitivity.PUBLIC,
    "internal": Sensitivity.INTERNAL,
    "personal": Sensitivity.PERSONAL,
    "sensitive": Sensitivity.SENSITIVE,
}


@guard(OWNER)
def may_open(ctx: Context, file: FileInfo) -> bool | None:
    """The dataset decides, as it is now; a file whose dataset is gone opens for nobody."""
    dataset = Dataset.objects.filter(pk=file.owner_id, active=True).first()
    return dataset is not None and may_see_dataset(ctx, body_of(dataset))
