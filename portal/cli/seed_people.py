"""The demonstration's people: who works at its counters, and the citizens that its cases speak of. All are invented."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from portal.domain.case import Person
from portal.domain.service import Role

PASSWORD = "shubbak-demo-2026"  # noqa: S105  Shown to everybody: it opens nothing but a demonstration.


@dataclass(frozen=True)
class Employee:
    """An account of the demonstration's staff."""

    login: str
    name_ar: str
    name_fr: str
    unit: str
    role: Role

    def name(self, language: str) -> str:
        return self.name_ar if language == "ar" else self.name_fr


EMPLOYEES = (
    Employee("clerk.annexe1", "نجاة الحموتي", "Najat El Hammouti", "annexe-berkane-1", Role.CLERK),
    Employee("agent.annexe1", "رشيد المنصوري", "Rachid El Mansouri", "annexe-berkane-1", Role.AGENT),
    Employee("chief.annexe1", "عبد الحق الزروالي", "Abdelhak Zerouali", "annexe-berkane-1", Role.CHIEF),
    Employee("clerk.annexe2", "حنان البقالي", "Hanane El Bekkali", "annexe-berkane-2", Role.CLERK),
    Employee("agent.annexe2", "سميرة بوجمعة", "Samira Boujemaa", "annexe-berkane-2", Role.AGENT),
    Employee("chief.annexe2", "مصطفى لخضر", "Mustapha Lakhdar", "annexe-berkane-2", Role.CHIEF),
    Employee("clerk.tafoughalt", "يونس أزناي", "Younes Aznay", "caidat-tafoughalt", Role.CLERK),
    Employee("agent.tafoughalt", "لطيفة ورياشي", "Latifa Ouriachi", "caidat-tafoughalt", Role.AGENT),
    Employee("chief.tafoughalt", "إدريس الفاسي", "Driss El Fassi", "caidat-tafoughalt", Role.CHIEF),
    Employee("clerk.social", "مريم التازي", "Meryem Tazi", "centre-social-berkane", Role.CLERK),
    Employee("agent.social", "كريمة الوالي", "Karima El Ouali", "centre-social-berkane", Role.AGENT),
    Employee("chief.social", "عمر الشرقاوي", "Omar Cherkaoui", "centre-social-berkane", Role.CHIEF),
    Employee("clerk.commune", "هشام الراضي", "Hicham Radi", "commune-berkane", Role.CLERK),
    Employee("agent.commune", "سعاد بنعمر", "Souad Benomar", "commune-berkane", Role.AGENT),
    Employee("chief.commune", "جمال الطاهري", "Jamal Tahiri", "commune-berkane", Role.CHIEF),
    Employee("clerk.province", "فدوى المريني", "Fadoua El Merini", "province-berkane", Role.CLERK),
    Employee("agent.province", "توفيق الإدريسي", "Taoufik El Idrissi", "province-berkane", Role.AGENT),
    Employee("chief.province", "نادية السقاط", "Nadia Sekkat", "province-berkane", Role.CHIEF),
    Employee("member1.province", "محمد بورقية", "Mohammed Bourkia", "province-berkane", Role.COMMITTEE),
    Employee("member2.province", "خديجة العمراني", "Khadija El Amrani", "province-berkane", Role.COMMITTEE),
    Employee("member3.province", "سعيد قدوري", "Said Kaddouri", "province-berkane", Role.COMMITTEE),
    Employee(
        "general.province", "عبد الإله الودغيري", "Abdelilah Ouadghiri", "province-berkane", Role.SECRETARY_GENERAL
    ),
    Employee("agent.mediateur", "سكينة الإسماعيلي", "Soukaina El Ismaili", "mediateur-oriental", Role.AGENT),
    Employee("chief.mediateur", "عبد الكريم بنسالم", "Abdelkrim Bensalem", "mediateur-oriental", Role.CHIEF),
    Employee("designer.province", "إلهام بنشقرون", "Ilham Benchekroun", "province-berkane", Role.DESIGNER),
    Employee("admin.province", "زهير بنموسى", "Zouhair Benmoussa", "province-berkane", Role.ADMIN),
    Employee("publisher.province", "عبد اللطيف السباعي", "Abdellatif Sebai", "province-berkane", Role.PUBLISHER),
)

