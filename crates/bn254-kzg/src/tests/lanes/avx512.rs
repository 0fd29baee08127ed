//! Claims over registers of AVX-512.

pub(crate) use crate::lanes::avx512::{kernels, vector};

macro_rules! helpers {
    ($($(#[$meta:meta])* $vis:vis fn $name:ident ($($args:tt)*) $(-> $result:ty)? $body:block)*) => {
        $(
            $(#[$meta])*
            #[target_feature(enable = "avx512f,avx512ifma,avx512vl,avx512dq,avx512bw,avx512vbmi2")]
            $vis fn $name ($($args)*) $(-> $result)? $body
        )*
    };
}
macro_rules! claims {
    ($($(#[$meta:meta])* fn $name:ident() $body:block)*) => {
        $(
            #[test]
            $(#[$meta])*
            fn $name() {
                fearless_simd::kernel!(
                    fn claim(token: Avx512) {
                        $body
                    }
                );
                if let Some(token) = super::super::token() {
                    claim(token);
                }
            }
        )*
    };
}

#[path = "claims/mod.rs"]
mod claims;

/// What a claim over registers needs; none where the processor has not got it.
fn token() -> Option<fearless_simd::x86::Avx512> {
    let token = crate::lanes::gate::detect();
    let asked = std::env::var_os("ZK_VERIFY_ARITHMETIC").is_some_and(|value| value == "lanes");
    if token.is_none() {
        std::eprintln!("not run: this processor has no AVX-512 IFMA");
    }
    assert!(
        token.is_some() || !asked,
        "lanes must be tested, and this processor has no AVX-512 IFMA"
    );
    token
}
