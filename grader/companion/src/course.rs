//! The exercises of this kit, as they lie in its folders.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::lesson::Lesson;

/// Where a released kit keeps the stubs to go back to.
const STUBS: &str = "companion/stubs";

/// All exercises.
pub(crate) struct Course {
    /// The folder of the workspace.
    pub(crate) root: PathBuf,
    /// In their order.
    pub(crate) exercises: Vec<Exercise>,
}

/// One exercise.
pub(crate) struct Exercise {
    /// `03`.
    pub(crate) id: String,
    /// `03-ordered-map`.
    pub(crate) slug: String,
    pub(crate) folder: PathBuf,
    pub(crate) lesson: Lesson,
    /// `src/lib.rs` as it was given: a released kit keeps a copy. In the kit's own checkout there is none, and git has it.
    pub(crate) stub: Option<String>,
}

impl Course {
    /// The course in whose folders `from` lies.
    pub(crate) fn find(from: &Path) -> Result<Self> {
        let is_root =
            |folder: &&Path| folder.join("exercises").is_dir() && folder.join("Cargo.toml").is_file();
        let root = from.ancestors().find(is_root);
        let root = root.context("no folder `exercises` here or above: run `cargo kit` inside the kit")?;
        let folder = root.join("exercises");
        let mut exercises = Vec::new();
        for entry in fs::read_dir(&folder).with_context(|| format!("{} can't be read", folder.display()))? {
            let slug = entry?.file_name().to_string_lossy().into_owned();
            if let Some((id, _)) = slug.split_once('-').filter(|(id, _)| id.parse::<u8>().is_ok())
                && is_of_the_kit(root, &slug)
            {
                exercises.push(Exercise::read(root, id.to_owned(), &slug)?);
            }
        }
        exercises.sort_by(|one, other| one.id.cmp(&other.id));
        Ok(Self { root: root.to_owned(), exercises })
    }

    /// The exercise that is meant by `03`, `3`, `exercise-03` or a part of its name.
    pub(crate) fn exercise(&self, named: &str) -> Result<&Exercise> {
        let number = named.trim_start_matches("exercise-").parse::<u8>().ok();
        let is_meant = |exercise: &&Exercise| match number {
            Some(number) => exercise.id.parse() == Ok(number),
            None => exercise.slug.contains(named),
        };
        let mut meant = self.exercises.iter().filter(is_meant);
        if let (Some(exercise), None) = (meant.next(), meant.next()) {
            return Ok(exercise);
        }
        let slugs: Vec<&str> = self.exercises.iter().map(|exercise| exercise.slug.as_str()).collect();
        bail!("`{named}` names no single exercise; there are {}", slugs.join(", "))
    }

    /// The exercise that this file belongs to.
    pub(crate) fn of_file(&self, file: &Path) -> Option<&Exercise> {
        self.exercises.iter().find(|exercise| file.starts_with(exercise.folder.join("src")))
    }

    /// Where the companion may keep what costs only a run.
    pub(crate) fn scratch(&self) -> PathBuf {
        self.root.join("target/kit")
    }
}

/// Whether a folder beside the exercises is one, and not a student's copy or notes: a released kit has a stub of each, a checkout
/// its checks, and a copy is called otherwise.
fn is_of_the_kit(root: &Path, slug: &str) -> bool {
    if root.join(STUBS).is_dir() {
        return root.join(STUBS).join(format!("{slug}.rs")).is_file();
    }
    let is_plain = slug.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '-');
    is_plain && root.join("exercises").join(slug).join("tests/visible.rs").is_file()
}

impl Exercise {
    fn read(root: &Path, id: String, slug: &str) -> Result<Self> {
        let folder = root.join("exercises").join(slug);
        let read = |file: PathBuf| {
            fs::read_to_string(&file).with_context(|| format!("{} can't be read", file.display()))
        };
        let lesson = Lesson::read(&read(folder.join("README.md"))?);
        let lesson = lesson.with_context(|| {
            format!("the lesson {} can't be understood", folder.join("README.md").display())
        })?;
        let stub = root.join(STUBS).join(format!("{slug}.rs"));
        let stub = if stub.is_file() { Some(read(stub)?) } else { None };
        Ok(Self { id, slug: slug.to_owned(), folder, lesson, stub })
    }

    /// `exercise-03`.
    pub(crate) fn package(&self) -> String {
        format!("exercise-{}", self.id)
    }

    /// What a student writes first.
    pub(crate) fn library(&self) -> PathBuf {
        self.folder.join("src/lib.rs")
    }

    /// `exercises/03-ordered-map/src/lib.rs`.
    pub(crate) fn library_name(&self) -> String {
        format!("exercises/{}/src/lib.rs", self.slug)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn course() -> Course {
        Course::find(Path::new(env!("CARGO_MANIFEST_DIR"))).unwrap()
    }

    #[test]
    fn every_lesson_has_a_title_a_level_and_three_hints() {
        for exercise in course().exercises {
            assert!(
                !exercise.lesson.title.is_empty() && exercise.lesson.hints.len() == 3,
                "{}",
                exercise.slug
            );
        }
    }

    #[test]
    fn each_lesson_leads_to_the_one_before_and_the_next() {
        let course = course();
        for pair in course.exercises.windows(2) {
            for (here, there) in [(&pair[0], &pair[1]), (&pair[1], &pair[0])] {
                let text = fs::read_to_string(here.folder.join("README.md")).unwrap();
                let link = format!("(../{}/README.md)", there.slug);
                assert!(text.contains(&link), "{} has no link {link}", here.slug);
            }
        }
    }

    #[test]
    fn a_folder_that_is_no_exercise_is_left_alone() {
        let kit = std::env::temp_dir().join(format!("kit-with-a-copy-{}", std::process::id()));
        let lesson = fs::read_to_string(course().exercises[0].folder.join("README.md")).unwrap();
        for slug in ["03-ordered-map", "03-ordered-map copy", "04-notes"] {
            fs::create_dir_all(kit.join("exercises").join(slug)).unwrap();
        }
        fs::create_dir_all(kit.join(STUBS)).unwrap();
        fs::write(kit.join("Cargo.toml"), "").unwrap();
        fs::write(kit.join("exercises/03-ordered-map/README.md"), lesson).unwrap();
        fs::write(kit.join(STUBS).join("03-ordered-map.rs"), "").unwrap();
        let found = Course::find(&kit).map(|course| course.exercises);
        fs::remove_dir_all(&kit).unwrap();
        let found: Vec<String> = found.unwrap().into_iter().map(|exercise| exercise.slug).collect();
        assert_eq!(found, ["03-ordered-map"]);
    }

    #[test]
    fn an_exercise_is_found_by_number_package_and_name() {
        let course = course();
        for named in ["03", "3", "exercise-03", "ordered"] {
            assert_eq!(course.exercise(named).unwrap().slug, "03-ordered-map");
        }
        let error = course.exercise("99").err().unwrap().to_string();
        assert!(error.contains("03-ordered-map"), "{error}");
        assert!(course.exercise("a").is_err());
    }
}
