unsafe fn old() {}
