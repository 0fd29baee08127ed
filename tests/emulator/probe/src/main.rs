//! Compares each instruction that `bn254-kzg` uses in lanes (`lanes/avx512/vector.rs`) with plain arithmetic, on
//! values at the edges and on random ones, and prints the features that this processor shows.

use std::arch::x86_64::*;
use std::process::ExitCode;

type Lanes = [u64; 8];

const ROUNDS: u32 = 20_000;
const LOW_52: u64 = (1 << 52) - 1;
const EDGES: [u64; 12] = [
    0,
    1,
    2,
    LOW_52 - 1,
    LOW_52,
    LOW_52 + 1,
    1 << 51,
    (1 << 63) - 1,
    1 << 63,
    u64::MAX,
    u64::MAX - 1,
    0x5555_5555_5555_5555,
];

macro_rules! features {
    ($($name:tt)*) => { [$(($name, is_x86_feature_detected!($name))),*] };
}

fn main() -> ExitCode {
    let features = features!(
        "avx2" "bmi1" "bmi2" "adx" "fma" "gfni" "sha" "vaes" "vpclmulqdq" "xsave" "xsavec" "xsaveopt" "xsaves"
        "avx512f" "avx512bw" "avx512cd" "avx512dq" "avx512vl" "avx512ifma" "avx512vbmi" "avx512vbmi2"
        "avx512vnni" "avx512bitalg" "avx512vpopcntdq"
    );
    for has in [true, false] {
        let names: Vec<_> = features
            .iter()
            .filter(|f| f.1 == has)
            .map(|f| f.0)
            .collect();
        println!("{}: {}", if has { "has" } else { "lacks" }, names.join(" "));
    }
    let needed = [
        "avx512f",
        "avx512bw",
        "avx512dq",
        "avx512vl",
        "avx512ifma",
        "avx512vbmi2",
    ];
    if !features
        .iter()
        .all(|(name, has)| *has || !needed.contains(name))
    {
        println!("this processor cannot run the lanes");
        return ExitCode::from(2);
    }
    // SAFETY: the features have just been detected.
    let faults = unsafe { compare_all() };
    println!("{ROUNDS} rounds of each instruction, {faults} faults");
    if faults == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// Numbers that look random and are the same in every run (xorshift64*).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    /// Half of the lanes at an edge.
    fn lanes(&mut self) -> Lanes {
        std::array::from_fn(|_| match self.next() % 24 {
            edge @ 0..12 => EDGES[edge as usize],
            _ => self.next(),
        })
    }
}

fn each(value: impl Fn(usize) -> u64) -> Lanes {
    std::array::from_fn(value)
}

fn mask(value: impl Fn(usize) -> bool) -> u64 {
    (0..8).map(|i| u64::from(value(i)) << i).sum()
}

/// 52 bits by 52 bits.
fn product(a: u64, b: u64) -> u128 {
    u128::from(a & LOW_52) * u128::from(b & LOW_52)
}

#[target_feature(enable = "avx512f")]
fn load(x: &Lanes) -> __m512i {
    let [a, b, c, d, e, f, g, h] = x.map(|lane| lane as i64);
    _mm512_setr_epi64(a, b, c, d, e, f, g, h)
}

#[target_feature(enable = "avx512f,avx512vl")]
fn store(x: __m512i) -> Lanes {
    let low = _mm512_castsi512_si256(x);
    let high = _mm512_extracti64x4_epi64::<1>(x);
    [
        _mm256_extract_epi64::<0>(low) as u64,
        _mm256_extract_epi64::<1>(low) as u64,
        _mm256_extract_epi64::<2>(low) as u64,
        _mm256_extract_epi64::<3>(low) as u64,
        _mm256_extract_epi64::<0>(high) as u64,
        _mm256_extract_epi64::<1>(high) as u64,
        _mm256_extract_epi64::<2>(high) as u64,
        _mm256_extract_epi64::<3>(high) as u64,
    ]
}

