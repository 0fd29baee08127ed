//! A tiny language for circuits: what they look like (`Spec`) and how a satisfying witness is found.
use halo2_proofs::halo2curves::bn256::Fr;

/// An expression over the columns of a `Spec`.
#[derive(Clone, Debug)]
pub enum X {
    C(Fr),
    A(usize, i32),
    F(usize, i32),
    I(usize, i32),
    Ch(usize),
    Neg(Box<X>),
    Add(Box<X>, Box<X>),
    Mul(Box<X>, Box<X>),
    Scale(Box<X>, Fr),
}

pub fn c(v: u64) -> X {
    X::C(Fr::from(v))
}
pub fn a(i: usize, r: i32) -> X {
    X::A(i, r)
}
pub fn f(i: usize, r: i32) -> X {
    X::F(i, r)
}
pub fn ins(i: usize, r: i32) -> X {
    X::I(i, r)
}
pub fn ch(i: usize) -> X {
    X::Ch(i)
}
pub fn scale(x: X, v: u64) -> X {
    X::Scale(Box::new(x), -Fr::from(v))
}
impl std::ops::Add for X {
    type Output = X;
    fn add(self, o: X) -> X {
        X::Add(Box::new(self), Box::new(o))
    }
}
impl std::ops::Mul for X {
    type Output = X;
    fn mul(self, o: X) -> X {
        X::Mul(Box::new(self), Box::new(o))
    }
}
impl std::ops::Neg for X {
    type Output = X;
    fn neg(self) -> X {
        X::Neg(Box::new(self))
    }
}

impl X {
    pub fn eval(&self, get: &dyn Fn(char, usize, i32) -> Fr) -> Fr {
        match self {
            X::C(v) => *v,
            X::A(i, r) => get('a', *i, *r),
            X::F(i, r) => get('f', *i, *r),
            X::I(i, r) => get('i', *i, *r),
            X::Ch(i) => get('c', *i, 0),
            X::Neg(x) => -x.eval(get),
            X::Add(x, y) => x.eval(get) + y.eval(get),
            X::Mul(x, y) => x.eval(get) * y.eval(get),
            X::Scale(x, v) => x.eval(get) * v,
        }
    }
}

/// Where an advice column gets its values from.
#[derive(Clone, Debug)]
pub enum Fill {
    /// random field elements
    Random,
    /// 0 or 1
    Bits,
    /// member `usize` of a random row of the table of lookup `usize`
    Lookup(usize, usize),
    /// member of the dynamic table of a lookup (its own rows)
    Table(usize, usize),
    /// the gate with this number computes it
    Gate,
    /// shuffle number, member: a rotation by some rows of other columns (only used with shuffles)
    ShuffleOf(usize),
}

#[derive(Clone, Debug)]
pub struct Adv {
    pub phase: u8,
    pub fill: Fill,
}

/// `selector * (target - expr)`; rows where the selector is on are drawn.
#[derive(Clone, Debug)]
pub struct Gate {
    pub sel: usize,
    pub target: (usize, i32),
    pub expr: X,
}

#[derive(Clone, Debug)]
pub enum Table {
    /// fixed table columns, filled by assign_table
    Static,
    /// advice columns (first index), enabled by complex selector
    Dynamic { first: usize, sel: usize },
    /// an instance column
    Instance(usize),
}

#[derive(Clone, Debug)]
pub struct Lookup {
    /// advice columns (of Fill::Lookup) that hold the tuple
    pub cols: Vec<usize>,
    pub rot: i32,
    /// complex selector multiplied onto each member, if any, and how often
    pub sel: Option<usize>,
    pub power: usize,
    pub table: Table,
    /// fold the tuple into one value with this challenge (c_0 + ch*c_1 + …)
    pub fold: Option<usize>,
}

