"""What the demonstration's citizens bring: sheets marked as specimens, and drawn photographs."""

import io
from functools import cache
from random import Random

from PIL import Image, ImageDraw, ImageFont, features

from portal.settings import ROOT

FONTS = ROOT / "static" / "fonts" / "documents"

TITLES = {
    "ownership": ("فاتورة الماء والكهرباء", "Facture d'eau et d'électricité"),
    "lease": ("عقد كراء", "Contrat de bail"),
    "host_undertaking": ("التزام بالإيواء", "Engagement d'hébergement"),
    "prescription": ("وصفة طبية", "Ordonnance médicale"),
    "disability_certificate": ("شهادة طبية", "Certificat médical de handicap"),
    "representation": ("وكالة", "Procuration"),
    "premises": ("عقد كراء محل", "Bail d'un local"),
    "statutes": ("النظام الأساسي لتعاونية", "Statuts d'une coopérative"),
    "quotes": ("عرض أثمان", "Devis"),
    "kinship": ("ما يثبت القرابة", "Preuve du lien de parenté"),
    "signatures": ("عريضة ولائحة التوقيعات", "Pétition et signatures"),
    "signed_text": ("عريضة جمعية", "Pétition d'une association"),
    "site_plan": ("تصميم المحل", "Plan des lieux"),
    "premises_right": ("عقد كراء محل", "Bail d'un local"),
    "equipment": ("وصف الآلات", "Description des machines"),
    "association": ("وصل إيداع ملف جمعية", "Récépissé de déclaration d'une association"),
}


def sheet(document: str, name_ar: str, name_fr: str, random: Random) -> bytes:
    """A page in PDF such as people bring: a title, whose it is, and lines of writing; marked as a specimen."""
    page = Image.new("L", (620, 877), 252)
    draw = ImageDraw.Draw(page)
    title_ar, title_fr = TITLES[document]
    _write(draw, 70, title_ar, 30, arabic=True)
    _write(draw, 120, title_fr, 24)
    _write(draw, 190, name_ar, 22, arabic=True)
    _write(draw, 225, name_fr, 20)
    for line in range(14):
        draw.line((70, 300 + line * 30, random.randrange(380, 550), 300 + line * 30), fill=150, width=3)
    draw.ellipse((240, 740, 380, 840), outline=120, width=4)
    _write(draw, 782, "SPECIMEN", 18)
    return _saved(page, "PDF")


def photograph(kind: str, random: Random) -> bytes:
    """A picture in JPEG of what a complaint is about: a dark street, rubbish or a hole in the road."""
    dark = kind == "lighting"
    sky, ground, road = ((22, 26, 44), (34, 34, 40), (48, 48, 54)) if dark else (
        (176, 205, 226), (196, 178, 146), (118, 116, 114)
    )  # fmt: skip
    picture = Image.new("RGB", (800, 600), sky)
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 360, 800, 600), fill=ground)
    draw.polygon([(300, 360), (500, 360), (760, 600), (40, 600)], fill=road)
    for house in range(5):
        left, top = house * 170 - 20, random.randrange(180, 260)
        wall = tuple(min(255, shade + random.randrange(8, 30)) for shade in ground)
        draw.rectangle((left, top, left + 150, 365), fill=wall)
    match kind:
        case "lighting":
            draw.line((600, 110, 600, 480), fill=(90, 90, 96), width=12)
            draw.line((600, 115, 520, 100), fill=(90, 90, 96), width=9)
            draw.ellipse((492, 90, 532, 112), fill=(62, 60, 58))
        case "waste":
            for _ in range(22):
                x, y, size = random.randrange(430, 700), random.randrange(380, 520), random.randrange(30, 70)
                shade = random.choice(((30, 30, 34), (60, 84, 130), (150, 60, 50), (210, 206, 196)))
                draw.ellipse((x, y, x + size, y + size * 3 // 4), fill=shade)
        case _:
            draw.ellipse((300, 450, 470, 530), fill=(58, 52, 48))
            draw.ellipse((330, 470, 450, 520), fill=(36, 32, 30))
    return _saved(picture, "JPEG")


def _write(draw: ImageDraw.ImageDraw, top: int, text: str, size: int, *, arabic: bool = False) -> None:
    # Without Raqm letters would stand apart and run the wrong way: better no Arabic than a broken one.
    if arabic and not features.check("raqm"):
        return
    font = _font("naskh-regular.ttf" if arabic else "guichet-regular.ttf", size)
    draw.text((310, top), text, font=font, fill=40, anchor="mt", direction="rtl" if arabic else None)


@cache
def _font(name: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(FONTS / name, size)


def _saved(image: Image.Image, kind: str) -> bytes:
    content = io.BytesIO()
    image.save(content, kind, quality=70)
    return content.getvalue()
