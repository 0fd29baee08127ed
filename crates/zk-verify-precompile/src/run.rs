//! The precompile itself: one call, from its input to its outcome.
//!
//! Revert data, gas and reads are consensus, so the order of the checks is too. It is written once, in
//! [`Execution::steps`], and reads from top to bottom.

use crate::{
    AccessPrices, Arithmetic, Counter, InvalidKey, Journal, KEY_SLOT, KeyCache, LoadError,
    MAX_KEY_LENGTH, Misuse, Observer, Outcome, Output, Report, Rules,
    abi::Request,
    arc::Arc,
    gas::{Meter, OutOfGas, gwc_points, short_points},
    judge::{Judge, Statement},
    setups::PreparedSetups,
};
use alloc::boxed::Box;
use alloy_primitives::{Address, B256, Bytes, U256, keccak256};
use halo2_kzg_verifier::{Features, PreparedKey, Rejection, VerifyingKey};

/// One call into the precompile.
#[derive(Clone, Copy, Debug)]
pub struct Call<'a> {
    /// The call's input.
    pub input: &'a [u8],
    /// The gas that the call may use.
    pub gas_limit: u64,
    /// The executing contract; the sender where a transaction calls the precompile itself.
    pub caller: Address,
    /// The value sent, in wei.
    pub value: U256,
    /// CALL or STATICCALL, that is neither DELEGATECALL nor CALLCODE.
    pub is_direct: bool,
}

/// What a call runs under.
pub(crate) struct Environment<'a, A: Arithmetic> {
    /// The chain's rules in the current block.
    pub(crate) rules: Rules<'a>,
    /// The host's prices of touching state.
    pub(crate) prices: AccessPrices,
    /// The prepared setups of the chain's rules.
    pub(crate) setups: &'a PreparedSetups<A>,
    /// The node's prepared keys.
    pub(crate) keys: &'a KeyCache<A>,
    /// Who answers in step 10.
    pub(crate) judge: Judge<'a, A>,
    /// A tool that watches.
    pub(crate) observer: Option<&'a dyn Observer>,
}

/// Executes one call.
///
/// # Errors
/// The error of the journal's database, and nothing else.
pub(crate) fn run<A: Arithmetic, J: Journal>(
    call: &Call<'_>,
    journal: &mut J,
    environment: &Environment<'_, A>,
) -> Result<Output, J::Error> {
    if let Some(observer) = environment.observer {
        observer.call_begins();
    }
    let mut execution = Execution {
        call,
        environment,
        journal,
        gas: Meter::new(call.gas_limit),
        progress: Progress::default(),
    };
    let (outcome, gas_used) = match execution.steps() {
        Ok(Ok(())) => (Outcome::Valid, execution.gas.used()),
        Ok(Err(rejection)) => (Outcome::Invalid(rejection), execution.gas.used()),
        Err(Stop::Misuse(misuse)) => (Outcome::Revert(misuse), execution.gas.used()),
        Err(Stop::OutOfGas) => (Outcome::OutOfGas, execution.gas.limit()),
        Err(Stop::Database(error)) => return Err(error),
    };
    let output = Output { outcome, gas_used };
    if let Some(observer) = environment.observer {
        observer.call_ends(&execution.progress.report(call.caller, &output));
    }
    Ok(output)
}

/// A call on its way.
struct Execution<'a, A: Arithmetic, J> {
    call: &'a Call<'a>,
    environment: &'a Environment<'a, A>,
    journal: &'a mut J,
    gas: Meter,
    progress: Progress,
}

