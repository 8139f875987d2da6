"""Build the fonts in `paper/fonts` from their published packages: `python -m devkit.fonts`.

The packages are fetched by apt (of Debian 12) and npm, or put into `.local/fonts` by hand, and are checked by their
SHA-256. Each font is cut down to the letters of its own script, without hinting, so that the zip stays small. The same
packages give the same bytes. DejaVu Sans is kept as it was published and is not built here.
"""

from __future__ import annotations

import hashlib
import io
import lzma
import subprocess
import tarfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from fontTools import subset, unicodedata  # type: ignore[import-untyped]  # it comes without types
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]  # as above

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDER: Final = Path(__file__).parents[1] / "paper" / "fonts"
CACHE: Final = Path(__file__).parents[1] / ".local" / "fonts"

_SPACE: Final = {0x20}
_ALWAYS: Final = {0x20, 0x200C, 0x200D, 0x25CC}  # space, the two joiners, and the circle that carries a lone mark
_EAST_ASIAN: Final = (  # Han and its parts, kana, bopomofo, their punctuation, wide and narrow letters
    range(0x2E80, 0xA000),
    range(0xF900, 0xFB00),
    range(0xFE30, 0xFE50),
    range(0xFF00, 0xFFF0),
    range(0x1F200, 0x1F300),
    range(0x20000, 0x40000),
)
_COMMON: Final = frozenset({"Zyyy", "Zinh", "Zzzz", "Latn"})

# Scripts that have no Noto Sans.
_SERIFS: Final = ("Tibetan", "Ahom", "Dogra", "NyiakengPuachueHmong", "Yezidi")
# Large fonts of scripts that no name is written in, second designs, and fonts with their own subsets below.
_NOT_NEEDED: Final = (
    *("SignWriting", "Cuneiform", "EgyptianHieroglyphs", "AnatolianHieroglyphs"),
    *("AdlamUnjoined", "IndicSiyaqNumbers", "MayanNumerals", "Display", "Math", "Symbols", "Symbols2"),
    *(f"Tifinagh{style}" for style in ("APT", "Adrar", "AgrawImazighen", "Ahaggar", "Air", "Azawagh", "Ghat")),
    *(f"Tifinagh{style}" for style in ("Hawad", "RhissaIxa", "SIL", "Tawellemmet")),
)


@dataclass(frozen=True)
class FontArchive:
    """One published archive: its file's name, its SHA-256, and the command that fetches it."""

    file: str
    sha256: str
    command: tuple[str, ...]


def _debian(file: str, version: str, sha256: str) -> FontArchive:
    return FontArchive(file, sha256, ("apt-get", "download", f"{file.partition('_')[0]}={version}"))


def _npm(name: str, version: str, sha256: str) -> FontArchive:
    package = f"@expo-google-fonts/{name}@{version}"
    return FontArchive(f"expo-google-fonts-{name}-{version}.tgz", sha256, ("npm", "pack", "--silent", package))


NOTO: Final = _debian(
    "fonts-noto-core_20201225-1_all.deb",
    "20201225-1",
    "58f4f0bb6720f919f92096b3508e1412a0f1544424ade6c5b5bf1eb694dd64ba",
)
DROID: Final = _debian(
    "fonts-droid-fallback_1%3a6.0.1r16-1.1_all.deb",
    "1:6.0.1r16-1.1",
    "d2096d4edde128fedf6749be2dd204a5810210a6201126d99b8d412344f71056",
)
KOREAN: Final = _npm("noto-sans-kr", "0.4.3", "7614af529705ea48e8b76cb3b056b92db66b7625ef3fc97ce76366063df94d3f")
# Fonts for letters that the Han font lacks, in the order of choice: of Japan, of Hong Kong, and of China.
MORE_HAN: Final = {
    "NotoSansJP": _npm("noto-sans-jp", "0.4.3", "563ee80509692e2b2f42ceae6a0b82afecb90daa1b3d025bcebdf3d9120f43a3"),
    "NotoSansHK": _npm("noto-sans-hk", "0.4.3", "250f41901a7f04a3501b25d06db2c5c5b78632f3a9dd0719ce5a797324a8aeb7"),
    "NotoSansSC": _npm("noto-sans-sc", "0.4.3", "0d69d0f4971d2ff574e3d93cbc218dc950bf3f3f8f8e2c008d97687ed53aee59"),
}
EMOJI: Final = _npm("noto-emoji", "0.4.7", "6a25fd5a4da5bb34bbc2d300531bbf32de86afd866e119314d7e358f61a6104d")


def main() -> None:
    """Write every font and print its size."""
    FOLDER.mkdir(exist_ok=True)
    for name, content in built():
        (FOLDER / f"{name}.ttf").write_bytes(content)
        print(f"{len(content):>10,}  {name}")


