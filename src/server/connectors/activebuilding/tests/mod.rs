//! What the connector makes of answers, and the connector in front of the simulator.

mod answers;
mod properties;
mod wire;
