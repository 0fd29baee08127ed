"""zk_verify, the precompile at 0x11, as `spec/zk-verify.md` defines it.

The modules follow the specification and cite its sections by number.
"""
