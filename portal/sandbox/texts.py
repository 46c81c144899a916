"""What the sandbox's own pages say, in the two languages."""


def _both(ar: str, fr: str) -> dict[str, str]:
    return {"ar": ar, "fr": fr}


TEXTS = {
    "sandbox": _both("فضاء التجربة", "Bac à sable"),
    "other_language": _both("Français", "العربية"),
    "sandbox_notice": _both(
        "هذه أنظمة تجريبية تحل محل مزود الهوية ومنظومة جسر وخادم البريد وبوابة الرسائل القصيرة وسلطة ختم الوقت. "
        "لا شيء يغادر هذا الجهاز.",
        "Ces systèmes de démonstration remplacent le fournisseur d’identité, la plateforme Jisr, "
        "le serveur de messagerie, la passerelle SMS et l’autorité d’horodatage. Rien ne quitte cette machine.",
    ),
    "sign_in": _both("تسجيل الدخول بهوية تجريبية", "Connexion avec une identité de démonstration"),
    "sign_in_notice": _both(
        "كل هؤلاء الأشخاص من نسج الخيال. اختر من تريد تسجيل الدخول باسمه.",
        "Toutes ces personnes sont imaginaires. Choisissez au nom de qui vous connecter.",
    ),
    "level_asked": _both("مستوى التحقق المطلوب", "Niveau de vérification demandé"),
    "cancel": _both("إلغاء والعودة إلى البوابة", "Annuler et revenir au portail"),
    "refused": _both("تعذر قبول هذا الطلب", "Cette demande ne peut être acceptée"),
    "refused_notice": _both(
        "الموقع الذي أرسلك إلى هنا غير معروف. ارجع إليه وأعد المحاولة.",
        "Le site qui vous a envoyé ici n’est pas connu. Revenez-y et réessayez.",
    ),
    "low": _both("تحقق ضعيف", "Vérification faible"),
    "substantial": _both("تحقق متوسط", "Vérification substantielle"),
    "high": _both("تحقق عال", "Vérification élevée"),
    "mails": _both("الرسائل الإلكترونية", "Courriels"),
    "sms": _both("الرسائل القصيرة", "SMS"),
    "cases": _both("الملفات المحالة على جسر", "Dossiers transmis à Jisr"),
    "callbacks": _both("ما أبلغت به جسر البوابة", "Ce que Jisr a signalé au portail"),
    "nothing": _both("لا شيء بعد.", "Rien pour le moment."),
    "colon": _both(":", "\N{NO-BREAK SPACE}:"),
    "to": _both("إلى", "À"),
    "repeats": _both("مرات التكرار", "Répétitions"),
    "portal_reference": _both("مرجع البوابة", "Référence du portail"),
    "content": _both("المحتوى", "Contenu"),
    "new_status": _both("الحالة الجديدة", "Nouveau statut"),
    "send": _both("إرسال المستجد", "Envoyer le suivi"),
    "status": _both("الحالة", "Statut"),
    "answer": _both("جواب البوابة", "Réponse du portail"),
    "received": _both("تم التوصل بالملف", "Dossier reçu"),
    "appointment": _both("تحديد موعد", "Rendez-vous fixé"),
    "in_progress": _both("قيد المواكبة", "Accompagnement en cours"),
    "delivered": _both("تم تسليم المعينات", "Aides remises"),
    "closed": _both("تم إغلاق الملف", "Dossier clos"),
    "waiting": _both("في انتظار الإرسال", "En attente d’envoi"),
    "given_up": _both("تم التخلي عن الإرسال", "Envoi abandonné"),
    "arrived": _both("وصل", "Arrivé"),
    "switches": _both("افتعال الأعطال", "Simuler des pannes"),
    "switches_notice": _both(
        "تضبط هنا أعطال الأنظمة التجريبية لمعاينة سلوك البوابة. تنسى عند إعادة التشغيل.",
        "Réglez ici les pannes des systèmes de démonstration pour observer le portail. "
        "Elles sont oubliées au redémarrage.",
    ),
    "jisr": _both("منظومة جسر", "Plateforme Jisr"),
    "mail": _both("خادم البريد", "Serveur de messagerie"),
    "sms_gateway": _both("بوابة الرسائل القصيرة", "Passerelle SMS"),
    "stamping_authority": _both("سلطة ختم الوقت", "Autorité d’horodatage"),
    "off": _both("إيقاف أختام الوقت", "Suspendre l’horodatage"),
    "mute": _both("عدم الجواب عن حالة الشهادات", "Ne rien dire de l’état des certificats"),
    "fail": _both("عدد الطلبات المقبلة التي تتعثر مؤقتا", "Prochaines demandes en échec passager"),
    "reject": _both("عدد الطلبات المقبلة المرفوضة نهائيا", "Prochaines demandes refusées définitivement"),
    "stall": _both("التأخر قبل الجواب (بالثواني)", "Attente avant de répondre (secondes)"),
    "delay": _both("مهلة الإشعار التلقائي (بالثواني)", "Délai du suivi automatique (secondes)"),
    "twice": _both("إرسال كل مستجد مرتين", "Envoyer chaque suivi deux fois"),
    "automatic": _both("الإشعار تلقائيا بالتوصل بالملف", "Signaler la réception automatiquement"),
    "save": _both("حفظ", "Enregistrer"),
    "saved": _both("تم الأمر.", "C’est fait."),
    "not_possible": _both("القيمة المدخلة غير مقبولة.", "La valeur saisie n’est pas acceptée."),
}
