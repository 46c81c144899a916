"""Stand-ins for the systems around the portal, for the demonstration and the tests; never imported by the rest."""