/// The number of results that differ.
#[target_feature(enable = "avx512f,avx512ifma,avx512vl,avx512dq,avx512bw,avx512vbmi2")]
fn compare_all() -> u32 {
    let mut faults = 0;
    let mut expect = |name: &str, given: Lanes, wanted: Lanes| {
        if given != wanted {
            faults += 1;
            if faults < 20 {
                println!("{name}: {given:x?} instead of {wanted:x?}");
            }
        }
    };
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    for _ in 0..ROUNDS {
        // Through black_box, so that the compiler computes nothing itself.
        let [a, b, c] = std::hint::black_box([random.lanes(), random.lanes(), random.lanes()]);
        let m = std::hint::black_box(random.next() as u8);
        let chosen = |i: usize| m >> i & 1 == 1;
        let (x, y, z) = (load(&a), load(&b), load(&c));
        expect("load, store", store(x), a);
        expect("zero", store(_mm512_setzero_si512()), [0; 8]);
        expect("set1", store(_mm512_set1_epi64(a[0] as i64)), [a[0]; 8]);
        let pair = _mm512_broadcast_i64x2(_mm_set_epi64x(a[1] as i64, a[0] as i64));
        expect("broadcast_i64x2", store(pair), each(|i| a[i % 2]));
        let low = |i: usize| c[i].wrapping_add(product(a[i], b[i]) as u64 & LOW_52);
        expect("madd52lo", store(_mm512_madd52lo_epu64(z, x, y)), each(low));
        let high = |i: usize| c[i].wrapping_add((product(a[i], b[i]) >> 52) as u64);
        expect(
            "madd52hi",
            store(_mm512_madd52hi_epu64(z, x, y)),
            each(high),
        );
        let sum = |i: usize| a[i].wrapping_add(b[i]);
        let difference = |i: usize| a[i].wrapping_sub(b[i]);
        expect("add", store(_mm512_add_epi64(x, y)), each(sum));
        expect("sub", store(_mm512_sub_epi64(x, y)), each(difference));
        let given = store(_mm512_mask_add_epi64(x, m, x, y));
        expect(
            "mask_add",
            given,
            each(|i| if chosen(i) { sum(i) } else { a[i] }),
        );
        let given = store(_mm512_mask_sub_epi64(x, m, x, y));
        expect(
            "mask_sub",
            given,
            each(|i| if chosen(i) { difference(i) } else { a[i] }),
        );
        expect(
            "slli 1",
            store(_mm512_slli_epi64::<1>(x)),
            a.map(|a| a << 1),
        );
        expect(
            "slli 12",
            store(_mm512_slli_epi64::<12>(x)),
            a.map(|a| a << 12),
        );
        expect(
            "slli 52",
            store(_mm512_slli_epi64::<52>(x)),
            a.map(|a| a << 52),
        );
        expect(
            "srli 12",
            store(_mm512_srli_epi64::<12>(x)),
            a.map(|a| a >> 12),
        );
        expect(
            "srli 36",
            store(_mm512_srli_epi64::<36>(x)),
            a.map(|a| a >> 36),
        );
        let funnel = |by: u32| each(move |i| a[i] >> by | b[i] << (64 - by));
        expect(
            "shrdi 40",
            store(_mm512_shrdi_epi64::<40>(x, y)),
            funnel(40),
        );
        expect(
            "shrdi 52",
            store(_mm512_shrdi_epi64::<52>(x, y)),
            funnel(52),
        );
        expect(
            "srai 1",
            store(_mm512_srai_epi64::<1>(x)),
            a.map(|a| (a as i64 >> 1) as u64),
        );
        expect(
            "srai 52",
            store(_mm512_srai_epi64::<52>(x)),
            a.map(|a| (a as i64 >> 52) as u64),
        );
        expect(
            "srai 63",
            store(_mm512_srai_epi64::<63>(x)),
            a.map(|a| (a as i64 >> 63) as u64),
        );
        expect("and", store(_mm512_and_si512(x, y)), each(|i| a[i] & b[i]));
        expect("or", store(_mm512_or_si512(x, y)), each(|i| a[i] | b[i]));
        expect("xor", store(_mm512_xor_si512(x, y)), each(|i| a[i] ^ b[i]));
        let zero = u64::from(_mm512_testn_epi64_mask(x, x));
        expect("testn", [zero; 8], [mask(|i| a[i] == 0); 8]);
        let negative = u64::from(_mm512_movepi64_mask(x));
        expect(
            "movepi64_mask",
            [negative; 8],
            [mask(|i| a[i] >> 63 == 1); 8],
        );
        expect(
            "maskz_mov",
            store(_mm512_maskz_mov_epi64(m, x)),
            each(|i| if chosen(i) { a[i] } else { 0 }),
        );
        let given = store(_mm512_mask_blend_epi64(m, y, x));
        expect(
            "mask_blend",
            given,
            each(|i| if chosen(i) { a[i] } else { b[i] }),
        );
        let given = store(_mm512_permutexvar_epi64(z, x));
        expect("permutexvar", given, each(|i| a[c[i] as usize % 8]));
        let two = |i: usize| if c[i] >> 3 & 1 == 0 { a } else { b }[c[i] as usize % 8];
        expect(
            "permutex2var",
            store(_mm512_permutex2var_epi64(x, z, y)),
            each(two),
        );
        let shifted = |by: usize| each(move |i| if i + by < 8 { b[i + by] } else { a[i + by - 8] });
        expect(
            "alignr 1",
            store(_mm512_alignr_epi64::<1>(x, y)),
            shifted(1),
        );
        expect(
            "alignr 3",
            store(_mm512_alignr_epi64::<3>(x, y)),
            shifted(3),
        );
        expect(
            "alignr 4",
            store(_mm512_alignr_epi64::<4>(x, y)),
            shifted(4),
        );
        expect(
            "alignr 7",
            store(_mm512_alignr_epi64::<7>(x, y)),
            shifted(7),
        );
        let interleaved =
            |from: usize| each(move |i| if i % 2 == 0 { a } else { b }[i - i % 2 + from]);
        expect(
            "unpacklo",
            store(_mm512_unpacklo_epi64(x, y)),
            interleaved(0),
        );
        expect(
            "unpackhi",
            store(_mm512_unpackhi_epi64(x, y)),
            interleaved(1),
        );
        // Pairs of lanes: two of the first value, two of the second.
        let pairs = |first: usize, second: usize| {
            each(move |i| {
                let pair = if i / 2 % 2 == 0 { first } else { second };
                let source = if i < 4 { a } else { b };
                source[2 * pair + i % 2]
            })
        };
        let given = store(_mm512_shuffle_i64x2::<0x88>(x, y));
        expect("shuffle_i64x2 88", given, pairs(0, 2));
        let given = store(_mm512_shuffle_i64x2::<0xdd>(x, y));
        expect("shuffle_i64x2 dd", given, pairs(1, 3));
    }
    faults
}
