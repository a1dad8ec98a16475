//! The database file. Only its owner may read it (threat T38): it holds names, emails and property lists unencrypted.

use std::{
    fs::{self, OpenOptions, Permissions},
    io,
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
};

/// Creates the file if it is missing, readable by its owner only. SQLite gives the same mode to `-wal` and `-shm`.
pub fn create(path: &Path) -> io::Result<()> {
    match OpenOptions::new().write(true).create_new(true).mode(0o600).open(path) {
        Err(e) if e.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        created => created.map(drop),
    }
}

/// Removes other users' access, which earlier versions left open, from the file, `-wal` and `-shm`.
pub fn restrict(path: &Path) -> io::Result<()> {
    ["", "-wal", "-shm"].iter().try_for_each(|ending| {
        let mut name = path.as_os_str().to_owned();
        name.push(ending);
        restrict_one(&PathBuf::from(name))
    })
}

fn restrict_one(path: &Path) -> io::Result<()> {
    let mode = match fs::metadata(path) {
        Ok(metadata) => metadata.permissions().mode() & 0o7777,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(e) => return Err(e),
    };
    if mode & 0o077 == 0 {
        return Ok(());
    }
    // Only the owner can change the mode; the process may run as another user who can write the file.
    match fs::set_permissions(path, Permissions::from_mode(mode & 0o700)) {
        Ok(()) => tracing::warn!(path = %path.display(), "others could read the file; now only its owner can"),
        Err(e) => tracing::warn!(path = %path.display(), error = %e, "others can read the file; run chmod 600 on it"),
    }
    Ok(())
}
