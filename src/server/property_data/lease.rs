//! A lease with the people on it.

use super::MemorySize;

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lease {
    pub id: String,
    /// In the system's words: `Current`, `Past`, `Future` and so on.
    pub status: String,
    pub unit: String,
    /// Dates as the system writes them (Entrata: `MM/DD/YYYY`), or empty.
    pub start: String,
    pub end: String,
    pub moved_in: String,
    pub moved_out: String,
    pub people: Vec<LeasePerson>,
    /// The id of the place that the row names; empty if it names none.
    pub place: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeasePerson {
    pub id: String,
    pub name: String,
    /// In the system's words: `Primary`, `Guarantor` and so on.
    pub role: String,
}

impl MemorySize for Lease {
    fn size(&self) -> usize {
        let Self { id, status, unit, start, end, moved_in, moved_out, people, place } = self;
        let texts = [id, status, unit, start, end, moved_in, moved_out, place].into_iter().map(String::len);
        let people = people.iter().map(|p| size_of::<LeasePerson>() + p.id.len() + p.name.len() + p.role.len());
        size_of::<Self>() + texts.chain(people).sum::<usize>()
    }
}
