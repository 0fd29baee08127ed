//! The zk_verify precompile at 0x11 for revm-based chains
