compile_error!("not yours");
