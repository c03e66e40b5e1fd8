//! What of a row a terminal has room for.

use crate::model::history::{DAYS, RECENT};

/// The columns beside the mark and the name, which are always there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Layout {
    /// How many of the latest probes are drawn.
    pub(super) recent: usize,
    /// Whether the latency of the last one stands there.
    pub(super) latest: bool,
    /// How many days are drawn.
    pub(super) days: u64,
    /// Whether it is said for how long a target is up.
    pub(super) brief: bool,
}

/// The widest cell of each column that is text.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Widths {
    pub(super) name: usize,
    pub(super) latest: usize,
    pub(super) share: usize,
    pub(super) brief: usize,
}

/// Blanks before each column.
const GAP: usize = 2;

const fn layout(recent: usize, latest: bool, days: u64, brief: bool) -> Layout {
    Layout { recent, latest, days, brief }
}

/// The best first.
const LAYOUTS: [Layout; 13] = [
    layout(RECENT, true, DAYS, true),
    layout(RECENT, true, 60, true),
    layout(20, true, 60, true),
    layout(RECENT, true, 30, true),
    layout(20, true, 30, true),
    layout(10, true, 30, true),
    layout(20, true, 30, false),
    layout(10, true, 30, false),
    layout(0, true, 30, false),
    layout(0, true, 14, false),
    layout(0, false, 14, false),
    layout(0, false, 7, false),
    layout(0, false, 0, false),
];

impl Layout {
    /// The best that a terminal of `width` columns has room for; all, where there is none.
    pub(super) fn of(width: Option<usize>, widths: Widths) -> Self {
        let [best, .., least] = LAYOUTS;
        let Some(width) = width else { return best };
        LAYOUTS.into_iter().find(|layout| layout.width(widths) <= width).unwrap_or(least)
    }

    fn width(self, widths: Widths) -> usize {
        let days = usize::try_from(self.days).unwrap_or(usize::MAX);
        let columns = [
            1,
            widths.name,
            self.recent,
            if self.latest { widths.latest } else { 0 },
            days,
            widths.share,
            if self.brief { widths.brief } else { 0 },
        ];
        columns.into_iter().filter(|column| *column > 0).map(|column| GAP + column).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_less_important_goes_first_and_it_always_fits() {
        let widths = Widths { name: 14, latest: 6, share: 7, brief: 10 };
        let shown = |width| Layout::of(width, widths);
        assert_eq!(shown(None), LAYOUTS[0]);
        assert_eq!(shown(Some(200)), LAYOUTS[0]);
        assert_eq!(shown(Some(120)), layout(RECENT, true, 30, true));
        assert_eq!(shown(Some(80)), layout(10, true, 30, false));
        assert_eq!(shown(Some(60)), layout(0, true, 14, false));
        for width in 30..200 {
            assert!(shown(Some(width)).width(widths) <= width, "{width}");
        }
    }
}
