//! The processes that are measured or support the measurement. They listen on loopback, are killed when their owner is
//! dropped, and write only to a temporary folder, which is removed at the end.

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

/// Clock ticks per second in `/proc/PID/stat`; 100 on every Linux.
const TICKS: f64 = 100.0;
/// How long a server may take to start or stop.
const TIMEOUT: Duration = Duration::from_secs(20);

/// A folder for databases and logs. Removed when dropped.
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

/// A running child process, and its address.
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
    /// Starts this program in another role. It prints its address on its first line and exits when its standard input
    /// closes, so it does not outlive the benchmark, even one that is killed.
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

    /// Starts `latchkey serve` with this database. Returns it once it responds, and how long that took.
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
        let start = Instant::now();
        let child = command.spawn().map_err(|e| format!("{}: {e}", binary.display()))?;
        let mut process = Self { child, address };
        loop {
            if let Ok(mut connection) = Connection::open(address).await
                && let Ok(response) = connection.get("/healthz", &[]).await
                && response.status == 200
            {
                return Ok((process, start.elapsed()));
            }
            if process.child.try_wait()?.is_some() || start.elapsed() > TIMEOUT {
                let output = fs::read_to_string(&log).unwrap_or_default();
                return Err(format!("{} serve does not respond: {output}", binary.display()).into());
            }
            sleep(Duration::from_millis(1)).await;
        }
    }

    /// Stops it with SIGTERM, so that it closes its database.
    pub async fn stop(mut self) -> Result<()> {
        let pid = self.child.id().to_string();
        Command::new("kill").args(["-TERM", &pid]).status()?;
        let start = Instant::now();
        while self.child.try_wait()?.is_none() {
            if start.elapsed() > TIMEOUT {
                return Err("the server does not stop on SIGTERM".into());
            }
            sleep(Duration::from_millis(5)).await;
        }
        Ok(())
    }

    /// Returns the seconds of CPU time that it has used, in user mode and in the kernel.
    pub fn cpu(&self) -> Result<f64> {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.child.id()))?;
        // The second field is the name in parentheses, which may have spaces. Fields 14 and 15 are utime and stime.
        let after_name = stat.rsplit(')').next().unwrap_or_default();
        let mut fields = after_name.split_whitespace().skip(11);
        let mut ticks = || fields.next().and_then(|f| f.parse::<f64>().ok()).ok_or("no CPU time in stat");
        Ok((ticks()? + ticks()?) / TICKS)
    }

    /// Returns its resident memory in megabytes (10⁶ bytes).
    pub fn memory(&self) -> Result<f64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|l| l.strip_prefix("VmRSS:"));
        let kib = line.and_then(|l| l.split_whitespace().next()?.parse::<f64>().ok());
        Ok(kib.ok_or("no VmRSS in status")? * 1024.0 / 1e6)
    }
}

/// Returns the server's whole environment. Variables of the benchmark's own environment are not passed on.
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
        // 32 zero bytes: this key protects nothing.
        ("ENCRYPTION_KEYS", format!("bench:{}=", "A".repeat(43))),
        ("ADMIN_ADDR", "off".into()),
    ]
}

/// Returns the path of the server: `LATCHKEY_SERVER`, or the one that cargo built for this benchmark.
pub fn server() -> PathBuf {
    std::env::var_os("LATCHKEY_SERVER").map_or_else(|| env!("CARGO_BIN_EXE_latchkey").into(), PathBuf::from)
}

/// Serves a role on a free loopback port and prints the address.
pub async fn serve(router: Router) -> Result<()> {
    let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    println!("{}", listener.local_addr()?);
    std::thread::spawn(|| {
        let _ = std::io::stdin().read_to_end(&mut Vec::new());
        std::process::exit(0);
    });
    Ok(axum::serve(listener, router).await?)
}
