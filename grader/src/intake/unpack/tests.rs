//! Archives as they come, and as an attacker makes them.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use proptest::prelude::*;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::*;

const LIB: &str = "exercises/03-ordered-map/src/lib.rs";

/// A .zip of these files.
fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in files {
        zip.start_file(*name, SimpleFileOptions::default()).expect("a file can be begun");
        zip.write_all(text).expect("there is room");
    }
    zip.finish().expect("there is room").into_inner()
}

/// A .tar.gz of these entries.
fn tar(entries: &[(&str, tar::EntryType, &[u8])]) -> Vec<u8> {
    let mut tar = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::best()));
    for (name, kind, text) in entries {
        let mut header = tar::Header::new_gnu();
        header.set_entry_type(*kind);
        header.set_size(text.len() as u64);
        // As it is: `set_path` would refuse what is to be tried.
        let bytes = &mut header.as_old_mut().name;
        bytes[..name.len()].copy_from_slice(name.as_bytes());
        header.set_cksum();
        tar.append(&header, *text).expect("there is room");
    }
    tar.into_inner().and_then(GzEncoder::finish).expect("there is room")
}

/// What is on the disk then, as paths and sizes; or why not.
fn unpacked(archive: &[u8], name: &str, holds: Holds) -> Result<Vec<(String, u64)>, String> {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let into = folder.path().join("into");
    match unpack(Cursor::new(archive), name, holds, &into) {
        Ok(_) => Ok(files(&into)),
        Err(Stop::Refused(why)) => {
            assert!(!into.exists(), "what is refused leaves nothing behind");
            Err(why)
        }
        Err(Stop::Trouble(trouble)) => panic!("the machine is not at fault: {trouble:#}"),
    }
}

fn files(root: &Path) -> Vec<(String, u64)> {
    let mut found = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("it can be read").map(|entry| entry.expect("it can be read"))
        {
            let meta = entry.metadata().expect("it can be read");
            assert!(meta.is_dir() || meta.is_file(), "only files and folders are made");
            if meta.is_dir() {
                folders.push(entry.path());
            } else {
                let path = entry.path();
                let path = path.strip_prefix(root).expect("it lies there").to_str().expect("it is text");
                found.push((path.to_owned(), meta.len()));
            }
        }
    }
    found.sort();
    found
}

fn refused(archive: &[u8], name: &str) -> String {
    unpacked(archive, name, Holds::HandIn).expect_err("it is refused")
}

#[test]
fn sources_alone_are_unpacked() {
    let noise: [(&str, &[u8]); 7] = [
        ("__MACOSX/exercises/._lib.rs", b"x"),
        (".git/HEAD.rs", b"x"),
        ("target/debug/build/out.rs", b"x"),
        ("exercises/03-ordered-map/src/.hidden.rs", b"x"),
        ("exercises/03-ordered-map/Cargo.toml", b"x"),
        ("exercises/03-ordered-map/src/target/mod.rs", b"m"),
        (LIB, b"lib"),
    ];
    let sources =
        [("exercises/03-ordered-map/src/lib.rs", 3), ("exercises/03-ordered-map/src/target/mod.rs", 1)];
    let sources = sources.map(|(path, size)| (path.to_owned(), size)).to_vec();
    assert_eq!(unpacked(&zip(&noise), "a.zip", Holds::HandIn), Ok(sources.clone()));
    let noise = noise.map(|(name, text)| (name, tar::EntryType::Regular, text));
    assert_eq!(unpacked(&tar(&noise), "a.tar.gz", Holds::HandIn), Ok(sources));
}

#[test]
fn what_leads_out_is_refused_and_named() {
    for name in ["../x.rs", "a/../../x.rs", "/etc/x.rs", "C:/x.rs", "..\\x.rs"] {
        let why = refused(&zip(&[(LIB, b""), (name, b"")]), "a.zip");
        assert!(why.contains("leads out of the archive") && why.contains("x.rs`"), "{why}");
    }
    let why = refused(&tar(&[("../x.rs", tar::EntryType::Regular, b"")]), "a.tgz");
    assert!(why.starts_with("`../x.rs` in it leads out"), "{why}");
}

#[test]
fn links_and_devices_are_refused() {
    use tar::EntryType;
    for kind in [EntryType::Symlink, EntryType::Link, EntryType::Char, EntryType::Block, EntryType::Fifo] {
        let why = refused(&tar(&[("exercises/x.rs", kind, b"")]), "a.tar.gz");
        assert!(why.contains("`exercises/x.rs` in it is a"), "{why}");
    }
    let mut link = ZipWriter::new(Cursor::new(Vec::new()));
    link.add_symlink(LIB, "/etc/passwd", SimpleFileOptions::default()).expect("there is room");
    let why = refused(&link.finish().expect("there is room").into_inner(), "a.zip");
    assert!(why.contains("is a symbolic link"), "{why}");
    // Cargo makes hard links among what it builds.
    let built = [("target/debug/app", EntryType::Link, &b""[..]), (LIB, EntryType::Regular, b"")];
    assert!(unpacked(&tar(&built), "a.tar.gz", Holds::HandIn).is_ok());
}

