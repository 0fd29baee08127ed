//! The final exponentiation, to (p¹² - 1)/r in the form of L. Fuentes-Castañeda, E. Knapp and
//! F. Rodríguez-Henríquez (*Faster hashing to G2*, SAC 2011), which takes a fixed multiple of the
//! exponent, 2X(6X² + 3X + 1), coprime to r.

use crate::tower::Fp12;

/// f to the power 2X(6X² + 3X + 1)·(p¹² - 1)/r, for f ≠ 0.
#[inline(never)]
pub(crate) fn final_exponentiation(f: &Fp12) -> Fp12 {
    // the easy part, (p⁶ - 1)(p² + 1)
    let r = f.conjugate().mul(&f.inverse());
    let r = r.frobenius(2).mul(&r);
    // The hard part; from here on the inverse is the conjugate. Exponents of r:
    let x = r.cyclotomic_power_of_x();
    let x2 = x.cyclotomic_square(); // 2X
    let x4 = x2.cyclotomic_square(); // 4X
    let x6 = x4.mul(&x2); // 6X
    let xx6 = x6.cyclotomic_power_of_x(); // 6X²
    let xx12 = xx6.cyclotomic_square(); // 12X²
    let xxx12 = xx12.cyclotomic_power_of_x(); // 12X³
    let a = xxx12.mul(&xx6).mul(&x6); // 12X³ + 6X² + 6X
    let b = a.mul(&x2.conjugate()); // 12X³ + 6X² + 4X
    let c = a.mul(&xx6).mul(&r); // 12X³ + 12X² + 6X + 1
    let d = b.mul(&r.conjugate()); // 12X³ + 6X² + 4X - 1
    d.frobenius(3)
        .mul(&a.frobenius(2))
        .mul(&b.frobenius(1))
        .mul(&c)
}
