-- An account may be disabled, have a second factor, or belong to somebody of OpenID Connect.
ALTER TABLE account ADD COLUMN disabled INTEGER NOT NULL DEFAULT 0;
ALTER TABLE account ADD COLUMN factor TEXT;                         -- secret of the second factor, base32
ALTER TABLE account ADD COLUMN factor_step INTEGER NOT NULL DEFAULT 0; -- last time step used; 0: not in force
ALTER TABLE account ADD COLUMN subject TEXT;                        -- issuer and subject of OpenID Connect
CREATE UNIQUE INDEX account_subject ON account (subject);
CREATE TABLE recovery (
    code_hash TEXT PRIMARY KEY,
    account TEXT NOT NULL REFERENCES account (name)
) STRICT;
-- Contacts reported as wrongly decided: masked before they are written, so that an author may read them.
CREATE TABLE report (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    who TEXT NOT NULL,
    contact TEXT NOT NULL REFERENCES contact (id), -- erased with it
    record TEXT NOT NULL            -- store::reports::Case as JSON
) STRICT;
