//! Which front door: the command line.

fn main() {}
