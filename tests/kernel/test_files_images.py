"""Images come out as pictures and nothing else: no place, no camera, no owner, the right side up, never a bomb."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image, ImageCms

from nakhon.kernel.files import images
from nakhon.kernel.files import types as t
from nakhon.kernel.files.errors import Damaged, TooManyPixels
from tests.kernel import samples as s

LIMIT = 1_000_000


def made(path: Path, content: bytes, media_type: str, limit: int = LIMIT) -> tuple[images.Made, bytes, Image.Image]:
    source, out = path / "in", io.BytesIO()
    source.write_bytes(content)
    result = images.reencode(source, out, media_type, "ภาพ.jpg", limit)
    return result, out.getvalue(), Image.open(io.BytesIO(out.getvalue()))


def test_a_phones_photograph_forgets_where_and_by_whom_it_was_taken(tmp_path: Path) -> None:
    sent = s.jpeg_of_a_phone()
    before = Image.open(io.BytesIO(sent))
    assert before.getexif().get_ifd(0x8825)[2] == (9.0, 30.0, 43.2), "the sample does carry a position"
    assert s.SECRET in sent
    assert before.info["icc_profile"]

    result, kept, after = made(tmp_path, sent, t.JPEG)

    assert result == images.Made(t.JPEG, 64, 48)
    assert dict(after.getexif()) == {}
    assert set(after.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density", "progressive", "progression"}
    for trace in (s.SECRET, b"Exif", b"ICC_PROFILE", b"xmpmeta", b"Maker", "สมชาย".encode()):
        assert trace not in kept


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (s.png_with_text(), t.PNG),
        (s.saved(s.picture(), "WEBP", exif=b"Exif\0\0MM\0*" + s.SECRET, xmp=s.SECRET), t.WEBP),
        (s.saved(s.picture(), "AVIF", exif=Image.Exif().tobytes() + s.SECRET), t.AVIF),
        (s.jpeg() + s.SECRET + b"<script>", t.JPEG),
        (s.gif_that_moves() + s.SECRET, t.GIF),
    ],
)
def test_no_format_keeps_what_was_written_beside_the_picture(tmp_path: Path, content: bytes, media_type: str) -> None:
    assert s.SECRET in content
    _, kept, after = made(tmp_path, content, media_type)
    assert s.SECRET not in kept
    assert "exif" not in after.info
    assert "xmp" not in after.info
    after.load()


@pytest.mark.parametrize(("orientation", "size"), [(1, (64, 48)), (3, (64, 48)), (6, (48, 64)), (8, (48, 64))])
def test_the_right_side_is_up(tmp_path: Path, orientation: int, size: tuple[int, int]) -> None:
    result, _, after = made(tmp_path, s.jpeg_of_a_phone(orientation), t.JPEG)
    assert (result.width, result.height) == after.size == size
    corner = after.convert("RGB").getpixel((3, 3))
    red_first = {1: True, 3: False, 6: True, 8: False}[orientation]
    assert (corner[0] > 200) is red_first


def test_colours_are_brought_to_srgb(tmp_path: Path) -> None:
    image = Image.new("CMYK", (32, 32), (0, 200, 200, 0))
    result, _, after = made(tmp_path, s.saved(image, "JPEG"), t.JPEG)
    assert after.mode == "RGB"
    assert result.media_type == t.JPEG

    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    _, _, odd = made(tmp_path, s.jpeg(icc_profile=lab), t.JPEG)
    assert odd.size == (64, 48), "a profile that does not fit is left behind, not the picture"


def test_see_through_and_deep_pictures_keep_their_look(tmp_path: Path) -> None:
    see_through = Image.new("RGBA", (10, 10), (255, 0, 0, 0))
    _, _, after = made(tmp_path, s.saved(see_through, "PNG"), t.PNG)
    assert after.mode == "RGBA"
    assert after.getpixel((0, 0))[3] == 0

    indexed = Image.new("P", (10, 10), 0)
    _, _, after = made(tmp_path, s.saved(indexed, "PNG", transparency=0), t.PNG)
    assert after.mode == "RGBA"

    deep = Image.new("I;16", (2, 1))
    deep.putpixel((0, 0), 65535)
    deep.putpixel((1, 0), 32768)
    _, _, after = made(tmp_path, s.saved(deep, "PNG"), t.PNG)
    assert after.mode == "L"
    assert after.getpixel((0, 0)) == 255
    assert 126 <= after.getpixel((1, 0)) <= 128


def test_what_moves_still_moves(tmp_path: Path) -> None:
    result, _, after = made(tmp_path, s.gif_that_moves(4), t.GIF)
    assert result.media_type == t.WEBP
    assert after.n_frames == 4  # type: ignore[attr-defined]
    result, _, still = made(tmp_path, s.saved(s.picture(), "GIF"), t.GIF)
    assert result.media_type == t.PNG
    assert getattr(still, "n_frames", 1) == 1
    assert made(tmp_path, s.saved(s.picture(), "AVIF"), t.AVIF)[0].media_type == t.WEBP


def _huge_png(width: int, height: int) -> bytes:
    """A header that promises far more than the few bytes after it."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return len(content).to_bytes(4, "big") + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 1000))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (_huge_png(1001, 1000), t.PNG),
        (_huge_png(60_000, 60_000), t.PNG),
        (s.jpeg(1001, 1000), t.JPEG),
        (s.gif_that_moves(401), t.GIF),
    ],
)
def test_bombs_are_refused_before_they_are_decoded(tmp_path: Path, content: bytes, media_type: str) -> None:
    with pytest.raises(TooManyPixels) as refused:
        made(tmp_path, content, media_type)
    assert "1 ล้านพิกเซล" in refused.value.message.th
    assert "ภาพ.jpg" in refused.value.message.en


def test_frames_count_together(tmp_path: Path) -> None:
    made(tmp_path, s.gif_that_moves(3), t.GIF, limit=200)
    with pytest.raises(TooManyPixels):
        made(tmp_path, s.gif_that_moves(5), t.GIF, limit=200)


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (s.jpeg()[:300], t.JPEG),
        (b"\xff\xd8\xff\xe0" + b"nonsense" * 50, t.JPEG),
        (_huge_png(100, 100), t.PNG),
        (s.saved(s.picture(), "PNG")[:60], t.PNG),
        (b"GIF89a", t.GIF),
        (b"RIFF\x10\0\0\0WEBPVP8 ", t.WEBP),
        (s.jpeg(), t.PNG),
    ],
)
def test_what_cannot_be_decoded_to_its_end_is_damaged(tmp_path: Path, content: bytes, media_type: str) -> None:
    with pytest.raises(Damaged):
        made(tmp_path, content, media_type)


@pytest.mark.parametrize(
    ("size", "expected"), [((2000, 1000), (320, 160)), ((100, 50), (100, 50)), ((30, 3000), (3, 320))]
)
def test_previews_shrink_and_never_grow(size: tuple[int, int], expected: tuple[int, int]) -> None:
    out = io.BytesIO()
    images.preview(io.BytesIO(s.jpeg(*size)), out, 320)
    shown = Image.open(out)
    assert (shown.format, shown.size) == ("WEBP", expected)