#[test]
fn what_is_there_twice_is_refused() {
    use tar::EntryType::Regular;
    let why = refused(&tar(&[(LIB, Regular, b"a"), (LIB, Regular, b"b")]), "a.tar.gz");
    assert!(why.contains("is there twice"), "{why}");
    let why = refused(&zip(&[("src/lib.rs", b""), ("src/LIB.rs", b"")]), "a.zip");
    assert!(why.contains("`src/LIB.rs` in it differs from `src/lib.rs` only in case"), "{why}");
    let why = refused(&zip(&[("Src/a.rs", b""), ("src/b.rs", b"")]), "a.zip");
    assert!(why.contains("`src` in it differs from `Src`"), "{why}");
    let why = refused(&zip(&[("gr\u{f6}\u{df}e.rs", b""), ("gro\u{308}\u{df}e.rs", b"")]), "a.zip");
    assert!(why.contains("form of its letters"), "{why}");
    let why = refused(&zip(&[("src", b""), ("src/lib.rs", b"")]), "a.zip");
    assert!(why.contains("`src` in it is there twice"), "{why}");
}

#[test]
fn away_from_the_sources_links_and_twins_are_left_alone() {
    use tar::EntryType::{Link, Regular, Symlink};
    let one = Ok(vec![(LIB.to_owned(), 1)]);
    let links = [
        ("CLAUDE.md", Symlink, &b""[..]),
        ("docs", Symlink, b""),
        ("x.bin", Link, b""),
        (LIB, Regular, b"x"),
    ];
    assert_eq!(unpacked(&tar(&links), "a.tar.gz", Holds::HandIn), one);
    let long = format!("{}.txt", "n".repeat(NAME));
    let twins: [(&str, &[u8]); 5] =
        [("README.md", b""), ("readme.md", b""), (LIB, b"x"), ("Notes/x", b""), (&long, b"")];
    assert_eq!(unpacked(&zip(&twins), "a.zip", Holds::HandIn), one);
    // On the way to a source they are not, in either order.
    for way in [["src", "src/lib.rs"], ["src/lib.rs", "SRC"]] {
        let entries = way.map(|name| (name, if name.contains(".rs") { Regular } else { Symlink }, &b""[..]));
        assert!(refused(&tar(&entries), "a.tar.gz").contains("is there twice"));
    }
}

#[test]
fn the_first_bytes_tell_what_an_archive_is() {
    let one = Ok(vec![(LIB.to_owned(), 1)]);
    let (zipped, packed) = (zip(&[(LIB, b"x")]), tar(&[(LIB, tar::EntryType::Regular, b"x")]));
    let mut plain = Vec::new();
    flate2::read::GzDecoder::new(&packed[..]).read_to_end(&mut plain).expect("it was just packed");
    let mut twice = GzEncoder::new(Vec::new(), Compression::fast());
    twice.write_all(&packed).expect("there is room");
    let twice = twice.finish().expect("there is room");
    for name in ["a.zip", "a.tar.gz", "a.tar"] {
        for bytes in [&zipped, &packed, &plain, &twice] {
            assert_eq!(unpacked(bytes, name, Holds::HandIn), one, "{name}");
        }
        assert!(refused(b"<!DOCTYPE html><p>log in", name).contains("a web page"));
    }
}

#[test]
fn one_archive_alone_in_another_is_opened_once() {
    let work = zip(&[(LIB, b"x")]);
    let once = zip(&[("docs/readme.txt", b""), ("work.zip", &work)]);
    let found = Ok(vec![(format!("work.zip/{LIB}"), 1)]);
    assert_eq!(unpacked(&once, "a.zip", Holds::HandIn), found);
    assert!(refused(&zip(&[("b.zip", &once)]), "a.zip").contains("`b.zip` in it: there is one more archive"));
    assert_eq!(unpacked(&zip(&[("b.zip", &work), ("c.zip", &work)]), "a.zip", Holds::HandIn), Ok(vec![]));
    let leads_out = zip(&[("../x.rs", b"")]);
    assert!(refused(&zip(&[("b.zip", &leads_out)]), "a.zip").contains("leads out"));
}

