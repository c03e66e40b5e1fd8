//! Names across targets: unique, and what is said of them exists, without cycles.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use crate::config::mistake::{Mistake, Span};
use crate::config::name::{Name, Reference};
use crate::config::raw;
use crate::config::reader::Located;
use crate::config::several::OneOrMany;
use crate::model::names::TargetName;
use crate::model::record_key::RESERVED;
use crate::text::nearest::nearest;

/// One target by name, with the names that it depends on.
struct Node<'a> {
    name: &'a str,
    shown: &'a str,
    span: Span,
    depends_on: &'a [Located<Reference>],
}

/// The first node of each name: files of many thousand targets are not
/// searched from the top for every one of them.
type Index<'a> = HashMap<&'a str, usize>;

/// Adds every duplicate name, name that is taken, unknown name and cycle to `mistakes`.
pub(super) fn check(file: &raw::File, mistakes: &mut Vec<Mistake>) {
    let targets = file.target.iter().flat_map(|tables| &tables.value.0);
    let heartbeats = file.heartbeat.iter().flat_map(|tables| &tables.value.0);
    let targets = targets.map(|at| (at.value.name.as_ref(), at.value.depends_on.as_ref()));
    let heartbeats = heartbeats.map(|at| (at.value.name.as_ref(), at.value.depends_on.as_ref()));
    let nodes: Vec<Node<'_>> =
        targets.chain(heartbeats).filter_map(|(name, on)| Some(node(name?, on))).collect();
    let windows = file.maintenance.iter().flat_map(|windows| &windows.value.0);
    let silenced = windows.filter_map(|window| window.value.targets.as_ref());
    let silenced = silenced.flat_map(|targets| &targets.value.0);
    let index = duplicates(&nodes, mistakes);
    reserved(&nodes, mistakes);
    let named = nodes.iter().flat_map(|node| node.depends_on).chain(silenced);
    named.for_each(|name| known(name, &nodes, &index, mistakes));
    cycles(&nodes, &index, mistakes);
}

fn node<'a>(name: &'a Located<Name>, on: Option<&'a Located<OneOrMany<Reference>>>) -> Node<'a> {
    Node {
        name: &name.value.0.value,
        shown: &name.value.0.shown,
        span: name.span.clone(),
        depends_on: on.map_or(&[], |names| &names.value.0),
    }
}

fn reserved(nodes: &[Node<'_>], mistakes: &mut Vec<Mistake>) {
    for node in nodes {
        let taken = RESERVED.iter().find(|(prefix, _)| node.name.starts_with(prefix));
        if let Some((prefix, whose)) = taken {
            let title = format!("no name may begin with `{prefix}`");
            let label = format!("choose another: {whose} are called so");
            mistakes.push(Mistake::new(node.span.clone(), title, label));
        }
    }
}

/// Returns the index that duplicates are found by.
fn duplicates<'a>(nodes: &[Node<'a>], mistakes: &mut Vec<Mistake>) -> Index<'a> {
    let mut index = Index::with_capacity(nodes.len());
    for (at, node) in nodes.iter().enumerate() {
        match index.entry(node.name) {
            Entry::Vacant(free) => {
                free.insert(at);
            }
            Entry::Occupied(first) => {
                let first = nodes[*first.get()].span.clone();
                let title = format!("two targets are called `{}`", node.shown);
                let label = "must be unique: choose another";
                let again = Mistake::new(node.span.clone(), title, label);
                mistakes.push(again.also(first, "the first one"));
            }
        }
    }
    index
}

/// Adds that `name` is nobody's, if so.
fn known(
    name: &Located<Reference>,
    nodes: &[Node<'_>],
    index: &Index<'_>,
    mistakes: &mut Vec<Mistake>,
) {
    let text = &name.value.0;
    if index.contains_key(&*text.value) {
        return;
    }
    let near = nearest(&text.shown, nodes.iter().map(|node| node.shown));
    let label = near
        .map_or("expected the name of a `[[target]]` or a `[[heartbeat]]`".to_owned(), |near| {
            format!("did you mean `{near}`?")
        });
    let title = format!("there is no target called `{}`", text.shown);
    mistakes.push(Mistake::new(name.span.clone(), title, label));
}

/// How far the search has come with a node.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Visit {
    New,
    OnPath,
    Done,
}

/// Each cycle is found once: at the dependency that closes it.
fn cycles(nodes: &[Node<'_>], index: &Index<'_>, mistakes: &mut Vec<Mistake>) {
    let mut visits = vec![Visit::New; nodes.len()];
    for start in 0..nodes.len() {
        follow(start, nodes, index, &mut visits, mistakes);
    }
}

/// Depth first, with the path kept by hand: a chain may be longer than the stack.
fn follow(
    start: usize,
    nodes: &[Node<'_>],
    index: &Index<'_>,
    visits: &mut [Visit],
    mistakes: &mut Vec<Mistake>,
) {
    if visits[start] != Visit::New {
        return;
    }
    visits[start] = Visit::OnPath;
    // Of each node on the path, how many of its dependencies have been followed.
    let mut path = vec![(start, 0)];
    while let Some((at, next)) = path.last_mut() {
        let Some(dependency) = nodes[*at].depends_on.get(*next) else {
            visits[*at] = Visit::Done;
            path.pop();
            continue;
        };
        *next += 1;
        let Some(&found) = index.get(&*dependency.value.0.value) else { continue };
        match visits[found] {
            Visit::Done => {}
            Visit::New => {
                visits[found] = Visit::OnPath;
                path.push((found, 0));
            }
            Visit::OnPath => mistakes.push(cycle(found, &path, dependency, nodes)),
        }
    }
}

fn cycle(
    first: usize,
    path: &[(usize, usize)],
    closing: &Located<Reference>,
    nodes: &[Node<'_>],
) -> Mistake {
    let members = path.iter().map(|(at, _)| *at).skip_while(|at| *at != first).chain([first]);
    let shown: Vec<_> = members.map(|at| nodes[at].shown).collect();
    let title = format!("targets depend on each other in a circle: {}", shown.join(" -> "));
    Mistake::new(closing.span.clone(), title, "this closes the circle: take one of them out")
}

/// What `depends_on`, or another list of targets, names; each once.
pub(super) fn names(names: Option<Located<OneOrMany<Reference>>>) -> Vec<TargetName> {
    let mut read: Vec<TargetName> = Vec::new();
    for name in names.into_iter().flat_map(|names| names.value.0) {
        let name = TargetName::new(name.value.0.value);
        if !read.contains(&name) {
            read.push(name);
        }
    }
    read
}
