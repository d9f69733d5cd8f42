unsafe fn x() {}
