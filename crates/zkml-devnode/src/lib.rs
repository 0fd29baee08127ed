//! A JSON-RPC development chain with the zk_verify precompile built in
