//! What an element's name means, whatever prefix the feed chose for it.

/// The vocabularies that feeds mix.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Space {
    /// RSS of any version and Atom: their names do not collide where it matters.
    Core,
    Dc,
    DcTerms,
    Content,
    Media,
    Itunes,
    Xhtml,
    Rdf,
    Xml,
    /// Anything else: not read.
    Other,
}

impl Space {
    /// The vocabulary of a namespace's address.
    pub(super) fn of_uri(uri: &str) -> Self {
        let uri = uri.trim().to_ascii_lowercase();
        let uri = uri.trim_end_matches('/');
        match uri {
            ""
            | "http://purl.org/rss/1.0"
            | "http://my.netscape.com/rdf/simple/0.9"
            | "http://channel.netscape.com/rdf/simple/0.9"
            | "http://www.w3.org/2005/atom"
            | "https://www.w3.org/2005/atom"
            | "http://purl.org/atom/ns#"
            | "http://example.com/necho"
            | "http://purl.org/atom-blog/ns#"
            | "http://backend.userland.com/rss"
            | "http://backend.userland.com/rss2"
            | "http://blogs.law.harvard.edu/tech/rss" => Self::Core,
            "http://purl.org/dc/elements/1.1" | "http://purl.org/dc/elements/1.0" => Self::Dc,
            "http://purl.org/dc/terms" => Self::DcTerms,
            "http://purl.org/rss/1.0/modules/content" => Self::Content,
            "http://search.yahoo.com/mrss"
            | "http://video.search.yahoo.com/mrss"
            | "http://tools.search.yahoo.com/mrss" => Self::Media,
            "http://www.itunes.com/dtds/podcast-1.0.dtd" | "http://example.com/dtds/podcast-1.0.dtd" => Self::Itunes,
            "http://www.w3.org/1999/xhtml" => Self::Xhtml,
            "http://www.w3.org/1999/02/22-rdf-syntax-ns#" => Self::Rdf,
            "http://www.w3.org/xml/1998/namespace" => Self::Xml,
            _ => Self::Other,
        }
    }

    /// The vocabulary a prefix usually stands for, for feeds that never declare it.
    pub(super) fn of_prefix(prefix: &str) -> Self {
        match prefix {
            "" | "atom" | "rss" => Self::Core,
            "dc" => Self::Dc,
            "dcterms" => Self::DcTerms,
            "content" => Self::Content,
            "media" => Self::Media,
            "itunes" => Self::Itunes,
            "xhtml" => Self::Xhtml,
            "rdf" => Self::Rdf,
            "xml" => Self::Xml,
            _ => Self::Other,
        }
    }
}

/// The parts of an entry that are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Id,
    Title,
    Link,
    Content,
    Summary,
    /// A summary where there is no other: of podcasts and videos.
    SpareSummary,
    Published,
    Updated,
    Language,
}

/// Which part of an entry an element is.
pub(super) fn part(space: Space, local: &str) -> Option<Part> {
    use Part::{Content, Id, Language, Link, Published, SpareSummary, Summary, Title, Updated};
    Some(match (space, local) {
        (Space::Core, "guid" | "id") => Id,
        (Space::Core, "title") | (Space::Dc, "title") => Title,
        (Space::Core, "link") => Link,
        (Space::Content, "encoded") | (Space::Core, "content" | "encoded") | (Space::Xhtml, "body" | "div") => Content,
        (Space::Core, "description" | "summary") | (Space::Dc, "description") => Summary,
        (Space::Itunes, "summary") | (Space::Media, "description") => SpareSummary,
        (Space::Core, "pubdate" | "published" | "issued") | (Space::DcTerms, "issued") => Published,
        (Space::Dc, "date")
        | (Space::DcTerms, "modified")
        | (Space::Core, "updated" | "modified" | "lastbuilddate") => Updated,
        (Space::Core | Space::Dc, "language") => Language,
        _ => return None,
    })
}
