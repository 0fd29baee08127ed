//! The halo2 circuit of a `Spec`.
use crate::spec::*;
use crate::witness::*;
use halo2_proofs::halo2curves::bn256::Fr;
use halo2_proofs::{
    circuit::{Cell, Layouter, SimpleFloorPlanner, Value},
    plonk::*,
    poly::Rotation,
};
use std::collections::HashMap;
use std::sync::Arc;

#[derive(Clone, Default)]
pub struct P(pub Arc<Spec>);

#[derive(Clone)]
pub struct Circ {
    pub spec: Arc<Spec>,
    pub wit: Arc<Witness>,
}

#[derive(Clone)]
pub struct Cfg {
    adv: Vec<Column<Advice>>,
    fixed: Vec<Column<Fixed>>,
    inst: Vec<Column<Instance>>,
    sel: Vec<Selector>,
    ch: Vec<Challenge>,
    tables: Vec<Vec<TableColumn>>,
}

fn conv(x: &X, m: &mut VirtualCells<'_, Fr>, c: &Cfg) -> Expression<Fr> {
    match x {
        X::C(v) => Expression::Constant(*v),
        X::A(i, r) => m.query_advice(c.adv[*i], Rotation(*r)),
        X::F(i, r) => m.query_fixed(c.fixed[*i], Rotation(*r)),
        X::I(i, r) => m.query_instance(c.inst[*i], Rotation(*r)),
        X::Ch(i) => m.query_challenge(c.ch[*i]),
        X::Neg(a) => -conv(a, m, c),
        X::Add(a, b) => {
            let l = conv(a, m, c);
            l + conv(b, m, c)
        }
        X::Mul(a, b) => {
            let l = conv(a, m, c);
            l * conv(b, m, c)
        }
        X::Scale(a, v) => conv(a, m, c) * *v,
    }
}

impl Circuit<Fr> for Circ {
    type Config = Cfg;
    type FloorPlanner = SimpleFloorPlanner;
    type Params = P;

    fn params(&self) -> P {
        P(self.spec.clone())
    }
    fn without_witnesses(&self) -> Self {
        self.clone()
    }
    fn configure(_: &mut ConstraintSystem<Fr>) -> Cfg {
        unreachable!()
    }

