//! How much of a thing may be open at once: in all, and for one network.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

/// Shares given out, by network.
pub struct Quota {
    most: usize,
    each: usize,
    taken: Mutex<(usize, BTreeMap<IpAddr, usize>)>,
}

/// One share; given back when dropped.
pub struct Share {
    of: Arc<Quota>,
    network: IpAddr,
}

impl Quota {
    /// `most` shares in all, `each` for one network.
    pub fn new(most: usize, each: usize) -> Arc<Self> {
        Arc::new(Self { most, each, taken: Mutex::default() })
    }

    /// A share, unless there are too many. Without a network only the total counts.
    pub fn take(self: &Arc<Self>, network: Option<IpAddr>) -> Option<Share> {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        // A trusted proxy stands for many: its shares are counted in all only.
        let key = network.unwrap_or(IpAddr::from([0; 16]));
        let own = taken.1.get(&key).copied().unwrap_or(0);
        if taken.0 >= self.most || (network.is_some() && own >= self.each) {
            return None;
        }
        taken.0 += 1;
        taken.1.insert(key, own + 1);
        Some(Share { of: self.clone(), network: key })
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        let mut taken = self.of.taken.lock().unwrap_or_else(PoisonError::into_inner);
        taken.0 = taken.0.saturating_sub(1);
        if let Some(own) = taken.1.get_mut(&self.network) {
            *own = own.saturating_sub(1);
            if *own == 0 {
                taken.1.remove(&self.network);
            }
        }
    }
}
