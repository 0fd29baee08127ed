//! Every operation of this crate beside arkworks' in the same process.

use std::hint::black_box;

use ark_bn254::{Bn254, Fr, G1Affine, G1Projective, G2Affine};
use ark_ec::pairing::Pairing;
use ark_ec::{AffineRepr, CurveGroup, VariableBaseMSM};
use ark_ff::{Field, UniformRand};
use ark_std::rand::SeedableRng;
use ark_std::rand::rngs::StdRng;
use bn254_kzg::{FixedBases, PairingCheck, PreparedG2, Scratch, msm};
use criterion::{Criterion, criterion_group, criterion_main};

/// Sets of scalars in rotation, so that branch predictors do not learn the digits by heart.
const SETS: usize = 64;

fn points(n: usize, rng: &mut StdRng) -> Vec<G1Affine> {
    (0..n)
        .map(|_| G1Projective::rand(rng).into_affine())
        .collect()
}

fn pairing(c: &mut Criterion) {
    let rng = &mut StdRng::seed_from_u64(1);
    let secret = Fr::rand(rng);
    let q0 = G2Affine::generator();
    let q1 = (-(q0 * secret)).into_affine();
    let p1 = G1Projective::rand(rng).into_affine();
    let p0 = (p1 * secret).into_affine();
    let lines = [q0, q1].map(|q| PreparedG2::lines(&q));
    let windows = [q0, q1].map(|q| PreparedG2::windows(&q));
    let checks = [
        ("bn254-kzg, windows", [&windows[0], &windows[1]]),
        ("bn254-kzg, windows and lines", [&windows[0], &lines[1]]),
        ("bn254-kzg, lines", [&lines[0], &lines[1]]),
    ];
    let prepared: [<Bn254 as Pairing>::G2Prepared; 2] = [q0.into(), q1.into()];
    let mut group = c.benchmark_group("pairing check of two pairs");
    for (name, [q0, q1]) in checks {
        let check = PairingCheck::new(q0.clone(), q1.clone());
        group.bench_function(name, |b| {
            b.iter(|| assert!(check.check(black_box(&p0), black_box(&p1))))
        });
    }
    group.bench_function("arkworks, prepared", |b| {
        b.iter(|| Bn254::multi_pairing(black_box([p0, p1]), prepared.clone()))
    });
    group.bench_function("arkworks", |b| {
        b.iter(|| Bn254::multi_pairing(black_box([p0, p1]), [q0, q1]))
    });
    group.finish();
    let mut group = c.benchmark_group("preparing two points of G2");
    group.bench_function("bn254-kzg, lines", |b| {
        b.iter(|| [q0, q1].map(|q| PreparedG2::lines(black_box(&q))))
    });
    group.bench_function("bn254-kzg, windows", |b| {
        b.iter(|| [q0, q1].map(|q| PreparedG2::windows(black_box(&q))))
    });
    group.bench_function("arkworks", |b| {
        b.iter(|| [q0, q1].map(|q| <Bn254 as Pairing>::G2Prepared::from(black_box(q))))
    });
    group.bench_function("curve and subgroup check", |b| {
        b.iter(|| bn254_kzg::is_in_g2(black_box(&q1)))
    });
    group.finish();
}

fn multi_exponentiation(c: &mut Criterion) {
    let rng = &mut StdRng::seed_from_u64(2);
    for (variable, fixed) in [(24, 20), (28, 24), (40, 32), (55, 45)] {
        let points = points(variable + fixed, rng);
        let (own, key) = points.split_at(variable);
        let scalars: Vec<Vec<Fr>> = (0..SETS)
            .map(|_| (0..variable + fixed).map(|_| Fr::rand(rng)).collect())
            .collect();
        let terms: Vec<Vec<(G1Affine, Fr)>> = scalars
            .iter()
            .map(|set| points.iter().copied().zip(set.iter().copied()).collect())
            .collect();
        assert_eq!(own.len() + key.len(), terms[0].len());
        let tables = FixedBases::new(key, 10);
        let mut scratch = Scratch::default();
        let mut group = c.benchmark_group(format!("msm of {variable} + {fixed} points"));
        let mut turn = 0;
        group.bench_function("bn254-kzg, tables", |b| {
            b.iter(|| {
                turn = (turn + 1) % SETS;
                let fixed = Some((&tables, &scalars[turn][variable..]));
                msm(
                    black_box(&terms[turn][..variable]).iter().copied(),
                    fixed,
                    &mut scratch,
                )
            })
        });
        group.bench_function("bn254-kzg", |b| {
            b.iter(|| {
                turn = (turn + 1) % SETS;
                msm(black_box(&terms[turn]).iter().copied(), None, &mut scratch)
            })
        });
        group.bench_function("arkworks", |b| {
            b.iter(|| {
                turn = (turn + 1) % SETS;
                G1Projective::msm_unchecked(black_box(&points), &scalars[turn]).into_affine()
            })
        });
        group.finish();
    }
}

fn sizes(c: &mut Criterion) {
    let rng = &mut StdRng::seed_from_u64(3);
    let points = points(2560, rng);
    let scalars: Vec<Fr> = points.iter().map(|_| Fr::rand(rng)).collect();
    let terms: Vec<(G1Affine, Fr)> = points
        .iter()
        .copied()
        .zip(scalars.iter().copied())
        .collect();
    let mut scratch = Scratch::default();
    for n in [1, 2, 4, 10, 80, 160, 320, 640, 1280, 2560] {
        let mut group = c.benchmark_group(format!("msm of {n} points"));
        group.bench_function("bn254-kzg", |b| {
            b.iter(|| msm(black_box(&terms[..n]).iter().copied(), None, &mut scratch))
        });
        group.bench_function("arkworks", |b| {
            b.iter(|| {
                G1Projective::msm_unchecked(black_box(&points[..n]), &scalars[..n]).into_affine()
            })
        });
        group.finish();
    }
}

fn tables(c: &mut Criterion) {
    let key = points(20, &mut StdRng::seed_from_u64(4));
    let mut group = c.benchmark_group("tables of 20 points");
    for window in [5, 8, 10] {
        group.bench_function(format!("window {window}"), |b| {
            b.iter(|| FixedBases::new(black_box(&key), window))
        });
    }
    group.finish();
}

fn scalar_inversion(c: &mut Criterion) {
    let a = Fr::rand(&mut StdRng::seed_from_u64(5));
    let mut group = c.benchmark_group("inversion of a scalar");
    group.bench_function("bn254-kzg", |b| {
        b.iter(|| bn254_kzg::inverse(black_box(&a)))
    });
    group.bench_function("arkworks", |b| b.iter(|| black_box(&a).inverse()));
    group.finish();
}

fn decompression(c: &mut Criterion) {
    let point = points(1, &mut StdRng::seed_from_u64(6))[0];
    let mut group = c.benchmark_group("a point from its x");
    group.bench_function("bn254-kzg", |b| {
        b.iter(|| bn254_kzg::decompress(black_box(&point.x), true))
    });
    group.bench_function("arkworks", |b| {
        b.iter(|| G1Affine::get_point_from_x_unchecked(black_box(point.x), true))
    });
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(30);
    targets = pairing, multi_exponentiation, sizes, tables, scalar_inversion, decompression
}
criterion_main!(benches);
