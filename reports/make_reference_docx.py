"""Make ``reference.docx``, the Word template of the report, from Pandoc's own default.

Run it by hand after changing a style and commit the result; it is not needed to build a report::

    python reports/make_reference_docx.py

Page geometry follows GB/T 9704-2012: A4, top margin 37 mm, left margin 28 mm, type area 156 mm × 225 mm.
Fonts are named, not embedded: Word takes the first that a machine has; each is a standard Chinese face of Word.
"""

from __future__ import annotations

import io
import subprocess
import zipfile
from pathlib import Path

import docx
import pypandoc
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor

TARGET = Path(__file__).with_name("reference.docx")

PAGE_WIDTH, PAGE_HEIGHT = Mm(210), Mm(297)
TOP, LEFT, TYPE_WIDTH, TYPE_HEIGHT = Mm(37), Mm(28), Mm(156), Mm(225)

SERIF = ("Times New Roman", "宋体")
SANS = ("Arial", "黑体")
OFFICIAL = ("Times New Roman", "仿宋")

INK, MUTED, ACCENT = RGBColor(0x1F, 0x29, 0x33), RGBColor(0x5F, 0x6B, 0x7A), RGBColor(0x1F, 0x4E, 0x8C)
GOOD, WAY, RISK = RGBColor(0x00, 0x63, 0x4B), RGBColor(0x1F, 0x5F, 0xA8), RGBColor(0x98, 0x5C, 0x00)
BAD, MISSED = RGBColor(0xA3, 0x32, 0x1F), RGBColor(0x7A, 0x1F, 0x2B)

# Two characters, as Chinese paragraphs begin; the renderer takes it out of reports in other languages.
FIRST_LINE = Pt(24)

# An invisible mark in the footer's notice paragraph; the renderer replaces it (see rendering/word.py).
FOOTER_MARK = "\u2063"

# Of ISO/IEC 29500, as far as they are used here.
PROPERTY_ORDER = (
    *("pStyle", "keepNext", "keepLines", "pageBreakBefore", "widowControl", "numPr", "pBdr", "shd", "tabs"),
    *("wordWrap", "snapToGrid", "spacing", "ind", "contextualSpacing", "jc", "textAlignment", "outlineLvl", "rPr"),
)

ZIP_TIME = (1980, 1, 1, 0, 0, 0)


def main() -> None:
    """Write the template beside this script."""
    document = docx.Document(io.BytesIO(default_reference()))
    set_page(document)
    set_defaults(document)
    set_paragraph_styles(document)
    set_callouts(document)
    set_character_styles(document)
    set_table_style(document)
    set_header_and_footer(document)
    for style in document.styles:
        sort_properties(style.element)
    document.core_properties.author = ""
    document.core_properties.title = ""
    save(document)


def default_reference() -> bytes:
    """Pandoc's default reference document."""
    program = Path(pypandoc.__file__).parent / "files" / "pandoc"
    command = [str(program), "--print-default-data-file", "reference.docx"]
    return subprocess.run(command, capture_output=True, check=True).stdout


def set_page(document) -> None:
    """GB/T 9704-2012 page geometry."""
    section = document.sections[0]
    section.page_width, section.page_height = PAGE_WIDTH, PAGE_HEIGHT
    section.top_margin, section.left_margin = TOP, LEFT
    section.right_margin = PAGE_WIDTH - LEFT - TYPE_WIDTH
    section.bottom_margin = PAGE_HEIGHT - TOP - TYPE_HEIGHT
    section.header_distance, section.footer_distance = Mm(22), Mm(18)


def set_fonts(style, faces: tuple[str, str], size: float, colour: RGBColor = INK, bold: bool = False) -> None:
    """Latin and Chinese face, size in points, colour and weight of a style."""
    latin, chinese = faces
    style.font.name, style.font.size, style.font.bold, style.font.italic = latin, Pt(size), bold, False
    style.font.color.rgb = colour
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    fonts.set(qn("w:eastAsia"), chinese)
    fonts.set(qn("w:hAnsi"), latin)
    fonts.set(qn("w:cs"), latin)


def set_space(style, before: float, after: float, line: float, keep: bool = False) -> None:
    """Space around a paragraph in points, line spacing as a factor, keep with the next paragraph."""
    layout = style.paragraph_format
    layout.space_before, layout.space_after, layout.line_spacing = Pt(before), Pt(after), line
    layout.keep_with_next = keep


def sort_properties(style) -> None:
    """Put a style's paragraph properties into the order of the standard; Word refuses files that do not keep it."""
    properties = style.find(qn("w:pPr"))
    if properties is not None:
        properties[:] = sorted(properties, key=lambda child: PROPERTY_ORDER.index(child.tag.partition("}")[2]))


