//! Every configured source, by name.

use std::collections::{BTreeMap, HashMap};

use tge_model::{Source, SourceName};

use crate::SourceFile;

/// Every configured source, by name.
#[derive(Debug, Clone, Default)]
pub struct Catalog {
    files: BTreeMap<String, SourceFile>,
}

impl Catalog {
    /// A catalogue of these; of two with one name the first stays (`parse_all` tells of the other).
    pub fn new(files: Vec<SourceFile>) -> Self {
        let mut catalog = Self::default();
        for file in files {
            catalog.files.entry(file.source.name.to_string()).or_insert(file);
        }
        catalog
    }

    /// One source.
    pub fn get(&self, name: &str) -> Option<&SourceFile> {
        self.files.get(name)
    }

    /// Every source, by name.
    pub fn iter(&self) -> impl Iterator<Item = &SourceFile> {
        self.files.values()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// There is none.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// Who speaks where, without how it is read.
    pub fn by_name(&self) -> HashMap<SourceName, Source> {
        self.files.values().map(|file| (file.source.name.clone(), file.source.clone())).collect()
    }
}
