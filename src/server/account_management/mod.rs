//! Account management: what a signed-in person or the operator changes about an account, and deleting accounts. These
//! steps also concern identities and visits, which `account` must not depend on.

mod change_email;
mod change_error;
mod change_name;
mod change_password;
mod delete;
mod enable_disable;
mod erase;
mod never_linked;

pub use change_email::change_email;
pub use change_error::ChangeError;
pub use change_name::change_name;
pub use change_password::{change_password, reset_password};
pub use delete::{AccountDeletion, DeleteError, Deleted, delete, delete_as_operator};
pub use enable_disable::{disable, enable};
pub use never_linked::delete_never_linked;