def set_defaults(document) -> None:
    """Language and fonts of everything that no style changes."""
    defaults = document.styles.element.find(qn("w:docDefaults"))
    properties = defaults.find(qn("w:rPrDefault")).find(qn("w:rPr"))
    for child in list(properties):
        properties.remove(child)
    properties.append(
        parse_xml(
            f'<w:rFonts {nsdecls("w")} w:ascii="Times New Roman" w:hAnsi="Times New Roman" '
            'w:eastAsia="宋体" w:cs="Times New Roman"/>'
        )
    )
    properties.append(parse_xml(f'<w:sz {nsdecls("w")} w:val="24"/>'))
    properties.append(parse_xml(f'<w:lang {nsdecls("w")} w:val="en-US" w:eastAsia="zh-CN" w:bidi="ar-SA"/>'))


def style_named(document, name: str, base: str = "Body Text", kind=WD_STYLE_TYPE.PARAGRAPH):
    """An existing style, or a new one based on another."""
    if name in [style.name for style in document.styles]:
        return document.styles[name]
    style = document.styles.add_style(name, kind)
    if kind == WD_STYLE_TYPE.PARAGRAPH:
        style.base_style = document.styles[base]
        style.paragraph_format.first_line_indent = 0
    style.quick_style = True
    return style


def set_paragraph_styles(document) -> None:
    """Title, headings, text, captions, contents."""
    set_fonts(document.styles["Normal"], SERIF, 12)
    for name in ("Body Text", "First Paragraph"):
        style = document.styles[name]
        set_fonts(style, SERIF, 12)
        set_space(style, 0, 6, 1.5)
        style.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
        style.paragraph_format.first_line_indent = FIRST_LINE
    set_fonts(document.styles["Compact"], SERIF, 9)
    set_space(document.styles["Compact"], 1, 1, 1.1)
    document.styles["Compact"].paragraph_format.first_line_indent = 0

    title, subtitle = document.styles["Title"], document.styles["Subtitle"]
    set_fonts(title, SANS, 20)
    set_space(title, 60, 12, 1.3)
    set_fonts(subtitle, SANS, 15, MUTED)
    set_space(subtitle, 0, 24, 1.3)
    for style in (title, subtitle):
        style.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for level, size in ((1, 18), (2, 15), (3, 13), (4, 12)):
        heading = document.styles[f"Heading {level}"]
        set_fonts(heading, SANS, size, ACCENT if level == 1 else INK)
        set_space(heading, 22 - 3 * level, 8, 1.3, keep=True)
        heading.paragraph_format.page_break_before = level == 1
    for name in ("Image Caption", "Table Caption"):
        caption = style_named(document, name, "Caption")
        set_fonts(caption, SANS, 10.5)
        is_table = name == "Table Caption"
        set_space(caption, 10 if is_table else 2, 4 if is_table else 12, 1.2, keep=is_table)
        caption.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.LEFT
    picture = style_named(document, "Captioned Figure")
    set_space(picture, 8, 2, 1.0, keep=True)
    set_fonts(style_named(document, "Source Note"), SANS, 9, MUTED)
    set_space(document.styles["Source Note"], 2, 10, 1.2)
    set_fonts(style_named(document, "Summary"), OFFICIAL, 13)
    set_space(document.styles["Summary"], 6, 10, 1.5)
    set_fonts(style_named(document, "Cover Fact"), OFFICIAL, 12)
    document.styles["Cover Fact"].paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    contents = style_named(document, "TOC Heading")
    set_fonts(contents, SANS, 16)
    contents.paragraph_format.page_break_before = True
    for level, indent in ((1, 0), (2, 8), (3, 16)):
        entry = style_named(document, f"toc {level}", "Normal")
        entry.element.set(qn("w:styleId"), f"TOC{level}")  # the name that Word itself gives it
        set_fonts(entry, SANS if level == 1 else SERIF, 10.5)
        set_space(entry, 4 if level == 1 else 0, 0, 1.0)
        entry.paragraph_format.line_spacing = Pt(15)
        entry.paragraph_format.left_indent = Mm(indent)
        entry.paragraph_format.tab_stops.add_tab_stop(TYPE_WIDTH, WD_TAB_ALIGNMENT.RIGHT, 1)
    for name in ("Header", "Footer"):
        set_fonts(style_named(document, name, "Normal"), SANS, 9, MUTED)
    set_fonts(style_named(document, "Source Code", "Normal"), ("Consolas", "宋体"), 9)


def shade(style, fill: str, line: str) -> None:
    """A tinted ground and a line at the left."""
    properties = style.element.get_or_add_pPr()
    border = parse_xml(
        f'<w:pBdr {nsdecls("w")}><w:left w:val="single" w:sz="24" w:space="8" w:color="{line}"/></w:pBdr>'
    )
    properties.append(border)
    properties.append(parse_xml(f'<w:shd {nsdecls("w")} w:val="clear" w:color="auto" w:fill="{fill}"/>'))
    style.paragraph_format.left_indent, style.paragraph_format.right_indent = Mm(5), Mm(2.5)


