//! One error type for everything that is read: it names the input, the place in it, what is wrong there,
//! and the cure.

use std::fmt;

/// What an error can be about: one of the inputs of an importer.
pub trait ErrorSubject: Copy + PartialEq + fmt::Debug {
    /// The name under which its users know it.
    fn customary_name(self) -> &'static str;

    /// What helps against most errors of this kind.
    fn default_cure(self, kind: ErrorKind) -> &'static str;
}

/// What an error is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Subject {
    /// The text of a pinned verifying key, `format!("{:?}", vk.pinned())`.
    PinnedKey,
    /// A verifying key of halo2 in memory.
    VerifyingKey,
    /// What the key does not say itself: instance lengths, accumulator, ….
    Options,
    /// A proof, in any of the forms that are read.
    Proof,
    /// The public inputs.
    PublicInputs,
}

/// What sort of thing is wrong, for programs. People read the error itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The file could not be read.
    Io,
    /// The input ends before its content does.
    Truncated,
    /// There are bytes after the end of the content.
    TrailingBytes,
    /// The input was written by a version, or in a format, that is not supported.
    Version,
    /// The content is not what this input holds.
    Malformed,
    /// A number is not below its modulus.
    NotCanonical,
    /// A point is not on the curve, or not in the subgroup.
    NotOnCurve,
    /// Two inputs, or two parts of one, contradict each other.
    Mismatch,
    /// The circuit is larger than this verifier's limits.
    Limit,
    /// The digest cannot be told from what was given.
    AmbiguousDigest,
    /// No digest that the circuit can have fits what was given.
    NoMatchingDigest,
}

impl ErrorKind {
    /// The name in JSON and for other languages: "trailing-bytes".
    pub fn name(self) -> &'static str {
        match self {
            ErrorKind::Io => "io",
            ErrorKind::Truncated => "truncated",
            ErrorKind::TrailingBytes => "trailing-bytes",
            ErrorKind::Version => "version",
            ErrorKind::Malformed => "malformed",
            ErrorKind::NotCanonical => "not-canonical",
            ErrorKind::NotOnCurve => "not-on-curve",
            ErrorKind::Mismatch => "mismatch",
            ErrorKind::Limit => "limit",
            ErrorKind::AmbiguousDigest => "ambiguous-digest",
            ErrorKind::NoMatchingDigest => "no-matching-digest",
        }
    }
}

/// Why something was not imported.
///
/// Displays as `name: place: problem. Cure.`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportError<S = Subject> {
    kind: ErrorKind,
    subject: S,
    name: String,
    place: String,
    problem: String,
    cure: String,
}

impl<S: ErrorSubject> ImportError<S> {
    /// An error about this subject, with its customary name and cure. `place` may be empty.
    pub fn new(
        subject: S,
        kind: ErrorKind,
        place: impl Into<String>,
        problem: impl Into<String>,
    ) -> Self {
        Self {
            kind,
            subject,
            name: subject.customary_name().to_owned(),
            place: place.into(),
            problem: problem.into(),
            cure: subject.default_cure(kind).to_owned(),
        }
    }

    /// Replaces the advice.
    #[must_use]
    pub fn cure(mut self, cure: impl Into<String>) -> Self {
        self.cure = cure.into();
        self
    }

    /// Uses `name` (a path, say) instead of the customary name, if the error is about this subject.
    ///
    /// ```
    /// use halo2_import::{Halo2Key, Subject};
    /// let error = Halo2Key::from_pinned("").unwrap_err().named(Subject::PinnedKey, "vk.txt");
    /// assert!(error.to_string().starts_with("vk.txt: "));
    /// ```
    #[must_use]
    pub fn named(mut self, subject: S, name: impl Into<String>) -> Self {
        if self.subject == subject {
            self.name = name.into();
        }
        self
    }

    /// What sort of thing is wrong.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// What the error is about.
    pub fn subject(&self) -> S {
        self.subject
    }

    /// Where in the input: a byte, a range of them, a word, a field.
    pub fn place(&self) -> &str {
        &self.place
    }

    /// What is wrong there.
    pub fn problem(&self) -> &str {
        &self.problem
    }

    /// What to do about it.
    pub fn advice(&self) -> &str {
        &self.cure
    }
}

impl ErrorSubject for Subject {
    fn customary_name(self) -> &'static str {
        match self {
            Subject::PinnedKey => "the pinned key",
            Subject::VerifyingKey => "the verifying key",
            Subject::Options => "the options",
            Subject::Proof => "the proof",
            Subject::PublicInputs => "the public inputs",
        }
    }

    fn default_cure(self, kind: ErrorKind) -> &'static str {
        use ErrorKind::Limit;
        match (self, kind) {
            (Subject::PinnedKey | Subject::VerifyingKey, Limit) => {
                "The key is in order, but its circuit is beyond this verifier's limits: make the circuit smaller."
            }
            (Subject::PinnedKey, _) => {
                "Write the file again, with `std::fs::write(\"vk.txt\", format!(\"{:?}\", vk.pinned()))`, and copy \
             it whole."
            }
            (Subject::VerifyingKey, _) => "Use the key that keygen_vk gave for this circuit.",
            (Subject::Options, _) => {
                "Give what the circuit and its prover have: the key itself does not say it."
            }
            (Subject::Proof, _) => {
                "Use the bytes that the prover's transcript gave, whole and in binary."
            }
            (Subject::PublicInputs, _) => {
                "Give the instances that the proof was made with, column by column."
            }
        }
    }
}

impl<S> fmt::Display for ImportError<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.name)?;
        if !self.place.is_empty() {
            write!(f, "{}: ", self.place)?;
        }
        write!(f, "{}. {}", self.problem, self.cure)
    }
}

impl<S: fmt::Debug> std::error::Error for ImportError<S> {}
