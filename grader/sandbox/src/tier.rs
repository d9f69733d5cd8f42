//! How strongly a program is fenced in. What each tier promises is written down in SECURITY.md; here are only the names.

use std::fmt;

/// How strongly a launched program is fenced in, strongest first (`Namespaces < Landlock < Limits`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tier {
    /// A file system, process table and network of its own, with everything of [`Tier::Landlock`] inside.
    Namespaces,
    /// Landlock, a system call allowlist and the limits, in the machine's own file system and process table.
    Landlock,
    /// Limits only. **Not a sandbox**: run only code that you trust.
    Limits,
}

impl Tier {
    /// Every tier, strongest first.
    pub const ALL: [Self; 3] = [Self::Namespaces, Self::Landlock, Self::Limits];

    /// The name that reports and options use: `namespaces`, `landlock` or `limits`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Namespaces => "namespaces",
            Self::Landlock => "landlock",
            Self::Limits => "limits",
        }
    }

    /// The tier with this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|tier| tier.as_str() == name)
    }

    /// Whether code that nobody trusts may run in this tier: false for [`Tier::Limits`].
    #[must_use]
    pub fn is_sandboxed(self) -> bool {
        self != Self::Limits
    }
}

impl fmt::Display for Tier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
