//! `guichet explain`: a decision told to a person.

use super::{Cli, End, Format};
use crate::decision::{self, explanation};
use crate::workshop::{nearest, verdicts};
use clap::Args;

/// Tells the decision on a message: what matched, why, what nearly won, why not another.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  guichet explain \"il est devant chez moi avec un couteau\"\n  guichet explain \"on m'a volé mon vélo hier\" --why-not flagrant-delit.vol"
)]
pub struct Explain {
    /// The message.
    text: String,
    /// Why did this rule not decide?
    #[arg(long, value_name = "RULE")]
    why_not: Option<String>,
}

impl Explain {
    pub(super) fn run(&self, cli: &Cli) -> End {
        let engine = match super::engine(cli) {
            Ok(e) => e,
            Err(end) => return end,
        };
        let pack = engine.pack();
        engine.with(&self.text, |findings| {
            if let Some(rule) = &self.why_not {
                return match explanation::why_not(pack, findings, &self.text, rule) {
                    Ok(why) => {
                        let near = verdicts::named(pack, rule).and_then(|r| nearest::find(pack, r, &self.text));
                        if cli.format == Format::Json {
                            return super::print_json(&serde_json::json!({"rule": rule, "why": why, "nearest": near})).err().unwrap_or(End::Well);
                        }
                        println!("{why}");
                        if let Some(near) = near {
                            let told = |change: Option<String>| change.unwrap_or_else(|| "aucun trouvé".to_owned());
                            println!("  plus petit changement du message : {}", told(near.message.map(|m| format!("« {m} »"))));
                            println!("  plus petit changement de la règle : {}", told(near.rule));
                        }
                        End::Well
                    }
                    Err(what) => End::CouldNot(what),
                };
            }
            let decision = decision::decide(pack, findings, &self.text);
            match cli.format {
                Format::Json => {
                    if let Err(end) = super::print_json(&decision) {
                        return end;
                    }
                }
                _ => {
                    print!("{}", explanation::tell(pack, findings, &self.text, &decision));
                    let cues = findings.context.effects().iter().map(|e| findings.bytes(e.at));
                    let mut spans: Vec<(usize, usize)> = decision.matches.iter().map(|m| (m.start, m.end)).chain(cues).collect();
                    spans.sort_unstable();
                    spans.dedup();
                    print!("{}", explanation::changes(&self.text, &engine.without(&self.text, &decision, &spans)));
                }
            }
            End::Well
        })
    }
}
