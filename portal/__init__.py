"""Shubbak, the counter: the public services of a Moroccan province through one door."""

from portal.zones import use_newest_zones

use_newest_zones()
