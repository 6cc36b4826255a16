"""The pictures of docs/images: reports of the demo at desktop, on a phone and on paper.

`make screenshots` takes them anew. Colours are reduced to 256, which keeps each below 300 kB.
"""

import json
import subprocess
import sys
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from consilium.export.pdf import browser, pdf

IMAGES = Path(__file__).parents[1] / "docs" / "images"
CASE = "LUAD-01"
DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}
# Picture: file below results/, window, pixels of the screen per CSS pixel, what is done before.
SHOTS = {
    "report": (f"{CASE}/report.html", DESKTOP, 1, ""),
    "therapy": (f"{CASE}/report.html", DESKTOP, 1, "therapy"),
    "phone": (f"{CASE}/report.html", PHONE, 2, ""),
    "run": ("index.html", DESKTOP, 1, ""),
}
UNFOLD = """() => { const link = document.querySelector("#answer a[href^='#therapy']");
    const row = document.querySelector(link.hash);
    row.querySelector('details.trace').open = true; row.scrollIntoView(); }"""
DPI = 75  # of the printed page


def small(picture: bytes) -> bytes:
    """The same picture in at most 256 colours."""
    out = BytesIO()
    with Image.open(BytesIO(picture)) as image:
        reduced = image.convert("RGB").quantize(256, method=Image.Quantize.MEDIANCUT, dither=0)
        reduced.save(out, "PNG", optimize=True)
    return out.getvalue()


def shot(chromium: Browser, results: Path, name: str) -> bytes:
    """What a reader sees at first, or with the first therapy's trace unfolded."""
    file, window, scale, before = SHOTS[name]
    context = chromium.new_context(viewport=window, device_scale_factor=scale, is_mobile=scale > 1)
    page = context.new_page()
    page.goto((results / file).resolve().as_uri())
    if before == "therapy":
        page.evaluate(UNFOLD)
    picture: bytes = page.screenshot()
    context.close()
    return picture


def printed(results: Path) -> bytes:
    """The first two pages of the PDF beside each other."""
    document = json.loads((results / CASE / "report.json").read_text())
    page = (results / CASE / "report.html").read_text()
    with TemporaryDirectory() as folder:
        whole, stem = Path(folder, "report.pdf"), Path(folder, "page")
        whole.write_bytes(pdf(document, page))
        command = ["pdftoppm", "-png", "-r", str(DPI), "-f", "1", "-l", "2", whole, stem]
        subprocess.run(command, check=True)
        sheets = [
            Image.open(path).convert("RGB") for path in sorted(Path(folder).glob("page*.png"))
        ]
        gap = 12
        width = sum(sheet.width for sheet in sheets) + gap * (len(sheets) + 1)
        both = Image.new("RGB", (width, sheets[0].height + 2 * gap), "#B8C2CC")
        for number, sheet in enumerate(sheets):
            both.paste(sheet, (gap + number * (sheet.width + gap), gap))
    out = BytesIO()
    both.save(out, "PNG")
    return out.getvalue()


def main(results: Path) -> None:
    """Write every picture."""
    pictures = {"print": printed(results)}
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser(), args=["--no-sandbox"])
        for name in SHOTS:
            pictures[name] = shot(chromium, results, name)
        chromium.close()
    for name, picture in pictures.items():
        (IMAGES / f"{name}.png").write_bytes(small(picture))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
