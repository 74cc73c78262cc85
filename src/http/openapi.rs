//! The OpenAPI 3.1 document, its schemas generated from the types that the doors read and write.

use super::problem::Problem;
use super::triage::{Batch, Message};
use super::{agents, citizen, handovers, search, sign_in};
use crate::decision::Decision;
use crate::desk::handover::Dossier;
use crate::desk::rights::Right;
use crate::desk::skills::Skills;
use crate::desk::state::name;
use crate::desk::statistics::Statistics;
use schemars::generate::SchemaSettings;
use schemars::{Schema, SchemaGenerator};
use serde_json::{Value, json};

/// The document.
pub fn document() -> Value {
    let mut g: SchemaGenerator = SchemaSettings::draft2020_12().with(|s| s.definitions_path = "/components/schemas".into()).into_generator();
    let (message, batch) = (g.subschema_for::<Message>(), g.subschema_for::<Batch>());
    // What is read and what is written differ: an empty list that is left out is not required.
    let mut out: SchemaGenerator = SchemaSettings::draft2020_12().for_serialize().with(|s| s.definitions_path = "/components/schemas".into()).into_generator();
    let decision = out.subschema_for::<Decision>();
    let problem = out.subschema_for::<Problem>();
    let contacts = contacts(&mut g, &mut out);
    let mut schemas = g.take_definitions(true);
    schemas.extend(out.take_definitions(true));
    let error = |what: &str| json!({"description": what, "content": {"application/problem+json": {"schema": problem}}});
    let mut document = json!({
        "openapi": "3.1.0",
        "info": {"title": "Guichet", "version": env!("CARGO_PKG_VERSION"), "license": {"name": "EUPL-1.2", "identifier": "EUPL-1.2"},
                 "description": "Deterministic triage of messages to the gendarmerie. Not for emergencies: call 17 or 112."},
        "paths": {
            "/api/v1/triage": {"post": {
                "operationId": "triage", "summary": "Decides on one message, or on a batch in order",
                "requestBody": {"required": true, "content": {"application/json": {"schema": {"anyOf": [message, batch]}}}},
                "responses": {
                    "200": {"description": "The decision, or `decisions` for a batch", "content": {"application/json": {"schema": {"anyOf": [
                        decision, {"type": "object", "required": ["decisions"], "properties": {"decisions": {"type": "array", "items": decision}}}]}}}},
                    "400": error("Not JSON"), "413": error("Too large"), "422": error("Not the right form"), "429": error("Too many requests"), "503": error("The server is stopping")
                }}},
            "/healthz": {"get": {"operationId": "health", "summary": "Is the program alive?", "responses": {"200": {"description": "Yes", "content": {"text/plain": {"schema": {"type": "string"}}}}}}},
            "/readyz": {"get": {"operationId": "ready", "summary": "Which pack is in force, and how the last reload ended", "responses": {"200": {"description": "Ready", "content": {"application/json": {"schema": {"type": "object"}}}}}}},
            "/metrics": {"get": {"operationId": "metrics", "summary": "Measures, Prometheus text", "responses": {"200": {"description": "Measures", "content": {"text/plain": {"schema": {"type": "string"}}}}}}},
            "/openapi.json": {"get": {"operationId": "openapi", "summary": "This document", "responses": {"200": {"description": "OpenAPI 3.1", "content": {"application/json": {"schema": {"type": "object"}}}}}}}
        },
        "components": {"schemas": schemas, "securitySchemes": {"session": {"type": "apiKey", "in": "cookie", "name": "guichet_session"}}}
    });
    for (path, method, operation) in contacts {
        document["paths"][path][method] = operation;
    }
    document
}

/// What an operation of the desk is.
struct Operation {
    path: &'static str,
    method: &'static str,
    id: &'static str,
    summary: &'static str,
    /// Asked of an agent; a citizen's operation asks for nothing but the code.
    right: Option<Right>,
    body: Option<Schema>,
    /// Status and body of success.
    success: (&'static str, &'static str, Option<Schema>),
    errors: &'static [&'static str],
}

/// How an act on a contact may be refused.
const ACTS: &[&str] = &["401", "403", "404", "409", "429", "503"];
/// And one that has a body.
const WRITINGS: &[&str] = &["400", "401", "403", "404", "409", "413", "422", "429", "503"];