#[derive(Clone, Debug, Default)]
pub struct Spec {
    pub name: &'static str,
    pub about: &'static str,
    pub k: u32,
    pub adv: Vec<Adv>,
    pub fixed: usize,
    pub instances: Vec<usize>,
    /// true: simple
    pub selectors: Vec<bool>,
    /// phase after which each challenge is usable
    pub challenges: Vec<u8>,
    pub gates: Vec<Gate>,
    pub lookups: Vec<Lookup>,
    /// (input columns, shuffled columns), only for forks with shuffles
    pub shuffles: Vec<(Vec<usize>, Vec<usize>, usize)>,
    pub equality: Vec<(char, usize)>,
    pub constant: Option<usize>,
    pub copies: usize,
    pub min_degree: Option<usize>,
    pub compress: bool,
    /// a KZG accumulator in the instances: column, first row, limbs, bits, and what it is: 0 valid, 1 another lhs,
    /// 2 valid but with a limb out of range, 3 valid but lhs.x + q, 4 all zero, 5 lhs and rhs swapped
    pub acc: Option<(usize, usize, usize, usize, u8)>,
    pub seed: u64,
}

impl Spec {
    pub fn usable(&self, n: usize, bf: usize) -> usize {
        n - bf - 1
    }
}

fn advs(v: &[(u8, Fill)]) -> Vec<Adv> {
    v.iter()
        .map(|(p, f)| Adv {
            phase: *p,
            fill: f.clone(),
        })
        .collect()
}

