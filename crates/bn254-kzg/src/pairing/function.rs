//! Functions on the twist, built along the multiples of a point that a Miller loop passes.

use alloc::vec::Vec;

use ark_bn254::{Config, G2Affine, g2};
use ark_ec::bn::BnConfig;
use ark_ec::short_weierstrass::SWCurveConfig;

use crate::tower::Fp2;

/// A point of the twist y² = x³ + b, not the identity. Sums are those of points with different x,
/// doubles those of points with y ≠ 0; an inverse of zero counts as zero, so other points give wrong
/// results, and no panic.
#[derive(Clone, Copy)]
pub(super) struct TwistPoint {
    x: Fp2,
    y: Fp2,
}

impl TwistPoint {
    pub(super) fn new(q: &G2Affine) -> TwistPoint {
        TwistPoint {
            x: q.x.into(),
            y: q.y.into(),
        }
    }

    pub(super) fn neg(&self) -> TwistPoint {
        TwistPoint {
            x: self.x,
            y: self.y.neg(),
        }
    }

    /// The Frobenius map of the curve, carried over to the twist.
    pub(super) fn frobenius(&self) -> TwistPoint {
        TwistPoint {
            x: self.x.conjugate().mul(&Config::TWIST_MUL_BY_Q_X.into()),
            y: self.y.conjugate().mul(&Config::TWIST_MUL_BY_Q_Y.into()),
        }
    }

    fn slope_of_tangent(&self) -> Fp2 {
        let square = self.x.square();
        square.double().add(&square).mul(&self.y.double().inverse())
    }

    fn slope_of_chord(&self, other: &TwistPoint) -> Fp2 {
        let run = other.x.sub(&self.x);
        other.y.sub(&self.y).mul(&run.inverse())
    }

    /// The third point on the line with this slope through `self` and a point with abscissa `x2`,
    /// reflected.
    fn third_point(&self, x2: &Fp2, slope: &Fp2) -> TwistPoint {
        let x = slope.square().sub(&self.x).sub(x2);
        let y = slope.mul(&self.x.sub(&x)).sub(&self.y);
        TwistPoint { x, y }
    }
}

/// A(x) + y·B(x), each polynomial as its coefficients, constant first.
struct Function {
    a: Vec<Fp2>,
    b: Vec<Fp2>,
}

impl Function {
    /// `y - slope·(x - point.x) - point.y`
    fn line(point: &TwistPoint, slope: &Fp2) -> Function {
        let constant = slope.mul(&point.x).sub(&point.y);
        Function {
            a: [constant, slope.neg()].into(),
            b: [Fp2::ONE].into(),
        }
    }

    /// With y² = x³ + b.
    fn mul(&self, other: &Function) -> Function {
        Function {
            a: sum(
                &product(&self.a, &other.a),
                &times_cubic(&product(&self.b, &other.b)),
            ),
            b: sum(&product(&self.a, &other.b), &product(&self.b, &other.a)),
        }
    }

    /// Divided by `x - x0`, which must divide it.
    fn over_vertical(&self, x0: &Fp2) -> Function {
        Function {
            a: quotient(&self.a, x0),
            b: quotient(&self.b, x0),
        }
    }

    /// The coefficient of the monomial with a pole of this order at the identity: xⁱ has one of 2i,
    /// y·xⁱ of 2i + 3.
    fn coefficient(&self, order: usize) -> Fp2 {
        let found = if order.is_multiple_of(2) {
            self.a.get(order / 2)
        } else {
            order.checked_sub(3).and_then(|twice| self.b.get(twice / 2))
        };
        found.copied().unwrap_or(Fp2::ZERO)
    }
}

/// The walk from a point T along lines, and the function that they make up. After any steps to a
/// multiple S its zeros are those points that were passed through and -S, each as often as
/// Miller's algorithm asks; verticals, which the final exponentiation maps to 1, are divided out.
/// (V. Miller, *The Weil pairing, and its efficient calculation*, 2004)
pub(super) struct Walk {
    at: TwistPoint,
    function: Option<Function>,
}

impl Walk {
    pub(super) fn from(start: TwistPoint) -> Walk {
        Walk {
            at: start,
            function: None,
        }
    }

    /// S becomes 2S, and the function g becomes g² · tangent / vertical².
    pub(super) fn double(&mut self) {
        let slope = self.at.slope_of_tangent();
        let tangent = Function::line(&self.at, &slope);
        let x = &self.at.x;
        self.function = Some(match &self.function {
            None => tangent,
            Some(g) => {
                let product = g.mul(g).mul(&tangent);
                product.over_vertical(x).over_vertical(x)
            }
        });
        self.at = self.at.third_point(x, &slope);
    }

    /// S becomes S + V, and the function g becomes g · chord / vertical.
    pub(super) fn add(&mut self, v: &TwistPoint) {
        let slope = self.at.slope_of_chord(v);
        let chord = Function::line(&self.at, &slope);
        self.function = Some(match &self.function {
            None => chord,
            Some(g) => g.mul(&chord).over_vertical(&self.at.x),
        });
        self.at = self.at.third_point(&v.x, &slope);
    }

    /// Where the walk has arrived.
    pub(super) fn end(&self) -> TwistPoint {
        self.at
    }

    /// The function's coefficients divided by the one of pole order `order`, its highest: those of
    /// orders `order - 1` down to 0.
    pub(super) fn monic_coefficients(&self, order: usize) -> impl Iterator<Item = Fp2> {
        let coefficient = move |order| {
            let function = self.function.as_ref();
            function.map_or(Fp2::ZERO, |function| function.coefficient(order))
        };
        let inverse = coefficient(order).inverse();
        (0..order)
            .rev()
            .map(move |order| coefficient(order).mul(&inverse))
    }
}

fn product(a: &[Fp2], b: &[Fp2]) -> Vec<Fp2> {
    let mut product = alloc::vec![Fp2::ZERO; a.len().saturating_add(b.len()).saturating_sub(1)];
    for (i, a) in a.iter().enumerate() {
        for (sum, b) in product.iter_mut().skip(i).zip(b) {
            *sum = sum.add(&a.mul(b));
        }
    }
    product
}

fn sum(a: &[Fp2], b: &[Fp2]) -> Vec<Fp2> {
    let (long, short) = if a.len() < b.len() { (b, a) } else { (a, b) };
    let mut sum = long.to_vec();
    for (sum, term) in sum.iter_mut().zip(short) {
        *sum = sum.add(term);
    }
    sum
}

/// Times x³ + b.
fn times_cubic(a: &[Fp2]) -> Vec<Fp2> {
    let b = g2::Config::COEFF_B.into();
    let mut shifted = alloc::vec![Fp2::ZERO; 3];
    shifted.extend_from_slice(a);
    for (sum, a) in shifted.iter_mut().zip(a) {
        *sum = sum.add(&a.mul(&b));
    }
    shifted
}

/// By x - x0, without the remainder.
fn quotient(a: &[Fp2], x0: &Fp2) -> Vec<Fp2> {
    let mut value = Fp2::ZERO;
    let mut quotient: Vec<Fp2> = a
        .iter()
        .rev()
        .map(|a| {
            value = value.mul(x0).add(a);
            value
        })
        .collect();
    quotient.pop();
    quotient.reverse();
    quotient
}
