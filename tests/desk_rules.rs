//! What must always hold of a contact, whatever is done to it and in whatever order.

use guichet::desk::contact::{Act, Contact, Kind, Level, Refusal, Who};
use guichet::desk::day;
use guichet::desk::draft::Why;
use guichet::desk::handover::{Said, dossier};
use guichet::desk::note::{NOTES, TAG_MAX};
use guichet::desk::queue::{HEAD_START, place, stands};
use guichet::desk::retention::{self, Kind as Words};
use guichet::desk::rights::{RIGHTS, ROLES, Right, Role, may};
use guichet::desk::skills::Skills;
use guichet::desk::state::{MOVES, State, diagram};
use guichet::desk::statistics::{Line, count, rows};
use guichet::desk::verdict::Verdict;
use guichet::rules::source::RetentionFile;
use proptest::prelude::*;
use std::collections::BTreeSet;

fn verdict(level: Level, proposes: bool, routed: bool) -> Verdict {
    Verdict {
        level,
        routed,
        redirect: (level != Level::None).then(|| format!("REDIRECT {level:?}")),
        proposal: proposes.then(|| ("faq".into(), "DRAFT engine".into())),
        acknowledgement: "RECEIVED".into(),
        theme: Some("voisinage".into()),
        language: Some("fr".into()),
        sensitive: false,
    }
}

