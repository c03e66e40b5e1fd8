//! The reading machine: it turns parsed TOML into the tables that are declared
//! with [`tables!`](table), and reports everything that is wrong on the way.
//!
//! It knows no key of probes.toml and no type of value. A value's type tells it
//! by [`ValueType`](value_type::ValueType) how the value is read, described to
//! editors, merged with `[defaults]` and masked.

pub(super) mod diagnostic;
pub(super) mod field;
pub(super) mod limits;
pub(super) mod masking;
pub(super) mod nearest;
pub(super) mod reader;
pub(super) mod syntax;
pub(super) mod table;
pub(super) mod table_reader;
pub(super) mod text;
pub(super) mod value_type;
pub(super) mod vocabulary;
