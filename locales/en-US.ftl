### The text of every page, in American English. This is the default language: each other file in this folder has the
### same messages with the same arguments. The syntax is Project Fluent's (https://projectfluent.org/fluent/guide/).
### A line break inside a message counts as a space. A test checks the files, and the compiler checks each id.

## All pages

# Between the thousands of a number: a comma, a period, an apostrophe, or a no-break space.
digit-separator = ,
browser-title = { $page } · Latchkey
direct-sign-in = Direct sign-in
sign-in = Sign in
sign-out = Sign out
continue = Continue
identity-place = { $subdomain }.entrata.com · user { $user }
identity-name = { $company }, user { $user }
your-name = Your name
your-password = Your password
email = Email
password = Password
user-id = User ID
properties = Properties
current = Current

## Navigation

navigation-label = Main
navigation-home = Home
navigation-account = Account
navigation-history = History
navigation-sessions = Sessions
navigation-connections = Connections
new-tab = Open in a new tab

## Times

just-now = just now
minutes-ago = { $count ->
    [one] 1 minute ago
   *[other] { $count } minutes ago
  }
hours-ago = { $count ->
    [one] 1 hour ago
   *[other] { $count } hours ago
  }
days-ago = { $count ->
    [one] 1 day ago
   *[other] { $count } days ago
  }
seconds = { $count ->
    [one] 1 second
   *[other] { $count } seconds
  }
minutes = { $count ->
    [one] 1 minute
   *[other] { $count } minutes
  }

## How to open Latchkey from Entrata

steps-app-store = Go to the App Store in Entrata.
steps-tile = Click the Latchkey tile.

## Sign-in problems

wrong-password = Incorrect password.
password-missing = Enter your password.
wrong-email-or-password = Incorrect email or password.
email-or-password-missing = Enter your email and password.
too-many-attempts = Too many attempts. Try again in { $wait }.

## Problems with a name, email or new password

name-missing = Enter your name.
not-an-email = Enter an email address, like jane@example.com.
password-too-short = Use at least 8 characters.
password-common = This password is too common.
password-obvious = Too close to your name or email.
password-too-long = This password is too long. The limit is 1,024 bytes.
email-taken = An account with this email already exists. Sign in instead.
email-taken-by-other = Another account already uses this email.

## Page: login

login-title = Sign in
login-heading = Sign in
login-declined = Nothing was linked. Sign in with the account you want to use.
login-account-deleted = Your account and all its data were deleted.
login-needs-session = Please sign in.
login-opened-by = Opened from Entrata by { $company }
login-connect-heading = Connect your Entrata account
login-connect-lead = You’ll only do this once.
login-new-browser-heading = Confirm it’s you
login-new-browser-lead = You haven’t used this browser before. Enter your password once, and you’ll be signed in
    automatically from now on.
login-signed-in-as = You’re already signed in as { $name }, { $email }.
login-continue-as = Continue as { $name }
login-no-account = No account yet? Ask your administrator to create one for you.
login-from-entrata = Coming from Entrata? Open the App Store there and click the Latchkey tile. Once your Entrata user
    is linked, you won’t need a password.
login-no-script = Still seeing this page after you sign in? Your browser blocks cookies here and JavaScript is off, so
    Latchkey can’t keep you signed in. Turn on JavaScript for this site, or sign in to Latchkey in its own tab.
register-heading = Create an account
register-fix-fields = Fix the fields below to create your account.
register-button = Create account
new-password-hint = At least 8 characters. Try a short phrase.

## Page: confirm

confirm-title = Link your account
confirm-heading = Link this Entrata user to your account?
confirm-lead = Next time, this Entrata user is signed in automatically.
confirm-entrata-user = Entrata user
confirm-account = Latchkey account
confirm-company = Company
confirm-link = Link and continue
confirm-decline = Don’t link
confirm-warning = Only link if you opened Latchkey from Entrata yourself.
no-properties = None

## Page: consent

consent-title = Share with Syncaroo
consent-heading = Share your properties with Syncaroo?
consent-lead = Syncaroo wants to connect to your Latchkey account. If you approve, it can see the names and status of
    the properties below until you stop sharing.
