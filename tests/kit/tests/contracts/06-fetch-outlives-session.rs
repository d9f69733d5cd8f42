//! The future of a fetch borrows its session: dropping the session closes the connections, so none may be in use.

use hyper_util::client::legacy::connect::HttpConnector;

fn fetch(session: solution_06::Session<HttpConnector>) -> impl Future + 'static {
    session.fetch("http://a.example/")
}

fn main() {
    let _ = fetch;
}
