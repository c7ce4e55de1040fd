"""Take the pictures of docs/gallery from a finished report.

Run ``python docs/make_gallery.py reports/output/<plan>/<year>/report-demo``, the report's files without their endings.
Needs Chromium and the program pdftoppm (Debian: chromium, poppler-utils).
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import matplotlib.image
import numpy as np
from playwright.sync_api import sync_playwright

GALLERY = Path(__file__).resolve().parent / "gallery"
PAGE_WIDTH = 620
PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1280, "height": 800}


def take(report: str) -> None:
    """Take every picture.

    Parameters
    ----------
    report : str
        Path of the report's files without their endings.
    """
    pdf = Path(f"{report}.pdf")
    pages = [_words(pdf, number) for number in range(1, 21)]
    summary = next(number for number, text in enumerate(pages, 1) if "\n1 " in f"\n{text}" and number > 2)
    section = next(number for number, text in enumerate(pages, 1) if "\n4.1 " in text and number > summary)
    _pages(pdf, [1], "cover")
    _pages(pdf, [summary, summary + 1], "summary")
    _pages(pdf, [section], "section")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for name, size, scheme in (("phone", PHONE, "light"), ("dark", DESKTOP, "dark")):
            page = browser.new_page(viewport=size, color_scheme=scheme)
            page.goto(Path(f"{report}.html").resolve().as_uri() + "#sec-summary")
            page.screenshot(path=GALLERY / f"{name}.png")
        browser.close()


def _words(pdf: Path, page: int) -> str:
    command = ["pdftotext", "-f", str(page), "-l", str(page), str(pdf), "-"]
    return subprocess.run(command, capture_output=True, check=True, text=True).stdout


def _pages(pdf: Path, numbers: list[int], name: str) -> None:
    """Pages side by side, with few shades of colour to keep the file small."""
    with tempfile.TemporaryDirectory() as place:
        pictures = []
        for number in numbers:
            target = Path(place) / str(number)
            size = ["-scale-to-x", str(PAGE_WIDTH), "-scale-to-y", "-1"]
            page = ["-f", str(number), "-l", str(number)]
            subprocess.run(["pdftoppm", "-png", "-singlefile", *size, *page, str(pdf), str(target)], check=True)
            picture = matplotlib.image.imread(target.with_suffix(".png"))[:, :, :3]
            picture[[0, -1], :] = picture[:, [0, -1]] = 0.8
            pictures.append(picture)
    matplotlib.image.imsave(GALLERY / f"{name}.png", np.round(np.hstack(pictures) * 31) / 31)


if __name__ == "__main__":
    take(sys.argv[1])
