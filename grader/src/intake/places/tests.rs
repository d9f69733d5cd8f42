//! Hand-ins as students, browsers and hosts lay them out: where the answer lies, and what else may be one.

use super::*;

fn places(slugs: &[&str], sources: &[&str]) -> Places {
    let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
    Course { known: owned(&BOTH), graded: owned(slugs) }.places(&owned(sources))
}

fn known(places: &[(&str, Result<&str, &str>)]) -> Places {
    let spot = |at: &str| if at.contains('.') { Spot::of(at) } else { Spot::of(&join(at, "lib.rs")) };
    let owned = |place: Result<&str, &str>| place.map(spot).map_err(str::to_owned);
    Places::Known(places.iter().map(|(slug, place)| ((*slug).to_owned(), owned(*place))).collect())
}

const BOTH: [&str; 2] = ["01-a", "02-b"];

#[test]
fn exercises_are_found_at_the_top_and_some_folders_down() {
    let top = places(&BOTH, &["exercises/01-a/src/lib.rs", "exercises/01-a/src/m.rs", "x.rs"]);
    assert_eq!(top, known(&[("01-a", Ok("exercises/01-a/src"))]));
    let down = places(&BOTH, &["repo-main/exercises/02-b/src/lib.rs", "repo-main/01-a/src/lib.rs"]);
    assert_eq!(
        down,
        known(&[("01-a", Ok("repo-main/01-a/src")), ("02-b", Ok("repo-main/exercises/02-b/src"))])
    );
    let too_deep = places(&BOTH, &["a/b/c/d/e/exercises/01-a/src/lib.rs"]);
    assert_eq!(too_deep, known(&[]));
}

#[test]
fn what_lies_deeper_is_a_copy() {
    let checkout =
        ["exercises/01-a/src/lib.rs", "solutions/01-a/src/lib.rs", "old/exercises/01-a/src/lib.rs"];
    assert_eq!(places(&BOTH, &checkout), known(&[("01-a", Ok("exercises/01-a/src"))]));
}

#[test]
fn two_places_equally_deep_are_both_named_and_leave_the_other_exercise_alone() {
    let twice = ["new/01-a/src/lib.rs", "old/01-a/src/lib.rs", "new/02-b/src/lib.rs"];
    let why = "unclear: both `new/01-a/src/lib.rs` and `old/01-a/src/lib.rs` may be the answer; hand in one of them";
    assert_eq!(places(&BOTH, &twice), known(&[("01-a", Err(why)), ("02-b", Ok("new/02-b/src"))]));
}

#[test]
fn a_loose_file_answers_the_one_exercise_that_is_graded() {
    assert_eq!(places(&["01-a"], &["lib.rs"]), known(&[("01-a", Ok(""))]));
    assert_eq!(places(&["01-a"], &["x/src/lib.rs", "x/src/m.rs"]), known(&[("01-a", Ok("x/src"))]));
    assert_eq!(places(&["01-a"], &["x/answer.rs"]), known(&[("01-a", Ok("x/answer.rs"))]));
    assert_eq!(places(&["01-a"], &[]), Places::Nothing);
    assert!(matches!(places(&["01-a"], &["a.rs", "b.rs"]), Places::Unclear(why) if why.contains("`b.rs`")));
    assert!(matches!(places(&BOTH, &["lib.rs"]), Places::Unclear(why) if why.contains("--exercise")));
    let two = "unclear: both `lib.rs` and `src/lib.rs` may be the answer; hand in one of them";
    assert_eq!(places(&["01-a"], &["src/lib.rs", "lib.rs"]), known(&[("01-a", Err(two))]));
}

#[test]
fn the_answer_to_another_exercise_is_not_taken_for_this_one() {
    let other = known(&[("02-b", Ok("02-b/src"))]);
    assert_eq!(places(&["01-a"], &["02-b/src/lib.rs", "lib.rs"]), other);
    assert_eq!(places(&["01-a"], &["exercises/07-old/src/lib.rs"]), known(&[]));
}

/// The answer to 03 of a kit with 02 and 03 among these sources, or what is unclear.
fn third(sources: &[&str]) -> String {
    let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
    let course =
        Course { known: owned(&["02-result-queue", "03-ordered-map"]), graded: owned(&["03-ordered-map"]) };
    match course.places(&owned(sources)) {
        Places::Known(places) => match places.get("03-ordered-map") {
            None => "none".to_owned(),
            Some(Ok(spot)) => spot.path(),
            Some(Err(why)) => why.clone(),
        },
        other => format!("{other:?}"),
    }
}

