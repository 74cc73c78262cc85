#!/usr/bin/env python3
"""Keeps of the territorial data what recognising a place needs.

Usage: reduce.py FOLDER, which holds communes.csv, former_communes.csv and departments.csv as described in README.md; writes
the three beside this script. Points keep three decimals (some 100 m: they are middles of communes). Rows of old codes without
a name are left out.
"""
import csv
import pathlib
import sys

source = pathlib.Path(sys.argv[1])
here = pathlib.Path(__file__).parent


def rows(name):
    with open(source / name, encoding="utf-8", newline="") as f:
        yield from csv.DictReader(f)


def write(name, columns, lines):
    with open(here / name, "w", encoding="utf-8", newline="") as f:
        out = csv.writer(f, lineterminator="\n")
        out.writerow(columns)
        out.writerows(lines)


def point(text):
    return f"{float(text):.3f}" if text else ""


write(
    "communes.csv",
    ["insee", "name", "postal_codes", "department", "population", "lon", "lat"],
    ([r["insee"], r["name"], r["postal_codes"], r["department_code"], r["population"], point(r["lon"]), point(r["lat"])] for r in rows("communes.csv")),
)
write("former_communes.csv", ["insee", "name", "current_insee"], ([r["insee"], r["name"], r["current_insee"]] for r in rows("former_communes.csv") if r["name"]))
write("departments.csv", ["code", "name"], ([r["code"], r["name"]] for r in rows("departments.csv")))
