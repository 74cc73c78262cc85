"""BM25 (bm25s): each example is a document, and an answer stands where its best example does; with `answers` as fourth argument, the examples of an
answer are one document."""

import sys

import bm25s

import measure

# Enough documents to find three labels among near copies.
DEPTH = 100


def learn(examples, language):
    if sys.argv[4:] == ["answers"]:
        together = {}
        for text, label in examples:
            together.setdefault(label, []).append(text)
        examples = [("\n".join(texts), label) for label, texts in together.items()]
    labels = [label for _, label in examples]
    index = bm25s.BM25()
    index.index(bm25s.tokenize([text for text, _ in examples], stopwords=None, show_progress=False), show_progress=False)
    depth = min(DEPTH, len(labels))

    def ask(text):
        words = bm25s.tokenize([text], stopwords=None, show_progress=False, return_ids=False)
        if not words[0]:
            return []
        documents, scores = index.retrieve(words, k=depth, show_progress=False)
        return measure.best(labels[d] for d, s in zip(documents[0], scores[0]) if s > 0)

    return ask


measure.run(learn)