def set_callouts(document) -> None:
    """Notes and warnings, and the demonstration notice on the cover."""
    for name, fill, line, colour in (
        ("Callout", "F1F5FA", "1F4E8C", ACCENT),
        ("Callout Warning", "FBF6E7", "985C00", RISK),
    ):
        heading, body = style_named(document, f"{name} Title"), style_named(document, name)
        for style in (heading, body):
            shade(style, fill, line)
        set_fonts(heading, SANS, 11, colour)
        set_space(heading, 8, 0, 1.3, keep=True)
        set_fonts(body, SERIF, 11)
        set_space(body, 0, 12, 1.4)
        # Space below the box, not between its paragraphs.
        body.element.get_or_add_pPr().append(OxmlElement("w:contextualSpacing"))
    notice = style_named(document, "Demonstration Notice")
    shade(notice, "FBF6E7", "985C00")
    set_fonts(notice, SANS, 11, RISK)
    set_space(notice, 24, 24, 1.4)


def set_character_styles(document) -> None:
    """Status words in the colours of the other formats; quiet text."""
    colours = {
        "Status Met": GOOD,
        "Status On Track": WAY,
        "Status At Risk": RISK,
        "Status Off Track": BAD,
        "Status Missed": MISSED,
        "Status Not Assessed": MUTED,
        "Muted": MUTED,
    }
    for name, colour in colours.items():
        style = document.styles.add_style(name, WD_STYLE_TYPE.CHARACTER)
        style.font.color.rgb = colour
    for name in ("Hyperlink", "Section Number"):
        if name in [style.name for style in document.styles]:
            document.styles[name].font.color.rgb = ACCENT if name == "Hyperlink" else MUTED


def set_table_style(document) -> None:
    """Three-line tables whose rows stay whole when a page breaks."""
    element = document.styles["Table"].element
    for tag in ("w:tblPr", "w:tblStylePr", "w:trPr", "w:tcPr"):
        for child in element.findall(qn(tag)):
            element.remove(child)
    line = '<w:{edge} w:val="single" w:sz="{size}" w:space="0" w:color="{colour}"/>'
    borders = (
        line.format(edge="top", size=12, colour="1F2933")
        + line.format(edge="bottom", size=12, colour="1F2933")
        + line.format(edge="insideH", size=2, colour="C9D1D9")
    )
    margins = '<w:tblCellMar><w:left w:w="70" w:type="dxa"/><w:right w:w="70" w:type="dxa"/></w:tblCellMar>'
    table = f"<w:tblPr {nsdecls('w')}><w:tblBorders>{borders}</w:tblBorders>{margins}</w:tblPr>"
    element.append(parse_xml(table))
    element.append(parse_xml(f"<w:trPr {nsdecls('w')}><w:cantSplit/></w:trPr>"))
    head = (
        f'<w:tblStylePr {nsdecls("w")} w:type="firstRow">'
        '<w:rPr><w:rFonts w:ascii="Arial" w:hAnsi="Arial" w:eastAsia="黑体"/></w:rPr>'
        "<w:tcPr><w:tcBorders>" + line.format(edge="bottom", size=6, colour="1F2933") + "</w:tcBorders>"
        '<w:vAlign w:val="bottom"/></w:tcPr></w:tblStylePr>'
    )
    element.append(parse_xml(head))


def add_field(paragraph, instruction: str) -> None:
    """A Word field such as the page number."""
    for kind in ("begin", None, "end"):
        run = paragraph.add_run()
        if kind is None:
            text = OxmlElement("w:instrText")
            text.set(qn("xml:space"), "preserve")
            text.text = f" {instruction} "
            run._r.append(text)
        else:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
            run._r.append(mark)


def set_header_and_footer(document) -> None:
    """The chapter's name above, the page number below, and room for the demonstration mark."""
    section = document.sections[0]
    header = section.header.paragraphs[0]
    header.style = document.styles["Header"]
    header.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    add_field(header, 'STYLEREF "Heading 1"')
    footer = section.footer.paragraphs[0]
    footer.style = document.styles["Footer"]
    footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
    add_field(footer, "PAGE")
    footer.add_run(" / ")
    add_field(footer, "NUMPAGES")
    notice = section.footer.add_paragraph(style=document.styles["Footer"])
    notice.alignment = WD_ALIGN_PARAGRAPH.CENTER
    notice.add_run(FOOTER_MARK).font.color.rgb = RISK


def save(document) -> None:
    """Write the file with fixed time stamps, so that the same script gives the same bytes."""
    buffer = io.BytesIO()
    document.save(buffer)
    with zipfile.ZipFile(buffer) as source, zipfile.ZipFile(TARGET, "w", zipfile.ZIP_DEFLATED) as target:
        for name in sorted(source.namelist()):
            target.writestr(zipfile.ZipInfo(name, ZIP_TIME), source.read(name), zipfile.ZIP_DEFLATED)


if __name__ == "__main__":
    main()
