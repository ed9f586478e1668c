"""Images are decoded and encoded anew: what was hidden in them stays behind, and with it place, camera and owner."""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from PIL import Image, ImageCms, ImageOps, ImageSequence, UnidentifiedImageError

from nakhon.kernel.files import types as t
from nakhon.kernel.files.errors import Damaged, TooManyPixels

warnings.filterwarnings("ignore", category=Image.DecompressionBombWarning)
# Pillow warns of large images; every image here is held against its policy's own limit before it is decoded.

_FORMATS = {t.JPEG: ["JPEG", "MPO"], t.PNG: ["PNG"], t.WEBP: ["WEBP"], t.GIF: ["GIF"], t.AVIF: ["AVIF"]}
_MOST_FRAMES = 400
_FAILURES = (
    UnidentifiedImageError,
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    IndexError,
    KeyError,
    TypeError,
    MemoryError,
)
"""What Pillow's decoders raise on crafted input; each means the same to the sender: the image cannot be read."""


@dataclass(frozen=True, slots=True)
class Made:
    """The image as it is kept: its type, which may be another than before, and its size in pixels."""

    media_type: str
    width: int
    height: int


def reencode(source: Path, target: BinaryIO, media_type: str, name: str, max_pixels: int) -> Made:
    """Decode the image at ``source`` and write a clean one to ``target``.

    JPEG, PNG and WebP stay what they are; GIF becomes PNG, AVIF WebP, and what moves becomes an animated WebP. Colours are
    brought to sRGB, the right side up. Raises ``TooManyPixels`` before anything is decoded, ``Damaged`` for what no
    decoder reads to its end.
    """
    try:
        image = Image.open(source, formats=_FORMATS[media_type])
        frames = 1 if media_type == t.JPEG else int(getattr(image, "n_frames", 1))
    except Image.DecompressionBombError:
        raise TooManyPixels(name, max_pixels) from None
    except _FAILURES:
        raise Damaged(name) from None
    with image:
        pixels = image.width * image.height
        if pixels > max_pixels or frames > _MOST_FRAMES or pixels * frames > 4 * max_pixels:
            raise TooManyPixels(name, max_pixels)
        try:
            return _moving(image, target) if frames > 1 else _still(image, target, media_type)
        except _FAILURES:
            raise Damaged(name) from None


def _still(image: Image.Image, target: BinaryIO, media_type: str) -> Made:
    clean = _upright(image)
    kept = {t.GIF: t.PNG, t.AVIF: t.WEBP}.get(media_type, media_type)
    if kept == t.JPEG:
        clean = clean.convert("RGB") if clean.mode not in ("L", "RGB") else clean
        clean.save(target, "JPEG", quality=88, optimize=True, progressive=True)
    elif kept == t.PNG:
        clean.save(target, "PNG", compress_level=6)
    else:
        clean.save(target, "WEBP", quality=86, method=4)
    return Made(kept, clean.width, clean.height)


def _moving(image: Image.Image, target: BinaryIO) -> Made:
    frames: list[Image.Image] = []
    durations: list[int] = []
    for frame in ImageSequence.Iterator(image):
        durations.append(max(20, int(frame.info.get("duration", 100) or 100)))
        frames.append(_bare(frame.convert("RGBA")))
    frames[0].save(
        target, "WEBP", save_all=True, append_images=frames[1:], duration=durations, loop=0, quality=80, method=3
    )
    return Made(t.WEBP, frames[0].width, frames[0].height)


def _upright(image: Image.Image) -> Image.Image:
    """The picture alone: turned as its EXIF says, in sRGB, in a mode that every encoder writes."""
    image.load()
    turned = ImageOps.exif_transpose(image) or image
    profile = image.info.get("icc_profile")
    has_alpha = "A" in turned.getbands() or "transparency" in turned.info
    if turned.mode.startswith("I") or turned.mode == "F":
        turned = _eight_bits(turned)
    if profile:
        turned = _to_srgb(turned, profile)
    wanted = "RGBA" if has_alpha else ("L" if turned.mode in ("1", "L") else "RGB")
    return _bare(turned if turned.mode == wanted else turned.convert(wanted))


def _eight_bits(image: Image.Image) -> Image.Image:
    """Grey levels of 16 and more bits as 0 to 255; Pillow's own conversion would cut off all above 255."""
    extrema: Any = image.getextrema()
    scale = 255 / 65535 if extrema[1] > 255 else 1.0
    levels = image.convert("I").convert("F") if image.mode != "F" else image
    return levels.point(lambda value: value * scale).convert("L")


def _to_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    """Colours as they were meant; a profile that cannot be used is simply left behind."""
    try:
        mode = "RGBA" if image.mode in ("RGBA", "LA", "PA") else "RGB"
        source = image if image.mode in ("RGB", "RGBA", "CMYK", "L") else image.convert(mode)
        out = "RGBA" if source.mode == "RGBA" else "RGB"
        given = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        return ImageCms.profileToProfile(source, given, ImageCms.createProfile("sRGB"), outputMode=out) or image
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return image


def _bare(image: Image.Image) -> Image.Image:
    """The same pixels in a new image that never heard of the old one's metadata."""
    bare = Image.new(image.mode, image.size)
    bare.paste(image)
    return bare


def preview(source: BinaryIO, target: BinaryIO, longest: int) -> None:
    """Write a WebP whose longer side has at most ``longest`` pixels; of what moves, the first frame."""
    with Image.open(source) as image:
        image.draft("RGB", (longest, longest))
        small = image.convert("RGBA" if "A" in image.getbands() else "RGB")
    small.thumbnail((longest, longest), Image.Resampling.LANCZOS)
    _bare(small).save(target, "WEBP", quality=80, method=4)
