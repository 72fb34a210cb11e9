//! Bugs that tests plant, to prove that the simulator finds them.
//!
//! Each is one `if` where a programmer would make the mistake. Without the cargo feature `planted` (which only the
//! simulator enables) [`buggy`] is `false` at compile time, so the production binary has none of them. With it, at most
//! one bug is planted at a time, and only on one thread: a simulator run stays on one thread.

macro_rules! bugs {
    ($(#[doc = $doc:literal] $name:ident = $text:literal,)*) => {
        /// A bug that can be planted.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Bug { $(#[doc = $doc] $name,)* }

        impl Bug {
            /// Every bug there is.
            pub const ALL: &[Bug] = &[$(Bug::$name,)*];

            /// The bug's name on a command line.
            pub const fn name(self) -> &'static str {
                match self { $(Bug::$name => $text,)* }
            }

            /// A description of the bug, in one sentence.
            pub const fn about(self) -> &'static str {
                match self { $(Bug::$name => $doc.trim_ascii_start(),)* }
            }
        }
    };
}

bugs! {
    /// The beginning of a line is lost if the rest has not arrived yet.
    PartialLineDropped = "partial-line-dropped",
    /// Only the first line of a read is handled.
    OneLinePerRead = "one-line-per-read",
    /// The rest of a short write is never sent.
    ShortWriteTailLost = "short-write-tail-lost",
    /// Output queued for a closed connection is sent to the next one with its number.
    StaleOutputOnReuse = "stale-output-on-reuse",
    /// A user whose connection closed stays a member of their channels.
    ClosedStaysMember = "closed-stays-member",
    /// A channel message is sent back to its sender.
    EchoToSender = "echo-to-sender",
    /// A client shows its own message before the server has it.
    OwnShownAtOnce = "own-shown-at-once",
    /// A private message also goes to another user.
    PrivateMessageLeaked = "private-message-leaked",
    /// A slow reader's queue grows without bound.
    UnboundedQueue = "unbounded-queue",
    /// The next piece of a long reply begins one row too late.
    PieceRowSkipped = "piece-row-skipped",
    /// If a client's queue is full when a piece of a long reply is sent, the next piece never comes.
    DrainForgotten = "drain-forgotten",
    /// A new line is written before those already queued.
    WriteOvertakesQueue = "write-overtakes-queue",
    /// A read stops before the socket is empty, and no further readiness event comes.
    EdgeLost = "edge-lost",
    /// A new connection is read from before those that were ready when it came.
    NewcomersFirst = "newcomers-first",
    /// A deadline is handled before input that has arrived.
    DeadlinesFirst = "deadlines-first",
    /// A stream whose write budget is used up counts as blocked, and no readiness event comes.
    BudgetIsBlocked = "budget-is-blocked",
    /// A visitor who sends an HTTP request says it in the lobby.
    WebRequestSaid = "web-request-said",
    /// Output beyond one round's write budget stays queued until something else is sent.
    BudgetForgotten = "budget-forgotten",
    /// An unfinished line at the end of a connection is handled as if it were complete.
    CutLineTaken = "cut-line-taken",
    /// A user who shares two channels with one who quits gets QUIT twice.
    QuitToldTwice = "quit-told-twice",
    /// A NOTICE that user mode g blocks is answered.
    NoticeRefusalAnswered = "notice-refusal-answered",
    /// Numeric 718 is addressed to the caller's nick, not to its receiver's.
    CallerAddressed = "caller-addressed",
    /// A user's old nick stays taken after a change.
    OldNickKept = "old-nick-kept",
    /// A channel without members is kept, with its topic and modes.
    EmptyChannelKept = "empty-channel-kept",
    /// A client that requested message-tags gets the time tag without server-time.
    TimeUnasked = "time-unasked",
    /// TAGMSG goes to everybody, even without message-tags.
    TagmsgToAll = "tagmsg-to-all",
    /// Everybody gets extended-join's account and real name.
    JoinExtendedForAll = "join-extended-for-all",
    /// A client with batch gets AWAY lines without asking for them.
    AwayUnasked = "away-unasked",
    /// AWAY lines go to users who share no channel with the user.
    AwayToStrangers = "away-to-strangers",
    /// Every line of a labelled response has the label.
    LabelOnEachLine = "label-on-each-line",
    /// A labelled command without replies is not acknowledged.
    LabelUnanswered = "label-unanswered",
    /// A line that arrives while its connection waits for an answer overtakes earlier ones.
    WaitOvertaken = "wait-overtaken",
    /// If a command waits for an answer, the rest of its event is lost.
    HeldLost = "held-lost",
    /// If a command waits for an answer, the rest of its read is lost.
    RestOfReadLost = "rest-of-read-lost",
    /// A sender with echo-message gets the echo twice.
    EchoTwice = "echo-twice",
    /// The echo of a message has no client-only tags.
    EchoWithoutTags = "echo-without-tags",
    /// A STATUSMSG goes to all members.
    StatusmsgToAll = "statusmsg-to-all",
    /// A receiver without multiline gets only the first line.
    FallbackCutShort = "fallback-cut-short",
    /// Anybody can redact anybody's messages.
    RedactByAnybody = "redact-by-anybody",
    /// In an auditorium everybody is sent JOIN.
    AuditoriumJoinTold = "auditorium-join-told",
    /// A mute has no effect.
    MuteUnheeded = "mute-unheeded",
    /// An address in a mask matches only in the spelling that users see, and a network matches nobody.
    AddressComparedAsText = "address-compared-as-text",
    /// A certificate counts, although its owner could not prove that it is theirs.
    UnprovenCertificate = "unproven-certificate",
    /// A banned user is forwarded.
    BannedForwarded = "banned-forwarded",
    /// An invitation is not used up by joining.
    InvitationKept = "invitation-kept",
    /// A MODE line that sets and removes modes has only its first sign.
    SignLost = "sign-lost",
    /// Removing a mode is not announced.
    ModeOffUntold = "mode-off-untold",
    /// A removed rank is announced but kept.
    RankKept = "rank-kept",
    /// A killed user stays a member of their channels.
    KilledStaysMember = "killed-stays-member",
    /// Privileges survive MODE -o.
    PrivilegesKept = "privileges-kept",
    /// Watchers are not told that a monitored user left.
    OfflineUntold = "offline-untold",
    /// A user's metadata goes to all subscribers, even those who cannot see the user.
    MetadataToStrangers = "metadata-to-strangers",
    /// Nicks are looked up as ASCII, whatever the casemapping.
    NickFoldedAscii = "nick-folded-ascii",
    /// A nick that looks like another one is accepted.
    LookalikeAccepted = "lookalike-accepted",
    /// A capability that is switched off stays on.
    CapabilityKept = "capability-kept",
    /// The batch that answers a label is never closed.
    BatchLeftOpen = "batch-left-open",
    /// Everybody can see everybody's certificate fingerprint.
    FingerprintToAll = "fingerprint-to-all",
    /// Secure connections get the sts port instead of the duration.
    StsOnSecure = "sts-on-secure",
    /// Two actions at the same moment get the same id.
    IdComesAgain = "id-comes-again",
    /// Bytes right after the TLS handshake are lost.
    TlsHandshakeTailLost = "tls-handshake-tail-lost",
    /// TLS's close_notify is ignored: the connection goes on.
    CloseNotifyIgnored = "close-notify-ignored",
    /// rustls gets only as much of a read as it accepts in one call.
    TlsRecordCut = "tls-record-cut",
    /// A PROXY header is believed from anyone.
    ProxyHeaderBelieved = "proxy-header-believed",
    /// Bytes after a PROXY header in the same read are lost.
    ProxyTailLost = "proxy-tail-lost",
    /// A WebSocket frame split across reads is dropped.
    FrameSplitDropped = "frame-split-dropped",
    /// A WebSocket ping is answered with a different payload.
    PongPayloadWrong = "pong-payload-wrong",
    /// Frames right after the WebSocket handshake are lost.
    WsHandshakeTailLost = "ws-handshake-tail-lost",
    /// X-Forwarded-For is believed from anyone.
    ForwardedBelieved = "forwarded-believed",
    /// Deadlines use the wall clock.
    OneClock = "one-clock",
    /// A message that the log refuses is shown anyway.
    RefusedLineKept = "refused-line-kept",
    /// A change that the log refuses is hidden from those who must see it.
    RefusedChangeHidden = "refused-change-hidden",
    /// Lines about a logged fact are not held.
    StampForgotten = "stamp-forgotten",
    /// A refused message can be redacted.
    UndoForgotten = "undo-forgotten",
    /// An unsettled message can be redacted, which reveals that it was sent.
    UnsettledRedacted = "unsettled-redacted",
    /// The refusal of a labelled message has no label.
    RefusalUnlabelled = "refusal-unlabelled",
    /// Operators are notified of every refusal, not only the first.
    RefusalToldEachTime = "refusal-told-each-time",
    /// A message to oneself is delivered although it is refused.
    AsideNotHeld = "aside-not-held",
    /// A handler changes a channel outside its fact.
    ChangeOutsideFact = "change-outside-fact",
    /// A session that ends stays among the watchers of a nick.
    WatcherLeftBehind = "watcher-left-behind",
    /// A channel that ends stays among the invitations of users.
    InvitationOneSided = "invitation-one-sided",
    /// A user's action is not sent to their other sessions.
    OtherSessionUntold = "other-session-untold",
    /// A user with several sessions gets their own message on the sending session, even without echo-message.
    SpeakerHearsItself = "speaker-hears-itself",
    /// The caller's other sessions get the command's label.
    LabelOnOtherSession = "label-on-other-session",
    /// A user is shown as away when only one session is away.
    AwayOfOneShown = "away-of-one-shown",
    /// A session that ends is announced as if its user left.
    SessionQuitTold = "session-quit-told",
    /// A user is removed when the first of several sessions ends.
    UserEndsWithSession = "user-ends-with-session",
    /// A user stays a server operator after the session that sent OPER has ended.
    OfficeOutlivesSession = "office-outlives-session",
    /// One session of a killed user stays connected.
    KillLeavesSession = "kill-leaves-session",
    /// The nick with which a connection registered stays taken after it attaches to a user.
    ProvisionalNickKept = "provisional-nick-kept",
    /// Attaching a session is announced as JOINs.
    AttachToldAsJoin = "attach-told-as-join",
    /// A ban on the address of a second session has no effect.
    SecondAddressUnbanned = "second-address-unbanned",
    /// A user who should remain without sessions is removed with the last one.
    StayForgotten = "stay-forgotten",
    /// A user who is to stay without sessions only for a time stays for ever.
    EndForgotten = "end-forgotten",
    /// A user who stays without sessions silently loses one channel.
    StayingMemberForgotten = "staying-member-forgotten",
    /// One session's metadata subscriptions apply to all sessions of its user.
    SubscriptionsShared = "subscriptions-shared",
    /// The sender is not told that nobody is left to receive the message.
    LossUntold = "loss-untold",
    /// A line held for the log is written at once.
    GateIgnored = "gate-ignored",
    /// A line that need not be held is written before held ones.
    FreeLineOvertakes = "free-line-overtakes",
    /// What the log refuses is shown as if it were stored.
    RefusedLineShown = "refused-line-shown",
    /// The sender of a refused message is not told.
    RefusedHalfMissing = "refused-half-missing",
    /// Lines that must be shown even if refused are dropped.
    KeptLineDropped = "kept-line-dropped",
    /// A connection is ended before its held lines are written.
    GoodbyeOvertakes = "goodbye-overtakes",
    /// A visitor's transport says goodbye before lines that are held.
    VisitorGoodbyeOvertakes = "visitor-goodbye-overtakes",
    /// A closed connection is given up while lines for it are held.
    LingerWhileHeld = "linger-while-held",
    /// One round's facts are handed to the store in two commits.
    CommitCut = "commit-cut",
    /// Lines held for the last commit stay held when it is settled.
    SettledOneTooFew = "settled-one-too-few",
    /// Lines held for the next commit are released too early.
    SettledOneTooMany = "settled-one-too-many",
    /// Output held for a closed connection is sent to the next one with its number.
    HeldOutputOnReuse = "held-output-on-reuse",
    /// A stopping server drops the held lines.
    StopForgetsHeld = "stop-forgets-held",
    /// Reading that was paused because of held lines never resumes.
    ReadPauseKept = "read-pause-kept",
    /// A connection is timed out for input that was not read because of held lines.
    UnreadTimedOut = "unread-timed-out",
    /// After the wall clock was set back, a message has an earlier time than the one before it.
    StampedByClock = "stamped-by-clock",
    /// In a channel with mode U all members receive what members without voice say.
    OpModeratedToAll = "op-moderated-to-all",
    /// A session that is not by TLS becomes one of a user in a channel for TLS only.
    PlainSessionAttached = "plain-session-attached",
    /// A NOTICE does not reset the idle time.
    NoticeLeavesIdle = "notice-leaves-idle",
    /// Metadata subscriptions are kept when a client gives up the capability for batches.
    SubscriptionsKept = "subscriptions-kept",
    /// A forgotten invitation is removed from the user's list, but not from the channel's.
    OldestInvitationOneSided = "oldest-invitation-one-sided",
    /// The size of a multiline message is that of its last line.
    LastLineMeasured = "last-line-measured",
    /// The user whom a user accepted is told from others only by a number that comes back.
    AcceptedByNumber = "accepted-by-number",
    /// An answer goes to the connection that now has the number of the one that asked.
    AnswerToNumber = "answer-to-number",
    /// C1 control characters are allowed in names.
    ControlsAccepted = "controls-accepted",
    /// A line that is too long leaves its last words to the next line.
    RefusedWordsKept = "refused-words-kept",
    /// A session suspended until less is unsettled never resumes.
    RoomForgotten = "room-forgotten",
}

