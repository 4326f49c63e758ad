//! `robofy-gateway`: a WhatsApp number and a Robofy agent, joined by one program.

use std::process::ExitCode;

use clap::Parser as _;
use robofy_gateway::commands::{self, Arguments};

fn main() -> ExitCode {
    commands::run(Arguments::parse())
}
