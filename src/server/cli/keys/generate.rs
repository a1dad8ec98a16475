//! `latchkey keys generate`

use zeroize::Zeroizing;

use crate::server::{
    cli::{CliError, table::print},
    rng::Rng,
    vault,
};

pub fn run() -> Result<(), CliError> {
    let id: String = Rng.bytes::<4>().iter().map(|b| format!("{b:02x}")).collect();
    let key = Zeroizing::new(vault::generate(&id, &Rng));
    print(&Zeroizing::new(format!("{}\n", *key)))
}