#[cfg(feature = "planted")]
thread_local! {
    static PLANTED: std::cell::Cell<Option<Bug>> = const { std::cell::Cell::new(None) };
}

/// Whether `bug` is planted on this thread.
#[cfg(feature = "planted")]
pub fn buggy(bug: Bug) -> bool {
    PLANTED.get() == Some(bug)
}

/// Always `false`: without the feature no bug is planted.
#[cfg(not(feature = "planted"))]
#[inline(always)]
pub const fn buggy(_bug: Bug) -> bool {
    false
}

/// Plants `bug`, or none, on this thread until the guard is dropped, which restores the previous one.
#[cfg(feature = "planted")]
pub fn plant(bug: impl Into<Option<Bug>>) -> Planted {
    Planted { before: PLANTED.replace(bug.into()), _here: std::marker::PhantomData }
}

/// Keeps a bug planted on this thread.
#[cfg(feature = "planted")]
#[must_use = "the bug is gone when this is dropped"]
#[derive(Debug)]
pub struct Planted {
    before: Option<Bug>,
    /// Not `Send`: the guard belongs to one thread.
    _here: std::marker::PhantomData<*const ()>,
}

#[cfg(feature = "planted")]
impl Drop for Planted {
    fn drop(&mut self) {
        PLANTED.set(self.before);
    }
}
