#[path = "../elsewhere.rs"]
pub mod below;