impl<A: Arithmetic, J: Journal> Execution<'_, A, J> {
    /// The order of checks. Step 1, [`BaseInputs`](crate::BaseInputs), is the adapter's.
    fn steps(&mut self) -> Result<Result<(), Rejection>, Stop<J::Error>> {
        let call = self.call;
        let rules = &self.environment.rules;

        // 2. The key is the executing contract's, so it must be the caller; and no value is taken.
        if !call.is_direct {
            return Err(Misuse::DelegateCallNotAllowed.into());
        }
        if !call.value.is_zero() {
            return Err(Misuse::NonPayable.into());
        }
        // 3. Reading the input.
        self.gas.charge(rules.gas.calldata(length(call.input)))?;
        let request = Request::decode(call.input).ok_or(Misuse::MalformedCall)?;
        let (proof, public_inputs) = (request.proof, request.public_inputs);
        self.progress.proof_length = length(proof);
        self.progress.public_inputs_length = length(public_inputs);
        // 4. The work that proof and public inputs can cause.
        self.gas
            .charge(rules.gas.verification(length(proof), length(public_inputs)))?;
        // 5., 6. Which key?
        let key = match request.key {
            Some(named) => named,
            None => self.bound_or_default_key()?,
        };
        self.progress.key = Some(key);
        // 7., 8. Its code, and the work that it can cause.
        let code = self.load_key(key)?;
        // 9. Is it a key, under a trusted setup that the chain accepts?
        let (key_id, prepared) = self
            .accept_key(&code)
            .map_err(|reason| Misuse::InvalidVerifyingKey { key, reason })?;
        // 10. GWC's opening points, and the square roots of a proof in short form; lengths, canonical values, the proof.
        let of_gwc = gwc_points(prepared.key());
        let of_short_form = short_points(prepared.key(), length(proof));
        self.gas.charge(rules.gas.points(of_gwc, of_short_form))?;
        if let Some(observer) = self.environment.observer {
            observer.verification_begins();
        }
        let (verdict, was_kept) = self.environment.judge.judge(&Statement {
            key_id,
            key: &prepared,
            proof,
            public_inputs,
        });
        self.progress.verdict_was_kept = was_kept;
        Ok(verdict)
    }

    /// Steps 5 and 6: the address in the caller's own slot, or else the chain's default. A slot that is
    /// not zero decides, even if what it holds is no key.
    fn bound_or_default_key(&mut self) -> Result<Address, Stop<J::Error>> {
        let (caller, prices) = (self.call.caller, &self.environment.prices);
        self.gas.charge(prices.warm_slot)?;
        let skip_cold = !self.gas.can_pay(prices.cold_slot_surcharge);
        let slot = self
            .journal
            .storage(caller, U256::from_be_bytes(KEY_SLOT.0), skip_cold)?;
        if slot.is_cold {
            self.gas.charge(prices.cold_slot_surcharge)?;
        }
        if slot.value.is_zero() {
            let default = self.environment.rules.default_key;
            return Ok(default.ok_or(Misuse::NoVerifyingKey { caller })?);
        }
        let word = B256::from(slot.value);
        let key = Address::from_word(word);
        if key.into_word() != word {
            let reason = InvalidKey::NotAnAddress(slot.value);
            return Err(Misuse::InvalidVerifyingKey { key, reason }.into());
        }
        Ok(key)
    }

    /// Steps 7 and 8: the key's account and code, always through the journal, cached or not.
    fn load_key(&mut self, key: Address) -> Result<Bytes, Stop<J::Error>> {
        let prices = &self.environment.prices;
        self.gas.charge(prices.account(false))?;
        let skip_cold = !self.gas.can_pay(prices.cold_account_surcharge);
        let code = self.journal.code(key, skip_cold)?;
        if code.is_cold {
            self.gas.charge(prices.cold_account_surcharge)?;
        }
        let code = code.value;
        self.progress.key_length = length(&code);
        if length(&code) > MAX_KEY_LENGTH {
            let reason = InvalidKey::TooLong {
                actual: length(&code),
                limit: MAX_KEY_LENGTH,
            };
            return Err(Misuse::InvalidVerifyingKey { key, reason }.into());
        }
        let features = Features::of_encoding(&code);
        let price = self.environment.rules.gas.key(length(&code), features);
        self.gas.charge(price)?;
        Ok(code)
    }

    /// Step 9: decodes, validates and prepares the key, or finds it prepared. The chain's list of
    /// setups is asked each time; it is not part of what is cached. Gives the key's id too.
    fn accept_key(&mut self, code: &Bytes) -> Result<(B256, Arc<PreparedKey<A>>), InvalidKey> {
        let Environment {
            rules,
            setups,
            keys,
            ..
        } = self.environment;
        let accepted = rules.accepted_setups;
        let id = keccak256(code);
        self.progress.key_id = Some(id);
        if let Some((prepared, evicted)) = keys.get(&id) {
            self.progress.key_was_cached = true;
            self.count_evicted(evicted);
            let is_accepted = accepted.contains(prepared.key().trusted_setup());
            return is_accepted
                .then_some((id, prepared))
                .ok_or(InvalidKey::SetupNotAccepted);
        }
        let key =
            VerifyingKey::decode_knowing(code, accepted.as_slice()).map_err(|error| match code
                .as_ref()
            {
                [] => InvalidKey::NoCode,
                [0xef, 0x01, 0x00, ..] => InvalidKey::Delegation,
                _ => InvalidKey::Malformed(Box::new(error)),
            })?;
        let setup = key.trusted_setup();
        let setup = accepted
            .contains(setup)
            .then(|| setups.get(setup))
            .flatten();
        let prepared = setup.and_then(|setup| PreparedKey::with_setup(key, setup));
        let prepared = Arc::new(prepared.ok_or(InvalidKey::SetupNotAccepted)?);
        self.count_evicted(keys.insert(id, &prepared));
        Ok((id, prepared))
    }

    /// Tells the observer of the bytes of keys that had to make room.
    fn count_evicted(&self, bytes: u64) {
        if let Some(observer) = self.environment.observer
            && bytes != 0
        {
            observer.counted(Counter::EvictedKeyBytes, bytes);
        }
    }
}

/// Why a call ended before verification.
enum Stop<E> {
    Misuse(Misuse),
    OutOfGas,
    Database(E),
}

impl<E> From<Misuse> for Stop<E> {
    fn from(misuse: Misuse) -> Self {
        Self::Misuse(misuse)
    }
}

impl<E> From<OutOfGas> for Stop<E> {
    fn from(OutOfGas: OutOfGas) -> Self {
        Self::OutOfGas
    }
}

/// A cold read that was skipped is one that the call could not pay for.
impl<E> From<LoadError<E>> for Stop<E> {
    fn from(error: LoadError<E>) -> Self {
        match error {
            LoadError::ColdLoadSkipped => Self::OutOfGas,
            LoadError::Database(error) => Self::Database(error),
        }
    }
}

/// How far a call got, for the observer.
#[derive(Default)]
struct Progress {
    key: Option<Address>,
    key_id: Option<B256>,
    key_was_cached: bool,
    verdict_was_kept: bool,
    proof_length: u64,
    public_inputs_length: u64,
    key_length: u64,
}

impl Progress {
    fn report<'a>(&self, caller: Address, output: &'a Output) -> Report<'a> {
        Report {
            caller,
            key: self.key,
            key_id: self.key_id,
            key_was_cached: self.key_was_cached,
            verdict_was_kept: self.verdict_was_kept,
            proof_length: self.proof_length,
            public_inputs_length: self.public_inputs_length,
            key_length: self.key_length,
            output,
        }
    }
}

/// A length in bytes; `usize` has at most 64 bits wherever this runs.
const fn length(bytes: &[u8]) -> u64 {
    bytes.len() as u64
}
