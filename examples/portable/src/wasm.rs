//! The interface to a WebAssembly host, the allocator, and what happens on a panic.

use alloc::{boxed::Box, vec};

#[global_allocator]
static ALLOCATOR: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    core::arch::wasm32::unreachable()
}

/// Room for a message of `length` bytes.
#[unsafe(no_mangle)]
extern "C" fn allocate(length: usize) -> *mut u8 {
    Box::into_raw(vec![0u8; length].into_boxed_slice()).cast()
}

/// Executes the message and takes its room back. The answer's address is in the high 32 bits of the
/// result, its length in the low ones.
///
/// # Safety
/// `message` comes from `allocate(length)` and has not been taken back.
#[unsafe(no_mangle)]
unsafe extern "C" fn run(message: *mut u8, length: usize) -> u64 {
    // SAFETY: the caller's promise.
    let message = unsafe { Box::from_raw(core::ptr::slice_from_raw_parts_mut(message, length)) };
    let answer = crate::execute(&message).into_boxed_slice();
    let length = answer.len() as u64;
    let address = Box::into_raw(answer).cast::<u8>();
    (address as u64) << 32 | length
}

/// Takes an answer's room back.
///
/// # Safety
/// Address and length are those that `run` gave, and have not been taken back.
#[unsafe(no_mangle)]
unsafe extern "C" fn release(answer: *mut u8, length: usize) {
    // SAFETY: the caller's promise.
    drop(unsafe { Box::from_raw(core::ptr::slice_from_raw_parts_mut(answer, length)) });
}
