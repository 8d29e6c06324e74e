//! The question for the image whose pull is to be checked.

use crossterm::event::{KeyCode, KeyEvent};
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;

use crate::check::flow::host_of;
use crate::credential::login::LoginId;
use crate::registry::image::Image;
use crate::registry::key;
use crate::text;
use crate::tui::dialog::{Context, Dialog, Hint};
use crate::tui::widget::input::Input;
use crate::tui::widget::one_line::{self, OneLine};

/// The widest that the question gets.
const WIDEST: u16 = 72;

/// More than any image reference.
const LONGEST: usize = 512;

/// What the question wants after a key.
#[derive(Debug, PartialEq, Eq)]
pub enum AskImageEvent {
    Stay,
    Close,
    Check(Image),
}

#[derive(Clone, Debug)]
pub struct AskImage {
    id: LoginId,
    host: String,
    input: Input,
    problem: Option<String>,
}

impl AskImage {
    /// For a login; the registry is typed already.
    pub fn of(id: &LoginId) -> Self {
        let mut input = Input::up_to(LONGEST);
        input.set(&format!("{}/", text::safe(&key::display_name(&id.key)).trim_end_matches('/')));
        Self { id: id.clone(), host: host_of(&id.key), input, problem: None }
    }

    pub fn into_id(self) -> LoginId {
        self.id
    }

    pub fn on_key(&mut self, key: KeyEvent) -> AskImageEvent {
        match key.code {
            KeyCode::Esc => return AskImageEvent::Close,
            KeyCode::Enter => match self.image() {
                Ok(image) => return AskImageEvent::Check(image),
                Err(problem) => self.problem = Some(problem),
            },
            _ => {
                if self.input.on_key(key) {
                    self.problem = None;
                }
            }
        }
        AskImageEvent::Stay
    }

    fn image(&self) -> Result<Image, String> {
        let typed = self.input.text().trim();
        let image = Image::parse(typed)
            .map_err(|_| "That is no image reference; write it as docker pull takes it.".to_owned())?;
        if host_of(&image.registry) == self.host {
            return Ok(image);
        }
        Err(format!("That image lies at {}; this login is for {}.", image.registry, self.host))
    }
}

impl Dialog for AskImage {
    /// The first line of it. A whole reference takes the place of the registry that was there.
    fn on_paste(&mut self, pasted: &str) -> Option<&'static str> {
        let pasted = pasted.trim().split(['\r', '\n']).next().unwrap_or_default().trim_end();
        if self.input.text().ends_with('/') && pasted.contains('/') {
            self.input.set(pasted);
        } else {
            self.input.insert(pasted);
        }
        self.problem = None;
        None
    }

    fn hints(&self, _: &Context<'_>) -> Vec<Hint> {
        vec![("enter", "check".into()), ("ctrl-u", "empty".into()), ("esc", "leave".into())]
    }

    /// Over the middle of the body.
    fn draw(&self, frame: &mut Frame<'_>, body: Rect, context: &Context<'_>) {
        let theme = context.theme;
        let room = one_line::room(body, WIDEST);
        let before = text::width(self.input.before_cursor());
        let skipped = (before + 1).saturating_sub(room);
        let shown: String = text::safe(self.input.text()).chars().skip(skipped).take(room).collect();
        let rule = "Its manifest is asked for, with the login and without; nothing is pulled.";
        let problem = self.problem.as_ref().map(|problem| (format!("x {problem}"), theme.bad()));
        let (words, style) = problem.unwrap_or_else(|| (rule.to_owned(), theme.dim()));
        let question = OneLine {
            title: "May this login pull the image?",
            typed: Line::from(shown),
            cursor: Some(before.saturating_sub(skipped)),
            words,
            style,
        };
        question.draw(frame, body, WIDEST, theme);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::credential::login::Store;
    use crossterm::event::KeyModifiers;

    fn id(key: &str) -> LoginId {
        LoginId { source: "file".into(), key: key.into(), store: Store::Inline }
    }

    fn press(asked: &mut AskImage, code: KeyCode) -> AskImageEvent {
        asked.on_key(KeyEvent::new(code, KeyModifiers::NONE))
    }

    fn write(asked: &mut AskImage, text: &str) {
        text.chars().for_each(|letter| assert_eq!(press(asked, KeyCode::Char(letter)), AskImageEvent::Stay));
    }

    #[test]
    fn the_image_must_lie_in_the_registry_of_the_login() {
        let table = [
            ("ghcr.io", "team/app:1.0", Ok("ghcr.io/team/app:1.0")),
            ("https://index.docker.io/v1/", "library/alpine", Ok("docker.io/library/alpine")),
            ("localhost:5000", "a", Ok("localhost:5000/a")),
            ("ghcr.io", "", Err("no image reference")),
            ("ghcr.io", "Team/App", Err("no image reference")),
        ];
        for (key, typed, expected) in table {
            let mut asked = AskImage::of(&id(key));
            write(&mut asked, typed);
            match (press(&mut asked, KeyCode::Enter), expected) {
                (AskImageEvent::Check(image), Ok(expected)) => {
                    assert_eq!(image, Image::parse(expected).unwrap());
                }
                (AskImageEvent::Stay, Err(words)) => {
                    assert!(asked.problem.as_ref().unwrap().contains(words), "{typed}");
                }
                (event, _) => panic!("{key} {typed}: {event:?}"),
            }
        }
    }

    #[test]
    fn a_pasted_reference_takes_the_place_of_the_registry() {
        let mut asked = AskImage::of(&id("ghcr.io"));
        asked.on_paste("quay.io/team/app\n");
        assert_eq!(asked.input.text(), "quay.io/team/app");
        assert_eq!(press(&mut asked, KeyCode::Enter), AskImageEvent::Stay);
        assert!(asked.problem.as_ref().unwrap().contains("quay.io; this login is for ghcr.io"));
        let mut asked = AskImage::of(&id("ghcr.io"));
        asked.on_paste("app");
        assert_eq!(asked.input.text(), "ghcr.io/app");
        asked.on_paste(":1.0 \r\nother/app:2\n");
        assert_eq!(asked.input.text(), "ghcr.io/app:1.0");
        assert_eq!(press(&mut asked, KeyCode::Esc), AskImageEvent::Close);
    }
}
