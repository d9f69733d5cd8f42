//! Which part of a name is the user, where a platform puts something before it with the same sign in between: `HW_3_ann_one`.
//!
//! Invariant: two that differ have different users, so that nobody's work is taken for an older attempt of somebody else's.

use std::collections::{BTreeMap, BTreeSet};

/// Of each name the user, where the same text, an assignment's, is before the users of all of them. `is_listed` knows the users of the
/// class, and decides; without it as much as possible is the assignment's.
pub(super) fn behind_an_assignment<'a>(
    names: &BTreeSet<&'a str>,
    is_listed: &dyn Fn(&str) -> bool,
) -> BTreeMap<&'a str, &'a str> {
    let Some(first) = names.first() else { return BTreeMap::new() };
    let is_common = |at: &usize| names.iter().all(|name| name.len() > *at && name.starts_with(&first[..*at]));
    let listed = |at: usize| names.iter().filter(|name| is_listed(&name[at..])).count();
    match starts(first).filter(is_common).max_by_key(|at| (listed(*at), *at)) {
        Some(at) => names.iter().map(|name| (*name, &name[at..])).collect(),
        // Of several assignments.
        None => at_the_end(names, is_listed),
    }
}

/// The same where anything may be before a user: one of the class, or else the last part of the name; all of it where that would be
/// the user of another name too.
pub(super) fn at_the_end<'a>(
    names: &BTreeSet<&'a str>,
    is_listed: &dyn Fn(&str) -> bool,
) -> BTreeMap<&'a str, &'a str> {
    let user = |name: &'a str| {
        let listed = starts(name).find(|at| is_listed(&name[*at..]));
        &name[listed.or_else(|| starts(name).last()).unwrap_or(0)..]
    };
    let mut count: BTreeMap<&str, usize> = BTreeMap::new();
    for name in names {
        *count.entry(user(name)).or_default() += 1;
    }
    names.iter().map(|name| (*name, if count[user(name)] > 1 { name } else { user(name) })).collect()
}

/// Where a user may begin.
fn starts(name: &str) -> impl Iterator<Item = usize> {
    name.match_indices('_').map(|(at, _)| at + 1).filter(|at| *at < name.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    type Rule = for<'a> fn(&BTreeSet<&'a str>, &dyn Fn(&str) -> bool) -> BTreeMap<&'a str, &'a str>;

    fn users(rule: Rule, names: &[&str], class: &[&str]) -> String {
        let names = names.iter().copied().collect();
        rule(&names, &|user| class.contains(&user)).into_values().collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn what_all_names_begin_with_is_the_assignment() {
        let behind = |names: &[&str], class: &[&str]| users(behind_an_assignment, names, class);
        assert_eq!(behind(&["HW 3_ann1", "HW 3_bob2"], &[]), "ann1 bob2");
        // Their last parts are the same, and they are two.
        assert_eq!(behind(&["HW_3_ann_one", "HW_3_bob_one"], &[]), "ann_one bob_one");
        assert_eq!(behind(&["HW_x_ann", "HW_x_bob"], &[]), "ann bob");
        assert_eq!(behind(&["HW_x_ann", "HW_x_bob"], &["x_ann", "x_cy"]), "x_ann x_bob");
        assert_eq!(behind(&["HW_ann_one"], &[]), "one");
        assert_eq!(behind(&["HW_ann_one"], &["ann_one"]), "ann_one");
        assert_eq!(behind(&["HW3_ann", "HW4_ann", "HW4_bob"], &[]), "HW3_ann HW4_ann bob");
    }

    #[test]
    fn a_login_may_have_the_sign_in_it_too() {
        let end = |names: &[&str], class: &[&str]| users(at_the_end, names, class);
        assert_eq!(end(&["Bee_Ann_ann1", "Bee_Bo_bo2"], &[]), "ann1 bo2");
        assert_eq!(end(&["Bee_Ann_a_one", "Cee_Bo_b_one"], &[]), "Bee_Ann_a_one Cee_Bo_b_one");
        assert_eq!(end(&["Bee_Ann_a_one", "Cee_Bo_b_one"], &["a_one", "b_one"]), "a_one b_one");
        assert_eq!(end(&["ann"], &[]), "ann");
    }
}
