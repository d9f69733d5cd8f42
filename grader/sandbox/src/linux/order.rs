//! What the caller tells the launcher to do: the [`Spec`] with every path resolved, as one message.
//!
//! Fields end with a zero byte, which no path, argument or variable can hold; lists begin with their length.

use std::ffi::{CString, OsStr, OsString};
use std::fs;
use std::io;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};

use crate::error::Error;
use crate::limits::Limits;
use crate::spec::{Role, Spec, WORK_INSIDE};
use crate::tier::Tier;

/// What the launcher is to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Order {
    pub(super) tier: Tier,
    pub(super) role: Role,
    /// The program as it finds itself inside.
    pub(super) program: PathBuf,
    pub(super) args: Vec<OsString>,
    /// The whole environment.
    pub(super) env: Vec<OsString>,
    pub(super) view: Vec<Shown>,
    /// The work directory on the machine, without links.
    pub(super) work: PathBuf,
    /// The work directory as the program finds it.
    pub(super) work_inside: PathBuf,
    /// The current directory as the program finds it.
    pub(super) current: PathBuf,
    pub(super) limits: Limits,
    /// Whether the program is started as a template, which is forked for each run.
    pub(super) template: bool,
    /// Whether it is a judged program that may start processes.
    pub(super) processes: bool,
}

/// A part of the view: a file of the machine, without links in its path, and where the program finds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Shown {
    pub(super) real: PathBuf,
    pub(super) inside: PathBuf,
}

impl Order {
    /// The order that runs `spec` in `tier`.
    ///
    /// Links are resolved here, by the caller: where the launcher binds files into another root, an absolute link
    /// would point into the wrong one.
    pub(super) fn new(tier: Tier, spec: &Spec) -> Result<Self, Error> {
        let mut view = Vec::new();
        for entry in &spec.view {
            let inside = if tier == Tier::Namespaces { &entry.inside } else { &entry.host };
            if tier == Tier::Namespaces && inside.starts_with(WORK_INSIDE) {
                let source =
                    io::Error::other(format!("its place, {WORK_INSIDE}, is taken by the work directory"));
                return Err(Error::View { path: entry.host.clone(), source });
            }
            view.push(Shown { real: resolve(&entry.host)?, inside: inside.clone() });
        }
        // What contains others comes first, so that mounting it hides nothing.
        view.sort_by_key(|shown| shown.inside.components().count());
        let work_inside = spec.work_in(tier);
        let processes = spec.processes && spec.role == Role::Run;
        let template = spec.forks && !processes && spec.role == Role::Run && tier == Tier::Namespaces;
        let asked = template.then(|| (forkserver::VARIABLE.into(), "1".into()));
        let named: Vec<_> = spec.env.iter().cloned().chain(asked).collect();
        let order = Self {
            tier,
            role: spec.role,
            program: spec.path_in(tier, &spec.program)?,
            args: spec.args.clone(),
            env: environment(&work_inside, &named),
            view,
            work: resolve(&spec.work)?,
            current: match &spec.current {
                Some(current) => spec.path_in(tier, current)?,
                None => work_inside.clone(),
            },
            work_inside,
            limits: spec.limits,
            template,
            processes,
        };
        match order.fields().into_iter().find(|field| field.as_bytes().contains(&0)) {
            Some(field) => Err(Error::ZeroByte(field)),
            None => Ok(order),
        }
    }

    /// As one message.
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        self.fields().iter().flat_map(|field| field.as_bytes().iter().copied().chain([0])).collect()
    }

    fn fields(&self) -> Vec<OsString> {
        let number = |value: u64| OsString::from(value.to_string());
        let role = if self.role == Role::Run { "run" } else { "compile" };
        let mut fields = vec![self.tier.as_str().into(), role.into(), self.program.clone().into()];
        fields.extend([&self.work, &self.work_inside, &self.current].map(|path| path.clone().into()));
        for list in [&self.args, &self.env] {
            fields.push(number(list.len() as u64));
            fields.extend(list.iter().cloned());
        }
        fields.push(number(self.view.len() as u64));
        for shown in &self.view {
            fields.extend([shown.real.clone().into(), shown.inside.clone().into()]);
        }
        let limits = &self.limits;
        let figures = [
            limits.cpu_seconds,
            limits.data_bytes,
            limits.file_bytes,
            limits.open_files,
            limits.threads,
            limits.work_bytes,
            limits.output_bytes as u64,
            limits.wall_ms,
            u64::from(self.template),
            u64::from(self.processes),
        ];
        fields.extend(figures.map(number));
        fields
    }

    /// The order in this message; `None` if it holds anything else.
    pub(super) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let mut fields = Fields(bytes);
        let tier = Tier::from_name(fields.text()?)?;
        let role = match fields.text()? {
            "run" => Role::Run,
            "compile" => Role::Compile,
            _ => return None,
        };
        let order = Self {
            tier,
            role,
            program: fields.path()?,
            work: fields.path()?,
            work_inside: fields.path()?,
            current: fields.path()?,
            args: fields.list(Fields::string)?,
            env: fields.list(Fields::string)?,
            view: fields.list(|fields| Some(Shown { real: fields.path()?, inside: fields.path()? }))?,
            limits: Limits {
                cpu_seconds: fields.number()?,
                data_bytes: fields.number()?,
                file_bytes: fields.number()?,
                open_files: fields.number()?,
                threads: fields.number()?,
                work_bytes: fields.number()?,
                output_bytes: usize::try_from(fields.number()?).ok()?,
                wall_ms: fields.number()?,
            },
            template: fields.flag()?,
            processes: fields.flag()?,
        };
        fields.0.is_empty().then_some(order)
    }
}

