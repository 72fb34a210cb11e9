//! WHO (RFC 2812 §3.6.1; WHOX).

use super::super::caps::Cap;
use super::super::channel::Member;
use super::super::channels::may_see;
use super::super::event::ConnId;
use super::super::turn::Turn;
use super::super::user::User;
use crate::wire::Message;
use crate::wire::numeric::*;

pub(in super::super) fn who(turn: &mut Turn<'_>, message: &Message<'_>) {
    let mask = message.params()[0];
    let operators_only = message.param(1) == Some("o");
    let mut rows: Vec<(ConnId, String, Option<Member>)> = Vec::new();
    if mask.starts_with('#') {
        if let Some((_, channel)) = turn.channel(mask).filter(|(_, channel)| may_see(turn, channel)) {
            let visible = channel.members().iter().filter(|member| may_see_user(turn, member.conn));
            rows.extend(visible.map(|member| (member.conn, channel.name.as_str().to_owned(), Some(*member))));
        }
    } else {
        rows.extend(
            turn.state
                .users()
                .filter(|(conn, user)| user.is_registered() && answers(turn, *conn, user, mask))
                .map(|(conn, _)| (conn, "*".to_owned(), None)),
        );
    }
    rows.retain(|(conn, _, _)| !operators_only || turn.state.user(*conn).is_operator());
    for (conn, channel, member) in rows {
        send_who(turn, conn, &channel, member);
    }
    turn.reply(RPL_ENDOFWHO, &[mask]);
}

fn may_see_user(turn: &Turn<'_>, conn: ConnId) -> bool {
    conn == turn.conn || !turn.state.user(conn).is_invisible() || turn.state.shares_channel(turn.conn, conn)
}

/// Whether WHO with this mask shows the user.
fn answers(turn: &Turn<'_>, conn: ConnId, user: &User, mask: &str) -> bool {
    let nick = user.shown_nick();
    let casemapping = turn.state.casemapping();
    casemapping.same(nick, mask)
        || (may_see_user(turn, conn)
            && [nick, &user.name, &user.host, &user.realname].iter().any(|text| casemapping.matches(mask, text)))
}

fn send_who(turn: &mut Turn<'_>, conn: ConnId, channel: &str, member: Option<Member>) {
    let multi = turn.me().caps.has(Cap::MultiPrefix);
    let user = turn.state.user(conn);
    let here = if user.away.is_some() { "G" } else { "H" };
    let star = if user.is_operator() { "*" } else { "" };
    let flags = [here, star, &member.map_or_else(String::new, |member| member.prefix(multi))].concat();
    let (name, host, nick) = (user.name.clone(), user.host.clone(), user.shown_nick().to_owned());
    let realname = ["0 ", &user.realname].concat();
    let server = &turn.config.name;
    turn.reply_text(RPL_WHOREPLY, &[channel, &name, &host, server, &nick, &flags], &realname);
}
