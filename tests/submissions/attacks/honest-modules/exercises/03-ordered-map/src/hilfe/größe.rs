pub const fn größe() -> usize {
    "größer 🦀".len()
}