/// The fixed environment with the named variables, as `name=value`; a named one replaces a fixed one.
fn environment(work: &Path, named: &[(OsString, OsString)]) -> Vec<OsString> {
    let fixed = [
        ("PATH", OsString::from("/usr/bin:/bin")),
        ("LANG", OsString::from("C.UTF-8")),
        ("HOME", work.into()),
        ("TMPDIR", work.into()),
    ];
    let kept = fixed.into_iter().map(|(name, value)| (OsString::from(name), value));
    kept.filter(|(name, _)| named.iter().all(|(other, _)| other != name))
        .chain(named.iter().cloned())
        .map(|(name, value)| [name.as_os_str(), OsStr::new("="), &value].into_iter().collect())
        .collect()
}

fn resolve(path: &Path) -> Result<PathBuf, Error> {
    fs::canonicalize(path).map_err(|source| Error::View { path: path.to_owned(), source })
}

/// A string for a system call. Zero bytes were refused when the order was made.
pub(super) fn c_string(text: impl AsRef<OsStr>) -> CString {
    CString::new(text.as_ref().as_bytes()).unwrap_or_default()
}

struct Fields<'a>(&'a [u8]);

impl<'a> Fields<'a> {
    fn bytes(&mut self) -> Option<&'a [u8]> {
        let end = self.0.iter().position(|byte| *byte == 0)?;
        let (field, rest) = self.0.split_at(end);
        self.0 = &rest[1..];
        Some(field)
    }

    fn text(&mut self) -> Option<&'a str> {
        str::from_utf8(self.bytes()?).ok()
    }

    fn string(&mut self) -> Option<OsString> {
        Some(OsString::from_vec(self.bytes()?.to_vec()))
    }

    fn path(&mut self) -> Option<PathBuf> {
        self.string().map(PathBuf::from)
    }

    fn number(&mut self) -> Option<u64> {
        self.text()?.parse().ok()
    }

    fn flag(&mut self) -> Option<bool> {
        match self.number()? {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        }
    }

    fn list<T>(&mut self, item: impl Fn(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        let count = self.number()?;
        (0..count).map(|_| item(self)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::ViewEntry;

    fn order() -> Order {
        let mut spec = Spec::run("/proc/self/exe", "/tmp");
        spec.args = vec!["".into(), "a b".into(), OsString::from_vec(vec![0xff])];
        spec.env = vec![("LANG".into(), "C".into()), ("EMPTY".into(), "".into())];
        spec.processes = true;
        Order::new(Tier::Landlock, &spec).expect("an order")
    }

    #[test]
    fn an_order_survives_the_way() {
        assert_eq!(Order::from_bytes(&order().to_bytes()), Some(order()));
    }

    #[test]
    fn half_an_order_is_none() {
        let bytes = order().to_bytes();
        for end in 0..bytes.len() {
            assert_eq!(Order::from_bytes(&bytes[..end]), None, "cut at {end}");
        }
        assert_eq!(Order::from_bytes(&[bytes.as_slice(), b"x\0"].concat()), None);
    }

    #[test]
    fn a_named_variable_replaces_a_fixed_one() {
        assert_eq!(order().env, ["PATH=/usr/bin:/bin", "HOME=/tmp", "TMPDIR=/tmp", "LANG=C", "EMPTY="]);
    }

    #[test]
    fn no_run_that_may_start_processes_is_forked_from_a_template() {
        let spec = |processes| Spec { forks: true, processes, ..Spec::run("/proc/self/exe", "/tmp") };
        let is_forked =
            |processes| Order::new(Tier::Namespaces, &spec(processes)).expect("an order").template;
        assert!(is_forked(false) && !is_forked(true));
    }

    #[test]
    fn nothing_of_the_view_is_hidden_by_the_work_directory() {
        let mut spec = Spec::run("/proc/self/exe", "/tmp");
        spec.view.push(ViewEntry::at("/tmp", "/sandbox/tmp"));
        assert!(matches!(Order::new(Tier::Namespaces, &spec), Err(Error::View { .. })));
        assert!(Order::new(Tier::Landlock, &spec).is_ok());
    }

    #[test]
    fn a_zero_byte_is_refused() {
        let mut spec = Spec::run("/proc/self/exe", "/tmp");
        spec.args = vec!["a\0b".into()];
        assert!(matches!(Order::new(Tier::Limits, &spec), Err(Error::ZeroByte(_))));
    }
}
