"""What no administration may ask of a citizen, recognised by the words a designer would use. Data, for a jurist to amend."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from portal.catalogue.faults import Sentence

# Law 55-19, art. 4(8) and 7: nothing legalised, nothing certified.
CERTIFIED = re.compile(
    r"certified.cop|copies?.(?:\w+.)?certifi|certifi[ée]e?s?.conforme|conformes?.[àa]?.?l.?original|copies?.conformes?"
    r"|l[ée]galis|signatures?.certifi"
    r"|مطابقة?.للأصل|طبق.الأصل|مصادقا?.علي|مصادقة.على.(?:ال)?(?:إمضاء|توقيع)|مشهود.بمطابقت|مصححة?.الإمضاء|تصحيح.الإمضاء",
    re.IGNORECASE,
)
NEGATION = re.compile(r"\b(?:sans|pas|ni|aucune|inutile)\b|لا |دون |بدون |غير ", re.IGNORECASE)
# Law 04-20, art. 11: whoever has shown the CNIE needs none of these.
CIVIL_STATUS = frozenset(
    [
        "birth_certificate",
        "birth_act",
        "birth_extract",
        "residence_certificate",
        "life_certificate",
        "nationality_certificate",
        "acte_naissance",
        "extrait_naissance",
        "certificat_residence",
        "certificat_vie",
        "certificat_nationalite",
        "cnie",
        "cnie_copy",
        "copie_cnie",
    ]
)
CIVIL_STATUS_TITLES = re.compile(
    r"(?:acte|extrait|certificat|attestation).de.naissance"
    r"|(?:certificat|attestation).de.(?:r[ée]sidence|vie|nationalit[ée])"
    r"|copie.de.(?:la|votre|sa).(?:CNIE|CIN|carte.(?:d.identit[ée]|nationale))"
    r"|رسم.الولادة|عقد.الازدياد|شهادة.(?:السكنى|الحياة|الجنسية)"
    r"|نسخة.من.(?:ال)?بطاقت?[كةه]?.(?:ال)?(?:وطنية|تعريف)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class HeldElsewhere:
    """A document that an administration has: who holds it, and the words it goes by."""

    holder: Sentence
    words: re.Pattern[str]


def _held(holder: Sentence, words: str) -> HeldElsewhere:
    return HeldElsewhere(holder, re.compile(words, re.IGNORECASE))


# Law 55-19, art. 4(8) and 24: what another administration holds is fetched there, not asked of the citizen.
HELD: Mapping[str, HeldElsewhere] = {
    "criminal_record": _held(
        Sentence("the Ministry of Justice or the police (DGSN)"),
        r"casier.judiciaire|fiche.anthropom[ée]trique|السجل.العدلي|حسن.السيرة|الأنتروبومترية",
    ),
    "population_register": _held(
        Sentence("the National Population Register (RNP)"),
        r"\b(?:attestation|certificat|preuve|justificatif).*(?:\bRNP\b|registre.national.de.la.population)"
        r"|(?:شهادة|وصل|ما يثبت).*السجل.الوطني.للسكان",
    ),
    "social_register": _held(
        Sentence("the Unified Social Register (RSU)"),
        r"\b(?:attestation|certificat|preuve|justificatif).*(?:\bRSU\b|registre.social.unifi[ée])"
        r"|(?:شهادة|وصل|ما يثبت).*السجل.الاجتماعي.الموحد",
    ),
    "land_register": _held(
        Sentence("the land registry (ANCFCC)"),
        r"certificat.de.propri[ée]t[ée]|certificat.foncier|\bANCFCC\b|conservation.fonci[èe]re"
        r"|شهادة.(?:ال)?ملكية|الوكالة.الوطنية.للمحافظة.العقارية|المحافظة.العقارية",
    ),
    "social_security": _held(
        Sentence("the CNSS"),
        r"(?:attestation|certificat|relev[ée]).*\b(?:CNSS|AMO|CNOPS)\b|شهادة.*(?:الضمان.الاجتماعي|التغطية.الصحية|التأمين.الإجباري)",
    ),
    "tax": _held(
        Sentence("the tax administration (DGI)"),
        r"(?:attestation|certificat|quitus|situation).(?:de.)?(?:r[ée]gularit[ée].)?fiscale?|attestation.(?:du|de).revenu"
        r"|attestation.de.non.imposition|شهادة.(?:ضريبية|الضريبة|جبائية|الدخل)|الوضعية.(?:الضريبية|الجبائية)",
    ),
    "trade_register": _held(
        Sentence("the trade register (OMPIC, the court)"),
        r"registre.d[ue].commerce|mod[èe]le.(?:7|j)\b|السجل.التجاري",
    ),
    "birth_record": _held(
        Sentence("the civil-status office"),
        r"(?:acte|extrait|copie.int[ée]grale).(?:d.acte.)?de.(?:naissance|mariage|d[ée]c[èe]s)|livret.de.famille.certifi",
    ),
}
"""The usual documents of other administrations, by a name of ours."""


def held_elsewhere(title: str) -> HeldElsewhere | None:
    """Which administration holds a document of that title, None where no usual one is recognised."""
    return next((held for held in HELD.values() if held.words.search(title)), None)