fn acts() -> impl Strategy<Value = (Who, Act)> {
    let agent = prop_oneof![Just("anne"), Just("bruno")].prop_map(|a| Who::Agent(a.into()));
    let level = prop_oneof![3 => Just(Level::None), 1 => Just(Level::Possible), 1 => Just(Level::Now)];
    let received = (level, any::<bool>(), any::<bool>(), prop::bool::weighted(0.1))
        .prop_map(|(l, p, r, sensitive)| (Who::Citizen, Act::Receive(Box::new(Verdict { sensitive, ..verdict(l, p, r) }))));
    let desk = prop_oneof![
        3 => Just(Act::Take),
        1 => Just(Act::Release),
        2 => Just(Act::Propose { text: "DRAFT agent".into(), faq: None }),
        2 => (1u32..6).prop_map(|revision| Act::Edit { revision, text: "DRAFT edited".into() }),
        4 => (1u32..6).prop_map(|revision| Act::Approve { revision }),
        1 => (1u32..6).prop_map(|revision| Act::Refuse { revision, reason: "no".into(), why: Why::Other }),
        1 => Just(Act::Close),
        1 => Just(Act::Ask),
        1 => Just(Act::Give),
        1 => Just(Act::Note { text: "NOTE".into() }),
        1 => Just(Act::Tag { tags: vec!["TAG".into()] }),
        1 => Just(Act::HandOver { service: "brigade".into(), summary: "SUMMARY".into(), token_hash: "token".into() }),
    ];
    let citizen = prop_oneof![Just(Act::Close), (0u8..12).prop_map(|score| Act::Rate { score, word: String::new() }), Just(Act::Erase), Just(Act::Take)];
    let token = prop_oneof![2 => Just("token"), 1 => Just("another")];
    let service =
        token.prop_flat_map(|t| prop_oneof![Just(Act::Acknowledge { token_hash: t.into() }), Just(Act::Decline { token_hash: t.into(), reason: "NOTE".into() })]);
    prop_oneof![
        4 => received,
        8 => (agent, desk),
        1 => citizen.prop_map(|a| (Who::Citizen, a)),
        1 => service.prop_map(|a| (Who::Service, a)),
        1 => Just((Who::Clock, Act::Return)),
    ]
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
                                prop_assert!(!before.sensitive || draft.first_reader.is_some_and(|first| Who::Agent(first) != who), "one reader for two");
                                prop_assert!(sent.insert(revision), "revision {} left twice", revision);
                            }
                        }
                    }
                    if contact.state == State::Erased {
                        let record = serde_json::to_string(&contact).expect("json");
                        prop_assert!(["DRAFT", "REDIRECT", "NOTE", "TAG", "SUMMARY"].iter().all(|word| !record.contains(word)));
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

fn received(sensitive: bool) -> Contact {
    let mut c = Contact::open("c".into(), 0);
    c.act(&Who::Citizen, Act::Receive(Box::new(Verdict { sensitive, ..verdict(Level::None, true, false) })), 0).expect("received");
    c
}

#[test]
fn a_sensitive_theme_wants_two_readers() {
    let mut c = received(true);
    let (anne, bruno) = (Who::Agent("anne".into()), Who::Agent("bruno".into()));
    c.act(&anne, Act::Take, 1).expect("free");
    let first = c.act(&anne, Act::Approve { revision: 1 }, 2).expect("read once");
    assert_eq!((first.act, first.after, first.leaves.len()), ("submit", State::SecondReading, 0), "nothing leaves yet, and it is back in the queue");
    c.act(&anne, Act::Take, 3).expect("she may look again");
    assert_eq!(c.act(&anne, Act::Approve { revision: 1 }, 4), Err(Refusal::SecondReader));
    c.act(&anne, Act::Release, 5).expect("hers");
    c.act(&bruno, Act::Take, 6).expect("free");
    assert_eq!(c.act(&bruno, Act::Approve { revision: 1 }, 7).expect("read twice").leaves.len(), 1);
}

#[test]
fn a_second_reader_who_changes_a_word_becomes_the_first() {
    let mut c = received(true);
    let (anne, bruno) = (Who::Agent("anne".into()), Who::Agent("bruno".into()));
    for (who, act) in [(&anne, Act::Take), (&anne, Act::Approve { revision: 1 }), (&bruno, Act::Take), (&bruno, Act::Edit { revision: 1, text: "autre".into() })] {
        c.act(who, act, 1).expect("done");
    }
    assert_eq!(c.act(&bruno, Act::Approve { revision: 2 }, 2).expect("his words are read once").act, "submit");
    c.act(&anne, Act::Take, 3).expect("free");
    assert_eq!(c.act(&anne, Act::Approve { revision: 2 }, 4).expect("read twice").act, "approve");
}

#[test]
fn a_colleague_asks_and_is_given_the_contact() {
    let mut c = received(false);
    let (anne, bruno) = (Who::Agent("anne".into()), Who::Agent("bruno".into()));
    assert_eq!(c.act(&bruno, Act::Ask, 1), Err(Refusal::NotHeld), "nobody holds it: he may take it");
    c.act(&anne, Act::Take, 1).expect("free");
    assert_eq!(c.act(&anne, Act::Give, 2), Err(Refusal::NobodyAsks));
    c.act(&bruno, Act::Ask, 3).expect("asked");
    c.act(&anne, Act::Give, 4).expect("given");
    assert_eq!(c.act(&anne, Act::Approve { revision: 1 }, 5), Err(Refusal::Held("bruno".into())));
    assert_eq!(c.act(&bruno, Act::Approve { revision: 1 }, 6).expect("his").leaves.len(), 1);
}

/// Handed to the brigade at 2.
fn handed() -> Contact {
    let mut c = received(false);
    let anne = Who::Agent("anne".into());
    c.act(&anne, Act::Take, 1).expect("free");
    c.act(&anne, Act::HandOver { service: "brigade".into(), summary: "vol de vélo".into(), token_hash: "hash".into() }, 2).expect("hers");
    c
}

#[test]
fn a_service_that_does_not_acknowledge_gives_the_contact_back_to_the_desk() {
    let mut c = handed();
    assert!(!stands(c.state), "it left the queue");
    let due = c.handover.as_ref().expect("handed over").due;
    assert_eq!(c.act(&Who::Clock, Act::Return, due - 1), Err(Refusal::Early));
    c.act(&Who::Clock, Act::Return, due).expect("late");
    assert_eq!((c.state, c.since), (State::Waiting, 0), "with the waiting time it had");
    assert_eq!(c.act(&Who::Service, Act::Acknowledge { token_hash: "hash".into() }, due + 1), Err(Refusal::State(State::Waiting)), "too late: the desk has it");
}

#[test]
fn a_service_acknowledges_once_with_its_token() {
    let mut c = handed();
    assert_eq!(c.act(&Who::Service, Act::Acknowledge { token_hash: "guess".into() }, 3), Err(Refusal::Token));
    c.act(&Who::Service, Act::Acknowledge { token_hash: "hash".into() }, 3).expect("in time");
    assert_eq!(c.state, State::Transferred);
    assert!(c.act(&Who::Clock, Act::Return, i64::MAX).is_err(), "its timer is over");
    let mut c = handed();
    c.act(&Who::Service, Act::Decline { token_hash: "hash".into(), reason: "hors secteur".into() }, 3).expect("in time");
    assert_eq!((c.state, c.notes[0].by.as_str(), c.notes[0].text.as_str()), (State::Waiting, "brigade", "hors secteur"));
    let mut c = handed();
    c.act(&Who::Citizen, Act::Receive(Box::new(verdict(Level::Now, false, false))), 3).expect("always received");
    assert!(stands(c.state), "an emergency told to a contact that was handed over is seen at the desk");
}

#[test]
fn a_dossier_tells_what_was_asked_and_answered_and_no_note() {
    let mut c = handed();
    c.act(&Who::Agent("anne".into()), Act::Note { text: "entre nous".into() }, 3).expect("noted");
    let said = |at, text: &str| Said { at, text: text.into() };
    let d = dossier(&c, [(None, said(0, "on a volé mon vélo")), (Some(Kind::Acknowledgement), said(0, "RECEIVED")), (Some(Kind::Answer), said(1, "Où ?"))])
        .expect("handed over");
    assert_eq!((d.service.as_str(), d.summary.as_str(), d.theme.as_deref()), ("brigade", "vol de vélo", Some("voisinage")));
    assert_eq!((d.asked, d.answered), (vec![said(0, "on a volé mon vélo")], vec![said(1, "Où ?")]));
    assert!(dossier(&received(false), []).is_none());
}

#[test]
fn what_an_agent_wrote_is_not_overwritten_by_the_machine() {
    let mut c = received(false);
    let anne = Who::Agent("anne".into());
    for act in [Act::Take, Act::Edit { revision: 1, text: "mes mots".into() }, Act::Release] {
        c.act(&anne, act, 1).expect("done");
    }
    c.act(&Who::Citizen, Act::Receive(Box::new(verdict(Level::None, true, false))), 2).expect("received");
    let draft = c.draft.as_ref().expect("a draft");
    assert_eq!((draft.text.as_str(), draft.revision, c.state), ("mes mots", 2, State::Draft));
}

#[test]
fn skills_choose_what_an_agent_sees_but_an_emergency_is_everybodys() {
    let german = Skills { languages: ["de".into()].into(), themes: ["route".into()].into() };
    assert!(german.suit(Level::None, Some("de"), Some("route")) && german.suit(Level::None, None, None));
    assert!(!german.suit(Level::None, Some("fr"), Some("route")) && !german.suit(Level::Possible, Some("de"), Some("plainte")));
    assert!(german.suit(Level::Now, Some("fr"), Some("intrusion")) && Skills::default().suit(Level::None, Some("fr"), Some("plainte")));
}

#[test]
fn notes_and_tags_have_bounds() {
    let mut c = received(false);
    let anne = Who::Agent("anne".into());
    assert_eq!(c.act(&anne, Act::Note { text: " ".into() }, 1), Err(Refusal::Note));
    assert_eq!(c.act(&anne, Act::Tag { tags: vec!["x".repeat(TAG_MAX + 1)] }, 1), Err(Refusal::Note));
    c.act(&anne, Act::Tag { tags: vec![" vélo ".into(), String::new(), "vélo".into()] }, 1).expect("tagged");
    assert_eq!(c.tags.iter().collect::<Vec<_>>(), ["vélo"]);
    for _ in 0..NOTES {
        c.act(&anne, Act::Note { text: "encore".into() }, 1).expect("noted");
    }
    assert_eq!(c.act(&anne, Act::Note { text: "de trop".into() }, 1), Err(Refusal::Note));
}

#[test]
fn an_author_sees_no_contact_and_every_right_is_in_the_table() {
    assert!(!may(Role::Administrator, Right::Approve) && !may(Role::Administrator, Right::Read));
    assert!(!may(Role::Author, Right::Queue) && !may(Role::Author, Right::Read) && may(Role::Agent, Right::Approve));
    assert!(!may(Role::Agent, Right::Statistics) && may(Role::Supervisor, Right::Statistics), "figures of colleagues are the supervisor's");
    assert_eq!(RIGHTS.len() * ROLES.len(), 64);
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

fn line<'a>(at: i64, contact: &'a str, act: &'a str, detail: &'a str) -> Line<'a> {
    Line { at, contact, act, after: "waiting", detail }
}

