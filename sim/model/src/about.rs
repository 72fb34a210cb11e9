//! "The server" of `docs/protocol/queries.md`.

use super::config::Privilege;
use super::event::ConnId;
use super::names::Casemapping;
use super::text::{middle, server_time};
use super::{Body, Model, Tags};

impl Model {
    /// Whether `server` means this server; if not, replies with 402.
    pub(super) fn is_here_or_told(&mut self, who: ConnId, server: Option<&str>) -> bool {
        let Some(asked) = server.filter(|server| !server.is_empty()) else { return true };
        let is_here = self.is_this_server(asked) || self.find(asked).is_some();
        if !is_here {
            self.numeric(who, "402", &[middle(asked)]);
        }
        is_here
    }

    fn is_this_server(&self, mask: &str) -> bool {
        Casemapping::Ascii.matches(mask, &self.config.name)
    }

    /// HELP: either the lines of help or 524; their texts are not predicted.
    pub(super) fn help(&mut self, who: ConnId, params: &[&str]) {
        let subject = middle(params.first().copied().unwrap_or("*")).to_owned();
        let head = |code| self.head(who, code, &[&subject]);
        let (heads, ends) = (vec![head("704"), head("705")], vec![head("706"), head("524")]);
        self.hear(who, Body::Answer { heads, ends }, &Tags::default());
    }

    /// ADMIN, INFO, LINKS, LUSERS, MOTD, TIME and VERSION.
    pub(super) fn about(&mut self, who: ConnId, command: &str, params: &[&str]) {
        let server = match command {
            "LUSERS" => params.get(1),
            "LINKS" => params.first().filter(|_| params.len() > 1),
            _ => params.first(),
        };
        if !self.is_here_or_told(who, server.copied()) {
            return;
        }
        match command {
            "ADMIN" => self.admin(who),
            "INFO" => self.answer(who, &["371"], "374"),
            "LINKS" => self.numeric(who, "365", &["*"]),
            "LUSERS" => self.lusers(who),
            "MOTD" => self.motd(who),
            "TIME" => {
                let (now, name) = (server_time(self.now.wall), self.config.name.clone());
                self.numeric(who, "391", &[&name, &format!(":{} {} UTC", &now[..10], &now[11..19])]);
            }
            _ => {
                self.numeric(who, "351", &[]);
                self.isupport(who);
            }
        }
    }

    fn admin(&mut self, who: ConnId) {
        let (admin, server) = (self.config.admin.clone(), self.config.name.clone());
        if admin.iter().all(String::is_empty) {
            return self.numeric(who, "423", &[&server]);
        }
        self.numeric(who, "256", &[&server]);
        for (code, text) in ["257", "258", "259"].into_iter().zip(admin) {
            self.numeric(who, code, &[&format!(":{text}")]);
        }
    }

    pub(super) fn stats(&mut self, who: ConnId, params: &[&str]) {
        let Some(letter) = params.first().and_then(|asked| asked.chars().next()) else {
            return self.numeric(who, "461", &["STATS"]);
        };
        if !self.is_here_or_told(who, params.get(1).copied()) {
            return;
        }
        let end = middle(&letter.to_string()).to_owned();
        match letter {
            'u' => self.numeric(who, "242", &[]),
            'p' => {
                let me = self.user_of(who);
                let operators = self.registered().filter(|&user| self.users[&user].modes.contains(&'o'));
                let shown = operators.filter(|&user| self.sees(me, user));
                let idle = |user| format!("({}) idle {}", self.place_of(user), self.idle(user));
                let row = |user| vec![format!("p :{} {}", self.nick_of(user), idle(user))];
                self.rows_in_any_order(who, "249", shown.map(row).collect());
            }
            'm' if self.may_or_told(who, Privilege::Watch) => {
                return self.answer(who, &["212"], "219");
            }
            'r' if self.may_or_told(who, Privilege::Watch) => {
                return self.ask(who, &["usage"], |model, who, answer| {
                    model.numeric(who, "249", &["r", &format!(":{}", answer[1])]);
                    model.numeric(who, "219", &["r"]);
                });
            }
            'o' if self.may_or_told(who, Privilege::Watch) => {
                for operator in self.config.operators.clone() {
                    let anywhere = vec!["*@*".to_owned()];
                    for mask in if operator.hosts.is_empty() { anywhere } else { operator.hosts } {
                        self.numeric(who, "243", &["O", &mask, "*", &operator.name]);
                    }
                }
            }
            _ => {}
        }
        self.numeric(who, "219", &[&end]);
    }
}
