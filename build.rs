//! Generates the C header, and links the shared library the way its hosts need it.

use std::env;
use std::error::Error;
use std::fs;
use std::path::PathBuf;

const HEADER: &str = "include/robofy.h";
/// Set to write the generated header over the checked-in one.
const UPDATE: &str = "ROBOFY_UPDATE_HEADER";

fn main() -> Result<(), Box<dyn Error>> {
    for path in ["src", "cbindgen.toml", "build.rs", "Cargo.toml"] {
        println!("cargo::rerun-if-changed={path}");
    }
    println!("cargo::rerun-if-env-changed={UPDATE}");
    write_header()?;
    link();
    Ok(())
}

/// Always into the build's own folder, where a test compares it with the checked-in one.
fn write_header() -> Result<(), Box<dyn Error>> {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?);
    let mut config = cbindgen::Config::from_file(root.join("cbindgen.toml"))?;
    config.after_includes = Some(version_macros()?);
    let bindings = cbindgen::Builder::new()
        .with_crate(&root)
        .with_config(config)
        .generate()?;
    let mut header = Vec::new();
    bindings.write(&mut header);
    let header = with_enum_tags(&String::from_utf8(header)?);
    fs::write(
        PathBuf::from(env::var("OUT_DIR")?).join("robofy.h"),
        &header,
    )?;
    if env::var_os(UPDATE).is_some() {
        fs::write(root.join(HEADER), &header)?;
    }
    Ok(())
}

/// Enums get their tags, which cbindgen offers only together with tags at every use of every struct.
fn with_enum_tags(header: &str) -> String {
    let mut parts = header.split("typedef enum {");
    let mut tagged = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let name = part
            .split_once("\n} ")
            .and_then(|(_, rest)| rest.split_once(';'));
        let name = name.map_or("", |(name, _)| name);
        tagged += &format!("typedef enum {name} {{{part}");
    }
    tagged
}

fn version_macros() -> Result<String, env::VarError> {
    let (major, minor, patch) = (
        env::var("CARGO_PKG_VERSION_MAJOR")?,
        env::var("CARGO_PKG_VERSION_MINOR")?,
        env::var("CARGO_PKG_VERSION_PATCH")?,
    );
    Ok(format!(
        r#"
/** The major version of this header; robofy_version() tells the library's. */
#define ROBOFY_VERSION_MAJOR {major}
/** The minor version of this header. */
#define ROBOFY_VERSION_MINOR {minor}
/** The patch version of this header. */
#define ROBOFY_VERSION_PATCH {patch}
/** The version of this header as a text. */
#define ROBOFY_VERSION "{major}.{minor}.{patch}"
/** True if this header is of the given version or a later one, for the preprocessor's conditions. */
#define ROBOFY_VERSION_AT_LEAST(major, minor, patch) \
  (ROBOFY_VERSION_MAJOR > (major) || \
   (ROBOFY_VERSION_MAJOR == (major) && ROBOFY_VERSION_MINOR > (minor)) || \
   (ROBOFY_VERSION_MAJOR == (major) && ROBOFY_VERSION_MINOR == (minor) && \
    ROBOFY_VERSION_PATCH >= (patch)))"#
    ))
}

/// Cargo gives a shared library no SONAME; and unmapping this one would leave the host's threads with destructors of
/// thread-local values that are gone.
fn link() {
    let target = env::var("CARGO_CFG_TARGET_OS").unwrap_or_default();
    if matches!(target.as_str(), "linux" | "android" | "freebsd") {
        // Unversioned: what is taken from target/ is bundled as it is; an installation names its own version.
        println!("cargo::rustc-cdylib-link-arg=-Wl,-soname,librobofy.so");
        println!("cargo::rustc-cdylib-link-arg=-Wl,-z,nodelete");
    }
}
