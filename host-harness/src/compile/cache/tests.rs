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
        self.cache().path(&self.key())
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
        assert_ne!(cache.path(&other), here);
        fs::copy(&here, cache.path(&other)).unwrap();
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
