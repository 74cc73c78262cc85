//! Server-sent events, resumed by `Last-Event-ID`: a contact's messages for its citizen, the journal's lines for the desk.
//!
//! A stream reads the store after the last event it sent; the news that something changed only wakes it, so nothing is lost when it is slow.

use super::caller::Caller;
use super::problem::Problem;
use super::quota::Share;
use super::{Shared, clock};
use crate::store::{Error, accounts, contacts, journal};
use axum::http::{HeaderMap, StatusCode};
use axum::response::sse::{Event, KeepAlive, Sse};
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{Mutex, mpsc};
use tokio_stream::wrappers::ReceiverStream;

type Events = Sse<axum::response::sse::KeepAliveStream<ReceiverStream<Result<Event, Infallible>>>>;

/// A silent stream looks again after this long.
const LOOK: Duration = Duration::from_secs(15);
/// So does the desk's: an account disabled by another program is out within a second.
const LOOK_DESK: Duration = Duration::from_millis(500);

/// The event that the reader saw last.
pub fn last_id(headers: &HeaderMap) -> Option<i64> {
    headers.get("last-event-id")?.to_str().ok()?.parse().ok()
}

/// What a stream does after it sent what there was.
#[derive(PartialEq)]
enum Then {
    /// A page was full: there may be more.
    More,
    /// Wait for news.
    Wait,
    /// Over.
    End,
}

/// A share of the streams, or the refusal to send.
///
/// # Errors
/// Too many are open.
pub fn share(s: &Shared, caller: Caller) -> Result<Share, Problem> {
    let network = (!s.settings.proxies.contains(&caller.address)).then(|| caller.network());
    s.streams.take(network).ok_or_else(|| {
        Problem::new(StatusCode::TOO_MANY_REQUESTS, "streams", "Too many event streams are open", "Trop de flux ouverts", "close some, or read without events")
    })
}

/// Runs `next` at once and whenever `concerned` says so of a contact that changed; it sends, and says what then.
fn stream<F>(
    s: &Shared,
    share: Share,
    look: Duration,
    concerned: impl Fn(&str) -> bool + Send + 'static,
    mut next: impl FnMut(mpsc::Sender<Result<Event, Infallible>>) -> F + Send + 'static,
) -> Events
where
    F: Future<Output = Then> + Send,
{
    let (send, receive) = mpsc::channel(16);
    let (mut changed, mut closing) = (s.desk.changed.subscribe(), s.desk.closing.subscribe());
    tokio::spawn(async move {
        let _share = share;
        while !*closing.borrow() {
            match next(send.clone()).await {
                Then::More => continue,
                Then::End => return,
                Then::Wait => {}
            }
            loop {
                tokio::select! {
                    _ = closing.changed() => return,
                    () = send.closed() => return,
                    () = tokio::time::sleep(look) => break,
                    contact = changed.recv() => match contact {
                        Ok(c) if !concerned(&c) => {}
                        Ok(_) | Err(RecvError::Lagged(_)) => break,
                        Err(RecvError::Closed) => return,
                    }
                }
            }
        }
    });
    Sse::new(ReceiverStream::new(receive)).keep_alive(KeepAlive::new().interval(LOOK))
}

/// Messages of a contact after `seq`.
pub fn of_contact(s: &Shared, share: Share, id: String, code_hash: String, seq: i64) -> Events {
    let (store, concerned) = (s.desk.store.clone(), id.clone());
    // The last message and state told.
    let news = Arc::new(Mutex::new((seq, String::new())));
    stream(
        s,
        share,
        LOOK,
        move |c| c == concerned,
        move |send| {
            let (store, id, hash, news) = (store.clone(), id.clone(), code_hash.clone(), news.clone());
            async move {
                let mut at = news.lock().await;
                let (kept, after) = (id.clone(), at.0);
                let read = store.run(move |c| {
                    // Erased meanwhile: the code opens nothing any more.
                    contacts::by_code(c, &hash)?;
                    Ok((contacts::read(c, &kept)?.state, contacts::messages(c, &kept, after)?))
                });
                match read.await {
                    Ok((state, messages)) => {
                        let full = messages.len() >= contacts::PAGE;
                        for m in messages {
                            let data = serde_json::to_string(&m).unwrap_or_default();
                            if send.send(Ok(Event::default().event("message").id(m.seq.to_string()).data(data))).await.is_err() {
                                return Then::End;
                            }
                            at.0 = m.seq;
                        }
                        if full {
                            return Then::More;
                        }
                        let state = crate::desk::state::name(state);
                        if state != at.1 {
                            at.1.clone_from(&state);
                            if send.send(Ok(Event::default().event("state").data(state))).await.is_err() {
                                return Then::End;
                            }
                        }
                        Then::Wait
                    }
                    Err(Error::Down(_)) => Then::Wait,
                    Err(_) => Then::End,
                }
            }
        },
    )
}

/// Lines of the journal after `seq`, as long as the session lasts.
pub fn of_desk(s: &Shared, share: Share, token_hash: String, seq: Option<i64>) -> Events {
    let store = s.desk.store.clone();
    let last = Arc::new(Mutex::new(seq));
    stream(
        s,
        share,
        LOOK_DESK,
        |_| true,
        move |send| {
            let (store, token, last) = (store.clone(), token_hash.clone(), last.clone());
            async move {
                let mut last = last.lock().await;
                let (after, now) = (*last, clock::now());
                let read = store.run(move |c| {
                    accounts::session(c, &token, now)?;
                    let after = match after {
                        Some(after) => after,
                        None => journal::last(c)?,
                    };
                    Ok((after, journal::since(c, after)?))
                });
                match read.await {
                    Ok((after, lines)) => {
                        *last = Some(after);
                        let full = lines.len() >= journal::PAGE;
                        for l in lines {
                            let data = serde_json::to_string(&l).unwrap_or_default();
                            if send.send(Ok(Event::default().event("act").id(l.seq.to_string()).data(data))).await.is_err() {
                                return Then::End;
                            }
                            *last = Some(l.seq);
                        }
                        if full { Then::More } else { Then::Wait }
                    }
                    Err(Error::Down(_)) => Then::Wait,
                    Err(_) => Then::End,
                }
            }
        },
    )
}