consent-account = Your account
consent-connection = Syncaroo connection { $number }
consent-places = { $count ->
    [0] You don’t have any properties yet. Properties you get later will be shared, too.
    [one] 1 property will be shared. Properties you get later will be shared, too.
   *[other] { $count } properties will be shared. Properties you get later will be shared, too.
}
consent-approve = Approve
consent-deny = Cancel
consent-other-account = Use another account
consent-warning = Only approve if you started this in Syncaroo yourself.
consent-choose-title = Choose an account
consent-choose-heading = Which account do you want to share?
consent-choose-lead = You’re signed in to several accounts in this browser.
login-for-syncaroo = Syncaroo wants to connect to your account. Sign in to see what it would get.

## Page: error

error-title = Something went wrong
error-access-title = Access is turned off
error-confirmation-title = Nothing to confirm
error-ended-title = Your session has ended
error-account-disabled = Your access is turned off
error-account-disabled-text = Ask your administrator to turn it back on.
error-company-disabled = Your company’s access is turned off
error-company-disabled-text = Ask your Latchkey administrator to turn it back on.
error-company-suspended = Entrata has suspended Latchkey for your company
error-company-suspended-text = No one at your company can use Latchkey right now. Your account is fine. Ask your Entrata
    administrator to activate it again, then open Latchkey from Entrata.
error-confirmation = There’s nothing to confirm
error-confirmation-text = This confirmation was already used, declined, or expired, or it was started in another
    browser. Nothing was changed.
error-authorization = This link from Syncaroo doesn’t work
error-authorization-text = Nothing was shared. Go back to Syncaroo and connect Latchkey again. If it happens again, ask
    Syncaroo’s support to check the connection’s settings.
error-too-many-grants = You’ve shared with too many Syncaroo connections
error-too-many-grants-text = Open Latchkey, go to Connections, and stop sharing with one you no longer use.
error-new-tab = This link was already used
error-new-tab-text = Close this tab, then click “Open in a new tab” in Latchkey again.
error-too-many-tabs = Too many sessions are open
error-too-many-tabs-text = You’re signed in in too many tabs and browsers to open another one. Close this tab, sign out
    of the sessions you don’t need on the Sessions page, then try again.
error-too-many-registrations = You can’t create more accounts here
error-too-many-registrations-text = Five accounts were created since you opened Latchkey from Entrata. Sign in to one of
    them, or open Latchkey again from Entrata.
error-cross-site = This request didn’t come from Latchkey
error-cross-site-text = Nothing was changed. Open Latchkey and try again.
error-bad-request = We couldn’t process that
error-bad-request-text = Nothing was changed. Go back and try again.
error-internal = Something went wrong on our end
error-launch-failed-text = Open Latchkey again from Entrata. Your account is fine.
error-internal-text = Nothing was lost. Try again in a moment.
error-ended = Your session has ended
error-ended-for = Your session for { $company } has ended
error-ended-text = You signed out, you were inactive for too long, or the session was ended on the Sessions page, by a
    password change, or by unlinking its Entrata user. Nothing was changed.
error-what-you-typed = What you typed
error-access-lost = You can’t see this page anymore
error-access-lost-text = Your session ended or your access changed while this page was loading. Nothing was changed.
error-other-session = Continue with another session
error-reference = Reference ID: { $id }

## Page: not-found

not-found-title = Page not found
not-found-heading = Page not found
not-found-text = The address may be wrong, or the page was removed.
not-found-home = Go to home

## Page: relaunch

relaunch-title = Open again from Entrata
relaunch-heading = Open Latchkey again from Entrata
relaunch-refused = This sign-in link expired or was already used. If it keeps happening, Latchkey may not be turned on
    for your company.
relaunch-used = This sign-in link was already used. Your account is fine.
relaunch-not-framed-heading = Open Latchkey from inside Entrata
relaunch-not-framed = This link only works inside Entrata. If someone sent it to you, close this page.
relaunch-malformed = This link is incomplete.
relaunch-have-password = Have a password? { $link }
relaunch-sign-in = Sign in without Entrata

## Page: unavailable

