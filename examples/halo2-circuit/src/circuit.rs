//! Reserves: somebody has accounts whose balances are private and add up to a public total.
//!
//! The statement is bound to one account of the chain, `owner`: otherwise anybody could take the proof from
//! the mempool and submit it as their own.
//!
//! | lo | hi | sum | table | |
//! |---|---|---|---|---|
//! | | | 0 | 0 | the sum begins at 0 |
//! | b₀ mod 256 | b₀ / 256 | b₀ | 1 | `sum = sum above + lo + 256·hi`, lo and hi in the table |
//! | b₁ mod 256 | b₁ / 256 | b₀ + b₁ | 2 | |
//! | … | … | … = total | … | the last sum is instance 0 |
//! | | | owner | | instance 1 |

use halo2_proofs::{
    circuit::{Cell, Layouter, Region, SimpleFloorPlanner, Value},
    halo2curves::bn256::Fr,
    plonk::{
        Advice, Circuit, Column, ConstraintSystem, Error, Fixed, Instance, Selector, TableColumn,
    },
    poly::Rotation,
};

/// The circuit has 2^K rows.
pub const K: u32 = 10;
/// Accounts that a proof covers; others are padded with a balance of 0.
pub const ACCOUNTS: usize = 16;

/// What the prover knows, and what it claims.
#[derive(Clone, Debug, Default)]
pub struct Reserves {
    /// The balances; each fits 16 bits.
    pub balances: Vec<Value<u16>>,
    /// The account of the chain that the statement is made for.
    pub owner: Value<Fr>,
}

impl Reserves {
    /// A prover's circuit.
    pub fn new(balances: &[u16], owner: Fr) -> Self {
        let mut balances: Vec<_> = balances.iter().copied().map(Value::known).collect();
        balances.resize(ACCOUNTS, Value::known(0));
        Self {
            balances,
            owner: Value::known(owner),
        }
    }

    /// The public inputs of a proof: the total, and the owner.
    pub fn public_inputs(balances: &[u16], owner: Fr) -> Vec<Fr> {
        let total: u64 = balances.iter().map(|balance| u64::from(*balance)).sum();
        vec![Fr::from(total), owner]
    }
}

/// The columns.
#[derive(Clone, Debug)]
pub struct Config {
    lo: Column<Advice>,
    hi: Column<Advice>,
    sum: Column<Advice>,
    constants: Column<Fixed>,
    bytes: TableColumn,
    adds: Selector,
    public: Column<Instance>,
}

impl Circuit<Fr> for Reserves {
    type Config = Config;
    type FloorPlanner = SimpleFloorPlanner;
    type Params = ();

    fn without_witnesses(&self) -> Self {
        Self {
            balances: vec![Value::unknown(); ACCOUNTS],
            owner: Value::unknown(),
        }
    }

    fn configure(meta: &mut ConstraintSystem<Fr>) -> Config {
        let config = Config {
            lo: meta.advice_column(),
            hi: meta.advice_column(),
            sum: meta.advice_column(),
            constants: meta.fixed_column(),
            bytes: meta.lookup_table_column(),
            adds: meta.complex_selector(),
            public: meta.instance_column(),
        };
        meta.enable_equality(config.sum);
        meta.enable_equality(config.public);
        meta.enable_constant(config.constants);

        meta.create_gate("sum = sum above + lo + 256 hi", |meta| {
            let adds = meta.query_selector(config.adds);
            let [lo, hi] =
                [config.lo, config.hi].map(|column| meta.query_advice(column, Rotation::cur()));
            let above = meta.query_advice(config.sum, Rotation::prev());
            let sum = meta.query_advice(config.sum, Rotation::cur());
            vec![adds * (above + lo + hi * Fr::from(256) - sum)]
        });
        for column in [config.lo, config.hi] {
            meta.lookup("a byte", |meta| {
                let adds = meta.query_selector(config.adds);
                let byte = meta.query_advice(column, Rotation::cur());
                vec![(adds * byte, config.bytes)]
            });
        }
        config
    }

    fn synthesize(&self, config: Config, mut layouter: impl Layouter<Fr>) -> Result<(), Error> {
        layouter.assign_table(
            || "bytes",
            |mut table| {
                for byte in 0..256 {
                    table.assign_cell(
                        || "byte",
                        config.bytes,
                        byte,
                        || Value::known(Fr::from(byte as u64)),
                    )?;
                }
                Ok(())
            },
        )?;
        // One region: halo2-axiom's floor planner puts each region at row 0, so two would overlap.
        let [total, owner] =
            layouter.assign_region(|| "reserves", |region| self.assign(&config, region))?;
        layouter.constrain_instance(total, config.public, 0);
        layouter.constrain_instance(owner, config.public, 1);
        Ok(())
    }
}

impl Reserves {
    /// Assigns the running sum and the owner below it, and gives the cells of the total and of the owner.
    fn assign(&self, config: &Config, mut region: Region<'_, Fr>) -> Result<[Cell; 2], Error> {
        region.assign_advice_from_constant(|| "the sum begins at 0", config.sum, 0, Fr::zero())?;
        let mut sum = Value::known(0u64);
        let mut total = None;
        for (row, balance) in (1..).zip(&self.balances) {
            config.adds.enable(&mut region, row)?;
            let byte = |index: usize| balance.map(|b| Fr::from(u64::from(b.to_le_bytes()[index])));
            region.assign_advice(config.lo, row, byte(0));
            region.assign_advice(config.hi, row, byte(1));
            sum = sum + balance.map(u64::from);
            total = Some(
                region
                    .assign_advice(config.sum, row, sum.map(Fr::from))
                    .cell(),
            );
        }
        let total = total.ok_or(Error::Synthesis)?;
        let owner = region
            .assign_advice(config.sum, self.balances.len() + 1, self.owner)
            .cell();
        Ok([total, owner])
    }
}
