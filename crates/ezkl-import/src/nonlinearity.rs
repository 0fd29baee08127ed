//! The functions that static lookups tabulate, in ezkl's own floating-point arithmetic.
//!
//! The first row of every table column is a constant of the circuit, so rebuilding a circuit means
//! evaluating its functions as the prover did: on `f64`, then rounded half away from zero. Scales are
//! stored as `f32` and widened.

use serde::Deserialize;

/// A tabulated function with its parameters, as `required_lookups` names it.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
pub(crate) enum Nonlinearity {
    Div { denom: f32 },
    IsOdd,
    PowersOfTwo { scale: f32 },
    Ln { scale: f32 },
    Sigmoid { scale: f32 },
    Exp { scale: f32, base: f32 },
    Cos { scale: f32 },
    ACos { scale: f32 },
    Cosh { scale: f32 },
    ACosh { scale: f32 },
    Sin { scale: f32 },
    ASin { scale: f32 },
    Sinh { scale: f32 },
    ASinh { scale: f32 },
    Tan { scale: f32 },
    ATan { scale: f32 },
    Tanh { scale: f32 },
    ATanh { scale: f32 },
    Erf { scale: f32 },
    Pow { scale: f32, a: f32 },
    HardSwish { scale: f32 },
}

impl Nonlinearity {
    /// The fixed-point result for a fixed-point argument.
    pub(crate) fn evaluate(self, argument: i128) -> i128 {
        use Nonlinearity::*;
        let x = argument as f64;
        let on = |scale: f32, f: &dyn Fn(f64) -> f64| {
            let scale = f64::from(scale);
            round(scale * f(x / scale))
        };
        match self {
            Div { denom } => round(x / f64::from(denom)),
            IsOdd => argument.rem_euclid(2),
            PowersOfTwo { scale } => round(f64::from(scale) * x.exp2()),
            Ln { scale } => on(scale, &f64::ln),
            Sigmoid { scale } => on(scale, &|v| 1.0 / (1.0 + (-v).exp())),
            Exp { scale, base } => on(scale, &|v| f64::from(base).powf(v)),
            Cos { scale } => on(scale, &f64::cos),
            ACos { scale } => on(scale, &f64::acos),
            Cosh { scale } => on(scale, &f64::cosh),
            ACosh { scale } => on(scale, &f64::acosh),
            Sin { scale } => on(scale, &f64::sin),
            ASin { scale } => on(scale, &f64::asin),
            Sinh { scale } => on(scale, &f64::sinh),
            ASinh { scale } => on(scale, &f64::asinh),
            Tan { scale } => on(scale, &f64::tan),
            ATan { scale } => on(scale, &f64::atan),
            Tanh { scale } => on(scale, &f64::tanh),
            ATanh { scale } => on(scale, &f64::atanh),
            Erf { scale } => on(scale, &erf),
            Pow { scale, a } => on(scale, &|v| v.powf(f64::from(a))),
            HardSwish { scale } => on(scale, &hard_swish),
        }
    }
}

/// Half away from zero; infinities saturate, NaN is 0.
fn round(value: f64) -> i128 {
    value.round() as i128
}

fn hard_swish(v: f64) -> f64 {
    if v <= -3.0 {
        0.0
    } else if v >= 3.0 {
        v
    } else {
        v * (v + 3.0) / 6.0
    }
}

/// Chebyshev coefficients of erfc (Press et al., Numerical Recipes, 3rd edition, section 6.2.2): the
/// constant term, then those of rising order.
const ERFC_CONSTANT: f64 = -1.3026537197817094;
const ERFC: [f64; 26] = [
    6.419697923564902e-1,
    1.9476473204185836e-2,
    -9.56151478680863e-3,
    -9.46595344482036e-4,
    3.66839497852761e-4,
    4.2523324806907e-5,
    -2.0278578112534e-5,
    -1.624290004647e-6,
    1.303655835580e-6,
    1.5626441722e-8,
    -8.5238095915e-8,
    6.529054439e-9,
    5.059343495e-9,
    -9.91364156e-10,
    -2.27365122e-10,
    9.6467911e-11,
    2.394038e-12,
    -6.886027e-12,
    8.94487e-13,
    3.13092e-13,
    -1.12708e-13,
    3.81e-16,
    7.106e-15,
    -1.523e-15,
    -9.4e-17,
    1.21e-16,
];

fn erf(x: f64) -> f64 {
    if x >= 0.0 {
        1.0 - erfc_positive(x)
    } else {
        erfc_positive(-x) - 1.0
    }
}

/// Clenshaw's recurrence for erfc at a non-negative argument.
fn erfc_positive(z: f64) -> f64 {
    let t = 2.0 / (2.0 + z);
    let ty = 4.0 * t - 2.0;
    let (mut d, mut dd) = (0.0, 0.0);
    for coefficient in ERFC.iter().rev() {
        (d, dd) = (ty * d - dd + coefficient, d);
    }
    t * (-z * z + 0.5 * (ERFC_CONSTANT + ty * d) - dd).exp()
}
