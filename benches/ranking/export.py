"""The shipped pack as labelled lines: rules/faq (questions and examples) to learn from, corpus/faq to ask. Command line: FOLDER."""

import json
import pathlib
import sys
import tomllib

ROOT = pathlib.Path(__file__).resolve().parents[2]


def tables(folder):
    for path in sorted((ROOT / folder).glob("*.toml")):
        yield tomllib.loads(path.read_text(encoding="utf-8"))


def groups(table):
    """Both forms of a corpus file: [[group]], and ["label"] with messages."""
    for key, value in table.items():
        if key == "group":
            yield from ((g["label"], g["messages"]) for g in value)
        elif key != "measures":
            yield key, value["messages"]


def write(path, pairs):
    with open(path, "w", encoding="utf-8") as f:
        f.writelines(json.dumps({"text": text, "label": label}, ensure_ascii=False) + "\n" for text, label in pairs)


def export(folder):
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    faqs = [f for table in tables("rules/faq") for f in table["faq"] if f.get("status") != "retired"]
    write(folder / "train.jsonl", ((text, f["id"]) for f in faqs for text in [f["question"], *f["examples"]]))
    asked = [(text, label.removeprefix("faq:")) for table in tables("corpus/faq") for label, texts in groups(table) if label.startswith("faq:") for text in texts]
    write(folder / "asked.jsonl", asked)
    return folder / "train.jsonl", folder / "asked.jsonl"


if __name__ == "__main__":
    export(sys.argv[1])