#[test]
fn times_are_exact_and_days_are_whole() {
    let (day, minute) = (day::read("2026-11-24").expect("a day"), 60_000);
    let noon = day::start(day) + 12 * 60 * minute;
    let ids: Vec<String> = (0..100).map(|i| i.to_string()).collect();
    let mut lines = vec![line(noon - day::MS, "x", "open", "channel chat"), line(noon - day::MS, "x", "receive", "level none"), line(noon, "x", "close", "")];
    for (i, id) in ids.iter().enumerate() {
        lines.push(line(noon, id, "open", "channel chat"));
        lines.push(line(noon, id, "receive", "level possible, theme =cmd, language fr"));
        lines.push(line(noon + (i as i64 + 1) * 1000, id, "approve", "level possible, revision 1, draft edited"));
        // A second answer is not a first one.
        lines.push(line(noon + 200_000, id, "approve", "level possible, revision 2, draft written"));
    }
    lines.push(line(noon + day::MS, "y", "open", "channel chat"));
    lines.sort_by_key(|l| l.at);
    let s = count(lines, day, day);
    assert_eq!((s.contacts, s.messages, s.first_answer.count), (100, 100, 100), "yesterday's opening and tomorrow's are of other days");
    assert_eq!((s.first_answer.p50, s.first_answer.p90, s.first_answer.p99, s.first_answer.max), (50, 90, 99, 100));
    assert_eq!((s.resolution.count, s.resolution.p50), (1, 86_400), "what ended today began yesterday");
    assert_eq!((s.hours["2026-11-24T12"], s.emergencies["possible"], s.drafts.sent["edited"]), (100, 100, 100));
    assert!(rows(&s).iter().any(|r| r[1] == "'=cmd") && !rows(&s).iter().flatten().any(|cell| cell.starts_with(['=', '+', '@'])), "no cell is a formula");
}

