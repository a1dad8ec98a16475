//! `latchkey` as a process of its own: the test binary, started again in that role. For what only a process has: its limits, signals,
//! exit code, standard streams and memory.

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

/// A command line, run in `folder` with no other variables than those that are set on it.
pub fn latchkey(folder: &Path, arguments: &[&str]) -> Command {
    below("ulimit -n 4096; exec \"$0\" \"$@\"", folder, arguments)
}

/// The same, under a limit of open files.
pub fn latchkey_with_files(limit: usize, folder: &Path, arguments: &[&str]) -> Command {
    below(&format!("ulimit -n {limit}; exec \"$0\" \"$@\""), folder, arguments)
}

fn below(script: &str, folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new("/bin/sh");
    command.args(["-c".as_ref(), OsStr::new(script), std::env::current_exe().unwrap().as_os_str()]);
    command.args(["--exact", "tests::child::plays_latchkey", "--ignored", "--nocapture", "--test-threads=1"]);
    command.env_clear().env(ARGUMENTS, arguments.join("\n")).current_dir(folder);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// `latchkey serve`, ended when it is dropped.
pub struct Process {
    pub child: Child,
    pub address: SocketAddr,
    pub folder: Folder,
}

impl Process {
    /// `latchkey serve` with this many descriptors, once it answers.
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
        let began = Instant::now();
        while process.health().await.is_none() {
            assert!(began.elapsed() < Duration::from_secs(60), "{}", process.log());
            sleep(Duration::from_millis(100)).await;
        }
        process
    }

    pub fn log(&self) -> String {
        std::fs::read_to_string(self.folder.0.join("log")).unwrap_or_default()
    }

    pub fn file(&self, name: &str) -> String {
        std::fs::read_to_string(Path::new("/proc").join(self.child.id().to_string()).join(name)).unwrap()
    }

    /// How long `/healthz` takes on a connection of its own, if it answers.
    pub async fn health(&self) -> Option<Duration> {
        self.health_of_client_that_waits(Duration::ZERO).await
    }

    /// The same, where the client sends its request only some time after it connected, as over a slow network.
    pub async fn health_of_client_that_waits(&self, before: Duration) -> Option<Duration> {
        let began = Instant::now();
        let mut stream = TcpStream::connect(self.address).await.ok()?;
        sleep(before).await;
        let request = "GET /healthz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
        stream.write_all(request.as_bytes()).await.ok()?;
        let mut answer = String::new();
        timeout(Duration::from_secs(5), stream.read_to_string(&mut answer)).await.ok()?.ok()?;
        answer.ends_with("\r\n\r\nok").then(|| began.elapsed())
    }

    pub async fn connect(&self, begin: &[u8]) -> TcpStream {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        // What was closed already takes nothing.
        let _ = stream.write_all(begin).await;
        stream
    }

    /// Kilobytes of resident memory.
    pub fn memory(&self) -> u64 {
        let status = self.file("status");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        line.split_whitespace().next().unwrap().parse().unwrap()
    }

    pub fn terminate(&self) {
        let pid = rustix::process::Pid::from_raw(i32::try_from(self.child.id()).unwrap()).unwrap();
        rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
    }

    pub async fn ended(&mut self) -> ExitStatus {
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
#[ignore = "the role of a child process, which other tests start"]
fn plays_latchkey() {
    let Some(arguments) = Vars::from_process().get(ARGUMENTS).map(str::to_owned) else { return };
    let arguments: Vec<_> = std::iter::once("latchkey").chain(arguments.split('\n')).map(Into::into).collect();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let code = runtime.block_on(cli::run(arguments.into_iter()));
    std::process::exit(code.into());
}
