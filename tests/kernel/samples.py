"""Makes files of many kinds, good and bad, byte by byte where no library writes them."""

from __future__ import annotations

import io
import zipfile
from typing import Any

from openpyxl import Workbook
from PIL import Image, ImageCms
from PIL.PngImagePlugin import PngInfo

SECRET = b"LAT-LONG-9.5120-100.0136"


def picture(width: int = 64, height: int = 48, mode: str = "RGB") -> Image.Image:
    """Left half red, right half blue, so that turning shows."""
    image = Image.new(mode, (width, height), 255 if mode == "L" else None)
    if mode in ("RGB", "RGBA"):
        image.paste((255, 0, 0), (0, 0, width // 2, height))
        image.paste((0, 0, 255), (width // 2, 0, width, height))
    return image


def saved(image: Image.Image, kind: str, **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def jpeg(width: int = 64, height: int = 48, **options: Any) -> bytes:
    return saved(picture(width, height), "JPEG", **options)


def jpeg_of_a_phone(orientation: int = 1, width: int = 64, height: int = 48) -> bytes:
    """With position, owner, camera, XMP, comment and colour profile."""
    exif = Image.Exif()
    exif[0x010F], exif[0x0110], exif[0x0112], exif[0x013B] = "Maker", "Model X", orientation, "สมชาย ใจดี"
    position = exif.get_ifd(0x8825)
    position[1], position[2], position[3], position[4] = "N", (9.0, 30.0, 43.2), "E", (100.0, 0.0, 48.9)
    position[29] = SECRET.decode()
    exif.get_ifd(0x8769)[0x9286] = b"ASCII\0\0\0" + SECRET
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    xmp = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>" + SECRET + b"</x:xmpmeta>"
    return saved(picture(width, height), "JPEG", exif=exif, icc_profile=profile, comment=SECRET, xmp=xmp, quality=95)


def png_with_text() -> bytes:
    info = PngInfo()
    info.add_text("Location", SECRET.decode())
    info.add_itxt("XML:com.adobe.xmp", SECRET.decode())
    return saved(picture(), "PNG", pnginfo=info)


def gif_that_moves(frames: int = 3) -> bytes:
    images = [Image.new("P", (20, 10), number * 60 % 251) for number in range(frames)]
    for number, image in enumerate(images):
        image.putpalette([value for shade in range(256) for value in (shade, number % 256, 255 - shade)])
    return saved(images[0], "GIF", save_all=True, append_images=images[1:], duration=80, loop=0)


PDF = (
    b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
    b"xref\n0 3\n0000000000 65535 f \n0000000015 00000 n \n0000000060 00000 n \ntrailer<</Size 3/Root 1 0 R>>\nstartxref\n107\n%%EOF\n"
)


def xlsx() -> bytes:
    book, out = Workbook(), io.BytesIO()
    book.active["A1"] = "ทะเบียน"
    book.save(out)
    return out.getvalue()


def archive(entries: dict[str, bytes], *, comment: bytes = b"", compressed: bool = True) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED if compressed else zipfile.ZIP_STORED) as file:
        for name, content in entries.items():
            file.writestr(name, content)
        file.comment = comment
    return out.getvalue()


def docx(extra: dict[str, bytes] | None = None, declared: str = "wordprocessingml.document.main+xml") -> bytes:
    types = (
        '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        f'<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.{declared}"/></Types>'
    )
    return archive({"[Content_Types].xml": types.encode(), "word/document.xml": b"<w:document/>", **(extra or {})})


def odt(extra: dict[str, bytes] | None = None) -> bytes:
    return archive(
        {
            "mimetype": b"application/vnd.oasis.opendocument.text",
            "content.xml": b"<office:document-content/>",
            **(extra or {}),
        },
        compressed=False,
    )


def box(kind: bytes, content: bytes = b"") -> bytes:
    return (len(content) + 8).to_bytes(4, "big") + kind + content


def mp4(brand: bytes = b"isom", *, telling: bool = False) -> bytes:
    track = box(b"trak", box(b"tkhd", b"\0" * 84) + (box(b"udta", box(b"name", SECRET)) if telling else b""))
    place = box(b"udta", box(b"\xa9xyz", SECRET)) + box(b"meta", b"\0\0\0\0" + SECRET) if telling else b""
    movie = box(b"moov", box(b"mvhd", b"\0" * 100) + track + place)
    return box(b"ftyp", brand + b"\0\0\2\0" + brand) + movie + box(b"mdat", b"\1" * 500)


def mp3() -> bytes:
    frame = b"\xff\xfb\x90\x00" + b"\0" * (144 * 128000 // 44100 - 4)
    return b"ID3\x04\0\0\0\0\0\x0a" + b"\0" * 10 + frame * 4


WEBM = b"\x1a\x45\xdf\xa3\x93\x42\x86\x81\x01\x42\x82\x84webm\x42\x87\x81\x04\x18\x53\x80\x67" + b"\0" * 64
MATROSKA = WEBM.replace(b"\x84webm", b"\x88matroska")
HEIC = box(b"ftyp", b"heic\0\0\0\0heicmif1") + box(b"meta", b"\0" * 40) + box(b"mdat", b"\0" * 40)
OLD_DOC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
PROGRAM = b"MZ\x90\x00" + b"\0" * 200
