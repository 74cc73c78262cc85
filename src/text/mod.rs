//! A message as written → tokens that remember their place.
//!
//! [`Text::read`] folds (case, accents, look-alike letters, stretched letters) and splits in one pass. Every token
//! knows the bytes of the received message that it stands for. Nothing here knows a rule: which words
//! matter, and how a misspelt one is mended, is [`crate::matching::vocabulary`]'s business.
//!
//! Pure, total: any string gives tokens.

mod fold;
pub mod lexicon;
pub mod phonetic;
mod split;
pub mod typo;

pub use fold::fold_word;

/// What a token is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// Letters, possibly mixed with digits.
    Word,
    /// Digits only.
    Number,
    /// An emoji with a meaning, read as the word it shows (`🔪` reads `🔪`).
    Sign,
    /// End of a sentence: `.` `!` `?` `…` or a line break.
    Stop,
    /// A comma, a colon, a parenthesis: a pause inside a sentence.
    Pause,
}

/// One token of a message.
#[derive(Clone, Copy, Debug)]
pub struct Token {
    /// First byte in the message as received.
    pub start: u32,
    /// One past the last byte in the message as received.
    pub end: u32,
    /// Where the folded form lies in [`Text::folded`].
    from: u32,
    to: u32,
    /// What it is.
    pub kind: Kind,
    /// An elided article or pronoun, or `ne`: it takes no room between the words of a phrase.
    pub light: bool,
}

/// A message read: its tokens in order, with their folded forms.
#[derive(Default, Debug)]
pub struct Text {
    folded: String,
    tokens: Vec<Token>,
}

impl Text {
    /// Reads a message.
    ///
    /// ```
    /// let text = guichet::text::Text::read("J'ai été volé !");
    /// let words: Vec<&str> = text.tokens().iter().map(|t| text.form(t)).collect();
    /// assert_eq!(words, ["j", "ai", "ete", "vole", "!"]);
    /// ```
    pub fn read(message: &str) -> Self {
        let mut text = Self::default();
        text.reread(message);
        text
    }

    /// Reads another message into the same memory.
    pub fn reread(&mut self, message: &str) {
        self.folded.clear();
        self.tokens.clear();
        split::split(message, &mut self.folded, &mut self.tokens);
    }

    /// The tokens, in order of their place.
    pub fn tokens(&self) -> &[Token] {
        &self.tokens
    }

    /// The folded form of a token: lower case, no accents, Latin letters for look-alikes.
    pub fn form(&self, token: &Token) -> &str {
        &self.folded[token.from as usize..token.to as usize]
    }
}
