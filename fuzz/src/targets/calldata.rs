//! Calls into the precompile's core, `ZkVerify::call`, with a state in memory.
//!
//! Would find: a panic; an outcome, gas or reads that depend on what is cached; calldata in two
//! encodings; gas beyond the limit, or an outcome that depends on how much gas is left; a wrong proof
//! that returns true or a right one that does not.

use crate::{
    edits::{self, Edit},
    fixtures::{MODELS, Model},
    numbers::Word,
};
use arbitrary::{Arbitrary, Result, Unstructured};

use std::{collections::BTreeSet, sync::LazyLock};
use zk_verify_precompile::{
    AcceptedSetups, AccessPrices, Activation, Address, BlockPosition, Bytes, Call, KEY_SLOT,
    MemoryJournal, Outcome, Output, Read, Schedule, U256, ZkVerify, ZkVerifyConfig, abi::Request,
};

/// The executing contract.
const CALLER: Address = Address::repeat_byte(0xca);
/// Holds the code that the input chooses.
const OTHER: Address = Address::repeat_byte(0x0b);
/// Enough for every call.
const PLENTY: u64 = u64::MAX;

/// Does the chain accept the circuit's trusted setup? It does not accept the first circuit's.
fn is_accepted(model: &Model) -> bool {
    model.key.trusted_setup() != MODELS[0].key.trusted_setup()
}

fn accepted() -> AcceptedSetups {
    let models = MODELS.iter().filter(|model| is_accepted(model));
    let points: BTreeSet<_> = models
        .map(|model| model.key.trusted_setup().to_bytes())
        .collect();
    let points: Vec<_> = points.into_iter().collect();
    AcceptedSetups::new(&points).expect("points of the subgroup")
}

/// The account that holds the key of the model at this position.
fn account(model: usize) -> Address {
    Address::with_last_byte(model as u8 + 1)
}

/// The default key changes from block to block, so that one configuration serves all inputs: none in
/// block 0, then each model's, then [`OTHER`].
static CONFIG: LazyLock<ZkVerifyConfig> = LazyLock::new(|| {
    let mut default_key = Schedule::new(None);
    for (block, key) in (0..MODELS.len()).map(account).chain([OTHER]).enumerate() {
        default_key = default_key.then(Activation::Block(block as u64 + 1), Some(key));
    }
    ZkVerifyConfig {
        default_key,
        ..ZkVerifyConfig::default().with_accepted_setups(accepted())
    }
});

static STATE: LazyLock<MemoryJournal> = LazyLock::new(|| {
    let accounts = MODELS.iter().enumerate();
    accounts.fold(MemoryJournal::new(), |state, (index, model)| {
        state.with_code(account(index), model.encoded.clone())
    })
});

/// A node that has seen every model's key so often that it has tables.
static WARM: LazyLock<ZkVerify> = LazyLock::new(|| {
    let node = node(64 << 20);
    for index in 0..MODELS.len() {
        let input = Request {
            key: Some(account(index)),
            proof: &[],
            public_inputs: &[],
        };
        let input = input.encode();
        for _ in 0..66 {
            execute(
                &node,
                &Setting::direct(&input, 0),
                PLENTY,
                &mut STATE.clone(),
            );
        }
    }
    node
});

fn node(capacity: u64) -> ZkVerify {
    ZkVerify::new(CONFIG.clone()).with_cache_capacity(capacity)
}

/// A call but for its gas.
struct Setting<'a> {
    input: &'a [u8],
    value: U256,
    is_direct: bool,
    block: u64,
}

impl<'a> Setting<'a> {
    fn direct(input: &'a [u8], block: u64) -> Self {
        Self {
            input,
            value: U256::ZERO,
            is_direct: true,
            block,
        }
    }
}

fn execute(
    node: &ZkVerify,
    setting: &Setting<'_>,
    gas_limit: u64,
    state: &mut MemoryJournal,
) -> Output {
    let call = Call {
        input: setting.input,
        gas_limit,
        caller: CALLER,
        value: setting.value,
        is_direct: setting.is_direct,
    };
    let block = BlockPosition {
        number: setting.block,
        timestamp: 0,
    };
    let Ok(output) = node.call(&call, state, AccessPrices::BERLIN, block);
    output
}

/// With 0 for a first byte: a byte for the block, then calldata. Otherwise a structured `Input`.
pub fn run(data: &[u8]) {
    if let Some(([0, block], calldata)) = data.split_first_chunk() {
        let block = u64::from(*block) % (MODELS.len() as u64 + 2);
        check(&Setting::direct(calldata, block), &STATE, PLENTY);
        return;
    }
    // An input that is too short is no input.
    if let Ok(input) = Input::read(&mut Unstructured::new(data)) {
        input.check();
    }
}

/// Which function, and the key that it names.
#[derive(Arbitrary, Clone, Copy, Debug)]
enum Function {
    Verify,
    VerifyWithKey(Account),
}

