"""What pages and the partners' interface share: sessions, proofs, headers, limits, errors, and one thread per request."""
