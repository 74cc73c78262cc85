-- Contacts, messages, journal, accounts, sessions.
CREATE TABLE contact (
    id TEXT PRIMARY KEY,
    code_hash TEXT UNIQUE,          -- NULL once erased
    record TEXT NOT NULL            -- desk::contact::Contact as JSON
) STRICT;
CREATE TABLE message (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    contact TEXT NOT NULL REFERENCES contact (id),
    at INTEGER NOT NULL,
    kind TEXT NOT NULL,             -- citizen, redirect, acknowledgement, answer
    text TEXT NOT NULL,
    decision TEXT                   -- the engine's, for a citizen's message
) STRICT;
CREATE INDEX message_contact ON message (contact, seq);
-- The journal holds no word of anybody: acts, states and numbers only.
CREATE TABLE journal (
    seq INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    who TEXT NOT NULL,
    contact TEXT NOT NULL,
    act TEXT NOT NULL,
    before TEXT NOT NULL,
    after TEXT NOT NULL,
    detail TEXT NOT NULL,
    hash TEXT NOT NULL              -- SHA-256 over the line before's hash and this line
) STRICT;
CREATE TABLE account (
    name TEXT PRIMARY KEY,
    role TEXT NOT NULL,
    password TEXT NOT NULL          -- argon2id, PHC form
) STRICT;
CREATE TABLE session (
    token_hash TEXT PRIMARY KEY,
    account TEXT NOT NULL REFERENCES account (name),
    csrf TEXT NOT NULL,
    until INTEGER NOT NULL
) STRICT;
