"""The codes of certificates in a picture (a photograph, a scan) or a PDF, read where they lie.

Whoever sends a file may mean harm: only the kinds named here are opened, a picture that unpacks to
more than Pillow believes in is refused, and so is a page as large.
"""

import warnings
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from deskapp import verification
from deskapp.refusal import Refusal

if TYPE_CHECKING:
    from PIL.Image import Image

KINDS = ("PNG", "JPEG", "WEBP", "TIFF", "GIF", "BMP")
KNOWN = "PDF, PNG, JPEG, WebP, TIFF, GIF, BMP"
DENSITIES = (150, 300)
"""dots an inch at which a page of a PDF is looked at, one after the other"""
INCH = 72
"""points"""
PAGES = 2000
"""of one file that are looked at"""
SMALL = 4_000_000
"""pixels of a picture that is looked at again, twice as large and sharpened"""
DAMAGED = (OSError, ValueError, SyntaxError, TypeError, LookupError, ArithmeticError, EOFError)
"""what Pillow raises of a picture that is cut off or damaged: found by trying thousands of them"""


def codes(file: Path, progress: Callable[[int, int], None] = lambda done, of: None) -> list[str]:
    """What the certificates' codes in a file say, each once, page by page; `progress` is told how
    many pages of how many.

    Refuses FileMissing, FileUnreadable, FileKind, PictureBroken, PictureLocked (it has a password),
    PictureTooLarge, NoCode.
    """
    if file.is_dir():
        raise _other_kind(file)
    try:
        with file.open("rb") as stream:
            begun = stream.read(1024)
    except FileNotFoundError as error:
        raise Refusal("FileMissing", file=str(file)) from error
    except OSError as error:
        raise Refusal("FileUnreadable", file=str(file), why=error.strerror or "") from error
    if not begun:
        raise Refusal("PictureBroken", file=str(file))
    found: dict[str, None] = {}
    for done, of, seen in (_in_pdf if b"%PDF-" in begun else _in_picture)(file):
        found |= dict.fromkeys(filter(verification.is_code, seen))
        progress(done, of)
    if not found:
        raise Refusal("NoCode", file=str(file))
    return list(found)


def _in_picture(file: Path) -> Iterator[tuple[int, int, list[str]]]:
    from PIL import Image, ImageSequence, UnidentifiedImageError

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            with Image.open(file, formats=KINDS) as picture:
                of = getattr(picture, "n_frames", 1)
                for done, each in enumerate(islice(ImageSequence.Iterator(picture), PAGES), 1):
                    grey = _on_paper(each)
                    yield done, of, _read(grey) or _read_again(grey)
        except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
            raise Refusal("PictureTooLarge", file=str(file)) from error
        except UnidentifiedImageError as error:
            raise _other_kind(file) from error
        except DAMAGED as error:
            raise Refusal("PictureBroken", file=str(file)) from error


def _in_pdf(file: Path) -> Iterator[tuple[int, int, list[str]]]:
    from PIL.Image import MAX_IMAGE_PIXELS
    from pypdfium2 import PdfDocument, PdfiumError

    try:
        with closing(PdfDocument(file)) as pdf:
            for number in range(min(len(pdf), PAGES)):
                page, seen = pdf[number], list[str]()
                wide, high = page.get_size()
                fits = [
                    dots / INCH
                    for dots in DENSITIES
                    if wide * high * (dots / INCH) ** 2 <= (MAX_IMAGE_PIXELS or 0)
                ]
                if not fits:
                    raise Refusal("PictureTooLarge", file=str(file))
                for share in fits:
                    seen = seen or _read(page.render(scale=share, grayscale=True).to_pil())
                yield number + 1, len(pdf), seen
    except PdfiumError as error:
        if "password" in str(error).lower():
            raise Refusal("PictureLocked", file=str(file)) from error
        raise Refusal("PictureBroken", file=str(file)) from error


def _other_kind(file: Path) -> Refusal:
    return Refusal("FileKind", file=str(file), kinds=KNOWN)


def _on_paper(picture: "Image") -> "Image":
    """In grey, and white where it is transparent."""
    from PIL import Image

    if not picture.has_transparency_data:
        return picture.convert("L")
    seen, paper = picture.convert("LA"), Image.new("L", picture.size, 255)
    paper.paste(seen.getchannel("L"), mask=seen.getchannel("A"))
    return paper


def _read_again(picture: "Image") -> list[str]:
    """Of a code that is small, or not sharp."""
    from PIL import ImageFilter
    from PIL.Image import Resampling

    wide, high = picture.size
    if wide * high > SMALL:
        return []
    large = picture.resize((wide * 2, high * 2), Resampling.BICUBIC)
    return _read(large.filter(ImageFilter.UnsharpMask(4, 300, 0)))


def _read(picture: "Image") -> list[str]:
    import zxingcpp

    qr = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
    return [each.text for each in zxingcpp.read_barcodes(picture, formats=qr)]
