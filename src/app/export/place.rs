//! Where the files of an export go: written for their owner alone, and over no file that nobody agreed to.

use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use crate::app::transaction::{Consent, Line};
use crate::error::{Error, Result};
use crate::export::{Artifact, File};
use crate::file::error::FileError;
use crate::file::save::{self, Outcome, ReadOnly, TargetInfo};
use crate::secret::Secret;
use crate::text;

/// The files that will be written. Nothing is yet.
#[derive(Debug)]
pub struct Plan {
    files: Vec<Placed>,
}

/// One of them.
#[derive(Debug)]
struct Placed {
    path: PathBuf,
    text: Secret,
    target: TargetInfo,
}

impl Plan {
    /// Plans where the files go: all of them into a folder, or the main one under a name of its own. A path that ends with a
    /// slash is a folder, and made where it is missing. A part of a file gets a name that is nobody's.
    ///
    /// # Errors
    /// There is no file, or several and one name, or the place cannot be looked at.
    pub fn of(artifact: &Artifact, to: &Path) -> Result<Self> {
        let is_folder = to.is_dir() || to.as_os_str().to_string_lossy().ends_with(std::path::is_separator);
        let place = |file: &File, path: PathBuf| {
            Ok(Placed { text: file.body.reveal(), target: save::inspect(&path)?, path })
        };
        let files: Result<Vec<Placed>> =
            match (&artifact.files[..], is_folder) {
                ([], _) => Err(Error::usage("This export has no file: its steps are all.")
                    .hint("Leave -o out to see them.")),
                (all, true) => all.iter().map(|file| place(file, to.join(file_name(file)))).collect(),
                ([main, rest @ ..], false) => match rest.iter().find(|file| !file.is_fragment) {
                    Some(other) => Err(Error::usage(format!(
                        "This export has more than one file: {} and {}.",
                        text::safe(&main.name),
                        text::safe(&other.name)
                    ))
                    .hint("Name a folder for them: -o DIR/")),
                    None => place(main, to.to_owned()).map(|placed| vec![placed]),
                },
            };
        Ok(Self { files: files? })
    }

    /// What will be written.
    pub fn lines(&self) -> Vec<Line> {
        self.files
            .iter()
            .map(|file| Line::In { file: file.path.clone(), is_new: !file.target.exists })
            .collect()
    }

    /// The files that are there already.
    pub fn replaced(&self) -> Vec<&Path> {
        self.files.iter().filter(|file| file.target.exists).map(|file| &*file.path).collect()
    }

    /// Writes them, those that are there already too, and tells what was written.
    ///
    /// # Errors
    /// A file that was not there is there now, or is marked read-only without the consent, or cannot be written.
    pub fn write(self, consent: Consent) -> Result<Vec<PathBuf>> {
        let read_only = if consent.force { ReadOnly::Write } else { ReadOnly::Refuse };
        let mut written = Vec::new();
        for Placed { path, text, target } in self.files {
            if target.exists {
                let mut edit = |_: Option<&[u8]>| {
                    Ok::<_, FileError>(Outcome::Write(Zeroizing::new(text.expose().to_vec())))
                };
                save::save(&path, read_only, &mut edit, &mut |_| {})?;
            } else {
                save::create(&path, text.expose())?;
            }
            written.push(path);
        }
        Ok(written)
    }
}

/// The name below a folder: that of a part says that it is one, so that nobody saves it over the whole.
fn file_name(file: &File) -> PathBuf {
    let path = PathBuf::from(&file.name);
    if !file.is_fragment {
        return path;
    }
    match path.extension().and_then(|extension| extension.to_str()) {
        Some(extension) => path.with_extension(format!("part.{extension}")),
        None => path.with_extension("part"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::artifact::Body;

    fn file(name: &str, is_fragment: bool) -> File {
        let mut body = Body::from("password: ");
        body.secret(Secret::from_text("hunter2".into()));
        File { name: name.into(), body, is_fragment }
    }

    fn artifact(files: &[(&str, bool)]) -> Artifact {
        let files = files.iter().map(|(name, is_fragment)| file(name, *is_fragment)).collect();
        Artifact { files, ..Artifact::default() }
    }

    #[test]
    fn a_folder_gets_all_files_and_a_part_gets_a_name_that_is_nobodys() {
        let folder = tempfile::tempdir().unwrap();
        let artifact =
            artifact(&[(".circleci/config.yml", false), ("docker.yml", true), ("Jenkinsfile", true)]);
        let to = folder.path().join("new/");
        let written = Plan::of(&artifact, &to).unwrap().write(Consent::default()).unwrap();
        let names: Vec<_> =
            written.iter().map(|path| path.strip_prefix(&to).unwrap().to_str().unwrap()).collect();
        assert_eq!(names, [".circleci/config.yml", "docker.part.yml", "Jenkinsfile.part"]);
        for path in &written {
            assert_eq!(std::fs::read_to_string(path).unwrap(), "password: hunter2");
            #[cfg(unix)]
            {
                use std::os::unix::fs::PermissionsExt as _;
                assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
            }
        }
        let again = Plan::of(&artifact, &to).unwrap();
        assert_eq!(again.replaced().len(), 3);
        assert!(again.lines().iter().all(|line| matches!(line, Line::In { is_new: false, .. })));
    }

    #[test]
    fn one_name_is_for_one_file() {
        let folder = tempfile::tempdir().unwrap();
        let to = folder.path().join("out.yaml");
        let with_part = artifact(&[("a.yaml", false), ("b.yaml", true)]);
        assert_eq!(Plan::of(&with_part, &to).unwrap().lines().len(), 1);
        let two = artifact(&[("a.yaml", false), ("b.yaml", false)]);
        assert!(Plan::of(&two, &to).unwrap_err().hints[0].contains("DIR/"));
        assert!(Plan::of(&Artifact::default(), &to).is_err());
    }

    #[test]
    fn a_file_that_appears_after_the_question_is_not_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let to = folder.path().join("out.yaml");
        let plan = Plan::of(&artifact(&[("a.yaml", false)]), &to).unwrap();
        std::fs::write(&to, "mine").unwrap();
        assert!(plan.write(Consent::default()).is_err());
        assert_eq!(std::fs::read_to_string(&to).unwrap(), "mine");
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_is_replaced_is_its_owners_alone_from_then_on() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let to = folder.path().join("out.yaml");
        std::fs::write(&to, "mine").unwrap();
        std::fs::set_permissions(&to, std::fs::Permissions::from_mode(0o644)).unwrap();
        let plan = Plan::of(&artifact(&[("a.yaml", false)]), &to).unwrap();
        assert_eq!(plan.replaced(), [to.as_path()]);
        plan.write(Consent::default()).unwrap();
        assert_eq!(to.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(std::fs::read_to_string(&to).unwrap(), "password: hunter2");
    }
}
