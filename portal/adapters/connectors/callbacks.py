"""What a platform sends back to us, signed as in Standard Webhooks."""

import binascii
import json
from collections.abc import Mapping
from typing import Any

from standardwebhooks import Webhook, WebhookVerificationError

from portal.ports import Rejected


def verify_callback(secret: str, headers: Mapping[str, str], body: bytes) -> dict[str, Any]:
    """The callback's JSON object; raises Rejected unless ``body`` was signed with ``secret`` within five minutes.

    Header names may come in any case. A callback sent again has the same ``webhook-id``: keep it to recognise those.
    """
    try:
        received = Webhook(secret).verify(body, dict(headers))
    except (WebhookVerificationError, UnicodeDecodeError, binascii.Error, json.JSONDecodeError, ValueError):
        # A header that is no base 64, or has no comma, is as good as no signature.
        received = None
    if not isinstance(received, dict):
        raise Rejected("the callback is not signed as agreed")
    return received
