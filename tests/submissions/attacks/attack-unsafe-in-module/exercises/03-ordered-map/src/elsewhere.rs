pub fn peek(at: &u8) -> u8 {
    unsafe { *std::ptr::from_ref(at) }
}
