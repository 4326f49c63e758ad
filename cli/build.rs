//! Links the tool to the shared library: the one in `ROBOFY_LIB_DIR`, else the one built beside it.

use std::env;
use std::error::Error;
use std::path::PathBuf;

const CHOSEN: &str = "ROBOFY_LIB_DIR";

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed={CHOSEN}");
    let directory = match env::var_os(CHOSEN) {
        Some(chosen) => PathBuf::from(chosen),
        None => PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("../target/release"),
    };
    let macos = env::var("CARGO_CFG_TARGET_OS")? == "macos";
    let library = directory.join(match macos {
        true => "librobofy.dylib",
        false => "librobofy.so",
    });
    println!("cargo::rerun-if-changed={}", library.display());
    if !library.exists() {
        println!(
            "cargo::warning={} is missing: run `cargo build --release` in the repository first, or name the library's folder in {CHOSEN}",
            library.display()
        );
    }
    println!("cargo::rustc-link-search=native={}", directory.display());
    println!("cargo::rustc-link-lib=dylib=robofy");
    // Found beside the tool (a build) or in ../lib (an installation), wherever both were moved to.
    let origin = if macos { "@executable_path" } else { "$ORIGIN" };
    println!("cargo::rustc-link-arg-bins=-Wl,-rpath,{origin}");
    println!("cargo::rustc-link-arg-bins=-Wl,-rpath,{origin}/../lib");
    Ok(())
}
