//! Watching on a terminal: one screen, drawn anew when something has happened.

use std::borrow::Cow;
use std::io::{Write, stdout};
use std::sync::mpsc::{Receiver, Sender};

use anyhow::Result;
use crossterm::cursor::{Hide, MoveTo, Show};
use crossterm::event::{self, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use crossterm::style::Print;
use crossterm::terminal::{
    Clear, ClearType, DisableLineWrap, EnableLineWrap, EnterAlternateScreen, LeaveAlternateScreen,
    disable_raw_mode, enable_raw_mode,
};
use crossterm::{execute, queue};
use judge::front::{CheckRecord, terminal};

use super::{Event, Runner, known_done, next, saved, wait, waiting};
use crate::course::{Course, Exercise};
use crate::draw::{Tone, View};
use crate::standing::{Standing, passes};
use crate::{hint, reset, trace};

/// Takes the terminal, and gives it back whatever happens.
pub(super) fn run(
    course: &'static Course,
    first: &'static Exercise,
    view: View,
    sender: &Sender<Event>,
    events: &Receiver<Event>,
) -> Result<()> {
    enable_raw_mode()?;
    let _given_back = GiveBack;
    execute!(stdout(), EnterAlternateScreen, DisableLineWrap, Hide)?;
    read_keys(sender.clone());
    let runner = Runner::new(course, view, sender);
    let (standing, beside) = (None, Beside::Nothing);
    Screen { course, exercise: first, runner, view, standing, trouble: None, beside, from: 0 }.watch(events)
}

struct GiveBack;

impl Drop for GiveBack {
    fn drop(&mut self) {
        // There is nobody left to tell where this fails.
        let _ = execute!(stdout(), Show, EnableLineWrap, LeaveAlternateScreen);
        let _ = disable_raw_mode();
    }
}

/// The thread ends with the process: it sleeps until a key is pressed.
fn read_keys(sender: Sender<Event>) {
    std::thread::spawn(move || {
        while let Ok(event) = event::read() {
            let event = match event {
                event::Event::Key(key) if key.kind != KeyEventKind::Release => Event::Key(key),
                event::Event::Resize(..) => Event::Resized,
                _ => continue,
            };
            if sender.send(event).is_err() {
                return;
            }
        }
    });
}

/// What is shown in place of the verdict.
enum Beside {
    Nothing,
    /// The hint with this number.
    Hint(usize),
    /// A question: reset?
    Reset,
    /// What a key came to.
    Told(String),
}

struct Screen {
    course: &'static Course,
    exercise: &'static Exercise,
    runner: Runner,
    view: View,
    /// Of the last run; `None` before the first.
    standing: Option<Standing>,
    /// Why the checks could not be run the last time.
    trouble: Option<String>,
    beside: Beside,
    /// The first line that is shown.
    from: usize,
}

impl Screen {
    fn watch(mut self, events: &Receiver<Event>) -> Result<()> {
        self.runner.run(self.exercise);
        loop {
            self.draw()?;
            match wait(events)? {
                Event::Saved(files) => {
                    if let Some(exercise) = saved(self.course, &files, self.exercise) {
                        self.go_to(exercise);
                    }
                }
                Event::Key(key) => match self.key(key) {
                    Ok(true) => {}
                    Ok(false) => return Ok(()),
                    Err(error) => self.beside = Beside::Told(format!("{error:#}")),
                },
                Event::Resized => self.view.width = terminal::width(),
                Event::Ended(..) if self.runner.ended() => self.runner.run(self.exercise),
                Event::Ended(_, Ok(standing)) => {
                    // Of a file that was away.
                    self.trouble = None;
                    self.standing = Some(standing);
                }
                Event::Ended(_, Err(error)) => self.trouble = Some(waiting(&error)),
            }
        }
    }

    /// Runs this exercise; what is on the screen stays until the verdict is there, where it is the same one.
    fn go_to(&mut self, exercise: &'static Exercise) {
        if exercise.id != self.exercise.id {
            (self.standing, self.trouble) = (None, None);
        }
        (self.exercise, self.beside, self.from) = (exercise, Beside::Nothing, 0);
        self.runner.run(exercise);
    }

    /// Whether to go on.
    fn key(&mut self, key: KeyEvent) -> Result<bool> {
        let interrupted = key.code == KeyCode::Char('c') && key.modifiers.contains(KeyModifiers::CONTROL);
        if matches!(self.beside, Beside::Reset) {
            self.beside = if key.code == KeyCode::Char('y') { self.reset()? } else { Beside::Nothing };
            return Ok(!interrupted);
        }
        match key.code {
            KeyCode::Char('q') => return Ok(false),
            KeyCode::Char('c') if interrupted => return Ok(false),
            KeyCode::Char('h') => self.hint(),
            KeyCode::Char('n') => self.go_to(next(self.course, Some(self.exercise))?),
            KeyCode::Char('r') if reset::changed(self.exercise)? => self.beside = Beside::Reset,
            KeyCode::Char('t') => self.trace()?,
            KeyCode::Char('a') => {
                (self.beside, self.from) = (Beside::Nothing, 0);
                self.runner.run_afresh(self.exercise);
            }
            KeyCode::Up | KeyCode::Char('k') => self.from = self.from.saturating_sub(1),
            KeyCode::Down | KeyCode::Char('j') => self.from += 1,
            KeyCode::PageUp => self.from = self.from.saturating_sub(10),
            KeyCode::PageDown => self.from += 10,
            KeyCode::Esc | KeyCode::Enter => (self.beside, self.from) = (Beside::Nothing, 0),
            _ => {}
        }
        Ok(true)
    }

    fn hint(&mut self) {
        let hints = self.exercise.lesson.hints.len();
        self.from = 0;
        self.beside = match self.beside {
            Beside::Hint(number) if number < hints => Beside::Hint(number + 1),
            Beside::Hint(_) => Beside::Nothing,
            _ => Beside::Hint(1),
        };
    }

    fn reset(&self) -> Result<Beside> {
        let copy = reset::reset(self.exercise)?;
        let copy = copy.strip_prefix(&self.course.root).unwrap_or(&copy).display();
        Ok(Beside::Told(format!(
            "{} is as it was given; your answer is kept in {copy}",
            self.exercise.library_name()
        )))
    }

    fn trace(&mut self) -> Result<()> {
        let failed = self.standing.as_ref().and_then(Standing::first_failed);
        if let Some(record) = failed {
            let page = trace::write(self.course, self.exercise, record, self.view)?;
            (self.beside, self.from) = (Beside::Told(page), 0);
        }
        Ok(())
    }

    fn draw(&mut self) -> Result<()> {
        let rows = usize::from(crossterm::terminal::size()?.1);
        let (head, body) = (self.head(), self.body());
        let room = rows.saturating_sub(head.len() + 2);
        self.from = self.from.min(body.len().saturating_sub(room));
        let body: Vec<String> = body.into_iter().skip(self.from).collect();
        let more = body.len().saturating_sub(room);
        let mut out = stdout().lock();
        let lines = head.into_iter().chain(body.into_iter().take(room));
        let mut row = 0;
        for line in lines {
            queue!(out, MoveTo(0, row), Clear(ClearType::UntilNewLine), Print(line))?;
            row += 1;
        }
        queue!(out, MoveTo(0, row), Clear(ClearType::FromCursorDown))?;
        let last = u16::try_from(rows.saturating_sub(1))?;
        queue!(out, MoveTo(0, last), Print(self.keys(more)))?;
        Ok(out.flush()?)
    }

    fn head(&self) -> Vec<String> {
        let view = self.view;
        let lesson = &self.exercise.lesson;
        let name = view.paint(Tone::Strong, &format!("{} · {}", self.exercise.id, lesson.title));
        let state =
            if self.runner.running { view.paint(Tone::Partly, "  running …") } else { String::new() };
        let level = view.paint(Tone::Faint, lesson.level.as_str());
        let done = known_done(self.course).len();
        let course = view.progress(done, self.course.exercises.len(), 5);
        vec![format!("{name}  {level}{state}"), format!("course {course}{}", self.checks()), String::new()]
    }

    /// The checks of this exercise: a bar, and a sign for each.
    fn checks(&self) -> String {
        let Some(Standing::Checked(records)) = &self.standing else { return String::new() };
        let passed = records.iter().filter(|record| passes(record)).count();
        let sign = |record: &CheckRecord| match record {
            record if passes(record) => self.view.paint(Tone::Good, "✔"),
            record if record.status == judge::suite::Status::Skipped => self.view.paint(Tone::Faint, "·"),
            _ => self.view.paint(Tone::Bad, "✗"),
        };
        let signs: String = records.iter().map(sign).collect();
        format!("   checks {}  {signs}", self.view.progress(passed, records.len(), 15))
    }

    fn body(&self) -> Vec<String> {
        let page = match &self.beside {
            Beside::Hint(number) => {
                hint::page(self.exercise, *number, self.view).unwrap_or_else(|error| error.to_string())
            }
            Beside::Reset => format!(
                "put {} back to the stub? Your answer is kept in a copy beside it. y/n",
                self.exercise.library_name()
            ),
            Beside::Told(text) => text.clone(),
            Beside::Nothing => self.verdict(),
        };
        // A path is opened whole: no break at its hyphens.
        let options =
            textwrap::Options::new(self.view.width).word_splitter(textwrap::WordSplitter::NoHyphenation);
        page.lines().flat_map(|line| textwrap::wrap(line, &options)).map(Cow::into_owned).collect()
    }

    fn verdict(&self) -> String {
        let view = self.view;
        if let Some(trouble) = &self.trouble {
            return trouble.clone();
        }
        match &self.standing {
            None => "the checks run for the first time: that takes as long as building them".to_owned(),
            Some(Standing::NotBegun) => format!(
                "not begun\n\nread  exercises/{}/README.md\nedit  {}\n\nThe checks run whenever you save.",
                self.exercise.slug,
                self.exercise.library_name()
            ),
            Some(Standing::NoBuild(messages)) => {
                format!("{}\n\n{messages}", view.paint(Tone::Bad, "it does not compile"))
            }
            Some(standing @ Standing::Checked(_)) => match standing.first_failed() {
                None => format!(
                    "{}\n\nn goes to the next exercise.",
                    view.paint(Tone::Good, "every check passes")
                ),
                Some(failed) => {
                    format!(
                        "{}\n{}",
                        view.paint(Tone::Strong, &failed.id),
                        failed.page(view.width, view.colours)
                    )
                }
            },
        }
    }

    /// The keys, and how many lines are below what is shown: in 72 columns, whatever there is.
    fn keys(&self, more: usize) -> String {
        let keys = match (&self.beside, more) {
            (Beside::Reset, _) => "y reset   any other key: leave it".to_owned(),
            (_, 0) => "h hint  a again  n next  t trace  r reset  ↑↓ scroll  esc back  q quit".to_owned(),
            (_, more) => {
                format!("h hint  a again  n next  t trace  r reset  ↓ {more} more  esc back  q quit")
            }
        };
        self.view.paint(Tone::Faint, &keys)
    }
}