unavailable-title = Unavailable right now
unavailable-unreachable = We can’t reach Entrata
unavailable-unreachable-text = Nothing was lost. Try again in a moment.
unavailable-no-answer = Entrata didn’t respond
unavailable-no-answer-text = Wait a moment, then open Latchkey again. Your account is fine.
unavailable-client-refused = Latchkey can’t connect to Entrata
unavailable-client-refused-text = Entrata rejected Latchkey’s credentials. Ask your Latchkey administrator to check the
    log. Your account is fine. Once it’s fixed, open Latchkey again from Entrata.
unavailable-storage = Latchkey can’t save anything right now
unavailable-storage-text = Nothing was lost. Wait a moment, then try again.
unavailable-busy = Too many requests
unavailable-busy-text = Wait a moment, then try again. Nothing was lost.
unavailable-try-again = Try again
unavailable-reload = Reload this page to try again.

## Page: visits

visits-title = Choose a session
visits-heading = Choose a session
visits-lead = You have more than one Latchkey session open in this browser.

## Connections to other systems

system-octorate = Octorate
system-activebuilding = ActiveBuilding
system-rex = Gryphtech REX
system-syncaroo = Syncaroo
connection-state-connected = Connected
connection-state-failing = Not working
connection-state-needs-reconnect = Reconnect needed
reason-unreachable = We can’t reach { $system } right now.
reason-slow = { $system } took too long to respond.
reason-down = { $system } is having problems.
reason-limited = { $system } is busy.
reason-gone = { $system } no longer accepts this connection.
reason-client-refused = { $system } doesn’t accept Latchkey’s credentials. Ask your Latchkey administrator to check the
    log.
reason-refused = { $system } refused the request.
reason-endless = { $system }’s list is too long to load.
reason-not-understood = Latchkey couldn’t read { $system }’s response.
reason-ours = Something went wrong on our end.
operation-sign-in = Signed in
operation-refresh = Renewed access
operation-test = Tested the connection
operation-check-keys = Checked your keys
operation-places = Loaded properties
operation-offices = Loaded offices
operation-associates = Loaded agents
operation-items = Loaded rooms
operation-revoke = Ended access
connection-unnamed = { $system } account
connection-account-id = Account { $id }

## Page: connections

connections-title = Connections
connections-heading = Connections
connections-lead = Connect the other systems you use. Their properties show up in Latchkey next to Entrata’s.
connections-connect-another = Connect another account
connections-connect = Connect { $system }
connections-octorate-text = Octorate opens in a new tab and asks you to approve. When you’re done, come back here.
connections-octorate-waiting = Finish in the other tab. This page updates by itself.
connections-octorate-check = Check again
connections-activebuilding-text = Sign in with your ActiveBuilding username and password. We use the password once and
    don’t save it.
connections-rex-text = Enter the keys that Gryphtech gave you. We check them before we save them.
connections-activebuilding-username = ActiveBuilding username
connections-activebuilding-password = ActiveBuilding password
connections-rex-api-key = API key
connections-rex-secret-key = Secret key
connections-rex-integrator-id = Integrator ID
connections-never-read = Nothing loaded yet
connections-places = { $count ->
    [one] 1 property
   *[other] { $count } properties
  }
connections-places-age = { $places } · updated { $time }
connections-disconnected = Disconnected. Everything Latchkey loaded from { $system } was deleted.
connections-syncaroo-text = You approved these connections in Syncaroo. They let Syncaroo see your properties.
connections-syncaroo-none = You aren’t sharing anything with Syncaroo. To share your properties, connect Latchkey in
    Syncaroo.
grant-name = Connection { $number }
grant-used = Approved { $approved } · last used { $used }
grant-not-used = Approved { $approved } · not used yet
grant-updates = Latest updates
grant-revoke = Stop sharing
# For screen readers.
grant-revoke-label = Stop sharing: { $grant }
update-queued = Waiting
update-read = Loaded
update-nothing-to-read = Received
update-refused = Ignored: it didn’t come from Syncaroo’s own address
update-failed = Couldn’t be loaded
connect-empty = Fill in this field.
connect-unusable = Check this field. It’s too long or has characters that can’t be typed.
connect-refused = { $system } didn’t accept what you entered. Check it and try again.
connect-failed = { $reason } Nothing was saved. Try again in a moment.
connect-too-many = You have { $count } connections already. Disconnect one first.

