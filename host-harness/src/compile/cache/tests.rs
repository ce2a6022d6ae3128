use std::fs;
use std::path::Path;
use std::time::Duration;

use tempfile::TempDir;
use wasmtime::Engine;

use super::*;
use crate::compile::sealed::MAGIC;
use crate::compile::{By, load, load_or_compile};
use crate::engine;

/// The smallest component.
const EMPTY: &[u8] = b"\0asm\x0d\0\x01\0";

struct World {
    engine: Engine,
    folder: TempDir,
}

impl World {
    fn new() -> Self {
        Self {
            engine: engine::on_demand(Duration::from_millis(10)).unwrap(),
            folder: TempDir::new().unwrap(),
        }
    }

    fn cache(&self) -> Cache {
        Cache::at(self.folder.path().join("host").join("cache"))
    }

    /// Returns the component's code by way of the cache, after loading it into the engine.
    fn code(&self) -> Vec<u8> {
        let by = By::ThisProcess;
        let code = load_or_compile(&self.engine, EMPTY, &by, Some(&self.cache())).unwrap();
        load(&self.engine, &code).unwrap();
        code
    }

    fn key(&self) -> Key {
        Key::new(&self.engine, EMPTY)
    }

    fn path(&self) -> PathBuf {
        self.cache().0.join(Cache::name(&self.key()))
    }

    /// What the cache itself returns.
    fn kept(&self) -> Option<Vec<u8>> {
        self.cache().read(&self.key())
    }
}

#[test]
fn what_was_compiled_once_is_read_the_next_time() {
    let world = World::new();
    assert_eq!(world.kept(), None);
    let code = world.code();
    assert_eq!(world.kept(), Some(code.clone()));
    assert_eq!(world.code(), code);
    let files = fs::read_dir(world.cache().0).unwrap().count();
    assert_eq!(files, 1, "nothing half written is left");
}

#[test]
fn what_is_damaged_is_compiled_again_and_never_loaded() {
    let world = World::new();
    let code = world.code();
    let whole = fs::read(world.path()).unwrap();
    let mut flipped = whole.clone();
    *flipped.last_mut().unwrap() ^= 1;
    let mut other_sum = whole.clone();
    other_sum[MAGIC.len()] ^= 1;
    let longer = [&whole[..], b"\0"].concat();
    let trials = [
        &flipped,
        &other_sum,
        &longer,
        &whole[..whole.len() - 1],
        &whole[..20],
        &whole[..MAGIC.len()],
        b"",
    ];
    for (nth, damaged) in trials.into_iter().enumerate() {
        fs::write(world.path(), damaged).unwrap();
        assert_eq!(world.kept(), None, "{nth}");
        assert_eq!(world.code(), code, "{nth}");
        assert_eq!(fs::read(world.path()).unwrap(), whole, "{nth}: repaired");
    }
}

#[test]
fn code_of_another_component_or_of_other_settings_is_not_taken_for_this_one() {
    let world = World::new();
    world.code();
    let (cache, mut config) = (world.cache(), wasmtime::Config::new());
    config.wasm_component_model(true).epoch_interruption(false);
    let others = Engine::new(&config).unwrap();
    let here = world.path();
    for other in [Key::new(&others, EMPTY), Key::new(&world.engine, defender_component::COMPONENT)]
    {
        let there = cache.0.join(Cache::name(&other));
        assert_ne!(there, here);
        fs::copy(&here, there).unwrap();
        assert_eq!(cache.read(&other), None);
    }
    // Not our format, but what wasmtime itself would write.
    fs::write(&here, world.engine.precompile_component(EMPTY).unwrap()).unwrap();
    assert_eq!(world.kept(), None);
}

#[test]
fn a_folder_that_can_t_be_made_only_costs_the_compiling() {
    let world = World::new();
    fs::write(world.folder.path().join("host"), "a file").unwrap();
    world.code();
    assert_eq!(world.kept(), None);
}

#[cfg(unix)]
#[test]
fn others_can_neither_read_what_is_kept_nor_put_something_in_its_place() {
    use std::os::unix::fs::PermissionsExt;

    let world = World::new();
    let code = world.code();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&world.cache().0), mode(&world.path())), (0o700, 0o600));
    fs::set_permissions(world.cache().0, PermissionsExt::from_mode(0o770)).unwrap();
    assert_eq!(world.kept(), None, "a folder that others may write to");
    let before = fs::metadata(world.path()).unwrap().modified().unwrap();
    assert_eq!(world.code(), code);
    assert_eq!(
        fs::metadata(world.path()).unwrap().modified().unwrap(),
        before,
        "and nothing is written there"
    );
}

