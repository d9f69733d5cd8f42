//! `Session` accepts any connector, the real network's too, and promises no more than the contract.

use std::time::Duration;

use hyper_util::client::legacy::connect::HttpConnector;
use solution_06::{FetchError, Manners, Session};

const MANNERS: Manners =
    Manners { total: 1, per_host: 1, timeout: Duration::from_secs(1), retries: 0, pause: Duration::ZERO };

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("the system gives a runtime")
}

#[test]
fn a_session_over_the_real_network_fetches_by_one_and_by_list_at_the_same_time() {
    runtime().block_on(async {
        let session = Session::new(HttpConnector::new(), MANNERS);
        let bad = ["ftp://a.example/".to_owned(), String::new()];
        let (one, list) = tokio::join!(session.fetch("https://a.example/"), session.fetch_all(&bad));
        assert_eq!(one, Err(FetchError::BadUrl));
        assert_eq!(list, [Err(FetchError::BadUrl), Err(FetchError::BadUrl)]);
    });
}
