-- Which folded word is in which contact: the tables of sqlite/003.sql. The order of words is that of their bytes, so that what begins alike stands together.
CREATE TABLE word (
    word TEXT COLLATE "C" NOT NULL,
    contact TEXT NOT NULL REFERENCES contact (id),
    PRIMARY KEY (word, contact)
);
CREATE INDEX word_contact ON word (contact);
CREATE TABLE skill (
    account TEXT PRIMARY KEY,
    record TEXT NOT NULL
);
CREATE INDEX journal_at ON journal (at);
