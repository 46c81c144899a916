"""The people who can sign in at the demonstration's identity provider. All are invented."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Child:
    """A child one of them may file for; the identity provider does not speak of children."""

    name_ar: str
    name_fr: str
    birth_date: str


@dataclass(frozen=True)
class Person:
    """One of the demonstration's citizens, as her identity card and her provider know her."""

    id: str
    name_ar: str
    name_fr: str
    gender: str
    birth_date: str
    cnie: str
    level: str
    commune: str
    commune_name_ar: str
    commune_name_fr: str
    address: str
    district: str = ""
    phone: str = ""
    email: str = ""
    story_ar: str = ""
    story_fr: str = ""
    children: tuple[Child, ...] = field(default=())

    def claims(self, scopes: Collection[str]) -> dict[str, Any]:
        """What the provider tells a client that was granted these scopes (OpenID Connect Core 1.0, section 5.4)."""
        told: dict[str, Any] = {"sub": self.id}
        if "profile" in scopes:
            told |= {
                "name": self.name_fr,
                "name#ar": self.name_ar,
                "name#fr": self.name_fr,
                "gender": self.gender,
                "birthdate": self.birth_date,
                "cnie": self.cnie,
            }
        if "email" in scopes and self.email:
            told |= {"email": self.email, "email_verified": True}
        if "phone" in scopes and self.phone:
            told |= {"phone_number": self.phone, "phone_number_verified": True}
        if "address" in scopes:
            told |= {
                "address": {"formatted": self.address, "locality": self.commune_name_fr, "country": "MA"},
                "commune_code": self.commune,
                "district_code": self.district,
            }
        return told


PERSONS = (
    Person(
        "fatima",
        "فاطمة الزهراء بنعلي",
        "Fatima Zahra Benali",
        "female",
        "1986-04-12",
        "FA112233",
        "substantial",
        "02.113.01.09",
        "بركان",
        "Berkane",
        "12، زنقة الليمون، حي السلام، بركان",
        district="hay-salam",
        phone="+212600000011",
        email="fatima.benali@example.org",
        story_ar="أم طفل في وضعية إعاقة، عمره تسع سنوات",
        story_fr="Mère d’un enfant de neuf ans en situation de handicap",
        children=(Child("ياسين اليعقوبي", "Yassine El Yaakoubi", "2017-09-03"),),
    ),
    Person(
        "amine",
        "محمد أمين السعيدي",
        "Mohammed Amine Saidi",
        "male",
        "1994-11-30",
        "FA204518",
        "substantial",
        "02.113.01.09",
        "بركان",
        "Berkane",
        "الرقم 7، شارع محمد الخامس، بركان",
        district="hay-hassani",
        phone="+212600000012",
        email="amine.saidi@example.org",
        story_ar="مكتر، يحتاج إلى شهادة السكنى",
        story_fr="Locataire, il lui faut un certificat de résidence",
    ),
    Person(
        "khadija",
        "خديجة أوشن",
        "Khadija Ouchen",
        "female",
        "1951-01-01",
        "F31077",
        "substantial",
        "02.113.05.17",
        "تافوغالت",
        "Tafoughalt",
        "دوار أولاد علي، تافوغالت",
        phone="+212600000013",
        story_ar="تسكن بالعالم القروي، ولا تتوفر إلا على الهاتف",
        story_fr="Vit à la campagne et n’est joignable que par téléphone",
    ),
    Person(
        "ahmed",
        "أحمد بوعزة",
        "Ahmed Bouazza",
        "male",
        "1978-07-19",
        "FB60921",
        "high",
        "02.113.01.01",
        "أحفير",
        "Ahfir",
        "24، حي المسيرة، أحفير",
        phone="+212600000014",
        email="ahmed.bouazza@example.org",
        story_ar="شخص في وضعية إعاقة، سجل دخوله ببطاقته الوطنية",
        story_fr="En situation de handicap, identifié par sa carte nationale",
    ),
    Person(
        "salma",
        "سلمى الإدريسي",
        "Salma El Idrissi",
        "female",
        "2003-02-26",
        "FA310045",
        "low",
        "02.113.01.25",
        "السعيدية",
        "Saidia",
        "إقامة النخيل، السعيدية",
        email="salma.elidrissi@example.org",
        story_ar="طالبة، مستوى التحقق من هويتها ضعيف",
        story_fr="Étudiante, identité vérifiée à un niveau faible",
    ),
    Person(
        "hassan",
        "الحسن أمزيان",
        "Lhassan Amziane",
        "male",
        "1969-09-08",
        "F48213",
        "substantial",
        "02.113.05.19",
        "زكزل",
        "Zegzel",
        "دوار تزاغين، زكزل",
        phone="+212600000016",
        story_ar="فلاح، يتتبع ملفاته بالرسائل القصيرة",
        story_fr="Agriculteur, il suit ses dossiers par SMS",
    ),
)

BY_ID = {person.id: person for person in PERSONS}
