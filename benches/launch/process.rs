//! The processes that are measured or stand by: started on loopback, ended by their id when their owner is dropped, asked what they
//! cost. Everything they write is in a folder that goes with the benchmark.

use std::{
    fs::{self, File},
    io::{BufRead, BufReader, Read},
    net::{Ipv4Addr, SocketAddr, TcpListener},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

use axum::Router;
use tokio::time::{Instant, sleep};

use crate::{Result, wire::Connection};

/// Clock ticks a second in `/proc/PID/stat`; 100 on every Linux.
const TICKS: f64 = 100.0;
/// How long a server may take to answer first before it counts as broken.
const PATIENCE: Duration = Duration::from_secs(20);

/// A folder for databases and logs, removed with its owner.
pub struct Folder(PathBuf);

impl Folder {
    pub fn make() -> Result<Self> {
        let path = std::env::temp_dir().join(format!("latchkey-bench-{}", std::process::id()));
        fs::create_dir_all(&path)?;
        Ok(Self(path))
    }

    pub fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A child that runs, and where it listens.
pub struct Process {
    child: Child,
    pub address: SocketAddr,
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Process {
    /// This program again, in another role. It says on its first line where it listens, and ends when its standard input does, so
    /// that it doesn't outlive us even when we are killed.
    pub fn role(arguments: &[&str]) -> Result<Self> {
        let child = Command::new(std::env::current_exe()?)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let mut process = Self { child, address };
        let mut line = String::new();
        let out = process.child.stdout.take().ok_or("no standard output")?;
        BufReader::new(out).read_line(&mut line)?;
        process.address = line.trim().parse().map_err(|_| format!("{arguments:?} did not start"))?;
        Ok(process)
    }

    /// `latchkey serve` with this database, once it answers; and how long that took.
    pub async fn latchkey(folder: &Folder, database: &Path, upstream: SocketAddr) -> Result<(Self, Duration)> {
        let binary = server();
        let address = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?;
        let log = folder.file("server.log");
        let mut command = Command::new(&binary);
        command
            .arg("serve")
            .env_clear()
            .envs(settings(address, database, upstream))
            .current_dir(&folder.0)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(File::create(&log)?);
        let began = Instant::now();
        let child = command.spawn().map_err(|e| format!("{}: {e}", binary.display()))?;
        let mut process = Self { child, address };
        loop {
            if let Ok(mut connection) = Connection::open(address).await
                && let Ok(answer) = connection.get("/healthz", &[]).await
                && answer.status == 200
            {
                return Ok((process, began.elapsed()));
            }
            if process.child.try_wait()?.is_some() || began.elapsed() > PATIENCE {
                let said = fs::read_to_string(&log).unwrap_or_default();
                return Err(format!("{} serve does not answer: {said}", binary.display()).into());
            }
            sleep(Duration::from_millis(1)).await;
        }
    }

    /// Ends it as an operator does, so that the next start finds a database that was closed.
    pub async fn stop(mut self) -> Result<()> {
        let pid = self.child.id().to_string();
        Command::new("kill").args(["-TERM", &pid]).status()?;
        let began = Instant::now();
        while self.child.try_wait()?.is_none() {
            if began.elapsed() > PATIENCE {
                return Err("the server does not end on SIGTERM".into());
            }
            sleep(Duration::from_millis(5)).await;
        }
        Ok(())
    }

    /// Seconds of CPU that it has used: its own and the kernel's on its behalf.
    pub fn cpu(&self) -> Result<f64> {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.child.id()))?;
        // The second field is the name in brackets, which may hold spaces; the 14th and 15th are utime and stime.
        let behind_name = stat.rsplit(')').next().unwrap_or_default();
        let mut fields = behind_name.split_whitespace().skip(11);
        let mut ticks = || fields.next().and_then(|f| f.parse::<f64>().ok()).ok_or("no CPU time in stat");
        Ok((ticks()? + ticks()?) / TICKS)
    }

    /// Resident memory in megabytes (10⁶ bytes).
    pub fn memory(&self) -> Result<f64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|l| l.strip_prefix("VmRSS:"));
        let kib = line.and_then(|l| l.split_whitespace().next()?.parse::<f64>().ok());
        Ok(kib.ok_or("no VmRSS in status")? * 1024.0 / 1e6)
    }
}

/// The server's environment, whole: what the caller's shell has set plays no part.
fn settings(address: SocketAddr, database: &Path, upstream: SocketAddr) -> Vec<(&'static str, String)> {
    let site = std::env::var_os("LEPTOS_SITE_ROOT").map_or_else(
        || concat!(env!("CARGO_MANIFEST_DIR"), "/target/site").into(),
        |path| path.to_string_lossy().into_owned(),
    );
    vec![
        ("LEPTOS_SITE_ADDR", address.to_string()),
        ("LEPTOS_SITE_ROOT", site),
        ("PUBLIC_URL", format!("http://{address}")),
        ("DATABASE_URL", format!("sqlite:{}", database.display())),
        ("ENTRATA_CLIENT_ID", "bench".into()),
        ("ENTRATA_CLIENT_SECRET", "bench-secret".into()),
        ("ENTRATA_OAUTH_URL", format!("http://{upstream}/api/oauth")),
        ("ENTRATA_API_URL", format!("http://{upstream}/api/v1")),
        // 32 zero bytes: this key guards nothing.
        ("ENCRYPTION_KEYS", format!("bench:{}=", "A".repeat(43))),
        ("ADMIN_ADDR", "off".into()),
    ]
}

/// The release server: `LATCHKEY_SERVER`, or the one that cargo built for this benchmark.
pub fn server() -> PathBuf {
    std::env::var_os("LATCHKEY_SERVER").map_or_else(|| env!("CARGO_BIN_EXE_latchkey").into(), PathBuf::from)
}

/// What a role does: serves on a free port of loopback, and says which.
pub async fn serve(router: Router) -> Result<()> {
    let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    println!("{}", listener.local_addr()?);
    std::thread::spawn(|| {
        let _ = std::io::stdin().read_to_end(&mut Vec::new());
        std::process::exit(0);
    });
    Ok(axum::serve(listener, router).await?)
}
