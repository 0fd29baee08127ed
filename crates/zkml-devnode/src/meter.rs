//! A bound on what a trace may hold in memory.
//!
//! Tracers record first and answer later, and what they record can be a thousand times what the
//! execution itself needs: with `enableMemory` the whole memory for each step, for each read of a
//! slot all slots of the contract, for each call a copy of its input. The meter estimates what a
//! tracer is about to record, with the answer that is made of it, and ends the execution when that
//! is too much. The weights are from above, measured against the process's memory.

use std::collections::{HashMap, HashSet};

use alloy_evm::revm::{
    Inspector,
    bytecode::opcode,
    context_interface::ContextTr,
    handler::FrameResult,
    inspector::JournalExt,
    interpreter::{
        CallInputs, CallOutcome, CreateInputs, CreateOutcome, FrameInput, InstructionResult,
        Interpreter,
        interpreter_types::{Jumps, MemoryTr},
    },
};
use alloy_primitives::{Address, Log, U256};
use alloy_rpc_types_trace::geth::GethDefaultTracingOptions;
use revm_inspectors::tracing::DebugInspector;

/// What one trace, or all of a block's, may take in memory, in bytes.
pub const MAX_TRACE_BYTES: usize = 256 * 1024 * 1024;

/// A step: its record, its log, its line of JSON.
const STEP: usize = 800;
/// A word on the stack, likewise.
const STACK_WORD: usize = 134;
/// A byte of memory, or of returned data.
const COPIED_BYTE: usize = 6;
/// A slot in a step's picture of the storage.
const SLOT: usize = 300;
/// A call, and a byte of its input or output.
const CALL: usize = 2_000;
const CALL_BYTE: usize = 7;
/// A log, and a byte of its data.
const LOG: usize = 800;
const LOG_BYTE: usize = 5;

/// What is left of the bound.
#[derive(Debug)]
pub(crate) struct Meter {
    left: usize,
    exceeded: bool,
    /// The slots that the opcode tracer has seen of each contract.
    slots: HashMap<Address, HashSet<U256>>,
}

impl Default for Meter {
    fn default() -> Self {
        Self {
            left: MAX_TRACE_BYTES,
            exceeded: false,
            slots: HashMap::new(),
        }
    }
}

impl Meter {
    /// Whether the trace is too large. What was recorded of it is then worth nothing.
    pub(crate) fn exceeded(&self) -> bool {
        self.exceeded
    }

    /// Takes what is about to be recorded off the bound.
    pub(crate) fn charge(&mut self, bytes: usize) {
        match self.left.checked_sub(bytes) {
            Some(left) => self.left = left,
            None => self.exceeded = true,
        }
    }

    /// The next transaction is traced with a fresh inspector.
    pub(crate) fn next_transaction(&mut self) {
        self.slots.clear();
    }
}

/// A tracer under a meter.
pub(crate) struct Metered<'a> {
    pub(crate) inner: &'a mut DebugInspector,
    pub(crate) meter: &'a mut Meter,
    /// How many steps were recorded.
    steps: u64,
}

impl<'a> Metered<'a> {
    pub(crate) fn new(inner: &'a mut DebugInspector, meter: &'a mut Meter) -> Self {
        Self {
            inner,
            meter,
            steps: 0,
        }
    }

    /// What recording the next step takes.
    fn step_cost(&mut self, interp: &Interpreter) -> usize {
        let options = match &*self.inner {
            DebugInspector::Default(_, options) => *options,
            DebugInspector::Erc7562Tracer(..) => GethDefaultTracingOptions::default(),
            // The other tracers record calls, not steps.
            _ => return 0,
        };
        if options
            .limit
            .is_some_and(|limit| limit > 0 && self.steps >= limit)
        {
            return 0;
        }
        self.steps += 1;
        let mut cost = STEP;
        if !options.disable_stack.unwrap_or(false) {
            cost += STACK_WORD * interp.stack.len();
        }
        if options.is_memory_enabled() {
            cost += COPIED_BYTE * interp.memory.size();
        }
        if options.is_return_data_enabled() {
            cost += COPIED_BYTE * interp.return_data.0.len();
        }
        if !options.disable_storage.unwrap_or(false) {
            cost += self.storage_cost(interp);
        }
        cost
    }