## Page: connection

connection-lead = { $system } · connected { $time }
connection-tested = The connection works.
connection-test-failed = The test failed. { $reason }
connection-sync-started = Update from { $system } started.
connection-reconnected = Reconnected.
connection-failing = { $reason } We’ll try again within { $wait }. Until then, you’ll see what we
    loaded last.
connection-needs-reconnect = { $system } no longer accepts this connection. Reconnect it to get updates. Until then,
    you’ll see what we loaded last.
connection-reading = Loading…
connection-reading-pages = Loading page { $page }…
connection-reading-items = Loading rooms and people… { $count } of { $total } properties
connection-reading-page = Loading page { $page } of { $pages }…
connection-test = Test connection
connection-sync = Update now
connection-reconnect = Reconnect
connection-reconnect-octorate = Octorate opens in a new tab and asks you to approve again. You won’t lose any data here.
connection-reconnect-activebuilding = Sign in to ActiveBuilding again. You won’t lose any data here.
connection-reconnect-rex = Enter your keys again, or new ones. You won’t lose any data here.
connection-disconnect = Disconnect
connection-disconnect-summary = Disconnect…
connection-disconnect-text = This deletes the connection and everything loaded from { $system }. In { $system }, nothing
    changes.
connection-places-heading = Properties
connection-places-empty = { $system } didn’t list any properties.
connection-places-not-read = Properties will show up here once they’re loaded.
connection-place-kind = Type
connection-place-status = Status
connection-items = { $count ->
    [one] 1 item
   *[other] { $count } items
  }
connection-more-items = { $count ->
    [one] 1 more item isn’t listed here.
   *[other] { $count } more items aren’t listed here.
  }
connection-log-heading = Recent activity
connection-log-time = When
connection-log-what = Activity
connection-log-result = Result
connection-log-duration = Time taken
connection-log-request-id = { $system }’s request ID
connection-log-request = Request ID
connection-log-done = OK
connection-log-status = { $text } ({ $status })
milliseconds = { $count } ms

## Page: connected

connected-title = Connected
connected-heading = { $system } is connected
connected-text = Close this tab and go back to Entrata. Latchkey shows your { $system } properties there.
connected-installation-text = Latchkey can now load data from { $system }. You can close this tab.
connected-link = Open Latchkey in this tab

## Errors of a connection

error-connect-state = We couldn’t connect your account
error-connect-state-text = This approval expired, was already used, or was started in another browser, or your browser
    blocks all cookies. Nothing was changed. Close this tab and connect again in Latchkey.
error-connect-declined = You didn’t approve the connection
error-connect-declined-text = Nothing was changed. You can close this tab and try again in Latchkey.
error-connect-refused = The other system refused the connection
error-connect-refused-text = Nothing was changed. Close this tab and connect again in Latchkey.
error-connect-unreachable = We can’t reach the other system
error-connect-unreachable-text = Nothing was changed. Close this tab and connect again in a moment.
error-connect-too-many = You have too many connections
error-connect-too-many-text = Close this tab and disconnect one on the Connections page first. Nothing was changed.
error-connect-ticket = This button was already used
error-connect-ticket-text = Close this tab, open Latchkey in Entrata again, and connect from there.

## Page: home

home-title = Home
home-heading = Welcome, { $name }
home-launched-as = Signed in from Entrata as { $email }.
home-signed-in-as = Signed in as { $email }.
home-new-link = Entrata user { $user } of { $company } was linked to your account { $time }. If that wasn’t you, { $link }.
home-remove-link = remove the link
home-reconnect = Your { $system } connection { $name } needs to be reconnected. { $link }
home-no-links = No Entrata user is linked to this account yet. Open Latchkey from the App Store in Entrata to link
    yours.
home-download = Download properties as CSV
home-entrata = Entrata
home-no-properties = Entrata didn’t list any properties for this user.
home-not-opened = Properties will show up here after this user opens Latchkey from Entrata.
home-first-shown = Showing the first { $count }.
home-all-properties = See all properties
blocked-suspended = { $company } isn’t shown because Latchkey was suspended for it in Entrata. Ask its Entrata
    administrator to activate it again.
