"""Shubbak, the counter: the public services of a Moroccan province through one door."""
