//! Bugs that tests plant, to prove that the simulator would find them.
//!
//! Each is one `if` at the place where such a bug would be made. Without the cargo feature `planted` (which only
//! the simulator asks for) [`buggy`] is `false` at compile time and the production binary has none of them. With it, at most
//! one is planted at a time, on one thread: a run of the simulator stays on one.

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

            /// What is wrong with it, in a sentence.
            pub const fn about(self) -> &'static str {
                match self { $(Bug::$name => $doc.trim_ascii_start(),)* }
            }
        }
    };
}

bugs! {
    /// The beginning of a line is forgotten when the rest has not arrived yet.
    PartialLineDropped = "partial-line-dropped",
    /// Of what one read brought, only the first line is handled.
    OneLinePerRead = "one-line-per-read",
    /// What a short write left over is never sent.
    ShortWriteTailLost = "short-write-tail-lost",
    /// What waited for a closed connection is sent to the next one with its number.
    StaleOutputOnReuse = "stale-output-on-reuse",
    /// A connection that closed stays a member of its channels.
    ClosedStaysMember = "closed-stays-member",
    /// A line to a channel comes back to its sender.
    EchoToSender = "echo-to-sender",
    /// A private message also goes to another user.
    PrivateMessageLeaked = "private-message-leaked",
    /// A queue grows without a bound when its reader is slow.
    UnboundedQueue = "unbounded-queue",
    /// A new line is written before those that already wait.
    WriteOvertakesQueue = "write-overtakes-queue",
    /// A read stops before the socket is empty, and edge-triggered readiness never comes again.
    EdgeLost = "edge-lost",
    /// What one round's budget of writing left over waits until something else is said.
    BudgetForgotten = "budget-forgotten",
    /// A line cut by the end of a connection is taken for a whole one.
    CutLineTaken = "cut-line-taken",
    /// A user who shares two channels with a leaving one is told twice.
    QuitToldTwice = "quit-told-twice",
    /// A NOTICE to somebody with mode g who does not accept its sender is answered.
    NoticeRefusalAnswered = "notice-refusal-answered",
    /// The nick of a user who changed it stays taken.
    OldNickKept = "old-nick-kept",
    /// A channel without members is kept, with its topic and modes.
    EmptyChannelKept = "empty-channel-kept",
    /// Whoever asked for tags is told the time, too.
    TimeUnasked = "time-unasked",
    /// TAGMSG goes to everybody, also to those who know of no tags.
    TagmsgToAll = "tagmsg-to-all",
    /// JOIN has account and real name for everybody.
    JoinExtendedForAll = "join-extended-for-all",
    /// Whoever uses batches is told when others go away, also who did not ask for that.
    AwayUnasked = "away-unasked",
    /// That somebody goes away is told to strangers.
    AwayToStrangers = "away-to-strangers",
    /// Every line of an answer has the label.
    LabelOnEachLine = "label-on-each-line",
    /// A labeled command that says nothing is not acknowledged.
    LabelUnanswered = "label-unanswered",
    /// A line that comes while its connection waits for an answer is handled before those that came earlier.
    WaitOvertaken = "wait-overtaken",
    /// The rest of the event in which a connection began to wait is lost.
    HeldLost = "held-lost",
    /// The rest of the read in which a connection began to wait is lost.
    RestOfReadLost = "rest-of-read-lost",
    /// Who asked for the echo of a message is sent it twice.
    EchoTwice = "echo-twice",
    /// The echo of a message has no client-only tags.
    EchoWithoutTags = "echo-without-tags",
    /// What is said to those of a rank comes to all members.
    StatusmsgToAll = "statusmsg-to-all",
    /// Who reads no messages in several lines is sent only the first.
    FallbackCutShort = "fallback-cut-short",
    /// Everybody may take back everybody's messages.
    RedactByAnybody = "redact-by-anybody",
    /// In an auditorium everybody hears who joins.
    AuditoriumJoinTold = "auditorium-join-told",
    /// A mute silences nobody.
    MuteUnheeded = "mute-unheeded",
    /// Who is banned is forwarded.
    BannedForwarded = "banned-forwarded",
    /// An invitation opens the door again and again.
    InvitationKept = "invitation-kept",
    /// Of a change that switches modes on and off only the first sign is told.
    SignLost = "sign-lost",
    /// A mode that is switched off is not told.
    ModeOffUntold = "mode-off-untold",
    /// That somebody lost a rank is told, and they keep it.
    RankKept = "rank-kept",
    /// Who is killed stays a member of their channels.
    KilledStaysMember = "killed-stays-member",
    /// Who lays an operator's office down keeps the privileges.
    PrivilegesKept = "privileges-kept",
    /// Who watches a nick is not told that its user left.
    OfflineUntold = "offline-untold",
    /// Somebody's metadata is told to all who subscribed, also to those who do not see them.
    MetadataToStrangers = "metadata-to-strangers",
    /// Nicks are looked up as ASCII, whatever the casemapping is.
    NickFoldedAscii = "nick-folded-ascii",
    /// A nick that looks like another one is accepted.
    LookalikeAccepted = "lookalike-accepted",
    /// A capability that is switched off stays on.
    CapabilityKept = "capability-kept",
    /// The batch that answers a label is never closed.
    BatchLeftOpen = "batch-left-open",
    /// Everybody is shown the fingerprint of everybody's certificate.
    FingerprintToAll = "fingerprint-to-all",
    /// Who has connected securely is told to do so, not for how long.
    StsOnSecure = "sts-on-secure",
    /// Two things that users do in one moment have the same id.
    IdComesAgain = "id-comes-again",
    /// What came right behind the end of TLS's handshake is lost.
    TlsHandshakeTailLost = "tls-handshake-tail-lost",
    /// TLS's goodbye is passed over: the connection goes on as if it had not been said.
    CloseNotifyIgnored = "close-notify-ignored",
    /// Of what one read brought, TLS is given only what it takes at once.
    TlsRecordCut = "tls-record-cut",
    /// A PROXY header is believed from anyone.
    ProxyHeaderBelieved = "proxy-header-believed",
    /// What came in the same read behind a PROXY header is lost.
    ProxyTailLost = "proxy-tail-lost",
    /// A frame of a WebSocket that is split across reads is dropped.
    FrameSplitDropped = "frame-split-dropped",
    /// A WebSocket's ping is answered with another payload.
    PongPayloadWrong = "pong-payload-wrong",
    /// Frames that come right behind a WebSocket's handshake are lost.
    WsHandshakeTailLost = "ws-handshake-tail-lost",
    /// What X-Forwarded-For says is believed from anyone.
    ForwardedBelieved = "forwarded-believed",
    /// Deadlines go by the clock on the wall.
    OneClock = "one-clock",
    /// What was said, and is refused by the log, is shown all the same.
    RefusedLineKept = "refused-line-kept",
    /// A change that the log refuses is hidden from those who must see it.
    RefusedChangeHidden = "refused-change-hidden",
    /// What the log keeps does not wait for it.
    StampForgotten = "stamp-forgotten",
    /// A message that was refused can be taken back.
    UndoForgotten = "undo-forgotten",
    /// A message that is not settled can be taken back: so it is known that it was said.
    UnsettledRedacted = "unsettled-redacted",
    /// Whoever is told that a labelled message is not stored is told without the label.
    RefusalUnlabelled = "refusal-unlabelled",
    /// Operators are told of each refusal, and not once.
    RefusalToldEachTime = "refusal-told-each-time",
    /// What one says to oneself is heard though it is refused.
    AsideNotHeld = "aside-not-held",
    /// A handler changes a channel besides its fact.
    ChangeOutsideFact = "change-outside-fact",
    /// A session that ends stays among those that watch a nick.
    WatcherLeftBehind = "watcher-left-behind",
    /// A channel that ends stays among the invitations of users.
    InvitationOneSided = "invitation-one-sided",
    /// What somebody does by one session is not told to their others.
    OtherSessionUntold = "other-session-untold",
    /// Who has several sessions hears what they say by the one that says it.
    SpeakerHearsItself = "speaker-hears-itself",
    /// What another session of the asking user is sent has the label of the command.
    LabelOnOtherSession = "label-on-other-session",
    /// Who has several sessions is shown away when one is.
    AwayOfOneShown = "away-of-one-shown",
    /// That a session ends is told as if its user did.
    SessionQuitTold = "session-quit-told",
    /// A user ends with the first session that leaves.
    UserEndsWithSession = "user-ends-with-session",
    /// Who is an operator of the server stays so when the session that gave OPER is gone.
    OfficeOutlivesSession = "office-outlives-session",
    /// Of who is killed one session goes on.
    KillLeavesSession = "kill-leaves-session",
    /// The nick by which a connection registered is not free when it becomes a session of somebody.
    ProvisionalNickKept = "provisional-nick-kept",
    /// That somebody has another session is told as if they joined their channels.
    AttachToldAsJoin = "attach-told-as-join",
    /// A ban on the address of a second session matches nobody.
    SecondAddressUnbanned = "second-address-unbanned",
    /// Who stays ends with their last session.
    StayForgotten = "stay-forgotten",
    /// Who stays until a time stays for ever.
    EndForgotten = "end-forgotten",
    /// Who stays without a session is a member of one channel less, and nobody is told.
    StayingMemberForgotten = "staying-member-forgotten",
    /// What one session wants to hear of metadata all of its user's are told.
    SubscriptionsShared = "subscriptions-shared",
    /// That nobody is there any more to hear a message is not told to who wrote it.
    LossUntold = "loss-untold",
    /// A line that waits for the log is written at once.
    GateIgnored = "gate-ignored",
    /// A line that waits for nothing is written before those that wait.
    FreeLineOvertakes = "free-line-overtakes",
    /// What the log refuses is shown as if it were stored.
    RefusedLineShown = "refused-line-shown",
    /// Nobody is told that what they said is refused.
    RefusedHalfMissing = "refused-half-missing",
    /// What is shown in any case is not, if the log refuses it.
    KeptLineDropped = "kept-line-dropped",
    /// A connection that is closed ends before the lines that wait.
    GoodbyeOvertakes = "goodbye-overtakes",
    /// What carries a visitor's lines says goodbye before lines that wait for the log.
    VisitorGoodbyeOvertakes = "visitor-goodbye-overtakes",
    /// A connection that is closed is given up while lines to it wait.
    LingerWhileHeld = "linger-while-held",
    /// What one round appends is handed to the store in two commits.
    CommitCut = "commit-cut",
    /// Lines that wait for the last of several commits go on waiting when it is settled.
    SettledOneTooFew = "settled-one-too-few",
    /// Lines that wait for the next commit do not wait for it.
    SettledOneTooMany = "settled-one-too-many",
    /// What a closed connection waited for is sent to the next one with its number.
    HeldOutputOnReuse = "held-output-on-reuse",
    /// A server that stops forgets the lines that wait.
    StopForgetsHeld = "stop-forgets-held",
    /// Whoever is not read from because of lines that wait never is again.
    ReadPauseKept = "read-pause-kept",
    /// Whoever is not read from because of lines that wait is timed out for what was not read.
    UnreadTimedOut = "unread-timed-out",
    /// Whoever waits until less is unsettled waits for ever.
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

/// Whether `bug` is planted: never, in a build without the feature.
#[cfg(not(feature = "planted"))]
#[inline(always)]
pub const fn buggy(_bug: Bug) -> bool {
    false
}

/// Plants `bug` on this thread, or none, until the guard is dropped. Then what was planted before is planted again.
#[cfg(feature = "planted")]
pub fn plant(bug: impl Into<Option<Bug>>) -> Planted {
    Planted { before: PLANTED.replace(bug.into()), _here: std::marker::PhantomData }
}

/// Keeps a bug planted on the thread that planted it.
#[cfg(feature = "planted")]
#[must_use = "the bug is gone when this is dropped"]
#[derive(Debug)]
pub struct Planted {
    before: Option<Bug>,
    /// It belongs to one thread.
    _here: std::marker::PhantomData<*const ()>,
}

#[cfg(feature = "planted")]
impl Drop for Planted {
    fn drop(&mut self) {
        PLANTED.set(self.before);
    }
}