    fn configure_with_params(m: &mut ConstraintSystem<Fr>, p: P) -> Cfg {
        let s = p.0;
        let mut c = Cfg {
            adv: vec![],
            fixed: vec![],
            inst: vec![],
            sel: vec![],
            ch: vec![],
            tables: vec![],
        };
        // a phase must have a column before the next is opened: allocate in the given order, which respects that
        for a in &s.adv {
            c.adv.push(match a.phase {
                0 => m.advice_column(),
                1 => m.advice_column_in(SecondPhase),
                _ => m.advice_column_in(ThirdPhase),
            });
        }
        for _ in 0..s.fixed {
            c.fixed.push(m.fixed_column());
        }
        for _ in &s.instances {
            c.inst.push(m.instance_column());
        }
        for simple in &s.selectors {
            c.sel.push(if *simple {
                m.selector()
            } else {
                m.complex_selector()
            });
        }
        for p in &s.challenges {
            c.ch.push(match p {
                0 => m.challenge_usable_after(FirstPhase),
                1 => m.challenge_usable_after(SecondPhase),
                _ => m.challenge_usable_after(ThirdPhase),
            });
        }
        if let Some(f) = s.constant {
            m.enable_constant(c.fixed[f]);
        }
        for (k, i) in &s.equality {
            match k {
                'a' => m.enable_equality(c.adv[*i]),
                'f' => m.enable_equality(c.fixed[*i]),
                _ => m.enable_equality(c.inst[*i]),
            }
        }
        for l in &s.lookups {
            c.tables.push(match l.table {
                Table::Static => l.cols.iter().map(|_| m.lookup_table_column()).collect(),
                _ => vec![],
            });
        }
        for (gi, g) in s.gates.iter().enumerate() {
            // two gates of the same selector and the same target stay separate gates
            m.create_gate(format!("gate {gi}"), |v| {
                let q = v.query_selector(c.sel[g.sel]);
                let t = v.query_advice(c.adv[g.target.0], Rotation(g.target.1));
                let e = conv(&g.expr, v, &c);
                vec![q * (t - e)]
            });
        }
        for (li, l) in s.lookups.iter().enumerate() {
            let input = |v: &mut VirtualCells<'_, Fr>| -> Vec<Expression<Fr>> {
                l.cols
                    .iter()
                    .map(|col| {
                        let mut e = v.query_advice(c.adv[*col], Rotation(l.rot));
                        if let Some(sel) = l.sel {
                            for _ in 0..l.power {
                                e = v.query_selector(c.sel[sel]) * e;
                            }
                        }
                        e
                    })
                    .collect()
            };
            match (&l.table, l.fold) {
                (Table::Static, None) => {
                    m.lookup(format!("lookup {li}"), |v| {
                        input(v)
                            .into_iter()
                            .zip(c.tables[li].iter().copied())
                            .collect()
                    });
                }
                (t, fold) => {
                    m.lookup_any(format!("lookup {li}"), |v| {
                        let i = input(v);
                        let tab: Vec<Expression<Fr>> = match t {
                            Table::Static => c.tables[li]
                                .iter()
                                .map(|t| v.query_fixed(t.inner(), Rotation::cur()))
                                .collect(),
                            Table::Dynamic { first, sel } => (0..l.cols.len())
                                .map(|j| {
                                    v.query_selector(c.sel[*sel])
                                        * v.query_advice(c.adv[first + j], Rotation::cur())
                                })
                                .collect(),
                            Table::Instance(col) => {
                                vec![v.query_instance(c.inst[*col], Rotation::cur())]
                            }
                        };
                        match fold {
                            None => i.into_iter().zip(tab).collect(),
                            Some(f) => {
                                let f = v.query_challenge(c.ch[f]);
                                let fold = |e: Vec<Expression<Fr>>| {
                                    e.into_iter()
                                        .rev()
                                        .reduce(|acc, x| x + f.clone() * acc)
                                        .unwrap()
                                };
                                vec![(fold(i), fold(tab))]
                            }
                        }
                    });
                }
            }
        }
        if let Some(d) = s.min_degree {
            m.set_minimum_degree(d);
        }
        c
    }

    fn synthesize(&self, c: Cfg, mut layouter: impl Layouter<Fr>) -> Result<(), Error> {
        let s = &self.spec;
        for (li, t) in c.tables.iter().enumerate() {
            if t.is_empty() {
                continue;
            }
            layouter.assign_table(
                || "table",
                |mut tb| {
                    for (i, row) in self.wit.tables[li].iter().enumerate() {
                        for (m, col) in t.iter().enumerate() {
                            tb.assign_cell(|| "t", *col, i, || Value::known(row[m]))?;
                        }
                    }
                    Ok(())
                },
            )?;
        }
        let mut inst_copies = vec![];
        let phases = s.adv.iter().map(|a| a.phase).max().unwrap_or(0);
        layouter.assign_region(
            || "all",
            |mut r| {
                let mut w = (*self.wit).clone();
                let mut cells: HashMap<(char, usize, usize), Cell> = HashMap::new();
                for (f, col) in c.fixed.iter().enumerate() {
                    for i in 0..w.usable {
                        cells.insert(('f', f, i), r.assign_fixed(*col, i, w.fixed[f][i]));
                    }
                }
                for (k, sel) in c.sel.iter().enumerate() {
                    for i in 0..w.usable {
                        if w.sel[k][i] {
                            sel.enable(&mut r, i)?;
                        }
                    }
                }
                for ph in 0..=phases {
                    if ph > 0 {
                        r.next_phase();
                    }
                    let ch: Vec<Option<Fr>> =
                        c.ch.iter()
                            .zip(&s.challenges)
                            .map(|(h, p)| {
                                let mut v = None;
                                if *p < ph {
                                    r.get_challenge(*h).map(|x| v = Some(x));
                                }
                                v
                            })
                            .collect();
                    run_gates(s, &mut w, ph, &ch);
                    for (a, col) in c.adv.iter().enumerate() {
                        if s.adv[a].phase != ph {
                            continue;
                        }
                        for i in 0..w.usable {
                            let cell = r.assign_advice(*col, i, Value::known(w.adv[a][i]));
                            cells.insert(('a', a, i), cell.cell());
                        }
                    }
                }
                for (x, y) in &w.copies {
                    match (x.0, y.0) {
                        ('i', _) => inst_copies.push((cells[y], c.inst[x.1], x.2)),
                        (_, 'i') => inst_copies.push((cells[x], c.inst[y.1], y.2)),
                        _ => r.constrain_equal(cells[x], cells[y]),
                    }
                }
                Ok(())
            },
        )?;
        for (cell, col, row) in inst_copies {
            layouter.constrain_instance(cell, col, row);
        }
        Ok(())
    }
}
