#![doc = include_str!("../README.md")]
#![no_std]
#![forbid(unsafe_code)]

zk_verify_alloy_evm::adapter!(boxed);
