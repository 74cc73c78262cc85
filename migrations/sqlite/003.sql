-- Which folded word is in which contact: what the search asks. Erasing a contact deletes its rows, and no index keeps deleted words.
CREATE TABLE word (
    word TEXT NOT NULL,
    contact TEXT NOT NULL REFERENCES contact (id),
    PRIMARY KEY (word, contact)
) STRICT, WITHOUT ROWID;
CREATE INDEX word_contact ON word (contact);
-- Languages and themes of an agent: desk::skills::Skills as JSON.
CREATE TABLE skill (
    account TEXT PRIMARY KEY,
    record TEXT NOT NULL
) STRICT;
CREATE INDEX journal_at ON journal (at);
