//! Deleting many rows in small transactions.

use super::{Result, Storage, Tx};

/// Rows deleted by one transaction. A launch may be waiting for the writer.
const BATCH: i64 = 500;

impl Storage {
    /// Runs `delete`, which deletes up to the given number of rows, until it finds no more. Returns how many it
    /// deleted.
    pub async fn delete_in_batches<J, F>(&self, delete: J) -> Result<u64>
    where
        J: Fn(Tx, i64) -> F + Copy + Send + 'static,
        F: Future<Output = Result<u64>> + Send + 'static,
    {
        let mut total = 0;
        loop {
            match self.write_alone(move |tx| delete(tx, BATCH)).await? {
                0 => return Ok(total),
                rows => total += rows,
            }
        }
    }
}
