"""A clock as the interface tells it, for the OpenAPI document; a test reads the same off a real case."""

from typing import Any

CLOCK_EXAMPLE: dict[str, Any] = {
    "reference": "BRK-26-7K3F-9Q2X-W",
    "service": "kiosque",
    "unit": "annexe-ahfir",
    "at": "2026-03-21",
    "state": "suspended",
    "law": "55-19",
    "days": 60,
    "extension": 0,
    "filed_on": "2026-03-02",
    "complete_on": "2026-03-02",
    "due_on": None,
    "half_ends_on": None,
    "used": 9,
    "left": 51,
    "suspended_since": "2026-03-12",
    "suspended_for": "information",
    "silent_on": None,
    "decided_on": None,
    "citizen_due_on": None,
    "flaw": None,
    "allowed": [
        {"act": "information", "open": False, "until": None, "article": "55-19/14", "why": "suspended"},
        {"act": "replacement", "open": False, "until": None, "article": "55-19/10", "why": "suspended"},
        {"act": "originals", "open": False, "until": None, "article": "55-19/7", "why": "suspended"},
        {"act": "extension", "open": False, "until": None, "article": "55-19/17", "why": "suspended"},
    ],
    "steps": [
        {
            "key": "complete",
            "article": "55-19/16",
            "params": {"on": "2026-03-02", "days": 60},
            "text": {
                "ar": "اكتمل الملف يوم الاثنين 2 مارس 2026، وهو يوم لا يحتسب. مدة الأجل: 60 يوما.",
                "fr": "Le dossier est devenu complet le lundi 2 mars 2026, jour qui ne compte pas. "
                "Durée du délai\xa0: 60 jours.",
            },
        },
        {
            "key": "counted",
            "article": "55-19/31",
            "params": {"start": "2026-03-03", "end": "2026-03-11", "days": 9},
            "text": {
                "ar": "المدة المحتسبة من الثلاثاء 3 مارس 2026 إلى الأربعاء 11 مارس 2026: 9 أيام.",
                "fr": "Durée comptée du mardi 3 mars 2026 au mercredi 11 mars 2026\xa0: 9 jours.",
            },
        },
        {
            "key": "suspended",
            "article": "55-19/14",
            "params": {"on": "2026-03-12"},
            "text": {
                "ar": "طُلبت معلومات تكميلية يوم الخميس 12 مارس 2026: يتوقف الأجل ابتداء من هذا اليوم.",
                "fr": "Des informations complémentaires ont été demandées le jeudi 12 mars 2026\xa0: le "
                "délai est suspendu à partir de ce jour.",
            },
        },
        {
            "key": "open_suspension",
            "article": "55-19/14",
            "params": {"on": "2026-03-12", "left": 51},
            "text": {
                "ar": "ما زال الجواب منتظرا. الأيام المتبقية بعد وروده: 51 يوما.",
                "fr": "La réponse est encore attendue. Durée restante une fois qu’elle sera arrivée : 51 jours.",
            },
        },
    ],
    "links": {
        "self": "https://portal.example/api/v1/cases/BRK-26-7K3F-9Q2X-W",
        "events": "https://portal.example/api/v1/cases/BRK-26-7K3F-9Q2X-W/events",
        "clock": "https://portal.example/api/v1/cases/BRK-26-7K3F-9Q2X-W/clock",
    },
}
