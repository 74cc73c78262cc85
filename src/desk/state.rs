//! The states of a contact and the moves between them, as one table from which the diagram is drawn.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt::Write;

/// Where a contact is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// Opened, nothing read yet.
    Open,
    /// Its last message was read by the engine.
    Triaged,
    /// The citizen was told to call.
    Redirected,
    /// An answer is proposed to an agent.
    Draft,
    /// A service is named.
    Routed,
    /// Waits for a person.
    Waiting,
    /// An agent holds it.
    WithAgent,
    /// A first agent approved the draft; another must.
    SecondReading,
    /// Handed to a service that has not acknowledged it yet.
    HandedOver,
    /// A service has it.
    Transferred,
    /// An agent answered.
    Answered,
    /// Ended.
    Closed,
    /// Its words are gone.
    Erased,
}

/// What moves a contact.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Step {
    /// A message of the citizen.
    Receive,
    /// The engine found an emergency.
    Redirect,
    /// The engine proposes an answer.
    Propose,
    /// The engine names a service.
    Route,
    /// The engine leaves it to a person.
    Wait,
    /// An agent takes it.
    Take,
    /// The agent lets it go.
    Release,
    /// The agent writes, edits or refuses a draft.
    Work,
    /// The agent approves a draft that a second agent must read.
    Submit,
    /// The agent approves a draft, which leaves.
    Send,
    /// Another agent asks for the contact.
    Ask,
    /// The holder gives it to the one who asked.
    Give,
    /// The agent hands it to a service.
    HandOver,
    /// The service says that it has it.
    Acknowledge,
    /// The service declines, or did not acknowledge in time.
    Return,
    /// An agent writes a note or tags it.
    Annotate,
    /// Ended by the agent or the citizen.
    Close,
    /// The citizen says what it was worth.
    Rate,
    /// The citizen's words are removed.
    Erase,
}

use State::{Answered, Closed, Draft, Erased, HandedOver, Open, Redirected, Routed, SecondReading, Transferred, Triaged, Waiting, WithAgent};

/// Every move there is: from, by, to. What is not here is refused.
pub const MOVES: &[(State, Step, State)] = &[
    (Open, Step::Receive, Triaged),
    (Triaged, Step::Receive, Triaged),
    (Redirected, Step::Receive, Triaged),
    (Draft, Step::Receive, Triaged),
    (Routed, Step::Receive, Triaged),
    (Waiting, Step::Receive, Triaged),
    (SecondReading, Step::Receive, Triaged),
    (HandedOver, Step::Receive, Triaged),
    (Transferred, Step::Receive, Triaged),
    (Answered, Step::Receive, Triaged),
    (Closed, Step::Receive, Triaged),
    (WithAgent, Step::Receive, WithAgent),
    (Triaged, Step::Redirect, Redirected),
    (Triaged, Step::Propose, Draft),
    (Triaged, Step::Route, Routed),
    (Triaged, Step::Wait, Waiting),
    (Redirected, Step::Take, WithAgent),
    (Draft, Step::Take, WithAgent),
    (Routed, Step::Take, WithAgent),
    (Waiting, Step::Take, WithAgent),
    (SecondReading, Step::Take, WithAgent),
    (HandedOver, Step::Take, WithAgent),
    (Transferred, Step::Take, WithAgent),
    (Answered, Step::Take, WithAgent),
    (WithAgent, Step::Take, WithAgent),
    (WithAgent, Step::Release, Waiting),
    (WithAgent, Step::Work, WithAgent),
    (WithAgent, Step::Ask, WithAgent),
    (WithAgent, Step::Give, WithAgent),
    (WithAgent, Step::Submit, SecondReading),
    (WithAgent, Step::Send, Answered),
    (WithAgent, Step::HandOver, HandedOver),
    (HandedOver, Step::Acknowledge, Transferred),
    (HandedOver, Step::Return, Waiting),
    (Open, Step::Close, Closed),
    (Redirected, Step::Close, Closed),
    (Draft, Step::Close, Closed),
    (Routed, Step::Close, Closed),
    (Waiting, Step::Close, Closed),
    (WithAgent, Step::Close, Closed),
    (SecondReading, Step::Close, Closed),
    (HandedOver, Step::Close, Closed),
    (Transferred, Step::Close, Closed),
    (Answered, Step::Close, Closed),
    (Answered, Step::Rate, Answered),
    (Transferred, Step::Rate, Transferred),
    (Closed, Step::Rate, Closed),
    (Open, Step::Annotate, Open),
    (Triaged, Step::Annotate, Triaged),
    (Redirected, Step::Annotate, Redirected),
    (Draft, Step::Annotate, Draft),
    (Routed, Step::Annotate, Routed),
    (Waiting, Step::Annotate, Waiting),
    (WithAgent, Step::Annotate, WithAgent),
    (SecondReading, Step::Annotate, SecondReading),
    (HandedOver, Step::Annotate, HandedOver),
    (Transferred, Step::Annotate, Transferred),
    (Answered, Step::Annotate, Answered),
    (Closed, Step::Annotate, Closed),
    (Open, Step::Erase, Erased),
    (Triaged, Step::Erase, Erased),
    (Redirected, Step::Erase, Erased),
    (Draft, Step::Erase, Erased),
    (Routed, Step::Erase, Erased),
    (Waiting, Step::Erase, Erased),
    (WithAgent, Step::Erase, Erased),
    (SecondReading, Step::Erase, Erased),
    (HandedOver, Step::Erase, Erased),
    (Transferred, Step::Erase, Erased),
    (Answered, Step::Erase, Erased),
    (Closed, Step::Erase, Erased),
];

/// Where a step leads, when it may be taken.
pub fn after(from: State, step: Step) -> Option<State> {
    MOVES.iter().find(|m| m.0 == from && m.1 == step).map(|m| m.2)
}

/// The name of a state or step, as written everywhere.
pub fn name<T: Serialize>(x: T) -> String {
    serde_json::to_value(x).ok().and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default()
}

/// The table as a Mermaid diagram. What an agent writes beside (`annotate`) moves nothing and is left out.
pub fn diagram() -> String {
    let mut out = String::from("stateDiagram-v2\n    [*] --> open\n");
    for (from, step, to) in MOVES.iter().filter(|m| m.1 != Step::Annotate) {
        // Writing to a String cannot fail.
        let _ = writeln!(out, "    {} --> {}: {}", name(from), name(to), name(step));
    }
    out.push_str("    erased --> [*]\n");
    out
}