#[test]
fn each_kind_of_words_goes_on_its_day() {
    let file: RetentionFile =
        toml::from_str("[days]\nmessages = 365\ndrafts = 90\n[theme.voisinage]\nmessages = 1000\n[theme.intrusion]\ndrafts = 10\n").expect("declared");
    let of = |kind, theme| retention::days(&file, kind, theme);
    assert_eq!((of(Words::Drafts, Some("voisinage")), of(Words::Messages, Some("voisinage")), of(Words::Notes, Some("voisinage"))), (Some(90), Some(1000), Some(1000)));
    assert_eq!((of(Words::Drafts, Some("intrusion")), of(Words::Ratings, None), retention::fewest(&file)), (Some(10), Some(365), Some(10)));
    let mut c = received(false);
    let due = |c: &Contact, days: i64| retention::due(&file, c, 0, days * day::MS);
    assert_eq!((due(&c, 89), due(&c, 90), due(&c, 1000)), (vec![], vec![Words::Drafts], vec![Words::Messages]));
    c.act(&Who::Clock, Act::Forget(vec![Words::Drafts]), 0).expect("forgotten");
    assert_eq!((c.draft.clone(), due(&c, 90)), (None, vec![]), "nothing is due twice");
    assert_eq!(c.act(&Who::Agent("anne".into()), Act::Erase, 0), Err(Refusal::Person), "an agent erases nobody");
    assert!(retention::days(&RetentionFile::default(), Words::Messages, None).is_none(), "nothing declared, nothing erased");
}
