"""fastText, supervised: pairs of words, pieces of two to five letters."""

import re
import tempfile

import fasttext

import measure


def words(text):
    return " ".join(re.findall(r"\w+|[^\w\s]", text.lower()))


def learn(examples, language):
    # A label of fastText has no blank: numbers stand for them.
    names = sorted({label for _, label in examples})
    number = {label: i for i, label in enumerate(names)}
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", suffix=".txt") as f:
        f.writelines(f"__label__{number[label]} {words(text)}\n" for text, label in examples)
        f.flush()
        model = fasttext.train_supervised(f.name, epoch=50, lr=0.5, wordNgrams=2, minn=2, maxn=5, dim=100, bucket=200000, verbose=0)

    def ask(text):
        # The inner call: the outer one wants a numpy older than 2.
        found = model.f.predict(words(text) + "\n", measure.TOP, 0.0, "strict")
        return [names[int(label.removeprefix("__label__"))] for _, label in found]

    return ask


measure.run(learn)
