//! An enum of details from one table.

/// Gives an enum of details its codes, its English words for the fact that decides, and the way to the
/// texts in it. What a detail is about may itself be such an enum.
macro_rules! details {
    ($(#[$meta:meta])* $name:ident {
        $($(#[$doc:meta])* $variant:ident { $($(#[$note:meta])* $field:ident: $type:ty),* $(,)? } = $english:literal;)+
    }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
        #[serde(tag = "code", rename_all = "snake_case")]
        pub enum $name {
            $($(#[$doc])* $variant { $($(#[$note])* $field: $type),* },)+
        }

        impl $name {
            /// Each of them, with the names and the types of its arguments, so that a test
            /// can say all that can be said.
            pub const TABLE: &'static [$crate::model::detail::Row] =
                &[$((stringify!($variant), &[$((stringify!($field), stringify!($type))),*])),+];
        }

        impl $crate::model::detail::argument::Argument for $name {
            fn each_text(&mut self, fit: &dyn Fn(String) -> String) {
                match self {
                    $(Self::$variant { $($field),* } => {
                        let _ = fit;
                        $($crate::model::detail::argument::Argument::each_text($field, fit);)*
                    })+
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                match self {
                    $(Self::$variant { $($field),* } => {
                        $(let _ = $field;)*
                        write!(f, $english)
                    })+
                }
            }
        }
    };
}

pub(super) use details;
