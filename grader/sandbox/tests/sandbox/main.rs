//! What the sandbox promises, tried from both sides: attacks that must be stopped, and honest programs that must work.
//!
//! Every trial runs once for each tier. A tier that this machine lacks shows as ignored ("not run"), never as passed.
//! The limits tier is also the control: an attack that nothing there is to stop must succeed there, or the trial would
//! prove nothing in the other tiers. No verdict here depends on time.
//!
//! The test program is its own launcher and its own victim. With `--emulate` and the name of a smaller
//! machine (`docker`, `unlocked`, `bare`) as its first arguments it first gives up what that machine lacks.

#[cfg(target_os = "linux")]
mod again;
#[cfg(target_os = "linux")]
mod attacks;
#[cfg(target_os = "linux")]
mod compiling;
#[cfg(target_os = "linux")]
mod emulate;
#[cfg(target_os = "linux")]
mod hungry;
#[cfg(target_os = "linux")]
mod lifecycle;
#[cfg(target_os = "linux")]
mod running;
#[cfg(target_os = "linux")]
mod stage;
#[cfg(target_os = "linux")]
mod trees;
#[cfg(target_os = "linux")]
mod trials;
#[cfg(target_os = "linux")]
mod victim;

#[cfg(target_os = "linux")]
fn main() -> std::process::ExitCode {
    sandbox::launcher_main_if_asked();
    forkserver::serve_if_asked(victim::prepare);
    victim::main_if_asked();
    lifecycle::hold_if_asked();
    let (args, emulated) = emulate::if_asked(std::env::args_os().collect());
    let args = libtest_mimic::Arguments::from_iter(args);
    let bench = trials::Bench::new();
    let mut trials = attacks::trials(&bench);
    trials.extend(hungry::trials(&bench));
    trials.extend(trees::trials(&bench));
    trials.extend(running::trials(&bench));
    trials.extend(lifecycle::trials(&bench));
    trials.extend(again::trials(&bench));
    trials.extend(compiling::trials(&bench));
    if !emulated {
        trials.extend(emulate::trials(&bench));
    }
    libtest_mimic::run(&args, trials).exit_code()
}

#[cfg(not(target_os = "linux"))]
fn main() {
    println!("not run: there is no sandbox on this system");
}
