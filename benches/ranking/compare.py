"""The yardsticks side by side: the same examples, the same messages asked, one table a data set. Started by `run`; README.md says what is measured."""

import argparse
import json
import pathlib
import shutil
import statistics
import subprocess
import sys

import export
import measure

HERE = pathlib.Path(__file__).resolve().parent


def yardsticks(args, train, language):
    """Name and command of each."""
    python = sys.executable
    return [
        ("linear SVM, n-grams of words and letters (scikit-learn)", [python, HERE / "svm.py", train]),
        ("BM25, a document an example (bm25s)", [python, HERE / "bm25.py", train]),
        ("BM25, a document an answer (bm25s)", [python, HERE / "bm25.py", train, "answers"]),
        ("BM25 with a stemmer (tantivy)", [python, HERE / "search.py", train]),
        ("NLP.js (node-nlp)", ["node", HERE / "nlpjs.mjs", train]),
        ("fastText, supervised", [python, HERE / "fast.py", train]),
        ("**Guichet**, through `import`", [args.guichet / "examples/ranking", train]),
    ]


def imported(args, train):
    """The pack that `guichet import` makes of the examples."""
    pack = train.parent / "pack"
    shutil.rmtree(pack, ignore_errors=True)
    subprocess.run([args.guichet / "guichet", "import", "--as-pack", pack, train], check=True, stdout=subprocess.DEVNULL)
    return pack


def ask(args, name, command, train, asked, language):
    program, *rest = command
    if "Guichet" in name:
        line = [program, imported(args, train), asked]
    else:
        script, _, *options = rest
        line = [program, script, train, asked, language, *options]
    try:
        done = subprocess.run([str(part) for part in line], capture_output=True, text=True, timeout=args.limit)
    except FileNotFoundError as e:
        return f"not installed: {e.filename} is not there"
    except subprocess.TimeoutExpired:
        return f"stopped after {args.limit} s"
    if done.returncode != 0:
        said = done.stderr.strip().splitlines() or [f"ended on {done.returncode}"]
        error = next((l for l in said if "Error" in l), said[-1])
        return f"{'not installed' if 'ModuleNotFoundError' in error or 'ERR_MODULE_NOT_FOUND' in error else 'failed'}: {error}"
    # What a library prints before is no result.
    return json.loads(done.stdout.strip().splitlines()[-1])


def row(name, told, labels):
    if isinstance(told, str):
        return f"| {name} | {told} | | | | |"
    ranked = told["ranked"]
    first = sum(r[:1] == [label] for r, label in zip(ranked, labels, strict=True))
    third = sum(label in r[: measure.TOP] for r, label in zip(ranked, labels, strict=True))
    mib = lambda b: f"{b / 2**20:.0f}"
    return (
        f"| {name} | {100 * first / len(labels):.2f} % | {100 * third / len(labels):.2f} % | {statistics.median(told['microseconds']):.0f} µs "
        f"| {mib(told['resident'])} / {mib(told['peak'])} MiB | {told['training']:.1f} s |"
    )


def main():
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("--work", type=pathlib.Path, required=True, help="folder of what is made (given by run)")
    p.add_argument("--guichet", type=pathlib.Path, required=True, help="folder of the built programs (given by run)")
    p.add_argument("--data", type=pathlib.Path, default=pathlib.Path("../shared/bench"), help="folder of clinc150-train.jsonl and clinc150-test.jsonl")
    p.add_argument("--sets", default="clinc150,pack", help="data sets, by comma")
    p.add_argument("--only", default="", help="only the yardsticks whose name holds this")
    p.add_argument("--first", type=int, help="a trial: only so many examples and messages, spread evenly; no figure to keep")
    p.add_argument("--limit", type=int, default=1800, help="seconds that a yardstick may take")
    args = p.parse_args()
    for name in args.sets.split(","):
        if name == "pack":
            train, asked, language = *export.export(args.work / "pack"), "fr"
        elif (args.data / f"{name}-train.jsonl").exists():
            folder = args.work / name
            folder.mkdir(parents=True, exist_ok=True)
            train, asked = (shutil.copy(args.data / f"{name}-{part}.jsonl", folder / f"{file}.jsonl") for part, file in (("train", "train"), ("test", "asked")))
            language = "en"
        else:
            print(f"\n{name}: no {args.data / name}-train.jsonl; give its folder with --data")
            continue
        train, asked = pathlib.Path(train), pathlib.Path(asked)
        if args.first:
            for path in (train, asked):
                pairs = measure.lines(path)
                export.write(path, pairs[:: max(1, len(pairs) // args.first)])
        labels = [label for _, label in measure.lines(asked)]
        print(f"\n## {name}: {len(measure.lines(train))} examples, {len(labels)} messages\n")
        print("| what | top-1 | top-3 | median a message | memory, answering / peak | training |\n|---|---|---|---|---|---|")
        for what, command in yardsticks(args, train, language):
            if args.only.lower() in what.lower():
                print(row(what, ask(args, what, command, train, asked, language), labels), flush=True)


main()
