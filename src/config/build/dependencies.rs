//! The names of targets: they are unique, what refers to them exists, and
//! dependencies form no cycle.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use crate::config::build::context::Context;
use crate::config::tables::file::File;
use crate::config::toml::diagnostic::{Diagnostic, Span};
use crate::config::toml::field::{Field, Located};
use crate::config::toml::text::Text;
use crate::model::names::TargetName;
use crate::model::record_key::RESERVED;

/// How many names of a circle are shown.
const LONGEST_CIRCLE: usize = 10;

/// A target, with the names of the targets that it depends on.
struct Node<'a> {
    name: &'a str,
    shown: &'a str,
    span: Span,
    depends_on: &'a [Located<Text>],
}

/// All targets that the file names itself.
struct Graph<'a> {
    nodes: Vec<Node<'a>>,
    /// The first node of each name: with many thousand targets, a search
    /// through all nodes for every name would take too long.
    index: HashMap<&'a str, usize>,
}

/// Reports every name that is reserved or not unique, every name of a target
/// that does not exist, and every cycle.
pub(super) fn check(file: &File, context: &Context<'_>) {
    let graph = Graph::new(file, context);
    report_reserved(&graph.nodes, context);
    let windows = file.maintenance.value().into_iter().flatten();
    let silenced = windows.filter_map(|window| window.value.targets.value()).flatten();
    for name in graph.nodes.iter().flat_map(|node| node.depends_on).chain(silenced) {
        graph.report_unknown(name, context);
    }
    graph.report_cycles(context);
}

fn node<'a>(name: &'a Field<Text>, depends_on: &'a Field<Vec<Located<Text>>>) -> Option<Node<'a>> {
    let Located { value: name, span, .. } = name.given()?;
    Some(Node {
        name: &name.value,
        shown: &name.shown,
        span: span.clone(),
        depends_on: depends_on.value().map_or(&[], Vec::as_slice),
    })
}

fn report_reserved(nodes: &[Node<'_>], context: &Context<'_>) {
    for node in nodes {
        let reserved = RESERVED.iter().find(|(prefix, _)| node.name.starts_with(prefix));
        if let Some((prefix, what)) = reserved {
            let title = format!("no name may begin with `{prefix}`");
            let label = format!("choose another: {what} are called so");
            context.report(Diagnostic::new(node.span.clone(), title, label));
        }
    }
}

/// How far the search for cycles has come with a node.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Visit {
    New,
    OnPath,
    Done,
}

impl<'a> Graph<'a> {
    /// The targets and heartbeats of `file`. Reports each name that is not unique.
    fn new(file: &'a File, context: &Context<'_>) -> Self {
        let targets = file.target.value().into_iter().flatten();
        let targets = targets.filter_map(|at| node(&at.value.name, &at.value.depends_on));
        let heartbeats = file.heartbeat.value().into_iter().flatten();
        let heartbeats = heartbeats.filter_map(|at| node(&at.value.name, &at.value.depends_on));
        let nodes: Vec<Node<'_>> = targets.chain(heartbeats).collect();
        let mut index = HashMap::with_capacity(nodes.len());
        for (at, node) in nodes.iter().enumerate() {
            match index.entry(node.name) {
                Entry::Vacant(free) => {
                    free.insert(at);
                }
                Entry::Occupied(first) => {
                    let first = nodes[*first.get()].span.clone();
                    let title = format!("two targets are called `{}`", node.shown);
                    let label = "must be unique: choose another";
                    let diagnostic = Diagnostic::new(node.span.clone(), title, label);
                    context.report(diagnostic.also(first, "the first one"));
                }
            }
        }
        Self { nodes, index }
    }

    /// Reports `name` if no target has it.
    fn report_unknown(&self, name: &Located<Text>, context: &Context<'_>) {
        let Text { value, shown } = &name.value;
        if !self.index.contains_key(value.as_str()) && !context.is_full() {
            let known = self.nodes.iter().map(|node| node.shown);
            let expected = "expected the name of a `[[target]]` or a `[[heartbeat]]`";
            let title = format!("there is no target called `{shown}`");
            let label = context.did_you_mean(shown, known, expected);
            context.report(Diagnostic::new(name.span.clone(), title, label));
        }
    }

    /// Reports each cycle once, at the dependency that closes it.
    fn report_cycles(&self, context: &Context<'_>) {
        let mut visits = vec![Visit::New; self.nodes.len()];
        for start in 0..self.nodes.len() {
            self.follow(start, &mut visits, context);
        }
    }

    /// Depth first. The path is a list, because it may be longer than the stack allows.
    fn follow(&self, start: usize, visits: &mut [Visit], context: &Context<'_>) {
        if visits[start] != Visit::New {
            return;
        }
        visits[start] = Visit::OnPath;
        // Each node on the path, and how many of its dependencies have been followed.
        let mut path = vec![(start, 0)];
        while let Some((at, next)) = path.last_mut() {
            let Some(dependency) = self.nodes[*at].depends_on.get(*next) else {
                visits[*at] = Visit::Done;
                path.pop();
                continue;
            };
            *next += 1;
            let Some(&found) = self.index.get(dependency.value.value.as_str()) else { continue };
            match visits[found] {
                Visit::Done => {}
                Visit::New => {
                    visits[found] = Visit::OnPath;
                    path.push((found, 0));
                }
                Visit::OnPath if context.is_full() => return,
                Visit::OnPath => context.report(self.cycle(found, &path, dependency)),
            }
        }
    }

    fn cycle(&self, first: usize, path: &[(usize, usize)], closing: &Located<Text>) -> Diagnostic {
        let members = path.iter().map(|(at, _)| *at).skip_while(|at| *at != first).chain([first]);
        let mut shown: Vec<_> = members.map(|at| self.nodes[at].shown).collect();
        if shown.len() > LONGEST_CIRCLE {
            shown.splice(LONGEST_CIRCLE - 1..shown.len() - 1, ["…"]);
        }
        let title = format!("targets depend on each other in a circle: {}", shown.join(" -> "));
        Diagnostic::new(closing.span.clone(), title, "this closes the circle: take one of them out")
    }
}

/// The targets in a list of `names`, each once.
pub(super) fn names(names: Vec<Located<Text>>) -> Vec<TargetName> {
    let mut unique: Vec<TargetName> = Vec::new();
    for name in names {
        let name = TargetName::new(name.value.value);
        if !unique.contains(&name) {
            unique.push(name);
        }
    }
    unique
}
