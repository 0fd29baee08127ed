//! Everything of a witness that does not depend on challenges, drawn from the seed of the spec.
use crate::spec::*;
use ff::{Field, PrimeField};
use halo2_proofs::halo2curves::bn256::Fr;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha20Rng;

#[derive(Clone, Debug, Default)]
pub struct Witness {
    pub usable: usize,
    pub n: usize,
    pub fixed: Vec<Vec<Fr>>,
    pub instances: Vec<Vec<Fr>>,
    /// rows where each selector is on
    pub sel: Vec<Vec<bool>>,
    /// rows of each static table
    pub tables: Vec<Vec<Vec<Fr>>>,
    /// advice, complete for phase 0, with drawn values elsewhere
    pub adv: Vec<Vec<Fr>>,
    pub copies: Vec<((char, usize, usize), (char, usize, usize))>,
}

/// the secret of the test setup
pub fn secret() -> Fr {
    Fr::random(ChaCha20Rng::seed_from_u64(0x7e57))
}

pub fn draw(s: &Spec, bf: usize) -> Witness {
    let mut r = ChaCha20Rng::seed_from_u64(0x6c61 + s.seed);
    let n = 1usize << s.k;
    let u = s.usable(n, bf);
    let mut w = Witness {
        n,
        usable: u,
        ..Default::default()
    };
    let fr = |r: &mut ChaCha20Rng| Fr::random(r);
    for _ in 0..s.fixed {
        w.fixed.push(
            (0..n)
                .map(|i| if i < u { fr(&mut r) } else { Fr::ZERO })
                .collect(),
        );
    }
    for l in &s.instances {
        w.instances.push((0..*l).map(|_| fr(&mut r)).collect());
    }
    if let Some((col, row, limbs, bits, what)) = s.acc {
        use halo2_proofs::halo2curves::group::Curve;
        use halo2_proofs::halo2curves::{
            bn256::{Fq, G1},
            CurveAffine,
        };
        let g: G1 = halo2_proofs::halo2curves::bn256::G1Affine::generator().into();
        let rhs = g * fr(&mut r);
        let mut lhs = rhs * secret();
        if what == 1 {
            lhs += g;
        }
        let mut at = row;
        for (pi, p) in (if what == 5 { [rhs, lhs] } else { [lhs, rhs] })
            .into_iter()
            .enumerate()
        {
            let c = p.to_affine().coordinates().unwrap();
            for (vi, v) in [*c.x(), *c.y()].into_iter().enumerate() {
                let rep = v.to_repr();
                let mut b: Vec<u64> = rep.as_ref().iter().map(|x| *x as u64).collect();
                b.resize(40, 0);
                if what == 3 && pi == 0 && vi == 0 {
                    // + q, q = (q - 1) + 1
                    let m = (-Fq::ONE).to_repr();
                    let mut carry = 1;
                    for (i, x) in b.iter_mut().enumerate() {
                        let t = *x + m.as_ref().get(i).copied().unwrap_or(0) as u64 + carry;
                        *x = t & 255;
                        carry = t >> 8;
                    }
                }
                if what == 4 {
                    b.fill(0);
                }
                for l in 0..limbs {
                    // the bits [l·bits, (l+1)·bits) of the coordinate
                    let mut x = Fr::ZERO;
                    for i in (0..bits).rev() {
                        let j = l * bits + i;
                        x = x.double() + Fr::from(b[j / 8] >> (j % 8) & 1);
                    }
                    w.instances[col][at + l] = x;
                }
                if what == 2 && pi == 0 && vi == 0 {
                    w.instances[col][at] += Fr::from(2).pow_vartime([bits as u64]);
                    w.instances[col][at + 1] -= Fr::ONE;
                }
                at += limbs;
            }
        }
    }
    let (lo, hi) = if u > 12 { (4, u - 4) } else { (0, u) };
    for _ in &s.selectors {
        w.sel.push(
            (0..n)
                .map(|i| i >= lo && i < hi && r.gen_bool(0.35))
                .collect(),
        );
    }
    for l in w.sel.iter_mut() {
        l[lo] = true;
    }
    // static tables: row 0 is all zero
    for l in &s.lookups {
        let rows = match l.table {
            Table::Static => (0..(u / 2).min(40))
                .map(|i| {
                    l.cols
                        .iter()
                        .map(|_| if i == 0 { Fr::ZERO } else { fr(&mut r) })
                        .collect()
                })
                .collect(),
            _ => vec![],
        };
        w.tables.push(rows);
    }
    for c in &s.adv {
        w.adv.push(
            (0..n)
                .map(|i| {
                    if i >= u {
                        Fr::ZERO
                    } else {
                        match c.fill {
                            Fill::Bits => Fr::from(r.gen_bool(0.5) as u64),
                            _ => fr(&mut r),
                        }
                    }
                })
                .collect(),
        );
    }
    // dynamic tables have drawn values already; rows to look up
    for (li, l) in s.lookups.iter().enumerate() {
        let rows: Vec<Vec<Fr>> = match &l.table {
            Table::Static => w.tables[li].clone(),
            Table::Dynamic { first, sel } => (0..u)
                .filter(|i| w.sel[*sel][*i])
                .map(|i| (0..l.cols.len()).map(|m| w.adv[first + m][i]).collect())
                .collect(),
            Table::Instance(c) => w.instances[*c].iter().map(|v| vec![*v]).collect(),
        };
        for i in 0..u {
            let row = rows[r.gen_range(0..rows.len())].clone();
            for (m, col) in l.cols.iter().enumerate() {
                w.adv[*col][i] = row[m];
            }
        }
    }
    // copies: one source, up to three free cells
    let cells = |k: char, c: usize| match k {
        'i' => s.instances[c],
        _ => u,
    };
    let free = |k: char, c: usize| {
        k == 'a' && matches!(s.adv[c].fill, Fill::Random) && s.adv[c].phase == 0
    };
    let mut used = std::collections::HashSet::new();
    let get = |w: &Witness, (k, c, i): (char, usize, usize)| match k {
        'i' => w.instances[c][i],
        'f' => w.fixed[c][i],
        _ => w.adv[c][i],
    };
    let mut tries = 0;
    while w.copies.len() < s.copies && tries < 10_000 {
        tries += 1;
        let (k, c) = s.equality[r.gen_range(0..s.equality.len())];
        if cells(k, c) == 0 || !(k != 'a' || free(k, c)) {
            continue;
        }
        if k == 'f' && s.constant == Some(c) {
            continue;
        }
        let src = (k, c, r.gen_range(0..cells(k, c)));
        if !used.insert(src) {
            continue;
        }
        let mut prev = src;
        for _ in 0..r.gen_range(1..4) {
            let (k2, c2) = s.equality[r.gen_range(0..s.equality.len())];
            if !free(k2, c2) {
                continue;
            }
            let dst = (k2, c2, r.gen_range(0..u));
            if !used.insert(dst) {
                continue;
            }
            let v = get(&w, src);
            w.adv[c2][dst.2] = v;
            w.copies.push((prev, dst));
            prev = dst;
        }
    }
    // shuffles: the second columns are a permutation of the rows of the first, on the selector's rows
    for (a, b, sel) in &s.shuffles {
        let rows: Vec<usize> = (0..u).filter(|i| w.sel[*sel][*i]).collect();
        let mut p = rows.clone();
        for i in (1..p.len()).rev() {
            p.swap(i, r.gen_range(0..=i));
        }
        for (x, y) in a.iter().zip(b) {
            for (i, j) in rows.iter().zip(&p) {
                w.adv[*y][*j] = w.adv[*x][*i];
            }
        }
    }
    w
}

/// Fills the gates' columns of one phase, given the challenges known so far.
pub fn run_gates(s: &Spec, w: &mut Witness, phase: u8, ch: &[Option<Fr>]) {
    for (gi, g) in s.gates.iter().enumerate() {
        if s.adv[g.target.0].phase != phase {
            continue;
        }
        if s.gates[..gi]
            .iter()
            .any(|h| h.sel == g.sel && h.target == g.target)
        {
            continue;
        }
        let n = w.n as i64;
        let at = |i: usize, r: i32| (i as i64 + r as i64).rem_euclid(n) as usize;
        for i in 0..w.usable {
            if !w.sel[g.sel][i] {
                continue;
            }
            let v = g.expr.eval(&|k, c, r| match k {
                'a' => w.adv[c][at(i, r)],
                'f' => w.fixed[c][at(i, r)],
                'i' => w.instances[c].get(at(i, r)).copied().unwrap_or(Fr::ZERO),
                _ => ch[c].unwrap_or(Fr::ZERO),
            });
            let t = at(i, g.target.1);
            w.adv[g.target.0][t] = v;
        }
    }
}
