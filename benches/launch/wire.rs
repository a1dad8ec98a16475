//! A small HTTP/1.1 client over one kept-alive connection. Hand-written because the load runs on the machine that is
//! measured: a full client would use more CPU than some of the servers, and would hide how many bytes were sent.

use std::{io, net::SocketAddr};

use tokio::net::TcpStream;

use crate::Result;

/// More bytes than any page has.
const MAX_RESPONSE: usize = 4 * 1024 * 1024;

pub struct Connection {
    stream: TcpStream,
    address: SocketAddr,
    /// Received and not yet consumed.
    received: Vec<u8>,
    /// The read buffer. A field, because futures that own it would be large.
    buffer: Box<[u8]>,
}

pub struct Response {
    pub status: u16,
    /// The status line and the headers.
    head: String,
    /// Without chunk framing, still content-encoded.
    pub body: Vec<u8>,
}

impl Connection {
    pub async fn open(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, address, received: Vec::with_capacity(32 * 1024), buffer: vec![0; 16 * 1024].into() })
    }

    pub async fn get(&mut self, path: &str, headers: &[(&str, &str)]) -> Result<Response> {
        self.request("GET", path, headers, "").await
    }

    /// Posts a form as a browser does from a page of the same site.
    pub async fn post(&mut self, path: &str, cookie: &str, form: &str) -> Result<Response> {
        let headers = [
            ("Cookie", cookie),
            ("Sec-Fetch-Site", "same-origin"),
            ("Content-Type", "application/x-www-form-urlencoded"),
        ];
        self.request("POST", path, &headers, form).await
    }

    async fn request(&mut self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Result<Response> {
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
        self.read_response().await
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

    async fn read_response(&mut self) -> Result<Response> {
        let head = self.read_until(b"\r\n\r\n").await?;
        let head = String::from_utf8(head).map_err(|_| "the headers are not UTF-8")?;
        let status = head.get(9..12).and_then(|s| s.parse().ok()).ok_or("no status line")?;
        let mut response = Response { status, head, body: Vec::new() };
        if let Some(length) = response.header("content-length") {
            let length = length.parse().map_err(|_| "Content-Length is not a number")?;
            response.body = self.read_exact(length).await?;
        } else if response.header("transfer-encoding") == Some("chunked") {
            loop {
                let size = self.read_until(b"\r\n").await?;
                let size = str::from_utf8(&size)?.trim();
                let size = usize::from_str_radix(size.split(';').next().unwrap_or_default(), 16)?;
                let mut chunk = self.read_exact(size + 2).await?;
                chunk.truncate(size);
                response.body.append(&mut chunk);
                if size == 0 {
                    break;
                }
            }
        }
        Ok(response)
    }

    /// Consumes bytes up to and including `end`.
    async fn read_until(&mut self, end: &[u8]) -> Result<Vec<u8>> {
        loop {
            let found = self.received.windows(end.len()).position(|w| w == end);
            if let Some(at) = found {
                return Ok(self.received.drain(..at + end.len()).collect());
            }
            self.receive().await?;
        }
    }

    async fn read_exact(&mut self, length: usize) -> Result<Vec<u8>> {
        while self.received.len() < length {
            self.receive().await?;
        }
        Ok(self.received.drain(..length).collect())
    }

    async fn receive(&mut self) -> Result<()> {
        loop {
            self.stream.readable().await?;
            match self.stream.try_read(&mut self.buffer) {
                Ok(0) => return Err("the server closed the connection".into()),
                Ok(_) if self.received.len() > MAX_RESPONSE => return Err("the response is too long".into()),
                Ok(length) => {
                    self.received.extend(self.buffer.iter().take(length));
                    return Ok(());
                }
                Err(e) if e.kind() == io::ErrorKind::WouldBlock => {}
                Err(e) => return Err(e.into()),
            }
        }
    }
}

impl Response {
    /// Returns the first header of this name.
    pub fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().filter_map(|line| line.split_once(':'));
        let mut named = lines.filter(|(n, _)| n.eq_ignore_ascii_case(name));
        named.next().map(|(_, value)| value.trim())
    }

    /// Returns the cookie that the response sets, as `name=value`.
    pub fn cookie(&self) -> Option<String> {
        let set = self.header("set-cookie")?;
        Some(set.split(';').next().unwrap_or_default().to_owned())
    }

    pub fn head_bytes(&self) -> usize {
        self.head.len()
    }

    pub fn html(&self) -> Result<&str> {
        Ok(str::from_utf8(&self.body).map_err(|_| "the page is not UTF-8 or is compressed")?)
    }

    /// Returns whether this is the page of this name.
    pub fn shows(&self, page: &str) -> bool {
        self.html().is_ok_and(|html| html.contains(&format!("data-page=\"{page}\"")))
    }
}
