"""A plan whose every text tries to bring something into the report that does not belong there."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import yaml

# Each tries another way; none of these may do anything in any format.
ATTACKS = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(2)>",
    '[c](javascript:alert(3)){onclick="alert(4)"}',
    '<iframe src="http://evil.invalid/"></iframe>',
    "$x$ {{< include /etc/passwd >}} `a`{=html} ![p](http://evil.invalid/p.png)",
    "| @fig-x ^a^ ~b~ https://evil.invalid [d](data:text/html;base64,PHNjcmlwdD4=)",
    "](data:image/svg+xml;base64,PHN2Zy8+) --> ]]> #let x = read(\\ \\",
)
ATTACK = " ".join(ATTACKS)
COMMENT = f"""\
---
author: 张三
date: 2025-03-04
---
{ATTACK}

# 标题 {{#sec-summary}}

<div onclick='alert(5)' style="position:fixed">

- {ATTACK}

```{{=html}}
<script>alert(6)</script>
```

::: {{.callout-note onclick="alert(7)"}}
x
:::

| a | b |
|---|---|
| <svg onload=alert(8)> | [x] |

[x]: javascript:alert(9)

<javascript:alert(10)> [好](https://example.org/?a=1&b="x)
"""
LOGO = """\
<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 120 40"
onload="alert(11)">
<script>alert(12)</script><style>@import url(http://evil.invalid/a.css);</style>
<rect width="120" height="40" fill="#1f4e8c"/>
<circle cx="20" cy="20" r="12" fill="url(http://evil.invalid/#a)" stroke="#fff" onclick="alert(13)"/>
<image href="http://evil.invalid/a.png" width="10" height="10"/><use xlink:href="http://evil.invalid/b.svg#c"/>
<a xlink:href="javascript:alert(14)"><path d="M40 10h60v20h-60z" fill="#fff"/></a>
<foreignObject><iframe xmlns="http://www.w3.org/1999/xhtml" src="http://evil.invalid/"/></foreignObject>
</svg>
"""
FILE = 'values <b onclick=alert(16)> {{< x >}} `a` $x$ [c](javascript:x) | @fig-x ".csv'
COVER = {
    "title": "报告",
    "subtitle": f"{ATTACKS[0]} $x$ *a*",
    "issuer": f"某市{ATTACKS[1]}",
    "prepared_by": "[a](javascript:alert(15))",
    "number": "〔一〕号",
    "logo": "logo.svg",
}
COMMENTED = ("summary", "targets", "preface", "goals", "energy_intensity", "sewage_rate", "data", "methods", "projects")


def hostile_plan(plan: Path) -> Path:
    """Poison a copy of the smallest plan: plan, sources, values, comments, cover and logo."""
    content = yaml.safe_load((plan / "plan.yaml").read_text(encoding="utf-8"))
    # So that the delivered file is still understood.
    for region in content["regions"]:
        region.setdefault("aliases", []).append(region["name"]["zh"])
    for indicator in content["indicators"]:
        indicator.setdefault("labels", []).append(indicator["title"]["zh"])
    (plan / "plan.yaml").write_text(yaml.safe_dump(_poisoned(content), allow_unicode=True), encoding="utf-8")
    with (plan / "sources.csv").open(encoding="utf-8-sig", newline="") as file:
        head, *rows = csv.reader(file)
    with (plan / "sources.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([head, *([FILE, row[1] + ATTACK, row[2] + ATTACK, *row[3:]] for row in rows)])
    (plan / "observations" / rows[0][0]).rename(plan / "observations" / FILE)
    (plan / "comments").mkdir()
    for name in COMMENTED:
        (plan / "comments" / f"{name}.md").write_text(COMMENT, encoding="utf-8")
    (plan / "cover.yaml").write_text(yaml.safe_dump(COVER, allow_unicode=True), encoding="utf-8")
    (plan / "logo.svg").write_text(LOGO, encoding="utf-8")
    return plan


def _poisoned(value: Any, key: str = "") -> Any:
    if isinstance(value, dict):
        return {name: _poisoned(item, name) for name, item in value.items()}
    if isinstance(value, list):
        return [_poisoned(item, key) for item in value]
    is_text = isinstance(value, str) and key in ("zh", "en", "quote", "translation", "wording")
    return value + ATTACK if is_text else value
