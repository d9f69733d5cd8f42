pub unsafe fn more() {}
