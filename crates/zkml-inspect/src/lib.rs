#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

mod cost;
mod file_type;
mod form;
mod inspection;

pub use cost::{Cost, Fork};
pub use file_type::FileType;
pub use form::{BothForms, Form, FormCost, Forms, WithForms};
pub use inspection::{Gas, Inspection, Phase, Place, free_instance_columns};
