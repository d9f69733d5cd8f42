fn main() {
    std::fs::write("/tmp/grader-attack-build-script", "it ran").unwrap();
}