def built() -> Iterator[tuple[str, bytes]]:
    """Yield each font's name and content."""
    yield from _noto(files(NOTO))
    droid = files(DROID)["DroidSansFallbackFull"]
    han = {code for code in letters(droid) if is_east_asian(code) and not is_korean(code)}
    yield "DroidSansFallback", cut(droid, han | _SPACE)
    yield "NotoSansKR", cut(files(KOREAN)["NotoSansKR_400Regular"], set(filter(is_korean, range(0x10000))) | _SPACE)
    for name, package in MORE_HAN.items():
        font = files(package)[f"{name}_400Regular"]
        more = {code for code in letters(font) - han if is_east_asian(code) and not is_korean(code)}
        yield name, cut(font, more | _SPACE)
        han |= more
    emoji = files(EMOJI)["NotoEmoji_400Regular"]
    yield "NotoEmoji", cut(emoji, letters(emoji) - _SPACE)  # its space is as wide as an emoji


def _noto(fonts: dict[str, bytes]) -> Iterator[tuple[str, bytes]]:
    """Yield the fonts of Noto: one for each script, then Latin, mathematical letters, and letters in circles."""
    scripts = {
        f"{family}{name}"
        for family, names in (("NotoSans", _names(fonts, "NotoSans")), ("NotoSerif", _SERIFS))
        for name in names
        if name and name not in _NOT_NEEDED
    }
    for name in sorted(scripts):
        font = fonts[f"{name}-Regular"]
        found = Counter(unicodedata.script(chr(code)) for code in letters(font))
        script = next(script for script, _ in found.most_common() if script not in _COMMON)
        own = {code for code in letters(font) if script in unicodedata.script_extension(chr(code))}
        yield name, cut(font, own | _ALWAYS)
    latin = fonts["NotoSans-Regular"]
    yield "NotoSans", cut(latin, letters(latin))
    yield "NotoSansMath", cut(fonts["NotoSansMath-Regular"], {*range(0x2100, 0x2150), *range(0x1D400, 0x1D800)})
    yield "NotoSansSymbols", cut(fonts["NotoSansSymbols-Regular"], letters(fonts["NotoSansSymbols-Regular"]))


def _names(fonts: dict[str, bytes], family: str) -> list[str]:
    """Return the names of the family's upright fonts, without the family."""
    ending = "-Regular"
    return [name[len(family) : -len(ending)] for name in fonts if name.startswith(family) and name.endswith(ending)]


def is_east_asian(code: int) -> bool:
    """Return True if the letter or mark belongs to Chinese, Japanese or Korean."""
    return is_korean(code) or any(code in block for block in _EAST_ASIAN)


def is_korean(code: int) -> bool:
    """Return True if this is a Hangul syllable or a part of one."""
    return bool(unicodedata.script(chr(code)) == "Hang")


def letters(font: bytes) -> set[int]:
    """Return the code points that the font shows."""
    return set(TTFont(io.BytesIO(font), lazy=True).getBestCmap())


def cut(font: bytes, codes: set[int]) -> bytes:
    """Return the font with these letters alone and all of their forms. Its copyright and licence stay in it."""
    options = subset.Options()
    options.layout_features = options.layout_scripts = ["*"]
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 7, 13, 14]
    options.hinting = options.glyph_names = options.recalc_timestamp = False
    options.notdef_outline = True
    options.drop_tables += ["DSIG", "vhea", "vmtx", "VORG"]
    made: Any = subset.load_font(io.BytesIO(font), options)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=codes)
    cutter.subset(made)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def files(package: FontArchive) -> dict[str, bytes]:
    """Return the package's fonts by name. Raises ValueError if its SHA-256 is not the expected one."""
    kept = CACHE / package.file
    if not kept.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        subprocess.run(package.command, cwd=CACHE, check=True)
    content = kept.read_bytes()
    if hashlib.sha256(content).hexdigest() != package.sha256:
        raise ValueError(f"{kept} is not the file of this SHA-256. Remove it and try again.")
    archive = _data(content) if kept.suffix == ".deb" else content
    with tarfile.open(fileobj=io.BytesIO(archive)) as inside:
        fonts = [member for member in inside if member.isfile() and member.name.endswith(".ttf")]
        return {Path(font.name).stem: opened.read() for font in fonts if (opened := inside.extractfile(font))}


def _data(deb: bytes) -> bytes:
    """Return the files of a Debian package, an `ar` archive, as an unpacked tar archive."""
    at = len(b"!<arch>\n")
    while at < len(deb):
        name, size = deb[at : at + 16].decode().strip(), int(deb[at + 48 : at + 58])
        if name.startswith("data.tar.xz"):
            return lzma.decompress(deb[at + 60 : at + 60 + size])
        at += 60 + size + size % 2
    raise ValueError("there is no data.tar.xz in this package")


if __name__ == "__main__":
    main()