#[derive(Arbitrary, Clone, Copy, Debug)]
enum Account {
    /// That of the input's model.
    Model,
    /// Another model's.
    Another(u8),
    Other,
    Empty(u8),
}

/// The caller's slot.
#[derive(Arbitrary, Clone, Copy, Debug)]
enum Slot {
    Zero,
    Key(Account),
    /// An address with something above it.
    Dirty(Account, u8),
    Anything(Word),
}

/// The code of [`OTHER`].
#[derive(Arbitrary, Clone, Copy, Debug)]
enum Code {
    Empty,
    /// The model's key with edits.
    Edited,
    /// An EIP-7702 delegation.
    Delegation,
    /// Longer than any key.
    TooLong,
}

/// A change of the calldata.
#[derive(Arbitrary, Clone, Copy, Debug)]
enum Change {
    /// A byte of the selector.
    Selector(u8, u8),
    /// A word after the selector: address, offsets, lengths.
    Head { word: u8, value: Word },
    /// Adds to the low two bytes of such a word.
    Shift { word: u8, by: i8 },
    /// A byte at the end, where the padding is.
    Padding { from_end: u8, value: u8 },
    /// Anywhere.
    Bytes(Edit),
}

impl Change {
    fn apply(self, calldata: &mut Vec<u8>) {
        let nobody: [&[u8]; 1] = [&[]];
        match self {
            Change::Selector(at, bits) => {
                let at = usize::from(at % 4);
                calldata
                    .get_mut(at)
                    .into_iter()
                    .for_each(|byte| *byte ^= bits);
            }
            Change::Head { word, value } => {
                let at = 4 + 32 * usize::from(word % 6);
                if let Some(word) = calldata
                    .get_mut(at..)
                    .and_then(|rest| rest.first_chunk_mut())
                {
                    *word = value.bytes(*word);
                }
            }
            Change::Shift { word, by } => {
                let at = 4 + 32 * u16::from(word % 6) + 30;
                let little_endian = false;
                Edit::Add {
                    at,
                    by,
                    little_endian,
                }
                .apply(calldata, &nobody);
            }
            Change::Padding { from_end, value } => {
                let at = calldata.len().checked_sub(usize::from(from_end % 40) + 1);
                let byte = at.and_then(|at| calldata.get_mut(at));
                byte.into_iter().for_each(|byte| *byte = value);
            }
            Change::Bytes(edit) => edit.apply(calldata, &nobody),
        }
    }
}

/// The gas limit, against what the call uses.
#[derive(Arbitrary, Clone, Copy, Debug)]
enum Gas {
    Less(u16),
    More(u16),
    Any(u32),
}

/// A structured input.
struct Input {
    model: usize,
    function: Function,
    slot: Slot,
    block: u64,
    value: U256,
    is_direct: bool,
    code: Bytes,
    proof: Vec<u8>,
    public_inputs: Vec<u8>,
    calldata: Vec<Change>,
    gas: Gas,
}

impl Input {
    fn read(u: &mut Unstructured<'_>) -> Result<Self> {
        let _structured = u8::arbitrary(u)?;
        let model = u.choose_index(MODELS.len())?;
        let good = &MODELS[model];
        let (function, slot) = (Function::arbitrary(u)?, Slot::arbitrary(u)?);
        let block = u.int_in_range(0..=MODELS.len() as u64 + 1)?;
        // Both end a call at once, so they are rare.
        let (value, is_direct) = (u8::arbitrary(u)?, u8::arbitrary(u)?);
        let proof = match is_direct % 2 {
            0 => good.proof.clone(),
            _ => good.short_proof(),
        };
        Ok(Self {
            model,
            function,
            slot,
            block,
            value: U256::from(value.saturating_sub(240)),
            is_direct: is_direct < 240,
            code: code(u, &good.encoded)?,
            proof: changed(u, &proof)?,
            public_inputs: changed(u, &good.public_inputs)?,
            calldata: edits::few(u)?,
            gas: Gas::arbitrary(u)?,
        })
    }

    fn address(&self, account: Account) -> Address {
        match account {
            Account::Model => self::account(self.model),
            Account::Another(index) => self::account(usize::from(index) % MODELS.len()),
            Account::Other => OTHER,
            Account::Empty(index) => Address::repeat_byte(index),
        }
    }

    fn slot(&self) -> U256 {
        let word = |account| U256::from_be_bytes(self.address(account).into_word().0);
        match self.slot {
            Slot::Zero => U256::ZERO,
            Slot::Key(account) => word(account),
            Slot::Dirty(account, above) => word(account) | (U256::from(above) << 160),
            Slot::Anything(word) => U256::from_be_bytes(word.bytes([0; 32])),
        }
    }

