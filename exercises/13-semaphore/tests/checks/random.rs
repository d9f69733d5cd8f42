//! Scripts by chance, from a seed: made by following the model, so that each step is one that its driver can take.

use judge::scenario::Dice;

use super::scene::{HOUR, Scene};

/// Steps that are drawn.
const STEPS: usize = 60;
const DRIVERS: u16 = 6;

/// What the drivers hold and wait for, as the contract has it.
struct Followed {
    free: u64,
    line: Vec<u16>,
    held: Vec<u32>,
}

impl Followed {
    fn waits(&self, driver: u16) -> bool {
        self.line.contains(&driver)
    }

    fn comes(&mut self, driver: u16) {
        if self.free > 0 {
            self.free -= 1;
            self.held[usize::from(driver)] += 1;
        } else {
            self.line.push(driver);
        }
    }

    fn gives_back(&mut self, driver: u16) {
        self.held[usize::from(driver)] -= 1;
        self.free += 1;
        if !self.line.is_empty() {
            let next = self.line.remove(0);
            self.comes(next);
        }
    }
}

/// What else is drawn than `acquire` and drops.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mixed {
    /// Calls of `try_acquire`.
    Looks,
    /// Waits with a time limit, and threads that wake up for nothing.
    WakeUps,
}

/// A script that follows from the seed.
pub(crate) fn random(label: &str, seed: u64, permits: u64, mixed: Mixed) -> Scene {
    let mut dice = Dice::new(seed);
    let mut followed = Followed { free: permits, line: Vec::new(), held: vec![0; usize::from(DRIVERS)] };
    let mut scene = Scene::new(label, permits);
    for _ in 0..STEPS {
        let driver = u16::try_from(dice.below(u64::from(DRIVERS))).expect("it is small");
        if followed.waits(driver) {
            if mixed == Mixed::WakeUps {
                scene = scene.nudge(driver);
            }
            continue;
        }
        let holds = followed.held[usize::from(driver)] > 0;
        match dice.below(6) {
            0 | 1 if !holds => {
                let limited = mixed == Mixed::WakeUps && dice.below(2) == 0;
                scene = if limited { scene.timed(driver, HOUR) } else { scene.acquire(driver) };
                followed.comes(driver);
            }
            2 if mixed == Mixed::Looks => scene = scene.look(driver),
            _ if holds => {
                scene = scene.release(driver);
                followed.gives_back(driver);
            }
            _ => {}
        }
    }
    while let Some(driver) = (0..DRIVERS).find(|&driver| followed.held[usize::from(driver)] > 0) {
        scene = scene.release(driver);
        followed.gives_back(driver);
    }
    scene
}
