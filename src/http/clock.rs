//! The only place where the desk's clock is read.

/// Milliseconds since 1970.
pub fn now() -> i64 {
    #[expect(clippy::disallowed_methods, reason = "the rim reads the clock here, and passes the time in: the desk and the engine never do")]
    let now = std::time::SystemTime::now();
    now.duration_since(std::time::UNIX_EPOCH).map_or(0, |d| i64::try_from(d.as_millis()).unwrap_or(i64::MAX))
}
