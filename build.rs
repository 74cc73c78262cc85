//! Embeds the faces that `web/build.mjs` leaves in `web/dist/`: a table of files with their compressed forms. Without Node the folder is empty, so is the table,
//! and `src/http/pages.rs` serves the plain pages alone.

use std::fmt::Write;
use std::path::Path;

#[expect(clippy::disallowed_methods, reason = "Cargo tells a build script its folders by the environment")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo:rerun-if-changed=web/dist");
    let root = std::env::var("CARGO_MANIFEST_DIR")?;
    let folder = Path::new(&root).join("web/dist");
    let mut table = String::from("&[");
    // The crate without its web folder is the crate without Node.
    let mut files: Vec<_> = std::fs::read_dir(&folder).into_iter().flatten().filter_map(Result::ok).map(|f| f.path()).collect();
    files.sort();
    for file in files.iter().filter(|f| f.extension().is_some_and(|e| e == "js" || e == "css" || e == "html")) {
        let name = file.file_name().and_then(|n| n.to_str()).ok_or("web/dist: a file name is not UTF-8; remove it")?;
        let path = file.display();
        write!(table, "Built {{ name: {name:?}, plain: include_bytes!(\"{path}\"), gzip: include_bytes!(\"{path}.gz\"), brotli: include_bytes!(\"{path}.br\") }},")?;
    }
    table.push(']');
    std::fs::write(Path::new(&std::env::var("OUT_DIR")?).join("faces.rs"), table)?;
    Ok(())
}
