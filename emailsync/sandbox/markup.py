"""HTML of strangers made harmless: words and their looks stay, whatever loads, runs, sends or leads away goes."""

from __future__ import annotations

import re

import nh3

_TAGS = set(
    "a abbr address article aside b big blockquote br caption center cite code col colgroup dd del div dl dt em "
    "figcaption figure font footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li main nav ol p pre q s samp section "
    "small span strike strong sub sup table tbody td tfoot th thead tr tt u ul var wbr".split()
)
_WITH_CONTENT = set(
    "script style title noscript template svg math object embed iframe frame frameset select textarea audio video "
    "canvas applet".split()
)
_ATTRIBUTES = {
    "*": {"style", "align", "valign", "dir", "lang", "width", "height", "bgcolor", "color"},
    "img": {"src", "alt"},
    "table": {"border", "cellpadding", "cellspacing"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
    "font": {"face", "size"},
    "ol": {"start", "type"},
}
_LOOKS = set(
    "background background-color border border-bottom border-bottom-color border-bottom-style border-bottom-width "
    "border-collapse border-color border-left border-radius border-right border-spacing border-style border-top "
    "border-width box-sizing clear color direction display float font font-family font-size font-style font-weight "
    "height letter-spacing line-height list-style list-style-type margin margin-bottom margin-left margin-right "
    "margin-top max-height max-width min-height min-width mso-hide opacity overflow padding padding-bottom "
    "padding-left padding-right padding-top table-layout text-align text-decoration text-indent text-transform "
    "vertical-align visibility white-space width word-break word-spacing word-wrap overflow-wrap".split()
)
_PICTURE = re.compile(r"\s*data:image/(?:png|jpe?g|gif|webp);base64,", re.IGNORECASE)
_ADDRESS = re.compile(r"url\s*\([^)]*\)?", re.IGNORECASE)


def safe_html(html: str) -> str:
    """The HTML without scripts, forms, frames, styles that load something, remote pictures and working links."""
    return nh3.clean(
        html,
        tags=_TAGS,
        clean_content_tags=_WITH_CONTENT,
        attributes=_ATTRIBUTES,
        attribute_filter=_attribute,
        filter_style_properties=_LOOKS,
        url_schemes={"data"},
        link_rel=None,
    )


def _attribute(tag: str, name: str, value: str) -> str | None:
    if name == "src":
        return value if _PICTURE.match(value) else None
    if name == "style":
        # A backslash can spell `url` so that it is not found; nobody needs one for looks.
        return None if "\\" in value else _ADDRESS.sub("none", value)
    return value