#[test]
fn a_pax_header_may_tell_the_size_that_there_is() {
    let packed = |told: &str| {
        let mut builder = tar::Builder::new(Vec::new());
        builder.append_pax_extensions([("size", told.as_bytes())]).expect("there is room");
        let mut header = tar::Header::new_ustar();
        header.set_size(1);
        header.set_path(LIB).expect("it is short");
        header.set_cksum();
        builder.append(&header, &b"x"[..]).expect("there is room");
        builder.into_inner().expect("there is room")
    };
    assert_eq!(unpacked(&packed("1"), "a.tar", Holds::HandIn), Ok(vec![(LIB.to_owned(), 1)]));
    assert!(refused(&packed("2"), "a.tar").contains("too large"));
    assert!(refused(&packed("many"), "a.tar").contains("too large"));
}

#[test]
fn what_was_built_does_not_count() {
    use tar::EntryType::Regular;
    let one = vec![(LIB.to_owned(), 1)];
    let built = vec![b'x'; 1 << 16];
    let limits = Limits { entries: 10, unpacked: 40_000 };
    let read = |archive: &[u8], format| {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let mut unpacking = Unpacking::new(Holds::HandIn, folder.path());
        let done = archive::each(Cursor::new(archive), format, limits, &mut unpacking);
        done.is_ok().then(|| files(folder.path()))
    };
    assert_eq!(read(&zip(&[("target/debug/x", &built), (LIB, b"x")]), Format::Zip), Some(one.clone()));
    assert_eq!(
        read(&tar(&[("target/debug/x", Regular, &built), (LIB, Regular, b"x")]), Format::TarGz),
        Some(one)
    );
    assert_eq!(read(&zip(&[("data/x", &built), (LIB, b"x")]), Format::Zip), None);
    assert_eq!(read(&tar(&[("data/x", Regular, &built), (LIB, Regular, b"x")]), Format::TarGz), None);
}

#[test]
fn two_entries_of_one_name_in_a_zip_are_refused() {
    let mut bytes = zip(&[("src/aa.rs", b""), ("src/ab.rs", b"")]);
    for at in 0..bytes.len() - 6 {
        if &bytes[at..at + 5] == b"ab.rs" {
            bytes[at + 1] = b'a';
        }
    }
    assert!(refused(&bytes, "a.zip").contains("two files of the same path"));
}

#[test]
fn bombs_are_refused() {
    let zeros = vec![0; 20 << 20];
    assert!(refused(&zip(&[(LIB, b""), ("zeros", &zeros)]), "a.zip").contains("archive bombs"));
    let zeros = [("zeros", tar::EntryType::Regular, &zeros[..])];
    assert!(refused(&tar(&zeros), "a.tar.gz").contains("more than 16 MiB"));
    let long =
        tar(&[("x", tar::EntryType::GNULongName, &vec![b'a'; 1 << 20]), ("x", tar::EntryType::Regular, b"")]);
    assert!(refused(&long, "a.tar.gz").contains("thousands of bytes"));
}

#[test]
fn each_limit_is_named() {
    let deep = format!("{}x.rs", "d/".repeat(FOLDERS));
    assert!(refused(&zip(&[(&deep, b"")]), "a.zip").contains("more than 32 folders deep"));
    let long = format!("{}.rs", "n".repeat(NAME));
    assert!(refused(&zip(&[(&long, b"")]), "a.zip").contains("a name of 258 bytes"));
    let many: Vec<String> = (0..=FILES).map(|file| format!("f{file}.rs")).collect();
    let many: Vec<(&str, &[u8])> = many.iter().map(|name| (name.as_str(), &b""[..])).collect();
    assert!(refused(&zip(&many), "a.zip").contains("more than 4000 source files"));
    let source = vec![b'x'; 5 << 20];
    let cut = unpacked(&zip(&[("lib.rs", &source)]), "a.zip", Holds::HandIn);
    assert_eq!(cut, Ok(vec![("lib.rs".to_owned(), SOURCE + 1)]));
}

#[test]
fn long_names_of_tar_are_names() {
    let long = format!("{}/src/lib.rs", "exercises/03-ordered-map".repeat(6));
    let mut builder = tar::Builder::new(Vec::new());
    let mut header = tar::Header::new_gnu();
    header.set_size(1);
    builder.append_data(&mut header, &long, &b"x"[..]).expect("there is room");
    let gnu = builder.into_inner().expect("there is room");
    assert_eq!(unpacked(&gnu, "a.tar", Holds::HandIn), Ok(vec![(long.clone(), 1)]));
    let mut builder = tar::Builder::new(Vec::new());
    builder.append_pax_extensions([("path", long.as_bytes())]).expect("there is room");
    let mut header = tar::Header::new_ustar();
    header.set_size(1);
    header.set_path("short").expect("it is short");
    header.set_cksum();
    builder.append(&header, &b"x"[..]).expect("there is room");
    let pax = builder.into_inner().expect("there is room");
    assert_eq!(unpacked(&pax, "a.tar", Holds::HandIn), Ok(vec![(long, 1)]));
}

