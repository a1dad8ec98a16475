//! Runs `latchkey` as a separate process: the test binary starts itself again in that role. For tests of what only a
//! process has: resource limits, signals, an exit code, standard streams and memory.

use std::{
    ffi::OsStr,
    net::SocketAddr,
    path::Path,
    process::{Child, Command, ExitStatus, Stdio},
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    time::{Instant, sleep, timeout},
};

use super::app::Folder;
use crate::server::{cli, config::Vars, rng::Rng, vault};

const ARGUMENTS: &str = "LATCHKEY_TEST_ARGUMENTS";

/// Returns a command that runs `latchkey` in `folder`, with an empty environment. Callers set the variables.
pub fn latchkey(folder: &Path, arguments: &[&str]) -> Command {
    with_script("ulimit -n 4096; exec \"$0\" \"$@\"", folder, arguments)
}

/// Like [`latchkey`], with a limit on open files.
pub fn latchkey_with_files(limit: usize, folder: &Path, arguments: &[&str]) -> Command {
    with_script(&format!("ulimit -n {limit}; exec \"$0\" \"$@\""), folder, arguments)
}

fn with_script(script: &str, folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new("/bin/sh");
    command.args(["-c".as_ref(), OsStr::new(script), std::env::current_exe().unwrap().as_os_str()]);
    command.args(["--exact", "tests::child::plays_latchkey", "--ignored", "--nocapture", "--test-threads=1"]);
    command.env_clear().env(ARGUMENTS, arguments.join("\n")).current_dir(folder);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// A running `latchkey serve`. Dropping it kills the process.
pub struct Process {
    pub child: Child,
    pub address: SocketAddr,
    pub folder: Folder,
}

impl Process {
    /// Starts `latchkey serve` with a limit of `files` descriptors and returns once it answers.
    pub async fn start(files: usize, settings: &[(&str, &str)]) -> Self {
        let folder = Folder::make();
        let address = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
        let mut command = latchkey_with_files(files, &folder.0, &["serve"]);
        command.envs([
            ("PUBLIC_URL", format!("http://{address}").as_str()),
            ("LEPTOS_SITE_ADDR", &address.to_string()),
            ("LEPTOS_SITE_ROOT", "site"),
            ("ENTRATA_CLIENT_ID", "latchkey"),
            ("ENTRATA_CLIENT_SECRET", "secret"),
            ("ENTRATA_OAUTH_URL", "http://127.0.0.1:9/api/oauth"),
            ("ENCRYPTION_KEYS", vault::generate("k1", &Rng).as_str()),
            ("ADMIN_ADDR", "off"),
            ("RUST_LOG", "warn"),
        ]);
        command.envs(settings.iter().copied());
        let log = std::fs::File::create(folder.0.join("log")).unwrap();
        command.stdout(Stdio::null()).stderr(log);
        let process = Self { child: command.spawn().unwrap(), address, folder };
        let started = Instant::now();
        while process.health().await.is_none() {
            assert!(started.elapsed() < Duration::from_secs(60), "{}", process.log());
            sleep(Duration::from_millis(100)).await;
        }
        process
    }

    pub fn log(&self) -> String {
        std::fs::read_to_string(self.folder.0.join("log")).unwrap_or_default()
    }

    /// Returns a file of the process's `/proc` folder.
    pub fn file(&self, name: &str) -> String {
        std::fs::read_to_string(Path::new("/proc").join(self.child.id().to_string()).join(name)).unwrap()
    }

    /// Returns how long `/healthz` takes on a new connection, or `None` if there is no answer.
    pub async fn health(&self) -> Option<Duration> {
        self.health_after_delay(Duration::ZERO).await
    }

    /// Like [`Self::health`], but the client waits after connecting before it sends the request, as on a slow network.
    pub async fn health_after_delay(&self, delay: Duration) -> Option<Duration> {
        let started = Instant::now();
        let mut stream = TcpStream::connect(self.address).await.ok()?;
        sleep(delay).await;
        let request = "GET /healthz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
        stream.write_all(request.as_bytes()).await.ok()?;
        let mut response = String::new();
        timeout(Duration::from_secs(5), stream.read_to_string(&mut response)).await.ok()?.ok()?;
        response.ends_with("\r\n\r\nok").then(|| started.elapsed())
    }

    /// Opens a connection and sends `bytes`.
    pub async fn connect(&self, bytes: &[u8]) -> TcpStream {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        // The write fails if the server has already closed the connection.
        let _ = stream.write_all(bytes).await;
        stream
    }

    /// Returns the resident memory in kilobytes.
    pub fn memory(&self) -> u64 {
        let status = self.file("status");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        line.split_whitespace().next().unwrap().parse().unwrap()
    }

    pub fn terminate(&self) {
        let pid = rustix::process::Pid::from_raw(i32::try_from(self.child.id()).unwrap()).unwrap();
        rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
    }

    /// Waits until the process exits.
    pub async fn wait(&mut self) -> ExitStatus {
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            sleep(Duration::from_millis(50)).await;
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
#[ignore = "entry point of the child process that other tests start"]
fn plays_latchkey() {
    let Some(arguments) = Vars::from_process().get(ARGUMENTS).map(str::to_owned) else { return };
    let arguments: Vec<_> = std::iter::once("latchkey").chain(arguments.split('\n')).map(Into::into).collect();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let code = runtime.block_on(cli::run(arguments.into_iter()));
    std::process::exit(code.into());
}