    /// A step that reads or writes a slot shows all slots of the contract that were seen so far.
    fn storage_cost(&mut self, interp: &Interpreter) -> usize {
        if !matches!(interp.bytecode.opcode(), opcode::SLOAD | opcode::SSTORE) {
            return 0;
        }
        let Ok(slot) = interp.stack.peek(0) else {
            return 0;
        };
        let slots = self
            .meter
            .slots
            .entry(interp.input.target_address)
            .or_default();
        slots.insert(slot);
        SLOT * slots.len()
    }
}

impl<CTX: ContextTr<Journal: JournalExt>> Inspector<CTX> for Metered<'_> {
    fn initialize_interp(&mut self, interp: &mut Interpreter, context: &mut CTX) {
        if !self.meter.exceeded {
            self.inner.initialize_interp(interp, context);
        }
    }

    fn step(&mut self, interp: &mut Interpreter, context: &mut CTX) {
        if !self.meter.exceeded {
            let cost = self.step_cost(interp);
            self.meter.charge(cost);
        }
        if self.meter.exceeded {
            interp.halt(InstructionResult::OutOfGas);
        } else {
            self.inner.step(interp, context);
        }
    }

    fn step_end(&mut self, interp: &mut Interpreter, context: &mut CTX) {
        if !self.meter.exceeded {
            self.inner.step_end(interp, context);
        }
    }

    fn log(&mut self, context: &mut CTX, log: Log) {
        self.meter.charge(LOG + LOG_BYTE * log.data.data.len());
        if !self.meter.exceeded {
            self.inner.log(context, log);
        }
    }

    fn log_full(&mut self, interp: &mut Interpreter, context: &mut CTX, log: Log) {
        self.meter.charge(LOG + LOG_BYTE * log.data.data.len());
        if !self.meter.exceeded {
            self.inner.log_full(interp, context, log);
        }
    }

    fn call(&mut self, context: &mut CTX, inputs: &mut CallInputs) -> Option<CallOutcome> {
        self.meter.charge(CALL + CALL_BYTE * inputs.input.len());
        if self.meter.exceeded {
            return None;
        }
        self.inner.call(context, inputs)
    }

    fn call_end(&mut self, context: &mut CTX, inputs: &CallInputs, outcome: &mut CallOutcome) {
        self.meter.charge(CALL_BYTE * outcome.result.output.len());
        if !self.meter.exceeded {
            self.inner.call_end(context, inputs, outcome);
        }
    }

    fn create(&mut self, context: &mut CTX, inputs: &mut CreateInputs) -> Option<CreateOutcome> {
        self.meter
            .charge(CALL + CALL_BYTE * inputs.init_code().len());
        if self.meter.exceeded {
            return None;
        }
        self.inner.create(context, inputs)
    }

    fn create_end(
        &mut self,
        context: &mut CTX,
        inputs: &CreateInputs,
        outcome: &mut CreateOutcome,
    ) {
        self.meter.charge(CALL_BYTE * outcome.result.output.len());
        if !self.meter.exceeded {
            self.inner.create_end(context, inputs, outcome);
        }
    }

    fn selfdestruct(&mut self, contract: Address, target: Address, value: U256) {
        self.meter.charge(CALL);
        if !self.meter.exceeded {
            Inspector::<CTX>::selfdestruct(&mut *self.inner, contract, target, value);
        }
    }

    fn frame_start(
        &mut self,
        context: &mut CTX,
        frame_input: &mut FrameInput,
    ) -> Option<FrameResult> {
        if self.meter.exceeded {
            return None;
        }
        self.inner.frame_start(context, frame_input)
    }

    fn frame_end(
        &mut self,
        context: &mut CTX,
        frame_input: &FrameInput,
        frame_result: &mut FrameResult,
    ) {
        if !self.meter.exceeded {
            self.inner.frame_end(context, frame_input, frame_result);
        }
    }
}