pub fn all() -> Vec<Spec> {
    use Fill::{Lookup, Random, Table as Row};
    let base = |name, about, k, seed| Spec {
        name,
        about,
        k,
        compress: true,
        seed,
        ..Default::default()
    };
    let mut v = vec![];

    // 1
    let mut s = base(
        "gates_only",
        "one multiplication gate; no instance column, no permutation, no lookup",
        4,
        1,
    );
    s.adv = advs(&[(0, Random), (0, Random), (0, Fill::Gate)]);
    s.selectors = vec![true];
    s.gates = vec![Gate {
        sel: 0,
        target: (2, 0),
        expr: a(0, 0) * a(1, 0),
    }];
    v.push(s);

    // 2
    let mut s = base(
        "copies_only",
        "copy constraints over instance, fixed and advice; no gate at all",
        5,
        2,
    );
    s.adv = advs(&[(0, Random), (0, Random), (0, Random), (0, Random)]);
    s.fixed = 2;
    s.instances = vec![5];
    s.equality = vec![('a', 0), ('i', 0), ('f', 1), ('a', 2), ('a', 3), ('f', 0)];
    s.constant = Some(1);
    s.copies = 12;
    v.push(s);

    // 3
    let mut s = base(
        "standard_plonk",
        "the gate qa*a + qb*b + qc*c + qab*a*b + const + instance, one instance column",
        6,
        3,
    );
    s.adv = advs(&[(0, Random), (0, Random), (0, Fill::Gate)]);
    s.fixed = 4;
    s.instances = vec![3];
    s.selectors = vec![true];
    s.gates = vec![Gate {
        sel: 0,
        target: (2, 0),
        expr: f(0, 0) * a(0, 0)
            + f(1, 0) * a(1, 0)
            + f(2, 0) * a(0, 0) * a(1, 0)
            + f(3, 0)
            + ins(0, 0),
    }];
    s.equality = vec![('a', 0), ('a', 1), ('a', 2)];
    s.copies = 6;
    v.push(s);

    // 4
    let mut s = base(
        "lookup_1",
        "one classic lookup, one column, no selector",
        6,
        4,
    );
    s.adv = advs(&[(0, Lookup(0, 0)), (0, Fill::Gate)]);
    s.instances = vec![2];
    s.selectors = vec![true];
    s.gates = vec![Gate {
        sel: 0,
        target: (1, 0),
        expr: a(0, 0) * a(0, 0) + ins(0, 0),
    }];
    s.lookups = vec![spec_lookup(&[0], 0, None, 0, Table::Static, None)];
    s.equality = vec![('a', 1), ('i', 0)];
    v.push(s);

    // 5
    let mut s = base("lookups_4", "four classic lookups: tuples of 1, 2 and 3 columns, complex selectors in the inputs, rotations", 6, 5);
    s.adv = advs(&[
        (0, Lookup(0, 0)),
        (0, Lookup(1, 0)),
        (0, Lookup(1, 1)),
        (0, Lookup(2, 0)),
        (0, Lookup(2, 1)),
        (0, Lookup(2, 2)),
        (0, Lookup(3, 0)),
        (0, Fill::Gate),
    ]);
    s.instances = vec![4];
    s.selectors = vec![false, false, false, true];
    s.gates = vec![Gate {
        sel: 3,
        target: (7, 0),
        expr: a(1, 0) * a(4, 1) + a(3, -1),
    }];
    s.lookups = vec![
        spec_lookup(&[0], 0, Some(0), 1, Table::Static, None),
        spec_lookup(&[1, 2], 0, Some(1), 1, Table::Static, None),
        spec_lookup(&[3, 4, 5], 1, Some(2), 1, Table::Static, None),
        spec_lookup(&[6], -1, Some(2), 1, Table::Static, None),
    ];
    s.equality = vec![('a', 7), ('i', 0), ('a', 1)];
    s.copies = 3;
    v.push(s);

    // 6
    let mut s = base("lookup_dynamic", "dynamic tables: lookup_any into advice columns under a selector, and into an instance column", 6, 6);
    s.adv = advs(&[
        (0, Lookup(0, 0)),
        (0, Lookup(0, 1)),
        (0, Row(0, 0)),
        (0, Row(0, 1)),
        (0, Lookup(1, 0)),
        (0, Fill::Gate),
    ]);
    s.instances = vec![9, 3];
    s.selectors = vec![false, false, false, true];
    s.gates = vec![Gate {
        sel: 3,
        target: (5, 0),
        expr: a(0, 0) * a(4, 0) + ins(1, 0),
    }];
    s.lookups = vec![
        spec_lookup(&[0, 1], 0, Some(0), 1, spec_dyn(2, 1), None),
        spec_lookup(&[4], 0, Some(2), 1, Table::Instance(0), None),
    ];
    s.equality = vec![('a', 2), ('a', 5), ('i', 1)];
    v.push(s);

    // 7
    let mut s = base(
        "instances_4",
        "four instance columns of 3, 0, 7 and 1 values, all queried, two in the permutation",
        5,
        7,
    );
    s.adv = advs(&[(0, Random), (0, Random), (0, Fill::Gate)]);
    s.instances = vec![3, 0, 7, 1];
    s.selectors = vec![true];
    s.gates = vec![Gate {
        sel: 0,
        target: (2, 0),
        expr: a(0, 0) * ins(0, 0) + ins(1, 0) * a(1, 0) + ins(2, 0) + ins(3, 0),
    }];
    s.equality = vec![('i', 2), ('a', 0), ('i', 0), ('a', 1)];
    s.copies = 6;
    v.push(s);

    // 8
    let mut s = base(
        "instance_rotations",
        "instance columns queried at -2, -1, 0, 1 and 3",
        5,
        8,
    );
    s.adv = advs(&[(0, Random), (0, Fill::Gate), (0, Fill::Gate)]);
    s.fixed = 1;
    s.instances = vec![5, 8];
    s.selectors = vec![true, true];
    s.gates = vec![
        Gate {
            sel: 0,
            target: (1, 0),
            expr: a(0, 0) * ins(0, 1) + ins(1, -1) + ins(0, 0),
        },
        Gate {
            sel: 1,
            target: (2, 0),
            expr: ins(1, 3) * a(0, 0) + ins(0, -2) + f(0, -1),
        },
    ];
    s.equality = vec![('a', 0), ('i', 1)];
    s.copies = 3;
    v.push(s);

    // 9
    let mut s = base("instance_unused", "an instance column that nothing queries, one queried only at rotation 1, one only in the permutation", 5, 9);
    s.adv = advs(&[(0, Random), (0, Fill::Gate)]);
    s.instances = vec![4, 2, 6];
    s.selectors = vec![true];
    s.gates = vec![Gate {
        sel: 0,
        target: (1, 0),
        expr: a(0, 0) * ins(1, 1),
    }];
    s.equality = vec![('i', 2), ('a', 0), ('a', 1)];
    s.copies = 3;
    v.push(s);

    // 10
    let mut s = base(
        "permutation_chunks",
        "permutation over 11 columns of all kinds, four chunks of 3",
        6,
        10,
    );
    s.adv = advs(&[
        (0, Random),
        (0, Random),
        (0, Random),
        (0, Random),
        (0, Random),
        (0, Random),
        (0, Fill::Gate),
        (0, Fill::Gate),
    ]);
    s.fixed = 3;
    s.instances = vec![6, 2];
    s.selectors = vec![true, true];
    s.gates = vec![
        Gate {
            sel: 0,
            target: (6, 0),
            expr: a(0, 0) * a(1, 0) * a(2, 0) * f(0, 0),
        },
        Gate {
            sel: 1,
            target: (7, 0),
            expr: a(3, 0) * a(4, 1) + f(1, 0),
        },
    ];
    s.equality = vec![
        ('a', 3),
        ('i', 0),
        ('f', 0),
        ('a', 0),
        ('a', 1),
        ('i', 1),
        ('a', 2),
        ('f', 2),
        ('a', 4),
        ('a', 5),
        ('a', 6),
    ];
    s.copies = 25;
    v.push(s);

    // 11
    let mut s = base(
        "rotations",
        "advice and fixed queries at every rotation from -3 to 3",
        6,
        11,
    );
    s.adv = advs(&[(0, Random), (0, Random), (0, Fill::Gate), (0, Fill::Gate)]);
    s.fixed = 2;
    s.instances = vec![1];
    s.selectors = vec![true, true];
    s.gates = vec![
        Gate {
            sel: 0,
            target: (2, 0),
            expr: a(0, -3) + a(0, -2) * a(0, -1) + a(0, 0) + a(0, 1) * f(0, -3) + a(0, 2) + a(0, 3),
        },
        Gate {
            sel: 1,
            target: (3, 2),
            expr: a(1, -1) * f(0, 3) + a(1, 2) + f(1, -2) + f(1, 1) * ins(0, 0),
        },
    ];
    s.equality = vec![('a', 0), ('i', 0), ('a', 1)];
    s.copies = 4;
    v.push(s);

    // 12
    let mut s = base(
        "two_phases",
        "a challenge after phase 0 used in a second-phase column",
        5,
        12,
    );
    s.adv = advs(&[(0, Random), (1, Fill::Gate), (0, Random), (0, Fill::Gate)]);
    s.instances = vec![3];
    s.selectors = vec![true, true];
    s.challenges = vec![0];
    s.gates = vec![
        Gate {
            sel: 0,
            target: (3, 0),
            expr: a(0, 0) * a(2, 0),
        },
        Gate {
            sel: 1,
            target: (1, 0),
            expr: a(0, 0) + a(2, 0) * ch(0) + ins(0, 0),
        },
    ];
    s.equality = vec![('a', 0), ('a', 1), ('i', 0)];
    s.copies = 3;
    v.push(s);

    // 13 (halo2-axiom 0.5.3 cannot prove three phases: Phase::next panics; see `pse()` for three)
    let mut s = base("phases_mixed", "two phases, five challenges (three after phase 0, two after the last phase), columns of the phases mixed, a lookup folded with a challenge", 6, 13);
    s.adv = advs(&[
        (0, Random),
        (1, Fill::Gate),
        (0, Lookup(0, 0)),
        (1, Fill::Gate),
        (0, Lookup(0, 1)),
        (1, Random),
        (0, Random),
    ]);
    s.instances = vec![3, 1];
    s.selectors = vec![true, true, true, false];
    s.challenges = vec![0, 1, 0, 1, 0];
    s.gates = vec![
        Gate {
            sel: 0,
            target: (1, 0),
            expr: a(0, 0) * ch(0) + ch(2) * ins(0, 0),
        },
        Gate {
            sel: 1,
            target: (3, 0),
            expr: a(1, -1) * ch(2) + a(2, 0) + ch(4) * ch(0),
        },
        // the challenges after the last phase can only be used where they cancel
        Gate {
            sel: 1,
            target: (3, 0),
            expr: a(1, -1) * ch(2)
                + a(2, 0)
                + ch(4) * ch(0)
                + (ch(1) * a(5, 0) + -(ch(1) * a(5, 0)))
                + (ch(3) + -ch(3)),
        },
    ];
    s.lookups = vec![spec_lookup(&[2, 4], 0, Some(3), 1, Table::Static, Some(0))];
    s.equality = vec![('a', 1), ('a', 3), ('i', 1), ('a', 0), ('a', 6)];
    s.copies = 4;
    v.push(s);

    // 14
    let mut s = base(
        "high_degree",
        "a gate of degree 12, a lookup of degree 9 (MAX_DEGREE raised)",
        5,
        14,
    );
    s.adv = advs(&[(0, Random), (0, Random), (0, Fill::Gate), (0, Lookup(0, 0))]);
    s.instances = vec![2];
    s.selectors = vec![true, false];
    let mut e = a(0, 0);
    for i in 0..10 {
        e = e * a(i % 2, 0);
    }
    s.gates = vec![Gate {
        sel: 0,
        target: (2, 0),
        expr: e + ins(0, 0),
    }];
    s.lookups = vec![spec_lookup(&[3], 0, Some(1), 5, Table::Static, None)];
    s.equality = vec![('a', 0), ('a', 1), ('a', 2), ('a', 3), ('i', 0)];
    s.copies = 0;
    v.push(s);

    // 15
    let mut s = base(
        "min_degree",
        "set_minimum_degree(8) although the gates have degree 3",
        5,
        15,
    );
    s.adv = advs(&[
        (0, Random),
        (0, Random),
        (0, Fill::Gate),
        (0, Random),
        (0, Random),
        (0, Random),
        (0, Random),
        (0, Random),
    ]);
    s.instances = vec![2];
    s.selectors = vec![true];
    s.gates = vec![Gate {
        sel: 0,
        target: (2, 0),
        expr: a(0, 0) * a(1, 0) + ins(0, 0),
    }];
    s.equality = (0..8).map(|i| ('a', i)).chain([('i', 0)]).collect();
    s.copies = 10;
    s.min_degree = Some(8);
    v.push(s);

    // 16
    let mut s = base("many_columns", "60 advice columns, 25 fixed, 12 instance columns, 40 of them in the permutation, 20 gates, selectors compressed", 6, 16);
    s.adv = (0..60)
        .map(|i| Adv {
            phase: 0,
            fill: if i >= 40 { Fill::Gate } else { Random },
        })
        .collect();
    s.fixed = 25;
    s.instances = (0..12).map(|i| (i * 5) % 7).collect();
    s.selectors = vec![true; 20];
    s.gates = (0..20)
        .map(|i| Gate {
            sel: i,
            target: (40 + i, 0),
            expr: a(2 * i, 0) * a((2 * i + 1) % 40, if i % 3 == 0 { 1 } else { 0 })
                + f(i, 0)
                + ins(i % 12, 0),
        })
        .collect();
    s.equality = (0..28)
        .map(|i| ('a', 2 * i))
        .chain((0..8).map(|i| ('f', i)))
        .chain((0..4).map(|i| ('i', i)))
        .collect();
    s.copies = 40;
    v.push(s);

    // 17
    let mut s = base("no_compress", "selectors turned into fixed columns one by one, expressions with negation, scaling, constants", 5, 17);
    s.adv = advs(&[(0, Random), (0, Random), (0, Fill::Gate), (0, Fill::Gate)]);
    s.fixed = 1;
    s.instances = vec![2];
    s.selectors = vec![true, true];
    s.gates = vec![
        Gate {
            sel: 0,
            target: (2, 0),
            expr: scale(a(0, 0) + c(7), 3) + -(a(1, 0) * c(5)) + ins(0, 0),
        },
        Gate {
            sel: 1,
            target: (3, 0),
            expr: scale(-(a(2, 0)), 11) * f(0, 0) + scale(scale(a(0, 0), 2), 3),
        },
    ];
    s.equality = vec![('a', 2), ('i', 0)];
    s.compress = false;
    v.push(s);

    // 18
    let mut s = base(
        "same_columns",
        "fixed columns with equal and with all-zero contents, two identical lookups, a gate twice",
        5,
        18,
    );
    s.adv = advs(&[
        (0, Lookup(0, 0)),
        (0, Random),
        (0, Fill::Gate),
        (0, Lookup(1, 0)),
    ]);
    s.fixed = 0;
    s.instances = vec![1];
    s.selectors = vec![true, true, false];
    let g = Gate {
        sel: 0,
        target: (2, 0),
        expr: a(1, 0) * a(1, 0) + ins(0, 0),
    };
    s.gates = vec![g.clone(), g.clone(), Gate { sel: 0, ..g }];
    s.lookups = vec![
        spec_lookup(&[0], 0, None, 0, Table::Static, None),
        spec_lookup(&[3], 0, None, 0, Table::Static, None),
    ];
    s.equality = vec![('a', 1), ('i', 0)];
    s.copies = 0;
    s.compress = false;
    v.push(s);

    // 19
    let mut s = base("everything", "two phases, three instance columns at several rotations, three lookups (static, dynamic, folded), two chunks and more", 7, 19);
    s.adv = advs(&[
        (0, Random),
        (0, Lookup(0, 0)),
        (0, Lookup(0, 1)),
        (1, Fill::Gate),
        (0, Lookup(1, 0)),
        (0, Row(1, 0)),
        (0, Lookup(2, 0)),
        (0, Lookup(2, 1)),
        (0, Fill::Gate),
        (1, Fill::Gate),
        (0, Random),
    ]);
    s.fixed = 3;
    s.instances = vec![6, 0, 11];
    s.selectors = vec![true, true, true, false, false, false, false];
    s.challenges = vec![0, 0];
    s.gates = vec![
        Gate {
            sel: 0,
            target: (8, 0),
            expr: a(0, -2) * a(1, 1) * ins(2, 1) + ins(0, -1) + f(0, 2),
        },
        Gate {
            sel: 1,
            target: (3, 0),
            expr: a(8, 0) * ch(0) + ins(1, 0) + a(0, 3),
        },
        Gate {
            sel: 2,
            target: (9, 0),
            expr: a(3, -1) * ch(1) + f(1, 0) * ins(2, 0),
        },
    ];
    s.lookups = vec![
        spec_lookup(&[1, 2], 0, Some(3), 1, Table::Static, None),
        spec_lookup(&[4], 1, Some(4), 1, spec_dyn(5, 5), None),
        spec_lookup(&[6, 7], 0, Some(6), 1, Table::Static, Some(1)),
    ];
    s.equality = vec![
        ('a', 0),
        ('i', 2),
        ('a', 8),
        ('f', 2),
        ('a', 3),
        ('a', 10),
        ('i', 0),
        ('i', 1),
        ('a', 9),
    ];
    s.copies = 6;
    v.push(s);

    // 20
    let mut s = base(
        "unqueried_columns",
        "an advice column, a fixed column and an instance column that nothing queries",
        5,
        20,
    );
    s.adv = advs(&[(0, Random), (0, Random), (0, Fill::Gate)]);
    s.fixed = 2;
    s.instances = vec![1, 4];
    s.selectors = vec![true];
    s.gates = vec![Gate {
        sel: 0,
        target: (2, 0),
        expr: a(0, 0) * ins(0, 0) + f(1, 0),
    }];
    v.push(s);
    // 21, 22, 23
    for (i, (name, about, acc)) in [
        ("acc_3x88", "hand-made valid accumulator, 12 limbs of 88 bits at row 0, then two more instances", (0, 0, 3, 88, 0)),
        ("acc_3x88_wrong", "the same circuit with an accumulator that does not hold", (0, 0, 3, 88, 1)),
        ("acc_4x68", "hand-made valid accumulator, 16 limbs of 68 bits in the second instance column from row 2 on", (1, 2, 4, 68, 0)),
        ("acc_limb_wrong", "an accumulator that holds, but with 2^88 moved from the second limb to the first", (0, 0, 3, 88, 2)),
        ("acc_plus_q_wrong", "an accumulator that holds, but with lhs.x + q in its limbs", (0, 0, 3, 88, 3)),
        ("acc_zero_wrong", "an accumulator of zeros: the identity on both sides", (0, 0, 3, 88, 4)),
        ("acc_swapped_wrong", "lhs and rhs swapped", (0, 0, 3, 88, 5)),
    ].into_iter().enumerate() {
        let mut s = base(name, about, 6, 21);
        s.adv = advs(&[(0, Random), (0, Random), (0, Fill::Gate)]);
        s.instances = if i != 2 { vec![14] } else { vec![1, 19] };
        s.selectors = vec![true];
        s.gates = vec![Gate { sel: 0, target: (2, 0), expr: a(0, 0) * a(1, 0) + ins(0, 0) }];
        s.equality = (0..s.instances.len()).map(|c| ('i', c)).chain([('a', 0), ('a', 1)]).collect();
        s.copies = 8;
        s.acc = Some(acc);
        v.push(s);
    }
    // 28, 29: the quotient has deg - 1 pieces even if the constraints need fewer
    let mut s = base(
        "low_degree",
        "a gate of degree 2 and no permutation: degree 3 all the same, two quotient pieces",
        5,
        28,
    );
    s.adv = advs(&[(0, Random), (0, Fill::Gate)]);
    s.instances = vec![2];
    s.selectors = vec![true];
    s.gates = vec![Gate {
        sel: 0,
        target: (1, 0),
        expr: a(0, 0) + ins(0, 0),
    }];
    v.push(s);
    let mut s = base(
        "min_degree_no_permutation",
        "set_minimum_degree(6), a gate of degree 3, no permutation: five quotient pieces",
        5,
        29,
    );
    s.adv = advs(&[(0, Random), (0, Random), (0, Fill::Gate)]);
    s.instances = vec![2];
    s.selectors = vec![true];
    s.gates = vec![Gate {
        sel: 0,
        target: (2, 0),
        expr: a(0, 0) * a(1, 0) + ins(0, 0),
    }];
    s.min_degree = Some(6);
    v.push(s);
    v
}

