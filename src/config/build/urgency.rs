//! What an urgent target depends on is urgent itself: where it is broken, it is what
//! there is to say of both.

use std::collections::HashMap;

use crate::model::target::Target;

/// Makes urgent whatever an urgent one of `targets` depends on, however far up.
pub(super) fn inherit(targets: &mut [Target]) {
    let places: HashMap<_, _> =
        targets.iter().enumerate().map(|(at, target)| (target.name.clone(), at)).collect();
    let mut urgent: Vec<usize> = (0..targets.len()).filter(|at| targets[*at].is_urgent).collect();
    while let Some(at) = urgent.pop() {
        let above = targets[at].depends_on.clone();
        for root in above.iter().filter_map(|name| places.get(name)) {
            if !targets[*root].is_urgent {
                targets[*root].is_urgent = true;
                urgent.push(*root);
            }
        }
    }
}