/// The operations on contacts: path, method, and what they take and give.
fn contacts(g: &mut SchemaGenerator, out: &mut SchemaGenerator) -> Vec<(&'static str, &'static str, Value)> {
    let problem = out.subschema_for::<Problem>();
    let json = "application/json";
    let session = out.subschema_for::<sign_in::Session>();
    let stream = ("200", "text/event-stream", Some(out.subschema_for::<String>()));
    let act = ("200", json, None);
    let nothing = ("204", "", None);
    let code = |path, method, id, summary, body, success, errors| Operation { path, method, id, summary, right: None, body, success, errors };
    let desk = |path, method, id, summary, right, body, success, errors| Operation { path, method, id, summary, right: Some(right), body, success, errors };
    let operations = [
        code(
            "/api/v1/contacts",
            "post",
            "contactOpen",
            "Opens a contact, with its first message or not",
            Some(g.subschema_for::<citizen::Opening>()),
            ("201", json, Some(out.subschema_for::<citizen::Opened>())),
            &["400", "413", "422", "429", "503"],
        ),
        code(
            "/api/v1/contacts/{code}",
            "get",
            "contactRead",
            "Messages and state",
            None,
            ("200", json, Some(out.subschema_for::<citizen::Conversation>())),
            &["404", "429", "503"],
        ),
        code("/api/v1/contacts/{code}", "delete", "contactErase", "Erases the words", None, nothing.clone(), &["404", "429", "503"]),
        code(
            "/api/v1/contacts/{code}/messages",
            "post",
            "contactWrite",
            "Writes a message; `Idempotency-Key` makes it one however often it is sent. Even an error may carry `redirect`",
            Some(g.subschema_for::<citizen::Message>()),
            ("202", json, Some(out.subschema_for::<citizen::Received>())),
            &["400", "404", "409", "413", "422", "429", "503"],
        ),
        code(
            "/api/v1/contacts/{code}/events",
            "get",
            "contactEvents",
            "Messages and states as they come; resumed by `Last-Event-ID`",
            None,
            stream.clone(),
            &["404", "429", "503"],
        ),
        code(
            "/api/v1/contacts/{code}/rating",
            "post",
            "contactRate",
            "A mark and a word, once, after an answer or the end",
            Some(g.subschema_for::<citizen::Rating>()),
            nothing.clone(),
            &["400", "404", "409", "413", "422", "429", "503"],
        ),
        code("/api/v1/contacts/{code}/close", "post", "contactClose", "Ends the contact", None, nothing.clone(), &["404", "409", "429", "503"]),
        code(
            "/api/v1/contacts/{code}/data",
            "get",
            "contactData",
            "All that is held on the person, and for how long",
            None,
            ("200", json, Some(out.subschema_for::<citizen::Held>())),
            &["404", "429", "503"],
        ),
        code(
            "/api/v1/handovers/{id}/{token}",
            "get",
            "handoverRead",
            "The dossier, for the service that was given this address",
            None,
            ("200", json, Some(out.subschema_for::<Dossier>())),
            &["404", "429", "503"],
        ),
        code("/api/v1/handovers/{id}/{token}/acknowledge", "post", "handoverAcknowledge", "The service has it", None, nothing.clone(), &["404", "409", "429", "503"]),
        code(
            "/api/v1/handovers/{id}/{token}/decline",
            "post",
            "handoverDecline",
            "The service does not take it: it comes back to the desk",
            Some(g.subschema_for::<handovers::Declining>()),
            nothing.clone(),
            &["400", "404", "409", "413", "422", "429", "503"],
        ),
        code(
            "/api/v1/desk/session",
            "post",
            "signIn",
            "Signs in: sets the cookie, gives the CSRF token",
            Some(g.subschema_for::<sign_in::Credentials>()),
            ("200", json, Some(session.clone())),
            &["400", "401", "413", "422", "429", "503"],
        ),
        desk("/api/v1/desk/session", "get", "whoAmI", "Who is signed in", Right::Session, None, ("200", json, Some(session)), &["401", "403", "429", "503"]),
        desk("/api/v1/desk/session", "delete", "signOut", "Signs out", Right::Session, None, nothing, &["401", "403", "429", "503"]),
        desk(
            "/api/v1/desk/queue",
            "get",
            "queue",
            "Who waits, in order",
            Right::Queue,
            None,
            ("200", json, Some(out.subschema_for::<agents::Queue>())),
            &["401", "403", "429", "503"],
        ),
        desk("/api/v1/desk/events", "get", "deskEvents", "Acts as they happen; resumed by `Last-Event-ID`", Right::Queue, None, stream, &["401", "403", "429", "503"]),
        desk(
            "/api/v1/desk/contacts/{id}",
            "get",
            "deskRead",
            "A contact, its messages, its draft, the answers found",
            Right::Read,
            None,
            ("200", json, Some(out.subschema_for::<agents::Dossier>())),
            &["401", "403", "404", "429", "503"],
        ),
        desk("/api/v1/desk/contacts/{id}/take", "post", "take", "Holds the contact", Right::Hold, None, act.clone(), &["401", "403", "404", "409", "429", "503"]),
        desk("/api/v1/desk/contacts/{id}/release", "post", "release", "Lets it go", Right::Hold, None, act.clone(), &["401", "403", "404", "409", "429", "503"]),
        desk(
            "/api/v1/desk/contacts/{id}/draft",
            "post",
            "draft",
            "Writes a draft, or edits the revision named",
            Right::Draft,
            Some(g.subschema_for::<agents::Writing>()),
            act.clone(),
            &["400", "401", "403", "404", "409", "413", "422", "429", "503"],
        ),
        desk(
            "/api/v1/desk/contacts/{id}/approve",
            "post",
            "approve",
            "Approves the revision named: it leaves, once",
            Right::Approve,
            Some(g.subschema_for::<agents::Approval>()),
            act.clone(),
            &["400", "401", "403", "404", "409", "413", "422", "429", "503"],
        ),
        desk(
            "/api/v1/desk/contacts/{id}/refuse",
            "post",
            "refuse",
            "Refuses the revision named, with a reason",
            Right::Refuse,
            Some(g.subschema_for::<agents::Rejection>()),
            act.clone(),
            &["400", "401", "403", "404", "409", "413", "422", "429", "503"],
        ),
        desk("/api/v1/desk/contacts/{id}/ask", "post", "ask", "Asks the holder for the contact", Right::Hold, None, act.clone(), ACTS),
        desk("/api/v1/desk/contacts/{id}/give", "post", "give", "Gives it to the agent who asked", Right::Hold, None, act.clone(), ACTS),
        desk(
            "/api/v1/desk/contacts/{id}/note",
            "post",
            "note",
            "Writes a note, for agents only",
            Right::Note,
            Some(g.subschema_for::<agents::Noting>()),
            act.clone(),
            WRITINGS,
        ),
        desk("/api/v1/desk/contacts/{id}/tags", "put", "tag", "Sets all tags", Right::Note, Some(g.subschema_for::<agents::Tagging>()), act.clone(), WRITINGS),
        desk(
            "/api/v1/desk/contacts/{id}/hand-over",
            "post",
            "handOver",
            "Hands it to a service; gives the address that the service reads and acknowledges at",
            Right::HandOver,
            Some(g.subschema_for::<handovers::Handing>()),
            ("200", json, Some(out.subschema_for::<handovers::Handed>())),
            WRITINGS,
        ),
        desk(
            "/api/v1/desk/search",
            "get",
            "search",
            "Contacts and answers that hold the words of `q`",
            Right::Search,
            None,
            ("200", json, Some(out.subschema_for::<search::Found>())),
            &["400", "401", "403", "429", "503"],
        ),
        desk(
            "/api/v1/desk/statistics",
            "get",
            "statistics",
            "Figures of the days `from` to `to`; a table with `format=csv`",
            Right::Statistics,
            None,
            ("200", json, Some(out.subschema_for::<Statistics>())),
            &["400", "401", "403", "422", "429", "503"],
        ),
        desk(
            "/api/v1/desk/skills",
            "get",
            "skills",
            "The agent's languages and themes",
            Right::Queue,
            None,
            ("200", json, Some(out.subschema_for::<Skills>())),
            &["401", "403", "429", "503"],
        ),
        desk(
            "/api/v1/desk/skills",
            "put",
            "setSkills",
            "Sets them",
            Right::Queue,
            Some(g.subschema_for::<Skills>()),
            ("200", json, Some(out.subschema_for::<Skills>())),
            &["400", "401", "403", "413", "422", "429", "503"],
        ),
        desk("/api/v1/desk/contacts/{id}/close", "post", "deskClose", "Ends the contact", Right::Close, None, act, &["401", "403", "404", "409", "429", "503"]),
    ];
    operations.into_iter().map(|o| (o.path, o.method, told(o, &problem))).collect()
}

