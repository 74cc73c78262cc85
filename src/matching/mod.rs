//! Pack + text → what occurs, where, and in what context.
//!
//! Words are looked up in [`vocabulary`], phrases and concepts found in [`phrases`], context cues laid over the words in [`context`], rules verified in
//! [`clause`]. Which rule wins is [`crate::decision`]'s business.

pub mod clause;
pub mod context;
pub mod literals;
pub mod pattern;
pub mod phrases;
pub mod symbol_set;
pub mod vocabulary;

use crate::rules::Pack;
use crate::text::Text;
use phrases::Scope;

/// Everything found in one message. Kept between messages for its memory.
#[derive(Default, Debug)]
pub struct Findings {
    /// The tokens.
    pub text: Text,
    /// The tokens as words of the pack.
    pub reading: vocabulary::Reading,
    /// Occurrences of symbols.
    pub occurrences: phrases::Occurrences,
    /// Context cues and their reach.
    pub context: context::Contexts,
    held: literals::Held,
    folded: std::cell::OnceCell<String>,
}

impl Findings {
    /// Reads `message` with `pack`.
    pub fn read(&mut self, pack: &Pack, message: &str, scope: Scope) {
        self.text.reread(message);
        pack.network.vocabulary.read(&self.text, &mut self.reading);
        self.occurrences.find(pack, &self.reading, scope);
        self.context.lay(pack, &self.reading, &self.occurrences);
        pack.literals.held(message, &mut self.held);
        self.folded.take();
    }

    /// Which patterns may match.
    pub fn held(&self) -> &literals::Held {
        &self.held
    }

    /// The words as read, with blanks between.
    pub fn folded(&self) -> &str {
        self.folded.get_or_init(|| (0..self.reading.lexemes.len()).map(|i| self.reading.form(i)).collect::<Vec<_>>().join(" "))
    }

    /// The bytes of the message that an occurrence covers.
    pub fn bytes(&self, span: phrases::Span) -> (usize, usize) {
        let tokens = self.text.tokens();
        let first = &tokens[self.reading.lexemes[span.0 as usize].token as usize];
        let last = &tokens[self.reading.lexemes[span.1 as usize].token as usize];
        (first.start as usize, last.end as usize)
    }
}