blocked-disabled = { $company } isn’t shown because its access is turned off. Ask your Latchkey administrator to turn it
    back on.

## Page: account

account-title = Account
account-heading = Account
account-name-saved = Name saved.
account-email-saved = Email saved. Use it the next time you sign in.
account-password-changed = Password changed. You’re signed out everywhere else.
account-unlinked = Entrata user unlinked and signed out.
account-password-confirmed = Password confirmed. You can download your data below for the next five minutes.
links-heading = Linked Entrata users
links-lead = Anyone who opens Latchkey as one of these Entrata users is signed in to this account.
links-none = None linked yet. Open Latchkey from the App Store in Entrata to link yours.
links-only-one = You need at least one linked Entrata user. To unlink this one, link another first. If someone else
    linked it, choose “This wasn’t me.”
links-last = You can’t unlink your only Entrata user. Link another one first.
links-used = Linked { $linked } · first used { $first } · last used { $last }
links-not-used = Linked { $linked } · not opened from Entrata yet
unlink-summary = Unlink…
unlink-button = Unlink
unlink-text = This signs out its sessions, including this one if it’s the current one. It will need a password the next
    time it opens Latchkey.
remove-link-summary = This wasn’t me
remove-link-button = Remove link
remove-link-text = This removes the link and signs out anyone using it. If someone else knows your password, change it
    too.
# For screen readers: what a control does, and to which Entrata user.
unlink-summary-label = { $summary } { $identity }
unlink-button-label = { $button }: { $identity }
name = Name
save = Save
email-new = New email
email-hint = You’ll sign in with this email from now on. We won’t send a confirmation, so check the spelling.
password-current = Current password
password-new = New password
password-change-hint = At least 8 characters. Try a short phrase. You’ll be signed out everywhere else.
password-change = Change password
export-heading = Download your data
export-text = Everything Latchkey has about you: your account, your linked Entrata users with full IDs and properties,
    your sessions, and your history. Passwords and keys aren’t included.
export-download = Download as JSON
delete-heading = Delete account
delete-text = This permanently deletes your account, unlinks your Entrata users, and signs you out everywhere. You can’t
    undo it. To confirm, type { $email }.
delete-email = Account email
delete-email-mismatch = That doesn’t match your account email. Nothing was deleted.
delete-button = Delete account

## Page: history

history-title = History
history-heading = History
history-lead = Activity for { $email }. We keep it for 400 days.
history-download = Download: { $csv } · { $json }
history-csv = CSV
history-json = JSON
history-empty = No more activity.
history-older = Older
event-registered = Account created
event-signed-in = Signed in with password
event-continued = Continued as the signed-in account
event-launched = Opened from Entrata
event-tab-opened = Opened in a new tab
event-failed = Sign-in failed
event-linked = Entrata user linked
event-declined = Link declined
event-unlinked = Entrata user unlinked
event-disowned = Link removed: someone else had created it
event-password-changed = Password changed
event-name-changed = Name changed
event-email-changed = Email changed
event-account-deleted = Account deleted
event-registration-expired = Account deleted because it wasn’t linked within a day
event-session-ended = Session signed out
event-session-stolen = Session signed out: it was in use in two places, so someone may have copied it
event-code-replayed = Blocked: a used sign-in link was opened again from somewhere else
event-keys-rotated = Encryption keys changed
event-account-disabled = Account turned off
event-account-enabled = Account turned back on
event-company-disabled = Company turned off
event-company-enabled = Company turned back on
event-company-suspended = Signed out: Entrata suspended Latchkey for the company
event-company-activated = Entrata reactivated Latchkey for the company
event-grant-approved = Approved sharing with Syncaroo
event-grant-revoked = Stopped sharing with Syncaroo
event-grant-reused = Syncaroo’s access ended: a code or token was used twice
event-suspension-lifted = Suspension lifted: Latchkey was opened from Entrata again
event-connected = Property system connected
event-reconnected = Property system reconnected
event-disconnected = Property system disconnected

## Page: sessions