#[test]
fn a_folder_keeps_its_exercise_however_it_is_renamed() {
    let named = [
        "03-ordered-map-main",
        "03-ordered-map (1)",
        "03-ordered-map - Copy",
        "03-ordered-map copy",
        "03-ordered-map 2",
        "03-Ordered-Map",
        "03_ordered_map",
        "ordered-map",
        "Ordered Map (2)",
        "03-orderd-map",
        "03-ordered-map-1",
        "03-ordered-map1",
        "3-ordered-map",
        "exercises/3-ordered-map",
        "exercises/3-smith",
        "03-smith",
        "03",
        "12-b",
        "29-11-2026",
        "03-11-2026",
        "Exercise 03",
        "exercises/03-Ordered-Map",
        "exercises/03-orderd-map",
        "exercises/03-ordered-map/03-ordered-map",
        "03-ordered-map/03-ordered-map-main",
        "a/b/c/d/e/f",
    ];
    for folder in named {
        let path = format!("{folder}/src/lib.rs");
        assert_eq!(third(&[&path]), path);
    }
    assert_eq!(third(&["02-smith/src/lib.rs"]), "none");
    assert_eq!(third(&["02_result_queue/src/lib.rs", "lib.rs"]), "none");
    assert_eq!(third(&["exercises/07-other/src/lib.rs"]), "none");
}

#[test]
fn a_renamed_copy_does_not_stand_in_for_the_original() {
    let (original, copy) = ("exercises/03-ordered-map/src/lib.rs", "03-ordered-map (1)/src/lib.rs");
    assert_eq!(third(&[original, copy]), original);
    assert!(third(&["old/03-ordered-map/src/lib.rs", copy]).starts_with("unclear: both"));
    assert!(third(&["03-ordered-map 2/src/lib.rs", copy]).starts_with("unclear: both"));
    // A repository with the exercise's name, and other packages in it.
    let whole =
        ["03-ordered-map-main/exercises/03-ordered-map/src/lib.rs", "03-ordered-map-main/judge/src/lib.rs"];
    assert_eq!(third(&whole), whole[0]);
}

#[test]
fn what_systems_make_of_lib_rs_is_taken_where_it_is_the_only_one() {
    let below = |name: &str| format!("exercises/03-ordered-map/{name}");
    let names = [
        "src/LIB.RS",
        "src/Lib.rs",
        "src/lib.rs.txt",
        "src/lib (1).rs",
        "src/lib copy.rs",
        "src/Copy of lib.rs",
        "Src/lib.rs",
        "lib.rs",
        "src/main.rs",
        "src/answer.rs",
    ];
    for name in names {
        let (path, checks) = (below(name), below("tests/checks.rs"));
        assert_eq!(third(&[&path, &checks]), path);
        assert!(third(&[name]).ends_with(name), "{name}");
    }
    assert_eq!(third(&[&below("src/lib (1).rs"), &below("src/lib.rs")]), below("src/lib.rs"));
    assert!(third(&[&below("src/lib (1).rs"), &below("src/lib (2).rs")]).starts_with("unclear: both"));
    assert_eq!(third(&[&below("src/a.rs"), &below("src/b.rs")]), "none");
    assert_eq!(third(&[&below("tests/checks.rs")]), "none");
}

#[test]
fn what_may_be_an_answer_and_was_not_taken_is_named() {
    let own = |name: &str| format!("exercises/03-ordered-map/{name}");
    let left = |sources: &[&str]| {
        let course = Course {
            known: ["02-result-queue", "03-ordered-map"].map(str::to_owned).into(),
            graded: vec!["03-ordered-map".to_owned()],
        };
        let sources: Vec<String> = sources.iter().map(|path| (*path).to_owned()).collect();
        let Places::Known(places) = course.places(&sources) else { panic!("it is known") };
        assert!(matches!(places.get("03-ordered-map"), Some(Ok(_))), "{places:?}");
        course.not_taken(&sources, &places).join(" ")
    };
    let taken = own("src/lib.rs");
    // Twins, copies of browsers and systems, and answers in another place of the hand-in.
    for name in [
        "src/LIB.RS",
        "Src/lib.rs",
        "src/lib (1).rs",
        "src/lib.rs.txt",
        "lib.rs",
        "03-ordered-map/src/lib.rs",
    ] {
        assert_eq!(left(&[&taken, &own(name)]), own(name));
    }
    for other in [
        "03-Ordered-Map/src/lib.rs",
        "exercises/03-ordered-map-1/src/lib.rs",
        "lib.rs",
        "src/lib.rs",
        "LIB.RS",
    ] {
        assert_eq!(left(&[&taken, other]), other);
        let down = |path: &str| format!("repo-main/{path}");
        assert_eq!(left(&[&down(&taken), &down(other)]), down(other));
    }
    assert_eq!(left(&["lib.rs", "LIB.RS"]), "LIB.RS");
    assert_eq!(left(&["x/src/lib.rs", "x/lib (1).rs"]), "x/lib (1).rs");
    // Modules, other packages and the kit's own are no answers.
    for module in ["src/pool.rs", "src/pool/lib.rs", "tests/lib.rs", "build.rs", "src/main.rs"] {
        assert_eq!(left(&[&taken, &own(module)]), "");
    }
    for other in ["exercises/02-result-queue/src/lib.rs", "judge/src/lib.rs", "companion/src/lib.rs"] {
        assert_eq!(left(&[&taken, other]), "");
    }
}
