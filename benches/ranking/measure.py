"""How every yardstick in Python is measured: learn, warm up, ask each message alone, print one JSON object.

The same is done in nlpjs.mjs and guichet.rs. Memory is this process's, as Linux tells it (proc(5)): what stays resident, and the peak with training.
"""

import json
import sys
import time

WARM = 200
TOP = 3


def lines(path):
    with open(path, encoding="utf-8") as f:
        return [(d["text"], d["label"]) for d in map(json.loads, f)]


def memory():
    with open("/proc/self/status", encoding="utf-8") as f:
        kib = {name: int(rest.split()[0]) for name, _, rest in (row.partition(":") for row in f) if name in ("VmRSS", "VmHWM")}
    return {"resident": kib["VmRSS"] * 1024, "peak": kib["VmHWM"] * 1024}


def best(labels):
    """The first labels, each once."""
    return list(dict.fromkeys(labels))[:TOP]


def run(learn):
    """`learn(examples, language)` gives a function from a message to its labels, best first. Command line: TRAIN ASKED LANGUAGE."""
    train, asked, language = lines(sys.argv[1]), lines(sys.argv[2]), sys.argv[3]
    started = time.perf_counter()
    ask = learn(train, language)
    training = time.perf_counter() - started
    for text, _ in asked[:WARM]:
        ask(text)
    ranked, microseconds = [], []
    for text, _ in asked:
        started = time.perf_counter()
        labels = ask(text)
        microseconds.append((time.perf_counter() - started) * 1e6)
        ranked.append(labels)
    json.dump({"ranked": ranked, "microseconds": microseconds, "training": training, **memory()}, sys.stdout)
