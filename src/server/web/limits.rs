//! Every limit of the HTTP layer, with its unit. A limit that belongs to one algorithm is explained here and used
//! there. The time-outs of a listener are a `ConnectionLimits`, because tests shorten them.

use std::time::Duration;

use cookie::time;

// Connections and sockets.

/// Bytes of a request head, and of each buffer of a connection. A launch with the longest code is 7 KiB even when every
/// byte of it is escaped; the rest is for the cookies of an app behind this one.
pub const REQUEST_HEAD_BYTES: usize = 32 * 1024;
/// The most connections of the public address. At 32 KiB for each unfinished head, they take up to 128 MiB.
pub const MAX_CONNECTIONS: usize = 4096;
/// The fewest connections of the public address, however few files the process may open.
pub const MIN_CONNECTIONS: usize = 16;
/// File descriptors left for the database, the admin address and the log.
pub const RESERVED_FILES: u64 = 64;
/// Time from the first byte of a request head to its last; for the first request, from the start of the connection.
pub const REQUEST_HEAD_TIMEOUT: Duration = Duration::from_secs(10);
/// Time from one response to the next request.
pub const IDLE_TIMEOUT: Duration = Duration::from_secs(75);
/// Time without the client accepting a byte of its response.
pub const STALLED_TIMEOUT: Duration = Duration::from_secs(30);
/// Time that a closed connection is still read. Without it, the reset that follows unread data could overtake the
/// response.
pub const LINGER_TIMEOUT: Duration = Duration::from_secs(2);
/// Time between two checks for connections that have timed out.
pub const TIMEOUT_CHECK_INTERVAL: Duration = Duration::from_secs(1);
/// Pause after the system had no file descriptor or memory for another connection.
pub const ACCEPT_PAUSE: Duration = Duration::from_millis(100);
/// Age below which a connection is never closed to free its slot. Without it, a flood of new connections would leave
/// none of them the time to send a request.
pub const EVICTION_GRACE: Duration = Duration::from_secs(1);
/// Time without the client accepting a byte of its response, after which its connection may be closed to free its slot.
/// A download over a slow network pauses for shorter times.
pub const EVICTION_STALLED: Duration = Duration::from_secs(5);
/// Time between two searches of a full table for a connection to close.
pub const EVICTION_RETRY: Duration = Duration::from_millis(100);
/// One search closes at most this fraction (1/n) of the table's connections.
pub const EVICTION_SHARE: usize = 32;
/// Time between two warnings about a full table: a flood must not fill the log.
pub const WARNING_INTERVAL: Duration = Duration::from_secs(60);
/// Bytes read from a connection after it was closed: more than any request that is refused unread.
pub const MAX_DISCARDED_BYTES: usize = 1024 * 1024;

// Requests.

/// Bytes of a posted form.
pub const FORM_BYTES: usize = 16 * 1024;
/// Bytes of a posted form in which credentials for another system are typed: a field with 64 KiB, escaped, is refused
/// next to the field.
pub const CONNECT_FORM_BYTES: usize = 256 * 1024;
/// Characters of a refused text that its form shows again.
pub const TYPED_CHARS: usize = 300;
/// Time in which the body of a form must arrive.
pub const FORM_TIMEOUT: Duration = Duration::from_secs(10);
/// Session cookies that are looked up; browsers send one or two.
pub const SESSION_COOKIES: usize = 8;
/// How long a browser keeps the session cookie; the server ends the session after the same time.
pub const SESSION_COOKIE_AGE: time::Duration = time::Duration::seconds(604_800);
/// How long a browser keeps the cookie of a consent page that it opened; the server forgets the state after the same
/// time.
pub const CONNECT_COOKIE_AGE: time::Duration = time::Duration::minutes(10);
/// Seconds that a form's text is kept for the next page after its visit ended.
pub const TYPED_TEXT_SECONDS: i64 = 60 * 60;

// Requests a minute, from one address unless it says otherwise.

/// Wrong passwords, and registrations.
pub const PASSWORDS_PER_MINUTE: u32 = 60;
/// Activation events of one company: Entrata sends one for each property, all from one address.
pub const COMPANY_EVENTS_PER_MINUTE: u32 = 300;
/// Activation events altogether: Entrata sends the events of all companies from one address, and no company may delay
/// another.
pub const EVENTS_PER_MINUTE: u32 = 3000;
/// Refused credentials for other systems, from one account: this server must not help to guess passwords there.
pub const REFUSED_CONNECTS_PER_MINUTE: u32 = 30;
/// The limit of an IPv6 /48, as a multiple of the limit of one of the 65,536 networks in it.
pub const SITE_MULTIPLE: u32 = 10;

// `Retry-After`, in seconds.

/// After a storage error that goes away by itself.
pub const STORAGE_RETRY_AFTER: i64 = 30;
/// After the queue for long work or for password hashing was full.
pub const BUSY_RETRY_AFTER: i64 = 2;
/// After the queue of a grant's updates was full.
pub const UPDATE_QUEUE_RETRY_AFTER: i64 = 60;
/// After the queue of activation events was full.
pub const EVENT_QUEUE_RETRY_AFTER: i64 = 60;

// Work.

/// Rows up to which a page is rendered on the async worker. A row takes about 0.1 ms, so that is at most 2 ms.
pub const SHORT_PAGE_ROWS: usize = 20;
/// Rooms, resources or associates that the page of a connection lists below a place.
pub const ITEMS_PER_PLACE: usize = 100;
/// Places of connections in the list of all of an account's places. The database searches more of them.
pub const CONNECTED_PLACES: i64 = 5_000;
/// Jobs of one account in the queue for long work.
pub const LONG_JOBS_PER_ACCOUNT: usize = 4;
/// Jobs of all accounts in the queue for long work, for each core.
pub const LONG_JOBS_PER_CORE: usize = 16;
/// Time that a job waits for a slot in the queue. Long enough for a browser that opens ten tabs at once; a client that
/// asks for hundreds of pages gets 503.
pub const LONG_JOB_WAIT: Duration = Duration::from_secs(2);
/// Fraction (1/n) of connections that may wait for a launch. A waiting launch can't be closed to free its slot.
pub const LAUNCH_CONNECTION_SHARE: usize = 4;

// Files.

/// Bytes of all site files together: forty times the size of the site. A larger folder is probably the wrong one.
pub const SITE_BYTES: u64 = 64 * 1024 * 1024;
/// Characters of a name from outside that become part of a download's file name.
pub const FILE_NAME_CHARS: usize = 60;
