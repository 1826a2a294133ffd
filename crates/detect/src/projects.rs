//! The watch-list: projects somebody cares for, by name, aliases and ticker.

use serde::Deserialize;
use tge_text::Contract;
use thiserror::Error;

/// A watch-list that cannot be used.
#[derive(Debug, Error)]
pub enum ProjectsError {
    /// It is not YAML of the shape wanted, or has a key nobody knows.
    #[error(
        "failed to read the projects: expected `version` and `projects` with `name`, and if wanted `aliases`, `symbol`, `domains`, `handles`, `contracts`"
    )]
    Shape(#[source] serde_yaml_ng::Error),
    /// It is of another version.
    #[error("failed to read the projects: version {found}, this program reads version 1")]
    Version {
        /// What it says.
        found: u32,
    },
    /// A name or alias is too short to be found in running text, or blank.
    #[error("failed to read project {project:?}: name or alias {name:?} has fewer than two letters or digits")]
    ShortName {
        /// The project.
        project: String,
        /// The name.
        name: String,
    },
    /// An address that is none of a token on a chain we know the form of.
    #[error(
        "failed to read project {project:?}: {address:?} is no address of a token: expected 0x and 40 or 56 to 64 hexadecimal digits, or what another chain writes, of 20 characters or more"
    )]
    Contract {
        /// The project.
        project: String,
        /// What stands there.
        address: String,
    },
    /// Two projects have one name.
    #[error("failed to read the projects: {name:?} stands there twice")]
    Twice {
        /// The name.
        name: String,
    },
    /// More than can be told apart.
    #[error("failed to read the projects: {count} of them, at most {max} are watched")]
    TooMany {
        /// How many there are.
        count: usize,
        /// How many may be.
        max: usize,
    },
}

/// The most projects one detector watches.
pub const PROJECTS_MAX: usize = 60_000;

/// A watched project.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Project {
    /// Its name, as shown.
    pub name: String,
    /// Other names it goes by.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// Its ticker, where it has one.
    #[serde(default)]
    pub symbol: Option<String>,
    /// Hosts that speak for it.
    #[serde(default)]
    pub domains: Vec<String>,
    /// Accounts that speak for it, without `@`.
    #[serde(default)]
    pub handles: Vec<String>,
    /// Addresses of its own tokens, on every chain they are on; those of a form that [`tge_text::Contract`] knows are compared
    /// with what links name.
    #[serde(default)]
    pub contracts: Vec<String>,
}

/// The watch-list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Projects(Vec<Project>);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    version: u32,
    projects: Vec<Project>,
}

// === impl Projects ===

impl Projects {
    /// Reads a watch-list.
    ///
    /// # Errors
    /// [`ProjectsError`] for unknown keys, another version, blank or doubled names, addresses that are none, too many of
    /// them.
    pub fn parse(yaml: &str) -> Result<Self, ProjectsError> {
        let file: File = serde_yaml_ng::from_str(yaml).map_err(ProjectsError::Shape)?;
        if file.version != 1 {
            return Err(ProjectsError::Version { found: file.version });
        }
        if file.projects.len() > PROJECTS_MAX {
            return Err(ProjectsError::TooMany { count: file.projects.len(), max: PROJECTS_MAX });
        }
        let mut seen = std::collections::HashSet::new();
        for project in &file.projects {
            for name in std::iter::once(&project.name).chain(&project.aliases) {
                if name.chars().filter(|c| c.is_alphanumeric()).count() < 2 {
                    return Err(ProjectsError::ShortName { project: project.name.clone(), name: name.clone() });
                }
            }
            if let Some(address) = project.contracts.iter().find(|address| !may_be_address(address)) {
                return Err(ProjectsError::Contract { project: project.name.clone(), address: address.clone() });
            }
            if !seen.insert(tge_text::Normal::text_of(&project.name)) {
                return Err(ProjectsError::Twice { name: project.name.clone() });
            }
        }
        Ok(Self(file.projects))
    }

    /// The projects, in the order of the file.
    pub fn iter(&self) -> impl Iterator<Item = &Project> {
        self.0.iter()
    }

    /// Every name and alias with the number of its project.
    pub(crate) fn names(&self) -> Vec<(u16, String)> {
        (0u16..)
            .zip(&self.0)
            .flat_map(|(i, p)| std::iter::once(&p.name).chain(&p.aliases).map(move |name| (i, name.clone())))
            .collect()
    }
}

/// Whether `text` is an address, or may be one of a chain whose form nobody here knows: such a one says nothing of links.
fn may_be_address(text: &str) -> bool {
    let text = text.trim();
    let unknown = text.len() >= 20 && !text.starts_with("0x") && !text.contains(char::is_whitespace);
    unknown || Contract::parse(text).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_list_is_good() {
        let projects = Projects::parse(include_str!("../../../config/projects.yaml")).expect("the shipped watch-list");
        assert!(projects.iter().count() >= 3);
    }

    #[test]
    fn bad_lists_say_what_is_wrong() {
        for (yaml, part) in [
            ("version: 1\nprojects: [{name: Abc, tiker: X}]", "tiker"),
            ("version: 2\nprojects: []", "version 2"),
            ("version: 1\nprojects: [{name: A}]", "fewer than two"),
            ("version: 1\nprojects: [{name: Abc}, {name: ABC}]", "twice"),
            ("version: 1\nprojects: [{name: Abc, contracts: [0x12ab]}]", "0x12ab"),
            ("projects: []", "version"),
            (":::", "expected"),
        ] {
            let error = Projects::parse(yaml).expect_err("a bad list");
            let source = std::error::Error::source(&error).map(ToString::to_string).unwrap_or_default();
            assert!(format!("{error}: {source}").contains(part), "{yaml}: {error}: {source}");
        }
    }
}
