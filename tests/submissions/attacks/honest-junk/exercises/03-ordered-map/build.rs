compile_error!("never compiled");
