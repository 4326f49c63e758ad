//! How fast messages leave: a number has its rate, and so has a pair of numbers (whatsapp.md, A4).

use std::num::NonZeroU32;
use std::time::Duration;

use governor::{DefaultDirectRateLimiter, DefaultKeyedRateLimiter, Quota, RateLimiter};

/// To one user: one message in so long, after a burst.
const PAIR_EVERY: Duration = Duration::from_secs(6);
const PAIR_BURST: NonZeroU32 = NonZeroU32::new(45).unwrap();
/// Users who were not written to are forgotten when there are so many.
const MANY: usize = 10_000;

/// The pace of one channel.
pub struct Pace {
    number: DefaultDirectRateLimiter,
    /// Who waits for the number's rate waits in a line: of many who look at it again at once, one wins, and not the first.
    line: tokio::sync::Mutex<()>,
    pairs: Option<DefaultKeyedRateLimiter<String>>,
}

impl Pace {
    /// So many a second; `has_pairs` where the provider counts pairs.
    pub fn new(per_second: u32, has_pairs: bool) -> Self {
        let per_second = NonZeroU32::new(per_second).unwrap_or(NonZeroU32::MIN);
        let pairs = Quota::with_period(PAIR_EVERY).map(|quota| quota.allow_burst(PAIR_BURST));
        Self {
            number: RateLimiter::direct(Quota::per_second(per_second)),
            line: tokio::sync::Mutex::new(()),
            pairs: pairs.filter(|_| has_pairs).map(RateLimiter::keyed),
        }
    }

    /// Returns when a message may leave to this user.
    pub async fn wait(&self, user: &str) {
        if let Some(pairs) = &self.pairs {
            if pairs.len() > MANY {
                pairs.retain_recent();
            }
            pairs.until_key_ready(&user.to_owned()).await;
        }
        let _first = self.line.lock().await;
        self.number.until_ready().await;
    }
}
