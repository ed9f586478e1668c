"""A copy of all that is held about a person, as a person reads it (HTML) and as software does (JSON), in one zip."""

from __future__ import annotations

import io
import json
import zipfile

from django.template.loader import render_to_string

from nakhon.kernel.context import Context
from nakhon.kernel.personal import DataSection


def copy_of_data(ctx: Context, sections: list[DataSection]) -> bytes:
    """The zip: ``data.json`` (both languages of each label) and ``data.html`` in the reader's language, readable alone."""
    data = {
        "controller": ctx.tenant.name.as_dict(),
        "made_at": ctx.now.isoformat(),
        "sections": [
            {
                "code": section.code,
                "title": section.title.as_dict(),
                "records": [
                    [{"code": item.code, "label": item.label.as_dict(), "value": item.value} for item in record]
                    for record in section.records
                ],
            }
            for section in sections
        ],
    }
    page = render_to_string("portal/data/copy.html", {"sections": sections, "ctx": ctx, "language": ctx.language})
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("data.json", json.dumps(data, ensure_ascii=False, indent=1))
        archive.writestr("data.html", page)
    return out.getvalue()
