//! The OpenAPI 3.1 document, its schemas generated from the types that the doors read and write.

use super::problem::Problem;
use super::triage::{Batch, Message};
use crate::decision::Decision;
use schemars::SchemaGenerator;
use schemars::generate::SchemaSettings;
use serde_json::{Value, json};

/// The document.
pub fn document() -> Value {
    let mut g: SchemaGenerator = SchemaSettings::draft2020_12().with(|s| s.definitions_path = "/components/schemas".into()).into_generator();
    let (message, batch) = (g.subschema_for::<Message>(), g.subschema_for::<Batch>());
    let decision = g.subschema_for::<Decision>();
    let problem = g.subschema_for::<Problem>();
    let schemas = g.take_definitions(true);
    let error = |what: &str| json!({"description": what, "content": {"application/problem+json": {"schema": problem}}});
    json!({
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
        "components": {"schemas": schemas}
    })
}
