//! A small HTTP/1.1 client over one kept-alive connection. Written by hand because the load comes from the machine that is measured:
//! a full client would cost more than some of the servers, and would hide how many bytes came over the wire.

use std::{io, net::SocketAddr};

use tokio::net::TcpStream;

use crate::Result;

/// More than any page has; an answer beyond it is a fault.
const LARGEST: usize = 4 * 1024 * 1024;

pub struct Connection {
    stream: TcpStream,
    address: SocketAddr,
    /// What came and was not taken yet.
    came: Vec<u8>,
    /// Where it is read to first; kept here because futures that hold it would be large.
    part: Box<[u8]>,
}

pub struct Answer {
    pub status: u16,
    /// The status line and the headers.
    head: String,
    /// Without the framing of chunks, and as it was encoded.
    pub body: Vec<u8>,
}

impl Connection {
    pub async fn open(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, address, came: Vec::with_capacity(32 * 1024), part: vec![0; 16 * 1024].into() })
    }

    pub async fn get(&mut self, path: &str, headers: &[(&str, &str)]) -> Result<Answer> {
        self.ask("GET", path, headers, "").await
    }

    /// Posts a form as a browser does from one of the site's own pages.
    pub async fn post(&mut self, path: &str, cookie: &str, form: &str) -> Result<Answer> {
        let headers = [
            ("Cookie", cookie),
            ("Sec-Fetch-Site", "same-origin"),
            ("Content-Type", "application/x-www-form-urlencoded"),
        ];
        self.ask("POST", path, &headers, form).await
    }

    async fn ask(&mut self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Result<Answer> {
        let mut request = format!("{method} {path} HTTP/1.1\r\nHost: {}\r\n", self.address);
        for (name, value) in headers {
            request.push_str(&format!("{name}: {value}\r\n"));
        }
        if method == "POST" {
            request.push_str(&format!("Content-Length: {}\r\n", body.len()));
        }
        request.push_str("\r\n");
        request.push_str(body);
        self.send(request.as_bytes()).await?;
        self.answer().await
    }

    async fn send(&self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            self.stream.writable().await?;
            match self.stream.try_write(bytes) {
                Ok(sent) => bytes = bytes.get(sent..).unwrap_or_default(),
                Err(e) if e.kind() == io::ErrorKind::WouldBlock => {}
                Err(e) => return Err(e),
            }
        }
        Ok(())
    }

    async fn answer(&mut self) -> Result<Answer> {
        let head = self.through(b"\r\n\r\n").await?;
        let head = String::from_utf8(head).map_err(|_| "the answer's head is not text")?;
        let status = head.get(9..12).and_then(|s| s.parse().ok()).ok_or("no status line")?;
        let mut answer = Answer { status, head, body: Vec::new() };
        if let Some(length) = answer.header("content-length") {
            let length = length.parse().map_err(|_| "the length is not a number")?;
            answer.body = self.exactly(length).await?;
        } else if answer.header("transfer-encoding") == Some("chunked") {
            loop {
                let size = self.through(b"\r\n").await?;
                let size = str::from_utf8(&size)?.trim();
                let size = usize::from_str_radix(size.split(';').next().unwrap_or_default(), 16)?;
                let mut chunk = self.exactly(size + 2).await?;
                chunk.truncate(size);
                answer.body.append(&mut chunk);
                if size == 0 {
                    break;
                }
            }
        }
        Ok(answer)
    }

    /// Takes what comes up to and with `end`.
    async fn through(&mut self, end: &[u8]) -> Result<Vec<u8>> {
        loop {
            let found = self.came.windows(end.len()).position(|w| w == end);
            if let Some(at) = found {
                return Ok(self.came.drain(..at + end.len()).collect());
            }
            self.receive().await?;
        }
    }

    async fn exactly(&mut self, length: usize) -> Result<Vec<u8>> {
        while self.came.len() < length {
            self.receive().await?;
        }
        Ok(self.came.drain(..length).collect())
    }

    async fn receive(&mut self) -> Result<()> {
        loop {
            self.stream.readable().await?;
            match self.stream.try_read(&mut self.part) {
                Ok(0) => return Err("the server ended the connection".into()),
                Ok(_) if self.came.len() > LARGEST => return Err("the answer has no end".into()),
                Ok(length) => {
                    self.came.extend(self.part.iter().take(length));
                    return Ok(());
                }
                Err(e) if e.kind() == io::ErrorKind::WouldBlock => {}
                Err(e) => return Err(e.into()),
            }
        }
    }
}

impl Answer {
    /// The first header of a name (in lower case).
    pub fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().filter_map(|line| line.split_once(':'));
        let mut named = lines.filter(|(n, _)| n.eq_ignore_ascii_case(name));
        named.next().map(|(_, value)| value.trim())
    }

    /// The cookie to send from now on, as `name=value`, if the answer sets one.
    pub fn cookie(&self) -> Option<String> {
        let set = self.header("set-cookie")?;
        Some(set.split(';').next().unwrap_or_default().to_owned())
    }

    pub fn head_bytes(&self) -> usize {
        self.head.len()
    }

    pub fn html(&self) -> Result<&str> {
        Ok(str::from_utf8(&self.body).map_err(|_| "the page is not UTF-8, or it came encoded")?)
    }

    /// Whether it is the page of this name.
    pub fn shows(&self, page: &str) -> bool {
        self.html().is_ok_and(|html| html.contains(&format!("data-page=\"{page}\"")))
    }
}
