//! Which module imports which, and where that closes a loop.

use std::collections::{BTreeMap, BTreeSet};

use super::{paths, rooms, sources::Source};

/// Imports between modules: from, to, and where (`file:line`).
#[derive(Debug, Default)]
pub struct Graph(BTreeMap<(String, String), Vec<String>>);

impl Graph {
    pub fn of(sources: &[Source]) -> Self {
        let mut graph = Self::default();
        for Source { file, text } in sources {
            let module = super::sources::module(file);
            let Some(from) = rooms::room(&module) else { continue };
            for used in paths::used(&module, text) {
                let to = rooms::room(&used.path).filter(|to| *to != from && !rooms::maps_to_type(&from, to, &used));
                if let Some(to) = to {
                    let (places, place) =
                        (graph.0.entry((from.clone(), to)).or_default(), format!("{file}:{}", used.line));
                    if places.last() != Some(&place) {
                        places.push(place);
                    }
                }
            }
        }
        graph
    }

    pub fn edges(&self) -> impl Iterator<Item = (&str, &str, &[String])> {
        self.0.iter().map(|((from, to), places)| (from.as_str(), to.as_str(), places.as_slice()))
    }

    /// The graph without some edges.
    pub fn without(&self, edges: &[(&str, &str)]) -> Self {
        let left = self.0.iter().filter(|((from, to), _)| !edges.contains(&(from, to)));
        Self(left.map(|(edge, places)| (edge.clone(), places.clone())).collect())
    }

    pub fn has(&self, from: &str, to: &str) -> bool {
        self.0.contains_key(&(from.to_owned(), to.to_owned()))
    }

    /// Whether imports lead from one module to another, directly or through others.
    pub fn reaches(&self, from: &str, to: &str) -> bool {
        let (mut seen, mut left) = (BTreeSet::new(), vec![from]);
        while let Some(room) = left.pop() {
            for (_, next, _) in self.edges().filter(|(start, _, _)| *start == room) {
                if next == to {
                    return true;
                }
                if seen.insert(next) {
                    left.push(next);
                }
            }
        }
        false
    }

    /// Groups of modules that all reach each other.
    pub fn loops(&self) -> Vec<BTreeSet<&str>> {
        let rooms: BTreeSet<&str> = self.edges().flat_map(|(from, to, _)| [from, to]).collect();
        let mut loops: Vec<BTreeSet<&str>> = Vec::new();
        for room in &rooms {
            if self.reaches(room, room) && !loops.iter().any(|group| group.contains(room)) {
                let both_ways = |other: &&&str| self.reaches(room, other) && self.reaches(other, room);
                loops.push(rooms.iter().filter(both_ways).copied().collect());
            }
        }
        loops
    }

    /// Edges that are part of a loop, with their places: what to read when a new one appears.
    pub fn in_loops(&self) -> String {
        let inside = self.edges().filter(|(from, to, _)| self.reaches(to, from));
        inside.map(|(from, to, places)| format!("{from} -> {to}: {}\n", places.join(", "))).collect()
    }
}
