"""The few texts that belong to the page itself, whatever the service."""

from portal.domain.service import Text, text

KINGDOM = text("المملكة المغربية", "Royaume du Maroc")
REFERENCE = text("المرجع", "Référence")
NUMBER = text("الرقم", "Numéro")
ISSUED_ON = text("حرر بتاريخ", "Établi le")
EXPIRES_ON = text("صالح إلى غاية", "Valable jusqu’au")

SECRET_TITLE = text("الرمز السري لتتبع الملف", "Code secret de suivi")
SECRET_HELP = text(
    "لتتبع ملفك دون حساب، أدخل المرجع وهذا الرمز في الصفحة {url}. لا تطلع عليه أحدا.",
    "Pour suivre votre dossier sans compte, saisissez la référence et ce code sur {url}. Ne le communiquez à personne.",
)

SIGNED = text("وثيقة موقعة إلكترونيا", "Document signé électroniquement")
SIGNED_ON = text("وقع إلكترونيا بتاريخ", "Signé électroniquement le")
SEALED_BY = text("الجهة التي ختمتها: {authority}، {province}.", "Cachet apposé par : {authority}, {province}.")
VERIFY_HELP = text(
    "للتحقق من هذه الوثيقة، امسح الرمز المربع، أو أدخل الرمز المكتوب تحته في الصفحة {url}. "
    "احتفظ بملف PDF الأصلي: فهو الذي يحمل التوقيع.",
    "Pour vérifier ce document, scannez le code carré, ou saisissez le code écrit dessous sur {url}. "
    "Conservez le fichier PDF d’origine : c’est lui qui porte la signature.",
)
CODE = text("رمز التحقق", "Code de vérification")
QR_MEANING = text("رمز مربع للتحقق من الوثيقة", "Code carré de vérification")
LINK_MEANING = text("فتح صفحة التحقق من هذه الوثيقة", "Ouvrir la page de vérification de ce document")

DATA_MEANING = text(
    "معطيات هذه الوثيقة كما تقرؤها الآلات (JSON)", "Données de ce document, lisibles par une machine (JSON)"
)

EVERY_WORD: dict[str, Text] = {
    "kingdom": KINGDOM,
    "reference": REFERENCE,
    "number": NUMBER,
    "issued_on": ISSUED_ON,
    "expires_on": EXPIRES_ON,
    "secret_title": SECRET_TITLE,
    "signed": SIGNED,
    "signed_on": SIGNED_ON,
    "code": CODE,
    "qr_meaning": QR_MEANING,
    "link_meaning": LINK_MEANING,
}
