//! The inline script at the top of a page: it cleans the address and sends the cookie probe.

use super::ProbeTicket;

/// Hides the login page while the frame's script tries the bearer token that this tab has for the address.
const RESUME: &str = "try{const s=sessionStorage,v=location.pathname.match(/^\\/v\\/[\\w-]+/);\
    if(s.getItem(\"latchkey\"+(v?v[0]:s.getItem(\"latchkey\")))||s.getItem(\"latchkey?\"+v))\
    document.documentElement.dataset.credential=\"resuming\"}catch{}";

/// Sends the cookie probe: its ticket and, if there is one, the bearer token of this tab's previous visit. The frame's
/// script handles the answer. The probe is inline so that a bearer token arrives after two round trips, even if the
/// script's file has to be loaded first.
const COOKIE_PROBE: &str = "if(origin!==\"null\"){const t=\"{ticket}\",b=new URLSearchParams({ticket:t});\
    try{const s=sessionStorage,e=s.getItem(\"latchkey\"+s.getItem(\"latchkey\"));e&&b.set(\"earlier\",e)}catch{}\
    latchkeyProbe={ticket:t,call:fetch(\"/v/{visit}/cookie-probe\",\
    {method:\"POST\",body:b,signal:AbortSignal.timeout?.(3e4)}).catch(()=>{})}}";

/// The first script. Its addresses, ids and tickets have only letters, digits, `-`, `_`, `.`, `~` and `/`; others are
/// left out, because script is not escaped. In a frame with an opaque origin, the browser refuses to change the
/// address; the frame's script explains that.
pub fn first_script(address: Option<String>, cookie_probe: Option<ProbeTicket>, resumes: bool) -> Option<String> {
    let clean = address
        .filter(|to| is_plain(to))
        .map(|to| format!("try{{history.replaceState(null,\"\",\"{to}\")}}catch{{}}"))
        .unwrap_or_default();
    let cookie_probe = cookie_probe
        .filter(|cookie_probe| is_plain(cookie_probe.visit.as_str()) && is_plain(&cookie_probe.ticket))
        .map(|ProbeTicket { visit, ticket }| {
            COOKIE_PROBE.replace("{visit}", visit.as_str()).replace("{ticket}", &ticket)
        });
    let script = clean + &cookie_probe.unwrap_or_default() + if resumes { RESUME } else { "" };
    (!script.is_empty()).then_some(script)
}

fn is_plain(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_alphanumeric() || b"/-_.~".contains(&b))
}
