//! Claims over portable vectors.

pub(crate) use crate::lanes::portable::{kernels, vector};

macro_rules! helpers {
    ($($(#[$meta:meta])* $vis:vis fn $name:ident ($($args:tt)*) $(-> $result:ty)? $body:block)*) => {
        $($(#[$meta])* $vis fn $name ($($args)*) $(-> $result)? $body)*
    };
}
macro_rules! claims {
    ($($(#[$meta:meta])* fn $name:ident() $body:block)*) => {
        $(#[test] $(#[$meta])* fn $name() $body)*
    };
}

#[path = "claims/mod.rs"]
mod claims;