fn told(o: Operation, problem: &Schema) -> Value {
    let (status, kind, schema) = o.success;
    let mut success = json!({"description": "Done"});
    if !kind.is_empty() {
        success["content"][kind] = json!({"schema": schema.map_or_else(|| json!({"type": "object"}), Schema::to_value)});
    }
    if o.id == "statistics" {
        success["content"]["text/csv"] = json!({"schema": {"type": "string"}});
    }
    let mut operation = json!({"operationId": o.id, "summary": o.summary, "responses": {status: success}});
    for e in o.errors {
        operation["responses"][*e] = json!({"description": "Refused", "content": {"application/problem+json": {"schema": problem}}});
    }
    let mut parameters = Vec::new();
    for name in ["code", "id", "token"] {
        if o.path.contains(&format!("{{{name}}}")) {
            parameters.push(json!({"name": name, "in": "path", "required": true, "schema": {"type": "string"}}));
        }
    }
    for (operation, names) in [("queue", &["mine"][..]), ("search", &["q"]), ("statistics", &["from", "to", "format"])] {
        let given = names.iter().filter(|_| o.id == operation);
        let kind = |name: &str| match name {
            "mine" => json!({"type": "boolean"}),
            "format" => json!({"type": "string", "enum": ["json", "csv"]}),
            _ => json!({"type": "string"}),
        };
        parameters.extend(given.map(|name| json!({"name": name, "in": "query", "required": false, "schema": kind(name)})));
    }
    let mut header = |name: &str| parameters.push(json!({"name": name, "in": "header", "required": false, "schema": {"type": "string"}}));
    if o.id == "contactWrite" {
        header("Idempotency-Key");
    }
    if kind == "text/event-stream" {
        header("Last-Event-ID");
    }
    if let Some(right) = o.right {
        operation["security"] = json!([{"session": []}]);
        operation["x-right"] = json!(name(right));
        if o.method != "get" {
            header("X-Guichet-CSRF");
        }
    }
    if !parameters.is_empty() {
        operation["parameters"] = Value::Array(parameters);
    }
    if let Some(body) = o.body {
        operation["requestBody"] = json!({"required": true, "content": {"application/json": {"schema": body}}});
    }
    operation
}
