"""How colours look to other eyes: simulated colour blindness, lightness in a grey print, contrast."""

from __future__ import annotations

import numpy as np
from matplotlib.colors import to_rgb

# Machado, Oliveira and Fernandes (2009), severity 1.0, for linear RGB.
DEFICIENCIES = {
    "none": np.eye(3),
    "protan": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deutan": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritan": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}
# sRGB to XYZ, and the white point D65.
_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)
_WHITE = np.array([0.95047, 1.0, 1.08883])


def linear(colour: str) -> np.ndarray:
    """Linear light of an sRGB colour."""
    channels = np.array(to_rgb(colour))
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def lab(colour: str, deficiency: str = "none") -> np.ndarray:
    """CIELAB of a colour as seen with a deficiency."""
    seen = np.clip(DEFICIENCIES[deficiency] @ linear(colour), 0, 1)
    ratio = _XYZ @ seen / _WHITE
    root = np.where(ratio > 216 / 24389, np.cbrt(ratio), (24389 / 27 * ratio + 16) / 116)
    return np.array([116 * root[1] - 16, 500 * (root[0] - root[1]), 200 * (root[1] - root[2])])


def distance(first: str, second: str, deficiency: str = "none") -> float:
    """CIELAB difference (ΔE*ab, 1976) of two colours as seen with a deficiency; 2.3 is just noticeable."""
    return float(np.linalg.norm(lab(first, deficiency) - lab(second, deficiency)))


def lightness(colour: str) -> float:
    """L* of a colour, which is what a grey print leaves of it."""
    return float(lab(colour)[0])


def contrast(text: str, ground: str) -> float:
    """Contrast ratio of WCAG 2, 1 to 21."""
    light, dark = sorted((float(_XYZ[1] @ linear(colour)) for colour in (text, ground)), reverse=True)
    return (light + 0.05) / (dark + 0.05)
