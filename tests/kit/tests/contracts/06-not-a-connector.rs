//! A session is made over something that makes connections.

use std::time::Duration;

fn main() {
    let manners = solution_06::Manners {
        total: 1,
        per_host: 1,
        timeout: Duration::from_secs(1),
        retries: 0,
        pause: Duration::ZERO,
    };
    solution_06::Session::new("http://a.example", manners);
}