sessions-title = Sessions
sessions-heading = Sessions
sessions-lead = Where { $email } is signed in. Sign out any session you don’t recognize.
sessions-alone = You’re not signed in anywhere else.
sessions-sign-out-others = Sign out all others
sessions-sign-out-everywhere = Sign out everywhere
sessions-unknown-browser = Unknown browser
sessions-this-browser = This browser
sessions-by-password = Email and password
sessions-sign-out-of = Sign out of { $session }
sessions-started = Started
sessions-last-used = Last used

## Lists

search = Search
clear-search = Clear search
list-page = Page { $page } of { $pages }
list-pages-label = Pagination
list-previous = Previous
list-next = Next
list-download = Download as CSV
list-print = Show all on one page to print
list-cut = Showing the first 100,000 only.
properties-none = No properties
properties-no-match = No matching properties
properties-no-match-for = No properties match “{ $query }”.
properties-all = { $total ->
    [one] { $total } property
   *[other] { $total } properties
  }
properties-some = { $total ->
    [one] { $shown } of { $total } property
   *[other] { $shown } of { $total } properties
  }
residents-none = No residents
residents-no-match = No matching residents
residents-no-match-for = No residents match “{ $query }”.
residents-all = { $total ->
    [one] { $total } resident
   *[other] { $total } residents
  }
residents-some = { $total ->
    [one] { $shown } of { $total } resident
   *[other] { $shown } of { $total } residents
  }

## How old a list is, and why it is not newer

list-updated = Updated { $time }
list-refresh = Refresh
list-check-again = Check again
list-updating = Updating…
list-updating-busy = Updating… Entrata is busy. Continuing in { $wait }.
list-slow = This is taking longer than usual. { $progress }
list-older-data = Showing data from { $time }.
loading-properties = Loading properties…
loading-company-properties = Loading { $company } properties…
loading-residents = Loading residents…
loading-leases = Loading leases…
loading-so-far = { $rows } so far
loading-of-about = { $rows } of about { $total }
loading-busy = (Entrata is busy. Continuing in { $wait })
read-open-again = Open Latchkey again from Entrata to load new data for { $company }.
read-not-permitted = Latchkey doesn’t have access to this property. Your Entrata administrator can allow it.
read-list-not-permitted = Latchkey doesn’t have access to the property list of { $company }. Your Entrata administrator
    can allow it.
read-not-enabled = Latchkey isn’t turned on for { $company } in Entrata.
read-down = We can’t reach Entrata for { $company } right now.
read-too-slow = Entrata took too long to respond for { $company }.
read-limited = Entrata is busy. Try again in a minute.
read-limited-for = Entrata is busy. Try again in { $wait }.
read-not-understood = Latchkey couldn’t read Entrata’s response for { $company }.
read-busy = Several lists are already loading. Wait for one to finish, then try again.
read-failed = Something went wrong on our end. Try again in a moment.

## Page: properties

properties-title = Properties
properties-heading = Properties
properties-of-company = Properties you can access at { $company }
properties-of-account = Properties { $email } can access at all companies
properties-only = Only { $company }
properties-all-companies = All my companies
properties-empty = Entrata didn’t list any properties for you.
properties-connected = and in your other systems.
properties-connected-cut = Your other systems have { $total } properties. The first 5,000 are listed. Search to find the
    others.
property-find = Find a property
property-name = Name
property-company = Company
property-address = Address
property-city = City
property-phone = Phone
property-id = ID
property-disabled = Disabled
property-no-access = No access

## Page: property

property-website = Website
residents-heading = Residents
residents-empty = No residents to show.
resident-find = Find a resident
resident-unit = Unit
resident-name = Name
resident-contact = Contact
resident-lease = Lease

## Page: resident

resident-title = Resident
resident-heading = Resident
resident-building = Building
resident-phone = Phone
resident-status = Lease status
resident-id = ID
leases-heading = Leases
leases-empty = No leases at this property.
lease-heading = Lease { $id }
lease-heading-status = Lease { $id } · { $status }
lease-start = Start
lease-end = End
lease-moved-in = Moved in
lease-moved-out = Moved out
lease-residents = Residents: { $people }
