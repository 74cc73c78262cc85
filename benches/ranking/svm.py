"""A linear SVM on word and character n-grams (scikit-learn)."""

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import make_pipeline, make_union
from sklearn.svm import LinearSVC

import measure


def learn(examples, language):
    texts, labels = zip(*examples)
    model = make_pipeline(
        make_union(
            TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True),
            TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True),
        ),
        LinearSVC(random_state=0),
    ).fit(texts, labels)
    names = model.classes_

    def ask(text):
        scores = model.decision_function([text])[0]
        # With two labels there is one score.
        scores = [-scores, scores] if scores.ndim == 0 else scores
        return [str(names[i]) for i in sorted(range(len(names)), key=lambda i: -scores[i])[: measure.TOP]]

    return ask


measure.run(learn)
