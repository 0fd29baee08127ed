//! The same for 32-bit RISC-V without atomics, the processor of most zkVMs: a program that reads one
//! message from standard input and writes the answer to standard output, by Linux's system calls, so
//! that QEMU's user mode can run it.

#![no_std]
#![no_main]

extern crate alloc;

use alloc::vec::Vec;
use core::mem::MaybeUninit;
use talc::{TalcCell, base::binning::DefaultBinning, cell::TalcSyncCell, source::Claim};

const READ: usize = 63;
const WRITE: usize = 64;
const EXIT: usize = 93;

#[global_allocator]
static ALLOCATOR: TalcSyncCell<Claim, DefaultBinning> = {
    static mut MEMORY: [MaybeUninit<u8>; 256 << 20] = [MaybeUninit::uninit(); 256 << 20];
    // SAFETY: there is one thread and no signal handler, and nobody else touches the memory.
    unsafe { TalcSyncCell::new(TalcCell::new(Claim::array(&raw mut MEMORY))) }
};

/// One thread and no interrupts: every section is critical already.
struct OneThread;

critical_section::set_impl!(OneThread);

// SAFETY: nothing can come in between.
unsafe impl critical_section::Impl for OneThread {
    unsafe fn acquire() {}
    unsafe fn release((): ()) {}
}

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    exit(101)
}

#[unsafe(no_mangle)]
extern "C" fn _start() -> ! {
    let mut message = Vec::new();
    let mut buffer = [0u8; 1 << 16];
    loop {
        let read = system_call(READ, 0, buffer.as_mut_ptr() as usize, buffer.len());
        match usize::try_from(read) {
            Ok(0) => break,
            Ok(length) => message.extend_from_slice(&buffer[..length]),
            Err(_) => exit(1),
        }
    }
    let answer = portable::execute(&message);
    let mut rest = &answer[..];
    while !rest.is_empty() {
        let written = system_call(WRITE, 1, rest.as_ptr() as usize, rest.len());
        match usize::try_from(written) {
            Ok(length) => rest = &rest[length..],
            Err(_) => exit(1),
        }
    }
    exit(0)
}

fn exit(status: usize) -> ! {
    loop {
        system_call(EXIT, status, 0, 0);
    }
}

fn system_call(number: usize, a: usize, b: usize, c: usize) -> isize {
    let result;
    // SAFETY: `read` writes into the buffer that the caller lends, `write` and `exit` into no memory.
    unsafe {
        core::arch::asm!(
            "ecall",
            in("a7") number,
            inlateout("a0") a => result,
            in("a1") b,
            in("a2") c,
        );
    }
    result
}
