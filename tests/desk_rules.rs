//! What must always hold of a contact, whatever is done to it and in whatever order.

use guichet::desk::contact::{Act, Contact, Kind, Level, Refusal, Verdict, Who};
use guichet::desk::queue::{HEAD_START, place};
use guichet::desk::rights::{RIGHTS, ROLES, Right, Role, may};
use guichet::desk::state::{MOVES, State, diagram};
use proptest::prelude::*;
use std::collections::BTreeSet;

fn verdict(level: Level, proposes: bool, routed: bool) -> Verdict {
    Verdict {
        level,
        routed,
        redirect: (level != Level::None).then(|| format!("REDIRECT {level:?}")),
        proposal: proposes.then(|| ("faq".into(), "DRAFT engine".into())),
        acknowledgement: "RECEIVED".into(),
    }
}

fn acts() -> impl Strategy<Value = (Who, Act)> {
    let agent = prop_oneof![Just("anne"), Just("bruno")].prop_map(|a| Who::Agent(a.into()));
    let level = prop_oneof![3 => Just(Level::None), 1 => Just(Level::Possible), 1 => Just(Level::Now)];
    let received = (level, any::<bool>(), any::<bool>()).prop_map(|(l, p, r)| (Who::Citizen, Act::Receive(Box::new(verdict(l, p, r)))));
    let desk = prop_oneof![
        3 => Just(Act::Take),
        1 => Just(Act::Release),
        2 => Just(Act::Propose { text: "DRAFT agent".into(), faq: None }),
        2 => (1u32..6).prop_map(|revision| Act::Edit { revision, text: "DRAFT edited".into() }),
        4 => (1u32..6).prop_map(|revision| Act::Approve { revision }),
        1 => (1u32..6).prop_map(|revision| Act::Refuse { revision, reason: "no".into() }),
        1 => Just(Act::Close),
    ];
    let citizen = prop_oneof![Just(Act::Close), (0u8..12).prop_map(|score| Act::Rate { score, word: String::new() }), Just(Act::Erase), Just(Act::Take)];
    prop_oneof![4 => received, 8 => (agent, desk), 1 => citizen.prop_map(|a| (Who::Citizen, a))]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn nothing_leaves_unapproved_no_level_falls_no_revision_leaves_twice(steps in prop::collection::vec((acts(), 0i64..20 * 60 * 1000), 0..60)) {
        let mut contact = Contact::open("c".into(), 0);
        let (mut now, mut sent) = (0, BTreeSet::new());
        for ((who, act), later) in steps {
            now += later;
            let before = contact.clone();
            let approved = match &act { Act::Approve { revision } => Some(*revision), _ => None };
            match contact.act(&who, act, now) {
                Ok(done) => {
                    prop_assert!(contact.level >= before.level);
                    prop_assert_eq!(done.after, contact.state);
                    for leaving in done.leaves {
                        match leaving.kind {
                            Kind::Redirect => prop_assert!(leaving.text.starts_with("REDIRECT")),
                            Kind::Acknowledgement => prop_assert_eq!(leaving.text, "RECEIVED"),
                            Kind::Answer => {
                                let revision = leaving.revision.expect("an answer has a revision");
                                prop_assert_eq!(approved, Some(revision));
                                prop_assert!(before.lease.as_ref().is_some_and(|l| Who::Agent(l.agent.clone()) == who && now < l.until), "sent by who does not hold");
                                let draft = before.draft.clone().expect("a draft");
                                prop_assert_eq!((draft.revision, draft.text), (revision, leaving.text));
                                prop_assert!(sent.insert(revision), "revision {} left twice", revision);
                            }
                        }
                    }
                    if contact.state == State::Erased {
                        let record = serde_json::to_string(&contact).expect("json");
                        prop_assert!(!record.contains("DRAFT") && !record.contains("REDIRECT"));
                    }
                }
                Err(_) => prop_assert_eq!(&contact, &before, "a refused act changed something"),
            }
        }
    }

    #[test]
    fn a_message_is_received_in_every_state_but_erased(level in prop_oneof![Just(Level::None), Just(Level::Now)], steps in prop::collection::vec(acts(), 0..30)) {
        let mut contact = Contact::open("c".into(), 0);
        for (who, act) in steps {
            let _ = contact.act(&who, act, 0);
        }
        let received = contact.clone().act(&Who::Citizen, Act::Receive(Box::new(verdict(level, false, false))), 0);
        prop_assert_eq!(received.is_ok(), contact.state != State::Erased);
    }

    #[test]
    fn nobody_starves(since in 0i64..1_000_000_000, later in 1i64..1_000_000_000) {
        prop_assert!(place(Level::Now, since + later, "a") < place(Level::Possible, since, "b"));
        prop_assert!(place(Level::Possible, since, "b") < place(Level::None, since, "a"), "at the same time the more pressing goes first");
        prop_assert!(place(Level::None, since, "b") < place(Level::None, since + later, "a"));
        prop_assert!(place(Level::None, since, "a") < place(Level::Possible, since + HEAD_START + later, "b"), "who came long before is not passed for ever");
    }
}

#[test]
fn two_agents_one_lease() {
    let mut c = Contact::open("c".into(), 0);
    let (anne, bruno) = (Who::Agent("anne".into()), Who::Agent("bruno".into()));
    c.act(&Who::Citizen, Act::Receive(Box::new(verdict(Level::None, true, false))), 0).expect("received");
    assert_eq!(c.act(&bruno, Act::Approve { revision: 1 }, 1), Err(Refusal::NotHeld));
    c.act(&anne, Act::Take, 1).expect("free");
    assert_eq!(c.act(&bruno, Act::Take, 2), Err(Refusal::Held("anne".into())));
    c.act(&anne, Act::Edit { revision: 1, text: "autre".into() }, 3).expect("held");
    assert_eq!(c.act(&anne, Act::Approve { revision: 1 }, 4), Err(Refusal::Stale(2)), "another window still shows the first revision");
    // Anne goes away: her hold ends by itself.
    c.act(&bruno, Act::Take, 4 + 60 * 60 * 1000).expect("the hold ended");
    assert_eq!(c.act(&anne, Act::Approve { revision: 2 }, 5 + 60 * 60 * 1000), Err(Refusal::Held("bruno".into())));
}

#[test]
fn an_author_sees_no_contact_and_every_right_is_in_the_table() {
    assert!(!may(Role::Author, Right::Queue) && !may(Role::Author, Right::Read) && may(Role::Agent, Right::Approve));
    assert_eq!(RIGHTS.len() * ROLES.len(), 32);
}

#[test]
fn no_two_moves_from_one_state_by_one_step() {
    for (i, a) in MOVES.iter().enumerate() {
        assert!(!MOVES[i + 1..].iter().any(|b| (a.0, a.1) == (b.0, b.1)), "{a:?}");
    }
}

#[test]
fn the_committed_diagram_is_fresh() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/desk.md");
    let page = std::fs::read_to_string(&path).expect("docs/desk.md");
    let (before, rest) = page.split_once("```mermaid\n").expect("a diagram");
    let (kept, after) = rest.split_once("```").expect("closed");
    if kept != diagram() && std::env::var_os("GUICHET_BLESS").is_some() {
        std::fs::write(&path, format!("{before}```mermaid\n{}```{after}", diagram())).expect("written");
        return;
    }
    assert_eq!(kept, diagram(), "renew it: GUICHET_BLESS=1 cargo test --test desk_rules");
}