    fn check(&self) {
        let state = STATE
            .clone()
            .with_code(OTHER, self.code.clone())
            .with_storage(CALLER, KEY_SLOT, self.slot());
        let key = match self.function {
            Function::Verify => None,
            Function::VerifyWithKey(account) => Some(self.address(account)),
        };
        let request = Request {
            key,
            proof: &self.proof,
            public_inputs: &self.public_inputs,
        };
        let mut calldata = request.encode();
        self.calldata
            .iter()
            .for_each(|change| change.apply(&mut calldata));
        let setting = Setting {
            value: self.value,
            is_direct: self.is_direct,
            ..Setting::direct(&calldata, self.block)
        };
        let used = execute(&node(0), &setting, PLENTY, &mut state.clone()).gas_used;
        let limit = match self.gas {
            Gas::Less(by) => used.saturating_sub(by.into()),
            Gas::More(by) => used + u64::from(by),
            Gas::Any(limit) => limit.into(),
        };
        check(&setting, &state, limit);
    }
}

fn code(u: &mut Unstructured<'_>, key: &[u8]) -> Result<Bytes> {
    Ok(match Code::arbitrary(u)? {
        Code::Empty => Bytes::new(),
        Code::Delegation => [&[0xef, 0x01, 0x00][..], account(0).as_slice()]
            .concat()
            .into(),
        Code::TooLong => vec![0; (1 << 20) + 1].into(),
        Code::Edited => changed(u, key)?.into(),
    })
}

fn changed(u: &mut Unstructured<'_>, bytes: &[u8]) -> Result<Vec<u8>> {
    let mut bytes = bytes.to_vec();
    let proofs: Vec<&[u8]> = MODELS.iter().map(|model| &model.proof[..]).collect();
    for edit in edits::few::<Edit>(u)? {
        edit.apply(&mut bytes, &proofs);
    }
    Ok(bytes)
}

/// Everything that the target claims, for one call in one state.
fn check(setting: &Setting<'_>, state: &MemoryJournal, limit: u64) {
    let mut after = state.clone();
    let output = execute(&node(0), setting, PLENTY, &mut after);
    check_output(setting, &output, after.reads());
    check_warm_state(setting, &output, after);

    let used = output.gas_used;
    check_limit(setting, state, &output, limit);
    check_limit(setting, state, &output, used);
    if let Some(short) = used.checked_sub(1) {
        check_limit(setting, state, &output, short);
    }
}

/// The outcome against the input: calldata that is taken has one encoding, and a proof holds if and
/// only if it is a committed one, in either form, under its own key.
fn check_output(setting: &Setting<'_>, output: &Output, reads: &[Read]) {
    assert_ne!(output.outcome, Outcome::OutOfGas);
    let request = Request::decode(setting.input);
    if let Some(request) = &request {
        assert_eq!(request.encode(), setting.input);
    }
    let Some(Read::Code(key)) = reads.last() else {
        return assert!(!output.outcome.is_valid());
    };
    let request = request.expect("no key is loaded for malformed calldata");
    let Some(model) = (0..MODELS.len()).find(|index| account(*index) == *key) else {
        return;
    };
    let model = &MODELS[model];
    let is_good = is_accepted(model)
        && (request.proof == model.proof || request.proof == model.short_proof())
        && request.public_inputs == model.public_inputs;
    assert_eq!(output.outcome.is_valid(), is_good, "{output:?}");
}

/// The same call again in the same transaction costs what the cold touches did not.
fn check_warm_state(setting: &Setting<'_>, output: &Output, mut state: MemoryJournal) {
    let cold: u64 = state
        .reads()
        .iter()
        .map(|read| match read {
            Read::Storage(..) => AccessPrices::BERLIN.cold_slot_surcharge,
            Read::Code(_) => AccessPrices::BERLIN.cold_account_surcharge,
        })
        .sum();
    let again = execute(&WARM, setting, PLENTY, &mut state);
    assert_eq!(again.outcome, output.outcome);
    assert_eq!(again.gas_used + cold, output.gas_used);
}

/// With this gas limit the call ends as with plenty or runs out of gas, whatever is cached.
fn check_limit(setting: &Setting<'_>, state: &MemoryJournal, plenty: &Output, limit: u64) {
    let enough = limit >= plenty.gas_used;
    let expected = if enough {
        plenty.clone()
    } else {
        Output {
            outcome: Outcome::OutOfGas,
            gas_used: limit,
        }
    };
    let (none, small, large) = (node(0), node(32 << 10), node(64 << 20));
    // Twice each: the second call of a node may find the key.
    let mut reads: Option<Vec<Read>> = None;
    for node in [&none, &small, &small, &large, &large, &WARM] {
        let mut state = state.clone();
        assert_eq!(execute(node, setting, limit, &mut state), expected);
        let first = reads.get_or_insert_with(|| state.reads().to_vec());
        assert_eq!(state.reads(), first);
    }
}