/// Code that an attacker has sealed for this component: the digest is no secret.
#[cfg(unix)]
const FORGED: &[u8] = b"forged";

/// A folder that others may write to, with forged code under the name of the component's.
#[cfg(unix)]
fn forged(world: &World) -> PathBuf {
    use std::os::unix::fs::PermissionsExt;

    let evil = world.folder.path().join("host").join("evil");
    fs::create_dir(&evil).unwrap();
    let sealed = [&world.key().header(FORGED)[..], FORGED].concat();
    fs::write(evil.join(Cache::name(&world.key())), sealed).unwrap();
    fs::set_permissions(&evil, PermissionsExt::from_mode(0o777)).unwrap();
    evil
}

#[cfg(unix)]
#[test]
fn a_folder_that_is_put_in_its_place_after_the_check_is_not_used() {
    let world = World::new();
    let code = world.code();
    let (cache, evil) = (world.cache().0, forged(&world));
    let name = Cache::name(&world.key());
    let open = Folder::open(&cache, false).unwrap();
    fs::rename(&cache, cache.with_file_name("moved")).unwrap();
    fs::rename(&evil, &cache).unwrap();
    assert_eq!(world.key().unseal(open.read(&name).unwrap()), Some(code.clone()));
    open.write("another", &[b"here"]).unwrap();
    assert!(cache.with_file_name("moved").join("another").exists());
    assert!(Folder::open(&cache, true).is_err());
    assert_eq!(world.kept(), None);
}

#[cfg(target_os = "linux")]
#[test]
fn a_folder_that_is_swapped_all_the_time_never_yields_forged_code() {
    use std::sync::atomic::{AtomicBool, Ordering};

    use rustix::fs::{CWD, RenameFlags, renameat_with};

    let world = World::new();
    let code = world.code();
    let (cache, evil) = (world.cache().0, forged(&world));
    let is_over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !is_over.load(Ordering::Relaxed) {
                renameat_with(CWD, &cache, CWD, &evil, RenameFlags::EXCHANGE).unwrap();
            }
        });
        let mut read = 0;
        for _ in 0..20_000 {
            let kept = world.kept();
            assert!(kept.is_none() || kept.as_ref() == Some(&code), "forged code");
            read += usize::from(kept.is_some());
        }
        is_over.store(true, Ordering::Relaxed);
        assert!(read > 0, "the cache was never in its place");
    });
}

#[cfg(unix)]
#[test]
fn links_and_folders_of_others_on_the_path_are_refused() {
    use std::os::unix::fs::{PermissionsExt, chown, symlink};

    let world = World::new();
    let code = world.code();
    let cache = world.cache().0;
    let host = cache.parent().unwrap().to_owned();
    let mode = |path: &Path, mode| {
        fs::set_permissions(path, PermissionsExt::from_mode(mode)).unwrap();
    };
    for (open, is_kept) in [(0o777, false), (0o770, false), (0o1777, true), (0o711, true)] {
        mode(&host, open);
        assert_eq!(world.kept(), is_kept.then(|| code.clone()), "{open:o}");
    }
    mode(&world.path(), 0o622);
    assert_eq!(world.kept(), None, "a file that others may write to");
    mode(&world.path(), 0o600);
    // A link on the way is resolved, the folder itself is no link, and neither is the file.
    symlink(&host, world.folder.path().join("link")).unwrap();
    symlink(&cache, host.join("cache2")).unwrap();
    let by = |path: PathBuf| Cache::at(path).read(&world.key());
    assert_eq!(by(world.folder.path().join("link/cache")), Some(code));
    assert_eq!(by(host.join("cache2")), None);
    fs::rename(world.path(), host.join("file")).unwrap();
    symlink(host.join("file"), world.path()).unwrap();
    assert_eq!(world.kept(), None, "a link in place of the file");
    fs::remove_file(world.path()).unwrap();
    fs::rename(host.join("file"), world.path()).unwrap();
    // Only root can give a folder away.
    if chown(&host, Some(65534), None).is_ok() {
        assert_eq!(world.kept(), None, "a folder of another user on the path");
    }
}
