//! The people who launch. Each first launches as an unknown user, registers and confirms the link, over HTTP as a
//! browser without script does. After that their Entrata user is linked.

use std::{
    net::SocketAddr,
    sync::atomic::{AtomicU64, Ordering},
};

use form_urlencoded::Serializer;

use crate::{
    Result,
    wire::{Connection, Response},
};

/// The number of linked Entrata users. Launches use them in turn.
pub const PEOPLE: u64 = 16;

/// Returns the path of a launch by this user, with an unused code.
pub fn launch(user: u64) -> String {
    static CODES: AtomicU64 = AtomicU64::new(1);
    let code = CODES.fetch_add(1, Ordering::Relaxed);
    format!("/login?referrer=propertysolutions&auth_code=u{user}.{code:026}==")
}

/// Headers that a browser sends when an iframe navigates.
pub const FRAMED: [(&str, &str); 5] = [
    ("Sec-Fetch-Dest", "iframe"),
    ("Sec-Fetch-Mode", "navigate"),
    ("Sec-Fetch-Site", "cross-site"),
    ("Accept-Encoding", "gzip, deflate, br, zstd"),
    (
        "User-Agent",
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36",
    ),
];

/// The login page of a first visit and the home page of a later one, as sent.
pub struct Pages {
    pub login: Response,
    pub home: Response,
}

/// Links all users. Returns the pages of the last one.
pub async fn link_all(address: SocketAddr) -> Result<Pages> {
    let mut connection = Connection::open(address).await?;
    let mut pages = first_visit(&mut connection, 0).await?;
    for user in 1..PEOPLE {
        pages = first_visit(&mut connection, user).await?;
    }
    Ok(pages)
}

async fn first_visit(connection: &mut Connection, user: u64) -> Result<Pages> {
    let login = expect(connection.get(&launch(user), &FRAMED).await?, 200, "login")?;
    let cookie = login.cookie().ok_or("the launch set no cookie")?;
    let register = action(login.html()?, "/register")?;
    let form = Serializer::new(String::new())
        .append_pair("name", "Jane Roe")
        .append_pair("email", &format!("jane{user}@example.com"))
        .append_pair("password", "correct horse battery staple")
        .finish();
    let response = expect(connection.post(&register, &cookie, &form).await?, 303, "")?;
    let cookie = response.cookie().unwrap_or(cookie);
    let visit = response.header("location").ok_or("registration did not redirect")?.to_owned();

    let confirm = connection.get(&visit, &[("Cookie", &cookie)]).await?;
    let confirm = expect(confirm, 200, "confirm")?;
    let link = action(confirm.html()?, "/link")?;
    let ticket = hidden(confirm.html()?, "ticket")?;
    let form = Serializer::new(String::new()).append_pair("ticket", &ticket).finish();
    expect(connection.post(&link, &cookie, &form).await?, 303, "")?;

    let home = expect(connection.get(&launch(user), &FRAMED).await?, 200, "home")?;
    Ok(Pages { login, home })
}

/// Returns the response if it has this status and shows this page.
pub fn expect(response: Response, status: u16, page: &str) -> Result<Response> {
    if response.status == status && (page.is_empty() || response.shows(page)) {
        return Ok(response);
    }
    let body = String::from_utf8_lossy(&response.body);
    let body: String = body.chars().take(2000).collect();
    Err(format!("expected {status} {page}, got {}: {body}", response.status).into())
}

/// Returns the page's form `action` that has this ending.
fn action(html: &str, ending: &str) -> Result<String> {
    let actions = html.split("action=\"").skip(1).filter_map(|rest| rest.split('"').next());
    let mut matching = actions.filter(|action| action.ends_with(ending));
    Ok(matching.next().ok_or_else(|| format!("no form …{ending}"))?.to_owned())
}

/// Returns the value of the page's input of this name, in whatever order its attributes are.
fn hidden(html: &str, name: &str) -> Result<String> {
    let name = format!("name=\"{name}\"");
    let inputs = html.split("<input").skip(1).filter_map(|rest| rest.split('>').next());
    let mut values =
        inputs.filter(|input| input.contains(&name)).filter_map(|i| i.split("value=\"").nth(1)?.split('"').next());
    Ok(values.next().ok_or_else(|| format!("no input {name}"))?.to_owned())
}