/// Circuits for forks that can prove three phases or have shuffles.
pub fn pse() -> Vec<Spec> {
    use Fill::{Lookup, Random, ShuffleOf};
    let base = |name, about, k, seed| Spec {
        name,
        about,
        k,
        compress: true,
        seed,
        ..Default::default()
    };
    let mut v = vec![];
    let mut s = base("three_phases", "three phases, five challenges (two after phase 0, one after 1, two after 2), columns of the phases mixed, a lookup folded with a challenge", 6, 13);
    s.adv = advs(&[
        (0, Random),
        (1, Fill::Gate),
        (0, Lookup(0, 0)),
        (2, Fill::Gate),
        (1, Fill::Gate),
        (0, Lookup(0, 1)),
        (2, Random),
    ]);
    s.instances = vec![3, 1];
    s.selectors = vec![true, true, true, false];
    s.challenges = vec![0, 1, 0, 2, 2];
    s.gates = vec![
        Gate {
            sel: 0,
            target: (1, 0),
            expr: a(0, 0) * ch(0) + ch(2) * ins(0, 0),
        },
        Gate {
            sel: 1,
            target: (4, 0),
            expr: a(1, -1) * ch(2) + a(2, 0),
        },
        Gate {
            sel: 2,
            target: (3, 0),
            expr: a(1, 0) * a(4, 0) * ch(1) + ch(0) * ch(1),
        },
        // the challenges after the last phase can only be used where they cancel
        Gate {
            sel: 2,
            target: (3, 0),
            expr: a(1, 0) * a(4, 0) * ch(1)
                + ch(0) * ch(1)
                + (ch(3) * a(6, 0) + -(ch(3) * a(6, 0)))
                + (ch(4) + -ch(4)),
        },
    ];
    s.lookups = vec![spec_lookup(&[2, 5], 0, Some(3), 1, Table::Static, Some(0))];
    s.equality = vec![('a', 1), ('a', 3), ('i', 1), ('a', 0)];
    s.copies = 0;

    v.push(s);

    let mut s = base(
        "shuffles_2",
        "two shuffles, of one and of two columns, under a selector",
        6,
        31,
    );
    s.adv = advs(&[
        (0, Random),
        (0, ShuffleOf(0)),
        (0, Random),
        (0, Random),
        (0, ShuffleOf(1)),
        (0, ShuffleOf(1)),
        (0, Fill::Gate),
    ]);
    s.instances = vec![3];
    s.selectors = vec![false, false, true];
    s.gates = vec![Gate {
        sel: 2,
        target: (6, 0),
        expr: a(0, 0) * a(2, 1) + ins(0, 0),
    }];
    s.shuffles = vec![(vec![0], vec![1], 0), (vec![2, 3], vec![4, 5], 1)];
    s.equality = vec![('a', 6), ('i', 0)];
    v.push(s);

    let mut s = base(
        "shuffle_lookup",
        "a shuffle, a classic lookup and a permutation of two chunks",
        6,
        32,
    );
    s.adv = advs(&[
        (0, Random),
        (0, ShuffleOf(0)),
        (0, Lookup(0, 0)),
        (0, Lookup(0, 1)),
        (0, Random),
        (0, Fill::Gate),
    ]);
    s.fixed = 1;
    s.instances = vec![3, 2];
    s.selectors = vec![false, false, true];
    s.gates = vec![Gate {
        sel: 2,
        target: (5, 0),
        expr: a(4, 0) * a(2, 1) + ins(0, 0) + ins(1, -1) * f(0, 0),
    }];
    s.lookups = vec![spec_lookup(&[2, 3], 0, Some(1), 1, Table::Static, None)];
    s.shuffles = vec![(vec![0], vec![1], 0)];
    s.equality = vec![('a', 5), ('i', 0), ('a', 4), ('f', 0), ('i', 1), ('a', 2)];
    s.copies = 0;
    v.push(s);
    v
}

fn spec_lookup(
    cols: &[usize],
    rot: i32,
    sel: Option<usize>,
    power: usize,
    table: Table,
    fold: Option<usize>,
) -> Lookup {
    Lookup {
        cols: cols.to_vec(),
        rot,
        sel,
        power,
        table,
        fold,
    }
}
fn spec_dyn(first: usize, sel: usize) -> Table {
    Table::Dynamic { first, sel }
}
