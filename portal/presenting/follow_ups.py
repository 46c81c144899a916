"""What a partner's usual follow-up statuses are called for the applicant; any other comes with its own label."""

from collections.abc import Mapping

from portal.domain.service import Text, text

FOLLOW_UPS: Mapping[str, Text] = {
    "received": text("توصلت الإدارة الشريكة بالملف", "L'administration partenaire a reçu le dossier"),
    "in_progress": text(
        "الملف قيد المعالجة لدى الإدارة الشريكة", "Le dossier est en cours de traitement chez le partenaire"
    ),
    "appointment": text("حُدد لك موعد", "Un rendez-vous vous est fixé"),
    "delivered": text("تم التسليم", "La remise a eu lieu"),
    "closed": text("انتهت معالجة الملف لدى الإدارة الشريكة", "Le partenaire a terminé le traitement du dossier"),
}
