//! From the classroom to the network: the same `Session`, over a connector that makes real connections.
//!
//! ```sh
//! cargo run -p exercise-06 --example real -- http://example.com/ http://example.com/nowhere
//! ```
//!
//! No check runs this: it needs a network, and your answer.

use std::time::Duration;

use exercise_06::{Manners, Session};
use hyper_util::client::legacy::connect::HttpConnector;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let urls: Vec<String> = std::env::args().skip(1).collect();
    let manners = Manners {
        total: 8,
        per_host: 2,
        timeout: Duration::from_secs(10),
        retries: 2,
        pause: Duration::from_millis(500),
    };
    let session = Session::new(HttpConnector::new(), manners);
    for (url, result) in urls.iter().zip(session.fetch_all(&urls).await) {
        match result {
            Ok(page) => println!("{url}: status {}, {} bytes", page.status, page.body.len()),
            Err(error) => println!("{url}: {error:?}"),
        }
    }
}