WOMEN = (
    ("زينب", "Zineb"),
    ("حليمة", "Halima"),
    ("إيمان", "Imane"),
    ("نادية", "Nadia"),
    ("سناء", "Sanae"),
    ("رقية", "Rkia"),
    ("هاجر", "Hajar"),
    ("بشرى", "Bouchra"),
    ("مليكة", "Malika"),
    ("أسماء", "Asmae"),
    ("يامنة", "Yamna"),
    ("وفاء", "Wafae"),
)
MEN = (
    ("عبد القادر", "Abdelkader"),
    ("يوسف", "Youssef"),
    ("محمد", "Mohammed"),
    ("بوشتى", "Bouchta"),
    ("إسماعيل", "Ismail"),
    ("عبد الرحيم", "Abderrahim"),
    ("سفيان", "Soufiane"),
    ("ميمون", "Mimoun"),
    ("خالد", "Khalid"),
    ("أنس", "Anas"),
    ("المختار", "El Mokhtar"),
    ("نور الدين", "Noureddine"),
)
FAMILIES = (
    ("الورطاسي", "Ouartassi"),
    ("بلحاج", "Belhaj"),
    ("المرابط", "El Mrabet"),
    ("اليزناسني", "El Yaznasni"),
    ("بوشيخي", "Bouchikhi"),
    ("الحداد", "El Haddad"),
    ("عزوزي", "Azzouzi"),
    ("الصغير", "Essaghir"),
    ("قدوري", "Kaddouri"),
    ("البكاي", "El Bekkay"),
    ("رمضاني", "Ramdani"),
    ("المهدي", "El Mehdi"),
    ("بنيوسف", "Benyoussef"),
    ("الدرفوفي", "Derfoufi"),
    ("الجيلالي", "Jilali"),
    ("حمداوي", "Hamdaoui"),
)
STREETS = (
    ("زنقة ابن سينا", "Rue Ibn Sina"),
    ("زنقة الياسمين", "Rue Al Yassamine"),
    ("شارع الحسن الثاني", "Avenue Hassan II"),
    ("زنقة مولوية", "Rue Moulouya"),
    ("زنقة الزيتون", "Rue Zitoune"),
    ("شارع علال الفاسي", "Avenue Allal El Fassi"),
    ("زنقة تافوغالت", "Rue Tafoughalt"),
)
DOUARS = (
    ("دوار أولاد بوعزة", "Douar Ouled Bouazza"),
    ("دوار بني ميمون", "Douar Beni Mimoun"),
    ("دوار العين الحمراء", "Douar Aïn El Hamra"),
    ("دوار تغاسروت", "Douar Taghasrout"),
)


@dataclass(frozen=True)
class Relative:
    """Somebody for whom somebody else asks."""

    name_ar: str
    name_fr: str
    birth_date: date


class Crowd:
    """Gives invented citizens one after the other, no two of the same name; ``random`` makes them always the same."""

    def __init__(self, random: Random, today: date) -> None:
        self._random, self._today = random, today
        names = [(first, family) for first in (*WOMEN, *MEN) for family in FAMILIES]
        random.shuffle(names)
        self._names = iter(names)
        self._count = 0

    def citizen(
        self, place: str, language: str, ages: tuple[int, int], *, rural: bool, phone: bool = True, email: bool = True
    ) -> Person:
        """Somebody between two ages living at ``place``; without telephone or e-mail where she is said to have none."""
        self._count += 1
        first, family = next(self._names)
        number = self._random.randrange(20_000, 399_999)
        return Person(
            name_ar=f"{first[0]} {family[0]}",
            name_fr=f"{first[1]} {family[1]}",
            cnie=f"{self._random.choice(('F', 'FA', 'FB'))}{number}",
            birth_date=self._birth(*ages).isoformat(),
            # Nobody has these numbers and addresses: they are those of an example.
            phone=f"+2126000001{self._count:02d}" if phone else "",
            email=f"citoyen{self._count:02d}@example.org" if email else "",
            place=place,
            address=self._address(language, rural),
        )

    def relative(self, *, child: bool) -> Relative:
        """Somebody a citizen may ask for."""
        first, family = next(self._names)
        youngest, oldest = (3, 15) if child else (60, 88)
        return Relative(f"{first[0]} {family[0]}", f"{first[1]} {family[1]}", self._birth(youngest, oldest))

    def _birth(self, youngest: int, oldest: int) -> date:
        return self._today - timedelta(days=self._random.randrange(youngest * 366, oldest * 365))

    def _address(self, language: str, rural: bool) -> str:
        street = self._random.choice(DOUARS if rural else STREETS)[0 if language == "ar" else 1]
        house = self._random.randrange(1, 120)
        if rural:
            return street
        return f"{street}، رقم {house}" if language == "ar" else f"{house}, {street}"
