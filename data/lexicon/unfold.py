#!/usr/bin/env python3
"""Unfolds a hunspell dictionary with two-letter flags into its forms, one a line (`unmunch` reads such flags wrongly).

Usage: unfold.py fr.dic fr.aff. Prefixes (elisions: l', d', qu'…) are left out.
"""
import re
import sys


def flags(text):
    return [text[i : i + 2] for i in range(0, len(text), 2)]


dic, aff = sys.argv[1:3]
rules = {}
for line in open(aff, encoding="utf-8"):
    part = line.split()
    if len(part) >= 5 and part[0] == "SFX" and part[3] != part[2] or (len(part) >= 5 and part[0] == "SFX" and not part[2] in "YN"):
        strip = "" if part[2] == "0" else part[2]
        add, _, more = part[3].partition("/")
        add = "" if add == "0" else add
        rules.setdefault(part[1], []).append((strip, add, flags(more), re.compile("(?:" + part[4] + ")$")))


def unfold(word, of, depth):
    yield word
    if depth == 0:
        return
    for flag in of:
        for strip, add, more, condition in rules.get(flag, ()):
            if word.endswith(strip) and condition.search(word):
                stem = word[: len(word) - len(strip)] if strip else word
                yield from unfold(stem + add, more, depth - 1)


for n, line in enumerate(open(dic, encoding="utf-8")):
    if n and line.strip():
        entry = line.split()[0]
        word, _, of = entry.partition("/")
        for form in unfold(word, flags(of), 2):
            print(form)
