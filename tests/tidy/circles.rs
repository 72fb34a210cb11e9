//! Finds import cycles between modules.

use std::collections::{BTreeMap, BTreeSet};

use super::source::{Fault, Source, paths};

type Module = Vec<String>;

/// The modules that a module imports.
type Edges = BTreeMap<Module, BTreeSet<Module>>;

/// The import cycles between the modules below `root`, one for each module that closes a cycle.
///
/// A child may import from its parents, and a parent names its children: that is not a cycle. But a name that a parent
/// re-exports (`pub use child::Name`) belongs to the child, so that two children cannot form a cycle through their
/// parent.
pub fn find(root: &str, sources: &[Source]) -> Vec<Fault> {
    let files: BTreeMap<Module, &Source> =
        sources.iter().filter_map(|source| Some((module(root, &source.path)?, source))).collect();
    let edges = files.iter().map(|(from, source)| (from.clone(), seen(from, source, &files))).collect();
    faults(&files, &edges)
}

/// The import cycles between the modules directly below `parent`, each taken together with its submodules: if `a::b`
/// imports `c`, and `c` imports `a`, that is a cycle.
pub fn find_between(root: &str, parent: &str, sources: &[Source]) -> Vec<Fault> {
    let files: BTreeMap<Module, &Source> =
        sources.iter().filter_map(|source| Some((module(root, &source.path)?, source))).collect();
    let folded = |path: &Module| match &path[..] {
        [first, second, ..] if first == parent => Some(vec![first.clone(), second.clone()]),
        _ => None,
    };
    let mut edges: Edges = BTreeMap::new();
    for (from, source) in &files {
        let Some(above) = folded(from) else { continue };
        let targets = seen(from, source, &files).iter().filter_map(folded).filter(|target| *target != above).collect();
        edges.entry(above).or_default().append(&mut { targets });
    }
    faults(&files, &edges)
}

fn faults(files: &BTreeMap<Module, &Source>, edges: &Edges) -> Vec<Fault> {
    let (mut faults, mut done) = (Vec::new(), BTreeSet::new());
    for start in files.keys() {
        let mut way = Vec::new();
        if let Some(circle) = walk(start, edges, &mut way, &mut done) {
            let what = format!("modules form a cycle: {circle}: move what both need below both");
            faults.push(files[start].fault(0, what));
        }
    }
    faults
}

/// A file's module: `src/wire/line.rs` is `wire`, `line`. None for the crate's root and its binary.
fn module(root: &str, path: &str) -> Option<Module> {
    let path = path.strip_prefix(root)?.strip_suffix(".rs")?;
    let path = path.strip_suffix("/mod").unwrap_or(path);
    (!matches!(path, "lib" | "main")).then(|| path.split('/').map(str::to_owned).collect())
}

/// The modules that `from` imports, except its parents.
fn seen(from: &Module, source: &Source, files: &BTreeMap<Module, &Source>) -> BTreeSet<Module> {
    let code = source.untested();
    let mut named: Vec<Module> = paths(code, "crate").into_iter().map(|(_, path)| path).collect();
    named.extend(paths(code, "super").into_iter().map(|(_, path)| [&from[..from.len() - 1], &path].concat()));
    let targets = named.iter().filter_map(|path| owner(path, files, 0));
    targets.filter(|target| !from.starts_with(target)).collect()
}

/// The module that owns the name at `path`.
fn owner(path: &Module, files: &BTreeMap<Module, &Source>, depth: usize) -> Option<Module> {
    let module = (1..=path.len()).rev().map(|end| path[..end].to_vec()).find(|prefix| files.contains_key(prefix))?;
    let Some(name) = path.get(module.len()).filter(|_| depth < 8) else { return Some(module) };
    for child in files.keys().filter(|child| child.len() == module.len() + 1 && child.starts_with(&module)) {
        let child_name = child.last()?;
        let handed_on = paths(files[&module].untested(), child_name);
        if handed_on.iter().any(|(_, handed)| handed.last() == Some(name)) {
            return owner(&[child.clone(), vec![name.clone()]].concat(), files, depth + 1);
        }
    }
    Some(module)
}

/// Continues from `at` until a module of `way` is repeated.
fn walk<'a>(
    at: &'a Module,
    edges: &'a Edges,
    way: &mut Vec<&'a Module>,
    done: &mut BTreeSet<&'a Module>,
) -> Option<String> {
    if let Some(start) = way.iter().position(|&module| module == at) {
        let names: Vec<String> = way[start..].iter().chain([&at]).map(|module| module.join("::")).collect();
        return Some(names.join(" → "));
    }
    if !done.insert(at) {
        return None;
    }
    way.push(at);
    let circle = edges.get(at).into_iter().flatten().find_map(|next| walk(next, edges, way, done));
    way.pop();
    circle
}
