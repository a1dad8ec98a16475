//! The people who launch: each comes once as a stranger, registers and confirms the link, over HTTP as a browser without script does.
//! From then on their Entrata id is linked.

use std::{
    net::SocketAddr,
    sync::atomic::{AtomicU64, Ordering},
};

use form_urlencoded::Serializer;

use crate::{
    Result,
    wire::{Answer, Connection},
};

/// How many linked ids there are; launches go round among them.
pub const PEOPLE: u64 = 16;

/// The path of a launch of this user, with a code that was never used.
pub fn launch(user: u64) -> String {
    static CODES: AtomicU64 = AtomicU64::new(1);
    let code = CODES.fetch_add(1, Ordering::Relaxed);
    format!("/login?referrer=propertysolutions&auth_code=u{user}.{code:026}==")
}

/// What a browser says when an iFrame navigates.
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

/// The two pages of the first visit and after, as they were sent.
pub struct Pages {
    pub login: Answer,
    pub home: Answer,
}

/// Links everybody; returns the pages of the last of them.
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
    let answer = expect(connection.post(&register, &cookie, &form).await?, 303, "")?;
    let cookie = answer.cookie().unwrap_or(cookie);
    let visit = answer.header("location").ok_or("registering led nowhere")?.to_owned();

    let confirm = connection.get(&visit, &[("Cookie", &cookie)]).await?;
    let confirm = expect(confirm, 200, "confirm")?;
    let link = action(confirm.html()?, "/link")?;
    let ticket = hidden(confirm.html()?, "ticket")?;
    let form = Serializer::new(String::new()).append_pair("ticket", &ticket).finish();
    expect(connection.post(&link, &cookie, &form).await?, 303, "")?;

    let home = expect(connection.get(&launch(user), &FRAMED).await?, 200, "home")?;
    Ok(Pages { login, home })
}

/// The answer, if it has this status and shows this page.
pub fn expect(answer: Answer, status: u16, page: &str) -> Result<Answer> {
    if answer.status == status && (page.is_empty() || answer.shows(page)) {
        return Ok(answer);
    }
    let body = String::from_utf8_lossy(&answer.body);
    let body: String = body.chars().take(2000).collect();
    Err(format!("expected {status} {page}, got {}: {body}", answer.status).into())
}

/// The `action` of the page's form that ends so.
fn action(html: &str, ending: &str) -> Result<String> {
    let actions = html.split("action=\"").skip(1).filter_map(|rest| rest.split('"').next());
    let mut fitting = actions.filter(|action| action.ends_with(ending));
    Ok(fitting.next().ok_or_else(|| format!("no form {ending}"))?.to_owned())
}

/// The value of the page's input of this name, whatever the order of its attributes.
fn hidden(html: &str, name: &str) -> Result<String> {
    let name = format!("name=\"{name}\"");
    let inputs = html.split("<input").skip(1).filter_map(|rest| rest.split('>').next());
    let mut values =
        inputs.filter(|input| input.contains(&name)).filter_map(|i| i.split("value=\"").nth(1)?.split('"').next());
    Ok(values.next().ok_or_else(|| format!("no input {name}"))?.to_owned())
}
