"""Keep a file that somebody brought: judged by what is in it, never by its name, and no larger than it may be."""

import io
import warnings

from PIL import Image, ImageOps, UnidentifiedImageError

from apps.accounts.models import User
from apps.files.models import PrivateFile
from apps.web.answers import Refused

MOST_BYTES = 5 * 1024 * 1024
MOST_PIXELS = 50_000_000  # a phone takes twelve to fifty million; what says it has more would only fill the memory
LONGEST_SIDE = 2_000
PHOTOS = ("JPEG", "PNG", "WEBP", "GIF")
PDF_BEGINS, PDF_ENDS = b"%PDF-", b"%%EOF"
NEAR_END = 1024  # bytes after which nothing more is looked for: some writers append a line


def keep_photo(data: bytes, *, owner: User) -> PrivateFile:
    """Keep a photo: upright, small enough to look at, and without what a camera wrote into it. Raises Refused."""
    return _keep(PrivateFile.Kind.PHOTO, photo_anew(_within_size(data)), owner)


def keep_pdf(data: bytes, *, owner: User) -> PrivateFile:
    """Keep a PDF as it is. Raises Refused."""
    data = _within_size(data)
    if not data.startswith(PDF_BEGINS) or PDF_ENDS not in data[-NEAR_END:]:
        raise Refused("We couldn’t read this file as a PDF. Save it as a PDF and try again.")
    return _keep(PrivateFile.Kind.PDF, data, owner)


def photo_anew(data: bytes) -> bytes:
    """Return a photo as a JPEG of its pixels alone: place, time, device, thumbnails and anything appended are gone."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=PHOTOS) as image:
                if image.width * image.height > MOST_PIXELS:
                    raise Refused("This photo is too large. Take a smaller one and try again.")
                image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
                return _jpeg(ImageOps.exif_transpose(image))
    except UnidentifiedImageError as problem:
        raise Refused("We couldn’t read this file as a photo. Use a JPEG, PNG or WebP photo.") from problem
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError, Image.DecompressionBombWarning) as problem:
        raise Refused("This photo is damaged or too large. Take another one and try again.") from problem


def _jpeg(image: Image.Image) -> bytes:
    image.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    if image.mode != "RGB":  # what shows through becomes paper
        clear = image.convert("RGBA")
        image = Image.new("RGB", clear.size, "white")
        image.paste(clear, mask=clear.getchannel("A"))
    pixels = Image.frombytes("RGB", image.size, image.tobytes())  # nothing else of the file comes along
    out = io.BytesIO()
    pixels.save(out, "JPEG", quality=85, optimize=True)
    return out.getvalue()


def _within_size(data: bytes) -> bytes:
    if not data:
        raise Refused("This file is empty. Choose another one.")
    if len(data) > MOST_BYTES:
        raise Refused(f"This file is larger than {MOST_BYTES // 1024**2} MB. Choose a smaller one.")
    return data


def _keep(kind: PrivateFile.Kind, data: bytes, owner: User) -> PrivateFile:
    return PrivateFile.objects.create(person=owner, kind=kind, content=data, size=len(data))