#[test]
fn a_refused_archive_in_an_export_leaves_the_others_alone() {
    let good = zip(&[(LIB, b"x")]);
    let bad = zip(&[("../x.rs", b"")]);
    let export = zip(&[("a.zip", &good), ("b.zip", &bad), ("c_text.html", b"no source")]);
    let folder = tempfile::tempdir().expect("a folder can be made");
    let into = folder.path().join("into");
    let refused = unpack(Cursor::new(&export), "e.zip", Holds::Class, &into).expect("the export is well");
    assert_eq!(refused.keys().collect::<Vec<_>>(), [&into.join("b.zip")]);
    let files = files(&into);
    assert_eq!(files, [(format!("a.zip/{LIB}"), 1), ("c_text.html".to_owned(), 0)]);
}

/// Whatever it is, it is unpacked within the limits or refused.
fn is_survived(bytes: &[u8]) {
    for name in ["x.zip", "x.tar.gz", "x.tar"] {
        for holds in [Holds::HandIn, Holds::Class] {
            if let Ok(files) = unpacked(bytes, name, holds) {
                assert!(files.len() <= FILES && files.iter().all(|(_, size)| *size <= SOURCE + 1));
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn any_bytes_are_survived(bytes in any::<Vec<u8>>()) {
        is_survived(&bytes);
    }

    #[test]
    fn changed_archives_are_survived(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
        end in any::<prop::sample::Index>(),
    ) {
        use tar::EntryType::{Directory, Regular};
        let inner = zip(&[(LIB, b"fn main() {}")]);
        let entries = [("a", Directory, &b""[..]), ("a/lib.rs", Regular, b"pub fn f() {}"), ("a/b.zip", Regular, &inner)];
        let zipped = zip(&[("a/lib.rs", b"pub fn f() {}"), ("a/b.zip", &inner)]);
        let mut plain = Vec::new();
        flate2::read::GzDecoder::new(&tar(&entries)[..]).read_to_end(&mut plain).expect("it was just packed");
        for mut bytes in [zipped, plain, tar(&entries)] {
            for (at, byte) in &changes {
                let at = at.index(bytes.len());
                bytes[at] = *byte;
            }
            is_survived(&bytes);
            bytes.truncate(end.index(bytes.len()));
            is_survived(&bytes);
        }
    }

    #[test]
    fn any_names_are_survived(names in prop::collection::hash_set("[a-zA-Z./\\\\:\u{0}-\u{2}é\u{301}]{0,12}(\\.rs|\\.zip|/)?", 0..6)) {
        let files: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), &b"x"[..])).collect();
        is_survived(&zip(&files));
    }
}

/// Has this zip's only file called so where it lies, and as it was in the directory.
fn renamed_at_its_place(mut archive: Vec<u8>, from: &str, to: &str) -> Vec<u8> {
    let at = archive.windows(from.len()).position(|name| name == from.as_bytes()).expect("it is there");
    archive[at..at + from.len()].copy_from_slice(to.as_bytes());
    archive
}

#[test]
fn what_two_programs_could_read_differently_is_refused() {
    let one = || zip(&[(LIB, b"// one")]);
    let other = LIB.replace("lib", "bil");
    let two_in_a_row = [one(), zip(&[(LIB, b"// two")])].concat();
    let hidden = [&zip(&[("a.rs", b"x")])[..40], &one()].concat();
    let stream = format!("{LIB}::$DATA");
    for (archive, why) in [
        (two_in_a_row, "as if it were two archives in one"),
        (hidden, "as if it were two archives in one"),
        (renamed_at_its_place(one(), LIB, &other), "has another name at its place"),
        (zip(&[(LIB, b""), (&stream, b"")]), "is `lib.rs` to some systems"),
        (zip(&[(&stream, b"")]), "is `lib.rs` to some systems"),
        (zip(&[("e/lib.rs. ", b"")]), "is `lib.rs` to some systems"),
        (zip(&[("e/src/lib.rs", b""), ("e/src./lib.rs", b"")]), "dots at the end"),
    ] {
        let refused = unpacked(&archive, "a.zip", Holds::HandIn).expect_err(why);
        assert!(refused.contains(why) && refused.contains("two programs could read"), "{refused}");
    }
}

#[test]
fn what_tools_put_between_the_files_of_a_zip_is_no_second_archive() {
    // As written where the writer can't go back: the sizes follow the file.
    let mut stream = zip::ZipWriter::new_stream(Vec::new());
    for name in [LIB, "notes: 10:30.txt", "Mr. X./a.txt"] {
        stream.start_file(name, SimpleFileOptions::default()).expect("a file can be begun");
        stream.write_all(b"// it").expect("there is room");
    }
    let stream = stream.finish().expect("there is room").into_inner();
    assert_eq!(unpacked(&stream, "a.zip", Holds::HandIn), Ok(vec![(LIB.to_owned(), 5)]));
}
