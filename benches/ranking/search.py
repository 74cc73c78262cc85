"""BM25 in tantivy, with its stemmer: each example is a document, and an answer stands where its best example does."""

import re

import tantivy

import measure

STEMMERS = {"en": "english", "fr": "french"}
# Enough documents to find three labels among near copies.
DEPTH = 100


def learn(examples, language):
    schema = tantivy.SchemaBuilder().add_text_field("text", tokenizer_name="stem").add_text_field("label", stored=True, tokenizer_name="raw").build()
    index = tantivy.Index(schema)
    analyzer = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple()).filter(tantivy.Filter.lowercase()).filter(tantivy.Filter.stemmer(STEMMERS[language]))
    index.register_tokenizer("stem", analyzer.build())
    writer = index.writer()
    for text, label in examples:
        writer.add_document(tantivy.Document(text=text, label=label))
    writer.commit()
    index.reload()
    searcher = index.searcher()

    def ask(text):
        # Words only, in lower case: none of them is an operator.
        words = " ".join(re.findall(r"\w+", text.lower()))
        if not words:
            return []
        hits = searcher.search(index.parse_query(words, ["text"]), DEPTH).hits
        return measure.best(searcher.doc(address)["label"][0] for _, address in hits)

    return ask


measure.run(learn)
