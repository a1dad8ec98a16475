//! See `latchkey::server::fuzz`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| latchkey::server::fuzz::rex_answer(data));
