pub unsafe fn old() {
    include_str!("/etc/passwd");
